#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Measuring one cell of one contestant: the same for all of them, so that the figures
 * differ by the transport alone.
 */

#include "bench/cell.h"

/* A client's side. Contestants put it at the head of something larger. */
struct client {
	uint8_t *out; /* where the payload is built: the contestant's choice */
};

struct contestant {
	const char *name;
	/* In the parent: start broker and server by process_spawn(). */
	void (*start)(const struct cell *cell);
	/* In the parent, before the processes are ended; may be NULL. */
	void (*stop)(void);
	/* In the parent, before and after what is measured; may be NULL. */
	void (*counts)(
		const struct cell *cell, struct figures *figures, uint64_t calls, bool after);
	/* In a client's process; @index counts from 0. */
	struct client *(*connect)(const struct cell *cell, int index);
	/*
	 * One call of cell->size bytes at client->out. Returns the reply's bytes if they are
	 * an echo to be checked, or NULL.
	 */
	const uint8_t *(*call)(struct client *client, const struct cell *cell);
	/* @count messages without a reply. */
	void (*post)(struct client *client, size_t size, unsigned count);
	/* Waits until all were consumed; returns how many messages the server got so far. */
	uint64_t (*sync)(struct client *client);
};

/** run_cell() - measure; returns with all processes of the contestant ended */
void run_cell(
	const struct contestant *contestant, const struct cell *cell, struct figures *figures);
/** run_announce() - in a server's process: clients can come */
void run_announce(void);
/** run_await() - in the parent: wait for @count announcements */
void run_await(unsigned count);
/** run_again() - in the parent: forget earlier announcements; run_cell() does it */
void run_again(void);
