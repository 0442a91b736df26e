#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A thread and the driver: what it has to tell, what it was told, whose call it serves.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <android/binder_ibinder.h>

#include <binderd/uapi.h>

/* Commands that wait for the next request; libbinder's first size of both. */
#define IPC_OUT_MAX 256
/* What one read has room for. */
#define IPC_IN_MAX 256
/* A BC_ACQUIRE is the shortest command that keeps a proxy until it was written. */
#define IPC_PROXIES_MAX (IPC_OUT_MAX / 8)

struct proxy;

/* One of the driver's references to a local object that is to be dropped. */
struct ipc_drop {
	AIBinder *object;
	bool strong;
};

/* Of one thread, and touched by it alone. */
struct ipc {
	bool registered;      /* its end will be noticed */
	bool looper;	      /* will read from the driver again and again */
	bool flushing;	      /* is writing because of what it queues */
	bool used;	      /* the driver knows it */
	bool confirms;	      /* a confirmation is queued: ipc_confirm() */
	unsigned int serving; /* calls under way, one within another */
	pid_t pid;	      /* of the caller, while serving */
	uid_t uid;
	const char *sid; /* NULL if nobody asked for it */

	const void *owed; /* a buffer that may wait for the next request: ipc_owes_buffer() */
	size_t owed_size; /* its share of what all threads may owe */
	AParcel *lent;	  /* the last reply, until the next read has returned */

	size_t out_size;
	size_t in_size, in_at;
	uint8_t out[IPC_OUT_MAX] __attribute__((aligned(8)));
	uint8_t in[IPC_IN_MAX] __attribute__((aligned(8)));

	unsigned int proxies_count; /* whose BC_ACQUIRE is in out */
	struct proxy *proxies[IPC_PROXIES_MAX];

	size_t drops_count, drops_room, drops_at;
	struct ipc_drop *drops; /* BR_RELEASE and BR_DECREFS that were read */
};

/** ipc_self() - the calling thread's */
struct ipc *ipc_self(void);

/**
 * ipc_queue() - a command for the next request
 * @command:  a BC_ command
 * @argument: _IOC_SIZE(command) bytes
 *
 * In a forked child, and without a device, it is dropped: nothing is held there.
 */
void ipc_queue(struct ipc *ipc, uint32_t command, const void *argument);
/**
 * ipc_confirm() - queue BC_INCREFS_DONE or BC_ACQUIRE_DONE
 *
 * Until it is written the driver counts a reference more, so it does not wait for the thread's next
 * request, unless the thread reads anyway.
 */
void ipc_confirm(struct ipc *ipc, uint32_t command, const struct binder_ptr_cookie *object);
/** ipc_queue_handle() - one whose argument is a handle */
void ipc_queue_handle(struct ipc *ipc, uint32_t command, uint32_t handle);

/**
 * ipc_write() - write what is queued, and do nothing else: for use under a lock
 *
 * Return: 0 or a negative errno; then what was queued is lost.
 */
int ipc_write(struct ipc *ipc);

/**
 * ipc_flush() - write what is queued, and what comes of that
 *
 * Return: 0 or a negative errno.
 */
int ipc_flush(struct ipc *ipc);

/** ipc_flush_if_needed() - ipc_flush(), unless the thread will soon read or write anyway */
void ipc_flush_if_needed(struct ipc *ipc);

/**
 * ipc_keep_proxy() - keep a proxy until the driver has read what was queued about it just now
 *
 * Takes over a strong reference. Flushes if needed.
 */
void ipc_keep_proxy(struct ipc *ipc, struct proxy *proxy);

/**
 * ipc_owes_buffer() - a buffer that need not be given back before the thread's next request
 * @data: of a reply that holds no object
 * @size: its bytes
 *
 * A thread that serves no calls may not come back to the driver for long, so it gives buffers back
 * at once, as libbinder's do. That costs a request for each call. The last one of these is let
 * wait: it holds nobody's reference; and all that threads owe at a time is a quarter of the area,
 * not counting what is small.
 */
void ipc_owes_buffer(struct ipc *ipc, const void *data, size_t size);

/**
 * ipc_read() - write what is queued, and wait for returns; all former ones must have been done
 *
 * Return: 0 or a negative errno: -ECONNREFUSED if the broker is gone.
 */
int ipc_read(struct ipc *ipc);

/**
 * ipc_next() - the next return, waiting for it
 * @command: a BR_ command
 * @argument: filled: _IOC_SIZE(@command) bytes in the thread's buffer, until the next request
 *
 * Return: 0 or a negative errno; -EPROTO for one that is cut off.
 */
int ipc_next(struct ipc *ipc, uint32_t *command, const void **argument);

/** ipc_drop_later() - drop a reference of the driver's when what was read has been done */
void ipc_drop_later(struct ipc *ipc, AIBinder *object, bool strong);

/** ipc_drop() - drop them, if nothing that was read is left to do. Objects may end. */
void ipc_drop(struct ipc *ipc);

/**
 * ipc_call() - a transaction to a handle
 * @handle: its target
 * @code:   any
 * @in:     the parcel, or NULL for none
 * @out:    filled with the reply's parcel, or NULL after an error or if oneway; may be NULL
 * @flags:  TF_ONE_WAY, TF_CLEAR_BUF
 *
 * Serves calls that come meanwhile.
 *
 * Return: a status: the replier's, if it sent one.
 */
binder_status_t ipc_call(
	uint32_t handle, uint32_t code, const AParcel *in, AParcel **out, uint32_t flags);

/**
 * ipc_reply() - answer the transaction that is being served
 * @out:    the reply, consumed
 * @status: sent in place of @out if it is an error
 * @flags:  TF_CLEAR_BUF
 */
void ipc_reply(struct ipc *ipc, AParcel *out, binder_status_t status, uint32_t flags);
