/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A tree by kind and sender, since what waits may be long, and a proc frozen for that
 * purpose would make each oneway to it a walk over all of it.
 */

#include <binderd/uapi.h>

#include "driver/buffer.h"
#include "driver/node.h"
#include "driver/transaction.h"
#include "driver/update.h"

#define UPDATE_FLAGS (TF_ONE_WAY | TF_UPDATE_TXN)

/* Equal kinds in the order in which they came. */
static int update_compare(const struct transaction *a, const struct transaction *b)
{
	if (a->code != b->code)
		return a->code < b->code ? -1 : 1;
	if (a->flags != b->flags)
		return a->flags < b->flags ? -1 : 1;
	if (a->buffer->pid != b->buffer->pid)
		return a->buffer->pid < b->buffer->pid ? -1 : 1;
	return a->update_order < b->update_order ? -1 : a->update_order > b->update_order;
}

RB_PROTOTYPE(update_tree, transaction, update_entry, update_compare)
RB_GENERATE(update_tree, transaction, update_entry, update_compare)

void update_add(struct node *node, struct transaction *t)
{
	if ((t->flags & UPDATE_FLAGS) != UPDATE_FLAGS)
		return;
	t->update_order = ++node->last_update;
	RB_INSERT(update_tree, &node->updates, t);
}

void update_remove(struct node *node, struct transaction *t)
{
	if (t->update_order)
		RB_REMOVE(update_tree, &node->updates, t);
	t->update_order = 0;
}

struct transaction *update_find(struct node *node, struct transaction *t)
{
	struct transaction key = {.code = t->code, .flags = t->flags, .buffer = t->buffer};
	struct transaction *first = RB_NFIND(update_tree, &node->updates, &key);

	if (!first || first->code != t->code || first->flags != t->flags ||
		first->buffer->pid != t->buffer->pid)
		return NULL;
	return first;
}
