/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Chunks of zeroed pages, cut into structs that are chained through their first pointer.
 * Pages of a large struct that nobody touched take no memory.
 */

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/device/hooks.h"
#include "lib/device/pool.h"

#define POOL_CHUNK 65536u
#define POOL_ALIGN 64u

static void pool_grow(struct pool *pool)
{
	size_t size = (pool->size + POOL_ALIGN - 1) & ~(size_t)(POOL_ALIGN - 1);
	size_t chunk = size > POOL_CHUNK ? size : POOL_CHUNK / size * size;
	uint8_t *memory;

	memory = device_libc.mmap(
		NULL, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return;
	for (size_t at = 0; at < chunk; at += size)
		pool_put(pool, memory + at);
}

void *pool_get(struct pool *pool)
{
	void *item;

	if (!pool->free)
		pool_grow(pool);
	item = pool->free;
	if (item) {
		memcpy(&pool->free, item, sizeof(pool->free));
		memset(item, 0, sizeof(pool->free));
	}
	return item;
}

void pool_put(struct pool *pool, void *item)
{
	memcpy(item, &pool->free, sizeof(pool->free));
	pool->free = item;
}
