// SPDX-License-Identifier: Apache-2.0

/*
 * Quick ones are told by asking for nothing but their kind, which no file system is asked
 * for (AT_STATX_DONT_SYNC and an empty mask): pipes, anonymous inodes (eventfd, epoll and
 * the like), memory files, which alone know seals, and sockets that do not linger. Unix
 * sockets are not among them: with one, the descriptors in its unread messages are closed.
 *
 * For the others there is a queue and, as long as there is something in it, threads. A
 * thread that is stuck is not waited for: when no thread is idle another is started, up to
 * CLOSER_THREADS. What a thread has closed goes to the list of the done, with the lock
 * held, and the loop looks there only when a counter says so.
 */

#include "broker/closer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CLOSER_THREADS 256
#define CLOSER_STACK 65536
#define CLOSER_PATIENCE_MS 1000

struct closer_job {
	STAILQ_ENTRY(closer_job) entry;
	int fd;
	void *data;
};

STAILQ_HEAD(closer_queue, closer_job);

static pthread_mutex_t closer_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t closer_ended = PTHREAD_COND_INITIALIZER;
static struct closer_queue closer_waiting = STAILQ_HEAD_INITIALIZER(closer_waiting);
static struct closer_queue closer_done = STAILQ_HEAD_INITIALIZER(closer_done);
static unsigned closer_threads;
static size_t closer_jobs; /* waiting or being closed */
static atomic_uint closer_done_count;

static bool closer_socket_is_quick(int fd)
{
	struct linger linger;
	socklen_t size = sizeof(linger), domain_size = sizeof(int);
	int domain;

	return getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &size) == 0 && !linger.l_onoff &&
	       getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_size) == 0 &&
	       domain != AF_UNIX;
}

static bool closer_is_quick(int fd)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &st) < 0)
		return false;
	switch (st.stx_mode & S_IFMT) {
	case S_IFIFO:
	case 0:
		return true;
	case S_IFSOCK:
		return closer_socket_is_quick(fd);
	case S_IFREG:
		return fcntl(fd, F_GET_SEALS) >= 0;
	default:
		return false;
	}
}

static void *closer_work(void *unused)
{
	struct closer_job *job;

	pthread_mutex_lock(&closer_lock);
	while ((job = STAILQ_FIRST(&closer_waiting))) {
		STAILQ_REMOVE_HEAD(&closer_waiting, entry);
		pthread_mutex_unlock(&closer_lock);
		close(job->fd);
		pthread_mutex_lock(&closer_lock);
		closer_jobs--;
		if (job->data) {
			STAILQ_INSERT_TAIL(&closer_done, job, entry);
			atomic_fetch_add(&closer_done_count, 1);
		} else {
			free(job);
		}
	}
	closer_threads--;
	pthread_cond_signal(&closer_ended);
	pthread_mutex_unlock(&closer_lock);
	return unused;
}

/* Starts a thread that takes no signals; with closer_lock held. */
static int closer_start(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all, old;
	size_t stack = CLOSER_STACK;
	int ret;

	if (stack < (size_t)PTHREAD_STACK_MIN)
		stack = (size_t)PTHREAD_STACK_MIN;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, stack);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = pthread_create(&thread, &attributes, closer_work, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attributes);
	if (!ret)
		closer_threads++;
	return -ret;
}

int closer_close(int fd, void *data)
{
	struct closer_job *job;
	int started = 0;

	if (fd < 0)
		return 1;
	job = closer_is_quick(fd) ? NULL : malloc(sizeof(*job));
	if (!job) {
		close(fd);
		return 1;
	}
	job->fd = fd;
	job->data = data;
	pthread_mutex_lock(&closer_lock);
	STAILQ_INSERT_TAIL(&closer_waiting, job, entry);
	closer_jobs++;
	/* Each thread has at most one job in hand: more jobs than threads, one more thread. */
	if (closer_jobs > closer_threads && closer_threads < CLOSER_THREADS)
		started = closer_start();
	if (started < 0 && !closer_threads) {
		STAILQ_REMOVE(&closer_waiting, job, closer_job, entry);
		closer_jobs--;
		close(fd);
		free(job);
		data = NULL;
	}
	pthread_mutex_unlock(&closer_lock);
	return !data;
}

void closer_reap(void (*done)(void *data))
{
	struct closer_queue queue = STAILQ_HEAD_INITIALIZER(queue);
	struct closer_job *job;

	if (!atomic_load(&closer_done_count))
		return;
	pthread_mutex_lock(&closer_lock);
	STAILQ_CONCAT(&queue, &closer_done);
	atomic_store(&closer_done_count, 0);
	pthread_mutex_unlock(&closer_lock);
	while ((job = STAILQ_FIRST(&queue))) {
		STAILQ_REMOVE_HEAD(&queue, entry);
		done(job->data);
		free(job);
	}
}

size_t closer_pending(void)
{
	size_t pending;

	pthread_mutex_lock(&closer_lock);
	pending = closer_jobs;
	pthread_mutex_unlock(&closer_lock);
	return pending;
}

int closer_stop(void)
{
	struct timespec until;
	int ret = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += CLOSER_PATIENCE_MS / 1000;
	pthread_mutex_lock(&closer_lock);
	while (closer_threads && !ret)
		ret = pthread_cond_timedwait(&closer_ended, &closer_lock, &until);
	ret = closer_threads ? -EBUSY : 0;
	pthread_mutex_unlock(&closer_lock);
	return ret;
}
