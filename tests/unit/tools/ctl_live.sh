#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# binderctl on whatever binder device there is: a broker's or the kernel's. For any POSIX shell,
# so that it runs in a guest that has little else:
#
#	tests/conformance/kernel-run -f SERVICEMANAGER -f BINDERCTL -f CTL_SERVICE -f THIS -- \
#		THIS SERVICEMANAGER BINDERCTL CTL_SERVICE
#
# Starts the service manager and the test's services itself, and says what differs.

manager=$1 ctl=$2 service=$3
where=$(mktemp -d) || exit 1
trap 'exec 7>&- 8>&-; kill $manager_pid 2>/dev/null; wait; rm -rf "$where"' EXIT
bad=0 count=0

# check STATUS EXPECTED ARGUMENT...: runs binderctl; what takes differently long is N.
check()
{
	want=$1 text=$2
	shift 2
	said=$("$ctl" "$@" 2>&1 </dev/null)
	status=$?
	said=$(printf '%s\n' "$said" | sed 's/[0-9]* us)/N us)/; s/^--------- .*s was/--------- Ns was/; s/ending at: .*/ending at: N/')
	count=$((count + 1))
	[ "$status" = "$want" ] && [ "$said" = "$text" ] && return
	bad=$((bad + 1))
	printf 'binderctl %s\nstatus %s, not %s; said:\n%s\nnot:\n%s\n' "$*" "$status" "$want" \
		"$said" "$text"
}

check 3 'binderctl: no service manager answers in the context "binder"' list
mkfifo "$where/ready" "$where/go"
"$manager" --ready-fd 7 binder 7>"$where/ready" &
manager_pid=$!
read -r line <"$where/ready"
"$service" <"$where/go" >"$where/ready" &
exec 8>"$where/go"
read -r line <"$where/ready"

check 0 'manager
test.dies
test.echo
test.hang
test.mute
test.shell' list
check 0 'test.echo: found' check test.echo
check 1 'nobody: not found' check nobody
check 0 'test.echo: alive (N us)' ping test.echo
check 0 'service manager: alive (N us)' ping
check 0 'test.echo: found' wait test.echo
check 4 'binderctl: there is no service "nobody" yet' wait -T 20 nobody
check 0 "Result: Parcel(00000000 fffffffb 00000001 00000078 '............x...')" \
	call test.echo 1 i32 -5 s16 x
check 1 "Result: Parcel(
  0x00000000: fffffffd 00000006 006f006e 00200074 '........n.o.t. .'
  0x00000010: 006f0073 00000000 00000000          's.o.........    ')
Exception: ILLEGAL_ARGUMENT (-3): not so" call test.echo 2 i32 -3 s16 'not so'
check 1 'Result: Parcel(Error: BAD_VALUE (-22))' call test.echo 3 i32 -22
check 1 'Result: Parcel(Error: DEAD_OBJECT (-32): the process that had the object has died)' \
	call test.dies 1

# Of what has objects in it, only the lines that name them are the same each time.
count=$((count + 1))
objects=$("$ctl" call test.echo 5 | sed -n 's/handle [0-9]*/handle N/; s/fd [0-9]*/fd N/; /Object/p')
[ "$objects" = '  Object #0 @ 0x4: handle N test.IInner, stability system
  Object #1 @ 0x20: fd N -> /dev/null)' ] || { bad=$((bad + 1)); printf '%s\n' "$objects"; }

check 0 'dump of test.echo a b' dump test.echo a b
check 1 'dump of test.echo --fail
binderctl: error while dumping test.echo: INVALID_OPERATION (-38)' dump test.echo --fail
check 0 'system stability' dump --stability test.echo
check 0 'Currently running services:
  test.shell
-------------------------------------------------------------------------------
DUMP OF SERVICE HIGH test.shell:
dump of test.shell --dump-priority HIGH
--------- Ns was the duration of dumpsys test.shell, ending at: N' dump --priority HIGH
check 4 "before the hang

*** SERVICE 'test.hang' DUMP TIMEOUT (3000ms) EXPIRED ***" dump -t 3 test.hang
check 4 'test.hang: no answer in time' ping -T 100 test.hang

check 7 '' shell test.shell exit 7
check 0 '' shell test.shell open "$where/file" w written
check 0 'written' shell test.shell open "$where/file" r
check 1 'no file' shell --no-files test.shell open "$where/file" r
check 125 'binderctl: test.shell failed: INVALID_OPERATION (-38)' shell test.shell refuse
count=$((count + 1))
[ "$(echo through | "$ctl" shell test.shell cat)" = through ] || bad=$((bad + 1))

# A result that comes after the answer, and one that never comes.
mkfifo "$where/said"
"$ctl" shell test.shell later >"$where/said" &
later=$!
read -r line <"$where/said"
check 0 "Result: Parcel(00000000    '....')" call test.shell 1 i32 9
wait $later
check 9 '' shell test.shell exit $?

echo "$count checks, $bad failed"
[ "$bad" = 0 ]
