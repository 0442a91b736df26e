#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A suite of one case. Check runs each test in a process of its own, so each has its own binder.
 */

#include <check.h>
#include <stdlib.h>

struct suite_test {
	const TTest *const *test;
	int signal; /* that ends it, or 0 */
};

#define SUITE_COUNT(tests) (sizeof(tests) / sizeof((tests)[0]))

/** suite_run() - run the tests. Return: the program's exit status */
static inline int suite_run(const char *name, const struct suite_test *tests, size_t count,
	void (*setup)(void), void (*teardown)(void))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	/* For emulated machines: nothing is expected to take long. */
	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < count; i++)
		tcase_add_test_raise_signal(tc, *tests[i].test, tests[i].signal);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
