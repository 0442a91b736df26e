/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Being told of registrations.
 */

#include <check.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include "ndk/echo.h"
#include "ndk/late.h"
#include "ndk/peer.h"
#include "ndk/registrar.h"
#include "ndk/suite.h"

#define LEVEL 34

static void setup(void)
{
	registrar_begin();
	registrar_start(LEVEL);
}

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
	struct peer service = peer_start(late_serve);
	AServiceManager_NotificationRegistration *registration;
	AIBinder *echo = echo_new();
	struct told told;

	ABinderProcess_startThreadPool();
	told_init(&told, LATE_NAME);
	registration = watch(&told);
	late_register(&service);
	sem_wait(&told.came);
	ck_assert(AIBinder_isRemote(told.last));
	ck_assert(AIBinder_associateClass(told.last, echo_class()));
	ck_assert_int_eq(echo_bytes(told.last, 10, 0), STATUS_OK);
	/* One of its own. */
	ck_assert_int_eq(AServiceManager_addService(echo, LATE_NAME), EX_NONE);
	sem_wait(&told.came);
	ck_assert_ptr_eq(told.last, echo);
	/* Another name is none of its business. */
	late_add("test.later");
	late_register(&service);
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
	late_add(LATE_NAME);
	told_init(&told, LATE_NAME);
	one = watch(&told);
	sem_wait(&told.came);
	two = watch(&told);
	sem_wait(&told.came);
	ck_assert_int_eq(told.count, 2);
	AServiceManager_NotificationRegistration_delete(one);
	registrar_await(REGISTRAR_ONE_WATCHES);
	/* The one that is left is told, and the other one is not. */
	late_add(LATE_NAME);
	sem_wait(&told.came);
	AServiceManager_NotificationRegistration_delete(two);
	registrar_await(REGISTRAR_NOBODY_WATCHES);
	late_add(LATE_NAME);
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
	slow.registration = AServiceManager_registerForServiceNotifications(
		LATE_NAME, on_register_slowly, NULL);
	ck_assert_ptr_nonnull(slow.registration);
	late_add(LATE_NAME);
	sem_wait(&slow.entered);
	/* A second call is to come when this one has ended; it never does. */
	late_add(LATE_NAME);
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
	slow.registration = AServiceManager_registerForServiceNotifications(
		LATE_NAME, on_register_delete, NULL);
	ck_assert_ptr_nonnull(slow.registration);
	late_add(LATE_NAME);
	sem_post(&slow.may_go);
	sem_wait(&slow.entered);
	registrar_await(REGISTRAR_NOBODY_WATCHES);
	late_add(LATE_NAME);
}
END_TEST

START_TEST(deletion_after_the_managers_death)
{
	AServiceManager_NotificationRegistration *registration;
	struct told told;

	ABinderProcess_startThreadPool();
	told_init(&told, LATE_NAME);
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
		AServiceManager_registerForServiceNotifications(LATE_NAME, NULL, NULL);

	ck_assert_ptr_null(registration);
}
END_TEST

START_TEST(deletion_of_nothing)
{
	AServiceManager_NotificationRegistration_delete(NULL);
}
END_TEST

static const struct suite_test tests[] = {
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

int main(int argc, char **argv)
{
	registrar_main(argc, argv);
	return suite_run("notify", tests, SUITE_COUNT(tests), setup, registrar_end);
}
