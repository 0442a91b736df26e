/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The process: opening the device, and how large its area is.
 */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/ndk/process.h"
#include "ndk/device_suite.h"

/* The device is closed yet. */
static void setup_closed(void)
{
	double_reset();
}

START_TEST(device_is_opened_once)
{
	ck_assert_int_eq(process_fd(), 77);
	ck_assert_uint_eq(double_device.opened, 1);
	ck_assert_uint_eq(double_device.max_threads, 15);
	ck_assert(double_device.spam_detection);
}
END_TEST

START_TEST(device_that_is_no_good_is_closed)
{
	double_device.open_error = EACCES;
	ck_assert_int_eq(process_fd(), -EACCES);
	double_device.open_error = 0;
	double_device.version = 7;
	ck_assert_int_eq(process_fd(), -EPROTO);
	double_device.version = BINDER_CURRENT_PROTOCOL_VERSION;
	double_device.max_threads_error = EINVAL;
	ck_assert_int_eq(process_fd(), -EINVAL);
	double_device.max_threads_error = 0;
	double_device.refuses_mapping = true;
	ck_assert_int_eq(process_fd(), -ENOMEM);
	ck_assert_uint_eq(double_device.opened, 3);
	ck_assert_uint_eq(double_device.closed, 3);
	ck_assert_int_eq(process_open_fd(), -1);
	double_device.refuses_mapping = false;
	ck_assert_int_eq(process_fd(), 77);
}
END_TEST

/* What an area's size is with this in the environment. */
static size_t area_with(const char *text)
{
	int pair[2];
	size_t size = 0;
	pid_t pid;

	ck_assert_int_eq(pipe(pair), 0);
	pid = fork();
	if (pid == 0) {
		setenv("BINDERD_AREA_SIZE", text, 1);
		size = process_area_size();
		_exit(write(pair[1], &size, sizeof(size)) != sizeof(size));
	}
	ck_assert_int_eq(read(pair[0], &size, sizeof(size)), sizeof(size));
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	close(pair[0]);
	close(pair[1]);
	return size;
}

START_TEST(size_of_the_area)
{
	static const char *const wrong[] = {"", "x", "-1", "0", "4095", "1G", "5M", "4097K", "4M ",
		"99999999999999999999", "0x10000", "4MB", "18446744073709551615K"};
	size_t usual = ((size_t)1 << 20) - 8192;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_uint_eq(area_with(wrong[i]), usual);
	ck_assert_uint_eq(area_with("4096"), 4096);
	/* In whole pages. */
	ck_assert_uint_eq(area_with("100000"), 98304);
	ck_assert_uint_eq(area_with("64K"), 65536);
	ck_assert_uint_eq(area_with("4M"), 4194304);
	ck_assert_uint_eq(area_with("4194304"), 4194304);
	ck_assert_uint_eq(area_with("4194305"), usual);
}
END_TEST

static const TTest **const tests[] = {
	&device_is_opened_once, &device_that_is_no_good_is_closed, &size_of_the_area};

int main(void)
{
	return device_suite_run("process", tests, sizeof(tests) / sizeof(tests[0]), setup_closed);
}
