/* SPDX-License-Identifier: Apache-2.0 */

/* Services that are started because they are asked for, through the manager's methods. */

#include <check.h>
#include <string.h>

#include "apps/manager_fixture.h"
#include "apps/suite.h"

enum { GET = 1, CHECK, ADD };

static const char declarations[] = "[a]\n"
				   "command = /bin/a\n"
				   "timeout = 10\n"
				   "[unit]\n"
				   "unit = some.service\n"
				   "[elsewhere]\n"
				   "context = other\n"
				   "command = /bin/b\n"
				   "[hw@1.0::IFoo/default]\n"
				   "command = /bin/c\n";

static void ask(uint32_t code, const char *name, bool found)
{
	fixture_aidl();
	parcel_write_string16(&fixture.request, name);
	ck_assert_int_eq(fixture_ask(code), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_object(&fixture.reply).type,
		found ? PARCEL_OBJECT_HANDLE : PARCEL_OBJECT_NULL);
}

static void start(void)
{
	fixture_start(34, false, NULL, declarations);
	fixture.driver.started = 100;
}

START_TEST(test_get_starts)
{
	start();
	ask(CHECK, "a", false);
	ask(GET, "none", false);
	ask(GET, "elsewhere", false);
	ck_assert_int_eq(fixture.driver.started, 100);
	ask(GET, "a", false);
	ck_assert_int_eq(fixture.driver.started, 101);
	ck_assert_str_eq(fixture.driver.started_name, "a");
	ck_assert_int_eq(manager_next(&fixture.manager), fixture.now_ms + 10000);
	ask(GET, "a", false);
	ck_assert_int_eq(fixture.driver.started, 101);
	/* The old form asks as well. */
	fixture_legacy();
	parcel_write_string16(&fixture.request, "unit");
	ck_assert_int_eq(fixture_ask(GET), STATUS_OK);
	ck_assert_int_eq(fixture.driver.started, 102);
	fixture_finish();
}
END_TEST

START_TEST(test_reserved)
{
	start();
	ask(GET, "a", false);
	fixture_add(ADD, "a", 5, 0, 0, 8);
	fixture_assert_exception(EX_SECURITY, "Reserved for the process that was started for it.");
	ck_assert_int_eq(fixture.driver.held[5], 0);
	fixture.driver.session_pid = fixture.pid;
	fixture.driver.session_leader = 101;
	fixture_add(ADD, "a", 5, 0, 0, 8);
	fixture_assert_fine();
	ask(GET, "a", true);
	ck_assert_int_eq(manager_next(&fixture.manager), -1);
	/* It goes, and is started again once it has ended. */
	double_die(&fixture.driver, 5);
	ask(GET, "a", false);
	ck_assert_int_eq(fixture.driver.started, 101);
	activation_exited(&fixture.manager.activations, 101, 0, fixture.now_ms);
	ask(GET, "a", false);
	ck_assert_int_eq(fixture.driver.started, 102);
	fixture_finish();
}
END_TEST

/* In time nobody came: the name is free, and later it is tried again. */
START_TEST(test_late)
{
	start();
	ask(GET, "unit", false);
	fixture_add(ADD, "unit", 5, 0, 0, 8);
	fixture_assert_exception(EX_SECURITY, "Reserved for the process that was started for it.");
	activation_exited(&fixture.manager.activations, 101, 0, fixture.now_ms);
	fixture.now_ms += 30000;
	manager_tick(&fixture.manager, fixture.now_ms);
	ask(GET, "unit", false);
	ck_assert_int_eq(fixture.driver.started, 101);
	fixture.now_ms += ACTIVATION_HOLD_OFF_MS;
	ask(GET, "unit", false);
	ck_assert_int_eq(fixture.driver.started, 102);
	fixture_finish();
}
END_TEST

START_TEST(test_found_is_not_started)
{
	start();
	fixture_add(ADD, "a", 5, 0, 0, 8);
	ask(GET, "a", true);
	ck_assert_int_eq(fixture.driver.started, 100);
	fixture_finish();
}
END_TEST

/* Who may not find it cannot have it started. */
START_TEST(test_denied)
{
	fixture_start(34, false, "allow add", declarations);
	fixture_aidl();
	parcel_write_string16(&fixture.request, "a");
	ck_assert_int_eq(fixture_ask(GET), STATUS_OK);
	fixture_assert_exception(EX_SECURITY, "Denied by the policy.");
	ck_assert_int_eq(fixture.driver.started, 0);
	fixture_finish();
}
END_TEST

/* One more than can be started at a time: who asks is told of in the log. */
START_TEST(test_limit)
{
	static char text[(ACTIVATION_MAX + 1) * 32];
	const unsigned int *lines;
	size_t at = 0;
	char name[16];

	for (int i = 0; i <= ACTIVATION_MAX; i++)
		at += (size_t)sprintf(text + at, "[n%d]\ncommand = /bin/a\n", i);
	fixture_start(34, false, NULL, text);
	lines = &fixture.manager.complaints.slots[FIXTURE_UID % COMPLAINT_SLOTS].lines;
	for (int i = 0; i <= ACTIVATION_MAX; i++) {
		ck_assert_uint_eq(*lines, 0);
		snprintf(name, sizeof(name), "n%d", i);
		ask(GET, name, false);
	}
	ck_assert_int_eq(fixture.driver.started, ACTIVATION_MAX);
	ck_assert_uint_eq(*lines, 1);
	/* What is being started already is not refused. */
	ask(GET, "n0", false);
	ck_assert_uint_eq(*lines, 1);
	fixture_finish();
}
END_TEST

START_TEST(test_hidl)
{
	fixture_start(34, true, NULL, declarations);
	fixture_hidl("android.hidl.manager@1.0::IServiceManager");
	parcel_write_hidl_string(&fixture.request, "hw@1.0::IFoo");
	parcel_write_hidl_string(&fixture.request, "default");
	ck_assert_int_eq(fixture_ask(GET), STATUS_OK);
	ck_assert_int_eq(fixture.driver.started, 1);
	ck_assert_str_eq(fixture.driver.started_name, "hw@1.0::IFoo/default");
	fixture_finish();
}
END_TEST

START_TEST(test_report)
{
	start();
	ask(GET, "a", false);
	parcel_writer_reset(&fixture.request);
	parcel_write_handle(&fixture.request, 1, 0);
	memcpy(fixture.request.data, &(uint32_t){BINDER_TYPE_FD}, sizeof(uint32_t));
	ck_assert_int_eq(fixture_ask(0x5f444d50), STATUS_OK);
	ck_assert_ptr_nonnull(strstr(fixture.driver.printed, "Started: 1\n  a "));
	ck_assert_ptr_nonnull(strstr(fixture.driver.printed, "pid 101     is being started\n"));
	fixture_finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_get_starts, &test_reserved, &test_late,
		&test_found_is_not_started, &test_denied, &test_limit, &test_hidl, &test_report};

	return suite_run("svcmgr/start", tests, sizeof(tests) / sizeof(*tests));
}
