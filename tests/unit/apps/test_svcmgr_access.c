/* SPDX-License-Identifier: Apache-2.0 */

/* Every method that a policy can deny, in every form, and isolated users. */

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/manager_fixture.h"
#include "apps/suite.h"
#include "util/log.h"

enum { GET = 1, CHECK, ADD, LIST, WATCH, UNWATCH, CLIENTS = 12, UNREGISTER, DEBUG };

static int32_t ask_name(uint32_t code, const char *name)
{
	fixture_aidl();
	parcel_write_string16(&fixture.request, name);
	return fixture_ask(code);
}

static void assert_denied(void)
{
	fixture_assert_exception(EX_SECURITY, "Denied by the policy.");
}

START_TEST(test_add)
{
	fixture_start(34, false, "deny add name a\nallow *", NULL);
	fixture_add(ADD, "a", 5, 0, 0, 8);
	assert_denied();
	ck_assert_int_eq(fixture.driver.held[5], 0);
	fixture_legacy();
	parcel_write_string16(&fixture.request, "a");
	parcel_write_handle(&fixture.request, 5, 0);
	ck_assert_int_eq(fixture_ask(ADD), STATUS_PERMISSION_DENIED);
	fixture_add(ADD, "b", 5, 0, 0, 8);
	fixture_assert_fine();
	fixture_finish();
}
END_TEST

START_TEST(test_find)
{
	static const uint32_t codes[] = {GET, CHECK};

	fixture_start(34, false, "deny find name a\nallow *", NULL);
	fixture_add(ADD, "a", 5, 0, 0, 8);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(ask_name(codes[i], "a"), STATUS_OK);
		assert_denied();
		fixture_legacy();
		parcel_write_string16(&fixture.request, "a");
		ck_assert_int_eq(fixture_ask(codes[i]), STATUS_PERMISSION_DENIED);
	}
	fixture_aidl();
	parcel_write_string16(&fixture.request, "a");
	fixture_put_binder(30, 0);
	ck_assert_int_eq(fixture_ask(WATCH), STATUS_OK);
	assert_denied();
	ck_assert_int_eq(fixture_ask(UNWATCH), STATUS_OK);
	assert_denied();
	ck_assert_int_eq(fixture.driver.held[30], 0);
	fixture_finish();
}
END_TEST

START_TEST(test_find_union)
{
	fixture_start(36, false, "deny find name a\nallow *", NULL);
	for (uint32_t code = 1; code <= 4; code++) {
		ck_assert_int_eq(ask_name(code, "a"), STATUS_OK);
		assert_denied();
	}
	fixture_finish();
}
END_TEST

START_TEST(test_list)
{
	fixture_start(34, false, "deny list name a,manager\nallow *", NULL);
	fixture_add(ADD, "a", 5, 0, 0, 8);
	fixture_add(ADD, "b", 5, 0, 0, 8);
	fixture_aidl();
	parcel_write_int32(&fixture.request, 15);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 1);
	fixture_assert_string("b");
	fixture_assert_end();
	fixture_aidl();
	ck_assert_int_eq(fixture_ask(DEBUG), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 1);
	fixture_legacy();
	parcel_write_int32(&fixture.request, 0);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_OK);
	fixture_assert_string("b");
	fixture_legacy();
	parcel_write_int32(&fixture.request, 1);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_PERMISSION_DENIED);
	fixture_finish();
}
END_TEST

START_TEST(test_list_nothing)
{
	fixture_start(34, false, "allow add,find", NULL);
	fixture_add(ADD, "a", 5, 0, 0, 8);
	fixture_aidl();
	parcel_write_int32(&fixture.request, 15);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_OK);
	assert_denied();
	fixture_aidl();
	ck_assert_int_eq(fixture_ask(DEBUG), STATUS_OK);
	assert_denied();
	fixture_legacy();
	parcel_write_int32(&fixture.request, 0);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_PERMISSION_DENIED);
	/* The report is a listing. */
	parcel_writer_reset(&fixture.request);
	parcel_write_handle(&fixture.request, 1, 0);
	memcpy(fixture.request.data, &(uint32_t){BINDER_TYPE_FD}, sizeof(uint32_t));
	ck_assert_int_eq(fixture_ask(0x5f444d50), STATUS_PERMISSION_DENIED);
	ck_assert_str_eq(fixture.driver.printed, "");
	fixture_finish();
}
END_TEST

/* Who may not add may not touch what was added before either. */
START_TEST(test_lazy)
{
	fixture_start(34, false, "deny add uid 2000\nallow *", NULL);
	fixture_add(ADD, "a", 5, 0, 0, 8);
	fixture.uid = 2000;
	fixture_aidl();
	parcel_write_string16(&fixture.request, "a");
	fixture_put_binder(5, 0);
	ck_assert_int_eq(fixture_ask(UNREGISTER), STATUS_OK);
	assert_denied();
	fixture_put_binder(30, 0);
	ck_assert_int_eq(fixture_ask(CLIENTS), STATUS_OK);
	assert_denied();
	fixture_finish();
}
END_TEST

START_TEST(test_labels)
{
	fixture_start(34, false, "allow * label u:r:good:*", NULL);
	fixture.label = "u:r:good:s0";
	fixture_add(ADD, "a", 5, 0, 0, 8);
	fixture_assert_fine();
	fixture.label = "u:r:bad:s0";
	fixture_add(ADD, "a", 5, 0, 0, 8);
	assert_denied();
	fixture.label = NULL;
	fixture_add(ADD, "a", 5, 0, 0, 8);
	assert_denied();
	fixture_finish();
}
END_TEST

START_TEST(test_groups)
{
	char policy[64];

	snprintf(policy, sizeof(policy), "allow * gid %lu", (unsigned long)getegid());
	fixture_start(34, false, policy, NULL);
	fixture.pid = getpid();
	fixture_add(ADD, "a", 5, 0, 0, 8);
	fixture_assert_fine();
	fixture.pid = 0;
	fixture_add(ADD, "a", 5, 0, 0, 8);
	assert_denied();
	fixture_finish();
}
END_TEST

/* Isolated users are given what allows it, see the rest as not there, add and wait for nothing. */
START_TEST(test_isolated)
{
	fixture_start(34, false, "isolated uid 99000-99999\nallow *", "[lazy]\ncommand = /a\n");
	fixture_add(ADD, "open", 5, 0, 1, 8);
	fixture_add(ADD, "closed", 6, 0, 0, 8);
	fixture.uid = 99000;
	ck_assert_int_eq(ask_name(CHECK, "open"), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_uint_eq(parcel_read_object(&fixture.reply).handle, 5);
	ck_assert_int_eq(ask_name(CHECK, "closed"), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_object(&fixture.reply).type, PARCEL_OBJECT_NULL);
	ck_assert_int_eq(ask_name(GET, "lazy"), STATUS_OK);
	ck_assert_int_eq(fixture.driver.started, 0);
	fixture_add(ADD, "own", 7, 0, 1, 8);
	fixture_assert_exception(EX_SECURITY, "Isolated users cannot add services.");
	fixture_aidl();
	parcel_write_string16(&fixture.request, "open");
	fixture_put_binder(30, 0);
	ck_assert_int_eq(fixture_ask(WATCH), STATUS_OK);
	fixture_assert_exception(EX_SECURITY, "Isolated users cannot wait.");
	ck_assert_int_eq(fixture.driver.held[30], 0);
	fixture_finish();
}
END_TEST

/* Another policy holds from the next request on, for what is there as well. */
START_TEST(test_replaced)
{
	char text[] = "deny *";
	struct config_error error;
	struct policy *strict = policy_parse("strict", text, &error);

	fixture_start(34, false, NULL, NULL);
	fixture_add(ADD, "a", 5, 0, 0, 8);
	manager_replace_settings(&fixture.manager, strict, &fixture.declarations);
	ck_assert_int_eq(ask_name(CHECK, "a"), STATUS_OK);
	assert_denied();
	policy_free(strict);
	fixture_finish();
}
END_TEST

/* One line: who, what, which rule; and what a caller made up is no second one. */
START_TEST(test_line)
{
	char line[2048] = "";
	int fds[2], err = dup(2);

	fixture_start(34, false, "allow find\ndeny add name sec*", NULL);
	log_set_level(LOG_LEVEL_NOTICE);
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	unsetenv("JOURNAL_STREAM");
	dup2(fds[1], 2);
	fixture.label = "some:label";
	fixture_add(ADD, "secret", 5, 0, 0, 8);
	fixture_aidl();
	parcel_write_int32(&fixture.request, 15);
	fixture_ask(LIST);
	fixture_add(ADD, "a\nb", 5, 0, 0, 8);
	dup2(err, 2);
	close(err);
	close(fds[1]);
	ck_assert_int_gt(read(fds[0], line, sizeof(line) - 1), 0);
	close(fds[0]);
	ck_assert_ptr_nonnull(strstr(line, "test: pid 10 uid 1000 label some:label may not "
					   "register \"secret\": rule policy:2\n"));
	ck_assert_ptr_nonnull(strstr(line, "may not list \"*\": no rule of policy allows it\n"));
	ck_assert_ptr_nonnull(strstr(line, "may not register \"a?b\": not a name\n"));
	fixture_finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_add, &test_find, &test_find_union, &test_list,
		&test_list_nothing, &test_lazy, &test_labels, &test_groups, &test_isolated,
		&test_replaced, &test_line};

	return suite_run("svcmgr/access", tests, sizeof(tests) / sizeof(*tests));
}
