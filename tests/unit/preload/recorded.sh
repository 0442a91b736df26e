#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# recorded.sh EXPECTED COMMAND...: COMMAND has to succeed and to print what is in EXPECTED.
set -eu
expected=$1
shift
got=$(mktemp)
trap 'rm -f "$got"' EXIT
"$@" >"$got" || { cat "$got"; echo "fails"; exit 1; }
diff -u "$expected" "$got"
