#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Android parcels, built.
 *
 * A parcel owns growing memory; the first thing that cannot be appended sets its @error, which
 * stays. Everything is little-endian and padded to 4 bytes with zeros. Layouts are those of
 * AOSP's libbinder.
 */

#include "tools/ctl_dialect.h"

#include <binderd/uapi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
