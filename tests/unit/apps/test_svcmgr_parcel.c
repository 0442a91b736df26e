/* SPDX-License-Identifier: Apache-2.0 */

/* Parcels: the layouts of spec and reality, and readers of any bytes. */

#include "svcmgr/parcel.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "apps/suite.h"

static struct parcel_reader reader_of(const void *data, size_t size)
{
	struct parcel_reader reader;

	parcel_reader_init(&reader, data, size, NULL, 0);
	return reader;
}

START_TEST(test_empty)
{
	struct parcel_reader reader = reader_of(NULL, 0);
	struct parcel_writer writer;

	ck_assert_uint_eq(parcel_reader_left(&reader), 0);
	ck_assert_int_eq(parcel_read_int32(&reader), 0);
	ck_assert_int_eq(reader.error, STATUS_NOT_ENOUGH_DATA);
	ck_assert_ptr_null(parcel_read_string16(&reader).units);
	ck_assert_int_eq(parcel_read_object(&reader).type, PARCEL_OBJECT_NULL);
	parcel_writer_init(&writer);
	parcel_writer_deinit(&writer);
	parcel_writer_reset(&writer);
	ck_assert_uint_eq(writer.size, 0);
}
END_TEST

START_TEST(test_writer_layouts)
{
	static const char expected[] = "\xfd\xff\xff\xff"
				       "\3\0\0\0n\0o\0.\0\0\0"
				       "\0\0\0\0"
				       "\0\0\0\0"
				       "\0\0\0\0";
	struct parcel_writer writer;

	parcel_writer_init(&writer);
	parcel_write_exception(&writer, EX_ILLEGAL_ARGUMENT, "no.");
	parcel_write_string16(&writer, "");
	ck_assert_uint_eq(writer.size, 28);
	ck_assert_mem_eq(writer.data, expected, 28);
	ck_assert_uint_eq(writer.count, 0);
	parcel_writer_deinit(&writer);
}
END_TEST

/* The bytes that Android 14's manager was seen to send for a service that it has. */
START_TEST(test_writer_objects)
{
	struct parcel_writer writer;
	uint32_t words[8];

	parcel_writer_init(&writer);
	parcel_write_int32(&writer, 0);
	parcel_write_handle(&writer, 1, 0);
	parcel_write_int32(&writer, STABILITY_SYSTEM);
	ck_assert_uint_eq(writer.size, sizeof(words));
	memcpy(words, writer.data, sizeof(words));
	ck_assert_uint_eq(words[0], 0);
	ck_assert_uint_eq(words[1], 0x73682a85);
	ck_assert_uint_eq(words[2], 0);
	ck_assert_uint_eq(words[3], 1);
	ck_assert_uint_eq(words[7], 0x0c);
	ck_assert_uint_eq(writer.count, 1);
	ck_assert_uint_eq(writer.offsets[0], 4);

	parcel_writer_reset(&writer);
	parcel_write_null_object(&writer);
	ck_assert_uint_eq(writer.count, 0);
	ck_assert_uint_eq(writer.size, 24);
	memcpy(words, writer.data, 24);
	ck_assert_uint_eq(words[0], 0x73622a85);
	for (int i = 1; i < 6; i++)
		ck_assert_uint_eq(words[i], 0);
	/* Many objects, and much data. */
	for (int i = 0; i < 1000; i++)
		parcel_write_self(&writer);
	ck_assert_int_eq(writer.error, STATUS_OK);
	ck_assert_uint_eq(writer.count, 1000);
	ck_assert_uint_eq(writer.offsets[999], 24 * 1000);
	parcel_writer_deinit(&writer);
}
END_TEST

START_TEST(test_round_trip)
{
	struct parcel_writer writer;
	struct parcel_reader reader;
	struct parcel_object object;
	struct parcel_string string;

	parcel_writer_init(&writer);
	parcel_write_string16(&writer, "a.b");
	parcel_write_handle(&writer, 7, 0);
	parcel_write_null_object(&writer);
	parcel_write_self(&writer);
	parcel_write_int32(&writer, -3);
	parcel_reader_init(&reader, writer.data, writer.size, writer.offsets, writer.count);
	string = parcel_read_string16(&reader);
	ck_assert(parcel_string_equals(string, "a.b"));
	ck_assert(!parcel_string_equals(string, "a.c"));
	ck_assert(!parcel_string_equals(string, "a."));
	ck_assert(!parcel_string_equals((struct parcel_string){0}, ""));
	object = parcel_read_object(&reader);
	ck_assert_int_eq(object.type, PARCEL_OBJECT_HANDLE);
	ck_assert_uint_eq(object.handle, 7);
	ck_assert_int_eq(parcel_read_object(&reader).type, PARCEL_OBJECT_NULL);
	ck_assert_int_eq(parcel_read_object(&reader).type, PARCEL_OBJECT_OTHER);
	ck_assert_uint_eq(parcel_reader_left(&reader), 4);
	ck_assert_int_eq(parcel_read_int32(&reader), -3);
	ck_assert_int_eq(reader.error, STATUS_OK);
	parcel_writer_deinit(&writer);
}
END_TEST

static enum parcel_object_type type_of(uint32_t type, uint32_t handle, bool listed)
{
	static const binder_size_t offset;
	struct flat_binder_object object = {.hdr.type = type};
	struct parcel_reader reader;

	object.handle = handle;
	parcel_reader_init(&reader, &object, sizeof(object), &offset, listed);
	return parcel_read_object(&reader).type;
}

/* Only a strong handle that the driver made is one. */
START_TEST(test_object_types)
{
	ck_assert_int_eq(type_of(BINDER_TYPE_HANDLE, 1, true), PARCEL_OBJECT_HANDLE);
	ck_assert_int_eq(type_of(BINDER_TYPE_HANDLE, 1, false), PARCEL_OBJECT_OTHER);
	ck_assert_int_eq(type_of(BINDER_TYPE_HANDLE, 0, true), PARCEL_OBJECT_OTHER);
	ck_assert_int_eq(type_of(BINDER_TYPE_HANDLE, 0, false), PARCEL_OBJECT_OTHER);
	ck_assert_int_eq(type_of(BINDER_TYPE_WEAK_HANDLE, 1, true), PARCEL_OBJECT_WEAK);
	ck_assert_int_eq(type_of(BINDER_TYPE_WEAK_HANDLE, 1, false), PARCEL_OBJECT_OTHER);
	ck_assert_int_eq(type_of(BINDER_TYPE_BINDER, 0, false), PARCEL_OBJECT_NULL);
	ck_assert_int_eq(type_of(BINDER_TYPE_BINDER, 0, true), PARCEL_OBJECT_OTHER);
	ck_assert_int_eq(type_of(BINDER_TYPE_BINDER, 5, false), PARCEL_OBJECT_OTHER);
	ck_assert_int_eq(type_of(BINDER_TYPE_WEAK_BINDER, 0, true), PARCEL_OBJECT_OTHER);
	ck_assert_int_eq(type_of(BINDER_TYPE_FD, 1, true), PARCEL_OBJECT_OTHER);
	ck_assert_int_eq(type_of(0, 0, false), PARCEL_OBJECT_OTHER);
}
END_TEST

START_TEST(test_bad_strings)
{
	static const struct {
		int32_t words[3];
		int32_t error;
	} cases[] = {
		{{-1, 0, 0}, STATUS_OK},
		{{-2, 0, 0}, STATUS_BAD_VALUE},
		{{INT32_MIN, 0, 0}, STATUS_BAD_VALUE},
		{{INT32_MAX, 0, 0}, STATUS_BAD_VALUE},
		{{INT32_MAX / 2 - 1, 0, 0}, STATUS_NOT_ENOUGH_DATA},
		{{4, 0, 0}, STATUS_NOT_ENOUGH_DATA},
		{{3, 0x00620061, 0x00640063}, STATUS_BAD_VALUE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct parcel_reader reader = reader_of(cases[i].words, sizeof(cases[i].words));

		ck_assert_ptr_null(parcel_read_string16(&reader).units);
		ck_assert_int_eq(reader.error, cases[i].error);
		if (cases[i].error)
			ck_assert_int_eq(parcel_read_int32(&reader), 0);
	}
}
END_TEST

/* Every size below the whole is an error, and nothing beyond is looked at. */
START_TEST(test_truncated)
{
	struct parcel_writer writer;

	parcel_writer_init(&writer);
	parcel_write_string16(&writer, "name");
	parcel_write_handle(&writer, 7, 0);
	parcel_write_int32(&writer, 1);
	for (size_t cut = 0; cut <= writer.size; cut++) {
		char *copy = malloc(cut ? cut : 1);
		struct parcel_reader reader;

		memcpy(copy, writer.data, cut);
		parcel_reader_init(&reader, copy, cut, writer.offsets, writer.count);
		parcel_read_string16(&reader);
		parcel_read_object(&reader);
		parcel_read_int32(&reader);
		ck_assert_int_eq(reader.error, cut < writer.size ? STATUS_NOT_ENOUGH_DATA : 0);
		free(copy);
	}
	parcel_writer_deinit(&writer);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_empty, &test_writer_layouts,
		&test_writer_objects, &test_round_trip, &test_object_types, &test_bad_strings,
		&test_truncated};

	return suite_run("svcmgr/parcel", tests, sizeof(tests) / sizeof(*tests));
}
