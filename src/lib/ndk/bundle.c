// SPDX-License-Identifier: Apache-2.0
/*
 * Bundles as containers: one tree by key, and a count for each kind of value.
 *
 * Android keeps a map for each kind; as putting a value removes the key from all others, one tree
 * holds the same. It is a tree, and not a sorted array, because a peer chooses the order of keys.
 */

#include "lib/ndk/bundle.h"

#include <assert.h>
#include <stdlib.h>

static int bundle_compare(const struct bundle_entry *a, const struct bundle_entry *b)
{
	return bundle_text_compare(&a->key, &b->key);
}

RB_GENERATE_INTERNAL(
	bundle_tree, bundle_entry, link, bundle_compare, static __attribute__((unused)))

static void bundle_remove(APersistableBundle *bundle, struct bundle_entry *entry)
{
	bundle->counts[entry->value.kind]--;
	RB_REMOVE(bundle_tree, &bundle->tree, entry);
	bundle_text_end(&entry->key);
	bundle_value_end(&entry->value);
	free(entry);
}

struct bundle_entry *bundle_find(const APersistableBundle *bundle, const struct bundle_text *key)
{
	struct bundle_entry wanted = {.key = *key};

	return RB_FIND(bundle_tree, (struct bundle_tree *)&bundle->tree, &wanted);
}

/* An entry without a value for a key that has none. */
static struct bundle_entry *bundle_add(APersistableBundle *bundle, const struct bundle_text *key)
{
	struct bundle_entry *entry = calloc(1, sizeof(*entry)), *former;

	if (!entry)
		return NULL;
	entry->key = *key;
	former = RB_INSERT(bundle_tree, &bundle->tree, entry);
	assert(!former);
	(void)former;
	return entry;
}

bool bundle_put(APersistableBundle *bundle, struct bundle_text *key, struct bundle_value *value)
{
	struct bundle_entry *entry = bundle_find(bundle, key);

	if (entry) {
		bundle->counts[entry->value.kind]--;
		bundle_value_end(&entry->value);
		bundle_text_end(key);
	} else {
		entry = bundle_add(bundle, key);
		if (!entry) {
			bundle_text_end(key);
			bundle_value_end(value);
			return false;
		}
	}
	entry->value = *value;
	bundle->counts[value->kind]++;
	return true;
}

static struct bundle_entry *bundle_of_kind(struct bundle_entry *entry, enum bundle_kind kind)
{
	while (entry && entry->value.kind != kind)
		entry = RB_NEXT(bundle_tree, NULL, entry);
	return entry;
}

struct bundle_entry *bundle_first(const APersistableBundle *bundle, enum bundle_kind kind)
{
	if (!bundle->counts[kind])
		return NULL;
	return bundle_of_kind(RB_MIN(bundle_tree, (struct bundle_tree *)&bundle->tree), kind);
}

struct bundle_entry *bundle_next(struct bundle_entry *entry)
{
	return bundle_of_kind(RB_NEXT(bundle_tree, NULL, entry), entry->value.kind);
}

static size_t bundle_count(const APersistableBundle *bundle)
{
	size_t count = 0;

	for (int kind = 0; kind < BUNDLE_KINDS; kind++)
		count += bundle->counts[kind];
	return count;
}

APersistableBundle *APersistableBundle_new(void)
{
	return calloc(1, sizeof(APersistableBundle));
}

APersistableBundle *APersistableBundle_dup(const APersistableBundle *pBundle)
{
	APersistableBundle *copy = APersistableBundle_new();
	struct bundle_entry *entry;
	struct bundle_value value;
	struct bundle_text key;

	if (!pBundle || !copy)
		return copy;
	RB_FOREACH (entry, bundle_tree, (struct bundle_tree *)&pBundle->tree) {
		if (!bundle_text_from_units(&key, entry->key.units, entry->key.count))
			goto no_memory;
		if (!bundle_value_copy(&value, &entry->value)) {
			bundle_text_end(&key);
			goto no_memory;
		}
		if (!bundle_put(copy, &key, &value))
			goto no_memory;
	}
	return copy;

no_memory:
	APersistableBundle_delete(copy);
	return NULL;
}

void APersistableBundle_delete(APersistableBundle *pBundle)
{
	if (!pBundle)
		return;
	while (!RB_EMPTY(&pBundle->tree))
		bundle_remove(pBundle, RB_ROOT(&pBundle->tree));
	free(pBundle);
}

bool APersistableBundle_isEqual(const APersistableBundle *lhs, const APersistableBundle *rhs)
{
	struct bundle_entry *left, *right;

	if (!lhs || !rhs)
		return lhs == rhs;
	left = RB_MIN(bundle_tree, (struct bundle_tree *)&lhs->tree);
	right = RB_MIN(bundle_tree, (struct bundle_tree *)&rhs->tree);
	while (left && right) {
		if (bundle_compare(left, right) != 0 ||
			!bundle_value_equal(&left->value, &right->value))
			return false;
		left = RB_NEXT(bundle_tree, NULL, left);
		right = RB_NEXT(bundle_tree, NULL, right);
	}
	return !left && !right;
}

int32_t APersistableBundle_size(const APersistableBundle *pBundle)
{
	return (int32_t)bundle_count(pBundle);
}

int32_t APersistableBundle_erase(APersistableBundle *pBundle, const char *key)
{
	struct bundle_entry *entry;
	struct bundle_text text;

	if (!bundle_text_from_utf8(&text, key))
		abort();
	entry = bundle_find(pBundle, &text);
	bundle_text_end(&text);
	if (!entry)
		return 0;
	bundle_remove(pBundle, entry);
	return 1;
}
