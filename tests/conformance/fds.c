/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Descriptors in parcels (facts 23, 25 and 26).
 */

#include "scenarios.h"

const struct scenario scenarios_fds[] = {
	{"fd.pass", "a descriptor arrives as the lowest free number, close-on-exec",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4))\n"
		"B: read\n"
		"B: fds\n"},
	{"fd.pass-reply", "in a reply to a call that accepts them",
		"@service\n"
		"B: file 'letter'\n"
		"C: write call(1, 1, f=0x10)\n"
		"B: read\n"
		"B: write reply(0, F(4))\n"
		"C: read\n"
		"C: fds\n"},
	{"fd.refused-node", "a node that does not accept descriptors: EPERM",
		"@service\n"
		"C: file 'letter'\n"
		"C: do call(1, 1, F(4))\n"
		"C: error\n"
		"C: do call(1, 1, F(4), f=0x10)\n"
		"C: error\n"},
	{"fd.refused-reply", "a call that does not accept them: the reply fails with EPERM",
		"@fdservice\n"
		"B: file 'letter'\n"
		"C: write call(1, 1)\n"
		"B: read\n"
		"B: do reply(0, F(4))\n"
		"C: read\n"
		"C: error\n"},
	{"fd.refused-manager", "the manager of SET_CONTEXT_MGR accepts none",
		"@pair\n"
		"B: file 'letter'\n"
		"B: do call(0, 1, F(4))\n"
		"B: error\n"},
	{"fd.manager-ext", "one of SET_CONTEXT_MGR_EXT may",
		"A: init\n"
		"A: manager_ext 0 0 0x100\n"
		"B: init\n"
		"B: file 'letter'\n"
		"B: write call(0, 1, F(4))\n"
		"A: read\n"},
	{"fd.fields", "upper half 0, flags and cookie as sent",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4, flags=0x12, upper=0x99, cookie=0x77))\n"
		"B: read\n"},
	{"fd.bad", "an unknown descriptor: EBADF",
		"@fdservice\n"
		"C: do call(1, 1, F(44))\n"
		"C: error\n"
		"C: do call(1, 1, F(0xffffffff))\n"
		"C: error\n"
		"C: do call(1, 1, F(0xffffff9c))\n"
		"C: error\n"},
	{"fd.same-twice", "one descriptor twice becomes two",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4), F(4))\n"
		"B: read\n"
		"B: fds\n"},
	{"fd.lowest-free", "holes are filled first",
		"@fdservice\n"
		"B: file 'one'\n"
		"B: file 'two'\n"
		"B: close 4\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4), F(4))\n"
		"B: read\n"
		"B: fds\n"},
	{"fd.closed-after-send", "a descriptor that its sender closes before it is read arrives",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4))\n"
		"C: close 4\n"
		"B: read\n"
		"B: fds\n"},
	{"fd.sender-dies", "one whose sender dies too",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: do oneway(1, 1, F(4))\n"
		"C: kill\n"
		"B: read\n"},
	{"fd.free-keeps", "BC_FREE_BUFFER does not close it",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4))\n"
		"B: read\n"
		"B: write free\n"
		"B: fds\n"},
	{"fd.exhausted-call",
		"no number free in the receiver: it sees nothing, the caller FAILED_REPLY",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4))\n"
		"B: fdlimit 4\n"
		"B: try\n"
		"C: read\n"
		"C: error\n"
		"B: fdlimit 64\n"
		"B: fds\n"
		"B: try\n"},
	{"fd.exhausted-oneway", "for a oneway nobody is told",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: do oneway(1, 1, F(4))\n"
		"B: fdlimit 4\n"
		"B: try\n"
		"C: try\n"
		"B: fdlimit 64\n"
		"C: do oneway(1, 2)\n"
		"B: read\n"},
	{"fd.exhausted-blocking", "the receiver goes on to wait",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4))\n"
		"B: fdlimit 4\n"
		"B: begin read\n"
		"C: read\n"
		"C: write call(1, 2)\n"
		"B: end\n"},
	{"fd.exhausted-reply", "no number free in the caller: FAILED_REPLY",
		"@service\n"
		"B: file 'letter'\n"
		"C: write call(1, 1, f=0x10)\n"
		"B: read\n"
		"B: do reply(0, F(4))\n"
		"C: fdlimit 4\n"
		"C: read\n"
		"C: error\n"},
	{"fd.exhausted-partly", "two descriptors and one number: none is installed",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, F(4), F(4))\n"
		"B: fdlimit 5\n"
		"B: try\n"
		"B: fds\n"
		"C: read\n"},
	{"fd.unwound", "an error after a descriptor: nothing arrives",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: do call(1, 1, F(4), H(9))\n"
		"C: error\n"
		"B: fds\n"
		"B: try\n"},
	{"fd.unread", "a descriptor that is never read takes no number",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: do oneway(1, 1, F(4))\n"
		"B: fds\n"
		"B: kill\n"
		"C: fds\n"},
	{"fd.many", "two hundred and sixty in one parcel",
		"@fdservice\n"
		"C: file 'letter'\n"
		"B: fdlimit 600\n"
		"C: write call(1, 1, times(260, F(4)))\n"
		"B: read\n"},
	{"fd.between-data", "beside other objects and data",
		"@fdservice\n"
		"C: file 'letter'\n"
		"C: write call(1, 1, 'before__', F(4), 'between_', B(0x30, 0x40), F(4), 'behind')\n"
		"B: read\n"},
	{"fd.device", "the device itself as a descriptor",
		"@fdservice\n"
		"C: do oneway(1, 1, F(3))\n"
		"B: read\n"},
	{"fd.standard", "standard descriptors can be passed",
		"@fdservice\n"
		"C: do oneway(1, 1, F(0))\n"
		"B: read\n"},
	{"fd.node-flags-weak", "WEAK_BINDER's flags count as well",
		"@pair\n"
		"B: write call(0, 1, WB(0x30, 0x40, 0x100))\n"
		"A: read\n"
		"A: write increfs(1) free reply(0)\n"
		"B: read\n"
		"B: write free\n"
		"B: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: file 'letter'\n"
		"A: do oneway(1, 1, F(4))\n"
		"B: read\n"},
	{NULL, NULL, NULL},
};
