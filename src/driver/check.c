/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The invariants of all tables, asserted one by one: for tests, the simulator and the
 * fuzzer. What can be counted in two ways is counted in both.
 */

#include <assert.h>

#include "driver/buffer.h"
#include "driver/death.h"
#include "driver/driver.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"

/* What was seen on the way, to be compared with the accounts. */
struct census {
	uint64_t procs, threads, nodes, refs, deaths, buffers, area_bytes;
};

static void check_list(const struct work_list *list)
{
	const struct work *work;

	TAILQ_FOREACH (work, &list->items, entry)
		assert(work->list == list);
}

/* @leaving: the node that a dying proc lets go just now. */
static void check_node(const struct node *node, const struct node *leaving, struct census *census)
{
	bool is_leaving = node == leaving;
	const struct ref *ref;
	bool walk_found = !node->walk;
	int strong = 0;

	LIST_FOREACH (ref, &node->refs, node_entry) {
		assert(ref->node == node);
		walk_found |= ref == node->walk;
		assert(ref->strong >= 0 && ref->weak >= 0 && ref->strong + ref->weak > 0);
		strong += ref->strong > 0;
	}
	assert(node->internal_strong == strong);
	assert(walk_found);
	assert(node->tmp == is_leaving);
	assert(node->proc || (!node->local_strong && !node->local_weak && !node->work.list));
	assert(node->proc || is_leaving || !LIST_EMPTY(&node->refs));
	assert(!(node->pending_strong && !node->local_strong && node->proc));
	assert(work_list_empty(&node->async_todo) || node->has_async);
	check_list(&node->async_todo);
	census->nodes++;
}

static void check_ref(const struct proc *proc, const struct ref *ref, struct census *census)
{
	assert(ref->proc == proc);
	assert(handles_taken(&proc->handles, ref->handle));
	census->refs++;
	census->deaths += ref->death != NULL;
	census->deaths += ref->freeze != NULL;
}

/* A stack alternates between calls that it handles and calls that it waits for. */
static void check_stack(const struct thread *thread)
{
	const struct transaction *t = thread->stack;

	while (t) {
		assert(t->to_thread == thread || t->from == thread);
		assert(!(t->flags & TF_ONE_WAY));
		if (t->to_thread == thread) {
			assert(t->to_proc == thread->proc);
			t = t->to_parent;
		} else {
			t = t->from_parent;
		}
	}
}

static void check_thread(const struct proc *proc, const struct thread *thread)
{
	const struct work *work;
	unsigned int unread = 0;

	assert(thread->proc == proc);
	assert(!thread->is_waiting || thread->state == THREAD_WORK);
	assert(!thread->is_woken);
	assert(!thread->is_parked || (thread->state == THREAD_IDLE && thread_available(thread)));
	/* Nor on one that may read without a word. */
	assert(!thread->is_parked || thread->is_wanted ||
		(!thread_must_return(thread) && work_list_empty(&proc->todo)));
	assert(!thread->process || !work_list_empty(&thread->todo));
	assert((thread->return_error.command != BR_OK) == (thread->return_error.work.list != NULL));
	assert((thread->reply_error.command != BR_OK) == (thread->reply_error.work.list != NULL));
	assert(!thread->is_listening || (thread->is_armed && thread_available(thread)));
	/* No work waits on a thread that sleeps in a read. */
	assert(thread->state != THREAD_WORK || proc->is_dead || proc->flushing ||
		!thread_has_work(thread, thread->for_proc));
	check_list(&thread->todo);
	TAILQ_FOREACH (work, &thread->todo.items, entry) {
		if (work->type != WORK_TRANSACTION)
			continue;
		assert(((const struct transaction *)work)->buffer);
		unread += ((const struct transaction *)work)->buffer->target_node != NULL;
	}
	assert(unread == thread->unread);
	check_stack(thread);
}

static bool check_owns(const struct proc *proc, const struct buffer *buffer)
{
	const struct buffer *own;

	TAILQ_FOREACH (own, &proc->area.buffers, neighbour)
		if (own == buffer)
			return true;
	return false;
}

/* The first at its node, without a gap. */
static void check_offered(const struct thread *thread)
{
	const struct work *work = work_list_first(&thread->ahead->target_node->async_todo);

	for (unsigned int i = 1; i < thread->ahead_count; i++)
		work = TAILQ_NEXT(work, entry);
	assert(!thread->ahead_count || work == &thread->ahead_last->work);
}

/* What was offered ahead is certain: nothing else can come of the thread's next step. */
static void check_ahead_oneways(const struct proc *proc, const struct thread *thread)
{
	const struct buffer *buffer = thread->ahead;
	const struct thread *other = thread;

	assert(thread_available(thread) && !thread->process && !thread_must_return(thread));
	assert(work_list_empty(&proc->todo) && !thread->ahead_calls);
	/* It has the buffer that it is to free, and nobody but that one's node gives it more. */
	assert(check_owns(proc, buffer) && !buffer->is_free && buffer->allow_user_free);
	assert(buffer->async && !buffer->transaction && buffer->target_node->has_async);
	check_offered(thread);
	while ((other = TAILQ_NEXT(other, ahead_entry)))
		assert(!other->ahead || other->ahead->target_node != buffer->target_node);
}

/* The first on the list of its proc are calls, of which nobody has had one. */
static void check_ahead_calls(const struct proc *proc, const struct thread *thread)
{
	const struct work *work = work_list_first(&proc->todo);

	for (unsigned int i = 0; i < thread->ahead_calls; i++) {
		const struct transaction *t = (const struct transaction *)work;

		assert(work && work->type == WORK_TRANSACTION && !(t->flags & TF_ONE_WAY));
		assert(!t->fixup_count && !t->to_thread && !t->buffer->allow_user_free);
		work = TAILQ_NEXT(work, entry);
	}
}

static void check_ahead(const struct proc *proc, const struct thread *thread)
{
	assert(thread->proc == proc && !proc->is_frozen && !proc->is_dead);
	if (thread->ahead)
		check_ahead_oneways(proc, thread);
	check_ahead_calls(proc, thread);
}

/* Those that are handled by the program and, for the driver, stand behind another. */
static void check_taken(const struct thread *thread)
{
	const struct work *work;

	check_list(&thread->taken);
	TAILQ_FOREACH (work, &thread->taken.items, entry)
		assert(work->type == WORK_TRANSACTION);
}

/* Counts that stand for a walk over all threads. */
static void check_threads(const struct proc *proc, struct census *census)
{
	size_t waiting = 0, parked = 0, busy = 0, stacked = 0, listening = 0;
	bool flushing_found = !proc->flushing;
	struct thread *thread;
	size_t offered = 0, ahead = 0;

	RB_FOREACH (thread, thread_tree, (struct thread_tree *)&proc->threads) {
		check_thread(proc, thread);
		waiting += thread->is_waiting;
		parked += thread->is_parked;
		offered += thread->ahead || thread->ahead_calls;
		check_taken(thread);
		busy += thread->state != THREAD_IDLE;
		stacked += thread->stack != NULL;
		listening += thread->is_listening;
		census->threads++;
	}
	TAILQ_FOREACH (thread, &proc->waiting, waiting_entry)
		waiting--;
	TAILQ_FOREACH (thread, &proc->parked, waiting_entry)
		parked--;
	TAILQ_FOREACH (thread, &proc->busy, busy_entry) {
		flushing_found |= thread == proc->flushing;
		busy--;
	}
	TAILQ_FOREACH (thread, &proc->pollers, poller_entry)
		listening--;
	TAILQ_FOREACH (thread, &proc->ahead, ahead_entry) {
		check_ahead(proc, thread);
		ahead += thread->ahead || thread->ahead_calls;
	}
	TAILQ_FOREACH (thread, &proc->freezers, freeze_entry)
		assert(thread->freeze_target == proc && thread->state == THREAD_FREEZE);
	TAILQ_FOREACH (thread, &proc->ended, busy_entry)
		census->threads++;
	assert(!waiting && !parked && !busy && !listening && offered == ahead);
	assert(stacked == proc->stacked && flushing_found);
	assert(!proc->telling.thread || proc->telling.is_under_way);
}

static void check_buffers(const struct proc *proc)
{
	const struct buffer *buffer;

	area_check(&proc->area);
	TAILQ_FOREACH (buffer, &proc->area.buffers, neighbour) {
		if (buffer->is_free)
			continue;
		assert(!buffer->transaction || buffer->transaction->buffer == buffer);
		assert(!buffer->target_node || buffer->target_node->proc == proc);
		assert(!buffer->async || !buffer->target_node || buffer->target_node->has_async);
	}
}

static void check_proc(const struct proc *proc, struct census *census)
{
	struct node *node;
	struct ref *ref;

	assert(proc->outstanding >= 0);
	check_threads(proc, census);
	RB_FOREACH (node, node_tree, (struct node_tree *)&proc->nodes) {
		assert(node->proc == proc);
		check_node(node, NULL, census);
	}
	for (ref = ref_first((struct proc *)proc); ref; ref = ref_next(ref))
		check_ref(proc, ref, census);
	check_list(&proc->todo);
	check_list(&proc->delivered_death);
	check_list(&proc->delivered_freeze);
	census->buffers += proc->area.used_count;
	census->area_bytes += proc->area.reserved;
	census->procs++;
}

static void check_living(const struct proc *proc, struct census *census)
{
	bool has_work = proc->flushing || !TAILQ_EMPTY(&proc->ended) || proc->telling.is_under_way;

	assert(!proc->is_dead && !proc->leaving);
	assert(proc->has_chore || !has_work);
	/* Nobody waits while there is something to do. */
	assert(work_list_empty(&proc->todo) || TAILQ_EMPTY(&proc->waiting));
	check_proc(proc, census);
	check_buffers(proc);
}

static void check_dying(const struct proc *proc, struct census *census)
{
	assert(proc->is_dead && proc->has_chore && !proc->flushing && !proc->area.mapped);
	check_proc(proc, census);
	if (proc->leaving && proc->leaving->proc)
		check_node(proc->leaving, proc->leaving, census);
}

static bool check_is_leaving(const struct driver *driver, const struct node *node)
{
	const struct proc *proc;

	TAILQ_FOREACH (proc, &driver->dying, entry)
		if (proc->leaving == node)
			return true;
	return false;
}

void driver_check(const struct driver_system *system)
{
	const struct charge_book *book = &system->charges;
	struct census census = {0};
	const struct driver *driver;
	const struct proc *proc;
	const struct node *node;

	assert(TAILQ_EMPTY(&system->run));
	TAILQ_FOREACH (driver, &system->drivers, entry) {
		TAILQ_FOREACH (proc, &driver->procs, entry)
			check_living(proc, &census);
		TAILQ_FOREACH (proc, &driver->dying, entry)
			check_dying(proc, &census);
		LIST_FOREACH (node, &driver->dead_nodes, dead_entry)
			check_node(node, check_is_leaving(driver, node) ? node : NULL, &census);
		assert(!driver->manager || !driver->manager->proc->is_dead);
	}
	assert(book->held[CHARGE_PROC] == census.procs);
	assert(book->held[CHARGE_THREAD] == census.threads);
	assert(book->held[CHARGE_NODE] == census.nodes);
	assert(book->held[CHARGE_REF] == census.refs);
	assert(book->held[CHARGE_BUFFER] == census.buffers);
	assert(system->area_bytes == census.area_bytes);
	/* Cleared ones live on their lists alone. */
	assert(book->held[CHARGE_DEATH] >= census.deaths);
}
