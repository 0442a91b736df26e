/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Procs: opening, flushing, dying. What others can see of a death is so at once: nothing
 * can be sent there any more, and the context has no manager. The rest is chore.c's.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/ahead.h"
#include "driver/charge.h"
#include "driver/chore.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/park.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"

int proc_compare_pid(const struct proc *a, const struct proc *b)
{
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->serial > b->serial ? -1 : a->serial < b->serial;
}

RB_GENERATE(pid_tree, proc, pid_entry, proc_compare_pid)

static void proc_init_lists(struct proc *proc)
{
	RB_INIT(&proc->threads);
	TAILQ_INIT(&proc->waiting);
	TAILQ_INIT(&proc->parked);
	TAILQ_INIT(&proc->ahead);
	TAILQ_INIT(&proc->pollers);
	TAILQ_INIT(&proc->busy);
	TAILQ_INIT(&proc->ended);
	TAILQ_INIT(&proc->freezers);
	work_list_init(&proc->todo, proc);
	work_list_init(&proc->delivered_death, NULL);
	work_list_init(&proc->delivered_freeze, NULL);
	notices_init(&proc->death_notices);
	notices_init(&proc->freeze_notices);
	RB_INIT(&proc->nodes);
	RB_INIT(&proc->refs_by_handle);
	RB_INIT(&proc->refs_by_node);
}

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
	proc->serial = ++driver->system->last_serial;
	proc_init_lists(proc);
	handles_init(&proc->handles);
	area_init(&proc->area, proc);
	TAILQ_INSERT_TAIL(&driver->procs, proc, entry);
	RB_INSERT(pid_tree, &driver->system->by_pid, proc);
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
	struct thread *thread, *next;

	proc->pollers_woken = ++proc->wakings;
	TAILQ_FOREACH_SAFE (thread, &proc->pollers, poller_entry, next)
		thread_check_poll(thread);
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
	return proc->outstanding > 0 || proc->stacked > 0;
}

/* All threads find that they must return; those that wait have to be told to look. */
void proc_flush(struct proc *proc)
{
	ahead_end(proc);
	park_gather(proc, true);
	proc->flushes++;
	proc->flushing = TAILQ_FIRST(&proc->busy);
	if (proc->flushing)
		chore_add(proc);
}

bool proc_flush_step(struct proc *proc)
{
	struct thread *thread = proc->flushing;

	if (!thread)
		return false;
	proc->flushing = TAILQ_NEXT(thread, busy_entry);
	if (thread->looper & LOOPER_WAITING)
		thread_wake(thread);
	return true;
}

void proc_free(struct proc *proc)
{
	assert(work_list_empty(&proc->todo) && work_list_empty(&proc->delivered_death));
	assert(RB_EMPTY(&proc->threads) && RB_EMPTY(&proc->nodes));
	assert(TAILQ_EMPTY(&proc->waiting) && TAILQ_EMPTY(&proc->parked));
	assert(TAILQ_EMPTY(&proc->busy) && TAILQ_EMPTY(&proc->ended));
	assert(proc->outstanding == 0 && proc->stacked == 0 && RB_EMPTY(&proc->area.shares));
	TAILQ_REMOVE(&proc->driver->dying, proc, entry);
	handles_deinit(&proc->handles);
	charge_refund(proc->user, CHARGE_PROC);
	free(proc->secctx);
	free(proc);
}

void proc_release(struct proc *proc)
{
	struct driver *driver = proc->driver;

	ahead_end(proc);
	RB_REMOVE(pid_tree, &driver->system->by_pid, proc);
	TAILQ_REMOVE(&driver->procs, proc, entry);
	TAILQ_INSERT_TAIL(&driver->dying, proc, entry);
	if (driver->manager && driver->manager->proc == proc)
		driver->manager = NULL;
	proc->is_dead = true;
	proc->is_frozen = false;
	proc->sync_recv = false;
	proc->async_recv = false;
	proc->flushing = NULL;
	area_clear(&proc->area);
	chore_add(proc);
}
