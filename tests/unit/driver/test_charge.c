/* SPDX-License-Identifier: Apache-2.0 */

/* Accounts: limits, and users that live as long as they owe. */

#include "driver/charge.h"
#include "oom.h"
#include "stage.h"

static struct charge_book book;

static void setup(void)
{
	charge_book_init(&book);
}

static void teardown(void)
{
	oom_at(0);
	charge_book_deinit(&book);
}

START_TEST(empty_book)
{
	ck_assert(RB_EMPTY(&book.users));
}
END_TEST

START_TEST(one_user_for_each_uid)
{
	struct user *one = user_open(&book, 1), *two = user_open(&book, 2);

	ck_assert_ptr_ne(one, two);
	ck_assert_ptr_eq(user_open(&book, 1), one);
	ck_assert_uint_eq(book.held[CHARGE_PROC], 3);
	charge_refund(one, CHARGE_PROC);
	ck_assert_ptr_eq(user_open(&book, 1), one);
	charge_refund(one, CHARGE_PROC);
	charge_refund(one, CHARGE_PROC);
	charge_refund(two, CHARGE_PROC);
	ck_assert(RB_EMPTY(&book.users));
}
END_TEST

START_TEST(limits_are_each_users)
{
	struct user *one = user_open(&book, 1), *two = user_open(&book, 2);

	book.limit[CHARGE_NODE] = 2;
	ck_assert(charge_take(one, CHARGE_NODE));
	ck_assert(charge_take(one, CHARGE_NODE));
	ck_assert(!charge_take(one, CHARGE_NODE));
	ck_assert(charge_take(one, CHARGE_REF));
	ck_assert(charge_take(two, CHARGE_NODE));
	ck_assert_uint_eq(book.held[CHARGE_NODE], 3);
	charge_refund(one, CHARGE_NODE);
	ck_assert(charge_take(one, CHARGE_NODE));
	charge_refund(one, CHARGE_NODE);
	charge_refund(one, CHARGE_NODE);
	charge_refund(one, CHARGE_REF);
	charge_refund(one, CHARGE_PROC);
	charge_refund(two, CHARGE_PROC);
	/* The last charge was not the proc's. */
	charge_refund(two, CHARGE_NODE);
}
END_TEST

START_TEST(limit_of_procs)
{
	struct user *one;

	book.limit[CHARGE_PROC] = 0;
	ck_assert_ptr_null(user_open(&book, 1));
	ck_assert(RB_EMPTY(&book.users));
	book.limit[CHARGE_PROC] = 1;
	one = user_open(&book, 1);
	ck_assert_ptr_nonnull(one);
	ck_assert_ptr_null(user_open(&book, 1));
	charge_refund(one, CHARGE_PROC);
}
END_TEST

START_TEST(without_memory)
{
	oom_at(1);
	ck_assert_ptr_null(user_open(&book, 1));
	ck_assert_uint_eq(book.held[CHARGE_PROC], 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/charge");
	TCase *tc = tcase_create("charge");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, empty_book);
	tcase_add_test(tc, one_user_for_each_uid);
	tcase_add_test(tc, limits_are_each_users);
	tcase_add_test(tc, limit_of_procs);
	tcase_add_test(tc, without_memory);
	return stage_main(suite);
}
