/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Counting. A strong reference is given back without a lock unless it may be the last: the
 * last one of a proxy goes under the lock of the table in which others find it, so that who
 * finds a proxy there finds one that has not ended (see proxy.c). A local object is found by
 * nobody who has no reference: the driver has one of its own, and says so by BR_ACQUIRE.
 */

#include "lib/ndk/object.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ndk/ipc.h"
#include "lib/ndk/local.h"
#include "lib/ndk/object_count.h"
#include "lib/ndk/proxy.h"
#include "lib/ndk/stability.h"
#include "util/log.h"

/* What a flat object says of whom it does not schedule: libbinder's SCHED_NORMAL, nice 19. */
#define OBJECT_PRIORITY 0x13u

void object_init(AIBinder *object, bool remote)
{
	atomic_init(&object->strong, 1);
	atomic_init(&object->weak, 1);
	object->remote = remote;
}

AIBinder *object_get(AIBinder *object)
{
	int32_t old = atomic_fetch_add_explicit(&object->strong, 1, memory_order_relaxed);

	assert(old > 0);
	(void)old;
	return object;
}

bool object_try_get(AIBinder *object)
{
	int32_t count = atomic_load_explicit(&object->strong, memory_order_relaxed);

	while (count > 0) {
		if (atomic_compare_exchange_weak_explicit(&object->strong, &count, count + 1,
			    memory_order_acquire, memory_order_relaxed))
			return true;
	}
	return false;
}

void object_put(AIBinder *object)
{
	int32_t old;

	if (object->remote) {
		proxy_put(object);
		return;
	}
	old = atomic_fetch_sub_explicit(&object->strong, 1, memory_order_acq_rel);
	assert(old > 0);
	if (old == 1) {
		local_end(object);
		object_put_weak(object);
	}
}

void object_get_weak(AIBinder *object)
{
	atomic_fetch_add_explicit(&object->weak, 1, memory_order_relaxed);
}

void object_put_weak(AIBinder *object)
{
	int32_t old = atomic_fetch_sub_explicit(&object->weak, 1, memory_order_acq_rel);

	assert(old > 0);
	if (old != 1)
		return;
	if (object->remote)
		proxy_free(object);
	else
		local_free(object);
}

void object_flatten(AIBinder *binder, struct flat_binder_object *flat, int32_t *stability)
{
	memset(flat, 0, sizeof(*flat));
	flat->hdr.type = BINDER_TYPE_BINDER;
	*stability = 0;
	if (!binder)
		return;
	*stability = stability_to_send(binder);
	if (binder->remote) {
		flat->hdr.type = BINDER_TYPE_HANDLE;
		flat->flags = OBJECT_PRIORITY;
		flat->handle = proxy_handle(binder);
		return;
	}
	flat->flags = local_flags(binder);
	flat->binder = (uintptr_t)binder;
	flat->cookie = (uintptr_t)binder;
}

/* The local object that a flat one names, or NULL. */
static AIBinder *object_local(const struct flat_binder_object *flat)
{
	return (AIBinder *)(uintptr_t)flat->cookie;
}

void object_hold(const struct flat_binder_object *flat)
{
	switch (flat->hdr.type) {
	case BINDER_TYPE_BINDER:
		if (object_local(flat))
			object_get(object_local(flat));
		break;
	case BINDER_TYPE_WEAK_BINDER:
		if (object_local(flat))
			object_get_weak(object_local(flat));
		break;
	case BINDER_TYPE_HANDLE:
		proxy_hold(flat->handle);
		break;
	case BINDER_TYPE_WEAK_HANDLE:
		/* Written at once: the one that gives it back may be another thread. */
		ipc_queue_handle(ipc_self(), BC_INCREFS, flat->handle);
		ipc_flush(ipc_self());
		break;
	default:
		break;
	}
}

void object_release(const struct flat_binder_object *flat)
{
	switch (flat->hdr.type) {
	case BINDER_TYPE_BINDER:
		if (object_local(flat))
			object_put(object_local(flat));
		break;
	case BINDER_TYPE_WEAK_BINDER:
		if (object_local(flat))
			object_put_weak(object_local(flat));
		break;
	case BINDER_TYPE_HANDLE:
		proxy_release(flat->handle);
		break;
	case BINDER_TYPE_WEAK_HANDLE:
		ipc_queue_handle(ipc_self(), BC_DECREFS, flat->handle);
		ipc_flush_if_needed(ipc_self());
		break;
	default:
		break;
	}
}

binder_status_t object_unflatten(
	const struct flat_binder_object *flat, int32_t stability, AIBinder **out)
{
	AIBinder *object = NULL;
	binder_status_t status;

	*out = NULL;
	if (flat->hdr.type == BINDER_TYPE_BINDER) {
		object = object_local(flat);
		if (!object && !flat->binder)
			return stability ? STATUS_BAD_TYPE : STATUS_OK;
		if (!object)
			return STATUS_BAD_TYPE;
		if (!object_try_get(object))
			return STATUS_DEAD_OBJECT;
	} else if (flat->hdr.type == BINDER_TYPE_HANDLE) {
		status = proxy_get(flat->handle, &object);
		if (status != STATUS_OK)
			return status;
	} else {
		return STATUS_BAD_TYPE;
	}
	status = stability_received(object, stability);
	if (status != STATUS_OK) {
		object_put(object);
		return status;
	}
	*out = object;
	return STATUS_OK;
}

void AIBinder_incStrong(AIBinder *binder)
{
	if (binder)
		object_get(binder);
}

void AIBinder_decStrong(AIBinder *binder)
{
	if (binder)
		object_put(binder);
	else
		log_error("AIBinder_decStrong: on a null object");
}

int32_t AIBinder_debugGetRefCount(AIBinder *binder)
{
	if (!binder) {
		log_error("AIBinder_debugGetRefCount: on a null object");
		return -1;
	}
	return atomic_load_explicit(&binder->strong, memory_order_relaxed) -
	       (binder->remote ? proxy_passing(binder) : 0);
}

bool AIBinder_isRemote(const AIBinder *binder)
{
	return binder && binder->remote;
}

bool AIBinder_isAlive(const AIBinder *binder)
{
	return binder && (!binder->remote || proxy_alive(binder));
}

const AIBinder_Class *AIBinder_getClass(AIBinder *binder)
{
	return binder ? atomic_load_explicit(&binder->clazz, memory_order_acquire) : NULL;
}

void *AIBinder_getUserData(AIBinder *binder)
{
	return binder && !binder->remote ? local_data(binder) : NULL;
}

bool AIBinder_lt(const AIBinder *lhs, const AIBinder *rhs)
{
	return (uintptr_t)lhs < (uintptr_t)rhs;
}
