#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The memory shared with the broker: where payloads are staged, and what
 * binderd_arena_alloc() gives out.
 *
 * Three parts: slots of fixed size, one for each channel, which take the small stuff
 * without a lock; a heap for larger requests, whose memory always comes back, so that one
 * who finds no room waits; and a heap for the program, which may keep what it has.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/device/heap.h"

#define ARENA_SLOT 16384u
#define ARENA_SLOTS 512u
/* Bytes of the largest piece: the largest area, so the largest payload. */
#define ARENA_PIECE_MAX (4u << 20)

struct arena {
	uint8_t *base; /* NULL: none yet */
	size_t size;
	unsigned int slots;
	uint64_t slots_used[ARENA_SLOTS / 64];
	pthread_mutex_t mutex; /* of the staging heap; all signals are blocked while it is held */
	pthread_cond_t freed;
	pthread_mutex_t program_mutex;
	_Atomic int64_t trimmed; /* when arena_trim() last looked, in seconds */
	struct heap staging;
	struct heap program;
};

/* A channel's own piece; size 0 for none. */
struct arena_slot {
	size_t offset;
	size_t size;
	size_t used;
};

enum arena_from {
	ARENA_SLOT_ONLY,
	ARENA_NO_WAIT,
	ARENA_WAIT,
};

/* What a request holds of the staging heap. */
struct arena_ranges {
	struct heap_piece *first; /* by held */
	size_t bytes;
};

/** arena_init() / arena_deinit() - without memory; deinit unmaps it */
void arena_init(struct arena *arena);
void arena_deinit(struct arena *arena);
/** arena_forget() - in a forked child, which does not have the mapping */
void arena_forget(struct arena *arena);
/** arena_map() - map what the broker gave; @fd stays the caller's. Return: 0 or -errno */
int arena_map(struct arena *arena, int fd, size_t size);

/** arena_contains() - whether all of @size bytes at @address lie in it */
bool arena_contains(const struct arena *arena, uint64_t address, uint64_t size);

/** arena_slot_get() / arena_slot_put() - with device_lock() held */
void arena_slot_get(struct arena *arena, struct arena_slot *slot);
void arena_slot_put(struct arena *arena, struct arena_slot *slot);

/**
 * arena_stage() - room for @size bytes of a request, from its slot or the staging heap
 * @from: the slot alone, or the heap, or the heap and wait for others' memory there (but not
 *        if the request holds some itself)
 *
 * Return: the offset, or -ENOMEM.
 */
int64_t arena_stage(struct arena *arena, struct arena_slot *slot, struct arena_ranges *ranges,
	size_t size, enum arena_from from);
/** arena_unstage() - give the heap memory of a request back */
void arena_unstage(struct arena *arena, struct arena_ranges *ranges);
/**
 * arena_trim() - give back what the heaps have not used for a while
 *
 * To be called now and then: it costs next to nothing when there is nothing to do.
 */
void arena_trim(struct arena *arena);
/** arena_pressed() - whether a request should not keep @bytes while it waits */
bool arena_pressed(const struct arena *arena, size_t bytes);
