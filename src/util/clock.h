#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The time by which waits are measured. */

#include <stdint.h>
#include <time.h>

/** clock_now() - nanoseconds by the monotonic clock */
static inline uint64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
