/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Two trees of refs for each proc: by handle for what programs name, by node for
 * what is sent to them. Both and the list of the node's refs change together.
 */

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "driver/charge.h"
#include "driver/death.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "util/alloc.h"

static int ref_compare_handle(const struct ref *a, const struct ref *b)
{
	return a->handle < b->handle ? -1 : a->handle > b->handle;
}

static int ref_compare_node(const struct ref *a, const struct ref *b)
{
	return a->node < b->node ? -1 : a->node > b->node;
}

RB_PROTOTYPE(ref_handle_tree, ref, by_handle, ref_compare_handle)
RB_GENERATE(ref_handle_tree, ref, by_handle, ref_compare_handle)
RB_PROTOTYPE(ref_node_tree, ref, by_node, ref_compare_node)
RB_GENERATE(ref_node_tree, ref, by_node, ref_compare_node)

struct ref *ref_find(struct proc *proc, uint32_t handle, bool strong)
{
	struct ref key = {.handle = handle};
	struct ref *ref = RB_FIND(ref_handle_tree, &proc->refs_by_handle, &key);

	return ref && strong && !ref->strong ? NULL : ref;
}

struct ref *ref_first(struct proc *proc)
{
	return RB_MIN(ref_handle_tree, &proc->refs_by_handle);
}

struct ref *ref_next(struct ref *ref)
{
	return RB_NEXT(ref_handle_tree, &ref->proc->refs_by_handle, ref);
}

static struct ref *ref_new(struct proc *proc, struct node *node)
{
	uint32_t from = node == proc->driver->manager ? 0 : 1;
	struct ref *ref;

	if (!charge_take(proc->user, CHARGE_REF))
		return NULL;
	ref = alloc_zeroed(sizeof(*ref));
	if (!ref || handles_take(&proc->handles, from, &ref->handle) < 0) {
		free(ref);
		charge_refund(proc->user, CHARGE_REF);
		return NULL;
	}
	ref->proc = proc;
	ref->node = node;
	RB_INSERT(ref_handle_tree, &proc->refs_by_handle, ref);
	RB_INSERT(ref_node_tree, &proc->refs_by_node, ref);
	LIST_INSERT_HEAD(&node->refs, ref, node_entry);
	return ref;
}

void ref_delete(struct ref *ref)
{
	struct proc *proc = ref->proc;

	if (ref->node->walk == ref)
		ref->node->walk = LIST_NEXT(ref, node_entry);
	handles_give(&proc->handles, ref->handle);
	RB_REMOVE(ref_handle_tree, &proc->refs_by_handle, ref);
	RB_REMOVE(ref_node_tree, &proc->refs_by_node, ref);
	/* The node outlives the first count down: the list of refs is not empty yet. */
	if (ref->strong)
		node_dec(ref->node, true, true);
	LIST_REMOVE(ref, node_entry);
	node_dec(ref->node, false, true);
	if (ref->death)
		death_free(ref->death);
	if (ref->freeze)
		freeze_free(ref->freeze);
	charge_refund(proc->user, CHARGE_REF);
	free(ref);
}

static int ref_count_up(struct ref *ref, bool strong, struct thread *target)
{
	int *count = strong ? &ref->strong : &ref->weak;

	if (*count == INT_MAX)
		return -EINVAL;
	if (*count == 0) {
		int ret = node_inc(ref->node, strong, true, target);

		if (ret < 0)
			return ret;
	}
	++*count;
	return 0;
}

int ref_inc_node(
	struct proc *proc, struct node *node, bool strong, struct thread *target, uint32_t *handle)
{
	struct ref key = {.node = node};
	struct ref *ref = RB_FIND(ref_node_tree, &proc->refs_by_node, &key);
	bool fresh = !ref;
	int ret;

	if (fresh)
		ref = ref_new(proc, node);
	if (!ref)
		return -ENOMEM;
	*handle = ref->handle;
	ret = ref_count_up(ref, strong, target);
	if (ret < 0 && fresh)
		ref_delete(ref);
	return ret;
}

int ref_inc(struct proc *proc, uint32_t handle, bool strong)
{
	struct ref *ref = ref_find(proc, handle, strong);

	return ref ? ref_count_up(ref, strong, NULL) : -EINVAL;
}

int ref_dec(struct proc *proc, uint32_t handle, bool strong)
{
	struct ref *ref = ref_find(proc, handle, strong);

	if (!ref)
		return -EINVAL;
	if (strong) {
		/* ref_find() gave one that is held strongly. */
		if (--ref->strong == 0)
			node_dec(ref->node, true, true);
	} else {
		if (ref->weak == 0)
			return 0;
		ref->weak--;
	}
	if (ref->strong == 0 && ref->weak == 0)
		ref_delete(ref);
	return 0;
}
