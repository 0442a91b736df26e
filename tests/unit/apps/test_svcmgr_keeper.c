/* SPDX-License-Identifier: Apache-2.0 */

/* The thread for the time and for children: every wait here is for something that comes. */

#include "svcmgr/keeper.h"

#include <check.h>
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/suite.h"

static struct keeper keeper;
static sem_t ticked, exited;
static int64_t next;
static pid_t last_pid;
static int last_status;

static int64_t on_tick(void *data, int64_t now_ms)
{
	ck_assert_ptr_eq(data, &keeper);
	ck_assert_int_gt(now_ms, 0);
	sem_post(&ticked);
	return __atomic_load_n(&next, __ATOMIC_SEQ_CST);
}

static void on_exit_of(void *data, pid_t pid, int status, int64_t now_ms)
{
	(void)now_ms;
	ck_assert_ptr_eq(data, &keeper);
	last_pid = pid;
	last_status = status;
	sem_post(&exited);
}

static const struct keeper_ops ops = {on_tick, on_exit_of};

static void start(void)
{
	next = -1;
	sem_init(&ticked, 0, 0);
	sem_init(&exited, 0, 0);
	ck_assert_int_eq(keeper_init(&keeper, &ops, &keeper), 0);
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	return pid;
}

START_TEST(test_unstarted)
{
	start();
	keeper_wake(&keeper);
	keeper_deinit(&keeper);
}
END_TEST

START_TEST(test_ticks)
{
	start();
	ck_assert_int_eq(keeper_start(&keeper), 0);
	sem_wait(&ticked);
	keeper_wake(&keeper);
	sem_wait(&ticked);
	/* A time that is over comes at once, and again and again. */
	__atomic_store_n(&next, 1, __ATOMIC_SEQ_CST);
	keeper_wake(&keeper);
	for (int i = 0; i < 10; i++)
		sem_wait(&ticked);
	__atomic_store_n(&next, keeper_now() + 3, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 10; i++)
		sem_wait(&ticked);
	keeper_deinit(&keeper);
}
END_TEST

START_TEST(test_children)
{
	pid_t first = child(), second = child();

	start();
	ck_assert_int_eq(keeper_watch(&keeper, first), 0);
	ck_assert_int_eq(keeper_start(&keeper), 0);
	ck_assert_int_eq(keeper_watch(&keeper, second), 0);
	kill(second, SIGKILL);
	sem_wait(&exited);
	ck_assert_int_eq(last_pid, second);
	ck_assert(WIFSIGNALED(last_status) && WTERMSIG(last_status) == SIGKILL);
	kill(first, SIGKILL);
	sem_wait(&exited);
	ck_assert_int_eq(last_pid, first);
	keeper_deinit(&keeper);
}
END_TEST

START_TEST(test_limit)
{
	pid_t pid = child();

	start();
	for (int i = 0; i < KEEPER_CHILDREN_MAX; i++)
		ck_assert_int_eq(keeper_watch(&keeper, pid), 0);
	ck_assert_int_eq(keeper_watch(&keeper, pid), -ENOSPC);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(keeper_watch(&keeper, pid), -ESRCH);
	keeper_deinit(&keeper);
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {
		&test_unstarted, &test_ticks, &test_children, &test_limit};

	return suite_run("svcmgr/keeper", tests, sizeof(tests) / sizeof(*tests));
}
