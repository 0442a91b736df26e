/* SPDX-License-Identifier: Apache-2.0 */

/* The services of a context: names, replacements, limits, deaths. */

#include "svcmgr/registry.h"

#include <check.h>

#include "apps/manager_double.h"
#include "apps/suite.h"

static struct manager_double driver;
static struct object_table objects;
static struct accounts accounts;
static struct registry registry;
static int gone;

static int add_as(const char *name, uint32_t handle, uint32_t uid)
{
	struct registry_service service = {
		.stability = 1, .dump_priority = 2, .pid = 3, .uid = uid};

	snprintf(service.name, sizeof(service.name), "%s", name);
	return registry_add(&registry, &service, handle);
}

static int add(const char *name, uint32_t handle)
{
	return add_as(name, handle, 1000);
}

static void on_gone(void *context, const struct registry_service *service)
{
	ck_assert_ptr_eq(context, &driver);
	ck_assert_ptr_null(service->user.object);
	gone++;
}

static void start(void)
{
	memset(&driver, 0, sizeof(driver));
	gone = 0;
	accounts_init(&accounts);
	object_table_init(&objects, &double_ops.object, &driver);
	registry_init(&registry, &objects, &accounts, on_gone, &driver);
}

static void finish(void)
{
	registry_deinit(&registry);
	ck_assert_uint_eq(registry.count, 0);
	object_table_deinit(&objects);
	accounts_deinit(&accounts);
}

START_TEST(test_empty)
{
	start();
	ck_assert_ptr_null(registry_find(&registry, "a"));
	ck_assert_ptr_null(registry_first(&registry));
	finish();
}
END_TEST

START_TEST(test_order)
{
	static const char *const names[] = {"m", "c", "z", "a", "b"};
	const struct registry_service *service;
	char last[2] = "";
	size_t count = 0;

	start();
	for (uint32_t i = 0; i < 5; i++)
		ck_assert_int_eq(add(names[i], i + 1), 0);
	for (service = registry_first(&registry); service; service = registry_next(service)) {
		ck_assert_int_lt(strcmp(last, service->name), 0);
		strcpy(last, service->name);
		count++;
	}
	ck_assert_uint_eq(count, 5);
	for (uint32_t i = 0; i < 5; i++)
		ck_assert_uint_eq(registry_find(&registry, names[i])->user.object->handle, i + 1);
	ck_assert_ptr_null(registry_find(&registry, "d"));
	finish();
}
END_TEST

START_TEST(test_replacement)
{
	start();
	ck_assert_int_eq(add("a", 1), 0);
	registry_find(&registry, "a")->has_clients = true;
	registry_find(&registry, "a")->guaranteed = true;
	ck_assert_int_eq(add("a", 1), 0);
	ck_assert_int_eq(driver.held[1], 1);
	ck_assert_int_eq(add_as("a", 2, 2000), 0);
	ck_assert_int_eq(driver.held[1], 0);
	ck_assert_int_eq(driver.held[2], 1);
	ck_assert_uint_eq(registry.count, 1);
	ck_assert(registry_find(&registry, "a")->has_clients);
	ck_assert(!registry_find(&registry, "a")->guaranteed);
	ck_assert_uint_eq(account_used(&accounts, 1000, ACCOUNT_SERVICES), 0);
	ck_assert_uint_eq(account_used(&accounts, 2000, ACCOUNT_SERVICES), 1);
	/* The former one's death is not this one's. */
	double_confirm(&driver, 1);
	double_die(&driver, 2);
	ck_assert_int_eq(gone, 1);
	ck_assert_ptr_null(registry_find(&registry, "a"));
	finish();
}
END_TEST

START_TEST(test_death_takes_all_names)
{
	start();
	ck_assert_int_eq(add("a", 1), 0);
	ck_assert_int_eq(add("b", 1), 0);
	ck_assert_int_eq(add("c", 2), 0);
	double_die(&driver, 1);
	ck_assert_int_eq(gone, 2);
	ck_assert_uint_eq(registry.count, 1);
	ck_assert_ptr_nonnull(registry_find(&registry, "c"));
	ck_assert_int_eq(driver.held[1], 0);
	finish();
}
END_TEST

START_TEST(test_remove)
{
	start();
	ck_assert_int_eq(add("a", 1), 0);
	ck_assert_int_eq(add("b", 1), 0);
	registry_remove(registry_find(&registry, "a"));
	ck_assert_int_eq(driver.held[1], 1);
	registry_remove(registry_find(&registry, "b"));
	ck_assert_int_eq(driver.held[1], 0);
	ck_assert_int_eq(gone, 0);
	ck_assert_uint_eq(account_used(&accounts, 1000, ACCOUNT_SERVICES), 0);
	finish();
}
END_TEST

/* One user comes to its limit, others do not; then all do. Replacing needs no room. */
START_TEST(test_limits)
{
	uint32_t uid, total = 0;
	char name[32];

	start();
	for (uid = 1; total < ACCOUNT_SERVICES_TOTAL; uid++) {
		for (int i = 0; i < ACCOUNT_SERVICES_MAX && total < ACCOUNT_SERVICES_TOTAL; i++) {
			snprintf(name, sizeof(name), "u%u.%d", (unsigned int)uid, i);
			ck_assert_int_eq(add_as(name, 1, uid), 0);
			total++;
		}
		ck_assert_int_eq(add_as("more", 2, uid),
			account_used(&accounts, uid, ACCOUNT_SERVICES) == ACCOUNT_SERVICES_MAX
				? -EDQUOT
				: -ENOSPC);
		ck_assert_int_eq(driver.held[2], 0);
	}
	ck_assert_int_eq(add_as("u1.0", 1, 1), 0);
	/* Another user has no room to take a name over, and the name stays. */
	ck_assert_int_eq(add_as("u1.0", 2, 9999), -ENOSPC);
	ck_assert_uint_eq(registry_find(&registry, "u1.0")->user.object->handle, 1);
	finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_empty, &test_order, &test_replacement,
		&test_death_takes_all_names, &test_remove, &test_limits};

	return suite_run("svcmgr/registry", tests, sizeof(tests) / sizeof(*tests));
}
