// SPDX-License-Identifier: Apache-2.0
/*
 * Descriptors in parcels: who owns them, and what their sender hears.
 */

#include "suite.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool file_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static struct flat_binder_object file_object_at(const AParcel *parcel, size_t offset)
{
	struct flat_binder_object flat;

	ck_assert_uint_le(offset + sizeof(flat), parcel_size(parcel));
	memcpy(&flat, (const uint8_t *)parcel_data(parcel) + offset, sizeof(flat));
	return flat;
}

START_TEST(a_descriptor_is_32_bytes)
{
	AParcel *parcel = AParcel_create();
	struct flat_binder_object flat;
	int fds[2], out = -2;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(AParcel_writeParcelFileDescriptor(parcel, fds[0]), STATUS_OK);
	ck_assert_uint_eq(parcel_size(parcel), 32);
	ck_assert_uint_eq(parcel_offset_count(parcel), 1);
	ck_assert_uint_eq(parcel_offsets(parcel)[0], 8);
	ck_assert_mem_eq(parcel_data(parcel), "\1\0\0\0\0\0\0\0\x85*df\0\0\0\0", 16);
	flat = file_object_at(parcel, 8);
	ck_assert_uint_eq(flat.cookie, 1);
	ck_assert_uint_eq(flat.binder >> 32, 0);
	ck_assert_int_ne((int)flat.handle, fds[0]);
	ck_assert(file_is_open((int)flat.handle));
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &out), STATUS_OK);
	ck_assert(out != fds[0] && out != (int)flat.handle && file_is_open(out));
	ck_assert_int_eq(fcntl(out, F_GETFD), FD_CLOEXEC);
	close(out);
	AParcel_delete(parcel);
	ck_assert(!file_is_open((int)flat.handle));
	ck_assert(file_is_open(fds[0]));
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(no_descriptor)
{
	AParcel *parcel = AParcel_create();
	int out = 5;

	ck_assert_int_eq(AParcel_writeParcelFileDescriptor(parcel, -1), STATUS_OK);
	suite_data_is(parcel, "00000000");
	ck_assert_int_eq(AParcel_writeParcelFileDescriptor(parcel, -2), STATUS_UNKNOWN_ERROR);
	ck_assert_int_eq(AParcel_writeParcelFileDescriptor(parcel, 9999), STATUS_UNKNOWN_ERROR);
	ck_assert_uint_eq(parcel_size(parcel), 4);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &out), STATUS_OK);
	ck_assert_int_eq(out, -1);
	ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &out), STATUS_NOT_ENOUGH_DATA);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(a_descriptor_without_memory_is_closed)
{
	AParcel *parcel = AParcel_create();
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	seam_double.fail_after = 0;
	ck_assert_int_eq(AParcel_writeParcelFileDescriptor(parcel, fds[0]), STATUS_NO_MEMORY);
	seam_double.fail_after = 1;
	while (AParcel_writeParcelFileDescriptor(parcel, fds[0]) == STATUS_OK)
		;
	ck_assert_uint_eq(parcel_size(parcel), 8 * 32);
	ck_assert_int_eq(AParcel_getDataPosition(parcel), 8 * 32);
	AParcel_delete(parcel);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(a_bare_descriptor_is_24_bytes)
{
	AParcel *parcel = AParcel_create();
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(dup2(fds[0], 33), 33);
	ck_assert_int_eq(parcel_write_file(parcel, 33, false), STATUS_OK);
	ck_assert_int_eq(parcel_write_file(parcel, 33, true), STATUS_OK);
	suite_data_is(parcel, "852a6466 00000000 21000000 00000000 0000000000000000"
			      "852a6466 00000000 21000000 00000000 0100000000000000");
	ck_assert_uint_eq(parcel_offset_count(parcel), 2);
	AParcel_delete(parcel);
	ck_assert(!file_is_open(33));
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(bare_descriptors_are_owned_or_not)
{
	AParcel *parcel = AParcel_create();
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(parcel_write_file(parcel, fds[0], true), STATUS_OK);
	ck_assert_int_eq(parcel_write_file(parcel, fds[1], false), STATUS_OK);
	parcel_rewind(parcel);
	ck_assert_int_eq(parcel_read_file(parcel), fds[0]);
	ck_assert_int_eq(parcel_read_file(parcel), fds[1]);
	ck_assert_int_eq(parcel_read_file(parcel), STATUS_BAD_TYPE);
	AParcel_delete(parcel);
	ck_assert(!file_is_open(fds[0]));
	ck_assert(file_is_open(fds[1]));
	close(fds[1]);
}
END_TEST

START_TEST(the_sender_hears_that_it_is_detached)
{
	AParcel *parcel = AParcel_create();
	uint8_t word[8];
	int pair[2], fds[2], out;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	ck_assert_int_eq(pipe(fds), 0);
	AParcel_writeInt32(parcel, 1);
	AParcel_writeInt32(parcel, 1);
	parcel_write_file(parcel, fds[0], true);
	parcel_write_file(parcel, pair[0], true);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &out), STATUS_OK);
	ck_assert_int_eq(recv(pair[1], word, sizeof(word), MSG_DONTWAIT), 4);
	ck_assert_mem_eq(word, "\0\0\0\2", 4);
	close(out);
	/* A sender that is gone, or sent no socket, raises no signal and keeps nobody. */
	close(pair[1]);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &out), STATUS_BAD_TYPE);
	AParcel_reset(parcel);
	AParcel_writeInt32(parcel, 1);
	AParcel_writeInt32(parcel, 1);
	parcel_write_file(parcel, fds[1], false);
	parcel_write_file(parcel, fds[1], true);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &out), STATUS_BAD_TYPE);
	AParcel_delete(parcel);
}
END_TEST

START_TEST(malformed_descriptors)
{
	static const struct {
		uint32_t words[2];
		size_t size;
		binder_status_t status;
	} rows[] = {
		{{2, 0}, 8, STATUS_UNEXPECTED_NULL},
		{{0xffffffff, 0}, 8, STATUS_UNEXPECTED_NULL},
		{{1}, 4, STATUS_BAD_TYPE},
		{{1, 0}, 8, STATUS_BAD_TYPE},
		{{1, 1}, 8, STATUS_BAD_TYPE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AParcel *parcel = suite_receive(rows[i].words, rows[i].size, NULL, 0);
		int fd = -7;

		ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &fd), rows[i].status);
		ck_assert_int_eq(fd, -7);
		AParcel_delete(parcel);
	}
}
END_TEST

START_TEST(a_descriptor_that_cannot_be_duplicated)
{
	AParcel *parcel = AParcel_create();
	int out = -7;

	AParcel_writeInt64(parcel, 1);
	parcel_write_file(parcel, 9999, false);
	parcel_rewind(parcel);
	ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &out), STATUS_BAD_VALUE);
	ck_assert_int_eq(out, -7);
	AParcel_delete(parcel);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&a_descriptor_is_32_bytes, &no_descriptor,
		&a_descriptor_without_memory_is_closed, &a_bare_descriptor_is_24_bytes,
		&bare_descriptors_are_owned_or_not, &the_sender_hears_that_it_is_detached,
		&malformed_descriptors, &a_descriptor_that_cannot_be_duplicated};

	return suite_run("parcel/file", tests, sizeof(tests) / sizeof(*tests));
}
