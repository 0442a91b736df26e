/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Counting. What happens when a count changes follows the kernel's rules, because
 * the order of announcements can be seen: a node that becomes strongly held is
 * announced by the thread that sent it, deferred behind its call; one that is let
 * go is announced by whichever thread takes the proc's work.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "driver/charge.h"
#include "driver/death.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "util/alloc.h"

int node_compare(const struct node *a, const struct node *b)
{
	return a->ptr < b->ptr ? -1 : a->ptr > b->ptr;
}

RB_GENERATE(node_tree, node, entry, node_compare)

struct node *node_find(struct proc *proc, uint64_t ptr)
{
	struct node key = {.ptr = ptr}, *node = RB_FIND(node_tree, &proc->nodes, &key);

	if (node)
		node->tmp++;
	return node;
}

struct node *node_new(struct proc *proc, const struct flat_binder_object *object)
{
	struct node *node = node_find(proc, object ? object->binder : 0);
	uint32_t flags = object ? object->flags : 0;

	if (node)
		return node;
	if (!charge_take(proc->user, CHARGE_NODE))
		return NULL;
	node = alloc_zeroed(sizeof(*node));
	if (!node) {
		charge_refund(proc->user, CHARGE_NODE);
		return NULL;
	}
	node->driver = proc->driver;
	node->proc = proc;
	node->user = proc->user;
	node->ptr = object ? object->binder : 0;
	node->cookie = object ? object->cookie : 0;
	node->work.type = WORK_NODE;
	node->min_priority = flags & FLAT_BINDER_FLAG_PRIORITY_MASK;
	node->accept_fds = flags & FLAT_BINDER_FLAG_ACCEPTS_FDS;
	node->security_ctx = flags & FLAT_BINDER_FLAG_TXN_SECURITY_CTX;
	node->tmp = 1;
	LIST_INIT(&node->refs);
	work_list_init(&node->async_todo, NULL);
	RB_INIT(&node->updates);
	RB_INSERT(node_tree, &proc->nodes, node);
	return node;
}

void node_free(struct node *node)
{
	assert(LIST_EMPTY(&node->refs) && !node->work.list && work_list_empty(&node->async_todo));
	charge_refund(node->user, CHARGE_NODE);
	free(node);
}

void node_hold(struct node *node)
{
	node->tmp++;
}

void node_put(struct node *node)
{
	assert(node->tmp > 0);
	node->tmp--;
	node_dec(node, false, true);
}

/* A strong count by a ref needs one before it, or a thread that announces it. */
static bool node_may_become_strong(const struct node *node, const struct thread *target)
{
	return target || node->internal_strong > 0 ||
	       (node->proc && node == node->driver->manager && node->has_strong);
}

static int node_inc_strong(struct node *node, bool internal, struct thread *target)
{
	if (internal && !node_may_become_strong(node, target))
		return -EINVAL;
	if (internal)
		node->internal_strong++;
	else
		node->local_strong++;
	if (!node->has_strong && target) {
		work_dequeue(&node->work);
		thread_enqueue_deferred(target, &node->work);
	}
	return 0;
}

int node_inc(struct node *node, bool strong, bool internal, struct thread *target)
{
	if (strong)
		return node_inc_strong(node, internal, target);
	if (!internal)
		node->local_weak++;
	if (node->has_weak || node->work.list)
		return 0;
	if (!target)
		return -EINVAL;
	work_enqueue(&node->work, &target->todo);
	return 0;
}

/* Whether a count of that kind is left after one was taken. */
static bool node_count_down(struct node *node, bool strong, bool internal)
{
	if (strong) {
		if (internal)
			node->internal_strong--;
		else
			node->local_strong--;
		assert(node->internal_strong >= 0);
		return node->local_strong || node->internal_strong;
	}
	if (!internal)
		node->local_weak--;
	return node->local_weak || node->tmp || !LIST_EMPTY(&node->refs);
}

void node_dec(struct node *node, bool strong, bool internal)
{
	struct proc *proc = node->proc;

	if (node_count_down(node, strong, internal))
		return;
	if (proc && (node->has_strong || node->has_weak)) {
		if (!node->work.list && !proc->is_dead) {
			work_enqueue(&node->work, &proc->todo);
			proc_wake(proc);
		}
		return;
	}
	if (!LIST_EMPTY(&node->refs) || node->local_strong || node->local_weak || node->tmp)
		return;
	if (proc) {
		work_dequeue(&node->work);
		RB_REMOVE(node_tree, &proc->nodes, node);
	} else {
		LIST_REMOVE(node, dead_entry);
	}
	node_free(node);
}

static void node_die(struct node *node)
{
	work_dequeue(&node->work);
	node->has_async = false;
	node->proc = NULL;
	node->local_strong = 0;
	node->local_weak = 0;
	node->walk = LIST_FIRST(&node->refs);
	LIST_INSERT_HEAD(&node->driver->dead_nodes, node, dead_entry);
}

bool node_release(struct node *node)
{
	struct ref *ref;

	if (node->proc) {
		RB_INIT(&node->updates);
		if (work_drop(&node->async_todo))
			return true;
		node_die(node);
	}
	ref = node->walk;
	if (ref) {
		node->walk = LIST_NEXT(ref, node_entry);
		death_notify(ref);
	}
	if (node->walk)
		return true;
	node_put(node);
	return false;
}
