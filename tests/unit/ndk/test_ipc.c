/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A thread and the driver: what is written when, and how calls end.
 */

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ndk/ipc.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/process.h"
#include "lib/ndk/proxy.h"
#include "ndk/device_suite.h"

START_TEST(call_is_one_request)
{
	AParcel *out;

	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, &out, 0), STATUS_OK);
	ck_assert_uint_eq(double_device.requests, 1);
	ck_assert_str_eq(double_written(), "TRANSACTION|");
	ck_assert_uint_eq(
		((const struct binder_transaction_data *)double_argument())->target.handle, 5);
	/* Descriptors are always accepted. */
	ck_assert_uint_eq(
		((const struct binder_transaction_data *)double_argument())->flags, TF_ACCEPT_FDS);
	ck_assert_int_eq(AParcel_getDataSize(out), 8);
	AParcel_delete(out);
	/* A small buffer waits for the next one. */
	ck_assert_uint_eq(double_device.requests, 1);
	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_OK);
	ck_assert_str_eq(double_written(), "FREE TRANSACTION|");
	ck_assert_uint_eq(double_device.requests, 2);
}
END_TEST

/* One call, and the words that were written when its answer was deleted. */
static const char *words_of_deleting(size_t size)
{
	AParcel *out;

	read_reply(size, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, &out, 0), STATUS_OK);
	double_written();
	AParcel_delete(out);
	return double_written();
}

START_TEST(last_small_buffer_waits)
{
	AParcel *out, *other;

	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, &out, 0), STATUS_OK);
	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, &other, 0), STATUS_OK);
	double_written();
	/* One that is not the last. */
	AParcel_delete(out);
	ck_assert_str_eq(double_written(), "FREE|");
	AParcel_delete(other);
	ck_assert_str_eq(double_written(), "FREE|");
	ck_assert_str_eq(words_of_deleting(0), "");
	ck_assert_str_eq(words_of_deleting(1024), "");
	ck_assert_str_eq(words_of_deleting(8000), "");
}
END_TEST

static void *owe(void *data)
{
	/* Its share is given back with the buffer, which is when the thread ends. */
	ck_assert_str_eq(words_of_deleting((size_t)(uintptr_t)data), "");
	return NULL;
}

START_TEST(all_that_is_owed_is_a_quarter)
{
	size_t quarter = process_area_size() / 4;
	pthread_t thread;

	ck_assert_str_eq(words_of_deleting(quarter + 1), "FREE|");
	ck_assert_str_eq(words_of_deleting(quarter), "");
	/* Something else has been asked meanwhile. */
	ck_assert_str_eq(words_of_deleting(quarter), "");
	ck_assert_str_eq(words_of_deleting(quarter - 5000), "");
	ck_assert_int_eq(pthread_create(&thread, NULL, owe, (void *)5000), 0);
	pthread_join(thread, NULL);
	double_written();
	ck_assert_str_eq(words_of_deleting(quarter), "");
	ck_assert_int_eq(pthread_create(&thread, NULL, owe, (void *)1024), 0);
	pthread_join(thread, NULL);
	double_written();
	/* Threads of the pool come back to the driver anyway. */
	ipc_self()->looper = true;
	ck_assert_str_eq(words_of_deleting(quarter + 1), "");
}
END_TEST

START_TEST(statuses_are_taken_from_replies)
{
	AParcel *out;
	int32_t status = STATUS_BAD_INDEX;

	memcpy(buffer, &status, sizeof(status));
	read_reply(sizeof(status), TF_STATUS_CODE);
	ck_assert_int_eq(ipc_call(5, 1, NULL, &out, 0), STATUS_BAD_INDEX);
	ck_assert_ptr_null(out);
	/* What is no status. */
	read_reply(2, TF_STATUS_CODE);
	ck_assert_int_eq(ipc_call(5, 1, NULL, &out, 0), STATUS_UNKNOWN_ERROR);
	status = -9999;
	memcpy(buffer, &status, sizeof(status));
	read_reply(4, TF_STATUS_CODE);
	ck_assert_int_eq(ipc_call(5, 1, NULL, &out, 0), STATUS_UNKNOWN_ERROR);
	ck_assert_ptr_null(out);
}
END_TEST

static binder_status_t call_that_ends_with(uint32_t command, uint32_t flags)
{
	AParcel *out = (AParcel *)buffer;
	binder_status_t status;

	double_read(0);
	double_put(BR_NOOP, NULL);
	double_put(command, NULL);
	status = ipc_call(5, 1, NULL, &out, flags);
	ck_assert_ptr_null(out);
	return status;
}

START_TEST(failures_are_told_apart)
{
	ck_assert_int_eq(call_that_ends_with(BR_DEAD_REPLY, 0), STATUS_DEAD_OBJECT);
	ck_assert_int_eq(call_that_ends_with(BR_FROZEN_REPLY, 0), STATUS_FAILED_TRANSACTION);
	ck_assert_uint_eq(double_device.extended_asked, 1);
	double_device.extended_error = -ENOSPC;
	ck_assert_int_eq(call_that_ends_with(BR_FAILED_REPLY, 0), STATUS_FAILED_TRANSACTION);
	ck_assert_int_eq(
		call_that_ends_with(BR_FAILED_REPLY, TF_ONE_WAY), STATUS_FAILED_TRANSACTION);
	ck_assert_int_eq(call_that_ends_with(BR_DEAD_REPLY, TF_ONE_WAY), STATUS_DEAD_OBJECT);
	ck_assert_uint_eq(double_device.extended_asked, 4);
	ck_assert_int_eq(call_that_ends_with(BR_TRANSACTION_COMPLETE, TF_ONE_WAY), STATUS_OK);
	ck_assert_int_eq(call_that_ends_with(BR_ONEWAY_SPAM_SUSPECT, TF_ONE_WAY), STATUS_OK);
	ck_assert_int_eq(call_that_ends_with(BR_TRANSACTION_PENDING_FROZEN, TF_ONE_WAY), STATUS_OK);
	ck_assert_uint_eq(double_device.extended_asked, 4);
}
END_TEST

START_TEST(errors_of_the_driver)
{
	int32_t error = -EINVAL;
	uint32_t unknown = _IO('r', 99), cut = BR_REPLY;

	double_read(0);
	double_put(BR_ERROR, &error);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_BAD_VALUE);
	double_read(0);
	double_put(unknown, NULL);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_UNKNOWN_ERROR);
	double_read(0);
	double_put_bytes(&cut, sizeof(cut));
	double_put_bytes(buffer, 20);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_DEAD_OBJECT);
	double_read(0);
	double_put_bytes(buffer, 2);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_DEAD_OBJECT);
	/* All is well again. */
	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_OK);
}
END_TEST

START_TEST(signals_do_not_end_a_call)
{
	double_read(EINTR);
	double_read(EINTR);
	double_read(0);
	double_put(BR_NOOP, NULL);
	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_OK);
	/* Nothing was written twice. */
	ck_assert_str_eq(double_written(), "TRANSACTION|");
	ck_assert_uint_eq(double_left(), 0);
}
END_TEST

START_TEST(lost_device_loses_what_is_queued)
{
	double_read(ECONNREFUSED);
	double_device.write_limit = 0;
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_DEAD_OBJECT);
	double_device.write_limit = SIZE_MAX;
	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(6, 1, NULL, NULL, 0), STATUS_OK);
	/* The call that failed is not made later on. */
	ck_assert_str_eq(double_written(), "TRANSACTION|");
	double_read(ENOMEM);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_NO_MEMORY);
}
END_TEST

START_TEST(rest_is_written_later)
{
	/* The driver stops after a transaction that failed. */
	double_device.write_limit = 68;
	ipc_self()->looper = true;
	double_read(0);
	double_put(BR_FAILED_REPLY, NULL);
	ipc_queue_handle(ipc_self(), BC_INCREFS, 1);
	ipc_queue_handle(ipc_self(), BC_ACQUIRE, 1);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_FAILED_TRANSACTION);
	double_device.write_limit = SIZE_MAX;
	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_OK);
	ck_assert_str_eq(double_written(), "INCREFS ACQUIRE|TRANSACTION TRANSACTION|");
}
END_TEST

static void *use_and_end(void *data)
{
	AIBinder *proxy;

	(void)data;
	ck_assert_int_eq(proxy_get(3, &proxy), STATUS_OK);
	ipc_self()->looper = true;
	AIBinder_decStrong(proxy);
	ck_assert_str_eq(double_written(), "INCREFS ACQUIRE|");
	return NULL;
}

START_TEST(thread_writes_the_rest_when_it_ends)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, use_and_end, NULL), 0);
	pthread_join(thread, NULL);
	ck_assert_str_eq(double_written(), "RELEASE DECREFS|");
	ck_assert_uint_eq(double_device.exits, 1);
}
END_TEST

static const TTest **const tests[] = {&call_is_one_request, &last_small_buffer_waits,
	&all_that_is_owed_is_a_quarter, &statuses_are_taken_from_replies, &failures_are_told_apart,
	&errors_of_the_driver, &signals_do_not_end_a_call, &lost_device_loses_what_is_queued,
	&rest_is_written_later, &thread_writes_the_rest_when_it_ends};

int main(void)
{
	return device_suite_run("ipc", tests, sizeof(tests) / sizeof(tests[0]), setup);
}
