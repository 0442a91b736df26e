#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A fixture that fails a test which leaves a descriptor or a child behind.
 *
 *	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
 *
 * Checked fixtures run in the process of the test itself.
 */

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int leak_before;

/* The number of open descriptors, the one that looks not counted. */
static inline int leak_count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = -1;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static inline void leak_setup(void)
{
	leak_before = leak_count_fds();
}

static inline void leak_teardown(void)
{
	ck_assert_msg(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
	ck_assert_int_eq(leak_count_fds(), leak_before);
}

/*
 * For a child that a test forks and kills: keeps what Check's macros report of it out of the
 * file that the test itself reports to. A report cut short there is the end of the whole run.
 */
static inline void leak_leave_check(void)
{
	char name[32], link[PATH_MAX];
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 3; fd < 1024; fd++) {
		ssize_t length;

		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		length = readlink(name, link, sizeof(link) - 1);
		link[length > 0 ? length : 0] = '\0';
		if (strstr(link, "/check_") && strstr(link, " (deleted)"))
			dup2(null, fd);
	}
	close(null);
}
