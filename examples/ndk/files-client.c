// SPDX-License-Identifier: Apache-2.0
/*
 * files-client [NAME]: prints a file of files-service's directory, or the names of all.
 *
 *	./dev run -- sh -c 'cd build/examples/ndk; ./files-service /etc & ./files-client hosts'
 *
 * The file is read twice: once by a descriptor that the service opened, and once by the service,
 * which writes it into a temporary file of ours.
 */

#define _POSIX_C_SOURCE 200809L /* fileno(3) */

#include "files.h"

#include <android/binder_manager.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *files_create(void *args)
{
	return args;
}

static void files_destroy(void *data)
{
	(void)data;
}

static binder_status_t files_refuse(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder, (void)code, (void)in, (void)out;
	return STATUS_UNKNOWN_TRANSACTION;
}

/* Return: the reply behind its status header; NULL after saying what is wrong. */
static AParcel *files_call(AIBinder *service, transaction_code_t code, AParcel *in)
{
	AParcel *out = NULL;
	AStatus *said = NULL;
	binder_status_t status = AIBinder_transact(service, code, &in, &out, 0);

	if (status == STATUS_OK)
		status = AParcel_readStatusHeader(out, &said);
	if (status != STATUS_OK)
		said = AStatus_fromStatus(status);
	if (!AStatus_isOk(said)) {
		fprintf(stderr, "files-client: error %d: %s\n",
			AStatus_getServiceSpecificError(said), AStatus_getMessage(said));
		AParcel_delete(out);
		out = NULL;
	}
	AStatus_delete(said);
	return out;
}

/* Prints what can be read from a descriptor, and closes it. Return: how many bytes, or -1. */
static long print_all(int fd)
{
	char bytes[4096];
	long total = 0;
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) > 0) {
		fwrite(bytes, 1, (size_t)got, stdout);
		total += got;
	}
	close(fd);
	return got < 0 ? -1 : total;
}

static long open_and_print(AIBinder *service, const char *name)
{
	AParcel *in, *out;
	int fd = -1;

	if (AIBinder_prepareTransaction(service, &in) != STATUS_OK)
		return -1;
	AParcel_writeString(in, name, (int32_t)strlen(name));
	out = files_call(service, FILES_OPEN, in);
	if (!out)
		return -1;
	if (AParcel_readParcelFileDescriptor(out, &fd) != STATUS_OK)
		fd = -1;
	AParcel_delete(out);
	return fd < 0 ? -1 : print_all(fd);
}

/* The service copies the file into a temporary one of ours. Return: what it says, or -1. */
static long have_copied(AIBinder *service, const char *name)
{
	FILE *file = tmpfile();
	AParcel *in, *out = NULL;
	int64_t copied = -1;

	if (file && AIBinder_prepareTransaction(service, &in) == STATUS_OK) {
		AParcel_writeString(in, name, (int32_t)strlen(name));
		AParcel_writeParcelFileDescriptor(in, fileno(file));
		out = files_call(service, FILES_COPY, in);
	}
	if (out && AParcel_readInt64(out, &copied) != STATUS_OK)
		copied = -1;
	AParcel_delete(out);
	if (file && (fseek(file, 0, SEEK_END) < 0 || ftell(file) != copied))
		copied = -1;
	if (file)
		fclose(file);
	return (long)copied;
}

/* AParcel_readStringArray() asks for memory by these two: for the array, and for each element. */
struct names {
	int32_t count;
	char **texts;
};

static bool take_count(void *data, int32_t count)
{
	struct names *names = data;

	names->count = count;
	names->texts = calloc(count > 0 ? (size_t)count : 1, sizeof(char *));
	return names->texts != NULL;
}

static bool take_element(void *data, size_t index, int32_t length, char **buffer)
{
	struct names *names = data;

	if (length < 0)
		return true;
	names->texts[index] = *buffer = malloc((size_t)length);
	return *buffer != NULL;
}

static bool list(AIBinder *service)
{
	struct names names = {0};
	AParcel *in, *out = NULL;
	bool good;

	if (AIBinder_prepareTransaction(service, &in) == STATUS_OK)
		out = files_call(service, FILES_LIST, in);
	good = out && AParcel_readStringArray(out, &names, take_count, take_element) == STATUS_OK;
	for (int32_t i = 0; names.texts && i < names.count; i++) {
		if (names.texts[i])
			puts(names.texts[i]);
		free(names.texts[i]);
	}
	free(names.texts);
	AParcel_delete(out);
	return good;
}

int main(int argc, char **argv)
{
	AIBinder_Class *class =
		AIBinder_Class_define(FILES_INTERFACE, files_create, files_destroy, files_refuse);
	AIBinder *service = AServiceManager_waitForService(FILES_NAME);
	long printed;
	bool good;

	if (!service || !AIBinder_associateClass(service, class))
		return EXIT_FAILURE;
	if (argc > 1) {
		printed = open_and_print(service, argv[1]);
		good = printed >= 0 && have_copied(service, argv[1]) == printed;
	} else {
		good = list(service);
	}
	AIBinder_decStrong(service);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
