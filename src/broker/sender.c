// SPDX-License-Identifier: Apache-2.0

/*
 * Look-ups in a message's tables.
 *
 * Up to SENDER_LINEAR entries, and more segments, are searched one by one, which for the usual one
 * to three is also the fastest. Larger tables are sorted once for the message, in memory that is
 * the thread's for good. Segments may overlap: as they are all of one memory, what an
 * earlier one covers is cut off the later, and a search takes the same time whatever a
 * hostile sender overlaps.
 *
 * The arena can change under the copy: each byte is read once, and what it said is judged
 * by the driver on the copy.
 */

#include "broker/sender.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "broker/files.h"
#include "util/copy.h"

#define SENDER_LINEAR 8
#define SENDER_LINEAR_SEGMENTS 64

static _Thread_local struct wire_segment sender_ranges[WIRE_MAX_SEGMENTS];
static _Thread_local struct sender_number sender_order[WIRE_MAX_FILES];

/* Bytes that sender_copy() has copied in this thread, of all senders. */
static _Thread_local uint64_t sender_total;

static bool sender_segment_is_good(const struct wire_segment *segment, size_t arena)
{
	uint64_t end;

	return segment->offset <= arena && segment->size <= arena - segment->offset &&
	       !__builtin_add_overflow(segment->address, segment->size, &end);
}

static int sender_range_compare(const void *a, const void *b)
{
	uint64_t x = ((const struct wire_segment *)a)->address;
	uint64_t y = ((const struct wire_segment *)b)->address;

	return x < y ? -1 : x > y;
}

/* Sorts the segments, and leaves of each what none before it covers. */
static void sender_sort_ranges(struct sender *sender)
{
	uint64_t reach = 0, cut, end;
	size_t kept = 0;

	memcpy(sender_ranges, sender->segments,
		sender->segment_count * sizeof(struct wire_segment));
	qsort(sender_ranges, sender->segment_count, sizeof(sender_ranges[0]), sender_range_compare);
	for (size_t i = 0; i < sender->segment_count; i++) {
		struct wire_segment range = sender_ranges[i];

		end = range.address + range.size;
		if (end <= reach)
			continue;
		cut = reach > range.address ? reach - range.address : 0;
		range.address += cut;
		range.offset += cut;
		range.size -= cut;
		sender_ranges[kept++] = range;
		reach = end;
	}
	sender->ranges = sender_ranges;
	sender->range_count = kept;
}

static int sender_number_compare(const void *a, const void *b)
{
	const struct sender_number *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void sender_sort_numbers(struct sender *sender)
{
	for (size_t i = 0; i < sender->file_count; i++)
		sender_order[i] = (struct sender_number){sender->numbers[i], (uint32_t)i};
	qsort(sender_order, sender->file_count, sizeof(sender_order[0]), sender_number_compare);
	sender->order = sender_order;
}

const char *sender_init(struct sender *sender)
{
	sender->ranges = NULL;
	sender->order = NULL;
	sender->given = 0;
	sender->last = 0;
	for (size_t i = 0; i < sender->segment_count; i++) {
		if (!sender_segment_is_good(&sender->segments[i], sender->arena->size))
			return "a segment outside of the arena";
	}
	if (sender->segment_count > SENDER_LINEAR_SEGMENTS)
		sender_sort_ranges(sender);
	if (sender->file_count > SENDER_LINEAR)
		sender_sort_numbers(sender);
	return NULL;
}

static bool sender_holds(const struct wire_segment *segment, uint64_t address)
{
	return address >= segment->address && address - segment->address < segment->size;
}

static const struct wire_segment *sender_search(const struct sender *sender, uint64_t address)
{
	size_t low = 0, high = sender->range_count, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (sender->ranges[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low && sender_holds(&sender->ranges[low - 1], address))
		return &sender->ranges[low - 1];
	return NULL;
}

/* Segments stand in the order in which transactions name them, so the last one is a good guess. */
static const struct wire_segment *sender_find(struct sender *sender, uint64_t address)
{
	if (sender->ranges)
		return sender_search(sender, address);
	for (size_t i = 0; i < sender->segment_count; i++) {
		size_t at = sender->last + i;

		at = at < sender->segment_count ? at : at - sender->segment_count;
		if (!sender_holds(&sender->segments[at], address))
			continue;
		sender->last = at;
		return &sender->segments[at];
	}
	return NULL;
}

int sender_copy(struct sender *sender, void *to, uint64_t address, size_t size)
{
	const struct wire_segment *segment;
	uint8_t *at = to;
	uint64_t skip, part;

	while (size) {
		segment = sender_find(sender, address);
		if (!segment)
			return -EFAULT;
		skip = address - segment->address;
		part = segment->size - skip < size ? segment->size - skip : size;
		copy_bytes(at, sender->arena->bytes + segment->offset + skip, part);
		sender_total += part;
		at += part;
		address += part;
		size -= part;
	}
	return 0;
}

uint64_t sender_copied(void)
{
	return sender_total;
}

/* Where @number stands in the tables, or file_count. */
static size_t sender_index(const struct sender *sender, uint32_t number)
{
	size_t low = 0, high = sender->file_count, middle;

	if (!sender->order) {
		while (low < high && sender->numbers[low] != number)
			low++;
		return low;
	}
	while (low < high) {
		middle = (low + high) / 2;
		if (sender->order[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == sender->file_count || sender->order[low].number != number)
		return sender->file_count;
	return sender->order[low].index;
}

int sender_file(struct sender *sender, uint32_t number)
{
	size_t index = sender_index(sender, number);

	if (index == sender->file_count)
		return -EBADF;
	if (sender->files[index] < 0 || sender->given == WIRE_MAX_FILES)
		return -ENOMEM;
	/* To the driver a descriptor that only names a path is none. */
	if (fcntl(sender->files[index], F_GETFL) & O_PATH)
		return -EBADF;
	sender->given++;
	files_ref(sender->table, sender->files[index]);
	return sender->files[index];
}
