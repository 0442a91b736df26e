#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A driver for a registry: it counts what is held and linked, and ends the program that
 * holds twice or lets go of what it does not hold. Without Check, for fuzz targets.
 */

#include "svcmgr/registry.h"

#include <stddef.h>
#include <stdlib.h>

#define REGISTRY_DOUBLE_HANDLES 64

/* Ends the program unless @good. */
static inline void registry_double_check(int good)
{
	if (!good)
		abort();
}

struct registry_double {
	int held[REGISTRY_DOUBLE_HANDLES];
	struct registry_object *linked[REGISTRY_DOUBLE_HANDLES];
	/* Unlinked, and not yet confirmed. */
	struct registry_object *unlinking[REGISTRY_DOUBLE_HANDLES];
};

static inline void registry_double_acquire(void *context, uint32_t handle)
{
	struct registry_double *held = context;

	registry_double_check(held->held[handle % REGISTRY_DOUBLE_HANDLES]++ == 0);
}

static inline void registry_double_release(void *context, uint32_t handle)
{
	struct registry_double *held = context;

	registry_double_check(held->held[handle % REGISTRY_DOUBLE_HANDLES]-- == 1);
}

static inline void registry_double_link(void *context, struct registry_object *object)
{
	struct registry_double *held = context;

	registry_double_check(held->held[object->handle % REGISTRY_DOUBLE_HANDLES] == 1);
	held->linked[object->handle % REGISTRY_DOUBLE_HANDLES] = object;
}

static inline void registry_double_unlink(void *context, struct registry_object *object)
{
	struct registry_double *held = context;

	/* The driver knows a link by a handle that is held. */
	registry_double_check(held->held[object->handle % REGISTRY_DOUBLE_HANDLES] == 1);
	registry_double_check(held->linked[object->handle % REGISTRY_DOUBLE_HANDLES] == object);
	held->linked[object->handle % REGISTRY_DOUBLE_HANDLES] = NULL;
	held->unlinking[object->handle % REGISTRY_DOUBLE_HANDLES] = object;
}

static const struct registry_ops registry_double_ops = {
	.acquire = registry_double_acquire,
	.release = registry_double_release,
	.link = registry_double_link,
	.unlink = registry_double_unlink,
};
