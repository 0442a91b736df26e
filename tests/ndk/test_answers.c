/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What lies in parcels of an object, its stability, and what each one answers besides its class's
 * calls. No device is needed.
 */

#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_ibinder_platform.h>
#include <android/binder_parcel.h>
#include <android/binder_shell.h>
#include <android/binder_stability.h>

#include "lib/ndk/answer.h"
#include "lib/ndk/local.h"
#include "lib/ndk/object.h"
#include "lib/ndk/parcel.h"
#include "ndk/echo.h"
#include "ndk/plain.h"
#include "ndk/suite.h"

#define RECEIVER "com.android.internal.os.IResultReceiver"

static struct flat_binder_object flat;
static int32_t word;

static uint32_t flags_of(AIBinder *object)
{
	object_flatten(object, &flat, &word);
	return flat.flags;
}

START_TEST(null_is_all_zero)
{
	struct flat_binder_object zero;
	AIBinder *out;

	object_flatten(NULL, &flat, &word);
	memset(&zero, 0, sizeof(zero));
	zero.hdr.type = BINDER_TYPE_BINDER;
	ck_assert_mem_eq(&flat, &zero, sizeof(zero));
	ck_assert_int_eq(word, 0);
	object_hold(&flat);
	object_release(&flat);
	out = (AIBinder *)&flat;
	ck_assert_int_eq(object_unflatten(&flat, 0, &out), STATUS_OK);
	ck_assert_ptr_null(out);
	ck_assert_int_eq(object_unflatten(&flat, 0x0c, &out), STATUS_BAD_TYPE);
}
END_TEST

START_TEST(local_object_lies_as_libbinders)
{
	AIBinder *object = echo_new(), *out;

	ck_assert_uint_eq(flags_of(object), 0x113);
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_BINDER);
	ck_assert_uint_ne(flat.binder, 0);
	ck_assert_uint_ne(flat.cookie, 0);
	ck_assert_int_eq(word, 0x0c);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 1);
	object_hold(&flat);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 2);
	ck_assert_int_eq(object_unflatten(&flat, 0x0c, &out), STATUS_OK);
	ck_assert_ptr_eq(out, object);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 3);
	AIBinder_decStrong(out);
	object_release(&flat);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 1);
	flat.hdr.type = BINDER_TYPE_WEAK_BINDER;
	object_hold(&flat);
	ck_assert_int_eq(object_unflatten(&flat, 0x0c, &out), STATUS_BAD_TYPE);
	ck_assert_ptr_null(out);
	AIBinder_decStrong(object);
	ck_assert_int_eq(echo_living(), 0);
	/* Its memory is there as long as it is held weakly, and it has ended. */
	flat.hdr.type = BINDER_TYPE_BINDER;
	ck_assert_int_eq(object_unflatten(&flat, 0x0c, &out), STATUS_DEAD_OBJECT);
	flat.hdr.type = BINDER_TYPE_WEAK_BINDER;
	object_release(&flat);
}
END_TEST

START_TEST(what_is_no_object_is_refused)
{
	AIBinder *out;

	memset(&flat, 0, sizeof(flat));
	flat.hdr.type = BINDER_TYPE_FD;
	object_hold(&flat);
	object_release(&flat);
	ck_assert_int_eq(object_unflatten(&flat, 0, &out), STATUS_BAD_TYPE);
	flat.hdr.type = BINDER_TYPE_WEAK_HANDLE;
	ck_assert_int_eq(object_unflatten(&flat, 0, &out), STATUS_BAD_TYPE);
	flat.hdr.type = 0;
	ck_assert_int_eq(object_unflatten(&flat, 0, &out), STATUS_BAD_TYPE);
	flat.hdr.type = BINDER_TYPE_BINDER;
	flat.binder = 8;
	ck_assert_int_eq(object_unflatten(&flat, 0, &out), STATUS_BAD_TYPE);
}
END_TEST

START_TEST(flags_say_what_was_asked_for)
{
	AIBinder *object = echo_new();

	AIBinder_setRequestingSid(object, true);
	AIBinder_setInheritRt(object, true);
	AIBinder_setMinSchedulerPolicy(object, SCHED_FIFO, 50);
	ck_assert_uint_eq(flags_of(object), 0x100 | 0x1000 | 0x800 | 1 << 9 | 50);
	AIBinder_decStrong(object);
	object = echo_new();
	AIBinder_setRequestingSid(object, true);
	AIBinder_setRequestingSid(object, false);
	AIBinder_setMinSchedulerPolicy(object, SCHED_OTHER, -5);
	ck_assert_uint_eq(flags_of(object), 0x100 | 0xfb);
	AIBinder_decStrong(object);
	object = echo_new();
	AIBinder_setMinSchedulerPolicy(object, SCHED_RR, 1);
	ck_assert_uint_eq(flags_of(object), 0x100 | 2 << 9 | 1);
	AIBinder_decStrong(object);
}
END_TEST

/* What cannot be: each ends the process. */
static AIBinder *sent(void)
{
	AIBinder *object = echo_new();

	flags_of(object);
	return object;
}

START_TEST(sid_after_sending)
{
	AIBinder_setRequestingSid(sent(), true);
}
END_TEST

START_TEST(sid_of_null)
{
	AIBinder_setRequestingSid(NULL, true);
}
END_TEST

START_TEST(inherit_after_sending)
{
	AIBinder_setInheritRt(sent(), true);
}
END_TEST

START_TEST(policy_after_sending)
{
	AIBinder_setMinSchedulerPolicy(sent(), SCHED_OTHER, 0);
}
END_TEST

START_TEST(policy_that_is_none)
{
	AIBinder_setMinSchedulerPolicy(echo_new(), 3, 0);
}
END_TEST

START_TEST(priority_out_of_range)
{
	AIBinder_setMinSchedulerPolicy(echo_new(), SCHED_FIFO, 100);
}
END_TEST

START_TEST(nice_out_of_range)
{
	AIBinder_setMinSchedulerPolicy(echo_new(), SCHED_OTHER, 20);
}
END_TEST

START_TEST(extension_after_sending)
{
	AIBinder_setExtension(sent(), echo_new());
}
END_TEST

START_TEST(second_mark)
{
	AIBinder *object = echo_new();

	AIBinder_markVintfStability(object);
	AIBinder_markVintfStability(object);
	AIBinder_markSystemStability(object);
}
END_TEST

START_TEST(mark_after_sending)
{
	AIBinder_markVendorStability(sent());
}
END_TEST

START_TEST(mark_of_null)
{
	AIBinder_markSystemStability(NULL);
}
END_TEST

START_TEST(downgrade_that_is_none)
{
	AIBinder *object = echo_new();

	AIBinder_markVendorStability(object);
	AIBinder_forceDowngradeToSystemStability(object);
}
END_TEST

START_TEST(marks_are_sent)
{
	AIBinder *object = echo_new();

	AIBinder_markVintfStability(object);
	flags_of(object);
	ck_assert_int_eq(word, 0x3f);
	AIBinder_forceDowngradeToVendorStability(object);
	flags_of(object);
	ck_assert_int_eq(word, 0x03);
	AIBinder_decStrong(object);
	object = echo_new();
	AIBinder_forceDowngradeToLocalStability(object);
	AIBinder_decStrong(object);
	object = echo_new();
	AIBinder_markCompilationUnitStability(object);
	AIBinder_forceDowngradeToSystemStability(object);
	flags_of(object);
	ck_assert_int_eq(word, 0x0c);
	AIBinder_decStrong(object);
}
END_TEST

/* What an object says that comes with a word. */
static binder_status_t come_with(AIBinder *object, int32_t stability)
{
	AIBinder *out;
	binder_status_t status = object_unflatten(&flat, stability, &out);

	ck_assert_ptr_eq(out, status == STATUS_OK ? object : NULL);
	if (out)
		AIBinder_decStrong(out);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 1);
	return status;
}

START_TEST(words_are_checked)
{
	AIBinder *object = echo_new();

	AIBinder_markVintfStability(object);
	flags_of(object);
	ck_assert_int_eq(come_with(object, 0x3f), STATUS_OK);
	/* Android 12's. */
	ck_assert_int_eq(come_with(object, 0x3f000001), STATUS_OK);
	ck_assert_int_eq(come_with(object, 0x0c), STATUS_BAD_TYPE);
	ck_assert_int_eq(come_with(object, 1), STATUS_BAD_TYPE);
	ck_assert_int_eq(come_with(object, -1), STATUS_BAD_TYPE);
	ck_assert_int_eq(come_with(object, 0x0c000002), STATUS_BAD_TYPE);
	AIBinder_forceDowngradeToSystemStability(object);
	ck_assert_int_eq(come_with(object, 0x3f), STATUS_OK);
	ck_assert_int_eq(come_with(object, 0x0c), STATUS_OK);
	/* Without a word: system's. */
	ck_assert_int_eq(come_with(object, 0), STATUS_OK);
	ck_assert_int_eq(come_with(object, 0x03), STATUS_BAD_TYPE);
	AIBinder_decStrong(object);
}
END_TEST

/* One call of an answer. Return: its status, and the answer in @out. */
static binder_status_t answer(AIBinder *object, uint32_t code, AParcel *in, AParcel **out)
{
	AParcel *none = in ? NULL : parcel_new(NULL);
	binder_status_t status;

	*out = parcel_new(NULL);
	status = local_call(object, code, in ? in : none, *out, 0);
	AParcel_delete(none);
	AParcel_delete(in);
	return status;
}

START_TEST(plain_answers)
{
	AIBinder *object = echo_new(), *ext = echo_new(), *got;
	AParcel *out;
	char *text;
	int32_t pid;

	ck_assert_int_eq(answer(object, ANSWER_PING, NULL, &out), STATUS_OK);
	ck_assert_int_eq(AParcel_getDataSize(out), 0);
	AParcel_delete(out);
	ck_assert_int_eq(answer(object, ANSWER_INTERFACE, NULL, &out), STATUS_OK);
	ck_assert_int_eq(parcel_read_string(out, &text), STATUS_OK);
	ck_assert_str_eq(text, ECHO_DESCRIPTOR);
	free(text);
	AParcel_delete(out);
	ck_assert_int_eq(answer(object, ANSWER_DEBUG_PID, NULL, &out), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &pid), STATUS_OK);
	ck_assert_int_eq(pid, getpid());
	AParcel_delete(out);
	ck_assert_int_eq(answer(object, ANSWER_SYSPROPS, NULL, &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_int_eq(answer(object, ANSWER_EXTENSION, NULL, &out), STATUS_OK);
	ck_assert_int_eq(AParcel_readStrongBinder(out, &got), STATUS_OK);
	ck_assert_ptr_null(got);
	AParcel_delete(out);
	AIBinder_setExtension(object, ext);
	ck_assert_int_eq(answer(object, ANSWER_EXTENSION, NULL, &out), STATUS_OK);
	ck_assert_int_eq(AParcel_readStrongBinder(out, &got), STATUS_OK);
	ck_assert_ptr_eq(got, ext);
	AIBinder_decStrong(got);
	AParcel_delete(out);
	AIBinder_decStrong(ext);
	AIBinder_decStrong(object);
	ck_assert_int_eq(echo_living(), 0);
}
END_TEST

START_TEST(refused_answers)
{
	static const uint32_t refused[] = {
		ANSWER_START_RECORDING, ANSWER_STOP_RECORDING, ANSWER_SET_RPC_CLIENT};
	AIBinder *object = echo_new();
	AParcel *out;

	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(answer(object, refused[i], NULL, &out), STATUS_INVALID_OPERATION);
		AParcel_delete(out);
	}
	ck_assert_int_eq(answer(object, 0x5f5f5f5f, NULL, &out), STATUS_UNKNOWN_TRANSACTION);
	AParcel_delete(out);
	ck_assert_int_eq(answer(object, 0, NULL, &out), STATUS_UNKNOWN_TRANSACTION);
	AParcel_delete(out);
	AIBinder_decStrong(object);
}
END_TEST

/* What dump and command write down. */
static struct {
	int calls;
	int fds[3];
	uint32_t count;
	char args[4][16];
} seen;

static binder_status_t note(const char *const *args, uint32_t count)
{
	seen.calls++;
	seen.count = count;
	for (uint32_t i = 0; i < count && i < 4; i++)
		snprintf(seen.args[i], sizeof(seen.args[i]), "%s", args[i]);
	return count == 2 ? STATUS_OK : STATUS_BAD_INDEX;
}

static binder_status_t on_dump(AIBinder *binder, int fd, const char **args, uint32_t count)
{
	(void)binder;
	seen.fds[0] = fd;
	return note(args, count);
}

static binder_status_t on_command(
	AIBinder *binder, int in, int out, int err, const char **argv, uint32_t count)
{
	(void)binder;
	seen.fds[0] = in;
	seen.fds[1] = out;
	seen.fds[2] = err;
	if (count == 0)
		return STATUS_BAD_VALUE;
	return note(argv, count);
}

static int32_t received;

static binder_status_t on_receive(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder;
	(void)out;
	ck_assert_uint_eq(code, 1);
	return AParcel_readInt32(in, &received);
}

static binder_status_t on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder;
	(void)code;
	(void)in;
	(void)out;
	return STATUS_OK;
}

static AIBinder *talkative(void)
{
	AIBinder_Class *clazz = plain_class("a.b", on_transact);

	AIBinder_Class_setOnDump(clazz, on_dump);
	AIBinder_Class_setHandleShellCommand(clazz, on_command);
	return AIBinder_new(clazz, NULL);
}

/* A parcel with so many descriptors, a count, and so many arguments. */
static AParcel *arguments(int files, int32_t said, int there)
{
	AParcel *in = parcel_new(NULL);

	for (int i = 0; i < files; i++)
		ck_assert_int_eq(parcel_write_file(in, i, false), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(in, said), STATUS_OK);
	for (int i = 0; i < there; i++)
		ck_assert_int_eq(parcel_write_string(in, i ? "two" : "one", -1), STATUS_OK);
	return in;
}

START_TEST(dump_answer)
{
	AIBinder *object = talkative(), *quiet = echo_new();
	AParcel *out, *in;

	ck_assert_int_eq(answer(object, ANSWER_DUMP, arguments(1, 2, 2), &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_int_eq(seen.calls, 1);
	ck_assert_int_eq(seen.fds[0], 0);
	ck_assert_str_eq(seen.args[0], "one");
	ck_assert_str_eq(seen.args[1], "two");
	/* Fewer than it says: as many as there are. The dump's own status. */
	ck_assert_int_eq(
		answer(object, ANSWER_DUMP, arguments(1, 1000000000, 1), &out), STATUS_BAD_INDEX);
	AParcel_delete(out);
	ck_assert_int_eq(seen.count, 1);
	ck_assert_int_eq(
		answer(object, ANSWER_DUMP, arguments(1, INT32_MIN, 0), &out), STATUS_BAD_INDEX);
	AParcel_delete(out);
	ck_assert_int_eq(seen.count, 0);
	/* Null reads as no text. */
	in = arguments(1, 2, 1);
	ck_assert_int_eq(parcel_write_string(in, NULL, -1), STATUS_OK);
	ck_assert_int_eq(answer(object, ANSWER_DUMP, in, &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_str_eq(seen.args[1], "");
	ck_assert_int_eq(seen.calls, 4);
	ck_assert_int_eq(answer(object, ANSWER_DUMP, arguments(0, 2, 2), &out), STATUS_BAD_TYPE);
	AParcel_delete(out);
	ck_assert_int_eq(answer(object, ANSWER_DUMP, NULL, &out), STATUS_BAD_TYPE);
	AParcel_delete(out);
	/* A string that is cut off. */
	in = arguments(1, 1, 0);
	ck_assert_int_eq(AParcel_writeInt32(in, 1000), STATUS_OK);
	ck_assert_int_ne(answer(object, ANSWER_DUMP, in, &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_int_eq(seen.calls, 4);
	ck_assert_int_eq(answer(quiet, ANSWER_DUMP, arguments(1, 2, 2), &out), STATUS_OK);
	AParcel_delete(out);
	AIBinder_decStrong(object);
	AIBinder_decStrong(quiet);
}
END_TEST

/* A shell command's parcel, with a receiver or without. */
static AParcel *command(int files, int args, AIBinder *receiver)
{
	AParcel *in = arguments(files, args, args);

	ck_assert_int_eq(AParcel_writeStrongBinder(in, NULL), STATUS_OK);
	ck_assert_int_eq(AParcel_writeStrongBinder(in, receiver), STATUS_OK);
	return in;
}

START_TEST(shell_command_answer)
{
	AIBinder_Class *receiver_class = plain_class(RECEIVER, on_receive);
	AIBinder *object = talkative(), *quiet = echo_new();
	AIBinder *receiver = AIBinder_new(receiver_class, NULL);
	AParcel *in, *out;

	received = 77;
	ck_assert_int_eq(
		answer(object, ANSWER_SHELL_COMMAND, command(3, 2, receiver), &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_int_eq(seen.calls, 1);
	ck_assert_int_eq(seen.fds[2], 2);
	ck_assert_int_eq(received, STATUS_OK);
	ck_assert_int_eq(answer(object, ANSWER_SHELL_COMMAND, command(3, 1, receiver), &out),
		STATUS_BAD_INDEX);
	AParcel_delete(out);
	ck_assert_int_eq(received, STATUS_BAD_INDEX);
	/* The command's own word. */
	ck_assert_int_eq(answer(object, ANSWER_SHELL_COMMAND, command(3, 0, receiver), &out),
		STATUS_BAD_VALUE);
	AParcel_delete(out);
	ck_assert_int_eq(received, STATUS_BAD_VALUE);
	/* Zeros in place of the third descriptor: no command has been asked. */
	in = arguments(2, 0, 0);
	for (size_t i = 0; i < sizeof(struct flat_binder_object); i += sizeof(int32_t))
		ck_assert_int_eq(AParcel_writeInt32(in, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_writeStrongBinder(in, NULL), STATUS_OK);
	ck_assert_int_eq(AParcel_writeStrongBinder(in, receiver), STATUS_OK);
	ck_assert_int_eq(answer(object, ANSWER_SHELL_COMMAND, in, &out), STATUS_BAD_VALUE);
	AParcel_delete(out);
	ck_assert_int_eq(received, -1);
	ck_assert_int_eq(
		answer(object, ANSWER_SHELL_COMMAND, command(3, 2, NULL), &out), STATUS_OK);
	AParcel_delete(out);
	/* An object that has no commands tells the receiver alone. */
	ck_assert_int_eq(
		answer(quiet, ANSWER_SHELL_COMMAND, command(3, 2, receiver), &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_int_eq(received, STATUS_INVALID_OPERATION);
	ck_assert_int_eq(seen.calls, 3);
	ck_assert_int_ne(answer(object, ANSWER_SHELL_COMMAND, NULL, &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_int_eq(seen.calls, 3);
	ck_assert_int_eq(AIBinder_debugGetRefCount(receiver), 1);
	AIBinder_decStrong(receiver);
	AIBinder_decStrong(object);
	AIBinder_decStrong(quiet);
}
END_TEST

START_TEST(no_class_takes_no_command)
{
	AIBinder_Class_setHandleShellCommand(NULL, on_command);
}
END_TEST

static const struct suite_test tests[] = {
	{&null_is_all_zero, 0},
	{&local_object_lies_as_libbinders, 0},
	{&what_is_no_object_is_refused, 0},
	{&flags_say_what_was_asked_for, 0},
	{&sid_after_sending, SIGABRT},
	{&sid_of_null, SIGABRT},
	{&inherit_after_sending, SIGABRT},
	{&policy_after_sending, SIGABRT},
	{&policy_that_is_none, SIGABRT},
	{&priority_out_of_range, SIGABRT},
	{&nice_out_of_range, SIGABRT},
	{&extension_after_sending, SIGABRT},
	{&second_mark, SIGABRT},
	{&mark_after_sending, SIGABRT},
	{&mark_of_null, SIGABRT},
	{&downgrade_that_is_none, SIGABRT},
	{&marks_are_sent, 0},
	{&words_are_checked, 0},
	{&plain_answers, 0},
	{&refused_answers, 0},
	{&dump_answer, 0},
	{&shell_command_answer, 0},
	{&no_class_takes_no_command, SIGABRT},
};

int main(void)
{
	return suite_run("answers", tests, SUITE_COUNT(tests), NULL, NULL);
}
