/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A bitmap with bitmaps above it that say where it is full: the lowest free number is
 * found in as many looks as there are levels, whichever have been given back. All levels
 * grow together, by doubling the first, so a free number at the end is always in sight.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/handles.h"
#include "util/alloc.h"

#define WORD_BITS 64u
#define WORDS_MIN 1u
#define WORDS_MAX (1u << 26) /* of the first level: all numbers of 32 bits */

void handles_init(struct handles *handles)
{
	memset(handles, 0, sizeof(*handles));
}

void handles_deinit(struct handles *handles)
{
	for (int level = 0; level < HANDLES_LEVELS; level++)
		free(handles->words[level]);
	handles_init(handles);
}

static int handles_grow_level(struct handles *handles, int level, size_t count)
{
	size_t had = handles->counts[level];
	uint64_t *words;

	if (count <= had)
		return 0;
	words = alloc_array(handles->words[level], count, sizeof(*words));
	if (!words)
		return -ENOMEM;
	memset(words + had, 0, (count - had) * sizeof(*words));
	handles->words[level] = words;
	handles->counts[level] = count;
	return 0;
}

/* The highest first: a level that has grown is never out of sight of those above. */
static int handles_grow(struct handles *handles)
{
	size_t count = handles->counts[0] ? handles->counts[0] * 2 : WORDS_MIN, above;

	if (count > WORDS_MAX)
		return -ENOMEM;
	for (int level = HANDLES_LEVELS - 1; level >= 0; level--) {
		above = count;
		for (int i = 0; i < level; i++)
			above = (above + WORD_BITS - 1) / WORD_BITS;
		if (handles_grow_level(handles, level, above) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void handles_set(struct handles *handles, size_t number)
{
	for (int level = 0; level < HANDLES_LEVELS; level++) {
		uint64_t *word = &handles->words[level][number / WORD_BITS];

		*word |= 1ull << number % WORD_BITS;
		if (~*word)
			return;
		number /= WORD_BITS;
	}
}

/* The lowest number that is free, grown to or not. */
static size_t handles_find(const struct handles *handles)
{
	size_t number = 0;

	for (int level = HANDLES_LEVELS - 1; level >= 0; level--) {
		if (number >= handles->counts[level])
			return SIZE_MAX;
		number = number * WORD_BITS +
			 (size_t)__builtin_ctzll(~handles->words[level][number]);
	}
	return number;
}

int handles_take(struct handles *handles, uint32_t from, uint32_t *handle)
{
	bool zero_is_free;
	size_t number;

	if (!handles->counts[0] && handles_grow(handles) < 0)
		return -ENOMEM;
	/* To pass over it, number 0 counts as taken for this time. */
	zero_is_free = from > 0 && !handles_taken(handles, 0);
	if (zero_is_free)
		handles_set(handles, 0);
	number = handles_find(handles);
	if (number / WORD_BITS >= handles->counts[0])
		number = handles_grow(handles) < 0 ? SIZE_MAX : handles_find(handles);
	if (number != SIZE_MAX)
		handles_set(handles, number);
	if (zero_is_free)
		handles_give(handles, 0);
	*handle = (uint32_t)number;
	return number == SIZE_MAX ? -ENOMEM : 0;
}

void handles_give(struct handles *handles, uint32_t handle)
{
	size_t number = handle;

	assert(handles_taken(handles, handle));
	for (int level = 0; level < HANDLES_LEVELS; level++) {
		uint64_t *word = &handles->words[level][number / WORD_BITS];
		bool was_full = !~*word;

		*word &= ~(1ull << number % WORD_BITS);
		if (!was_full)
			return;
		number /= WORD_BITS;
	}
}

bool handles_taken(const struct handles *handles, uint32_t handle)
{
	size_t i = handle / WORD_BITS;

	return i < handles->counts[0] && handles->words[0][i] >> handle % WORD_BITS & 1;
}
