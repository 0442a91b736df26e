/* SPDX-License-Identifier: Apache-2.0 */

/* Waits on a clock that goes on by what the test says, each time that others were let run. */

#include <check.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "util/yield.h"

#define DEADLINE 6 /* SCHED_DEADLINE, which not every libc names */

static struct yield yield;
static uint64_t step; /* nanoseconds; 0: everything is as it really is */
static uint64_t once; /* besides, the next time */
static uint64_t now;
static unsigned int yields;
static int policy;

int sched_yield(void)
{
	now += step + once;
	once = 0;
	yields++;
	return step ? 0 : (int)syscall(SYS_sched_yield);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
	if (!step)
		return (int)syscall(SYS_clock_gettime, clock, time);
	time->tv_sec = (time_t)(now / 1000000000);
	time->tv_nsec = (long)(now % 1000000000);
	return 0;
}

int sched_getscheduler(pid_t pid)
{
	(void)pid;
	return policy;
}

static void setup(void)
{
	yield = (struct yield){0};
	step = 1000;
	once = 0;
	now = 5;
	yields = 0;
	policy = SCHED_OTHER;
}

static void teardown(void)
{
	step = 0;
}

/* Return: how often others were let run; 0: it was left out. */
static unsigned int wait_once(bool found)
{
	struct yield_turn turn;

	yields = 0;
	if (!yield_due(&yield))
		return 0;
	yield_begin(&turn);
	while (yield_on(&turn))
		;
	yield_end(&yield, &turn, found);
	return yields;
}

/* Return: how many waits are left out before the next. */
static unsigned int left_out(bool found)
{
	unsigned int count = 0;

	while (!wait_once(found))
		count++;
	return count;
}

START_TEST(test_long_enough)
{
	ck_assert_uint_eq(wait_once(true), 25);
	step = 10;
	ck_assert_uint_eq(wait_once(true), 2500);
	/* Three at least, however long. */
	step = 100000;
	ck_assert_uint_eq(wait_once(true), 3);
	step = UINT64_C(5000000000);
	ck_assert_uint_eq(wait_once(true), 3);
}
END_TEST

START_TEST(test_vain)
{
	for (int i = 0; i < 3; i++)
		ck_assert_uint_ne(wait_once(false), 0);
	ck_assert_uint_ne(wait_once(true), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_uint_ne(wait_once(false), 0);
	ck_assert_uint_eq(left_out(false), 63);
	ck_assert_uint_eq(left_out(true), 63);
	/* One that was not in vain begins anew. */
	for (int i = 0; i < 4; i++)
		ck_assert_uint_eq(left_out(false), 0);
	ck_assert_uint_eq(left_out(true), 63);
}
END_TEST

/* Others that keep the processor for long, even if what was waited for comes meanwhile. */
START_TEST(test_away)
{
	int i;

	step = 3000000;
	for (i = 0; !yield.left && i < 8; i++)
		wait_once(true);
	ck_assert_int_eq(i, 2);
	ck_assert_uint_eq(left_out(true), 4095);
	/* While it stays so one is tried now and then; when it is over that one shows it. */
	ck_assert_uint_eq(left_out(true), 4095);
	step = 1000;
	ck_assert_uint_eq(left_out(true), 4095);
	for (i = 0; i < 100; i++)
		ck_assert_uint_ne(wait_once(true), 0);
}
END_TEST

/* The longest of a wait counts, not the last. */
START_TEST(test_away_longest)
{
	once = 6000000;
	ck_assert_uint_ne(wait_once(true), 0);
	ck_assert_uint_eq(left_out(true), 4095);
}
END_TEST

/* Waits that end before anybody is let run do not hide what those that are let run do. */
START_TEST(test_away_seldom)
{
	struct yield_turn none;

	for (int i = 0; i < 2; i++) {
		step = 3000000;
		ck_assert_uint_ne(wait_once(true), 0);
		for (int k = 0; k < 100 && !yield.left; k++) {
			ck_assert(yield_due(&yield));
			yield_begin(&none);
			yield_end(&yield, &none, true);
		}
	}
	ck_assert_uint_eq(left_out(true), 4095);
}
END_TEST

/* One that was long among many is none of that. */
START_TEST(test_away_once)
{
	for (int i = 0; i < 100; i++) {
		step = i % 16 ? 20000 : 4000000;
		ck_assert_uint_ne(wait_once(true), 0);
	}
}
END_TEST

/* One that would give up the rest of its period; and one that becomes such a thread. */
START_TEST(test_deadline)
{
	policy = DEADLINE | SCHED_RESET_ON_FORK;
	for (int i = 0; i < 10000; i++)
		ck_assert_uint_eq(wait_once(true), 0);
	policy = SCHED_FIFO;
	left_out(true);
	ck_assert_uint_eq(left_out(true), 0);
	policy = DEADLINE;
	step = 100000000;
	ck_assert_uint_eq(wait_once(true), 3);
	for (int i = 0; i < 10000; i++)
		ck_assert_uint_eq(wait_once(true), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("util/yield");
	TCase *tc = tcase_create("yield");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_long_enough);
	tcase_add_test(tc, test_vain);
	tcase_add_test(tc, test_away);
	tcase_add_test(tc, test_away_longest);
	tcase_add_test(tc, test_away_seldom);
	tcase_add_test(tc, test_away_once);
	tcase_add_test(tc, test_deadline);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
