// SPDX-License-Identifier: Apache-2.0

/* Options with a value of a kind of their own: what is one, and what is not. */

#include <check.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "broker/options.h"

/* Return: as options_parse(), for --@name @value. */
static int parse(struct options *options, const char *name, const char *value)
{
	char program[] = "binderd", option[] = "--dir", dir[] = "/run/x";
	char *argv[] = {program, option, dir, (char *)name, (char *)value, NULL};

	optind = 0;
	return options_parse(options, value ? 5 : 3, argv);
}

START_TEST(test_nice)
{
	const char *good[] = {"-20", "-1", "0", "7", "19"};
	const int values[] = {-20, -1, 0, 7, 19};
	const char *bad[] = {"-21", "20", "", "-", "--1", "x", "3x", "+3", " 3"};
	struct options options;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_int_eq(parse(&options, "--nice", good[i]), 0);
		ck_assert(options.has_nice);
		ck_assert_int_eq(options.nice, values[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_int_eq(parse(&options, "--nice", bad[i]), -EINVAL);
	ck_assert_int_eq(parse(&options, NULL, NULL), 0);
	ck_assert(!options.has_nice);
}
END_TEST

START_TEST(test_limits)
{
	struct options options;

	ck_assert_int_eq(parse(&options, "--user-limit", "refs=12"), 0);
	ck_assert_uint_eq(options.limits[LIMIT_REFS], 12);
	ck_assert_int_eq(parse(&options, "--user-limit", "refs"), -EINVAL);
	ck_assert_int_eq(parse(&options, "--user-limit", "ref=1"), -EINVAL);
	ck_assert_int_eq(parse(&options, "--user-limit", "refs=-1"), -EINVAL);
	ck_assert_int_eq(parse(&options, "--user-limit", "refs=18446744073709551615"), -EINVAL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/options");
	TCase *tc = tcase_create("options");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, test_nice);
	tcase_add_test(tc, test_limits);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
