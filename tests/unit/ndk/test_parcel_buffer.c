// SPDX-License-Identifier: Apache-2.0
/*
 * What a driver brings: objects in a received parcel, and what must not be left behind.
 */

#include "suite.h"

#include <fcntl.h>
#include <unistd.h>

static bool buffer_fd_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int buffer_fd(void)
{
	int fd = open("/dev/null", O_RDWR);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static struct flat_binder_object buffer_object(uint32_t type, uint32_t handle)
{
	struct flat_binder_object flat = {.hdr.type = type};

	flat.handle = handle;
	return flat;
}

START_TEST(objects_are_where_the_driver_says)
{
	struct flat_binder_object objects[3];
	static const binder_size_t offsets[] = {0, 24, 48};
	AIBinder remote = {.handle = 4}, local = {.handle = -1}, *out;
	AParcel *parcel;
	int fd = buffer_fd();

	seam_double_remote(&remote);
	objects[0] = buffer_object(BINDER_TYPE_FD, (uint32_t)fd);
	objects[1] = buffer_object(BINDER_TYPE_HANDLE, 4);
	objects[2] = (struct flat_binder_object){.hdr.type = BINDER_TYPE_BINDER, .binder = 1};
	objects[2].cookie = (uintptr_t)&local;
	parcel = suite_receive(objects, sizeof(objects), offsets, 3);
	ck_assert_ptr_eq(parcel_offsets(parcel), offsets);
	ck_assert_uint_eq(parcel_offset_count(parcel), 3);
	ck_assert_int_eq(parcel_read_file(parcel), fd);
	/* The stability word is the next object's first, and so cannot be had. */
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_PERMISSION_DENIED);
	AParcel_delete(parcel);
	ck_assert(!buffer_fd_is_open(fd));
	/* The driver's references are given back with its buffer. */
	ck_assert_int_eq(remote.held + local.held, 0);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
}
END_TEST

START_TEST(a_copy_takes_all_over)
{
	struct flat_binder_object objects[2];
	static const binder_size_t offsets[] = {0, 24};
	AIBinder remote = {.handle = 4};
	AParcel *parcel;
	int fd = buffer_fd();

	seam_double_remote(&remote);
	objects[0] = buffer_object(BINDER_TYPE_FD, (uint32_t)fd);
	objects[1] = buffer_object(BINDER_TYPE_HANDLE, 4);
	parcel = suite_receive(objects, sizeof(objects), offsets, 2);
	AParcel_setDataPosition(parcel, 48);
	ck_assert_int_eq(AParcel_writeInt32(parcel, 1), STATUS_OK);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
	ck_assert_ptr_ne(parcel_offsets(parcel), offsets);
	ck_assert_uint_eq(parcel_offset_count(parcel), 2);
	ck_assert_int_eq(remote.held, 1);
	ck_assert(buffer_fd_is_open(fd));
	parcel_rewind(parcel);
	ck_assert_int_eq(parcel_read_file(parcel), fd);
	AParcel_delete(parcel);
	ck_assert(!buffer_fd_is_open(fd));
	ck_assert_int_eq(remote.held, 0);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
}
END_TEST

START_TEST(a_copy_without_memory_takes_nothing)
{
	struct flat_binder_object objects[9];
	binder_size_t offsets[9];
	AIBinder remote = {.handle = 4};
	AParcel *parcel;

	seam_double_remote(&remote);
	for (size_t i = 0; i < 9; i++) {
		objects[i] = buffer_object(BINDER_TYPE_HANDLE, 4);
		offsets[i] = i * sizeof(*objects);
	}
	/* The data has room, the offsets have not. */
	parcel = suite_receive(objects, sizeof(objects), offsets, 9);
	AParcel_setDataPosition(parcel, sizeof(objects));
	for (long memory = 0; memory <= 1; memory++) {
		seam_double.fail_after = memory;
		ck_assert_int_eq(AParcel_writeInt32(parcel, 1), STATUS_NO_MEMORY);
		ck_assert_ptr_eq(parcel_data(parcel), objects);
		ck_assert_int_eq(remote.held, 0);
		ck_assert_uint_eq(seam_double.freed_buffers, 0);
	}
	seam_double.fail_after = -1;
	ck_assert_int_eq(AParcel_writeInt32(parcel, 1), STATUS_OK);
	ck_assert_int_eq(remote.held, 9);
	AParcel_delete(parcel);
	ck_assert_int_eq(remote.held, 0);
}
END_TEST

START_TEST(appending_from_a_received_parcel)
{
	struct flat_binder_object objects[2];
	static const binder_size_t offsets[] = {0, 24};
	AIBinder remote = {.handle = 4};
	AParcel *parcel, *to = AParcel_create();
	int fd = buffer_fd(), copy;

	seam_double_remote(&remote);
	objects[0] = buffer_object(BINDER_TYPE_FD, (uint32_t)fd);
	objects[1] = buffer_object(BINDER_TYPE_HANDLE, 4);
	parcel = suite_receive(objects, sizeof(objects), offsets, 2);
	ck_assert_int_eq(AParcel_appendFrom(parcel, to, 0, 48), STATUS_OK);
	AParcel_delete(parcel);
	ck_assert(!buffer_fd_is_open(fd));
	parcel_rewind(to);
	copy = parcel_read_file(to);
	ck_assert(buffer_fd_is_open(copy));
	ck_assert_int_eq(remote.held, 1);
	AParcel_delete(to);
	ck_assert_int_eq(remote.held, 0);
}
END_TEST

START_TEST(places_that_cannot_be)
{
	static const struct {
		binder_size_t offsets[2];
		size_t size;
	} rows[] = {
		{{0, 0}, 48},
		{{24, 0}, 48},
		{{0, 20}, 48},
		{{0, 25}, 72},
		{{2, 28}, 72},
		{{0, 28}, 48},
		{{0, 24}, 47},
		{{0, (binder_size_t)-24}, 48},
		{{0, INT64_MAX}, 48},
		{{0, 24}, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct flat_binder_object objects[3] = {0};
		AParcel *parcel;

		for (size_t at = 0; at + 24 <= sizeof(objects); at += 4)
			((uint32_t *)objects)[at / 4] = BINDER_TYPE_WEAK_HANDLE;
		parcel = suite_receive(objects, rows[i].size, rows[i].offsets, 2);
		ck_assert_uint_eq(parcel_offset_count(parcel), 0);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(kinds_that_are_known)
{
	static const struct {
		uint32_t type;
		bool known;
	} rows[] = {{BINDER_TYPE_BINDER, true}, {BINDER_TYPE_WEAK_BINDER, true},
		{BINDER_TYPE_HANDLE, true}, {BINDER_TYPE_WEAK_HANDLE, true},
		{BINDER_TYPE_PTR, false}, {BINDER_TYPE_FDA, false}, {0, false},
		{0xffffffff, false}};
	static const binder_size_t offset;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint8_t room[64] = {0};
		AParcel *parcel;

		memcpy(room, &rows[i].type, sizeof(rows[i].type));
		parcel = suite_receive(room, sizeof(room), &offset, 1);
		ck_assert_uint_eq(parcel_offset_count(parcel), rows[i].known);
		AParcel_delete(parcel);
	}
}
END_TEST

/* A weak kind is kept in a copy, but is no object to a reader. */
START_TEST(weak_objects_are_not_read)
{
	struct {
		struct flat_binder_object flat;
		int32_t stability[2];
	} weak = {.flat = buffer_object(BINDER_TYPE_WEAK_HANDLE, 4)};
	static const binder_size_t offset;
	AIBinder remote = {.handle = 4}, *out;
	AParcel *parcel = suite_receive(&weak, sizeof(weak), &offset, 1);

	seam_double_remote(&remote);
	ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_BAD_TYPE);
	ck_assert_int_eq(AParcel_writeInt32(parcel, 1), STATUS_OK);
	ck_assert_int_eq(remote.held, 1);
	AParcel_delete(parcel);
	ck_assert_int_eq(remote.held, 0);
}
END_TEST

/* A buffer with descriptors in an array, as a peer of another library may send it. */
struct buffer_with_array {
	struct binder_buffer_object parent;
	struct binder_fd_array_object array;
	struct flat_binder_object file;
};

static const binder_size_t buffer_array_offsets[] = {offsetof(struct buffer_with_array, parent),
	offsetof(struct buffer_with_array, array), offsetof(struct buffer_with_array, file)};

static struct buffer_with_array buffer_with_array(int *fds, size_t count, int file)
{
	return (struct buffer_with_array){
		.parent = {.hdr.type = BINDER_TYPE_PTR,
			.buffer = (uintptr_t)fds,
			.length = (count + 1) * sizeof(*fds)},
		.array = {.hdr.type = BINDER_TYPE_FDA,
			.num_fds = count,
			.parent = 0,
			.parent_offset = sizeof(*fds)},
		.file = buffer_object(BINDER_TYPE_FD, (uint32_t)file),
	};
}

START_TEST(no_descriptor_is_left_behind)
{
	int fds[3] = {-1, buffer_fd(), buffer_fd()}, file = buffer_fd();
	struct buffer_with_array buffer = buffer_with_array(fds, 2, file);
	AParcel *parcel = suite_receive(&buffer, sizeof(buffer), buffer_array_offsets, 3);

	ck_assert_uint_eq(parcel_offset_count(parcel), 0);
	ck_assert_int_eq(parcel_read_file(parcel), STATUS_BAD_TYPE);
	AParcel_delete(parcel);
	ck_assert(!buffer_fd_is_open(fds[1]) && !buffer_fd_is_open(fds[2]));
	ck_assert(!buffer_fd_is_open(file));
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
}
END_TEST

START_TEST(nor_when_such_a_parcel_is_written)
{
	int fds[3] = {-1, buffer_fd(), buffer_fd()}, file = buffer_fd();
	struct buffer_with_array buffer = buffer_with_array(fds, 2, file);
	AParcel *parcel = suite_receive(&buffer, sizeof(buffer), buffer_array_offsets, 3);

	ck_assert_int_eq(AParcel_writeInt32(parcel, 1), STATUS_OK);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
	ck_assert(!buffer_fd_is_open(fds[1]) && !buffer_fd_is_open(file));
	AParcel_delete(parcel);
	ck_assert_uint_eq(seam_double.freed_buffers, 1);
}
END_TEST

START_TEST(an_array_outside_its_buffer_is_not_followed)
{
	int fds[3] = {-1, -1, -1};

	for (int i = 0; i < 6; i++) {
		struct buffer_with_array buffer = buffer_with_array(fds, 2, -1);

		if (i == 0)
			buffer.array.num_fds = 3;
		else if (i == 1)
			buffer.array.num_fds = UINT64_MAX / sizeof(int) + 1;
		else if (i == 2)
			buffer.array.parent_offset = UINT64_MAX;
		else if (i == 3)
			buffer.array.parent = 1;
		else if (i == 4)
			buffer.array.parent = UINT64_MAX;
		else
			buffer.parent.buffer = 0;
		AParcel_delete(suite_receive(&buffer, sizeof(buffer), buffer_array_offsets, 3));
	}
	ck_assert_uint_eq(seam_double.freed_buffers, 6);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&objects_are_where_the_driver_says,
		&a_copy_takes_all_over, &a_copy_without_memory_takes_nothing,
		&appending_from_a_received_parcel, &places_that_cannot_be, &kinds_that_are_known,
		&weak_objects_are_not_read, &no_descriptor_is_left_behind,
		&nor_when_such_a_parcel_is_written, &an_array_outside_its_buffer_is_not_followed};

	return suite_run("parcel/buffer", tests, sizeof(tests) / sizeof(*tests));
}
