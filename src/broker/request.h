#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Requests as bytes: which there are, and whether one is well-formed.
 *
 * Nothing here knows of sockets or of the driver; all of it can be fed with any bytes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wire.h"

/* What a channel is doing: a bit each, since a request may be allowed in several. */
enum channel_state {
	CHANNEL_IDLE = 1,
	CHANNEL_BUSY = 2,	/* its thread is inside an ioctl */
	CHANNEL_INSTALLING = 4, /* ... and has been sent descriptors */
	CHANNEL_POLLING = 8,	/* armed */
};

enum request_kind {
	REQUEST_ATTACH,
	REQUEST_WRITE_READ,
	REQUEST_IOCTL,
	REQUEST_MMAP,
	REQUEST_MUNMAP,
	REQUEST_POLL,
	REQUEST_POLL_END,
	REQUEST_INTERRUPT,
	REQUEST_FILES,
	REQUEST_FILES_DONE,
	REQUEST_READ_FAULT,
	REQUEST_FLUSH,
	REQUEST_CREDENTIALS,
	REQUEST_RING,
	REQUEST_RING_MAPPED,
	REQUEST_KINDS,
};

struct request {
	enum request_kind kind;
	const struct wire_head *head; /* as are the others, in the message */
	union {
		const struct wire_write_read *write_read;
		const struct wire_ioctl *ioctl;
		const struct wire_mmap *mmap;
		const struct wire_files_done *files_done;
	};
	const uint8_t *commands; /* WRITE_READ */
	const struct wire_segment *segments;
	const uint32_t *numbers;
	const uint8_t *argument;  /* IOCTL */
	const int32_t *installed; /* FILES_DONE */
	size_t files;		  /* WRITE_READ: descriptors that came */
	unsigned replies;	  /* BC_REPLY in a quiet WRITE_READ: 0 or 1 */
};

/**
 * request_decode() - judge a message that came over a channel
 * @bytes: the message, aligned for any type, @size bytes
 * @files: how many descriptors came with it, and before it with WIRE_FILES
 * @state: what the channel is doing
 *
 * Return: NULL, and @request points into the message; or what is wrong with it.
 */
const char *request_decode(struct request *request, const void *bytes, size_t size, size_t files,
	enum channel_state state);
