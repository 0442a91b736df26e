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
#include "driver/park.h"
#include "driver/proc.h"
#include "driver/release.h"
#include "driver/return.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"

/* Whether reads may stand offered to @thread. */
static bool ahead_is_offered(const struct thread *thread)
{
	return thread->ahead || thread->ahead_calls;
}

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

/* Offers what stands behind what was offered, or taken, last. */
static void ahead_go_on(struct thread *thread)
{
	const struct driver_ops *ops = thread->proc->driver->ops;
	struct transaction *t = thread->ahead_count ? thread->ahead_last : NULL;
	struct buffer *last = t ? t->buffer : thread->ahead;
	struct ahead ahead;

	while (ahead_is_plain(last)) {
		t = ahead_next(thread->ahead, t);
		if (!t || t->fixup_count)
			return;
		ahead.after = buffer_address(&thread->proc->area, last);
		ahead.size = return_compose(thread, t, ahead.bytes);
		if (!ops->ahead_offer(thread, &ahead))
			return;
		thread->ahead_count++;
		thread->ahead_last = t;
		last = t->buffer;
	}
}

void ahead_offer(struct thread *thread, struct buffer *buffer)
{
	const struct driver_ops *ops = thread->proc->driver->ops;

	if (!ops->ahead_offer || ahead_is_offered(thread) || !ahead_is_certain(thread) ||
		!ahead_is_plain(buffer) || !ops->ahead_offer(thread, NULL))
		return;
	thread->ahead = buffer;
	thread->ahead_taken = thread->ahead_count = 0;
	TAILQ_INSERT_TAIL(&thread->proc->ahead, thread, ahead_entry);
	ahead_go_on(thread);
}

void ahead_offer_more(struct node *node)
{
	struct thread *thread;

	TAILQ_FOREACH (thread, &node->proc->ahead, ahead_entry) {
		if (thread->ahead && thread->ahead->target_node == node)
			ahead_go_on(thread);
	}
}

/* Frees the buffer that the thread had, and gives it the oneway behind. */
static void ahead_take_one(struct thread *thread)
{
	struct buffer *buffer = thread->ahead;
	struct transaction *t = release_behind(thread->proc, buffer);

	assert(t && !t->fixup_count);
	thread->ahead = t->buffer;
	thread->ahead_taken++;
	thread->ahead_count--;
	t->buffer->allow_user_free = true;
	transaction_free(t);
}

/* It has replied to the last one: what it took first is what it handles. */
static void ahead_start(struct thread *thread)
{
	struct work *work;

	if (thread->stack || thread->state != THREAD_IDLE || !work_list_empty(&thread->todo))
		return;
	work = work_take(&thread->taken);
	if (!work)
		return;
	park_end(thread);
	return_deliver_taken(thread, (struct transaction *)work);
}

/* The first call on the proc's list is the thread's, which may have yet to reply to another. */
static void ahead_take_call(struct thread *thread)
{
	struct work *work = work_list_first(&thread->proc->todo);

	assert(work && work->type == WORK_TRANSACTION);
	work_dequeue(work);
	work_enqueue(work, &thread->taken);
	thread->ahead_taken++;
	thread->ahead_calls--;
	ahead_start(thread);
}

static void ahead_settle(struct thread *thread, bool end)
{
	unsigned int taken = thread->proc->driver->ops->ahead_taken(thread, end);

	while (thread->ahead && thread->ahead_taken < taken && ahead_next(thread->ahead, NULL))
		ahead_take_one(thread);
	while (thread->ahead_calls && thread->ahead_taken < taken)
		ahead_take_call(thread);
	if (!end)
		return;
	thread->ahead = NULL;
	thread->ahead_calls = 0;
	TAILQ_REMOVE(&thread->proc->ahead, thread, ahead_entry);
}

void ahead_begin_input(struct thread *thread)
{
	struct thread *other, *next;

	for (other = TAILQ_FIRST(&thread->proc->ahead); other; other = next) {
		next = TAILQ_NEXT(other, ahead_entry);
		/* Of a call that was taken another thread may free the buffer. */
		ahead_settle(other, other->ahead != NULL);
	}
	ahead_start(thread);
}

void ahead_catch_up(struct proc *proc)
{
	struct thread *thread;

	TAILQ_FOREACH (thread, &proc->ahead, ahead_entry)
		ahead_settle(thread, false);
}

void proc_recall(struct proc *proc)
{
	ahead_end(proc);
}

void ahead_end(struct proc *proc)
{
	struct thread *thread;

	while ((thread = TAILQ_FIRST(&proc->ahead)))
		ahead_settle(thread, true);
}

/* What can be known of it now is all that there is to know. */
static bool ahead_is_call(const struct work *work)
{
	const struct transaction *t = (const struct transaction *)work;

	return work->type == WORK_TRANSACTION && !(t->flags & TF_ONE_WAY) && !t->fixup_count &&
	       !t->buffer->clear_on_free;
}

/* Whether what @thread reads after its reply is the next on its proc's list. */
static bool ahead_is_server(const struct thread *thread)
{
	const struct proc *proc = thread->proc;
	const struct transaction *t = thread->stack;

	return t && t->to_thread == thread && !t->to_parent && !thread->ahead &&
	       work_list_empty(&thread->todo) && thread->state == THREAD_IDLE &&
	       !thread_must_return(thread) && !proc->is_frozen && !proc->is_dead &&
	       (proc->started_threads >= proc->max_threads || !thread_is_looper(thread));
}

static bool ahead_offer_call(struct thread *thread, struct transaction *t)
{
	struct ahead ahead = {
		.after = AHEAD_CALL,
		.nice = return_nice(thread->proc->nice, t),
		.saved_nice = thread->proc->nice,
	};

	ahead.size = return_compose(thread, t, ahead.bytes);
	return thread->proc->driver->ops->ahead_offer(thread, &ahead);
}

void ahead_offer_calls(struct proc *proc)
{
	struct thread *thread = proc->server;
	unsigned int offered = 0;
	struct work *work;

	if (!thread || !proc->driver->ops->ahead_offer || !ahead_is_server(thread))
		return;
	/* Others' offers, and ones that are used up, make way. */
	if (!thread->ahead_calls)
		ahead_end(proc);
	TAILQ_FOREACH (work, &proc->todo.items, entry) {
		if (!ahead_is_call(work))
			break;
		if (offered++ < thread->ahead_calls)
			continue;
		if (!ahead_offer_call(thread, (struct transaction *)work))
			break;
		if (!thread->ahead_calls++) {
			thread->ahead_taken = 0;
			TAILQ_INSERT_TAIL(&proc->ahead, thread, ahead_entry);
		}
	}
}

bool ahead_begin_call(struct thread *thread)
{
	ahead_begin_input(thread);
	if (!thread->stack)
		return false;
	ahead_offer_calls(thread->proc);
	return true;
}
