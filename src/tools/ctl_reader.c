// SPDX-License-Identifier: Apache-2.0
/*
 * Android parcels, read.
 *
 * Everything goes through ctl_reader_take(), the one place that compares with what there is. An
 * object counts as one only at an offset that the driver lists; anything else that looks like one
 * is a sender's invention, but for the null object, which senders do not list.
 */

#include "tools/ctl_reader.h"

#include "tools/ctl_text.h"

#include <stdlib.h>
#include <string.h>

#define READER_ALIGN(n) (((n) + 3) & ~(size_t)3)

void ctl_reader_init(struct ctl_reader *reader, const void *data, size_t size,
	const binder_size_t *offsets, size_t count, const struct ctl_dialect *dialect)
{
	*reader = (struct ctl_reader){
		.data = data,
		.size = size,
		.offsets = offsets,
		.count = count,
		.header = dialect->header,
	};
}

size_t ctl_reader_left(const struct ctl_reader *reader)
{
	return reader->failed ? 0 : reader->size - reader->at;
}

/* The next @size bytes and their padding, or NULL; the last item may lack its padding. */
static const uint8_t *ctl_reader_take(struct ctl_reader *reader, size_t size)
{
	size_t left = ctl_reader_left(reader);
	const uint8_t *at = reader->data + reader->at;

	if (reader->failed || size > left) {
		reader->failed = true;
		return NULL;
	}
	reader->at += READER_ALIGN(size) < left ? READER_ALIGN(size) : left;
	return at;
}

int32_t ctl_reader_int32(struct ctl_reader *reader)
{
	const uint8_t *at = ctl_reader_take(reader, sizeof(int32_t));
	int32_t value = 0;

	if (at)
		memcpy(&value, at, sizeof(value));
	return value;
}

char *ctl_reader_string16(struct ctl_reader *reader)
{
	int32_t length = ctl_reader_int32(reader);
	const uint8_t *at;
	uint16_t unit;
	char *text;

	if (reader->failed || length == -1)
		return NULL;
	if (length < 0 || (size_t)length >= ctl_reader_left(reader) / sizeof(uint16_t)) {
		reader->failed = true;
		return NULL;
	}
	at = ctl_reader_take(reader, ((size_t)length + 1) * sizeof(uint16_t));
	memcpy(&unit, at + (size_t)length * sizeof(unit), sizeof(unit));
	text = unit ? NULL : ctl_text_from_utf16((const uint16_t *)at, (size_t)length);
	if (!text)
		reader->failed = true;
	return text;
}

/* Tries a token of @words words before the name; on success the reader stands behind it. */
static bool ctl_reader_token_of(
	struct ctl_reader *reader, unsigned int words, const char *interface)
{
	struct ctl_reader trial = *reader;
	char *name;
	bool same;

	while (words--)
		ctl_reader_int32(&trial);
	name = ctl_reader_string16(&trial);
	same = name && !strcmp(name, interface);
	free(name);
	if (same)
		*reader = trial;
	return same;
}

bool ctl_reader_token(struct ctl_reader *reader, const char *interface)
{
	for (unsigned int words = 3; words; words--) {
		if (ctl_reader_token_of(reader, words, interface))
			return true;
	}
	reader->failed = true;
	return false;
}

/* Whether the driver lists an object at @offset. */
static bool ctl_reader_lists(const struct ctl_reader *reader, size_t offset)
{
	for (size_t i = 0; i < reader->count; i++) {
		if (reader->offsets[i] == offset)
			return true;
	}
	return false;
}

static int32_t ctl_reader_level(uint32_t word)
{
	/* Android 12's form: see ctl_parcel_stability(). */
	return (int32_t)((word & 0xffffff) == CTL_STABILITY_PACKED ? word >> 24 : word);
}

bool ctl_reader_object_at(
	const struct ctl_reader *reader, binder_size_t offset, struct ctl_object_ref *object)
{
	struct flat_binder_object flat;
	uint32_t word;

	if (offset > reader->size || reader->size - offset < sizeof(flat))
		return false;
	memcpy(&flat, reader->data + offset, sizeof(flat));
	*object = (struct ctl_object_ref){.type = flat.hdr.type, .flags = flat.flags};
	if (flat.hdr.type == BINDER_TYPE_BINDER || flat.hdr.type == BINDER_TYPE_WEAK_BINDER)
		object->binder = flat.binder;
	else
		object->handle = flat.handle;
	if (reader->header && flat.hdr.type != BINDER_TYPE_FD &&
		reader->size - offset - sizeof(flat) >= sizeof(word)) {
		memcpy(&word, reader->data + offset + sizeof(flat), sizeof(word));
		object->stability = ctl_reader_level(word);
	}
	return true;
}

void ctl_reader_object(struct ctl_reader *reader, struct ctl_object_ref *object)
{
	bool listed = ctl_reader_lists(reader, reader->at), good;
	size_t offset = reader->at;

	good = ctl_reader_take(reader, sizeof(struct flat_binder_object)) != NULL;
	if (good)
		good = ctl_reader_object_at(reader, offset, object);
	if (good && !listed) {
		good = object->type == BINDER_TYPE_BINDER && !object->binder;
		object->type = 0;
	}
	if (good && reader->header && object->type != BINDER_TYPE_FD)
		ctl_reader_int32(reader);
	if (good && !reader->failed)
		return;
	reader->failed = true;
	*object = (struct ctl_object_ref){0};
}
