/* SPDX-License-Identifier: Apache-2.0 */

/*
 * References: counts, their commands, their announcements (facts 30 to 33).
 */

#include "scenarios.h"

const struct scenario scenarios_refs[] = {
	{"ref.last-release", "the last release: RELEASE and DECREFS together",
		"@service\n"
		"A: write release(1)\n"
		"B: try\n"
		"C: write release(1)\n"
		"B: read\n"
		"B: nodes\n"},
	{"ref.weak-stays",
		"a weak reference stays when the strong ones go: RELEASE alone, then DECREFS",
		"@service\n"
		"A: write release(1)\n"
		"C: write increfs(1) release(1)\n"
		"B: read\n"
		"B: nodes\n"
		"C: write decrefs(1)\n"
		"B: read\n"
		"B: nodes\n"},
	{"ref.weak-to-strong", "a weak reference does not become strong by ACQUIRE",
		"@service\n"
		"C: write increfs(1) release(1) acquire(1)\n"
		"C: do call(1, 1)\n"
		"A: noderef 1\n"},
	{"ref.weak-to-strong-sent", "but when the handle is sent once more",
		"@service\n"
		"C: write increfs(1) release(1)\n"
		"C: write call(0, 2)\n"
		"A: read\n"
		"A: write free reply(0, H(1))\n"
		"C: read\n"
		"C: write acquire(1) free\n"
		"C: write call(1, 1)\n"
		"B: read\n"},
	{"ref.weak-to-strong-node-sent", "or the node, after the last release",
		"@service\n"
		"A: write release(1)\n"
		"C: write increfs(1) release(1)\n"
		"B: read\n"
		"B: write call(0, 2, B(0x10, 0x20))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"B: read\n"},
	{"ref.no-release-before-done", "no RELEASE before ACQUIRE_DONE",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"B: read\n"
		"A: write release(1)\n"
		"B: try\n"
		"B: do acquire_done(0x30, 0x40)\n"
		"B: do increfs_done(0x30, 0x40)\n"
		"B: nodes\n"},
	{"ref.increfs-done-first", "with INCREFS_DONE alone nothing comes yet",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"B: read\n"
		"A: write release(1)\n"
		"B: try increfs_done(0x30, 0x40)\n"
		"B: do acquire_done(0x30, 0x40)\n"},
	{"ref.done-unasked", "DONE commands that nobody waits for are ignored",
		"@service\n"
		"B: try increfs_done(0x10, 0x20) acquire_done(0x10, 0x20)\n"
		"B: nodes\n"
		"A: noderef 1\n"},
	{"ref.done-unknown", "for unknown nodes and with wrong cookies too",
		"@service\n"
		"B: try increfs_done(0x99, 0x20) acquire_done(0x99, 0x20)\n"
		"B: try increfs_done(0x10, 0x21) acquire_done(0x10, 0x21)\n"
		"A: noderef 1\n"},
	{"ref.unknown-handle", "count commands on unknown handles are ignored",
		"@pair\n"
		"B: try increfs(9) acquire(9) release(9) decrefs(9)\n"
		"B: try release(0) decrefs(0)\n"},
	{"ref.below-zero", "a count does not fall below 0",
		"@service\n"
		"C: write increfs(1) decrefs(1) decrefs(1)\n"
		"C: write call(1, 1)\n"
		"B: read\n"},
	{"ref.release-without-strong", "RELEASE of a reference without strong count is ignored",
		"@service\n"
		"C: write increfs(1) release(1) release(1)\n"
		"C: do oneway(0, 1, WH(1))\n"
		"A: read\n"},
	{"ref.counts-nest", "as many releases as acquires",
		"@service\n"
		"C: write acquire(1) acquire(1) release(1) release(1)\n"
		"C: write call(1, 1)\n"
		"B: read\n"},
	{"ref.handle-vanishes", "a handle goes away with its last count",
		"@service\n"
		"C: write release(1)\n"
		"C: do call(1, 1)\n"
		"C: error\n"
		"C: try acquire(1)\n"},
	{"ref.buffer-holds", "a buffer holds the handles that it brought",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: noderef 1\n"
		"A: write oneway(1, 2)\n"
		"A: read\n"
		"A: write free\n"
		"A: do oneway(1, 3)\n"
		"A: error\n"},
	{"ref.lowest-free-number", "a freed number is given again, the lowest first",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 1), B(0x40, 2), B(0x50, 3))\n"
		"A: read\n"
		"A: write acquire(1) acquire(2) acquire(3) free reply(0)\n"
		"B: read\n"
		"B: write free\n"
		"A: read\n"
		"A: write release(2)\n"
		"A: write release(1)\n"
		"B: do oneway(0, 1, B(0x60, 4), B(0x70, 5), B(0x80, 6))\n"
		"A: read\n"},
	{"ref.same-node-same-number", "a node keeps its number as long as it is held",
		"@service\n"
		"B: do oneway(0, 1, B(0x10, 0x20))\n"
		"A: read\n"
		"A: write free\n"
		"B: do oneway(0, 1, B(0x10, 0x20))\n"
		"A: read\n"},
	{"ref.zero-by-acquire",
		"handle 0 is made by ACQUIRE, INCREFS, and goes by RELEASE, DECREFS",
		"@pair\n"
		"B: write acquire(0) increfs(0)\n"
		"B: do oneway(0, 1, H(0))\n"
		"B: write release(0)\n"
		"B: do oneway(0, 1, WH(0))\n"
		"B: do oneway(0, 1, H(0))\n"
		"B: write decrefs(0)\n"
		"B: do oneway(0, 1, WH(0))\n"},
	{"ref.zero-by-manager", "ACQUIRE and INCREFS of 0 by the manager: EINVAL",
		"@manager\n"
		"A: do acquire(0)\n"
		"A: do enter increfs(0)\n"
		"A: try release(0) decrefs(0)\n"},
	{"ref.zero-without-manager", "without manager they are ignored",
		"B: init\n"
		"B: try acquire(0) increfs(0)\n"},
	{"ref.zero-increfs-weak", "INCREFS of 0 makes a weak reference; calls to 0 need none",
		"@pair\n"
		"B: write increfs(0)\n"
		"B: do oneway(0, 1, H(0))\n"
		"B: error\n"
		"B: do oneway(0, 1)\n"},
	{"ref.attempt-acquire", "BC_ATTEMPT_ACQUIRE and BC_ACQUIRE_RESULT: EINVAL",
		"@pair\n"
		"B: do attempt_acquire(0, 0)\n"
		"B: do acquire_result(0)\n"
		"B: do enter attempt_acquire(0, 0)\n"},
	{"ref.info", "what BINDER_GET_NODE_INFO_FOR_REF counts",
		"@service\n"
		"A: noderef 1\n"
		"C: write release(1)\n"
		"A: noderef 1\n"
		"A: write acquire(1) acquire(1)\n"
		"A: noderef 1\n"
		"A: write increfs(1)\n"
		"A: noderef 1\n"},
	{"ref.info-queued", "a queued call counts",
		"@service\n"
		"C: do oneway(1, 1)\n"
		"C: do oneway(1, 2)\n"
		"A: noderef 1\n"
		"B: read\n"
		"A: noderef 1\n"
		"B: write free\n"
		"A: noderef 1\n"},
	{"ref.info-unacknowledged", "an unacknowledged ACQUIRE and INCREFS count",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: noderef 1\n"
		"A: write acquire(1) free reply(0)\n"
		"A: noderef 1\n"
		"B: read\n"
		"A: noderef 1\n"
		"B: write acquire_done(0x30, 0x40)\n"
		"A: noderef 1\n"
		"B: write increfs_done(0x30, 0x40)\n"
		"A: noderef 1\n"},
	{"ref.info-not-manager", "anyone but the manager: EPERM",
		"@service\n"
		"C: noderef 1\n"
		"B: noderef 9\n"},
	{"ref.info-fields", "with other fields set: EINVAL",
		"@service\n"
		"A: noderef 1 strong=1\n"
		"A: noderef 1 weak=1\n"
		"A: noderef 1 r1=1\n"
		"A: noderef 1 r2=1\n"
		"A: noderef 1 r3=1\n"},
	{"ref.info-bad-handle", "an unknown or weak handle: EINVAL",
		"@service\n"
		"A: noderef 7\n"
		"A: noderef 0\n"
		"A: write increfs(1) release(1)\n"
		"A: noderef 1\n"},
	{"ref.info-dead", "of a dead node only the references count",
		"@service\n"
		"B: kill\n"
		"A: noderef 1\n"
		"C: write release(1)\n"
		"A: noderef 1\n"},
	{"ref.info-no-manager", "without any manager: EPERM",
		"B: init\n"
		"B: noderef 0\n"},
	{"ref.debug-info", "BINDER_GET_NODE_DEBUG_INFO lists by ptr, above the one given",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 3), B(0x10, 1), B(0x20, 2))\n"
		"A: read\n"
		"B: nodes\n"
		"B: nodes 0x10\n"
		"B: nodes 0x2f\n"
		"B: nodes 0x30\n"
		"B: nodes max\n"
		"A: nodes\n"},
	{"ref.manager-not-announced", "the manager's own node is never announced",
		"@pair\n"
		"B: write acquire(0)\n"
		"A: try\n"
		"B: write release(0)\n"
		"A: try\n"},
	{"ref.manager-node-sent", "nor when it sends it itself",
		"@service\n"
		"A: do oneway(1, 1, B(0, 0))\n"
		"A: nodes\n"
		"B: read\n"
		"B: write free\n"
		"A: try\n"},
	{"ref.client-exit-drops", "the exit of a client drops its references",
		"@service\n"
		"A: write release(1)\n"
		"C: kill\n"
		"B: read\n"
		"B: nodes\n"},
	{"ref.unread-release-then-sent",
		"a node that is sent again before its release was read is not released",
		"@service\n"
		"C: write release(1)\n"
		"A: write release(1)\n"
		"B: do oneway(0, 1, B(0x10, 0x20))\n"
		"A: read\n"
		"B: nodes\n"},
	{"ref.many", "a thousand handles, freed and given again",
		"@pair\n"
		"B: write call(0, 1, times(1000, B(0x10000+i*16, i)))\n"
		"A: read\n"
		"A: repeat 1000 write acquire(1+i)\n"
		"A: write free reply(0)\n"
		"A: read\n"
		"B: read rsize=80\n"
		"A: write release(500)\n"
		"A: write release(7)\n"
		"B: write oneway(0, 1, B(0x90, 1), B(0x91, 2), B(0x92, 3))\n"
		"A: read\n"},
	{"ref.own-handle-from-second-open", "a second open has handles of its own",
		"@service\n"
		"C: init slot=1\n"
		"C: try acquire(1)\n"
		"C: do call(1, 1)\n"
		"C: use 0\n"
		"C: write call(1, 1)\n"
		"B: read\n"},
	{NULL, NULL, NULL},
};
