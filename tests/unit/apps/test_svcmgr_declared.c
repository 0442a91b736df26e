/* SPDX-License-Identifier: Apache-2.0 */

/* The methods about declarations. */

#include <check.h>

#include "apps/manager_fixture.h"
#include "apps/suite.h"

enum { DECLARED = 7, INSTANCES, APEX, UPDATABLE, CONNECTION };

static const char declarations[] = "[a.IFoo/default]\n"
				   "updatable-via-apex = com.a\n"
				   "ip = 10.0.0.1\n"
				   "port = 5000\n"
				   "[a.IFoo/second]\n"
				   "[a.IFoo/second]\n"
				   "context = test\n"
				   "[a.IFoo/elsewhere]\n"
				   "context = other\n"
				   "[a.IFoo/hidden]\n"
				   "declared = no\n"
				   "updatable-via-apex = com.a\n"
				   "[a.IFooBar/x]\n"
				   "updatable-via-apex = com.a\n"
				   "[plain]\n";

static int32_t ask(uint32_t code, const char *name)
{
	fixture_aidl();
	parcel_write_string16(&fixture.request, name);
	return fixture_ask(code);
}

static void assert_list(uint32_t code, const char *name, const char *const *strings)
{
	int32_t count = 0;

	while (strings[count])
		count++;
	ck_assert_int_eq(ask(code, name), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), count);
	for (int32_t i = 0; i < count; i++)
		fixture_assert_string(strings[i]);
	fixture_assert_end();
}

static void assert_declared(const char *name, bool declared)
{
	ck_assert_int_eq(ask(DECLARED, name), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), declared);
	fixture_assert_end();
}

START_TEST(test_declared)
{
	fixture_start(34, false, NULL, declarations);
	assert_declared("a.IFoo/default", true);
	assert_declared("a.IFoo/second", true);
	assert_declared("plain", true);
	assert_declared("a.IFoo/elsewhere", false);
	assert_declared("a.IFoo/hidden", false);
	assert_declared("none", false);
	assert_declared("", false);
	/* That it is registered does not declare it. */
	fixture_add(3, "none", 5, 0, 0, 8);
	assert_declared("none", false);
	fixture_finish();
}
END_TEST

START_TEST(test_lists)
{
	fixture_start(34, false, NULL, declarations);
	assert_list(INSTANCES, "a.IFoo", (const char *[]){"default", "second", NULL});
	assert_list(INSTANCES, "a.IFooBar", (const char *[]){"x", NULL});
	assert_list(INSTANCES, "a", (const char *[]){NULL});
	assert_list(INSTANCES, "plain", (const char *[]){NULL});
	assert_list(INSTANCES, "", (const char *[]){NULL});
	assert_list(UPDATABLE, "com.a", (const char *[]){"a.IFoo/default", "a.IFooBar/x", NULL});
	assert_list(UPDATABLE, "com", (const char *[]){NULL});
	fixture_finish();
}
END_TEST

START_TEST(test_values)
{
	fixture_start(34, false, NULL, declarations);
	ck_assert_int_eq(ask(APEX, "a.IFoo/default"), STATUS_OK);
	fixture_assert_bytes(fixture.answer.data, fixture.answer.size,
		"00000000 05000000 63006f00 6d002e00 61000000");
	ck_assert_int_eq(ask(APEX, "plain"), STATUS_OK);
	fixture_assert_bytes(fixture.answer.data, fixture.answer.size, "00000000 ffffffff");
	ck_assert_int_eq(ask(APEX, "none"), STATUS_OK);
	fixture_assert_bytes(fixture.answer.data, fixture.answer.size, "00000000 ffffffff");
	ck_assert_int_eq(ask(CONNECTION, "a.IFoo/default"), STATUS_OK);
	fixture_assert_bytes(fixture.answer.data, fixture.answer.size,
		"00000000 01000000 20000000 08000000 31003000 2e003000 2e003000 2e003100 00000000 "
		"88130000");
	ck_assert_int_eq(ask(CONNECTION, "plain"), STATUS_OK);
	fixture_assert_bytes(fixture.answer.data, fixture.answer.size, "00000000 00000000");
	fixture_finish();
}
END_TEST

START_TEST(test_refusals)
{
	fixture_start(34, false, "deny find name a.IFoo/*,com.b\nallow *", declarations);
	for (uint32_t code = DECLARED; code <= CONNECTION; code++) {
		ck_assert_int_eq(ask(code, NULL), STATUS_OK);
		fixture_assert_exception(EX_NULL_POINTER, "Null name.");
		fixture_aidl();
		ck_assert_int_eq(fixture_ask(code), STATUS_NOT_ENOUGH_DATA);
	}
	ck_assert_int_eq(ask(DECLARED, "a.IFoo/default"), STATUS_OK);
	fixture_assert_exception(EX_SECURITY, "Denied by the policy.");
	ck_assert_int_eq(ask(APEX, "a.IFoo/default"), STATUS_OK);
	fixture_assert_exception(EX_SECURITY, "Denied by the policy.");
	ck_assert_int_eq(ask(CONNECTION, "a.IFoo/default"), STATUS_OK);
	fixture_assert_exception(EX_SECURITY, "Denied by the policy.");
	/* Of lists what may not be found is left out; if that is all, it is said. */
	ck_assert_int_eq(ask(INSTANCES, "a.IFoo"), STATUS_OK);
	fixture_assert_exception(EX_SECURITY, "Denied by the policy.");
	assert_list(UPDATABLE, "com.a", (const char *[]){"a.IFooBar/x", NULL});
	assert_list(INSTANCES, "none", (const char *[]){NULL});
	fixture_finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&test_declared, &test_lists, &test_values, &test_refusals};

	return suite_run("svcmgr/declared", tests, sizeof(tests) / sizeof(*tests));
}
