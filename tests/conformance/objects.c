/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Objects: BINDER and HANDLE in every direction, and what the driver refuses (facts 3,
 * 25 and 26 to 29).
 */

#include "scenarios.h"

const struct scenario scenarios_objects[] = {
	{"object.binder-to-handle", "a node becomes a handle; cookie zeroed, flags kept",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40, 0x17f))\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"B: read\n"},
	{"object.handle-to-own-node", "a handle sent to its node's owner becomes the node",
		"@service\n"
		"C: write call(1, 1, H(1, 0x55, cookie=9))\n"
		"B: read\n"},
	{"object.handle-to-handle", "a handle sent to a third process becomes a handle there",
		"@service\n"
		"@client_d\n"
		"C: write call(0, 1, H(1, 0x55, cookie=9))\n"
		"A: read\n"
		"A: write reply(0, H(1, 7, cookie=9))\n"
		"C: read\n"},
	{"object.weak-binder", "WEAK_BINDER becomes WEAK_HANDLE: only INCREFS",
		"@pair\n"
		"B: write call(0, 1, WB(0x30, 0x40))\n"
		"A: read\n"
		"A: write increfs(1) free reply(0)\n"
		"B: read\n"
		"B: nodes\n"},
	{"object.weak-handle-passed", "WEAK_HANDLE becomes WEAK_HANDLE, or WEAK_BINDER at home",
		"@service\n"
		"C: write call(0, 1, WH(1))\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"C: read\n"
		"C: write call(1, 1, WH(1))\n"
		"B: read\n"},
	{"object.weak-only-as-strong", "a handle held weakly only sent as HANDLE: EINVAL",
		"@service\n"
		"C: write increfs(1) release(1)\n"
		"C: do call(0, 1, H(1))\n"
		"C: error\n"
		"C: do oneway(0, 1, WH(1))\n"
		"A: read\n"},
	{"object.never-announced",
		"a node dropped by the receiver before the caller reads is not announced",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"B: read\n"
		"B: nodes\n"},
	{"object.announced-before-reply", "a node is announced before TRANSACTION_COMPLETE",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"B: read\n"
		"B: nodes\n"},
	{"object.oneway-announces", "of a oneway at once",
		"@pair\n"
		"B: do oneway(0, 1, B(0x30, 0x40))\n"},
	{"object.reply-announces", "of a reply at once",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do reply(0, B(0x30, 0x40))\n"
		"B: read\n"
		"B: write free\n"
		"A: try\n"},
	{"object.same-node-twice", "a node twice in a parcel is one handle",
		"@pair\n"
		"B: write call(0, 1, B(0x30, 0x40), B(0x30, 0x40))\n"
		"A: read\n"
		"A: noderef 1\n"
		"A: write free reply(0)\n"},
	{"object.two-nodes", "handles are numbered in the order of the parcel",
		"@pair\n"
		"B: write call(0, 1, B(0x50, 5), B(0x30, 3), B(0x40, 4))\n"
		"A: read\n"
		"A: write acquire(1) acquire(2) acquire(3) free reply(0)\n"
		"B: read\n"
		"B: nodes\n"},
	{"object.cookie-mismatch", "another cookie for a node: EINVAL",
		"@service\n"
		"B: do call(0, 1, B(0x10, 0x21))\n"
		"B: error\n"
		"B: nodes\n"},
	{"object.cookie-mismatch-unread", "also while the node's last release is unread",
		"@service\n"
		"C: write release(1)\n"
		"A: write release(1)\n"
		"B: do call(0, 1, B(0x10, 0x21))\n"
		"B: error\n"},
	{"object.first-flags-count", "a node's flags are those of its first sending",
		"@service\n"
		"B: write call(0, 1, B(0x10, 0x20, 0x100))\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"B: read\n"
		"B: write free\n"
		"C: file 'x'\n"
		"C: do call(1, 1, F(4))\n"
		"C: error\n"},
	{"object.ptr-zero", "a node whose ptr is 0",
		"@pair\n"
		"B: write call(0, 1, B(0, 0x40))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"B: read\n"
		"B: nodes\n"
		"A: write call(1, 7)\n"
		"B: read\n"},
	{"object.ptr-large", "ptr and cookie of 64 bits",
		"@pair\n"
		"B: write call(0, 1, B(0xfedcba9876543210, max))\n"
		"A: read\n"
		"A: write acquire(1) free reply(0)\n"
		"B: read\n"
		"A: write call(1, 7)\n"
		"B: read\n"},
	{"object.handle-zero", "handle 0 sent to another process is 0 there",
		"@service\n"
		"C: write acquire(0)\n"
		"C: write call(1, 1, H(0))\n"
		"B: read\n"
		"B: write free\n"
		"B: write oneway(0, 5)\n"
		"A: read\n"},
	{"object.handle-zero-unheld", "handle 0 sent without a reference: EINVAL",
		"@service\n"
		"C: do call(1, 1, H(0))\n"
		"C: error\n"},
	{"object.handle-zero-home", "handle 0 sent to the manager becomes its node",
		"@pair\n"
		"B: write acquire(0)\n"
		"B: write call(0, 1, H(0))\n"
		"A: read\n"},
	{"object.manager-node-as-binder", "the manager sends its own node: handle 0",
		"@service\n"
		"A: write oneway(1, 1, B(0, 0))\n"
		"B: read\n"},
	{"object.unknown-handle", "an unknown handle: EINVAL",
		"@pair\n"
		"B: do call(0, 1, H(5))\n"
		"B: error\n"
		"B: do call(0, 1, WH(5))\n"
		"B: error\n"},
	{"object.dead-handle", "a dead node's handle can be passed on",
		"@service\n"
		"@client_d\n"
		"B: kill\n"
		"C: write call(0, 1, H(1))\n"
		"A: read\n"
		"A: write free reply(0, H(1))\n"
		"C: read\n"},
	{"object.unknown-type", "an unknown type: EINVAL",
		"@pair\n"
		"B: do call(0, 1, obj(0x12345678))\n"
		"B: error\n"
		"B: do call(0, 1, obj(0))\n"
		"B: error\n"},
	{"object.misaligned", "an offset that is no multiple of 4: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'ab', H(0))\n"
		"B: error\n"
		"B: do call(0, 1, 'abcdefg', WB(0x30, 0x40))\n"
		"B: error\n"},
	{"object.aligned-four", "an offset that is a multiple of 4 is enough",
		"@pair\n"
		"B: write call(0, 1, 'abcd', B(0x30, 0x40), 'ef')\n"
		"A: read\n"},
	{"object.cut-off", "an object that the data does not hold whole: EINVAL",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), size=23)\n"
		"B: error\n"
		"B: do call(0, 1, B(0x30, 0x40), size=3)\n"
		"B: error\n"
		"B: do call(0, 1, F(1), size=20)\n"
		"B: error\n"},
	{"object.offset-beyond", "an offset beyond the data: EFAULT",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), offs=o(28))\n"
		"B: error\n"
		"B: do call(0, 1, B(0x30, 0x40), offs=o(0xfffffffffffffff8))\n"
		"B: error\n"},
	{"object.offset-at-end", "an offset at the very end of the data: EINVAL",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), offs=o(24))\n"
		"B: error\n"},
	{"object.offsets-overlap", "overlapping objects: EFAULT",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), B(0x31, 0x41), offs=o(0, 8))\n"
		"B: error\n"
		"B: nodes\n"},
	{"object.offsets-same", "the same offset twice: EFAULT",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), B(0x31, 0x41), offs=o(0, 0))\n"
		"B: error\n"},
	{"object.offsets-descend", "descending offsets: EFAULT",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), B(0x31, 0x41), offs=o(24, 0))\n"
		"B: error\n"
		"B: nodes\n"},
	{"object.offsets-size", "an offsets size that is no multiple of 8: EINVAL",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), osize=4)\n"
		"B: error\n"
		"B: do call(0, 1, B(0x30, 0x40), osize=12)\n"
		"B: error\n"},
	{"object.offsets-only", "offsets without data",
		"@pair\n"
		"B: do call(0, 1, offs=o(0))\n"
		"B: error\n"},
	{"object.not-listed", "an object without offset is mere data",
		"@pair\n"
		"B: write call(0, 1, hidden(B(0x30, 0x40)))\n"
		"A: read\n"
		"B: nodes\n"},
	{"object.gaps", "data between, before and behind objects",
		"@pair\n"
		"B: write call(0, 1, 'before__', B(0x30, 0x40), 'between_', B(0x50, 0x60), "
		"'behind')\n"
		"A: read\n"},
	{"object.unwind-node", "an error after a new node: the node is gone, nothing is announced",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), H(9))\n"
		"B: error\n"
		"B: nodes\n"
		"B: write call(0, 2, B(0x50, 0x60))\n"
		"A: read\n"},
	{"object.unwind-known-node", "an error after a known node: its counts are as before",
		"@service\n"
		"A: noderef 1\n"
		"B: do call(0, 1, B(0x10, 0x20), obj(1))\n"
		"A: noderef 1\n"
		"B: try\n"},
	{"object.unwind-handle", "an error after a handle: the receiver keeps nothing",
		"@service\n"
		"D: init\n"
		"D: write call(0, 1, B(0x50, 0x60))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"A: read\n"
		"A: do call(1, 1, H(2), H(9))\n"
		"A: noderef 2\n"
		"A: write call(1, 2, H(2))\n"
		"B: read\n"},
	{"object.unwind-own-node", "an error after a handle to the receiver's node",
		"@service\n"
		"A: noderef 1\n"
		"C: do call(1, 1, H(1), H(9))\n"
		"A: noderef 1\n"
		"B: try\n"},
	{"object.unwind-no-room", "no room: nothing was translated",
		"A: init size=4K\n"
		"A: manager\n"
		"B: init\n"
		"B: do call(0, 1, B(0x30, 0x40), fill(8000))\n"
		"B: error\n"
		"B: nodes\n"},
	{"object.unwind-dead-reply", "a frozen target: all is undone",
		"@service\n"
		"D: init\n"
		"D: freeze B 1 0\n"
		"C: do call(1, 1, B(0x30, 0x40))\n"
		"C: nodes\n"
		"D: freeze B 0\n"
		"B: try\n"},
	{"object.unwind-bad-tail", "the data behind the last object cannot be read",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), 'tail', data=edge-24)\n"
		"B: error\n"
		"B: nodes\n"},
	{"object.many", "five hundred nodes in one parcel",
		"@pair\n"
		"B: write call(0, 1, times(500, B(0x1000+i*16, i)))\n"
		"A: read\n"
		"A: noderef 500\n"
		"A: write free reply(0)\n"
		"B: read\n"
		"B: nodes\n"},
	{"object.many-kept", "nine nodes kept, then dropped",
		"@pair\n"
		"B: write call(0, 1, times(9, B(0x1000+i*16, i)))\n"
		"A: read\n"
		"A: repeat 9 write acquire(1+i)\n"
		"A: write free reply(0)\n"
		"B: read rsize=8000\n"
		"B: nodes\n"
		"B: repeat 9 write increfs_done(0x1000+i*16, i) acquire_done(0x1000+i*16, i)\n"
		"A: repeat 9 write release(1+i)\n"
		"B: read rsize=8000\n"
		"B: nodes\n"},
	{"object.announce-small-buffer", "announcements stop where 80 bytes are not left",
		"@pair\n"
		"B: write call(0, 1, times(4, B(0x1000+i*16, i)))\n"
		"A: read\n"
		"A: write acquire(1) acquire(2) acquire(3) acquire(4) free reply(0)\n"
		"B: read rsize=100\n"
		"B: read rsize=100\n"
		"B: read\n"},
	{"object.in-two-processes", "one ptr value in two processes is two nodes",
		"@service\n"
		"C: write call(0, 1, B(0x10, 0x20))\n"
		"A: read\n"
		"A: write acquire(2) free reply(0)\n"
		"C: read\n"
		"A: noderef 1\n"
		"A: noderef 2\n"},
	{"object.reply-with-handle", "handles in replies",
		"@service\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write free reply(0, H(1), 'yours')\n"
		"B: read\n"},
	{"object.oneway-unread-node",
		"a node in an unread oneway lives as long as the receiver does",
		"@service\n"
		"C: do oneway(1, 1, B(0x30, 0x40))\n"
		"C: write increfs_done(0x30, 0x40) acquire_done(0x30, 0x40)\n"
		"C: try\n"
		"B: kill\n"
		"C: try\n"
		"C: nodes\n"},
	{NULL, NULL, NULL},
};
