/* SPDX-License-Identifier: Apache-2.0 */

/* android.os.IServiceManager, asked by both generations of clients and by nonsense. */

#include "svcmgr/manager.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/manager_fixture.h"
#include "apps/suite.h"

#define SYST PARCEL_MAGIC_SYST

/* Short names for what every test does. */
#define manager fixture.manager
#define driver fixture.driver
#define request fixture.request
#define reply fixture.reply
#define aidl fixture_aidl
#define legacy fixture_legacy
#define android10 fixture_android10
#define ask fixture_ask
#define assert_string fixture_assert_string
#define assert_end fixture_assert_end
#define assert_exception fixture_assert_exception
#define finish fixture_finish

static void start(void)
{
	fixture_start(34, false, NULL, NULL);
}

static void aidl_add(const char *name, uint32_t handle, int32_t stability, int32_t priority)
{
	fixture_add(3, name, handle, stability, 0, priority);
}

static void legacy_add(const char *name, uint32_t handle)
{
	legacy();
	parcel_write_string16(&request, name);
	parcel_write_handle(&request, handle, 0x17f);
}

/* What getService and checkService answer: handle 0 for none. */
static void assert_aidl_get(const char *name, uint32_t handle, int32_t stability)
{
	for (uint32_t code = 1; code <= 2; code++) {
		struct parcel_object object;

		aidl();
		parcel_write_string16(&request, name);
		ck_assert_int_eq(ask(code), STATUS_OK);
		ck_assert_int_eq(parcel_read_int32(&reply), 0);
		object = parcel_read_object(&reply);
		ck_assert_int_eq(object.type, handle ? PARCEL_OBJECT_HANDLE : PARCEL_OBJECT_NULL);
		ck_assert_uint_eq(object.handle, handle);
		ck_assert_int_eq(parcel_read_int32(&reply), stability);
		assert_end();
	}
}

START_TEST(test_aidl)
{
	start();
	assert_aidl_get("a.b", 0, 0);
	aidl_add("a.b", 5, 0x0c, 8);
	ck_assert_int_eq(parcel_read_int32(&reply), 0);
	assert_end();
	ck_assert_int_eq(driver.held[5], 1);
	assert_aidl_get("a.b", 5, 0x0c);
	aidl_add("a.b", 6, 0x3f, 8);
	assert_aidl_get("a.b", 6, 0x3f);
	ck_assert_int_eq(driver.held[5], 0);
	double_die(&driver, 6);
	assert_aidl_get("a.b", 0, 0);
	ck_assert_int_eq(driver.held[6], 0);
	finish();
}
END_TEST

START_TEST(test_aidl_magics)
{
	static const struct {
		int32_t magic;
		int32_t status;
	} cases[] = {{SYST, STATUS_OK}, {0x564e4452, STATUS_OK}, {0x5245434f, STATUS_OK},
		{0x554e4b4e, STATUS_OK}, {0, STATUS_BAD_TYPE}, {0x53595355, STATUS_BAD_TYPE}};

	start();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parcel_writer_reset(&request);
		parcel_write_int32(&request, 0);
		parcel_write_int32(&request, -1);
		parcel_write_int32(&request, cases[i].magic);
		parcel_write_string16(&request, FIXTURE_INTERFACE);
		parcel_write_string16(&request, "a");
		ck_assert_int_eq(ask(2), cases[i].status);
	}
	finish();
}
END_TEST

START_TEST(test_aidl_refusals)
{
	char longer[NAME_SERVICE_MAX + 2];

	start();
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	aidl_add("a", 0, 0, 8);
	assert_exception(EX_ILLEGAL_ARGUMENT, "Null binder.");
	aidl_add("", 5, 0x0c, 8);
	assert_exception(EX_ILLEGAL_ARGUMENT, "Invalid service name.");
	aidl_add("a b", 5, 0x0c, 8);
	assert_exception(EX_ILLEGAL_ARGUMENT, "Invalid service name.");
	aidl_add(longer, 5, 0x0c, 8);
	assert_exception(EX_ILLEGAL_ARGUMENT, "Invalid service name.");
	aidl_add(longer + 1, 5, 0x0c, 8);
	ck_assert_int_eq(parcel_read_int32(&reply), 0);
	ck_assert_int_eq(driver.held[5], 1);

	aidl();
	parcel_write_int32(&request, -1);
	parcel_write_handle(&request, 6, 0);
	for (int i = 0; i < 3; i++)
		parcel_write_int32(&request, 0);
	ck_assert_int_eq(ask(3), STATUS_OK);
	assert_exception(EX_NULL_POINTER, "Null name.");
	aidl();
	parcel_write_int32(&request, -1);
	ck_assert_int_eq(ask(1), STATUS_OK);
	assert_exception(EX_NULL_POINTER, "Null name.");
	ck_assert_int_eq(driver.held[6], 0);
	finish();
}
END_TEST

/* Objects that are not the caller's to register. */
START_TEST(test_foreign_objects)
{
	static const struct {
		uint32_t type;
		bool listed;
		const char *message;
	} cases[] = {
		{BINDER_TYPE_WEAK_HANDLE, true, "Weak binder."},
		{BINDER_TYPE_HANDLE, false, "Not a binder of a client."},
		{BINDER_TYPE_BINDER, true, "Not a binder of a client."},
		{BINDER_TYPE_FD, true, "Not a binder of a client."},
	};

	start();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		aidl();
		parcel_write_string16(&request, "a");
		parcel_write_handle(&request, 5, 0);
		memcpy(request.data + request.offsets[0], &cases[i].type, sizeof(uint32_t));
		request.count = cases[i].listed;
		for (int word = 0; word < 3; word++)
			parcel_write_int32(&request, 0);
		ck_assert_int_eq(ask(3), STATUS_OK);
		assert_exception(EX_ILLEGAL_ARGUMENT, cases[i].message);
		legacy_add("a", 5);
		memcpy(request.data + request.offsets[0], &cases[i].type, sizeof(uint32_t));
		request.count = cases[i].listed;
		ck_assert_int_eq(ask(3), STATUS_PERMISSION_DENIED);
	}
	ck_assert_int_eq(driver.held[5], 0);
	finish();
}
END_TEST

static void assert_aidl_list(int32_t mask, const char *const *names, int32_t count)
{
	aidl();
	parcel_write_int32(&request, mask);
	ck_assert_int_eq(ask(4), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&reply), 0);
	ck_assert_int_eq(parcel_read_int32(&reply), count);
	for (int32_t i = 0; i < count; i++)
		assert_string(names[i]);
	assert_end();
}

START_TEST(test_aidl_list)
{
	start();
	assert_aidl_list(15, (const char *[]){"manager"}, 1);
	assert_aidl_list(7, NULL, 0);
	aidl_add("z", 1, 0, 1);
	aidl_add("b", 2, 0, 8);
	aidl_add("never", 3, 0, 0);
	aidl_add("a", 4, 0, 9);
	assert_aidl_list(15, (const char *[]){"a", "b", "manager", "z"}, 4);
	assert_aidl_list(8, (const char *[]){"a", "b", "manager"}, 3);
	assert_aidl_list(1, (const char *[]){"a", "z"}, 2);
	assert_aidl_list(6, NULL, 0);
	/* Who takes its name is in its place. */
	aidl_add("manager", 5, 0x0c, 1);
	assert_aidl_list(15, (const char *[]){"a", "b", "manager", "z"}, 4);
	assert_aidl_list(8, (const char *[]){"a", "b"}, 2);
	finish();
}
END_TEST

START_TEST(test_aidl_self)
{
	struct flat_binder_object object;

	start();
	aidl();
	parcel_write_string16(&request, "manager");
	ck_assert_int_eq(ask(2), STATUS_OK);
	ck_assert_uint_eq(fixture.answer.count, 1);
	ck_assert_uint_eq(fixture.answer.size, 32);
	memcpy(&object, fixture.answer.data + fixture.answer.offsets[0], sizeof(object));
	ck_assert_uint_eq(object.hdr.type, BINDER_TYPE_BINDER);
	ck_assert_uint_eq(object.binder, 0);
	finish();
}
END_TEST

static void assert_legacy_get(const char *name, uint32_t handle)
{
	legacy();
	parcel_write_string16(&request, name);
	ck_assert_int_eq(ask(2), STATUS_OK);
	if (handle) {
		ck_assert_uint_eq(parcel_read_object(&reply).handle, handle);
		ck_assert_uint_eq(fixture.answer.offsets[0], 0);
	} else {
		ck_assert_int_eq(parcel_read_int32(&reply), 0);
	}
	assert_end();
}

/* Each generation sees what the other registered, in its own form. */
START_TEST(test_generations)
{
	start();
	legacy_add("old", 1);
	ck_assert_int_eq(ask(3), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&reply), 0);
	assert_end();
	aidl_add("new", 2, 0x3f, 8);
	assert_legacy_get("old", 1);
	assert_legacy_get("new", 2);
	assert_legacy_get("none", 0);
	assert_legacy_get("not a name", 0);
	assert_legacy_get("manager", 0);
	assert_aidl_get("old", 1, 0x0c);
	android10();
	parcel_write_string16(&request, "new");
	ck_assert_int_eq(ask(1), STATUS_OK);
	ck_assert_uint_eq(parcel_read_object(&reply).handle, 2);
	finish();
}
END_TEST

static void assert_legacy_list(int32_t index, int32_t mask, const char *name)
{
	legacy();
	parcel_write_int32(&request, index);
	if (mask >= 0)
		parcel_write_int32(&request, mask);
	ck_assert_int_eq(ask(4), name ? STATUS_OK : STATUS_PERMISSION_DENIED);
	if (name) {
		assert_string(name);
		assert_end();
	}
}

START_TEST(test_legacy_list)
{
	start();
	assert_legacy_list(0, -1, NULL);
	legacy_add("b", 1);
	ck_assert_int_eq(ask(3), STATUS_OK);
	/* Android 9 and 10 say which priority. */
	legacy_add("a", 2);
	parcel_write_int32(&request, 1);
	parcel_write_int32(&request, 1);
	ck_assert_int_eq(ask(3), STATUS_OK);
	assert_legacy_list(0, -1, "a");
	assert_legacy_list(1, -1, "b");
	assert_legacy_list(2, -1, NULL);
	assert_legacy_list(-1, -1, NULL);
	assert_legacy_list(0, 8, "b");
	assert_legacy_list(1, 8, NULL);
	assert_legacy_list(0, 1, "a");
	finish();
}
END_TEST

START_TEST(test_legacy_refusals)
{
	start();
	legacy_add("", 1);
	ck_assert_int_eq(ask(3), STATUS_PERMISSION_DENIED);
	legacy_add("a:b", 1);
	ck_assert_int_eq(ask(3), STATUS_PERMISSION_DENIED);
	legacy();
	parcel_write_int32(&request, -1);
	ck_assert_int_eq(ask(2), STATUS_PERMISSION_DENIED);
	legacy();
	ck_assert_int_eq(ask(4), STATUS_PERMISSION_DENIED);
	legacy();
	parcel_write_string16(&request, "a");
	parcel_write_null_object(&request);
	ck_assert_int_eq(ask(3), STATUS_PERMISSION_DENIED);
	ck_assert_int_eq(driver.held[1], 0);
	finish();
}
END_TEST

START_TEST(test_meta)
{
	start();
	parcel_writer_reset(&request);
	ck_assert_int_eq(ask(0x5f504e47), STATUS_OK);
	assert_end();
	ck_assert_int_eq(ask(0x5f4e5446), STATUS_OK);
	assert_string(FIXTURE_INTERFACE);
	assert_end();
	ck_assert_int_eq(ask(0x5f504944), STATUS_OK);
	ck_assert_int_eq(parcel_read_int32(&reply), getpid());
	assert_end();
	ck_assert_int_eq(ask(0x5f455854), STATUS_OK);
	ck_assert_int_eq(parcel_read_object(&reply).type, PARCEL_OBJECT_NULL);
	ck_assert_int_eq(parcel_read_int32(&reply), 0);
	assert_end();
	ck_assert_int_eq(ask(0x5f535052), STATUS_OK);
	ck_assert_int_eq(ask(0x5f434d44), STATUS_BAD_TYPE);
	aidl();
	ck_assert_int_eq(ask(0x5f434d44), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_int_eq(ask(0), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_int_eq(ask(99), STATUS_UNKNOWN_TRANSACTION);
	legacy();
	ck_assert_int_eq(ask(5), STATUS_UNKNOWN_TRANSACTION);
	parcel_writer_reset(&request);
	parcel_write_int32(&request, 0);
	parcel_write_string16(&request, "android.os.IServiceManageR");
	ck_assert_int_eq(ask(1), STATUS_BAD_TYPE);
	finish();
}
END_TEST

/* A good request cut anywhere is refused by a status, and leaves nothing behind. */
START_TEST(test_truncated)
{
	start();
	for (int generation = 0; generation < 2; generation++) {
		size_t whole;

		if (generation) {
			aidl();
			parcel_write_string16(&request, "a.b");
			parcel_write_handle(&request, 5, 0);
			for (int i = 0; i < 3; i++)
				parcel_write_int32(&request, 8);
		} else {
			legacy_add("a.b", 5);
		}
		whole = request.size;
		for (request.size = 0; request.size < whole; request.size++) {
			ck_assert_int_ne(ask(3), STATUS_OK);
			ck_assert_int_eq(driver.held[5], 0);
		}
	}
	finish();
}
END_TEST

/* Any bytes, with any offsets, of any code: an answer or a status. */
START_TEST(test_random)
{
	unsigned int seed = 7;

	start();
	for (int round = 0; round < 10000; round++) {
		if (round % 2)
			aidl();
		else
			legacy();
		for (int words = rand_r(&seed) % 12; words; words--) {
			switch (rand_r(&seed) % 6) {
			case 0:
				parcel_write_int32(&request, rand_r(&seed) % 64 - 8);
				break;
			case 1:
				parcel_write_handle(&request, 1 + (uint32_t)rand_r(&seed) % 8, 0);
				break;
			case 2:
				parcel_write_null_object(&request);
				break;
			case 3:
				parcel_write_string16(&request, rand_r(&seed) % 2 ? "a" : "bc");
				break;
			default:
				parcel_write_int32(&request, rand_r(&seed));
			}
		}
		request.size -= (size_t)rand_r(&seed) % 9;
		ask(1 + (uint32_t)rand_r(&seed) % 4);
		for (uint32_t i = 0; i < 16; i++)
			double_confirm(&driver, i);
	}
	ck_assert_uint_gt(manager.registry.count, 0);
	finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_aidl, &test_aidl_magics, &test_aidl_refusals,
		&test_foreign_objects, &test_aidl_list, &test_aidl_self, &test_generations,
		&test_legacy_list, &test_legacy_refusals, &test_meta, &test_truncated,
		&test_random};

	return suite_run("svcmgr/manager", tests, sizeof(tests) / sizeof(*tests));
}
