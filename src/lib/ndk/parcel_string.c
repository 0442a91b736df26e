// SPDX-License-Identifier: Apache-2.0
/*
 * Text in parcels: String16, arrays of it, and the interface token.
 *
 * What programs give and get is UTF-8. A String16 is its length in units, the units and a NUL,
 * padded with zeros; null is the length -1. Where no whole string lies, libbinder reads null
 * (nullable strings that an older peer did not send are null to it), and so do programs here. The
 * library itself is told the difference (parcel_read_string()).
 */

#include "lib/ndk/parcel_data.h"

#include <stdlib.h>

#include "lib/ndk/status.h"
#include "lib/ndk/utf.h"

#define PARCEL_STRICT_MODE 0x80000000u /* no policy, but its mark that there is one */
#define PARCEL_NO_WORK_SOURCE 0xffffffffu

binder_status_t parcel_read_units(const AParcel *parcel, const utf_unit **units, size_t *count)
{
	const utf_unit *text;
	binder_status_t status;
	const void *at;
	int32_t length;

	*units = NULL;
	*count = 0;
	status = AParcel_readInt32(parcel, &length);
	if (status != STATUS_OK || length == -1)
		return status;
	if (length < 0 || length > INT32_MAX / (int32_t)sizeof(*text) - 4)
		return STATUS_BAD_VALUE;
	status = parcel_take(parcel, parcel_pad(((size_t)length + 1) * sizeof(*text)), &at);
	if (status != STATUS_OK)
		return status;
	text = at;
	if (text[length] != 0)
		return STATUS_BAD_VALUE;
	*units = text;
	*count = (size_t)length;
	return STATUS_OK;
}

binder_status_t parcel_write_units(AParcel *parcel, size_t count, utf_unit **units)
{
	size_t padded = parcel_pad((count + 1) * sizeof(**units));
	int32_t length = (int32_t)count;
	binder_status_t status;
	uint8_t *to;
	void *at;

	status = parcel_reserve(parcel, sizeof(length) + padded, &at);
	if (status != STATUS_OK)
		return status;
	to = at;
	memcpy(to, &length, sizeof(length));
	to += sizeof(length);
	memset(to + padded - sizeof(uint32_t), 0, sizeof(uint32_t));
	parcel_commit(parcel, sizeof(length) + padded);
	*units = (utf_unit *)to;
	return STATUS_OK;
}

static binder_status_t parcel_write_text(AParcel *parcel, const char *utf8, size_t length)
{
	ssize_t count = utf_units(utf8, length);
	binder_status_t status;
	utf_unit *units;

	if (count < 0 || count > PARCEL_UNITS_MAX)
		return STATUS_BAD_VALUE;
	status = parcel_write_units(parcel, (size_t)count, &units);
	if (status == STATUS_OK)
		utf_to_units(utf8, length, units);
	return status;
}

binder_status_t AParcel_writeString(AParcel *parcel, const char *string, int32_t length)
{
	if (!string)
		return length == -1 ? AParcel_writeInt32(parcel, -1) : STATUS_BAD_VALUE;
	if (length < 0)
		return STATUS_BAD_VALUE;
	return parcel_write_text(parcel, string, (size_t)length);
}

binder_status_t parcel_write_string(AParcel *parcel, const char *utf8, ssize_t length)
{
	if (!utf8)
		return AParcel_writeInt32(parcel, -1);
	return parcel_write_text(parcel, utf8, length < 0 ? strlen(utf8) : (size_t)length);
}

binder_status_t parcel_read_string(const AParcel *parcel, char **out)
{
	const utf_unit *units;
	binder_status_t status;
	size_t count, bytes;

	*out = NULL;
	status = parcel_read_units(parcel, &units, &count);
	if (status != STATUS_OK || !units)
		return status;
	bytes = utf_bytes(units, count);
	*out = malloc(bytes + 1);
	if (!*out)
		return STATUS_NO_MEMORY;
	utf_to_bytes(units, count, *out);
	(*out)[bytes] = '\0';
	return STATUS_OK;
}

/* Either kind of allocator: an element of an array has one that knows its index. */
struct parcel_text_reader {
	void *data;
	AParcel_stringAllocator allocator;
	AParcel_stringArrayElementAllocator element_allocator;
	size_t index;
};

static bool parcel_text_alloc(const struct parcel_text_reader *reader, int32_t length, char **text)
{
	if (reader->allocator)
		return reader->allocator(reader->data, length, text);
	return reader->element_allocator(reader->data, reader->index, length, text);
}

static binder_status_t parcel_read_text(
	const AParcel *parcel, const struct parcel_text_reader *reader)
{
	const utf_unit *units;
	size_t count, bytes;
	char *text = NULL;

	parcel_read_units(parcel, &units, &count);
	if (!units)
		return parcel_text_alloc(reader, -1, NULL) ? STATUS_OK : STATUS_UNEXPECTED_NULL;
	bytes = utf_bytes(units, count);
	if (bytes >= INT32_MAX)
		return STATUS_BAD_VALUE;
	if (!parcel_text_alloc(reader, (int32_t)bytes + 1, &text) || !text)
		return STATUS_NO_MEMORY;
	utf_to_bytes(units, count, text);
	text[bytes] = '\0';
	return STATUS_OK;
}

binder_status_t AParcel_readString(
	const AParcel *parcel, void *stringData, AParcel_stringAllocator allocator)
{
	struct parcel_text_reader reader = {.data = stringData, .allocator = allocator};

	return parcel_read_text(parcel, &reader);
}

binder_status_t AParcel_writeStringArray(AParcel *parcel, const void *arrayData, int32_t length,
	AParcel_stringArrayElementGetter getter)
{
	binder_status_t status = parcel_write_count(parcel, length);
	const char *text;
	int32_t bytes;

	for (int32_t i = 0; status == STATUS_OK && i < length; i++) {
		bytes = 0;
		text = getter(arrayData, (size_t)i, &bytes);
		status = AParcel_writeString(parcel, text, bytes);
	}
	return status;
}

binder_status_t AParcel_readStringArray(const AParcel *parcel, void *arrayData,
	AParcel_stringArrayAllocator allocator,
	AParcel_stringArrayElementAllocator elementAllocator)
{
	struct parcel_text_reader reader = {
		.data = arrayData,
		.element_allocator = elementAllocator,
	};
	binder_status_t status;
	int32_t length;

	status = parcel_read_count(parcel, sizeof(uint32_t), &length);
	if (status != STATUS_OK)
		return status;
	if (!allocator(arrayData, length))
		return STATUS_NO_MEMORY;
	for (int32_t i = 0; status == STATUS_OK && i < length; i++) {
		reader.index = (size_t)i;
		status = parcel_read_text(parcel, &reader);
	}
	return status;
}

binder_status_t parcel_write_token(AParcel *parcel, const char *descriptor)
{
	static const uint32_t head[] = {
		PARCEL_STRICT_MODE, PARCEL_NO_WORK_SOURCE, PARCEL_TOKEN_MAGIC};
	binder_status_t status;
	void *at;

	status = parcel_reserve(parcel, sizeof(head), &at);
	if (status != STATUS_OK)
		return status;
	memcpy(at, head, sizeof(head));
	parcel_commit(parcel, sizeof(head));
	return parcel_write_string(parcel, descriptor, -1);
}

bool parcel_check_token(AParcel *parcel, const char *descriptor)
{
	const utf_unit *units;
	const void *head;
	uint32_t magic;
	size_t count;

	if (parcel_take(parcel, 3 * sizeof(magic), &head) != STATUS_OK)
		return false;
	memcpy(&magic, (const uint8_t *)head + 2 * sizeof(magic), sizeof(magic));
	if (magic != PARCEL_TOKEN_MAGIC || parcel_read_units(parcel, &units, &count) != STATUS_OK ||
		!units)
		return false;
	return utf_equal(units, count, descriptor, strlen(descriptor));
}
