/* SPDX-License-Identifier: Apache-2.0 */

/* The services of a context: names, counts, and deaths at every moment. */

#include "svcmgr/registry.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/registry_double.h"
#include "apps/suite.h"

static struct registry_double driver;
static struct registry registry;

static int add(const char *name, uint32_t handle)
{
	struct registry_service service = {.stability = 1, .dump_priority = 2, .pid = 3};

	snprintf(service.name, sizeof(service.name), "%s", name);
	return registry_add(&registry, &service, handle);
}

static void start(void)
{
	memset(&driver, 0, sizeof(driver));
	registry_init(&registry, &registry_double_ops, &driver);
}

START_TEST(test_names)
{
	char longest[REGISTRY_NAME_MAX + 2];

	memset(longest, 'a', sizeof(longest));
	longest[REGISTRY_NAME_MAX + 1] = '\0';
	ck_assert(!registry_name_valid(""));
	ck_assert(!registry_name_valid(longest));
	ck_assert(registry_name_valid(longest + 1));
	ck_assert(registry_name_valid("android.hardware.IFoo/default-1_Z"));
	for (int c = 1; c < 256; c++) {
		char name[] = {'a', (char)c, '\0'};
		bool good = strchr("_./-", c) || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			    (c >= 'a' && c <= 'z');

		ck_assert_int_eq(registry_name_valid(name), good);
	}
}
END_TEST

START_TEST(test_empty)
{
	start();
	ck_assert_ptr_null(registry_find(&registry, "a"));
	ck_assert_ptr_null(registry_first(&registry));
	registry_deinit(&registry);
}
END_TEST

START_TEST(test_add_and_find)
{
	const struct registry_service *service;
	char longer[REGISTRY_NAME_MAX + 2];

	start();
	ck_assert_int_eq(add("b", 1), 0);
	ck_assert_int_eq(add("a.c", 2), 0);
	ck_assert_int_eq(add("a", 3), 0);
	ck_assert_uint_eq(registry.count, 3);
	service = registry_find(&registry, "b");
	ck_assert_uint_eq(service->object->handle, 1);
	ck_assert_int_eq(service->stability, 1);
	ck_assert_int_eq(service->dump_priority, 2);
	ck_assert_int_eq(service->pid, 3);
	ck_assert_ptr_null(registry_find(&registry, "a."));
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_ptr_null(registry_find(&registry, longer));
	service = registry_first(&registry);
	ck_assert_str_eq(service->name, "a");
	service = registry_next(service);
	ck_assert_str_eq(service->name, "a.c");
	service = registry_next(service);
	ck_assert_str_eq(service->name, "b");
	ck_assert_ptr_null(registry_next(service));
	registry_deinit(&registry);
}
END_TEST

START_TEST(test_replace)
{
	struct registry_object *former;

	start();
	ck_assert_int_eq(add("a", 1), 0);
	/* By itself. */
	ck_assert_int_eq(add("a", 1), 0);
	ck_assert_int_eq(driver.held[1], 1);
	ck_assert_ptr_nonnull(driver.linked[1]);
	/* By another. */
	ck_assert_int_eq(add("a", 2), 0);
	ck_assert_uint_eq(registry.count, 1);
	ck_assert_int_eq(driver.held[1], 0);
	ck_assert_int_eq(driver.held[2], 1);
	ck_assert_ptr_null(driver.linked[1]);
	former = driver.unlinking[1];
	/* The same handle comes back as another object before the driver has confirmed. */
	ck_assert_int_eq(add("b", 1), 0);
	ck_assert_ptr_ne(driver.linked[1], former);
	ck_assert_uint_eq(registry_object_died(former), 0);
	registry_object_unlinked(former);
	ck_assert_ptr_nonnull(registry_find(&registry, "b"));
	ck_assert_int_eq(driver.held[1], 1);
	registry_deinit(&registry);
}
END_TEST

START_TEST(test_two_names)
{
	start();
	ck_assert_int_eq(add("a", 1), 0);
	ck_assert_int_eq(add("b", 1), 0);
	ck_assert_int_eq(driver.held[1], 1);
	ck_assert_int_eq(add("a", 2), 0);
	ck_assert_int_eq(driver.held[1], 1);
	ck_assert_int_eq(add("c", 1), 0);
	ck_assert_uint_eq(registry_object_died(driver.linked[1]), 2);
	ck_assert_int_eq(driver.held[1], 0);
	ck_assert_ptr_null(registry_find(&registry, "b"));
	ck_assert_ptr_null(registry_find(&registry, "c"));
	ck_assert_ptr_nonnull(registry_find(&registry, "a"));
	ck_assert_uint_eq(registry.count, 1);
	registry_deinit(&registry);
}
END_TEST

START_TEST(test_end_while_unlinking)
{
	start();
	ck_assert_int_eq(add("a", 1), 0);
	ck_assert_int_eq(add("a", 2), 0);
	registry_deinit(&registry);
	ck_assert_uint_eq(registry.count, 0);
}
END_TEST

START_TEST(test_limit)
{
	char name[16];

	start();
	for (int i = 0; i < REGISTRY_SERVICES_MAX; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		ck_assert_int_eq(add(name, 1), 0);
	}
	ck_assert_int_eq(add("one-more", 2), -ENOSPC);
	ck_assert_int_eq(driver.held[2], 0);
	/* Replacing is no more. */
	ck_assert_int_eq(add("s0", 2), 0);
	ck_assert_uint_eq(registry_object_died(driver.linked[1]), REGISTRY_SERVICES_MAX - 1);
	ck_assert_int_eq(add("one-more", 3), 0);
	ck_assert_uint_eq(registry.count, 2);
	registry_deinit(&registry);
}
END_TEST

/* Any order of adding, replacing and dying leaves held exactly what has a name. */
START_TEST(test_random)
{
	unsigned int seed = 1;
	char name[16];

	start();
	for (int step = 0; step < 2000; step++) {
		uint32_t handle = 1 + (uint32_t)rand_r(&seed) % 20;
		const struct registry_service *service;
		int held = 0, objects = 0;

		if (driver.unlinking[handle] && rand_r(&seed) % 2) {
			registry_object_unlinked(driver.unlinking[handle]);
			driver.unlinking[handle] = NULL;
		} else if (driver.linked[handle] && rand_r(&seed) % 8 == 0) {
			registry_object_died(driver.linked[handle]);
			driver.linked[handle] = NULL;
		} else if (!driver.unlinking[handle]) {
			snprintf(name, sizeof(name), "n%d", rand_r(&seed) % 30);
			ck_assert_int_eq(add(name, handle), 0);
		}
		for (int i = 0; i < REGISTRY_DOUBLE_HANDLES; i++) {
			held += driver.held[i];
			objects += driver.linked[i] != NULL;
			ck_assert_int_eq(driver.held[i], driver.linked[i] != NULL);
		}
		for (service = registry_first(&registry); service; service = registry_next(service))
			ck_assert_ptr_eq(driver.linked[service->object->handle], service->object);
		ck_assert_int_eq(held, objects);
	}
	registry_deinit(&registry);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_names, &test_empty, &test_add_and_find,
		&test_replace, &test_two_names, &test_end_while_unlinking, &test_limit,
		&test_random};

	return suite_run("svcmgr/registry", tests, sizeof(tests) / sizeof(*tests));
}
