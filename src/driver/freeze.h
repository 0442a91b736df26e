#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Freezing: BINDER_FREEZE and BINDER_GET_FROZEN_INFO, and the notifications that
 * refs ask for.
 */

#include <stdbool.h>
#include <stdint.h>

#include <binderd/uapi.h>

#include "driver/notice.h"
#include "driver/work.h"

struct proc;
struct thread;
struct user;

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
/** freeze_proc_gone() - @proc dies: those who wait to freeze it go on */
void freeze_proc_gone(struct proc *proc);
/** freeze_info() - BINDER_GET_FROZEN_INFO. Return: 0 or -EINVAL */
int freeze_info(struct thread *thread, struct binderd_frozen_status_info *info);
