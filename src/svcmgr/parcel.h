#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Android parcels: reading requests and writing replies.
 *
 * A reader looks at data that it does not own and that need not be well formed: the
 * first item that is not there sets its @error, which stays, and every later read
 * gives 0 or null. A writer owns memory that grows; the first growth that fails sets
 * its @error likewise. Layouts are those of AOSP's libbinder.
 */

#include <binderd/uapi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* status_t: what a reply that is no parcel carries. */
#define STATUS_OK 0
#define STATUS_PERMISSION_DENIED (-1)
#define STATUS_NO_MEMORY (-12)
#define STATUS_BAD_VALUE (-22)
#define STATUS_NOT_ENOUGH_DATA (-61)
#define STATUS_UNKNOWN_TRANSACTION (-74)
#define STATUS_BAD_TYPE (INT32_MIN + 1)

/* Exception codes: what the status header of a reply carries. */
#define EX_ILLEGAL_ARGUMENT (-3)
#define EX_NULL_POINTER (-4)
#define EX_ILLEGAL_STATE (-5)

/* Levels of stability, as they follow each object. */
#define STABILITY_SYSTEM 0x0c

struct parcel_reader {
	const char *data;
	size_t size;
	size_t at;		      /* the next byte, 4-aligned */
	const binder_size_t *offsets; /* of the objects that the driver translated */
	size_t count;
	size_t next; /* the next of @offsets to be met */
	int32_t error;
};

/* A String16 in the parcel; @units NULL is the null string. */
struct parcel_string {
	const uint16_t *units;
	size_t length;
};

enum parcel_object_type {
	PARCEL_OBJECT_NULL,
	PARCEL_OBJECT_HANDLE, /* a strong reference, made by the driver */
	PARCEL_OBJECT_WEAK,
	PARCEL_OBJECT_OTHER, /* the manager's own, a descriptor, or bytes that no driver saw */
};

struct parcel_object {
	enum parcel_object_type type;
	uint32_t handle; /* of PARCEL_OBJECT_HANDLE: never 0 */
};

/**
 * parcel_reader_init() - start reading
 * @reader:  the reader
 * @data:    the parcel, 4-aligned
 * @size:    its bytes
 * @offsets: where its objects are, ascending
 * @count:   how many these are
 */
void parcel_reader_init(struct parcel_reader *reader, const void *data, size_t size,
	const binder_size_t *offsets, size_t count);

/* The bytes that are left. */
size_t parcel_reader_left(const struct parcel_reader *reader);

/* An int, or a bool: 4 bytes. */
int32_t parcel_read_int32(struct parcel_reader *reader);

/* A String16. */
struct parcel_string parcel_read_string16(struct parcel_reader *reader);

/* An object: 24 bytes, without the stability that follows it in newer parcels. */
struct parcel_object parcel_read_object(struct parcel_reader *reader);

/* Whether a string is @ascii. */
bool parcel_string_equals(struct parcel_string string, const char *ascii);

struct parcel_writer {
	char *data;
	size_t size;
	size_t capacity;
	binder_size_t *offsets;
	size_t count;
	size_t offsets_capacity;
	int32_t error;
};

/* Start with nothing. */
void parcel_writer_init(struct parcel_writer *writer);

/* Free the memory; the writer is as after parcel_writer_init(). */
void parcel_writer_deinit(struct parcel_writer *writer);

/* Empty the parcel and its error, and keep the memory. */
void parcel_writer_reset(struct parcel_writer *writer);

/* Append 4 bytes. */
void parcel_write_int32(struct parcel_writer *writer, int32_t value);

/* Append @ascii as a String16. */
void parcel_write_string16(struct parcel_writer *writer, const char *ascii);

/* Append a reference, 24 bytes; the driver translates it for the receiver. */
void parcel_write_handle(struct parcel_writer *writer, uint32_t handle, uint32_t flags);

/* Append the context manager itself, 24 bytes; the receiver sees handle 0. */
void parcel_write_self(struct parcel_writer *writer);

/* Append a null object, 24 bytes that the driver is not told of. */
void parcel_write_null_object(struct parcel_writer *writer);

/**
 * parcel_write_exception() - append the status header of a failed call
 * @code:    EX_
 * @message: for the caller, ASCII
 */
void parcel_write_exception(struct parcel_writer *writer, int32_t code, const char *message);
