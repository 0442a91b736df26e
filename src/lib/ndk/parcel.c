// SPDX-License-Identifier: Apache-2.0
/*
 * A parcel's life and its memory.
 *
 * Data lies in one piece of memory that the driver copies from. A parcel begins with a chunk, and
 * moves to larger memory, half as much again as is needed, when it outgrows it: each byte is
 * copied a bounded number of times. The chunk stays with the parcel, and both stay with the thread
 * that deleted it, for its next one: a small call allocates nothing.
 *
 * A received parcel is the driver's buffer, read in place. The first write copies it out:
 * then the objects are held as in any parcel, the descriptors, which came as the receiver's,
 * become those that the copy owns, and the buffer goes back.
 *
 * Which of the bytes are objects is what the offsets say. Data is never written over an object,
 * so an object's bytes can be believed when it is let go of. libbinder, in Android 14 and 15,
 * protects them from being read as data, and not from being written over.
 */

#include "lib/ndk/parcel_data.h"

#include <android/binder_ibinder.h>

#include <pthread.h>
#include <stdlib.h>

#include "lib/ndk/process.h"

#define PARCEL_CACHE_SIZE 4

_Static_assert(PARCEL_CHUNK_SIZE % sizeof(binder_size_t) == 0, "offsets are aligned in a chunk");

struct parcel_cache {
	AParcel *parcels[PARCEL_CACHE_SIZE];
	unsigned int count;
	bool watched; /* parcel_cache_key will tell of the thread's end */
};

static __thread struct parcel_cache parcel_cache;
static pthread_once_t parcel_once = PTHREAD_ONCE_INIT;
static pthread_key_t parcel_cache_key;
static bool parcel_cache_usable;

void parcel_drop_cache(void)
{
	struct parcel_cache *cache = &parcel_cache;

	while (cache->count > 0) {
		AParcel *parcel = cache->parcels[--cache->count];

		process_free(parcel->chunk);
		free(parcel);
	}
}

static void parcel_thread_ends(void *unused)
{
	(void)unused;
	parcel_cache.watched = false;
	parcel_drop_cache();
}

/* A child has the parcels, but their memory is not mapped there. */
static void parcel_forked(void)
{
	struct parcel_cache *cache = &parcel_cache;

	for (unsigned int i = 0; i < cache->count; i++)
		cache->parcels[i]->chunk = NULL;
}

static void parcel_start_cache(void)
{
	parcel_cache_usable = pthread_key_create(&parcel_cache_key, parcel_thread_ends) == 0 &&
			      pthread_atfork(NULL, NULL, parcel_forked) == 0;
}

/* Whether this thread's end will be seen, so that something may be kept for it. */
static bool parcel_watch_thread(struct parcel_cache *cache)
{
	pthread_once(&parcel_once, parcel_start_cache);
	if (!cache->watched && parcel_cache_usable)
		cache->watched = pthread_setspecific(parcel_cache_key, cache) == 0;
	return cache->watched;
}

static void parcel_discard(AParcel *parcel)
{
	struct parcel_cache *cache = &parcel_cache;

	if (cache->count < PARCEL_CACHE_SIZE && (cache->watched || parcel_watch_thread(cache))) {
		cache->parcels[cache->count++] = parcel;
		return;
	}
	process_free(parcel->chunk);
	free(parcel);
}

AParcel *parcel_new(AIBinder *binder)
{
	struct parcel_cache *cache = &parcel_cache;
	AParcel *parcel;

	parcel = cache->count > 0 ? cache->parcels[--cache->count] : calloc(1, sizeof(*parcel));
	if (parcel && binder) {
		AIBinder_incStrong(binder);
		parcel->binder = binder;
	}
	return parcel;
}

AParcel *parcel_new_received(const struct binder_transaction_data *txn)
{
	struct parcel_buffer buffer = {
		.data = (const uint8_t *)(uintptr_t)txn->data.ptr.buffer,
		.size = (size_t)txn->data_size,
		.offsets = (const binder_size_t *)(uintptr_t)txn->data.ptr.offsets,
		.offset_count = (size_t)txn->offsets_size / sizeof(binder_size_t),
	};
	AParcel *parcel = parcel_new(NULL);

	if (!parcel) {
		parcel_buffer_end(&buffer);
		return NULL;
	}
	parcel->received = true;
	parcel->buffer = buffer;
	parcel->data = (uint8_t *)buffer.data;
	parcel->size = buffer.size;
	if (buffer.offset_count && parcel_buffer_is_sound(&buffer)) {
		parcel->offsets = (binder_size_t *)buffer.offsets;
		parcel->offset_count = buffer.offset_count;
	}
	return parcel;
}

AParcel *AParcel_create(void)
{
	AParcel *parcel = parcel_new(NULL);

	if (!parcel)
		abort();
	return parcel;
}

void parcel_empty(AParcel *parcel)
{
	if (parcel->received) {
		parcel_buffer_end(&parcel->buffer);
	} else {
		parcel_release_objects(parcel);
		parcel_free_memory(parcel);
	}
	*parcel = (AParcel){.binder = parcel->binder, .chunk = parcel->chunk};
}

binder_status_t AParcel_reset(AParcel *parcel)
{
	parcel_empty(parcel);
	return STATUS_OK;
}

void AParcel_delete(AParcel *parcel)
{
	AIBinder *binder;

	if (!parcel)
		return;
	parcel_empty(parcel);
	binder = parcel->binder;
	parcel->binder = NULL;
	parcel_discard(parcel);
	if (binder)
		AIBinder_decStrong(binder);
}

AIBinder *parcel_binder(const AParcel *parcel)
{
	return parcel->binder;
}

const void *parcel_data(const AParcel *parcel)
{
	return parcel->data;
}

size_t parcel_size(const AParcel *parcel)
{
	return parcel->size;
}

const binder_size_t *parcel_offsets(const AParcel *parcel)
{
	return parcel->offsets;
}

size_t parcel_offset_count(const AParcel *parcel)
{
	return parcel->offset_count;
}

bool parcel_is_sensitive(const AParcel *parcel)
{
	return parcel->sensitive;
}

binder_status_t parcel_error(const AParcel *parcel)
{
	return parcel->error;
}

void parcel_rewind(AParcel *parcel)
{
	parcel->position = 0;
}

size_t parcel_avail(const AParcel *parcel)
{
	return parcel->position < parcel->size ? parcel->size - parcel->position : 0;
}

binder_status_t AParcel_setDataPosition(const AParcel *parcel, int32_t position)
{
	if (position < 0)
		return STATUS_BAD_VALUE;
	((AParcel *)parcel)->position = (size_t)position;
	return STATUS_OK;
}

int32_t AParcel_getDataPosition(const AParcel *parcel)
{
	return (int32_t)parcel->position;
}

int32_t AParcel_getDataSize(const AParcel *parcel)
{
	return (int32_t)(parcel->size > parcel->position ? parcel->size : parcel->position);
}

void AParcel_markSensitive(const AParcel *parcel)
{
	((AParcel *)parcel)->sensitive = true;
}
