#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One suite of one case whose tests leave nothing behind.
 */

#include "leak.h"

#include <check.h>
#include <stdlib.h>

/* Runs the @count tests; returns the program's exit status. */
static inline int suite_run(const char *name, const TTest **const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tc, *tests[i]);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
