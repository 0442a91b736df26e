#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The allocator, counted: what is on the way of a request asks for memory by these, so that
 * it shows whether a steady stream of requests does. For one thread alone.
 */

#include <stddef.h>
#include <stdint.h>

/** alloc_zeroed() - calloc(1, @size). Return: for free(3), or NULL */
void *alloc_zeroed(size_t size);
/** alloc_array() - reallocarray(3). Return: for free(3), or NULL, and @memory stays */
void *alloc_array(void *memory, size_t count, size_t size);
/** alloc_calls() - how many of these calls this thread has made */
uint64_t alloc_calls(void);
