// SPDX-License-Identifier: Apache-2.0
/*
 * Android parcels, built.
 *
 * Everything goes through ctl_parcel_extend(), the one place that compares with what there is room
 * for. The null object is no object to the driver, which is not told of it.
 */

#include "tools/ctl_parcel.h"

#include "tools/ctl_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARCEL_ALIGN(n) (((n) + 3) & ~(size_t)3)

/* No driver takes more than its receiver's mapping, which is 4 MiB at most. */
#define PARCEL_MAX ((size_t)8 << 20)

/* What libbinder puts before an interface's name. */
#define PARCEL_STRICT_MODE 0x80000000U
#define PARCEL_STRICT_MODE_OLD 0x00400000U
#define PARCEL_MAGIC 0x53595354U

/* The flags of libbinder's objects: descriptors are accepted, nice 19 will do. */
#define PARCEL_OBJECT_FLAGS (FLAT_BINDER_FLAG_ACCEPTS_FDS | 0x13)

void ctl_parcel_init(struct ctl_parcel *parcel, const struct ctl_dialect *dialect)
{
	*parcel = (struct ctl_parcel){.dialect = dialect};
}

void ctl_parcel_deinit(struct ctl_parcel *parcel)
{
	for (size_t i = 0; i < parcel->fd_count; i++)
		close(parcel->fds[i]);
	free(parcel->fds);
	free(parcel->data);
	free(parcel->offsets);
	ctl_parcel_init(parcel, parcel->dialect);
}

/* Room for @size bytes more, padded with zeros; NULL and an error when there is none. */
static uint8_t *ctl_parcel_extend(struct ctl_parcel *parcel, size_t size)
{
	size_t padded = PARCEL_ALIGN(size), capacity = parcel->capacity ? parcel->capacity : 256;
	uint8_t *at;

	if (parcel->error)
		return NULL;
	if (size > PARCEL_MAX || padded > PARCEL_MAX - parcel->size) {
		parcel->error = -EOVERFLOW;
		return NULL;
	}
	while (capacity < parcel->size + padded)
		capacity *= 2;
	if (capacity != parcel->capacity) {
		at = realloc(parcel->data, capacity);
		if (!at) {
			parcel->error = -ENOMEM;
			return NULL;
		}
		parcel->data = at;
		parcel->capacity = capacity;
	}
	at = parcel->data + parcel->size;
	memset(at + size, 0, padded - size);
	parcel->size += padded;
	return at;
}

void ctl_parcel_raw(struct ctl_parcel *parcel, const void *data, size_t size)
{
	uint8_t *at = ctl_parcel_extend(parcel, size);

	if (at && size)
		memcpy(at, data, size);
}

void ctl_parcel_int32(struct ctl_parcel *parcel, int32_t value)
{
	ctl_parcel_raw(parcel, &value, sizeof(value));
}

void ctl_parcel_int64(struct ctl_parcel *parcel, int64_t value)
{
	ctl_parcel_raw(parcel, &value, sizeof(value));
}

void ctl_parcel_float(struct ctl_parcel *parcel, float value)
{
	ctl_parcel_raw(parcel, &value, sizeof(value));
}

void ctl_parcel_double(struct ctl_parcel *parcel, double value)
{
	ctl_parcel_raw(parcel, &value, sizeof(value));
}

void ctl_parcel_string16(struct ctl_parcel *parcel, const char *text)
{
	size_t length;
	uint8_t *at;

	if (!text) {
		ctl_parcel_int32(parcel, -1);
		return;
	}
	if (ctl_text_to_utf16(text, NULL, &length) < 0) {
		parcel->error = parcel->error ? parcel->error : -EILSEQ;
		return;
	}
	if (length > PARCEL_MAX) {
		parcel->error = parcel->error ? parcel->error : -EOVERFLOW;
		return;
	}
	ctl_parcel_int32(parcel, (int32_t)length);
	at = ctl_parcel_extend(parcel, (length + 1) * sizeof(uint16_t));
	if (!at)
		return;
	ctl_text_to_utf16(text, (uint16_t *)at, &length);
	memset(at + length * sizeof(uint16_t), 0, sizeof(uint16_t));
}

void ctl_parcel_token(struct ctl_parcel *parcel, const char *interface)
{
	enum ctl_dialect_token token = parcel->dialect->token;

	ctl_parcel_int32(parcel,
		(int32_t)(token == CTL_TOKEN_MAGIC ? PARCEL_STRICT_MODE : PARCEL_STRICT_MODE_OLD));
	if (token != CTL_TOKEN_STRICT)
		ctl_parcel_int32(parcel, -1);
	if (token == CTL_TOKEN_MAGIC)
		ctl_parcel_int32(parcel, (int32_t)PARCEL_MAGIC);
	ctl_parcel_string16(parcel, interface);
}

/* Tells the driver of an object at @offset. */
static void ctl_parcel_list(struct ctl_parcel *parcel, binder_size_t offset)
{
	size_t capacity = parcel->offsets_capacity ? 2 * parcel->offsets_capacity : 8;
	binder_size_t *offsets;

	if (parcel->error)
		return;
	if (parcel->count == parcel->offsets_capacity) {
		offsets = reallocarray(parcel->offsets, capacity, sizeof(*offsets));
		if (!offsets) {
			parcel->error = -ENOMEM;
			return;
		}
		parcel->offsets = offsets;
		parcel->offsets_capacity = capacity;
	}
	parcel->offsets[parcel->count++] = offset;
}

/* Appends an object; @listed says whether the driver is told of it. */
static void ctl_parcel_flat(
	struct ctl_parcel *parcel, const struct flat_binder_object *flat, bool listed)
{
	if (listed)
		ctl_parcel_list(parcel, parcel->size);
	ctl_parcel_raw(parcel, flat, sizeof(*flat));
}

/* Makes a descriptor the parcel's; closes it when there is no room to remember it. */
static bool ctl_parcel_own(struct ctl_parcel *parcel, int fd)
{
	int *fds = reallocarray(parcel->fds, parcel->fd_count + 1, sizeof(*fds));

	if (!fds) {
		parcel->error = parcel->error ? parcel->error : -ENOMEM;
		close(fd);
		return false;
	}
	parcel->fds = fds;
	fds[parcel->fd_count++] = fd;
	return true;
}

static void ctl_parcel_stability(struct ctl_parcel *parcel, uint32_t level)
{
	if (!parcel->dialect->header)
		return;
	if (parcel->dialect->packed_level)
		level = level << 24 | CTL_STABILITY_PACKED;
	ctl_parcel_int32(parcel, (int32_t)level);
}

void ctl_parcel_null(struct ctl_parcel *parcel)
{
	struct flat_binder_object flat = {.hdr.type = BINDER_TYPE_BINDER};

	ctl_parcel_flat(parcel, &flat, false);
	ctl_parcel_stability(parcel, 0);
}

void ctl_parcel_object(struct ctl_parcel *parcel, void *object)
{
	struct flat_binder_object flat = {
		.hdr.type = BINDER_TYPE_BINDER,
		.flags = PARCEL_OBJECT_FLAGS,
		.binder = (uintptr_t)object,
	};

	ctl_parcel_flat(parcel, &flat, true);
	ctl_parcel_stability(parcel, CTL_STABILITY_SYSTEM);
}

void ctl_parcel_fd(struct ctl_parcel *parcel, int fd, bool owned)
{
	struct flat_binder_object flat = {.hdr.type = BINDER_TYPE_FD, .cookie = owned};

	if (owned && !ctl_parcel_own(parcel, fd))
		return;
	/* Not by initializer: it is half of a union with an 8-byte field. */
	flat.handle = (uint32_t)fd;
	ctl_parcel_flat(parcel, &flat, true);
}

void ctl_parcel_append(struct ctl_parcel *parcel, struct ctl_parcel *from)
{
	if (!parcel->error)
		parcel->error = from->error;
	for (size_t i = 0; i < from->count; i++)
		ctl_parcel_list(parcel, parcel->size + from->offsets[i]);
	ctl_parcel_raw(parcel, from->data, from->size);
	while (from->fd_count)
		ctl_parcel_own(parcel, from->fds[--from->fd_count]);
	ctl_parcel_deinit(from);
}
