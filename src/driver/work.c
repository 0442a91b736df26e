/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A proc's own list has a level that a descriptor shows to poll(2): each change
 * between empty and not empty is told to the embedder, which looks at it once the
 * input is over.
 */

#include <assert.h>
#include <stddef.h>

#include "driver/ahead.h"
#include "driver/proc.h"
#include "driver/work.h"

void work_list_init(struct work_list *list, struct proc *level_of)
{
	TAILQ_INIT(&list->items);
	list->level_of = level_of;
}

bool work_list_empty(const struct work_list *list)
{
	return TAILQ_EMPTY(&list->items);
}

struct work *work_list_first(const struct work_list *list)
{
	return TAILQ_FIRST(&list->items);
}

static void work_list_level(struct work_list *list, bool level)
{
	if (list->level_of)
		proc_tell_level(list->level_of, level);
}

/* What was offered ahead came before. */
static void work_list_grows(struct work_list *list)
{
	if (list->level_of)
		ahead_end(list->level_of);
}

void work_enqueue(struct work *work, struct work_list *list)
{
	bool was_empty;

	assert(!work->list);
	work_list_grows(list);
	was_empty = TAILQ_EMPTY(&list->items);
	TAILQ_INSERT_TAIL(&list->items, work, entry);
	work->list = list;
	if (was_empty)
		work_list_level(list, true);
}

void work_enqueue_head(struct work *work, struct work_list *list)
{
	bool was_empty;

	assert(!work->list);
	work_list_grows(list);
	was_empty = TAILQ_EMPTY(&list->items);
	TAILQ_INSERT_HEAD(&list->items, work, entry);
	work->list = list;
	if (was_empty)
		work_list_level(list, true);
}

void work_dequeue(struct work *work)
{
	struct work_list *list = work->list;

	if (!list)
		return;
	TAILQ_REMOVE(&list->items, work, entry);
	work->list = NULL;
	if (TAILQ_EMPTY(&list->items))
		work_list_level(list, false);
}

struct work *work_take(struct work_list *list)
{
	struct work *work = TAILQ_FIRST(&list->items);

	if (work)
		work_dequeue(work);
	return work;
}
