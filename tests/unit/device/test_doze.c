/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Sleeping at a word where the broker says so, and at the bell otherwise.
 */

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "talk.h"

static atomic_uint dozed, rang; /* how often the program's thread slept so */

static void setup(void)
{
	talk_setup(0);
	dozed = rang = 0;
}

/* An answer that comes only once the program's thread sleeps. */
static void reply_to_sleeper(struct fake *f, const struct fake_message *message)
{
	uint32_t wait;

	if (message->ring && !(message->flags & WIRE_F_QUIET)) {
		while (!(wait = atomic_load(&message->ring->shared->wait)))
			sched_yield();
		atomic_fetch_add(wait == WIRE_WAIT_FUTEX ? &dozed : &rang, 1);
	}
	fake_plain(f, message);
}

/* The first sleep is as the broker says at the time; woken either way it has the answer. */
START_TEST(test_dozes)
{
	uint32_t buffer[64];

	script(&noop, 4, 0);
	ck_assert_int_eq(read_some(buffer), 4);
	fake.reply = reply_to_sleeper;
	for (int i = 0; i < 20; i++) {
		atomic_store(&fake.rings[0].shared->doze, i % 2);
		ck_assert_int_eq(read_some(buffer), 4);
	}
	ck_assert_uint_eq(dozed, 10);
	ck_assert_uint_eq(rang, 10);
}
END_TEST

/* One that is not woken at the word is at the bell next, which ends with the broker. */
static void reply_at_the_bell(struct fake *f, const struct fake_message *message)
{
	if (message->ring) {
		while (atomic_load(&message->ring->shared->wait) != WIRE_WAIT_FUTEX)
			sched_yield();
		while (atomic_load(&message->ring->shared->wait) != WIRE_WAIT_BELL)
			sched_yield();
	}
	fake_plain(f, message);
}

START_TEST(test_bell_after_all)
{
	uint32_t buffer[64];

	script(&noop, 4, 0);
	ck_assert_int_eq(read_some(buffer), 4);
	fake.reply = reply_at_the_bell;
	for (int i = 0; i < 3; i++) {
		atomic_store(&fake.rings[0].shared->doze, 1);
		ck_assert_int_eq(read_some(buffer), 4);
	}
}
END_TEST

static void nothing(int number)
{
	(void)number;
}

static pthread_t program;

static void *signal_dozing(void *data)
{
	struct wire_ring *ring = wait_for_reading();

	(void)data;
	while (atomic_load(&ring->park) & WIRE_PARK_READING) {
		if (atomic_load(&ring->wait) != WIRE_WAIT_NONE)
			pthread_kill(program, SIGUSR1);
		sched_yield();
	}
	return NULL;
}

/* A handler ends a silent read, also one that the kernel would begin again. */
START_TEST(test_signal)
{
	const struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
	pthread_t thread;
	uint32_t buffer[64];

	sigaction(SIGUSR1, &action, NULL);
	program = pthread_self();
	park();
	atomic_store(&fake.rings[0].shared->doze, 1);
	pthread_create(&thread, NULL, signal_dozing, NULL);
	ck_assert_int_eq(read_some(buffer), -EINTR);
	pthread_join(thread, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("device/doze");
	TCase *tc = tcase_create("doze");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_test(tc, test_dozes);
	tcase_add_test(tc, test_bell_after_all);
	tcase_add_test(tc, test_signal);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
