// SPDX-License-Identifier: Apache-2.0
/*
 * A condition variable with its state.
 *
 * The clock is the monotonic one, so that setting the time of day ends no wait.
 */

#include "tools/ctl_event.h"

#include <errno.h>
#include <limits.h>

void ctl_event_init(struct ctl_event *event)
{
	pthread_condattr_t attributes;

	event->happened = false;
	event->what = 0;
	event->value = 0;
	pthread_mutex_init(&event->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&event->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

void ctl_event_deinit(struct ctl_event *event)
{
	pthread_cond_destroy(&event->changed);
	pthread_mutex_destroy(&event->mutex);
}

void ctl_event_reset(struct ctl_event *event)
{
	pthread_mutex_lock(&event->mutex);
	event->happened = false;
	pthread_mutex_unlock(&event->mutex);
}

void ctl_event_set(struct ctl_event *event, int what, long value)
{
	pthread_mutex_lock(&event->mutex);
	if (!event->happened) {
		event->happened = true;
		event->what = what;
		event->value = value;
		pthread_cond_broadcast(&event->changed);
	}
	pthread_mutex_unlock(&event->mutex);
}

int ctl_event_wait(struct ctl_event *event, const struct timespec *deadline, long *value)
{
	int what = -1, error = 0;

	pthread_mutex_lock(&event->mutex);
	while (!event->happened && error != ETIMEDOUT)
		error = deadline ? pthread_cond_timedwait(&event->changed, &event->mutex, deadline)
				 : pthread_cond_wait(&event->changed, &event->mutex);
	if (event->happened) {
		what = event->what;
		if (value)
			*value = event->value;
	}
	pthread_mutex_unlock(&event->mutex);
	return what;
}

struct timespec ctl_event_deadline(long ms)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += ms / 1000;
	time.tv_nsec += ms % 1000 * 1000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

int ctl_event_left(const struct timespec *deadline)
{
	struct timespec now;
	long long left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = (deadline->tv_sec - now.tv_sec) * 1000000000LL + deadline->tv_nsec - now.tv_nsec;
	if (left <= 0)
		return 0;
	left = (left + 999999) / 1000000;
	return left > INT_MAX ? INT_MAX : (int)left;
}
