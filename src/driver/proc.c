/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Procs: opening, flushing, dying. A proc dies in the kernel's order, because others
 * can see it: first no new work comes in and the context has no manager, then its
 * threads' callers are told, then its nodes' watchers, and then it lets go of what it
 * held.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/charge.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/park.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"

int proc_open(struct driver *driver, const struct proc_params *params, struct proc **out)
{
	struct user *user = user_open(&driver->system->charges, params->euid);
	struct proc *proc = user ? calloc(1, sizeof(*proc)) : NULL;

	if (proc)
		proc->secctx = strdup(params->secctx);
	if (!proc || !proc->secctx) {
		free(proc);
		if (user)
			charge_refund(user, CHARGE_PROC);
		return -ENOMEM;
	}
	proc->driver = driver;
	proc->user = user;
	proc->data = params->data;
	proc->pid = params->pid;
	proc->euid = params->euid;
	proc->nice = params->nice;
	proc->secctx_size = strlen(proc->secctx) + 1;
	RB_INIT(&proc->threads);
	TAILQ_INIT(&proc->waiting);
	TAILQ_INIT(&proc->parked);
	TAILQ_INIT(&proc->pollers);
	work_list_init(&proc->todo, proc);
	work_list_init(&proc->delivered_death, NULL);
	work_list_init(&proc->delivered_freeze, NULL);
	notices_init(&proc->death_notices);
	notices_init(&proc->freeze_notices);
	RB_INIT(&proc->nodes);
	RB_INIT(&proc->refs_by_handle);
	RB_INIT(&proc->refs_by_node);
	handles_init(&proc->handles);
	area_init(&proc->area, proc);
	TAILQ_INSERT_TAIL(&driver->procs, proc, entry);
	LIST_INSERT_HEAD(system_pids(driver->system, proc->pid), proc, pid_entry);
	*out = proc;
	return 0;
}

void *proc_data(const struct proc *proc)
{
	return proc->data;
}

pid_t proc_pid(const struct proc *proc)
{
	return proc->pid;
}

void proc_set_euid(struct proc *proc, uid_t euid)
{
	proc->euid = euid;
}

void proc_tell_level(struct proc *proc, bool level)
{
	if (!proc->is_dead)
		proc->driver->ops->proc_level(proc, level);
}

int proc_reserve(struct proc *proc, size_t size)
{
	return proc->driver->ops->area_reserve(proc, size);
}

int proc_mmap(struct proc *proc, void *memory, uint64_t address, size_t size)
{
	return area_map(&proc->area, memory, address, size);
}

void proc_munmap(struct proc *proc)
{
	proc->area.mapped = false;
}

bool proc_mapped(const struct proc *proc)
{
	return proc->area.mapped;
}

struct thread *proc_select_thread(struct proc *proc)
{
	struct thread *thread;

	if (!TAILQ_EMPTY(&proc->parked))
		park_gather(proc, false);
	if (TAILQ_EMPTY(&proc->waiting) && !TAILQ_EMPTY(&proc->parked))
		park_gather(proc, true);
	thread = TAILQ_FIRST(&proc->waiting);
	if (thread) {
		TAILQ_REMOVE(&proc->waiting, thread, waiting_entry);
		thread->is_waiting = false;
	}
	return thread;
}

void proc_wake_pollers(struct proc *proc)
{
	struct thread *thread;

	TAILQ_FOREACH (thread, &proc->pollers, poller_entry)
		if (thread_available(thread))
			thread_wake(thread);
}

void proc_wake(struct proc *proc)
{
	struct thread *thread = proc_select_thread(proc);

	if (thread)
		thread_wake(thread);
	else
		proc_wake_pollers(proc);
}

bool proc_has_transactions(const struct proc *proc)
{
	struct thread *thread;

	if (proc->outstanding > 0)
		return true;
	RB_FOREACH (thread, thread_tree, (struct thread_tree *)&proc->threads)
		if (thread->stack)
			return true;
	return false;
}

void proc_flush(struct proc *proc)
{
	struct thread *thread;

	park_gather(proc, true);
	RB_FOREACH (thread, thread_tree, &proc->threads) {
		thread->need_return = true;
		if (thread->looper & LOOPER_WAITING)
			thread_wake(thread);
	}
}

static void proc_release_nodes(struct proc *proc)
{
	struct node *node;

	while ((node = RB_MIN(node_tree, &proc->nodes))) {
		node_hold(node);
		RB_REMOVE(node_tree, &proc->nodes, node);
		node_release(node);
	}
}

static void proc_free(struct proc *proc)
{
	assert(work_list_empty(&proc->todo) && work_list_empty(&proc->delivered_death));
	assert(RB_EMPTY(&proc->threads) && RB_EMPTY(&proc->nodes));
	assert(TAILQ_EMPTY(&proc->waiting) && TAILQ_EMPTY(&proc->parked));
	assert(proc->outstanding == 0);
	handles_deinit(&proc->handles);
	area_deinit(&proc->area);
	charge_refund(proc->user, CHARGE_PROC);
	free(proc->secctx);
	free(proc);
}

void proc_release(struct proc *proc)
{
	struct driver *driver = proc->driver;
	struct thread *thread;
	struct ref *ref;

	/* While it still stands on its list: they go on with the next one there. */
	freeze_proc_gone(proc);
	LIST_REMOVE(proc, pid_entry);
	TAILQ_REMOVE(&driver->procs, proc, entry);
	if (driver->manager && driver->manager->proc == proc)
		driver->manager = NULL;
	proc->is_dead = true;
	proc->is_frozen = false;
	proc->sync_recv = false;
	proc->async_recv = false;
	while ((thread = RB_MIN(thread_tree, &proc->threads)))
		thread_release(thread);
	/* Who waited on it reads before what was sent there is let go, as in the kernel. */
	driver_run(driver->system);
	proc_release_nodes(proc);
	while ((ref = ref_first(proc)))
		ref_delete(ref);
	work_release(&proc->todo);
	work_release(&proc->delivered_death);
	work_release(&proc->delivered_freeze);
	proc_free(proc);
}
