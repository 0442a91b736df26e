#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The process: memory that parcels are built in, and buffers that are given back.
 */

#include <stddef.h>

/**
 * process_alloc() - memory that the driver copies from only once
 * @size: bytes
 *
 * Of binderd_arena_alloc() where there is an arena and it has room, of malloc(3) else.
 *
 * Return: the memory, not zeroed, for process_free(); or NULL.
 */
void *process_alloc(size_t size);

/** process_free() - give memory of process_alloc() back; NULL does nothing */
void process_free(void *memory);

/**
 * process_free_buffer() - give a received buffer back to the driver
 * @data: what data.ptr.buffer was
 *
 * BC_FREE_BUFFER is queued on the calling thread and sent with its next request, or flushed
 * where libbinder would.
 */
void process_free_buffer(const void *data);
