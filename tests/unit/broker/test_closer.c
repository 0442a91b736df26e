// SPDX-License-Identifier: Apache-2.0

/* Closing without waiting: what is quick, what is not, and who is told. */

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "broker/closer.h"
#include "leak.h"
#include "wire/wire.h"

static unsigned told;

static void tell(void *data)
{
	*(unsigned *)data += 1;
}

static void reap_all(void)
{
	while (closer_pending())
		usleep(1000);
	closer_reap(tell);
}

START_TEST(test_none)
{
	ck_assert_int_eq(closer_close(-1, &told), 1);
	ck_assert_uint_eq(closer_pending(), 0);
	closer_reap(tell);
	ck_assert_uint_eq(told, 0);
	ck_assert_int_eq(closer_stop(), 0);
}
END_TEST

/* Whoever waits for the other end's close sees it when the call returns. */
START_TEST(test_quick)
{
	int ends[2];
	char byte;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(closer_close(ends[1], &told), 1);
	ck_assert_int_eq(read(ends[0], &byte, 1), 0);
	ck_assert_int_eq(closer_close(ends[0], &told), 1);
	ck_assert_int_eq(closer_close(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), &told), 1);
	ck_assert_int_eq(closer_close(eventfd(0, EFD_CLOEXEC), &told), 1);
	ck_assert_int_eq(closer_close(memfd_create("x", MFD_CLOEXEC), &told), 1);
	ck_assert_uint_eq(told, 0);
}
END_TEST

START_TEST(test_others)
{
	ck_assert_int_eq(closer_close(open("/dev/null", O_RDONLY | O_CLOEXEC), &told), 0);
	ck_assert_int_eq(closer_close(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), &told), 0);
	ck_assert_int_eq(closer_close(open("/", O_RDONLY | O_CLOEXEC), NULL), 1);
	reap_all();
	ck_assert_uint_eq(told, 2);
	ck_assert_int_eq(closer_stop(), 0);
}
END_TEST

/* Two connected TCP sockets; the first has unsent data and lingers. */
static int lingering(int *other)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	struct linger linger = {.l_onoff = 1, .l_linger = 3600};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char bytes[65536] = {0};

	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, size), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	connect(fd, (struct sockaddr *)&address, size);
	*other = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	close(listener);
	while (send(fd, bytes, sizeof(bytes), 0) > 0)
		;
	fcntl(fd, F_SETFL, 0);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
	return fd;
}

/* A close that does not end keeps neither us nor the close of another from ending. */
START_TEST(test_stuck)
{
	int other, fd = lingering(&other);

	ck_assert_int_eq(closer_close(fd, &told), 0);
	ck_assert_int_eq(closer_close(open("/dev/null", O_RDONLY | O_CLOEXEC), &told), 0);
	while (closer_pending() > 1)
		usleep(1000);
	closer_reap(tell);
	ck_assert_uint_eq(told, 1);
	ck_assert_int_eq(closer_stop(), -EBUSY);
	close(other);
	reap_all();
	ck_assert_uint_eq(told, 2);
	ck_assert_int_eq(closer_stop(), 0);
}
END_TEST

/* One that does not end, in a message that nobody has read, in the socket that is closed. */
START_TEST(test_stuck_inside)
{
	char byte = 'x';
	int pair[2], other, fd = lingering(&other);
	struct iovec part = {.iov_base = &byte, .iov_len = 1};

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(wire_send(pair[0], &part, 1, &fd, 1, 0), 1);
	close(fd);
	close(pair[0]);
	ck_assert_int_eq(closer_close(pair[1], &told), 0);
	ck_assert_int_eq(closer_stop(), -EBUSY);
	close(other);
	reap_all();
	ck_assert_uint_eq(told, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/closer");
	TCase *tc = tcase_create("closer");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	tcase_add_test(tc, test_none);
	tcase_add_test(tc, test_quick);
	tcase_add_test(tc, test_others);
	tcase_add_test(tc, test_stuck);
	tcase_add_test(tc, test_stuck_inside);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
