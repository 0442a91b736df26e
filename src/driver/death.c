/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A notification's work is on no list (alive), on the proc's (to be told), on the
 * proc's delivered ones (told), or, cleared meanwhile, on a list once more to
 * confirm that. After clearing no ref points at it, and it lives by its list alone.
 */

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#include "driver/charge.h"
#include "driver/death.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/thread.h"
#include "util/alloc.h"

/* BR_ERROR: the kernel's answer where memory is short. */
static void death_no_memory(struct thread *thread)
{
	thread_fail(thread, BR_ERROR);
}

void death_request(struct thread *thread, uint32_t handle, uint64_t cookie)
{
	struct proc *proc = thread->proc;
	struct ref *ref = ref_find(proc, handle, false);
	struct death *death;

	if (!ref || ref->death)
		return;
	if (!charge_take(proc->user, CHARGE_DEATH)) {
		death_no_memory(thread);
		return;
	}
	death = alloc_zeroed(sizeof(*death));
	if (!death) {
		charge_refund(proc->user, CHARGE_DEATH);
		death_no_memory(thread);
		return;
	}
	death->user = proc->user;
	death->proc = proc;
	death->notice.cookie = cookie;
	ref->death = death;
	if (!ref->node->proc)
		death_notify(ref);
}

void death_notify(struct ref *ref)
{
	/* While a node's watchers are told one by one, a new request is told at once. */
	if (!ref->death || ref->death->told || ref->proc->is_dead)
		return;
	assert(!ref->death->work.list);
	ref->death->told = true;
	ref->death->work.type = WORK_DEAD_BINDER;
	work_enqueue(&ref->death->work, &ref->proc->todo);
	proc_wake(ref->proc);
}

/* A looper gets the confirmation itself; otherwise any thread of the proc does. */
static void death_confirm(struct thread *thread, struct death *death)
{
	death->work.type = WORK_CLEAR_DEATH;
	if (thread_is_looper(thread)) {
		thread_enqueue(thread, &death->work);
		return;
	}
	work_enqueue(&death->work, &thread->proc->todo);
	proc_wake(thread->proc);
}

void death_clear(struct thread *thread, uint32_t handle, uint64_t cookie)
{
	struct ref *ref = ref_find(thread->proc, handle, false);
	struct death *death = ref ? ref->death : NULL;

	if (!death || death->notice.cookie != cookie)
		return;
	ref->death = NULL;
	if (death->work.list)
		death->work.type = WORK_DEAD_BINDER_AND_CLEAR;
	else
		death_confirm(thread, death);
}

void death_done(struct thread *thread, uint64_t cookie)
{
	struct notices *notices = &thread->proc->death_notices;
	struct notice *notice = notices_find(notices, cookie);
	struct death *death;

	if (!notice)
		return;
	death = (struct death *)((char *)notice - offsetof(struct death, notice));
	notice_unfile(notices, notice);
	work_dequeue(&death->work);
	if (death->work.type == WORK_DEAD_BINDER_AND_CLEAR)
		death_confirm(thread, death);
}

void death_delivered(struct death *death)
{
	work_enqueue(&death->work, &death->proc->delivered_death);
	notice_file(&death->proc->death_notices, &death->notice);
}

void death_free(struct death *death)
{
	notice_unfile(&death->proc->death_notices, &death->notice);
	work_dequeue(&death->work);
	charge_refund(death->user, CHARGE_DEATH);
	free(death);
}
