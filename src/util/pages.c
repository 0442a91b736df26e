/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Three rows of bits. A range of a few pages, as a message takes, is one or two words of
 * each row; of the largest, a few dozen.
 */

#include "util/pages.h"

#include <assert.h>
#include <string.h>

#define WORD_BITS 64u

void pages_init(struct pages *pages, uint64_t *words, size_t count)
{
	size_t row = PAGES_WORDS(count) / 3;

	memset(words, 0, 3 * row * sizeof(*words));
	pages->count = count;
	pages->present = words;
	pages->busy = words + row;
	pages->idle = words + 2 * row;
}

/* The bits of word @index that lie in the range. */
static uint64_t pages_mask(size_t index, size_t first, size_t end)
{
	size_t start = index * WORD_BITS;
	uint64_t mask = ~0ull;

	if (first > start)
		mask &= ~0ull << (first - start);
	if (end < start + WORD_BITS)
		mask &= ~0ull >> (start + WORD_BITS - end);
	return mask;
}

static void pages_set(uint64_t *row, size_t first, size_t end)
{
	for (size_t i = first / WORD_BITS; first < end && i <= (end - 1) / WORD_BITS; i++)
		row[i] |= pages_mask(i, first, end);
}

static void pages_clear(uint64_t *row, size_t first, size_t end)
{
	for (size_t i = first / WORD_BITS; first < end && i <= (end - 1) / WORD_BITS; i++)
		row[i] &= ~pages_mask(i, first, end);
}

void pages_use(struct pages *pages, size_t first, size_t end)
{
	assert(end <= pages->count);
	pages_set(pages->busy, first, end);
	pages_clear(pages->idle, first, end);
}

void pages_free(struct pages *pages, size_t first, size_t end)
{
	assert(end <= pages->count);
	pages_clear(pages->busy, first, end);
}

void pages_add(struct pages *pages, size_t first, size_t end)
{
	assert(end <= pages->count);
	pages_set(pages->present, first, end);
}

void pages_remove(struct pages *pages, size_t first, size_t end)
{
	assert(end <= pages->count);
	pages_clear(pages->present, first, end);
	pages_clear(pages->idle, first, end);
}

static uint64_t pages_word(const struct pages *pages, enum pages_kind kind, size_t index)
{
	switch (kind) {
	case PAGES_ABSENT:
		return ~pages->present[index];
	case PAGES_PRESENT:
		return pages->present[index];
	case PAGES_FREE:
		return pages->present[index] & ~pages->busy[index];
	default:
		return pages->idle[index];
	}
}

/* The first page in the range that is of a kind, or with @not, that is not; or @end. */
static size_t pages_find(
	const struct pages *pages, enum pages_kind kind, bool not, size_t first, size_t end)
{
	uint64_t word;

	for (size_t i = first / WORD_BITS; first < end && i <= (end - 1) / WORD_BITS; i++) {
		word = pages_word(pages, kind, i);
		word = (not ? ~word : word) & pages_mask(i, first, end);
		if (word)
			return i * WORD_BITS + (size_t)__builtin_ctzll(word);
	}
	return end;
}

bool pages_next(const struct pages *pages, enum pages_kind kind, size_t *first, size_t *end)
{
	size_t start;

	assert(*end <= pages->count);
	start = pages_find(pages, kind, false, *first, *end);
	if (start >= *end)
		return false;
	*first = start;
	*end = pages_find(pages, kind, true, start, *end);
	return true;
}

bool pages_age(struct pages *pages)
{
	uint64_t any = 0;

	for (size_t i = 0; i < PAGES_WORDS(pages->count) / 3; i++) {
		pages->idle[i] = pages_word(pages, PAGES_FREE, i);
		any |= pages->idle[i];
	}
	return any;
}

size_t pages_present(const struct pages *pages)
{
	size_t count = 0;

	for (size_t i = 0; i < PAGES_WORDS(pages->count) / 3; i++)
		count += (size_t)__builtin_popcountll(pages->present[i]);
	return count;
}
