// SPDX-License-Identifier: Apache-2.0
/*
 * Objects, and the places in a parcel that are theirs alone.
 */

#include "suite.h"

#include <unistd.h>

static struct flat_binder_object object_at(const AParcel *parcel, size_t offset)
{
	struct flat_binder_object flat;

	ck_assert_uint_le(offset + sizeof(flat), parcel_size(parcel));
	memcpy(&flat, (const uint8_t *)parcel_data(parcel) + offset, sizeof(flat));
	return flat;
}

START_TEST(a_local_object_is_28_bytes)
{
	AIBinder binder = {.handle = -1, .stability = 0x0c};
	AParcel *parcel = AParcel_create();
	struct flat_binder_object flat;
	AIBinder *out;
	int32_t word;

	AParcel_writeInt32(parcel, 1);
	ck_assert_int_eq(AParcel_writeStrongBinder(parcel, &binder), STATUS_OK);
	ck_assert_uint_eq(parcel_size(parcel), 32);
	ck_assert_uint_eq(parcel_offset_count(parcel), 1);
	ck_assert_uint_eq(parcel_offsets(parcel)[0], 4);
	flat = object_at(parcel, 4);
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_BINDER);
	ck_assert_uint_eq(flat.flags, 0x113);
	ck_assert_uint_eq(flat.cookie, (uintptr_t)&binder);
	memcpy(&word, (const uint8_t *)parcel_data(parcel) + 28, 4);
	ck_assert_int_eq(word, 0x0c);
	ck_assert_int_eq(binder.held, 1);
	ck_assert_int_eq(binder.strong, 0);
	AParcel_setDataPosition(parcel, 4);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
	ck_assert_ptr_eq(out, &binder);
	ck_assert_int_eq(binder.strong, 1);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 32);
	AParcel_delete(parcel);
	ck_assert_int_eq(binder.held, 0);
	ck_assert_int_eq(binder.strong, 1);
}
END_TEST

START_TEST(a_remote_object_is_these_bytes)
{
	AIBinder binder = {.handle = 5, .stability = 0x3f};
	AParcel *parcel = AParcel_create();
	AIBinder *out;

	seam_double_remote(&binder);
	ck_assert_int_eq(AParcel_writeStrongBinder(parcel, &binder), STATUS_OK);
	suite_data_is(parcel, "852a6873 13000000 0500000000000000 0000000000000000 3f000000");
	ck_assert_uint_eq(parcel_offset_count(parcel), 1);
	ck_assert_int_eq(binder.held, 1);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
	ck_assert_ptr_eq(out, &binder);
	AParcel_delete(parcel);
	ck_assert_int_eq(binder.held, 0);
}
END_TEST

START_TEST(null_and_the_manager_have_no_offset)
{
	AIBinder manager = {.handle = 0, .stability = 0x0c}, *out = &manager;
	AParcel *parcel = AParcel_create();

	seam_double_remote(&manager);
	ck_assert_int_eq(AParcel_writeStrongBinder(parcel, NULL), STATUS_OK);
	ck_assert_int_eq(AParcel_writeStrongBinder(parcel, &manager), STATUS_OK);
	suite_data_is(parcel, "852a6273 13000000 0000000000000000 0000000000000000 00000000"
			      "852a6873 13000000 0000000000000000 0000000000000000 0c000000");
	ck_assert_uint_eq(parcel_offset_count(parcel), 0);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
	ck_assert_ptr_null(out);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
	ck_assert_ptr_eq(out, &manager);
	AParcel_delete(parcel);
}
END_TEST

static binder_status_t object_write_element(AParcel *parcel, const void *array, size_t index)
{
	return AParcel_writeStrongBinder(parcel, ((AIBinder *const *)array)[index]);
}

static bool object_alloc_elements(void *array, int32_t length)
{
	return array && length <= 2;
}

static binder_status_t object_read_element(const AParcel *parcel, void *array, size_t index)
{
	return AParcel_readStrongBinder(parcel, (AIBinder **)array + index);
}

START_TEST(an_array_of_objects_is_a_count_and_each)
{
	AIBinder binder = {.handle = 5, .stability = 0x0c}, *out[2] = {NULL, &binder};
	AIBinder *const binders[] = {&binder, NULL};
	AParcel *parcel = AParcel_create();

	seam_double_remote(&binder);
	ck_assert_int_eq(
		AParcel_writeParcelableArray(parcel, binders, 2, object_write_element), STATUS_OK);
	suite_data_is(parcel, "02000000"
			      "852a6873 13000000 0500000000000000 0000000000000000 0c000000"
			      "852a6273 13000000 0000000000000000 0000000000000000 00000000");
	ck_assert_uint_eq(parcel_offset_count(parcel), 1);
	ck_assert_uint_eq(parcel_offsets(parcel)[0], 4);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readParcelableArray(
				 parcel, out, object_alloc_elements, object_read_element),
		STATUS_OK);
	ck_assert_ptr_eq(out[0], &binder);
	ck_assert_ptr_null(out[1]);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(many_objects_and_data_between_them)
{
	AIBinder binders[40];
	AParcel *parcel = AParcel_create();
	AIBinder *out;
	int32_t value;

	for (int32_t i = 0; i < 40; i++) {
		binders[i] = (AIBinder){.handle = -1};
		for (int32_t j = 0; j <= i % 3; j++)
			AParcel_writeInt32(parcel, i);
		ck_assert_int_eq(AParcel_writeStrongBinder(parcel, &binders[i]), STATUS_OK);
	}
	ck_assert_uint_eq(parcel_offset_count(parcel), 40);
	for (int round = 0; round < 2; round++) {
		parcel_rewind(parcel);
		for (int32_t i = 0; i < 40; i++) {
			for (int32_t j = 0; j <= i % 3; j++) {
				ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_OK);
				ck_assert_int_eq(value, i);
			}
			ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
			ck_assert_ptr_eq(out, &binders[i]);
		}
	}
	/* From behind, too. */
	for (size_t i = 40; i > 0; i--) {
		AParcel_setDataPosition(parcel, (int32_t)parcel_offsets(parcel)[i - 1]);
		ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
		ck_assert_ptr_eq(out, &binders[i - 1]);
	}
	AParcel_delete(parcel);
	for (int32_t i = 0; i < 40; i++)
		ck_assert_int_eq(binders[i].held, 0);
}
END_TEST

/* Bytes that look like an object, at a place that is not listed, or near one that is. */
START_TEST(objects_cannot_be_made_up)
{
	struct {
		struct flat_binder_object flat;
		int32_t stability;
	} __attribute__((packed))
	forged[2] = {{{.hdr.type = BINDER_TYPE_BINDER, .cookie = 0x1234, .binder = 0x5678}, 0}};
	const binder_size_t offset = 28;
	AIBinder *out;
	AParcel *parcel;

	forged[1].flat.hdr.type = BINDER_TYPE_HANDLE;
	forged[1].flat.handle = 1;
	parcel = suite_receive(forged, sizeof(forged), &offset, 1);
	ck_assert_uint_eq(parcel_offset_count(parcel), 1);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_BAD_TYPE);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 24);
	for (int32_t position = 0; position < 28; position += 4) {
		AParcel_setDataPosition(parcel, position);
		ck_assert_int_ne(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
		AParcel_setDataPosition(parcel, position);
		ck_assert_int_eq(parcel_read_file(parcel), STATUS_BAD_TYPE);
	}
	AParcel_setDataPosition(parcel, 28);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(a_peers_null_may_have_any_type)
{
	static const uint32_t types[] = {BINDER_TYPE_FD, BINDER_TYPE_WEAK_BINDER,
		BINDER_TYPE_WEAK_HANDLE, BINDER_TYPE_PTR, 0, 0xffffffff};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct {
			struct flat_binder_object flat;
			int32_t stability;
		} null = {.flat.hdr.type = types[i]};
		AParcel *parcel = suite_receive(&null, sizeof(null), NULL, 0);
		AIBinder *out;

		ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_BAD_TYPE);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(an_object_of_another_kind_is_refused)
{
	AIBinder binder = {.handle = -1};
	AParcel *parcel = AParcel_create();
	int fds[2];
	AIBinder *out;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(parcel_write_file(parcel, fds[0], false), STATUS_OK);
	AParcel_writeStrongBinder(parcel, &binder);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_BAD_TYPE);
	ck_assert_int_eq(parcel_read_file(parcel), STATUS_BAD_TYPE);
	AParcel_delete(parcel);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(errors_of_the_object_are_passed_on)
{
	AIBinder binder = {.handle = 3}, *out;
	AParcel *parcel = AParcel_create();

	seam_double_remote(&binder);
	AParcel_writeStrongBinder(parcel, &binder);
	seam_double.unflatten = STATUS_DEAD_OBJECT;
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_DEAD_OBJECT);
	seam_double.unflatten = -12345;
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_UNKNOWN_ERROR);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(objects_cut_anywhere)
{
	AIBinder binder = {.handle = -1}, *out;
	AParcel *whole = AParcel_create();
	const binder_size_t offset = 0;

	AParcel_writeStrongBinder(whole, &binder);
	for (size_t size = 0; size < 28; size++) {
		void *copy = malloc(size + 1);
		AParcel *parcel;

		memcpy(copy, parcel_data(whole), size);
		parcel = suite_receive(copy, size, &offset, 1);
		ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out),
			size < 24 ? STATUS_BAD_TYPE : STATUS_NOT_ENOUGH_DATA);
		AParcel_delete(parcel);
		free(copy);
	}
	ck_assert_int_eq(binder.strong, 0);
	AParcel_delete(whole);
}
END_TEST

START_TEST(objects_are_not_read_as_data)
{
	AIBinder binder = {.handle = -1};
	AParcel *parcel = AParcel_create();
	int64_t wide;
	int32_t value;

	AParcel_writeInt32(parcel, 1);
	AParcel_writeStrongBinder(parcel, &binder);
	AParcel_writeInt32(parcel, 2);
	for (int32_t position = 0; position < 36; position += 4) {
		bool plain = position < 4 || position >= 28;

		AParcel_setDataPosition(parcel, position);
		ck_assert_int_eq(AParcel_readInt32(parcel, &value),
			plain ? STATUS_OK : STATUS_PERMISSION_DENIED);
		ck_assert_int_eq(AParcel_getDataPosition(parcel), position + 4);
	}
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readInt64(parcel, &wide), STATUS_PERMISSION_DENIED);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 8);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(objects_are_not_written_over)
{
	AIBinder binder = {.handle = -1}, other = {.handle = -1};
	AParcel *parcel = AParcel_create();

	AParcel_writeInt32(parcel, 1);
	AParcel_writeStrongBinder(parcel, &binder);
	AParcel_writeInt64(parcel, 2);
	for (int32_t position = 0; position < 32; position += 4) {
		bool plain = position < 4 || position >= 28;

		AParcel_setDataPosition(parcel, position);
		ck_assert_int_eq(AParcel_writeInt32(parcel, 3),
			plain ? STATUS_OK : STATUS_PERMISSION_DENIED);
		ck_assert_int_eq(AParcel_getDataPosition(parcel), position + (plain ? 4 : 0));
	}
	AParcel_setDataPosition(parcel, 4);
	ck_assert_int_eq(AParcel_writeStrongBinder(parcel, &other), STATUS_PERMISSION_DENIED);
	ck_assert_int_eq(AParcel_writeString(parcel, "x", 1), STATUS_PERMISSION_DENIED);
	ck_assert_int_eq(other.held, 0);
	ck_assert_uint_eq(object_at(parcel, 4).cookie, (uintptr_t)&binder);
	AParcel_delete(parcel);
	ck_assert_int_eq(binder.held, 0);
}
END_TEST

/* The driver wants offsets in ascending order, in whatever order objects were written. */
START_TEST(offsets_are_in_order)
{
	AIBinder first = {.handle = -1}, second = {.handle = -1}, *out;
	AParcel *parcel = AParcel_create();

	for (int i = 0; i < 7; i++)
		AParcel_writeInt32(parcel, 0);
	AParcel_writeStrongBinder(parcel, &second);
	AParcel_setDataPosition(parcel, 0);
	ck_assert_int_eq(AParcel_writeStrongBinder(parcel, &first), STATUS_OK);
	ck_assert_uint_eq(parcel_offset_count(parcel), 2);
	ck_assert_uint_eq(parcel_offsets(parcel)[0], 0);
	ck_assert_uint_eq(parcel_offsets(parcel)[1], 28);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
	ck_assert_ptr_eq(out, &second);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
	ck_assert_ptr_eq(out, &first);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(no_memory_for_an_object_holds_none)
{
	AIBinder binder = {.handle = -1};
	AParcel *parcel = AParcel_create();
	int32_t before;

	seam_double.fail_after = 0;
	ck_assert_int_eq(AParcel_writeStrongBinder(parcel, &binder), STATUS_NO_MEMORY);
	seam_double.fail_after = 1;
	for (before = 0; AParcel_writeStrongBinder(parcel, &binder) == STATUS_OK;)
		before++;
	ck_assert_int_eq(before, 8); /* the offsets of a first piece of memory */
	ck_assert_int_eq(binder.held, before);
	ck_assert_uint_eq(parcel_size(parcel), (size_t)before * 28);
	AParcel_delete(parcel);
	ck_assert_int_eq(binder.held, 0);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&a_local_object_is_28_bytes,
		&a_remote_object_is_these_bytes, &null_and_the_manager_have_no_offset,
		&an_array_of_objects_is_a_count_and_each, &many_objects_and_data_between_them,
		&objects_cannot_be_made_up, &a_peers_null_may_have_any_type,
		&an_object_of_another_kind_is_refused, &errors_of_the_object_are_passed_on,
		&objects_cut_anywhere, &objects_are_not_read_as_data, &objects_are_not_written_over,
		&offsets_are_in_order, &no_memory_for_an_object_holds_none};

	return suite_run("parcel/object", tests, sizeof(tests) / sizeof(*tests));
}
