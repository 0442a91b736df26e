/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A bitmap that grows, with a hint below which it is full: taking and giving in
 * turn costs a look at two words, however many handles there are.
 */

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "driver/handles.h"

#define WORD_BITS 64u
#define WORDS_MIN 2u

void handles_init(struct handles *handles)
{
	memset(handles, 0, sizeof(*handles));
	handles->lowest = 1;
}

void handles_deinit(struct handles *handles)
{
	free(handles->words);
	handles_init(handles);
}

static int handles_grow(struct handles *handles)
{
	size_t count = handles->count ? handles->count * 2 : WORDS_MIN;
	uint64_t *words;

	if (count > UINT32_MAX / WORD_BITS)
		return -ENOMEM;
	words = realloc(handles->words, count * sizeof(*words));
	if (!words)
		return -ENOMEM;
	memset(words + handles->count, 0, (count - handles->count) * sizeof(*words));
	handles->words = words;
	handles->count = count;
	return 0;
}

static bool handles_take_in(struct handles *handles, size_t i, uint64_t unusable, uint32_t *handle)
{
	uint64_t free_bits = ~(handles->words[i] | unusable);

	if (!free_bits)
		return false;
	*handle = (uint32_t)(i * WORD_BITS) + (uint32_t)__builtin_ctzll(free_bits);
	handles->words[i] |= free_bits & -free_bits;
	return true;
}

int handles_take(struct handles *handles, uint32_t from, uint32_t *handle)
{
	if (!handles->count && handles_grow(handles) < 0)
		return -ENOMEM;
	if (handles_take_in(handles, 0, from > 0, handle))
		return 0;
	for (size_t i = handles->lowest;; i++) {
		if (i == handles->count && handles_grow(handles) < 0)
			return -ENOMEM;
		if (handles_take_in(handles, i, 0, handle))
			return 0;
		if (i == handles->lowest)
			handles->lowest++;
	}
}

void handles_give(struct handles *handles, uint32_t handle)
{
	size_t i = handle / WORD_BITS;

	assert(i < handles->count && handles->words[i] & 1ull << handle % WORD_BITS);
	handles->words[i] &= ~(1ull << handle % WORD_BITS);
	if (i > 0 && i < handles->lowest)
		handles->lowest = i;
}
