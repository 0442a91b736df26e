/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The first thread of the pool says BC_ENTER_LOOPER, as do those of the program's that join it;
 * those that the driver asked for by BR_SPAWN_LOOPER say BC_REGISTER_LOOPER. The driver asks once
 * and waits for that; so a thread that could not be made is owed, and tried again by those that
 * there are.
 *
 * A pool is starved while all the threads that it may have are busy. That is noted when it
 * lasted, as libbinder does: callers wait then, and nobody sees why.
 */

#include "lib/ndk/threadpool.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <android/binder_process.h>

#include <binderd/device.h>

#include "lib/ndk/dispatch.h"
#include "lib/ndk/ipc.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/process.h"
#include "lib/ndk/status.h"
#include "util/log.h"

/* What is worth a line in the log. libbinder's. */
#define THREADPOOL_STARVED_MS 100
/* How many reads one handling of a polled descriptor does. */
#define THREADPOOL_POLLED_MAX 32

static struct {
	_Atomic(bool) started;
	_Atomic(unsigned int) loopers; /* threads that serve or poll */
	_Atomic(unsigned int) busy;
	_Atomic(unsigned int) owed;  /* threads that the driver waits for */
	_Atomic(unsigned int) named; /* threads that got a name */
	_Atomic(int64_t) starved;    /* since when, in ms; 0 if it is not */
} threadpool;

static int64_t threadpool_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void threadpool_begin_work(void)
{
	unsigned int busy = atomic_fetch_add_explicit(&threadpool.busy, 1, memory_order_relaxed);
	uint32_t most = process_max_threads();
	int64_t none = 0;

	/* Without a maximum the program's own threads are all that there are, and none of them
	 * idle. */
	if (most && busy + 1 >= most &&
		!atomic_load_explicit(&threadpool.starved, memory_order_relaxed))
		atomic_compare_exchange_strong(&threadpool.starved, &none, threadpool_now_ms());
}

static void threadpool_end_work(void)
{
	unsigned int busy = atomic_fetch_sub_explicit(&threadpool.busy, 1, memory_order_relaxed);
	int64_t since;

	if (busy - 1 >= process_max_threads() ||
		!atomic_load_explicit(&threadpool.starved, memory_order_relaxed))
		return;
	since = atomic_exchange(&threadpool.starved, 0);
	if (since && threadpool_now_ms() - since > THREADPOOL_STARVED_MS)
		log_warning("binder: all %u threads of the pool were busy for %lld ms",
			process_max_threads(), (long long)(threadpool_now_ms() - since));
}

/* Reads and does one return. Return: as dispatch_return(). */
static int threadpool_do_one(struct ipc *ipc)
{
	const void *argument;
	uint32_t command;
	int r = ipc_next(ipc, &command, &argument);

	if (r < 0)
		return r;
	if (command != BR_TRANSACTION && command != BR_TRANSACTION_SEC_CTX &&
		command != BR_DEAD_BINDER)
		return dispatch_return(ipc, command, argument);
	threadpool_begin_work();
	r = dispatch_return(ipc, command, argument);
	threadpool_end_work();
	return r;
}

static void threadpool_start_owed(void);

/* Serves calls until the thread is not needed, or the device is gone. */
static void threadpool_serve(struct ipc *ipc, uint32_t command, bool lasting)
{
	bool was_looper = ipc->looper;
	int r;

	if (process_fd() < 0)
		return;
	atomic_fetch_add(&threadpool.loopers, 1);
	ipc_queue(ipc, command, NULL);
	ipc->looper = true;
	do {
		ipc_drop(ipc);
		threadpool_start_owed();
		r = threadpool_do_one(ipc);
	} while (r == 0 || (r == DISPATCH_FINISHED && lasting));
	if (r < 0) {
		errno = -r;
		log_notice("binder: a thread leaves the pool: %m");
	}
	ipc_drop(ipc);
	ipc_queue(ipc, BC_EXIT_LOOPER, NULL);
	ipc->looper = was_looper;
	ipc_flush(ipc);
	atomic_fetch_sub(&threadpool.loopers, 1);
}

static void threadpool_name_thread(void)
{
	unsigned int number = atomic_fetch_add(&threadpool.named, 1) + 1;
	char name[16];

	/* libbinder's pattern, cut to what the kernel keeps. */
	snprintf(name, sizeof(name), "%.7s:%d_%X", process_name(), (int)getpid(), number);
	pthread_setname_np(pthread_self(), name);
}

static void *threadpool_main(void *first)
{
	threadpool_name_thread();
	threadpool_serve(ipc_self(), first ? BC_ENTER_LOOPER : BC_REGISTER_LOOPER, first != NULL);
	return NULL;
}

/* Return: whether there is another thread. */
static bool threadpool_start_thread(bool first)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int r;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	r = pthread_create(&thread, &attributes, threadpool_main, first ? &threadpool : NULL);
	pthread_attr_destroy(&attributes);
	if (r == 0)
		return true;
	errno = r;
	log_warning("binder: no thread for the pool: %m");
	return false;
}

static void threadpool_start_owed(void)
{
	unsigned int owed = atomic_load_explicit(&threadpool.owed, memory_order_relaxed);

	while (owed && !atomic_compare_exchange_weak(&threadpool.owed, &owed, owed - 1))
		;
	if (owed && !threadpool_start_thread(false))
		atomic_fetch_add(&threadpool.owed, 1);
}

void threadpool_spawn(void)
{
	if (!atomic_load(&threadpool.started))
		return;
	if (!threadpool_start_thread(false))
		atomic_fetch_add(&threadpool.owed, 1);
}

bool threadpool_has_threads(void)
{
	return atomic_load(&threadpool.started) || atomic_load(&threadpool.loopers);
}

void ABinderProcess_startThreadPool(void)
{
	if (process_fd() < 0 || atomic_exchange(&threadpool.started, true))
		return;
	if (process_max_threads() == 0)
		log_notice("binder: the pool is started, and is to have no more than one thread");
	if (!threadpool_start_thread(true))
		atomic_store(&threadpool.started, false);
}

bool ABinderProcess_setThreadPoolMaxThreadCount(uint32_t numThreads)
{
	int r;

	if (atomic_load(&threadpool.started) && numThreads < process_max_threads()) {
		log_error("binder: the pool cannot become smaller once it is started");
		abort();
	}
	r = process_set_max_threads(numThreads);
	if (r < 0) {
		errno = -r;
		log_error("binder: the pool cannot have %u threads: %m", numThreads);
	}
	return r == 0;
}

bool ABinderProcess_isThreadPoolStarted(void)
{
	return atomic_load(&threadpool.started);
}

void ABinderProcess_joinThreadPool(void)
{
	threadpool_serve(ipc_self(), BC_ENTER_LOOPER, true);
}

binder_status_t ABinderProcess_setupPolling(int *fd)
{
	struct ipc *ipc = ipc_self();
	int r;

	if (!fd)
		return STATUS_UNEXPECTED_NULL;
	*fd = -1;
	r = process_fd();
	if (r < 0)
		return status_from_errno(-r);
	ipc_queue(ipc, BC_ENTER_LOOPER, NULL);
	r = ipc_flush(ipc);
	if (r < 0)
		return status_from_errno(-r);
	atomic_fetch_add(&threadpool.loopers, 1);
	*fd = process_open_fd();
	return STATUS_OK;
}

/* Whether a read would find something. */
static bool threadpool_is_readable(void)
{
	struct pollfd item = {.fd = process_open_fd(), .events = POLLIN};

	return binderd_poll(&item, 1, 0) > 0;
}

/* Does all that one read brings. Return: as dispatch_return(). */
static int threadpool_do_polled(struct ipc *ipc)
{
	bool was_looper = ipc->looper;
	int r;

	/* What is queued is written by the next read here, or in the end. */
	ipc->looper = true;
	do
		r = threadpool_do_one(ipc);
	while (r >= 0 && ipc->in_at < ipc->in_size);
	ipc->looper = was_looper;
	ipc_drop(ipc);
	return r;
}

binder_status_t ABinderProcess_handlePolledCommands(void)
{
	struct ipc *ipc = ipc_self();
	int r = process_fd();

	for (int i = 0; r >= 0 && i < THREADPOOL_POLLED_MAX && threadpool_is_readable(); i++)
		r = threadpool_do_polled(ipc);
	if (r >= 0)
		r = ipc_flush(ipc);
	return r < 0 ? status_from_errno(-r) : STATUS_OK;
}
