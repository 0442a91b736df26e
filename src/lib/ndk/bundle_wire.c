// SPDX-License-Identifier: Apache-2.0
/*
 * Bundles in parcels, as Android's native PersistableBundle has them:
 *
 *	empty  [0]
 *	else   [bytes behind the magic]['DNDL' 0x4c444e44][count], then for each value
 *	       [key as String16][type][value]
 *
 * Values are written by type, and those of one type by key. Java writes the magic 'BNDL'. A string
 * is a String16, a vector its count and elements, a bool 4 bytes in either place, a bundle in a
 * bundle as above.
 *
 * The length is only compared with what is there. Every count is compared with the bytes that so
 * many values take before there is memory for them, and bundles in bundles are followed down to
 * BUNDLE_DEPTH_MAX, so that what a peer can make a reader spend is bounded by what it sends.
 */

#include "lib/ndk/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "lib/ndk/parcel.h"
#include "lib/ndk/parcel_data.h"

#define BUNDLE_MAGIC_JAVA 0x4c444e42
#define BUNDLE_MAGIC 0x4c444e44
#define BUNDLE_ENTRY_LEAST 16 /* bytes: an empty key, a type, a word */

/* android.os.Parcel's VAL_*, by kind. */
static const int32_t bundle_types[BUNDLE_KINDS] = {
	[BUNDLE_BOOLEAN] = 9,
	[BUNDLE_INT] = 1,
	[BUNDLE_LONG] = 6,
	[BUNDLE_DOUBLE] = 8,
	[BUNDLE_STRING] = 0,
	[BUNDLE_BOOLEAN_VECTOR] = 23,
	[BUNDLE_INT_VECTOR] = 18,
	[BUNDLE_LONG_VECTOR] = 19,
	[BUNDLE_DOUBLE_VECTOR] = 28,
	[BUNDLE_STRING_VECTOR] = 14,
	[BUNDLE_BUNDLE] = 25,
};

static binder_status_t bundle_write(
	const APersistableBundle *bundle, AParcel *parcel, unsigned int depth);
static binder_status_t bundle_read(
	const AParcel *parcel, unsigned int depth, APersistableBundle **out);

static binder_status_t bundle_write_text(AParcel *parcel, const struct bundle_text *text)
{
	binder_status_t status;
	utf_unit *units;

	if (text->count > PARCEL_UNITS_MAX)
		return STATUS_BAD_VALUE;
	status = parcel_write_units(parcel, text->count, &units);
	if (status == STATUS_OK && text->count)
		memcpy(units, text->units, text->count * sizeof(*units));
	return status;
}

static binder_status_t bundle_write_texts(AParcel *parcel, const struct bundle_value *value)
{
	binder_status_t status = AParcel_writeInt32(parcel, (int32_t)value->count);

	for (size_t i = 0; status == STATUS_OK && i < value->count; i++)
		status = bundle_write_text(parcel, &value->texts[i]);
	return status;
}

static bool bundle_get_bool(const void *elements, size_t index)
{
	return ((const bool *)elements)[index];
}

static binder_status_t bundle_write_value(
	AParcel *parcel, const struct bundle_value *value, unsigned int depth)
{
	int32_t count = (int32_t)value->count;

	switch (value->kind) {
	case BUNDLE_BOOLEAN:
		return AParcel_writeBool(parcel, value->boolean);
	case BUNDLE_INT:
		return AParcel_writeInt32(parcel, value->integer);
	case BUNDLE_LONG:
		return AParcel_writeInt64(parcel, value->wide);
	case BUNDLE_DOUBLE:
		return AParcel_writeDouble(parcel, value->real);
	case BUNDLE_STRING:
		return bundle_write_text(parcel, &value->text);
	case BUNDLE_BOOLEAN_VECTOR:
		return AParcel_writeBoolArray(parcel, value->elements, count, bundle_get_bool);
	case BUNDLE_INT_VECTOR:
		return AParcel_writeInt32Array(parcel, value->elements, count);
	case BUNDLE_LONG_VECTOR:
		return AParcel_writeInt64Array(parcel, value->elements, count);
	case BUNDLE_DOUBLE_VECTOR:
		return AParcel_writeDoubleArray(parcel, value->elements, count);
	case BUNDLE_STRING_VECTOR:
		return bundle_write_texts(parcel, value);
	default:
		return bundle_write(value->bundle, parcel, depth + 1);
	}
}

static binder_status_t bundle_write_entry(
	AParcel *parcel, const struct bundle_entry *entry, unsigned int depth)
{
	binder_status_t status = bundle_write_text(parcel, &entry->key);

	if (status == STATUS_OK)
		status = AParcel_writeInt32(parcel, bundle_types[entry->value.kind]);
	if (status == STATUS_OK)
		status = bundle_write_value(parcel, &entry->value, depth);
	return status;
}

static binder_status_t bundle_write_entries(
	const APersistableBundle *bundle, AParcel *parcel, unsigned int depth)
{
	binder_status_t status = AParcel_writeInt32(parcel, APersistableBundle_size(bundle));

	for (int kind = 0; kind < BUNDLE_KINDS; kind++) {
		struct bundle_entry *entry = bundle_first(bundle, (enum bundle_kind)kind);

		for (; status == STATUS_OK && entry; entry = bundle_next(entry))
			status = bundle_write_entry(parcel, entry, depth);
	}
	return status;
}

static binder_status_t bundle_write(
	const APersistableBundle *bundle, AParcel *parcel, unsigned int depth)
{
	binder_status_t status;
	int32_t at, start, end;

	if (depth >= BUNDLE_DEPTH_MAX)
		return STATUS_BAD_VALUE;
	if (APersistableBundle_size(bundle) == 0)
		return AParcel_writeInt32(parcel, 0);
	at = AParcel_getDataPosition(parcel);
	status = AParcel_writeInt32(parcel, 0); /* the length, when it is known */
	if (status == STATUS_OK)
		status = AParcel_writeInt32(parcel, BUNDLE_MAGIC);
	start = AParcel_getDataPosition(parcel);
	if (status == STATUS_OK)
		status = bundle_write_entries(bundle, parcel, depth);
	if (status != STATUS_OK)
		return status;
	end = AParcel_getDataPosition(parcel);
	AParcel_setDataPosition(parcel, at);
	status = AParcel_writeInt32(parcel, end - start);
	AParcel_setDataPosition(parcel, end);
	return status;
}

binder_status_t APersistableBundle_writeToParcel(const APersistableBundle *pBundle, AParcel *parcel)
{
	if (!pBundle || !parcel)
		return STATUS_BAD_VALUE;
	return bundle_write(pBundle, parcel, 0);
}

static binder_status_t bundle_read_text(const AParcel *parcel, struct bundle_text *text)
{
	const utf_unit *units;
	binder_status_t status;
	size_t count;

	*text = (struct bundle_text){0};
	status = parcel_read_units(parcel, &units, &count);
	if (status != STATUS_OK)
		return status;
	if (!units)
		return STATUS_UNEXPECTED_NULL;
	return bundle_text_from_units(text, units, count) ? STATUS_OK : STATUS_NO_MEMORY;
}

/* A vector's count, when so many elements of at least @least bytes are there. */
static binder_status_t bundle_read_count(const AParcel *parcel, size_t least, size_t *count)
{
	binder_status_t status;
	int32_t length;

	status = AParcel_readInt32(parcel, &length);
	if (status != STATUS_OK)
		return status;
	if (length < 0)
		return STATUS_UNEXPECTED_NULL;
	if ((size_t)length > parcel_avail(parcel) / least)
		return STATUS_BAD_VALUE;
	*count = (size_t)length;
	return STATUS_OK;
}

static binder_status_t bundle_read_texts(const AParcel *parcel, struct bundle_value *value)
{
	binder_status_t status;
	size_t count;

	status = bundle_read_count(parcel, 2 * sizeof(uint32_t), &count);
	if (status != STATUS_OK || !count)
		return status;
	value->texts = calloc(count, sizeof(*value->texts));
	if (!value->texts)
		return STATUS_NO_MEMORY;
	while (status == STATUS_OK && value->count < count)
		status = bundle_read_text(parcel, &value->texts[value->count++]);
	return status;
}

static binder_status_t bundle_read_bools(const AParcel *parcel, struct bundle_value *value)
{
	binder_status_t status;
	size_t count;
	bool *bools;

	status = bundle_read_count(parcel, sizeof(uint32_t), &count);
	if (status != STATUS_OK || !count)
		return status;
	value->elements = bools = calloc(count, sizeof(*bools));
	if (!bools)
		return STATUS_NO_MEMORY;
	while (status == STATUS_OK && value->count < count)
		status = AParcel_readBool(parcel, &bools[value->count++]);
	return status;
}

static binder_status_t bundle_read_elements(const AParcel *parcel, struct bundle_value *value)
{
	size_t size = bundle_element_size(value->kind), count;
	binder_status_t status;
	const void *at;

	status = bundle_read_count(parcel, size, &count);
	if (status != STATUS_OK || !count)
		return status;
	status = parcel_take(parcel, count * size, &at);
	if (status != STATUS_OK)
		return status;
	value->elements = malloc(count * size);
	if (!value->elements)
		return STATUS_NO_MEMORY;
	memcpy(value->elements, at, count * size);
	value->count = count;
	return STATUS_OK;
}

/* @value holds nothing but its kind; what it holds after an error is to be freed, too. */
static binder_status_t bundle_read_value(
	const AParcel *parcel, struct bundle_value *value, unsigned int depth)
{
	switch (value->kind) {
	case BUNDLE_BOOLEAN:
		return AParcel_readBool(parcel, &value->boolean);
	case BUNDLE_INT:
		return AParcel_readInt32(parcel, &value->integer);
	case BUNDLE_LONG:
		return AParcel_readInt64(parcel, &value->wide);
	case BUNDLE_DOUBLE:
		return AParcel_readDouble(parcel, &value->real);
	case BUNDLE_STRING:
		return bundle_read_text(parcel, &value->text);
	case BUNDLE_BOOLEAN_VECTOR:
		return bundle_read_bools(parcel, value);
	case BUNDLE_STRING_VECTOR:
		return bundle_read_texts(parcel, value);
	case BUNDLE_BUNDLE:
		return bundle_read(parcel, depth + 1, &value->bundle);
	default:
		return bundle_read_elements(parcel, value);
	}
}

static binder_status_t bundle_read_kind(const AParcel *parcel, enum bundle_kind *kind)
{
	binder_status_t status;
	int32_t type;

	status = AParcel_readInt32(parcel, &type);
	if (status != STATUS_OK)
		return status;
	for (int i = 0; i < BUNDLE_KINDS; i++) {
		if (bundle_types[i] == type) {
			*kind = (enum bundle_kind)i;
			return STATUS_OK;
		}
	}
	return STATUS_BAD_TYPE;
}

static binder_status_t bundle_read_entry(
	const AParcel *parcel, unsigned int depth, APersistableBundle *bundle)
{
	struct bundle_value value = {0};
	struct bundle_text key;
	binder_status_t status;

	status = bundle_read_text(parcel, &key);
	if (status == STATUS_OK)
		status = bundle_read_kind(parcel, &value.kind);
	if (status == STATUS_OK)
		status = bundle_read_value(parcel, &value, depth);
	if (status != STATUS_OK) {
		bundle_text_end(&key);
		bundle_value_end(&value);
		return status;
	}
	return bundle_put(bundle, &key, &value) ? STATUS_OK : STATUS_NO_MEMORY;
}

/* What stands before the entries; in *@count how many there are. */
static binder_status_t bundle_read_head(const AParcel *parcel, int32_t *count)
{
	int32_t length, magic;
	binder_status_t status;

	*count = 0;
	status = AParcel_readInt32(parcel, &length);
	if (status != STATUS_OK || length == 0)
		return status;
	if (length < 0)
		return STATUS_UNEXPECTED_NULL;
	status = AParcel_readInt32(parcel, &magic);
	if (status != STATUS_OK)
		return status;
	if ((magic != BUNDLE_MAGIC && magic != BUNDLE_MAGIC_JAVA) ||
		(size_t)length > parcel_avail(parcel))
		return STATUS_BAD_VALUE;
	status = AParcel_readInt32(parcel, count);
	if (status == STATUS_OK && *count > 0 &&
		(size_t)*count > parcel_avail(parcel) / BUNDLE_ENTRY_LEAST)
		return STATUS_BAD_VALUE;
	return status;
}

static binder_status_t bundle_read(
	const AParcel *parcel, unsigned int depth, APersistableBundle **out)
{
	APersistableBundle *bundle;
	binder_status_t status;
	int32_t count;

	if (depth >= BUNDLE_DEPTH_MAX)
		return STATUS_BAD_VALUE;
	status = bundle_read_head(parcel, &count);
	if (status != STATUS_OK)
		return status;
	bundle = APersistableBundle_new();
	if (!bundle)
		return STATUS_NO_MEMORY;
	for (; status == STATUS_OK && count > 0; count--)
		status = bundle_read_entry(parcel, depth, bundle);
	if (status != STATUS_OK) {
		APersistableBundle_delete(bundle);
		return status;
	}
	*out = bundle;
	return STATUS_OK;
}

binder_status_t APersistableBundle_readFromParcel(
	const AParcel *parcel, APersistableBundle **outPBundle)
{
	if (!parcel || !outPBundle)
		return STATUS_BAD_VALUE;
	return bundle_read(parcel, 0, outPBundle);
}
