#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Refs: what a proc holds of others' nodes, by handle.
 *
 * A ref lives while its strong or weak count is not 0. However many strong counts
 * it has, it counts once for its node.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>

struct death;
struct freeze;
struct node;
struct proc;
struct thread;

struct ref {
	RB_ENTRY(ref) by_handle;
	RB_ENTRY(ref) by_node;
	LIST_ENTRY(ref) node_entry;
	struct proc *proc;
	struct node *node;
	uint32_t handle;
	int strong;
	int weak;
	struct death *death;   /* notification asked for, or NULL */
	struct freeze *freeze; /* the same */
};

RB_HEAD(ref_handle_tree, ref);
RB_HEAD(ref_node_tree, ref);

/** ref_find() - by handle; with @strong only one that is held strongly. Or NULL */
struct ref *ref_find(struct proc *proc, uint32_t handle, bool strong);
/** ref_first() - any ref of @proc, the lowest handle, or NULL */
struct ref *ref_first(struct proc *proc);
/** ref_next() - the next higher handle's, or NULL */
struct ref *ref_next(struct ref *ref);

/**
 * ref_inc_node() - @proc holds @node once more; its ref is made if need be
 * @target: as of node_inc()
 * @handle: its handle, also on failure of an existing ref
 *
 * Return: 0, -EINVAL or -ENOMEM; a ref made here is gone then.
 */
int ref_inc_node(
	struct proc *proc, struct node *node, bool strong, struct thread *target, uint32_t *handle);
/** ref_inc() - by handle. Return: 0 or -EINVAL */
int ref_inc(struct proc *proc, uint32_t handle, bool strong);
/** ref_dec() - by handle. Return: 0 or -EINVAL: no such ref, or not held so */
int ref_dec(struct proc *proc, uint32_t handle, bool strong);
/** ref_delete() - with its notifications, whatever its counts */
void ref_delete(struct ref *ref);
