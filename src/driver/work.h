#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Work and the lists that it waits on.
 *
 * A piece of work is embedded in what it is about and is on at most one list: a
 * thread's, a proc's, a node's (oneways behind the first), or one of the lists of
 * what was delivered and not yet acknowledged.
 */

#include <stdbool.h>
#include <sys/queue.h>

struct proc;

enum work_type {
	WORK_TRANSACTION = 1,
	WORK_COMPLETE,
	WORK_COMPLETE_PENDING,	    /* a oneway that waits in a frozen proc */
	WORK_COMPLETE_SPAM_SUSPECT, /* a oneway that looks like spam */
	WORK_RETURN_ERROR,
	WORK_NODE,
	WORK_DEAD_BINDER,
	WORK_DEAD_BINDER_AND_CLEAR,
	WORK_CLEAR_DEATH,
	WORK_FROZEN_BINDER,
	WORK_CLEAR_FREEZE,
};

struct work_list;

struct work {
	enum work_type type;
	struct work_list *list; /* that it is on, or NULL */
	TAILQ_ENTRY(work) entry;
};

struct work_list {
	TAILQ_HEAD(, work) items;
	struct proc *level_of; /* the proc whose own list this is: its level is told */
};

/** work_list_init() - an empty list; @level_of for a proc's own list, else NULL */
void work_list_init(struct work_list *list, struct proc *level_of);
bool work_list_empty(const struct work_list *list);
/** work_list_first() - the head, left where it is, or NULL */
struct work *work_list_first(const struct work_list *list);

/** work_enqueue() - put @work, which is on no list, at the end of @list */
void work_enqueue(struct work *work, struct work_list *list);
/** work_enqueue_head() - the same at the head */
void work_enqueue_head(struct work *work, struct work_list *list);
/** work_dequeue() - take @work off the list that it is on, if any */
void work_dequeue(struct work *work);
/** work_take() - take the head of @list. Return: it, or NULL */
struct work *work_take(struct work_list *list);
