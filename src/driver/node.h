#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Nodes: the objects that procs have sent.
 *
 * A node counts who holds it: strongly by others' refs (internal_strong), by the
 * owner's own parcels and transactions (local_strong, local_weak), and for the time
 * of an operation (tmp). The owner is told by BR_INCREFS, BR_ACQUIRE, BR_RELEASE and
 * BR_DECREFS when "held at all" and "held strongly" change; has_* is what it was
 * told, pending_* that it has not yet acknowledged.
 *
 * A dead node's owner is gone; refs keep it until the last one goes.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>

#include <binderd/uapi.h>

#include "driver/update.h"
#include "driver/work.h"

struct driver;
struct proc;
struct ref;
struct thread;
struct user;

struct node {
	RB_ENTRY(node) entry;	     /* of the owner's tree, by ptr */
	LIST_ENTRY(node) dead_entry; /* of the driver's dead nodes */
	struct work work;
	struct driver *driver;
	struct proc *proc; /* owner, NULL when dead */
	struct user *user; /* that it is charged to */
	LIST_HEAD(, ref) refs;
	struct ref *walk; /* the next of them to be told something, see ref_delete() */
	int internal_strong;
	int local_strong;
	int local_weak;
	int tmp;
	uint64_t ptr;
	uint64_t cookie;
	bool has_strong, pending_strong;
	bool has_weak, pending_weak;
	bool accept_fds;
	bool security_ctx;
	uint8_t min_priority; /* nice value that callers' calls run at, at least */
	bool has_async;	      /* a oneway is under way; others wait in async_todo */
	struct work_list async_todo;
	struct update_tree updates; /* of these, the ones with TF_UPDATE_TXN */
	uint64_t last_update;
};

/**
 * node_find() - the node that @proc knows as @ptr, with tmp taken, or NULL
 * node_new()  - the same, made if need be; @object may be NULL (manager)
 */
struct node *node_find(struct proc *proc, uint64_t ptr);
struct node *node_new(struct proc *proc, const struct flat_binder_object *object);
/** node_hold() / node_put() - tmp; put frees a node that nothing holds any more */
void node_hold(struct node *node);
void node_put(struct node *node);

/**
 * node_inc() - count up
 * @internal: by a ref, not by the owner
 * @target:   the owner's thread that is to announce it, or NULL
 *
 * Return: 0, or -EINVAL: nobody holds it and nobody could announce it.
 */
int node_inc(struct node *node, bool strong, bool internal, struct thread *target);
/** node_dec() - count down; may free the node, unless tmp holds it */
void node_dec(struct node *node, bool strong, bool internal);

/**
 * node_release() - the owner is dead: let go of a piece of @node
 *
 * @node is off its tree and has one tmp for this, which goes with the last piece, and
 * @node with it if no ref holds it. Return: whether there is more.
 */
bool node_release(struct node *node);

/** node_free() - frees what nothing refers to and no tree holds */
void node_free(struct node *node);

struct node_tree;
int node_compare(const struct node *a, const struct node *b);
RB_PROTOTYPE(node_tree, node, entry, node_compare)
