/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One mutex. The slow paths that take it (open, close, a thread's first request) are
 * short, so more locks would bring an order to keep and nothing else.
 */

#include <pthread.h>

#include "lib/device/lock.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void device_lock(struct lock_state *state)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &state->mask);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state->cancel);
	pthread_mutex_lock(&mutex);
}

void device_unlock(const struct lock_state *state)
{
	int ignored;

	pthread_mutex_unlock(&mutex);
	pthread_setcancelstate(state->cancel, &ignored);
	pthread_sigmask(SIG_SETMASK, &state->mask, NULL);
}
