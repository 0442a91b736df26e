#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Freezing: BINDER_FREEZE and BINDER_GET_FROZEN_INFO, and the notifications that
 * refs ask for.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <binderd/uapi.h>

#include "driver/notice.h"
#include "driver/work.h"

struct proc;
struct thread;
struct user;

TAILQ_HEAD(freezer_list, thread);

/* The walk over a proc's nodes and their refs that tells those who watch. */
struct telling {
	bool is_under_way;
	bool is_frozen;	       /* what is told */
	bool is_inside;	       /* of the node at ptr: node->walk is the next ref */
	uint64_t ptr;	       /* nodes from here on are left */
	struct thread *thread; /* whose BINDER_FREEZE this is; NULL: it does not wait any more */
};

struct freeze {
	struct work work;
	struct user *user;
	struct proc *proc; /* that asked for it */
	struct notice notice;
	bool is_frozen; /* to be told */
	bool sent;	/* told, not yet acknowledged */
	bool resend;	/* changed since */
};

/** freeze_request() and the others - BC_. Return: 0, -EINVAL or -ENOMEM */
int freeze_request(struct thread *thread, uint32_t handle, uint64_t cookie);
int freeze_clear(struct thread *thread, uint32_t handle, uint64_t cookie);
int freeze_done(struct thread *thread, uint64_t cookie);
/** freeze_delivered() - a read told it: it waits for BC_FREEZE_NOTIFICATION_DONE */
void freeze_delivered(struct freeze *freeze);
/** freeze_free() - off its list, and gone */
void freeze_free(struct freeze *freeze);

/** freeze_begin() - BINDER_FREEZE by @thread; ends with thread_finish(), perhaps later */
void freeze_begin(struct thread *thread, const struct binderd_freeze_info *info);
/** freeze_drained() - a call to frozen @proc has ended, perhaps the last */
void freeze_drained(struct proc *proc);
/** freeze_interrupt() / freeze_timeout() - a signal, or the time, ends @thread's wait */
void freeze_interrupt(struct thread *thread);
void freeze_timeout(struct thread *thread);
/** freeze_forget() - @thread's wait ends unanswered, as by a signal: it is going */
void freeze_forget(struct thread *thread);
/** freeze_resume() - @thread was woken: what it waits for may have come */
void freeze_resume(struct thread *thread);
/** freeze_tell_step() - tell one watcher of @proc. Return: whether there was something left */
bool freeze_tell_step(struct proc *proc);
/** freeze_target_gone() - @proc is dead: one who waits to freeze it goes on. Return: as above */
bool freeze_target_gone(struct proc *proc);
/** freeze_info() - BINDER_GET_FROZEN_INFO. Return: 0 or -EINVAL */
int freeze_info(struct thread *thread, struct binderd_frozen_status_info *info);
