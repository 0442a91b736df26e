#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The numbers of a proc's handles: the lowest free one is taken, 0 for the
 * context manager alone, as the driver does.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many levels of 64 branches each are enough for all numbers. */
#define HANDLES_LEVELS 6

struct handles {
	/* A bit of the first level is a number that is taken, of a higher one 64 bits that are. */
	uint64_t *words[HANDLES_LEVELS];
	size_t counts[HANDLES_LEVELS]; /* of words */
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
/** handles_taken() - whether @handle is */
bool handles_taken(const struct handles *handles, uint32_t handle);
