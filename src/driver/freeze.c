/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A proc is frozen at once, so that no new call comes in, and thawed again if calls
 * are under way when the time is over. BINDER_FREEZE names a pid: all its procs, of
 * whatever device, are frozen one after the other; a failure ends it.
 *
 * A notification's work moves as a death notification's does. Changes while one is
 * unacknowledged are told once, after the acknowledgement, and only if the state
 * differs from the one told.
 */

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "driver/ahead.h"
#include "driver/charge.h"
#include "driver/chore.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "util/alloc.h"

static void freeze_enqueue(struct freeze *freeze, struct proc *proc)
{
	work_enqueue(&freeze->work, &proc->todo);
	proc_wake(proc);
}

int freeze_request(struct thread *thread, uint32_t handle, uint64_t cookie)
{
	struct proc *proc = thread->proc;
	struct ref *ref = ref_find(proc, handle, false);
	struct freeze *freeze;

	if (!ref || ref->freeze)
		return -EINVAL;
	if (!charge_take(proc->user, CHARGE_DEATH))
		return -ENOMEM;
	freeze = alloc_zeroed(sizeof(*freeze));
	if (!freeze) {
		charge_refund(proc->user, CHARGE_DEATH);
		return -ENOMEM;
	}
	freeze->user = proc->user;
	freeze->proc = proc;
	freeze->notice.cookie = cookie;
	freeze->work.type = WORK_FROZEN_BINDER;
	ref->freeze = freeze;
	if (ref->node->proc && !ref->node->proc->is_dead) {
		freeze->is_frozen = ref->node->proc->is_frozen;
		freeze_enqueue(freeze, proc);
	}
	return 0;
}

int freeze_clear(struct thread *thread, uint32_t handle, uint64_t cookie)
{
	struct ref *ref = ref_find(thread->proc, handle, false);
	struct freeze *freeze = ref ? ref->freeze : NULL;

	if (!freeze || freeze->notice.cookie != cookie)
		return -EINVAL;
	ref->freeze = NULL;
	freeze->work.type = WORK_CLEAR_FREEZE;
	if (!freeze->work.list)
		freeze_enqueue(freeze, thread->proc);
	else if (freeze->sent)
		freeze->resend = true;
	return 0;
}

int freeze_done(struct thread *thread, uint64_t cookie)
{
	struct notices *notices = &thread->proc->freeze_notices;
	struct notice *notice = notices_find(notices, cookie);
	struct freeze *freeze;

	if (!notice)
		return -EINVAL;
	freeze = (struct freeze *)((char *)notice - offsetof(struct freeze, notice));
	notice_unfile(notices, notice);
	work_dequeue(&freeze->work);
	freeze->sent = false;
	if (freeze->resend) {
		freeze->resend = false;
		freeze_enqueue(freeze, thread->proc);
	}
	return 0;
}

void freeze_delivered(struct freeze *freeze)
{
	freeze->sent = true;
	work_enqueue(&freeze->work, &freeze->proc->delivered_freeze);
	notice_file(&freeze->proc->freeze_notices, &freeze->notice);
}

void freeze_free(struct freeze *freeze)
{
	notice_unfile(&freeze->proc->freeze_notices, &freeze->notice);
	work_dequeue(&freeze->work);
	charge_refund(freeze->user, CHARGE_DEATH);
	free(freeze);
}

static void freeze_tell_ref(struct ref *ref, bool is_frozen)
{
	struct freeze *freeze = ref->freeze;

	if (!freeze || ref->proc->is_dead)
		return;
	freeze->work.type = WORK_FROZEN_BINDER;
	if (!freeze->work.list) {
		freeze->is_frozen = is_frozen;
		freeze_enqueue(freeze, ref->proc);
		return;
	}
	if (freeze->sent && freeze->is_frozen != is_frozen)
		freeze->resend = true;
	freeze->is_frozen = is_frozen;
}

/* Those who watch @proc are to be told. One whose news were not all told yet goes on. */
static void freeze_tell(struct proc *proc, bool is_frozen, struct thread *thread)
{
	struct telling *telling = &proc->telling;

	if (telling->thread)
		thread_wake(telling->thread);
	*telling = (struct telling){
		.is_under_way = true,
		.is_frozen = is_frozen,
		.thread = thread,
	};
	chore_add(proc);
}

static void freeze_told(struct telling *telling)
{
	telling->is_under_way = false;
	if (telling->thread)
		thread_wake(telling->thread);
	telling->thread = NULL;
}

bool freeze_tell_step(struct proc *proc)
{
	struct telling *telling = &proc->telling;
	struct node key = {.ptr = telling->ptr}, *node;

	if (!telling->is_under_way)
		return false;
	node = RB_NFIND(node_tree, &proc->nodes, &key);
	if (!node) {
		freeze_told(telling);
		return true;
	}
	if (!telling->is_inside || node->ptr != telling->ptr)
		node->walk = LIST_FIRST(&node->refs);
	telling->is_inside = true;
	telling->ptr = node->ptr;
	if (node->walk) {
		struct ref *ref = node->walk;

		node->walk = LIST_NEXT(ref, node_entry);
		freeze_tell_ref(ref, telling->is_frozen);
	}
	if (node->walk)
		return true;
	telling->is_inside = false;
	if (node->ptr == UINT64_MAX)
		freeze_told(telling);
	telling->ptr++;
	return true;
}

static void freeze_mark(struct proc *proc, bool is_frozen)
{
	ahead_end(proc);
	proc->sync_recv = false;
	proc->async_recv = false;
	proc->is_frozen = is_frozen;
}

/* The next proc of the pid after @proc, which may be dead, or the first for NULL. */
static struct proc *freeze_next(struct driver_system *system, struct proc *proc, uint32_t pid)
{
	struct proc key = {.pid = (pid_t)pid, .serial = proc ? proc->serial - 1 : UINT64_MAX};

	proc = RB_NFIND(pid_tree, &system->by_pid, &key);
	return proc && (uint32_t)proc->pid == pid ? proc : NULL;
}

static void freeze_wait(struct thread *thread, struct proc *target)
{
	thread->freeze_target = target;
	thread_set_state(thread, THREAD_FREEZE);
	TAILQ_INSERT_TAIL(&target->freezers, thread, freeze_entry);
}

/* What is to be told of @target takes its time, if it has nodes. Return: whether it does. */
static bool freeze_announce(struct thread *thread, struct proc *target)
{
	if (RB_EMPTY(&target->nodes))
		return false;
	freeze_tell(target, thread->freeze_info.enable, thread);
	thread->freeze_telling = true;
	freeze_wait(thread, target);
	return true;
}

static void freeze_go_on(struct thread *thread, struct proc *target)
{
	struct driver_system *system = thread->proc->driver->system;
	const struct binderd_freeze_info *info = &thread->freeze_info;

	for (; target; target = freeze_next(system, target, info->pid)) {
		freeze_mark(target, info->enable);
		if (info->enable && info->timeout_ms > 0 && target->outstanding > 0) {
			freeze_wait(thread, target);
			thread->proc->driver->ops->timer(thread, info->timeout_ms);
			return;
		}
		if (info->enable && proc_has_transactions(target)) {
			target->is_frozen = false;
			thread_finish(thread, -EAGAIN);
			return;
		}
		if (freeze_announce(thread, target))
			return;
	}
	thread_finish(thread, 0);
}

void freeze_begin(struct thread *thread, const struct binderd_freeze_info *info)
{
	struct driver_system *system = thread->proc->driver->system;
	struct proc *target = freeze_next(system, NULL, info->pid);

	thread->freeze_info = *info;
	thread->freeze_telling = false;
	if (target)
		freeze_go_on(thread, target);
	else
		thread_finish(thread, -EINVAL);
}

/* Its present wait is over. */
static void freeze_stop(struct thread *thread)
{
	struct proc *target = thread->freeze_target;

	TAILQ_REMOVE(&target->freezers, thread, freeze_entry);
	if (target->telling.thread == thread)
		target->telling.thread = NULL;
	if (!thread->freeze_telling && !thread->proc->is_dead)
		thread->proc->driver->ops->timer(thread, 0);
	thread->freeze_telling = false;
	thread_set_state(thread, THREAD_IDLE);
}

void freeze_forget(struct thread *thread)
{
	if (thread->state != THREAD_FREEZE)
		return;
	if (!thread->freeze_telling)
		thread->freeze_target->is_frozen = false;
	freeze_stop(thread);
}

static void freeze_next_target(struct thread *thread)
{
	struct driver_system *system = thread->proc->driver->system;
	struct proc *target = thread->freeze_target;

	freeze_stop(thread);
	freeze_go_on(thread, freeze_next(system, target, thread->freeze_info.pid));
}

/* The calls that it waited for have ended, or the time is over. */
static void freeze_judge(struct thread *thread)
{
	struct proc *target = thread->freeze_target;

	if (target->is_dead) {
		freeze_next_target(thread);
		return;
	}
	if (proc_has_transactions(target)) {
		target->is_frozen = false;
		freeze_stop(thread);
		thread_finish(thread, -EAGAIN);
		return;
	}
	freeze_stop(thread);
	if (!freeze_announce(thread, target))
		freeze_go_on(thread,
			freeze_next(target->driver->system, target, thread->freeze_info.pid));
}

void freeze_resume(struct thread *thread)
{
	struct proc *target = thread->freeze_target;

	if (!thread->freeze_telling && target->outstanding == 0)
		freeze_judge(thread);
	else if (thread->freeze_telling && target->telling.thread != thread)
		freeze_next_target(thread);
}

void freeze_timeout(struct thread *thread)
{
	if (thread->state == THREAD_FREEZE && !thread->freeze_telling)
		freeze_judge(thread);
}

/* Telling is not interrupted: it comes to its end by itself. */
void freeze_interrupt(struct thread *thread)
{
	if (thread->state != THREAD_FREEZE || thread->freeze_telling)
		return;
	freeze_forget(thread);
	thread_finish(thread, -EINTR);
}

void freeze_drained(struct proc *proc)
{
	struct thread *thread;

	if (proc->outstanding > 0 || !proc->is_frozen)
		return;
	TAILQ_FOREACH (thread, &proc->freezers, freeze_entry)
		if (!thread->freeze_telling)
			thread_wake(thread);
}

bool freeze_target_gone(struct proc *proc)
{
	struct thread *thread = TAILQ_FIRST(&proc->freezers);

	if (!thread)
		return false;
	if (thread->proc->is_dead)
		freeze_forget(thread);
	else
		freeze_next_target(thread);
	return true;
}

int freeze_info(struct thread *thread, struct binderd_frozen_status_info *info)
{
	struct driver_system *system = thread->proc->driver->system;
	struct proc *proc = freeze_next(system, NULL, info->pid);

	info->sync_recv = 0;
	info->async_recv = 0;
	if (!proc)
		return -EINVAL;
	for (; proc; proc = freeze_next(system, proc, info->pid)) {
		ahead_catch_up(proc);
		info->sync_recv |= proc->sync_recv | (uint32_t)proc_has_transactions(proc) << 1;
		info->async_recv |= proc->async_recv;
	}
	return 0;
}
