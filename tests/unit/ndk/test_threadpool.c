/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Threads of the pool, and one that polls.
 */

#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <android/binder_process.h>

#include "lib/ndk/dispatch.h"
#include "lib/ndk/ipc.h"
#include "ndk/device_suite.h"

static void *join_pool(void *data)
{
	(void)data;
	ABinderProcess_joinThreadPool();
	return NULL;
}

START_TEST(joined_thread_stays_until_the_device_is_gone)
{
	pthread_t thread;

	double_read(0);
	double_put(BR_FINISHED, NULL);
	double_read(ECONNREFUSED);
	ck_assert_int_eq(pthread_create(&thread, NULL, join_pool, NULL), 0);
	pthread_join(thread, NULL);
	ck_assert_str_eq(double_written(), "ENTER|EXIT|");
	ck_assert_uint_eq(double_device.exits, 1);
	ck_assert_uint_eq(double_left(), 0);
}
END_TEST

/* Threads that the library made, to be joined here. */
static struct {
	pthread_t threads[4];
	int count;
	int refused; /* so many are not made */
	int before;  /* after that many that are */
} made;

/* In place of libc's. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	int detached = PTHREAD_CREATE_JOINABLE;
	int r;

	*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	if (attr)
		pthread_attr_getdetachstate(attr, &detached);
	if (detached == PTHREAD_CREATE_JOINABLE)
		return real(thread, attr, run, arg);
	if (made.refused && made.count >= made.before) {
		made.refused--;
		return EAGAIN;
	}
	/* Counted first: it may make the next one before this returns. */
	r = real(&made.threads[made.count++], NULL, run, arg);
	*thread = made.threads[0];
	return r;
}

static void join_made(void)
{
	for (int i = 0; i < made.count; i++)
		pthread_join(made.threads[i], NULL);
}

START_TEST(thread_is_made_when_asked_for)
{
	const char *words;

	double_read(0);
	double_put(BR_SPAWN_LOOPER, NULL);
	double_read(ECONNREFUSED);
	double_read(ECONNREFUSED);
	ABinderProcess_startThreadPool();
	ck_assert(ABinderProcess_isThreadPoolStarted());
	ABinderProcess_startThreadPool();
	join_made();
	ck_assert_int_eq(made.count, 2);
	words = double_written();
	ck_assert_ptr_nonnull(strstr(words, "ENTER|"));
	ck_assert_ptr_nonnull(strstr(words, "REGISTER|"));
	ck_assert_uint_eq(double_device.exits, 2);
}
END_TEST

START_TEST(thread_that_is_not_needed_leaves)
{
	/* The first one stays, the other one goes, whichever of them hears of it. */
	double_read(0);
	double_put(BR_SPAWN_LOOPER, NULL);
	double_read(0);
	double_put(BR_FINISHED, NULL);
	double_read(ECONNREFUSED);
	double_read(ECONNREFUSED);
	ABinderProcess_startThreadPool();
	join_made();
	ck_assert_int_eq(made.count, 2);
	ck_assert_uint_eq(double_device.exits, 2);
	ck_assert_uint_le(double_left(), 1);
}
END_TEST

START_TEST(thread_that_could_not_be_made_is_owed)
{
	made.refused = 2;
	made.before = 1;
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_read(0);
	double_put(BR_SPAWN_LOOPER, NULL);
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_read(ECONNREFUSED);
	double_read(ECONNREFUSED);
	ABinderProcess_startThreadPool();
	join_made();
	ck_assert_int_eq(made.count, 2);
	ck_assert_int_eq(made.refused, 0);
	ck_assert_uint_eq(double_left(), 0);
}
END_TEST

START_TEST(pool_that_could_not_be_started)
{
	made.refused = 1;
	ABinderProcess_startThreadPool();
	ck_assert(!ABinderProcess_isThreadPoolStarted());
	ck_assert_int_eq(made.count, 0);
	/* Nobody asked for one that was not started. */
	dispatch_return(ipc_self(), BR_SPAWN_LOOPER, NULL);
	ck_assert_int_eq(made.count, 0);
}
END_TEST

START_TEST(polling_does_what_is_there)
{
	AIBinder *object = new_object();
	struct binder_transaction_data txn = transaction(object, 1, 0);
	int fd;

	double_device.readable = false;
	ck_assert_int_eq(ABinderProcess_setupPolling(&fd), STATUS_OK);
	ck_assert_int_eq(fd, 77);
	ck_assert_str_eq(double_written(), "ENTER|");
	ck_assert_int_eq(ABinderProcess_handlePolledCommands(), STATUS_OK);
	ck_assert_uint_eq(double_device.requests, 1);
	double_read(0);
	double_put(BR_NOOP, NULL);
	double_put(BR_TRANSACTION, &txn);
	read_complete();
	double_read(0);
	double_put(BR_TRANSACTION, &txn);
	read_complete();
	ck_assert_int_eq(ABinderProcess_handlePolledCommands(), STATUS_OK);
	ck_assert_int_eq(served, 2);
	ck_assert_uint_eq(double_left(), 0);
	double_read(ECONNREFUSED);
	ck_assert_int_ne(ABinderProcess_handlePolledCommands(), STATUS_OK);
	AIBinder_decStrong(object);
}
END_TEST

static const TTest **const tests[] = {&joined_thread_stays_until_the_device_is_gone,
	&thread_is_made_when_asked_for, &thread_that_is_not_needed_leaves,
	&thread_that_could_not_be_made_is_owed, &pool_that_could_not_be_started,
	&polling_does_what_is_there};

int main(void)
{
	return device_suite_run("threadpool", tests, sizeof(tests) / sizeof(tests[0]), setup);
}
