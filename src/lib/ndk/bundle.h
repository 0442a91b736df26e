#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Bundles: for the files bundle*.c alone. What programs see is <android/persistable_bundle.h>.
 *
 * One tree of entries by key, each with one value. Keys and texts are kept in UTF-16, as they are
 * on the wire, whose order is that of the keys' units.
 */

#include <android/persistable_bundle.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/tree.h>

#include "lib/ndk/utf.h"

/* Bundles in bundles that are read or written. */
#define BUNDLE_DEPTH_MAX 64

/* In the order in which they are written. */
enum bundle_kind {
	BUNDLE_BOOLEAN,
	BUNDLE_INT,
	BUNDLE_LONG,
	BUNDLE_DOUBLE,
	BUNDLE_STRING,
	BUNDLE_BOOLEAN_VECTOR,
	BUNDLE_INT_VECTOR,
	BUNDLE_LONG_VECTOR,
	BUNDLE_DOUBLE_VECTOR,
	BUNDLE_STRING_VECTOR,
	BUNDLE_BUNDLE,
	BUNDLE_KINDS,
};

struct bundle_text {
	utf_unit *units; /* of malloc(3); NULL if it is empty */
	size_t count;
};

struct bundle_value {
	enum bundle_kind kind;
	size_t count; /* elements of a vector */
	union {
		bool boolean;
		int32_t integer;
		int64_t wide;
		double real;
		struct bundle_text text;
		void *elements; /* of malloc(3); NULL if there are none */
		struct bundle_text *texts;
		APersistableBundle *bundle;
	};
};

struct bundle_entry {
	RB_ENTRY(bundle_entry) link;
	struct bundle_text key;
	struct bundle_value value;
};

RB_HEAD(bundle_tree, bundle_entry);

struct APersistableBundle {
	struct bundle_tree tree;
	size_t counts[BUNDLE_KINDS];
};

/** bundle_element_size() - bytes of an element of a vector of this kind, in memory */
size_t bundle_element_size(enum bundle_kind kind);

/** bundle_text_from_units() - a copy; Return: false without memory */
bool bundle_text_from_units(struct bundle_text *text, const utf_unit *units, size_t count);

/** bundle_text_from_utf8() - a copy, empty if it is none or cut; Return: false without memory */
bool bundle_text_from_utf8(struct bundle_text *text, const char *utf8);

/** bundle_text_end() - free it, and make it empty */
void bundle_text_end(struct bundle_text *text);

/** bundle_text_compare() - by units, then by length; Return: below, above or 0 */
int bundle_text_compare(const struct bundle_text *a, const struct bundle_text *b);

/** bundle_value_copy() - Return: false without memory; then @to holds nothing */
bool bundle_value_copy(struct bundle_value *to, const struct bundle_value *from);

/** bundle_value_equal() - whether both are of the same kind and equal */
bool bundle_value_equal(const struct bundle_value *a, const struct bundle_value *b);

/** bundle_value_end() - free what it holds */
void bundle_value_end(struct bundle_value *value);

/** bundle_find() - the entry of a key, or NULL */
struct bundle_entry *bundle_find(const APersistableBundle *bundle, const struct bundle_text *key);

/**
 * bundle_put() - set the value of a key
 * @key:   becomes the bundle's, or is freed
 * @value: becomes the bundle's, or is freed
 *
 * Return: false without memory.
 */
bool bundle_put(APersistableBundle *bundle, struct bundle_text *key, struct bundle_value *value);

/** bundle_first() / bundle_next() - the entries of one kind by key; NULL at the end */
struct bundle_entry *bundle_first(const APersistableBundle *bundle, enum bundle_kind kind);
struct bundle_entry *bundle_next(struct bundle_entry *entry);
