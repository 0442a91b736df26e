/* SPDX-License-Identifier: Apache-2.0 */

/* Finding a broker, and the brokers that one had better not find. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "fake.h"
#include "leak.h"
#include "lib/device/hooks.h"

static struct fake fake;

static void assert_open_fails(int error)
{
	errno = 0;
	ck_assert_int_eq(binderd_open("/dev/fake", O_RDWR | O_CLOEXEC), -1);
	ck_assert_int_eq(errno, error);
}

START_TEST(test_nobody)
{
	setenv("BINDERD_DIR", "/nonexistent", 1);
	assert_open_fails(ENOENT);
	setenv("BINDERD_DIR", "relative", 1);
	assert_open_fails(EINVAL);
	fake_start(&fake);
	ck_assert_int_eq(binderd_open("/dev/other", O_RDWR), -1);
	ck_assert_int_eq(errno, ENOENT);
	fake_die(&fake);
	assert_open_fails(ENOENT);
	fake_stop(&fake);
}
END_TEST

START_TEST(test_untrusted_directory)
{
	fake_start(&fake);
	ck_assert_int_eq(chmod(fake.dir, 0777), 0);
	assert_open_fails(EPERM);
	ck_assert_uint_eq(fake_count(&fake, WIRE_HELLO), 0);
	fake_stop(&fake);
}
END_TEST

START_TEST(test_numbers)
{
	int lowest, fd;

	fake_start(&fake);
	lowest = dup(0);
	close(lowest);
	fd = binderd_open("fake", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	ck_assert_int_eq(fd, lowest);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
	ck_assert(binderd_is_device(fd));
	ck_assert(!binderd_is_device(0));
	/* What the library keeps is out of the way. */
	ck_assert_int_ge(device_own_next(0), 256);
	ck_assert(device_is_own(device_own_next(0)));
	ck_assert_int_eq(binderd_close(fd), 0);
	ck_assert(!binderd_is_device(fd));
	ck_assert_int_eq(device_own_next(0), -1);
	ck_assert_int_eq(binderd_close(fd), -1);
	ck_assert_int_eq(errno, EBADF);
	fake_stop(&fake);
}
END_TEST

static void refuse(struct fake *f, int sock)
{
	struct wire_refused refused = {
		.head.type = WIRE_REFUSED,
		.error = EPROTO,
		.version_min = 2,
		.version_max = 3,
	};

	(void)f;
	memset(refused.reason, 'x', sizeof(refused.reason));
	fake_send(sock, &refused, sizeof(refused), -1);
}

static void refuse_oddly(struct fake *f, int sock)
{
	struct wire_refused refused = {.head.type = WIRE_REFUSED, .error = -5};

	(void)f;
	fake_send(sock, &refused, sizeof(refused), -1);
}

static void welcome_other_version(struct fake *f, int sock)
{
	struct wire_welcome welcome = {
		.head.type = WIRE_WELCOME, .version = 77, .arena_size = FAKE_ARENA};

	fake_send(sock, &welcome, sizeof(welcome), f->arena);
}

static void welcome_without_arena(struct fake *f, int sock)
{
	struct wire_welcome welcome = {.head.type = WIRE_WELCOME, .version = WIRE_VERSION};

	(void)f;
	fake_send(sock, &welcome, sizeof(welcome), -1);
}

static void welcome_small_arena(struct fake *f, int sock)
{
	struct wire_welcome welcome = {
		.head.type = WIRE_WELCOME, .version = WIRE_VERSION, .arena_size = 4096};

	fake_send(sock, &welcome, sizeof(welcome), f->arena);
}

static void welcome_short(struct fake *f, int sock)
{
	struct wire_welcome welcome = {.head.type = WIRE_WELCOME, .version = WIRE_VERSION};

	fake_send(sock, &welcome, 20, f->arena);
}

static void hang_up(struct fake *f, int sock)
{
	(void)f;
	shutdown(sock, SHUT_RDWR);
}

static const struct {
	void (*greet)(struct fake *f, int sock);
	int error;
} greetings[] = {
	{refuse, EPROTO},
	{refuse_oddly, EPROTO},
	{welcome_other_version, EPROTO},
	{welcome_without_arena, EMFILE},
	{welcome_small_arena, EPROTO},
	{welcome_short, EPROTO},
	{hang_up, ENOENT},
};

START_TEST(test_greeting)
{
	fake_start(&fake);
	fake.greet = greetings[_i].greet;
	assert_open_fails(greetings[_i].error);
	fake_stop(&fake);
}
END_TEST

START_TEST(test_paths)
{
	struct stat st;

	ck_assert(device_is_path("/dev/binder"));
	ck_assert(device_is_path("/dev/hwbinder"));
	ck_assert(device_is_path("/dev/vndbinder"));
	ck_assert(device_is_path("/dev/binderfs/anything"));
	ck_assert(!device_is_path("/dev/binderfs/binder-control"));
	ck_assert(!device_is_path("/dev/binderfs/features"));
	ck_assert(!device_is_path("/dev/binderfs/features/x"));
	ck_assert(!device_is_path("/dev/binderfs/"));
	ck_assert(!device_is_path("/dev/null"));
	ck_assert(!device_is_path("/dev/fake"));
	ck_assert(!device_is_path("binder"));
	ck_assert(!device_is_path(""));
	fake_start(&fake);
	ck_assert(device_is_path("/dev/fake"));
	ck_assert(!device_is_path("/dev/fake/"));
	ck_assert_int_eq(device_stat("/dev/fake", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	ck_assert_int_eq(device_stat("/dev/binder", &st), -1);
	ck_assert_int_eq(errno, ENOENT);
	fake_stop(&fake);
}
END_TEST

/* Whatever a program asks of open(2) that a device does not do. */
START_TEST(test_flags)
{
	fake_start(&fake);
	ck_assert_int_eq(binderd_open("/dev/fake", O_RDWR | O_CREAT | O_EXCL), -1);
	ck_assert_int_eq(errno, EEXIST);
	ck_assert_int_eq(binderd_open("/dev/fake", O_RDONLY | O_DIRECTORY), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	fake_stop(&fake);
}
END_TEST

/* Without $BINDERD_DIR a real device comes first, and is the kernel's from then on. */
START_TEST(test_real_device)
{
	struct binder_version version;
	int fd;

	unsetenv("BINDERD_DIR");
	fd = binderd_open("/dev/null", O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert(!binderd_is_device(fd));
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_VERSION, &version), -1);
	ck_assert_int_eq(errno, ENOTTY);
	ck_assert_ptr_null(binderd_arena_alloc(fd, 64));
	ck_assert_int_eq(errno, ENOTTY);
	ck_assert_int_eq(binderd_close(fd), 0);
}
END_TEST

START_TEST(test_many)
{
	int fds[20];

	fake_start(&fake);
	for (int i = 0; i < 20; i++) {
		fds[i] = binderd_open("fake", O_RDWR | O_CLOEXEC);
		ck_assert_int_ge(fds[i], 0);
	}
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(binderd_ioctl(fds[i], BINDER_THREAD_EXIT, NULL), 0);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(binderd_close(fds[i]), 0);
	ck_assert_uint_eq(fake_count(&fake, WIRE_FLUSH), 20);
	fake_stop(&fake);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("open");
	Suite *suite = suite_create("device/open");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, leak_setup, leak_teardown);
	tcase_add_test(tcase, test_nobody);
	tcase_add_test(tcase, test_untrusted_directory);
	tcase_add_test(tcase, test_numbers);
	tcase_add_loop_test(tcase, test_greeting, 0, sizeof(greetings) / sizeof(greetings[0]));
	tcase_add_test(tcase, test_paths);
	tcase_add_test(tcase, test_flags);
	tcase_add_test(tcase, test_real_device);
	tcase_add_test(tcase, test_many);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
