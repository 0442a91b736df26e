/* SPDX-License-Identifier: Apache-2.0 */

/* Objects with several users: one hold, one link, and deaths at every moment. */

#include "svcmgr/object.h"

#include <check.h>

#include "apps/manager_double.h"
#include "apps/suite.h"

static struct manager_double driver;
static struct object_table table;
static int died;

/* A use that drops another one when its object dies. */
struct use {
	struct object_user user;
	struct use *other;
};

static void on_death(struct object_user *user)
{
	struct use *use = (struct use *)user;

	ck_assert_ptr_null(user->object);
	died++;
	if (use->other)
		object_drop(&use->other->user);
}

static struct use uses[3];

static void start(void)
{
	memset(&driver, 0, sizeof(driver));
	died = 0;
	object_table_init(&table, &double_ops.object, &driver);
	for (int i = 0; i < 3; i++)
		uses[i] = (struct use){.user.died = on_death};
}

START_TEST(test_shared)
{
	start();
	ck_assert_int_eq(object_hold(&table, &uses[0].user, 5), 0);
	ck_assert_int_eq(object_hold(&table, &uses[1].user, 5), 0);
	ck_assert_int_eq(driver.held[5], 1);
	ck_assert_ptr_eq(uses[0].user.object, uses[1].user.object);
	object_drop(&uses[0].user);
	ck_assert_int_eq(driver.held[5], 1);
	object_drop(&uses[0].user);
	object_drop(&uses[1].user);
	ck_assert_int_eq(driver.held[5], 0);
	ck_assert_ptr_nonnull(driver.unlinking[5]);
	/* Held anew before the confirmation: another object. */
	ck_assert_int_eq(object_hold(&table, &uses[2].user, 5), 0);
	ck_assert_ptr_ne(uses[2].user.object, driver.unlinking[5]);
	double_confirm(&driver, 5);
	object_drop(&uses[2].user);
	double_confirm(&driver, 5);
	object_table_deinit(&table);
}
END_TEST

START_TEST(test_move)
{
	start();
	ck_assert_int_eq(object_hold(&table, &uses[0].user, 5), 0);
	object_move(&uses[1].user, &uses[0].user);
	ck_assert_ptr_null(uses[0].user.object);
	ck_assert_ptr_nonnull(uses[1].user.object);
	ck_assert_int_eq(driver.held[5], 1);
	object_move(&uses[2].user, &uses[0].user);
	ck_assert_ptr_null(uses[2].user.object);
	double_die(&driver, 5);
	ck_assert_int_eq(died, 1);
	ck_assert_ptr_null(uses[1].user.object);
	object_table_deinit(&table);
}
END_TEST

START_TEST(test_death)
{
	start();
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(object_hold(&table, &uses[i].user, 7), 0);
	/* The first who is told drops the second, who then is not. */
	uses[0].other = &uses[1];
	double_die(&driver, 7);
	ck_assert_int_eq(died, 2);
	ck_assert_int_eq(driver.held[7], 0);
	ck_assert_ptr_null(driver.unlinking[7]);
	for (int i = 0; i < 3; i++)
		ck_assert_ptr_null(uses[i].user.object);
	object_table_deinit(&table);
}
END_TEST

/* The death was on its way when the last user went: it changes nothing. */
START_TEST(test_death_while_unlinking)
{
	struct object *object;

	start();
	ck_assert_int_eq(object_hold(&table, &uses[0].user, 7), 0);
	object = uses[0].user.object;
	object_drop(&uses[0].user);
	object_died(object);
	ck_assert_int_eq(died, 0);
	ck_assert_int_eq(driver.held[7], 0);
	double_confirm(&driver, 7);
	object_table_deinit(&table);
}
END_TEST

/* The end of the program: what is held, and what is being unlinked, is freed. */
START_TEST(test_deinit)
{
	start();
	ck_assert_int_eq(object_hold(&table, &uses[0].user, 1), 0);
	ck_assert_int_eq(object_hold(&table, &uses[1].user, 2), 0);
	object_drop(&uses[0].user);
	object_forget(&uses[1].user);
	object_forget(&uses[1].user);
	ck_assert_int_eq(driver.held[2], 1);
	object_table_deinit(&table);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&test_shared, &test_move, &test_death, &test_death_while_unlinking, &test_deinit};

	return suite_run("svcmgr/object", tests, sizeof(tests) / sizeof(*tests));
}
