/* SPDX-License-Identifier: Apache-2.0 */

/*
 * poll, select and epoll, per thread (facts 1, 3 and 13).
 */

#include "scenarios.h"

const struct scenario scenarios_poll[] = {
	{"poll.new-thread", "a thread is readable until it has made an ioctl",
		"@manager\n"
		"A: poll\n"
		"A2: poll\n"
		"A2: select\n"
		"A2: try\n"
		"A2: poll\n"},
	{"poll.proc-work", "work of the process makes its threads readable",
		"@pair\n"
		"A2: version\n"
		"A: poll\n"
		"B: do oneway(0, 1)\n"
		"A: poll\n"
		"A2: poll\n"
		"A2: read\n"
		"A: poll\n"},
	{"poll.wakes-all", "it wakes all that poll",
		"@pair\n"
		"A2: version\n"
		"A: begin poll -1\n"
		"A2: begin poll -1\n"
		"B: do oneway(0, 1)\n"
		"A: end\n"
		"A2: end\n"
		"A2: read\n"
		"A: poll\n"},
	{"poll.wakes-select", "select likewise",
		"@pair\n"
		"A: begin select wait\n"
		"B: do oneway(0, 1)\n"
		"A: end\n"
		"A: read\n"
		"A: select\n"},
	{"poll.reader-first", "a thread that waits in a read gets the work, who polls sleeps on",
		"@pair\n"
		"A2: version\n"
		"A2: begin read\n"
		"A: begin poll -1\n"
		"B: do oneway(0, 1)\n"
		"A2: end\n"
		"A: look\n"
		"A: signal\n"
		"A: end\n"},
	{"poll.inside-call", "a thread inside a call is not ready for work of the process",
		"@service\n"
		"B: write call(0, 1)\n"
		"C: do oneway(1, 2)\n"
		"B: poll\n"
		"A: read\n"
		"A: do reply(0)\n"
		"B: poll\n"
		"B: read\n"
		"B: poll\n"},
	{"poll.handling", "nor one that handles a call",
		"@pair\n"
		"C: init\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"C: write call(0, 2)\n"
		"A: poll\n"
		"A: do reply(0)\n"
		"A: poll\n"},
	{"poll.reply", "a reply makes its thread readable, no other",
		"@pair\n"
		"B2: version\n"
		"B: write call(0, 1)\n"
		"B: begin poll -1\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: end\n"
		"B2: poll\n"},
	{"poll.complete", "TRANSACTION_COMPLETE: of a call not, of a oneway yes",
		"@pair\n"
		"B: write call(0, 1)\n"
		"B: poll\n"
		"A: read\n"
		"A: write reply(0)\n"
		"A: poll\n"
		"A: read\n"
		"A: poll\n"},
	{"poll.oneway-complete", "of a oneway, in the sender's thread alone",
		"@pair\n"
		"B2: version\n"
		"B: write oneway(0, 1)\n"
		"B: poll\n"
		"B2: poll\n"
		"B: read\n"
		"B: poll\n"},
	{"poll.failed", "an error is there at once",
		"@pair\n"
		"B: write call(9, 1)\n"
		"B: poll\n"
		"B: read\n"
		"B: poll\n"},
	{"poll.death", "a death makes ready",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"C: begin poll -1\n"
		"B: kill\n"
		"C: end\n"
		"C: read\n"},
	{"poll.freeze", "a freeze notification does",
		"@service\n"
		"C: write watch_freeze(1, 0x99)\n"
		"C: poll\n"
		"C: read\n"
		"C: poll\n"},
	{"poll.node-work", "a release does",
		"@service\n"
		"A: write release(1)\n"
		"B: poll\n"
		"C: write release(1)\n"
		"B: poll\n"
		"B: read\n"
		"B: poll\n"},
	{"poll.deferred-node", "an announcement of a call's node does not",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40))\n"
		"B: poll\n"
		"A: read\n"
		"A: write acquire(1)\n"
		"B: poll\n"},
	{"poll.close-dup", "the close of a duplicate makes ready until an ioctl",
		"@manager\n"
		"A: dup\n"
		"A: begin poll -1\n"
		"A2: version\n"
		"A2: close 4\n"
		"A: look\n"
		"A: signal\n"
		"A: end\n"
		"A: poll\n"
		"A: version\n"
		"A: poll\n"},
	{"poll.thread-exit", "after BINDER_THREAD_EXIT a thread is new",
		"@manager\n"
		"A: poll\n"
		"A: thread_exit\n"
		"A: poll\n"
		"A: version\n"
		"A: poll\n"},
	{"poll.timeout", "a timeout that expires",
		"@manager\n"
		"A: poll 10\n"},
	{"poll.eintr", "a signal",
		"@manager\n"
		"A: begin poll -1\n"
		"A: signal\n"
		"A: end\n"},
	{"poll.small-buffer", "work that found no room keeps the thread ready",
		"@pair\n"
		"B: do oneway(0, 1)\n"
		"A: read rsize=8\n"
		"A: poll\n"
		"A: read\n"
		"A: poll\n"},
	{"poll.epoll", "epoll, level-triggered",
		"@pair\n"
		"A: epoll create\n"
		"A: epoll add\n"
		"A: epoll wait 0\n"
		"B: do oneway(0, 1)\n"
		"A: epoll wait 0\n"
		"A: epoll wait 0\n"
		"A: read\n"
		"A: epoll wait 0\n"},
	{"poll.epoll-waits", "epoll_wait that waits",
		"@pair\n"
		"A: epoll create\n"
		"A: epoll add\n"
		"A: begin epoll wait -1\n"
		"B: do oneway(0, 1)\n"
		"A: end\n"
		"A: read\n"
		"A: epoll wait 0\n"},
	{"poll.epoll-edge", "epoll, edge-triggered",
		"@pair\n"
		"A: epoll create\n"
		"A: epoll add edge\n"
		"A: epoll wait 0\n"
		"B: do oneway(0, 1)\n"
		"A: epoll wait 0\n"
		"A: epoll wait 0\n"
		"A: read\n"
		"A: write free\n"
		"A: begin epoll wait -1\n"
		"B: do oneway(0, 2)\n"
		"A: end\n"},
	{"poll.epoll-new-thread", "a thread that has made no ioctl",
		"A: open\n"
		"A: map\n"
		"A: epoll create\n"
		"A: epoll add\n"
		"A: epoll wait 0\n"
		"A: version\n"
		"A: epoll wait 0\n"},
	{"poll.epoll-call", "a reply, seen through epoll",
		"@pair\n"
		"B: epoll create\n"
		"B: epoll add\n"
		"B: write call(0, 1)\n"
		"B: epoll wait 0\n"
		"B: begin epoll wait -1\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: end\n"
		"B: read\n"
		"B: epoll wait 0\n"},
	{"poll.epoll-handling", "not ready while handling, ready again after the reply",
		"@pair\n"
		"C: init\n"
		"A: epoll create\n"
		"A: epoll add\n"
		"B: write call(0, 1)\n"
		"A: epoll wait 0\n"
		"A: read\n"
		"C: write call(0, 2)\n"
		"A: epoll wait 0\n"
		"A: do free reply(0)\n"
		"A: epoll wait 0\n"
		"A: read\n"},
	{"poll.epoll-del", "a descriptor taken out of epoll",
		"@pair\n"
		"A: epoll create\n"
		"A: epoll add\n"
		"A: epoll add\n"
		"A: epoll del\n"
		"B: do oneway(0, 1)\n"
		"A: epoll wait 0\n"
		"A: poll\n"},
	{"poll.epoll-death", "a death, seen through epoll",
		"@service\n"
		"C: epoll create\n"
		"C: epoll add\n"
		"C: write death(1, 0x77)\n"
		"C: begin epoll wait -1\n"
		"B: kill\n"
		"C: end\n"
		"C: read\n"},
	{"poll.dup", "a duplicate polls alike",
		"@pair\n"
		"A: dup\n"
		"A: swap\n"
		"A: poll\n"
		"B: do oneway(0, 1)\n"
		"A: poll\n"
		"A: read\n"
		"A: poll\n"},
	{"poll.nonblock-loop", "the loop of a program on epoll with non-blocking reads",
		"@pair\n"
		"A: nonblock 1\n"
		"A: epoll create\n"
		"A: epoll add\n"
		"A: begin epoll wait -1\n"
		"B: do oneway(0, 1)\n"
		"A: end\n"
		"A: read\n"
		"A: do free\n"
		"A: epoll wait 0\n"},
	{"poll.epoll-other-thread",
		"epoll_wait by another thread than the one that added the device",
		"@pair\n"
		"A2: version\n"
		"A: epoll create\n"
		"A: epoll add\n"
		"A2: epoll wait 0\n"
		"B: do oneway(0, 1)\n"
		"A2: epoll wait 0\n"
		"A2: read\n"
		"A: epoll wait 0\n"
		"A2: epoll wait 0\n"},
	{NULL, NULL, NULL},
};
