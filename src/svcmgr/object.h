#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Objects of other processes that are held, each once.
 *
 * A service, a callback: whoever has a use for an object holds it by an object_user of
 * its own. The table holds the object itself by one strong reference and one death link,
 * however many users it has.
 */

#include <binderd/binder_io.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>

struct object;
struct object_table;
struct object_user;

/* What a table asks of the driver. */
struct object_ops {
	void (*acquire)(void *context, uint32_t handle);
	void (*release)(void *context, uint32_t handle);
	/* From here on object_died() may be called for @object, whose @death is to be filled. */
	void (*link)(void *context, struct object *object);
	/* object_unlinked() is to be called once this is confirmed. */
	void (*unlink)(void *context, struct object *object);
};

/* An object that is held, was held, or dies. */
struct object {
	RB_ENTRY(object) entry; /* in the table, by handle, while it is held */
	TAILQ_ENTRY(object) unlinking_entry;
	struct object_table *table;
	struct binder_death death; /* the link's memory, filled by the driver's side */
	uint32_t handle;
	bool unlinking; /* no user is left; the driver has not confirmed the unlinking */
	bool dying;	/* its users are being told */
	TAILQ_HEAD(, object_user) users;
	/* For the driver's side, which may hear of both at an inconvenient time. */
	STAILQ_ENTRY(object) late_entry;
	bool late_died, late_unlinked;
};

/* A use; embedded in what has the use. */
struct object_user {
	TAILQ_ENTRY(object_user) entry;
	struct object *object; /* NULL while it holds none */
	/* The object died, and @user holds it no longer; it may free itself and drop others. */
	void (*died)(struct object_user *user);
};

RB_HEAD(object_tree, object);

struct object_table {
	const struct object_ops *ops;
	void *context; /* for @ops */
	struct object_tree objects;
	TAILQ_HEAD(, object) unlinking;
};

/**
 * object_table_init() - start with none
 * @ops:     as above; must live as long
 * @context: the first argument of each
 */
void object_table_init(struct object_table *table, const struct object_ops *ops, void *context);

/* Forget everything, without a word to the driver, which is closed by now; no user is left. */
void object_table_deinit(struct object_table *table);

/**
 * object_hold() - hold an object
 * @user:   holds none; its @died is set
 * @handle: the object, which the request that brought it still holds
 *
 * Return: 0 or -ENOMEM.
 */
int object_hold(struct object_table *table, struct object_user *user, uint32_t handle);

/* Let an object go, if @user holds one. */
void object_drop(struct object_user *user);

/* Make @to, which holds none, the holder of what @from holds, which may be none. */
void object_move(struct object_user *to, struct object_user *from);

/* Forget what @user holds without a word to the driver, which is closed by now. */
void object_forget(struct object_user *user);

/* The object's process died: its users are told, and it is freed. */
void object_died(struct object *object);

/* The driver knows nothing of @object any more: it is freed. */
void object_unlinked(struct object *object);
