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

/* The first memory of a parcel: so many bytes of data, and behind them so many offsets. */
#define PARCEL_CHUNK_SIZE 512
#define PARCEL_CHUNK_OFFSETS 8

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
	uint8_t *chunk; /* first memory, kept for reuse; or NULL */
	binder_status_t error; /* from lack of memory: it must not be sent */
	bool received;
	bool sensitive;

	/* Of a received one: what came, whether or not it is fit to be used. */
	const uint8_t *buffer;
	const binder_size_t *raw_offsets;
	size_t raw_count;
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

/** parcel_empty() - let go of all content; the parcel's binder and memory for reuse stay */
void parcel_empty(AParcel *parcel);

/* Memory for @length bytes at the position, until the next write; then parcel_commit(). */
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
