#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Something that happens once, on whatever thread, and what it was. */

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

struct ctl_event {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool happened;
	int what;
	long value;
};

/** ctl_event_init() - it has not happened */
void ctl_event_init(struct ctl_event *event);
void ctl_event_deinit(struct ctl_event *event);

/** ctl_event_reset() - it has not happened, again */
void ctl_event_reset(struct ctl_event *event);

/** ctl_event_set() - it happens; only the first time counts */
void ctl_event_set(struct ctl_event *event, int what, long value);

/**
 * ctl_event_wait() - wait for it
 * @deadline: by CLOCK_MONOTONIC, or NULL for as long as it takes
 * @value:    what ctl_event_set() was given; may be NULL
 *
 * Return: @what of ctl_event_set(), or -1 at the deadline.
 */
int ctl_event_wait(struct ctl_event *event, const struct timespec *deadline, long *value);

/** ctl_event_deadline() - the time of CLOCK_MONOTONIC in so many milliseconds, 0 or more */
struct timespec ctl_event_deadline(long ms);

/** ctl_event_left() - milliseconds until a deadline, rounded up, 0 when it has passed */
int ctl_event_left(const struct timespec *deadline);
