/* SPDX-License-Identifier: Apache-2.0 */

/* Which signals end a wait during which no handler could run. */

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

#include "lib/device/interrupt.h"

static volatile sig_atomic_t handled;
static sigjmp_buf fault;

static void handler(int signal)
{
	(void)signal;
	handled++;
}

static void handler_info(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
	handled++;
}

static void on(int signal, void (*what)(int))
{
	const struct sigaction action = {.sa_handler = what, .sa_flags = SA_RESTART};

	handled = 0;
	ck_assert_int_eq(sigaction(signal, &action, NULL), 0);
}

/* Raises @signal while handlers are held. Return: as interrupt_release() */
static int interrupted_by(int signal, bool waits)
{
	uint64_t mask;

	interrupt_hold(&mask);
	if (signal)
		raise(signal);
	ck_assert_int_eq(handled, 0);
	return interrupt_release(&mask, waits);
}

START_TEST(test_nothing)
{
	ck_assert_int_eq(interrupted_by(0, true), 0);
	ck_assert_int_eq(interrupted_by(0, false), 0);
}
END_TEST

START_TEST(test_handler)
{
	const struct sigaction info = {.sa_sigaction = handler_info, .sa_flags = SA_SIGINFO};

	on(SIGUSR1, handler);
	ck_assert_int_eq(interrupted_by(SIGUSR1, true), -EINTR);
	ck_assert_int_eq(handled, 1);
	/* What was waited for is there: that counts. */
	handled = 0;
	ck_assert_int_eq(interrupted_by(SIGUSR1, false), 0);
	ck_assert_int_eq(handled, 1);
	handled = 0;
	ck_assert_int_eq(sigaction(SIGRTMAX, &info, NULL), 0);
	ck_assert_int_eq(interrupted_by(SIGRTMAX, true), -EINTR);
	ck_assert_int_eq(handled, 1);
	/* A handler counts, too, for what would be ignored without. */
	on(SIGCHLD, handler);
	ck_assert_int_eq(interrupted_by(SIGCHLD, true), -EINTR);
	ck_assert_int_eq(handled, 1);
}
END_TEST

START_TEST(test_ignored)
{
	static const int silent[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};

	on(SIGUSR1, SIG_IGN);
	ck_assert_int_eq(interrupted_by(SIGUSR1, true), 0);
	for (size_t i = 0; i < sizeof(silent) / sizeof(*silent); i++) {
		on(silent[i], SIG_DFL);
		ck_assert_int_eq(interrupted_by(silent[i], true), 0);
	}
	/* One that is ignored says nothing of others. */
	on(SIGUSR2, handler);
	raise(SIGUSR1);
	ck_assert_int_eq(interrupted_by(SIGUSR2, true), -EINTR);
}
END_TEST

/* What the program has blocked itself stays so, and ends nothing. */
START_TEST(test_blocked)
{
	sigset_t set, was;

	on(SIGUSR1, handler);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ck_assert_int_eq(interrupted_by(SIGUSR1, true), 0);
	ck_assert_int_eq(handled, 0);
	sigpending(&set);
	ck_assert(sigismember(&set, SIGUSR1));
	sigprocmask(SIG_SETMASK, NULL, &was);
	ck_assert(sigismember(&was, SIGUSR1));
	ck_assert(!sigismember(&was, SIGUSR2));
}
END_TEST

static void *hold_in_thread(void *data)
{
	ck_assert(interrupt_may_hold());
	return data;
}

/* The first thread of several must not: a signal to the process would go to another. */
START_TEST(test_first)
{
	pthread_t thread;

	ck_assert(interrupt_may_hold());
	pthread_create(&thread, NULL, hold_in_thread, NULL);
	ck_assert(!interrupt_may_hold());
	pthread_join(thread, NULL);
}
END_TEST

static void leave(int signal)
{
	(void)signal;
	siglongjmp(fault, 1);
}

/* A thread's own fault finds its handler. */
START_TEST(test_fault)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
	volatile uint64_t mask;
	volatile int handlers = 0;

	for (volatile size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		on(faults[i], leave);
		if (sigsetjmp(fault, 0)) {
			handlers++;
		} else {
			interrupt_hold((uint64_t *)&mask);
			raise(faults[i]);
			ck_abort_msg("%d is held", faults[i]);
		}
		interrupt_release((uint64_t *)&mask, false);
	}
	ck_assert_int_eq(handlers, sizeof(faults) / sizeof(*faults));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("device/interrupt");
	TCase *tc = tcase_create("interrupt");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, test_nothing);
	tcase_add_test(tc, test_handler);
	tcase_add_test(tc, test_ignored);
	tcase_add_test(tc, test_blocked);
	tcase_add_test(tc, test_first);
	tcase_add_test(tc, test_fault);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
