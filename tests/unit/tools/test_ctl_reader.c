// SPDX-License-Identifier: Apache-2.0
/* Reading parcels: whole, cut at every byte, of hostile and of random bytes. */

#include "tools/ctl_parcel.h"
#include "tools/ctl_reader.h"

#include "apps/suite.h"

#include <string.h>

static struct ctl_parcel parcel;

static void parcel_begin(int level)
{
	ctl_parcel_init(&parcel, ctl_dialect_find(level));
}

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
		ctl_reader_init(&reader, copy, size, parcel.offsets, parcel.count, parcel.dialect);
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
		{0x7fffffff, 0, 0},
		{0xfffffffe, 0, 0},
		{0x80000000, 0, 0},
		{4, 0, 0},
		{3, 0, 0xffff0000},
		{0x3fffffff, 0, 0},
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
	ck_assert(ctl_reader_object_at(&reader, offsets[0], &object));
	for (int i = 1; i < 5; i++)
		ck_assert(!ctl_reader_object_at(&reader, offsets[i], &object));
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

int main(void)
{
	static const TTest **const tests[] = {&reader_whole, &reader_truncated,
		&reader_hostile_strings, &reader_objects_nobody_vouches_for, &reader_offsets_beyond,
		&reader_tokens, &reader_random};

	return suite_run("tools/ctl_reader", tests, sizeof(tests) / sizeof(*tests));
}
