/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Threads that serve: the pool's, those that join it, one that polls.
 */

#include <check.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <android/binder_parcel.h>
#include <android/binder_process.h>

#include "lib/ndk/process.h"
#include "ndk/echo.h"
#include "ndk/peer.h"
#include "ndk/suite.h"

static struct peer manager, service;

static void setup(void)
{
	manager = peer_start_manager();
}

static void teardown(void)
{
	peer_kill(&service);
	peer_kill(&manager);
}

/* Starts the service that a test is about. */
static AIBinder *start(void (*serve)(int fd))
{
	service = peer_start_service(serve);
	return echo_get(1);
}

static void *wait_in_call(void *data)
{
	peer_check(echo_call(data, ECHO_WAIT, echo_begin(data), NULL, 0) == STATUS_OK);
	return NULL;
}

/* Has so many calls wait, which takes so many threads there, and lets them go. */
static void hold_threads(AIBinder *echo, int count)
{
	pthread_t threads[16];

	for (int i = 0; i < count; i++) {
		ck_assert_int_eq(pthread_create(&threads[i], NULL, wait_in_call, echo), 0);
		/* One more is needed for asking. */
		ck_assert_int_ge(echo_ask_int(echo, ECHO_WAITING, i + 1), i + 1);
	}
	ck_assert_int_eq(echo_call(echo, ECHO_GO, echo_begin(echo), NULL, 0), STATUS_OK);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(echo_ask_int(echo, ECHO_WAITING, 0), 0);
}

/* Threads of the service whose names begin so. */
static int count_threads(const char *name)
{
	char path[64], comm[32];
	int count = 0;
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)service.pid);
	dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/comm", (int)service.pid,
			entry->d_name);
		file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
		if (!file)
			continue;
		if (fgets(comm, sizeof(comm), file) && strncmp(comm, name, strlen(name)) == 0)
			count++;
		fclose(file);
	}
	closedir(dir);
	return count;
}

static void serve_three(int fd)
{
	peer_check(!ABinderProcess_isThreadPoolStarted());
	peer_check(ABinderProcess_setThreadPoolMaxThreadCount(3));
	echo_put(1);
	ABinderProcess_startThreadPool();
	peer_check(ABinderProcess_isThreadPoolStarted());
	ABinderProcess_startThreadPool();
	peer_say(fd, 'r');
	peer_hear(fd);
}

START_TEST(pool_grows_to_its_maximum)
{
	AIBinder *echo = start(serve_three);

	ck_assert_int_eq(echo_bytes(echo, 1, 0), STATUS_OK);
	/* Three by the driver, and the first one. */
	hold_threads(echo, 3);
	hold_threads(echo, 3);
	ck_assert_int_eq(count_threads("binder:"), 4);
	AIBinder_decStrong(echo);
}
END_TEST

static void *call_often(void *data)
{
	for (int i = 0; i < 50; i++)
		peer_check(echo_bytes(data, 100, 0) == STATUS_OK);
	return NULL;
}

START_TEST(more_callers_take_turns)
{
	AIBinder *echo = start(serve_three);
	pthread_t waiting[3], calling[8];

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pthread_create(&waiting[i], NULL, wait_in_call, echo), 0);
	ck_assert_int_eq(echo_ask_int(echo, ECHO_WAITING, 3), 3);
	/* One thread is left for all of these. */
	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&calling[i], NULL, call_often, echo), 0);
	for (int i = 0; i < 8; i++)
		pthread_join(calling[i], NULL);
	ck_assert_int_eq(count_threads("binder:"), 4);
	ck_assert_int_eq(echo_call(echo, ECHO_GO, echo_begin(echo), NULL, FLAG_ONEWAY), STATUS_OK);
	for (int i = 0; i < 3; i++)
		pthread_join(waiting[i], NULL);
	AIBinder_decStrong(echo);
}
END_TEST

static void *join(void *data)
{
	(void)data;
	ABinderProcess_joinThreadPool();
	peer_check(!"it returned");
	return NULL;
}

static void serve_joined(int fd)
{
	pthread_t thread;

	peer_check(ABinderProcess_setThreadPoolMaxThreadCount(0));
	echo_put(1);
	for (int i = 0; i < 2; i++)
		peer_check(pthread_create(&thread, NULL, join, NULL) == 0);
	peer_say(fd, 'r');
	peer_hear(fd);
}

START_TEST(threads_join)
{
	AIBinder *echo = start(serve_joined);

	ck_assert_int_eq(echo_bytes(echo, 1, 0), STATUS_OK);
	hold_threads(echo, 1);
	ck_assert_int_eq(count_threads("binder:"), 0);
	AIBinder_decStrong(echo);
}
END_TEST

static void serve_join_alone(int fd)
{
	echo_put(1);
	peer_say(fd, 'r');
	ABinderProcess_joinThreadPool();
}

START_TEST(main_thread_joins)
{
	AIBinder *echo = start(serve_join_alone);

	/* Threads are started for a pool that was, and no other. */
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(echo_bytes(echo, 1, 0), STATUS_OK);
	ck_assert_int_eq(count_threads("binder:"), 0);
	AIBinder_decStrong(echo);
}
END_TEST

static void serve_polling(int fd)
{
	struct epoll_event event = {.events = EPOLLIN}, events[2];
	int poll_fd, set = epoll_create1(EPOLL_CLOEXEC);

	echo_put(1);
	peer_check(ABinderProcess_setupPolling(NULL) == STATUS_UNEXPECTED_NULL);
	peer_check(ABinderProcess_setupPolling(&poll_fd) == STATUS_OK);
	/* Nothing to do is no reason to wait. */
	for (int i = 0; i < 5; i++)
		peer_check(ABinderProcess_handlePolledCommands() == STATUS_OK);
	event.data.fd = poll_fd;
	peer_check(epoll_ctl(set, EPOLL_CTL_ADD, poll_fd, &event) == 0);
	event.data.fd = fd;
	peer_check(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
	peer_say(fd, 'r');
	for (;;) {
		int count = epoll_wait(set, events, 2, -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == fd)
				return;
			peer_check(ABinderProcess_handlePolledCommands() == STATUS_OK);
		}
	}
}

START_TEST(one_thread_polls)
{
	AIBinder *echo = start(serve_polling), *object;
	int32_t before = echo_ask_int(echo, ECHO_LIVING, 0);

	for (int i = 0; i < 200; i++) {
		ck_assert_int_eq(echo_bytes(echo, (size_t)i * 10, 0), STATUS_OK);
		ck_assert_int_eq(echo_int(echo, ECHO_APPEND, i, FLAG_ONEWAY), STATUS_OK);
	}
	ck_assert_int_eq(echo_ask_int(echo, ECHO_LIST, 200), 200);
	/* What the driver drops is done, too. */
	object = echo_ask_object(echo, ECHO_NEW);
	AIBinder_decStrong(object);
	while (echo_ask_int(echo, ECHO_LIVING, 0) != before)
		;
	ck_assert_int_eq(count_threads("binder:"), 0);
	peer_say(service.fd, 'e');
	peer_end(&service);
	service = peer_start(peer_idle);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(one_thread_polls_for_many)
{
	AIBinder *echo = start(serve_polling);
	pthread_t threads[6];

	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, call_often, echo), 0);
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(pool_cannot_shrink)
{
	service = peer_start_service(serve_three);
	ABinderProcess_startThreadPool();
	ck_assert(ABinderProcess_setThreadPoolMaxThreadCount(20));
	ck_assert_int_eq(process_max_threads(), 20);
	ABinderProcess_setThreadPoolMaxThreadCount(19);
}
END_TEST

/*
 * The clock of this program, libbinderd's included: in a service that is to find itself starved
 * half a second passes between any two looks at it.
 */
static _Atomic(int64_t) clock_leap_ms, clock_leapt_ms;

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int r = (int)syscall(SYS_clock_gettime, clock, now);

	if (clock_leap_ms) {
		int64_t ms = atomic_fetch_add(&clock_leapt_ms, clock_leap_ms) + clock_leap_ms;

		now->tv_sec += ms / 1000;
	}
	return r;
}

static void serve_starved(int fd)
{
	clock_leap_ms = 500;
	peer_check(ABinderProcess_setThreadPoolMaxThreadCount(1));
	echo_put(1);
	/* What is said of starvation goes to the test. */
	peer_check(dup2(fd, STDERR_FILENO) == STDERR_FILENO);
	ABinderProcess_startThreadPool();
	peer_say(fd, 'r');
	for (;;)
		pause();
}

START_TEST(starvation_is_noted)
{
	AIBinder *echo = start(serve_starved);
	char text[512];
	FILE *file = fdopen(dup(service.fd), "r");
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, wait_in_call, echo), 0);
	ck_assert_int_eq(echo_ask_int(echo, ECHO_WAITING, 1), 1);
	ck_assert_int_eq(echo_call(echo, ECHO_GO, echo_begin(echo), NULL, 0), STATUS_OK);
	pthread_join(thread, NULL);
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	ck_assert_ptr_nonnull(strstr(text, "all 1 threads of the pool were busy"));
	fclose(file);
	AIBinder_decStrong(echo);
}
END_TEST

static const struct suite_test tests[] = {
	{&pool_grows_to_its_maximum, 0},
	{&more_callers_take_turns, 0},
	{&threads_join, 0},
	{&main_thread_joins, 0},
	{&one_thread_polls, 0},
	{&one_thread_polls_for_many, 0},
	{&pool_cannot_shrink, SIGABRT},
	{&starvation_is_noted, 0},
};

int main(void)
{
	return suite_run("pool", tests, SUITE_COUNT(tests), setup, teardown);
}
