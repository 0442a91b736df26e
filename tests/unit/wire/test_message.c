// SPDX-License-Identifier: Apache-2.0

/* Sending and receiving: whole messages, descriptors, and what is left behind on failure. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "leak.h"
#include "wire/wire.h"

static int ends[2];

static void setup(void)
{
	leak_setup();
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
}

static void teardown(void)
{
	close(ends[0]);
	close(ends[1]);
	leak_teardown();
}

static ssize_t send_text(const char *text, const int *files, unsigned count)
{
	struct iovec part = {.iov_base = (void *)text, .iov_len = strlen(text)};

	return wire_send(ends[0], &part, 1, files, count, MSG_DONTWAIT);
}

static ssize_t receive_text(char *text, size_t size, int *files, unsigned *count)
{
	struct iovec part = {.iov_base = text, .iov_len = size};

	return wire_receive(ends[1], &part, 1, files, count, MSG_DONTWAIT);
}

START_TEST(test_nothing)
{
	char text[8];

	ck_assert_int_eq(receive_text(text, sizeof(text), NULL, NULL), -EAGAIN);
	ck_assert_int_eq(wire_send(-1, NULL, 0, NULL, 0, 0), -EBADF);
	shutdown(ends[0], SHUT_WR);
	ck_assert_int_eq(receive_text(text, sizeof(text), NULL, NULL), 0);
	ck_assert_int_eq(send_text("x", NULL, 0), -EPIPE);
}
END_TEST

START_TEST(test_one)
{
	char text[8];
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned count = 99;

	ck_assert_int_eq(send_text("hello", NULL, 0), 5);
	ck_assert_int_eq(receive_text(text, sizeof(text), files, &count), 5);
	ck_assert_mem_eq(text, "hello", 5);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(test_parts)
{
	char from[] = "abcde";
	struct iovec parts[] = {{from, 2}, {from, 0}, {from + 2, 3}};
	char head[2], rest[8];
	struct iovec into[] = {{head, 2}, {rest, 8}};

	ck_assert_int_eq(wire_send(ends[0], parts, 3, NULL, 0, 0), 5);
	ck_assert_int_eq(wire_receive(ends[1], into, 2, NULL, NULL, 0), 5);
	ck_assert_mem_eq(head, "ab", 2);
	ck_assert_mem_eq(rest, "cde", 3);
}
END_TEST

START_TEST(test_largest)
{
	uint8_t *out = malloc(WIRE_MAX_SIZE), *in = malloc(WIRE_MAX_SIZE);
	struct iovec from = {out, WIRE_MAX_SIZE}, to = {in, WIRE_MAX_SIZE};

	for (size_t i = 0; i < WIRE_MAX_SIZE; i++)
		out[i] = (uint8_t)(i * 31);
	ck_assert_int_eq(wire_send(ends[0], &from, 1, NULL, 0, MSG_DONTWAIT), WIRE_MAX_SIZE);
	ck_assert_int_eq(wire_receive(ends[1], &to, 1, NULL, NULL, MSG_DONTWAIT), WIRE_MAX_SIZE);
	ck_assert_mem_eq(in, out, WIRE_MAX_SIZE);
	free(out);
	free(in);
}
END_TEST

START_TEST(test_too_long)
{
	char text[3];
	int files[WIRE_FILES_PER_MESSAGE];
	int file = ends[0];
	unsigned count;

	ck_assert_int_eq(send_text("hello", &file, 1), 5);
	ck_assert_int_eq(receive_text(text, sizeof(text), files, &count), -EMSGSIZE);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(test_bad_memory)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *bad = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec part = {.iov_base = bad, .iov_len = 8};

	ck_assert_int_eq(wire_send(ends[0], &part, 1, NULL, 0, MSG_DONTWAIT), -EFAULT);
	ck_assert_int_eq(send_text("x", NULL, 0), 1);
	ck_assert_int_eq(wire_receive(ends[1], &part, 1, NULL, NULL, MSG_DONTWAIT), -EFAULT);
	munmap(bad, page);
}
END_TEST

START_TEST(test_files)
{
	int out[WIRE_FILES_PER_MESSAGE + 1], in[WIRE_FILES_PER_MESSAGE];
	unsigned count;
	char text[4];

	for (unsigned i = 0; i <= WIRE_FILES_PER_MESSAGE; i++)
		out[i] = ends[i % 2];
	ck_assert_int_eq(send_text("x", out, WIRE_FILES_PER_MESSAGE + 1), -EINVAL);
	ck_assert_int_eq(send_text("x", out, WIRE_FILES_PER_MESSAGE), 1);
	ck_assert_int_eq(receive_text(text, sizeof(text), in, &count), 1);
	ck_assert_uint_eq(count, WIRE_FILES_PER_MESSAGE);
	for (unsigned i = 0; i < count; i++) {
		ck_assert_int_eq(fcntl(in[i], F_GETFD), FD_CLOEXEC);
		close(in[i]);
	}
	out[3] = -1;
	ck_assert_int_eq(send_text("x", out, 4), -EBADF);
}
END_TEST

/* Who wants no descriptors gets none, and none is left open. */
START_TEST(test_files_unwanted)
{
	char text[4];

	ck_assert_int_eq(send_text("x", ends, 2), 1);
	ck_assert_int_eq(receive_text(text, sizeof(text), NULL, NULL), 1);
}
END_TEST

START_TEST(test_no_number_free)
{
	int in[WIRE_FILES_PER_MESSAGE];
	struct rlimit limit;
	unsigned count = 99;
	char text[4];
	int next = dup(ends[0]);

	close(next);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = (rlim_t)next + 1;
	ck_assert_int_eq(send_text("xyz", ends, 2), 3);
	setrlimit(RLIMIT_NOFILE, &limit);
	ck_assert_int_eq(receive_text(text, sizeof(text), in, &count), -EMFILE);
	ck_assert_uint_eq(count, 0);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	/* The message is gone, the next one is whole. */
	ck_assert_int_eq(send_text("next", NULL, 0), 4);
	ck_assert_int_eq(receive_text(text, sizeof(text), in, &count), 4);
	ck_assert_mem_eq(text, "next", 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wire/message");
	TCase *tc = tcase_create("message");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_nothing);
	tcase_add_test(tc, test_one);
	tcase_add_test(tc, test_parts);
	tcase_add_test(tc, test_largest);
	tcase_add_test(tc, test_too_long);
	tcase_add_test(tc, test_bad_memory);
	tcase_add_test(tc, test_files);
	tcase_add_test(tc, test_files_unwanted);
	tcase_add_test(tc, test_no_number_free);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
