/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Transactions: calls, replies, nesting, and every error of a call (facts 9, 14 to 19).
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
	{"txn.second-call", "a second call while the first is unanswered: FAILED_REPLY, EPROTO",
		"@pair\n"
		"B: write call(0, 1)\n"
		"B: do call(0, 2)\n"
		"B: error\n"
		"A: read\n"
		"A: write reply(0)\n"
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
	{"txn.no-manager", "a call to 0 without manager: DEAD_REPLY, EINVAL",
		"B: init\n"
		"B: do call(0, 1)\n"
		"B: error\n"},
	{"txn.dead-node", "a call to a dead node: DEAD_REPLY, EINVAL",
		"@service\n"
		"B: kill\n"
		"C: do call(1, 1)\n"
		"C: error\n"},
	{NULL, NULL, NULL},
};
