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

/* Memory that travels beside a parcel. */
struct parcel_chunk {
	SLIST_ENTRY(parcel_chunk) entry;
	uint64_t data[];
};

/* What HIDL's hidl_string and hidl_vec are in memory. */
struct parcel_hidl_string {
	uint64_t pointer;
	uint32_t count; /* of characters, without the NUL, or of elements */
	uint8_t owned;
	uint8_t padding[3];
};

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

const char *parcel_read_cstring(struct parcel_reader *reader)
{
	size_t left = parcel_reader_left(reader);
	size_t length = left ? strnlen(reader->data + reader->at, left) : 0;

	if (length == left) {
		reader->error = reader->error ? reader->error : STATUS_NOT_ENOUGH_DATA;
		return NULL;
	}
	return parcel_take(reader, length + 1);
}

int parcel_read_fd(struct parcel_reader *reader)
{
	bool listed = parcel_listed(reader);
	struct flat_binder_object object;
	const void *at = parcel_take(reader, sizeof(object));

	if (!at)
		return -1;
	memcpy(&object, at, sizeof(object));
	return listed && object.hdr.type == BINDER_TYPE_FD ? (int)object.handle : -1;
}

/* The next item, which must be a buffer. */
static bool parcel_read_buffer(struct parcel_reader *reader, struct binder_buffer_object *buffer)
{
	bool listed = parcel_listed(reader);
	const void *at = parcel_take(reader, sizeof(*buffer));

	if (!at)
		return false;
	memcpy(buffer, at, sizeof(*buffer));
	if (listed && buffer->hdr.type == BINDER_TYPE_PTR)
		return true;
	reader->error = STATUS_BAD_VALUE;
	return false;
}

/* The characters of a string whose head lies in the object @parent at @offset. */
static const char *parcel_read_characters(
	struct parcel_reader *reader, size_t parent, size_t offset)
{
	struct binder_buffer_object body;
	const char *text;

	if (!parcel_read_buffer(reader, &body))
		return NULL;
	text = (const char *)(uintptr_t)body.buffer;
	if ((body.flags & BINDER_BUFFER_FLAG_HAS_PARENT) && body.parent == parent &&
		body.parent_offset == offset && body.length && !text[body.length - 1])
		return text;
	reader->error = STATUS_BAD_VALUE;
	return NULL;
}

const char *parcel_read_hidl_string(struct parcel_reader *reader)
{
	struct binder_buffer_object head;

	if (!parcel_read_buffer(reader, &head))
		return NULL;
	if (head.length == sizeof(struct parcel_hidl_string))
		return parcel_read_characters(reader, reader->next, 0);
	reader->error = STATUS_BAD_VALUE;
	return NULL;
}

size_t parcel_read_hidl_strings(struct parcel_reader *reader, const char **strings, size_t max)
{
	struct binder_buffer_object vector, elements;
	size_t count, index;

	if (!parcel_read_buffer(reader, &vector) || !parcel_read_buffer(reader, &elements))
		return 0;
	index = reader->next;
	count = elements.length / sizeof(struct parcel_hidl_string);
	if (vector.length != sizeof(struct parcel_hidl_string) || count > max ||
		elements.length % sizeof(struct parcel_hidl_string))
		reader->error = STATUS_BAD_VALUE;
	for (size_t i = 0; i < count && !reader->error; i++)
		strings[i] = parcel_read_characters(
			reader, index, i * sizeof(struct parcel_hidl_string));
	return reader->error ? 0 : count;
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

static void parcel_free_chunks(struct parcel_writer *writer)
{
	struct parcel_chunk *chunk;

	while ((chunk = SLIST_FIRST(&writer->chunks))) {
		SLIST_REMOVE_HEAD(&writer->chunks, entry);
		free(chunk);
	}
	writer->buffers = 0;
}

void parcel_writer_deinit(struct parcel_writer *writer)
{
	parcel_free_chunks(writer);
	free(writer->data);
	free(writer->offsets);
	parcel_writer_init(writer);
}

void parcel_writer_reset(struct parcel_writer *writer)
{
	writer->size = 0;
	writer->count = 0;
	writer->error = STATUS_OK;
	parcel_free_chunks(writer);
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

void parcel_set_int32(struct parcel_writer *writer, size_t offset, int32_t value)
{
	if (!writer->error)
		memcpy(writer->data + offset, &value, sizeof(value));
}

void parcel_write_string16(struct parcel_writer *writer, const char *ascii)
{
	size_t length = ascii ? strlen(ascii) : 0;
	uint16_t *at;

	if (!ascii) {
		parcel_write_int32(writer, -1);
		return;
	}
	parcel_write_int32(writer, (int32_t)length);
	at = parcel_grow(writer, (length + 1) * sizeof(*at));
	for (size_t i = 0; at && i < length; i++)
		at[i] = (unsigned char)ascii[i];
}

void parcel_write_token(struct parcel_writer *writer, uint32_t magic, const char *interface)
{
	/* Strict mode: gather what is violated; work source: none. */
	parcel_write_int32(writer, INT32_MIN);
	parcel_write_int32(writer, -1);
	parcel_write_int32(writer, (int32_t)magic);
	parcel_write_string16(writer, interface);
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

size_t parcel_begin_parcelable(struct parcel_writer *writer)
{
	parcel_write_int32(writer, 1);
	parcel_write_int32(writer, 0);
	return writer->size;
}

void parcel_end_parcelable(struct parcel_writer *writer, size_t begun)
{
	/* The size counts itself. */
	size_t at = begun - sizeof(int32_t);

	parcel_set_int32(writer, at, (int32_t)(writer->size - at));
}

void parcel_write_cstring(struct parcel_writer *writer, const char *ascii)
{
	size_t size = strlen(ascii) + 1;
	void *at = parcel_grow(writer, size);

	if (at)
		memcpy(at, ascii, size);
}

void *parcel_write_buffer(struct parcel_writer *writer, size_t size, uint32_t parent, size_t offset)
{
	struct binder_buffer_object object = {
		.hdr.type = BINDER_TYPE_PTR,
		.flags = parent == PARCEL_NO_PARENT ? 0 : BINDER_BUFFER_FLAG_HAS_PARENT,
		.length = size,
		.parent = parent == PARCEL_NO_PARENT ? 0 : parent,
		.parent_offset = offset,
	};
	size_t words = size / sizeof(uint64_t) + 1;
	struct parcel_chunk *chunk;
	void *at;

	if (writer->error)
		return NULL;
	chunk = calloc(1, sizeof(*chunk) + words * sizeof(uint64_t));
	if (!chunk) {
		writer->error = STATUS_NO_MEMORY;
		return NULL;
	}
	SLIST_INSERT_HEAD(&writer->chunks, chunk, entry);
	object.buffer = (uintptr_t)chunk->data;
	parcel_list(writer);
	at = parcel_grow(writer, sizeof(object));
	if (!at)
		return NULL;
	memcpy(at, &object, sizeof(object));
	writer->buffers += (size + 7) & ~(size_t)7;
	return chunk->data;
}

/* Appends the characters of a string whose head lies in @parent at @offset, and fills that. */
static void parcel_write_characters(struct parcel_writer *writer, const char *ascii,
	uint32_t parent, size_t offset, struct parcel_hidl_string *head)
{
	size_t length = strlen(ascii);
	char *text = parcel_write_buffer(writer, length + 1, parent, offset);

	if (!text)
		return;
	memcpy(text, ascii, length);
	head->pointer = (uintptr_t)text;
	head->count = (uint32_t)length;
}

void parcel_write_hidl_string(struct parcel_writer *writer, const char *ascii)
{
	uint32_t index = (uint32_t)writer->count;
	struct parcel_hidl_string *head =
		parcel_write_buffer(writer, sizeof(*head), PARCEL_NO_PARENT, 0);

	if (head)
		parcel_write_characters(writer, ascii, index, 0, head);
}

void parcel_write_hidl_strings(
	struct parcel_writer *writer, const char *const *strings, uint32_t count)
{
	uint32_t index = (uint32_t)writer->count;
	struct parcel_hidl_string *elements,
		*vector = parcel_write_buffer(writer, sizeof(*vector), PARCEL_NO_PARENT, 0);

	if (!vector)
		return;
	elements = parcel_write_buffer(writer, count * sizeof(*elements), index, 0);
	if (!elements)
		return;
	vector->pointer = (uintptr_t)elements;
	vector->count = count;
	for (uint32_t i = 0; i < count; i++)
		parcel_write_characters(
			writer, strings[i], index + 1, i * sizeof(*elements), &elements[i]);
}
