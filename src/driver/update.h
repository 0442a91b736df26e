#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The oneways with TF_UPDATE_TXN that wait behind another one of their node: what a
 * later one of the same kind and sender takes the place of, while the node is frozen.
 */

#include <sys/tree.h>

struct node;
struct transaction;

RB_HEAD(update_tree, transaction);

/** update_add() - @t went to the end of what waits for @node; nothing for other kinds */
void update_add(struct node *node, struct transaction *t);
/** update_remove() - it no longer waits there; nothing if it was not added */
void update_remove(struct node *node, struct transaction *t);
/** update_find() - the first one that @t takes the place of, or NULL */
struct transaction *update_find(struct node *node, struct transaction *t);
