/* SPDX-License-Identifier: Apache-2.0 */

/*
 * First fit over a list of what is taken, sorted by offset: there are few pieces at a
 * time. The records lie outside of the arena. All signals are blocked while the mutex is
 * held: a handler may stage, too.
 *
 * Nobody waits for memory while it holds some: that is what makes waiting end. A request
 * whose memory would be needed while it waits for its answer gives it back first, see
 * write_read.c.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include <binderd/device.h>

#include "lib/device/arena.h"
#include "lib/device/hooks.h"
#include "lib/device/pool.h"
#include "lib/device/table.h"

#define ARENA_ALIGN 64u

/* Records; under their own mutex, as arenas have different ones. */
static struct pool range_pool = {.size = sizeof(struct arena_range)};
static pthread_mutex_t range_mutex = PTHREAD_MUTEX_INITIALIZER;

static struct arena_range *range_new(void)
{
	struct arena_range *range;

	pthread_mutex_lock(&range_mutex);
	range = pool_get(&range_pool);
	pthread_mutex_unlock(&range_mutex);
	return range;
}

static void range_free(struct arena_range *range)
{
	pthread_mutex_lock(&range_mutex);
	pool_put(&range_pool, range);
	pthread_mutex_unlock(&range_mutex);
}

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

static void heap_init(struct arena_heap *heap, size_t start, size_t end)
{
	TAILQ_INIT(&heap->ranges);
	heap->start = start;
	heap->end = end;
	heap->used = 0;
}

void arena_init(struct arena *arena)
{
	memset(arena, 0, sizeof(*arena));
	pthread_mutex_init(&arena->mutex, NULL);
	pthread_cond_init(&arena->freed, NULL);
	heap_init(&arena->staging, 0, 0);
	heap_init(&arena->program, 0, 0);
}

static void heap_clear(struct arena_heap *heap)
{
	struct arena_range *range;

	while ((range = TAILQ_FIRST(&heap->ranges)) != NULL) {
		TAILQ_REMOVE(&heap->ranges, range, link);
		range_free(range);
	}
}

void arena_deinit(struct arena *arena)
{
	if (arena->base)
		device_libc.munmap(arena->base, arena->size);
	heap_clear(&arena->staging);
	heap_clear(&arena->program);
	arena_init(arena);
}

void arena_forget(struct arena *arena)
{
	pthread_mutex_init(&range_mutex, NULL);
	arena->base = NULL;
	arena_init(arena);
}

int arena_map(struct arena *arena, int fd, size_t size)
{
	size_t slots = size / 8 / ARENA_SLOT;
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
	heap_init(&arena->staging, arena->slots * ARENA_SLOT, size / 2 + size / 8);
	heap_init(&arena->program, size / 2 + size / 8, size);
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

/* Takes @size bytes where they fit first. Return: a record in the heap's list, or NULL. */
static struct arena_range *heap_take(struct arena_heap *heap, size_t size)
{
	struct arena_range *range, *next;
	size_t at = heap->start;

	TAILQ_FOREACH (next, &heap->ranges, link) {
		if (next->offset - at >= size)
			break;
		at = next->offset + next->size;
	}
	if (!next && heap->end - at < size)
		return NULL;
	range = range_new();
	if (!range)
		return NULL;
	range->offset = at;
	range->size = size;
	if (next)
		TAILQ_INSERT_BEFORE(next, range, link);
	else
		TAILQ_INSERT_TAIL(&heap->ranges, range, link);
	heap->used += size;
	return range;
}

static void heap_give(struct arena_heap *heap, struct arena_range *range)
{
	heap->used -= range->size;
	TAILQ_REMOVE(&heap->ranges, range, link);
	range_free(range);
}

static size_t arena_round(size_t size)
{
	return (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
}

int64_t arena_stage(struct arena *arena, struct arena_slot *slot, struct arena_ranges *ranges,
	size_t size, enum arena_from from)
{
	size_t rounded = arena_round(size);
	struct arena_range *range;
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
	struct arena_range *range = ranges->first;
	struct arena_range *next;
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

void *binderd_arena_alloc(int fd, size_t size)
{
	struct device *device = table_get(fd);
	struct arena_range *range = NULL;
	void *memory = NULL;
	sigset_t mask;

	if (!device) {
		errno = ENOTTY;
		return NULL;
	}
	arena_lock(&device->arena, &mask);
	if (size <= ARENA_PIECE_MAX && device->arena.base)
		range = heap_take(&device->arena.program, arena_round(size ? size : 1));
	if (range)
		memory = device->arena.base + range->offset;
	arena_unlock(&device->arena, &mask);
	device_put(device);
	if (!memory)
		errno = ENOMEM;
	return memory;
}

void binderd_arena_free(int fd, void *memory)
{
	struct device *device = memory ? table_get(fd) : NULL;
	struct arena_range *range;
	struct arena *arena;
	sigset_t mask;

	if (!device)
		return;
	arena = &device->arena;
	arena_lock(arena, &mask);
	TAILQ_FOREACH (range, &arena->program.ranges, link) {
		if (arena->base + range->offset == memory)
			break;
	}
	if (range)
		heap_give(&arena->program, range);
	arena_unlock(arena, &mask);
	device_put(device);
}
