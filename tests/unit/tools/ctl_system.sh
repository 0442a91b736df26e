#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A command on a broker as a system runs it, which is nobody's private one:
#
#	ctl_system.sh BINDERD COMMAND [ARGUMENT...]

broker=$1
shift
for base in "${XDG_RUNTIME_DIR:-/nowhere}" /run "$HOME"; do
	[ -w "$base" ] && where=$(mktemp -d "$base/binderd-test.XXXXXX") && break
done
[ -d "$where" ] || { echo "no directory for the sockets"; exit 1; }
trap 'exec 9>&-; kill "$pid" 2>/dev/null; wait; rm -rf "$where"' EXIT
mkfifo "$where/ready"
"$broker" --dir "$where/sockets" --ready-fd 9 9>"$where/ready" &
pid=$!
read -r line <"$where/ready" || true
BINDERD_DIR=$where/sockets "$@"
