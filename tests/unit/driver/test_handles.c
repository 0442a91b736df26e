/* SPDX-License-Identifier: Apache-2.0 */

/* Numbers of handles, against a plain table of what is taken. */

#include <stdlib.h>

#include "driver/handles.h"
#include "oom.h"
#include "stage.h"

#define MANY 3000u

static struct handles handles;

static void setup(void)
{
	handles_init(&handles);
}

static void teardown(void)
{
	oom_at(0);
	handles_deinit(&handles);
}

static uint32_t take(uint32_t from)
{
	uint32_t handle = UINT32_MAX;

	ck_assert_int_eq(handles_take(&handles, from, &handle), 0);
	return handle;
}

START_TEST(none_taken)
{
	handles_deinit(&handles);
	handles_deinit(&handles);
}
END_TEST

START_TEST(zero_is_for_the_manager)
{
	ck_assert_uint_eq(take(1), 1);
	ck_assert_uint_eq(take(0), 0);
	/* Where 0 is taken, its successor gets the next. */
	ck_assert_uint_eq(take(0), 2);
	handles_give(&handles, 0);
	ck_assert_uint_eq(take(1), 3);
	ck_assert_uint_eq(take(0), 0);
}
END_TEST

START_TEST(lowest_free)
{
	for (uint32_t i = 1; i <= 200; i++)
		ck_assert_uint_eq(take(1), i);
	handles_give(&handles, 130);
	handles_give(&handles, 64);
	handles_give(&handles, 65);
	handles_give(&handles, 3);
	ck_assert_uint_eq(take(1), 3);
	ck_assert_uint_eq(take(1), 64);
	ck_assert_uint_eq(take(1), 65);
	ck_assert_uint_eq(take(1), 130);
	ck_assert_uint_eq(take(1), 201);
}
END_TEST

START_TEST(like_a_plain_table)
{
	static bool taken[MANY + 1];
	uint64_t random = 1;

	for (unsigned int step = 0; step < 200000; step++) {
		uint32_t handle, from;

		random = random * 6364136223846793005ull + 1442695040888963407ull;
		handle = (uint32_t)(random >> 33) % MANY;
		if (taken[handle]) {
			handles_give(&handles, handle);
			taken[handle] = false;
			continue;
		}
		from = handle % 16 != 0;
		for (handle = from; taken[handle]; handle++)
			;
		if (handle == MANY)
			continue;
		ck_assert_uint_eq(take(from), handle);
		taken[handle] = true;
	}
}
END_TEST

/* More than three levels of 64. */
START_TEST(three_hundred_thousand)
{
	static const uint32_t given[] = {1, 63, 64, 4095, 4096, 262143, 262144, 299999};

	for (uint32_t i = 1; i <= 300000; i++)
		ck_assert_uint_eq(take(1), i);
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		handles_give(&handles, given[i]);
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		ck_assert(!handles_taken(&handles, given[i]));
		ck_assert_uint_eq(take(1), given[i]);
		ck_assert(handles_taken(&handles, given[i]));
	}
	ck_assert_uint_eq(take(1), 300001);
	ck_assert(!handles_taken(&handles, UINT32_MAX));
}
END_TEST

START_TEST(without_memory)
{
	uint32_t handle, taken = 0;

	oom_at(1);
	ck_assert_int_eq(handles_take(&handles, 1, &handle), -ENOMEM);
	oom_at(2);
	while (handles_take(&handles, 1, &handle) == 0)
		taken++;
	oom_at(0);
	ck_assert_uint_eq(take(1), taken + 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/handles");
	TCase *tc = tcase_create("handles");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, none_taken);
	tcase_add_test(tc, zero_is_for_the_manager);
	tcase_add_test(tc, lowest_free);
	tcase_add_test(tc, like_a_plain_table);
	tcase_add_test(tc, three_hundred_thousand);
	tcase_add_test(tc, without_memory);
	return stage_main(suite);
}
