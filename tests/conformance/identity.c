/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Identity and priority: sender pid and uid, security context, nice values (facts 15
 * and 39).
 */

#include "scenarios.h"

const struct scenario scenarios_identity[] = {
	{"identity.call", "a call carries its sender's pid and effective uid",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"},
	{"identity.oneway", "a oneway's pid is 0",
		"@pair\n"
		"B: write oneway(0, 1)\n"
		"A: read\n"},
	{"identity.dead-caller", "the pid of a caller that died before the read is 0",
		"@pair\n"
		"B: write call(0, 1)\n"
		"B: kill\n"
		"A: read\n"},
	{"identity.exited-thread", "also when only its thread left",
		"@pair\n"
		"B: write call(0, 1)\n"
		"B: thread_exit\n"
		"A: read\n"},
	{"identity.thread", "a call of a second thread carries the process's pid",
		"@pair\n"
		"B2: version\n"
		"B2: write call(0, 1)\n"
		"A: read\n"},
	{"identity.euid-at-call", "the effective uid is that at the time of the call",
		"needs root\n"
		"@pair\n"
		"B: seteuid 1234\n"
		"B: write oneway(0, 1)\n"
		"B: seteuid 0\n"
		"A: read\n"
		"B: read\n"
		"B: do oneway(0, 2)\n"
		"A: do free\n"},
	{"identity.euid-of-threads", "a change by one thread shows in the calls of another",
		"needs root\n"
		"@pair\n"
		"B2: version\n"
		"B: seteuid 1234\n"
		"B2: write oneway(0, 1)\n"
		"B: seteuid 0\n"
		"A: read\n"},
	{"identity.euid-reply", "a reply carries the replier's",
		"needs root\n"
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: seteuid 77\n"
		"A: write reply(0)\n"
		"A: seteuid 0\n"
		"B: read\n"},
	{"identity.child", "a child with an inherited descriptor counts as the opener",
		"@pair\n"
		"B: fork C\n"
		"C: write call(0, 1)\n"
		"A: read\n"
		"A: write reply(0)\n"
		"C: read\n"},
	{"identity.child-euid", "but its effective uid is its own",
		"needs root\n"
		"@pair\n"
		"B: fork C\n"
		"C: seteuid 1234\n"
		"C: do oneway(0, 1)\n"
		"A: read\n"},
	{"identity.own-open", "a child that opens for itself counts for itself",
		"@pair\n"
		"B: fork C\n"
		"C: open slot=1\n"
		"C: map\n"
		"C: version\n"
		"C: write call(0, 1)\n"
		"A: read\n"},
	{"identity.secctx", "a node that wants the security context",
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 0x1000))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: try call(1, 5, 'data')\n"
		"A: error\n"
		"B: try\n"
		"B: try free reply(0)\n"
		"A: try\n"},
	{"identity.secctx-oneway", "the same of a oneway",
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 0x1000))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: do oneway(1, 5)\n"
		"A: error\n"
		"B: try\n"},
	{"identity.secctx-manager", "a manager that wants it",
		"A: init\n"
		"A: manager_ext 0 0 0x1000\n"
		"B: init\n"
		"B: try call(0, 1, 'data')\n"
		"B: error\n"
		"A: try\n"},
	{"identity.secctx-objects", "with objects and buffers: it lies behind them",
		"A: init\n"
		"A: manager_ext 0 0 0x1000\n"
		"B: init\n"
		"B: try call(0, 1, 'data____', B(0x30, 0x40), P('buffer'), sg=8)\n"
		"B: error\n"
		"A: try\n"},
	{"identity.secctx-small-buffer", "its return takes 76 bytes",
		"A: init\n"
		"A: manager_ext 0 0 0x1000\n"
		"B: init\n"
		"B: do oneway(0, 1)\n"
		"A: try rsize=79\n"
		"A: try rsize=80\n"},
	{"identity.secctx-from-second", "each client's calls carry one",
		"A: init\n"
		"A: manager_ext 0x10 0x20 0x1100\n"
		"B: init\n"
		"C: init\n"
		"B: do oneway(0, 1, 'b')\n"
		"A: try\n"
		"A: write free\n"
		"C: do oneway(0, 2, 'c')\n"
		"A: try\n"},
	{"identity.no-secctx-reply", "replies carry none",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"},
	{"nice.carried", "the handler of a call takes the caller's nice",
		"needs nice\n"
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 0x13))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: nice 10\n"
		"A: write call(1, 1)\n"
		"B: nice\n"
		"B: read\n"
		"B: nice\n"
		"B: do free reply(0)\n"
		"B: nice\n"},
	{"nice.minimum", "a node's minimum holds against a nicer caller",
		"needs nice\n"
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 5))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: nice 10\n"
		"A: write call(1, 1)\n"
		"B: read\n"
		"B: nice\n"
		"B: do reply(0)\n"
		"B: nice\n"},
	{"nice.minimum-19", "a caller of nice 19 on a node with minimum 19",
		"needs nice\n"
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 0x13))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: nice 19\n"
		"A: write call(1, 1)\n"
		"B: read\n"
		"B: nice\n"},
	{"nice.minimum-127", "a minimum beyond the range is no limit",
		"needs nice\n"
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 0x7f))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: nice 15\n"
		"A: write call(1, 1)\n"
		"B: read\n"
		"B: nice\n"},
	{"nice.minimum-255", "a minimum with the upper bit",
		"needs nice\n"
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 0xff))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: nice 7\n"
		"A: write call(1, 1)\n"
		"B: read\n"
		"B: nice\n"},
	{"nice.zero-minimum", "a minimum of 0: nice 0, whatever the caller has",
		"needs nice\n"
		"@service\n"
		"B: nice 3\n"
		"C: nice 10\n"
		"C: write call(1, 1)\n"
		"B: read\n"
		"B: nice\n"
		"B: do reply(0)\n"
		"B: nice\n"},
	{"nice.negative", "a negative caller raises the handler",
		"needs nice\n"
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 0x13))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: nice -7\n"
		"A: write call(1, 1)\n"
		"B: read\n"
		"B: nice\n"
		"B: do reply(0)\n"
		"B: nice\n"},
	{"nice.oneway", "a oneway does not carry it, but a minimum lifts the handler",
		"needs nice\n"
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 5))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: nice -3\n"
		"A: do oneway(1, 1)\n"
		"B: read\n"
		"B: nice\n"
		"B: write free\n"},
	{"nice.oneway-nicer-handler", "a handler nicer than the minimum is set to it",
		"needs nice\n"
		"@manager\n"
		"B: nice 12\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 5))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: do oneway(1, 1)\n"
		"B: read\n"
		"B: nice\n"},
	{"nice.looper-returns", "a thread that waits for process work returns to the nice at open",
		"needs nice\n"
		"A: nice 4\n"
		"A: init\n"
		"A: manager\n"
		"A: nice 0\n"
		"A: try\n"
		"A: nice\n"
		"A: nice 9\n"
		"B: init\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"
		"A: nice\n"},
	{"nice.caller-keeps", "a caller that waits for its reply keeps its own",
		"needs nice\n"
		"@pair\n"
		"B: nice 6\n"
		"B: write call(0, 1)\n"
		"B: try\n"
		"B: nice\n"},
	{"nice.nested", "nested calls put it back step by step",
		"needs nice\n"
		"@service\n"
		"C: write call(0, 1, B(0x30, 0x40, 0x13))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0, H(1))\n"
		"C: read\n"
		"C: write free\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"
		"A: nice 8\n"
		"A: write call(2, 1)\n"
		"C: read\n"
		"C: nice\n"
		"C: write call(1, 2)\n"
		"B: read\n"
		"B: nice\n"
		"B: write reply(0)\n"
		"C: read\n"
		"C: nice\n"
		"C: do reply(0)\n"
		"C: nice\n"},
	{"nice.limit", "without the privilege the limit of RLIMIT_NICE holds",
		"needs root\n"
		"needs rlimit\n"
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x30, 0x40, 0x13))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"B: nice 10\n"
		"B: nicelimit 15\n"
		"B: seteuid 1000\n"
		"A: nice -7\n"
		"A: write call(1, 1)\n"
		"B: read\n"
		"B: nice\n"},
	{NULL, NULL, NULL},
};
