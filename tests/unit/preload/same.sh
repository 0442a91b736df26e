#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# same.sh PRELOAD PROGRAM: run PROGRAM in an empty directory without and with PRELOAD; it has to
# print the same and to succeed in both.
set -eu
preload=$(realpath "$1") program=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/without" "$work/with"

cd "$work/without"
"$program" >"$work/expected" 2>&1 || { cat "$work/expected"; echo "fails without"; exit 1; }
cd "$work/with"
LD_PRELOAD=$preload ASAN_OPTIONS=verify_asan_link_order=0 "$program" >"$work/got" 2>&1 ||
	{ cat "$work/got"; echo "fails with"; exit 1; }
[ -s "$work/expected" ] || { echo "says nothing"; exit 1; }
diff -u "$work/expected" "$work/got"
