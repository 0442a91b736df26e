/* SPDX-License-Identifier: Apache-2.0 */

/* A counter before the call, whatever comes of it. */

#include "util/alloc.h"

#include <stdlib.h>

static _Thread_local uint64_t calls;

void *alloc_zeroed(size_t size)
{
	calls++;
	return calloc(1, size);
}

void *alloc_array(void *memory, size_t count, size_t size)
{
	calls++;
	return reallocarray(memory, count, size);
}

uint64_t alloc_calls(void)
{
	return calls;
}
