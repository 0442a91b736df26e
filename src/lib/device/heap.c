/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Pieces tile the heap, free neighbours are merged. Taken ones stand in a tree by offset,
 * free ones in another by size: taking and giving back are a walk down a tree each.
 *
 * Memory is given back by MADV_REMOVE, which makes a hole in the file: the broker, which
 * has it mapped, too, would read zeros there, but nobody names free memory to it.
 */

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/device/heap.h"
#include "lib/device/pool.h"

/* Records of all heaps; under their own mutex, as heaps have different ones. */
static struct pool heap_pool = {.size = sizeof(struct heap_piece)};
static pthread_mutex_t heap_mutex = PTHREAD_MUTEX_INITIALIZER;

static int heap_compare_free(const struct heap_piece *a, const struct heap_piece *b)
{
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static int heap_compare_taken(const struct heap_piece *a, const struct heap_piece *b)
{
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

RB_GENERATE_INTERNAL(
	heap_free_tree, heap_piece, entry, heap_compare_free, static __attribute__((unused)))
RB_GENERATE_INTERNAL(
	heap_taken_tree, heap_piece, entry, heap_compare_taken, static __attribute__((unused)))

static struct heap_piece *heap_record(struct heap *heap)
{
	struct heap_piece *piece = heap->spare;
	sigset_t all, mask;

	if (piece) {
		heap->spare = piece->held;
		piece->held = NULL;
		return piece;
	}
	/* A handler may take a piece of another heap. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	pthread_mutex_lock(&heap_mutex);
	piece = pool_get(&heap_pool);
	pthread_mutex_unlock(&heap_mutex);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return piece;
}

static void heap_record_put(struct heap *heap, struct heap_piece *piece)
{
	piece->held = heap->spare;
	heap->spare = piece;
}

void heap_forget(void)
{
	pthread_mutex_init(&heap_mutex, NULL);
	heap_pool.free = NULL;
}

static void heap_add_free(struct heap *heap, struct heap_piece *piece)
{
	piece->is_free = true;
	RB_INSERT(heap_free_tree, &heap->free, piece);
}

void heap_init(struct heap *heap, size_t start, size_t end)
{
	struct heap_piece *piece;

	memset(heap, 0, sizeof(*heap));
	TAILQ_INIT(&heap->pieces);
	RB_INIT(&heap->free);
	RB_INIT(&heap->taken);
	heap->start = start;
	heap->end = end;
	heap->grain = HEAP_GRAIN;
	while ((end - start) / heap->grain > HEAP_GRAINS)
		heap->grain *= 2;
	pages_init(&heap->grains, heap->words, (end - start) / heap->grain);
	piece = start < end ? heap_record(heap) : NULL;
	if (!piece)
		return;
	piece->offset = start;
	piece->size = end - start;
	TAILQ_INSERT_HEAD(&heap->pieces, piece, neighbour);
	heap_add_free(heap, piece);
}

void heap_deinit(struct heap *heap)
{
	struct heap_piece *piece;
	sigset_t all, mask;

	while ((piece = TAILQ_FIRST(&heap->pieces)) != NULL) {
		TAILQ_REMOVE(&heap->pieces, piece, neighbour);
		heap_record_put(heap, piece);
	}
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	pthread_mutex_lock(&heap_mutex);
	while ((piece = heap->spare) != NULL) {
		heap->spare = piece->held;
		pool_put(&heap_pool, piece);
	}
	pthread_mutex_unlock(&heap_mutex);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	heap_init(heap, 0, 0);
}

/* The grains, of those that are whole, that a range of the heap touches. */
static void heap_grains(const struct heap *heap, size_t from, size_t to, size_t *first, size_t *end)
{
	*first = (from - heap->start) / heap->grain;
	*end = (to - heap->start + heap->grain - 1) / heap->grain;
	if (*end > heap->grains.count)
		*end = heap->grains.count;
	if (*first > *end)
		*first = *end;
}

static void heap_use(struct heap *heap, const struct heap_piece *piece)
{
	size_t first, end;

	heap_grains(heap, piece->offset, piece->offset + piece->size, &first, &end);
	pages_use(&heap->grains, first, end);
	pages_add(&heap->grains, first, end);
	heap->used += piece->size;
}

/* The lowest of the smallest free ones that @size fits into, or NULL. */
static struct heap_piece *heap_best_fit(struct heap *heap, size_t size)
{
	struct heap_piece key = {.size = size};

	return RB_NFIND(heap_free_tree, &heap->free, &key);
}

struct heap_piece *heap_take(struct heap *heap, size_t size)
{
	struct heap_piece *piece = heap_best_fit(heap, size);
	struct heap_piece *rest = NULL;

	if (!piece || size == 0)
		return NULL;
	if (piece->size != size) {
		rest = heap_record(heap);
		if (!rest)
			return NULL;
	}
	RB_REMOVE(heap_free_tree, &heap->free, piece);
	if (rest) {
		rest->offset = piece->offset + size;
		rest->size = piece->size - size;
		piece->size = size;
		TAILQ_INSERT_AFTER(&heap->pieces, piece, rest, neighbour);
		heap_add_free(heap, rest);
	}
	piece->is_free = false;
	piece->held = NULL;
	RB_INSERT(heap_taken_tree, &heap->taken, piece);
	heap_use(heap, piece);
	return piece;
}

struct heap_piece *heap_find(struct heap *heap, size_t offset)
{
	struct heap_piece key = {.offset = offset};

	return RB_FIND(heap_taken_tree, &heap->taken, &key);
}

/* @upper, which is in no tree, becomes part of its neighbour @lower. */
static void heap_merge(struct heap *heap, struct heap_piece *lower, struct heap_piece *upper)
{
	lower->size += upper->size;
	TAILQ_REMOVE(&heap->pieces, upper, neighbour);
	heap_record_put(heap, upper);
}

/* Of the grains of a range that was given back, those that lie wholly in the free @piece. */
static void heap_unuse(struct heap *heap, const struct heap_piece *piece, size_t from, size_t to)
{
	size_t first, end;

	heap_grains(heap, from, to, &first, &end);
	if (first < end && heap->start + first * heap->grain < piece->offset)
		first++;
	if (first < end && heap->start + end * heap->grain > piece->offset + piece->size)
		end--;
	if (first >= end)
		return;
	pages_free(&heap->grains, first, end);
	atomic_store_explicit(&heap->idle, true, memory_order_relaxed);
}

void heap_give(struct heap *heap, struct heap_piece *piece)
{
	struct heap_piece *next = TAILQ_NEXT(piece, neighbour);
	struct heap_piece *previous = TAILQ_PREV(piece, heap_list, neighbour);
	size_t from = piece->offset, to = from + piece->size;

	assert(!piece->is_free);
	heap->used -= piece->size;
	RB_REMOVE(heap_taken_tree, &heap->taken, piece);
	if (next && next->is_free) {
		RB_REMOVE(heap_free_tree, &heap->free, next);
		heap_merge(heap, piece, next);
	}
	if (previous && previous->is_free) {
		RB_REMOVE(heap_free_tree, &heap->free, previous);
		heap_merge(heap, previous, piece);
		piece = previous;
	}
	heap_add_free(heap, piece);
	heap_unuse(heap, piece, from, to);
}

void heap_trim(struct heap *heap, uint8_t *base, int64_t now)
{
	size_t first = 0, end = heap->grains.count;
	int saved = errno;

	if (!heap->idle || now - heap->aged < HEAP_IDLE_S)
		return;
	while (pages_next(&heap->grains, PAGES_IDLE, &first, &end)) {
		/* Where the kernel refuses, there is no use in asking it again. */
		madvise(base + heap->start + first * heap->grain, (end - first) * heap->grain,
			MADV_REMOVE);
		pages_remove(&heap->grains, first, end);
		first = end;
		end = heap->grains.count;
	}
	atomic_store_explicit(&heap->idle, pages_age(&heap->grains), memory_order_relaxed);
	heap->aged = now;
	errno = saved;
}

void heap_check(const struct heap *heap)
{
	const struct heap_piece *piece;
	uint64_t words[PAGES_WORDS(HEAP_GRAINS)];
	size_t at = heap->start, used = 0, first, end;
	struct pages expected;
	bool last_free = false;

	pages_init(&expected, words, heap->grains.count);
	TAILQ_FOREACH (piece, &heap->pieces, neighbour) {
		assert(piece->offset == at && piece->size > 0);
		assert(!(last_free && piece->is_free));
		at += piece->size;
		last_free = piece->is_free;
		if (piece->is_free)
			continue;
		used += piece->size;
		heap_grains(heap, piece->offset, at, &first, &end);
		pages_use(&expected, first, end);
	}
	assert(at == heap->end && used == heap->used);
	for (size_t i = 0; i < PAGES_WORDS(heap->grains.count) / 3; i++)
		assert(heap->grains.busy[i] == expected.busy[i]);
	(void)at, (void)used, (void)last_free;
}
