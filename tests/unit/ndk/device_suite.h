#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the tests above the double of a device have in common: an object, transactions from and to
 * it, and a suite each of whose tests finds the device open.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <android/binder_ibinder_platform.h>
#include <android/binder_parcel.h>

#include "lib/ndk/ipc.h"
#include "lib/ndk/process.h"
#include "ndk/device_double.h"

/* Of the objects: how many there were and are, what was served, and who called last. */
static int destroyed, served;
static pid_t seen_pid;
static uid_t seen_uid;
static char seen_sid[16];

static inline void *on_create(void *args)
{
	return args;
}

static inline void on_destroy(void *data)
{
	(void)data;
	destroyed++;
}

static inline binder_status_t on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder;
	(void)in;
	served++;
	seen_pid = AIBinder_getCallingPid();
	seen_uid = AIBinder_getCallingUid();
	snprintf(seen_sid, sizeof(seen_sid), "%s",
		AIBinder_getCallingSid() ? AIBinder_getCallingSid() : "");
	ck_assert(AIBinder_isHandlingTransaction());
	if (code == 2)
		return STATUS_BAD_INDEX;
	return AParcel_writeInt32(out, 7);
}

static inline AIBinder *new_object(void)
{
	AIBinder_Class *clazz = AIBinder_Class_define("a.b", on_create, on_destroy, on_transact);

	AIBinder_Class_disableInterfaceTokenHeader(clazz);
	return AIBinder_new(clazz, NULL);
}

/* A buffer of the driver's. */
static uint64_t buffer[(1 << 20) / 8 + 1];

static inline struct binder_transaction_data transaction(
	AIBinder *target, uint32_t code, uint32_t flags)
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

static inline struct binder_ptr_cookie node(AIBinder *object)
{
	return (struct binder_ptr_cookie){(uintptr_t)object, (uintptr_t)object};
}

/* A reply of so many bytes, in one of two places in turn. */
static inline void read_reply(size_t size, uint32_t flags)
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

/* The completion of a reply, which is read on its own. */
static inline void read_complete(void)
{
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_put(BR_TRANSACTION_COMPLETE, NULL);
}

static inline void setup(void)
{
	double_reset();
	ck_assert_int_eq(process_fd(), 77);
}

/* Runs the @count tests; returns the program's exit status. */
static inline int device_suite_run(
	const char *name, const TTest **const *tests, size_t count, void (*before)(void))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, before, NULL);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tc, *tests[i]);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
