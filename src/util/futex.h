#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Sleeping until a word of shared memory changes: futex(2), between processes. */

#include <stdatomic.h>
#include <stdint.h>

/**
 * futex_wait() - sleep as long as *@word is @value
 * @ms: milliseconds to wait at most
 *
 * Return: 0 when woken, perhaps for nothing; or a negative errno: EAGAIN (it is not @value),
 * EINTR after any signal handler, ETIMEDOUT.
 */
int futex_wait(_Atomic uint32_t *word, uint32_t value, uint32_t ms);

/** futex_wake() - wake one who sleeps at @word, if anybody does */
void futex_wake(_Atomic uint32_t *word);
