// SPDX-License-Identifier: Apache-2.0
/*
 * Requests to the service manager, byte for byte, and whatever it may answer.
 */

#include "suite.h"

#include "lib/ndk/ipc.h"
#include "lib/ndk/manager_client.h"
#include "lib/ndk/manager_release.h"
#include "lib/ndk/process.h"
#include "util/log.h"

#include <binderd/device.h>

#include <errno.h>

/* In place of the driver: what was asked last, and what is answered. */
static struct {
	uint32_t code;
	AParcel *asked; /* a copy of the request */
	binder_status_t status;
	const AParcel *reply;
	size_t cut; /* so many bytes of it arrive */
	int fd, ioctl;
} driver = {.fd = 5, .cut = SIZE_MAX};

binder_status_t ipc_call(
	uint32_t handle, uint32_t code, const AParcel *in, AParcel **out, uint32_t flags)
{
	size_t size = driver.reply ? parcel_size(driver.reply) : 0, count = 0;

	ck_assert_uint_eq(handle, 0);
	ck_assert_uint_eq(flags, 0);
	driver.code = code;
	AParcel_delete(driver.asked);
	driver.asked = AParcel_create();
	ck_assert_int_eq(AParcel_appendFrom(in, driver.asked, 0, (int32_t)parcel_size(in)), 0);
	*out = NULL;
	if (driver.status != STATUS_OK)
		return driver.status;
	if (size > driver.cut)
		size = driver.cut;
	while (size && count < parcel_offset_count(driver.reply) &&
		parcel_offsets(driver.reply)[count] + sizeof(struct flat_binder_object) <= size)
		count++;
	*out = suite_receive(size ? parcel_data(driver.reply) : "", size,
		size ? parcel_offsets(driver.reply) : NULL, count);
	return STATUS_OK;
}

int process_fd(void)
{
	return driver.fd;
}

int binderd_ioctl(int fd, unsigned long cmd, void *arg)
{
	ck_assert_int_eq(fd, driver.fd);
	ck_assert_uint_eq(cmd, BINDER_WRITE_READ);
	ck_assert_ptr_nonnull(arg);
	return driver.ioctl;
}

static AIBinder service = {.handle = 7, .stability = 0x0c}, callback = {.handle = -1};

static void use_level(const char *level)
{
	ck_assert_int_eq(setenv("BINDERD_API_LEVEL", level, 1), 0);
	seam_double_remote(&service);
}

static void finish(void)
{
	AParcel_delete(driver.asked);
	driver.asked = NULL;
	ck_assert_int_eq(service.held, 0);
	ck_assert_int_eq(callback.held, 0);
}

/* Compares and frees. */
static void status_is(AStatus *status, binder_exception_t exception, binder_status_t error)
{
	ck_assert_int_eq(AStatus_getExceptionCode(status), exception);
	ck_assert_int_eq(AStatus_getStatus(status), error);
	AStatus_delete(status);
}

static void is_fine(AStatus *status)
{
	status_is(status, EX_NONE, STATUS_OK);
}

/* Appends a String16 in hexadecimal. */
static void put_text(char *hex, const char *text)
{
	size_t length = strlen(text);

	hex += strlen(hex);
	hex += sprintf(hex, "%02zx000000", length);
	for (size_t i = 0; i < length; i++)
		hex += sprintf(hex, "%02x00", (unsigned char)text[i]);
	strcat(hex, length % 2 ? "0000" : "00000000");
}

/* The request was @code, @token, interface and name, and @rest. */
static void asked(uint32_t code, const char *token, const char *name, const char *rest)
{
	char hex[1024];

	strcpy(hex, token);
	put_text(hex, "android.os.IServiceManager");
	put_text(hex, name);
	strcat(hex, rest);
	ck_assert_uint_eq(driver.code, code);
	suite_data_is(driver.asked, hex);
}

#define SYST "00000080ffffffff54535953"
#define HANDLE "852a6873 13000000 07000000 00000000 0000000000000000"

/* A reply that begins with a status header that says fine. */
static AParcel *reply_fine(void)
{
	AParcel *reply = AParcel_create();

	ck_assert_int_eq(AParcel_writeInt32(reply, EX_NONE), STATUS_OK);
	return reply;
}

static void answer(AParcel *reply)
{
	AParcel_delete((AParcel *)driver.reply);
	driver.reply = reply;
}

/* Codes as in each release's IServiceManager.aidl, in the order of enum manager_method. */
static const struct {
	int level;
	uint8_t codes[MANAGER_METHODS];
} releases[] = {
	{28, {1, 2, 3}},
	{29, {1, 2, 3}},
	{30, {1, 2, 3, 5, 6, 7, 0, 0, 8, 9}},
	{31, {1, 2, 3, 5, 6, 7, 8, 9, 10, 11}},
	{32, {1, 2, 3, 5, 6, 7, 8, 9, 10, 11}},
	{33, {1, 2, 3, 5, 6, 7, 8, 9, 11, 12}},
	{34, {1, 2, 3, 5, 6, 7, 8, 9, 12, 13}},
	{35, {1, 3, 4, 6, 7, 8, 9, 10, 13, 14}},
	{36, {1, 3, 5, 7, 8, 9, 10, 11, 14, 15}},
};

START_TEST(codes_are_the_releases)
{
	for (size_t i = 0; i < sizeof(releases) / sizeof(*releases); i++) {
		const struct manager_release *release = manager_release_find(releases[i].level);

		ck_assert_ptr_nonnull(release);
		ck_assert_mem_eq(release->codes, releases[i].codes, MANAGER_METHODS);
	}
	ck_assert_ptr_null(manager_release_find(27));
	ck_assert_ptr_null(manager_release_find(37));
	ck_assert_ptr_null(manager_release_find(0));
	ck_assert_ptr_null(manager_release_find(-1));
}
END_TEST

START_TEST(default_is_14)
{
	unsetenv("BINDERD_API_LEVEL");
	ck_assert_int_eq(manager_release_current()->level, 34);
}
END_TEST

START_TEST(requests_are_androids)
{
	struct manager_service added = {
		.name = "abc", .binder = &service, .allow_isolated = true, .dump = 4, .lazy = true};
	AIBinder *found;

	use_level("34");
	answer(reply_fine());
	status_is(manager_client_check("abc", &found), EX_TRANSACTION_FAILED, STATUS_BAD_TYPE);
	asked(2, SYST, "abc", "");
	is_fine(manager_client_add(&added));
	asked(3, SYST, "abc", HANDLE "0c000000 01000000 04000000");
	is_fine(manager_client_watch("a", &service));
	asked(5, SYST, "a", HANDLE "0c000000");
	is_fine(manager_client_clients("a", &service, &service));
	asked(12, SYST, "a", HANDLE "0c000000" HANDLE "0c000000");
	is_fine(manager_client_unregister("", &service));
	asked(13, SYST, "", HANDLE "0c000000");
	answer(NULL);
	finish();
}
END_TEST

START_TEST(lazy_ones_say_so_since_16)
{
	struct manager_service added = {.name = "a", .binder = &service, .dump = 8, .lazy = true};

	use_level("36");
	answer(reply_fine());
	is_fine(manager_client_add(&added));
	asked(5, SYST, "a", HANDLE "0c000000 00000000 08000040");
	answer(NULL);
	finish();
}
END_TEST

static void old_requests(const char *token)
{
	struct manager_service added = {.name = "a", .binder = &service, .dump = 8};
	AParcel *reply = AParcel_create();
	AIBinder *found;
	bool declared;

	/* Not there: a word that is 0. */
	AParcel_writeInt32(reply, 0);
	answer(reply);
	is_fine(manager_client_check("a", &found));
	ck_assert_ptr_null(found);
	asked(2, token, "a", "");
	is_fine(manager_client_add(&added));
	asked(3, token, "a", HANDLE "00000000 08000000");
	/* The object alone. */
	reply = AParcel_create();
	AParcel_writeStrongBinder(reply, &service);
	answer(reply);
	driver.cut = sizeof(struct flat_binder_object);
	is_fine(manager_client_get("a", &found));
	ck_assert_ptr_eq(found, &service);
	AIBinder_decStrong(found);
	asked(1, token, "a", "");
	driver.status = STATUS_PERMISSION_DENIED;
	status_is(manager_client_get("a", &found), EX_TRANSACTION_FAILED, STATUS_PERMISSION_DENIED);
	driver.status = STATUS_OK;
	/* There was no more. */
	driver.code = 0;
	status_is(manager_client_declared("a", &declared), EX_TRANSACTION_FAILED,
		STATUS_UNKNOWN_TRANSACTION);
	status_is(manager_client_watch("a", &service), EX_TRANSACTION_FAILED,
		STATUS_UNKNOWN_TRANSACTION);
	ck_assert_uint_eq(driver.code, 0);
	answer(NULL);
	finish();
}

START_TEST(requests_of_android_10)
{
	use_level("29");
	old_requests("00000080ffffffff");
}
END_TEST

START_TEST(requests_of_android_9)
{
	use_level("28");
	old_requests("00000080");
}
END_TEST

static void count_text(const char *text, void *data)
{
	int *count = data;

	ck_assert_str_eq(text, "x");
	++*count;
}

/* Every method, with the answer that there is. Return: how many were a success. */
static int ask_all(void)
{
	struct manager_service added = {.name = "a", .binder = &service, .dump = 8};
	AIBinder *found;
	int good = 0;
	bool declared;
	char *apex;

	for (int i = 0; i < 2; i++) {
		good += manager_client_finish(
			i ? manager_client_get("a", &found) : manager_client_check("a", &found),
			NULL, NULL);
		if (found)
			AIBinder_decStrong(found);
	}
	good += manager_client_finish(manager_client_add(&added), NULL, NULL);
	good += manager_client_finish(manager_client_watch("a", &callback), NULL, NULL);
	good += manager_client_finish(manager_client_unwatch("a", &callback), NULL, NULL);
	good += manager_client_finish(manager_client_declared("a", &declared), NULL, NULL);
	good += manager_client_finish(manager_client_clients("a", &service, &callback), NULL, NULL);
	good += manager_client_finish(manager_client_unregister("a", &service), NULL, NULL);
	good += manager_client_finish(manager_client_apex("a", &apex), NULL, NULL);
	free(apex);
	return good;
}

START_TEST(exceptions_arrive)
{
	AParcel *reply = AParcel_create();
	AStatus *status = AStatus_fromExceptionCodeWithMessage(EX_SECURITY, "no");
	AIBinder *found = &service;

	use_level("34");
	AParcel_writeStatusHeader(reply, status);
	AStatus_delete(status);
	AParcel_writeStrongBinder(reply, &service);
	answer(reply);
	status = manager_client_get("a", &found);
	ck_assert_str_eq(AStatus_getMessage(status), "no");
	ck_assert(!manager_client_absent(status));
	status_is(status, EX_SECURITY, STATUS_OK);
	ck_assert_ptr_null(found);
	ck_assert_int_eq(ask_all(), 0);
	answer(NULL);
	finish();
}
END_TEST

START_TEST(errors_of_the_call_arrive)
{
	AStatus *status;
	AIBinder *found;

	use_level("34");
	driver.status = STATUS_DEAD_OBJECT;
	ck_assert_int_eq(ask_all(), 0);
	status = manager_client_get("a", &found);
	ck_assert(manager_client_absent(status));
	status_is(status, EX_TRANSACTION_FAILED, STATUS_DEAD_OBJECT);
	driver.status = STATUS_FAILED_TRANSACTION;
	status = manager_client_get("a", &found);
	ck_assert(!manager_client_absent(status));
	status_is(status, EX_TRANSACTION_FAILED, STATUS_FAILED_TRANSACTION);
	finish();
}
END_TEST

START_TEST(manager_is_lost_with_its_device)
{
	ck_assert(!manager_client_lost());
	driver.ioctl = -1;
	ck_assert(manager_client_lost());
	driver.ioctl = 0;
	driver.fd = -ENOENT;
	ck_assert(manager_client_lost());
}
END_TEST

START_TEST(cut_off_answers)
{
	AParcel *reply = reply_fine();
	AIBinder *found;
	size_t size;

	use_level("34");
	AParcel_writeStrongBinder(reply, &service);
	size = parcel_size(reply);
	answer(reply);
	for (driver.cut = 0; driver.cut < size; driver.cut++) {
		ck_assert(!manager_client_finish(manager_client_get("a", &found), NULL, NULL));
		ck_assert_ptr_null(found);
	}
	is_fine(manager_client_get("a", &found));
	ck_assert_ptr_eq(found, &service);
	AIBinder_decStrong(found);
	/* Void methods need the header alone. */
	driver.cut = 3;
	ck_assert_int_eq(ask_all(), 0);
	answer(NULL);
	finish();
}
END_TEST

/* A Service of Android 15. */
static void answer_union(int32_t there, int32_t tag, int32_t not_null)
{
	AParcel *reply = reply_fine();

	AParcel_writeInt32(reply, there);
	AParcel_writeInt32(reply, tag);
	AParcel_writeInt32(reply, not_null);
	AParcel_writeInt32(reply, 36);
	AParcel_writeStrongBinder(reply, &service);
	AParcel_writeBool(reply, false);
	answer(reply);
}

START_TEST(services_with_metadata)
{
	AIBinder *found;
	size_t size;

	use_level("35");
	answer_union(1, 0, 1);
	is_fine(manager_client_check("a", &found));
	asked(3, SYST, "a", "");
	ck_assert_ptr_eq(found, &service);
	AIBinder_decStrong(found);
	/* The word behind the object is of no interest. */
	size = parcel_size(driver.reply) - 4;
	for (driver.cut = 0; driver.cut < size; driver.cut++) {
		ck_assert(!manager_client_finish(manager_client_check("a", &found), NULL, NULL));
		ck_assert_ptr_null(found);
	}
	driver.cut = SIZE_MAX;
	/* An accessor: there is something, but not an object to be called. */
	answer_union(1, 1, 1);
	is_fine(manager_client_check("a", &found));
	ck_assert_ptr_null(found);
	answer_union(0, 0, 1);
	status_is(manager_client_check("a", &found), EX_TRANSACTION_FAILED, STATUS_UNEXPECTED_NULL);
	answer_union(1, 0, 0);
	status_is(manager_client_check("a", &found), EX_TRANSACTION_FAILED, STATUS_UNEXPECTED_NULL);
	ck_assert_ptr_null(found);
	answer(NULL);
	finish();
}
END_TEST

/* An answer of @count strings, of which two are there. */
static void answer_strings(int32_t count)
{
	AParcel *reply = reply_fine();

	AParcel_writeInt32(reply, count);
	AParcel_writeString(reply, "x", 1);
	AParcel_writeString(reply, "x", 1);
	answer(reply);
}

START_TEST(counts_are_not_believed)
{
	int count = 0;

	use_level("34");
	answer_strings(2);
	is_fine(manager_client_instances("a", count_text, &count));
	asked(8, SYST, "a", "");
	ck_assert_int_eq(count, 2);
	answer_strings(INT32_MAX);
	status_is(manager_client_instances("a", count_text, &count), EX_TRANSACTION_FAILED,
		STATUS_NOT_ENOUGH_DATA);
	ck_assert_int_eq(count, 4);
	answer_strings(-1);
	is_fine(manager_client_instances("a", count_text, &count));
	answer_strings(INT32_MIN);
	is_fine(manager_client_instances("a", count_text, &count));
	ck_assert_int_eq(count, 4);
	answer(NULL);
	finish();
}
END_TEST

static void ignore_text(const char *text, void *data)
{
	(void)data;
	ck_assert_ptr_nonnull(text);
}

START_TEST(answers_may_be_anything)
{
	uint64_t state = 88172645463325252u;

	use_level("35");
	log_set_level(LOG_LEVEL_ERROR);
	for (int round = 0; round < 3000; round++) {
		AParcel *reply = round % 2 ? reply_fine() : AParcel_create();
		int words = round % 23;

		for (int i = 0; i < words; i++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			AParcel_writeInt32(reply,
				state % 3 ? (int32_t)(state >> 40) % 4 : (int32_t)(state >> 17));
			if (state % 11 == 0)
				AParcel_writeStrongBinder(reply, &service);
		}
		answer(reply);
		ask_all();
		manager_client_finish(manager_client_instances("a", ignore_text, NULL), NULL, NULL);
	}
	answer(NULL);
	finish();
	ck_assert_int_eq(service.strong, 0);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&codes_are_the_releases, &default_is_14,
		&requests_are_androids, &lazy_ones_say_so_since_16, &requests_of_android_10,
		&requests_of_android_9, &exceptions_arrive, &errors_of_the_call_arrive,
		&manager_is_lost_with_its_device, &cut_off_answers, &services_with_metadata,
		&counts_are_not_believed, &answers_may_be_anything};

	return suite_run("ndk/manager_client", tests, sizeof(tests) / sizeof(*tests));
}
