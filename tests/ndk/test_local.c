/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Local objects: classes, counts, calls within one process. No device is needed.
 */

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_ibinder_platform.h>
#include <android/binder_parcel.h>
#include <android/binder_stability.h>

#include "lib/ndk/parcel.h"
#include "ndk/echo.h"
#include "ndk/suite.h"

static int destroyed;
static void *destroyed_data;

static void *on_create(void *args)
{
	return args;
}

static void on_destroy(void *data)
{
	destroyed++;
	destroyed_data = data;
}

static binder_status_t on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	int32_t value = 0;

	(void)binder;
	if (code == 7)
		return 12345;
	if (AParcel_readInt32(in, &value) != STATUS_OK)
		value = -1;
	return AParcel_writeInt32(out, value);
}

static AIBinder_Class *define(const char *descriptor)
{
	AIBinder_Class *clazz =
		AIBinder_Class_define(descriptor, on_create, on_destroy, on_transact);

	ck_assert_ptr_nonnull(clazz);
	return clazz;
}

static AIBinder *new_object(void)
{
	AIBinder *object = AIBinder_new(define("a.b"), &destroyed);

	ck_assert_ptr_nonnull(object);
	return object;
}

START_TEST(class_needs_all_functions)
{
	ck_assert_ptr_null(AIBinder_Class_define(NULL, on_create, on_destroy, on_transact));
	ck_assert_ptr_null(AIBinder_Class_define("a", NULL, on_destroy, on_transact));
	ck_assert_ptr_null(AIBinder_Class_define("a", on_create, NULL, on_transact));
	ck_assert_ptr_null(AIBinder_Class_define("a", on_create, on_destroy, NULL));
}
END_TEST

START_TEST(class_copies_its_name)
{
	char name[] = "a.b.c";
	AIBinder_Class *clazz = define(name);

	name[0] = 'x';
	ck_assert_str_eq(AIBinder_Class_getDescriptor(clazz), "a.b.c");
}
END_TEST

START_TEST(no_class_has_no_name)
{
	AIBinder_Class_getDescriptor(NULL);
}
END_TEST

START_TEST(no_class_takes_no_dump)
{
	AIBinder_Class_setOnDump(NULL, NULL);
}
END_TEST

START_TEST(no_class_has_no_token)
{
	AIBinder_Class_disableInterfaceTokenHeader(NULL);
}
END_TEST

START_TEST(nothing_comes_of_null)
{
	AIBinder_incStrong(NULL);
	AIBinder_decStrong(NULL);
	ck_assert_int_eq(AIBinder_debugGetRefCount(NULL), -1);
	ck_assert_ptr_null(AIBinder_new(NULL, NULL));
	ck_assert(!AIBinder_isRemote(NULL));
	ck_assert(!AIBinder_isAlive(NULL));
	ck_assert_ptr_null(AIBinder_getClass(NULL));
	ck_assert_ptr_null(AIBinder_getUserData(NULL));
	ck_assert(!AIBinder_associateClass(NULL, define("a")));
	ck_assert_int_eq(AIBinder_ping(NULL), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_dump(NULL, 1, NULL, 0), STATUS_UNEXPECTED_NULL);
	ck_assert_ptr_null(AIBinder_Weak_new(NULL));
	ck_assert_ptr_null(AIBinder_Weak_clone(NULL));
	ck_assert_ptr_null(AIBinder_Weak_promote(NULL));
	AIBinder_Weak_delete(NULL);
}
END_TEST

START_TEST(counts_end_an_object)
{
	AIBinder *object = new_object();

	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 1);
	AIBinder_incStrong(object);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 2);
	AIBinder_decStrong(object);
	ck_assert_int_eq(destroyed, 0);
	AIBinder_decStrong(object);
	ck_assert_int_eq(destroyed, 1);
	ck_assert_ptr_eq(destroyed_data, &destroyed);
}
END_TEST

START_TEST(local_object_knows_itself)
{
	AIBinder_Class *clazz = define("a.b"), *same = define("a.b"), *other = define("a.c");
	AIBinder *object = AIBinder_new(clazz, &destroyed);

	ck_assert(!AIBinder_isRemote(object));
	ck_assert(AIBinder_isAlive(object));
	ck_assert_ptr_eq(AIBinder_getClass(object), clazz);
	ck_assert_ptr_eq(AIBinder_getUserData(object), &destroyed);
	ck_assert_int_eq(AIBinder_ping(object), STATUS_OK);
	ck_assert(AIBinder_associateClass(object, clazz));
	ck_assert(!AIBinder_associateClass(object, same));
	ck_assert(!AIBinder_associateClass(object, other));
	ck_assert(!AIBinder_associateClass(object, NULL));
	ck_assert_ptr_eq(AIBinder_getClass(object), clazz);
	AIBinder_decStrong(object);
}
END_TEST

START_TEST(weak_pointer_finds_what_is_there)
{
	AIBinder *object = new_object();
	AIBinder_Weak *weak = AIBinder_Weak_new(object);
	AIBinder_Weak *clone = AIBinder_Weak_clone(weak);

	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 1);
	ck_assert_ptr_eq(AIBinder_Weak_promote(weak), object);
	ck_assert_ptr_eq(AIBinder_Weak_promote(clone), object);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 3);
	AIBinder_decStrong(object);
	AIBinder_decStrong(object);
	AIBinder_decStrong(object);
	ck_assert_int_eq(destroyed, 1);
	ck_assert_ptr_null(AIBinder_Weak_promote(weak));
	AIBinder_Weak_delete(weak);
	ck_assert_ptr_null(AIBinder_Weak_promote(clone));
	AIBinder_Weak_delete(clone);
}
END_TEST

START_TEST(orders_are_total)
{
	AIBinder *a = new_object(), *b = new_object();
	AIBinder_Weak *weak_a = AIBinder_Weak_new(a), *weak_b = AIBinder_Weak_new(b);
	AIBinder_Weak *again = AIBinder_Weak_new(a);
	bool before = AIBinder_Weak_lt(weak_a, weak_b);

	ck_assert_int_ne(AIBinder_lt(a, b), AIBinder_lt(b, a));
	ck_assert(!AIBinder_lt(a, a));
	ck_assert(AIBinder_lt(NULL, a) && !AIBinder_lt(a, NULL) && !AIBinder_lt(NULL, NULL));
	ck_assert_int_eq(before, AIBinder_lt(a, b));
	ck_assert_int_ne(before, AIBinder_Weak_lt(weak_b, weak_a));
	ck_assert(!AIBinder_Weak_lt(weak_a, again) && !AIBinder_Weak_lt(again, weak_a));
	ck_assert(AIBinder_Weak_lt(NULL, weak_a) && !AIBinder_Weak_lt(weak_a, NULL));
	ck_assert(!AIBinder_Weak_lt(NULL, NULL));
	AIBinder_decStrong(a);
	AIBinder_decStrong(b);
	/* A new object must not be taken for one that is remembered. */
	for (int i = 0; i < 100; i++) {
		AIBinder *object = new_object();
		AIBinder_Weak *weak = AIBinder_Weak_new(object);

		ck_assert(AIBinder_Weak_lt(weak, weak_a) || AIBinder_Weak_lt(weak_a, weak));
		AIBinder_decStrong(object);
		AIBinder_Weak_delete(weak);
	}
	ck_assert_int_eq(before, AIBinder_Weak_lt(weak_a, weak_b));
	AIBinder_Weak_delete(weak_a);
	AIBinder_Weak_delete(weak_b);
	AIBinder_Weak_delete(again);
}
END_TEST

START_TEST(prepare_checks)
{
	AIBinder *object = new_object();
	AParcel *in;

	ck_assert_int_eq(AIBinder_prepareTransaction(NULL, &in), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_prepareTransaction(object, NULL), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_prepareTransaction(object, &in), STATUS_OK);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 2);
	/* Token: three words, "a.b" and its length: 12 + 4 + 8. */
	ck_assert_int_eq(AParcel_getDataSize(in), 24);
	AParcel_delete(in);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 1);
	AIBinder_decStrong(object);
}
END_TEST

/* One call with what is given, of an object or NULL. */
static binder_status_t transact(AIBinder *prepared, AIBinder *called, transaction_code_t code,
	bool take_answer, binder_flags_t flags)
{
	AParcel *in, *out = (AParcel *)&destroyed;
	binder_status_t status;

	ck_assert_int_eq(AIBinder_prepareTransaction(prepared, &in), STATUS_OK);
	status = AIBinder_transact(called, code, &in, take_answer ? &out : NULL, flags);
	ck_assert_ptr_null(in);
	if (take_answer && status == STATUS_OK)
		AParcel_delete(out);
	else if (take_answer)
		ck_assert_ptr_null(out);
	ck_assert_int_eq(AIBinder_debugGetRefCount(prepared), 1);
	return status;
}

START_TEST(transact_checks)
{
	AIBinder *object = new_object(), *other = new_object();
	AParcel *in = NULL, *out;

	ck_assert_int_eq(transact(object, object, 0, true, 0), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_int_eq(transact(object, object, 0x01000000, true, 0), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_int_eq(transact(object, object, 0x5f504e47, true, 0), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_int_eq(transact(object, object, 0xffffff, true, 0), STATUS_OK);
	for (int bit = 0; bit < 32; bit++) {
		binder_flags_t flag = 1u << bit;
		bool known = flag == FLAG_ONEWAY || flag == FLAG_CLEAR_BUF ||
			     flag == FLAG_PRIVATE_VENDOR;

		ck_assert_int_eq(transact(object, object, 1, true, flag),
			known ? STATUS_OK : STATUS_BAD_VALUE);
	}
	ck_assert_int_eq(transact(object, NULL, 1, true, 0), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(transact(object, object, 1, false, 0), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(transact(object, other, 1, true, 0), STATUS_BAD_VALUE);
	ck_assert_int_eq(AIBinder_transact(object, 1, NULL, &out, 0), STATUS_UNEXPECTED_NULL);
	ck_assert_ptr_null(out);
	ck_assert_int_eq(AIBinder_transact(object, 1, &in, &out, 0), STATUS_UNEXPECTED_NULL);
	AIBinder_decStrong(object);
	AIBinder_decStrong(other);
}
END_TEST

START_TEST(local_call_is_made_here)
{
	AIBinder *echo = echo_new();
	AParcel *out;
	int32_t pid, uid;
	bool serving;

	ck_assert_int_eq(echo_call(echo, ECHO_CALLER, echo_begin(echo), &out, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &pid), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &uid), STATUS_OK);
	ck_assert_int_eq(AParcel_readBool(out, &serving), STATUS_OK);
	ck_assert_int_eq(pid, getpid());
	ck_assert_int_eq(uid, (int32_t)getuid());
	ck_assert(!serving);
	AParcel_delete(out);
	ck_assert_int_eq(echo_bytes(echo, 1000, 0), STATUS_OK);
	ck_assert_int_eq(echo_int(echo, ECHO_STATUS, STATUS_NO_MEMORY, 0), STATUS_NO_MEMORY);
	ck_assert_int_eq(echo_int(echo, ECHO_STATUS, 12345, 0), STATUS_UNKNOWN_ERROR);
	ck_assert_int_eq(echo_int(echo, 1000, 1, 0), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_ptr_null(AIBinder_getCallingSid());
	ck_assert_int_eq(AIBinder_getCallingPid(), getpid());
	ck_assert(!AIBinder_isHandlingTransaction());
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(local_oneway_is_done_at_once)
{
	AIBinder *echo = echo_new();
	AParcel *in = echo_begin(echo), *out;
	int8_t byte = 1;

	ck_assert_int_eq(echo_int(echo, ECHO_APPEND, 5, FLAG_ONEWAY), STATUS_OK);
	ck_assert_int_eq(
		echo_call(echo, ECHO_LIST, echo_begin(echo), NULL, 0), STATUS_NOT_ENOUGH_DATA);
	AParcel_writeByteArray(in, &byte, 1);
	ck_assert_int_eq(echo_call(echo, ECHO_BYTES, in, &out, FLAG_ONEWAY), STATUS_OK);
	ck_assert_int_eq(AParcel_getDataSize(out), 0);
	AParcel_delete(out);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(token_is_checked)
{
	AIBinder *object = new_object();
	AParcel *in = parcel_new(object), *out;

	ck_assert_int_eq(parcel_write_token(in, "a.c"), STATUS_OK);
	ck_assert_int_eq(AIBinder_transact(object, 1, &in, &out, 0), STATUS_BAD_TYPE);
	in = parcel_new(object);
	ck_assert_int_eq(AIBinder_transact(object, 1, &in, &out, 0), STATUS_BAD_TYPE);
	AIBinder_decStrong(object);
}
END_TEST

START_TEST(token_can_be_left_out)
{
	AIBinder_Class *clazz = define("a.b");
	AIBinder *object;
	AParcel *in, *out;
	int32_t value;

	AIBinder_Class_disableInterfaceTokenHeader(clazz);
	object = AIBinder_new(clazz, NULL);
	ck_assert_int_eq(AIBinder_prepareTransaction(object, &in), STATUS_OK);
	ck_assert_int_eq(AParcel_getDataSize(in), 0);
	AParcel_writeInt32(in, 42);
	ck_assert_int_eq(AIBinder_transact(object, 1, &in, &out, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &value), STATUS_OK);
	ck_assert_int_eq(value, 42);
	AParcel_delete(out);
	AIBinder_decStrong(object);
}
END_TEST

START_TEST(extension_is_held)
{
	AIBinder *object = new_object(), *ext = echo_new(), *other = echo_new(), *got;

	ck_assert_int_eq(AIBinder_setExtension(NULL, ext), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_setExtension(object, NULL), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_getExtension(object, NULL), STATUS_UNEXPECTED_NULL);
	got = ext;
	ck_assert_int_eq(AIBinder_getExtension(NULL, &got), STATUS_UNEXPECTED_NULL);
	ck_assert_ptr_null(got);
	ck_assert_int_eq(AIBinder_getExtension(object, &got), STATUS_OK);
	ck_assert_ptr_null(got);
	ck_assert_int_eq(AIBinder_setExtension(object, ext), STATUS_OK);
	AIBinder_decStrong(ext);
	ck_assert_int_eq(echo_living(), 2);
	ck_assert_int_eq(AIBinder_getExtension(object, &got), STATUS_OK);
	ck_assert_ptr_eq(got, ext);
	AIBinder_decStrong(got);
	ck_assert_int_eq(AIBinder_setExtension(object, other), STATUS_OK);
	ck_assert_int_eq(echo_living(), 1);
	AIBinder_decStrong(other);
	AIBinder_decStrong(object);
	ck_assert_int_eq(echo_living(), 0);
}
END_TEST

static int dumped_fd;
static uint32_t dumped_count;
static char dumped_last[16];

static binder_status_t on_dump(AIBinder *binder, int fd, const char **args, uint32_t count)
{
	(void)binder;
	dumped_fd = fd;
	dumped_count = count;
	if (count)
		snprintf(dumped_last, sizeof(dumped_last), "%s", args[count - 1]);
	return count == 3 ? 999 : STATUS_OK;
}

START_TEST(local_dump)
{
	const char *args[] = {"one", "two", "three"}, *holes[] = {"one", NULL};
	AIBinder_Class *clazz = define("a.b");
	AIBinder *object = AIBinder_new(clazz, NULL);

	ck_assert_int_eq(AIBinder_dump(object, 1, args, 2), STATUS_OK);
	ck_assert_int_eq(dumped_count, 0);
	AIBinder_Class_setOnDump(clazz, on_dump);
	ck_assert_int_eq(AIBinder_dump(object, 17, args, 2), STATUS_OK);
	ck_assert_int_eq(dumped_fd, 17);
	ck_assert_str_eq(dumped_last, "two");
	ck_assert_int_eq(AIBinder_dump(object, 17, NULL, 0), STATUS_OK);
	ck_assert_int_eq(dumped_count, 0);
	ck_assert_int_eq(AIBinder_dump(object, 17, args, 3), STATUS_UNKNOWN_ERROR);
	ck_assert_int_eq(AIBinder_dump(object, 17, NULL, 1), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_dump(object, 17, holes, 2), STATUS_UNEXPECTED_NULL);
	AIBinder_decStrong(object);
}
END_TEST

static AIBinder *shared;
static AIBinder_Weak *shared_weak;

static void *use_shared(void *data)
{
	(void)data;
	for (int i = 0; i < 2000; i++) {
		AIBinder *object = AIBinder_Weak_promote(shared_weak);

		if (!object)
			break;
		AIBinder_incStrong(object);
		ck_assert_int_eq(echo_bytes(object, 10, 0), STATUS_OK);
		AIBinder_decStrong(object);
		AIBinder_decStrong(object);
	}
	return NULL;
}

START_TEST(many_threads_share_an_object)
{
	pthread_t threads[4];

	shared = echo_new();
	shared_weak = AIBinder_Weak_new(shared);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, use_shared, NULL), 0);
	use_shared(NULL);
	/* Whoever has it now is the last. */
	AIBinder_decStrong(shared);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(echo_living(), 0);
	ck_assert_ptr_null(AIBinder_Weak_promote(shared_weak));
	AIBinder_Weak_delete(shared_weak);
}
END_TEST

static const struct suite_test tests[] = {
	{&class_needs_all_functions, 0},
	{&class_copies_its_name, 0},
	{&no_class_has_no_name, SIGABRT},
	{&no_class_takes_no_dump, SIGABRT},
	{&no_class_has_no_token, SIGABRT},
	{&nothing_comes_of_null, 0},
	{&counts_end_an_object, 0},
	{&local_object_knows_itself, 0},
	{&weak_pointer_finds_what_is_there, 0},
	{&orders_are_total, 0},
	{&prepare_checks, 0},
	{&transact_checks, 0},
	{&local_call_is_made_here, 0},
	{&local_oneway_is_done_at_once, 0},
	{&token_is_checked, 0},
	{&token_can_be_left_out, 0},
	{&extension_is_held, 0},
	{&local_dump, 0},
	{&many_threads_share_an_object, 0},
};

int main(void)
{
	return suite_run("local", tests, SUITE_COUNT(tests), NULL, NULL);
}
