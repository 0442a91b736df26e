#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Threads, as the driver knows them: by tid, from their first ioctl or poll to
 * BINDER_THREAD_EXIT or the end of their proc.
 *
 * Work on a thread's own list is acted upon once process is set: what is deferred
 * (a two-way call's completion, a node's first announcement) waits there for the
 * next thing to come.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>
#include <sys/types.h>

#include "driver/driver.h"
#include "driver/work.h"

struct buffer;
struct transaction;

enum looper {
	LOOPER_REGISTERED = 0x01,
	LOOPER_ENTERED = 0x02,
	LOOPER_EXITED = 0x04,
	LOOPER_INVALID = 0x08,
	LOOPER_WAITING = 0x10,
	LOOPER_POLL = 0x20,
};

/* What a thread's ioctl waits for. */
enum thread_state {
	THREAD_IDLE,   /* inside none */
	THREAD_WORK,   /* a read: for work */
	THREAD_FILES,  /* a read: until descriptors are installed */
	THREAD_FREEZE, /* BINDER_FREEZE: until calls have ended, or for the time */
};

struct work_error {
	struct work work;
	uint32_t command; /* BR_*; BR_OK: none */
};

struct thread {
	RB_ENTRY(thread) entry;
	TAILQ_ENTRY(thread) waiting_entry;
	TAILQ_ENTRY(thread) poller_entry; /* with is_listening */
	TAILQ_ENTRY(thread) run_entry;
	TAILQ_ENTRY(thread) busy_entry;	  /* of proc->busy, or of proc->ended */
	TAILQ_ENTRY(thread) freeze_entry; /* of freeze_target->freezers */
	TAILQ_ENTRY(thread) ahead_entry;  /* of proc->ahead, with ahead */
	struct proc *proc;
	pid_t tid;
	void *data;

	uint32_t looper;
	bool need_return;    /* the next read returns, whatever there is */
	bool process;	     /* the list has something that a read acts upon */
	bool is_waiting;     /* on the proc's list of waiting threads */
	bool is_woken;	     /* on the system's run list */
	bool is_armed;	     /* poll: tell when readable */
	bool is_listening;   /* on the proc's list of pollers */
	bool is_parked;	     /* on the proc's list of parked threads, by waiting_entry */
	bool is_wanted;	     /* parked, and the embedder was told that there is work */
	bool took_error;     /* thread_complete_take() took a failed reply's */
	bool freeze_telling; /* THREAD_FREEZE: the target's watchers are being told */
	unsigned int unread; /* calls and oneways on todo */
	uint64_t flushes;    /* of the proc, when a read last returned for them */
	uint64_t woken;	     /* when it was last woken, as the proc counts */
	uint64_t heard;	     /* of proc->pollers_woken only what is later woke it, too */
	struct work_list todo;
	struct transaction *stack;
	struct work_error return_error; /* of its own last command: stops writing */
	struct work_error reply_error;	/* of a call that it waits for */
	struct binderd_extended_error extended;

	enum thread_state state;
	struct read_input read;
	bool for_proc; /* THREAD_WORK: takes the proc's work too */
	bool more;     /* the ioctl goes on in another input */
	uid_t euid;    /* of whoever writes: a child with the descriptor has its own */
	int nice;
	int told_nice; /* what the embedder believes */
	uint64_t write_consumed;
	struct buffer *oneway;	  /* delivered by the read under way */
	struct buffer *ahead;	  /* a oneway's that it has; NULL: nothing is offered behind it */
	unsigned int ahead_count; /* oneways offered behind it and, so far as known, not taken */
	struct transaction *ahead_last; /* the last of these */
	unsigned int ahead_calls;	/* offered: so many of the first on the proc's list */
	struct work_list taken;		/* calls that the program has had, but for the driver */
	unsigned int ahead_taken;	/* of those offered, as far as the driver was told */
	struct park_read park;		/* the read that was taken over */
	struct ioctl_result result;	/* being made */
	uint8_t *held;			/* THREAD_FILES: returns composed before */
	size_t held_size;
	struct transaction *arriving;  /* THREAD_FILES: whose descriptors they are */
	struct transaction *delivered; /* by the last read, if it can be undone */

	struct binderd_freeze_info freeze_info; /* THREAD_FREEZE */
	struct proc *freeze_target;
};

/** thread_enqueue() - work that a read acts upon */
void thread_enqueue(struct thread *thread, struct work *work);
/** thread_enqueue_deferred() - work that waits for something else to be acted upon */
void thread_enqueue_deferred(struct thread *thread, struct work *work);
/** thread_wake() - it is to look again: at its read, or at its poll */
void thread_wake(struct thread *thread);
/** thread_check_poll() - tell that it has become readable, if it asked for that */
void thread_check_poll(struct thread *thread);
/** thread_begin_input() - the program has it do something that may change its availability */
void thread_begin_input(struct thread *thread);
/** thread_end_input() - that is over */
void thread_end_input(struct thread *thread);
/** thread_available() - inside no call, nothing listed: takes the proc's work */
bool thread_available(const struct thread *thread);
/** thread_has_work() - a read would not wait; @for_proc: the proc's work counts */
bool thread_has_work(const struct thread *thread, bool for_proc);
/** thread_is_looper() - entered or registered */
bool thread_is_looper(const struct thread *thread);
/** thread_set_state() - what its ioctl waits for now */
void thread_set_state(struct thread *thread, enum thread_state state);
/** thread_set_stack() - @t is now on top of its stack; NULL: nothing */
void thread_set_stack(struct thread *thread, struct transaction *t);
/** thread_must_return() - its next read returns, whatever there is */
bool thread_must_return(const struct thread *thread);
/** thread_set_nice() - the thread is to run at @nice, if that is a nice value */
void thread_set_nice(struct thread *thread, int nice);
/** thread_fail() - the write loop stops with @command, and the extended error is set */
void thread_fail(struct thread *thread, uint32_t command);
void thread_set_extended(struct thread *thread, uint32_t id, uint32_t command, int32_t param);
/** thread_finish() - end the ioctl with @ret */
void thread_finish(struct thread *thread, int ret);
/** thread_resume() - woken inside a read: compose, or wait on */
void thread_resume(struct thread *thread);
/**
 * thread_release() - it ends: its callers are told
 *
 * Its work is dropped and it is freed by thread_reap(), now if there is little to drop.
 */
void thread_release(struct thread *thread);
/** thread_reap() - drop a piece of an ended thread of @proc. Return: whether there was one */
bool thread_reap(struct proc *proc);
/** work_drop() - drop the first of a list whose owner dies. Return: whether there was one */
bool work_drop(struct work_list *list);

struct thread_tree;
int thread_compare(const struct thread *a, const struct thread *b);
RB_PROTOTYPE(thread_tree, thread, entry, thread_compare)
