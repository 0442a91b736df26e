#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Running Check's tests from C++: one suite of one case, whose tests leave no descriptor and no
 * child behind.
 */

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <sstream>

/* Its macro fail() would take the name of a method away: the standard's headers come first. */
#include <check.h>
#undef fail

#include "unit/leak.h"

/* Runs the @count tests, and @deaths that have to end by abort(). Returns the exit status. */
static inline int suite_run(const char *name, const TTest **const *tests, size_t count,
	const TTest **const *deadly = nullptr, size_t deaths = 0)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tc, *tests[i]);
	for (size_t i = 0; i < deaths; i++)
		tcase_add_test_raise_signal(tc, *deadly[i], SIGABRT);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
