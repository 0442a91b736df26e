#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The lock of everything that changes seldom: the table, devices, pools, channel lists.
 *
 * All signals are blocked and cancellation is off while it is held, so that neither a
 * handler nor a fork in one finds it held by its own thread. Nobody waits for the broker
 * with it, save when a forked child asks for its arena.
 */

#include <signal.h>

struct lock_state {
	sigset_t mask;
	int cancel;
};

void device_lock(struct lock_state *state);
void device_unlock(const struct lock_state *state);
