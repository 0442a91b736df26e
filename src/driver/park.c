/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A parked thread has nothing listed and nothing on its stack, so what it reads can only be
 * its proc's work. No work waits unnoticed: when there is some and nobody reads, every
 * parked thread of the proc is wanted, and the embedder makes an input of its next read.
 *
 * A read that is taken over starts waiting where an input would have made it wait. It is
 * not composed here: this may be inside of another thread's read.
 */

#include <assert.h>
#include <string.h>

#include "driver/ahead.h"
#include "driver/park.h"
#include "driver/proc.h"
#include "driver/system.h"
#include "driver/thread.h"

static enum park_state park_look(struct thread *thread, enum park_look look, struct park_read *read)
{
	return thread->proc->driver->ops->park_look(thread, look, read);
}

void park_end(struct thread *thread)
{
	if (!thread->is_parked)
		return;
	thread->is_parked = thread->is_wanted = false;
	TAILQ_REMOVE(&thread->proc->parked, thread, waiting_entry);
}

/* Inside a read now: it waits for the proc's work. */
static void park_wait(struct thread *thread, const struct park_read *read)
{
	struct proc *proc = thread->proc;

	thread_begin_input(thread);
	memset(&thread->result, 0, sizeof(thread->result));
	thread->read = read->read;
	thread->nice = thread->told_nice = read->nice;
	thread->more = false;
	thread->write_consumed = 0;
	thread->delivered = NULL;
	thread->for_proc = true;
	thread_set_state(thread, THREAD_WORK);
	thread->looper |= LOOPER_WAITING;
	thread_set_nice(thread, proc->nice);
	TAILQ_INSERT_HEAD(&proc->waiting, thread, waiting_entry);
	thread->is_waiting = true;
	if (thread_must_return(thread))
		thread_wake(thread);
}

/* Puts @thread, whose read is the @order-th of its process, among those before it. */
static void park_sort(struct thread_list *reading, struct thread *thread)
{
	struct thread *other;

	TAILQ_FOREACH_REVERSE(other, reading, thread_list, waiting_entry)
	{
		if (other->park.order <= thread->park.order) {
			TAILQ_INSERT_AFTER(reading, other, thread, waiting_entry);
			return;
		}
	}
	TAILQ_INSERT_HEAD(reading, thread, waiting_entry);
}

void park_gather(struct proc *proc, bool want)
{
	struct thread_list reading = TAILQ_HEAD_INITIALIZER(reading);
	struct thread *thread, *next;
	enum park_state state;

	for (thread = TAILQ_FIRST(&proc->parked); thread; thread = next) {
		next = TAILQ_NEXT(thread, waiting_entry);
		state = park_look(thread, want ? PARK_WANT : PARK_TAKE, &thread->park);
		thread->is_wanted |= want;
		if (state == PARK_AWAY)
			continue;
		park_end(thread);
		if (state == PARK_READING)
			park_sort(&reading, thread);
	}
	while ((thread = TAILQ_FIRST(&reading))) {
		TAILQ_REMOVE(&reading, thread, waiting_entry);
		park_wait(thread, &thread->park);
	}
	/* As by proc_wake(): the last to begin, and whoever reads looks for the next one. */
	thread = TAILQ_FIRST(&proc->waiting);
	if (thread && !work_list_empty(&proc->todo))
		thread_wake(thread);
}

void park_serve(struct proc *proc)
{
	struct thread *thread;
	struct work *work;

	TAILQ_FOREACH (work, &proc->todo.items, entry) {
		thread = TAILQ_FIRST(&proc->waiting);
		if (!thread)
			return;
		TAILQ_REMOVE(&proc->waiting, thread, waiting_entry);
		thread->is_waiting = false;
		thread_wake(thread);
	}
}

struct thread *park_reader(const struct proc *proc)
{
	struct thread *thread, *last = NULL;
	uint64_t order = 0;

	TAILQ_FOREACH (thread, &proc->parked, waiting_entry) {
		struct park_read read;

		if (park_look(thread, PARK_PEEK, &read) == PARK_READING && read.order >= order) {
			order = read.order;
			last = thread;
		}
	}
	return last;
}

bool park_reads(const struct proc *proc)
{
	struct park_read read;
	struct thread *thread;

	TAILQ_FOREACH (thread, &proc->parked, waiting_entry) {
		if (park_look(thread, PARK_PEEK, &read) == PARK_READING)
			return true;
	}
	return false;
}

bool thread_park(struct thread *thread)
{
	struct proc *proc = thread->proc;

	if (thread->stack || thread->state != THREAD_IDLE)
		return false;
	if (ahead_begin_call(thread))
		return true;
	if (!thread_available(thread) || thread_must_return(thread))
		return false;
	park_end(thread);
	thread->is_parked = true;
	TAILQ_INSERT_HEAD(&proc->parked, thread, waiting_entry);
	if (!work_list_empty(&proc->todo))
		proc_wake(proc);
	return true;
}

void thread_recall(struct thread *thread)
{
	ahead_end(thread->proc);
	park_gather(thread->proc, false);
	park_end(thread);
}
