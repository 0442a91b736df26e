/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Buffers and the area: where parcels lie, how space comes back, mmap (facts 20, 22
 * and 24).
 */

#include "scenarios.h"

const struct scenario scenarios_buffers[] = {
	{"buffer.packed", "buffers lie one behind the other, in steps of 8",
		"@pair\n"
		"A2: version\n"
		"A3: version\n"
		"B: repeat 1 do oneway(0, 1, 'a')\n"
		"C: init\n"
		"C: write call(0, 2, '123456789')\n"
		"D: init\n"
		"D: write call(0, 3)\n"
		"E: init\n"
		"E: write call(0, 4, 'x')\n"
		"A: read\n"
		"A: do oneway(9, 1)\n"
		"A2: read\n"
		"A3: read\n"
		"A4: version\n"
		"A4: read\n"},
	{"buffer.offsets-count", "offsets and extra buffers take their part",
		"@pair\n"
		"B: write call(0, 1, 'abc', B(0x30, 0x40), offs=o(), sg=16)\n"
		"C: init\n"
		"C: write call(0, 1, 'abcd', B(0x30, 0x40))\n"
		"D: init\n"
		"D: write call(0, 3)\n"
		"A: read\n"
		"A2: version\n"
		"A2: read\n"
		"A3: version\n"
		"A3: read\n"},
	{"buffer.best-fit", "the smallest hole that suffices is taken",
		"@pair\n"
		"C: init\n"
		"D: init\n"
		"E: init\n"
		"F: init\n"
		"G: init\n"
		"B: write call(0, 1, fill(256))\n"
		"C: write call(0, 2, fill(8))\n"
		"D: write call(0, 3, fill(64))\n"
		"E: write call(0, 4, fill(8))\n"
		"A: read\n"
		"A2: version\n"
		"A2: read\n"
		"A3: version\n"
		"A3: read\n"
		"A4: version\n"
		"A4: read\n"
		"A: write free(area)\n"
		"A: write free(area+0x108)\n"
		"F: write call(0, 5, fill(48))\n"
		"G: write call(0, 6, fill(64))\n"
		"A5: version\n"
		"A5: read\n"
		"A6: version\n"
		"A6: read\n"},
	{"buffer.coalesce", "freed neighbours become one hole",
		"@pair\n"
		"C: init\n"
		"D: init\n"
		"E: init\n"
		"B: write call(0, 1, fill(64))\n"
		"C: write call(0, 2, fill(64))\n"
		"D: write call(0, 3, fill(64))\n"
		"A: read\n"
		"A2: version\n"
		"A2: read\n"
		"A3: version\n"
		"A3: read\n"
		"A: write free(area+0x40)\n"
		"A: write free(area)\n"
		"E: write call(0, 4, fill(128))\n"
		"A4: version\n"
		"A4: read\n"},
	{"buffer.coalesce-forward", "also with the one behind",
		"@pair\n"
		"C: init\n"
		"D: init\n"
		"E: init\n"
		"B: write call(0, 1, fill(64))\n"
		"C: write call(0, 2, fill(64))\n"
		"D: write call(0, 3, fill(64))\n"
		"A: read\n"
		"A2: version\n"
		"A2: read\n"
		"A3: version\n"
		"A3: read\n"
		"A: write free(area)\n"
		"A: write free(area+0x40)\n"
		"E: write call(0, 4, fill(72))\n"
		"A4: version\n"
		"A4: read\n"},
	{"buffer.whole-area", "a call may fill the area; one byte more does not fit",
		"A: init size=16K\n"
		"A: manager\n"
		"B: init\n"
		"B: do call(0, 1, fill(16385))\n"
		"B: error\n"
		"B: write call(0, 1, fill(16384))\n"
		"C: init\n"
		"C: do call(0, 2)\n"
		"C: error\n"
		"A: read\n"
		"A: do free reply(0)\n"
		"C: write call(0, 2)\n"
		"A: read\n"},
	{"buffer.exhaustion", "the area full of small calls",
		"A: init size=4K\n"
		"A: manager\n"
		"B: init\n"
		"C: init\n"
		"B: write call(0, 1, fill(4000))\n"
		"C: do call(0, 1, fill(97))\n"
		"C: error\n"
		"A: read\n"
		"A: write free reply(0)\n"
		"C: write call(0, 1, fill(4096))\n"
		"A: read\n"
		"A: read\n"},
	{"buffer.max-four-mib", "of a larger mapping 4 MiB are used",
		"A: init size=8M\n"
		"A: manager\n"
		"B: init\n"
		"B: do call(0, 1, fill(4194305))\n"
		"B: error\n"
		"B: write call(0, 1, fill(4194304))\n"
		"A: read\n"},
	{"buffer.size-overflow", "sizes whose sum overflows",
		"@pair\n"
		"B: do call(0, 1, size=max)\n"
		"B: error\n"
		"B: do call(0, 1, size=0xfffffffffffffff8, osize=8)\n"
		"B: error\n"
		"B: do call(0, 1, size=0x8000000000000000, osize=0x8000000000000000)\n"
		"B: error\n"
		"B: do call(0, 1, osize=0xfffffffffffffff8)\n"
		"B: error\n"},
	{"buffer.free-wrong", "BC_FREE_BUFFER of anything wrong is ignored",
		"@pair\n"
		"B: do oneway(0, 1, 'abcdefghijklmnop')\n"
		"A: read\n"
		"A: try free(0)\n"
		"A: try free(area+8)\n"
		"A: try free(area-8)\n"
		"A: try free(area+128K)\n"
		"A: try free(max)\n"
		"A: try free(area)\n"
		"A: try free(area)\n"},
	{"buffer.free-unread", "an unread buffer cannot be freed",
		"@pair\n"
		"B: do oneway(0, 1, 'abcdefgh')\n"
		"A: try free(area) rsize=8\n"
		"A: read\n"},
	{"buffer.free-other-proc", "nor one of another process",
		"@service\n"
		"C: write call(1, 1, 'x')\n"
		"B: read\n"
		"C: write free(area)\n"
		"B: do free reply(0)\n"},
	{"buffer.free-before-reply", "a call's buffer may be freed before the reply",
		"@pair\n"
		"B: write call(0, 1, 'data')\n"
		"A: read\n"
		"A: write free\n"
		"C: init\n"
		"C: do oneway(0, 2, 'other')\n"
		"A: do reply(0)\n"
		"A: read\n"
		"B: read\n"},
	{"buffer.keep-after-reply", "and be kept after it",
		"@pair\n"
		"B: write call(0, 1, 'data')\n"
		"A: read\n"
		"A: do reply(0)\n"
		"B: read\n"
		"B: write free\n"
		"B: write call(0, 2, 'more')\n"
		"A: read\n"},
	{"buffer.reply-buffer", "a reply's buffer is the caller's to free",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do free reply(0, 'answer')\n"
		"B: read\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do free reply(0, 'second')\n"
		"B: read\n"},
	{"buffer.clear", "TF_CLEAR_BUF zeroes on free",
		"@pair\n"
		"B: do oneway(0, 1, 'secretsecret', f=0x20)\n"
		"A: read\n"
		"A: write free(area)\n"
		"A: peek area 16\n"},
	{"buffer.not-cleared", "without it the bytes stay",
		"@pair\n"
		"B: do oneway(0, 1, 'secretsecretxxxx')\n"
		"A: read\n"
		"A: write free(area)\n"
		"A: peek area 16\n"},
	{"buffer.clear-reply", "of a reply",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: write free reply(0, 'secretsecret', f=0x20)\n"
		"B: read\n"
		"B: write free(area)\n"
		"B: peek area 16\n"},
	{"buffer.clear-on-failure", "of a call that fails",
		"@pair\n"
		"B: do oneway(0, 1, 'secretsecretxxxx', H(9), f=0x20)\n"
		"A: touch area\n"
		"B: do oneway(0, 1, 'y')\n"
		"A: read\n"
		"A: peek area 16\n"},
	{"buffer.padding", "what lies behind the data of odd size",
		"@pair\n"
		"B: do oneway(0, 1, 'abcdefghijklmnopqrstuvwx')\n"
		"A: read\n"
		"A: write free\n"
		"B: do oneway(0, 1, 'ABC')\n"
		"A: read\n"
		"A: peek area 24\n"},
	{"buffer.untouched-page", "a page that was never used faults with SIGBUS",
		"@pair\n"
		"A: touch area\n"
		"B: do oneway(0, 1, 'x')\n"
		"A: touch area\n"
		"A: touch area+4095\n"
		"A: touch area+4096\n"
		"A: touch area+128K-1\n"},
	{"buffer.page-stays", "a page that was used stays readable when freed",
		"@pair\n"
		"B: do oneway(0, 1, fill(5000))\n"
		"A: read\n"
		"A: write free\n"
		"A: touch area\n"
		"A: touch area+4096\n"
		"A: touch area+8192\n"},
	{"buffer.store", "a store faults with SIGSEGV",
		"@pair\n"
		"B: do oneway(0, 1, 'x')\n"
		"A: read\n"
		"A: store area\n"
		"A: store area+8192\n"},
	{"map.protect", "the area cannot be made writable",
		"@pair\n"
		"A: protect writable\n"
		"A: protect\n"},
	{"map.writable", "a writable mapping: EPERM",
		"A: open\n"
		"A: map 128K writable\n"
		"A: map 128K writable shared\n"
		"A: map 128K\n"},
	{"map.shared", "MAP_SHARED is as good",
		"A: open\n"
		"A: map 128K shared\n"
		"A: manager\n"
		"B: init\n"
		"B: do oneway(0, 1, 'x')\n"
		"A: read\n"},
	{"map.twice", "a second mapping: EBUSY",
		"A: open\n"
		"A: map 128K\n"
		"A: map 128K\n"
		"A: map 4K\n"},
	{"map.after-munmap", "also after munmap",
		"A: open\n"
		"A: map 128K\n"
		"A: unmap\n"
		"A: map 128K\n"},
	{"map.noaccess", "PROT_NONE",
		"A: open\n"
		"A: map 128K noaccess\n"
		"A: touch area\n"},
	{"map.offset", "an offset",
		"A: open\n"
		"A: map 128K offset=4K\n"
		"A: manager\n"
		"B: init\n"
		"B: do oneway(0, 1, 'x')\n"
		"A: read\n"},
	{"map.odd-size", "a size that is no multiple of the page",
		"A: open\n"
		"A: map 5000\n"
		"A: manager\n"
		"B: init\n"
		"B: do call(0, 1, fill(8193))\n"
		"B: write call(0, 1, fill(8192))\n"
		"A: read\n"},
	{"map.zero", "a size of 0",
		"A: open\n"
		"A: map 0\n"},
	{"map.second-open", "each open has its own area",
		"@pair\n"
		"A: init slot=1\n"
		"B: do oneway(0, 1, 'x')\n"
		"A: use 0\n"
		"A: read\n"},
	{"map.unmap-part", "unmapping a part",
		"@pair\n"
		"A: unmap 0 4096\n"
		"B: do call(0, 1)\n"
		"B: error\n"},
	{"map.unmap-with-buffers", "unmapping with buffers in use",
		"@pair\n"
		"B: do oneway(0, 1, 'x')\n"
		"B: do oneway(0, 2, 'y')\n"
		"A: unmap\n"
		"A: read rsize=8\n"
		"A: write free(area)\n"
		"B: do oneway(0, 3)\n"
		"B: error\n"},
	{"map.unmap-before-read",
		"a call that was sent before the area went can be read, its data not",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: unmap\n"
		"A: do free(0)\n"
		"A: do reply(0)\n"
		"B: read\n"},
	{NULL, NULL, NULL},
};
