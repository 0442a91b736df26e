/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Work whose length clients decide is not done at once. The procs that have some stand
 * on a list and take turns, a newcomer first: who leaves little is done with in the
 * slice that comes next, whatever giant is dying meanwhile.
 *
 * A dead proc is undone in the kernel's order, and as there others may act between any
 * two steps: its threads end and their callers are told, then those whose calls nobody
 * read; its nodes go one by one, in order, and their watchers are told; then what it
 * held of others' nodes; then its own memory. From the first moment on nothing is sent
 * to it, and nothing is asked of the embedder for it.
 */

#include <assert.h>

#include "driver/charge.h"
#include "driver/chore.h"
#include "driver/driver.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"

/* Steps of one proc before the next one's turn. */
#define CHORE_TURN 16u

void chore_add(struct proc *proc)
{
	if (proc->has_chore)
		return;
	proc->has_chore = true;
	TAILQ_INSERT_HEAD(&proc->driver->system->chores, proc, chore_entry);
}

static bool chore_end_thread(struct proc *proc)
{
	struct thread *thread = RB_MIN(thread_tree, &proc->threads);

	if (!thread)
		return false;
	thread_release(thread);
	/* Who waited on it reads before what was sent there is let go, as in the kernel. */
	if (RB_EMPTY(&proc->threads))
		driver_run(proc->driver->system);
	return true;
}

static bool chore_release_node(struct proc *proc)
{
	if (!proc->leaving) {
		proc->leaving = RB_MIN(node_tree, &proc->nodes);
		if (!proc->leaving)
			return false;
		node_hold(proc->leaving);
		RB_REMOVE(node_tree, &proc->nodes, proc->leaving);
	}
	if (!node_release(proc->leaving))
		proc->leaving = NULL;
	return true;
}

static bool chore_delete_ref(struct proc *proc)
{
	struct ref *ref = ref_first(proc);

	if (ref)
		ref_delete(ref);
	return ref != NULL;
}

/* A step of a dead proc's undoing. Return: whether there was one left. */
static bool chore_undo(struct proc *proc)
{
	return chore_end_thread(proc) || thread_reap(proc) || freeze_target_gone(proc) ||
	       work_drop(&proc->todo) || chore_release_node(proc) || chore_delete_ref(proc) ||
	       work_drop(&proc->delivered_death) || work_drop(&proc->delivered_freeze) ||
	       area_forget(&proc->area);
}

static bool chore_step(struct proc *proc)
{
	if (proc->is_dead)
		return chore_undo(proc);
	return proc_flush_step(proc) || thread_reap(proc) || freeze_tell_step(proc);
}

/* Return: how many of @steps were left when @proc was done. */
static unsigned int chore_turn(struct proc *proc, unsigned int steps)
{
	struct proc_list *chores = &proc->driver->system->chores;

	TAILQ_REMOVE(chores, proc, chore_entry);
	for (; steps > 0; steps--) {
		if (chore_step(proc))
			continue;
		proc->has_chore = false;
		if (proc->is_dead)
			proc_free(proc);
		return steps;
	}
	TAILQ_INSERT_TAIL(chores, proc, chore_entry);
	return 0;
}

bool driver_slice(struct driver_system *system, unsigned int *steps)
{
	struct proc *proc;

	driver_run(system);
	while (*steps > 0 && (proc = TAILQ_FIRST(&system->chores))) {
		unsigned int turn = *steps < CHORE_TURN ? *steps : CHORE_TURN;

		*steps = *steps - turn + chore_turn(proc, turn);
		/* What runs now may begin more. */
		if (!*steps || TAILQ_EMPTY(&system->chores))
			driver_run(system);
	}
	return !TAILQ_EMPTY(&system->chores);
}
