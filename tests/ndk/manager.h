#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A context manager for these tests, on the raw device: it keeps objects in numbered slots, and
 * tells how many strong references the driver counts.
 */

#include <stdint.h>

#include <android/binder_ibinder.h>

#define MANAGER_DESCRIPTOR "binderd.test.IManager"
#define MANAGER_SLOTS 16

/* Its calls: the interface token, a slot, and what else is said. */
enum manager_code {
	MANAGER_PUT = FIRST_CALL_TRANSACTION, /* an object, in place of the former */
	MANAGER_GET,			      /* returns the object, or null */
	MANAGER_COUNT,			      /* returns the node's strong count; -1: none */
	MANAGER_DROP,			      /* gives the object up */
};

/**
 * manager_run() - be the context manager
 * @ready: where to write one byte once that is so
 *
 * Waits until a former one is gone. Does not return.
 */
void manager_run(int ready) __attribute__((noreturn));

/* The client's side, on the NDK. What fails ends the process. */

/** manager_object() - the manager: a strong reference that is the process's */
AIBinder *manager_object(void);
/** manager_put() - leave an object there */
void manager_put(int32_t slot, AIBinder *binder);
/** manager_get() - fetch one, a strong reference of the caller's, or NULL */
AIBinder *manager_get(int32_t slot);
/** manager_count() - the strong count of the node, as a service manager sees it */
int32_t manager_count(int32_t slot);
/** manager_drop() - have it given up */
void manager_drop(int32_t slot);
