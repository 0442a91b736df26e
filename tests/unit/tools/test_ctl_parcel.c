// SPDX-License-Identifier: Apache-2.0
/* Parcels: golden bytes of each release's form. */

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
		&parcel_objects, &parcel_descriptors, &parcel_growth, &dialects};

	return suite_run("tools/ctl_parcel", tests, sizeof(tests) / sizeof(*tests));
}
