// SPDX-License-Identifier: Apache-2.0
/*
 * shell: what cmd is on a phone.
 *
 * The service is given our standard descriptors and two objects: one that it sends the command's
 * result to, as a oneway, before or after it has answered the call; and one that opens files for
 * it, as ours, while the command lasts. So objects are served from the start, by a thread of
 * their own. A service that dies, or answers and never sends a result and then dies, is seen by
 * the death of its object.
 */

#include "tools/ctl_await.h"
#include "tools/ctl_options.h"
#include "tools/ctl_status.h"

#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* AOSP: binder/IBinder.h, binder/IResultReceiver.h, binder/IShellCallback.h. */
#define SHELL_COMMAND_TRANSACTION B_PACK_CHARS('_', 'C', 'M', 'D')
#define SHELL_RECEIVER "com.android.internal.os.IResultReceiver"
#define SHELL_RECEIVER_SEND 1
#define SHELL_CALLBACK "com.android.internal.os.IShellCallback"
#define SHELL_CALLBACK_OPEN_FILE 1

static const char ctl_shell_usage[] =
	"usage: binderctl shell [OPTION]... NAME [ARGUMENT]...\n"
	"\n"
	"Gives a service a command, which uses this program's standard input, output and error.\n"
	"\n"
	"  -w, --wait  wait until there is such a service\n"
	"  --no-files  do not open files for the service, which it may ask for meanwhile\n"
	"\n"
	"Exit status: what the service says; 125 if it says nothing.\n";

static const struct option ctl_shell_options[] = {
	{"wait", no_argument, NULL, 'w'},
	{"no-files", no_argument, NULL, 'n'},
	{NULL, 0, NULL, 0},
};

enum {
	SHELL_RESULT, /* with its value */
	SHELL_DIED,
	SHELL_LOST,
};

struct ctl_shell {
	struct ctl *ctl;
	bool wait;
	bool no_files;
	const char *name;
	char **args;
	int count; /* of @args */
	struct ctl_object receiver;
	struct ctl_object callback;
	struct binder_death death;
	struct ctl_event event;
};

#define SHELL_OF(object, member) \
	((struct ctl_shell *)((char *)(object)-offsetof(struct ctl_shell, member)))

static int32_t ctl_shell_receive(struct ctl_object *object, uint32_t code,
	struct ctl_reader *reader, struct ctl_parcel *reply)
{
	int32_t value = ctl_reader_int32(reader);

	if (code != SHELL_RECEIVER_SEND)
		return CTL_STATUS_UNKNOWN_TRANSACTION;
	if (reader->failed)
		return -ENODATA;
	ctl_event_set(&SHELL_OF(object, receiver)->event, SHELL_RESULT, value);
	ctl_parcel_int32(reply, 0);
	return 0;
}

static int ctl_shell_open_flags(const char *mode)
{
	if (!strcmp(mode, "r"))
		return O_RDONLY;
	if (!strcmp(mode, "r+"))
		return O_RDWR;
	if (!strcmp(mode, "w"))
		return O_WRONLY | O_CREAT | O_TRUNC;
	if (!strcmp(mode, "w+"))
		return O_RDWR | O_CREAT | O_TRUNC;
	return -1;
}

/* Opens a file for the service; relative paths are ours. Returns -1 after telling. */
static int ctl_shell_open(const char *path, const char *mode)
{
	int flags = path && mode ? ctl_shell_open_flags(mode) : -1;
	int fd;

	if (flags < 0) {
		log_error("the service asked for a file in a way that there is none of");
		return -1;
	}
	fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		log_error("cannot open %s for the service: %m", path);
	return fd;
}

/* openFile(String path, String seLinuxContext, String mode): ParcelFileDescriptor or null. */
static int32_t ctl_shell_call_back(struct ctl_object *object, uint32_t code,
	struct ctl_reader *reader, struct ctl_parcel *reply)
{
	char *path, *context, *mode;
	int fd = -1;

	(void)object;
	if (code != SHELL_CALLBACK_OPEN_FILE)
		return CTL_STATUS_UNKNOWN_TRANSACTION;
	path = ctl_reader_string16(reader);
	context = ctl_reader_string16(reader);
	mode = ctl_reader_string16(reader);
	if (!reader->failed)
		fd = ctl_shell_open(path, mode);
	free(path);
	free(context);
	free(mode);
	if (reader->failed)
		return -ENODATA;
	ctl_parcel_int32(reply, 0);
	ctl_parcel_int32(reply, fd >= 0);
	if (fd >= 0) {
		/* Without a channel for what becomes of the descriptor. */
		ctl_parcel_int32(reply, 0);
		ctl_parcel_fd(reply, fd, true);
	}
	return 0;
}

static void ctl_shell_died(struct binder_state *bs, void *ptr)
{
	struct ctl_shell *shell = ptr;

	(void)bs;
	ctl_event_set(&shell->event, SHELL_DIED, 0);
}

static void ctl_shell_request(struct ctl_shell *shell, struct ctl_parcel *message)
{
	ctl_parcel_init(message, shell->ctl->dialect);
	for (int fd = 0; fd <= 2; fd++)
		ctl_parcel_fd(message, fd, false);
	ctl_parcel_int32(message, shell->count);
	for (int i = 0; i < shell->count; i++)
		ctl_parcel_string16(message, shell->args[i]);
	if (shell->no_files)
		ctl_parcel_null(message);
	else
		ctl_parcel_object(message, &shell->callback);
	ctl_parcel_object(message, &shell->receiver);
}

/* Waits for the result; returns the exit status. */
static int ctl_shell_result(struct ctl_shell *shell)
{
	long value;

	switch (ctl_event_wait(&shell->event, NULL, &value)) {
	case SHELL_RESULT:
		return (int)(value & 0xff);
	case SHELL_DIED:
		log_error("%s died without a result", shell->name);
		break;
	default:
		log_error("the connection to \"%s\" was lost", shell->ctl->context);
	}
	return CTL_EXIT_NO_RESULT;
}

static int ctl_shell_call(struct ctl_shell *shell, uint32_t handle)
{
	struct ctl_client *client = &shell->ctl->client;
	struct ctl_parcel message;
	struct ctl_reply reply;
	char why[256];
	int error = ctl_client_serve(client, &shell->event, SHELL_LOST);

	if (error) {
		log_error("cannot start a thread: %s", strerror(-error));
		return CTL_EXIT_NO_RESULT;
	}
	/* A handle that a lookup brought is held; the manager's is not. */
	if (!handle)
		binder_acquire(client->bs, handle);
	binder_link_to_death(client->bs, handle, &shell->death);
	ctl_shell_request(shell, &message);
	ctl_client_call(client, handle, SHELL_COMMAND_TRANSACTION, &message, &reply);
	ctl_parcel_deinit(&message);
	ctl_client_done(client, &reply);
	if (!reply.status)
		return ctl_shell_result(shell);
	ctl_client_explain(&reply, why, sizeof(why));
	log_error("%s failed: %s", shell->name, why);
	return CTL_EXIT_NO_RESULT;
}

static int ctl_shell_run(struct ctl_shell *shell)
{
	const struct ctl_await await = {.name = shell->name, .start = true};
	struct ctl_service service;
	int status;

	if (shell->wait && ctl_await_service(shell->ctl, &await) != CTL_EXIT_OK)
		return CTL_EXIT_NO_RESULT;
	if (ctl_manager_need(shell->ctl, shell->name, &service) != CTL_EXIT_OK)
		return CTL_EXIT_NO_RESULT;
	ctl_event_init(&shell->event);
	status = ctl_shell_call(shell, service.handle);
	/* The objects are called until then. */
	ctl_deinit(shell->ctl);
	ctl_event_deinit(&shell->event);
	return status;
}

int ctl_shell_main(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_shell shell = {
		.ctl = ctl,
		.receiver = {SHELL_RECEIVER, ctl_shell_receive},
		.callback = {SHELL_CALLBACK, ctl_shell_call_back},
		.death = {.func = ctl_shell_died, .ptr = &shell},
	};
	struct ctl_options options;
	int option;

	ctl_options_init(&options, ctl, argc, argv, "+:w", ctl_shell_options, ctl_shell_usage);
	while ((option = ctl_options_next(&options)) != CTL_OPTIONS_END) {
		if (option == CTL_OPTIONS_STOP)
			return options.status;
		shell.wait |= option == 'w';
		shell.no_files |= option == 'n';
	}
	if (optind == argc)
		return ctl_options_wrong(&options, "a NAME is expected");
	if (ctl->json)
		return ctl_options_wrong(&options, "what a command prints is no JSON");
	shell.name = argv[optind];
	shell.args = argv + optind + 1;
	shell.count = argc - optind - 1;
	return ctl_shell_run(&shell);
}
