/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Threads that do to one object what must not meet: fetch it while its last reference goes, make a
 * strong reference of a weak one, link to its death while it dies. Each does so a number of times;
 * who comes first is open, what comes of it is not.
 */

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_process.h>

#include "ndk/echo.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/suite.h"

#define THREADS 3
#define SERVICES 8
#define FETCHES 700
#define PROMOTIONS 500
#define LINKS 120

static struct peer manager, services[SERVICES];
static int32_t next_slot;

static void serve(int fd)
{
	echo_put(next_slot);
	peer_serve(fd);
}

static void setup(void)
{
	manager = peer_start_manager();
	for (next_slot = 1; next_slot <= SERVICES; next_slot++) {
		services[next_slot - 1] = peer_start_service(serve);
	}
}

static void teardown(void)
{
	for (int i = 0; i < SERVICES; i++)
		peer_kill(&services[i]);
	peer_kill(&manager);
}

/* Runs a function in so many threads, and waits for all of them. */
static void run_threads(void *(*run)(void *), size_t count)
{
	pthread_t threads[8];

	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, run, (void *)i), 0);
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void *fetch_and_drop(void *unused)
{
	(void)unused;
	for (int i = 0; i < FETCHES; i++) {
		AIBinder *one = manager_get(1), *again = manager_get(1);

		/* While it is held there is one address of it. */
		peer_check(one == again);
		if (i % 8 == 0)
			peer_check(AIBinder_ping(one) == STATUS_OK);
		AIBinder_decStrong(again);
		AIBinder_decStrong(one);
	}
	return NULL;
}

START_TEST(fetched_while_the_last_reference_goes)
{
	int32_t count;
	AIBinder *echo;

	manager_object();
	if (_i)
		ABinderProcess_startThreadPool();
	count = manager_count(1);
	run_threads(fetch_and_drop, THREADS);
	/* Nothing was given back once too often: it lives, and is held by whom it was. */
	echo = manager_get(1);
	ck_assert_int_eq(AIBinder_ping(echo), STATUS_OK);
	ck_assert_int_eq(AIBinder_debugGetRefCount(echo), 1);
	AIBinder_decStrong(echo);
	ck_assert_int_eq(manager_count(1), count);
}
END_TEST

/* A process that has the first service hold the second one's object, and let go of it. */
static void keep_and_drop(int fd)
{
	AIBinder *keeper = manager_get(1), *kept = manager_get(2);

	peer_check(AIBinder_associateClass(keeper, echo_class()));
	peer_say(fd, 'r');
	peer_hear(fd);
	for (int i = 0; i < FETCHES / 2; i++) {
		peer_check(echo_object(keeper, ECHO_KEEP, kept) == STATUS_OK);
		peer_check(echo_object(keeper, ECHO_KEEP, NULL) == STATUS_OK);
	}
	AIBinder_decStrong(keeper);
	AIBinder_decStrong(kept);
}

/* The threads of a pool, which tell the driver of what they hold when they come to it again. */
START_TEST(kept_and_dropped_by_a_pool)
{
	struct peer clients[THREADS];
	int32_t count;
	AIBinder *kept;

	for (int i = 0; i < THREADS; i++)
		clients[i] = peer_start(keep_and_drop);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(peer_hear(clients[i].fd), 'r');
	/* Without what the clients have. */
	count = manager_count(2) - THREADS;
	for (int i = 0; i < THREADS; i++)
		peer_say(clients[i].fd, 'g');
	for (int i = 0; i < THREADS; i++)
		peer_end(&clients[i]);
	/* The last ones are given back with the threads' next requests, which wait for calls. */
	while (manager_count(2) != count)
		sched_yield();
	kept = manager_get(2);
	ck_assert(AIBinder_associateClass(kept, echo_class()));
	ck_assert_int_eq(echo_ask_int(kept, ECHO_LIVING, 0), 1);
	AIBinder_decStrong(kept);
}
END_TEST

/* What each round is about: made by one thread, and promoted by the others while it goes. */
static struct {
	pthread_barrier_t barrier;
	AIBinder_Weak *weak;
	bool remote;
} shared;

static void *promote(void *unused)
{
	(void)unused;
	for (int i = 0; i < PROMOTIONS; i++) {
		AIBinder *object;

		pthread_barrier_wait(&shared.barrier);
		object = AIBinder_Weak_promote(shared.weak);
		if (object) {
			/* Whole: its class's data is there, or its handle. */
			if (shared.remote)
				peer_check(i % 8 || AIBinder_ping(object) == STATUS_OK);
			else
				peer_check(AIBinder_getUserData(object) != NULL);
			peer_check(AIBinder_debugGetRefCount(object) > 0);
			AIBinder_decStrong(object);
		}
		pthread_barrier_wait(&shared.barrier);
	}
	return NULL;
}

/* The one that makes them. */
static void make_and_drop(void)
{
	for (int i = 0; i < PROMOTIONS; i++) {
		AIBinder *object = shared.remote ? manager_get(1) : echo_new();
		AIBinder *late;

		shared.weak = AIBinder_Weak_new(object);
		pthread_barrier_wait(&shared.barrier);
		AIBinder_decStrong(object);
		pthread_barrier_wait(&shared.barrier);
		/* All have given theirs back. */
		late = AIBinder_Weak_promote(shared.weak);
		peer_check(!late);
		AIBinder_Weak_delete(shared.weak);
		peer_check(echo_living() == 0);
	}
}

START_TEST(promoted_while_the_last_reference_goes)
{
	pthread_t threads[THREADS];
	int32_t count;

	manager_object();
	shared.remote = _i;
	count = manager_count(1);
	pthread_barrier_init(&shared.barrier, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, promote, NULL), 0);
	make_and_drop();
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&shared.barrier);
	ck_assert_int_eq(manager_count(1), count);
}
END_TEST

/* One link: what is told of it. */
struct link {
	_Atomic(int) died, unlinked;
};

static struct {
	struct link links[THREADS][LINKS];
	_Atomic(int) unlinked; /* of all */
	_Atomic(int) linked;   /* that were tried */
	int32_t slot;
	pthread_barrier_t barrier;
} deaths;

static void on_died(void *cookie)
{
	struct link *link = cookie;

	/* Not after its end, and once. */
	peer_check(atomic_load(&link->unlinked) == 0);
	peer_check(atomic_fetch_add(&link->died, 1) == 0);
}

static void on_unlinked(void *cookie)
{
	struct link *link = cookie;

	peer_check(atomic_fetch_add(&link->unlinked, 1) == 0);
	atomic_fetch_add(&deaths.unlinked, 1);
}

static AIBinder_DeathRecipient *new_recipient(void)
{
	AIBinder_DeathRecipient *recipient = AIBinder_DeathRecipient_new(on_died);

	AIBinder_DeathRecipient_setOnUnlinked(recipient, on_unlinked);
	return recipient;
}

/* Ends a link in one of four ways. */
static void end_link(
	AIBinder *object, AIBinder_DeathRecipient **recipient, struct link *link, int way)
{
	binder_status_t status;

	switch (way % 4) {
	case 0:
		AIBinder_DeathRecipient_delete(*recipient);
		*recipient = new_recipient();
		break;
	case 1:
		/* By its death, or with the rest. */
		break;
	default:
		status = AIBinder_unlinkToDeath(object, *recipient, link);
		peer_check(status == STATUS_OK || status == STATUS_DEAD_OBJECT ||
			   status == STATUS_NAME_NOT_FOUND);
	}
}

static void *link_and_end(void *data)
{
	AIBinder_DeathRecipient *recipient = new_recipient();
	size_t self = (size_t)data;

	pthread_barrier_wait(&deaths.barrier);
	for (int i = 0; i < LINKS; i++) {
		struct link *link = &deaths.links[self][i];
		AIBinder *object = manager_get(deaths.slot);
		binder_status_t status;

		/* The manager gives nothing of it back, also when it is dead. */
		peer_check(object);
		status = AIBinder_linkToDeath(object, recipient, link);
		atomic_fetch_add(&deaths.linked, 1);
		if (status == STATUS_OK)
			end_link(object, &recipient, link, i + (int)self);
		else
			peer_check(
				status == STATUS_DEAD_OBJECT && atomic_load(&link->unlinked) == 1);
		AIBinder_decStrong(object);
	}
	AIBinder_DeathRecipient_delete(recipient);
	return NULL;
}

/* Kills it once a part of the links was tried. */
static void *kill_service(void *data)
{
	pthread_barrier_wait(&deaths.barrier);
	while (atomic_load(&deaths.linked) < THREADS * LINKS / 3)
		sched_yield();
	kill((pid_t)(intptr_t)data, SIGKILL);
	return NULL;
}

static void link_to_service(int32_t slot, AIBinder *kept)
{
	pthread_t killer;

	memset(deaths.links, 0, sizeof(deaths.links));
	atomic_store(&deaths.unlinked, 0);
	atomic_store(&deaths.linked, 0);
	deaths.slot = slot;
	ck_assert_int_eq(pthread_create(&killer, NULL, kill_service,
				 (void *)(intptr_t)services[slot - 1].pid),
		0);
	run_threads(link_and_end, THREADS);
	pthread_join(killer, NULL);
	if (kept)
		AIBinder_decStrong(kept);
	/* Each has ended, or does so when a thread of the pool has told it. */
	while (atomic_load(&deaths.unlinked) < THREADS * LINKS)
		sched_yield();
	for (int i = 0; i < THREADS; i++) {
		for (int j = 0; j < LINKS; j++)
			ck_assert_int_eq(atomic_load(&deaths.links[i][j].unlinked), 1);
	}
	ck_assert_int_eq(atomic_load(&deaths.unlinked), THREADS * LINKS);
}

START_TEST(linked_while_it_dies)
{
	manager_object();
	ABinderProcess_startThreadPool();
	pthread_barrier_init(&deaths.barrier, NULL, THREADS + 1);
	/* One proxy all the time, or one after the other. */
	for (int32_t slot = 1; slot <= SERVICES; slot++)
		link_to_service(slot, slot % 2 ? manager_get(slot) : NULL);
	pthread_barrier_destroy(&deaths.barrier);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("races");
	TCase *tc = tcase_create("races");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_set_timeout(tc, 240);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, fetched_while_the_last_reference_goes, 0, 2);
	tcase_add_test(tc, kept_and_dropped_by_a_pool);
	tcase_add_loop_test(tc, promoted_while_the_last_reference_goes, 0, 2);
	tcase_add_test(tc, linked_while_it_dies);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
