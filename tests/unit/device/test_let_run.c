/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Waiting by letting others run: what happens while they do is what the test does in their
 * place, in the middle of the program's sched_yield().
 */

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "talk.h"

static _Thread_local bool is_program;
static void (*others)(void); /* once; NULL: nothing */
static unsigned int let_run; /* how often the program let others run since then */
static volatile sig_atomic_t handled;
static const struct fake_message *_Atomic held;

int sched_yield(void)
{
	void (*run)(void) = is_program ? others : NULL;

	let_run += is_program;
	if (run) {
		others = NULL;
		let_run = 1;
		run();
	}
	return (int)syscall(SYS_sched_yield);
}

/* Whatever else runs on this machine, others are never away for long. */
int clock_gettime(clockid_t clock, struct timespec *time)
{
	static _Atomic uint64_t now;
	uint64_t is;

	if (!is_program)
		return (int)syscall(SYS_clock_gettime, clock, time);
	is = atomic_fetch_add(&now, 1000);
	*time = (struct timespec){
		.tv_sec = (time_t)(is / 1000000000), .tv_nsec = (long)(is % 1000000000)};
	return 0;
}

static void handler(int signal)
{
	(void)signal;
	handled++;
}

static void setup(void)
{
	const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};

	talk_setup(0);
	is_program = true;
	others = NULL;
	handled = 0;
	held = NULL;
	ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
}

/* A read waits until it is interrupted, or somebody answers it. */
static void reply_holding(struct fake *f, const struct fake_message *message)
{
	if (message->type == WIRE_WRITE_READ && (message->flags & WIRE_F_READ)) {
		held = message;
	} else if (message->type == WIRE_INTERRUPT) {
		/* For that it sleeps. */
		while (atomic_load(&message->ring->shared->wait) == WIRE_WAIT_NONE)
			sched_yield();
		script(NULL, 0, 0);
		f->ret = -EINTR;
		fake_answer(f, held, 0);
		f->ret = 0;
	} else {
		fake_plain(f, message);
	}
}

/* With a ring that the broker looks at by itself. */
static void begin(void)
{
	uint32_t buffer[64];

	fake.awake = true;
	script(&noop, 4, 0);
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_ptr_nonnull(last()->ring);
	atomic_store(&fake.rings[0].shared->wait_cpu, -7);
}

/* A program's second thread, which may keep signals from itself. */
static void *second(void *test)
{
	is_program = true;
	(*(void (**)(void))test)();
	return NULL;
}

static void in_second_thread(void (*test)(void))
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, second, &test), 0);
	pthread_join(thread, NULL);
}

static bool has_slept(void)
{
	return atomic_load(&fake.rings[0].shared->wait_cpu) != -7;
}

static void signal_held_back(void)
{
	raise(SIGUSR1);
	ck_assert_int_eq(handled, 0);
}

static void wait_for_signal(void)
{
	uint32_t buffer[64];

	begin();
	fake.reply = reply_holding;
	others = signal_held_back;
	ck_assert_int_eq(read_some(buffer), -EINTR);
	ck_assert_int_eq(handled, 1);
	ck_assert_uint_eq(fake_count(&fake, WIRE_INTERRUPT), 1);
}

/* A signal ends the wait, as it would end a sleep. */
START_TEST(test_signal)
{
	in_second_thread(wait_for_signal);
}
END_TEST

static void answer(void)
{
	while (!held)
		syscall(SYS_sched_yield);
	fake_answer(&fake, held, 0);
}

static void wait_to_find(void)
{
	uint32_t buffer[64];

	begin();
	fake.reply = reply_holding;
	others = answer;
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert(!has_slept());
	ck_assert_uint_eq(let_run, 1);
}

/* What comes meanwhile is found without sleeping. */
START_TEST(test_found)
{
	in_second_thread(wait_to_find);
}
END_TEST

static void signal_and_answer(void)
{
	signal_held_back();
	answer();
}

static void wait_for_both(void)
{
	uint32_t buffer[64];

	begin();
	fake.reply = reply_holding;
	others = signal_and_answer;
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert_int_eq(handled, 1);
	ck_assert(!has_slept());
}

/* An answer that is there counts, and the handler runs all the same. */
START_TEST(test_signal_and_found)
{
	in_second_thread(wait_for_both);
}
END_TEST

/* A signal to the process would go to another thread while the first one holds it. */
START_TEST(test_first_thread)
{
	uint32_t buffer[64];

	begin();
	others = abort;
	ck_assert_int_eq(read_some(buffer), 4);
}
END_TEST

static pthread_t taker;

static void signal_before_read(void)
{
	raise(SIGUSR1);
	ck_assert_int_eq(handled, 1);
	pthread_create(&taker, NULL, take_over, NULL);
}

/* A read that nobody was told of has not begun yet, for all that anybody can see. */
START_TEST(test_silent_read)
{
	uint32_t buffer[64];

	fake.awake = true;
	park();
	atomic_store(&fake.rings[0].shared->watch, 0);
	others = signal_before_read;
	ck_assert_int_eq(read_some(buffer), 4);
	pthread_join(taker, NULL);
}
END_TEST

/* A broker that sleeps: nobody here is about to do anything. */
START_TEST(test_broker_sleeps)
{
	uint32_t buffer[64];

	script(&noop, 4, 0);
	park();
	atomic_store(&fake.rings[0].shared->watch, WIRE_WATCH_ARMED);
	others = abort;
	pthread_create(&taker, NULL, take_over, NULL);
	ck_assert_int_eq(read_some(buffer), 4);
	pthread_join(taker, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("device/let_run");
	TCase *tc = tcase_create("let_run");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, talk_teardown);
	tcase_add_test(tc, test_signal);
	tcase_add_test(tc, test_found);
	tcase_add_test(tc, test_signal_and_found);
	tcase_add_test(tc, test_first_thread);
	tcase_add_test(tc, test_silent_read);
	tcase_add_test(tc, test_broker_sleeps);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
