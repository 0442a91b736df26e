/* SPDX-License-Identifier: Apache-2.0 */

/* What a client can do with the descriptors that it is given, by trying everything. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leak.h"
#include "util/sealed_memfd.h"

#define PAGE 4096L
#define SIZE (16 * PAGE)
#define OTHER_UID 54321

static int broker = -1;
static int client = -1;

static void setup(void)
{
	leak_setup();
	ck_assert_int_eq(sealed_memfd_new_area("test", SIZE, &broker, &client), 0);
}

static void teardown(void)
{
	close(broker);
	close(client);
	leak_teardown();
}

/* The result of a call as 0 or a negative errno. */
static int result(long value)
{
	return value < 0 ? -errno : 0;
}

static off_t size_of(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_size;
}

static void *map(int fd, int prot, int flags)
{
	return mmap(NULL, SIZE, prot, flags, fd, 0);
}

START_TEST(test_area_reads_what_broker_writes)
{
	char *writer = map(broker, PROT_READ | PROT_WRITE, MAP_SHARED);
	char *reader = map(client, PROT_READ, MAP_SHARED);

	ck_assert_ptr_ne(writer, MAP_FAILED);
	ck_assert_ptr_ne(reader, MAP_FAILED);
	ck_assert_int_eq(sealed_memfd_reserve(broker, 0, PAGE), 0);
	strcpy(writer, "payload");
	ck_assert_str_eq(reader, "payload");
	munmap(writer, SIZE);
	munmap(reader, SIZE);
}
END_TEST

START_TEST(test_area_client_cannot_map_writable)
{
	char *reader;

	ck_assert_ptr_eq(map(client, PROT_READ | PROT_WRITE, MAP_SHARED), MAP_FAILED);
	ck_assert_int_eq(errno, EACCES);
	ck_assert_ptr_eq(map(client, PROT_WRITE, MAP_SHARED), MAP_FAILED);
	ck_assert_int_eq(errno, EACCES);
	reader = map(client, PROT_READ, MAP_SHARED);
	ck_assert_ptr_ne(reader, MAP_FAILED);
	ck_assert_int_eq(result(mprotect(reader, SIZE, PROT_READ | PROT_WRITE)), -EACCES);
	munmap(reader, SIZE);
}
END_TEST

START_TEST(test_area_client_cannot_change_file)
{
	char byte = 1;

	ck_assert_int_eq(result(write(client, &byte, 1)), -EBADF);
	ck_assert_int_eq(result(pwrite(client, &byte, 1, 0)), -EBADF);
	ck_assert_int_eq(result(ftruncate(client, 0)), -EINVAL);
	ck_assert_int_eq(result(ftruncate(client, 2 * SIZE)), -EINVAL);
	ck_assert_int_eq(result(fallocate(client, 0, 0, 2 * SIZE)), -EBADF);
	ck_assert_int_eq(sealed_memfd_reserve(client, 0, PAGE), -EBADF);
	ck_assert_int_eq(sealed_memfd_punch(client, 0, PAGE), -EBADF);
	ck_assert_int_eq(result(fcntl(client, F_ADD_SEALS, F_SEAL_WRITE)), -EPERM);
	ck_assert_int_eq(result(fcntl(client, F_ADD_SEALS, F_SEAL_GROW)), -EPERM);
	ck_assert_int_eq(result(fcntl(client, F_SETFL, O_RDWR)), 0);
	ck_assert_int_eq(result(pwrite(client, &byte, 1, 0)), -EBADF);
	ck_assert_int_eq(size_of(broker), SIZE);
}
END_TEST

/* What a client of another uid gets from reopening; 0 if it could not open for writing. */
static int reopen_as_other(void)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", client);
	if (setresuid(OTHER_UID, OTHER_UID, OTHER_UID) < 0)
		return 1;
	if (open(path, O_RDWR | O_CLOEXEC) >= 0 || errno != EACCES)
		return 2;
	if (fchmod(client, 0666) == 0 || errno != EPERM)
		return 3;
	return 0;
}

START_TEST(test_area_other_uid_cannot_reopen)
{
	int status;
	pid_t pid;

	/* Becoming another uid takes root; the mode that guards can be seen by anybody. */
	struct stat st;

	ck_assert_int_eq(fstat(client, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0400);
	if (geteuid() != 0)
		return;
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(reopen_as_other());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(test_area_broker_grows_and_punches)
{
	char *writer = map(broker, PROT_READ | PROT_WRITE, MAP_SHARED);
	struct stat st;

	ck_assert_ptr_ne(writer, MAP_FAILED);
	ck_assert_int_eq(sealed_memfd_reserve(broker, 0, 2 * PAGE), 0);
	memset(writer, 0xee, 2 * PAGE);
	ck_assert_int_eq(fstat(broker, &st), 0);
	ck_assert_int_eq(st.st_blocks * 512, 2 * PAGE);
	ck_assert_int_eq(sealed_memfd_punch(broker, 0, PAGE), 0);
	ck_assert_int_eq(fstat(broker, &st), 0);
	ck_assert_int_eq(st.st_blocks * 512, PAGE);
	ck_assert_int_eq(writer[0], 0);
	ck_assert_int_eq((unsigned char)writer[PAGE], 0xee);
	ck_assert_int_eq(sealed_memfd_reserve(broker, SIZE, PAGE), 0);
	ck_assert_int_eq(size_of(client), SIZE + PAGE);
	ck_assert_int_eq(result(ftruncate(broker, SIZE)), -EPERM);
	munmap(writer, SIZE);
}
END_TEST

START_TEST(test_area_empty_then_grown)
{
	int writable, readable;

	ck_assert_int_eq(sealed_memfd_new_area("", 0, &writable, &readable), 0);
	ck_assert_int_eq(size_of(readable), 0);
	ck_assert_int_eq(sealed_memfd_reserve(writable, 0, PAGE), 0);
	ck_assert_int_eq(size_of(readable), PAGE);
	ck_assert_int_eq(fcntl(writable, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(readable, F_GETFD), FD_CLOEXEC);
	close(writable);
	close(readable);
}
END_TEST

START_TEST(test_area_errors_leave_nothing)
{
	char name[300];
	int writable = 7, readable = 7;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(sealed_memfd_new_area(name, SIZE, &writable, &readable), -EINVAL);
	ck_assert_int_eq(writable, -1);
	ck_assert_int_eq(readable, -1);
}
END_TEST

START_TEST(test_reserve_impossible)
{
	ck_assert_int_eq(sealed_memfd_reserve(broker, INT64_MAX, PAGE), -EFBIG);
	ck_assert_int_eq(sealed_memfd_reserve(broker, 0, 0), -EINVAL);
	ck_assert_int_eq(sealed_memfd_punch(broker, -1, PAGE), -EINVAL);
	ck_assert_int_eq(size_of(broker), SIZE);
}
END_TEST

/* The client writes an arena, and can take nothing away under the broker's hands. */
START_TEST(test_arena)
{
	int fd = sealed_memfd_new_arena("test", SIZE);
	char *writer;

	ck_assert_int_ge(fd, 0);
	writer = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	ck_assert_ptr_ne(writer, MAP_FAILED);
	strcpy(writer, "parcel");
	ck_assert_int_eq(result(ftruncate(fd, 0)), -EPERM);
	ck_assert_int_eq(result(ftruncate(fd, 2 * SIZE)), -EPERM);
	ck_assert_int_eq(sealed_memfd_reserve(fd, SIZE, PAGE), -EPERM);
	ck_assert_int_eq(result(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)), -EPERM);
	ck_assert_int_eq(size_of(fd), SIZE);
	ck_assert_int_eq(sealed_memfd_punch(fd, 0, SIZE), 0);
	ck_assert_int_eq(writer[0], 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	munmap(writer, SIZE);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("util/sealed_memfd");
	TCase *tc = tcase_create("sealed_memfd");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_area_reads_what_broker_writes);
	tcase_add_test(tc, test_area_client_cannot_map_writable);
	tcase_add_test(tc, test_area_client_cannot_change_file);
	tcase_add_test(tc, test_area_other_uid_cannot_reopen);
	tcase_add_test(tc, test_area_broker_grows_and_punches);
	tcase_add_test(tc, test_area_empty_then_grown);
	tcase_add_test(tc, test_area_errors_leave_nothing);
	tcase_add_test(tc, test_reserve_impossible);
	tcase_add_test(tc, test_arena);

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
