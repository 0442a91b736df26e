#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A part of the arena that is cut into pieces of any size.
 *
 * The best fit is taken, of equally good ones the lowest: so the same memory comes up again
 * and again, and what was needed once can be given back. The records lie outside: what a
 * program writes beyond its piece destroys nobody's books. Of the callers, one at a time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>

#include "util/pages.h"

/* Memory is given back by grains of these bytes at least, and as many as a heap may have. */
#define HEAP_GRAIN 65536u
#define HEAP_GRAINS 256u
/* Seconds for which a grain has to be unused, at least; twice that at most. */
#define HEAP_IDLE_S 5

struct heap_piece {
	TAILQ_ENTRY(heap_piece) neighbour; /* by offset */
	RB_ENTRY(heap_piece) entry;	   /* of the free or of the taken ones */
	struct heap_piece *held;	   /* the taker's own link */
	size_t offset;			   /* in the arena */
	size_t size;
	bool is_free;
};

TAILQ_HEAD(heap_list, heap_piece);
RB_HEAD(heap_free_tree, heap_piece);
RB_HEAD(heap_taken_tree, heap_piece);

struct heap {
	struct heap_list pieces;
	struct heap_free_tree free;
	struct heap_taken_tree taken;
	struct heap_piece *spare; /* records, by held */
	size_t start;		  /* in the arena */
	size_t end;
	size_t used; /* bytes taken */
	size_t grain;
	struct pages grains; /* of those that are whole */
	uint64_t words[PAGES_WORDS(HEAP_GRAINS)];
	int64_t aged;	   /* when, in seconds */
	_Atomic bool idle; /* something may be there to give back; read without the lock */
};

/** heap_init() - @start and @end, in the arena, are multiples of a page; empty if equal */
void heap_init(struct heap *heap, size_t start, size_t end);
/** heap_deinit() - whatever is taken goes with it */
void heap_deinit(struct heap *heap);
/** heap_forget() - in a forked child: records may be half changed, and are left alone */
void heap_forget(void);

/** heap_take() - @size bytes, a multiple of 8. Return: the piece, or NULL: no room, no memory */
struct heap_piece *heap_take(struct heap *heap, size_t size);
/** heap_find() - the taken piece that begins at @offset, or NULL */
struct heap_piece *heap_find(struct heap *heap, size_t offset);
/** heap_give() - @piece is free again */
void heap_give(struct heap *heap, struct heap_piece *piece);

/**
 * heap_trim() - give memory back that was not used for a while, if it is time to look
 * @base: of the arena
 * @now:  the time, in seconds of any clock that never goes back
 */
void heap_trim(struct heap *heap, uint8_t *base, int64_t now);

/** heap_check() - assert that the pieces tile it and the books agree; for tests */
void heap_check(const struct heap *heap);
