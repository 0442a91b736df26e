/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A thread and the driver, above a double of the device: what is written when, and what is done
 * with each return.
 */

#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <android/binder_ibinder_platform.h>
#include <android/binder_parcel.h>
#include <android/binder_process.h>

#include "lib/ndk/dispatch.h"
#include "lib/ndk/ipc.h"
#include "lib/ndk/object.h"
#include "lib/ndk/object_count.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/process.h"
#include "lib/ndk/proxy.h"
#include "ndk/device_double.h"

static int created, destroyed, served;
static pid_t seen_pid;
static uid_t seen_uid;
static const char *seen_sid;

static void *on_create(void *args)
{
	created++;
	return args;
}

static void on_destroy(void *data)
{
	(void)data;
	destroyed++;
}

static binder_status_t on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder;
	(void)in;
	served++;
	seen_pid = AIBinder_getCallingPid();
	seen_uid = AIBinder_getCallingUid();
	seen_sid = AIBinder_getCallingSid();
	ck_assert(AIBinder_isHandlingTransaction());
	if (code == 2)
		return STATUS_BAD_INDEX;
	return AParcel_writeInt32(out, 7);
}

static AIBinder *new_object(void)
{
	AIBinder_Class *clazz = AIBinder_Class_define("a.b", on_create, on_destroy, on_transact);

	AIBinder_Class_disableInterfaceTokenHeader(clazz);
	return AIBinder_new(clazz, NULL);
}

/* A buffer of the driver's. */
static uint64_t buffer[(1 << 20) / 8 + 1];

static struct binder_transaction_data transaction(AIBinder *target, uint32_t code, uint32_t flags)
{
	return (struct binder_transaction_data){
		.target.ptr = (uintptr_t)target,
		.cookie = (uintptr_t)target,
		.code = code,
		.flags = flags,
		.sender_pid = 4711,
		.sender_euid = 815,
		.data.ptr.buffer = (uintptr_t)buffer,
		.data.ptr.offsets = (uintptr_t)buffer,
	};
}

static struct binder_ptr_cookie node(AIBinder *object)
{
	return (struct binder_ptr_cookie){(uintptr_t)object, (uintptr_t)object};
}

static void setup(void)
{
	double_reset();
	ck_assert_int_eq(process_fd(), 77);
}

static void setup_closed(void)
{
	double_reset();
}

/* A reply of so many bytes, in one of two places in turn. */
static void read_reply(size_t size, uint32_t flags)
{
	static bool other;
	struct binder_transaction_data reply = transaction(NULL, 0, flags);

	reply.data_size = size;
	if (!flags && (other = !other))
		reply.data.ptr.buffer += 8;
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_put(BR_TRANSACTION_COMPLETE, NULL);
	double_put(BR_REPLY, &reply);
}

START_TEST(device_is_opened_once)
{
	ck_assert_int_eq(process_fd(), 77);
	ck_assert_uint_eq(double_device.opened, 1);
	ck_assert_uint_eq(double_device.max_threads, 15);
	ck_assert(double_device.spam_detection);
}
END_TEST

START_TEST(device_that_is_no_good_is_closed)
{
	double_device.open_error = EACCES;
	ck_assert_int_eq(process_fd(), -EACCES);
	double_device.open_error = 0;
	double_device.version = 7;
	ck_assert_int_eq(process_fd(), -EPROTO);
	double_device.version = BINDER_CURRENT_PROTOCOL_VERSION;
	double_device.max_threads_error = EINVAL;
	ck_assert_int_eq(process_fd(), -EINVAL);
	double_device.max_threads_error = 0;
	double_device.refuses_mapping = true;
	ck_assert_int_eq(process_fd(), -ENOMEM);
	ck_assert_uint_eq(double_device.opened, 3);
	ck_assert_uint_eq(double_device.closed, 3);
	ck_assert_int_eq(process_open_fd(), -1);
	double_device.refuses_mapping = false;
	ck_assert_int_eq(process_fd(), 77);
}
END_TEST

/* What an area's size is with this in the environment. */
static size_t area_with(const char *text)
{
	int pair[2];
	size_t size = 0;
	pid_t pid;

	ck_assert_int_eq(pipe(pair), 0);
	pid = fork();
	if (pid == 0) {
		setenv("BINDERD_AREA_SIZE", text, 1);
		size = process_area_size();
		_exit(write(pair[1], &size, sizeof(size)) != sizeof(size));
	}
	ck_assert_int_eq(read(pair[0], &size, sizeof(size)), sizeof(size));
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	close(pair[0]);
	close(pair[1]);
	return size;
}

START_TEST(size_of_the_area)
{
	static const char *const wrong[] = {"", "x", "-1", "0", "4095", "1G", "5M", "4097K", "4M ",
		"99999999999999999999", "0x10000", "4MB", "18446744073709551615K"};
	size_t usual = ((size_t)1 << 20) - 8192;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_uint_eq(area_with(wrong[i]), usual);
	ck_assert_uint_eq(area_with("4096"), 4096);
	/* In whole pages. */
	ck_assert_uint_eq(area_with("100000"), 98304);
	ck_assert_uint_eq(area_with("64K"), 65536);
	ck_assert_uint_eq(area_with("4M"), 4194304);
	ck_assert_uint_eq(area_with("4194304"), 4194304);
	ck_assert_uint_eq(area_with("4194305"), usual);
}
END_TEST

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

START_TEST(node_is_counted)
{
	AIBinder *object = new_object();
	struct binder_ptr_cookie cookie = node(object);
	struct ipc *ipc = ipc_self();

	double_read(0);
	double_put(BR_INCREFS, &cookie);
	double_put(BR_ACQUIRE, &cookie);
	double_put(BR_TRANSACTION_COMPLETE, NULL);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, TF_ONE_WAY), STATUS_OK);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 2);
	/* Nobody counts one too many until this thread's next request. */
	ck_assert_str_eq(double_written(), "TRANSACTION|INCREFS_DONE ACQUIRE_DONE|");
	AIBinder_decStrong(object);
	ck_assert_int_eq(destroyed, 0);
	ck_assert_int_eq(dispatch_return(ipc, BR_RELEASE, &cookie), 0);
	ck_assert_int_eq(dispatch_return(ipc, BR_DECREFS, &cookie), 0);
	ck_assert_int_eq(destroyed, 0);
	ipc_drop(ipc);
	ck_assert_int_eq(destroyed, 1);
}
END_TEST

START_TEST(call_comes_before_the_end)
{
	AIBinder *object = new_object();
	struct binder_ptr_cookie cookie = node(object);
	struct binder_transaction_data txn = transaction(object, 1, TF_ONE_WAY);
	struct ipc *ipc = ipc_self();

	dispatch_return(ipc, BR_INCREFS, &cookie);
	dispatch_return(ipc, BR_ACQUIRE, &cookie);
	AIBinder_decStrong(object);
	/* One read: the last reference is dropped, and then the object is called. */
	double_read(0);
	double_put(BR_RELEASE, &cookie);
	double_put(BR_DECREFS, &cookie);
	double_put(BR_TRANSACTION, &txn);
	ck_assert_int_eq(ABinderProcess_handlePolledCommands(), STATUS_OK);
	ck_assert_int_eq(served, 1);
	ck_assert_int_eq(destroyed, 1);
	ck_assert_str_eq(double_written(), "INCREFS_DONE ACQUIRE_DONE|FREE|");
}
END_TEST

/* The completion of a reply, which is read on its own. */
static void read_complete(void)
{
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_put(BR_TRANSACTION_COMPLETE, NULL);
}

START_TEST(call_is_served)
{
	AIBinder *object = new_object();
	struct binder_transaction_data txn = transaction(object, 1, TF_CLEAR_BUF);
	struct binder_transaction_data reply;
	struct ipc *ipc = ipc_self();

	read_complete();
	ck_assert_int_eq(dispatch_return(ipc, BR_TRANSACTION, &txn), 0);
	ck_assert_int_eq(served, 1);
	ck_assert_int_eq(seen_pid, 4711);
	ck_assert_int_eq(seen_uid, 815);
	ck_assert_ptr_null(seen_sid);
	ck_assert_int_eq(AIBinder_getCallingPid(), getpid());
	ck_assert(!AIBinder_isHandlingTransaction());
	/* Both in one request. */
	ck_assert_str_eq(double_written(), "FREE REPLY|");
	memcpy(&reply, double_argument(), sizeof(reply));
	ck_assert_uint_eq(reply.flags, TF_CLEAR_BUF);
	ck_assert_uint_eq(reply.data_size, 4);
	ck_assert_uint_eq(reply.target.handle, 0xffffffff);
	/* The reply's memory stays until the next read. */
	ck_assert_ptr_nonnull(ipc->lent);
	ck_assert_uint_eq(*(int32_t *)(uintptr_t)reply.data.ptr.buffer, 7);
	read_reply(8, 0);
	ck_assert_int_eq(ipc_call(5, 1, NULL, NULL, 0), STATUS_OK);
	ck_assert_ptr_null(ipc->lent);
	AIBinder_decStrong(object);
}
END_TEST

START_TEST(status_is_replied)
{
	AIBinder *object = new_object();
	struct binder_transaction_data txn = transaction(object, 2, 0), reply;
	AIBinder_Weak *weak = AIBinder_Weak_new(object);

	read_complete();
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_TRANSACTION, &txn), 0);
	memcpy(&reply, double_argument(), sizeof(reply));
	ck_assert_uint_eq(reply.flags, TF_STATUS_CODE);
	ck_assert_uint_eq(reply.data_size, 4);
	ck_assert_ptr_null(ipc_self()->lent);
	/* An object that has ended. */
	AIBinder_decStrong(object);
	read_complete();
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_TRANSACTION, &txn), 0);
	ck_assert_int_eq(served, 1);
	memcpy(&reply, double_argument(), sizeof(reply));
	ck_assert_uint_eq(reply.flags, TF_STATUS_CODE);
	/* And none, as a context manager's. */
	txn = transaction(NULL, 1, 0);
	read_complete();
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_TRANSACTION, &txn), 0);
	ck_assert_int_eq(served, 1);
	AIBinder_Weak_delete(weak);
	/* A caller that has gone is no error here. */
	object = new_object();
	txn = transaction(object, 1, 0);
	double_read(0);
	double_put(BR_DEAD_REPLY, NULL);
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_TRANSACTION, &txn), 0);
	AIBinder_decStrong(object);
}
END_TEST

START_TEST(security_context_is_seen)
{
	AIBinder *object = new_object();
	struct binderd_transaction_data_secctx txn = {
		.transaction_data = transaction(object, 1, 0),
		.secctx = (uintptr_t) "a:b:c",
	};

	read_complete();
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_TRANSACTION_SEC_CTX, &txn), 0);
	ck_assert_str_eq(seen_sid, "a:b:c");
	ck_assert_ptr_null(AIBinder_getCallingSid());
	AIBinder_decStrong(object);
}
END_TEST

START_TEST(proxy_is_two_references)
{
	AIBinder *proxy, *again;

	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	ck_assert_str_eq(double_written(), "INCREFS ACQUIRE|");
	ck_assert_int_eq(AIBinder_debugGetRefCount(proxy), 1);
	ck_assert_int_eq(proxy_get(9, &again), STATUS_OK);
	ck_assert_ptr_eq(proxy, again);
	ck_assert_int_eq(AIBinder_debugGetRefCount(proxy), 2);
	AIBinder_decStrong(again);
	ck_assert_str_eq(double_written(), "");
	AIBinder_decStrong(proxy);
	ck_assert_str_eq(double_written(), "RELEASE DECREFS|");
}
END_TEST

static void *put_in_thread(void *data)
{
	AIBinder_decStrong(data);
	return NULL;
}

START_TEST(proxy_waits_until_it_is_known)
{
	struct ipc *ipc = ipc_self();
	pthread_t thread;
	AIBinder *proxy;

	/* A thread of the pool queues it, and another one lets it go before that was written. */
	ipc->looper = true;
	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	ck_assert_str_eq(double_written(), "");
	ck_assert_int_eq(AIBinder_debugGetRefCount(proxy), 1);
	ck_assert_int_eq(pthread_create(&thread, NULL, put_in_thread, proxy), 0);
	pthread_join(thread, NULL);
	ck_assert_str_eq(double_written(), "");
	double_read(0);
	double_put(BR_NOOP, NULL);
	ck_assert_int_eq(ABinderProcess_handlePolledCommands(), STATUS_OK);
	ck_assert_str_eq(double_written(), "INCREFS ACQUIRE|RELEASE DECREFS|");
}
END_TEST

START_TEST(many_proxies_are_queued)
{
	enum { COUNT = 100 };
	AIBinder *proxies[COUNT];
	struct ipc *ipc = ipc_self();

	ipc->looper = true;
	for (uint32_t i = 0; i < COUNT; i++)
		ck_assert_int_eq(proxy_get(i + 1, &proxies[i]), STATUS_OK);
	double_written();
	for (uint32_t i = 0; i < COUNT; i++) {
		ck_assert_int_eq(AIBinder_debugGetRefCount(proxies[i]), 1);
		AIBinder_decStrong(proxies[i]);
	}
	double_written();
	ipc_flush(ipc);
	ipc_drop(ipc);
	ipc_flush(ipc);
	ck_assert_uint_eq(ipc->out_size, 0);
	ck_assert_uint_eq(ipc->proxies_count, 0);
	double_written();
	for (uint32_t i = 0; i < COUNT; i++) {
		ck_assert_int_eq(proxy_get(i + 1, &proxies[i]), STATUS_OK);
		ck_assert_int_eq(AIBinder_debugGetRefCount(proxies[i]), 1);
		AIBinder_decStrong(proxies[i]);
	}
}
END_TEST

static char told[16];

static void on_died(void *cookie)
{
	strcat(told, cookie);
	strcat(told, "-");
}

static void on_unlinked(void *cookie)
{
	strcat(told, cookie);
	strcat(told, "+");
}

static AIBinder_DeathRecipient *new_recipient(void)
{
	AIBinder_DeathRecipient *recipient = AIBinder_DeathRecipient_new(on_died);

	AIBinder_DeathRecipient_setOnUnlinked(recipient, on_unlinked);
	return recipient;
}

START_TEST(death_is_asked_for_once)
{
	AIBinder_DeathRecipient *recipient = new_recipient();
	binder_uintptr_t cookie;
	AIBinder *proxy;

	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	cookie = (uintptr_t)proxy;
	double_written();
	ck_assert_int_eq(AIBinder_linkToDeath(proxy, recipient, (void *)"a"), STATUS_OK);
	ck_assert_str_eq(double_written(), "REQUEST_DEATH|");
	ck_assert_int_eq(AIBinder_linkToDeath(proxy, recipient, (void *)"b"), STATUS_OK);
	ck_assert_str_eq(double_written(), "");
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_DEAD_BINDER, &cookie), 0);
	ck_assert_str_eq(told, "a-a+b-b+");
	/* Not wanted any more, and then done with. */
	ipc_flush(ipc_self());
	ck_assert_str_eq(double_written(), "CLEAR_DEATH|DEAD_DONE|");
	AIBinder_decStrong(proxy);
	ck_assert_str_eq(double_written(), "RELEASE DECREFS|");
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_CLEAR_DEATH_NOTIFICATION_DONE, &cookie), 0);
	AIBinder_DeathRecipient_delete(recipient);
	ck_assert_str_eq(told, "a-a+b-b+");
}
END_TEST

START_TEST(death_comes_when_nobody_wants_it)
{
	AIBinder_DeathRecipient *recipient = new_recipient();
	binder_uintptr_t cookie;
	AIBinder *proxy;

	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	cookie = (uintptr_t)proxy;
	ck_assert_int_eq(AIBinder_linkToDeath(proxy, recipient, (void *)"a"), STATUS_OK);
	double_written();
	AIBinder_decStrong(proxy);
	ck_assert_str_eq(told, "a+");
	ck_assert_str_eq(double_written(), "CLEAR_DEATH|RELEASE DECREFS|");
	/* It was under way. The proxy's memory is there for that. */
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_DEAD_BINDER, &cookie), 0);
	ipc_flush(ipc_self());
	ck_assert_str_eq(double_written(), "DEAD_DONE|");
	ck_assert_str_eq(told, "a+");
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_CLEAR_DEATH_NOTIFICATION_DONE, &cookie), 0);
	AIBinder_DeathRecipient_delete(recipient);
}
END_TEST

START_TEST(handle_comes_again_while_its_death_is_cleared)
{
	AIBinder_DeathRecipient *recipient = new_recipient();
	AIBinder *former, *proxy;
	binder_uintptr_t cookie;

	ck_assert_int_eq(proxy_get(9, &former), STATUS_OK);
	cookie = (uintptr_t)former;
	ck_assert_int_eq(AIBinder_linkToDeath(former, recipient, (void *)"a"), STATUS_OK);
	AIBinder_decStrong(former);
	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	ck_assert_ptr_ne(proxy, former);
	ck_assert_int_eq(AIBinder_linkToDeath(proxy, recipient, (void *)"b"), STATUS_OK);
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_CLEAR_DEATH_NOTIFICATION_DONE, &cookie), 0);
	cookie = (uintptr_t)proxy;
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_DEAD_BINDER, &cookie), 0);
	ck_assert_str_eq(told, "a+b-b+");
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_CLEAR_DEATH_NOTIFICATION_DONE, &cookie), 0);
	AIBinder_decStrong(proxy);
	AIBinder_DeathRecipient_delete(recipient);
}
END_TEST

static void *join_pool(void *data)
{
	(void)data;
	ABinderProcess_joinThreadPool();
	return NULL;
}

START_TEST(joined_thread_stays_until_the_device_is_gone)
{
	pthread_t thread;

	double_read(0);
	double_put(BR_FINISHED, NULL);
	double_read(ECONNREFUSED);
	ck_assert_int_eq(pthread_create(&thread, NULL, join_pool, NULL), 0);
	pthread_join(thread, NULL);
	ck_assert_str_eq(double_written(), "ENTER|EXIT|");
	ck_assert_uint_eq(double_device.exits, 1);
	ck_assert_uint_eq(double_left(), 0);
}
END_TEST

/* Threads that the library made, to be joined here. */
static struct {
	pthread_t threads[4];
	int count;
	int refused; /* so many are not made */
	int before;  /* after that many that are */
} made;

/* In place of libc's. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	int detached = PTHREAD_CREATE_JOINABLE;
	int r;

	*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	if (attr)
		pthread_attr_getdetachstate(attr, &detached);
	if (detached == PTHREAD_CREATE_JOINABLE)
		return real(thread, attr, run, arg);
	if (made.refused && made.count >= made.before) {
		made.refused--;
		return EAGAIN;
	}
	/* Counted first: it may make the next one before this returns. */
	r = real(&made.threads[made.count++], NULL, run, arg);
	*thread = made.threads[0];
	return r;
}

static void join_made(void)
{
	for (int i = 0; i < made.count; i++)
		pthread_join(made.threads[i], NULL);
}

START_TEST(thread_is_made_when_asked_for)
{
	const char *words;

	double_read(0);
	double_put(BR_SPAWN_LOOPER, NULL);
	double_read(ECONNREFUSED);
	double_read(ECONNREFUSED);
	ABinderProcess_startThreadPool();
	ck_assert(ABinderProcess_isThreadPoolStarted());
	ABinderProcess_startThreadPool();
	join_made();
	ck_assert_int_eq(made.count, 2);
	words = double_written();
	ck_assert_ptr_nonnull(strstr(words, "ENTER|"));
	ck_assert_ptr_nonnull(strstr(words, "REGISTER|"));
	ck_assert_uint_eq(double_device.exits, 2);
}
END_TEST

START_TEST(thread_that_could_not_be_made_is_owed)
{
	made.refused = 2;
	made.before = 1;
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_read(0);
	double_put(BR_SPAWN_LOOPER, NULL);
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_read(ECONNREFUSED);
	double_read(ECONNREFUSED);
	ABinderProcess_startThreadPool();
	join_made();
	ck_assert_int_eq(made.count, 2);
	ck_assert_int_eq(made.refused, 0);
	ck_assert_uint_eq(double_left(), 0);
}
END_TEST

START_TEST(pool_that_could_not_be_started)
{
	made.refused = 1;
	ABinderProcess_startThreadPool();
	ck_assert(!ABinderProcess_isThreadPoolStarted());
	ck_assert_int_eq(made.count, 0);
	/* Nobody asked for one that was not started. */
	dispatch_return(ipc_self(), BR_SPAWN_LOOPER, NULL);
	ck_assert_int_eq(made.count, 0);
}
END_TEST

START_TEST(finished_thread_is_told_apart)
{
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_FINISHED, NULL), DISPATCH_FINISHED);
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_NOOP, NULL), 0);
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_OK, NULL), 0);
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

START_TEST(polling_does_what_is_there)
{
	AIBinder *object = new_object();
	struct binder_transaction_data txn = transaction(object, 1, 0);
	int fd;

	double_device.readable = false;
	ck_assert_int_eq(ABinderProcess_setupPolling(&fd), STATUS_OK);
	ck_assert_int_eq(fd, 77);
	ck_assert_str_eq(double_written(), "ENTER|");
	ck_assert_int_eq(ABinderProcess_handlePolledCommands(), STATUS_OK);
	ck_assert_uint_eq(double_device.requests, 1);
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_put(BR_TRANSACTION, &txn);
	read_complete();
	double_read(0);
	double_put(BR_TRANSACTION, &txn);
	read_complete();
	ck_assert_int_eq(ABinderProcess_handlePolledCommands(), STATUS_OK);
	ck_assert_int_eq(served, 2);
	ck_assert_uint_eq(double_left(), 0);
	double_read(ECONNREFUSED);
	ck_assert_int_ne(ABinderProcess_handlePolledCommands(), STATUS_OK);
	AIBinder_decStrong(object);
}
END_TEST

static const TTest **const tests[] = {&device_is_opened_once, &call_is_one_request,
	&last_small_buffer_waits, &all_that_is_owed_is_a_quarter, &statuses_are_taken_from_replies,
	&failures_are_told_apart, &errors_of_the_driver, &signals_do_not_end_a_call,
	&lost_device_loses_what_is_queued, &rest_is_written_later, &node_is_counted,
	&call_comes_before_the_end, &call_is_served, &status_is_replied, &security_context_is_seen,
	&proxy_is_two_references, &proxy_waits_until_it_is_known, &many_proxies_are_queued,
	&death_is_asked_for_once, &death_comes_when_nobody_wants_it,
	&handle_comes_again_while_its_death_is_cleared,
	&joined_thread_stays_until_the_device_is_gone, &thread_is_made_when_asked_for,
	&thread_that_could_not_be_made_is_owed, &pool_that_could_not_be_started,
	&finished_thread_is_told_apart, &thread_writes_the_rest_when_it_ends,
	&polling_does_what_is_there};

int main(void)
{
	Suite *suite = suite_create("ipc");
	TCase *tc = tcase_create("ipc");
	TCase *closed = tcase_create("closed");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, closed);
	tcase_add_checked_fixture(closed, setup_closed, NULL);
	tcase_add_test(closed, device_that_is_no_good_is_closed);
	tcase_add_test(closed, size_of_the_area);
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, NULL);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, *tests[i]);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
