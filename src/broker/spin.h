#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Looking on for a moment before sleeping.
 *
 * To be woken costs more than a moment of looking, if something comes in it. So whoever had
 * something to do looks on; but only while that pays: when it was in vain some times in a
 * row, it is tried but now and then.
 */

#include <stdbool.h>
#include <stdint.h>

struct spin {
	bool alone;	 /* one processor: whoever looks on keeps others from working */
	bool active;	 /* there was something to do since the last spin_on() */
	bool looking;	 /* for something that has not come yet */
	uint64_t until;	 /* nanoseconds by the monotonic clock */
	unsigned failed; /* in a row */
};

void spin_init(struct spin *spin);

/** spin_active() - there was something to do */
void spin_active(struct spin *spin);

/** spin_on() - nothing is left to do. Return: whether to look once more */
bool spin_on(struct spin *spin);
