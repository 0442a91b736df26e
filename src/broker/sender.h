#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a sender has in its memory and as descriptors, as far as a message brought it.
 *
 * This is the source of the driver's copy_from_sender and file_get.
 */

#include <stddef.h>
#include <stdint.h>

#include "broker/memory.h"
#include "wire/wire.h"

struct files;

struct sender_number {
	uint32_t number; /* the sender's */
	uint32_t index;
};

struct sender {
	struct files *table;
	const struct memory_arena *arena;
	const struct wire_segment *segments;
	size_t segment_count;
	size_t last;		 /* segment that was found */
	const uint32_t *numbers; /* the sender's own */
	const int *files;	 /* what they are here; -EDQUOT and the like for none */
	size_t file_count;
	struct wire_segment *ranges; /* sorted and without overlap, when there are many */
	size_t range_count;
	struct sender_number *order; /* sorted, likewise */
	size_t given;		     /* by sender_file() */
};

/**
 * sender_init() - prepare look-ups; all pointers stay the caller's and must last
 *
 * Return: NULL, or what is wrong with the segments.
 */
const char *sender_init(struct sender *sender);

/** sender_copy() - copy @size bytes at @address of the sender. Return: 0 or -EFAULT */
int sender_copy(struct sender *sender, void *to, uint64_t address, size_t size);
/** sender_copied() - how many bytes this thread has copied of senders so far */
uint64_t sender_copied(void);
/**
 * sender_file() - take a reference to its descriptor @number
 *
 * Return: a file; -EBADF; -ENOMEM over a limit, also when more were asked for than any
 * receiver can be sent at once (WIRE_MAX_FILES), the same ones counted again.
 */
int sender_file(struct sender *sender, uint32_t number);
