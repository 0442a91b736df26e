// SPDX-License-Identifier: Apache-2.0
#include "ndk/seam_double.h"

#include <stdlib.h>
#include <string.h>

#include "lib/ndk/object.h"
#include "lib/ndk/process.h"

#define SEAM_HANDLES 16

struct seam_double seam_double = {.fail_after = -1};
static AIBinder *seam_handles[SEAM_HANDLES];

void seam_double_reset(void)
{
	seam_double = (struct seam_double){.blocks = seam_double.blocks, .fail_after = -1};
	memset(seam_handles, 0, sizeof(seam_handles));
}

void seam_double_remote(AIBinder *binder)
{
	seam_handles[binder->handle] = binder;
}

void *process_alloc(size_t size)
{
	void *memory;

	if (size > seam_double.largest)
		seam_double.largest = size;
	if (seam_double.fail_after == 0)
		return NULL;
	memory = malloc(size);
	if (!memory)
		return NULL;
	memset(memory, 0xa5, size);
	if (seam_double.fail_after > 0)
		seam_double.fail_after--;
	seam_double.blocks++;
	seam_double.allocations++;
	return memory;
}

void process_free(void *memory)
{
	if (!memory)
		return;
	memcpy(seam_double.last_freed, memory, sizeof(seam_double.last_freed));
	seam_double.blocks--;
	free(memory);
}

void process_free_buffer(const void *data)
{
	seam_double.freed_buffers++;
	seam_double.freed_buffer = data;
}

void AIBinder_incStrong(AIBinder *binder)
{
	if (binder)
		binder->strong++;
}

void AIBinder_decStrong(AIBinder *binder)
{
	if (binder)
		binder->strong--;
}

void object_flatten(AIBinder *binder, struct flat_binder_object *flat, int32_t *stability)
{
	*flat = (struct flat_binder_object){.hdr.type = BINDER_TYPE_BINDER};
	*stability = 0;
	if (!binder) {
		flat->flags = 0x13;
		return;
	}
	*stability = binder->stability;
	flat->flags = binder->handle < 0 ? 0x113 : 0x13;
	if (binder->handle < 0) {
		flat->binder = (uintptr_t)&binder->held;
		flat->cookie = (uintptr_t)binder;
	} else {
		flat->hdr.type = BINDER_TYPE_HANDLE;
		flat->handle = (uint32_t)binder->handle;
	}
}

/* NULL for a handle that nobody said anything of. */
static AIBinder *seam_find(const struct flat_binder_object *flat)
{
	if (flat->hdr.type == BINDER_TYPE_BINDER || flat->hdr.type == BINDER_TYPE_WEAK_BINDER)
		return (AIBinder *)(uintptr_t)flat->cookie;
	if (flat->hdr.type != BINDER_TYPE_HANDLE && flat->hdr.type != BINDER_TYPE_WEAK_HANDLE)
		abort();
	return flat->handle < SEAM_HANDLES ? seam_handles[flat->handle] : NULL;
}

void object_hold(const struct flat_binder_object *flat)
{
	AIBinder *binder = seam_find(flat);

	if (binder)
		binder->held++;
}

void object_release(const struct flat_binder_object *flat)
{
	AIBinder *binder = seam_find(flat);

	if (binder) {
		if (binder->held <= 0)
			abort();
		binder->held--;
	}
}

binder_status_t object_unflatten(
	const struct flat_binder_object *flat, int32_t stability, AIBinder **out)
{
	AIBinder *binder = seam_find(flat);

	if (flat->hdr.type == BINDER_TYPE_HANDLE && seam_double.unflatten != STATUS_OK)
		return seam_double.unflatten;
	if (binder) {
		binder->stability = stability;
		AIBinder_incStrong(binder);
	}
	*out = binder;
	return STATUS_OK;
}
