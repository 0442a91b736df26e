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
 * Which of the bytes are objects is what the offsets say. Data is never written over an object
 * (libbinder refuses that, too, from Android 16 on), so an object's bytes can be believed when it
 * is let go of.
 */

#include "lib/ndk/parcel_data.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/ndk/object.h"
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

AParcel *AParcel_create(void)
{
	AParcel *parcel = parcel_new(NULL);

	if (!parcel)
		abort();
	return parcel;
}

/* The memory of data and offsets, unless it is the chunk. */
static void parcel_free_data(AParcel *parcel)
{
	if (parcel->sensitive && parcel->data)
		explicit_bzero(parcel->data, parcel->size);
	if (parcel->data != parcel->chunk)
		process_free(parcel->data);
}

static binder_size_t *parcel_chunk_offsets(const AParcel *parcel)
{
	return parcel->chunk ? (binder_size_t *)(parcel->chunk + PARCEL_CHUNK_SIZE) : NULL;
}

static void parcel_free_offsets(AParcel *parcel)
{
	if (parcel->offsets != parcel_chunk_offsets(parcel))
		process_free(parcel->offsets);
}

static void parcel_release_objects(const AParcel *parcel)
{
	struct flat_binder_object flat;

	for (size_t i = parcel->offset_count; i > 0; i--) {
		memcpy(&flat, parcel->data + parcel->offsets[i - 1], sizeof(flat));
		if (flat.hdr.type != BINDER_TYPE_FD)
			object_release(&flat);
		else if (flat.cookie)
			close((int)flat.handle);
	}
}

void parcel_empty(AParcel *parcel)
{
	if (parcel->received) {
		parcel_close_received(parcel->buffer, parcel->raw_size, parcel->raw_offsets,
			parcel->raw_count);
		process_free_buffer(parcel->buffer);
	} else {
		parcel_release_objects(parcel);
		parcel_free_data(parcel);
		parcel_free_offsets(parcel);
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
