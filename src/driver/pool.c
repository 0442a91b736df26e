/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A list through the records themselves. Under AddressSanitizer nothing is kept, so that
 * a use after the end is seen.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "driver/pool.h"
#include "util/alloc.h"

#ifdef __has_feature
#define POOL_SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define POOL_SANITIZED 1
#else
#define POOL_SANITIZED 0
#endif

/* Records kept: more than are under way at a time, as a rule. */
#define POOL_KEPT 1024u

void pool_init(struct pool *pool, size_t size)
{
	assert(size >= sizeof(void *));
	*pool = (struct pool){.size = size};
}

void pool_deinit(struct pool *pool)
{
	void *record;

	while ((record = pool->first)) {
		memcpy(&pool->first, record, sizeof(pool->first));
		free(record);
	}
	pool->count = 0;
}

void *pool_take(struct pool *pool)
{
	void *record = pool->first;

	if (!record)
		return alloc_zeroed(pool->size);
	memcpy(&pool->first, record, sizeof(pool->first));
	pool->count--;
	return memset(record, 0, pool->size);
}

void pool_give(struct pool *pool, void *record)
{
	if (POOL_SANITIZED || pool->count >= POOL_KEPT) {
		free(record);
		return;
	}
	memcpy(record, &pool->first, sizeof(pool->first));
	pool->first = record;
	pool->count++;
}
