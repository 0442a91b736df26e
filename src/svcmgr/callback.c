// SPDX-License-Identifier: Apache-2.0
/*
 * Callbacks by name.
 *
 * A list lives as long as it has a callback, so that names cost nothing beyond what the
 * callbacks are charged for.
 */

#include "svcmgr/callback.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CALLBACK_OF(pointer) \
	((struct callback *)((char *)(pointer)-offsetof(struct callback, user)))

static int callback_compare(const struct callback_list *a, const struct callback_list *b)
{
	return strcmp(a->name, b->name);
}

RB_GENERATE_INTERNAL(
	callback_tree, callback_list, entry, callback_compare, __attribute__((unused)) static)

void callback_table_init(
	struct callback_table *table, struct object_table *objects, struct accounts *accounts)
{
	*table = (struct callback_table){.objects = objects, .accounts = accounts};
	RB_INIT(&table->lists);
}

static void callback_list_put(struct callback_list *list)
{
	if (!TAILQ_EMPTY(&list->callbacks))
		return;
	RB_REMOVE(callback_tree, &list->table->lists, list);
	free(list);
}

/* Frees a callback that holds no object, and its list with the last one. */
static void callback_free(struct callback *callback)
{
	struct callback_list *list = callback->list;

	TAILQ_REMOVE(&list->callbacks, callback, entry);
	list->table->count--;
	account_refund(list->table->accounts, callback->uid, ACCOUNT_CALLBACKS);
	free(callback);
	callback_list_put(list);
}

/* Frees a list, callback by callback. */
static void callback_list_free(struct callback_list *list)
{
	struct callback *callback, *next;

	TAILQ_FOREACH_SAFE (callback, &list->callbacks, entry, next) {
		object_forget(&callback->user);
		callback_free(callback);
	}
}

void callback_table_deinit(struct callback_table *table)
{
	struct callback_list *list, *next;

	RB_FOREACH_SAFE (list, callback_tree, &table->lists, next)
		callback_list_free(list);
}

static void callback_died(struct object_user *user)
{
	callback_free(CALLBACK_OF(user));
}

struct callback_list *callback_find(const struct callback_table *table, const char *name)
{
	struct callback_list *list = RB_ROOT(&table->lists);

	/* By hand, since RB_FIND wants a whole list to compare with. */
	while (list) {
		int order = strcmp(name, list->name);

		if (!order)
			break;
		list = order < 0 ? RB_LEFT(list, entry) : RB_RIGHT(list, entry);
	}
	return list;
}

static struct callback_list *callback_list_get(struct callback_table *table, const char *name)
{
	struct callback_list *list = callback_find(table, name);
	size_t size = strlen(name) + 1;

	if (list)
		return list;
	list = calloc(1, sizeof(*list) + size);
	if (!list)
		return NULL;
	list->table = table;
	TAILQ_INIT(&list->callbacks);
	memcpy(list->name, name, size);
	RB_INSERT(callback_tree, &table->lists, list);
	return list;
}

int callback_add(struct callback_table *table, const char *name, uint32_t handle, uint32_t uid,
	uint32_t magic, struct callback **out)
{
	struct callback *callback;
	struct callback_list *list;
	int error = account_charge(table->accounts, uid, ACCOUNT_CALLBACKS);

	if (error)
		return error;
	callback = calloc(1, sizeof(*callback));
	list = callback ? callback_list_get(table, name) : NULL;
	if (!list || object_hold(table->objects, &callback->user, handle)) {
		if (list)
			callback_list_put(list);
		free(callback);
		account_refund(table->accounts, uid, ACCOUNT_CALLBACKS);
		return -ENOMEM;
	}
	callback->user.died = callback_died;
	callback->list = list;
	callback->uid = uid;
	callback->magic = magic;
	TAILQ_INSERT_TAIL(&list->callbacks, callback, entry);
	table->count++;
	*out = callback;
	return 0;
}

unsigned int callback_remove(struct callback_table *table, const char *name, uint32_t handle)
{
	struct callback_list *list = callback_find(table, name);
	struct callback *callback = list ? TAILQ_FIRST(&list->callbacks) : NULL, *next;
	unsigned int removed = 0;

	for (; callback; callback = next) {
		next = TAILQ_NEXT(callback, entry);
		if (callback->user.object->handle != handle)
			continue;
		object_drop(&callback->user);
		callback_free(callback);
		removed++;
	}
	return removed;
}
