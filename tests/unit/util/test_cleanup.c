/* SPDX-License-Identifier: Apache-2.0 */

/* Ownership by cleanup attribute: what is let go, and what was handed over is not. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "leak.h"
#include "util/cleanup.h"

static int open_null(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(test_close_empty)
{
	_cleanup_close_ int fd = -1;

	ck_assert_int_eq(steal_fd(&fd), -1);
}
END_TEST

START_TEST(test_close_at_end_of_scope)
{
	int number;

	{
		_cleanup_close_ int fd = open_null();

		number = fd;
		ck_assert(is_open(number));
	}
	ck_assert(!is_open(number));
}
END_TEST

START_TEST(test_close_keeps_errno)
{
	errno = ENOTTY;
	{
		_cleanup_close_ int fd = open_null();

		close(fd);
		errno = ENOTTY;
	}
	ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

START_TEST(test_steal_fd)
{
	int number;

	{
		_cleanup_close_ int fd = open_null();

		number = steal_fd(&fd);
		ck_assert_int_eq(fd, -1);
	}
	ck_assert(is_open(number));
	close(number);
}
END_TEST

START_TEST(test_steal_pointer)
{
	char *kept;

	{
		_cleanup_free_ char *text = strdup("kept");
		_cleanup_free_ char *gone = strdup("gone");
		_cleanup_free_ char *none = NULL;

		ck_assert_ptr_nonnull(gone);
		ck_assert_ptr_null(none);
		kept = steal_ptr(text);
		ck_assert_ptr_null(text);
	}
	ck_assert_str_eq(kept, "kept");
	free(kept);
}
END_TEST

START_TEST(test_streams)
{
	_cleanup_fclose_ FILE *none = NULL;
	_cleanup_closedir_ DIR *no_dir = NULL;
	int before = leak_count_fds();

	{
		_cleanup_fclose_ FILE *file = fopen("/dev/null", "re");
		_cleanup_closedir_ DIR *dir = opendir("/proc/self");

		ck_assert_ptr_nonnull(file);
		ck_assert_ptr_nonnull(dir);
		ck_assert_int_eq(leak_count_fds(), before + 2);
	}
	ck_assert_int_eq(leak_count_fds(), before);
	ck_assert_ptr_null(none);
	ck_assert_ptr_null(no_dir);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("util/cleanup");
	TCase *tc = tcase_create("cleanup");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	tcase_add_test(tc, test_close_empty);
	tcase_add_test(tc, test_close_at_end_of_scope);
	tcase_add_test(tc, test_close_keeps_errno);
	tcase_add_test(tc, test_steal_fd);
	tcase_add_test(tc, test_steal_pointer);
	tcase_add_test(tc, test_streams);

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
