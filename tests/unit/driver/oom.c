/* SPDX-License-Identifier: Apache-2.0 */

/* The linker sends each call of an allocator here, and __real_ names what it was. */

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "oom.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_reallocarray(void *memory, size_t count, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);
char *__wrap_strdup(const char *text);

static uint64_t countdown;
static int hit;

void oom_at(uint64_t nth)
{
	countdown = nth;
	hit = 0;
}

int oom_hit(void)
{
	return hit;
}

static int oom_now(void)
{
	if (bench_own || countdown == 0 || --countdown > 0)
		return 0;
	hit = 1;
	return 1;
}

void *__wrap_malloc(size_t size)
{
	return oom_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return oom_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
	return oom_now() ? NULL : __real_realloc(memory, size);
}

void *__wrap_reallocarray(void *memory, size_t count, size_t size)
{
	return oom_now() ? NULL : __real_reallocarray(memory, count, size);
}

char *__wrap_strdup(const char *text)
{
	return oom_now() ? NULL : __real_strdup(text);
}
