/* SPDX-License-Identifier: Apache-2.0 */

/* Memory as the allocator gives it, and how often it was asked. */

#include <stdint.h>
#include <stdlib.h>

#include "leak.h"
#include "util/alloc.h"

START_TEST(test_counted)
{
	uint64_t before = alloc_calls();
	unsigned char *bytes = alloc_zeroed(64);
	uint32_t *numbers = alloc_array(NULL, 4, sizeof(*numbers));

	ck_assert_uint_eq(alloc_calls(), before + 2);
	for (int i = 0; i < 64; i++)
		ck_assert_uint_eq(bytes[i], 0);
	numbers[3] = 7;
	numbers = alloc_array(numbers, 1000, sizeof(*numbers));
	ck_assert_uint_eq(numbers[3], 7);
	ck_assert_uint_eq(alloc_calls(), before + 3);
	free(numbers);
	free(bytes);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("alloc");
	Suite *suite = suite_create("util/alloc");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, leak_setup, leak_teardown);
	tcase_add_test(tcase, test_counted);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
