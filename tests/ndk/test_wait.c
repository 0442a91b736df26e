/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Waiting for services. Started by the manager with "--serve NAME" it is a service of that name.
 */

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include "ndk/echo.h"
#include "ndk/late.h"
#include "ndk/peer.h"
#include "ndk/plain.h"
#include "ndk/registrar.h"
#include "ndk/suite.h"

#define LEVEL 34
#define STARTED "test.started"

static void setup(void)
{
	registrar_begin();
	registrar_declare("[" STARTED "]\ncommand = %s --serve " STARTED "\n", registrar_self());
	registrar_start(LEVEL);
}

/* Waits for a service, and calls it. Return: its pid. */
static pid_t wait_and_call(const char *name)
{
	AIBinder *found = AServiceManager_waitForService(name);
	AParcel *out;
	int32_t pid;

	peer_check(found && AIBinder_isRemote(found));
	peer_check(AIBinder_associateClass(found, echo_class()));
	peer_check(echo_bytes(found, 10, 0) == STATUS_OK);
	peer_check(echo_call(found, ECHO_PID, echo_begin(found), &out, 0) == STATUS_OK);
	peer_check(AParcel_readInt32(out, &pid) == STATUS_OK);
	AParcel_delete(out);
	AIBinder_decStrong(found);
	return pid;
}

static void wait_with_threads(int fd)
{
	ABinderProcess_startThreadPool();
	wait_and_call(LATE_NAME);
	peer_say(fd, 'f');
}

static void wait_alone(int fd)
{
	peer_say(fd, 'r');
	wait_and_call(LATE_NAME);
	peer_say(fd, 'f');
}

START_TEST(found_at_once)
{
	struct peer service = peer_start(late_serve), waiter = peer_start(wait_alone);

	late_register(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'r');
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	peer_end(&waiter);
	peer_kill(&service);
}
END_TEST

START_TEST(woken_by_the_registration)
{
	struct peer service = peer_start(late_serve), waiter = peer_start(wait_with_threads);

	registrar_await(REGISTRAR_ONE_WATCHES);
	late_register(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	/* Nothing is left at the manager. */
	peer_end(&waiter);
	registrar_await(REGISTRAR_NOBODY_WATCHES);
	peer_kill(&service);
}
END_TEST

START_TEST(asks_if_it_has_no_threads)
{
	struct peer service = peer_start(late_serve), waiter = peer_start(wait_alone);

	ck_assert_int_eq(peer_hear(waiter.fd), 'r');
	late_register(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	peer_end(&waiter);
	peer_kill(&service);
}
END_TEST

static void get_for_a_while(int fd)
{
	AIBinder *found;

	peer_say(fd, 'r');
	found = AServiceManager_getService(LATE_NAME);
	peer_check(found && AIBinder_isRemote(found));
	AIBinder_decStrong(found);
	peer_say(fd, 'f');
}

START_TEST(got_within_its_time)
{
	struct peer service = peer_start(late_serve), getter = peer_start(get_for_a_while);

	ck_assert_int_eq(peer_hear(getter.fd), 'r');
	late_register(&service);
	ck_assert_int_eq(peer_hear(getter.fd), 'f');
	peer_end(&getter);
	peer_kill(&service);
}
END_TEST

static binder_status_t wait_on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder;
	(void)code;
	(void)in;
	return AParcel_writeInt32(out, wait_and_call(LATE_NAME));
}

static AIBinder_Class *wait_class(void)
{
	return plain_class("binderd.test.IWait", wait_on_transact);
}

/* Its only thread waits when it is called, and nobody else can be told. */
static void serve_waiting(int fd)
{
	AIBinder *waiter = AIBinder_new(wait_class(), NULL);

	peer_check(ABinderProcess_setThreadPoolMaxThreadCount(0));
	peer_check(AServiceManager_addService(waiter, "test.waiter") == EX_NONE);
	peer_serve(fd);
}

static void call_waiting(int fd)
{
	AIBinder *waiter = AServiceManager_waitForService("test.waiter");
	AParcel *in, *out;

	peer_check(waiter && AIBinder_associateClass(waiter, wait_class()));
	peer_check(AIBinder_prepareTransaction(waiter, &in) == STATUS_OK);
	peer_check(AIBinder_transact(waiter, FIRST_CALL_TRANSACTION, &in, &out, 0) == STATUS_OK);
	AParcel_delete(out);
	AIBinder_decStrong(waiter);
	peer_say(fd, 'f');
}

START_TEST(asks_if_its_threads_are_busy)
{
	struct peer service = peer_start(late_serve), waiter = peer_start(serve_waiting);
	struct peer caller = peer_start(call_waiting);

	registrar_await(REGISTRAR_ONE_WATCHES);
	late_register(&service);
	ck_assert_int_eq(peer_hear(caller.fd), 'f');
	peer_end(&caller);
	peer_kill(&waiter);
	peer_kill(&service);
}
END_TEST

START_TEST(manager_dies_meanwhile)
{
	struct peer service = peer_start(late_serve), waiter = peer_start(wait_with_threads);

	registrar_await(REGISTRAR_ONE_WATCHES);
	registrar_kill();
	registrar_start(LEVEL);
	late_register(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	peer_end(&waiter);
	peer_kill(&service);
}
END_TEST

static void wait_after_looking(int fd)
{
	ABinderProcess_startThreadPool();
	peer_check(!AServiceManager_checkService(LATE_NAME));
	peer_say(fd, 'r');
	wait_and_call(LATE_NAME);
	peer_say(fd, 'f');
}

START_TEST(manager_comes_later)
{
	struct peer service, waiter;

	registrar_kill();
	service = peer_start(late_serve);
	waiter = peer_start(wait_after_looking);
	ck_assert_int_eq(peer_hear(waiter.fd), 'r');
	registrar_start(LEVEL);
	registrar_await(REGISTRAR_ONE_WATCHES);
	late_register(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	peer_end(&waiter);
	peer_kill(&service);
}
END_TEST

static void *wait_in_thread(void *name)
{
	AIBinder *found = AServiceManager_waitForService(name);

	peer_check(found);
	AIBinder_decStrong(found);
	return NULL;
}

static void wait_in_threads(int fd)
{
	pthread_t threads[6];

	ABinderProcess_startThreadPool();
	for (int i = 0; i < 6; i++)
		peer_check(pthread_create(&threads[i], NULL, wait_in_thread,
				   i % 2 ? (void *)LATE_NAME : (void *)"test.later") == 0);
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	peer_say(fd, 'f');
}

START_TEST(many_threads_wait)
{
	struct peer service = peer_start(late_serve), waiter = peer_start(wait_in_threads);

	registrar_await("Callbacks:    6 of registrations");
	late_register(&service);
	registrar_await("Callbacks:    3 of registrations");
	late_add("test.later");
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	peer_end(&waiter);
	peer_kill(&service);
}
END_TEST

START_TEST(service_is_started)
{
	pid_t first = wait_and_call(STARTED), second;

	/* It is started again when it is gone and asked for, and by nothing else. */
	kill(first, SIGKILL);
	for (;;) {
		AIBinder *found = AServiceManager_checkService(STARTED);

		if (!found)
			break;
		AIBinder_decStrong(found);
	}
	second = wait_and_call(STARTED);
	ck_assert_int_ne(first, second);
	kill(second, SIGKILL);
}
END_TEST

START_TEST(service_is_started_for_who_is_told)
{
	pid_t pid;

	ABinderProcess_startThreadPool();
	pid = wait_and_call(STARTED);
	kill(pid, SIGKILL);
}
END_TEST

static const struct suite_test tests[] = {
	{&found_at_once, 0},
	{&woken_by_the_registration, 0},
	{&asks_if_it_has_no_threads, 0},
	{&got_within_its_time, 0},
	{&asks_if_its_threads_are_busy, 0},
	{&manager_dies_meanwhile, 0},
	{&manager_comes_later, 0},
	{&many_threads_wait, 0},
	{&service_is_started, 0},
	{&service_is_started_for_who_is_told, 0},
};

/* The service that the manager starts. */
static int serve_started(const char *name)
{
	/* With the manager, that is. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	late_add(name);
	ABinderProcess_joinThreadPool();
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--serve") == 0)
		return serve_started(argv[2]);
	registrar_main(argc, argv);
	return suite_run("wait", tests, SUITE_COUNT(tests), setup, registrar_end);
}
