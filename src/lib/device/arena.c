/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Nobody waits for memory while it holds some: that is what makes waiting end. A request
 * whose memory would be needed while it waits for its answer gives it back first, see
 * write_read.c.
 *
 * A signal handler may stage, too: all signals are blocked while the staging heap's mutex
 * is held. The program's heap is, like malloc(3), not for handlers.
 *
 * The library has no thread and no timer to give memory back with. So the calls that stage
 * or free look at the clock, as long as a heap has something to give back.
 */

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <binderd/device.h>

#include "lib/device/arena.h"
#include "lib/device/hooks.h"
#include "lib/device/table.h"

#define ARENA_ALIGN 64u
/* Heaps begin and end at multiples of this: of any page size. */
#define ARENA_PAGE 65536u

static void arena_lock(struct arena *arena, sigset_t *mask)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, mask);
	pthread_mutex_lock(&arena->mutex);
}

static void arena_unlock(struct arena *arena, const sigset_t *mask)
{
	pthread_mutex_unlock(&arena->mutex);
	pthread_sigmask(SIG_SETMASK, mask, NULL);
}

void arena_init(struct arena *arena)
{
	memset(arena, 0, sizeof(*arena));
	pthread_mutex_init(&arena->mutex, NULL);
	pthread_cond_init(&arena->freed, NULL);
	pthread_mutex_init(&arena->program_mutex, NULL);
	heap_init(&arena->staging, 0, 0);
	heap_init(&arena->program, 0, 0);
}

void arena_deinit(struct arena *arena)
{
	if (arena->base)
		device_libc.munmap(arena->base, arena->size);
	heap_deinit(&arena->staging);
	heap_deinit(&arena->program);
	arena_init(arena);
}

void arena_forget(struct arena *arena)
{
	heap_forget();
	arena_init(arena);
}

int arena_map(struct arena *arena, int fd, size_t size)
{
	size_t slots = size / 8 / ARENA_SLOT;
	size_t middle = (size / 2 + size / 8) & ~(size_t)(ARENA_PAGE - 1);
	uint8_t *base;

	if (size < 64 * ARENA_SLOT)
		return -EPROTO;
	base = device_libc.mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		return -errno;
	madvise(base, size, MADV_DONTFORK);
	arena->base = base;
	arena->size = size;
	arena->slots = slots < ARENA_SLOTS ? (unsigned int)slots : ARENA_SLOTS;
	slots = (arena->slots * ARENA_SLOT + ARENA_PAGE - 1) & ~(size_t)(ARENA_PAGE - 1);
	heap_init(&arena->staging, slots, middle);
	heap_init(&arena->program, middle, size & ~(size_t)(ARENA_PAGE - 1));
	return 0;
}

bool arena_contains(const struct arena *arena, uint64_t address, uint64_t size)
{
	uint64_t base = (uintptr_t)arena->base;

	return base && address >= base && size <= arena->size &&
	       address - base <= arena->size - size;
}

void arena_slot_get(struct arena *arena, struct arena_slot *slot)
{
	memset(slot, 0, sizeof(*slot));
	for (unsigned int i = 0; i < arena->slots; i++) {
		uint64_t bit = 1ull << (i % 64);

		if (arena->slots_used[i / 64] & bit)
			continue;
		arena->slots_used[i / 64] |= bit;
		slot->offset = (size_t)i * ARENA_SLOT;
		slot->size = ARENA_SLOT;
		return;
	}
}

void arena_slot_put(struct arena *arena, struct arena_slot *slot)
{
	size_t i = slot->offset / ARENA_SLOT;

	if (slot->size)
		arena->slots_used[i / 64] &= ~(1ull << (i % 64));
	memset(slot, 0, sizeof(*slot));
}

static size_t arena_round(size_t size)
{
	return (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
}

int64_t arena_stage(struct arena *arena, struct arena_slot *slot, struct arena_ranges *ranges,
	size_t size, enum arena_from from)
{
	size_t rounded = arena_round(size);
	struct heap_piece *range;
	sigset_t mask;
	int64_t offset;

	if (rounded <= slot->size - slot->used) {
		offset = (int64_t)(slot->offset + slot->used);
		slot->used += rounded;
		return offset;
	}
	if (from == ARENA_SLOT_ONLY || rounded > arena->staging.end - arena->staging.start)
		return -ENOMEM;
	arena_lock(arena, &mask);
	range = heap_take(&arena->staging, rounded);
	while (!range && from == ARENA_WAIT && !ranges->first && arena->staging.used) {
		pthread_cond_wait(&arena->freed, &arena->mutex);
		range = heap_take(&arena->staging, rounded);
	}
	arena_unlock(arena, &mask);
	if (!range)
		return -ENOMEM;
	range->held = ranges->first;
	ranges->first = range;
	ranges->bytes += rounded;
	return (int64_t)range->offset;
}

void arena_unstage(struct arena *arena, struct arena_ranges *ranges)
{
	struct heap_piece *range = ranges->first;
	struct heap_piece *next;
	sigset_t mask;

	if (!range)
		return;
	ranges->first = NULL;
	ranges->bytes = 0;
	arena_lock(arena, &mask);
	for (; range; range = next) {
		next = range->held;
		heap_give(&arena->staging, range);
	}
	pthread_cond_broadcast(&arena->freed);
	arena_unlock(arena, &mask);
}

bool arena_pressed(const struct arena *arena, size_t bytes)
{
	/* Racy on purpose: a guess is enough to keep most of the heap turning over. */
	return bytes && arena->staging.used > (arena->staging.end - arena->staging.start) / 4;
}

/* Whether it is time to look, which it then is for this caller alone. */
static bool arena_trim_due(struct arena *arena, int64_t *now)
{
	struct timespec time;
	int64_t last;

	if (!atomic_load_explicit(&arena->staging.idle, memory_order_relaxed) &&
		!atomic_load_explicit(&arena->program.idle, memory_order_relaxed))
		return false;
	if (clock_gettime(CLOCK_MONOTONIC_COARSE, &time) < 0)
		return false;
	*now = time.tv_sec;
	last = atomic_load_explicit(&arena->trimmed, memory_order_relaxed);
	return *now - last >= HEAP_IDLE_S &&
	       atomic_compare_exchange_strong(&arena->trimmed, &last, *now);
}

void arena_trim(struct arena *arena)
{
	sigset_t mask;
	int64_t now;

	if (!arena->base || !arena_trim_due(arena, &now))
		return;
	arena_lock(arena, &mask);
	heap_trim(&arena->staging, arena->base, now);
	/* This may be a handler, and what it interrupted hold the mutex. */
	if (pthread_mutex_trylock(&arena->program_mutex) == 0) {
		heap_trim(&arena->program, arena->base, now);
		pthread_mutex_unlock(&arena->program_mutex);
	}
	arena_unlock(arena, &mask);
}

void *binderd_arena_alloc(int fd, size_t size)
{
	struct device *device = table_get(fd);
	struct heap_piece *piece = NULL;
	void *memory = NULL;
	struct arena *arena;

	if (!device) {
		errno = ENOTTY;
		return NULL;
	}
	arena = &device->arena;
	pthread_mutex_lock(&arena->program_mutex);
	if (size <= ARENA_PIECE_MAX && arena->base)
		piece = heap_take(&arena->program, arena_round(size ? size : 1));
	if (piece)
		memory = arena->base + piece->offset;
	pthread_mutex_unlock(&arena->program_mutex);
	device_put(device);
	if (!memory)
		errno = ENOMEM;
	return memory;
}

void binderd_arena_free(int fd, void *memory)
{
	struct device *device = memory ? table_get(fd) : NULL;
	struct heap_piece *piece = NULL;
	struct arena *arena;

	if (!device)
		return;
	arena = &device->arena;
	pthread_mutex_lock(&arena->program_mutex);
	if (arena_contains(arena, (uintptr_t)memory, 1))
		piece = heap_find(&arena->program, (size_t)((uint8_t *)memory - arena->base));
	if (piece)
		heap_give(&arena->program, piece);
	pthread_mutex_unlock(&arena->program_mutex);
	arena_trim(arena);
	device_put(device);
}
