/* SPDX-License-Identifier: Apache-2.0 */

/* Callbacks by name: order, the same one twice, limits, deaths. */

#include "svcmgr/callback.h"

#include <check.h>

#include "apps/manager_double.h"
#include "apps/suite.h"

static struct manager_double driver;
static struct object_table objects;
static struct accounts accounts;
static struct callback_table table;

static void start(void)
{
	memset(&driver, 0, sizeof(driver));
	accounts_init(&accounts);
	object_table_init(&objects, &double_ops.object, &driver);
	callback_table_init(&table, &objects, &accounts);
}

static void finish(void)
{
	callback_table_deinit(&table);
	ck_assert_uint_eq(table.count, 0);
	object_table_deinit(&objects);
	accounts_deinit(&accounts);
}

static void add(const char *name, uint32_t handle)
{
	struct callback *callback;

	ck_assert_int_eq(callback_add(&table, name, handle, 1000, 7, &callback), 0);
	ck_assert_uint_eq(callback->magic, 7);
	ck_assert_str_eq(callback->list->name, name);
}

static unsigned int count(const char *name)
{
	const struct callback_list *list = callback_find(&table, name);
	const struct callback *callback;
	unsigned int number = 0;

	if (list) {
		TAILQ_FOREACH (callback, &list->callbacks, entry)
			number++;
	}
	return number;
}

START_TEST(test_life)
{
	start();
	ck_assert_ptr_null(callback_find(&table, "a"));
	ck_assert_uint_eq(callback_remove(&table, "a", 1), 0);
	add("b", 1);
	add("a", 1);
	add("a", 2);
	add("a", 1);
	ck_assert_uint_eq(count("a"), 3);
	ck_assert_uint_eq(table.count, 4);
	ck_assert_int_eq(driver.held[1], 1);
	ck_assert_uint_eq(callback_remove(&table, "a", 3), 0);
	ck_assert_uint_eq(callback_remove(&table, "a", 1), 2);
	ck_assert_uint_eq(count("a"), 1);
	ck_assert_int_eq(driver.held[1], 1);
	ck_assert_uint_eq(callback_remove(&table, "a", 2), 1);
	ck_assert_ptr_null(callback_find(&table, "a"));
	ck_assert_uint_eq(count("b"), 1);
	finish();
}
END_TEST

START_TEST(test_death)
{
	start();
	add("a", 1);
	add("a", 2);
	add("b", 1);
	double_die(&driver, 1);
	ck_assert_uint_eq(count("a"), 1);
	ck_assert_uint_eq(count("b"), 0);
	ck_assert_int_eq(driver.held[1], 0);
	ck_assert_uint_eq(account_used(&accounts, 1000, ACCOUNT_CALLBACKS), 1);
	finish();
}
END_TEST

START_TEST(test_limit)
{
	struct callback *callback;

	start();
	for (int i = 0; i < ACCOUNT_CALLBACKS_MAX; i++)
		add("a", 1);
	ck_assert_int_eq(callback_add(&table, "a", 2, 1000, 0, &callback), -EDQUOT);
	ck_assert_int_eq(callback_add(&table, "new", 2, 1000, 0, &callback), -EDQUOT);
	ck_assert_ptr_null(callback_find(&table, "new"));
	ck_assert_int_eq(driver.held[2], 0);
	ck_assert_int_eq(callback_add(&table, "a", 2, 1001, 0, &callback), 0);
	finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_life, &test_death, &test_limit};

	return suite_run("svcmgr/callback", tests, sizeof(tests) / sizeof(*tests));
}
