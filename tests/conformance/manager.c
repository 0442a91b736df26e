/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The context manager: becoming, being, being replaced (facts 18 and 33).
 */

#include "scenarios.h"

const struct scenario scenarios_manager[] = {
	{"manager.second", "a second manager: EBUSY",
		"@pair\n"
		"B: manager\n"
		"B: manager_ext 0 0 0\n"
		"A: manager\n"},
	{"manager.second-open", "a second open of the manager's process: EBUSY",
		"@manager\n"
		"A: init slot=1\n"
		"A: manager\n"},
	{"manager.unmapped", "without a mapping too",
		"A: open\n"
		"A: manager\n"
		"B: init\n"
		"B: do call(0, 1)\n"},
	{"manager.replaced", "after the manager's death another may be",
		"@pair\n"
		"A: kill\n"
		"B: manager\n"
		"C: init\n"
		"C: write call(0, 1)\n"
		"B: read\n"},
	{"manager.replaced-handle", "a handle 0 of the dead manager: calls go to the new one",
		"@pair\n"
		"C: init\n"
		"C: write acquire(0)\n"
		"A: kill\n"
		"C: do call(0, 1)\n"
		"B: manager\n"
		"C: write call(0, 2)\n"
		"B: read\n"
		"B: write reply(0)\n"
		"C: read\n"},
	{"manager.replaced-acquire", "ACQUIRE of 0 while the dead manager's handle is held",
		"@pair\n"
		"C: init\n"
		"C: write acquire(0)\n"
		"A: kill\n"
		"B: manager\n"
		"C: write acquire(0)\n"
		"C: do oneway(0, 1, H(0))\n"
		"C: do oneway(0, 2, H(1))\n"
		"B: read\n"},
	{"manager.replaced-release", "released first, it is the new one",
		"@pair\n"
		"C: init\n"
		"C: write acquire(0)\n"
		"A: kill\n"
		"B: manager\n"
		"C: write release(0) acquire(0)\n"
		"C: do oneway(0, 1, H(0))\n"
		"B: read\n"},
	{"manager.death-told", "a client hears of the manager's death",
		"@pair\n"
		"B: write acquire(0) death(0, 0x77)\n"
		"A: kill\n"
		"B: read\n"},
	{"manager.death-weak", "with a weak reference alone",
		"@pair\n"
		"B: write increfs(0) death(0, 0x77)\n"
		"A: kill\n"
		"B: read\n"},
	{"manager.death-without-reference", "without reference there is nothing to watch",
		"@pair\n"
		"B: try death(0, 0x77)\n"},
	{"manager.calls-others", "the manager calls its clients",
		"@service\n"
		"A: write call(1, 5, 'from the manager')\n"
		"B: read\n"
		"B: write reply(0)\n"
		"A: read\n"},
	{"manager.ext", "SET_CONTEXT_MGR_EXT: ptr and cookie come with each call",
		"A: init\n"
		"A: manager_ext 0x1234 0x5678 0\n"
		"B: init\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: nodes\n"},
	{"manager.ext-flags", "and its flags count",
		"needs nice\n"
		"A: init\n"
		"A: manager_ext 0 0 0x113\n"
		"B: init\n"
		"B: nice 11\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: nice\n"},
	{"manager.plain-not-listed", "the node of SET_CONTEXT_MGR is not listed",
		"@manager\n"
		"A: nodes\n"},
	{"manager.own-ptr-as-binder", "the manager sends a node with its node's ptr",
		"A: init\n"
		"A: manager_ext 0x1234 0x5678 0\n"
		"B: init\n"
		"B: write call(0, 1, B(0x10, 0x20))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"A: read\n"
		"A: do oneway(1, 1, B(0x1234, 0x5678))\n"
		"B: read\n"
		"B: read\n"},
	{"manager.zero-ptr-cookie-mismatch", "a node with ptr 0 and another cookie, of the manager",
		"@service\n"
		"A: do oneway(1, 1, B(0, 5))\n"
		"A: error\n"},
	{"manager.other-uid", "another uid after the first manager's death: EPERM",
		"needs root\n"
		"@manager\n"
		"A: kill\n"
		"B: init\n"
		"B: seteuid 1234\n"
		"B: manager\n"
		"B: seteuid 0\n"
		"B: manager\n"},
	{"manager.busy-before-uid", "EBUSY comes before EPERM",
		"needs root\n"
		"@pair\n"
		"B: seteuid 1234\n"
		"B: manager\n"},
	{"manager.waiting-reader", "a thread that waits gets calls once it is manager",
		"A: init\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: manager\n"
		"B: init\n"
		"B: write call(0, 1)\n"
		"A: end\n"},
	{"manager.never-announced", "references to the manager are never announced",
		"@pair\n"
		"B: write acquire(0) increfs(0)\n"
		"A: try\n"
		"A: nodes\n"
		"B: write release(0) decrefs(0)\n"
		"A: try\n"},
	{"manager.oneway-to-dead", "a oneway to a dead manager",
		"@pair\n"
		"A: kill\n"
		"B: do oneway(0, 1)\n"
		"B: error\n"},
	{"manager.two-pings", "two calls and replies, each buffer freed",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do free reply(0)\n"
		"B: read\n"
		"B: write free\n"
		"B: write call(0, 2)\n"
		"A: read\n"
		"A: do free reply(0)\n"
		"B: read\n"},
	{"manager.node-outlives-refs", "the manager's node stays when all references go",
		"@pair\n"
		"B: write acquire(0)\n"
		"C: init\n"
		"C: write acquire(0)\n"
		"B: write release(0)\n"
		"C: write release(0)\n"
		"B: write call(0, 1)\n"
		"A: read\n"},
	{NULL, NULL, NULL},
};
