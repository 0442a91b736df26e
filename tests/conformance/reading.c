/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Reading: what one read returns, when it waits and what ends it (facts 1 to 8).
 */

#include "scenarios.h"

const struct scenario scenarios_reading[] = {
	{"read.first-ioctl-noop", "the first ioctl of a thread never waits",
		"A: open\n"
		"A: map\n"
		"A: read\n"
		"A: begin read written\n"
		"A: signal\n"
		"A: end\n"},
	{"read.first-ioctl-nonblock", "the first read of a thread succeeds with O_NONBLOCK too",
		"A: open nonblock\n"
		"A: map\n"
		"A: read\n"
		"A: read\n"},
	{"read.first-ioctl-call",
		"a call as the first ioctl returns its TRANSACTION_COMPLETE alone",
		"@manager\n"
		"B: open\n"
		"B: map\n"
		"B: do call(0, 1, 'hi')\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"},
	{"read.thread-exit-noop", "after BINDER_THREAD_EXIT a thread is new",
		"A: init\n"
		"A: try\n"
		"A: thread_exit\n"
		"A: try\n"
		"A: try\n"},
	{"read.poll-first", "poll reports a thread readable until it has made an ioctl",
		"A: open\n"
		"A: map\n"
		"A: poll\n"
		"A: poll\n"
		"A: version\n"
		"A: poll\n"},
	{"read.ping",
		"a call and its reply: NOOP, TRANSACTION_COMPLETE, REPLY in one read of 76 bytes",
		"@pair\n"
		"B: begin do call(0, 1, 'ping')\n"
		"A: read\n"
		"A: do reply(0, 'pong')\n"
		"B: end\n"
		"B: write free\n"},
	{"read.complete-deferred", "TRANSACTION_COMPLETE of a call wakes nobody",
		"@pair\n"
		"B: write call(0, 1)\n"
		"B: poll\n"
		"B: try\n"
		"B: begin read\n"
		"A: read\n"
		"B: look\n"
		"A: write free reply(0)\n"
		"B: end\n"},
	{"read.complete-oneway", "TRANSACTION_COMPLETE of a oneway is there at once",
		"@pair\n"
		"B: write oneway(0, 1)\n"
		"B: poll\n"
		"B: read\n"},
	{"read.complete-reply", "TRANSACTION_COMPLETE of a reply is there at once",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do free reply(0)\n"},
	{"read.own-work-first", "a thread with own work gets only that",
		"@pair\n"
		"C: init\n"
		"B: write call(0, 1)\n"
		"C: write call(0, 2)\n"
		"A: read\n"
		"A: do free reply(0)\n"
		"A: read\n"},
	{"read.one-transaction", "a read ends after a BR_TRANSACTION",
		"@pair\n"
		"B: repeat 3 do oneway(0, 1)\n"
		"A: read\n"
		"A: do free\n"
		"A: do free\n"},
	{"read.buffer-79", "a read buffer under 80 bytes cannot take a transaction",
		"@pair\n"
		"B: write oneway(0, 1)\n"
		"A: read rsize=79\n"
		"A: read rsize=76\n"
		"A: read rsize=8\n"
		"A: read rsize=4\n"
		"A: read rsize=80\n"},
	{"read.buffer-tiny", "a read_size of 1 to 3 is overrun",
		"@pair\n"
		"B: write oneway(0, 1)\n"
		"A: read rsize=1\n"
		"B: read\n"
		"B: write oneway(0, 1)\n"
		"A: write free\n"
		"A: read rsize=3\n"},
	{"read.buffer-small-complete", "TRANSACTION_COMPLETE too needs room for a transaction",
		"@pair\n"
		"B: do oneway(0, 1) rsize=8\n"
		"B: read rsize=79\n"
		"B: read rsize=80\n"},
	{"read.preset-consumed", "a preset read_consumed: no NOOP, output appended there",
		"@pair\n"
		"B: do oneway(0, 1) rcons=4\n"
		"B: do oneway(0, 1) rcons=16\n"},
	{"read.preset-no-room", "a preset read_consumed that leaves no room",
		"@pair\n"
		"B: write oneway(0, 1)\n"
		"B: try rcons=200\n"
		"B: try\n"},
	{"read.eagain", "nothing to read: EAGAIN, read_consumed 0",
		"A: init\n"
		"A: try\n"
		"A: try rcons=8\n"
		"A: try enter\n"},
	{"read.eintr", "a signal ends a read with EINTR, also with SA_RESTART; the writes are done",
		"@pair\n"
		"A: begin read\n"
		"A: signal\n"
		"A: end\n"
		"B: begin do enter call(0, 1)\n"
		"B: signal\n"
		"B: end\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"B: read\n"},
	{"read.close-dup-wakes", "the close of a duplicate ends every present read with NOOP",
		"@manager\n"
		"A: dup\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: begin read\n"
		"A3: version\n"
		"A3: close 4\n"
		"A: end\n"
		"A2: end\n"
		"A3: try\n"
		"A: try\n"},
	{"read.close-dup-next",
		"the close of a duplicate ends the next read of a thread not reading",
		"@manager\n"
		"A: dup\n"
		"A: close 4\n"
		"A: read\n"
		"A: try\n"},
	{"read.close-dup-caller",
		"the close of a duplicate gives a waiting caller its TRANSACTION_COMPLETE alone",
		"@pair\n"
		"B: dup\n"
		"B: begin do call(0, 1)\n"
		"B2: version\n"
		"B2: close 4\n"
		"B: end\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"B: read\n"},
	{"read.child-exit-wakes",
		"the exit of a child that inherited the descriptor counts as a close",
		"@manager\n"
		"A2: version\n"
		"A2: fork B\n"
		"A: begin read\n"
		"B: exit\n"
		"A: end\n"
		"A2: read\n"},
	{"read.write-partial-size", "write_size is not honoured within a command",
		"@pair\n"
		"B: do call(0, 1) wsize=4 rsize=0\n"
		"A: read\n"},
	{"read.write-consumed-preset", "a preset write_consumed skips commands",
		"@pair\n"
		"B: write enter acquire(0) exit_looper wcons=4\n"
		"B: write enter wcons=4\n"
		"B: write enter wcons=8\n"},
	{"read.write-failed-stops",
		"a failing transaction stops the write loop until its error was read",
		"@pair\n"
		"B: write call(7, 1) acquire(0)\n"
		"B: write acquire(0)\n"
		"B: read\n"
		"B: write acquire(0)\n"},
	{"read.write-bad-command",
		"an unknown command: EINVAL, what was before it is done, nothing is read",
		"@pair\n"
		"B: do enter raw(0x12345) enter\n"
		"B: do raw(0)\n"
		"B: do oneway(0, 1) raw(0x40046399)\n"
		"B: read\n"},
	{"read.empty", "neither write nor read",
		"A: init\n"
		"A: write\n"
		"A: read rsize=0\n"},
	{"read.continue-at-consumed",
		"a second WRITE_READ continues at the first one's read_consumed",
		"@pair\n"
		"B: do oneway(0, 1)\n"
		"B: do oneway(0, 2) rcons=8\n"},
	{"read.loop-noop-retry", "node work that says nothing does not end a read",
		"@service\n"
		"C: write acquire(1) release(1)\n"
		"B: try\n"},
	{NULL, NULL, NULL},
};
