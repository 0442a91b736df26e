#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Callbacks that were registered for names.
 *
 * A name need not be a service's, or not any more: who waits for one registers before it is
 * there, and a lazy service that comes back relies on what it registered before it went.
 */

#include "svcmgr/account.h"
#include "svcmgr/object.h"

#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>

struct callback_list;
struct callback_table;

struct callback {
	TAILQ_ENTRY(callback) entry;
	struct object_user user; /* of the callback's object */
	struct callback_list *list;
	uint32_t uid;	/* who is charged for it */
	uint32_t magic; /* of the token of the request that brought it: its own tokens have it */
};

/* The callbacks of one name: at least one. */
struct callback_list {
	RB_ENTRY(callback_list) entry;
	struct callback_table *table;
	TAILQ_HEAD(, callback) callbacks; /* in the order of their registration */
	char name[];
};

RB_HEAD(callback_tree, callback_list);

struct callback_table {
	struct object_table *objects;
	struct accounts *accounts;
	struct callback_tree lists;
	size_t count; /* of callbacks */
};

/**
 * callback_table_init() - start with none
 * @objects:  how objects are held; must live longer
 * @accounts: who is charged; must live longer
 */
void callback_table_init(
	struct callback_table *table, struct object_table *objects, struct accounts *accounts);

/* Forget everything, without a word to the driver, which is closed by now. */
void callback_table_deinit(struct callback_table *table);

/**
 * callback_add() - register a callback for a name, which may have the same one already
 * @name:   copied
 * @handle: the callback, which the request that brought it still holds
 * @uid:    who is charged
 * @magic:  kept with it
 * @out:    set to it; it goes when its process dies
 *
 * Return: 0, -EDQUOT or -ENOSPC as account_charge(), or -ENOMEM.
 */
int callback_add(struct callback_table *table, const char *name, uint32_t handle, uint32_t uid,
	uint32_t magic, struct callback **out);

/**
 * callback_remove() - remove all registrations of a callback for a name
 *
 * Return: how many there were.
 */
unsigned int callback_remove(struct callback_table *table, const char *name, uint32_t handle);

/* The callbacks of a name, or NULL for none. */
struct callback_list *callback_find(const struct callback_table *table, const char *name);
