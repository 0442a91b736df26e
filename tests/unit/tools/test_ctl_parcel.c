// SPDX-License-Identifier: Apache-2.0
/* Parcels: golden bytes of each release's form, and reading what is not there. */

#include "tools/ctl_parcel.h"

#include "apps/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static struct ctl_parcel parcel;

static void parcel_begin(int level)
{
	ctl_parcel_init(&parcel, ctl_dialect_find(level));
}

/* Compares with bytes given as hexadecimal digits, blanks ignored, and ends the parcel. */
static void parcel_is(const char *hex)
{
	size_t size = 0;
	unsigned int byte;

	ck_assert_int_eq(parcel.error, 0);
	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		ck_assert_int_eq(sscanf(hex++, "%2x", &byte), 1);
		ck_assert_uint_lt(size, parcel.size);
		ck_assert_msg(parcel.data[size] == byte, "byte %zu: %02x, not %02x", size,
			parcel.data[size], byte);
		size++;
	}
	ck_assert_uint_eq(parcel.size, size);
	ctl_parcel_deinit(&parcel);
}

START_TEST(parcel_numbers)
{
	parcel_begin(34);
	parcel_is("");
	ctl_parcel_int32(&parcel, -2);
	ctl_parcel_int64(&parcel, 0x0102030405060708);
	ctl_parcel_float(&parcel, 1.5f);
	ctl_parcel_double(&parcel, -2);
	ctl_parcel_raw(&parcel, "abcde", 5);
	parcel_is("feffffff 08070605 04030201 0000c03f 00000000 000000c0 61626364 65000000");
}
END_TEST

START_TEST(parcel_strings)
{
	parcel_begin(34);
	ctl_parcel_string16(&parcel, NULL);
	ctl_parcel_string16(&parcel, "");
	ctl_parcel_string16(&parcel, "a");
	ctl_parcel_string16(&parcel, "ab");
	ctl_parcel_string16(&parcel, "\xf0\x9f\x98\x80");
	parcel_is("ffffffff 00000000 00000000 01000000 61000000 02000000 61006200 00000000"
		  "02000000 3dd800de 00000000");
	ctl_parcel_string16(&parcel, "\xff");
	ck_assert_int_eq(parcel.error, -EILSEQ);
	ctl_parcel_int32(&parcel, 1);
	ck_assert_uint_eq(parcel.size, 0);
	ctl_parcel_deinit(&parcel);
}
END_TEST

START_TEST(parcel_tokens)
{
	parcel_begin(28);
	ctl_parcel_token(&parcel, "a.b");
	parcel_is("00004000 03000000 61002e00 62000000");
	parcel_begin(29);
	ctl_parcel_token(&parcel, "a.b");
	parcel_is("00004000 ffffffff 03000000 61002e00 62000000");
	parcel_begin(34);
	ctl_parcel_token(&parcel, "a.b");
	parcel_is("00000080 ffffffff 54535953 03000000 61002e00 62000000");
}
END_TEST

START_TEST(parcel_objects)
{
	void *object = (void *)(uintptr_t)0x1122334455667788;

	parcel_begin(34);
	ctl_parcel_int32(&parcel, 1);
	ctl_parcel_object(&parcel, object);
	ctl_parcel_null(&parcel);
	ctl_parcel_fd(&parcel, 5, false);
	ck_assert_uint_eq(parcel.count, 2);
	ck_assert_uint_eq(parcel.offsets[0], 4);
	ck_assert_uint_eq(parcel.offsets[1], 60);
	parcel_is("01000000 852a6273 13010000 88776655 44332211 00000000 00000000 0c000000"
		  "852a6273 00000000 00000000 00000000 00000000 00000000 00000000"
		  "852a6466 00000000 05000000 00000000 00000000 00000000");
	parcel_begin(31);
	ctl_parcel_object(&parcel, object);
	parcel_is("852a6273 13010000 88776655 44332211 00000000 00000000 0100000c");
	parcel_begin(29);
	ctl_parcel_object(&parcel, object);
	ctl_parcel_null(&parcel);
	parcel_is("852a6273 13010000 88776655 44332211 00000000 00000000"
		  "852a6273 00000000 00000000 00000000 00000000 00000000");
}
END_TEST

START_TEST(parcel_descriptors)
{
	struct ctl_parcel other;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	/* The leak fixture sees to it that what is owned is closed. */
	ctl_parcel_init(&other, ctl_dialect_find(34));
	ctl_parcel_int32(&other, 7);
	ctl_parcel_fd(&other, fd, true);
	parcel_begin(34);
	ctl_parcel_int32(&parcel, 6);
	ctl_parcel_append(&parcel, &other);
	ck_assert_uint_eq(other.size + other.count + other.fd_count, 0);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_uint_eq(parcel.offsets[0], 8);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ctl_parcel_deinit(&parcel);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
}
END_TEST

START_TEST(parcel_growth)
{
	static char large[4 << 20];

	parcel_begin(34);
	for (int i = 0; i < 1000; i++)
		ctl_parcel_object(&parcel, &parcel);
	ck_assert_uint_eq(parcel.count, 1000);
	ck_assert_uint_eq(parcel.offsets[999], 999 * 28);
	ctl_parcel_raw(&parcel, large, sizeof(large));
	ck_assert_int_eq(parcel.error, 0);
	ctl_parcel_raw(&parcel, large, sizeof(large));
	ck_assert_int_eq(parcel.error, -EOVERFLOW);
	ctl_parcel_deinit(&parcel);
	parcel_begin(34);
	ctl_parcel_raw(&parcel, large, SIZE_MAX - 1);
	ck_assert_int_eq(parcel.error, -EOVERFLOW);
	ctl_parcel_deinit(&parcel);
}
END_TEST

static struct ctl_reader parcel_reader(size_t size)
{
	struct ctl_reader reader;

	ctl_reader_init(&reader, parcel.data, size, parcel.offsets, parcel.count, parcel.dialect);
	return reader;
}

/* One of each kind. */
static void parcel_fill(void)
{
	parcel_begin(34);
	ctl_parcel_token(&parcel, "a.b");
	ctl_parcel_int32(&parcel, 7);
	ctl_parcel_string16(&parcel, "text");
	ctl_parcel_string16(&parcel, NULL);
	ctl_parcel_object(&parcel, &parcel);
	ctl_parcel_null(&parcel);
	ctl_parcel_fd(&parcel, 5, false);
	/* A fd is last, and a string before the null string: each cut is missed by somebody. */
}

/* Reads it all; returns whether it was there. */
static bool parcel_read(struct ctl_reader *reader)
{
	struct ctl_object_ref object, null, fd;
	char *text, *none;
	bool good;

	good = ctl_reader_token(reader, "a.b");
	good &= ctl_reader_int32(reader) == 7;
	text = ctl_reader_string16(reader);
	good &= text && !strcmp(text, "text");
	free(text);
	none = ctl_reader_string16(reader);
	good &= !none && !reader->failed;
	free(none);
	ctl_reader_object(reader, &object);
	ctl_reader_object(reader, &null);
	ctl_reader_object(reader, &fd);
	good &= object.type == BINDER_TYPE_BINDER && object.binder == (uintptr_t)&parcel &&
		object.stability == CTL_STABILITY_SYSTEM;
	good &= !null.type && fd.type == BINDER_TYPE_FD && fd.handle == 5;
	return good && !reader->failed && !ctl_reader_left(reader);
}

START_TEST(reader_whole)
{
	struct ctl_reader reader;

	parcel_fill();
	reader = parcel_reader(parcel.size);
	ck_assert(parcel_read(&reader));
	ctl_parcel_deinit(&parcel);
}
END_TEST

START_TEST(reader_truncated)
{
	parcel_fill();
	for (size_t size = 0; size < parcel.size; size++) {
		/* In memory that ends where the parcel does. */
		uint8_t *copy = malloc(size ? size : 1);
		struct ctl_reader reader;

		memcpy(copy, parcel.data, size);
		ctl_reader_init(
			&reader, copy, size, parcel.offsets, parcel.count, parcel.dialect);
		ck_assert(!parcel_read(&reader));
		ck_assert(reader.failed);
		ck_assert_uint_eq(ctl_reader_left(&reader), 0);
		free(copy);
	}
	ctl_parcel_deinit(&parcel);
}
END_TEST

START_TEST(reader_hostile_strings)
{
	static const uint32_t bad[][3] = {
		{0x7fffffff, 0, 0}, {0xfffffffe, 0, 0}, {0x80000000, 0, 0}, {4, 0, 0},
		{3, 0, 0xffff0000}, {0x3fffffff, 0, 0},
	};
	struct ctl_reader reader;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ctl_reader_init(&reader, bad[i], sizeof(bad[i]), NULL, 0, ctl_dialect_find(34));
		ck_assert_ptr_null(ctl_reader_string16(&reader));
		ck_assert(reader.failed);
	}
}
END_TEST

START_TEST(reader_objects_nobody_vouches_for)
{
	struct ctl_object_ref object;
	struct ctl_reader reader;

	parcel_begin(34);
	ctl_parcel_object(&parcel, &parcel);
	ctl_reader_init(&reader, parcel.data, parcel.size, NULL, 0, parcel.dialect);
	ctl_reader_object(&reader, &object);
	ck_assert(reader.failed);
	ck_assert_uint_eq(object.type, 0);
	ctl_parcel_deinit(&parcel);
}
END_TEST

START_TEST(reader_offsets_beyond)
{
	static const binder_size_t offsets[] = {0, 4, 8, UINT64_MAX, UINT64_MAX - 24};
	struct ctl_object_ref object;
	struct ctl_reader reader;

	parcel_begin(29);
	ctl_parcel_null(&parcel);
	ctl_reader_init(&reader, parcel.data, parcel.size, offsets, 5, parcel.dialect);
	ck_assert(ctl_object_at(&reader, offsets[0], &object));
	for (int i = 1; i < 5; i++)
		ck_assert(!ctl_object_at(&reader, offsets[i], &object));
	ctl_parcel_deinit(&parcel);
}
END_TEST

START_TEST(reader_tokens)
{
	struct ctl_reader reader;

	for (int level = 28; level <= 30; level++) {
		parcel_begin(level);
		ctl_parcel_token(&parcel, "a.b");
		ctl_parcel_int32(&parcel, 9);
		reader = parcel_reader(parcel.size);
		ck_assert(ctl_reader_token(&reader, "a.b"));
		ck_assert_int_eq(ctl_reader_int32(&reader), 9);
		reader = parcel_reader(parcel.size);
		ck_assert(!ctl_reader_token(&reader, "a.c"));
		ck_assert(reader.failed);
		ctl_parcel_deinit(&parcel);
	}
}
END_TEST

START_TEST(reader_random)
{
	static const binder_size_t offsets[] = {0, 4, 28, 60, 300};
	struct ctl_object_ref object;
	struct ctl_reader reader;

	srandom(1);
	for (int i = 0; i < 20000; i++) {
		size_t size = (size_t)random() % 128;
		uint8_t *data = malloc(size ? size : 1);

		/* Small numbers make good lengths. */
		for (size_t n = 0; n < size; n++)
			data[n] = random() % 3 ? 0 : (uint8_t)(random() % 9);
		ctl_reader_init(&reader, data, size, offsets, 5, ctl_dialect_find(28 + i % 9));
		while (!reader.failed && ctl_reader_left(&reader)) {
			if (random() % 2)
				free(ctl_reader_string16(&reader));
			else if (random() % 2)
				ctl_reader_object(&reader, &object);
			else
				ctl_reader_int32(&reader);
		}
		ck_assert_uint_le(reader.at, size);
		free(data);
	}
}
END_TEST

START_TEST(dialects)
{
	ck_assert_ptr_null(ctl_dialect_find(-1));
	ck_assert_uint_eq(ctl_dialect_find(0)->list, 4);
	ck_assert(!ctl_dialect_find(27)->list_priority);
	ck_assert(ctl_dialect_find(28)->list_priority);
	ck_assert(!ctl_dialect_find(29)->header);
	ck_assert(ctl_dialect_find(30)->header);
	ck_assert(ctl_dialect_find(32)->packed_level);
	ck_assert(!ctl_dialect_find(33)->packed_level);
	ck_assert_uint_eq(ctl_dialect_find(CTL_DIALECT_DEFAULT)->debug_info, 14);
	ck_assert_uint_eq(ctl_dialect_find(35)->check, 3);
	ck_assert_ptr_eq(ctl_dialect_find(99), ctl_dialect_find(36));
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&parcel_numbers, &parcel_strings, &parcel_tokens,
		&parcel_objects, &parcel_descriptors, &parcel_growth, &reader_whole,
		&reader_truncated, &reader_hostile_strings, &reader_objects_nobody_vouches_for,
		&reader_offsets_beyond, &reader_tokens, &reader_random, &dialects};

	return suite_run("tools/ctl_parcel", tests, sizeof(tests) / sizeof(*tests));
}
