#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Signals while a thread waits without sleeping: a handler is to end its wait all the same. */

#include <stdbool.h>
#include <stdint.h>

/** interrupt_may_hold() - whether no signal would go to another thread because this one holds it */
bool interrupt_may_hold(void);
/**
 * interrupt_hold() - no handler runs from here on
 * @mask: out: what interrupt_release() needs
 *
 * Signals that the thread's own instructions raise still do what they did.
 */
void interrupt_hold(uint64_t *mask);
/**
 * interrupt_release() - handlers run again, those that were held before this returns
 * @waits: the wait goes on
 *
 * Return: 0, or -EINTR if one has ended a wait that would have gone on.
 */
int interrupt_release(const uint64_t *mask, bool waits);
