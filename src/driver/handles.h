#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The numbers of a proc's handles: the lowest free one is taken, 0 for the
 * context manager alone, as the driver does.
 */

#include <stddef.h>
#include <stdint.h>

struct handles {
	uint64_t *words;
	size_t count;  /* of words */
	size_t lowest; /* from word 1 to before this one all numbers are taken */
};

void handles_init(struct handles *handles);
void handles_deinit(struct handles *handles);

/**
 * handles_take() - the lowest free number from @from (0 or 1) on
 *
 * Return: 0 and the number in @handle, or -ENOMEM.
 */
int handles_take(struct handles *handles, uint32_t from, uint32_t *handle);
/** handles_give() - @handle, which was taken, is free again */
void handles_give(struct handles *handles, uint32_t handle);
