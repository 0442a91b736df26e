// SPDX-License-Identifier: Apache-2.0
/*
 * Names of status values and exceptions, and the header of replies that carries the latter.
 *
 * The header is, in libbinder's binder::Status: [0], or [code][String16][size of a stack trace]
 * and for SERVICE_SPECIFIC a number. HAS_REPLY_HEADER is a 0 with something to skip in front of the
 * value: a size, itself included, and as many bytes.
 */

#include "tools/ctl_status.h"

#include <stdlib.h>

struct ctl_status_row {
	int32_t value;
	const char *name;
};

/* AOSP, libutils: utils/Errors.h. */
static const struct ctl_status_row ctl_statuses[] = {
	{0, "OK"},
	{-1, "PERMISSION_DENIED"},
	{-2, "NAME_NOT_FOUND"},
	{-11, "WOULD_BLOCK"},
	{-12, "NO_MEMORY"},
	{-17, "ALREADY_EXISTS"},
	{-19, "NO_INIT"},
	{-22, "BAD_VALUE"},
	{-32, "DEAD_OBJECT"},
	{-38, "INVALID_OPERATION"},
	{-61, "NOT_ENOUGH_DATA"},
	{-74, "UNKNOWN_TRANSACTION"},
	{-75, "BAD_INDEX"},
	{-110, "TIMED_OUT"},
	{INT32_MIN, "UNKNOWN_ERROR"},
	{INT32_MIN + 1, "BAD_TYPE"},
	{INT32_MIN + 2, "FAILED_TRANSACTION"},
	{INT32_MIN + 7, "FDS_NOT_ALLOWED"},
	{INT32_MIN + 8, "UNEXPECTED_NULL"},
};

/* AOSP, libbinder: binder/Status.h. */
static const struct ctl_status_row ctl_exceptions[] = {
	{-1, "SECURITY"},
	{-2, "BAD_PARCELABLE"},
	{-3, "ILLEGAL_ARGUMENT"},
	{-4, "NULL_POINTER"},
	{-5, "ILLEGAL_STATE"},
	{-6, "NETWORK_MAIN_THREAD"},
	{-7, "UNSUPPORTED_OPERATION"},
	{-8, "SERVICE_SPECIFIC"},
	{-9, "PARCELABLE"},
};

static const char *ctl_status_find(const struct ctl_status_row *rows, size_t count, int32_t value)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].value == value)
			return rows[i].name;
	}
	return NULL;
}

const char *ctl_status_name(int32_t status)
{
	return ctl_status_find(ctl_statuses, sizeof(ctl_statuses) / sizeof(*ctl_statuses), status);
}

const char *ctl_status_exception_name(int32_t code)
{
	return ctl_status_find(
		ctl_exceptions, sizeof(ctl_exceptions) / sizeof(*ctl_exceptions), code);
}

/* Skips a block that begins with its own size. */
static void ctl_status_skip(struct ctl_reader *reader)
{
	size_t left = ctl_reader_left(reader);
	int32_t size = ctl_reader_int32(reader);

	if (size < (int32_t)sizeof(size) || (size_t)size > left || size % 4)
		reader->failed = true;
	else
		reader->at += (size_t)size - sizeof(size);
}

/* Skips a 0, if there is one. */
static bool ctl_status_skip_zero(struct ctl_reader *reader)
{
	struct ctl_reader trial = *reader;

	if (ctl_reader_int32(&trial))
		return false;
	*reader = trial;
	return true;
}

void ctl_status_read_header(struct ctl_reader *reader, struct ctl_exception *exception)
{
	*exception = (struct ctl_exception){0};
	if (!reader->header)
		return;
	exception->code = ctl_reader_int32(reader);
	if (exception->code == CTL_EX_HAS_REPLY_HEADER) {
		ctl_status_skip(reader);
		exception->code = 0;
	}
	if (!exception->code)
		return;
	exception->message = ctl_reader_string16(reader);
	/* Old senders end here. Java sends a trace as a block that begins with its size, or a 0. */
	if (ctl_reader_left(reader) >= sizeof(int32_t) && !ctl_status_skip_zero(reader))
		ctl_status_skip(reader);
	if (exception->code == CTL_EX_SERVICE_SPECIFIC)
		exception->specific = ctl_reader_int32(reader);
}

void ctl_status_find_exception(const struct ctl_reader *reader, struct ctl_exception *exception)
{
	struct ctl_reader trial = *reader;
	bool found;

	ctl_status_read_header(&trial, exception);
	if (exception->code == CTL_EX_PARCELABLE && !trial.failed)
		ctl_status_skip(&trial);
	found = exception->code && ctl_status_exception_name(exception->code) && !trial.failed &&
		!ctl_reader_left(&trial);
	if (found)
		return;
	free(exception->message);
	*exception = (struct ctl_exception){0};
}
