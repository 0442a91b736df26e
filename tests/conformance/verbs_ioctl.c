/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The verbs for every other ioctl of the driver.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <binderd/uapi.h>

#include "actor.h"
#include "compose.h"
#include "decode.h"

static int device_ioctl(unsigned long request, void *argument)
{
	return ioctl(actor_device()->fd, request, argument);
}

static void verb_version(const char *name, const struct value *args)
{
	struct binder_version version = {0};
	int result = device_ioctl(BINDER_VERSION, &version);

	(void)name;
	(void)args;
	if (result)
		say_result(result);
	else
		say("  version %d\n", version.protocol_version);
}

static void verb_u32(const char *name, const struct value *args)
{
	uint32_t number = (uint32_t)value_number_at(args, 0, 0);

	say_result(device_ioctl(!strcmp(name, "maxthreads") ? BINDER_SET_MAX_THREADS
							    : BINDER_ENABLE_ONEWAY_SPAM_DETECTION,
		&number));
}

static void verb_manager(const char *name, const struct value *args)
{
	(void)name;
	(void)args;
	say_result(device_ioctl(BINDER_SET_CONTEXT_MGR, NULL));
}

/* manager_ext PTR COOKIE FLAGS */
static void verb_manager_ext(const char *name, const struct value *args)
{
	struct flat_binder_object o = {.hdr.type = BINDER_TYPE_BINDER};

	(void)name;
	o.binder = value_number_at(args, 0, 0);
	o.cookie = value_number_at(args, 1, 0);
	o.flags = (uint32_t)value_number_at(args, 2, 0);
	say_result(device_ioctl(BINDER_SET_CONTEXT_MGR_EXT, &o));
}

static void verb_thread_exit(const char *name, const struct value *args)
{
	(void)name;
	(void)args;
	say_result(device_ioctl(BINDER_THREAD_EXIT, NULL));
}

static void verb_error(const char *name, const struct value *args)
{
	struct binderd_extended_error e = {7, 7, 7};
	int result = device_ioctl(BINDER_GET_EXTENDED_ERROR, &e);

	(void)name;
	(void)args;
	if (result)
		say_result(result);
	else
		say("  id %s %s %d\n", e.id ? "set" : "0", decode_name(e.command), e.param);
}

static void verb_nodes(const char *name, const struct value *args)
{
	struct binder_node_debug_info n = {0};
	unsigned int count = 0;

	(void)name;
	n.ptr = value_number_at(args, 0, 0);
	do {
		if (device_ioctl(BINDER_GET_NODE_DEBUG_INFO, &n)) {
			say_result(-1);
			return;
		}
		if (n.ptr && ++count <= 8)
			say("  node %#llx %#llx strong %u weak %u\n", (unsigned long long)n.ptr,
				(unsigned long long)n.cookie, n.has_strong_ref, n.has_weak_ref);
	} while (n.ptr);
	say("  %u nodes\n", count);
}

/* noderef HANDLE [strong=] [weak=] [r1=] [r2=] [r3=] */
static void verb_noderef(const char *name, const struct value *args)
{
	struct binder_node_info_for_ref n = {0};

	(void)name;
	n.handle = (uint32_t)value_number_at(args, 0, 0);
	n.strong_count = (uint32_t)value_number_of(args, "strong", 0);
	n.weak_count = (uint32_t)value_number_of(args, "weak", 0);
	n.reserved1 = (uint32_t)value_number_of(args, "r1", 0);
	n.reserved2 = (uint32_t)value_number_of(args, "r2", 0);
	n.reserved3 = (uint32_t)value_number_of(args, "r3", 0);
	if (device_ioctl(BINDER_GET_NODE_INFO_FOR_REF, &n))
		say_result(-1);
	else
		say("  handle %u strong %u weak %u\n", n.handle, n.strong_count, n.weak_count);
}

/* freeze PID ENABLE TIMEOUT_MS */
static void verb_freeze(const char *name, const struct value *args)
{
	struct binderd_freeze_info f = {0};

	(void)name;
	f.pid = (uint32_t)value_number_at(args, 0, 0);
	f.enable = (uint32_t)value_number_at(args, 1, 1);
	f.timeout_ms = (uint32_t)value_number_at(args, 2, 0);
	say_result(device_ioctl(BINDER_FREEZE, &f));
}

static void verb_frozen(const char *name, const struct value *args)
{
	struct binderd_frozen_status_info f = {0};

	(void)name;
	f.pid = (uint32_t)value_number_at(args, 0, 0);
	f.sync_recv = f.async_recv = 7;
	if (device_ioctl(BINDER_GET_FROZEN_INFO, &f))
		say_result(-1);
	else
		say("  sync_recv %u async_recv %u\n", f.sync_recv, f.async_recv);
}

static const struct {
	const char *name;
	unsigned long request;
} requests[] = {
	{"write_read", BINDER_WRITE_READ},
	{"set_idle_timeout", BINDER_SET_IDLE_TIMEOUT},
	{"set_max_threads", BINDER_SET_MAX_THREADS},
	{"set_idle_priority", BINDER_SET_IDLE_PRIORITY},
	{"set_context_mgr", BINDER_SET_CONTEXT_MGR},
	{"thread_exit", BINDER_THREAD_EXIT},
	{"version", BINDER_VERSION},
	{"get_node_debug_info", BINDER_GET_NODE_DEBUG_INFO},
	{"get_node_info_for_ref", BINDER_GET_NODE_INFO_FOR_REF},
	{"set_context_mgr_ext", BINDER_SET_CONTEXT_MGR_EXT},
	{"freeze", BINDER_FREEZE},
	{"get_frozen_info", BINDER_GET_FROZEN_INFO},
	{"enable_oneway_spam_detection", BINDER_ENABLE_ONEWAY_SPAM_DETECTION},
	{"get_extended_error", BINDER_GET_EXTENDED_ERROR},
};

/* ioctl NAME-OR-NUMBER POINTER: the bare call; a good pointer is to 64 zeroes */
static void verb_ioctl(const char *name, const struct value *args)
{
	static uint64_t zeroes[8];
	const struct value *which = value_at(args, 0), *where = value_at(args, 1);
	unsigned long request = which && which->kind == VALUE_NUMBER ? which->number : 0;
	uint64_t argument = (uintptr_t)zeroes;

	(void)name;
	memset(zeroes, 0, sizeof(zeroes));
	for (size_t i = 0; which && i < sizeof(requests) / sizeof(requests[0]); i++)
		if (!strcmp(which->text, requests[i].name))
			request = requests[i].request;
	if (where)
		argument = value_number(where);
	say_result(device_ioctl(request, (void *)(uintptr_t)argument));
}

const struct verb verbs_ioctl[] = {
	{"version", verb_version},
	{"maxthreads", verb_u32},
	{"spam", verb_u32},
	{"manager", verb_manager},
	{"manager_ext", verb_manager_ext},
	{"thread_exit", verb_thread_exit},
	{"error", verb_error},
	{"nodes", verb_nodes},
	{"noderef", verb_noderef},
	{"freeze", verb_freeze},
	{"frozen", verb_frozen},
	{"ioctl", verb_ioctl},
	{NULL, NULL},
};
