#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Remote objects: one for each handle that this process holds.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/ndk/object_count.h"

struct death_link;

/* Who is to be told of the death: death.c's, and under its lock. */
struct death_watch {
	TAILQ_HEAD(, death_link) links; /* oldest first */
	bool told;			/* the driver said that it died */
};

struct proxy {
	struct AIBinder base;
	uint32_t handle;
	_Atomic(bool) dead;
	_Atomic(int32_t) passing; /* strong references that ipc.c keeps, among base's */
	_Atomic(int32_t) holds;	  /* strong references of proxy_hold(), among base's */
	_Atomic(char *) descriptor;
	struct death_watch watch;
};

/**
 * proxy_get() - the remote object of a handle
 * @handle: one that a parcel brought which is still there, or a proxy of which is held; or 0, the
 *          context manager
 * @out:    filled with the object, a new strong reference
 *
 * Return: STATUS_OK; STATUS_NO_MEMORY; for handle 0: STATUS_DEAD_OBJECT if there is no context
 * manager, or another error of the call that finds out.
 */
binder_status_t proxy_get(uint32_t handle, AIBinder **out);

/**
 * proxy_hold() - the same for a parcel that names the handle, which says nothing of errors
 *
 * What a parcel names is known to the driver, also handle 0: a context manager is not called.
 */
void proxy_hold(uint32_t handle);
/** proxy_release() - give back what proxy_hold() took */
void proxy_release(uint32_t handle);

/** proxy_of() - a remote object's proxy */
static inline struct proxy *proxy_of(AIBinder *object)
{
	return (struct proxy *)object;
}

/** proxy_put() - object_put() of a remote object */
void proxy_put(AIBinder *object);
/** proxy_free() - free its memory, with the last weak reference */
void proxy_free(AIBinder *object);
/** proxy_arrived() - the driver has read that this process holds it: end what ipc.c kept */
void proxy_arrived(struct proxy *proxy);

/** proxy_handle() - its handle */
uint32_t proxy_handle(const AIBinder *object);
/** proxy_alive() - whether it is not known to be dead */
bool proxy_alive(const AIBinder *object);
/** proxy_passing() - how many of its strong references nobody but ipc.c has */
int32_t proxy_passing(const AIBinder *object);

/**
 * proxy_call() - call a remote object
 * @in, @out, @flags: as for ipc_call(), with FLAG_PRIVATE_VENDOR besides
 *
 * Return: as AIBinder_transact().
 */
binder_status_t proxy_call(
	AIBinder *object, uint32_t code, const AParcel *in, AParcel **out, binder_flags_t flags);

/**
 * proxy_descriptor() - its interface's name, asked of it the first time
 *
 * Return: UTF-8, as long as the object; "" if it could not be asked or has no name.
 */
const char *proxy_descriptor(AIBinder *object);
