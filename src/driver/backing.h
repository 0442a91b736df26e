#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The memory behind an area: asked for before a buffer uses it, given back when no buffer
 * has used it between two driver_tick()s, or at once when memory is wanted elsewhere.
 */

#include <stddef.h>
#include <stdint.h>

struct area;
struct driver_system;

/** backing_init() / backing_deinit() - an area without memory; the embedder frees what it has */
void backing_init(struct area *area);
void backing_deinit(struct area *area);

/**
 * backing_take() - have memory for a buffer
 * @start, @end: of the free buffer that it is cut from, offsets in the area
 * @size:        bytes from @start on that are to be used, more than 0
 *
 * Return: 0 or -ENOMEM, and nothing is in use.
 */
int backing_take(struct area *area, size_t start, size_t end, size_t size);

/**
 * backing_give() - a buffer is free
 * @start, @end: of the free buffer that it has become part of
 * @from, @to:   its own
 */
void backing_give(struct area *area, size_t start, size_t end, size_t from, size_t to);

/** backing_clear() - fill all that has memory with zeros */
void backing_clear(struct area *area);

/** backing_check() - assert that the bits are what the buffers say */
void backing_check(const struct area *area);
