/* SPDX-License-Identifier: Apache-2.0 */

/* Tokens and stability: the layouts of Android 11 and later, byte for byte, and older tokens. */

#include <binderd/binder_io.h>

#include <check.h>
#include <string.h>

#include "apps/suite.h"

static binder_size_t memory[64];

static struct binder_io built(size_t objects)
{
	struct binder_io bio;

	memset(memory, 0xee, sizeof(memory));
	bio_init(&bio, memory, sizeof(memory), objects);
	return bio;
}

/* The message that was built, as its receiver has it, cut off after @size bytes. */
static struct binder_io received(const struct binder_io *bio, size_t size)
{
	struct binder_transaction_data txn = {
		.data_size = size,
		.offsets_size = (binder_size_t)((char *)bio->offs - (char *)bio->offs0),
		.data.ptr.buffer = (uintptr_t)bio->data0,
		.data.ptr.offsets = (uintptr_t)bio->offs0,
	};
	struct binder_io in;

	bio_init_from_txn(&in, &txn);
	return in;
}

static size_t bytes_of(const struct binder_io *bio)
{
	return (size_t)(bio->data - bio->data0);
}

START_TEST(test_token_layout)
{
	/* As recorded of AOSP's libbinder for "a.b". */
	static const uint8_t bytes[] = {0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff, 0x54, 0x53, 0x59,
		0x53, 3, 0, 0, 0, 'a', 0, '.', 0, 'b', 0, 0, 0};
	struct binder_io bio = built(0);

	bio_put_interface(&bio, "a.b");
	ck_assert_uint_eq(bytes_of(&bio), sizeof(bytes));
	ck_assert_mem_eq(bio.data0, bytes, sizeof(bytes));
}
END_TEST

START_TEST(test_token_of_each_release)
{
	/* The words before the name; the work source may be a uid that could be a length. */
	static const struct {
		int count;
		uint32_t words[3];
	} rows[] = {
		{1, {0}},
		{1, {0x80000000}},
		{2, {0x80000000, UINT32_MAX}},
		{2, {0, 3}},
		{3, {0x80000000, UINT32_MAX, B_PACK_CHARS('S', 'Y', 'S', 'T')}},
		{3, {0x80000000, 1000, B_PACK_CHARS('V', 'N', 'D', 'R')}},
		{3, {0x80000000, UINT32_MAX, B_PACK_CHARS('R', 'E', 'C', 'O')}},
		{3, {0x80000000, UINT32_MAX, B_PACK_CHARS('U', 'N', 'K', 'N')}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct binder_io bio = built(0), in;

		for (int j = 0; j < rows[i].count; j++)
			bio_put_uint32(&bio, rows[i].words[j]);
		bio_put_string16_x(&bio, "a.b");
		bio_put_uint32(&bio, 77);
		in = received(&bio, bytes_of(&bio));
		ck_assert_int_eq(bio_get_interface(&in, "a.c"), 0);
		ck_assert_int_eq(bio_get_interface(&in, "a.b.c"), 0);
		ck_assert_int_eq(bio_get_interface(&in, "a"), 0);
		ck_assert_int_eq(bio_get_interface(&in, ""), 0);
		/* What did not match has taken nothing. */
		ck_assert_uint_eq(in.flags, BIO_F_SHARED);
		ck_assert_int_eq(bio_get_interface(&in, "a.b"), 1);
		ck_assert_uint_eq(bio_get_uint32(&in), 77);
		ck_assert_uint_eq(in.flags, BIO_F_SHARED);
	}
}
END_TEST

START_TEST(test_token_with_another_magic)
{
	struct binder_io bio = built(0), in;

	bio_put_uint32(&bio, 0x80000000);
	bio_put_uint32(&bio, UINT32_MAX);
	bio_put_uint32(&bio, B_PACK_CHARS('S', 'Y', 'S', 'X'));
	bio_put_string16_x(&bio, "a.b");
	in = received(&bio, bytes_of(&bio));
	ck_assert_int_eq(bio_get_interface(&in, "a.b"), 0);
}
END_TEST

START_TEST(test_token_cut_off)
{
	struct binder_io bio = built(0), in;

	bio_put_interface(&bio, "a.b");
	for (size_t size = 0; size < bytes_of(&bio); size++) {
		in = received(&bio, size);
		ck_assert_int_eq(bio_get_interface(&in, "a.b"), 0);
		ck_assert_uint_eq(in.flags, BIO_F_SHARED);
	}
}
END_TEST

START_TEST(test_null_token)
{
	struct binder_io bio = built(0), in;

	bio_put_interface(&bio, NULL);
	in = received(&bio, bytes_of(&bio));
	ck_assert_int_eq(bio_get_interface(&in, ""), 0);
}
END_TEST

START_TEST(test_stable_object_layout)
{
	struct flat_binder_object object;
	struct binder_io bio = built(1);
	static char mine;
	uint32_t word;

	bio_put_stable_obj(&bio, &mine);
	ck_assert_uint_eq(bytes_of(&bio), 28);
	ck_assert_int_eq(bio.offs - bio.offs0, 1);
	memcpy(&object, bio.data0, sizeof(object));
	ck_assert_uint_eq(object.hdr.type, BINDER_TYPE_BINDER);
	ck_assert_uint_eq(object.binder, (uintptr_t)&mine);
	memcpy(&word, bio.data0 + 24, sizeof(word));
	ck_assert_uint_eq(word, 0x0c);
}
END_TEST

START_TEST(test_stable_refs)
{
	struct binder_io bio = built(2), in;

	bio_put_stable_ref(&bio, 5);
	bio_put_stable_ref(&bio, 0);
	bio_put_stable_ref(&bio, 6);
	bio_put_uint32(&bio, 77);
	ck_assert_uint_eq(bytes_of(&bio), 3 * 28 + 4);
	in = received(&bio, bytes_of(&bio));
	ck_assert_uint_eq(bio_get_stable_ref(&in), 5);
	ck_assert_uint_eq(bio_get_stable_ref(&in), 0);
	ck_assert_uint_eq(bio_get_stable_ref(&in), 6);
	ck_assert_uint_eq(bio_get_uint32(&in), 77);
	ck_assert_uint_eq(in.flags, BIO_F_SHARED);
	/* Without its word an object does not count, as in libbinder. */
	in = received(&bio, 24);
	ck_assert_uint_eq(bio_get_stable_ref(&in), 0);
	ck_assert_uint_ne(in.flags & BIO_F_OVERFLOW, 0);
}
END_TEST

START_TEST(test_stable_ref_that_is_none)
{
	struct binder_io bio = built(2), in;

	bio_put_fd(&bio, 3);
	bio_put_uint32(&bio, 0);
	bio_put_uint32(&bio, 77);
	in = received(&bio, bytes_of(&bio));
	ck_assert_uint_eq(bio_get_stable_ref(&in), 0);
	ck_assert_uint_eq(bio_get_uint32(&in), 77);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&test_token_layout,
		&test_token_of_each_release,
		&test_token_with_another_magic,
		&test_token_cut_off,
		&test_null_token,
		&test_stable_object_layout,
		&test_stable_refs,
		&test_stable_ref_that_is_none,
	};

	return suite_run("classic/interface", (const TTest **const *)tests,
		sizeof(tests) / sizeof(tests[0]));
}
