// SPDX-License-Identifier: Apache-2.0
/* Values of the command line: good ones, and what is wrong with the others. */

#include "tools/ctl_args.h"

#include "apps/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static struct ctl_parcel parcel;
static char why[256];

static int args_put(int count, const char *const *args)
{
	ctl_parcel_init(&parcel, ctl_dialect_find(34));
	*why = '\0';
	return ctl_args_put(&parcel, count, (char **)(uintptr_t)args, why, sizeof(why));
}

#define ARGS_PUT(...)                                                                 \
	args_put((int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)), \
		(const char *[]){__VA_ARGS__})

static void args_are(const void *data, size_t size)
{
	ck_assert_uint_eq(parcel.size, size);
	ck_assert_mem_eq(parcel.data, data, size);
	ctl_parcel_deinit(&parcel);
}

START_TEST(args_good)
{
	ck_assert_int_eq(args_put(0, NULL), 0);
	args_are("", 0);
	ck_assert_int_eq(
		ARGS_PUT("i32", "-2147483648", "i32", "4294967295", "i32", "0x10", "i32", "010"),
		0);
	args_are("\0\0\0\x80\xff\xff\xff\xff\x10\0\0\0\x08\0\0\0", 16);
	ck_assert_int_eq(ARGS_PUT("i64", "-9223372036854775808", "i64", "18446744073709551615"), 0);
	args_are("\0\0\0\0\0\0\0\x80\xff\xff\xff\xff\xff\xff\xff\xff", 16);
	ck_assert_int_eq(ARGS_PUT("f", "0.5", "d", "1e-320", "f", "inf"), 0);
	args_are("\0\0\0\x3f\xe8\x07\0\0\0\0\0\0\0\0\x80\x7f", 16);
	ck_assert_int_eq(ARGS_PUT("s16", "", "null", "s16", "null"), 0);
	ck_assert_uint_eq(parcel.size, 8 + 28 + 16);
	ctl_parcel_deinit(&parcel);
}
END_TEST

static void args_fail(int result, int error, const char *expected)
{
	ck_assert_int_eq(result, error);
	ck_assert_str_eq(why, expected);
	ctl_parcel_deinit(&parcel);
}

START_TEST(args_bad)
{
	args_fail(ARGS_PUT("i16", "1"), -EINVAL, "there is no type i16");
	args_fail(ARGS_PUT("i32"), -EINVAL, "i32 wants a value");
	args_fail(ARGS_PUT("null", "fd"), -EINVAL, "fd wants a value");
	args_fail(ARGS_PUT("i32", "-2147483649"), -EINVAL,
		"i32 wants an integer of 32 bits, not -2147483649");
	args_fail(ARGS_PUT("i32", "4294967296"), -EINVAL,
		"i32 wants an integer of 32 bits, not 4294967296");
	args_fail(ARGS_PUT("i32", "1 "), -EINVAL, "i32 wants an integer of 32 bits, not 1 ");
	args_fail(ARGS_PUT("i32", " 1"), -EINVAL, "i32 wants an integer of 32 bits, not  1");
	args_fail(ARGS_PUT("i64", "18446744073709551616"), -EINVAL,
		"i64 wants an integer of 64 bits, not 18446744073709551616");
	args_fail(ARGS_PUT("i64", "-9223372036854775809"), -EINVAL,
		"i64 wants an integer of 64 bits, not -9223372036854775809");
	args_fail(ARGS_PUT("f", "1e39"), -EINVAL, "f wants a number, not 1e39");
	args_fail(ARGS_PUT("d", ""), -EINVAL, "d wants a number, not ");
	args_fail(ARGS_PUT("s16", "\xff"), -EINVAL, "s16 wants text in UTF-8, not \xff");
	args_fail(ARGS_PUT("fd", "/no/such"), -ENOENT, "/no/such: No such file or directory");
	args_fail(ARGS_PUT("nfd", "x"), -EINVAL, "nfd wants the number of a descriptor, not x");
	args_fail(ARGS_PUT("nfd", "-1"), -EINVAL, "nfd wants the number of a descriptor, not -1");
	args_fail(ARGS_PUT("nfd", "999"), -EBADF, "999: Bad file descriptor");
}
END_TEST

START_TEST(args_descriptors)
{
	const char *const args[] = {"fd", "/dev/null", "nfd", "0"};

	ck_assert_int_eq(args_put(4, args), 0);
	ck_assert_uint_eq(parcel.count, 2);
	/* The file is closed with the parcel, as the leak fixture sees; 0 stays. */
	ck_assert_uint_eq(parcel.fd_count, 1);
	ctl_parcel_deinit(&parcel);
	ck_assert_int_ge(fcntl(0, F_GETFD), 0);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&args_good, &args_bad, &args_descriptors};

	return suite_run("tools/ctl_args", tests, sizeof(tests) / sizeof(*tests));
}
