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
#include <sys/queue.h>

/* status_t: what a reply that is no parcel carries. */
#define STATUS_OK 0
#define STATUS_PERMISSION_DENIED (-1)
#define STATUS_WOULD_BLOCK (-11)
#define STATUS_NO_MEMORY (-12)
#define STATUS_BAD_VALUE (-22)
#define STATUS_NOT_ENOUGH_DATA (-61)
#define STATUS_UNKNOWN_TRANSACTION (-74)
#define STATUS_BAD_TYPE (INT32_MIN + 1)

/* Exception codes: what the status header of a reply carries. */
#define EX_NONE 0
#define EX_SECURITY (-1)
#define EX_ILLEGAL_ARGUMENT (-3)
#define EX_NULL_POINTER (-4)
#define EX_ILLEGAL_STATE (-5)
#define EX_UNSUPPORTED_OPERATION (-7)

/* Levels of stability, as they follow each object. */
#define STABILITY_SYSTEM 0x0c

/* The parent of a buffer that has none. */
#define PARCEL_NO_PARENT UINT32_MAX

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

/**
 * parcel_read_cstring() - bytes up to a NUL, as HIDL's interface tokens are
 *
 * Return: the string, in the parcel, or NULL after an error.
 */
const char *parcel_read_cstring(struct parcel_reader *reader);

/**
 * parcel_read_fd() - a descriptor, 24 bytes
 *
 * Return: the descriptor, which the request keeps, or -1 for anything that is none.
 */
int parcel_read_fd(struct parcel_reader *reader);

/**
 * parcel_read_hidl_string() - a hidl_string: a buffer of 16 bytes and one of characters
 *
 * The characters are taken from the second buffer, which is believed to be the string
 * only where it is the first one's child: the pointer in the first is the sender's.
 *
 * Return: the string, in the receive area, or NULL after an error (BAD_VALUE for what is
 * not such a pair, or has no NUL at its end).
 */
const char *parcel_read_hidl_string(struct parcel_reader *reader);

/**
 * parcel_read_hidl_strings() - a hidl_vec of hidl_string
 * @strings: filled, as by parcel_read_hidl_string()
 * @max:     how many there is room for: more is BAD_VALUE
 *
 * Return: how many there are; 0 after an error.
 */
size_t parcel_read_hidl_strings(struct parcel_reader *reader, const char **strings, size_t max);

/* Whether a string is @ascii. */
bool parcel_string_equals(struct parcel_string string, const char *ascii);

struct parcel_writer {
	char *data;
	size_t size;
	size_t capacity;
	binder_size_t *offsets;
	size_t count;
	size_t offsets_capacity;
	size_t buffers; /* bytes of the buffers beside the parcel, each a multiple of 8 */
	SLIST_HEAD(, parcel_chunk) chunks; /* the memory of these */
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

/* Replace the 4 bytes at @offset, which were appended; nothing after an error. */
void parcel_set_int32(struct parcel_writer *writer, size_t offset, int32_t value);

/* Append @ascii as a String16; NULL is the null string. */
void parcel_write_string16(struct parcel_writer *writer, const char *ascii);

/* What libbinder's tokens have before the interface's name since Android 11, on a system. */
#define PARCEL_MAGIC_SYST 0x53595354

/**
 * parcel_write_token() - append the interface token of Android 11 and newer
 * @magic: that of the receiver's own libbinder, which takes no other
 */
void parcel_write_token(struct parcel_writer *writer, uint32_t magic, const char *interface);

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

/**
 * parcel_begin_parcelable() - append a parcelable that is there, whose size is not known yet
 *
 * Return: what parcel_end_parcelable() is to be given once its fields are appended.
 */
size_t parcel_begin_parcelable(struct parcel_writer *writer);
void parcel_end_parcelable(struct parcel_writer *writer, size_t begun);

/* Append @ascii, its NUL and padding. */
void parcel_write_cstring(struct parcel_writer *writer, const char *ascii);

/**
 * parcel_write_buffer() - append a buffer, 40 bytes; its memory travels beside the parcel
 * @size:   bytes, zeroed
 * @parent: the index of the object that points to it, or PARCEL_NO_PARENT
 * @offset: where in the parent that pointer is
 *
 * Return: the memory, the writer's until it is reset, to be filled; NULL after an error.
 */
void *parcel_write_buffer(
	struct parcel_writer *writer, size_t size, uint32_t parent, size_t offset);

/* Append a hidl_string. */
void parcel_write_hidl_string(struct parcel_writer *writer, const char *ascii);

/**
 * parcel_write_hidl_strings() - append a hidl_vec of hidl_string
 * @strings: the strings
 * @count:   how many
 */
void parcel_write_hidl_strings(
	struct parcel_writer *writer, const char *const *strings, uint32_t count);
