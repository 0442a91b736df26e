/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Waiting for services, and being told of their registration. Started by the manager with
 * "--serve NAME" it is a service of that name.
 */

#include <check.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include "ndk/echo.h"
#include "ndk/peer.h"
#include "ndk/registrar.h"
#include "ndk/suite.h"

#define LEVEL 34
#define LATE "test.late"
#define STARTED "test.started"
#define ONE_WATCHES "Callbacks:    1 of registrations"
#define NOBODY_WATCHES "Callbacks:    0 of registrations"

static void setup(void)
{
	registrar_begin();
	registrar_declare("[" STARTED "]\ncommand = %s --serve " STARTED "\n", registrar_self());
	registrar_start(LEVEL);
}

static void add(const char *name)
{
	AIBinder *echo = echo_new();

	peer_check(AServiceManager_addService(echo, name) == EX_NONE);
	AIBinder_decStrong(echo);
}

/* A service that registers when it is told to. */
static void serve_late(int fd)
{
	ABinderProcess_startThreadPool();
	while (peer_hear(fd)) {
		add(LATE);
		peer_say(fd, 'a');
	}
}

static void make_serve(struct peer *service)
{
	peer_say(service->fd, 'g');
	ck_assert_int_eq(peer_hear(service->fd), 'a');
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
	wait_and_call(LATE);
	peer_say(fd, 'f');
}

static void wait_alone(int fd)
{
	peer_say(fd, 'r');
	wait_and_call(LATE);
	peer_say(fd, 'f');
}

START_TEST(found_at_once)
{
	struct peer service = peer_start(serve_late), waiter = peer_start(wait_alone);

	make_serve(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'r');
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	peer_end(&waiter);
	peer_kill(&service);
}
END_TEST

START_TEST(woken_by_the_registration)
{
	struct peer service = peer_start(serve_late), waiter = peer_start(wait_with_threads);

	registrar_await(ONE_WATCHES);
	make_serve(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	/* Nothing is left at the manager. */
	peer_end(&waiter);
	registrar_await(NOBODY_WATCHES);
	peer_kill(&service);
}
END_TEST

START_TEST(asks_if_it_has_no_threads)
{
	struct peer service = peer_start(serve_late), waiter = peer_start(wait_alone);

	ck_assert_int_eq(peer_hear(waiter.fd), 'r');
	make_serve(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	peer_end(&waiter);
	peer_kill(&service);
}
END_TEST

static void get_for_a_while(int fd)
{
	AIBinder *found;

	peer_say(fd, 'r');
	found = AServiceManager_getService(LATE);
	peer_check(found && AIBinder_isRemote(found));
	AIBinder_decStrong(found);
	peer_say(fd, 'f');
}

START_TEST(got_within_its_time)
{
	struct peer service = peer_start(serve_late), getter = peer_start(get_for_a_while);

	ck_assert_int_eq(peer_hear(getter.fd), 'r');
	make_serve(&service);
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
	return AParcel_writeInt32(out, wait_and_call(LATE));
}

static void *nothing_on_create(void *args)
{
	return args;
}

static void nothing_on_destroy(void *data)
{
	(void)data;
}

static AIBinder_Class *wait_class(void)
{
	AIBinder_Class *clazz = AIBinder_Class_define(
		"binderd.test.IWait", nothing_on_create, nothing_on_destroy, wait_on_transact);

	peer_check(clazz);
	return clazz;
}

/* Its only thread waits when it is called, and nobody else can be told. */
static void serve_waiting(int fd)
{
	AIBinder *waiter = AIBinder_new(wait_class(), NULL);

	peer_check(ABinderProcess_setThreadPoolMaxThreadCount(0));
	peer_check(AServiceManager_addService(waiter, "test.waiter") == EX_NONE);
	ABinderProcess_startThreadPool();
	peer_say(fd, 'r');
	peer_hear(fd);
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
	struct peer service = peer_start(serve_late), waiter = peer_start(serve_waiting);
	struct peer caller = peer_start(call_waiting);

	registrar_await(ONE_WATCHES);
	make_serve(&service);
	ck_assert_int_eq(peer_hear(caller.fd), 'f');
	peer_end(&caller);
	peer_kill(&waiter);
	peer_kill(&service);
}
END_TEST

START_TEST(manager_dies_meanwhile)
{
	struct peer service = peer_start(serve_late), waiter = peer_start(wait_with_threads);

	registrar_await(ONE_WATCHES);
	registrar_kill();
	registrar_start(LEVEL);
	make_serve(&service);
	ck_assert_int_eq(peer_hear(waiter.fd), 'f');
	peer_end(&waiter);
	peer_kill(&service);
}
END_TEST

static void wait_after_looking(int fd)
{
	ABinderProcess_startThreadPool();
	peer_check(!AServiceManager_checkService(LATE));
	peer_say(fd, 'r');
	wait_and_call(LATE);
	peer_say(fd, 'f');
}

START_TEST(manager_comes_later)
{
	struct peer service, waiter;

	registrar_kill();
	service = peer_start(serve_late);
	waiter = peer_start(wait_after_looking);
	ck_assert_int_eq(peer_hear(waiter.fd), 'r');
	registrar_start(LEVEL);
	registrar_await(ONE_WATCHES);
	make_serve(&service);
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
				   i % 2 ? (void *)LATE : (void *)"test.later") == 0);
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	peer_say(fd, 'f');
}

START_TEST(many_threads_wait)
{
	struct peer service = peer_start(serve_late), waiter = peer_start(wait_in_threads);

	registrar_await("Callbacks:    6 of registrations");
	make_serve(&service);
	registrar_await("Callbacks:    3 of registrations");
	add("test.later");
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

/* What a registration was told. */
struct told {
	const char *name;
	_Atomic(int) count;
	AIBinder *last;
	sem_t came;
};

static void told_init(struct told *told, const char *name)
{
	memset(told, 0, sizeof(*told));
	told->name = name;
	sem_init(&told->came, 0, 0);
}

static void on_register(const char *name, AIBinder *registered, void *cookie)
{
	struct told *told = cookie;

	peer_check(strcmp(name, told->name) == 0);
	if (told->last)
		AIBinder_decStrong(told->last);
	told->last = registered;
	told->count++;
	sem_post(&told->came);
}

static AServiceManager_NotificationRegistration *watch(struct told *told)
{
	AServiceManager_NotificationRegistration *registration =
		AServiceManager_registerForServiceNotifications(told->name, on_register, told);

	ck_assert_ptr_nonnull(registration);
	return registration;
}

START_TEST(told_of_each_registration)
{
	struct peer service = peer_start(serve_late);
	AServiceManager_NotificationRegistration *registration;
	AIBinder *echo = echo_new();
	struct told told;

	ABinderProcess_startThreadPool();
	told_init(&told, LATE);
	registration = watch(&told);
	make_serve(&service);
	sem_wait(&told.came);
	ck_assert(AIBinder_isRemote(told.last));
	ck_assert(AIBinder_associateClass(told.last, echo_class()));
	ck_assert_int_eq(echo_bytes(told.last, 10, 0), STATUS_OK);
	/* One of its own. */
	ck_assert_int_eq(AServiceManager_addService(echo, LATE), EX_NONE);
	sem_wait(&told.came);
	ck_assert_ptr_eq(told.last, echo);
	/* Another name is none of its business. */
	add("test.later");
	make_serve(&service);
	sem_wait(&told.came);
	ck_assert_int_eq(told.count, 3);
	AServiceManager_NotificationRegistration_delete(registration);
	AIBinder_decStrong(told.last);
	AIBinder_decStrong(echo);
	peer_kill(&service);
}
END_TEST

START_TEST(told_at_once_of_what_is_there)
{
	AServiceManager_NotificationRegistration *one, *two;
	struct told told;

	ABinderProcess_startThreadPool();
	add(LATE);
	told_init(&told, LATE);
	one = watch(&told);
	sem_wait(&told.came);
	two = watch(&told);
	sem_wait(&told.came);
	ck_assert_int_eq(told.count, 2);
	AServiceManager_NotificationRegistration_delete(one);
	registrar_await(ONE_WATCHES);
	/* The one that is left is told, and the other one is not. */
	add(LATE);
	sem_wait(&told.came);
	AServiceManager_NotificationRegistration_delete(two);
	registrar_await(NOBODY_WATCHES);
	add(LATE);
	ck_assert_int_eq(told.count, 3);
	AIBinder_decStrong(told.last);
}
END_TEST

/* A function that takes its time. */
static struct {
	sem_t entered, may_go;
	_Atomic(bool) finished;
	AServiceManager_NotificationRegistration *registration;
} slow;

static void on_register_slowly(const char *name, AIBinder *registered, void *cookie)
{
	(void)name;
	(void)cookie;
	sem_post(&slow.entered);
	sem_wait(&slow.may_go);
	AIBinder_decStrong(registered);
	slow.finished = true;
}

static void *delete_slow(void *data)
{
	(void)data;
	AServiceManager_NotificationRegistration_delete(slow.registration);
	peer_check(slow.finished);
	return NULL;
}

START_TEST(deletion_waits_for_a_call)
{
	pthread_t thread;

	sem_init(&slow.entered, 0, 0);
	sem_init(&slow.may_go, 0, 0);
	ABinderProcess_startThreadPool();
	slow.registration =
		AServiceManager_registerForServiceNotifications(LATE, on_register_slowly, NULL);
	ck_assert_ptr_nonnull(slow.registration);
	add(LATE);
	sem_wait(&slow.entered);
	/* A second call is to come when this one has ended; it never does. */
	add(LATE);
	ck_assert_int_eq(pthread_create(&thread, NULL, delete_slow, NULL), 0);
	ck_assert(!slow.finished);
	sem_post(&slow.may_go);
	/* For a call that comes before the deletion gets its turn. */
	sem_post(&slow.may_go);
	pthread_join(thread, NULL);
}
END_TEST

static void on_register_delete(const char *name, AIBinder *registered, void *cookie)
{
	(void)name;
	(void)cookie;
	AIBinder_decStrong(registered);
	sem_wait(&slow.may_go);
	AServiceManager_NotificationRegistration_delete(slow.registration);
	sem_post(&slow.entered);
}

START_TEST(deletes_itself_when_told)
{
	sem_init(&slow.entered, 0, 0);
	sem_init(&slow.may_go, 0, 0);
	ABinderProcess_startThreadPool();
	slow.registration =
		AServiceManager_registerForServiceNotifications(LATE, on_register_delete, NULL);
	ck_assert_ptr_nonnull(slow.registration);
	add(LATE);
	sem_post(&slow.may_go);
	sem_wait(&slow.entered);
	registrar_await(NOBODY_WATCHES);
	add(LATE);
}
END_TEST

START_TEST(deletion_after_the_managers_death)
{
	AServiceManager_NotificationRegistration *registration;
	struct told told;

	ABinderProcess_startThreadPool();
	told_init(&told, LATE);
	registration = watch(&told);
	registrar_kill();
	AServiceManager_NotificationRegistration_delete(registration);
	registrar_start(LEVEL);
	registration = watch(&told);
	registrar_kill();
	registrar_start(LEVEL);
	AServiceManager_NotificationRegistration_delete(registration);
	ck_assert_int_eq(told.count, 0);
}
END_TEST

START_TEST(no_name_is_not_waited_for)
{
	struct told told;

	told_init(&told, "a b");
	ck_assert_ptr_null(
		AServiceManager_registerForServiceNotifications("a b", on_register, &told));
}
END_TEST

START_TEST(registration_without_a_name)
{
	AServiceManager_NotificationRegistration *registration =
		AServiceManager_registerForServiceNotifications(NULL, on_register, NULL);

	ck_assert_ptr_null(registration);
}
END_TEST

START_TEST(registration_without_a_function)
{
	AServiceManager_NotificationRegistration *registration =
		AServiceManager_registerForServiceNotifications(LATE, NULL, NULL);

	ck_assert_ptr_null(registration);
}
END_TEST

START_TEST(deletion_of_nothing)
{
	AServiceManager_NotificationRegistration_delete(NULL);
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
	{&told_of_each_registration, 0},
	{&told_at_once_of_what_is_there, 0},
	{&deletion_waits_for_a_call, 0},
	{&deletes_itself_when_told, 0},
	{&deletion_after_the_managers_death, 0},
	{&no_name_is_not_waited_for, 0},
	{&registration_without_a_name, SIGABRT},
	{&registration_without_a_function, SIGABRT},
	{&deletion_of_nothing, SIGABRT},
};

/* The service that the manager starts. */
static int serve_started(const char *name)
{
	/* With the manager, that is. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	add(name);
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
