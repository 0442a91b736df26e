// SPDX-License-Identifier: Apache-2.0
/*
 * files-service [DIRECTORY]: hands out the files of a directory, by default the current one.
 *
 *	./dev run -- sh -c 'cd build/examples/ndk; ./files-service /etc & ./files-client hosts'
 *
 * It shows how descriptors travel. What the client gets is a descriptor of its own for the open
 * file, as dup(2) gives it: it needs no right to the directory, and the service may close its own.
 */

#define _GNU_SOURCE 1 /* scandirat(3) */

#include "files.h"

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int files_directory;

static void *files_create(void *args)
{
	return args;
}

static void files_destroy(void *data)
{
	(void)data;
}

static binder_status_t reply_status(AParcel *out, AStatus *status)
{
	binder_status_t result = AParcel_writeStatusHeader(out, status);

	AStatus_delete(status);
	return result;
}

static binder_status_t reply_errno(AParcel *out, int error)
{
	return reply_status(
		out, AStatus_fromServiceSpecificErrorWithMessage(error, strerror(error)));
}

/* AParcel_readString() asks for memory by this; @length counts the NUL, and is -1 for null. */
static bool take_string(void *data, int32_t length, char **buffer)
{
	char **string = data;

	if (length < 0)
		return true;
	*string = *buffer = malloc((size_t)length);
	return *buffer != NULL;
}

/* A file of the directory itself: the name comes from another process. Return: -1 with errno. */
static int open_file(const char *name)
{
	struct stat st;
	int fd;

	if (strchr(name, '/')) {
		errno = EACCES;
		return -1;
	}
	fd = openat(files_directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	if (fd >= 0) {
		close(fd);
		errno = EACCES;
	}
	return -1;
}

static binder_status_t files_open(const AParcel *in, AParcel *out)
{
	char *name = NULL;
	binder_status_t status = AParcel_readString(in, &name, take_string);
	int fd;

	if (status != STATUS_OK || !name)
		return status == STATUS_OK ? STATUS_UNEXPECTED_NULL : status;
	fd = open_file(name);
	if (fd < 0) {
		status = reply_errno(out, errno);
		free(name);
		return status;
	}
	printf("[service] %s is handed to process %d\n", name, (int)AIBinder_getCallingPid());
	free(name);
	status = reply_status(out, AStatus_newOk());
	if (status == STATUS_OK)
		/* The parcel has a copy of it. */
		status = AParcel_writeParcelFileDescriptor(out, fd);
	close(fd);
	return status;
}

static binder_status_t copy_all(int from, int to, AParcel *out)
{
	char bytes[4096];
	int64_t copied = 0;
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0) {
		for (ssize_t at = 0, n; at < got; at += n) {
			n = write(to, bytes + at, (size_t)(got - at));
			if (n < 0)
				return reply_errno(out, errno);
		}
		copied += got;
	}
	if (got < 0)
		return reply_errno(out, errno);
	if (reply_status(out, AStatus_newOk()) != STATUS_OK)
		return STATUS_NO_MEMORY;
	return AParcel_writeInt64(out, copied);
}

static binder_status_t files_copy(const AParcel *in, AParcel *out)
{
	char *name = NULL;
	int from, to = -1;
	binder_status_t status = AParcel_readString(in, &name, take_string);

	if (status == STATUS_OK)
		/* This one is ours to close. */
		status = AParcel_readParcelFileDescriptor(in, &to);
	if (status == STATUS_OK && (!name || to < 0))
		status = STATUS_UNEXPECTED_NULL;
	if (status == STATUS_OK) {
		from = open_file(name);
		status = from < 0 ? reply_errno(out, errno) : copy_all(from, to, out);
		if (from >= 0)
			close(from);
	}
	if (to >= 0)
		close(to);
	free(name);
	return status;
}

/* AParcel_writeStringArray() asks for each element by this. */
static const char *name_at(const void *data, size_t index, int32_t *length)
{
	const struct dirent *const *entries = data;

	*length = (int32_t)strlen(entries[index]->d_name);
	return entries[index]->d_name;
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static binder_status_t files_list(AParcel *out)
{
	struct dirent **entries;
	int count = scandirat(files_directory, ".", &entries, no_dots, alphasort);
	binder_status_t status;

	if (count < 0)
		return reply_errno(out, errno);
	status = reply_status(out, AStatus_newOk());
	if (status == STATUS_OK)
		status = AParcel_writeStringArray(out, entries, count, name_at);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return status;
}

static binder_status_t files_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder;
	switch (code) {
	case FILES_LIST:
		return files_list(out);
	case FILES_OPEN:
		return files_open(in, out);
	case FILES_COPY:
		return files_copy(in, out);
	default:
		return STATUS_UNKNOWN_TRANSACTION;
	}
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : ".";
	AIBinder_Class *class =
		AIBinder_Class_define(FILES_INTERFACE, files_create, files_destroy, files_transact);
	AIBinder *files = class ? AIBinder_new(class, NULL) : NULL;

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* A client may have a file copied into a pipe that nobody reads: an error, not our end. */
	signal(SIGPIPE, SIG_IGN);
	files_directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (files_directory < 0) {
		perror(path);
		return EXIT_FAILURE;
	}
	if (!files || AServiceManager_addService(files, FILES_NAME) != EX_NONE)
		return EXIT_FAILURE;
	ABinderProcess_startThreadPool();
	ABinderProcess_joinThreadPool();
	AIBinder_decStrong(files);
	close(files_directory);
	return EXIT_SUCCESS;
}
