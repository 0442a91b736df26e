/* SPDX-License-Identifier: Apache-2.0 */

/* Messages of the small C framework: layouts, bounds, and what is no object. */

#include <binderd/binder_io.h>

#include <check.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "apps/suite.h"

static binder_size_t memory[64];

/* A received message: the one that was built, as the receiver's driver would give it. */
static struct binder_io received(const struct binder_io *built)
{
	struct binder_transaction_data txn = {
		.data_size = (binder_size_t)(built->data - built->data0),
		.offsets_size = (binder_size_t)((char *)built->offs - (char *)built->offs0),
		.data.ptr.buffer = (uintptr_t)built->data0,
		.data.ptr.offsets = (uintptr_t)built->offs0,
	};
	struct binder_io bio;

	bio_init_from_txn(&bio, &txn);
	return bio;
}

static struct binder_io built(size_t objects)
{
	struct binder_io bio;

	memset(memory, 0xee, sizeof(memory));
	bio_init(&bio, memory, sizeof(memory), objects);
	ck_assert_uint_eq(bio.flags, 0);
	return bio;
}

static void assert_bytes(const struct binder_io *bio, const void *bytes, size_t size)
{
	ck_assert_int_eq(bio->data - bio->data0, (ptrdiff_t)size);
	ck_assert_mem_eq(bio->data0, bytes, size);
}

START_TEST(test_init_bounds)
{
	struct binder_io bio;

	bio_init(&bio, NULL, 0, 0);
	ck_assert_uint_eq(bio.flags, 0);
	bio_put_uint32(&bio, 1);
	ck_assert_uint_eq(bio.flags, BIO_F_OVERFLOW);
	bio_init(&bio, memory, 15, 2);
	ck_assert_uint_eq(bio.flags, BIO_F_OVERFLOW);
	bio_init(&bio, memory, sizeof(memory), SIZE_MAX);
	ck_assert_uint_eq(bio.flags, BIO_F_OVERFLOW);
	bio_init(&bio, memory, 16, 2);
	ck_assert_uint_eq(bio.flags, 0);
	ck_assert_uint_eq(bio.data_avail, 0);
}
END_TEST

/* Any address will do: the offsets are aligned within it. */
START_TEST(test_init_misaligned)
{
	struct binder_io bio;

	for (size_t skip = 0; skip < 8; skip++) {
		bio_init(&bio, (char *)memory + skip, 100, 2);
		ck_assert_uint_eq((uintptr_t)bio.offs0 % sizeof(binder_size_t), 0);
		ck_assert_uint_eq(bio.data_avail % 4, 0);
		ck_assert(bio.data0 + bio.data_avail <= (char *)memory + skip + 100);
	}
}
END_TEST

START_TEST(test_layouts)
{
	static const uint16_t ab[] = {'a', 'b', 0};
	struct binder_io bio = built(0);

	bio_put_uint32(&bio, 0x01020304);
	bio_put_string16(&bio, ab);
	bio_put_string16_x(&bio, "a");
	bio_put_string16_x(&bio, "");
	bio_put_string16(&bio, NULL);
	bio_put_bytes(&bio, "xyz", 3);
	bio_put_bytes(&bio, "", 0);
	bio_put_bytes(&bio, NULL, 7);
	ck_assert_uint_eq(bio.flags, 0);
	assert_bytes(&bio,
		"\4\3\2\1"
		"\2\0\0\0a\0b\0\0\0\0\0"
		"\1\0\0\0a\0\0\0"
		"\0\0\0\0\0\0\0\0"
		"\377\377\377\377"
		"\3\0\0\0xyz\0"
		"\0\0\0\0"
		"\377\377\377\377",
		52);
}
END_TEST

START_TEST(test_round_trip)
{
	struct binder_io bio = built(0), in;
	char text[8];
	size_t size;

	bio_put_uint32(&bio, 7);
	bio_put_string16_x(&bio, "hello");
	bio_put_string16_x(&bio, "caf\xe9");
	bio_put_string16_x(&bio, NULL);
	bio_put_bytes(&bio, "12345", 5);
	in = received(&bio);
	ck_assert_uint_eq(in.flags, BIO_F_SHARED);
	ck_assert_uint_eq(bio_get_uint32(&in), 7);
	ck_assert_ptr_nonnull(bio_get_string16(&in, &size));
	ck_assert_uint_eq(size, 5);
	ck_assert_int_eq(bio_get_string16_x(&in, text, sizeof(text)), 4);
	ck_assert_str_eq(text, "caf?");
	ck_assert_int_eq(bio_get_string16_x(&in, text, sizeof(text)), -1);
	ck_assert_str_eq(text, "");
	ck_assert_mem_eq(bio_get_bytes(&in, &size), "12345", 5);
	ck_assert_uint_eq(size, 5);
	ck_assert_uint_eq(in.flags, BIO_F_SHARED);
	ck_assert_uint_eq(bio_get_uint32(&in), 0);
	ck_assert_uint_eq(in.flags, BIO_F_SHARED | BIO_F_OVERFLOW);
}
END_TEST

/* A message of every size below the whole fails once, and nothing is read beyond it. */
START_TEST(test_truncated)
{
	struct binder_io bio = built(1), in;
	char text[16];
	size_t whole, size;

	bio_put_string16_x(&bio, "name");
	bio_put_ref(&bio, 5);
	bio_put_bytes(&bio, "12", 2);
	whole = (size_t)(bio.data - bio.data0);
	for (size_t cut = 0; cut <= whole; cut++) {
		char *copy = malloc(cut ? cut : 1);

		/* In memory of exactly that size, for a sanitizer to watch. */
		memcpy(copy, bio.data0, cut);
		in = received(&bio);
		in.data = in.data0 = copy;
		in.data_avail = cut;
		bio_get_string16_x(&in, text, sizeof(text));
		bio_get_ref(&in);
		bio_get_bytes(&in, &size);
		ck_assert_uint_eq(in.flags & BIO_F_OVERFLOW, cut < whole ? BIO_F_OVERFLOW : 0);
		free(copy);
	}
}
END_TEST

START_TEST(test_bad_strings)
{
	static const uint32_t lengths[] = {
		0x7fffffff, 0x80000000, 0xfffffffe, 0x3ffffffe, 0x3fffffff, 0x40000000, 10};
	struct binder_io bio, in;
	char text[4];

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		bio = built(0);
		bio_put_uint32(&bio, lengths[i]);
		bio_put_uint32(&bio, 0);
		in = received(&bio);
		ck_assert_ptr_null(bio_get_string16(&in, NULL));
		ck_assert(in.flags & BIO_F_OVERFLOW);
		in = received(&bio);
		ck_assert_ptr_null(bio_get_bytes(&in, &(size_t){0}));
		ck_assert(in.flags & BIO_F_OVERFLOW);
	}
	/* Without its NUL it is no string. */
	bio = built(0);
	bio_put_uint32(&bio, 1);
	bio_put_uint32(&bio, 0x00620061);
	in = received(&bio);
	ck_assert_ptr_null(bio_get_string16(&in, NULL));
	ck_assert(in.flags & BIO_F_OVERFLOW);
	/* A buffer that is too small is the reader's error, and is one. */
	bio = built(0);
	bio_put_string16_x(&bio, "four");
	in = received(&bio);
	ck_assert_int_eq(bio_get_string16_x(&in, text, sizeof(text)), -1);
	ck_assert(in.flags & BIO_F_OVERFLOW);
	ck_assert_int_eq(bio_get_string16_x(&in, NULL, 0), -1);
}
END_TEST

START_TEST(test_error_stays)
{
	struct binder_io bio;

	bio_init(&bio, memory, 12, 0);
	bio_put_uint32(&bio, 1);
	bio_put_string16_x(&bio, "too long");
	ck_assert_uint_eq(bio.flags, BIO_F_OVERFLOW);
	bio_put_uint32(&bio, 2);
	bio_put_ref(&bio, 0);
	bio_put_obj(&bio, memory);
	ck_assert_uint_eq(bio.flags, BIO_F_OVERFLOW);
	ck_assert_int_le(bio.data - bio.data0, 12);
	bio = built(0);
	bio_put_bytes(&bio, memory, (size_t)INT32_MAX + 1);
	ck_assert_uint_eq(bio.flags, BIO_F_OVERFLOW);
}
END_TEST

START_TEST(test_object_layouts)
{
	struct binder_io bio = built(3);
	struct flat_binder_object object;

	bio_put_uint32(&bio, 0);
	bio_put_obj(&bio, memory);
	bio_put_ref(&bio, 9);
	bio_put_ref(&bio, 0);
	bio_put_fd(&bio, 3);
	ck_assert_uint_eq(bio.flags, 0);
	ck_assert_int_eq(bio.offs - bio.offs0, 3);
	ck_assert_uint_eq(bio.offs0[0], 4);
	ck_assert_uint_eq(bio.offs0[1], 28);
	ck_assert_uint_eq(bio.offs0[2], 76);
	memcpy(&object, bio.data0 + 4, sizeof(object));
	ck_assert_uint_eq(object.hdr.type, BINDER_TYPE_BINDER);
	ck_assert_uint_eq(object.flags, 0x17f);
	ck_assert_uint_eq(object.binder, (uintptr_t)memory);
	ck_assert_uint_eq(object.cookie, 0);
	memcpy(&object, bio.data0 + 28, sizeof(object));
	ck_assert_uint_eq(object.hdr.type, BINDER_TYPE_HANDLE);
	ck_assert_uint_eq(object.binder, 9);
	memcpy(&object, bio.data0 + 76, sizeof(object));
	ck_assert_uint_eq(object.hdr.type, BINDER_TYPE_FD);
	ck_assert_uint_eq(object.binder, 3);
	/* The room for objects was three. */
	bio_put_fd(&bio, 3);
	ck_assert_uint_eq(bio.flags, BIO_F_OVERFLOW);
}
END_TEST

/* Bytes that the driver did not list are no object, whatever they look like. */
START_TEST(test_forged_objects)
{
	struct binder_io bio = built(2), in;

	bio_put_ref(&bio, 5);
	bio_put_fd(&bio, 0);
	in = received(&bio);
	ck_assert_uint_eq(bio_get_ref(&in), 5);
	in = received(&bio);
	in.offs_avail = 0;
	ck_assert_uint_eq(bio_get_ref(&in), 0);
	ck_assert_int_eq(bio_get_fd(&in), -1);
	ck_assert_uint_eq(in.flags, BIO_F_SHARED);
	/* Nor is an object another kind of object. */
	in = received(&bio);
	ck_assert_int_eq(bio_get_fd(&in), -1);
	ck_assert_uint_eq(bio_get_ref(&in), 0);
	/* One that was read over is not found again; one in the middle is not, either. */
	in = received(&bio);
	bio_get_uint32(&in);
	ck_assert_uint_eq(bio_get_ref(&in), 0);
}
END_TEST

START_TEST(test_descriptors)
{
	struct binder_io bio = built(1), in;
	int ends[2], fd;
	char byte = 0;

	ck_assert_int_eq(pipe(ends), 0);
	bio_put_fd(&bio, ends[1]);
	in = received(&bio);
	fd = bio_get_fd(&in);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ne(fd, ends[1]);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(write(fd, "x", 1), 1);
	ck_assert_int_eq(read(ends[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 'x');
	close(fd);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_init_bounds, &test_init_misaligned,
		&test_layouts, &test_round_trip, &test_truncated, &test_bad_strings,
		&test_error_stays, &test_object_layouts, &test_forged_objects, &test_descriptors};

	return suite_run("classic/bio", tests, sizeof(tests) / sizeof(*tests));
}
