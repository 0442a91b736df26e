/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Being told that a payload is copied: whoever sleeps looks on for what comes behind it, and
 * sleeps again if it does not.
 */

#include <check.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "talk.h"

static void setup(void)
{
	talk_setup(0);
}

static atomic_uint in_vain; /* how often the program's thread slept again after a call */

/* Waits until the program's thread sleeps, says that @bytes are coming, and wakes it. */
static void announce(struct fake_ring *ring, uint32_t bytes, int cpu)
{
	while (atomic_load(&ring->shared->wait) != WIRE_WAIT_BELL)
		sched_yield();
	atomic_store(&ring->shared->cpu, cpu);
	atomic_store(&ring->shared->coming, bytes);
	atomic_store(&ring->shared->wait, WIRE_WAIT_NONE);
	ck_assert_int_eq(send(ring->bell, "", 1, MSG_NOSIGNAL), 1);
}

/* What is announced does not come: the thread sleeps again. */
static void announce_in_vain(struct fake_ring *ring)
{
	for (int i = 0; i < 3; i++) {
		announce(ring, 4096, -1);
		while (atomic_load(&ring->shared->wait) != WIRE_WAIT_BELL)
			sched_yield();
		if (!atomic_load(&ring->shared->coming))
			atomic_fetch_add(&in_vain, 1);
	}
}

static void reply_in_vain(struct fake *f, const struct fake_message *message)
{
	if (message->ring && !(message->flags & WIRE_F_QUIET))
		announce_in_vain(message->ring);
	fake_plain(f, message);
}

static void *take_over_in_vain(void *data)
{
	wait_for_reading();
	announce_in_vain(&fake.rings[0]);
	return take_over(data);
}

START_TEST(test_announced_in_vain)
{
	pthread_t thread;
	uint32_t buffer[64];

	fake.reply = reply_in_vain;
	script(&noop, 4, 0);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_uint_eq(in_vain, 30);
	/* In a read of which nobody was told. */
	park();
	in_vain = 0;
	pthread_create(&thread, NULL, take_over_in_vain, NULL);
	ck_assert_int_eq(read_some(buffer), 4);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(in_vain, 3);
}
END_TEST

static atomic_uint unrung;

/* It comes while the program's thread looks on for it. */
static void reply_announced(struct fake *f, const struct fake_message *message)
{
	if (message->ring) {
		announce(message->ring, UINT32_MAX, -1);
		while (atomic_load(&message->ring->shared->coming))
			sched_yield();
		if (atomic_load(&message->ring->shared->wait) == WIRE_WAIT_NONE)
			atomic_fetch_add(&unrung, 1);
	}
	fake_plain(f, message);
}

/* That it is found without another bell happens; that it always does nobody promises. */
START_TEST(test_announced)
{
	uint32_t buffer[64];

	fake.reply = reply_announced;
	script(&noop, 4, 0);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_uint_gt(unrung, 0);
}
END_TEST

static int program_cpu;

static void reply_announcing_here(struct fake *f, const struct fake_message *message)
{
	if (message->ring) {
		atomic_store(&message->ring->shared->wait_cpu, -1);
		announce(message->ring, UINT32_MAX, program_cpu);
		while (atomic_load(&message->ring->shared->wait) != WIRE_WAIT_BELL)
			sched_yield();
	}
	fake_plain(f, message);
}

/*
 * Who copies on this thread's processor cannot go on while it looks: it sleeps again. (To look
 * on would take so long each time that the test would be given up.)
 */
START_TEST(test_announced_here)
{
	uint32_t buffer[64];
	cpu_set_t set;

	program_cpu = sched_getcpu();
	CPU_ZERO(&set);
	CPU_SET(program_cpu, &set);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(set), &set), 0);
	fake.reply = reply_announcing_here;
	script(&noop, 4, 0);
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(read_some(buffer), 4);
		ck_assert_int_eq(atomic_load(&fake.rings[0].shared->wait_cpu), program_cpu);
	}
}
END_TEST

/* Its answer came before anybody looked on for it: the next request's is another. */
START_TEST(test_announced_before)
{
	struct wire_ring *ring;
	uint64_t write[2] = {0};
	uint32_t buffer[64], command = BC_FREE_BUFFER;
	unsigned int before;

	script(&noop, 4, 0);
	ck_assert_int_eq(read_some(buffer), 4);
	ring = fake.rings[0].shared;
	atomic_store(&ring->cpu, -1);
	atomic_store(&ring->coming, UINT32_MAX);
	memcpy(write, &command, sizeof(command));
	before = messages();
	ck_assert_int_eq(exchange(write, 12, NULL, 0), 0);
	ck_assert_uint_eq(fake_wait(&fake, WIRE_WRITE_READ, before)->flags, WIRE_F_QUIET);
	ck_assert_uint_eq(atomic_load(&ring->coming), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("device/coming");
	TCase *tc = tcase_create("coming");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_test(tc, test_announced);
	tcase_add_test(tc, test_announced_in_vain);
	tcase_add_test(tc, test_announced_here);
	tcase_add_test(tc, test_announced_before);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
