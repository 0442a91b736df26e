/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is done with each of the driver's returns.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_process.h>

#include "lib/ndk/dispatch.h"
#include "lib/ndk/ipc.h"
#include "ndk/device_suite.h"

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
	ck_assert_str_eq(seen_sid, "");
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

START_TEST(finished_thread_is_told_apart)
{
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_FINISHED, NULL), DISPATCH_FINISHED);
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_NOOP, NULL), 0);
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_OK, NULL), 0);
}
END_TEST

static const TTest **const tests[] = {&node_is_counted, &call_comes_before_the_end, &call_is_served,
	&status_is_replied, &security_context_is_seen, &finished_thread_is_told_apart};

int main(void)
{
	return device_suite_run("dispatch", tests, sizeof(tests) / sizeof(tests[0]), setup);
}
