/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What existing programs do, as they do it: libbinder, its service manager, the small
 * C framework.
 */

#include "scenarios.h"

const struct scenario scenarios_programs[] = {
	{"program.libbinder-start", "how a process of libbinder begins",
		"@manager\n"
		"B: open\n"
		"B: version\n"
		"B: maxthreads 15\n"
		"B: spam 1\n"
		"B: map 1040384\n"
		"B: write increfs(0) acquire(0) death(0, 0x1)\n"
		"B: write call(0, 0x5f504e47, f=0x10)\n"
		"A: read\n"
		"A: do free reply(0)\n"
		"B: read\n"
		"B: write free\n"},
	{"program.libbinder-pool", "a thread pool grows on demand",
		"@manager\n"
		"A: maxthreads 3\n"
		"B: init\n"
		"C: init\n"
		"A2: do enter\n"
		"A2: begin read\n"
		"B: write call(0, 1)\n"
		"A2: end\n"
		"A3: do register\n"
		"A3: begin read\n"
		"C: write call(0, 2)\n"
		"A3: end\n"
		"A4: do register\n"
		"A2: do free(area) reply(0)\n"
		"A3: do free(area+8) reply(0)\n"
		"B: read\n"
		"C: read\n"},
	{"program.add-service", "what a client that has just added a service reads",
		"@pair\n"
		"B: begin do call(0, 3, 'name', zero(4), B(0x1000, 0x2000, 0x113), f=0x10)\n"
		"A: read\n"
		"A: write increfs(1) acquire(1) death(1, 0x1)\n"
		"A: do free reply(0, u32(0))\n"
		"B: end\n"
		"B: do increfs_done(0x1000, 0x2000) acquire_done(0x1000, 0x2000) free oneway(0, "
		"9)\n"},
	{"program.manager-epoll", "a service manager on epoll that answers and reads again",
		"A: open\n"
		"A: map\n"
		"A: manager_ext 0 0 0x100\n"
		"A: epoll create\n"
		"A: epoll add\n"
		"A: write enter\n"
		"A: epoll wait 0\n"
		"B: init\n"
		"B: write call(0, 1)\n"
		"A: epoll wait 0\n"
		"A: read\n"
		"A: do free reply(0, 'status')\n"
		"A: epoll wait 0\n"
		"B: read\n"
		"A: noderef 0\n"},
	{"program.classic-manager",
		"the small framework's manager: 128 byte reads, free and reply in one write of 80 "
		"bytes",
		"A: open\n"
		"A: version\n"
		"A: map 128K\n"
		"A: manager\n"
		"A: write enter\n"
		"A: begin read rsize=128\n"
		"B: init\n"
		"B: begin do call(0, 1, 'svcmgr') rsize=128\n"
		"A: end\n"
		"A: do free reply(0, u32(0)) rsize=128\n"
		"B: end\n"
		"B: write free\n"
		"A: begin read rsize=128\n"
		"A: look\n"},
	{"program.large-parcel", "1,050,004 bytes to an area of 1 MiB less 8 KiB",
		"A: open\n"
		"A: map 1040384\n"
		"A: manager\n"
		"B: init\n"
		"B: do call(0, 1, fill(1050004))\n"
		"B: error\n"},
	{"program.freezer", "freezing with a oneway pending: EAGAIN at once, success in time",
		"@service\n"
		"C: do oneway(1, 1)\n"
		"A: freeze B 1 0\n"
		"A2: version\n"
		"A2: begin freeze B 1 1000000\n"
		"B: read\n"
		"A2: end\n"
		"C: do call(1, 2)\n"
		"A: frozen B\n"
		"A: freeze B 0\n"},
	{"program.service-lookup", "a service that two clients find, call and let go",
		"@service\n"
		"@client_d\n"
		"C: begin do call(1, 10, 'from C')\n"
		"B: read\n"
		"B: do free reply(0, 'to C')\n"
		"C: end\n"
		"D: begin do call(1, 11, 'from D')\n"
		"B: read\n"
		"B: do free reply(0, 'to D')\n"
		"D: end\n"
		"C: write free release(1)\n"
		"D: write free release(1)\n"
		"B: try\n"
		"A: write release(1)\n"
		"B: read\n"},
	{"program.callback", "a callback that is registered, called and dropped",
		"@service\n"
		"C: begin do call(1, 1, B(0x500, 0x600))\n"
		"B: read\n"
		"B: write increfs(1) acquire(1) free\n"
		"B: do reply(0)\n"
		"C: end\n"
		"C: write increfs_done(0x500, 0x600) acquire_done(0x500, 0x600) free\n"
		"B: do oneway(1, 2, 'event')\n"
		"C: read\n"
		"C: write free\n"
		"B: write release(1) decrefs(1)\n"
		"C: read\n"
		"C: nodes\n"},
	{"program.thread-leaves", "a pool thread that leaves in good order",
		"@pair\n"
		"A2: write enter\n"
		"A2: begin read\n"
		"B: write call(0, 1)\n"
		"A2: end\n"
		"A2: do free reply(0)\n"
		"A2: write exit_looper\n"
		"A2: thread_exit\n"
		"A2: end_thread\n"
		"B: read\n"
		"A: try\n"},
	{NULL, NULL, NULL},
};
