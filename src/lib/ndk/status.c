// SPDX-License-Identifier: Apache-2.0
/*
 * Outcomes of methods and of the transport.
 *
 * A status is an exception code, a number and a message. Which of the STATUS_* and EX_* exist is
 * one table each: what is not in it is coerced, so that a peer cannot make the API return a
 * number that it does not document. Success is one static object, as every method that works
 * returns it; it is recognised by its address and never freed.
 *
 * The status header on the wire (libbinder's Status):
 *
 *	success    [0]; or [-128][size, itself included][size - 4 bytes], which Java sends
 *	exception  [code][message as String16][size of a stack trace, itself included, or 0]...
 *	           and for -8 [number], for -9 [size of a parcelable, itself included]...
 */

#include "lib/ndk/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ndk/parcel.h"

#define STATUS_HAS_REPLY_HEADER (-128) /* libbinder's EX_HAS_REPLY_HEADER, never seen outside */

struct AStatus {
	binder_exception_t exception;
	int32_t error; /* of the service or the transport, by the exception */
	char *message; /* or NULL for none */
};

struct status_row {
	int32_t value;
	const char *name;
};

static const struct status_row status_table[] = {
	{STATUS_OK, "OK"},
	{STATUS_UNKNOWN_ERROR, "UNKNOWN_ERROR"},
	{STATUS_NO_MEMORY, "NO_MEMORY"},
	{STATUS_INVALID_OPERATION, "INVALID_OPERATION"},
	{STATUS_BAD_VALUE, "BAD_VALUE"},
	{STATUS_BAD_TYPE, "BAD_TYPE"},
	{STATUS_NAME_NOT_FOUND, "NAME_NOT_FOUND"},
	{STATUS_PERMISSION_DENIED, "PERMISSION_DENIED"},
	{STATUS_NO_INIT, "NO_INIT"},
	{STATUS_ALREADY_EXISTS, "ALREADY_EXISTS"},
	{STATUS_DEAD_OBJECT, "DEAD_OBJECT"},
	{STATUS_FAILED_TRANSACTION, "FAILED_TRANSACTION"},
	{STATUS_BAD_INDEX, "BAD_INDEX"},
	{STATUS_NOT_ENOUGH_DATA, "NOT_ENOUGH_DATA"},
	{STATUS_WOULD_BLOCK, "WOULD_BLOCK"},
	{STATUS_TIMED_OUT, "TIMED_OUT"},
	{STATUS_UNKNOWN_TRANSACTION, "UNKNOWN_TRANSACTION"},
	{STATUS_FDS_NOT_ALLOWED, "FDS_NOT_ALLOWED"},
	{STATUS_UNEXPECTED_NULL, "UNEXPECTED_NULL"},
};

static const struct status_row exception_table[] = {
	{EX_NONE, "EX_NONE"},
	{EX_SECURITY, "EX_SECURITY"},
	{EX_BAD_PARCELABLE, "EX_BAD_PARCELABLE"},
	{EX_ILLEGAL_ARGUMENT, "EX_ILLEGAL_ARGUMENT"},
	{EX_NULL_POINTER, "EX_NULL_POINTER"},
	{EX_ILLEGAL_STATE, "EX_ILLEGAL_STATE"},
	{EX_NETWORK_MAIN_THREAD, "EX_NETWORK_MAIN_THREAD"},
	{EX_UNSUPPORTED_OPERATION, "EX_UNSUPPORTED_OPERATION"},
	{EX_SERVICE_SPECIFIC, "EX_SERVICE_SPECIFIC"},
	{EX_PARCELABLE, "EX_PARCELABLE"},
	{EX_TRANSACTION_FAILED, "EX_TRANSACTION_FAILED"},
};

static AStatus status_ok = {EX_NONE, STATUS_OK, NULL};

static const char *status_find(const struct status_row *table, size_t count, int32_t value)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i].value == value)
			return table[i].name;
	}
	return NULL;
}

#define STATUS_FIND(table, value) status_find(table, sizeof(table) / sizeof(*(table)), value)

binder_status_t status_prune(int32_t status)
{
	if (status == STATUS_OK || STATUS_FIND(status_table, status))
		return status;
	return STATUS_UNKNOWN_ERROR;
}

binder_exception_t status_prune_exception(int32_t exception)
{
	return STATUS_FIND(exception_table, exception) ? exception : EX_TRANSACTION_FAILED;
}

const char *status_name(binder_status_t status)
{
	const char *name = STATUS_FIND(status_table, status);

	return name ? name : "unknown error";
}

binder_status_t status_from_errno(int error)
{
	return status_prune(-error);
}

/* Without memory there is no telling the caller that something failed: end here. */
static AStatus *status_new(binder_exception_t exception, int32_t error, const char *message)
{
	AStatus *status;

	if (exception == EX_NONE)
		return &status_ok;
	status = malloc(sizeof(*status));
	if (!status)
		abort();
	*status = (AStatus){.exception = exception, .error = error};
	if (message && *message) {
		status->message = strdup(message);
		if (!status->message)
			abort();
	}
	return status;
}

AStatus *AStatus_newOk(void)
{
	return &status_ok;
}

AStatus *AStatus_fromExceptionCode(binder_exception_t exception)
{
	return AStatus_fromExceptionCodeWithMessage(exception, "");
}

AStatus *AStatus_fromExceptionCodeWithMessage(binder_exception_t exception, const char *message)
{
	exception = status_prune_exception(exception);
	return status_new(exception,
		exception == EX_TRANSACTION_FAILED ? STATUS_FAILED_TRANSACTION : STATUS_OK,
		message);
}

AStatus *AStatus_fromServiceSpecificError(int32_t serviceSpecific)
{
	return status_new(EX_SERVICE_SPECIFIC, serviceSpecific, NULL);
}

AStatus *AStatus_fromServiceSpecificErrorWithMessage(int32_t serviceSpecific, const char *message)
{
	return status_new(EX_SERVICE_SPECIFIC, serviceSpecific, message);
}

AStatus *AStatus_fromStatus(binder_status_t status)
{
	status = status_prune(status);
	return status_new(status == STATUS_OK ? EX_NONE : EX_TRANSACTION_FAILED, status, NULL);
}

bool AStatus_isOk(const AStatus *status)
{
	return status->exception == EX_NONE;
}

binder_exception_t AStatus_getExceptionCode(const AStatus *status)
{
	return status_prune_exception(status->exception);
}

int32_t AStatus_getServiceSpecificError(const AStatus *status)
{
	return status->exception == EX_SERVICE_SPECIFIC ? status->error : 0;
}

binder_status_t AStatus_getStatus(const AStatus *status)
{
	return status->exception == EX_TRANSACTION_FAILED ? status->error : STATUS_OK;
}

const char *AStatus_getMessage(const AStatus *status)
{
	return status->message ? status->message : "";
}

/* "N: " or "NAME: " for an exception that has a number. */
static void status_print_error(const AStatus *status, char *text, size_t size)
{
	text[0] = '\0';
	if (status->exception == EX_SERVICE_SPECIFIC)
		snprintf(text, size, "%d: ", status->error);
	else if (status->exception == EX_TRANSACTION_FAILED)
		snprintf(text, size, "%s: ", status_name(status->error));
}

const char *AStatus_getDescription(const AStatus *status)
{
	const char *name = STATUS_FIND(exception_table, status->exception);
	char error[64], number[16], *text;
	int length;

	if (status->exception == EX_NONE) {
		length = asprintf(&text, "No error");
	} else {
		snprintf(number, sizeof(number), "%d", status->exception);
		status_print_error(status, error, sizeof(error));
		length = asprintf(&text, "Status(%d, %s): '%s%s'", status->exception,
			name ? name : number, error, AStatus_getMessage(status));
	}
	if (length < 0)
		abort();
	return text;
}

void AStatus_deleteDescription(const char *description)
{
	free((char *)description);
}

void AStatus_delete(AStatus *status)
{
	if (!status || status == &status_ok)
		return;
	free(status->message);
	free(status);
}

binder_status_t AParcel_writeStatusHeader(AParcel *parcel, const AStatus *status)
{
	binder_status_t error;

	if (status->exception == EX_TRANSACTION_FAILED)
		return status->error;
	error = AParcel_writeInt32(parcel, status->exception);
	if (error != STATUS_OK || status->exception == EX_NONE)
		return error;
	error = parcel_write_string(parcel, AStatus_getMessage(status), -1);
	if (error == STATUS_OK)
		error = AParcel_writeInt32(parcel, 0); /* no stack trace */
	if (error == STATUS_OK && status->exception == EX_SERVICE_SPECIFIC)
		error = AParcel_writeInt32(parcel, status->error);
	else if (error == STATUS_OK && status->exception == EX_PARCELABLE)
		error = AParcel_writeInt32(parcel, 0); /* no content */
	return error;
}

/* Skips what begins with its own size, or with 0. */
static binder_status_t status_skip_block(const AParcel *parcel)
{
	int32_t start = AParcel_getDataPosition(parcel);
	size_t avail = parcel_avail(parcel);
	binder_status_t error;
	int32_t size;

	error = AParcel_readInt32(parcel, &size);
	if (error != STATUS_OK)
		return error;
	if (size < 0 || (size_t)size > avail)
		return STATUS_UNKNOWN_ERROR;
	return AParcel_setDataPosition(parcel, start + size);
}

/* As status_skip_block(), where a size of 0 is the whole of it. */
static binder_status_t status_skip_trace(const AParcel *parcel)
{
	int32_t start = AParcel_getDataPosition(parcel);
	binder_status_t error = status_skip_block(parcel);

	if (error == STATUS_OK && AParcel_getDataPosition(parcel) == start)
		return AParcel_setDataPosition(parcel, start + (int32_t)sizeof(int32_t));
	return error;
}

/* What follows the code of an exception. */
static binder_status_t status_read_exception(
	const AParcel *parcel, int32_t exception, char **message, int32_t *number)
{
	binder_status_t error = parcel_read_string(parcel, message);

	if (error == STATUS_OK)
		error = status_skip_trace(parcel);
	if (error != STATUS_OK)
		return error;
	if (exception == EX_SERVICE_SPECIFIC)
		return AParcel_readInt32(parcel, number);
	if (exception == EX_PARCELABLE)
		return status_skip_block(parcel);
	return STATUS_OK;
}

binder_status_t AParcel_readStatusHeader(const AParcel *parcel, AStatus **status)
{
	int32_t exception, number = 0;
	binder_status_t error;
	char *message = NULL;

	error = AParcel_readInt32(parcel, &exception);
	if (error != STATUS_OK)
		return error;
	if (exception == STATUS_HAS_REPLY_HEADER) {
		error = status_skip_block(parcel);
		exception = EX_NONE;
	} else if (exception != EX_NONE) {
		error = status_read_exception(parcel, exception, &message, &number);
	}
	if (error == STATUS_OK)
		*status = status_new(exception, number, message);
	free(message);
	return error;
}
