/* SPDX-License-Identifier: Apache-2.0 */

/* Texts for descriptors whose readers read, do not read, or are gone. */

#include "svcmgr/printer.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/suite.h"
#include "svcmgr/account.h"

/* Until the last thread has closed its descriptor. */
static void await_printers(void)
{
	while (leak_count_fds() != leak_before)
		sched_yield();
}

static size_t drain(int fd)
{
	char buffer[65536];
	size_t total = 0;
	ssize_t length;

	while ((length = read(fd, buffer, sizeof(buffer))) > 0)
		total += (size_t)length;
	ck_assert_int_eq(length, 0);
	close(fd);
	return total;
}

START_TEST(test_text)
{
	int fds[2];
	char buffer[8] = "";

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(printer_print(fds[1], 1, "hello", 5), 0);
	close(fds[1]);
	ck_assert_int_eq(read(fds[0], buffer, sizeof(buffer)), 5);
	ck_assert_str_eq(buffer, "hello");
	/* The end comes when the printer's own duplicate is closed. */
	ck_assert_uint_eq(drain(fds[0]), 0);
}
END_TEST

START_TEST(test_not_read)
{
	size_t size = 1024 * 1024;
	char *text = calloc(1, size);
	int fds[ACCOUNT_DUMPS_MAX][2], more[2];

	/* Each stops in a pipe of 64 KiB, and this goes on. */
	for (int i = 0; i < ACCOUNT_DUMPS_MAX; i++) {
		ck_assert_int_eq(pipe2(fds[i], O_CLOEXEC), 0);
		ck_assert_int_eq(printer_print(fds[i][1], 5, text, size), 0);
		close(fds[i][1]);
	}
	ck_assert_int_eq(pipe2(more, O_CLOEXEC), 0);
	ck_assert_int_eq(printer_print(more[1], 5, "x", 1), -EDQUOT);
	ck_assert_int_eq(printer_print(more[1], 6, "x", 1), 0);
	close(more[1]);
	ck_assert_uint_eq(drain(more[0]), 1);
	for (int i = 0; i < ACCOUNT_DUMPS_MAX; i++)
		ck_assert_uint_eq(drain(fds[i][0]), size);
	free(text);
	/* All were refunded, the last one soon. */
	ck_assert_int_eq(pipe2(more, O_CLOEXEC), 0);
	while (printer_print(more[1], 5, "x", 1) == -EDQUOT)
		sched_yield();
	close(more[1]);
	ck_assert_uint_eq(drain(more[0]), 1);
	await_printers();
}
END_TEST

/* A pipe that the client does not wait for itself: all of the text comes all the same. */
START_TEST(test_nonblocking)
{
	size_t size = 1024 * 1024;
	char *text = calloc(1, size);
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(printer_print(fds[1], 7, text, size), 0);
	close(fds[1]);
	ck_assert_uint_eq(drain(fds[0]), size);
	free(text);
	await_printers();
}
END_TEST

START_TEST(test_gone)
{
	int fds[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	close(fds[0]);
	for (int i = 0; i < 100; i++) {
		int error;

		while ((error = printer_print(fds[1], 5, "x", 1)) == -EDQUOT)
			sched_yield();
		ck_assert_int_eq(error, 0);
	}
	close(fds[1]);
	ck_assert_int_eq(printer_print(-1, 9, "x", 1), -EBADF);
	await_printers();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&test_text, &test_not_read, &test_nonblocking, &test_gone};

	return suite_run("svcmgr/printer", tests, sizeof(tests) / sizeof(*tests));
}
