#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Procs: one for each open of the device. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>
#include <sys/types.h>

#include "driver/buffer.h"
#include "driver/driver.h"
#include "driver/freeze.h"
#include "driver/handles.h"
#include "driver/notice.h"
#include "driver/ref.h"
#include "driver/work.h"

struct node;
struct user;

RB_HEAD(node_tree, node);
RB_HEAD(thread_tree, thread);
TAILQ_HEAD(thread_list, thread);

struct proc {
	TAILQ_ENTRY(proc) entry;       /* of the driver's procs, or of its dying ones */
	TAILQ_ENTRY(proc) chore_entry; /* of the system's, with has_chore */
	RB_ENTRY(proc) pid_entry;      /* of the system's, by pid */
	uint64_t serial;	       /* of its opening */
	struct driver *driver;
	struct user *user;
	void *data;
	pid_t pid;
	uid_t euid;
	int nice; /* at open: what its loopers return to */
	char *secctx;
	size_t secctx_size; /* its NUL included */
	bool is_dead;
	bool has_chore;

	struct thread_tree threads;
	struct thread_list waiting; /* for the proc's work, the last to wait first */
	struct thread_list parked;  /* see park.h */
	struct thread *server; /* the last that read a call, if it may be offered more; or NULL */
	struct thread_list ahead;   /* that were offered oneways */
	struct thread_list pollers; /* that want to be told of it, and are inside no call */
	struct thread_list busy;    /* inside an ioctl, the last to begin to wait first */
	struct thread_list ended;   /* what they leave is still to be dropped */
	unsigned int stacked;	    /* threads inside a call */
	uint64_t flushes;	    /* so far */
	struct thread *flushing;    /* the next busy one to be looked at for the last */
	struct work_list todo;
	struct work_list delivered_death;
	struct work_list delivered_freeze;
	struct notices death_notices; /* what is on these two */
	struct notices freeze_notices;
	uint32_t max_threads;
	uint32_t requested_threads;
	uint32_t started_threads;
	uint64_t wakings;	/* of its threads, so far: the clock of thread->woken */
	uint64_t pollers_woken; /* when all were, last */

	struct node_tree nodes;
	struct node *leaving; /* dying: the node that is being let go, off the tree */
	struct ref_handle_tree refs_by_handle;
	struct ref_node_tree refs_by_node;
	struct handles handles;
	struct area area;

	bool spam_detection;
	bool is_frozen;
	bool sync_recv, async_recv; /* since it was frozen last */
	int outstanding;	    /* calls and oneways that it was sent and that have not ended */
	struct freezer_list freezers; /* threads whose BINDER_FREEZE waits for this proc */
	struct telling telling;
};

struct pid_tree;
/* By pid; of one pid the newest first. */
int proc_compare_pid(const struct proc *a, const struct proc *b);
RB_PROTOTYPE(pid_tree, proc, pid_entry, proc_compare_pid)

/** proc_free() - nothing is left of a dead proc but itself */
void proc_free(struct proc *proc);
/** proc_tell_level() - its list became empty or not: ops->proc_level */
void proc_tell_level(struct proc *proc, bool level);
/** proc_wake() - somebody of the proc should look at its list */
void proc_wake(struct proc *proc);
/** proc_select_thread() - takes the thread that waited last off the list, or NULL */
struct thread *proc_select_thread(struct proc *proc);
/** proc_wake_pollers() - its polling threads that are inside no call look again */
void proc_wake_pollers(struct proc *proc);
/** proc_has_transactions() - calls under way in or out: what keeps it from being frozen */
bool proc_has_transactions(const struct proc *proc);
/** proc_flush_step() - wake one thread for the last flush. Return: whether there was one left */
bool proc_flush_step(struct proc *proc);
