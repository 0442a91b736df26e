#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How parcels are built: for the files parcel*.c alone.
 *
 * Every write goes through parcel_reserve() and parcel_commit(), every read through
 * parcel_take(): these compare with the limits, and with the places of the objects.
 */

#include "lib/ndk/parcel.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "lib/ndk/utf.h"

/* libbinder's word in an interface token, 'SYST'. */
#define PARCEL_TOKEN_MAGIC 0x53595354u

/* Units of the longest text that could be written. */
#define PARCEL_UNITS_MAX (INT32_MAX / 2 - 8)

/* The first memory of a parcel: so many bytes of data, and behind them so many offsets. */
#define PARCEL_CHUNK_SIZE 512
#define PARCEL_CHUNK_OFFSETS 8

/* What the driver brought, whether or not it is fit to be used. */
struct parcel_buffer {
	const uint8_t *data;
	size_t size;
	const binder_size_t *offsets;
	size_t offset_count;
};

struct AParcel {
	uint8_t *data; /* in the driver's buffer: read-only */
	size_t size;
	size_t capacity; /* bytes that can be written to; 0 in the driver's buffer */
	size_t position; /* moves in const parcels, too */

	binder_size_t *offsets; /* ascending; in the driver's buffer: read-only */
	size_t offset_count;
	size_t offset_capacity;
	size_t next; /* where to begin looking for an object: a guess */

	AIBinder *binder;
	uint8_t *chunk;	       /* first memory, kept for reuse; or NULL */
	binder_status_t error; /* from lack of memory: it must not be sent */
	bool received;
	bool sensitive;

	struct parcel_buffer buffer; /* of a received one */
};

/* @size rounded up to 4. */
static inline size_t parcel_pad(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

/**
 * parcel_make_room() - parcel_reserve() where it is not plain
 *
 * Return: STATUS_OK; STATUS_BAD_VALUE behind the end or above INT32_MAX; STATUS_PERMISSION_DENIED
 * over an object; STATUS_NO_MEMORY.
 */
binder_status_t parcel_make_room(AParcel *parcel, size_t length);

/**
 * parcel_find() - the first object that ends behind a place
 *
 * Return: its index, or parcel->offset_count.
 */
size_t parcel_find(const AParcel *parcel, size_t position);

/** parcel_overlaps() - whether an object lies, in part, in [@start, @end) */
bool parcel_overlaps(const AParcel *parcel, size_t start, size_t end);

/**
 * parcel_make_offsets() - room for @count more offsets
 *
 * For a parcel that has room for data already, and so is not the driver's.
 *
 * Return: STATUS_OK or STATUS_NO_MEMORY.
 */
binder_status_t parcel_make_offsets(AParcel *parcel, size_t count);

/** parcel_keep_object() - an offset, and a reference for it: there is room for the offset */
void parcel_keep_object(AParcel *parcel, size_t position, const struct flat_binder_object *flat);

/** parcel_drop_object() - the end of an object that is held: its bytes are plain data again */
void parcel_drop_object(AParcel *parcel, size_t index);

/** parcel_release_objects() - let go of all objects and descriptors of a written parcel */
void parcel_release_objects(AParcel *parcel);

/** parcel_free_memory() - the memory of a written parcel's data and offsets, but for the chunk */
void parcel_free_memory(AParcel *parcel);

/** parcel_buffer_is_sound() - whether all objects of a buffer are as they have to be */
bool parcel_buffer_is_sound(const struct parcel_buffer *buffer);

/** parcel_buffer_end() - close a buffer's descriptors, and give it back */
void parcel_buffer_end(const struct parcel_buffer *buffer);

/** parcel_empty() - let go of all content; the parcel's binder and memory for reuse stay */
void parcel_empty(AParcel *parcel);

/** parcel_write_count() - an array's count, or -1; Return: STATUS_BAD_VALUE if it is less */
binder_status_t parcel_write_count(AParcel *parcel, int32_t length);

/**
 * parcel_read_count() - an array's count
 * @least:  bytes that each element takes at least
 * @length: receives the count, or -1
 *
 * Return: as a read; STATUS_BAD_VALUE below -1; STATUS_NO_MEMORY if there are not so many bytes,
 * STATUS_NOT_ENOUGH_DATA if there are not @least times as many.
 */
binder_status_t parcel_read_count(const AParcel *parcel, size_t least, int32_t *length);

/** parcel_refused() - the error when an allocator refuses @length elements, or null */
binder_status_t parcel_refused(int32_t length);

/**
 * parcel_write_units() - a String16 whose text the caller fills in
 * @count: its units, at most PARCEL_UNITS_MAX
 * @units: receives where they go; the NUL is there
 *
 * Return: as a write.
 */
binder_status_t parcel_write_units(AParcel *parcel, size_t count, utf_unit **units);

/**
 * parcel_read_units() - a String16 in place
 * @units: receives the text, as long as the parcel's data; NULL for null, and on error
 * @count: receives its units
 *
 * Return: as a read; STATUS_BAD_VALUE if the length is malformed or no NUL ends it.
 */
binder_status_t parcel_read_units(const AParcel *parcel, const utf_unit **units, size_t *count);

/*
 * Memory for @length bytes, at most INT32_MAX, at the position, until the next write; then
 * parcel_commit().
 */
static inline binder_status_t parcel_reserve(AParcel *parcel, size_t length, void **at)
{
	binder_status_t status;

	if (parcel->position != parcel->size || parcel->size + length > parcel->capacity) {
		status = parcel_make_room(parcel, length);
		if (status != STATUS_OK)
			return status;
	}
	*at = parcel->data + parcel->position;
	return STATUS_OK;
}

/* @length bytes at the position are written now. */
static inline void parcel_commit(AParcel *parcel, size_t length)
{
	parcel->position += length;
	if (parcel->position > parcel->size)
		parcel->size = parcel->position;
}

/*
 * The next @length bytes, a multiple of 4, of plain data. The position moves on over an object,
 * too, but not at the end of the data.
 */
static inline binder_status_t parcel_take(const AParcel *parcel, size_t length, const void **at)
{
	AParcel *moved = (AParcel *)parcel;
	size_t position = parcel->position;

	if (position > parcel->size || length > parcel->size - position)
		return STATUS_NOT_ENOUGH_DATA;
	moved->position += length;
	if (parcel->offset_count && parcel_overlaps(parcel, position, position + length))
		return STATUS_PERMISSION_DENIED;
	*at = parcel->data + position;
	return STATUS_OK;
}
