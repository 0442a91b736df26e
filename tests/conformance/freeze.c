/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Freezing processes, and the notifications of it (facts 34 to 37).
 */

#include "scenarios.h"

const struct scenario scenarios_freeze[] = {
	{"freeze.call", "a call to a frozen process: FROZEN_REPLY, counted",
		"@service\n"
		"A: freeze B 1 0\n"
		"A: frozen B\n"
		"C: do call(1, 1)\n"
		"C: error\n"
		"A: frozen B\n"
		"A: freeze B 0\n"
		"A: frozen B\n"
		"C: write call(1, 1)\n"
		"B: read\n"},
	{"freeze.oneway", "a oneway to a frozen process is delivered and its sender told",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do oneway(1, 1, 'x')\n"
		"C: error\n"
		"A: frozen B\n"
		"B: read\n"
		"B: do free oneway(9, 1)\n"},
	{"freeze.oneway-wakes", "it wakes the frozen process's reader",
		"@service\n"
		"A: freeze B 1 0\n"
		"B: begin read\n"
		"C: do oneway(1, 1)\n"
		"B: end\n"},
	{"freeze.oneway-queued", "those behind the first wait",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: repeat 2 do oneway(1, i)\n"
		"B: read\n"
		"B: try\n"
		"B: do free\n"
		"A: frozen B\n"},
	{"freeze.pending-call", "a call being handled: EAGAIN, and not frozen",
		"@service\n"
		"C: write call(1, 1)\n"
		"A: freeze B 1 0\n"
		"A: frozen B\n"
		"B: read\n"
		"A: freeze B 1 0\n"
		"A: frozen B\n"
		"B: do reply(0)\n"
		"A: freeze B 1 0\n"
		"C: read\n"},
	{"freeze.pending-outgoing", "a call that the process made: EAGAIN",
		"@service\n"
		"B: write call(0, 1)\n"
		"A2: freeze B 1 0\n"
		"A2: frozen B\n"
		"A: read\n"
		"A: write reply(0)\n"
		"A2: freeze B 1 0\n"
		"A2: frozen B\n"
		"B: read\n"
		"A2: freeze B 1 0\n"},
	{"freeze.pending-oneway", "an unread oneway: EAGAIN; once it is read no more",
		"@service\n"
		"C: do oneway(1, 1)\n"
		"A: freeze B 1 0\n"
		"A: frozen B\n"
		"B: read\n"
		"A: freeze B 1 0\n"
		"A: frozen B\n"},
	{"freeze.timeout-drains", "with a timeout, it waits for what is outstanding",
		"@service\n"
		"C: do oneway(1, 1)\n"
		"A2: version\n"
		"A2: begin freeze B 1 30000\n"
		"B: read\n"
		"A2: end\n"
		"A2: frozen B\n"},
	{"freeze.timeout-reply", "a call that is answered in time",
		"@service\n"
		"C: begin do call(1, 1)\n"
		"B: read\n"
		"A2: version\n"
		"A2: begin freeze B 1 30000\n"
		"B: do reply(0)\n"
		"A2: end\n"
		"C: end\n"},
	{"freeze.timeout-expires", "a timeout that expires: EAGAIN",
		"@service\n"
		"C: do oneway(1, 1)\n"
		"A: freeze B 1 20\n"
		"A: frozen B\n"
		"C: do oneway(1, 2)\n"},
	{"freeze.timeout-refuses", "while it waits new calls are refused",
		"@service\n"
		"@client_d\n"
		"C: do oneway(1, 1)\n"
		"A2: version\n"
		"A2: begin freeze B 1 30000\n"
		"D: do call(1, 2)\n"
		"B: read\n"
		"A2: end\n"
		"A2: frozen B\n"},
	{"freeze.failure-thaws", "a failure thaws what was frozen, its counters cleared",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do call(1, 1)\n"
		"C: do oneway(1, 2)\n"
		"A: frozen B\n"
		"A: freeze B 1 0\n"
		"A: frozen B\n"
		"C: write call(1, 3)\n"},
	{"freeze.again", "freezing the frozen clears the counters",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do call(1, 1)\n"
		"A: frozen B\n"
		"A: freeze B 1 0\n"
		"A: frozen B\n"},
	{"freeze.thaw-unfrozen", "thawing what is not frozen",
		"@service\n"
		"A: freeze B 0\n"
		"A: frozen B\n"},
	{"freeze.unknown-pid", "a process that has no device open: EINVAL",
		"@manager\n"
		"A: freeze 1 1 0\n"
		"A: frozen 1\n"
		"A: freeze 0 1 0\n"
		"A: frozen 0\n"
		"A: freeze 0 0 0\n"},
	{"freeze.self", "a process may freeze itself",
		"@service\n"
		"B: freeze B 1 0\n"
		"C: do call(1, 1)\n"
		"B: frozen B\n"
		"B: freeze B 0\n"},
	{"freeze.by-anyone", "without mapping, from any process",
		"@service\n"
		"D: open\n"
		"D: freeze B 1 0\n"
		"D: frozen B\n"
		"C: do call(1, 1)\n"},
	{"freeze.two-opens", "all opens of a process are frozen together",
		"@service\n"
		"B: init slot=1\n"
		"B: write call(0, 1, B(0x55, 0x66))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"B: use 0\n"
		"A: freeze B 1 0\n"
		"A: do call(2, 1)\n"
		"A: do call(1, 1)\n"
		"A: frozen B\n"},
	{"freeze.two-opens-one-busy", "when one has work outstanding",
		"@service\n"
		"B: init slot=1\n"
		"B: write call(0, 1, B(0x55, 0x66))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"B: use 0\n"
		"A: do oneway(1, 1)\n"
		"A: freeze B 1 0\n"
		"A: frozen B\n"},
	{"freeze.frozen-calls-out", "a frozen process may call",
		"@service\n"
		"A2: version\n"
		"A: freeze B 1 0\n"
		"B: write call(0, 1)\n"
		"A2: read\n"
		"A2: do free reply(0)\n"
		"B: read\n"
		"A: frozen B\n"},
	{"freeze.frozen-dies", "a frozen process that dies",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do oneway(1, 1)\n"
		"B: kill\n"
		"C: do call(1, 1)\n"
		"A: frozen B\n"},
	{"freeze.nested-into-frozen", "a call back into a frozen caller",
		"@service\n"
		"C2: version\n"
		"C: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"C: read\n"
		"A: freeze C 1 0\n"
		"A: do call(2, 1)\n"
		"A: do oneway(2, 1)\n"},
	{"freeze.death-of-watched", "a frozen process hears of deaths",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"A: freeze C 1 0\n"
		"B: kill\n"
		"C: read\n"},
	{"freeze.error-extended", "FROZEN_REPLY leaves 0 in the extended error",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do call(1, 1)\n"
		"C: error\n"},
	{"freeze.update-first-stays", "TF_UPDATE_TXN: the first in line stays",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do oneway(1, 7, 'first', f=0x40)\n"
		"C: do oneway(1, 7, 'second', f=0x40)\n"
		"B: read\n"
		"B: do free\n"
		"B: do free oneway(9, 1)\n"},
	{"freeze.update-replaces", "those behind it are replaced",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do oneway(1, 7, 'first', f=0x40)\n"
		"C: do oneway(1, 7, 'second', f=0x40)\n"
		"C: do oneway(1, 7, 'third', f=0x40)\n"
		"A: freeze B 0\n"
		"B: read\n"
		"B: do free\n"
		"B: do free oneway(9, 1)\n"},
	{"freeze.update-not-frozen", "not in a process that is not frozen",
		"@service\n"
		"C: repeat 3 do oneway(1, 7, f=0x40)\n"
		"B: read\n"
		"B: do free\n"
		"B: do free\n"},
	{"freeze.update-other-code", "not of another code",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: repeat 3 do oneway(1, i, f=0x40)\n"
		"B: read\n"
		"B: do free\n"
		"B: do free\n"},
	{"freeze.update-other-flags", "nor of other flags",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do oneway(1, 7, f=0x40)\n"
		"C: do oneway(1, 7, f=0x60)\n"
		"C: do oneway(1, 7, f=0x40)\n"
		"B: read\n"
		"B: do free\n"
		"B: do free\n"},
	{"freeze.update-other-sender", "nor of another sender",
		"@service\n"
		"@client_d\n"
		"A: freeze B 1 0\n"
		"C: do oneway(1, 7, 'C1', f=0x40)\n"
		"C: do oneway(1, 7, 'C2', f=0x40)\n"
		"D: do oneway(1, 7, 'D1', f=0x40)\n"
		"B: read\n"
		"B: do free\n"
		"B: do free\n"},
	{"freeze.update-drops-objects", "what was replaced drops its references",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do oneway(1, 7, f=0x40)\n"
		"C: do oneway(1, 7, B(0x30, 0x40), f=0x40)\n"
		"C: do increfs_done(0x30, 0x40) acquire_done(0x30, 0x40) oneway(1, 7, f=0x40)\n"
		"C: read\n"
		"C: nodes\n"},
	{"freeze.watch", "a request is answered at once with the state",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: do freeze_done(0x99) oneway(9, 1)\n"
		"A: freeze B 1 0\n"
		"C: read\n"
		"C: write freeze_done(0x99)\n"
		"A: freeze B 0\n"
		"C: read\n"},
	{"freeze.watch-frozen", "of a frozen process",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do watch_freeze(1, 0x99)\n"},
	{"freeze.watch-not-done",
		"no more before FREEZE_NOTIFICATION_DONE; then the last state, if it changed",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"A: freeze B 1 0\n"
		"C: try\n"
		"C: do freeze_done(0x99)\n"
		"A: freeze B 0\n"
		"A: freeze B 1 0\n"
		"C: try\n"
		"C: try freeze_done(0x99)\n"
		"C: try\n"},
	{"freeze.watch-unread", "a change before the answer was read is told as one",
		"@service\n"
		"C: write watch_freeze(1, 0x99)\n"
		"A: freeze B 1 0\n"
		"C: read\n"
		"C: try freeze_done(0x99)\n"},
	{"freeze.watch-failure", "an attempt that fails tells nothing",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: try freeze_done(0x99)\n"
		"D: init\n"
		"C: do oneway(1, 1)\n"
		"A: freeze B 1 0\n"
		"C: try\n"},
	{"freeze.watch-twice", "a second request: EINVAL",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: do watch_freeze(1, 0x98)\n"
		"C: do enter watch_freeze(1, 0x99) enter\n"},
	{"freeze.watch-unknown", "for an unknown handle: EINVAL",
		"@service\n"
		"C: do watch_freeze(9, 0x99)\n"
		"C: do clear_freeze(9, 0x99)\n"
		"C: do freeze_done(0x99)\n"},
	{"freeze.watch-weak", "a weak reference is enough",
		"@service\n"
		"C: do increfs(1) release(1) watch_freeze(1, 0x99)\n"},
	{"freeze.watch-dead", "for a dead node nothing comes",
		"@service\n"
		"B: kill\n"
		"C: try watch_freeze(1, 0x99)\n"
		"C: try clear_freeze(1, 0x99)\n"},
	{"freeze.watch-dies", "when the watched process dies nothing comes",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: try freeze_done(0x99)\n"
		"B: kill\n"
		"C: try\n"},
	{"freeze.watch-frozen-dies", "nor when it was frozen",
		"@service\n"
		"A: freeze B 1 0\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: try freeze_done(0x99)\n"
		"B: kill\n"
		"C: try\n"},
	{"freeze.clear", "a request taken back is confirmed",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: try freeze_done(0x99)\n"
		"C: do clear_freeze(1, 0x99)\n"
		"A: freeze B 1 0\n"
		"C: try\n"
		"C: do watch_freeze(1, 0x88)\n"},
	{"freeze.clear-unread", "taken back before the answer was read",
		"@service\n"
		"C: do watch_freeze(1, 0x99) clear_freeze(1, 0x99)\n"
		"C: try\n"},
	{"freeze.clear-not-done", "taken back before FREEZE_NOTIFICATION_DONE",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: try clear_freeze(1, 0x99)\n"
		"C: do freeze_done(0x99)\n"},
	{"freeze.clear-wrong-cookie", "with another cookie: EINVAL",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: do clear_freeze(1, 0x98)\n"
		"C: do freeze_done(0x98)\n"},
	{"freeze.clear-twice", "taken back twice: EINVAL",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: try freeze_done(0x99)\n"
		"C: do clear_freeze(1, 0x99)\n"
		"C: do clear_freeze(1, 0x99)\n"},
	{"freeze.watch-released", "a handle that goes away takes its request along",
		"@service\n"
		"C: write watch_freeze(1, 0x99) release(1)\n"
		"C: try\n"
		"A: freeze B 1 0\n"
		"C: try\n"},
	{"freeze.watch-released-delivered", "also one whose answer was read",
		"@service\n"
		"C: do watch_freeze(1, 0x99)\n"
		"C: write release(1)\n"
		"C: do freeze_done(0x99)\n"},
	{"freeze.watch-two-clients", "each client is told",
		"@service\n"
		"@client_d\n"
		"C: do watch_freeze(1, 0x99)\n"
		"D: do watch_freeze(1, 0x99)\n"
		"C: write freeze_done(0x99)\n"
		"D: write freeze_done(0x99)\n"
		"A: freeze B 1 0\n"
		"C: read\n"
		"D: read\n"},
	{"freeze.watch-two-nodes", "each node is told of, a read for each",
		"@service\n"
		"B: write call(0, 9, B(0x11, 0x21))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"A: read\n"
		"B: read\n"
		"A: write watch_freeze(1, 0x71) watch_freeze(2, 0x72)\n"
		"A: read\n"
		"A: read\n"
		"A: write freeze_done(0x71) freeze_done(0x72)\n"
		"D: open\n"
		"D: freeze B 1 0\n"
		"A: read\n"
		"A: read\n"},
	{"freeze.watch-not-looper", "any waiting thread hears of it",
		"@service\n"
		"C2: version\n"
		"C2: begin read\n"
		"C: write watch_freeze(1, 0x99)\n"
		"C2: end\n"},
	{NULL, NULL, NULL},
};
