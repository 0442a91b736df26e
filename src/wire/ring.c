/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Writing and reading the queues of a ring, for both sides.
 *
 * A record may go around the end of a queue. Nothing read here is believed before it was
 * copied: the other side may go on writing it.
 */

#include "wire/ring.h"

#include <errno.h>
#include <string.h>

#include "util/clock.h"

#define RING_MASK (WIRE_RING_QUEUE - 1)

_Static_assert((WIRE_RING_QUEUE & RING_MASK) == 0, "positions wrap around with a queue");

bool wire_ring_fits(uint32_t head, uint32_t tail, size_t size)
{
	uint32_t used = tail - head;

	return size <= WIRE_RING_QUEUE && used <= WIRE_RING_QUEUE &&
	       wire_ring_size((uint32_t)size) <= WIRE_RING_QUEUE - used;
}

static void ring_write(uint8_t *queue, uint32_t at, const void *from, size_t size)
{
	size_t start = at & RING_MASK;
	size_t first = WIRE_RING_QUEUE - start < size ? WIRE_RING_QUEUE - start : size;

	memcpy(queue + start, from, first);
	if (first < size)
		memcpy(queue, (const uint8_t *)from + first, size - first);
}

uint32_t wire_ring_put(uint8_t *queue, uint32_t tail, const struct wire_record *record,
	const struct iovec *parts, int count)
{
	uint32_t at = tail;

	ring_write(queue, at, record, sizeof(*record));
	at += (uint32_t)sizeof(*record);
	for (int i = 0; i < count; i++) {
		if (parts[i].iov_len)
			ring_write(queue, at, parts[i].iov_base, parts[i].iov_len);
		at += (uint32_t)parts[i].iov_len;
	}
	return tail + wire_ring_size(record->size);
}

void wire_ring_get(const uint8_t *queue, uint32_t at, void *to, size_t size)
{
	size_t start = at & RING_MASK;
	size_t first = WIRE_RING_QUEUE - start < size ? WIRE_RING_QUEUE - start : size;

	memcpy(to, queue + start, first);
	if (first < size)
		memcpy((uint8_t *)to + first, queue, size - first);
}

int wire_ring_next(const uint8_t *queue, uint32_t head, uint32_t tail, struct wire_record *record)
{
	uint32_t used = tail - head;

	if (!used)
		return 0;
	if (used > WIRE_RING_QUEUE || used % WIRE_RING_ALIGN || used < sizeof(*record))
		return -EBADMSG;
	wire_ring_get(queue, head, record, sizeof(*record));
	if (record->size > WIRE_RING_QUEUE || wire_ring_size(record->size) > used)
		return -EBADMSG;
	return 1;
}

uint64_t wire_ring_time(void)
{
	return clock_now();
}
