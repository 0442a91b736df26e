/* SPDX-License-Identifier: Apache-2.0 */

/*
 * References: what the driver counts, and when objects end on either side.
 */

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_parcel.h>
#include <android/binder_process.h>

#include "lib/ndk/object.h"
#include "lib/ndk/proxy.h"
#include "ndk/echo.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/suite.h"

static struct peer manager, service;

/* Slots 1 and 2: echoes. */
static void serve(int fd)
{
	echo_put(1);
	echo_put(2);
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

/* Calls until the service has so many objects: it hears of an end a moment later. */
static void await_living(AIBinder *echo, int32_t count)
{
	while (echo_ask_int(echo, ECHO_LIVING, 0) != count)
		;
}

/* The same for this process, whose pool has to be started. */
static void await_own(AIBinder *echo, int count)
{
	while (echo_living() != count)
		ck_assert_int_eq(AIBinder_ping(echo), STATUS_OK);
}

START_TEST(counts_are_exact)
{
	AIBinder *echo, *again;
	AParcel *in;

	ck_assert_int_eq(manager_count(1), 1);
	echo = echo_get(1);
	ck_assert_int_eq(manager_count(1), 2);
	again = manager_get(1);
	ck_assert_int_eq(manager_count(1), 2);
	AIBinder_decStrong(again);
	ck_assert_int_eq(manager_count(1), 2);
	ck_assert_int_eq(echo_bytes(echo, 100, 0), STATUS_OK);
	ck_assert_int_eq(manager_count(1), 2);
	/* A parcel that is not sent yet. */
	in = echo_begin(echo);
	ck_assert_int_eq(AParcel_writeStrongBinder(in, echo), STATUS_OK);
	ck_assert_int_eq(AIBinder_debugGetRefCount(echo), 3);
	AIBinder_decStrong(echo);
	ck_assert_int_eq(manager_count(1), 2);
	AParcel_delete(in);
	ck_assert_int_eq(manager_count(1), 1);
}
END_TEST

START_TEST(object_ends_with_its_last_holder)
{
	AIBinder *echo = echo_get(1), *object;
	int32_t before = echo_ask_int(echo, ECHO_LIVING, 0);

	object = echo_ask_object(echo, ECHO_NEW);
	ck_assert_ptr_nonnull(object);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 1);
	ck_assert_int_eq(echo_ask_int(echo, ECHO_LIVING, 0), before + 1);
	ck_assert_int_eq(echo_bytes(object, 10, 0), STATUS_OK);
	AIBinder_decStrong(object);
	await_living(echo, before);
	/* An answer that nobody looks into. */
	ck_assert_int_eq(echo_call(echo, ECHO_NEW, echo_begin(echo), NULL, 0), STATUS_OK);
	await_living(echo, before);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(many_handles_are_held)
{
	enum { COUNT = 100 };
	AIBinder *echo = echo_get(1), *objects[COUNT];
	int32_t before = echo_ask_int(echo, ECHO_LIVING, 0);

	for (int i = 0; i < COUNT; i++)
		objects[i] = echo_ask_object(echo, ECHO_NEW);
	ck_assert_int_eq(echo_ask_int(echo, ECHO_LIVING, 0), before + COUNT);
	for (int i = 0; i < COUNT; i += 2)
		AIBinder_decStrong(objects[i]);
	await_living(echo, before + COUNT / 2);
	for (int i = 0; i < COUNT; i += 2)
		objects[i] = echo_ask_object(echo, ECHO_NEW);
	for (int i = 0; i < COUNT; i++) {
		ck_assert_int_eq(echo_bytes(objects[i], 10, 0), STATUS_OK);
		AIBinder_decStrong(objects[i]);
	}
	await_living(echo, before);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(own_object_is_held_by_others)
{
	AIBinder *echo = echo_get(1), *mine = echo_new();

	ABinderProcess_startThreadPool();
	ck_assert_int_eq(echo_object(echo, ECHO_KEEP, mine), STATUS_OK);
	/* Its own, and one for all others. */
	ck_assert_int_eq(AIBinder_debugGetRefCount(mine), 2);
	ck_assert_int_eq(echo_object(echo, ECHO_KEEP, mine), STATUS_OK);
	ck_assert_int_eq(AIBinder_debugGetRefCount(mine), 2);
	AIBinder_decStrong(mine);
	ck_assert_int_eq(echo_living(), 1);
	ck_assert_int_eq(echo_object(echo, ECHO_KEEP, NULL), STATUS_OK);
	await_own(echo, 0);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(object_of_a_failed_call_is_not_held)
{
	AIBinder *echo = echo_get(1), *mine = echo_new();
	AParcel *in = echo_begin(echo);
	int8_t *bytes = calloc(1, 1100000);

	ck_assert_int_eq(AParcel_writeStrongBinder(in, mine), STATUS_OK);
	ck_assert_int_eq(AParcel_writeByteArray(in, bytes, 1100000), STATUS_OK);
	ck_assert_int_eq(echo_call(echo, ECHO_KEEP, in, NULL, 0), STATUS_FAILED_TRANSACTION);
	free(bytes);
	ck_assert_int_eq(AIBinder_debugGetRefCount(mine), 1);
	AIBinder_decStrong(mine);
	ck_assert_int_eq(echo_living(), 0);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(owner_dies_and_is_held)
{
	AIBinder *echo = echo_get(1), *mine = echo_new();

	ABinderProcess_startThreadPool();
	ck_assert_int_eq(echo_object(echo, ECHO_KEEP, mine), STATUS_OK);
	AIBinder_decStrong(mine);
	ck_assert_int_eq(echo_living(), 1);
	/* Its holder's death gives it back. */
	kill(service.pid, SIGKILL);
	while (echo_living())
		ck_assert_int_ge(manager_count(1), -1);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(weak_pointer_to_a_remote_object)
{
	AIBinder *echo = echo_get(1), *again;
	AIBinder_Weak *weak = AIBinder_Weak_new(echo), *other;

	ck_assert_ptr_eq(AIBinder_Weak_promote(weak), echo);
	AIBinder_decStrong(echo);
	ck_assert_int_eq(manager_count(1), 2);
	AIBinder_decStrong(echo);
	ck_assert_int_eq(manager_count(1), 1);
	ck_assert_ptr_null(AIBinder_Weak_promote(weak));
	again = echo_get(1);
	/* It is another one, which the weak pointer does not know. */
	ck_assert_ptr_null(AIBinder_Weak_promote(weak));
	other = AIBinder_Weak_new(again);
	ck_assert(AIBinder_Weak_lt(weak, other) || AIBinder_Weak_lt(other, weak));
	AIBinder_decStrong(again);
	AIBinder_Weak_delete(other);
	AIBinder_Weak_delete(weak);
}
END_TEST

START_TEST(class_is_forgotten_with_the_proxy)
{
	AIBinder *echo = echo_get(1);

	AIBinder_decStrong(echo);
	echo = manager_get(1);
	ck_assert_ptr_null(AIBinder_getClass(echo));
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(handle_is_held_weakly)
{
	struct flat_binder_object flat;
	AIBinder *echo = echo_get(1);
	int32_t stability;

	object_flatten(echo, &flat, &stability);
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_HANDLE);
	ck_assert_uint_eq(flat.handle, proxy_handle(echo));
	ck_assert_int_eq(stability, 0x0c);
	flat.hdr.type = BINDER_TYPE_WEAK_HANDLE;
	object_hold(&flat);
	AIBinder_decStrong(echo);
	ck_assert_int_eq(manager_count(1), 1);
	object_release(&flat);
	echo = echo_get(1);
	ck_assert_int_eq(echo_bytes(echo, 10, 0), STATUS_OK);
	flat.hdr.type = BINDER_TYPE_HANDLE;
	flat.handle = proxy_handle(echo);
	object_hold(&flat);
	ck_assert_int_eq(AIBinder_debugGetRefCount(echo), 2);
	object_release(&flat);
	ck_assert_int_eq(AIBinder_debugGetRefCount(echo), 1);
	/* What was never held. */
	object_release(&flat);
	ck_assert_int_eq(AIBinder_debugGetRefCount(echo), 1);
	flat.handle = 77777;
	object_release(&flat);
	AIBinder_decStrong(echo);
}
END_TEST

/* Threads that make and end the proxies of the same two handles, again and again. */
static void *churn(void *data)
{
	int32_t slot = (int32_t)(intptr_t)data;

	for (int i = 0; i < 300; i++) {
		AIBinder *echo = manager_get(slot);
		AIBinder_Weak *weak = AIBinder_Weak_new(echo);
		AIBinder *promoted;

		peer_check(AIBinder_associateClass(echo, echo_class()));
		peer_check(echo_bytes(echo, 10, 0) == STATUS_OK);
		AIBinder_decStrong(echo);
		promoted = AIBinder_Weak_promote(weak);
		if (promoted) {
			peer_check(echo_bytes(promoted, 10, 0) == STATUS_OK);
			AIBinder_decStrong(promoted);
		}
		AIBinder_Weak_delete(weak);
	}
	return NULL;
}

START_TEST(proxies_end_and_begin_in_many_threads)
{
	pthread_t threads[6];

	/* The manager is one process, and one object that all threads use. */
	manager_object();
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, churn, (void *)(intptr_t)(1 + i % 2)), 0);
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(manager_count(1), 1);
	ck_assert_int_eq(manager_count(2), 1);
}
END_TEST

static AIBinder *storm_echo;

/* Objects of this process, kept and let go by the service's threads. */
static void *send_objects(void *data)
{
	(void)data;
	for (int i = 0; i < 200; i++) {
		AIBinder *mine = echo_new();

		peer_check(echo_object(storm_echo, ECHO_KEEP, mine) == STATUS_OK);
		if (i % 3 == 0) {
			AIBinder *kept = echo_ask_object(storm_echo, ECHO_KEPT);

			peer_check(kept);
			AIBinder_decStrong(kept);
		}
		AIBinder_decStrong(mine);
	}
	return NULL;
}

START_TEST(objects_are_passed_by_many_threads)
{
	pthread_t threads[6];

	storm_echo = echo_get(1);
	ABinderProcess_startThreadPool();
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, send_objects, NULL), 0);
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	await_own(storm_echo, 1);
	ck_assert_int_eq(echo_object(storm_echo, ECHO_KEEP, NULL), STATUS_OK);
	await_own(storm_echo, 0);
	AIBinder_decStrong(storm_echo);
	ck_assert_int_eq(manager_count(1), 1);
}
END_TEST

START_TEST(manager_is_known_by_its_handle)
{
	AIBinder *object, *again;

	ck_assert_int_eq(proxy_get(0, &object), STATUS_OK);
	ck_assert_int_eq(proxy_get(0, &again), STATUS_OK);
	ck_assert_ptr_eq(object, again);
	AIBinder_decStrong(again);
	ck_assert_uint_eq(proxy_handle(object), 0);
	ck_assert(AIBinder_isRemote(object));
	ck_assert_ptr_eq(manager_object(), object);
	ck_assert_int_eq(AIBinder_ping(object), STATUS_UNKNOWN_TRANSACTION);
	peer_kill(&manager);
	while (AIBinder_ping(object) != STATUS_DEAD_OBJECT)
		;
	ck_assert(!AIBinder_isAlive(object));
	AIBinder_decStrong(object);
	AIBinder_decStrong(object);
	/* None is there. */
	ck_assert_int_eq(proxy_get(0, &object), STATUS_DEAD_OBJECT);
	ck_assert_ptr_null(object);
	manager = peer_start(peer_idle);
}
END_TEST

static void manage(int fd)
{
	manager_run(fd);
}

START_TEST(handle_0_is_held_across_managers)
{
	struct peer next = peer_start(manage);
	struct flat_binder_object flat = {.hdr.type = BINDER_TYPE_HANDLE};
	AIBinder *object;

	/* A parcel names the manager, which dies; the next one is another's to find. */
	ck_assert_int_eq(proxy_get(0, &object), STATUS_OK);
	AIBinder_decStrong(object);
	peer_kill(&manager);
	object_hold(&flat);
	manager = next;
	ck_assert_int_ne(peer_hear(manager.fd), 'x');
	ck_assert_int_eq(proxy_get(0, &object), STATUS_OK);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 2);
	object_release(&flat);
	ck_assert_int_eq(AIBinder_debugGetRefCount(object), 1);
	ck_assert(AIBinder_isAlive(object));
	AIBinder_decStrong(object);
}
END_TEST

static const struct suite_test tests[] = {
	{&counts_are_exact, 0},
	{&object_ends_with_its_last_holder, 0},
	{&many_handles_are_held, 0},
	{&own_object_is_held_by_others, 0},
	{&object_of_a_failed_call_is_not_held, 0},
	{&owner_dies_and_is_held, 0},
	{&weak_pointer_to_a_remote_object, 0},
	{&class_is_forgotten_with_the_proxy, 0},
	{&handle_is_held_weakly, 0},
	{&proxies_end_and_begin_in_many_threads, 0},
	{&objects_are_passed_by_many_threads, 0},
	{&manager_is_known_by_its_handle, 0},
	{&handle_0_is_held_across_managers, 0},
};

int main(void)
{
	return suite_run("refs", tests, SUITE_COUNT(tests), setup, teardown);
}
