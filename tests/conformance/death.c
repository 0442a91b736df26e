/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Death: notifications in all their orders, dead nodes (facts 12, 19 and 41).
 */

#include "scenarios.h"

const struct scenario scenarios_death[] = {
	{"death.notify", "a death is told once, to any thread",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: read\n"
		"C: do dead_done(0x77) oneway(9, 1)\n"
		"C: try\n"},
	{"death.waiting-thread", "a waiting thread is woken",
		"@service\n"
		"C: begin do death(1, 0x77)\n"
		"B: kill\n"
		"C: end\n"},
	{"death.not-looper", "a thread that never entered hears of it too",
		"@manager\n"
		"B: init\n"
		"B: write acquire(0) death(0, 0x99)\n"
		"B: begin read\n"
		"A: kill\n"
		"B: end\n"},
	{"death.exit", "an exit tells as a kill does",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: exit\n"
		"C: read\n"},
	{"death.close", "a close tells once the area is unmapped too",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: close\n"
		"C: try\n"
		"B: unmap\n"
		"C: read\n"},
	{"death.close-unmapped", "without mapping the close is enough",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: unmap\n"
		"C: try\n"
		"B: close\n"
		"C: read\n"},
	{"death.already-dead", "a request for a dead node is answered at once",
		"@service\n"
		"B: kill\n"
		"C: do death(1, 0x77)\n"
		"C: do dead_done(0x77) oneway(9, 1)\n"},
	{"death.twice", "a second request is ignored",
		"@service\n"
		"C: write death(1, 0x77) death(1, 0x88)\n"
		"B: kill\n"
		"C: read\n"
		"C: try\n"},
	{"death.unknown-handle", "a request for an unknown handle is ignored",
		"@pair\n"
		"B: try death(9, 0x77)\n"
		"B: try clear_death(9, 0x77)\n"},
	{"death.weak-handle", "a weak reference is enough",
		"@service\n"
		"C: write increfs(1) release(1) death(1, 0x77)\n"
		"B: kill\n"
		"C: read\n"},
	{"death.clear", "a request taken back is confirmed",
		"@service\n"
		"C: do death(1, 0x77) clear_death(1, 0x77)\n"
		"B: kill\n"
		"C: try\n"},
	{"death.clear-not-looper",
		"the confirmation goes to any thread when the caller is no looper",
		"@service\n"
		"C2: version\n"
		"C3: version\n"
		"C3: begin read\n"
		"C2: write death(1, 0x77) clear_death(1, 0x77)\n"
		"C3: end\n"},
	{"death.clear-looper", "and to the caller when it is one",
		"@service\n"
		"C2: version\n"
		"C2: begin read\n"
		"C: do death(1, 0x77) clear_death(1, 0x77)\n"
		"C2: look\n"},
	{"death.clear-wrong-cookie", "another cookie takes nothing back",
		"@service\n"
		"C: try death(1, 0x77) clear_death(1, 0x78)\n"
		"B: kill\n"
		"C: read\n"},
	{"death.clear-without-request", "nothing to take back",
		"@service\n"
		"C: try clear_death(1, 0x77)\n"},
	{"death.clear-twice", "taken back twice",
		"@service\n"
		"C: do death(1, 0x77) clear_death(1, 0x77) clear_death(1, 0x77)\n"
		"C: try\n"},
	{"death.clear-while-queued",
		"taken back when the node has died, before the read: both are told",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: write clear_death(1, 0x77)\n"
		"C: read\n"
		"C: try\n"
		"C: do dead_done(0x77)\n"},
	{"death.clear-after-delivery",
		"taken back after the read: confirmed after DEAD_BINDER_DONE",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: read\n"
		"C: try clear_death(1, 0x77)\n"
		"C: do dead_done(0x77)\n"},
	{"death.done-then-clear",
		"after DEAD_BINDER_DONE the request is still there to be taken back",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: read\n"
		"C: try dead_done(0x77)\n"
		"C: do clear_death(1, 0x77)\n"},
	{"death.done-unknown", "DEAD_BINDER_DONE of nothing",
		"@service\n"
		"C: try dead_done(0x55)\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: read\n"
		"C: try dead_done(0x55)\n"
		"C: try dead_done(0x77)\n"
		"C: try dead_done(0x77)\n"},
	{"death.request-again-after-clear", "asked, taken back, asked anew",
		"@service\n"
		"C: do death(1, 0x77) clear_death(1, 0x77)\n"
		"C: write death(1, 0x88)\n"
		"B: kill\n"
		"C: read\n"},
	{"death.request-again-after-death", "asked anew for a dead node",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: read\n"
		"C: try dead_done(0x77) death(1, 0x88)\n"
		"C: do clear_death(1, 0x77) death(1, 0x99)\n"},
	{"death.released-handle", "a handle that went away tells nothing",
		"@service\n"
		"C: write death(1, 0x77) release(1)\n"
		"B: kill\n"
		"C: try\n"},
	{"death.released-queued", "nor one that went away before the read",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: write release(1)\n"
		"C: try\n"},
	{"death.released-delivered", "a handle may go away between the telling and its DONE",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: read\n"
		"C: try release(1)\n"
		"C: try dead_done(0x77)\n"},
	{"death.two-nodes", "each node is told of, in one read each",
		"@service\n"
		"B: write call(0, 9, B(0x11, 0x21))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"B: read\n"
		"A: read\n"
		"A: write death(1, 0x77) death(2, 0x88)\n"
		"B: kill\n"
		"A: read\n"
		"A: read\n"
		"A: try\n"},
	{"death.two-clients", "each client is told",
		"@service\n"
		"@client_d\n"
		"C: write death(1, 0x77)\n"
		"D: write death(1, 0x77)\n"
		"B: kill\n"
		"D: read\n"
		"C: read\n"},
	{"death.two-threads", "two deaths go to two waiting threads",
		"@service\n"
		"D: init\n"
		"D: write call(0, 1, B(0x50, 0x60))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"A: read\n"
		"A: write death(1, 0x77) death(2, 0x88)\n"
		"A2: version\n"
		"A2: begin read\n"
		"B: kill\n"
		"A2: end\n"
		"A2: begin read\n"
		"D: kill\n"
		"A2: end\n"},
	{"death.zero-cookie", "a cookie of 0 and one of all ones",
		"@service\n"
		"C: write death(1, 0) acquire(0) death(0, max)\n"
		"B: kill\n"
		"C: read\n"
		"A: kill\n"
		"C: read\n"},
	{"death.call-of-dead", "a dead node keeps its handle until it is released",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: read\n"
		"C: do dead_done(0x77) call(1, 1)\n"
		"C: write acquire(1) release(1) release(1)\n"
		"C: do call(1, 1)\n"
		"C: error\n"},
	{"death.ends-read", "a read ends after DEAD_BINDER, what follows comes in the next",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: write clear_death(1, 0x77) acquire(0) death(0, 0x88)\n"
		"A: kill\n"
		"C: read\n"
		"C: read\n"},
	{"death.own-work-first", "a thread with own work hears of a death later",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"C: write oneway(0, 1)\n"
		"B: kill\n"
		"C: read\n"
		"C: read\n"},
	{"death.caller-and-watcher", "a caller of the dead is answered, and told",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"C: begin do call(1, 1)\n"
		"B: kill\n"
		"C: end\n"
		"C: read\n"},
	{"death.call-brought-node",
		"the callee dies with a node that the call brought: it is never announced",
		"@service\n"
		"C: write call(1, 1, B(0x30, 0x40))\n"
		"B: read\n"
		"B: kill\n"
		"C: read\n"
		"C: write increfs_done(0x30, 0x40) acquire_done(0x30, 0x40)\n"
		"C: try\n"
		"C: nodes\n"},
	{"death.refs-dropped", "a dead client's references are dropped",
		"@service\n"
		"C: write call(0, 5)\n"
		"A: read\n"
		"A: write release(1) free reply(0)\n"
		"B: try\n"
		"C: kill\n"
		"B: read\n"
		"B: nodes\n"},
	{"death.buffered-handle", "a handle inside an unread parcel is dropped with its receiver",
		"@pair\n"
		"B: do oneway(0, 1, B(0x30, 0x40))\n"
		"B: write increfs_done(0x30, 0x40) acquire_done(0x30, 0x40)\n"
		"B: nodes\n"
		"A: kill\n"
		"B: read\n"
		"B: nodes\n"},
	{"death.watcher-dies", "a process that watched dies first",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"C: kill\n"
		"B: try\n"
		"B: kill\n"
		"A: try\n"},
	{"death.names-48-bytes", "INCREFS, REQUEST, CLEAR, DECREFS in one write of 48 bytes",
		"@pair\n"
		"B: do increfs(0) death(0, 0x77) clear_death(0, 0x77) decrefs(0)\n"},
	{"death.many", "six nodes of one process",
		"@pair\n"
		"B: write call(0, 1, times(6, B(0x100+i*16, i)))\n"
		"A: read\n"
		"A: repeat 6 write acquire(1+i) death(1+i, 0x200+i)\n"
		"A: write free reply(0)\n"
		"A: read\n"
		"B: kill\n"
		"A: repeat 6 read\n"
		"A: try\n"},
	{NULL, NULL, NULL},
};
