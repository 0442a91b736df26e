/* SPDX-License-Identifier: Apache-2.0 */

/* Client callbacks, services that go when unused, and who registered what. */

#include <check.h>
#include <string.h>
#include <unistd.h>

#include "apps/manager_fixture.h"
#include "apps/suite.h"

enum { CHECK = 2, ADD, WATCH = 5, CLIENTS = 12, UNREGISTER, DEBUG };

#define SERVICE 5
#define CALLBACK 30
#define INTERVAL MANAGER_LAZY_INTERVAL_MS

static void start(void)
{
	fixture_start(34, false, NULL, NULL);
	fixture.driver.strong[SERVICE] = 1;
	fixture_add(ADD, "a", SERVICE, 0x0c, 0, 8);
	fixture_assert_fine();
}

static void want_clients(const char *name, uint32_t service, uint32_t callback)
{
	fixture_aidl();
	parcel_write_string16(&fixture.request, name);
	fixture_put_binder(service, 0x0c);
	fixture_put_binder(callback, 0x0c);
	ck_assert_int_eq(fixture_ask(CLIENTS), STATUS_OK);
}

static void unregister(const char *name, uint32_t service)
{
	fixture_aidl();
	parcel_write_string16(&fixture.request, name);
	fixture_put_binder(service, 0x0c);
	ck_assert_int_eq(fixture_ask(UNREGISTER), STATUS_OK);
}

static void get(void)
{
	fixture_aidl();
	parcel_write_string16(&fixture.request, "a");
	ck_assert_int_eq(fixture_ask(CHECK), STATUS_OK);
}

static void tick(void)
{
	fixture.now_ms += INTERVAL;
	manager_tick(&fixture.manager, fixture.now_ms);
}

/* The next message was onClients(SERVICE, @has) to @callback, and there is no other. */
static void assert_told(uint32_t callback, bool has)
{
	const struct double_sent *sent = &fixture.driver.sent[0];
	struct parcel_reader reader;

	ck_assert_uint_eq(fixture.driver.sent_count, 1);
	fixture.driver.sent_count = 0;
	ck_assert_uint_eq(sent->handle, callback);
	ck_assert_uint_eq(sent->code, 1);
	parcel_reader_init(&reader, sent->data, sent->size, sent->offsets, sent->count);
	ck_assert_int_eq(parcel_read_int32(&reader), INT32_MIN);
	ck_assert_int_eq(parcel_read_int32(&reader), -1);
	ck_assert_int_eq(parcel_read_int32(&reader), PARCEL_MAGIC_SYST);
	ck_assert(
		parcel_string_equals(parcel_read_string16(&reader), "android.os.IClientCallback"));
	ck_assert_uint_eq(parcel_read_object(&reader).handle, SERVICE);
	ck_assert_int_eq(parcel_read_int32(&reader), 0x0c);
	ck_assert_int_eq(parcel_read_int32(&reader), has);
	ck_assert_uint_eq(parcel_reader_left(&reader), 0);
}

static void assert_quiet(void)
{
	ck_assert_uint_eq(fixture.driver.sent_count, 0);
}

START_TEST(test_clients)
{
	start();
	ck_assert_int_eq(manager_next(&fixture.manager), -1);
	want_clients("a", SERVICE, CALLBACK);
	fixture_assert_fine();
	assert_quiet();
	ck_assert_int_eq(manager_next(&fixture.manager), fixture.now_ms + INTERVAL);
	manager_tick(&fixture.manager, fixture.now_ms + INTERVAL - 1);
	tick();
	assert_quiet();
	/* Seen by the timer, whoever it got it from. */
	fixture.driver.strong[SERVICE] = 2;
	tick();
	assert_told(CALLBACK, true);
	tick();
	assert_quiet();
	fixture.driver.strong[SERVICE] = 1;
	tick();
	assert_told(CALLBACK, false);
	tick();
	assert_quiet();
	/* With its last callback the timer goes, too. */
	double_die(&fixture.driver, CALLBACK);
	tick();
	ck_assert_int_eq(manager_next(&fixture.manager), -1);
	fixture_finish();
}
END_TEST

/* Who asked for it, and was gone by the next look, was a client all the same. */
START_TEST(test_guarantee)
{
	start();
	want_clients("a", SERVICE, CALLBACK);
	get();
	tick();
	assert_told(CALLBACK, true);
	get();
	tick();
	assert_quiet();
	tick();
	assert_told(CALLBACK, false);
	fixture_finish();
}
END_TEST

/* What there is at the registration of the callback is told at once. */
START_TEST(test_clients_before_callback)
{
	start();
	get();
	want_clients("a", SERVICE, CALLBACK);
	fixture_assert_fine();
	assert_told(CALLBACK, true);
	want_clients("a", SERVICE, CALLBACK + 1);
	assert_told(CALLBACK + 1, true);
	fixture.driver.strong[SERVICE] = 1;
	tick();
	ck_assert_uint_eq(fixture.driver.sent_count, 2);
	fixture.driver.sent_count = 0;
	/* Three holds during a call are a client; two may be the call's own. */
	fixture.driver.strong[SERVICE] = 2;
	want_clients("a", SERVICE, CALLBACK);
	assert_quiet();
	fixture.driver.strong[SERVICE] = 3;
	want_clients("a", SERVICE, CALLBACK + 2);
	ck_assert_uint_eq(fixture.driver.sent_count, 4);
	fixture_finish();
}
END_TEST

/* A driver that cannot say is believed to mean that there are clients. */
START_TEST(test_no_count)
{
	start();
	fixture.driver.strong[SERVICE] = -22;
	want_clients("a", SERVICE, CALLBACK);
	fixture_assert_fine();
	tick();
	assert_quiet();
	unregister("a", SERVICE);
	fixture_assert_exception(EX_ILLEGAL_STATE, "Nobody watches its clients.");
	fixture_finish();
}
END_TEST

START_TEST(test_unregister)
{
	start();
	/* Without a callback nobody counts. */
	unregister("a", SERVICE);
	fixture_assert_exception(EX_ILLEGAL_STATE, "Nobody watches its clients.");
	want_clients("a", SERVICE, CALLBACK);
	ck_assert_uint_eq(fixture.driver.sent_count, 1);
	tick();
	tick();
	get();
	unregister("a", SERVICE);
	fixture_assert_exception(EX_ILLEGAL_STATE, "There is about to be a client.");
	tick();
	tick();
	fixture.driver.strong[SERVICE] = 3;
	unregister("a", SERVICE);
	fixture_assert_exception(EX_ILLEGAL_STATE, "There are clients.");
	/* They are acknowledged first. */
	fixture.driver.strong[SERVICE] = 1;
	unregister("a", SERVICE);
	fixture_assert_exception(EX_ILLEGAL_STATE, "There is about to be a client.");
	tick();
	tick();
	fixture.driver.strong[SERVICE] = 2;
	unregister("a", SERVICE);
	fixture_assert_fine();
	ck_assert_uint_eq(fixture.manager.registry.count, 0);
	ck_assert_int_eq(fixture.driver.held[SERVICE], 0);
	/* What it registered for its clients waits for its return. */
	ck_assert_uint_eq(fixture.manager.clients.count, 1);
	double_confirm(&fixture.driver, SERVICE);
	fixture.driver.strong[SERVICE] = 1;
	fixture.driver.sent_count = 0;
	fixture_add(ADD, "a", SERVICE, 0x0c, 0, 8);
	get();
	tick();
	assert_told(CALLBACK, true);
	fixture_finish();
}
END_TEST

/* Who waits for a name is a client of it, and is told of as one. */
START_TEST(test_waiter_is_client)
{
	start();
	want_clients("a", SERVICE, CALLBACK);
	fixture_aidl();
	parcel_write_string16(&fixture.request, "a");
	fixture_put_binder(31, 0x0c);
	ck_assert_int_eq(fixture_ask(WATCH), STATUS_OK);
	ck_assert_uint_eq(fixture.driver.sent_count, 1);
	unregister("a", SERVICE);
	fixture_assert_exception(EX_ILLEGAL_STATE, "There is about to be a client.");
	fixture.driver.sent_count = 0;
	fixture_add(ADD, "a", SERVICE, 0x0c, 0, 8);
	/* onRegistration, and then onClients */
	ck_assert_uint_eq(fixture.driver.sent_count, 2);
	ck_assert_uint_eq(fixture.driver.sent[0].handle, 31);
	ck_assert_uint_eq(fixture.driver.sent[1].handle, CALLBACK);
	fixture_finish();
}
END_TEST

START_TEST(test_refusals)
{
	start();
	want_clients("b", SERVICE, CALLBACK);
	fixture_assert_exception(EX_ILLEGAL_ARGUMENT, "No such service.");
	want_clients("a", SERVICE + 1, CALLBACK);
	fixture_assert_exception(EX_ILLEGAL_ARGUMENT, "Another binder is registered.");
	want_clients("a", SERVICE, 0);
	fixture_assert_exception(EX_NULL_POINTER, "Null binder.");
	want_clients("a", 0, CALLBACK);
	fixture_assert_exception(EX_NULL_POINTER, "Null name or binder.");
	unregister("b", SERVICE);
	fixture_assert_exception(EX_ILLEGAL_STATE, "No such service.");
	unregister("a", SERVICE + 1);
	fixture_assert_exception(EX_ILLEGAL_STATE, "Another binder is registered.");
	unregister("a", 0);
	fixture_assert_exception(EX_NULL_POINTER, "Null name or binder.");
	fixture.pid++;
	want_clients("a", SERVICE, CALLBACK);
	fixture_assert_exception(
		EX_UNSUPPORTED_OPERATION, "Another process registered the service.");
	unregister("a", SERVICE);
	fixture_assert_exception(
		EX_UNSUPPORTED_OPERATION, "Another process registered the service.");
	fixture.pid--;
	fixture.uid++;
	unregister("a", SERVICE);
	fixture_assert_exception(
		EX_UNSUPPORTED_OPERATION, "Another process registered the service.");
	ck_assert_int_eq(fixture.driver.held[CALLBACK], 0);
	/* Cut short anywhere: a status. */
	fixture_aidl();
	parcel_write_string16(&fixture.request, "a");
	fixture_put_binder(SERVICE, 0);
	fixture_put_binder(CALLBACK, 0);
	while (fixture.request.size) {
		fixture.request.size--;
		ck_assert_int_ne(fixture_ask(CLIENTS), STATUS_OK);
	}
	ck_assert_int_eq(fixture.driver.held[CALLBACK], 0);
	fixture_finish();
}
END_TEST

static void assert_debug(const char *name, int32_t pid)
{
	size_t at = fixture.reply.at;

	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 1);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply),
		(int32_t)(12 + ((strlen(name) + 1) * 2 + 3) / 4 * 4));
	fixture_assert_string(name);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), pid);
	ck_assert_uint_gt(fixture.reply.at, at);
}

START_TEST(test_debug_info)
{
	start();
	fixture.pid = 77;
	fixture_add(ADD, "z", 6, 0x0c, 0, 8);
	fixture_aidl();
	ck_assert_int_eq(fixture_ask(DEBUG), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 3);
	assert_debug("a", FIXTURE_PID);
	assert_debug("manager", getpid());
	assert_debug("z", 77);
	fixture_assert_end();
	fixture_add(ADD, "manager", 6, 0x0c, 0, 8);
	fixture_aidl();
	ck_assert_int_eq(fixture_ask(DEBUG), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 3);
	assert_debug("a", FIXTURE_PID);
	assert_debug("manager", 77);
	assert_debug("z", 77);
	fixture_assert_end();
	fixture_finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_clients, &test_guarantee,
		&test_clients_before_callback, &test_no_count, &test_unregister,
		&test_waiter_is_client, &test_refusals, &test_debug_info};

	return suite_run("svcmgr/lazy", tests, sizeof(tests) / sizeof(*tests));
}
