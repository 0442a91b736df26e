// SPDX-License-Identifier: Apache-2.0
/*
 * Statuses, and the header that brings them in a reply.
 */

#include "suite.h"

#include "lib/ndk/status.h"

/* All exceptions that can be written, and a status with each. */
static const binder_exception_t status_exceptions[] = {EX_SECURITY, EX_BAD_PARCELABLE,
	EX_ILLEGAL_ARGUMENT, EX_NULL_POINTER, EX_ILLEGAL_STATE, EX_NETWORK_MAIN_THREAD,
	EX_UNSUPPORTED_OPERATION, EX_SERVICE_SPECIFIC, EX_PARCELABLE};

static void status_is(AStatus *status, binder_exception_t exception, int32_t specific,
	binder_status_t error, const char *message)
{
	ck_assert_int_eq(AStatus_isOk(status), exception == EX_NONE);
	ck_assert_int_eq(AStatus_getExceptionCode(status), exception);
	ck_assert_int_eq(AStatus_getServiceSpecificError(status), specific);
	ck_assert_int_eq(AStatus_getStatus(status), error);
	ck_assert_str_eq(AStatus_getMessage(status), message);
	AStatus_delete(status);
}

START_TEST(the_numbers_are_androids)
{
	ck_assert_int_eq(STATUS_PERMISSION_DENIED, -1);
	ck_assert_int_eq(STATUS_NAME_NOT_FOUND, -2);
	ck_assert_int_eq(STATUS_WOULD_BLOCK, -11);
	ck_assert_int_eq(STATUS_NO_MEMORY, -12);
	ck_assert_int_eq(STATUS_ALREADY_EXISTS, -17);
	ck_assert_int_eq(STATUS_NO_INIT, -19);
	ck_assert_int_eq(STATUS_BAD_VALUE, -22);
	ck_assert_int_eq(STATUS_DEAD_OBJECT, -32);
	ck_assert_int_eq(STATUS_INVALID_OPERATION, -38);
	ck_assert_int_eq(STATUS_NOT_ENOUGH_DATA, -61);
	ck_assert_int_eq(STATUS_UNKNOWN_TRANSACTION, -74);
	ck_assert_int_eq(STATUS_BAD_INDEX, -75);
	ck_assert_int_eq(STATUS_TIMED_OUT, -110);
	ck_assert_uint_eq((uint32_t)STATUS_UNKNOWN_ERROR, 0x80000000);
	ck_assert_uint_eq((uint32_t)STATUS_BAD_TYPE, 0x80000001);
	ck_assert_uint_eq((uint32_t)STATUS_FAILED_TRANSACTION, 0x80000002);
	ck_assert_uint_eq((uint32_t)STATUS_FDS_NOT_ALLOWED, 0x80000007);
	ck_assert_uint_eq((uint32_t)STATUS_UNEXPECTED_NULL, 0x80000008);
}
END_TEST

START_TEST(constructors_say_what_they_made)
{
	status_is(AStatus_newOk(), EX_NONE, 0, STATUS_OK, "");
	status_is(AStatus_fromExceptionCode(EX_NONE), EX_NONE, 0, STATUS_OK, "");
	status_is(AStatus_fromExceptionCode(EX_SECURITY), EX_SECURITY, 0, STATUS_OK, "");
	status_is(AStatus_fromExceptionCodeWithMessage(EX_SECURITY, "no"), EX_SECURITY, 0,
		STATUS_OK, "no");
	status_is(AStatus_fromServiceSpecificError(7), EX_SERVICE_SPECIFIC, 7, STATUS_OK, "");
	status_is(AStatus_fromServiceSpecificError(0), EX_SERVICE_SPECIFIC, 0, STATUS_OK, "");
	status_is(AStatus_fromServiceSpecificErrorWithMessage(-7, "seven"), EX_SERVICE_SPECIFIC, -7,
		STATUS_OK, "seven");
	status_is(AStatus_fromStatus(STATUS_OK), EX_NONE, 0, STATUS_OK, "");
	status_is(AStatus_fromStatus(STATUS_DEAD_OBJECT), EX_TRANSACTION_FAILED, 0,
		STATUS_DEAD_OBJECT, "");
	AStatus_delete(NULL);
}
END_TEST

START_TEST(what_has_no_name_is_coerced)
{
	status_is(AStatus_fromExceptionCode(-10), EX_TRANSACTION_FAILED, 0,
		STATUS_FAILED_TRANSACTION, "");
	status_is(AStatus_fromExceptionCode(-128), EX_TRANSACTION_FAILED, 0,
		STATUS_FAILED_TRANSACTION, "");
	status_is(AStatus_fromExceptionCodeWithMessage(5, "m"), EX_TRANSACTION_FAILED, 0,
		STATUS_FAILED_TRANSACTION, "m");
	status_is(AStatus_fromStatus(5), EX_TRANSACTION_FAILED, 0, STATUS_UNKNOWN_ERROR, "");
	status_is(AStatus_fromStatus(-5), EX_TRANSACTION_FAILED, 0, STATUS_UNKNOWN_ERROR, "");
	ck_assert_int_eq(status_from_errno(EPIPE), STATUS_DEAD_OBJECT);
	ck_assert_int_eq(status_from_errno(EBADF), STATUS_UNKNOWN_ERROR);
	ck_assert_str_eq(status_name(STATUS_BAD_INDEX), "BAD_INDEX");
	ck_assert_str_eq(status_name(12345), "unknown error");
}
END_TEST

static void status_described(AStatus *status, const char *text)
{
	const char *description = AStatus_getDescription(status);

	ck_assert_str_eq(description, text);
	AStatus_deleteDescription(description);
	AStatus_delete(status);
}

START_TEST(descriptions)
{
	status_described(AStatus_newOk(), "No error");
	status_described(AStatus_fromExceptionCodeWithMessage(EX_SECURITY, "no"),
		"Status(-1, EX_SECURITY): 'no'");
	status_described(AStatus_fromServiceSpecificErrorWithMessage(5, "no such file"),
		"Status(-8, EX_SERVICE_SPECIFIC): '5: no such file'");
	status_described(AStatus_fromStatus(STATUS_DEAD_OBJECT),
		"Status(-129, EX_TRANSACTION_FAILED): 'DEAD_OBJECT: '");
	AStatus_deleteDescription(NULL);
}
END_TEST

static void status_written(AStatus *status, const char *hex)
{
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(AParcel_writeStatusHeader(parcel, status), STATUS_OK);
	suite_data_is(parcel, hex);
	AParcel_delete(parcel);
	AStatus_delete(status);
}

START_TEST(headers_are_these_bytes)
{
	status_written(AStatus_newOk(), "00000000");
	status_written(
		AStatus_fromExceptionCode(EX_SECURITY), "ffffffff 00000000 00000000 00000000");
	status_written(AStatus_fromExceptionCodeWithMessage(EX_ILLEGAL_STATE, "x"),
		"fbffffff 01000000 78000000 00000000");
	status_written(AStatus_fromServiceSpecificErrorWithMessage(-2, "x"),
		"f8ffffff 01000000 78000000 00000000 feffffff");
	status_written(AStatus_fromExceptionCode(EX_PARCELABLE),
		"f7ffffff 00000000 00000000 00000000 00000000");
}
END_TEST

START_TEST(errors_of_the_transport_are_not_written)
{
	AParcel *parcel = AParcel_create();
	AStatus *status = AStatus_fromStatus(STATUS_BAD_TYPE);

	ck_assert_int_eq(AParcel_writeStatusHeader(parcel, status), STATUS_BAD_TYPE);
	ck_assert_uint_eq(parcel_size(parcel), 0);
	AStatus_delete(status);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(headers_come_back)
{
	for (size_t i = 0; i < sizeof(status_exceptions) / sizeof(*status_exceptions); i++) {
		bool specific = status_exceptions[i] == EX_SERVICE_SPECIFIC;
		AStatus *status =
			specific ? AStatus_fromServiceSpecificErrorWithMessage(9, "m")
				 : AStatus_fromExceptionCodeWithMessage(status_exceptions[i], "m");
		AParcel *parcel = AParcel_create();
		AStatus *out = NULL;

		ck_assert_int_eq(AParcel_writeStatusHeader(parcel, status), STATUS_OK);
		AParcel_writeInt32(parcel, 77);
		parcel_rewind(parcel);
		ck_assert_int_eq(AParcel_readStatusHeader(parcel, &out), STATUS_OK);
		ck_assert_uint_eq(parcel_avail(parcel), specific ? 4
							: status_exceptions[i] == EX_PARCELABLE
								? 8
								: 4);
		status_is(out, status_exceptions[i], specific ? 9 : 0, STATUS_OK, "m");
		AStatus_delete(status);
		AParcel_delete(parcel);
	}
}
END_TEST

/* What Java sends, which has more in it. */
START_TEST(what_others_send_is_skipped)
{
	static const struct {
		uint32_t words[12];
		size_t count, left;
		binder_exception_t exception;
		int32_t specific;
		const char *message;
	} rows[] = {
		{{0, 5}, 2, 4, EX_NONE, 0, ""},
		{{(uint32_t)-128, 12, 1, 2, 5}, 5, 4, EX_NONE, 0, ""},
		{{(uint32_t)-128, 4, 5}, 3, 4, EX_NONE, 0, ""},
		/* null in place of a message; a stack trace of 8 bytes */
		{{(uint32_t)-3, (uint32_t)-1, 12, 8, 8, 5}, 6, 4, EX_ILLEGAL_ARGUMENT, 0, ""},
		{{(uint32_t)-8, 1, 'q', 8, 1, 33, 5}, 7, 4, EX_SERVICE_SPECIFIC, 33, "q"},
		{{(uint32_t)-9, 1, 'q', 0, 12, 1, 2, 5}, 8, 4, EX_PARCELABLE, 0, "q"},
		/* an exception that nobody knows */
		{{(uint32_t)-77, 1, 'q', 0, 5}, 5, 4, EX_TRANSACTION_FAILED, 0, "q"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AParcel *parcel = suite_receive(rows[i].words, rows[i].count * 4, NULL, 0);
		AStatus *out = NULL;

		ck_assert_int_eq(AParcel_readStatusHeader(parcel, &out), STATUS_OK);
		ck_assert_uint_eq(parcel_avail(parcel), rows[i].left);
		status_is(out, rows[i].exception, rows[i].specific, STATUS_OK, rows[i].message);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(malformed_headers)
{
	static const struct {
		uint32_t words[8];
		size_t count;
		binder_status_t status;
	} rows[] = {
		{{0}, 0, STATUS_NOT_ENOUGH_DATA},
		{{(uint32_t)-128}, 1, STATUS_NOT_ENOUGH_DATA},
		{{(uint32_t)-128, 9}, 2, STATUS_UNKNOWN_ERROR},
		{{(uint32_t)-128, (uint32_t)-1}, 2, STATUS_UNKNOWN_ERROR},
		{{(uint32_t)-128, INT32_MAX}, 2, STATUS_UNKNOWN_ERROR},
		{{(uint32_t)-1}, 1, STATUS_NOT_ENOUGH_DATA},
		{{(uint32_t)-1, 5}, 2, STATUS_NOT_ENOUGH_DATA},
		{{(uint32_t)-1, 1, 'q'}, 3, STATUS_NOT_ENOUGH_DATA},
		{{(uint32_t)-1, 1, 'q', 5}, 4, STATUS_UNKNOWN_ERROR},
		{{(uint32_t)-1, 1, 'q', (uint32_t)-4}, 4, STATUS_UNKNOWN_ERROR},
		{{(uint32_t)-8, 1, 'q', 0}, 4, STATUS_NOT_ENOUGH_DATA},
		{{(uint32_t)-9, 1, 'q', 0}, 4, STATUS_NOT_ENOUGH_DATA},
		{{(uint32_t)-9, 1, 'q', 0, 5}, 5, STATUS_UNKNOWN_ERROR},
		{{(uint32_t)-9, 1, 'q', 0, 0x80000000}, 5, STATUS_UNKNOWN_ERROR},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AParcel *parcel = suite_receive(rows[i].words, rows[i].count * 4, NULL, 0);
		AStatus *out = NULL;

		ck_assert_int_eq(AParcel_readStatusHeader(parcel, &out), rows[i].status);
		ck_assert_ptr_null(out);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(headers_cut_anywhere)
{
	AStatus *status = AStatus_fromServiceSpecificErrorWithMessage(9, "message");
	AParcel *whole = AParcel_create();

	AParcel_writeStatusHeader(whole, status);
	for (size_t size = 0; size < parcel_size(whole); size++) {
		void *copy = malloc(size + 1);
		AStatus *out = NULL;
		AParcel *parcel;

		memcpy(copy, parcel_data(whole), size);
		parcel = suite_receive(copy, size, NULL, 0);
		ck_assert_int_ne(AParcel_readStatusHeader(parcel, &out), STATUS_OK);
		ck_assert_ptr_null(out);
		AParcel_delete(parcel);
		free(copy);
	}
	AParcel_delete(whole);
	AStatus_delete(status);
}
END_TEST

START_TEST(without_memory_a_header_is_not_written)
{
	AParcel *parcel = AParcel_create();
	AStatus *status = AStatus_fromServiceSpecificErrorWithMessage(9, "message");

	seam_double.fail_after = 0;
	ck_assert_int_eq(AParcel_writeStatusHeader(parcel, status), STATUS_NO_MEMORY);
	ck_assert_int_eq(AParcel_writeStatusHeader(parcel, AStatus_newOk()), STATUS_NO_MEMORY);
	AStatus_delete(status);
	AParcel_delete(parcel);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&the_numbers_are_androids,
		&constructors_say_what_they_made, &what_has_no_name_is_coerced, &descriptions,
		&headers_are_these_bytes, &errors_of_the_transport_are_not_written,
		&headers_come_back, &what_others_send_is_skipped, &malformed_headers,
		&headers_cut_anywhere, &without_memory_a_header_is_not_written};

	return suite_run("status", tests, sizeof(tests) / sizeof(*tests));
}
