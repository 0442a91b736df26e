#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A driver for a registry: it counts what is held and linked, and fails a test that
 * holds twice or lets go of what it does not hold.
 */

#include "svcmgr/registry.h"

#include <check.h>
#include <stddef.h>

#define REGISTRY_DOUBLE_HANDLES 64

struct registry_double {
	int held[REGISTRY_DOUBLE_HANDLES];
	struct registry_object *linked[REGISTRY_DOUBLE_HANDLES];
	/* Unlinked, and not yet confirmed. */
	struct registry_object *unlinking[REGISTRY_DOUBLE_HANDLES];
};

static inline void registry_double_acquire(void *context, uint32_t handle)
{
	struct registry_double *held = context;

	ck_assert_int_eq(held->held[handle % REGISTRY_DOUBLE_HANDLES]++, 0);
}

static inline void registry_double_release(void *context, uint32_t handle)
{
	struct registry_double *held = context;

	ck_assert_int_eq(held->held[handle % REGISTRY_DOUBLE_HANDLES]--, 1);
}

static inline void registry_double_link(void *context, struct registry_object *object)
{
	struct registry_double *held = context;

	ck_assert_int_eq(held->held[object->handle % REGISTRY_DOUBLE_HANDLES], 1);
	held->linked[object->handle % REGISTRY_DOUBLE_HANDLES] = object;
}

static inline void registry_double_unlink(void *context, struct registry_object *object)
{
	struct registry_double *held = context;

	/* The driver knows a link by a handle that is held. */
	ck_assert_int_eq(held->held[object->handle % REGISTRY_DOUBLE_HANDLES], 1);
	ck_assert_ptr_eq(held->linked[object->handle % REGISTRY_DOUBLE_HANDLES], object);
	held->linked[object->handle % REGISTRY_DOUBLE_HANDLES] = NULL;
	held->unlinking[object->handle % REGISTRY_DOUBLE_HANDLES] = object;
}

static const struct registry_ops registry_double_ops = {
	.acquire = registry_double_acquire,
	.release = registry_double_release,
	.link = registry_double_link,
	.unlink = registry_double_unlink,
};
