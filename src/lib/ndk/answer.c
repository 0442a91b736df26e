/* SPDX-License-Identifier: Apache-2.0 */

/*
 * These calls carry no interface token. What is in them is read as it is: a peer that sends
 * less than it says gets the call refused, and arguments are read one by one, so that a
 * count that a peer invents allocates nothing.
 */

#include "lib/ndk/answer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_parcel.h>

#include "lib/ndk/class.h"
#include "lib/ndk/local.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/proxy.h"
#include "util/cleanup.h"
#include "util/log.h"

#define ANSWER_RECEIVER "com.android.internal.os.IResultReceiver"
#define ANSWER_RECEIVER_SEND FIRST_CALL_TRANSACTION

/* Android's user of "adb shell". */
#define ANSWER_UID_SHELL 2000

/* Arguments that came in a parcel. */
struct answer_args {
	size_t count, room;
	char **strings;
};

static void answer_args_deinit(struct answer_args *args)
{
	for (size_t i = 0; i < args->count; i++)
		free(args->strings[i]);
	free(args->strings);
}

static binder_status_t answer_args_add(struct answer_args *args, AParcel *in)
{
	char **strings = args->strings;
	binder_status_t status;

	if (args->count == args->room) {
		size_t room = args->room ? 2 * args->room : 8;

		strings = reallocarray(args->strings, room, sizeof(*strings));
		if (!strings)
			return STATUS_NO_MEMORY;
		args->strings = strings;
		args->room = room;
	}
	status = parcel_read_string(in, &strings[args->count]);
	if (status != STATUS_OK)
		return status;
	/* libbinder reads null as no text. */
	if (!strings[args->count])
		strings[args->count] = strdup("");
	if (!strings[args->count])
		return STATUS_NO_MEMORY;
	args->count++;
	return STATUS_OK;
}

/* Reads a count and as many strings, or as many as there are. */
static binder_status_t answer_args_read(struct answer_args *args, AParcel *in)
{
	binder_status_t status;
	int32_t count;

	status = AParcel_readInt32(in, &count);
	for (; status == STATUS_OK && count > 0 && parcel_avail(in) > 0; count--)
		status = answer_args_add(args, in);
	return status;
}

static binder_status_t answer_ok(AIBinder *binder, AParcel *in, AParcel *out)
{
	(void)binder;
	(void)in;
	(void)out;
	return STATUS_OK;
}

static binder_status_t answer_refused(AIBinder *binder, AParcel *in, AParcel *out)
{
	(void)binder;
	(void)in;
	(void)out;
	return STATUS_INVALID_OPERATION;
}

static binder_status_t answer_interface(AIBinder *binder, AParcel *in, AParcel *out)
{
	(void)in;
	return parcel_write_string(out, local_class(binder)->descriptor, -1);
}

static binder_status_t answer_extension(AIBinder *binder, AParcel *in, AParcel *out)
{
	(void)in;
	return AParcel_writeStrongBinder(out, local_extension(binder));
}

static binder_status_t answer_debug_pid(AIBinder *binder, AParcel *in, AParcel *out)
{
	(void)binder;
	(void)in;
	return AParcel_writeInt32(out, getpid());
}

static binder_status_t answer_dump(AIBinder *binder, AParcel *in, AParcel *out)
{
	_cleanup_(answer_args_deinit) struct answer_args args = {0};
	AIBinder_onDump on_dump = local_class(binder)->on_dump;
	int fd = parcel_read_file(in);
	binder_status_t status;

	(void)out;
	if (fd < 0)
		return STATUS_BAD_TYPE;
	status = answer_args_read(&args, in);
	if (status != STATUS_OK || !on_dump)
		return status;
	return on_dump(binder, fd, (const char **)args.strings, (uint32_t)args.count);
}

/* Tells a command's result to the receiver that came with it, if any. */
static void answer_send_result(AIBinder *receiver, int32_t result)
{
	AParcel *in = receiver ? parcel_new(receiver) : NULL;
	AParcel *out = NULL;

	if (in && parcel_write_token(in, ANSWER_RECEIVER) == STATUS_OK &&
		AParcel_writeInt32(in, result) == STATUS_OK) {
		if (receiver->remote)
			proxy_call(receiver, ANSWER_RECEIVER_SEND, in, NULL, FLAG_ONEWAY);
		else if ((out = parcel_new(NULL)))
			local_call(receiver, ANSWER_RECEIVER_SEND, in, out, FLAG_ONEWAY);
	}
	AParcel_delete(out);
	AParcel_delete(in);
}

static bool answer_may_command(void)
{
	uid_t uid = AIBinder_getCallingUid();

	return uid == 0 || uid == ANSWER_UID_SHELL || uid == geteuid();
}

/* What the receiver is told is in @result: -1 for a refusal, other than the call's status. */
static binder_status_t answer_run_command(
	AIBinder *binder, const int fds[3], const struct answer_args *args, int32_t *result)
{
	AIBinder_handleShellCommand command = local_class(binder)->shell_command;

	/* As libbinder: only the receiver is told of an object that knows no commands. */
	*result = STATUS_INVALID_OPERATION;
	if (!command)
		return STATUS_OK;
	*result = -1;
	if (!answer_may_command()) {
		log_notice(
			"binder: a shell command of uid %u was refused", AIBinder_getCallingUid());
		return STATUS_PERMISSION_DENIED;
	}
	if (fds[0] < 0 || fds[1] < 0 || fds[2] < 0)
		return STATUS_BAD_VALUE;
	*result = command(binder, fds[0], fds[1], fds[2], (const char **)args->strings,
		(uint32_t)args->count);
	return *result;
}

static binder_status_t answer_shell_command(AIBinder *binder, AParcel *in, AParcel *out)
{
	_cleanup_(answer_args_deinit) struct answer_args args = {0};
	AIBinder *callback = NULL, *receiver = NULL;
	binder_status_t status;
	int32_t result;
	int fds[3];

	(void)out;
	for (size_t i = 0; i < 3; i++)
		fds[i] = parcel_read_file(in);
	status = answer_args_read(&args, in);
	if (status == STATUS_OK)
		status = AParcel_readStrongBinder(in, &callback);
	if (status == STATUS_OK)
		status = AParcel_readStrongBinder(in, &receiver);
	if (status == STATUS_OK) {
		status = answer_run_command(binder, fds, &args, &result);
		answer_send_result(receiver, result);
	}
	if (callback)
		AIBinder_decStrong(callback);
	if (receiver)
		AIBinder_decStrong(receiver);
	return status;
}

static const struct answer {
	uint32_t code;
	binder_status_t (*function)(AIBinder *binder, AParcel *in, AParcel *out);
} answers[] = {
	{ANSWER_PING, answer_ok},
	{ANSWER_INTERFACE, answer_interface},
	{ANSWER_EXTENSION, answer_extension},
	{ANSWER_DEBUG_PID, answer_debug_pid},
	{ANSWER_DUMP, answer_dump},
	{ANSWER_SHELL_COMMAND, answer_shell_command},
	/* There are no system properties here that could have changed. */
	{ANSWER_SYSPROPS, answer_ok},
	/* What libbinder answers where they are not enabled. */
	{ANSWER_START_RECORDING, answer_refused},
	{ANSWER_STOP_RECORDING, answer_refused},
	{ANSWER_SET_RPC_CLIENT, answer_refused},
};

binder_status_t answer_call(AIBinder *binder, uint32_t code, AParcel *in, AParcel *out)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (answers[i].code == code)
			return answers[i].function(binder, in, out);
	}
	return STATUS_UNKNOWN_TRANSACTION;
}
