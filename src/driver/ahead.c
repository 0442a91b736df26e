/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An offer stands while nothing else could come of the thread's BC_FREE_BUFFER and read:
 * nothing is on its list or its proc's, it need not return, and freeing the buffer concerns
 * nobody outside of the proc, as there are no objects in it. What would change that withdraws
 * the offers first: an input of any thread of the proc, work for the proc's list, a flush,
 * freezing, and death.
 *
 * Whoever sends to the proc needs only what was taken to be done: buffers are free, the
 * oneways' count has gone down.
 */

#include "driver/ahead.h"

#include <assert.h>
#include <string.h>

#include "driver/buffer.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/release.h"
#include "driver/return.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"

/* The oneway behind the one in @buffer: its node's list, from @t on. */
static struct transaction *ahead_next(const struct buffer *buffer, const struct transaction *t)
{
	struct work *work =
		t ? TAILQ_NEXT(&t->work, entry) : work_list_first(&buffer->target_node->async_todo);

	return (struct transaction *)work;
}

/* Whether freeing @buffer is the proc's own affair, and has no effect on the program. */
static bool ahead_is_plain(const struct buffer *buffer)
{
	return buffer->object_count == 0 && !buffer->clear_on_free;
}

static bool ahead_is_certain(const struct thread *thread)
{
	const struct proc *proc = thread->proc;

	return thread->result.no_spawn && thread_available(thread) && !thread->process &&
	       work_list_empty(&proc->todo) && !proc->is_frozen && !proc->is_dead;
}

void ahead_offer(struct thread *thread, struct buffer *buffer)
{
	const struct driver_ops *ops = thread->proc->driver->ops;
	struct transaction *t = NULL;
	uint64_t address = buffer_address(&thread->proc->area, buffer);
	struct ahead ahead;

	if (!ops->ahead_offer || thread->ahead || !ahead_is_certain(thread))
		return;
	thread->ahead_taken = 0;
	for (struct buffer *last = buffer; ahead_is_plain(last); last = t->buffer) {
		t = ahead_next(buffer, t);
		if (!t || t->fixup_count)
			break;
		ahead.after = address;
		ahead.size = return_compose(thread, t, ahead.bytes);
		if (!ops->ahead_offer(thread, &ahead))
			break;
		thread->ahead = buffer;
		address = buffer_address(&thread->proc->area, t->buffer);
	}
	if (thread->ahead)
		TAILQ_INSERT_TAIL(&thread->proc->ahead, thread, ahead_entry);
}

/* Frees the buffer that the thread had, and gives it the oneway behind. */
static void ahead_take_one(struct thread *thread)
{
	struct buffer *buffer = thread->ahead;
	struct transaction *t = release_behind(thread->proc, buffer);

	assert(t && !t->fixup_count);
	thread->ahead = t->buffer;
	thread->ahead_taken++;
	t->buffer->allow_user_free = true;
	transaction_free(t);
}

static void ahead_settle(struct thread *thread, bool end)
{
	unsigned int taken = thread->proc->driver->ops->ahead_taken(thread, end);

	while (thread->ahead_taken < taken && ahead_next(thread->ahead, NULL))
		ahead_take_one(thread);
	if (!end)
		return;
	thread->ahead = NULL;
	TAILQ_REMOVE(&thread->proc->ahead, thread, ahead_entry);
}

void ahead_catch_up(struct proc *proc)
{
	struct thread *thread;

	TAILQ_FOREACH (thread, &proc->ahead, ahead_entry)
		ahead_settle(thread, false);
}

void ahead_end(struct proc *proc)
{
	struct thread *thread;

	while ((thread = TAILQ_FIRST(&proc->ahead)))
		ahead_settle(thread, true);
}
