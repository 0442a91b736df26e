#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Records that come and go with each call are kept for the next one, up to a few: a
 * steady stream of calls allocates nothing.
 */

#include <stddef.h>

struct pool {
	size_t size; /* bytes of a record, at least a pointer's */
	unsigned count;
	void *first; /* each begins with a pointer to the next */
};

void pool_init(struct pool *pool, size_t size);
/** pool_deinit() - frees what is kept; what was taken is not the pool's any more */
void pool_deinit(struct pool *pool);
/** pool_take() - a record full of zeros. Return: it, or NULL without memory */
void *pool_take(struct pool *pool);
/** pool_give() - @record, taken from @pool, is kept or freed */
void pool_give(struct pool *pool, void *record);
