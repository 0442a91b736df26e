#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Android parcels, read.
 *
 * A reader looks at data that others made and that need not be well formed: the first item that is
 * not there sets its @failed, which stays, and every later read gives 0 or NULL.
 */

#include "tools/ctl_dialect.h"

#include <binderd/uapi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
 * ctl_reader_object_at() - the object that lies at an offset, wherever reading has come to
 * @offset: one of @reader's offsets
 * @object: filled
 *
 * Return: false when the bytes of an object are not there.
 */
bool ctl_reader_object_at(
	const struct ctl_reader *reader, binder_size_t offset, struct ctl_object_ref *object);
