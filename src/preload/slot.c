// SPDX-License-Identifier: Apache-2.0

/*
 * A table over descriptor numbers in two levels. Its second level is mapped where it is
 * first needed and stays, so that looking takes no lock and does not race with anything.
 */

#include "preload/slot.h"

#include <stddef.h>
#include <sys/mman.h>

#include "preload/real.h"

#define SLOT_CHUNK 1024

struct slot_chunk {
	struct slot slots[SLOT_CHUNK];
};

static _Atomic(struct slot_chunk *) slot_chunks[SLOT_LIMIT / SLOT_CHUNK];

struct slot *slot_find(int fd)
{
	struct slot_chunk *chunk;

	if (fd < 0 || fd >= SLOT_LIMIT)
		return NULL;
	chunk = atomic_load_explicit(&slot_chunks[fd / SLOT_CHUNK], memory_order_acquire);
	return chunk ? &chunk->slots[fd % SLOT_CHUNK] : NULL;
}

struct slot *slot_make(int fd)
{
	struct slot *slot = slot_find(fd);
	struct slot_chunk *none = NULL;
	struct slot_chunk *chunk;

	if (slot || fd < 0 || fd >= SLOT_LIMIT)
		return slot;
	chunk = REAL(mmap)(
		NULL, sizeof(*chunk), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (chunk == MAP_FAILED)
		return NULL;
	if (!atomic_compare_exchange_strong(&slot_chunks[fd / SLOT_CHUNK], &none, chunk))
		REAL(munmap)(chunk, sizeof(*chunk));
	return slot_find(fd);
}

enum slot_kind slot_kind(int fd)
{
	struct slot *slot = slot_find(fd);

	return slot ? (enum slot_kind)atomic_load_explicit(&slot->kind, memory_order_relaxed)
		    : SLOT_NONE;
}

int slot_next(unsigned int from, unsigned int last, enum slot_kind kind)
{
	while (from <= last && from < SLOT_LIMIT) {
		struct slot *slot = slot_find((int)from);

		if (!slot)
			from = (from / SLOT_CHUNK + 1) * SLOT_CHUNK;
		else if (atomic_load_explicit(&slot->kind, memory_order_relaxed) == kind)
			return (int)from;
		else
			from++;
	}
	return -1;
}
