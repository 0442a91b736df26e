/* SPDX-License-Identifier: Apache-2.0 */

/* How many lines one user gets, and when it gets more. */

#include "svcmgr/complaint.h"

#include <check.h>

#include "apps/suite.h"

START_TEST(test_window)
{
	static struct complaints complaints;
	bool last;

	for (int i = 0; i < COMPLAINT_LINES; i++) {
		ck_assert(complaint_allowed(&complaints, 5, 100, &last));
		ck_assert_int_eq(last, i == COMPLAINT_LINES - 1);
	}
	ck_assert(!complaint_allowed(&complaints, 5, 100 + COMPLAINT_WINDOW_MS - 1, &last));
	ck_assert(complaint_allowed(&complaints, 6, 100, &last));
	/* Who shares the count shares the lines. */
	ck_assert(!complaint_allowed(&complaints, 5 + COMPLAINT_SLOTS, 100, &last));
	ck_assert(complaint_allowed(&complaints, 5, 100 + COMPLAINT_WINDOW_MS, &last));
	ck_assert(!last);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_window};

	return suite_run("svcmgr/complaint", tests, sizeof(tests) / sizeof(*tests));
}
