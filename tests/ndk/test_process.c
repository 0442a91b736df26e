/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The process: forked children, a device that is not there, memory and descriptors that run out.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <android/binder_parcel.h>
#include <android/binder_process.h>

#include "lib/ndk/process.h"
#include "lib/ndk/proxy.h"
#include "ndk/echo.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/suite.h"

static struct peer manager, service;

static void serve(int fd)
{
	echo_put(1);
	peer_serve(fd);
}

static void setup(void)
{
	manager = peer_start_manager();
	service = peer_start_service(serve);
}

static void teardown(void)
{
	peer_kill(&service);
	peer_kill(&manager);
}

/* Runs a function in a child that is forked now. Return: its status, as waitpid() has it. */
static int in_child(void (*run)(AIBinder *echo), AIBinder *echo)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		/* abort() is what some of them are to end with. */
		signal(SIGABRT, SIG_DFL);
		run(echo);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

static void only_count(AIBinder *echo)
{
	AIBinder_Weak *weak = AIBinder_Weak_new(echo);

	AIBinder_incStrong(echo);
	AIBinder_decStrong(echo);
	/* The last one: the child has nothing to tell the driver. */
	AIBinder_decStrong(echo);
	peer_check(!AIBinder_Weak_promote(weak));
	AIBinder_Weak_delete(weak);
}

static void call(AIBinder *echo)
{
	AIBinder_ping(echo);
}

static void start_pool(AIBinder *echo)
{
	(void)echo;
	ABinderProcess_startThreadPool();
}

static void poll_commands(AIBinder *echo)
{
	(void)echo;
	ABinderProcess_handlePolledCommands();
}

static void call_local(AIBinder *echo)
{
	AIBinder *mine = echo_new();

	(void)echo;
	peer_check(echo_bytes(mine, 100, 0) == STATUS_OK);
	AIBinder_decStrong(mine);
}

START_TEST(child_only_counts)
{
	AIBinder *echo = echo_get(1);

	ck_assert_int_eq(in_child(only_count, echo), 0);
	ck_assert_int_eq(in_child(call_local, echo), 0);
	ck_assert_int_eq(in_child(call, echo), SIGABRT);
	ck_assert_int_eq(in_child(start_pool, echo), SIGABRT);
	ck_assert_int_eq(in_child(poll_commands, echo), SIGABRT);
	/* None of that was this process's. */
	ck_assert_int_eq(echo_bytes(echo, 100, 0), STATUS_OK);
	ck_assert_int_eq(manager_count(1), 2);
	AIBinder_decStrong(echo);
	ck_assert_int_eq(manager_count(1), 1);
}
END_TEST

/* Opens the device, forks a child that lives on, and waits. */
static void serve_forked(int fd)
{
	echo_put(2);
	if (fork() == 0) {
		peer_say(fd, 'c');
		peer_hear(fd);
		_exit(0);
	}
	ABinderProcess_startThreadPool();
	peer_say(fd, 'r');
	for (;;)
		pause();
}

START_TEST(child_does_not_keep_its_parent_alive)
{
	struct peer parent = peer_start(serve_forked);
	AIBinder *echo;

	peer_hear(parent.fd);
	peer_hear(parent.fd);
	echo = manager_get(2);
	ck_assert_int_eq(AIBinder_ping(echo), STATUS_OK);
	kill(parent.pid, SIGKILL);
	ck_assert_int_eq(waitpid(parent.pid, NULL, 0), parent.pid);
	/* Its child has the descriptor no more, so this ends. */
	while (AIBinder_ping(echo) == STATUS_OK)
		;
	ck_assert_int_eq(AIBinder_ping(echo), STATUS_DEAD_OBJECT);
	AIBinder_decStrong(echo);
	peer_say(parent.fd, 'e');
	close(parent.fd);
}
END_TEST

static void use_device(int fd)
{
	AIBinder *echo;

	/* Forked before the parent opened it: the child has a process of its own. */
	echo = manager_get(1);
	peer_check(AIBinder_ping(echo) == STATUS_OK);
	AIBinder_decStrong(echo);
	peer_say(fd, 'd');
}

START_TEST(child_forked_before_is_free)
{
	struct peer child = peer_start(use_device);

	ck_assert_int_eq(peer_hear(child.fd), 'd');
	peer_end(&child);
}
END_TEST

static void without_device(int fd)
{
	AIBinder *object, *mine = echo_new();
	int poll_fd = 7;

	(void)fd;
	setenv("BINDERD_DEVICE", "/dev/there-is-none", 1);
	peer_check(proxy_get(0, &object) == STATUS_DEAD_OBJECT);
	peer_check(!object);
	peer_check(ABinderProcess_setupPolling(&poll_fd) == STATUS_NAME_NOT_FOUND);
	peer_check(poll_fd == -1);
	peer_check(ABinderProcess_handlePolledCommands() == STATUS_NAME_NOT_FOUND);
	peer_check(!ABinderProcess_setThreadPoolMaxThreadCount(3));
	ABinderProcess_startThreadPool();
	peer_check(!ABinderProcess_isThreadPoolStarted());
	ABinderProcess_joinThreadPool();
	/* Objects of this process need none. */
	peer_check(echo_bytes(mine, 1000, 0) == STATUS_OK);
	AIBinder_decStrong(mine);
	/* Once it is there all is well. */
	unsetenv("BINDERD_DEVICE");
	peer_check(proxy_get(0, &object) == STATUS_OK);
	AIBinder_decStrong(object);
	AIBinder_decStrong(echo_get(1));
}

START_TEST(device_that_is_not_there)
{
	struct peer child = peer_start(without_device);

	peer_end(&child);
}
END_TEST

static void without_descriptors(int fd)
{
	struct rlimit limit;
	AIBinder *object;
	int poll_fd, last;

	(void)fd;
	peer_check(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	last = dup(STDERR_FILENO);
	peer_check(last >= 0);
	limit.rlim_cur = (rlim_t)last + 1;
	peer_check(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	peer_check(ABinderProcess_setupPolling(&poll_fd) != STATUS_OK);
	peer_check(proxy_get(0, &object) == STATUS_DEAD_OBJECT);
	limit.rlim_cur = limit.rlim_max;
	peer_check(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	peer_check(ABinderProcess_setupPolling(&poll_fd) == STATUS_OK);
	peer_check(proxy_get(0, &object) == STATUS_OK);
	AIBinder_decStrong(object);
}

START_TEST(descriptors_run_out)
{
	struct peer child = peer_start(without_descriptors);

	peer_end(&child);
}
END_TEST

START_TEST(memory_is_the_arenas_or_not)
{
	void *early = process_alloc(100), *blocks[64];

	ck_assert_ptr_nonnull(early);
	ck_assert_int_eq(process_open_fd(), -1);
	ck_assert_int_ge(process_fd(), 0);
	ck_assert_int_eq(process_open_fd(), process_fd());
	process_free(early);
	process_free(NULL);
	for (size_t i = 0; i < 64; i++) {
		blocks[i] = process_alloc(i * 100);
		ck_assert_ptr_nonnull(blocks[i]);
		ck_assert_uint_eq((uintptr_t)blocks[i] % 16, 0);
		memset(blocks[i], (int)i, i * 100);
	}
	/* More than an arena has. */
	early = process_alloc((size_t)64 << 20);
	ck_assert_ptr_nonnull(early);
	memset(early, 1, (size_t)64 << 20);
	process_free(early);
	for (size_t i = 0; i < 64; i++) {
		for (size_t j = 0; j < i * 100; j++)
			ck_assert_uint_eq(((uint8_t *)blocks[i])[j], i);
		process_free(blocks[i]);
	}
}
END_TEST

static void with_large_area(int fd)
{
	setenv("BINDERD_AREA_SIZE", "4M", 1);
	echo_put(2);
	peer_serve(fd);
}

START_TEST(area_can_be_larger)
{
	struct peer child = peer_start(with_large_area);
	AIBinder *echo;

	setenv("BINDERD_AREA_SIZE", "4M", 1);
	ck_assert_int_eq(peer_hear(child.fd), 'r');
	echo = echo_get(2);
	ck_assert_int_eq(echo_bytes(echo, 1 << 20, 0), STATUS_OK);
	ck_assert_int_eq(echo_bytes(echo, 3 << 20, 0), STATUS_OK);
	ck_assert_int_eq(echo_bytes(echo, 4 << 20, 0), STATUS_FAILED_TRANSACTION);
	AIBinder_decStrong(echo);
	peer_say(child.fd, 'e');
	peer_end(&child);
}
END_TEST

static void *call_and_end(void *data)
{
	AIBinder *echo = data;

	peer_check(echo_bytes(echo, 100, 0) == STATUS_OK);
	return NULL;
}

START_TEST(threads_come_and_go)
{
	AIBinder *echo = echo_get(1);

	for (int i = 0; i < 200; i++) {
		pthread_t thread;

		ck_assert_int_eq(pthread_create(&thread, NULL, call_and_end, echo), 0);
		pthread_join(thread, NULL);
	}
	ck_assert_int_eq(manager_count(1), 2);
	AIBinder_decStrong(echo);
}
END_TEST

static void *drop_in_thread(void *data)
{
	AIBinder_decStrong(data);
	return NULL;
}

static void *delete_in_thread(void *data)
{
	AParcel_delete(data);
	return NULL;
}

START_TEST(parcels_end_in_other_threads)
{
	AIBinder *echo = echo_get(1);
	pthread_t thread;
	AParcel *out;

	for (int i = 0; i < 50; i++) {
		AIBinder *object;

		ck_assert_int_eq(echo_call(echo, ECHO_NEW, echo_begin(echo), &out, 0), STATUS_OK);
		ck_assert_int_eq(AParcel_readStrongBinder(out, &object), STATUS_OK);
		ck_assert_int_eq(pthread_create(&thread, NULL, delete_in_thread, out), 0);
		pthread_join(thread, NULL);
		ck_assert_int_eq(pthread_create(&thread, NULL, drop_in_thread, object), 0);
		pthread_join(thread, NULL);
	}
	while (echo_ask_int(echo, ECHO_LIVING, 0) != 1)
		;
	AIBinder_decStrong(echo);
}
END_TEST

/* A process of its own for each: the size is asked for once. */
static void require_area(const char *text, size_t size)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		if (text)
			setenv("BINDERD_AREA_SIZE", text, 1);
		else
			unsetenv("BINDERD_AREA_SIZE");
		if (process_area_size() != size)
			fprintf(stderr, "%s: %zu\n", text ? text : "nothing", process_area_size());
		_exit(process_area_size() != size);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

START_TEST(area_is_as_large_as_wanted)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), usual = ((size_t)1 << 20) - 2 * page;
	static const char *const wrong[] = {"0", "-1", "+1", " 4096", "4095x", "4097K", "5M", "1",
		"4096 ", "K", "4MB", "99999999999999999999999999", "4194305",
		"18446744073709551615K"};

	require_area(NULL, usual);
	require_area("", usual);
	require_area("4M", (size_t)4 << 20);
	require_area("4194304", (size_t)4 << 20);
	require_area("4096K", (size_t)4 << 20);
	require_area("64K", (size_t)64 << 10);
	/* Whole pages. */
	require_area("70000", 70000 / page * page);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		require_area(wrong[i], usual);
}
END_TEST

START_TEST(area_bounds_what_comes)
{
	AIBinder *echo;

	setenv("BINDERD_AREA_SIZE", "64K", 1);
	echo = echo_get(1);
	ck_assert_int_eq(echo_bytes(echo, 60000, 0), STATUS_OK);
	/* The service can take it, and this process not the reply. */
	ck_assert_int_eq(echo_bytes(echo, 70000, 0), STATUS_FAILED_TRANSACTION);
	ck_assert_int_eq(echo_bytes(echo, 60000, 0), STATUS_OK);
	AIBinder_decStrong(echo);
}
END_TEST

static const struct suite_test tests[] = {
	{&area_is_as_large_as_wanted, 0},
	{&area_bounds_what_comes, 0},
	{&child_only_counts, 0},
	{&child_does_not_keep_its_parent_alive, 0},
	{&child_forked_before_is_free, 0},
	{&device_that_is_not_there, 0},
	{&descriptors_run_out, 0},
	{&memory_is_the_arenas_or_not, 0},
	{&area_can_be_larger, 0},
	{&threads_come_and_go, 0},
	{&parcels_end_in_other_threads, 0},
};

int main(void)
{
	return suite_run("process", tests, SUITE_COUNT(tests), setup, teardown);
}
