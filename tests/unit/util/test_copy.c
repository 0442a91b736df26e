/* SPDX-License-Identifier: Apache-2.0 */

/* Copies of all sizes around the blocks, at all alignments, and not a byte beyond. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "leak.h"
#include "util/copy.h"

#define LARGE 5000u

static uint8_t from[LARGE + 64], to[LARGE + 128];

static void check(size_t at, size_t out, size_t size)
{
	size_t changed = 0;

	memset(to, 0xee, sizeof(to));
	copy_bytes(to + 32 + at, from + out, size);
	ck_assert_mem_eq(to + 32 + at, from + out, size);
	for (size_t i = 0; i < 32 + at; i++)
		changed += to[i] != 0xee;
	for (size_t i = 32 + at + size; i < sizeof(to); i++)
		changed += to[i] != 0xee;
	ck_assert_uint_eq(changed, 0);
}

START_TEST(test_sizes)
{
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + (i >> 8));
	for (size_t size = 0; size < 140; size++)
		check(0, 0, size);
	for (size_t size = 1980; size < 2200; size++)
		check(size % 13, size % 7, size);
	check(0, 0, LARGE);
}
END_TEST

START_TEST(test_alignments)
{
	for (size_t at = 0; at < 20; at++) {
		for (size_t out = 0; out < 20; out++)
			check(at, out, 2049 + at * out);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("copy");
	Suite *suite = suite_create("util/copy");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, leak_setup, leak_teardown);
	tcase_add_test(tcase, test_sizes);
	tcase_add_test(tcase, test_alignments);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
