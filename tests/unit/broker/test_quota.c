// SPDX-License-Identifier: Apache-2.0

/* Accounts: limits, refunds, totals, and that none is left. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "broker/quota.h"
#include "leak.h"
#include "util/log.h"

START_TEST(test_empty)
{
	struct quota *quota = quota_new();

	ck_assert_uint_eq(quota_users(quota), 0);
	for (int i = 0; i < QUOTA_KINDS; i++) {
		ck_assert_uint_eq(quota_total(quota, i), 0);
		ck_assert_ptr_nonnull(quota_kind_name(i));
	}
	ck_assert_ptr_null(quota_user_unref(NULL));
	ck_assert_ptr_null(quota_free(quota));
	ck_assert_ptr_null(quota_free(NULL));
}
END_TEST

START_TEST(test_users)
{
	struct quota *quota = quota_new();
	struct quota_user *a = quota_user_get(quota, 1), *b = quota_user_get(quota, 2);

	ck_assert_ptr_ne(a, b);
	ck_assert_ptr_eq(quota_user_get(quota, 1), a);
	ck_assert_uint_eq(quota_users(quota), 2);
	quota_user_unref(a);
	ck_assert_uint_eq(quota_users(quota), 2);
	quota_user_unref(a);
	quota_user_unref(b);
	ck_assert_uint_eq(quota_users(quota), 0);
	quota_free(quota);
}
END_TEST

START_TEST(test_limit)
{
	struct quota *quota = quota_new();
	struct quota_user *a = quota_user_get(quota, 1), *b = quota_user_get(quota, 2);

	log_set_level(LOG_LEVEL_ERROR);
	quota_set_limit(quota, QUOTA_FILES, 10);
	ck_assert_int_eq(quota_charge(a, QUOTA_FILES, 0), 0);
	ck_assert_int_eq(quota_charge(a, QUOTA_FILES, 10), 0);
	ck_assert_int_eq(quota_charge(a, QUOTA_FILES, 1), -EDQUOT);
	ck_assert_int_eq(quota_charge(a, QUOTA_FILES, UINT64_MAX), -EDQUOT);
	ck_assert_int_eq(quota_charge(b, QUOTA_FILES, 11), -EDQUOT);
	ck_assert_int_eq(quota_charge(b, QUOTA_FILES, 3), 0);
	ck_assert_int_eq(quota_charge(a, QUOTA_CHANNELS, 11), 0);
	ck_assert_uint_eq(quota_total(quota, QUOTA_FILES), 13);
	quota_refund(a, QUOTA_FILES, 4);
	ck_assert_int_eq(quota_charge(a, QUOTA_FILES, 5), -EDQUOT);
	ck_assert_int_eq(quota_charge(a, QUOTA_FILES, 4), 0);
	quota_refund(a, QUOTA_FILES, 10);
	quota_refund(a, QUOTA_CHANNELS, 11);
	quota_refund(b, QUOTA_FILES, 3);
	ck_assert_uint_eq(quota_total(quota, QUOTA_FILES), 0);
	quota_user_unref(a);
	quota_user_unref(b);
	quota_free(quota);
}
END_TEST

/* A limit set below what is held refuses more and takes refunds. */
START_TEST(test_lowered)
{
	struct quota *quota = quota_new();
	struct quota_user *user = quota_user_get(quota, 1);

	log_set_level(LOG_LEVEL_ERROR);
	ck_assert_int_eq(quota_charge(user, QUOTA_AREA_BYTES, 100), 0);
	quota_set_limit(quota, QUOTA_AREA_BYTES, 50);
	ck_assert_uint_eq(quota_limit(quota, QUOTA_AREA_BYTES), 50);
	ck_assert_int_eq(quota_charge(user, QUOTA_AREA_BYTES, 1), -EDQUOT);
	quota_refund(user, QUOTA_AREA_BYTES, 51);
	ck_assert_int_eq(quota_charge(user, QUOTA_AREA_BYTES, 1), 0);
	quota_refund(user, QUOTA_AREA_BYTES, 50);
	quota_user_unref(user);
	quota_free(quota);
}
END_TEST

/* An account that goes with something charged to it is a bug, and says so. */
START_TEST(test_held_at_the_end)
{
	struct quota *quota = quota_new();
	struct quota_user *user = quota_user_get(quota, 1);

	quota_charge(user, QUOTA_FILES, 1);
	quota_user_unref(user);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/quota");
	TCase *tc = tcase_create("quota");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	tcase_add_test(tc, test_empty);
	tcase_add_test(tc, test_users);
	tcase_add_test(tc, test_limit);
	tcase_add_test(tc, test_lowered);
	tcase_add_test_raise_signal(tc, test_held_at_the_end, SIGABRT);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
