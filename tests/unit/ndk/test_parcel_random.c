// SPDX-License-Identifier: Apache-2.0
/*
 * Random input, always the same, for what the fuzz target does with a parcel.
 */

#include "suite.h"

#include <fcntl.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint32_t random_types[] = {BINDER_TYPE_BINDER, BINDER_TYPE_HANDLE, BINDER_TYPE_FD,
	BINDER_TYPE_WEAK_HANDLE, BINDER_TYPE_PTR, BINDER_TYPE_FDA};

/* Words that are mostly small, as counts and types are, and objects where some are said to be. */
static size_t random_input(uint8_t *input, size_t size)
{
	size_t calls = (size_t)rand() % 24, objects = (size_t)rand() % 6;
	size_t head = 2 + 2 * (calls + objects), words = (size_t)rand() % 120;
	int kinds = rand() & 7 ? 4 : 6;

	ck_assert_uint_le(head + words * 4, size);
	for (size_t i = 0; i < head; i++)
		input[i] = (uint8_t)rand();
	input[0] = (uint8_t)calls;
	input[1] = (uint8_t)objects;
	for (size_t i = 0; i < words; i++) {
		uint32_t word = (uint32_t)(rand() & 3 ? rand() % 9 - 1 : rand());

		memcpy(input + head + i * 4, &word, sizeof(word));
	}
	for (size_t i = 0; i < objects; i++) {
		size_t offset = (i * 44 + (size_t)rand() % 2 * 4) & ~(size_t)3;

		input[2 + 2 * (calls + i)] = (uint8_t)offset;
		input[3 + 2 * (calls + i)] = (uint8_t)(offset >> 8);
		if (offset + 4 <= words * 4)
			memcpy(input + head + offset, &random_types[rand() % kinds], 4);
	}
	return head + words * 4;
}

START_TEST(random_parcels_do_no_harm)
{
	uint8_t input[1024];
	size_t size;

	srand(3 + (unsigned int)_i);
	for (int round = 0; round < 20000; round++) {
		size = random_input(input, sizeof(input));
		LLVMFuzzerTestOneInput(input, size - (size_t)(rand() & 7 ? 0 : size ? 1 : 0));
	}
}
END_TEST

START_TEST(noise_does_no_harm)
{
	uint8_t input[512];

	srand(17);
	for (int round = 0; round < 20000; round++) {
		size_t size = (size_t)rand() % sizeof(input);

		for (size_t i = 0; i < size; i++)
			input[i] = (uint8_t)rand();
		input[0] %= 40;
		LLVMFuzzerTestOneInput(input, size);
	}
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&random_parcels_do_no_harm, &noise_does_no_harm};

	return suite_run("parcel/random", tests, sizeof(tests) / sizeof(*tests));
}
