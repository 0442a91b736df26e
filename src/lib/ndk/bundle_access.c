// SPDX-License-Identifier: Apache-2.0
/*
 * Putting values into bundles, and getting them back.
 *
 * The functions for each type are few lines around what is common. Those that put return nothing,
 * so they end the process where they cannot do what they were asked for, as in Android.
 */

#include "lib/ndk/bundle.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

static _Noreturn void bundle_fatal(const char *what)
{
	log_error("APersistableBundle: %s", what);
	abort();
}

static void bundle_put_value(
	APersistableBundle *bundle, const char *key, struct bundle_value *value)
{
	struct bundle_text text;

	if (!bundle_text_from_utf8(&text, key) || !bundle_put(bundle, &text, value))
		bundle_fatal("out of memory");
}

/* @count elements of a vector take so many bytes; it must be possible to say so. */
static size_t bundle_vector_size(int32_t count, size_t size)
{
	if (count < 0)
		bundle_fatal("a negative number of elements");
	if ((size_t)count > INT32_MAX / size)
		bundle_fatal("more elements than can be told");
	return (size_t)count * size;
}

static void bundle_put_vector(APersistableBundle *bundle, const char *key, enum bundle_kind kind,
	const void *elements, int32_t count)
{
	size_t size = bundle_vector_size(count, bundle_element_size(kind));
	struct bundle_value value = {.kind = kind, .count = (size_t)count};

	if (size) {
		value.elements = malloc(size);
		if (!value.elements)
			bundle_fatal("out of memory");
		memcpy(value.elements, elements, size);
	}
	bundle_put_value(bundle, key, &value);
}

static const struct bundle_value *bundle_get(
	const APersistableBundle *bundle, const char *key, enum bundle_kind kind)
{
	const struct bundle_entry *entry;
	struct bundle_text text;

	if (!bundle_text_from_utf8(&text, key))
		bundle_fatal("out of memory");
	entry = bundle_find(bundle, &text);
	bundle_text_end(&text);
	return entry && entry->value.kind == kind ? &entry->value : NULL;
}

/* How many elements of @size bytes have room. */
static size_t bundle_room(int32_t bytes, size_t size)
{
	if (bytes < 0)
		bundle_fatal("a negative size of a buffer");
	return (size_t)bytes / size;
}

static int32_t bundle_get_vector(const APersistableBundle *bundle, const char *key,
	enum bundle_kind kind, void *buffer, int32_t bytes)
{
	const struct bundle_value *value = bundle_get(bundle, key, kind);
	size_t size = bundle_element_size(kind), room = bundle_room(bytes, size);

	if (!value)
		return APERSISTABLEBUNDLE_KEY_NOT_FOUND;
	if (room > value->count)
		room = value->count;
	if (buffer && room)
		memcpy(buffer, value->elements, room * size);
	return (int32_t)(value->count * size);
}

/* A text in memory of the caller's. Return: its bytes, or an error in place of them. */
static int32_t bundle_give_text(const struct bundle_text *text, char **out,
	APersistableBundle_stringAllocator allocator, void *context)
{
	size_t bytes = utf_bytes(text->units, text->count);

	*out = NULL;
	if (bytes >= INT32_MAX || !allocator)
		return APERSISTABLEBUNDLE_ALLOCATOR_FAILED;
	*out = allocator((int32_t)bytes + 1, context);
	if (!*out)
		return APERSISTABLEBUNDLE_ALLOCATOR_FAILED;
	utf_to_bytes(text->units, text->count, *out);
	(*out)[bytes] = '\0';
	return (int32_t)bytes;
}

#define BUNDLE_SCALAR(name, type, kind_, member)                                                  \
	void APersistableBundle_put##name(APersistableBundle *pBundle, const char *key, type val) \
	{                                                                                         \
		struct bundle_value value = {.kind = kind_, .member = val};                       \
                                                                                                  \
		bundle_put_value(pBundle, key, &value);                                           \
	}                                                                                         \
                                                                                                  \
	bool APersistableBundle_get##name(                                                        \
		const APersistableBundle *pBundle, const char *key, type *val)                    \
	{                                                                                         \
		const struct bundle_value *value = bundle_get(pBundle, key, kind_);               \
                                                                                                  \
		if (value)                                                                        \
			*val = value->member;                                                     \
		return value != NULL;                                                             \
	}

#define BUNDLE_VECTOR(name, type, kind)                                                     \
	void APersistableBundle_put##name##Vector(                                          \
		APersistableBundle *pBundle, const char *key, const type *vec, int32_t num) \
	{                                                                                   \
		bundle_put_vector(pBundle, key, kind, vec, num);                            \
	}                                                                                   \
                                                                                            \
	int32_t APersistableBundle_get##name##Vector(const APersistableBundle *pBundle,     \
		const char *key, type *buffer, int32_t bufferSizeBytes)                     \
	{                                                                                   \
		return bundle_get_vector(pBundle, key, kind, buffer, bufferSizeBytes);      \
	}

BUNDLE_SCALAR(Boolean, bool, BUNDLE_BOOLEAN, boolean)
BUNDLE_SCALAR(Int, int32_t, BUNDLE_INT, integer)
BUNDLE_SCALAR(Long, int64_t, BUNDLE_LONG, wide)
BUNDLE_SCALAR(Double, double, BUNDLE_DOUBLE, real)
BUNDLE_VECTOR(Boolean, bool, BUNDLE_BOOLEAN_VECTOR)
BUNDLE_VECTOR(Int, int32_t, BUNDLE_INT_VECTOR)
BUNDLE_VECTOR(Long, int64_t, BUNDLE_LONG_VECTOR)
BUNDLE_VECTOR(Double, double, BUNDLE_DOUBLE_VECTOR)

void APersistableBundle_putString(APersistableBundle *pBundle, const char *key, const char *val)
{
	struct bundle_value value = {.kind = BUNDLE_STRING};

	if (!bundle_text_from_utf8(&value.text, val))
		bundle_fatal("out of memory");
	bundle_put_value(pBundle, key, &value);
}

void APersistableBundle_putStringVector(
	APersistableBundle *pBundle, const char *key, const char *const *vec, int32_t num)
{
	struct bundle_value value = {.kind = BUNDLE_STRING_VECTOR};

	if (bundle_vector_size(num, sizeof(char *))) {
		value.texts = calloc((size_t)num, sizeof(*value.texts));
		if (!value.texts)
			bundle_fatal("out of memory");
	}
	for (; value.count < (size_t)num; value.count++) {
		if (!bundle_text_from_utf8(&value.texts[value.count], vec[value.count]))
			bundle_fatal("out of memory");
	}
	bundle_put_value(pBundle, key, &value);
}

void APersistableBundle_putPersistableBundle(
	APersistableBundle *pBundle, const char *key, const APersistableBundle *val)
{
	struct bundle_value value = {
		.kind = BUNDLE_BUNDLE,
		.bundle = APersistableBundle_dup(val),
	};

	if (!value.bundle)
		bundle_fatal("out of memory");
	bundle_put_value(pBundle, key, &value);
}

int32_t APersistableBundle_getString(const APersistableBundle *pBundle, const char *key, char **val,
	APersistableBundle_stringAllocator stringAllocator, void *context)
{
	const struct bundle_value *value = bundle_get(pBundle, key, BUNDLE_STRING);

	if (!value)
		return APERSISTABLEBUNDLE_KEY_NOT_FOUND;
	return bundle_give_text(&value->text, val, stringAllocator, context);
}

int32_t APersistableBundle_getStringVector(const APersistableBundle *pBundle, const char *key,
	char **buffer, int32_t bufferSizeBytes, APersistableBundle_stringAllocator stringAllocator,
	void *context)
{
	const struct bundle_value *value = bundle_get(pBundle, key, BUNDLE_STRING_VECTOR);
	size_t room = bundle_room(bufferSizeBytes, sizeof(*buffer));

	if (!value)
		return APERSISTABLEBUNDLE_KEY_NOT_FOUND;
	if (!stringAllocator)
		return APERSISTABLEBUNDLE_ALLOCATOR_FAILED;
	for (size_t i = 0; buffer && i < room && i < value->count; i++) {
		if (bundle_give_text(&value->texts[i], &buffer[i], stringAllocator, context) < 0)
			return APERSISTABLEBUNDLE_ALLOCATOR_FAILED;
	}
	return (int32_t)(value->count * sizeof(*buffer));
}

bool APersistableBundle_getPersistableBundle(
	const APersistableBundle *pBundle, const char *key, APersistableBundle **outBundle)
{
	const struct bundle_value *value = bundle_get(pBundle, key, BUNDLE_BUNDLE);
	APersistableBundle *copy;

	if (!value)
		return false;
	copy = APersistableBundle_dup(value->bundle);
	if (!copy)
		bundle_fatal("out of memory");
	*outBundle = copy;
	return true;
}

static int32_t bundle_get_keys(const APersistableBundle *bundle, enum bundle_kind kind, char **keys,
	int32_t bytes, APersistableBundle_stringAllocator allocator, void *context)
{
	size_t room = bundle_room(bytes, sizeof(*keys));
	struct bundle_entry *entry = bundle_first(bundle, kind);

	if (!allocator)
		return APERSISTABLEBUNDLE_ALLOCATOR_FAILED;
	for (size_t i = 0; keys && i < room && entry; i++, entry = bundle_next(entry)) {
		if (bundle_give_text(&entry->key, &keys[i], allocator, context) < 0)
			return APERSISTABLEBUNDLE_ALLOCATOR_FAILED;
	}
	return (int32_t)(bundle->counts[kind] * sizeof(*keys));
}

#define BUNDLE_KEYS(name, kind)                                                             \
	int32_t APersistableBundle_get##name##Keys(const APersistableBundle *pBundle,       \
		char **outKeys, int32_t bufferSizeBytes,                                    \
		APersistableBundle_stringAllocator stringAllocator, void *context)          \
	{                                                                                   \
		return bundle_get_keys(                                                     \
			pBundle, kind, outKeys, bufferSizeBytes, stringAllocator, context); \
	}

BUNDLE_KEYS(Boolean, BUNDLE_BOOLEAN)
BUNDLE_KEYS(Int, BUNDLE_INT)
BUNDLE_KEYS(Long, BUNDLE_LONG)
BUNDLE_KEYS(Double, BUNDLE_DOUBLE)
BUNDLE_KEYS(String, BUNDLE_STRING)
BUNDLE_KEYS(BooleanVector, BUNDLE_BOOLEAN_VECTOR)
BUNDLE_KEYS(IntVector, BUNDLE_INT_VECTOR)
BUNDLE_KEYS(LongVector, BUNDLE_LONG_VECTOR)
BUNDLE_KEYS(DoubleVector, BUNDLE_DOUBLE_VECTOR)
BUNDLE_KEYS(StringVector, BUNDLE_STRING_VECTOR)
BUNDLE_KEYS(PersistableBundle, BUNDLE_BUNDLE)
