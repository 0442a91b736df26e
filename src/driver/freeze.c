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

#include "driver/charge.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"

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
	freeze = calloc(1, sizeof(*freeze));
	if (!freeze) {
		charge_refund(proc->user, CHARGE_DEATH);
		return -ENOMEM;
	}
	freeze->user = proc->user;
	freeze->proc = proc;
	freeze->notice.cookie = cookie;
	freeze->work.type = WORK_FROZEN_BINDER;
	ref->freeze = freeze;
	if (ref->node->proc) {
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

	if (!freeze)
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

static void freeze_tell(struct proc *proc, bool is_frozen)
{
	struct node *node;
	struct ref *ref;

	RB_FOREACH (node, node_tree, &proc->nodes)
		LIST_FOREACH (ref, &node->refs, node_entry)
			freeze_tell_ref(ref, is_frozen);
}

static void freeze_mark(struct proc *proc, bool is_frozen)
{
	proc->sync_recv = false;
	proc->async_recv = false;
	proc->is_frozen = is_frozen;
}

/* The next proc of the pid after @proc, or the first for NULL. */
static struct proc *freeze_next(struct driver_system *system, struct proc *proc, uint32_t pid)
{
	proc = proc ? LIST_NEXT(proc, pid_entry) : LIST_FIRST(system_pids(system, (pid_t)pid));
	while (proc && (uint32_t)proc->pid != pid)
		proc = LIST_NEXT(proc, pid_entry);
	return proc;
}

/* The wait for the present target is over. Return: whether it could be frozen. */
static bool freeze_settle(struct proc *target)
{
	if (proc_has_transactions(target)) {
		target->is_frozen = false;
		return false;
	}
	freeze_tell(target, true);
	return true;
}

static void freeze_go_on(struct thread *thread)
{
	struct driver_system *system = thread->proc->driver->system;
	const struct binderd_freeze_info *info = &thread->freeze_info;
	struct proc *target = thread->freeze_target;

	for (; target; target = freeze_next(system, target, info->pid)) {
		freeze_mark(target, info->enable);
		if (!info->enable) {
			freeze_tell(target, false);
			continue;
		}
		if (info->timeout_ms > 0 && target->outstanding > 0) {
			thread->freeze_target = target;
			thread->state = THREAD_FREEZE;
			TAILQ_INSERT_TAIL(&system->freezing, thread, freeze_entry);
			thread->proc->driver->ops->timer(thread, info->timeout_ms);
			return;
		}
		if (!freeze_settle(target)) {
			thread_finish(thread, -EAGAIN);
			return;
		}
	}
	thread_finish(thread, 0);
}

void freeze_begin(struct thread *thread, const struct binderd_freeze_info *info)
{
	struct driver_system *system = thread->proc->driver->system;

	thread->freeze_info = *info;
	thread->freeze_target = freeze_next(system, NULL, info->pid);
	if (thread->freeze_target)
		freeze_go_on(thread);
	else
		thread_finish(thread, -EINVAL);
}

static void freeze_stop(struct thread *thread)
{
	TAILQ_REMOVE(&thread->proc->driver->system->freezing, thread, freeze_entry);
	thread->proc->driver->ops->timer(thread, 0);
	thread->state = THREAD_IDLE;
}

void freeze_forget(struct thread *thread)
{
	if (thread->state != THREAD_FREEZE)
		return;
	freeze_stop(thread);
	thread->freeze_target->is_frozen = false;
}

/* @settle: judge the present target; otherwise it is gone, and counts as frozen. */
static void freeze_leave(struct thread *thread, struct proc *next, bool settle)
{
	struct proc *target = thread->freeze_target;

	freeze_stop(thread);
	if (settle && !freeze_settle(target)) {
		thread_finish(thread, -EAGAIN);
		return;
	}
	thread->freeze_target = next;
	freeze_go_on(thread);
}

void freeze_timeout(struct thread *thread)
{
	struct driver_system *system = thread->proc->driver->system;

	if (thread->state == THREAD_FREEZE)
		freeze_leave(thread,
			freeze_next(system, thread->freeze_target, thread->freeze_info.pid), true);
}

void freeze_interrupt(struct thread *thread)
{
	if (thread->state != THREAD_FREEZE)
		return;
	freeze_forget(thread);
	thread_finish(thread, -EINTR);
}

void freeze_drained(struct proc *proc)
{
	struct driver_system *system = proc->driver->system;
	struct thread *thread, *next;

	if (proc->outstanding > 0 || !proc->is_frozen)
		return;
	TAILQ_FOREACH_SAFE (thread, &system->freezing, freeze_entry, next)
		if (thread->freeze_target == proc)
			thread_wake(thread);
}

void freeze_proc_gone(struct proc *proc)
{
	struct driver_system *system = proc->driver->system;
	struct thread *thread, *next;

	TAILQ_FOREACH_SAFE (thread, &system->freezing, freeze_entry, next)
		if (thread->freeze_target == proc && thread->proc != proc)
			freeze_leave(
				thread, freeze_next(system, proc, thread->freeze_info.pid), false);
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
		info->sync_recv |= proc->sync_recv | (uint32_t)proc_has_transactions(proc) << 1;
		info->async_recv |= proc->async_recv;
	}
	return 0;
}
