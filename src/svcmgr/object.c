// SPDX-License-Identifier: Apache-2.0
/*
 * Held objects.
 *
 * The driver takes one death link for each reference, so that objects with several uses
 * need one place that has the link; and it must be exactly one strong reference, for what
 * the driver counts beyond it are a service's clients.
 *
 * An object without users waits, unlinked but in memory, until the driver has confirmed
 * that no death of it is under way: its address is the link's cookie. If it is held anew
 * meanwhile, that is another struct with another cookie.
 */

#include "svcmgr/object.h"

#include <errno.h>
#include <stdlib.h>

static int object_compare(const struct object *a, const struct object *b)
{
	return a->handle < b->handle ? -1 : a->handle > b->handle;
}

RB_GENERATE_INTERNAL(object_tree, object, entry, object_compare, __attribute__((unused)) static)

void object_table_init(struct object_table *table, const struct object_ops *ops, void *context)
{
	*table = (struct object_table){.ops = ops, .context = context};
	RB_INIT(&table->objects);
	TAILQ_INIT(&table->unlinking);
}

void object_table_deinit(struct object_table *table)
{
	struct object *object;

	while ((object = RB_ROOT(&table->objects))) {
		RB_REMOVE(object_tree, &table->objects, object);
		free(object);
	}
	while ((object = TAILQ_FIRST(&table->unlinking))) {
		TAILQ_REMOVE(&table->unlinking, object, unlinking_entry);
		free(object);
	}
}

/* The object that a handle names: the one that is held, or a new one, now held. */
static struct object *object_get(struct object_table *table, uint32_t handle)
{
	struct object key = {.handle = handle};
	struct object *object = RB_FIND(object_tree, &table->objects, &key);

	if (object)
		return object;
	object = calloc(1, sizeof(*object));
	if (!object)
		return NULL;
	object->table = table;
	object->handle = handle;
	TAILQ_INIT(&object->users);
	RB_INSERT(object_tree, &table->objects, object);
	table->ops->acquire(table->context, handle);
	table->ops->link(table->context, object);
	return object;
}

int object_hold(struct object_table *table, struct object_user *user, uint32_t handle)
{
	struct object *object = object_get(table, handle);

	if (!object)
		return -ENOMEM;
	TAILQ_INSERT_TAIL(&object->users, user, entry);
	user->object = object;
	return 0;
}

void object_forget(struct object_user *user)
{
	if (user->object)
		TAILQ_REMOVE(&user->object->users, user, entry);
	user->object = NULL;
}

void object_move(struct object_user *to, struct object_user *from)
{
	struct object *object = from->object;

	object_forget(from);
	to->object = object;
	if (object)
		TAILQ_INSERT_TAIL(&object->users, to, entry);
}

void object_drop(struct object_user *user)
{
	struct object *object = user->object;
	struct object_table *table;

	object_forget(user);
	if (!object || object->dying || !TAILQ_EMPTY(&object->users))
		return;
	table = object->table;
	RB_REMOVE(object_tree, &table->objects, object);
	object->unlinking = true;
	TAILQ_INSERT_TAIL(&table->unlinking, object, unlinking_entry);
	table->ops->unlink(table->context, object);
	table->ops->release(table->context, object->handle);
}

void object_died(struct object *object)
{
	struct object_table *table = object->table;
	struct object_user *user;

	/* Dropped, and the confirmation is under way: that frees it. */
	if (object->unlinking)
		return;
	object->dying = true;
	RB_REMOVE(object_tree, &table->objects, object);
	while ((user = TAILQ_FIRST(&object->users))) {
		object_forget(user);
		user->died(user);
	}
	table->ops->release(table->context, object->handle);
	free(object);
}

void object_unlinked(struct object *object)
{
	TAILQ_REMOVE(&object->table->unlinking, object, unlinking_entry);
	free(object);
}
