#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * From the scenario language to a stream of BC_ commands and the parcels they name.
 */

#include <stddef.h>
#include <stdint.h>

#include "script.h"

struct compose {
	uint8_t *bytes; /* the stream */
	size_t size;
	size_t capacity;
	void *held[512]; /* parcels, freed by compose_deinit() */
	size_t held_count;
};

void compose_init(struct compose *c);
void compose_deinit(struct compose *c);

/* Appends every value of @list that is a call, like acquire(1), as a command. */
void compose_commands(struct compose *c, const struct value *list);

/**
 * compose_place() - put bytes where a scenario wants them
 * @where: the value that says so (a pointer such as edge-8), or NULL
 * @bytes: what is to be placed
 * @size:  how much of it there is; what lies beyond a page's end is left out
 *
 * Return: the address that the driver is to be given.
 */
uint64_t compose_place(const struct value *where, const void *bytes, size_t size);
