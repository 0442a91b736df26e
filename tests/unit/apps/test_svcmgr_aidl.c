/* SPDX-License-Identifier: Apache-2.0 */

/* android.os.IServiceManager of Android 14: services, notifications, the report. */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/manager_fixture.h"
#include "apps/suite.h"
#include "svcmgr/release.h"

enum { GET = 1, CHECK, ADD, LIST, WATCH, UNWATCH, DUMP = 0x5f444d50 };

static void start(void)
{
	fixture_start(34, false, NULL, NULL);
}

static void add(const char *name, uint32_t handle)
{
	fixture_add(ADD, name, handle, 0x0c, 0, 8);
	fixture_assert_fine();
}

static void watch(uint32_t code, const char *name, uint32_t handle)
{
	fixture_aidl();
	parcel_write_string16(&fixture.request, name);
	fixture_put_binder(handle, 0x0c);
	ck_assert_int_eq(fixture_ask(code), STATUS_OK);
}

/* The @index-th message was onRegistration(@name, @handle) to @callback. */
static void assert_told(
	size_t index, uint32_t callback, const char *name, uint32_t handle, uint32_t magic)
{
	const struct double_sent *sent = &fixture.driver.sent[index];
	struct parcel_reader reader;

	ck_assert_uint_lt(index, fixture.driver.sent_count);
	ck_assert_uint_eq(sent->handle, callback);
	ck_assert_uint_eq(sent->code, 1);
	parcel_reader_init(&reader, sent->data, sent->size, sent->offsets, sent->count);
	ck_assert_int_eq(parcel_read_int32(&reader), INT32_MIN);
	ck_assert_int_eq(parcel_read_int32(&reader), -1);
	ck_assert_int_eq(parcel_read_int32(&reader), (int32_t)magic);
	ck_assert(
		parcel_string_equals(parcel_read_string16(&reader), "android.os.IServiceCallback"));
	ck_assert(parcel_string_equals(parcel_read_string16(&reader), name));
	ck_assert_uint_eq(parcel_read_object(&reader).handle, handle);
	ck_assert_int_eq(parcel_read_int32(&reader), 0x0c);
	ck_assert_int_eq(reader.error, 0);
	ck_assert_uint_eq(parcel_reader_left(&reader), 0);
}

START_TEST(test_notifications)
{
	start();
	watch(WATCH, "a", 30);
	fixture_assert_fine();
	watch(WATCH, "a", 31);
	fixture_assert_fine();
	watch(WATCH, "b", 30);
	ck_assert_uint_eq(fixture.driver.sent_count, 0);
	ck_assert_int_eq(fixture.driver.held[30], 1);
	add("a", 5);
	ck_assert_uint_eq(fixture.driver.sent_count, 2);
	assert_told(0, 30, "a", 5, PARCEL_MAGIC_SYST);
	assert_told(1, 31, "a", 5, PARCEL_MAGIC_SYST);
	/* For one that is there already: at once, and to that one alone. */
	watch(WATCH, "a", 32);
	ck_assert_uint_eq(fixture.driver.sent_count, 3);
	assert_told(2, 32, "a", 5, PARCEL_MAGIC_SYST);
	/* Again for each registration. */
	watch(UNWATCH, "a", 30);
	fixture_assert_fine();
	double_die(&fixture.driver, 31);
	add("a", 6);
	ck_assert_uint_eq(fixture.driver.sent_count, 4);
	assert_told(3, 32, "a", 6, PARCEL_MAGIC_SYST);
	/* 30 still waits for b. */
	ck_assert_int_eq(fixture.driver.held[30], 1);
	double_die(&fixture.driver, 30);
	add("b", 5);
	ck_assert_uint_eq(fixture.driver.sent_count, 4);
	ck_assert_uint_eq(fixture.manager.watches.count, 1);
	fixture_finish();
}
END_TEST

/* A vendor's libbinder takes tokens of its own magic alone. */
START_TEST(test_notification_magic)
{
	start();
	parcel_writer_reset(&fixture.request);
	parcel_write_token(&fixture.request, 0x564e4452, FIXTURE_INTERFACE);
	parcel_write_string16(&fixture.request, "a");
	fixture_put_binder(30, 3);
	ck_assert_int_eq(fixture_ask(WATCH), STATUS_OK);
	add("a", 5);
	assert_told(0, 30, "a", 5, 0x564e4452);
	fixture_finish();
}
END_TEST

START_TEST(test_notification_refusals)
{
	start();
	watch(WATCH, "a b", 30);
	fixture_assert_exception(EX_ILLEGAL_ARGUMENT, "Invalid service name.");
	watch(WATCH, "a", 0);
	fixture_assert_exception(EX_NULL_POINTER, "Null binder.");
	fixture_aidl();
	parcel_write_int32(&fixture.request, -1);
	fixture_put_binder(30, 0);
	ck_assert_int_eq(fixture_ask(WATCH), STATUS_OK);
	fixture_assert_exception(EX_NULL_POINTER, "Null name.");
	watch(UNWATCH, "a", 30);
	fixture_assert_exception(EX_ILLEGAL_STATE, "Not registered for notifications.");
	watch(WATCH, "a", 30);
	watch(UNWATCH, "b", 30);
	fixture_assert_exception(EX_ILLEGAL_STATE, "Not registered for notifications.");
	/* A weak reference is nothing to call. */
	fixture_aidl();
	parcel_write_string16(&fixture.request, "a");
	fixture_put_binder(31, 0);
	memcpy(fixture.request.data + fixture.request.offsets[0],
		&(uint32_t){BINDER_TYPE_WEAK_HANDLE}, sizeof(uint32_t));
	ck_assert_int_eq(fixture_ask(WATCH), STATUS_OK);
	fixture_assert_exception(EX_ILLEGAL_ARGUMENT, "Weak binder.");
	ck_assert_int_eq(fixture.driver.held[31], 0);
	fixture_finish();
}
END_TEST

/* One object is a service and a callback: one hold, and one death ends both. */
START_TEST(test_shared_object)
{
	start();
	add("a", 5);
	watch(WATCH, "b", 5);
	ck_assert_int_eq(fixture.driver.held[5], 1);
	watch(UNWATCH, "b", 5);
	ck_assert_int_eq(fixture.driver.held[5], 1);
	watch(WATCH, "b", 5);
	watch(WATCH, "a", 5);
	double_die(&fixture.driver, 5);
	ck_assert_int_eq(fixture.driver.held[5], 0);
	ck_assert_uint_eq(fixture.manager.registry.count, 0);
	ck_assert_uint_eq(fixture.manager.watches.count, 0);
	fixture_finish();
}
END_TEST

START_TEST(test_limits)
{
	char name[32];

	start();
	for (int i = 0; i < ACCOUNT_SERVICES_MAX; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		add(name, 5);
	}
	fixture_add(ADD, "more", 6, 0, 0, 8);
	fixture_assert_exception(EX_ILLEGAL_STATE, "Too many services of one user.");
	ck_assert_int_eq(fixture.driver.held[6], 0);
	for (int i = 0; i < ACCOUNT_CALLBACKS_MAX; i++) {
		watch(WATCH, "w", 30);
		fixture_assert_fine();
	}
	watch(WATCH, "w", 31);
	fixture_assert_exception(EX_ILLEGAL_STATE, "Too many callbacks of one user.");
	ck_assert_int_eq(fixture.driver.held[31], 0);
	/* Others are not concerned. */
	fixture.uid = 2000;
	add("more", 6);
	watch(WATCH, "w", 31);
	fixture_assert_fine();
	fixture_finish();
}
END_TEST

/* The flag for lazy services is none of the priorities. */
START_TEST(test_lazy_flag)
{
	start();
	fixture_add(ADD, "a", 5, 0x0c, 0, 1 << 30 | 2);
	fixture_assert_fine();
	ck_assert(registry_find(&fixture.manager.registry, "a")->lazy);
	ck_assert_int_eq(registry_find(&fixture.manager.registry, "a")->dump_priority, 2);
	add("a", 5);
	ck_assert(!registry_find(&fixture.manager.registry, "a")->lazy);
	fixture_finish();
}
END_TEST

static void put_fd(int fd)
{
	parcel_writer_reset(&fixture.request);
	parcel_write_handle(&fixture.request, (uint32_t)fd, 0);
	memcpy(fixture.request.data, &(uint32_t){BINDER_TYPE_FD}, sizeof(uint32_t));
	parcel_write_int32(&fixture.request, 0);
}

START_TEST(test_dump)
{
	start();
	add("some.service", 5);
	put_fd(77);
	ck_assert_int_eq(fixture_ask(DUMP), STATUS_OK);
	fixture_assert_end();
	ck_assert_int_eq(fixture.driver.printed_fd, 77);
	ck_assert_ptr_nonnull(strstr(fixture.driver.printed, "Service manager of \"test\"\n"));
	ck_assert_ptr_nonnull(strstr(fixture.driver.printed, "Services: 1\n"));
	ck_assert_ptr_nonnull(strstr(fixture.driver.printed, "  some.service "));
	fixture.driver.print_error = -EDQUOT;
	ck_assert_int_eq(fixture_ask(DUMP), STATUS_WOULD_BLOCK);
	/* No descriptor: none at all, one that the driver did not make, an object. */
	fixture.request.count = 0;
	ck_assert_int_eq(fixture_ask(DUMP), STATUS_BAD_TYPE);
	fixture.request.size = 0;
	ck_assert_int_eq(fixture_ask(DUMP), STATUS_BAD_TYPE);
	parcel_writer_reset(&fixture.request);
	fixture_put_binder(5, 0);
	ck_assert_int_eq(fixture_ask(DUMP), STATUS_BAD_TYPE);
	fixture_finish();
}
END_TEST

/* The service is asked for in each release's own way, and its reply is a union in two. */
START_TEST(test_releases)
{
	static const struct {
		int level;
		uint32_t check, add, list, debug;
		bool is_union;
	} rows[] = {
		{30, 2, 3, 4, 0, false},
		{31, 2, 3, 4, 12, false},
		{32, 2, 3, 4, 12, false},
		{33, 2, 3, 4, 13, false},
		{34, 2, 3, 4, 14, false},
		{35, 3, 4, 5, 15, true},
		{36, 3, 5, 6, 16, false},
		{36, 4, 5, 6, 16, true},
		{0, 2, 3, 4, 14, false},
		{28, 2, 3, 4, 14, false},
		{29, 2, 3, 4, 14, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		fixture_start(rows[i].level, false, NULL, NULL);
		fixture_add(rows[i].add, "a", 5, 0x3f, 0, 8);
		fixture_assert_fine();
		fixture_aidl();
		parcel_write_string16(&fixture.request, "a");
		ck_assert_int_eq(fixture_ask(rows[i].check), STATUS_OK);
		ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
		if (rows[i].is_union) {
			ck_assert_int_eq(parcel_read_int32(&fixture.reply), 1);
			ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
			ck_assert_int_eq(parcel_read_int32(&fixture.reply), 1);
			ck_assert_int_eq(parcel_read_int32(&fixture.reply), 36);
		}
		ck_assert_uint_eq(parcel_read_object(&fixture.reply).handle, 5);
		ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0x3f);
		if (rows[i].is_union)
			ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
		fixture_assert_end();
		fixture_aidl();
		parcel_write_int32(&fixture.request, 15);
		ck_assert_int_eq(fixture_ask(rows[i].list), STATUS_OK);
		ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
		ck_assert_int_eq(parcel_read_int32(&fixture.reply), 2);
		fixture_aidl();
		if (rows[i].debug) {
			ck_assert_int_eq(fixture_ask(rows[i].debug), STATUS_OK);
			ck_assert_int_eq(
				fixture_ask(rows[i].debug + 1), STATUS_UNKNOWN_TRANSACTION);
		} else {
			ck_assert_int_eq(fixture_ask(10), STATUS_UNKNOWN_TRANSACTION);
		}
		fixture_finish();
	}
}
END_TEST

/* Every code of every release is the method that its row names, and no other is there. */
START_TEST(test_numbering)
{
	static const char *const expected[] = {
		"30 getService checkService addService listServices registerForNotifications "
		"unregisterForNotifications isDeclared registerClientCallback tryUnregisterService",
		"31 getService checkService addService listServices registerForNotifications "
		"unregisterForNotifications isDeclared getDeclaredInstances updatableViaApex "
		"registerClientCallback tryUnregisterService getServiceDebugInfo",
		"33 getService checkService addService listServices registerForNotifications "
		"unregisterForNotifications isDeclared getDeclaredInstances updatableViaApex "
		"getConnectionInfo registerClientCallback tryUnregisterService "
		"getServiceDebugInfo",
		"34 getService checkService addService listServices registerForNotifications "
		"unregisterForNotifications isDeclared getDeclaredInstances updatableViaApex "
		"getUpdatableNames getConnectionInfo registerClientCallback "
		"tryUnregisterService getServiceDebugInfo",
		"35 getService getService2 checkService addService listServices "
		"registerForNotifications unregisterForNotifications isDeclared "
		"getDeclaredInstances updatableViaApex getUpdatableNames getConnectionInfo "
		"registerClientCallback tryUnregisterService getServiceDebugInfo",
		"36 getService getService2 checkService checkService2 addService listServices "
		"registerForNotifications unregisterForNotifications isDeclared "
		"getDeclaredInstances updatableViaApex getUpdatableNames getConnectionInfo "
		"registerClientCallback tryUnregisterService getServiceDebugInfo",
	};

	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		const struct release *release = release_find(atoi(expected[i]));
		char text[1024];
		struct manager_method method;

		snprintf(text, sizeof(text), "%d", release->level);
		for (uint32_t code = 1; (method = release_method(release, code)).name; code++) {
			strcat(text, " ");
			strcat(text, method.name);
			ck_assert_ptr_nonnull(method.function);
		}
		ck_assert_str_eq(text, expected[i]);
		ck_assert_ptr_null(release_method(release, 0).name);
		ck_assert_ptr_null(release_method(release, UINT32_MAX).name);
	}
	ck_assert_ptr_eq(release_find(32), release_find(31));
	ck_assert_ptr_eq(release_find(0), release_find(34));
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_notifications, &test_notification_magic,
		&test_notification_refusals, &test_shared_object, &test_limits, &test_lazy_flag,
		&test_dump, &test_releases, &test_numbering};

	return suite_run("svcmgr/aidl", tests, sizeof(tests) / sizeof(*tests));
}
