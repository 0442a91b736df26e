// SPDX-License-Identifier: Apache-2.0
/* Status headers: read where there must be one, and found where there may be one. */

#include "tools/ctl_status.h"
#include "tools/ctl_parcel.h"

#include "apps/suite.h"

#include <string.h>

static struct ctl_parcel parcel;
static struct ctl_exception exception;

static struct ctl_reader status_reader(void)
{
	struct ctl_reader reader;

	ctl_reader_init(
		&reader, parcel.data, parcel.size, parcel.offsets, parcel.count, parcel.dialect);
	return reader;
}

static void status_begin(int level, int32_t first)
{
	ctl_parcel_init(&parcel, ctl_dialect_find(level));
	ctl_parcel_int32(&parcel, first);
}

static void status_end(void)
{
	free(exception.message);
	exception.message = NULL;
	ctl_parcel_deinit(&parcel);
}

/* Whether what was built is taken for an exception, of any reply. */
static bool status_found(void)
{
	struct ctl_reader reader = status_reader();

	ctl_status_find_exception(&reader, &exception);
	return exception.code != 0;
}

START_TEST(status_names)
{
	ck_assert_str_eq(ctl_status_name(-32), "DEAD_OBJECT");
	ck_assert_str_eq(ctl_status_name(0), "OK");
	ck_assert_str_eq(ctl_status_name(INT32_MIN + 2), "FAILED_TRANSACTION");
	ck_assert_ptr_null(ctl_status_name(-1234));
	ck_assert_str_eq(ctl_status_exception_name(-8), "SERVICE_SPECIFIC");
	ck_assert_ptr_null(ctl_status_exception_name(0));
	ck_assert_ptr_null(ctl_status_exception_name(-10));
}
END_TEST

START_TEST(status_fine)
{
	struct ctl_reader reader;

	status_begin(34, 0);
	ctl_parcel_int32(&parcel, 5);
	reader = status_reader();
	ctl_status_read_header(&reader, &exception);
	ck_assert_int_eq(exception.code, 0);
	ck_assert_int_eq(ctl_reader_int32(&reader), 5);
	status_end();
	/* Before Android 11 there is none. */
	status_begin(29, -3);
	reader = status_reader();
	ctl_status_read_header(&reader, &exception);
	ck_assert_int_eq(exception.code, 0);
	ck_assert_int_eq(ctl_reader_int32(&reader), -3);
	status_end();
}
END_TEST

START_TEST(status_reply_header)
{
	struct ctl_reader reader;

	status_begin(34, CTL_EX_HAS_REPLY_HEADER);
	ctl_parcel_int32(&parcel, 12);
	ctl_parcel_int64(&parcel, -1);
	ctl_parcel_int32(&parcel, 5);
	reader = status_reader();
	ctl_status_read_header(&reader, &exception);
	ck_assert_int_eq(exception.code, 0);
	ck_assert(!reader.failed);
	ck_assert_int_eq(ctl_reader_int32(&reader), 5);
	status_end();
}
END_TEST

START_TEST(status_bad_reply_headers)
{
	static const int32_t sizes[] = {0, 3, -4, 5, 16, INT32_MAX, INT32_MIN};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct ctl_reader reader;

		status_begin(34, CTL_EX_HAS_REPLY_HEADER);
		ctl_parcel_int32(&parcel, sizes[i]);
		ctl_parcel_int64(&parcel, 0);
		reader = status_reader();
		ctl_status_read_header(&reader, &exception);
		ck_assert(reader.failed);
		ck_assert_int_eq(exception.code, 0);
		status_end();
	}
}
END_TEST

START_TEST(status_exceptions)
{
	status_begin(34, -3);
	ctl_parcel_string16(&parcel, "why");
	ctl_parcel_int32(&parcel, 0);
	ck_assert(status_found());
	ck_assert_str_eq(exception.message, "why");
	status_end();
	/* Without a message; with Java's trace; from old senders, without one. */
	status_begin(34, -1);
	ctl_parcel_string16(&parcel, NULL);
	ctl_parcel_int32(&parcel, 12);
	ctl_parcel_int64(&parcel, 0);
	ck_assert(status_found());
	ck_assert_ptr_null(exception.message);
	status_end();
	status_begin(34, -1);
	ctl_parcel_string16(&parcel, "x");
	ck_assert(status_found());
	status_end();
	status_begin(34, CTL_EX_SERVICE_SPECIFIC);
	ctl_parcel_string16(&parcel, "mine");
	ctl_parcel_int32(&parcel, 0);
	ctl_parcel_int32(&parcel, 42);
	ck_assert(status_found());
	ck_assert_int_eq(exception.specific, 42);
	status_end();
	status_begin(34, CTL_EX_PARCELABLE);
	ctl_parcel_string16(&parcel, "p");
	ctl_parcel_int32(&parcel, 0);
	ctl_parcel_int32(&parcel, 8);
	ctl_parcel_int32(&parcel, 1);
	ck_assert(status_found());
	status_end();
}
END_TEST

START_TEST(status_no_exceptions)
{
	/* A number that looks like a code. */
	status_begin(34, -3);
	ck_assert(!status_found());
	status_end();
	/* Something is behind it. */
	status_begin(34, -3);
	ctl_parcel_string16(&parcel, "why");
	ctl_parcel_int32(&parcel, 0);
	ctl_parcel_int32(&parcel, 1);
	ck_assert(!status_found());
	ck_assert_ptr_null(exception.message);
	status_end();
	/* No such code; a service's own number is missing; a trace that is not all there. */
	status_begin(34, -55);
	ctl_parcel_string16(&parcel, "why");
	ctl_parcel_int32(&parcel, 0);
	ck_assert(!status_found());
	status_end();
	status_begin(34, CTL_EX_SERVICE_SPECIFIC);
	ctl_parcel_string16(&parcel, "mine");
	ctl_parcel_int32(&parcel, 0);
	ck_assert(!status_found());
	status_end();
	status_begin(34, -3);
	ctl_parcel_string16(&parcel, "why");
	ctl_parcel_int32(&parcel, 8);
	ck_assert(!status_found());
	status_end();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&status_names, &status_fine, &status_reply_header,
		&status_bad_reply_headers, &status_exceptions, &status_no_exceptions};

	return suite_run("tools/ctl_status", tests, sizeof(tests) / sizeof(*tests));
}
