/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Scatter and gather: BINDER_TYPE_PTR with parents, BINDER_TYPE_FDA (facts 23 and 27).
 */

#include "scenarios.h"

const struct scenario scenarios_sg[] = {
	{"sg.ptr", "a buffer is copied behind the offsets, its pointer rewritten",
		"@pair\n"
		"B: write call(0, 1, 'before__', P('content of the buffer'), sg=24)\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"B: read\n"},
	{"sg.two-ptrs", "each buffer starts at a multiple of 8",
		"@pair\n"
		"B: write call(0, 1, P('one'), P('three'), P('fourteen bytes'), sg=32)\n"
		"A: read\n"},
	{"sg.reply", "in a reply",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write reply(0, P('answer'), sg=8)\n"
		"B: read\n"},
	{"sg.empty-ptr", "a buffer of length 0, also with a null pointer",
		"@pair\n"
		"B: write call(0, 1, P(), P(ptr=null, len=0), sg=8)\n"
		"A: read\n"},
	{"sg.size-larger", "more room than the buffers need",
		"@pair\n"
		"B: write call(0, 1, P('abc'), sg=64)\n"
		"A: read\n"
		"B: write oneway(0, 1)\n"
		"C: init\n"
		"C: do oneway(0, 2)\n"},
	{"sg.no-buffers", "room without buffers",
		"@pair\n"
		"B: write call(0, 1, 'data', sg=64)\n"
		"A: read\n"},
	{"sg.size-too-small", "less room than the buffers need: EINVAL",
		"@pair\n"
		"B: do call(0, 1, P('content of the buffer'), sg=16)\n"
		"B: error\n"
		"B: do call(0, 1, P('12345678'), P('x'), sg=8)\n"
		"B: error\n"},
	{"sg.size-unaligned", "room that is no multiple of 8: EINVAL",
		"@pair\n"
		"B: do call(0, 1, P('abcd'), sg=4)\n"
		"B: error\n"},
	{"sg.without-sg", "PTR in a plain BC_TRANSACTION: EINVAL",
		"@pair\n"
		"B: do call(0, 1, P('abcd'))\n"
		"B: error\n"},
	{"sg.size-huge", "room beyond all measure",
		"@pair\n"
		"B: do call(0, 1, sg=0xfffffffffffffff8)\n"
		"B: error\n"
		"B: do call(0, 1, sg=1M)\n"
		"B: error\n"},
	{"sg.bad-pointer", "a buffer that cannot be read: EINVAL",
		"@pair\n"
		"B: do call(0, 1, P(ptr=none, len=8), sg=8)\n"
		"B: error\n"
		"B: do call(0, 1, P(ptr=null, len=8), sg=8)\n"
		"B: error\n"
		"B: do call(0, 1, P(ptr=edge-8, len=16), sg=16)\n"
		"B: error\n"
		"B: write call(0, 1, P('12345678', ptr=edge-8), sg=8)\n"
		"A: read\n"},
	{"sg.parent", "a child's address is put into its parent",
		"@pair\n"
		"B: write call(0, 1, 'first___', P(zero(16)), P('child', parent=0, poff=8), "
		"sg=24)\n"
		"A: read\n"},
	{"sg.parent-at-zero", "an object at offset 0 of the data cannot be a parent: EINVAL",
		"@pair\n"
		"B: do call(0, 1, P(zero(16)), P('child', parent=0, poff=8), sg=24)\n"
		"B: error\n"},
	{"sg.parent-chain", "a chain of parents",
		"@pair\n"
		"B: write call(0, 1, 'first___', P(zero(8)), P(zero(8), parent=0), P('leaf', "
		"parent=1), sg=24)\n"
		"A: read\n"},
	{"sg.two-children", "two children of one parent, ascending",
		"@pair\n"
		"B: write call(0, 1, 'first___', P(zero(16)), P('a', parent=0), P('b', parent=0, "
		"poff=8), sg=32)\n"
		"A: read\n"},
	{"sg.children-descending", "descending: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(zero(16)), P('a', parent=0, poff=8), P('b', "
		"parent=0), sg=32)\n"
		"B: error\n"},
	{"sg.children-overlap", "overlapping: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(zero(16)), P('a', parent=0), P('b', parent=0, "
		"poff=4), sg=32)\n"
		"B: error\n"},
	{"sg.back-to-grandparent", "after a grandchild the grandparent may have another child",
		"@pair\n"
		"B: write call(0, 1, 'first___', P(zero(16)), P(zero(8), parent=0), P('leaf', "
		"parent=1), P('b', parent=0, poff=8), sg=40)\n"
		"A: read\n"},
	{"sg.sibling-as-parent", "a child of an earlier sibling: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(zero(16)), P(zero(8), parent=0), P(zero(8), "
		"parent=0, poff=8), P('x', parent=1), sg=40)\n"
		"B: error\n"},
	{"sg.unrelated-parent", "an earlier buffer without relation: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(zero(8)), P(zero(8)), P('x', parent=0), sg=24)\n"
		"B: error\n"},
	{"sg.parent-itself", "itself, or a later one, as parent: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(zero(8), parent=0), sg=8)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(zero(8), parent=1), P(zero(8)), sg=16)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(zero(8), parent=max), sg=16)\n"
		"B: error\n"},
	{"sg.parent-not-ptr", "a parent that is no PTR: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', B(0x30, 0x40), P('x', parent=0), sg=8)\n"
		"B: error\n"
		"B: nodes\n"},
	{"sg.parent-offset-outside", "a place outside of the parent: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(zero(8)), P('x', parent=0, poff=1), sg=16)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(zero(4)), P('x', parent=0), sg=16)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(zero(8)), P('x', parent=0, poff=max), sg=16)\n"
		"B: error\n"},
	{"sg.parent-offset-unaligned",
		"a place that is no multiple of 4: EINVAL; of 4 alone is taken",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(zero(16)), P('x', parent=0, poff=3), sg=24)\n"
		"B: error\n"
		"B: write call(0, 1, 'first___', P(zero(16)), P('x', parent=0, poff=4), sg=24)\n"
		"A: read\n"},
	{"sg.parent-keeps-rest", "the parent's other bytes arrive as they were",
		"@pair\n"
		"B: write call(0, 1, 'first___', P('headxxxxtail', zero(4)), P('c', parent=0, "
		"poff=4), sg=24)\n"
		"A: read\n"},
	{"sg.flags", "other flags of a PTR arrive as sent",
		"@pair\n"
		"B: write call(0, 1, P('abc', flags=0xfe), sg=8)\n"
		"A: read\n"},
	{"sg.fda", "an array of descriptors inside a buffer",
		"@pair\n"
		"A: kill\n"
		"C: init\n"
		"C: manager_ext 0 0 0x100\n"
		"B: file 'one'\n"
		"B: file 'two'\n"
		"B: write call(0, 1, 'first___', P(u32(4), u32(5)), A(2, 0, 0), sg=8)\n"
		"C: read\n"
		"C: fds\n"
		"C: write free\n"
		"C: fds\n"},
	{"sg.fda-free-ends-read", "the close of an array's descriptors ends the same ioctl's read",
		"@pair\n"
		"A: kill\n"
		"C: init\n"
		"C: manager_ext 0 0 0x100\n"
		"B: file 'one'\n"
		"B: do oneway(0, 1, 'first___', P(u32(4), u32(4)), A(2, 0, 0), sg=8)\n"
		"C: read\n"
		"C: do free\n"
		"C: fds\n"
		"C: try\n"},
	{"sg.fda-empty", "an array of none",
		"@pair\n"
		"B: write call(0, 1, 'first___', P(zero(8)), A(0, 0, 0), sg=8)\n"
		"A: read\n"
		"A: write free\n"},
	{"sg.fda-refused", "to a node that takes no descriptors: EPERM",
		"@pair\n"
		"B: file 'one'\n"
		"B: do call(0, 1, 'first___', P(u32(4), u32(4)), A(2, 0, 0), sg=8)\n"
		"B: error\n"},
	{"sg.fda-bad-fd", "with an unknown descriptor: EBADF, none arrives",
		"@pair\n"
		"A: kill\n"
		"C: init\n"
		"C: manager_ext 0 0 0x100\n"
		"B: file 'one'\n"
		"B: do call(0, 1, 'first___', P(u32(4), u32(44)), A(2, 0, 0), sg=8)\n"
		"B: error\n"
		"C: fds\n"},
	{"sg.fda-too-many", "more than the parent holds: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(u32(4), u32(4)), A(3, 0, 0), sg=8)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(u32(4), u32(4)), A(2, 0, 4), sg=8)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(u32(4), u32(4)), A(0x4000000000000000, 0, 0), "
		"sg=8)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(u32(4), u32(4)), A(max, 0, 0), sg=8)\n"
		"B: error\n"},
	{"sg.fda-unaligned", "at a place that is no multiple of 4: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', P(zero(16)), A(1, 0, 2), sg=16)\n"
		"B: error\n"},
	{"sg.fda-parent-wrong", "with a parent that is none: EINVAL",
		"@pair\n"
		"B: do call(0, 1, 'first___', A(1, 0, 0), sg=16)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', B(0x30, 0x40), A(1, 0, 0), sg=16)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(zero(8)), A(1, 5, 0), sg=16)\n"
		"B: error\n"},
	{"sg.fda-parent-at-zero", "with a parent at offset 0: EINVAL",
		"@pair\n"
		"B: do call(0, 1, P(zero(8)), A(1, 0, 0), sg=8)\n"
		"B: error\n"},
	{"sg.fda-and-child", "an array and a child in one parent, in order",
		"@pair\n"
		"A: kill\n"
		"C: init\n"
		"C: manager_ext 0 0 0x100\n"
		"B: file 'one'\n"
		"B: write call(0, 1, 'first___', P(u32(4), u32(4), zero(8)), A(2, 0, 0), P('c', "
		"parent=0, poff=8), sg=24)\n"
		"C: read\n"},
	{"sg.fda-overlaps-child", "an array where a child's address went: EINVAL",
		"@pair\n"
		"A: kill\n"
		"C: init\n"
		"C: manager_ext 0 0 0x100\n"
		"B: do call(0, 1, 'first___', P(zero(16)), P('c', parent=0, poff=0), A(1, 0, 4), "
		"sg=24)\n"
		"B: error\n"
		"B: do call(0, 1, 'first___', P(zero(16)), A(2, 0, 0), P('c', parent=0, poff=4), "
		"sg=24)\n"
		"B: error\n"},
	{"sg.fda-source-unreadable", "an array whose numbers cannot be read: EINVAL",
		"@pair\n"
		"A: kill\n"
		"C: init\n"
		"C: manager_ext 0 0 0x100\n"
		"B: do call(0, 1, 'first___', P(ptr=none, len=8), A(2, 0, 0), sg=8)\n"
		"B: error\n"},
	{"sg.fda-reply", "in a reply, where the call accepted descriptors",
		"@pair\n"
		"A: file 'mine'\n"
		"B: write call(0, 1, f=0x10)\n"
		"A: read\n"
		"A: write reply(0, 'first___', P(u32(4), u32(1)), A(1, 0, 0), sg=8)\n"
		"B: read\n"
		"B: write free\n"
		"B: fds\n"},
	{"sg.fda-unread", "an array that is never read leaves no descriptor",
		"@pair\n"
		"A: kill\n"
		"C: init\n"
		"C: manager_ext 0 0 0x100\n"
		"B: file 'one'\n"
		"B: do oneway(0, 1, 'first___', P(u32(4), u32(4)), A(2, 0, 0), sg=8)\n"
		"C: fds\n"
		"C: kill\n"
		"B: fds\n"},
	{"sg.all-kinds", "all kinds of objects in one parcel",
		"@pair\n"
		"A: kill\n"
		"C: init\n"
		"C: manager_ext 0 0 0x100\n"
		"B: file 'one'\n"
		"B: write call(0, 1, 'first___', B(0x30, 0x40), F(4), P(zero(8)), P('leaf', "
		"parent=2), WB(0x50, 0x60), sg=16)\n"
		"C: read\n"},
	{NULL, NULL, NULL},
};
