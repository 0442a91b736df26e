/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Processes and descriptors: fork, exec, dup, close (facts 2 and 15).
 */

#include "scenarios.h"

const struct scenario scenarios_processes[] = {
	{"fork.child-mmap", "a child may not map an inherited descriptor: EINVAL",
		"A: open\n"
		"A: fork B\n"
		"B: map\n"
		"A: map\n"},
	{"fork.child-area", "a child does not have the parent's area",
		"@pair\n"
		"B: do oneway(0, 1, 'x')\n"
		"A: touch area\n"
		"A: fork C\n"
		"C: touch area\n"},
	{"fork.child-calls", "a child calls in the opener's name, its own thread",
		"@pair\n"
		"B: fork C\n"
		"C: do call(0, 1)\n"
		"A: read\n"
		"B: write call(0, 2)\n"
		"A: write reply(0)\n"
		"C: read\n"
		"A: read\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"},
	{"fork.child-reads", "a child reads the process's work",
		"@pair\n"
		"A: fork C\n"
		"B: write call(0, 1)\n"
		"C: try rsize=8\n"
		"C: read\n"
		"C: do reply(5)\n"
		"B: read\n"},
	{"fork.child-exit-wakes", "the exit of a child wakes readers",
		"@manager\n"
		"A2: version\n"
		"A2: fork B\n"
		"A: begin read\n"
		"B: exit\n"
		"A: end\n"
		"A2: read\n"},
	{"fork.child-kill-wakes", "so does its violent end",
		"@manager\n"
		"A2: version\n"
		"A2: fork B\n"
		"A: begin read\n"
		"B: kill\n"
		"A: end\n"},
	{"fork.child-closes", "and its close",
		"@manager\n"
		"A2: version\n"
		"A2: fork B\n"
		"A: begin read\n"
		"B: close\n"
		"A: end\n"
		"B: exit\n"
		"A: try\n"},
	{"fork.parent-dies", "the process lives on in its child, without its area",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: fork D\n"
		"B: kill\n"
		"C: try\n"
		"C: do call(1, 1)\n"
		"C: error\n"
		"D: exit\n"
		"C: read\n"},
	{"fork.parent-dies-while-handling", "a caller waits until the child has closed too",
		"@service\n"
		"B: fork D\n"
		"C: begin do call(1, 1)\n"
		"B: read\n"
		"B: kill\n"
		"C: look\n"
		"D: exit\n"
		"C: end\n"},
	{"fork.own-open", "a child that opens for itself is another process",
		"@pair\n"
		"B: fork C\n"
		"C: open slot=1\n"
		"C: map\n"
		"C: version\n"
		"C: write call(0, 1, 'from the child')\n"
		"A: read\n"
		"A: write reply(0)\n"
		"C: read\n"},
	{"fork.two-children", "each child's end is one wake",
		"@manager\n"
		"A2: version\n"
		"A2: fork B\n"
		"A2: fork C\n"
		"A: begin read\n"
		"B: exit\n"
		"A: end\n"
		"A: begin read\n"
		"C: exit\n"
		"A: end\n"},
	{"fork.frozen-by-pid", "the process is frozen by its opener's pid",
		"@pair\n"
		"B: fork C\n"
		"A: freeze C 1 0\n"
		"A: freeze B 1 0\n"
		"A: frozen C\n"},
	{"process.exec", "exec closes a close-on-exec descriptor: the process's end",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: exec\n"
		"C: read\n"},
	{"process.spawn", "posix_spawn's child closes what it inherited: readers wake",
		"@manager\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: spawn\n"
		"A: end\n"},
	{"process.spawn-inherited", "with a descriptor that is not close-on-exec its end wakes",
		"A: open inherited\n"
		"A: map\n"
		"A: manager\n"
		"A: version\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: spawn\n"
		"A: end\n"},
	{"process.system", "system() likewise",
		"@manager\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: system\n"
		"A: end\n"},
	{"process.gone", "a process that has died is not known by its pid",
		"@service\n"
		"A: frozen B\n"
		"B: fork D\n"
		"B: kill\n"
		"A: frozen D\n"
		"D: kill\n"
		"C: do call(1, 1)\n"},
	{"dup.use", "a duplicate is the same open",
		"@pair\n"
		"B: dup\n"
		"B: swap\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"},
	{"dup.close-original", "the original may be closed",
		"@pair\n"
		"B: dup\n"
		"B: close\n"
		"B: swap\n"
		"B: try\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write reply(0)\n"
		"B: read\n"},
	{"dup.dup2", "dup2",
		"@pair\n"
		"B: dup dup2 to=9\n"
		"B: swap\n"
		"B: do oneway(0, 1)\n"
		"B: close 3\n"
		"B: do oneway(0, 2)\n"
		"B: fds\n"},
	{"dup.fcntl", "F_DUPFD_CLOEXEC",
		"@pair\n"
		"B: dup fcntl to=11\n"
		"B: swap\n"
		"B: close 3\n"
		"B: do oneway(0, 1)\n"
		"B: do oneway(0, 2)\n"},
	{"dup.shared-flags", "O_NONBLOCK is the open's, not the descriptor's",
		"@pair\n"
		"B: dup\n"
		"B: nonblock 1\n"
		"B: libc getfl\n"
		"B: swap\n"
		"B: libc getfl\n"
		"B: read\n"},
	{"dup.close-last", "the last close ends the process in the driver, its area gone",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: dup\n"
		"B: close 3\n"
		"C: try\n"
		"B: unmap\n"
		"B: close 4\n"
		"C: read\n"},
	{"close.while-mapped", "a closed device with its area mapped lives on",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: close\n"
		"C: do oneway(1, 1, 'x')\n"
		"C: try\n"
		"B: peek area 1\n"
		"B: unmap\n"
		"C: read\n"},
	{"close.wakes-reader",
		"the close by another thread ends a read; the descriptor is gone after it",
		"@manager\n"
		"A2: version\n"
		"A: begin read\n"
		"A2: close\n"
		"A: end\n"
		"A: try\n"},
	{"close.wakes-caller", "and a caller's wait",
		"@pair\n"
		"B2: version\n"
		"B: begin do call(0, 1)\n"
		"B2: close\n"
		"B: end\n"
		"A: read\n"
		"A: do reply(0)\n"},
	{"close.manager", "a closed manager is no manager once unmapped",
		"@pair\n"
		"A: close\n"
		"A: unmap\n"
		"B: do call(0, 1)\n"},
	{"close.reopen", "a process may open again and is new",
		"@pair\n"
		"B: write acquire(0)\n"
		"B: close\n"
		"B: unmap\n"
		"B: init\n"
		"B: do oneway(0, 1)\n"
		"B: do oneway(0, 1, H(0))\n"},
	{"open.numbers", "an open takes the lowest free descriptor",
		"A: open\n"
		"A: open slot=1\n"
		"A: close 3\n"
		"A: open\n"},
	{"open.limit", "no descriptor free: EMFILE",
		"A: open\n"
		"A: fdlimit 4\n"
		"A: open slot=1\n"},
	{"open.read-only", "an open for reading alone will do",
		"A: open rdonly\n"
		"A: map\n"
		"A: manager\n"
		"A: version\n"
		"B: init\n"
		"B: do oneway(0, 1)\n"
		"A: read\n"},
	{"open.missing", "a device that there is not: ENOENT",
		"A: open path='/dev/binder-that-is-not'\n"},
	{"open.cloexec", "O_CLOEXEC is kept",
		"A: open\n"
		"A: libc getfd\n"
		"A: open inherited slot=1\n"
		"A: libc getfd\n"},
	{"open.nonblock", "O_NONBLOCK from the open",
		"@pair\n"
		"C: open nonblock\n"
		"C: map\n"
		"C: version\n"
		"C: read\n"
		"C: libc getfl\n"
		"C: nonblock 0\n"
		"C: libc getfl\n"},
	{"libc.read-write", "read, write, lseek and fsync on the device",
		"A: open\n"
		"A: libc read\n"
		"A: libc write\n"
		"A: libc fsync\n"},
	{"libc.stat", "what stat says",
		"A: open\n"
		"A: libc fstat\n"
		"A: libc stat\n"
		"A: libc access\n"},
	{"context.separate", "devices do not know of each other",
		"A: init\n"
		"A: manager\n"
		"B: init path='/dev/hwbinder'\n"
		"B: manager\n"
		"C: init path='/dev/vndbinder'\n"
		"C: do call(0, 1)\n"
		"C: manager\n"
		"D: init path='/dev/hwbinder'\n"
		"D: write call(0, 5)\n"
		"B: read\n"
		"A: try\n"},
	{"context.two-in-one", "one process on two devices",
		"A: init\n"
		"A: manager\n"
		"B: init path='/dev/hwbinder'\n"
		"B: manager\n"
		"C: init\n"
		"C: init path='/dev/hwbinder' slot=1\n"
		"C: use 0\n"
		"C: do oneway(0, 1)\n"
		"C: use 1\n"
		"C: do oneway(0, 2)\n"
		"A: read\n"
		"B: read\n"},
	{NULL, NULL, NULL},
};
