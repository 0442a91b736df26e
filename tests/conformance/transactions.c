/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Transactions: calls, replies, nesting, and what goes wrong with each (facts 9, 14
 * to 16, 18 and 19).
 */

#include "scenarios.h"

const struct scenario scenarios_transactions[] = {
	{"txn.call-reply", "a call carries code, flags, data; its reply code and data",
		"@pair\n"
		"B: write call(0, 77, 'request', f=0x10)\n"
		"A: read\n"
		"A: write free reply(5, 'answer', f=8)\n"
		"A: read\n"
		"B: read\n"
		"B: error\n"},
	{"txn.flags", "all bits of the flags arrive as they were sent",
		"@pair\n"
		"B: write call(0, 0xffffffff, f=0xfffffffe)\n"
		"A: read\n"
		"A: write reply(0xffffffff, f=0xfffffffe)\n"
		"B: read\n"},
	{"txn.garbage-fields", "upper half of the target, cookie and sender fields are ignored",
		"@pair\n"
		"B: write call(0, 1, 'x', upper=0xdead, cookie=0xbeef, pid=12)\n"
		"A: read\n"
		"A: write reply(0, 'y', upper=0xdead, cookie=0xbeef, pid=12)\n"
		"B: read\n"},
	{"txn.second-call", "a second call while the first is unanswered: FAILED_REPLY, EPROTO",
		"@pair\n"
		"B: write call(0, 1)\n"
		"B: do call(0, 2)\n"
		"B: error\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"},
	{"txn.oneway-while-calling", "a oneway while a call is unanswered is sent",
		"@pair\n"
		"B: write call(0, 1)\n"
		"B: do oneway(0, 2)\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"A: read\n"
		"A: read\n"
		"B: read\n"},
	{"txn.reply-without-call", "a reply to nothing: FAILED_REPLY, EPROTO",
		"@pair\n"
		"B: do reply(0)\n"
		"B: error\n"},
	{"txn.reply-to-oneway", "a reply to a oneway: FAILED_REPLY, EPROTO",
		"@pair\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"
		"A: do reply(0)\n"
		"A: error\n"},
	{"txn.reply-other-thread", "a reply from another thread: FAILED_REPLY, EPROTO",
		"@pair\n"
		"A2: version\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A2: do reply(0)\n"
		"A2: error\n"
		"A: write reply(0)\n"
		"B: read\n"},
	{"txn.reply-twice", "a second reply to the same call",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write reply(0) reply(0)\n"
		"A: read\n"
		"A: error\n"
		"B: read\n"},
	{"txn.reply-while-calling",
		"a reply while one's own call is unanswered: FAILED_REPLY, EPROTO",
		"@service\n"
		"C: write call(1, 1)\n"
		"B: read\n"
		"B: write call(0, 2)\n"
		"B: do reply(0)\n"
		"B: error\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"
		"B: do reply(0)\n"
		"C: read\n"},
	{"txn.nested-returns-to-waiting-thread",
		"a call back goes to the thread that waits for its reply",
		"@service\n"
		"C2: version\n"
		"C2: begin read\n"
		"C: begin do call(1, 1, B(0x30, 0x40))\n"
		"B: read\n"
		"B: write acquire(1)\n"
		"B: begin do call(1, 2, 'back')\n"
		"C: end\n"
		"C2: look\n"
		"C: do free reply(0, 'from the nested')\n"
		"B: end\n"
		"B: write free\n"
		"B: do reply(0, 'done')\n"
		"C: read\n"},
	{"txn.nested-deep", "calls back and forth pile up on the same two threads",
		"@service\n"
		"C: write call(1, 1, B(0x30, 0x40))\n"
		"B: read\n"
		"B: write acquire(1) call(1, 2)\n"
		"C: read\n"
		"C: write call(1, 3)\n"
		"B: read\n"
		"B: write call(1, 4)\n"
		"C: read\n"
		"C: write reply(40)\n"
		"B: read\n"
		"B: write reply(30)\n"
		"C: read\n"
		"C: write reply(20)\n"
		"B: read\n"
		"B: write reply(10)\n"
		"C: read\n"},
	{"txn.nested-chain-of-three",
		"a call back over a third process goes to the waiting thread too",
		"@service\n"
		"C2: version\n"
		"C2: begin read\n"
		"C: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: write acquire(2) call(1, 2, H(2))\n"
		"B: read\n"
		"B: write acquire(1) call(1, 3)\n"
		"C: read\n"
		"C2: look\n"
		"C: write free reply(4)\n"
		"B: read\n"
		"B: write reply(5)\n"
		"A: read\n"
		"A: write reply(6)\n"
		"C: read\n"},
	{"txn.nested-into-middle",
		"a call into the middle of the chain goes to the thread that waits there",
		"@service\n"
		"A2: version\n"
		"C: write call(0, 1)\n"
		"A: read\n"
		"A2: begin read\n"
		"A: write call(1, 2)\n"
		"B: read\n"
		"B: write call(0, 3)\n"
		"A: read\n"
		"A2: look\n"
		"A: write reply(0)\n"
		"B: read\n"
		"B: write reply(0)\n"
		"A: read\n"
		"A: write reply(0)\n"
		"C: read\n"},
	{"txn.nested-oneway", "a oneway back does not go to the waiting thread",
		"@service\n"
		"C2: version\n"
		"C: write call(1, 1, B(0x30, 0x40))\n"
		"C2: begin read\n"
		"B: read\n"
		"B: do acquire(1) oneway(1, 2)\n"
		"C2: end\n"
		"C: try\n"
		"B: write reply(0)\n"
		"C: read\n"},
	{"txn.nested-oneway-single-thread",
		"a oneway back waits until the single thread has its reply",
		"@service\n"
		"C: write call(1, 1, B(0x30, 0x40))\n"
		"B: read\n"
		"B: do acquire(1) oneway(1, 2)\n"
		"C: try\n"
		"B: write reply(0)\n"
		"C: read\n"
		"C: read\n"},
	{"txn.call-from-handler-other-process",
		"a handler's call to an uninvolved process goes to any thread",
		"@service\n"
		"C: write call(1, 1)\n"
		"B: read\n"
		"B: write call(0, 2)\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"
		"B: do reply(3)\n"
		"C: read\n"},
	{"txn.two-callers", "calls of several callers come in the order of their sending",
		"@pair\n"
		"C: init\n"
		"D: init\n"
		"D: write call(0, 1)\n"
		"B: write call(0, 2)\n"
		"C: write call(0, 3)\n"
		"A: read\n"
		"A: do free reply(0)\n"
		"A: read\n"
		"A: do free reply(0)\n"
		"A: read\n"
		"A: do free reply(0)\n"},
	{"txn.two-threads-out-of-order", "two handlers may reply in any order",
		"@pair\n"
		"A2: version\n"
		"C: init\n"
		"B: write call(0, 1)\n"
		"C: write call(0, 2)\n"
		"A: read\n"
		"A2: read\n"
		"A2: do reply(20)\n"
		"A: do reply(10)\n"
		"B: read\n"
		"C: read\n"},
	{"txn.unknown-handle", "a call to an unknown handle: FAILED_REPLY, EINVAL",
		"@pair\n"
		"B: do call(9, 1)\n"
		"B: error\n"
		"B: do oneway(9, 1)\n"
		"B: error\n"
		"B: do call(0xffffffff, 1)\n"
		"B: error\n"},
	{"txn.weak-handle", "a call to a handle that is held weakly only: FAILED_REPLY, EINVAL",
		"@service\n"
		"C: write increfs(1) release(1)\n"
		"C: do call(1, 1)\n"
		"C: error\n"},
	{"txn.manager-to-self", "the manager's call to 0: FAILED_REPLY, EINVAL",
		"@manager\n"
		"A: do call(0, 1)\n"
		"A: error\n"
		"A: do oneway(0, 1)\n"
		"A: error\n"},
	{"txn.manager-to-self-second-open", "also from a second open of the manager's process",
		"@manager\n"
		"A: init slot=1\n"
		"A: do call(0, 1)\n"
		"A: error\n"},
	{"txn.same-process-two-opens", "two opens of one process can call each other",
		"@manager\n"
		"B: init\n"
		"B: write call(0, 1, B(0x10, 0x20))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"B: read\n"
		"B: init slot=1\n"
		"B: write call(0, 2)\n"
		"A: read\n"
		"A: read\n"
		"A: write free reply(0, H(1))\n"
		"B: read\n"
		"B: write call(1, 3, 'to myself')\n"
		"B: use 0\n"
		"B: read\n"},
	{"txn.no-manager", "a call to 0 without manager: DEAD_REPLY, EINVAL",
		"B: init\n"
		"B: do call(0, 1)\n"
		"B: error\n"
		"B: do oneway(0, 1)\n"
		"B: error\n"},
	{"txn.dead-node", "a call to a dead node: DEAD_REPLY, EINVAL",
		"@service\n"
		"B: kill\n"
		"C: do call(1, 1)\n"
		"C: error\n"
		"C: do oneway(1, 1)\n"
		"C: error\n"},
	{"txn.target-unmapped", "a target that never mapped: DEAD_REPLY, ESRCH",
		"A: open\n"
		"A: manager\n"
		"B: init\n"
		"B: do call(0, 1)\n"
		"B: error\n"
		"B: do oneway(0, 1)\n"
		"B: error\n"},
	{"txn.target-munmapped", "a target that unmapped its area: DEAD_REPLY, ESRCH",
		"@pair\n"
		"A: unmap\n"
		"B: do call(0, 1)\n"
		"B: error\n"},
	{"txn.target-maps-later", "a target can be called once it has mapped",
		"A: open\n"
		"A: manager\n"
		"B: init\n"
		"B: do call(0, 1)\n"
		"A: map\n"
		"B: write call(0, 2)\n"
		"A: read\n"},
	{"txn.caller-unmapped", "a caller without mapping: the call is delivered, the reply is not",
		"@manager\n"
		"B: open\n"
		"B: version\n"
		"B: write call(0, 1, 'x')\n"
		"A: read\n"
		"A: do free reply(0, 'y')\n"
		"A: error\n"
		"B: read\n"
		"B: error\n"},
	{"txn.caller-unmaps", "a caller that unmaps before the reply: DEAD_REPLY, ESRCH",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"B: unmap\n"
		"A: do reply(0)\n"
		"B: read\n"
		"B: error\n"},
	{"txn.reply-fails",
		"a failing reply: TRANSACTION_COMPLETE for the replier, FAILED_REPLY for the "
		"caller",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do reply(0, H(9))\n"
		"A: error\n"
		"B: read\n"
		"B: error\n"
		"A: do reply(0)\n"},
	{"txn.reply-too-large",
		"a reply that the caller's area has no room for: ENOSPC at the caller",
		"@manager\n"
		"B: init size=4K\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do reply(0, fill(8000))\n"
		"A: error\n"
		"B: read\n"
		"B: error\n"},
	{"txn.call-too-large",
		"a call that the target's area has no room for: FAILED_REPLY, ENOSPC",
		"@pair\n"
		"B: do call(0, 1, fill(140000))\n"
		"B: error\n"
		"B: write call(0, 1, fill(131072))\n"
		"A: read\n"},
	{"txn.reply-to-dead-caller",
		"the caller's process died: the replier sees TRANSACTION_COMPLETE",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"B: kill\n"
		"A: do free reply(0)\n"
		"A: error\n"
		"A: try\n"},
	{"txn.reply-to-exited-thread", "the calling thread left: the same",
		"@pair\n"
		"B2: version\n"
		"B2: write call(0, 1)\n"
		"A: read\n"
		"B2: thread_exit\n"
		"A: do free reply(0)\n"
		"A: error\n"
		"B2: try\n"
		"B2: try\n"},
	{"txn.caller-thread-ends",
		"the calling thread ended without BINDER_THREAD_EXIT: the reply is taken",
		"@pair\n"
		"B2: version\n"
		"B2: write call(0, 1)\n"
		"A: read\n"
		"B2: end_thread\n"
		"A: do free reply(0)\n"
		"A: error\n"},
	{"txn.callee-dies-before-read",
		"the callee dies with the call unread: DEAD_REPLY, extended error BR_OK",
		"@service\n"
		"C: write call(1, 1)\n"
		"B: kill\n"
		"C: read\n"
		"C: error\n"},
	{"txn.callee-dies-after-read", "the callee dies while handling: DEAD_REPLY",
		"@service\n"
		"C: begin do call(1, 1)\n"
		"B: read\n"
		"B: kill\n"
		"C: end\n"
		"C: error\n"},
	{"txn.callee-closes",
		"the callee closes the device while handling: DEAD_REPLY once it is unmapped",
		"@service\n"
		"C: begin do call(1, 1)\n"
		"B: read\n"
		"B: close\n"
		"C: look\n"
		"B: unmap\n"
		"C: end\n"},
	{"txn.callee-thread-exits", "the handling thread leaves: DEAD_REPLY",
		"@service\n"
		"B2: version\n"
		"C: begin do call(1, 1)\n"
		"B2: read\n"
		"B2: thread_exit\n"
		"C: end\n"
		"C: error\n"},
	{"txn.callee-thread-ends",
		"the handling thread ends silently: the call stays open until the process ends",
		"@service\n"
		"B2: version\n"
		"C: begin do call(1, 1)\n"
		"B2: read\n"
		"B2: end_thread\n"
		"C: look\n"
		"B: kill\n"
		"C: end\n"},
	{"txn.middle-dies",
		"the middle of a chain dies: the first caller hears of it once the last replied",
		"@service\n"
		"C: begin do call(1, 1)\n"
		"B: read\n"
		"B: write call(0, 2)\n"
		"A: read\n"
		"B: kill\n"
		"C: look\n"
		"A: do free reply(0)\n"
		"C: end\n"
		"C: error\n"},
	{"txn.middle-and-last-die", "or once the last has died too",
		"@service\n"
		"C: begin do call(1, 1)\n"
		"B: read\n"
		"B: write call(0, 2)\n"
		"A: read\n"
		"B: kill\n"
		"C: look\n"
		"A: kill\n"
		"C: end\n"},
	{"txn.first-dies", "the first caller of a chain dies: the others go on",
		"@service\n"
		"C: write call(1, 1)\n"
		"B: read\n"
		"B: begin do call(0, 2)\n"
		"A: read\n"
		"C: kill\n"
		"A: do reply(0)\n"
		"B: end\n"
		"B: do reply(0)\n"},
	{"txn.todo-not-empty", "no new call while a call for this thread waits unread: EPROTO",
		"@service\n"
		"B: begin read rsize=8\n"
		"C: write call(1, 1)\n"
		"B: end\n"
		"B: do call(0, 2)\n"
		"B: error\n"
		"B: read\n"
		"B: do reply(0)\n"
		"C: read\n"},
	{"txn.todo-not-empty-oneway", "a oneway may be sent then",
		"@service\n"
		"B: begin read rsize=8\n"
		"C: write call(1, 1)\n"
		"B: end\n"
		"B: do oneway(0, 2)\n"
		"B: read\n"
		"A: read\n"},
	{"txn.error-cleared", "asking for the extended error clears it",
		"@pair\n"
		"B: do call(9, 1)\n"
		"B: error\n"
		"B: error\n"},
	{"txn.error-per-thread", "the extended error is the thread's",
		"@pair\n"
		"B2: version\n"
		"B: do call(9, 1)\n"
		"B2: error\n"
		"B: error\n"},
	{"txn.error-success", "a transaction that went well leaves an id and BR_OK",
		"@pair\n"
		"B: error\n"
		"B: do oneway(0, 1)\n"
		"B: error\n"
		"B: error\n"},
	{"txn.error-overwritten", "each transaction overwrites the extended error",
		"@pair\n"
		"B: do call(9, 1)\n"
		"B: do oneway(0, 1)\n"
		"B: error\n"},
	{"txn.error-of-reply-kept", "the caller keeps an error that it has",
		"@pair\n"
		"B: write call(0, 1)\n"
		"B: do call(9, 1)\n"
		"A: read\n"
		"A: do reply(0, H(9))\n"
		"B: read\n"
		"B: error\n"},
	{"txn.error-unread-twice", "two failures in one write: the second command is not looked at",
		"@pair\n"
		"B: write call(9, 1) call(8, 1)\n"
		"B: read\n"
		"B: error\n"},
	{"txn.late-read-of-caller", "a caller that reads late finds everything in order",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write reply(0, 'r')\n"
		"A: read\n"
		"B: poll\n"
		"B: read\n"},
	{"txn.caller-dies-unread", "a caller that died before its call was read",
		"@pair\n"
		"B: write call(0, 1, 'x')\n"
		"B: kill\n"
		"A: read\n"
		"A: do free reply(0)\n"},
	{"txn.empty", "no data at all",
		"@pair\n"
		"B: write call(0, 0)\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"B: read\n"},
	{"txn.status-code", "TF_STATUS_CODE and TF_ROOT_OBJECT are passed on",
		"@pair\n"
		"B: write call(0, 1, f=4)\n"
		"A: read\n"
		"A: write free reply(0, u32(-22), f=8)\n"
		"B: read\n"},
	{"txn.large", "a payload of 100,000 bytes arrives as it was",
		"@pair\n"
		"B: write call(0, 1, fill(100000))\n"
		"A: read\n"
		"A: write free reply(0, fill(99999))\n"
		"B: read\n"},
	{"txn.unaligned-sizes", "payloads of odd sizes",
		"@pair\n"
		"B: write call(0, 1, 'a')\n"
		"A: read\n"
		"A: write reply(0, 'abc')\n"
		"B: read\n"
		"B: write call(0, 1, 'abcdefghi')\n"
		"A: read\n"
		"A: read\n"},
	{NULL, NULL, NULL},
};
