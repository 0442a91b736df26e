// SPDX-License-Identifier: Apache-2.0
/*
 * The memory that parcels are written to, and which of it are objects.
 *
 * See parcel.c for the idea. Offsets of a chunk lie behind its data, so that the driver finds both
 * in memory that it copies from only once.
 */

#include "lib/ndk/parcel_data.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/ndk/object.h"
#include "lib/ndk/process.h"
#include "util/copy.h"

static binder_size_t *parcel_chunk_offsets(const AParcel *parcel)
{
	return parcel->chunk ? (binder_size_t *)(parcel->chunk + PARCEL_CHUNK_SIZE) : NULL;
}

static uint8_t *parcel_make_chunk(AParcel *parcel)
{
	if (!parcel->chunk)
		parcel->chunk = process_alloc(
			PARCEL_CHUNK_SIZE + PARCEL_CHUNK_OFFSETS * sizeof(binder_size_t));
	return parcel->chunk;
}

static void parcel_free_data(AParcel *parcel)
{
	if (parcel->sensitive && parcel->data)
		explicit_bzero(parcel->data, parcel->capacity); /* and what failed to be added */
	if (parcel->data != parcel->chunk)
		process_free(parcel->data);
}

static void parcel_free_offsets(AParcel *parcel)
{
	if (parcel->offsets != parcel_chunk_offsets(parcel))
		process_free(parcel->offsets);
}

void parcel_free_memory(AParcel *parcel)
{
	parcel_free_data(parcel);
	parcel_free_offsets(parcel);
}

static binder_status_t parcel_no_memory(AParcel *parcel)
{
	parcel->error = STATUS_NO_MEMORY;
	return STATUS_NO_MEMORY;
}

/* Memory for @size bytes and some more, in *@capacity how many. */
static uint8_t *parcel_alloc(AParcel *parcel, size_t size, size_t *capacity)
{
	uint8_t *memory;

	*capacity = PARCEL_CHUNK_SIZE;
	if (size <= PARCEL_CHUNK_SIZE)
		return parcel_make_chunk(parcel);
	/* What fits is written without a look at the limit, so there is no more than that. */
	*capacity = size + size / 2 < INT32_MAX ? size + size / 2 : INT32_MAX;
	memory = process_alloc(*capacity);
	if (memory)
		return memory;
	*capacity = size;
	return process_alloc(size);
}

static binder_status_t parcel_grow(AParcel *parcel, size_t size)
{
	size_t capacity;
	uint8_t *memory = parcel_alloc(parcel, size, &capacity);

	if (!memory)
		return parcel_no_memory(parcel);
	if (parcel->data) {
		copy_bytes(memory, parcel->data, parcel->size);
		parcel_free_data(parcel);
	}
	parcel->data = memory;
	parcel->capacity = capacity;
	return STATUS_OK;
}

/* Offsets go where there is room for @count of them. */
static binder_status_t parcel_move_offsets(AParcel *parcel, size_t count)
{
	size_t capacity = PARCEL_CHUNK_OFFSETS;
	binder_size_t *offsets = NULL;

	if (count <= capacity && parcel_make_chunk(parcel)) {
		offsets = parcel_chunk_offsets(parcel);
	} else if (count <= SIZE_MAX / 2 / sizeof(*offsets)) {
		capacity = count + count / 2;
		offsets = process_alloc(capacity * sizeof(*offsets));
	}
	if (!offsets)
		return parcel_no_memory(parcel);
	if (parcel->offset_count)
		memcpy(offsets, parcel->offsets, parcel->offset_count * sizeof(*offsets));
	parcel->offsets = offsets;
	parcel->offset_capacity = capacity;
	return STATUS_OK;
}

binder_status_t parcel_make_offsets(AParcel *parcel, size_t count)
{
	binder_size_t *old = parcel->offsets;
	binder_status_t status;

	if (count <= parcel->offset_capacity - parcel->offset_count)
		return STATUS_OK;
	if (count > SIZE_MAX - parcel->offset_count)
		return parcel_no_memory(parcel);
	status = parcel_move_offsets(parcel, parcel->offset_count + count);
	if (status == STATUS_OK && old != parcel_chunk_offsets(parcel))
		process_free(old);
	return status;
}

/* Holds what the copy of a received parcel names; the descriptors in it are its own from now. */
static void parcel_keep_received(AParcel *parcel)
{
	struct flat_binder_object flat;

	for (size_t i = 0; i < parcel->offset_count; i++) {
		memcpy(&flat, parcel->data + parcel->offsets[i], sizeof(flat));
		if (flat.hdr.type == BINDER_TYPE_FD) {
			flat.cookie = 1;
			memcpy(parcel->data + parcel->offsets[i], &flat, sizeof(flat));
		} else {
			object_hold(&flat);
		}
	}
}

/* A received parcel becomes one that is written to, with memory for @size bytes. */
static binder_status_t parcel_copy_out(AParcel *parcel, size_t size)
{
	struct parcel_buffer buffer = parcel->buffer;
	size_t capacity;
	uint8_t *memory;

	if (size < parcel->size)
		size = parcel->size;
	memory = parcel_alloc(parcel, size, &capacity);
	if (!memory)
		return parcel_no_memory(parcel);
	if (parcel->offset_count &&
		parcel_move_offsets(parcel, parcel->offset_count) != STATUS_OK) {
		if (memory != parcel->chunk)
			process_free(memory);
		return STATUS_NO_MEMORY;
	}
	copy_bytes(memory, parcel->data, parcel->size);
	parcel->data = memory;
	parcel->capacity = capacity;
	parcel->received = false;
	parcel_keep_received(parcel);
	if (parcel->offset_count)
		process_free_buffer(buffer.data);
	else
		parcel_buffer_end(&buffer);
	return STATUS_OK;
}

binder_status_t parcel_make_room(AParcel *parcel, size_t length)
{
	size_t end = parcel->position + length;

	if (parcel->position > parcel->size || length > INT32_MAX || end > INT32_MAX)
		return STATUS_BAD_VALUE;
	if (parcel->offset_count && parcel_overlaps(parcel, parcel->position, end))
		return STATUS_PERMISSION_DENIED;
	if (parcel->received)
		return parcel_copy_out(parcel, end);
	if (end > parcel->capacity)
		return parcel_grow(parcel, end);
	return STATUS_OK;
}

size_t parcel_find(const AParcel *parcel, size_t position)
{
	const size_t object = sizeof(struct flat_binder_object);
	size_t low = parcel->next, high = parcel->offset_count;

	if (low > high || (low > 0 && parcel->offsets[low - 1] + object > position)) {
		high = low > high ? high : low;
		low = 0;
	} else if (low == high || parcel->offsets[low] + object > position) {
		return low;
	} else if (++low < high && parcel->offsets[low] + object > position) {
		high = low; /* the next one, as it is when all are read in order */
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (parcel->offsets[middle] + object > position)
			high = middle;
		else
			low = middle + 1;
	}
	((AParcel *)parcel)->next = low;
	return low;
}

bool parcel_overlaps(const AParcel *parcel, size_t start, size_t end)
{
	size_t index = parcel_find(parcel, start);

	return start < end && index < parcel->offset_count && parcel->offsets[index] < end;
}

void parcel_keep_object(AParcel *parcel, size_t position, const struct flat_binder_object *flat)
{
	size_t index = parcel_find(parcel, position);

	memmove(parcel->offsets + index + 1, parcel->offsets + index,
		(parcel->offset_count - index) * sizeof(*parcel->offsets));
	parcel->offsets[index] = position;
	parcel->offset_count++;
	if (flat->hdr.type != BINDER_TYPE_FD)
		object_hold(flat);
}

static void parcel_release_object(const AParcel *parcel, size_t index)
{
	struct flat_binder_object flat;

	memcpy(&flat, parcel->data + parcel->offsets[index], sizeof(flat));
	if (flat.hdr.type != BINDER_TYPE_FD)
		object_release(&flat);
	else if (flat.cookie)
		close((int)flat.handle);
}

void parcel_drop_object(AParcel *parcel, size_t index)
{
	parcel_release_object(parcel, index);
	parcel->offset_count--;
	memmove(parcel->offsets + index, parcel->offsets + index + 1,
		(parcel->offset_count - index) * sizeof(*parcel->offsets));
}

void parcel_release_objects(AParcel *parcel)
{
	while (parcel->offset_count > 0)
		parcel_drop_object(parcel, parcel->offset_count - 1);
}
