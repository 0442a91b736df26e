#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Structs of one size whose memory stays what it is.
 *
 * malloc(3) is not for use here: a signal handler may make a request while its thread is
 * inside malloc. And a struct that was given back may still be looked at by a thread that
 * found it without a lock. Callers hold device_lock(), or their own.
 */

#include <stddef.h>

struct pool {
	size_t size; /* bytes of one, at least a pointer */
	void *free;
};

/** pool_get() - a struct with its old contents, zeros at first. Return: it, or NULL */
void *pool_get(struct pool *pool);
/** pool_put() - give one back; all but its first pointer keeps its contents */
void pool_put(struct pool *pool, void *item);
