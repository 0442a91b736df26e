/* SPDX-License-Identifier: Apache-2.0 */

/*
 * ioctls other than BINDER_WRITE_READ, and pointers that are none.
 */

#include "scenarios.h"

const struct scenario scenarios_ioctls[] = {
	{"ioctl.version", "BINDER_VERSION",
		"A: open\n"
		"A: version\n"
		"A: ioctl version null\n"
		"A: ioctl version none\n"
		"A: ioctl version ro\n"},
	{"ioctl.unknown", "unknown requests: EINVAL",
		"A: open\n"
		"A: ioctl 0 null\n"
		"A: ioctl 0x6200\n"
		"A: ioctl 0xc0306202\n"
		"A: ioctl 0xc0186201\n"
		"A: ioctl 0x40046206\n"
		"A: ioctl 0xffffffff\n"
		"A: ioctl 0x5401\n"},
	{"ioctl.unknown-first", "an unknown request counts as a thread's first ioctl",
		"A: open\n"
		"A: map\n"
		"A: ioctl 0x6200\n"
		"A: try\n"},
	{"ioctl.version-7", "the 32-bit protocol's WRITE_READ: EINVAL",
		"A: open\n"
		"A: ioctl 0xc0186201\n"},
	{"ioctl.idle", "SET_IDLE_TIMEOUT and SET_IDLE_PRIORITY: EINVAL",
		"A: open\n"
		"A: ioctl set_idle_timeout\n"
		"A: ioctl set_idle_priority\n"},
	{"ioctl.max-threads", "SET_MAX_THREADS",
		"@manager\n"
		"A: maxthreads 0\n"
		"A: maxthreads 15\n"
		"A: maxthreads 0xffffffff\n"
		"A: ioctl set_max_threads null\n"
		"A: ioctl set_max_threads none\n"},
	{"ioctl.spam", "ENABLE_ONEWAY_SPAM_DETECTION",
		"@manager\n"
		"A: spam 1\n"
		"A: spam 0\n"
		"A: spam 77\n"
		"A: ioctl enable_oneway_spam_detection null\n"
		"A: ioctl enable_oneway_spam_detection none\n"},
	{"ioctl.context-mgr-bad", "SET_CONTEXT_MGR_EXT with a bad pointer: EINVAL",
		"A: open\n"
		"A: ioctl set_context_mgr_ext null\n"
		"A: ioctl set_context_mgr_ext none\n"
		"A: ioctl set_context_mgr none\n"},
	{"ioctl.thread-exit-argument", "THREAD_EXIT ignores its argument",
		"A: open\n"
		"A: ioctl thread_exit none\n"},
	{"ioctl.node-debug-bad", "GET_NODE_DEBUG_INFO with bad pointers: EFAULT",
		"@manager\n"
		"A: ioctl get_node_debug_info null\n"
		"A: ioctl get_node_debug_info none\n"
		"A: ioctl get_node_debug_info ro\n"
		"A: ioctl get_node_debug_info edge-8\n"},
	{"ioctl.node-info-bad", "GET_NODE_INFO_FOR_REF with bad pointers: EFAULT",
		"@service\n"
		"A: ioctl get_node_info_for_ref null\n"
		"A: ioctl get_node_info_for_ref none\n"
		"A: ioctl get_node_info_for_ref ro\n"
		"A: ioctl get_node_info_for_ref edge-8\n"},
	{"ioctl.freeze-bad", "FREEZE and GET_FROZEN_INFO with bad pointers: EFAULT",
		"@manager\n"
		"A: ioctl freeze null\n"
		"A: ioctl freeze none\n"
		"A: ioctl freeze edge-8\n"
		"A: ioctl get_frozen_info null\n"
		"A: ioctl get_frozen_info none\n"
		"A: ioctl get_frozen_info edge-8\n"},
	{"ioctl.error-bad", "GET_EXTENDED_ERROR with bad pointers: EFAULT, and the error is gone",
		"@pair\n"
		"B: do call(9, 1)\n"
		"B: ioctl get_extended_error ro\n"
		"B: error\n"
		"B: ioctl get_extended_error null\n"},
	{"ioctl.after-close", "an ioctl on a closed descriptor: EBADF",
		"A: open\n"
		"A: close\n"
		"A: version\n"
		"A: try\n"},
	{"ptr.bwr", "a bad binder_write_read: EFAULT",
		"@manager\n"
		"A: read bwr=null\n"
		"A: read bwr=none\n"
		"A: read bwr=edge-8\n"
		"A: try bwr=ro\n"},
	{"ptr.bwr-edge", "one that just fits",
		"@pair\n"
		"B: do oneway(0, 1) bwr=edge-48\n"},
	{"ptr.bwr-first", "a bad one counts as a thread's first ioctl",
		"A: open\n"
		"A: map\n"
		"A: read bwr=null\n"
		"A: try\n"},
	{"ptr.write-null", "a bad write buffer: EFAULT, nothing consumed",
		"@pair\n"
		"B: do wbuf=null wsize=8\n"
		"B: do wbuf=none wsize=8\n"
		"B: try wbuf=max wsize=8\n"},
	{"ptr.write-zero-size", "a bad write buffer of size 0 is not looked at",
		"@pair\n"
		"B: try wbuf=none wsize=0\n"},
	{"ptr.write-cut-command",
		"a write buffer whose memory ends within a command: what was before is done",
		"@pair\n"
		"B: do enter acquire(0) wbuf=edge-8\n"
		"B: do enter oneway(0, 1) wbuf=edge-12\n"
		"B: do enter oneway(0, 1) wbuf=edge-6\n"
		"B: try\n"},
	{"ptr.write-cut-arguments", "within each kind of arguments",
		"@pair\n"
		"B: do death(0, 1) wbuf=edge-8\n"
		"B: do free(0) wbuf=edge-8\n"
		"B: do increfs_done(1, 2) wbuf=edge-12\n"
		"B: do dead_done(1) wbuf=edge-4\n"
		"B: do watch_freeze(0, 1) wbuf=edge-8\n"
		"B: do freeze_done(1) wbuf=edge-4\n"
		"B: do call(0, 1) wbuf=edge-67\n"},
	{"ptr.write-fits", "a write buffer that just fits",
		"@pair\n"
		"B: do oneway(0, 1) wbuf=edge-68\n"},
	{"ptr.write-size-huge", "a write_size that wraps around",
		"@pair\n"
		"B: try enter wsize=max\n"
		"B: try enter wsize=0xfffffffffffffff0 wcons=4\n"},
	{"ptr.write-read-only", "a read-only write buffer is read",
		"@pair\n"
		"B: do wbuf=ro wsize=8\n"},
	{"ptr.read-null", "a bad read buffer: EFAULT before any waiting, the writes done",
		"@pair\n"
		"B: do oneway(0, 1) rbuf=null\n"
		"B: do rbuf=none\n"
		"B: do rbuf=ro\n"
		"A: read\n"
		"B: try\n"},
	{"ptr.read-zero-size", "a bad read buffer of size 0 is not looked at",
		"@pair\n"
		"B: do oneway(0, 1) rbuf=none rsize=0\n"
		"B: read\n"},
	{"ptr.read-edge-call", "a call that cannot be stored: it fails, the reader EFAULT",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read rbuf=edge-40\n"
		"A: try\n"
		"B: read\n"
		"B: error\n"},
	{"ptr.read-edge-call-command", "not even its command",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read rbuf=edge-4\n"
		"B: read\n"
		"A: try\n"},
	{"ptr.read-edge-oneway", "a oneway that cannot be stored is lost",
		"@pair\n"
		"B: do oneway(0, 1)\n"
		"B: do oneway(0, 2)\n"
		"A: read rbuf=edge-40\n"
		"A: try\n"
		"B: try\n"
		"B: do oneway(0, 3)\n"
		"A: try\n"},
	{"ptr.read-edge-reply", "a reply that cannot be stored is lost",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do reply(0)\n"
		"B: read rbuf=edge-40\n"
		"B: try\n"
		"B: write call(0, 2)\n"
		"A: read\n"},
	{"ptr.read-edge-complete", "a TRANSACTION_COMPLETE that cannot be stored is lost",
		"@pair\n"
		"B: write oneway(0, 1)\n"
		"B: read rbuf=edge-4\n"
		"B: try\n"},
	{"ptr.read-edge-death", "a death that cannot be stored",
		"@service\n"
		"C: write death(1, 0x77)\n"
		"B: kill\n"
		"C: read rbuf=edge-8\n"
		"C: try\n"
		"C: try dead_done(0x77)\n"},
	{"ptr.read-edge-fits", "a read buffer that just fits",
		"@pair\n"
		"B: do oneway(0, 1)\n"
		"A: read rbuf=edge-72 rsize=80\n"
		"A: try\n"},
	{"ptr.read-preset-bad",
		"a preset read_consumed: a bad buffer is not noticed until there is something to "
		"store",
		"@pair\n"
		"A: try rbuf=none rcons=4\n"
		"B: do oneway(0, 1)\n"
		"A: try rbuf=none rcons=4\n"
		"A: try\n"},
	{"ptr.data", "payloads that cannot be read: EFAULT",
		"@pair\n"
		"B: do call(0, 1, data=null, size=8)\n"
		"B: error\n"
		"B: do call(0, 1, data=none, size=8)\n"
		"B: error\n"
		"B: do call(0, 1, data=edge-8, size=9)\n"
		"B: error\n"
		"B: do call(0, 1, data=max, size=8)\n"
		"B: error\n"
		"B: do call(0, 1, data=ro, size=5000)\n"
		"B: error\n"
		"A: try\n"},
	{"ptr.data-empty", "an empty payload's pointer is not looked at",
		"@pair\n"
		"B: do oneway(0, 1, data=none, size=0)\n"
		"B: do oneway(0, 1, data=max, size=0, offp=none, osize=0)\n"
		"A: read\n"},
	{"ptr.data-edge", "a payload that just fits",
		"@pair\n"
		"B: do oneway(0, 1, '12345678', data=edge-8)\n"
		"A: read\n"
		"B: do oneway(0, 1, data=ro, size=4096)\n"
		"A: do free\n"},
	{"ptr.data-large", "a large payload that ends unreadable",
		"@pair\n"
		"B: do call(0, 1, data=edge-4096, size=100000)\n"
		"B: error\n"
		"A: try\n"},
	{"ptr.offsets", "offsets that cannot be read: EFAULT",
		"@pair\n"
		"B: do call(0, 1, B(0x30, 0x40), offp=null)\n"
		"B: error\n"
		"B: do call(0, 1, B(0x30, 0x40), offp=none)\n"
		"B: error\n"
		"B: do call(0, 1, B(0x30, 0x40), offp=edge-4)\n"
		"B: error\n"
		"B: write call(0, 1, B(0x30, 0x40), offp=edge-8)\n"
		"A: read\n"},
	{"ptr.object", "an object that cannot be read: EFAULT before it, EINVAL within",
		"@pair\n"
		"B: do call(0, 1, 'before__', B(0x30, 0x40), data=edge-8)\n"
		"B: error\n"
		"B: do call(0, 1, 'before__', B(0x30, 0x40), data=edge-4)\n"
		"B: error\n"
		"B: do call(0, 1, 'before__', B(0x30, 0x40), data=edge-24)\n"
		"B: error\n"
		"B: nodes\n"},
	{"ptr.object-data-read-size",
		"an object at the end of readable memory, less than the largest object",
		"@pair\n"
		"B: write call(0, 1, 'before__', B(0x30, 0x40), data=edge-32)\n"
		"A: read\n"},
	{"ptr.reply-data", "a reply whose payload cannot be read",
		"@pair\n"
		"B: write call(0, 1)\n"
		"A: read\n"
		"A: do reply(0, data=none, size=8)\n"
		"B: read\n"
		"B: error\n"},
	{"ptr.oneway-data", "a oneway whose payload cannot be read",
		"@pair\n"
		"B: do oneway(0, 1, data=none, size=8)\n"
		"B: error\n"
		"B: do oneway(0, 2)\n"
		"A: read\n"},
	{NULL, NULL, NULL},
};
