/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Oneways: order, the queue of a node, space, spam (facts 17 and 21).
 */

#include "scenarios.h"

const struct scenario scenarios_oneway[] = {
	{"oneway.order", "oneways of a node come in order, the next after BC_FREE_BUFFER",
		"@pair\n"
		"B: repeat 3 do oneway(0, i)\n"
		"A: read\n"
		"A: try\n"
		"A: write free\n"
		"A: read\n"
		"A: do free\n"
		"A: try free(area+0x10)\n"
		"A: try\n"},
	{"oneway.free-hands-out", "BC_FREE_BUFFER hands the next to a waiting thread",
		"@pair\n"
		"A2: version\n"
		"B: repeat 2 do oneway(0, i)\n"
		"A: read\n"
		"A2: begin read\n"
		"A: write free\n"
		"A2: end\n"},
	{"oneway.free-by-other-thread", "any thread may free",
		"@pair\n"
		"A2: version\n"
		"B: repeat 2 do oneway(0, i)\n"
		"A: read\n"
		"A2: do free\n"},
	{"oneway.two-nodes", "nodes do not wait for each other",
		"@service\n"
		"B: write call(0, 9, B(0x11, 0x21))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"B: write free\n"
		"A: do oneway(1, 1)\n"
		"A: do oneway(1, 2)\n"
		"A: do oneway(2, 3)\n"
		"B: read\n"
		"B: read\n"
		"B: try\n"},
	{"oneway.call-overtakes", "a call overtakes the oneways that wait",
		"@pair\n"
		"C: init\n"
		"B: repeat 2 do oneway(0, i)\n"
		"C: write call(0, 77)\n"
		"A: read\n"
		"A: read\n"
		"A: do free(area) reply(0)\n"
		"A: read\n"},
	{"oneway.call-before-freed", "a call in the queue comes before a oneway set free later",
		"@pair\n"
		"C: init\n"
		"D: init\n"
		"B: repeat 2 do oneway(0, i)\n"
		"C: write call(0, 77)\n"
		"A: read\n"
		"A: write free\n"
		"A: read\n"
		"A: do reply(0)\n"
		"A: read\n"},
	{"oneway.two-senders", "oneways of several senders to one node stay in order",
		"@pair\n"
		"C: init\n"
		"B: do oneway(0, 1)\n"
		"C: do oneway(0, 2)\n"
		"B: do oneway(0, 3)\n"
		"A: read\n"
		"A: do free\n"
		"A: do free\n"},
	{"oneway.sender-dies", "a oneway outlives its sender",
		"@pair\n"
		"B: do oneway(0, 1, 'from the dead')\n"
		"B: do oneway(0, 2)\n"
		"B: kill\n"
		"A: read\n"
		"A: do free\n"},
	{"oneway.receiver-dies", "the receiver dies: nobody is told",
		"@service\n"
		"C: repeat 3 do oneway(1, i)\n"
		"B: read\n"
		"B: kill\n"
		"C: try\n"
		"C: do oneway(1, 4)\n"},
	{"oneway.while-handling", "a oneway is read by another thread while one handles a call",
		"@pair\n"
		"A2: version\n"
		"C: init\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"C: do oneway(0, 2)\n"
		"A2: read\n"
		"A: try\n"
		"A: do reply(0)\n"},
	{"oneway.half-of-area", "oneways get half of the area",
		"A: init size=16K\n"
		"A: manager\n"
		"B: init\n"
		"B: do oneway(0, 1, fill(8200))\n"
		"B: error\n"
		"B: do oneway(0, 1, fill(8192))\n"
		"B: do oneway(0, 1)\n"
		"B: error\n"
		"B: write call(0, 2, fill(8192))\n"
		"A: read\n"
		"A: read\n"},
	{"oneway.space-comes-back", "freed space can be used again",
		"A: init size=16K\n"
		"A: manager\n"
		"B: init\n"
		"B: do oneway(0, 1, fill(8192))\n"
		"B: do oneway(0, 2)\n"
		"A: read\n"
		"A: write free\n"
		"B: do oneway(0, 3, fill(8192))\n"
		"A: read\n"},
	{"oneway.empty-takes-eight", "an empty oneway takes 8 bytes: 256 fit into 4 KiB",
		"A: init size=4K\n"
		"A: manager\n"
		"B: init\n"
		"B: repeat 260 do oneway(0, 1)\n"
		"B: error\n"},
	{"oneway.spam-496", "the sender of many is told once: 496 bytes into 64 KiB, the 53rd",
		"A: init size=64K\n"
		"A: manager\n"
		"B: init\n"
		"B: spam 1\n"
		"B: repeat 70 do oneway(0, 1, fill(496))\n"
		"B: error\n"},
	{"oneway.spam-8000", "of large ones the 4th",
		"A: init size=64K\n"
		"A: manager\n"
		"B: init\n"
		"B: spam 1\n"
		"B: repeat 6 do oneway(0, 1, fill(8000))\n"
		"B: error\n"},
	{"oneway.spam-off", "a sender that did not ask for it is not told",
		"A: init size=64K\n"
		"A: manager\n"
		"B: init\n"
		"B: repeat 70 do oneway(0, 1, fill(496))\n"},
	{"oneway.spam-receiver-on", "the receiver's wish does not matter",
		"A: init size=64K\n"
		"A: manager\n"
		"A: spam 1\n"
		"B: init\n"
		"B: repeat 5 do oneway(0, 1, fill(8000))\n"},
	{"oneway.spam-two-senders", "only the sender that holds much is told",
		"A: init size=64K\n"
		"A: manager\n"
		"B: init\n"
		"B: spam 1\n"
		"C: init\n"
		"C: spam 1\n"
		"B: repeat 3 do oneway(0, 1, fill(8000))\n"
		"C: repeat 2 do oneway(0, 1, fill(1000))\n"
		"B: do oneway(0, 1, fill(4000))\n"},
	{"oneway.spam-again", "told again once space came back",
		"A: init size=64K\n"
		"A: manager\n"
		"B: init\n"
		"B: spam 1\n"
		"B: repeat 4 do oneway(0, 1, fill(8000))\n"
		"A: repeat 4 do free\n"
		"A: try\n"
		"B: repeat 5 do oneway(0, 1, fill(8000))\n"},
	{"oneway.spam-toggle", "spam detection can be turned off again",
		"A: init size=64K\n"
		"A: manager\n"
		"B: init\n"
		"B: spam 1\n"
		"B: spam 0\n"
		"B: repeat 4 do oneway(0, 1, fill(8000))\n"},
	{"oneway.dozen", "a dozen wait their turn",
		"@pair\n"
		"B: repeat 12 do oneway(0, i)\n"
		"A: read\n"
		"A: repeat 11 do free\n"
		"A: try free\n"},
	{"oneway.node-of-client", "a oneway back to a client's node",
		"@service\n"
		"C: write call(1, 1, B(0x30, 0x40))\n"
		"B: read\n"
		"B: write acquire(1) free reply(0)\n"
		"B: read\n"
		"C: read\n"
		"C: write free\n"
		"B: do oneway(1, 5, 'callback')\n"
		"C: read\n"},
	{NULL, NULL, NULL},
};
