// SPDX-License-Identifier: Apache-2.0
/*
 * Bundles in parcels.
 */

#include "suite.h"

#include <android/persistable_bundle.h>

/* A bundle with a value of every type. */
static APersistableBundle *wire_all(void)
{
	static const char *const strings[] = {"p", ""};
	APersistableBundle *bundle = APersistableBundle_new(), *inner = APersistableBundle_new();

	APersistableBundle_putInt(inner, "n", 7);
	APersistableBundle_putPersistableBundle(bundle, "a", inner);
	APersistableBundle_putStringVector(bundle, "b", strings, 2);
	APersistableBundle_putDoubleVector(bundle, "c", (const double[]){1.0}, 1);
	APersistableBundle_putLongVector(bundle, "d", (const int64_t[]){-1}, 1);
	APersistableBundle_putIntVector(bundle, "e", (const int32_t[]){5, 6}, 2);
	APersistableBundle_putBooleanVector(bundle, "f", (const bool[]){true, false}, 2);
	APersistableBundle_putString(bundle, "g", "q");
	APersistableBundle_putDouble(bundle, "h", 2.0);
	APersistableBundle_putLong(bundle, "i", 3);
	APersistableBundle_putInt(bundle, "j", 4);
	APersistableBundle_putBoolean(bundle, "l", true);
	APersistableBundle_putBoolean(bundle, "k", false);
	APersistableBundle_delete(inner);
	return bundle;
}

/* The status of reading @words; what is read must be freed by somebody else. */
static binder_status_t wire_read(const void *words, size_t size, APersistableBundle **out)
{
	void *copy = malloc(size + 1);
	binder_status_t status;
	AParcel *parcel;

	memcpy(copy, words, size);
	parcel = suite_receive(copy, size, NULL, 0);
	status = APersistableBundle_readFromParcel(parcel, out);
	AParcel_delete(parcel);
	free(copy);
	return status;
}

START_TEST(an_empty_bundle_is_a_word)
{
	APersistableBundle *bundle = APersistableBundle_new(), *out = NULL;
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(APersistableBundle_writeToParcel(bundle, parcel), STATUS_OK);
	suite_data_is(parcel, "00000000");
	parcel_rewind(parcel);
	ck_assert_int_eq(APersistableBundle_readFromParcel(parcel, &out), STATUS_OK);
	ck_assert_int_eq(APersistableBundle_size(out), 0);
	APersistableBundle_delete(out);
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(bundles_are_these_bytes)
{
	APersistableBundle *bundle = wire_all();
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(APersistableBundle_writeToParcel(bundle, parcel), STATUS_OK);
	suite_data_is(parcel,
		"18010000 444e444c 0c000000"
		"01000000 6b000000 09000000 00000000"
		"01000000 6c000000 09000000 01000000"
		"01000000 6a000000 01000000 04000000"
		"01000000 69000000 06000000 0300000000000000"
		"01000000 68000000 08000000 0000000000000040"
		"01000000 67000000 00000000 01000000 71000000"
		"01000000 66000000 17000000 02000000 01000000 00000000"
		"01000000 65000000 12000000 02000000 05000000 06000000"
		"01000000 64000000 13000000 01000000 ffffffffffffffff"
		"01000000 63000000 1c000000 01000000 000000000000f03f"
		"01000000 62000000 0e000000 02000000 01000000 70000000 00000000 00000000"
		"01000000 61000000 19000000"
		"14000000 444e444c 01000000 01000000 6e000000 01000000 07000000");
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(bundles_come_back)
{
	APersistableBundle *bundle = wire_all(), *out = NULL;
	AParcel *parcel = AParcel_create();
	int32_t after = 0;

	AParcel_writeInt32(parcel, 1);
	ck_assert_int_eq(APersistableBundle_writeToParcel(bundle, parcel), STATUS_OK);
	AParcel_writeInt32(parcel, 99);
	AParcel_setDataPosition(parcel, 4);
	ck_assert_int_eq(APersistableBundle_readFromParcel(parcel, &out), STATUS_OK);
	ck_assert(APersistableBundle_isEqual(bundle, out));
	ck_assert_int_eq(AParcel_readInt32(parcel, &after), STATUS_OK);
	ck_assert_int_eq(after, 99);
	APersistableBundle_delete(out);
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(null_pointers)
{
	APersistableBundle *bundle = APersistableBundle_new();
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(APersistableBundle_writeToParcel(NULL, parcel), STATUS_BAD_VALUE);
	ck_assert_int_eq(APersistableBundle_writeToParcel(bundle, NULL), STATUS_BAD_VALUE);
	ck_assert_int_eq(APersistableBundle_readFromParcel(NULL, &bundle), STATUS_BAD_VALUE);
	ck_assert_int_eq(APersistableBundle_readFromParcel(parcel, NULL), STATUS_BAD_VALUE);
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(what_java_writes_is_read)
{
	static const uint32_t words[] = {20, 0x4c444e42, 1, 1, 'x', 1, 5};
	APersistableBundle *out = NULL;
	int32_t value = 0;

	ck_assert_int_eq(wire_read(words, sizeof(words), &out), STATUS_OK);
	ck_assert(APersistableBundle_getInt(out, "x", &value) && value == 5);
	APersistableBundle_delete(out);
}
END_TEST

START_TEST(of_a_key_twice_the_last_counts)
{
	static const uint32_t words[] = {40, 0x4c444e44, 2, 1, 'x', 1, 5, 1, 'x', 0, 1, 'y'};
	APersistableBundle *out = NULL;
	int32_t value;

	ck_assert_int_eq(wire_read(words, sizeof(words), &out), STATUS_OK);
	ck_assert_int_eq(APersistableBundle_size(out), 1);
	ck_assert(!APersistableBundle_getInt(out, "x", &value));
	APersistableBundle_delete(out);
}
END_TEST

START_TEST(malformed_bundles)
{
	static const struct {
		uint32_t words[12];
		size_t count;
		binder_status_t status;
	} rows[] = {
		{{0}, 0, STATUS_NOT_ENOUGH_DATA},
		{{(uint32_t)-1}, 1, STATUS_UNEXPECTED_NULL},
		{{INT32_MIN}, 1, STATUS_UNEXPECTED_NULL},
		{{4, 0x4c444e43, 0}, 3, STATUS_BAD_VALUE},
		{{4, 0x44444e4c, 0}, 3, STATUS_BAD_VALUE},
		{{5, 0x4c444e44, 0}, 3, STATUS_BAD_VALUE},
		{{INT32_MAX, 0x4c444e44, 0}, 3, STATUS_BAD_VALUE},
		/* counts that cannot be */
		{{20, 0x4c444e44, 2, 1, 'x', 1, 5}, 7, STATUS_BAD_VALUE},
		{{20, 0x4c444e44, INT32_MAX, 1, 'x', 1, 5}, 7, STATUS_BAD_VALUE},
		{{20, 0x4c444e44, 1, 1, 'x', 18, 1}, 7, STATUS_BAD_VALUE},
		{{20, 0x4c444e44, 1, 1, 'x', 19, INT32_MAX}, 7, STATUS_BAD_VALUE},
		{{20, 0x4c444e44, 1, 1, 'x', 23, 1}, 7, STATUS_BAD_VALUE},
		{{20, 0x4c444e44, 1, 1, 'x', 28, 1}, 7, STATUS_BAD_VALUE},
		{{24, 0x4c444e44, 1, 1, 'x', 14, 1, 0}, 8, STATUS_BAD_VALUE},
		/* nulls */
		{{20, 0x4c444e44, 1, (uint32_t)-1, 1, 1, 5}, 7, STATUS_UNEXPECTED_NULL},
		{{20, 0x4c444e44, 1, 1, 'x', 0, (uint32_t)-1}, 7, STATUS_UNEXPECTED_NULL},
		{{20, 0x4c444e44, 1, 1, 'x', 14, (uint32_t)-1}, 7, STATUS_UNEXPECTED_NULL},
		{{20, 0x4c444e44, 1, 1, 'x', 18, (uint32_t)-1}, 7, STATUS_UNEXPECTED_NULL},
		{{20, 0x4c444e44, 1, 1, 'x', 23, (uint32_t)-2}, 7, STATUS_UNEXPECTED_NULL},
		{{20, 0x4c444e44, 1, 1, 'x', 25, (uint32_t)-1}, 7, STATUS_UNEXPECTED_NULL},
		{{28, 0x4c444e44, 1, 1, 'x', 14, 1, (uint32_t)-1, 0}, 9, STATUS_UNEXPECTED_NULL},
		/* types that are none of these */
		{{20, 0x4c444e44, 1, 1, 'x', 2, 5}, 7, STATUS_BAD_TYPE},
		{{20, 0x4c444e44, 1, 1, 'x', (uint32_t)-1, 5}, 7, STATUS_BAD_TYPE},
		{{20, 0x4c444e44, 1, 1, 'x', 33, 5}, 7, STATUS_BAD_TYPE},
		/* values that are cut */
		{{20, 0x4c444e44, 1, 1, 'x', 6, 5}, 7, STATUS_NOT_ENOUGH_DATA},
		{{20, 0x4c444e44, 1, 1, 'x', 8, 5}, 7, STATUS_NOT_ENOUGH_DATA},
		{{20, 0x4c444e44, 1, 1, 'x', 0, 1}, 7, STATUS_NOT_ENOUGH_DATA},
		{{20, 0x4c444e44, 1, 1, 'x', 25, 1}, 7, STATUS_NOT_ENOUGH_DATA},
		{{20, 0x4c444e44, 1, 9, 'x', 1, 5}, 7, STATUS_NOT_ENOUGH_DATA},
		{{20, 0x4c444e44, 1, 1, 0x00780078, 1, 5}, 7, STATUS_BAD_VALUE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		APersistableBundle *out = NULL;
		binder_status_t status = wire_read(rows[i].words, rows[i].count * 4, &out);

		ck_assert_msg(status == rows[i].status, "row %zu: %d", i, status);
		ck_assert_ptr_null(out);
	}
}
END_TEST

START_TEST(a_negative_count_is_none)
{
	static const uint32_t words[] = {4, 0x4c444e44, (uint32_t)-5};
	APersistableBundle *out = NULL;

	ck_assert_int_eq(wire_read(words, sizeof(words), &out), STATUS_OK);
	ck_assert_int_eq(APersistableBundle_size(out), 0);
	APersistableBundle_delete(out);
}
END_TEST

START_TEST(bundles_cut_anywhere)
{
	APersistableBundle *bundle = wire_all();
	AParcel *parcel = AParcel_create();

	APersistableBundle_writeToParcel(bundle, parcel);
	for (size_t size = 0; size < parcel_size(parcel); size++) {
		APersistableBundle *out = NULL;

		ck_assert_int_ne(wire_read(parcel_data(parcel), size, &out), STATUS_OK);
		ck_assert_ptr_null(out);
	}
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

/* The same, with a length that does not say so. */
START_TEST(bundles_cut_and_mended)
{
	APersistableBundle *bundle = wire_all();
	AParcel *parcel = AParcel_create();

	APersistableBundle_writeToParcel(bundle, parcel);
	for (size_t size = 12; size < parcel_size(parcel); size++) {
		uint32_t *copy = malloc(size);
		APersistableBundle *out = NULL;

		memcpy(copy, parcel_data(parcel), size);
		copy[0] = 4;
		ck_assert_int_ne(wire_read(copy, size, &out), STATUS_OK);
		ck_assert_ptr_null(out);
		free(copy);
	}
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(random_bytes_do_no_harm)
{
	APersistableBundle *bundle = wire_all();
	AParcel *parcel = AParcel_create();
	uint8_t *copy;

	srand(2);
	APersistableBundle_writeToParcel(bundle, parcel);
	copy = malloc(parcel_size(parcel));
	for (int round = 0; round < 20000; round++) {
		APersistableBundle *out = NULL;

		memcpy(copy, parcel_data(parcel), parcel_size(parcel));
		for (int i = rand() % 8; i >= 0; i--)
			copy[(size_t)rand() % parcel_size(parcel)] =
				(uint8_t)(rand() & 1 ? rand() : rand() % 4);
		if (wire_read(copy, parcel_size(parcel), &out) != STATUS_OK && out)
			ck_abort_msg("round %d", round);
		APersistableBundle_delete(out);
	}
	free(copy);
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

static APersistableBundle *wire_nested(int depth)
{
	APersistableBundle *bundle = APersistableBundle_new();

	APersistableBundle_putInt(bundle, "i", depth);
	for (int i = 1; i < depth; i++) {
		APersistableBundle *outer = APersistableBundle_new();

		APersistableBundle_putPersistableBundle(outer, "b", bundle);
		APersistableBundle_delete(bundle);
		bundle = outer;
	}
	return bundle;
}

START_TEST(depth_is_limited)
{
	APersistableBundle *deep = wire_nested(64), *deeper = wire_nested(65), *out = NULL;
	AParcel *parcel = AParcel_create();

	ck_assert_int_eq(APersistableBundle_writeToParcel(deep, parcel), STATUS_OK);
	parcel_rewind(parcel);
	ck_assert_int_eq(APersistableBundle_readFromParcel(parcel, &out), STATUS_OK);
	ck_assert(APersistableBundle_isEqual(deep, out));
	APersistableBundle_delete(out);
	AParcel_reset(parcel);
	ck_assert_int_eq(APersistableBundle_writeToParcel(deeper, parcel), STATUS_BAD_VALUE);
	APersistableBundle_delete(deep);
	APersistableBundle_delete(deeper);
	AParcel_delete(parcel);
}
END_TEST

/* So many bundles in bundles as a parcel can hold, which would overflow a stack. */
START_TEST(a_peers_depth_is_limited)
{
	size_t levels = 30000;
	uint32_t *words = malloc(levels * 6 * sizeof(*words)), *at = words;
	APersistableBundle *out = NULL;

	for (size_t i = 0; i < levels; i++, at += 6) {
		static const uint32_t level[] = {4, 0x4c444e44, 1, 1, 'x', 25};

		memcpy(at, level, sizeof(level));
	}
	ck_assert_int_eq(wire_read(words, levels * 6 * sizeof(*words), &out), STATUS_BAD_VALUE);
	ck_assert_ptr_null(out);
	free(words);
}
END_TEST

START_TEST(no_memory_to_write)
{
	APersistableBundle *bundle = wire_all();
	AParcel *parcel = AParcel_create();

	seam_double.fail_after = 0;
	ck_assert_int_eq(APersistableBundle_writeToParcel(bundle, parcel), STATUS_NO_MEMORY);
	APersistableBundle_putIntVector(bundle, "large", (const int32_t[1000]){0}, 1000);
	seam_double.fail_after = 1;
	ck_assert_int_eq(APersistableBundle_writeToParcel(bundle, parcel), STATUS_NO_MEMORY);
	ck_assert_int_eq(parcel_error(parcel), STATUS_NO_MEMORY);
	APersistableBundle_delete(bundle);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(objects_are_no_values)
{
	static const uint32_t head[] = {44, 0x4c444e44, 1, 1, 'x', 6};
	AIBinder binder = {.handle = -1};
	AParcel *parcel = AParcel_create();
	APersistableBundle *out = NULL;

	for (size_t i = 0; i < 6; i++)
		AParcel_writeUint32(parcel, head[i]);
	AParcel_writeStrongBinder(parcel, &binder);
	parcel_rewind(parcel);
	ck_assert_int_eq(APersistableBundle_readFromParcel(parcel, &out), STATUS_PERMISSION_DENIED);
	ck_assert_ptr_null(out);
	AParcel_delete(parcel);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&an_empty_bundle_is_a_word, &bundles_are_these_bytes,
		&bundles_come_back, &null_pointers, &what_java_writes_is_read,
		&of_a_key_twice_the_last_counts, &malformed_bundles, &a_negative_count_is_none,
		&bundles_cut_anywhere, &bundles_cut_and_mended, &random_bytes_do_no_harm,
		&depth_is_limited, &a_peers_depth_is_limited, &no_memory_to_write,
		&objects_are_no_values};

	return suite_run("bundle/wire", tests, sizeof(tests) / sizeof(*tests));
}
