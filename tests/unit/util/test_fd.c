/* SPDX-License-Identifier: Apache-2.0 */

/* Descriptors moved high, under every kind of limit, and their flags. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "leak.h"
#include "util/fd.h"

static int open_null(void)
{
	int fd = open("/dev/null", O_RDWR);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static void set_limit(rlim_t soft)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_msg(limit.rlim_max >= soft, "hard limit under %d", (int)soft);
	limit.rlim_cur = soft;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

START_TEST(test_close_none)
{
	errno = ENOTTY;
	ck_assert_int_eq(fd_close(-1), -1);
	ck_assert_int_eq(fd_close(open_null()), -1);
	ck_assert_int_eq(fd_close(12345), -1);
	ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

START_TEST(test_move_bad)
{
	ck_assert_int_eq(fd_move_high(-1), -EBADF);
	ck_assert_int_eq(fd_move_high(777), -EBADF);
	ck_assert_int_eq(fd_move_high(70000), -EBADF);
}
END_TEST

START_TEST(test_move_wide_limit)
{
	int low, high, second;

	set_limit(4096);
	low = open_null();
	high = fd_move_high(low);
	ck_assert_int_eq(high, FD_HIGH);
	ck_assert_int_eq(fcntl(low, F_GETFD), -1);
	ck_assert_int_eq(fcntl(high, F_GETFD), FD_CLOEXEC);
	second = fd_move_high(open_null());
	ck_assert_int_eq(second, FD_HIGH + 1);
	ck_assert_int_eq(fd_move_high(second), second);
	close(high);
	close(second);
}
END_TEST

START_TEST(test_move_usual_limit)
{
	int high;

	set_limit(1024);
	high = fd_move_high(open_null());
	ck_assert_int_eq(high, 512);
	close(high);
}
END_TEST

/* The upper half is full: it sinks, but never below where it was. */
START_TEST(test_move_full)
{
	int low, high, fd;

	set_limit(64);
	low = open_null();
	for (fd = 32; fd < 64; fd++)
		ck_assert_int_eq(dup2(low, fd), fd);
	high = fd_move_high(low);
	ck_assert_int_eq(high, 16);
	ck_assert_int_eq(fcntl(high, F_GETFD), FD_CLOEXEC);
	for (fd = 17; fd < 32; fd++)
		ck_assert_int_eq(dup2(high, fd), fd);
	ck_assert_int_eq(fd_move_high(31), 31);
	ck_assert_int_eq(fcntl(31, F_GETFD), FD_CLOEXEC);
	for (fd = 16; fd < 64; fd++)
		close(fd);
}
END_TEST

/* A limit below the descriptor itself, as a test of EMFILE would set it. */
START_TEST(test_move_above_limit)
{
	int low = open_null(), fd;

	ck_assert_int_eq(dup2(low, 100), 100);
	set_limit(32);
	ck_assert_int_eq(fd_move_high(100), 100);
	fd = fd_move_high(low);
	ck_assert_int_eq(fd, 16);
	close(fd);
	close(100);
}
END_TEST

START_TEST(test_flags)
{
	int fd = open_null();

	ck_assert_int_eq(fd_set_nonblock(fd, true), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	ck_assert_int_eq(fd_set_nonblock(fd, false), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_eq(fd_set_cloexec(fd, true), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fd_set_cloexec(fd, false), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), 0);
	close(fd);
	ck_assert_int_eq(fd_set_nonblock(fd, true), -EBADF);
	ck_assert_int_eq(fd_set_cloexec(fd, true), -EBADF);
}
END_TEST

START_TEST(test_raise_limit)
{
	struct rlimit limit;
	unsigned long old = 0;
	int raised;

	set_limit(64);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	raised = fd_raise_limit(&old);
	ck_assert_uint_eq(old, 64);
	ck_assert_int_gt(raised, 64);
	ck_assert_int_eq(fd_raise_limit(NULL), raised);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_uint_eq(limit.rlim_cur, limit.rlim_max);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("util/fd");
	TCase *tc = tcase_create("fd");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	tcase_add_test(tc, test_close_none);
	tcase_add_test(tc, test_move_bad);
	tcase_add_test(tc, test_move_wide_limit);
	tcase_add_test(tc, test_move_usual_limit);
	tcase_add_test(tc, test_move_full);
	tcase_add_test(tc, test_move_above_limit);
	tcase_add_test(tc, test_flags);
	tcase_add_test(tc, test_raise_limit);

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
