#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Transactions: calls, oneways and replies on their way.
 *
 * A two-way call stands on two stacks: that of the thread that waits for the reply
 * (linked by from_parent) and, once it was read, that of the thread that handles it
 * (linked by to_parent). It ends with the reply, or with one of BR_DEAD_REPLY,
 * BR_FAILED_REPLY and BR_FROZEN_REPLY. A oneway, and a reply, ends when it is read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/tree.h>
#include <sys/types.h>

#include <binderd/uapi.h>

#include "driver/work.h"

struct buffer;
struct driver;
struct node;
struct pool;
struct proc;
struct thread;
struct user;

/* A descriptor that the receiver is to get: where its number is to be written. */
struct file_fixup {
	int file;
	uint64_t at; /* in the buffer */
};

struct transaction {
	struct work work;
	struct driver *driver;
	struct user *user; /* that it is charged to */
	uint32_t id;
	struct thread *from; /* waits for the reply; NULL: none, or it is gone */
	struct transaction *from_parent;
	struct proc *to_proc;
	struct thread *to_thread;
	struct transaction *to_parent;
	struct buffer *buffer; /* NULL once it was freed */
	uint32_t code;
	uint32_t flags;
	int priority;	    /* the caller's nice value */
	int saved_priority; /* the handler's before */
	uid_t sender_euid;
	uint64_t security_ctx; /* address in the receiver, or 0 */
	struct file_fixup *fixups;
	size_t fixup_count, fixup_room;
	RB_ENTRY(transaction) update_entry; /* of its node's waiting updates */
	uint64_t update_order;		    /* 0: not among them */
};

/* What a transaction's completion waits on the sender's list as. */
struct completion {
	struct work work;
	struct user *user; /* that it is charged to */
	struct pool *pool; /* that it goes back to */
};

/** transaction_send() - BC_TRANSACTION, BC_REPLY and their _SG forms */
void transaction_send(struct thread *thread, const struct binder_transaction_data *data, bool reply,
	uint64_t extra_size, void *source);

/** transaction_new() - an empty one charged to @proc's user. Return: it, or NULL */
struct transaction *transaction_new(struct proc *proc);
/** transaction_free() - it has ended */
void transaction_free(struct transaction *t);
/** transaction_add_file() - remember @file for @at. Return: 0 or -ENOMEM */
int transaction_add_file(struct transaction *t, int file, uint64_t at);
/** transaction_drop_files() - give up descriptors that were not installed */
void transaction_drop_files(struct transaction *t);
/** transaction_pop() - take @t off the stack of @thread, which waits for it */
void transaction_pop(struct thread *thread, struct transaction *t);
/** transaction_fail() - tell the nearest living caller @command; frees @t */
void transaction_fail(struct transaction *t, uint32_t command);
/** transaction_cleanup() - @t will not be delivered: tell the caller, if any; frees @t */
void transaction_cleanup(struct transaction *t, uint32_t command);

/** completion_new() - one charged to @proc's user. Return: it, or NULL */
struct completion *completion_new(struct proc *proc);
void completion_free(struct completion *completion);
