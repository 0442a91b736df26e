// SPDX-License-Identifier: Apache-2.0
/*
 * What bundles are made of: texts and values. Each owns what it points to; an empty one points to
 * nothing.
 */

#include "lib/ndk/bundle.h"

#include <stdlib.h>
#include <string.h>

size_t bundle_element_size(enum bundle_kind kind)
{
	switch (kind) {
	case BUNDLE_BOOLEAN_VECTOR:
		return sizeof(bool);
	case BUNDLE_INT_VECTOR:
		return sizeof(int32_t);
	case BUNDLE_LONG_VECTOR:
		return sizeof(int64_t);
	case BUNDLE_DOUBLE_VECTOR:
		return sizeof(double);
	case BUNDLE_STRING_VECTOR:
		return sizeof(struct bundle_text);
	default:
		return 0;
	}
}

/* Room for @count units. */
static bool bundle_text_alloc(struct bundle_text *text, size_t count)
{
	*text = (struct bundle_text){0};
	if (!count)
		return true;
	text->units = reallocarray(NULL, count, sizeof(*text->units));
	text->count = text->units ? count : 0;
	return text->units != NULL;
}

bool bundle_text_from_units(struct bundle_text *text, const utf_unit *units, size_t count)
{
	if (!bundle_text_alloc(text, count))
		return false;
	if (count)
		memcpy(text->units, units, count * sizeof(*units));
	return true;
}

bool bundle_text_from_utf8(struct bundle_text *text, const char *utf8)
{
	size_t length = utf8 ? strlen(utf8) : 0;
	ssize_t count = utf_units(utf8, length);

	if (!bundle_text_alloc(text, count > 0 ? (size_t)count : 0))
		return false;
	if (text->count)
		utf_to_units(utf8, length, text->units);
	return true;
}

void bundle_text_end(struct bundle_text *text)
{
	free(text->units);
	*text = (struct bundle_text){0};
}

int bundle_text_compare(const struct bundle_text *a, const struct bundle_text *b)
{
	size_t count = a->count < b->count ? a->count : b->count;

	for (size_t i = 0; i < count; i++) {
		if (a->units[i] != b->units[i])
			return a->units[i] < b->units[i] ? -1 : 1;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static bool bundle_copy_texts(struct bundle_value *to, const struct bundle_value *from)
{
	to->texts = calloc(from->count, sizeof(*to->texts));
	if (!to->texts)
		return false;
	for (to->count = 0; to->count < from->count; to->count++) {
		const struct bundle_text *text = &from->texts[to->count];

		if (!bundle_text_from_units(&to->texts[to->count], text->units, text->count)) {
			bundle_value_end(to);
			return false;
		}
	}
	return true;
}

static bool bundle_copy_elements(struct bundle_value *to, const struct bundle_value *from)
{
	size_t size = bundle_element_size(from->kind);

	to->elements = reallocarray(NULL, from->count, size);
	if (!to->elements)
		return false;
	memcpy(to->elements, from->elements, from->count * size);
	to->count = from->count;
	return true;
}

bool bundle_value_copy(struct bundle_value *to, const struct bundle_value *from)
{
	*to = (struct bundle_value){.kind = from->kind};
	switch (from->kind) {
	case BUNDLE_STRING:
		return bundle_text_from_units(&to->text, from->text.units, from->text.count);
	case BUNDLE_STRING_VECTOR:
		return !from->count || bundle_copy_texts(to, from);
	case BUNDLE_BUNDLE:
		to->bundle = APersistableBundle_dup(from->bundle);
		return to->bundle != NULL;
	default:
		if (bundle_element_size(from->kind))
			return !from->count || bundle_copy_elements(to, from);
		*to = *from;
		return true;
	}
}

void bundle_value_end(struct bundle_value *value)
{
	switch (value->kind) {
	case BUNDLE_STRING:
		bundle_text_end(&value->text);
		break;
	case BUNDLE_STRING_VECTOR:
		for (size_t i = 0; i < value->count; i++)
			bundle_text_end(&value->texts[i]);
		free(value->texts);
		break;
	case BUNDLE_BUNDLE:
		APersistableBundle_delete(value->bundle);
		break;
	default:
		if (bundle_element_size(value->kind))
			free(value->elements);
		break;
	}
	*value = (struct bundle_value){.kind = value->kind};
}

static bool bundle_texts_equal(const struct bundle_value *a, const struct bundle_value *b)
{
	for (size_t i = 0; i < a->count; i++) {
		if (bundle_text_compare(&a->texts[i], &b->texts[i]) != 0)
			return false;
	}
	return true;
}

/* Not by their bytes: 0 is -0, and no NaN is another. */
static bool bundle_doubles_equal(const struct bundle_value *a, const struct bundle_value *b)
{
	const double *left = a->elements, *right = b->elements;

	for (size_t i = 0; i < a->count; i++) {
		if (left[i] != right[i])
			return false;
	}
	return true;
}

bool bundle_value_equal(const struct bundle_value *a, const struct bundle_value *b)
{
	if (a->kind != b->kind || a->count != b->count)
		return false;
	switch (a->kind) {
	case BUNDLE_BOOLEAN:
		return a->boolean == b->boolean;
	case BUNDLE_INT:
		return a->integer == b->integer;
	case BUNDLE_LONG:
		return a->wide == b->wide;
	case BUNDLE_DOUBLE:
		return a->real == b->real;
	case BUNDLE_STRING:
		return bundle_text_compare(&a->text, &b->text) == 0;
	case BUNDLE_STRING_VECTOR:
		return bundle_texts_equal(a, b);
	case BUNDLE_DOUBLE_VECTOR:
		return bundle_doubles_equal(a, b);
	case BUNDLE_BUNDLE:
		return APersistableBundle_isEqual(a->bundle, b->bundle);
	default:
		return !a->count || memcmp(a->elements, b->elements,
					    a->count * bundle_element_size(a->kind)) == 0;
	}
}
