#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Android parcels, built and read.
 *
 * A parcel that is built owns growing memory; the first thing that cannot be appended sets its
 * @error, which stays. A reader looks at data that others made: the first item that is not
 * there sets its @error, which stays, and every later read gives 0 or NULL. Everything is
 * little-endian and padded to 4 bytes with zeros. Layouts are those of AOSP's libbinder.
 */

#include "tools/ctl_dialect.h"

#include <binderd/uapi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Levels of stability, as they follow each object. */
#define CTL_STABILITY_VENDOR 0x03
#define CTL_STABILITY_SYSTEM 0x0c
#define CTL_STABILITY_VINTF 0x3f

struct ctl_parcel {
	const struct ctl_dialect *dialect;
	uint8_t *data;
	size_t size;
	size_t capacity;
	binder_size_t *offsets; /* of the objects that the driver is told of */
	size_t count;
	size_t offsets_capacity;
	int *fds; /* descriptors that end with the parcel */
	size_t fd_count;
	int error; /* 0 or a negative errno: ENOMEM, EILSEQ (no UTF-8), EOVERFLOW */
};

/** ctl_parcel_init() - an empty parcel in a release's form, which must live as long */
void ctl_parcel_init(struct ctl_parcel *parcel, const struct ctl_dialect *dialect);

/** ctl_parcel_deinit() - free the memory and close the descriptors that it owns */
void ctl_parcel_deinit(struct ctl_parcel *parcel);

/** ctl_parcel_raw() - append @size bytes, padded */
void ctl_parcel_raw(struct ctl_parcel *parcel, const void *data, size_t size);

/** ctl_parcel_int32() and the like - append a number: 4, 8, 4 and 8 bytes */
void ctl_parcel_int32(struct ctl_parcel *parcel, int32_t value);
void ctl_parcel_int64(struct ctl_parcel *parcel, int64_t value);
void ctl_parcel_float(struct ctl_parcel *parcel, float value);
void ctl_parcel_double(struct ctl_parcel *parcel, double value);

/** ctl_parcel_string16() - append a String16; @text is UTF-8, or NULL for the null string */
void ctl_parcel_string16(struct ctl_parcel *parcel, const char *text);

/** ctl_parcel_token() - append what a request begins with: an interface's name */
void ctl_parcel_token(struct ctl_parcel *parcel, const char *interface);

/** ctl_parcel_null() - append the null object: 24 bytes, and a stability of 0 */
void ctl_parcel_null(struct ctl_parcel *parcel);

/**
 * ctl_parcel_object() - append an object of this process, of the system's stability
 * @object: its address, not NULL, which the driver gives back with each call to it
 */
void ctl_parcel_object(struct ctl_parcel *parcel, void *object);

/**
 * ctl_parcel_fd() - append a descriptor
 * @fd:    the descriptor, which must be open until the parcel was sent
 * @owned: it is closed by ctl_parcel_deinit(), or at once if it cannot be appended
 */
void ctl_parcel_fd(struct ctl_parcel *parcel, int fd, bool owned);

/** ctl_parcel_append() - append all of @from, which is left empty */
void ctl_parcel_append(struct ctl_parcel *parcel, struct ctl_parcel *from);

struct ctl_reader {
	const uint8_t *data;
	size_t size;
	size_t at;		      /* the next byte */
	const binder_size_t *offsets; /* of the objects that the driver has translated */
	size_t count;
	bool header; /* the form has a status in front, and a stability behind each object */
	bool failed; /* something was not there */
};

/**
 * ctl_reader_init() - start reading
 * @data:    the parcel, 4-aligned; must live as long
 * @size:    its bytes
 * @offsets: where the driver says that objects are; must live as long
 * @count:   how many
 * @dialect: the form
 */
void ctl_reader_init(struct ctl_reader *reader, const void *data, size_t size,
	const binder_size_t *offsets, size_t count, const struct ctl_dialect *dialect);

/** ctl_reader_left() - the bytes that are left */
size_t ctl_reader_left(const struct ctl_reader *reader);

/** ctl_reader_int32() - take 4 bytes */
int32_t ctl_reader_int32(struct ctl_reader *reader);

/**
 * ctl_reader_string16() - take a String16
 *
 * Return: UTF-8 for free(3); NULL for the null string, and when there is none, or no memory: then
 * @failed is set.
 */
char *ctl_reader_string16(struct ctl_reader *reader);

/**
 * ctl_reader_token() - take what a request begins with, in the form of any release
 *
 * Return: whether it is a token for @interface; if not, @failed is set.
 */
bool ctl_reader_token(struct ctl_reader *reader, const char *interface);

/* An object in a parcel. */
struct ctl_object_ref {
	uint32_t type; /* BINDER_TYPE_; 0: the null object */
	uint32_t flags;
	union {
		uint32_t handle;	 /* of BINDER_TYPE_HANDLE, its weak kind, BINDER_TYPE_FD */
		binder_uintptr_t binder; /* of BINDER_TYPE_BINDER and its weak kind */
	};
	int32_t stability; /* the word behind it, where the form has one, reduced to its level */
};

/**
 * ctl_reader_object() - take an object
 * @object: filled
 *
 * What the driver does not vouch for is the null object if it is of type BINDER and zero
 * otherwise, and else no object: @failed is set and @object is null.
 */
void ctl_reader_object(struct ctl_reader *reader, struct ctl_object_ref *object);

/**
 * ctl_object_at() - the object that lies at an offset, wherever reading has come to
 * @offset: one of @reader's offsets
 * @object: filled
 *
 * Return: false when the bytes of an object are not there.
 */
bool ctl_object_at(
	const struct ctl_reader *reader, binder_size_t offset, struct ctl_object_ref *object);
