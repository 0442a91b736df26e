// SPDX-License-Identifier: Apache-2.0
/*
 * Whole parcels: appended, marshalled, unmarshalled.
 */

#include "suite.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* [1][object][2][descriptor][3]: objects at 4 and 36, 64 bytes. */
static AParcel *append_source(AIBinder *binder, int fd)
{
	AParcel *parcel = AParcel_create();

	AParcel_writeInt32(parcel, 1);
	AParcel_writeStrongBinder(parcel, binder);
	AParcel_writeInt32(parcel, 2);
	ck_assert_int_eq(parcel_write_file(parcel, fd, false), STATUS_OK);
	AParcel_writeInt32(parcel, 3);
	ck_assert_uint_eq(parcel_size(parcel), 64);
	return parcel;
}

START_TEST(data_is_appended)
{
	AParcel *from = AParcel_create(), *to = AParcel_create();

	for (int32_t i = 1; i <= 3; i++)
		AParcel_writeInt32(from, i);
	AParcel_writeInt32(to, 9);
	ck_assert_int_eq(AParcel_appendFrom(from, to, 4, 8), STATUS_OK);
	suite_data_is(to, "09000000 02000000 03000000");
	ck_assert_int_eq(AParcel_getDataPosition(to), 12);
	ck_assert_int_eq(AParcel_getDataPosition(from), 12);
	AParcel_setDataPosition(to, 4);
	ck_assert_int_eq(AParcel_appendFrom(from, to, 0, 4), STATUS_OK);
	suite_data_is(to, "09000000 01000000 03000000");
	ck_assert_int_eq(AParcel_appendFrom(from, to, 0, 12), STATUS_OK);
	suite_data_is(to, "09000000 01000000 01000000 02000000 03000000");
	AParcel_delete(from);
	AParcel_delete(to);
}
END_TEST

START_TEST(parts_that_are_not_there)
{
	static const struct {
		int32_t start, size;
		binder_status_t status;
	} rows[] = {{0, 0, STATUS_OK}, {-5, 0, STATUS_OK}, {100, 0, STATUS_OK}, {0, 12, STATUS_OK},
		{11, 1, STATUS_OK}, {0, 13, STATUS_BAD_VALUE}, {12, 1, STATUS_BAD_VALUE},
		{13, 1, STATUS_BAD_VALUE}, {-1, 4, STATUS_BAD_VALUE}, {0, -1, STATUS_BAD_VALUE},
		{INT32_MAX, INT32_MAX, STATUS_BAD_VALUE}, {INT32_MIN, INT32_MIN, STATUS_BAD_VALUE},
		{4, INT32_MAX, STATUS_BAD_VALUE}};
	AParcel *from = AParcel_create();

	AParcel_writeInt32Array(from, (const int32_t[]){1, 2}, 2);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AParcel *to = AParcel_create();

		ck_assert_int_eq(
			AParcel_appendFrom(from, to, rows[i].start, rows[i].size), rows[i].status);
		ck_assert_uint_eq(
			parcel_size(to), rows[i].status == STATUS_OK ? (size_t)rows[i].size : 0);
		AParcel_delete(to);
	}
	AParcel_delete(from);
}
END_TEST

START_TEST(objects_are_appended_as_such)
{
	AIBinder binder = {.handle = -1}, *out;
	AParcel *from, *to = AParcel_create();
	int fds[2], fd, value;

	ck_assert_int_eq(pipe(fds), 0);
	from = append_source(&binder, fds[0]);
	AParcel_writeInt32(to, 9);
	ck_assert_int_eq(AParcel_appendFrom(from, to, 0, 64), STATUS_OK);
	ck_assert_uint_eq(parcel_offset_count(to), 2);
	ck_assert_uint_eq(parcel_offsets(to)[0], 8);
	ck_assert_uint_eq(parcel_offsets(to)[1], 40);
	ck_assert_int_eq(binder.held, 2);
	AParcel_delete(from);
	AParcel_setDataPosition(to, 8);
	ck_assert_int_eq(AParcel_readStrongBinder(to, &out), STATUS_OK);
	ck_assert_ptr_eq(out, &binder);
	ck_assert_int_eq(AParcel_readInt32(to, &value), STATUS_OK);
	ck_assert_int_eq(value, 2);
	fd = parcel_read_file(to);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ne(fd, fds[0]);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	AParcel_delete(to);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	ck_assert_int_eq(binder.held, 0);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(objects_are_not_cut)
{
	AIBinder binder = {.handle = -1};
	int fds[2];
	AParcel *from;

	ck_assert_int_eq(pipe(fds), 0);
	from = append_source(&binder, fds[0]);
	for (int32_t start = 0; start < 64; start += 4) {
		for (int32_t size = 4; start + size <= 64; size += 4) {
			AParcel *to = AParcel_create();
			size_t whole = (start <= 4 && start + size >= 28) +
				       (start <= 36 && start + size >= 60);

			ck_assert_int_eq(AParcel_appendFrom(from, to, start, size), STATUS_OK);
			ck_assert_uint_eq(parcel_offset_count(to), whole);
			ck_assert_int_eq(binder.held, 1 + (start <= 4 && start + size >= 28));
			AParcel_delete(to);
		}
	}
	AParcel_delete(from);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(objects_are_not_appended_over)
{
	AIBinder binder = {.handle = -1};
	AParcel *from = AParcel_create(), *to = AParcel_create();

	AParcel_writeInt64(from, 1);
	AParcel_writeStrongBinder(to, &binder);
	AParcel_setDataPosition(to, 0);
	ck_assert_int_eq(AParcel_appendFrom(from, to, 0, 8), STATUS_PERMISSION_DENIED);
	AParcel_setDataPosition(to, 50);
	ck_assert_int_eq(AParcel_appendFrom(from, to, 0, 8), STATUS_BAD_VALUE);
	AParcel_delete(from);
	AParcel_delete(to);
}
END_TEST

START_TEST(a_parcel_is_appended_to_itself)
{
	AIBinder binder = {.handle = -1}, *out;
	AParcel *parcel = AParcel_create();

	AParcel_writeInt32(parcel, 1);
	AParcel_writeStrongBinder(parcel, &binder);
	/* Doubled, again and again: memory and offsets move under way. */
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(AParcel_appendFrom(parcel, parcel, 0, AParcel_getDataSize(parcel)),
			STATUS_OK);
	ck_assert_uint_eq(parcel_size(parcel), 64 * 32);
	ck_assert_uint_eq(parcel_offset_count(parcel), 64);
	ck_assert_int_eq(binder.held, 64);
	for (size_t i = 0; i < 64; i++) {
		ck_assert_uint_eq(parcel_offsets(parcel)[i], i * 32 + 4);
		AParcel_setDataPosition(parcel, (int32_t)i * 32 + 4);
		ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
	}
	AParcel_delete(parcel);
	ck_assert_int_eq(binder.held, 0);
}
END_TEST

START_TEST(a_later_part_is_copied_before_itself)
{
	AIBinder binders[2] = {{.handle = -1}, {.handle = -1}}, *out;
	AParcel *parcel = AParcel_create();

	for (int i = 0; i < 14; i++)
		AParcel_writeInt32(parcel, 0);
	AParcel_writeStrongBinder(parcel, &binders[0]);
	AParcel_writeStrongBinder(parcel, &binders[1]);
	AParcel_setDataPosition(parcel, 0);
	ck_assert_int_eq(AParcel_appendFrom(parcel, parcel, 56, 56), STATUS_OK);
	ck_assert_uint_eq(parcel_offset_count(parcel), 4);
	parcel_rewind(parcel);
	for (int i = 0; i < 4; i++) {
		ck_assert_uint_eq(parcel_offsets(parcel)[i], (size_t)i * 28);
		ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
		ck_assert_ptr_eq(out, &binders[i % 2]);
	}
	AParcel_delete(parcel);
	ck_assert_int_eq(binders[0].held + binders[1].held, 0);
}
END_TEST

START_TEST(without_descriptors_nothing_is_appended)
{
	AIBinder binder = {.handle = -1};
	AParcel *from, *to = AParcel_create();
	struct rlimit limit, low;
	int fds[2], lowest;

	ck_assert_int_eq(pipe(fds), 0);
	lowest = dup(fds[0]);
	ck_assert_int_ge(lowest, 0);
	close(lowest);
	from = append_source(&binder, fds[0]);
	AParcel_writeInt32(to, 9);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	low = limit;
	low.rlim_cur = (rlim_t)lowest; /* all below are taken */
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
	ck_assert_int_eq(AParcel_appendFrom(from, to, 0, 64), STATUS_UNKNOWN_ERROR);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	suite_data_is(to, "09000000");
	ck_assert_uint_eq(parcel_offset_count(to), 0);
	ck_assert_int_eq(binder.held, 1);
	AParcel_delete(from);
	AParcel_delete(to);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(without_memory_nothing_is_appended)
{
	AIBinder binder = {.handle = -1};
	AParcel *from = AParcel_create(), *to = AParcel_create();

	for (int i = 0; i < 10; i++)
		AParcel_writeStrongBinder(from, &binder);
	AParcel_writeInt32(to, 9);
	/* There is room for the data, but not for so many offsets. */
	seam_double.fail_after = 0;
	ck_assert_int_eq(AParcel_appendFrom(from, to, 0, 280), STATUS_NO_MEMORY);
	ck_assert_int_eq(parcel_error(to), STATUS_NO_MEMORY);
	suite_data_is(to, "09000000");
	ck_assert_int_eq(binder.held, 10);
	AParcel_delete(from);
	AParcel_delete(to);
}
END_TEST

START_TEST(bytes_go_out_and_in)
{
	AParcel *parcel = AParcel_create(), *other = AParcel_create();
	uint8_t bytes[12];

	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 0, 0), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 0, 1), STATUS_BAD_VALUE);
	for (int32_t i = 1; i <= 3; i++)
		AParcel_writeInt32(parcel, i);
	AParcel_setDataPosition(parcel, 100);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 0, 13), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 1, 12), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, SIZE_MAX, 2), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 2, SIZE_MAX), STATUS_BAD_VALUE);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 12, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 4, 8), STATUS_OK);
	ck_assert_mem_eq(bytes, "\2\0\0\0\3\0\0\0", 8);
	ck_assert_int_eq(AParcel_unmarshal(other, bytes, 8), STATUS_OK);
	suite_data_is(other, "02000000 03000000");
	ck_assert_int_eq(AParcel_getDataPosition(other), 8);
	ck_assert_int_eq(AParcel_unmarshal(other, bytes, 5), STATUS_OK);
	suite_data_is(other, "02000000 03000000");
	bytes[4] = 0xff;
	ck_assert_int_eq(AParcel_unmarshal(other, bytes, 5), STATUS_OK);
	suite_data_is(other, "02000000 ff000000");
	ck_assert_int_eq(AParcel_unmarshal(other, bytes, 0), STATUS_OK);
	ck_assert_uint_eq(parcel_size(other), 0);
	AParcel_delete(parcel);
	AParcel_delete(other);
}
END_TEST

START_TEST(objects_do_not_go_out)
{
	AIBinder binder = {.handle = -1};
	AParcel *parcel = AParcel_create();
	uint8_t bytes[28];
	int fds[2];

	AParcel_writeStrongBinder(parcel, &binder);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 0, 4), STATUS_INVALID_OPERATION);
	/* What comes in takes the place of all. */
	ck_assert_int_eq(AParcel_unmarshal(parcel, (const uint8_t *)"abcd", 4), STATUS_OK);
	ck_assert_int_eq(binder.held, 0);
	ck_assert_uint_eq(parcel_offset_count(parcel), 0);
	suite_data_is(parcel, "61626364");
	ck_assert_int_eq(pipe(fds), 0);
	parcel_write_file(parcel, fds[0], true);
	ck_assert_int_eq(AParcel_marshal(parcel, bytes, 0, 4), STATUS_INVALID_OPERATION);
	ck_assert_int_eq(AParcel_unmarshal(parcel, (const uint8_t *)"efgh", 4), STATUS_OK);
	ck_assert_int_eq(fcntl(fds[0], F_GETFD), -1);
	AParcel_delete(parcel);
	close(fds[1]);
}
END_TEST

START_TEST(what_is_sensitive_stays_so)
{
	AParcel *parcel = AParcel_create();

	AParcel_markSensitive(parcel);
	AParcel_unmarshal(parcel, (const uint8_t *)"abcd", 4);
	ck_assert(parcel_is_sensitive(parcel));
	AParcel_delete(parcel);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&data_is_appended, &parts_that_are_not_there,
		&objects_are_appended_as_such, &objects_are_not_cut, &objects_are_not_appended_over,
		&a_parcel_is_appended_to_itself, &a_later_part_is_copied_before_itself,
		&without_descriptors_nothing_is_appended, &without_memory_nothing_is_appended,
		&bytes_go_out_and_in, &objects_do_not_go_out, &what_is_sensitive_stays_so};

	return suite_run("parcel/append", tests, sizeof(tests) / sizeof(*tests));
}
