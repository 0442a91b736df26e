#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which pages of shared memory are there, which are in use, and which have not been for a
 * while: what is to be asked for before it is stored to, and what can be given back.
 *
 * Nothing here but bits; who owns the memory asks, and acts. Time comes in as pages_age():
 * what was in use at no time between two of them is idle. Pages are named by number, ranges
 * by the first and the one behind the last.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Words that the bits of so many pages take. */
#define PAGES_WORDS(count) (3 * (((count) + 63) / 64))

struct pages {
	size_t count;
	uint64_t *present; /* have memory */
	uint64_t *busy;	   /* in use */
	uint64_t *idle;	   /* have memory, and were not in use since the last pages_age() */
};

enum pages_kind {
	PAGES_ABSENT,
	PAGES_PRESENT,
	PAGES_FREE, /* present and not in use */
	PAGES_IDLE,
};

/**
 * pages_init() - no page is there
 * @words: PAGES_WORDS(count) of them, which stay the caller's and last as long as @pages
 */
void pages_init(struct pages *pages, uint64_t *words, size_t count);

/** pages_use() / pages_free() - a range is in use, or is not any more */
void pages_use(struct pages *pages, size_t first, size_t end);
void pages_free(struct pages *pages, size_t first, size_t end);

/** pages_add() / pages_remove() - a range has got memory, or has lost it and is not in use */
void pages_add(struct pages *pages, size_t first, size_t end);
void pages_remove(struct pages *pages, size_t first, size_t end);

/**
 * pages_next() - the next run of pages of a kind
 * @first, @end: in: where to look; out: the run, as far as it lies there
 *
 * Return: whether there is one.
 */
bool pages_next(const struct pages *pages, enum pages_kind kind, size_t *first, size_t *end);

/** pages_age() - time has passed. Return: whether any page is free */
bool pages_age(struct pages *pages);

/** pages_present() - how many are there */
size_t pages_present(const struct pages *pages);
