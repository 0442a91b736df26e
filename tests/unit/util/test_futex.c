/* SPDX-License-Identifier: Apache-2.0 */

/* Waits that end, each for its reason. */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "leak.h"
#include "util/futex.h"

static _Atomic uint32_t word;
static pthread_t waiter;
static atomic_bool over;

START_TEST(test_other_value)
{
	word = 7;
	ck_assert_int_eq(futex_wait(&word, 8, 1000000), -EAGAIN);
}
END_TEST

START_TEST(test_timeout)
{
	word = 7;
	ck_assert_int_eq(futex_wait(&word, 7, 1), -ETIMEDOUT);
}
END_TEST

static void *wake(void *data)
{
	(void)data;
	while (!over) {
		futex_wake(&word);
		sched_yield();
	}
	return NULL;
}

START_TEST(test_woken)
{
	pthread_t thread;

	word = 7;
	over = false;
	ck_assert_int_eq(pthread_create(&thread, NULL, wake, NULL), 0);
	ck_assert_int_eq(futex_wait(&word, 7, 1000000), 0);
	over = true;
	pthread_join(thread, NULL);
}
END_TEST

static void nothing(int number)
{
	(void)number;
}

static void *interrupt(void *data)
{
	(void)data;
	while (!over) {
		pthread_kill(waiter, SIGUSR1);
		sched_yield();
	}
	return NULL;
}

/* Not begun again, whatever the handler was set with. */
START_TEST(test_interrupted)
{
	const struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
	pthread_t thread;

	sigaction(SIGUSR1, &action, NULL);
	word = 7;
	over = false;
	waiter = pthread_self();
	ck_assert_int_eq(pthread_create(&thread, NULL, interrupt, NULL), 0);
	ck_assert_int_eq(futex_wait(&word, 7, 1000000), -EINTR);
	over = true;
	pthread_join(thread, NULL);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("futex");
	Suite *suite = suite_create("util/futex");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, leak_setup, leak_teardown);
	tcase_add_test(tcase, test_other_value);
	tcase_add_test(tcase, test_timeout);
	tcase_add_test(tcase, test_woken);
	tcase_add_test(tcase, test_interrupted);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
