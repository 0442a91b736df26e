/* SPDX-License-Identifier: Apache-2.0 */

/* HIDL's manager: every method, its bytes, its refusals, and what it asks of an object. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "apps/manager_fixture.h"
#include "apps/suite.h"
#include "svcmgr/hidl.h"

#define MANAGER "android.hidl.manager@1.0::IServiceManager"
#define BASE "android.hidl.base@1.0::IBase"

enum { GET = 1, ADD, TRANSPORT, LIST, LIST_BY, WATCH, PASSTHROUGH = 8 };

static struct parcel_writer *const request = &fixture.request;

static void start(void)
{
	fixture_start(34, true, NULL, NULL);
	fixture.driver.chain_count = 3;
	fixture.driver.chain[0] = "a@1.1::IFoo";
	fixture.driver.chain[1] = "a@1.0::IFoo";
	fixture.driver.chain[2] = BASE;
}

static int32_t add(const char *instance, uint32_t handle)
{
	fixture_hidl(MANAGER);
	parcel_write_hidl_string(request, instance);
	if (handle)
		parcel_write_handle(request, handle, 0x17f);
	else
		parcel_write_null_object(request);
	return fixture_ask(ADD);
}

static void assert_bool(bool value)
{
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), value);
	fixture_assert_end();
}

static int32_t ask_two(uint32_t code, const char *interface, const char *instance)
{
	fixture_hidl(MANAGER);
	parcel_write_hidl_string(request, interface);
	parcel_write_hidl_string(request, instance);
	return fixture_ask(code);
}

static void assert_get(const char *interface, const char *instance, uint32_t handle)
{
	struct parcel_object object;

	ck_assert_int_eq(ask_two(GET, interface, instance), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	object = parcel_read_object(&fixture.reply);
	ck_assert_int_eq(object.type, handle ? PARCEL_OBJECT_HANDLE : PARCEL_OBJECT_NULL);
	ck_assert_uint_eq(object.handle, handle);
	fixture_assert_end();
}

static void assert_strings(const char *const *strings, size_t count)
{
	const char *got[16];

	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_uint_eq(parcel_read_hidl_strings(&fixture.reply, got, 16), count);
	for (size_t i = 0; i < count; i++)
		ck_assert_str_eq(got[i], strings[i]);
	fixture_assert_end();
}

START_TEST(test_services)
{
	static const char *const all[] = {"a@1.0::IFoo/default", "a@1.1::IFoo/default"};

	start();
	assert_get("a@1.0::IFoo", "default", 0);
	ck_assert_int_eq(add("default", 5), STATUS_OK);
	assert_bool(true);
	ck_assert_int_eq(fixture.driver.held[5], 1);
	assert_get("a@1.0::IFoo", "default", 5);
	assert_get("a@1.1::IFoo", "default", 5);
	assert_get("a@1.1::IFoo", "other", 0);
	fixture_hidl(MANAGER);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_OK);
	assert_strings(all, 2);
	/* Replaced, by another that has one interface only. */
	fixture.driver.chain_count = 1;
	ck_assert_int_eq(add("default", 6), STATUS_OK);
	assert_bool(true);
	assert_get("a@1.0::IFoo", "default", 5);
	assert_get("a@1.1::IFoo", "default", 6);
	double_die(&fixture.driver, 5);
	assert_get("a@1.0::IFoo", "default", 0);
	assert_get("a@1.1::IFoo", "default", 6);
	fixture_finish();
}
END_TEST

START_TEST(test_list_by_interface)
{
	static const char *const instances[] = {"default", "second"};

	start();
	ck_assert_int_eq(add("second", 5), STATUS_OK);
	ck_assert_int_eq(add("default", 5), STATUS_OK);
	fixture_hidl(MANAGER);
	parcel_write_hidl_string(request, "a@1.0::IFoo");
	ck_assert_int_eq(fixture_ask(LIST_BY), STATUS_OK);
	assert_strings(instances, 2);
	fixture_hidl(MANAGER);
	parcel_write_hidl_string(request, "b@1.0::IFoo");
	ck_assert_int_eq(fixture_ask(LIST_BY), STATUS_OK);
	assert_strings(NULL, 0);
	fixture_hidl(MANAGER);
	parcel_write_hidl_string(request, "nonsense");
	ck_assert_int_eq(fixture_ask(LIST_BY), STATUS_BAD_VALUE);
	fixture_finish();
}
END_TEST

/* The bytes of a list of one, and the objects in it. */
START_TEST(test_layout)
{
	const struct binder_buffer_object *buffers;
	const uint64_t *vector, *element;

	start();
	fixture.driver.chain_count = 1;
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	fixture_hidl(MANAGER);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_OK);
	ck_assert_uint_eq(fixture.answer.size, 4 + 3 * 40);
	ck_assert_uint_eq(fixture.answer.count, 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(fixture.answer.offsets[i], 4 + i * 40);
	buffers = (const void *)(fixture.answer.data + 4);
	vector = (const void *)(uintptr_t)buffers[0].buffer;
	element = (const void *)(uintptr_t)buffers[1].buffer;
	ck_assert_uint_eq(buffers[0].hdr.type, BINDER_TYPE_PTR);
	ck_assert_uint_eq(buffers[0].flags, 0);
	ck_assert_uint_eq(buffers[0].length, 16);
	ck_assert_uint_eq(vector[0], buffers[1].buffer);
	ck_assert_uint_eq(vector[1], 1);
	ck_assert_uint_eq(buffers[1].flags, BINDER_BUFFER_FLAG_HAS_PARENT);
	ck_assert_uint_eq(buffers[1].parent, 0);
	ck_assert_uint_eq(buffers[1].length, 16);
	ck_assert_uint_eq(element[0], buffers[2].buffer);
	ck_assert_uint_eq(element[1], strlen("a@1.1::IFoo/x"));
	ck_assert_uint_eq(buffers[2].parent, 1);
	ck_assert_uint_eq(buffers[2].parent_offset, 0);
	ck_assert_uint_eq(buffers[2].length, strlen("a@1.1::IFoo/x") + 1);
	ck_assert_uint_eq(fixture.answer.buffers, 16 + 16 + 16);
	fixture_finish();
}
END_TEST

START_TEST(test_transport)
{
	fixture_start(34, true, NULL, "[a@1.0::IFoo/declared]\n");
	ck_assert_int_eq(ask_two(TRANSPORT, "a@1.0::IFoo", "declared"), STATUS_OK);
	assert_bool(true);
	ck_assert_int_eq(ask_two(TRANSPORT, "a@1.0::IFoo", "other"), STATUS_OK);
	assert_bool(false);
	ck_assert_int_eq(ask_two(PASSTHROUGH, "a@1.0::IFoo", "other"), STATUS_OK);
	fixture_assert_fine();
	fixture_finish();
}
END_TEST

static void watch(const char *interface, const char *instance, uint32_t handle, bool good)
{
	fixture_hidl(MANAGER);
	parcel_write_hidl_string(request, interface);
	parcel_write_hidl_string(request, instance);
	if (handle)
		parcel_write_handle(request, handle, 0x17f);
	else
		parcel_write_null_object(request);
	ck_assert_int_eq(fixture_ask(WATCH), STATUS_OK);
	assert_bool(good);
}

/* The @index-th message; its strings are in memory that is gone, so only its shape. */
static void assert_told(size_t index, uint32_t handle, bool preexisting)
{
	const struct double_sent *sent = &fixture.driver.sent[index];
	struct parcel_reader reader;

	ck_assert_uint_lt(index, fixture.driver.sent_count);
	ck_assert_uint_eq(sent->handle, handle);
	ck_assert_uint_eq(sent->code, 1);
	parcel_reader_init(&reader, sent->data, sent->size, sent->offsets, sent->count);
	ck_assert_str_eq(
		parcel_read_cstring(&reader), "android.hidl.manager@1.0::IServiceNotification");
	ck_assert_uint_eq(sent->count, 4);
	ck_assert_uint_eq(sent->size, 48 + 4 * 40 + 4);
	ck_assert_uint_eq(sent->offsets[0], 48);
	ck_assert_uint_eq(sent->buffers, 16 + 16 + 16 + 8);
	ck_assert_int_eq(*(const int32_t *)(sent->data + sent->size - 4), preexisting);
}

START_TEST(test_notifications)
{
	start();
	fixture.driver.chain_count = 1;
	watch("a@1.1::IFoo", "", 30, true);
	watch("a@1.1::IFoo", "x", 31, true);
	watch("a@1.1::IFoo", "y", 32, true);
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	ck_assert_uint_eq(fixture.driver.sent_count, 2);
	assert_told(0, 31, false);
	assert_told(1, 30, false);
	/* For what is there already, and says so. */
	watch("a@1.1::IFoo", "", 33, true);
	assert_told(2, 33, true);
	watch("a@1.1::IFoo", "x", 34, true);
	assert_told(3, 34, true);
	ck_assert_uint_eq(fixture.driver.sent_count, 4);
	double_die(&fixture.driver, 30);
	double_die(&fixture.driver, 33);
	ck_assert_int_eq(add("z", 5), STATUS_OK);
	ck_assert_uint_eq(fixture.driver.sent_count, 4);
	fixture_finish();
}
END_TEST

START_TEST(test_notification_refusals)
{
	fixture_start(34, true, "isolated uid 99000\ndeny find name b@*\nallow *", NULL);
	watch("a@1.0::IFoo", "x", 0, false);
	watch("b@1.0::IFoo", "x", 30, false);
	ck_assert_int_eq(fixture.driver.held[30], 0);
	for (int i = 0; i < ACCOUNT_CALLBACKS_MAX; i++)
		watch("a@1.0::IFoo", "x", 31, true);
	watch("a@1.0::IFoo", "x", 30, false);
	fixture.uid = 99000;
	watch("a@1.0::IFoo", "x", 30, false);
	ck_assert_int_eq(fixture.driver.held[30], 0);
	ck_assert_int_eq(ask_two(WATCH, "a@1.0::IFoo", "x"), STATUS_NOT_ENOUGH_DATA);
	ck_assert_int_eq(ask_two(GET, "nonsense", "x"), STATUS_BAD_VALUE);
	fixture_finish();
}
END_TEST

START_TEST(test_add_refusals)
{
	fixture_start(34, true, "deny add name b@*\nallow *", NULL);
	fixture.driver.chain_count = -32;
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	assert_bool(false);
	fixture.driver.chain_count = 0;
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	assert_bool(false);
	fixture.driver.chain_count = 1;
	fixture.driver.chain[0] = "nonsense";
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	assert_bool(false);
	fixture.driver.chain[0] = "b@1.0::IFoo";
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	assert_bool(false);
	/* One of several: none of them. */
	fixture.driver.chain_count = 2;
	fixture.driver.chain[0] = "a@1.0::IFoo";
	fixture.driver.chain[1] = "b@1.0::IFoo";
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	assert_bool(false);
	fixture.driver.chain[1] = "nonsense";
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	assert_bool(false);
	fixture.driver.chain_count = 1;
	ck_assert_int_eq(add("x/y", 5), STATUS_OK);
	assert_bool(false);
	ck_assert_int_eq(add("x", 0), STATUS_OK);
	assert_bool(false);
	ck_assert_int_eq(fixture.driver.held[5], 0);
	ck_assert_uint_eq(fixture.manager.registry.count, 0);
	/* What may not be found looks as if it were not there. */
	fixture_finish();
	fixture_start(34, true, "deny find\nallow *", NULL);
	fixture.driver.chain_count = 1;
	fixture.driver.chain[0] = "a@1.0::IFoo";
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	assert_bool(true);
	assert_get("a@1.0::IFoo", "x", 0);
	fixture_finish();
}
END_TEST

/* More than the arguments would be kept while the object is asked. */
START_TEST(test_add_more)
{
	start();
	fixture_hidl(MANAGER);
	parcel_write_hidl_string(request, "x");
	parcel_write_handle(request, 5, 0x17f);
	parcel_write_handle(request, 6, 0x17f);
	ck_assert_int_eq(fixture_ask(ADD), STATUS_BAD_VALUE);
	ck_assert_uint_eq(fixture.manager.registry.count, 0);
	fixture_finish();
}
END_TEST

static int read_chain(int32_t status, const char *const *chain, uint32_t count,
	char names[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1])
{
	struct parcel_writer answer;
	struct parcel_reader reader;
	int result;

	parcel_writer_init(&answer);
	parcel_write_int32(&answer, status);
	parcel_write_hidl_strings(&answer, chain, count);
	ck_assert_int_eq(answer.error, 0);
	parcel_reader_init(&reader, answer.data, answer.size, answer.offsets, answer.count);
	result = hidl_read_chain(&reader, names);
	parcel_writer_deinit(&answer);
	return result;
}

START_TEST(test_chain)
{
	char names[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1], longest[NAME_SERVICE_MAX + 2];
	const char *chain[MANAGER_CHAIN_MAX + 1] = {"a@1.0::IFoo", longest};

	memset(longest, 'x', sizeof(longest));
	longest[NAME_SERVICE_MAX] = '\0';
	ck_assert_int_eq(read_chain(0, chain, 2, names), 2);
	ck_assert_str_eq(names[0], chain[0]);
	ck_assert_str_eq(names[1], longest);
	ck_assert_int_eq(read_chain(-1, chain, 2, names), 0);
	longest[NAME_SERVICE_MAX] = 'x';
	longest[NAME_SERVICE_MAX + 1] = '\0';
	ck_assert_int_eq(read_chain(0, chain, 2, names), 0);
	for (int i = 0; i <= MANAGER_CHAIN_MAX; i++)
		chain[i] = BASE;
	ck_assert_int_eq(read_chain(0, chain, MANAGER_CHAIN_MAX, names), MANAGER_CHAIN_MAX);
	ck_assert_int_eq(read_chain(0, chain, MANAGER_CHAIN_MAX + 1, names), 0);
}
END_TEST

/* While one object is asked, another request comes, and has the same reply to write to. */
static void on_asked(uint32_t handle)
{
	struct parcel_writer saved = fixture.request;

	ck_assert_uint_eq(handle, 5);
	ck_assert_uint_eq(account_used(&fixture.manager.accounts, FIXTURE_UID, ACCOUNT_CALLS), 1);
	fixture.driver.asked = NULL;
	parcel_writer_init(&fixture.request);
	assert_get("a@1.0::IFoo", "default", 0);
	parcel_writer_deinit(&fixture.request);
	fixture.request = saved;
}

START_TEST(test_asked_meanwhile)
{
	start();
	fixture.driver.asked = on_asked;
	ck_assert_int_eq(add("default", 5), STATUS_OK);
	assert_bool(true);
	ck_assert_uint_eq(account_used(&fixture.manager.accounts, FIXTURE_UID, ACCOUNT_CALLS), 0);
	/* As many as one user may have asked at a time. */
	for (int i = 0; i < ACCOUNT_CALLS_MAX; i++)
		ck_assert_int_eq(
			account_charge(&fixture.manager.accounts, FIXTURE_UID, ACCOUNT_CALLS), 0);
	ck_assert_int_eq(add("default", 5), STATUS_OK);
	assert_bool(false);
	for (int i = 0; i < ACCOUNT_CALLS_MAX; i++)
		account_refund(&fixture.manager.accounts, FIXTURE_UID, ACCOUNT_CALLS);
	fixture_finish();
}
END_TEST

START_TEST(test_base)
{
	static const char *const chain[] = {MANAGER, BASE};

	start();
	fixture_hidl(BASE);
	ck_assert_int_eq(fixture_ask(0x0f504e47), STATUS_OK);
	fixture_assert_fine();
	ck_assert_int_eq(fixture_ask(0x0f445343), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&fixture.reply), 0);
	ck_assert_str_eq(parcel_read_hidl_string(&fixture.reply), MANAGER);
	fixture_assert_end();
	ck_assert_int_eq(fixture_ask(0x0f43484e), STATUS_OK);
	assert_strings(chain, 2);
	ck_assert_int_eq(fixture_ask(0x0f535953), STATUS_OK);
	ck_assert_int_eq(fixture_ask(0x0f444247), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_int_eq(fixture_ask(GET), STATUS_UNKNOWN_TRANSACTION);
	fixture_hidl(MANAGER);
	ck_assert_int_eq(fixture_ask(7), STATUS_UNKNOWN_TRANSACTION);
	fixture_hidl("android.hidl.manager@1.0::IServiceManageR");
	ck_assert_int_eq(fixture_ask(LIST), STATUS_BAD_TYPE);
	fixture_finish();
	/* Other contexts know nothing of it. */
	fixture_start(34, false, NULL, NULL);
	fixture_hidl(MANAGER);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_BAD_TYPE);
	fixture_finish();
}
END_TEST

/* AIDL's clients are answered in the same context; each sees its own names. */
START_TEST(test_both)
{
	static const char *const names[] = {"a@1.0::IFoo/x"};

	start();
	fixture.driver.chain_count = 1;
	fixture.driver.chain[0] = "a@1.0::IFoo";
	fixture_add(3, "plain", 6, 0x0c, 0, 8);
	fixture_assert_fine();
	ck_assert_int_eq(add("x", 5), STATUS_OK);
	fixture_hidl(MANAGER);
	ck_assert_int_eq(fixture_ask(LIST), STATUS_OK);
	assert_strings(names, 1);
	fixture_finish();
}
END_TEST

/* Buffers that are not what they should be, and requests that are cut anywhere. */
START_TEST(test_hostile)
{
	struct binder_buffer_object *head, *body;
	size_t whole;

	start();
	ck_assert_int_eq(ask_two(GET, "a@1.0::IFoo", "x"), STATUS_OK);
	whole = request->size;
	for (request->size = 0; request->size < whole; request->size++)
		ck_assert_int_ne(fixture_ask(GET), STATUS_OK);
	ask_two(GET, "a@1.0::IFoo", "x");
	head = (void *)(request->data + request->offsets[0]);
	body = (void *)(request->data + request->offsets[1]);
	body->parent = 1;
	ck_assert_int_eq(fixture_ask(GET), STATUS_BAD_VALUE);
	body->parent = 0;
	body->parent_offset = 8;
	ck_assert_int_eq(fixture_ask(GET), STATUS_BAD_VALUE);
	body->parent_offset = 0;
	body->flags = 0;
	ck_assert_int_eq(fixture_ask(GET), STATUS_BAD_VALUE);
	body->flags = BINDER_BUFFER_FLAG_HAS_PARENT;
	body->length--;
	ck_assert_int_eq(fixture_ask(GET), STATUS_BAD_VALUE);
	body->length = 0;
	ck_assert_int_eq(fixture_ask(GET), STATUS_BAD_VALUE);
	body->length = strlen("a@1.0::IFoo") + 1;
	head->length = 8;
	ck_assert_int_eq(fixture_ask(GET), STATUS_BAD_VALUE);
	head->length = 16;
	head->hdr.type = BINDER_TYPE_HANDLE;
	ck_assert_int_eq(fixture_ask(GET), STATUS_BAD_VALUE);
	head->hdr.type = BINDER_TYPE_PTR;
	ck_assert_int_eq(fixture_ask(GET), STATUS_OK);
	/* Not listed: nothing that the driver made, whatever it points to. */
	request->count = 1;
	body->buffer = 0x10;
	ck_assert_int_eq(fixture_ask(GET), STATUS_BAD_VALUE);
	fixture_finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_services, &test_list_by_interface, &test_layout,
		&test_transport, &test_notifications, &test_notification_refusals,
		&test_add_refusals, &test_add_more, &test_chain, &test_asked_meanwhile, &test_base,
		&test_both, &test_hostile};

	return suite_run("svcmgr/hidl", tests, sizeof(tests) / sizeof(*tests));
}
