/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Threads: loopers, spawning, who gets which work, leaving (facts 10 and 11).
 */

#include "scenarios.h"

const struct scenario scenarios_threads[] = {
	{"thread.spawn", "a looper is asked to spawn in place of NOOP",
		"@pair\n"
		"A: maxthreads 1\n"
		"B: write oneway(0, 1)\n"
		"A: read\n"},
	{"thread.spawn-once", "asked once and unanswered: never again",
		"@pair\n"
		"A: maxthreads 5\n"
		"B: repeat 2 do oneway(0, 1)\n"
		"A: read\n"
		"A: do free\n"},
	{"thread.spawn-register",
		"after BC_REGISTER_LOOPER the next is asked for, up to the maximum",
		"@pair\n"
		"A: maxthreads 2\n"
		"B: repeat 4 do oneway(0, 1)\n"
		"A: read\n"
		"A2: do register\n"
		"A: do free\n"
		"A3: do register\n"
		"A: do free\n"
		"A: do free\n"},
	{"thread.spawn-for-complete", "a mere TRANSACTION_COMPLETE asks too",
		"@pair\n"
		"B: maxthreads 1\n"
		"B: do oneway(0, 1)\n"},
	{"thread.spawn-first-ioctl", "the empty first read of a looper is a read of 4 bytes",
		"@pair\n"
		"A: maxthreads 1\n"
		"A2: do enter\n"},
	{"thread.spawn-not-looper", "a thread that never entered the looper is never asked",
		"A: init\n"
		"A: manager\n"
		"A: maxthreads 3\n"
		"B: init\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"},
	{"thread.spawn-other-waits", "no one is asked while another thread waits",
		"@pair\n"
		"A: maxthreads 3\n"
		"A2: version\n"
		"A2: begin do enter\n"
		"B: write call(0, 1)\n"
		"A2: end\n"
		"A2: do reply(0)\n"
		"A2: begin read\n"
		"B: read\n"
		"A: begin read\n"
		"B: write call(0, 1)\n"
		"A: end\n"},
	{"thread.spawn-waiting-not-looper",
		"a thread that waits without having entered counts as waiting",
		"@pair\n"
		"A: maxthreads 3\n"
		"A2: version\n"
		"A2: begin read\n"
		"A: begin read\n"
		"B: write oneway(0, 1)\n"
		"A: end\n"},
	{"thread.spawn-max-zero", "a maximum of 0: never",
		"@pair\n"
		"A: maxthreads 0\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"},
	{"thread.spawn-eagain", "not in a read that fails",
		"@manager\n"
		"A: maxthreads 1\n"
		"A: try\n"
		"A: try\n"},
	{"thread.spawn-small-buffer", "in a read that had no room for the work",
		"@pair\n"
		"A: maxthreads 1\n"
		"B: write oneway(0, 1)\n"
		"A: read rsize=8\n"
		"A: read\n"},
	{"thread.spawn-preset",
		"it overwrites the start of the buffer also with a preset read_consumed",
		"@pair\n"
		"B: maxthreads 1\n"
		"B: do oneway(0, 1) rcons=8\n"},
	{"thread.spawn-registered-asks", "a registered thread asks for the next",
		"@pair\n"
		"A: maxthreads 2\n"
		"B: repeat 3 do oneway(0, 1)\n"
		"A: read\n"
		"A2: do register\n"
		"A2: do free\n"},
	{"thread.spawn-raise-maximum", "raising the maximum later counts",
		"@pair\n"
		"A: maxthreads 0\n"
		"B: repeat 2 do oneway(0, 1)\n"
		"A: read\n"
		"A: maxthreads 1\n"
		"A: do free\n"},
	{"thread.spawn-after-exit", "a registered thread that left still counts as started",
		"@pair\n"
		"A: maxthreads 1\n"
		"B: repeat 2 do oneway(0, 1)\n"
		"A: read\n"
		"A2: do register\n"
		"A2: thread_exit\n"
		"A: do free\n"},
	{"thread.register-unasked",
		"BC_REGISTER_LOOPER unasked makes no error: work and requests come",
		"@pair\n"
		"A: maxthreads 1\n"
		"A2: version\n"
		"A2: begin do register\n"
		"B: write call(0, 1)\n"
		"A2: end\n"},
	{"thread.register-after-enter", "BC_REGISTER_LOOPER after BC_ENTER_LOOPER",
		"@pair\n"
		"A: maxthreads 2\n"
		"A: write register\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"
		"A: do free oneway(9, 1)\n"},
	{"thread.enter-after-register", "BC_ENTER_LOOPER after BC_REGISTER_LOOPER",
		"@pair\n"
		"A: maxthreads 2\n"
		"A2: version\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"
		"A2: write register enter\n"
		"B: do oneway(0, 1)\n"
		"A2: do free\n"},
	{"thread.enter-twice", "BC_ENTER_LOOPER twice",
		"@pair\n"
		"A: write enter enter\n"
		"A: maxthreads 1\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"},
	{"thread.exit-looper", "a thread that sent BC_EXIT_LOOPER still gets work and is asked",
		"@pair\n"
		"A: maxthreads 1\n"
		"A: write exit_looper\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"},
	{"thread.not-looper-gets-work", "a thread that never entered gets process work",
		"A: init\n"
		"A: manager\n"
		"B: init\n"
		"A: begin read\n"
		"B: write call(0, 1)\n"
		"A: end\n"},
	{"thread.last-waiting-first", "the last to wait gets the work",
		"@pair\n"
		"A2: version\n"
		"A3: version\n"
		"A: begin read\n"
		"A2: begin read\n"
		"A3: begin read\n"
		"B: write oneway(0, 1)\n"
		"A3: end\n"
		"B: read\n"
		"B: write call(0, 2)\n"
		"A2: end\n"
		"C: init\n"
		"C: write call(0, 3)\n"
		"A: end\n"},
	{"thread.waits-again", "a thread that comes back is the last to wait",
		"@pair\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: begin read\n"
		"B: write oneway(0, 1)\n"
		"A2: end\n"
		"A2: begin do free\n"
		"B: read\n"
		"B: write oneway(0, 2)\n"
		"A2: end\n"
		"A: look\n"},
	{"thread.work-before-wait", "work that waits goes to the first to read",
		"@pair\n"
		"A2: version\n"
		"B: do oneway(0, 1)\n"
		"A2: read\n"
		"A: try\n"},
	{"thread.handling-thread-no-proc-work",
		"a thread that handles a call gets no other work until it replied",
		"@pair\n"
		"C: init\n"
		"B: write call(0, 1)\n"
		"C: write call(0, 2)\n"
		"A: read\n"
		"A: try\n"
		"A: do free reply(0)\n"
		"A: read\n"},
	{"thread.caller-no-proc-work", "a thread that waits for its reply gets no process work",
		"@service\n"
		"B: write call(0, 1)\n"
		"C: write call(1, 2)\n"
		"B: try\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"
		"B: read\n"},
	{"thread.exit-with-unread-call",
		"BINDER_THREAD_EXIT with a call on the thread: DEAD_REPLY to the caller",
		"@pair\n"
		"A2: version\n"
		"A2: begin read rsize=8\n"
		"B: write call(0, 1)\n"
		"A2: end\n"
		"A2: thread_exit\n"
		"B: read\n"
		"B: error\n"},
	{"thread.exit-with-unread-oneway", "the same with a oneway: it is lost",
		"@pair\n"
		"A2: version\n"
		"A2: begin read rsize=8\n"
		"B: do oneway(0, 1)\n"
		"A2: end\n"
		"A2: thread_exit\n"
		"A: try\n"
		"B: do oneway(0, 2)\n"
		"A: try\n"},
	{"thread.exit-with-unread-complete", "the same with a TRANSACTION_COMPLETE",
		"@pair\n"
		"B: write oneway(0, 1)\n"
		"B: thread_exit\n"
		"B: try\n"
		"B: try\n"},
	{"thread.exit-with-unread-reply", "the same with a reply",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do reply(0)\n"
		"B: thread_exit\n"
		"B: try\n"
		"B: try\n"
		"B: write call(0, 2, 'area')\n"
		"A: read\n"
		"A: write reply(0, 'again')\n"
		"B: read\n"},
	{"thread.exit-in-nested",
		"leaving in the middle of nested calls fails the innermost and all others",
		"@service\n"
		"C: write call(1, 1, B(0x30, 0x40))\n"
		"B: read\n"
		"B: write acquire(1) call(1, 2)\n"
		"C: read\n"
		"C: thread_exit\n"
		"B: read\n"
		"B: do reply(0)\n"},
	{"thread.exit-twice", "leaving twice, leaving as the first ioctl",
		"@manager\n"
		"A: thread_exit\n"
		"A: thread_exit\n"
		"A2: thread_exit\n"
		"A2: try\n"},
	{"thread.exit-forgets-looper", "a thread that left is no looper any more",
		"@pair\n"
		"A: maxthreads 1\n"
		"A: thread_exit\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"},
	{"thread.exit-forgets-error", "a thread that left has no extended error",
		"@pair\n"
		"B: do call(9, 1)\n"
		"B: thread_exit\n"
		"B: error\n"},
	{"thread.ends-silently", "a thread that ends leaves its undelivered work behind",
		"@pair\n"
		"A2: version\n"
		"A2: begin read rsize=8\n"
		"B: write call(0, 1)\n"
		"A2: end\n"
		"A2: end_thread\n"
		"A: try\n"
		"B: try\n"
		"A: kill\n"
		"B: read\n"},
	{"thread.signal-waiter", "an interrupted waiter waits no more; work goes to the other",
		"@pair\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: begin read\n"
		"A2: signal\n"
		"A2: end\n"
		"B: write call(0, 1)\n"
		"A: end\n"},
	{"thread.parallel", "two waiting threads take two calls",
		"@pair\n"
		"C: init\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: begin read\n"
		"B: write call(0, 1)\n"
		"C: write call(0, 2)\n"
		"A2: end\n"
		"A: end\n"
		"A: do reply(10)\n"
		"A2: do reply(20)\n"
		"B: read\n"
		"C: read\n"},
	{"thread.two-threads-call", "two threads of a process call at the same time",
		"@pair\n"
		"B2: version\n"
		"B: write call(0, 1)\n"
		"B2: write call(0, 2)\n"
		"A: read\n"
		"A: write free reply(10)\n"
		"A: read\n"
		"A: read\n"
		"A: write free reply(20)\n"
		"A: read\n"
		"B2: read\n"
		"B: read\n"},
	{NULL, NULL, NULL},
};
