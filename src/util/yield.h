#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Waiting by letting others run: those on the same processor, of whom one may be about to do
 * what is waited for. Tried only as far as it has paid of late.
 */

#include <stdbool.h>
#include <stdint.h>

/* What one thread has learnt; all zeroes at first. */
struct yield {
	uint32_t vain; /* waits in vain in a row */
	uint32_t left; /* waits to leave out */
	bool known;    /* that it does not wait for a period of its own (SCHED_DEADLINE) */
	uint64_t away; /* nanoseconds that others keep the processor, on average of the worst */
};

/* One wait. */
struct yield_turn {
	uint64_t began, last; /* nanoseconds, as all of these */
	uint64_t away;	      /* the longest */
	uint32_t count;
};

/** yield_due() - whether to wait so now; to be asked once for each wait */
bool yield_due(struct yield *yield);
/** yield_begin() - the first of one or more yield_on() */
void yield_begin(struct yield_turn *turn);
/** yield_on() - let others run. Return: whether another time is likely to pay */
bool yield_on(struct yield_turn *turn);
/** yield_end() - after a wait, learn from it; @found: what was waited for has come */
void yield_end(struct yield *yield, const struct yield_turn *turn, bool found);
