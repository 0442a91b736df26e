#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* A transaction being sent: what send.c, translate.c and sg.c hand to each other. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <binderd/uapi.h>

struct buffer;
struct buffer_object;
struct completion;
struct node;
struct proc;
struct thread;
struct transaction;

struct send {
	struct thread *thread;
	struct proc *proc;
	const struct binder_transaction_data *data;
	void *source; /* for ops->copy_from_sender and ops->file_get */
	bool reply;
	uint64_t extra_size;  /* for scatter-gather, and for the security context */
	uint64_t secctx_size; /* of extra_size, rounded up */
	uint32_t id;

	struct proc *target_proc;
	struct thread *target_thread; /* waits for this, or NULL */
	struct node *target_node;     /* of a call: one local strong count and tmp are held */
	struct transaction *in_reply_to;
	struct transaction *t;
	struct completion *complete;

	uint32_t error; /* BR_*: why it failed */
	int32_t param;	/* and the negative errno of its extended error */
};

/** send_refuse() - note why it failed. Return: false */
bool send_refuse(struct send *s, uint32_t error, int32_t param);
/** send_copy() - from the sender into the buffer at @at. Return: 0 or -EFAULT */
int send_copy(struct send *s, uint64_t at, uint64_t address, uint64_t size);

/** translate_payload() - copy data and objects into the buffer, translating these */
bool translate_payload(struct send *s);
/** translate_fd() - descriptor @fd, whose number will stand at @at. Return: 0 or an errno */
int translate_fd(struct send *s, uint32_t fd, uint64_t at);
