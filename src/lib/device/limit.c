/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Descriptors above the soft limit stay open when it falls back. While it is up another
 * thread of the program may get a number that it would have been refused; that is rare
 * and does no harm. If the program sets the limit meanwhile, what it sets stays.
 */

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "lib/device/limit.h"

static pthread_mutex_t limit_mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned int limit_users;
static struct rlimit limit_old;
static rlim_t limit_now;

static void limit_lock(sigset_t *mask)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, mask);
	pthread_mutex_lock(&limit_mutex);
}

static void limit_unlock(const sigset_t *mask)
{
	pthread_mutex_unlock(&limit_mutex);
	pthread_sigmask(SIG_SETMASK, mask, NULL);
}

static void limit_up(void)
{
	struct rlimit limit;

	limit_now = RLIM_INFINITY;
	if (getrlimit(RLIMIT_NOFILE, &limit_old) < 0)
		return;
	limit = limit_old;
	limit.rlim_cur = limit.rlim_max;
	if (limit_old.rlim_cur < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0)
		limit_now = limit.rlim_cur;
}

static void limit_down(void)
{
	struct rlimit limit;

	if (limit_now == RLIM_INFINITY || getrlimit(RLIMIT_NOFILE, &limit) < 0 ||
		limit.rlim_cur != limit_now)
		return;
	limit.rlim_cur = limit_old.rlim_cur;
	setrlimit(RLIMIT_NOFILE, &limit);
}

void limit_raise(void)
{
	sigset_t mask;

	limit_lock(&mask);
	if (limit_users++ == 0)
		limit_up();
	limit_unlock(&mask);
}

void limit_restore(void)
{
	sigset_t mask;

	limit_lock(&mask);
	if (--limit_users == 0)
		limit_down();
	limit_unlock(&mask);
}

void limit_forked(void)
{
	pthread_mutex_init(&limit_mutex, NULL);
	if (limit_users) {
		limit_users = 0;
		limit_down();
	}
}
