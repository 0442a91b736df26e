/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Threads and their ioctls.
 *
 * A thread is inside at most one ioctl, which thread_finish() ends. While it waits
 * it may be woken; it then stands on the system's run list until driver_run() looks
 * at it, which is when the kernel would have scheduled it.
 *
 * What wakes all threads that poll is written down once, in the proc: a thread that is
 * inside no ioctl stays as available as it was when its last one ended, so it can be
 * told later whether that woke it. Those that asked to be told stand on a list.
 *
 * The threads of a dead proc are still there until they are released, one by one; they
 * do nothing, and nothing is said of them.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/ahead.h"
#include "driver/charge.h"
#include "driver/chore.h"
#include "driver/death.h"
#include "driver/freeze.h"
#include "driver/park.h"
#include "driver/proc.h"
#include "driver/return.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"
#include "util/alloc.h"

#define NICE_MIN (-20)
#define NICE_MAX 19
/* Pieces of work that a thread's end drops at once. */
#define DROPS_AT_ONCE 16

int thread_compare(const struct thread *a, const struct thread *b)
{
	return a->tid < b->tid ? -1 : a->tid > b->tid;
}

RB_GENERATE(thread_tree, thread, entry, thread_compare)

struct thread *proc_thread(struct proc *proc, pid_t tid)
{
	struct thread key = {.tid = tid}, *thread = RB_FIND(thread_tree, &proc->threads, &key);

	if (thread)
		return thread;
	if (!charge_take(proc->user, CHARGE_THREAD))
		return NULL;
	thread = alloc_zeroed(sizeof(*thread));
	if (!thread) {
		charge_refund(proc->user, CHARGE_THREAD);
		return NULL;
	}
	thread->proc = proc;
	thread->tid = tid;
	thread->need_return = true;
	thread->flushes = proc->flushes;
	work_list_init(&thread->todo, NULL);
	work_list_init(&thread->taken, NULL);
	thread->return_error.work.type = WORK_RETURN_ERROR;
	thread->return_error.command = BR_OK;
	thread->reply_error.work.type = WORK_RETURN_ERROR;
	thread->reply_error.command = BR_OK;
	thread->extended.command = BR_OK;
	RB_INSERT(thread_tree, &proc->threads, thread);
	return thread;
}

struct proc *thread_proc(const struct thread *thread)
{
	return thread->proc;
}

pid_t thread_tid(const struct thread *thread)
{
	return thread->tid;
}

void thread_set_data(struct thread *thread, void *data)
{
	thread->data = data;
}

void *thread_data(const struct thread *thread)
{
	return thread->data;
}

bool thread_busy(const struct thread *thread)
{
	return thread->state != THREAD_IDLE;
}

bool thread_is_looper(const struct thread *thread)
{
	return thread->looper & (LOOPER_REGISTERED | LOOPER_ENTERED);
}

bool thread_available(const struct thread *thread)
{
	return !thread->stack && work_list_empty(&thread->todo) && work_list_empty(&thread->taken);
}

bool thread_has_work(const struct thread *thread, bool for_proc)
{
	return thread->process || thread_must_return(thread) || !work_list_empty(&thread->taken) ||
	       (for_proc && !work_list_empty(&thread->proc->todo));
}

bool thread_must_return(const struct thread *thread)
{
	return thread->need_return || thread->flushes != thread->proc->flushes;
}

static void thread_has_returned(struct thread *thread)
{
	thread->need_return = false;
	thread->flushes = thread->proc->flushes;
}

/* Goes to the head: a flush goes on behind, and those who wait anew saw it. */
void thread_set_state(struct thread *thread, enum thread_state state)
{
	struct proc *proc = thread->proc;
	bool was_busy = thread->state != THREAD_IDLE, is_busy = state != THREAD_IDLE;

	if (is_busy && !was_busy)
		TAILQ_INSERT_HEAD(&proc->busy, thread, busy_entry);
	if (was_busy && !is_busy) {
		if (proc->flushing == thread)
			proc->flushing = TAILQ_NEXT(thread, busy_entry);
		TAILQ_REMOVE(&proc->busy, thread, busy_entry);
	}
	thread->state = state;
}

void thread_set_stack(struct thread *thread, struct transaction *t)
{
	thread->proc->stacked += !thread->stack && t;
	thread->proc->stacked -= thread->stack && !t;
	thread->stack = t;
}

void thread_enqueue_deferred(struct thread *thread, struct work *work)
{
	work_enqueue(work, &thread->todo);
}

void thread_enqueue(struct thread *thread, struct work *work)
{
	work_enqueue(work, &thread->todo);
	/* Of its own work the kernel wakes a polling thread for the first piece alone. */
	if (thread->looper & LOOPER_POLL && !thread->process)
		thread->woken = ++thread->proc->wakings;
	thread->process = true;
}

static void thread_listen(struct thread *thread, bool listens)
{
	if (listens && !thread->is_listening)
		TAILQ_INSERT_TAIL(&thread->proc->pollers, thread, poller_entry);
	if (!listens && thread->is_listening)
		TAILQ_REMOVE(&thread->proc->pollers, thread, poller_entry);
	thread->is_listening = listens;
}

/* One that is not available is told of its own work alone. */
static void thread_arm(struct thread *thread, bool armed)
{
	thread->is_armed = armed;
	thread_listen(thread, armed && thread_available(thread));
}

void thread_check_poll(struct thread *thread)
{
	if (!thread->is_armed || thread->proc->is_dead ||
		!thread_has_work(thread, thread_available(thread)))
		return;
	thread_arm(thread, false);
	thread->proc->driver->ops->poll_ready(thread);
}

/* When it was last woken, be it with all who poll. */
static uint64_t thread_woken_last(const struct thread *thread)
{
	uint64_t all = thread->proc->pollers_woken;

	if (thread->looper & LOOPER_POLL && thread_available(thread) && all > thread->heard &&
		all > thread->woken)
		return all;
	return thread->woken;
}

void thread_begin_input(struct thread *thread)
{
	thread->woken = thread_woken_last(thread);
	thread_listen(thread, false);
}

void thread_end_input(struct thread *thread)
{
	thread->heard = thread->proc->wakings;
	if (thread->is_armed)
		thread_arm(thread, true);
}

void thread_wake(struct thread *thread)
{
	if (thread->proc->is_dead)
		return;
	thread->woken = ++thread->proc->wakings;
	thread_check_poll(thread);
	if (thread->is_woken || (thread->state != THREAD_WORK && thread->state != THREAD_FREEZE))
		return;
	thread->is_woken = true;
	TAILQ_INSERT_TAIL(&thread->proc->driver->system->run, thread, run_entry);
}

void thread_set_nice(struct thread *thread, int nice)
{
	if (nice >= NICE_MIN && nice <= NICE_MAX)
		thread->nice = nice;
}

void thread_set_extended(struct thread *thread, uint32_t id, uint32_t command, int32_t param)
{
	thread->extended.id = id;
	thread->extended.command = command;
	thread->extended.param = param;
}

void thread_fail(struct thread *thread, uint32_t command)
{
	thread->return_error.command = command;
	thread_enqueue(thread, &thread->return_error.work);
}

void thread_finish(struct thread *thread, int ret)
{
	struct ioctl_result *result = &thread->result;

	thread_set_state(thread, THREAD_IDLE);
	thread_end_input(thread);
	if (!thread->more || ret < 0)
		thread_has_returned(thread);
	result->ret = ret;
	result->nice_valid = thread->nice != thread->told_nice;
	result->nice = thread->nice;
	result->idle = thread_available(thread);
	thread->proc->driver->ops->ioctl_done(thread, result);
}

void thread_resume(struct thread *thread)
{
	if (thread->proc->is_dead)
		return;
	if (thread->state == THREAD_FREEZE)
		freeze_resume(thread);
	else if (thread->state == THREAD_WORK)
		return_resume(thread);
}

void thread_interrupt(struct thread *thread)
{
	if (thread->state == THREAD_FREEZE)
		freeze_interrupt(thread);
	else if (thread->state == THREAD_WORK)
		return_end(thread, -EINTR);
}

void thread_timeout(struct thread *thread)
{
	freeze_timeout(thread);
}

bool thread_poll(struct thread *thread, bool arm)
{
	bool ready;

	ahead_end(thread->proc);
	park_end(thread);
	if (!(thread->looper & LOOPER_POLL))
		thread_end_input(thread);
	thread->looper |= LOOPER_POLL;
	ready = thread_has_work(thread, thread_available(thread));
	thread_arm(thread, arm && !ready);
	return ready;
}

uint64_t thread_woken(const struct thread *thread, uint64_t *now)
{
	*now = thread->proc->wakings;
	return thread_woken_last(thread);
}

bool thread_complete_take(struct thread *thread)
{
	struct work *work = work_list_first(&thread->todo);
	bool is_error = work == &thread->return_error.work;

	if (!work || TAILQ_NEXT(work, entry))
		return false;
	if (is_error ? thread->return_error.command != BR_TRANSACTION_COMPLETE
		     : work->type != WORK_COMPLETE)
		return false;
	thread_begin_input(thread);
	work_dequeue(work);
	thread->process = false;
	thread_has_returned(thread);
	thread_end_input(thread);
	thread->took_error = is_error;
	if (is_error)
		thread->return_error.command = BR_OK;
	else
		completion_free((struct completion *)work);
	return true;
}

void thread_complete_owe(struct thread *thread)
{
	struct completion *completion = thread->took_error ? NULL : completion_new(thread->proc);

	/* Short of memory the error record carries it: it reads the same. */
	if (!completion && thread->return_error.work.list)
		return;
	thread_begin_input(thread);
	if (!completion)
		thread->return_error.command = BR_TRANSACTION_COMPLETE;
	work_enqueue_head(
		completion ? &completion->work : &thread->return_error.work, &thread->todo);
	thread->process = true;
	thread_end_input(thread);
}

bool work_drop(struct work_list *list)
{
	struct work *work = work_take(list);

	if (!work)
		return false;
	switch (work->type) {
	case WORK_TRANSACTION:
		transaction_cleanup((struct transaction *)work, BR_DEAD_REPLY);
		break;
	case WORK_COMPLETE:
	case WORK_COMPLETE_PENDING:
	case WORK_COMPLETE_SPAM_SUSPECT:
		completion_free((struct completion *)work);
		break;
	case WORK_DEAD_BINDER_AND_CLEAR:
	case WORK_CLEAR_DEATH:
		death_free((struct death *)work);
		break;
	case WORK_CLEAR_FREEZE:
		freeze_free((struct freeze *)work);
		break;
	case WORK_RETURN_ERROR:
	case WORK_NODE:
	case WORK_DEAD_BINDER:
	case WORK_FROZEN_BINDER:
		break; /* owned by a thread, a node or a ref */
	}
	return true;
}

/* Ends what it is inside of without a word to the embedder. */
static void thread_abandon(struct thread *thread)
{
	struct proc *proc = thread->proc;

	park_end(thread);
	freeze_forget(thread);
	return_forget(thread);
	if (thread->is_waiting)
		TAILQ_REMOVE(&proc->waiting, thread, waiting_entry);
	thread->is_waiting = false;
	if (thread->is_woken)
		TAILQ_REMOVE(&proc->driver->system->run, thread, run_entry);
	thread->is_woken = false;
	thread_arm(thread, false);
	thread_end_input(thread);
	thread->looper &= ~(uint32_t)LOOPER_WAITING;
	thread_set_state(thread, THREAD_IDLE);
}

void thread_detach(struct thread *thread)
{
	struct proc *proc = thread->proc;
	bool was_waiting = thread->state == THREAD_WORK;

	thread_abandon(thread);
	if (was_waiting && !work_list_empty(&proc->todo))
		proc_wake(proc);
}

/*
 * Takes its transactions off both stacks: those that it handles lose their handler,
 * those that it waits for their caller. Return: the one to be answered, or NULL.
 */
static struct transaction *thread_leave_stack(struct thread *thread)
{
	struct transaction *t = thread->stack, *answer = NULL, *next;

	if (t && t->to_thread == thread)
		answer = t;
	for (; t; t = next) {
		if (t->to_thread == thread) {
			next = t->to_parent;
			thread->proc->outstanding--;
			t->to_proc = NULL;
			t->to_thread = NULL;
			if (t->buffer)
				t->buffer->transaction = NULL;
			t->buffer = NULL;
		} else {
			assert(t->from == thread);
			next = t->from_parent;
			/* Who it was is in what was offered. */
			if (t->to_proc)
				ahead_end(t->to_proc);
			t->from = NULL;
		}
	}
	thread_set_stack(thread, NULL);
	return answer;
}

void thread_release(struct thread *thread)
{
	struct proc *proc = thread->proc;
	struct transaction *answer;
	struct work *work;
	int drops = DROPS_AT_ONCE;

	ahead_end(proc);
	thread_abandon(thread);
	RB_REMOVE(thread_tree, &proc->threads, thread);
	answer = thread_leave_stack(thread);
	if (answer)
		transaction_fail(answer, BR_DEAD_REPLY);
	if (!proc->is_dead)
		proc->driver->ops->thread_gone(thread);
	if (proc->server == thread)
		proc->server = NULL;
	while ((work = work_take(&thread->taken)))
		work_enqueue(work, &thread->todo);
	while (drops > 0 && work_drop(&thread->todo))
		drops--;
	TAILQ_INSERT_HEAD(&proc->ended, thread, busy_entry);
	if (work_list_empty(&thread->todo))
		thread_reap(proc);
	else
		chore_add(proc);
}

bool thread_reap(struct proc *proc)
{
	struct thread *thread = TAILQ_FIRST(&proc->ended);

	if (!thread)
		return false;
	if (work_drop(&thread->todo))
		return true;
	TAILQ_REMOVE(&proc->ended, thread, busy_entry);
	charge_refund(proc->user, CHARGE_THREAD);
	free(thread->held);
	free(thread);
	return true;
}
