// SPDX-License-Identifier: Apache-2.0

/*
 * Who lets others run stays ready to run, so nobody has to wake him: two on one processor who
 * wait for each other so cost each other a switch and nothing else. It is in vain where the
 * other is on a processor of its own, or where nothing comes for long. And it is bad where
 * somebody computes, who keeps the processor for milliseconds, though whoever is woken from a
 * sleep would get it at once. Both are noticed, and then it is left out: for some waits in
 * the one case, for very many in the other.
 *
 * A thread of SCHED_DEADLINE lets others run until its next period begins, whoever they are.
 * So it does not, and is asked when it was away for long whether it has become one.
 */

#include "util/yield.h"

#include <sched.h>

#include "util/clock.h"

#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE 6
#endif

/* One wait: so often and for so many nanoseconds, at least. */
#define YIELD_COUNT 3
#define YIELD_TIME 25000
/* Waits in vain in a row from which on so many are left out after each. */
#define YIELD_VAIN 4
#define YIELD_PAUSE 63
/* Nanoseconds away, on average of so many waits, from which on so many are left out. */
#define YIELD_AWAY 700000
#define YIELD_SAMPLES 8
#define YIELD_AWAY_PAUSE 4095

/* SCHED_RESET_ON_FORK may stand beside the policy. */
static bool yield_ends_period(void)
{
	return (sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) == SCHED_DEADLINE;
}

bool yield_due(struct yield *yield)
{
	if (yield->left) {
		yield->left--;
		return false;
	}
	if (!yield->known && yield_ends_period()) {
		yield->left = YIELD_AWAY_PAUSE;
		return false;
	}
	yield->known = true;
	return true;
}

void yield_begin(struct yield_turn *turn)
{
	*turn = (struct yield_turn){0};
	turn->began = turn->last = clock_now();
}

bool yield_on(struct yield_turn *turn)
{
	uint64_t now;

	sched_yield();
	now = clock_now();
	if (now - turn->last > turn->away)
		turn->away = now - turn->last;
	turn->last = now;
	return ++turn->count < YIELD_COUNT || now - turn->began < YIELD_TIME;
}

void yield_end(struct yield *yield, const struct yield_turn *turn, bool found)
{
	/* What came before anybody was let run says nothing of them. */
	if (turn->count)
		yield->away = (yield->away * (YIELD_SAMPLES - 1) + turn->away) / YIELD_SAMPLES;
	yield->vain = found ? 0 : yield->vain + 1;
	if (yield->away > YIELD_AWAY) {
		/* The next one decides. */
		yield->away = YIELD_AWAY;
		yield->left = YIELD_AWAY_PAUSE;
		yield->known = false;
	} else if (yield->vain >= YIELD_VAIN) {
		yield->left = YIELD_PAUSE;
	}
}
