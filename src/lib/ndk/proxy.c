/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A table has the proxies by their handles, which the driver gives out from 1 on, the lowest free
 * one first. A proxy in the table has a strong reference: the last one is given back under the
 * table's lock, which takes it out. So a handle that comes again at that moment finds it, or finds
 * none and makes another one.
 *
 * To the driver a proxy is one weak and one strong reference, which are sent for when it is
 * made, BC_INCREFS and BC_ACQUIRE, and given back when it ends, BC_RELEASE and BC_DECREFS. The
 * references add up: when one proxy of a handle ends in one thread and the next one is made in
 * another, it does not matter whose commands come first, as the parcel that the handle came in
 * holds it until its maker's have been read.
 *
 * Handle 0 comes in no parcel. The driver says nothing when a reference to it cannot be had, so
 * the manager is called once before.
 *
 * Locks: the table's, then death.c's. Nothing is called under them but ipc.c.
 */

#include "lib/ndk/proxy.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ndk/answer.h"
#include "lib/ndk/death.h"
#include "lib/ndk/ipc.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/stability.h"
#include "lib/ndk/utf.h"
#include "util/log.h"

static struct {
	pthread_mutex_t mutex;
	struct proxy **slots; /* by handle */
	uint32_t room;
} proxies = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* With the lock held: the proxy of a handle, or NULL. */
static struct proxy *proxy_find(uint32_t handle)
{
	return handle < proxies.room ? proxies.slots[handle] : NULL;
}

/* With the lock held: room for a handle. Return: whether there is. */
static bool proxy_make_room(uint32_t handle)
{
	uint32_t room = proxies.room ? proxies.room : 16;
	struct proxy **slots;

	while (room <= handle && room <= UINT32_MAX / 2)
		room *= 2;
	if (room <= handle)
		return false;
	if (room == proxies.room)
		return true;
	slots = reallocarray(proxies.slots, room, sizeof(struct proxy *));
	if (!slots)
		return false;
	memset(slots + proxies.room, 0, (room - proxies.room) * sizeof(struct proxy *));
	proxies.slots = slots;
	proxies.room = room;
	return true;
}

/* With the lock held: makes the proxy of a handle that has none. */
static struct proxy *proxy_make(uint32_t handle)
{
	struct proxy *proxy = proxy_make_room(handle) ? calloc(1, sizeof(*proxy)) : NULL;
	struct ipc *ipc = ipc_self();

	/* The caller has one strong reference, ipc.c will have the other. */
	if (!proxy)
		return NULL;
	object_init(&proxy->base, true);
	proxy->handle = handle;
	TAILQ_INIT(&proxy->watch.links);
	/* The manager's stability comes with no parcel. */
	if (handle == 0)
		atomic_init(&proxy->base.stability, STABILITY_SYSTEM);
	proxies.slots[handle] = proxy;
	ipc_queue_handle(ipc, BC_INCREFS, handle);
	ipc_queue_handle(ipc, BC_ACQUIRE, handle);
	object_get(&proxy->base);
	atomic_fetch_add_explicit(&proxy->passing, 1, memory_order_relaxed);
	return proxy;
}

/* Calls the context manager for nothing, which has the driver look whether there is one. */
static binder_status_t proxy_try_manager(void)
{
	AParcel *reply = NULL;
	binder_status_t status = ipc_call(0, ANSWER_PING, NULL, &reply, 0);

	AParcel_delete(reply);
	/* It need not understand: any word of its own says that it is there. */
	return status == STATUS_DEAD_OBJECT || status == STATUS_FAILED_TRANSACTION ||
			       status == STATUS_NO_MEMORY
		       ? status
		       : STATUS_OK;
}

/* The proxy of a handle, which the driver knows if @tried. */
static binder_status_t proxy_get_tried(uint32_t handle, bool tried, AIBinder **out)
{
	bool made = false;
	struct proxy *proxy;
	binder_status_t status;

	*out = NULL;
	for (;;) {
		pthread_mutex_lock(&proxies.mutex);
		proxy = proxy_find(handle);
		if (proxy)
			object_get(&proxy->base);
		else if (tried)
			made = (proxy = proxy_make(handle)) != NULL;
		pthread_mutex_unlock(&proxies.mutex);
		if (proxy || tried)
			break;
		status = proxy_try_manager();
		if (status != STATUS_OK)
			return status;
		tried = true;
	}
	if (!proxy)
		return STATUS_NO_MEMORY;
	if (made)
		ipc_keep_proxy(ipc_self(), proxy);
	*out = &proxy->base;
	return STATUS_OK;
}

binder_status_t proxy_get(uint32_t handle, AIBinder **out)
{
	return proxy_get_tried(handle, handle != 0, out);
}

void proxy_hold(uint32_t handle)
{
	AIBinder *object;

	if (proxy_get_tried(handle, true, &object) == STATUS_OK)
		atomic_fetch_add(&proxy_of(object)->holds, 1);
	else
		log_error("binder: handle %u cannot be held", handle);
}

/* Takes one of a proxy's holds back. Return: whether there was one. */
static bool proxy_take_hold(struct proxy *proxy)
{
	int32_t holds = atomic_load(&proxy->holds);

	while (holds > 0) {
		if (atomic_compare_exchange_weak(&proxy->holds, &holds, holds - 1))
			return true;
	}
	return false;
}

void proxy_release(uint32_t handle)
{
	struct proxy *proxy;

	pthread_mutex_lock(&proxies.mutex);
	proxy = proxy_find(handle);
	/* There is none where memory had run out. */
	if (proxy && !proxy_take_hold(proxy))
		proxy = NULL;
	pthread_mutex_unlock(&proxies.mutex);
	if (proxy)
		proxy_put(&proxy->base);
}

/* With the lock held: the last strong reference is gone. */
static void proxy_end(struct proxy *proxy)
{
	struct ipc *ipc = ipc_self();

	proxies.slots[proxy->handle] = NULL;
	ipc_queue_handle(ipc, BC_RELEASE, proxy->handle);
	ipc_queue_handle(ipc, BC_DECREFS, proxy->handle);
}

/* Gives one back that is not the last. Return: whether it was not. */
static bool proxy_put_one(struct proxy *proxy)
{
	int32_t count = atomic_load_explicit(&proxy->base.strong, memory_order_relaxed);

	assert(count > 0);
	while (count > 1) {
		if (atomic_compare_exchange_weak_explicit(&proxy->base.strong, &count, count - 1,
			    memory_order_release, memory_order_relaxed))
			return true;
	}
	return false;
}

void proxy_put(AIBinder *object)
{
	struct proxy *proxy = proxy_of(object);
	struct death_list ended;

	if (proxy_put_one(proxy))
		return;
	pthread_mutex_lock(&proxies.mutex);
	if (atomic_fetch_sub_explicit(&object->strong, 1, memory_order_acq_rel) != 1) {
		pthread_mutex_unlock(&proxies.mutex);
		return;
	}
	/* Before the handle is given back: the driver finds the request by it. */
	death_end_watch(proxy, &ended);
	proxy_end(proxy);
	pthread_mutex_unlock(&proxies.mutex);
	ipc_flush_if_needed(ipc_self());
	death_unlinked(&ended);
	object_put_weak(object);
}

void proxy_free(AIBinder *object)
{
	struct proxy *proxy = proxy_of(object);

	free(atomic_load(&proxy->descriptor));
	free(proxy);
}

void proxy_arrived(struct proxy *proxy)
{
	atomic_fetch_sub_explicit(&proxy->passing, 1, memory_order_relaxed);
	if (!proxy_put_one(proxy))
		ipc_drop_later(ipc_self(), &proxy->base, true);
}

uint32_t proxy_handle(const AIBinder *object)
{
	return ((const struct proxy *)object)->handle;
}

bool proxy_alive(const AIBinder *object)
{
	return !atomic_load_explicit(&((const struct proxy *)object)->dead, memory_order_relaxed);
}

int32_t proxy_passing(const AIBinder *object)
{
	return atomic_load_explicit(&((const struct proxy *)object)->passing, memory_order_relaxed);
}

/* Whether a code is an interface's own. */
static bool proxy_is_user_code(uint32_t code)
{
	return code >= FIRST_CALL_TRANSACTION && code <= LAST_CALL_TRANSACTION;
}

binder_status_t proxy_call(
	AIBinder *object, uint32_t code, const AParcel *in, AParcel **out, binder_flags_t flags)
{
	struct proxy *proxy = proxy_of(object);
	binder_status_t status;

	if (out)
		*out = NULL;
	if (!proxy_alive(object))
		return STATUS_DEAD_OBJECT;
	if (proxy_is_user_code(code) && !stability_allows(object, flags)) {
		log_error("binder: an object of stability 0x%x must not be called from here",
			(unsigned)atomic_load(&object->stability));
		return STATUS_BAD_TYPE;
	}
	status = ipc_call(proxy->handle, code, in, out, flags & (FLAG_ONEWAY | FLAG_CLEAR_BUF));
	if (status == STATUS_DEAD_OBJECT)
		atomic_store_explicit(&proxy->dead, true, memory_order_relaxed);
	return status;
}

/* Reads a name as a string that has it all: "" in place of one that has NULs or the like in it. */
static char *proxy_read_descriptor(AParcel *reply)
{
	int32_t units = 0;
	char *text;

	AParcel_readInt32(reply, &units);
	parcel_rewind(reply);
	if (parcel_read_string(reply, &text) != STATUS_OK)
		return NULL;
	if (text && utf_units(text, strlen(text)) != units)
		text[0] = '\0';
	return text ? text : strdup("");
}

/* Asks an object for its interface's name. Return: for free(3), or NULL. */
static char *proxy_ask_descriptor(AIBinder *object)
{
	AParcel *reply = NULL;
	char *text = NULL;

	if (proxy_call(object, ANSWER_INTERFACE, NULL, &reply, 0) == STATUS_OK)
		text = proxy_read_descriptor(reply);
	AParcel_delete(reply);
	return text;
}

const char *proxy_descriptor(AIBinder *object)
{
	struct proxy *proxy = proxy_of(object);
	char *known = atomic_load_explicit(&proxy->descriptor, memory_order_acquire);
	char *text;

	if (known)
		return known;
	text = proxy_ask_descriptor(object);
	if (!text)
		return "";
	if (atomic_compare_exchange_strong(&proxy->descriptor, &known, text))
		return text;
	free(text);
	return known;
}
