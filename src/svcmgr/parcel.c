// SPDX-License-Identifier: Apache-2.0
/*
 * Android parcels.
 *
 * All reads go through parcel_take(), the one place that compares with the size.
 * What a sender wrote into the data is believed to be an object only at an offset
 * that the driver listed: then it was the driver that put the handle there.
 * Elsewhere the same bytes are a null object at best.
 */

#include "svcmgr/parcel.h"

#include <stdlib.h>
#include <string.h>

#define PARCEL_ALIGN(n) (((n) + 3) & ~(size_t)3)
#define PARCEL_CAPACITY_MIN 256

void parcel_reader_init(struct parcel_reader *reader, const void *data, size_t size,
	const binder_size_t *offsets, size_t count)
{
	*reader = (struct parcel_reader){
		.data = data,
		.size = size,
		.offsets = offsets,
		.count = count,
	};
}

size_t parcel_reader_left(const struct parcel_reader *reader)
{
	return reader->error ? 0 : reader->size - reader->at;
}

/* The next @size bytes, rounded up to 4, or NULL. */
static const void *parcel_take(struct parcel_reader *reader, size_t size)
{
	size_t at = reader->at;

	if (reader->error)
		return NULL;
	if (size > reader->size || PARCEL_ALIGN(size) > reader->size - at) {
		reader->error = STATUS_NOT_ENOUGH_DATA;
		return NULL;
	}
	reader->at += PARCEL_ALIGN(size);
	return reader->data + at;
}

int32_t parcel_read_int32(struct parcel_reader *reader)
{
	const void *at = parcel_take(reader, sizeof(int32_t));
	int32_t value = 0;

	if (at)
		memcpy(&value, at, sizeof(value));
	return value;
}

struct parcel_string parcel_read_string16(struct parcel_reader *reader)
{
	struct parcel_string string = {0};
	int32_t length = parcel_read_int32(reader);

	if (reader->error || length == -1)
		return string;
	if (length < 0 || length >= INT32_MAX / (int32_t)sizeof(uint16_t)) {
		reader->error = STATUS_BAD_VALUE;
		return string;
	}
	string.units = parcel_take(reader, ((size_t)length + 1) * sizeof(uint16_t));
	if (string.units && string.units[length]) {
		reader->error = STATUS_BAD_VALUE;
		string.units = NULL;
	}
	if (string.units)
		string.length = (size_t)length;
	return string;
}

/* Whether the driver listed an object at the cursor. */
static bool parcel_listed(struct parcel_reader *reader)
{
	while (reader->next < reader->count && reader->offsets[reader->next] < reader->at)
		reader->next++;
	return reader->next < reader->count && reader->offsets[reader->next] == reader->at;
}

struct parcel_object parcel_read_object(struct parcel_reader *reader)
{
	struct parcel_object result = {.type = PARCEL_OBJECT_NULL};
	bool listed = parcel_listed(reader);
	struct flat_binder_object object;
	const void *at = parcel_take(reader, sizeof(object));

	if (!at)
		return result;
	memcpy(&object, at, sizeof(object));
	if (!listed) {
		if (object.hdr.type != BINDER_TYPE_BINDER || object.binder || object.cookie)
			result.type = PARCEL_OBJECT_OTHER;
	} else if (object.hdr.type == BINDER_TYPE_HANDLE && object.handle) {
		result.type = PARCEL_OBJECT_HANDLE;
		result.handle = object.handle;
	} else if (object.hdr.type == BINDER_TYPE_WEAK_HANDLE) {
		result.type = PARCEL_OBJECT_WEAK;
	} else {
		result.type = PARCEL_OBJECT_OTHER;
	}
	return result;
}

bool parcel_string_equals(struct parcel_string string, const char *ascii)
{
	if (!string.units || strlen(ascii) != string.length)
		return false;
	for (size_t i = 0; i < string.length; i++) {
		if (string.units[i] != (unsigned char)ascii[i])
			return false;
	}
	return true;
}

void parcel_writer_init(struct parcel_writer *writer)
{
	*writer = (struct parcel_writer){0};
}

void parcel_writer_deinit(struct parcel_writer *writer)
{
	free(writer->data);
	free(writer->offsets);
	parcel_writer_init(writer);
}

void parcel_writer_reset(struct parcel_writer *writer)
{
	writer->size = 0;
	writer->count = 0;
	writer->error = STATUS_OK;
}

/* Makes room for @size more bytes, zeroed and rounded up to 4; NULL when there is none. */
static void *parcel_grow(struct parcel_writer *writer, size_t size)
{
	size_t needed = writer->size + PARCEL_ALIGN(size);
	size_t capacity = writer->capacity ? writer->capacity : PARCEL_CAPACITY_MIN;
	char *data = writer->data;

	if (writer->error)
		return NULL;
	while (capacity < needed)
		capacity *= 2;
	if (capacity > writer->capacity)
		data = realloc(writer->data, capacity);
	if (!data) {
		writer->error = STATUS_NO_MEMORY;
		return NULL;
	}
	writer->data = data;
	writer->capacity = capacity;
	data += writer->size;
	memset(data, 0, needed - writer->size);
	writer->size = needed;
	return data;
}

void parcel_write_int32(struct parcel_writer *writer, int32_t value)
{
	void *at = parcel_grow(writer, sizeof(value));

	if (at)
		memcpy(at, &value, sizeof(value));
}

void parcel_write_string16(struct parcel_writer *writer, const char *ascii)
{
	size_t length = strlen(ascii);
	uint16_t *at;

	parcel_write_int32(writer, (int32_t)length);
	at = parcel_grow(writer, (length + 1) * sizeof(*at));
	for (size_t i = 0; at && i < length; i++)
		at[i] = (unsigned char)ascii[i];
}

/* Lists an object that comes next. */
static void parcel_list(struct parcel_writer *writer)
{
	size_t capacity = writer->offsets_capacity ? writer->offsets_capacity * 2 : 4;
	binder_size_t *offsets;

	if (writer->error)
		return;
	if (writer->count == writer->offsets_capacity) {
		offsets = reallocarray(writer->offsets, capacity, sizeof(*offsets));
		if (!offsets) {
			writer->error = STATUS_NO_MEMORY;
			return;
		}
		writer->offsets = offsets;
		writer->offsets_capacity = capacity;
	}
	writer->offsets[writer->count++] = writer->size;
}

static void parcel_write_object(
	struct parcel_writer *writer, const struct flat_binder_object *object)
{
	void *at = parcel_grow(writer, sizeof(*object));

	if (at)
		memcpy(at, object, sizeof(*object));
}

void parcel_write_handle(struct parcel_writer *writer, uint32_t handle, uint32_t flags)
{
	struct flat_binder_object object = {.hdr.type = BINDER_TYPE_HANDLE, .flags = flags};

	object.handle = handle;
	parcel_list(writer);
	parcel_write_object(writer, &object);
}

void parcel_write_self(struct parcel_writer *writer)
{
	struct flat_binder_object object = {.hdr.type = BINDER_TYPE_BINDER};

	/* The node that BINDER_SET_CONTEXT_MGR makes has ptr 0 and cookie 0. */
	parcel_list(writer);
	parcel_write_object(writer, &object);
}

void parcel_write_null_object(struct parcel_writer *writer)
{
	struct flat_binder_object object = {.hdr.type = BINDER_TYPE_BINDER};

	parcel_write_object(writer, &object);
}

void parcel_write_exception(struct parcel_writer *writer, int32_t code, const char *message)
{
	parcel_write_int32(writer, code);
	parcel_write_string16(writer, message);
	parcel_write_int32(writer, 0);
}
