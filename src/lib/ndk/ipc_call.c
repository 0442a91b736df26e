/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A call and a reply each are one command and the wait for what answers it: the reply, or the
 * confirmation of what has none. What comes in between is done there and then.
 *
 * A reply's memory is lent to the driver library (binderd_lend_replies()): the parcel stays until
 * the thread's next read has returned, which may be a long time. One with objects or descriptors in
 * it would keep those, too; so their bytes, which are few, are copied out of the arena.
 */

#include "lib/ndk/ipc.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <binderd/device.h>

#include "lib/ndk/dispatch.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/process.h"
#include "lib/ndk/status.h"
#include "util/log.h"

/* How waiting ended, if not by an error. */
enum ipc_answer {
	IPC_ANSWER_NONE,
	IPC_ANSWER_REPLY,
	IPC_ANSWER_DONE,
};

/* What is waited for, and what came. */
struct ipc_wait {
	bool wants_reply;
	uint32_t failure; /* the BR_ command that it failed by, or 0 */
	struct binder_transaction_data reply;
};

static enum ipc_answer ipc_wait_complete(struct ipc_wait *wait)
{
	return wait->wants_reply ? IPC_ANSWER_NONE : IPC_ANSWER_DONE;
}

/* Whether one return ends the waiting. Others have been done. Return: an answer or a status. */
static int ipc_wait_take(
	struct ipc *ipc, struct ipc_wait *wait, uint32_t command, const void *argument)
{
	int r;

	switch (command) {
	case BR_ONEWAY_SPAM_SUSPECT:
		log_warning("binder: this process sends too many oneway calls");
		return ipc_wait_complete(wait);
	case BR_TRANSACTION_PENDING_FROZEN:
		log_notice("binder: a oneway call waits for a frozen process");
		return ipc_wait_complete(wait);
	case BR_TRANSACTION_COMPLETE:
		return ipc_wait_complete(wait);
	case BR_DEAD_REPLY:
		wait->failure = command;
		return STATUS_DEAD_OBJECT;
	case BR_FAILED_REPLY:
	case BR_FROZEN_REPLY:
		wait->failure = command;
		return STATUS_FAILED_TRANSACTION;
	case BR_REPLY:
		memcpy(&wait->reply, argument, sizeof(wait->reply));
		return IPC_ANSWER_REPLY;
	default:
		r = dispatch_return(ipc, command, argument);
		return r < 0 ? status_from_errno(-r) : IPC_ANSWER_NONE;
	}
}

/* Return: IPC_ANSWER_REPLY, IPC_ANSWER_DONE or a status below 0. */
static int ipc_wait(struct ipc *ipc, struct ipc_wait *wait)
{
	const void *argument;
	uint32_t command;
	int r;

	do {
		r = ipc_next(ipc, &command, &argument);
		if (r < 0)
			return r == -ENOMEM ? STATUS_NO_MEMORY : STATUS_DEAD_OBJECT;
		r = ipc_wait_take(ipc, wait, command, argument);
	} while (r == IPC_ANSWER_NONE);
	return r;
}

/* What the driver has to say about a transaction that failed. Return: a negative errno or 0. */
static int ipc_extended_error(struct binderd_extended_error *error)
{
	int fd = process_open_fd();

	memset(error, 0, sizeof(*error));
	if (fd < 0 || binderd_ioctl(fd, BINDER_GET_EXTENDED_ERROR, error) < 0)
		return 0;
	return error->command == BR_OK ? 0 : error->param;
}

/* Notes in the log why a call failed, as far as the driver tells. */
static void ipc_explain(const struct ipc_wait *wait, uint32_t code, size_t size)
{
	struct binderd_extended_error error;
	int reason;

	if (wait->failure == BR_FROZEN_REPLY) {
		log_warning("binder: call %u: the target is frozen", code);
		return;
	}
	reason = ipc_extended_error(&error);
	if (wait->failure != BR_FAILED_REPLY)
		return;
	if (reason == -ENOSPC || (!reason && size >= process_area_size())) {
		log_error("binder: call %u: no room for a parcel of %zu bytes in the target's "
			  "area, or "
			  "for its answer in this process's, which is of %zu bytes",
			code, size, process_area_size());
	} else if (reason) {
		errno = -reason;
		log_error("binder: call %u with %zu bytes failed: %m", code, size);
	} else {
		log_error("binder: call %u with %zu bytes failed", code, size);
	}
}

/* Gives back a reply that nobody wants, and closes what descriptors a peer may have put into it. */
static void ipc_drop_reply(const struct binder_transaction_data *reply)
{
	AParcel_delete(parcel_new_received(reply));
}

/* The status in a reply that is none but that. */
static binder_status_t ipc_sent_status(const struct binder_transaction_data *reply)
{
	int32_t sent;

	if (reply->data_size < sizeof(sent))
		return STATUS_UNKNOWN_ERROR;
	memcpy(&sent, (const void *)(uintptr_t)reply->data.ptr.buffer, sizeof(sent));
	return status_prune(sent);
}

/*
 * Makes a parcel of a reply, or takes the status in it. A peer may send success as the status,
 * which is an empty answer then.
 */
static binder_status_t ipc_take_reply(
	struct ipc *ipc, const struct binder_transaction_data *reply, AParcel **out)
{
	const void *data = (const void *)(uintptr_t)reply->data.ptr.buffer;
	binder_status_t status = STATUS_OK;

	if (reply->flags & TF_STATUS_CODE)
		status = ipc_sent_status(reply);
	if (!reply->offsets_size && !ipc->looper && !ipc->serving)
		ipc_owes_buffer(ipc, data, reply->data_size);
	if (status != STATUS_OK || !out) {
		ipc_drop_reply(reply);
		return status;
	}
	*out = parcel_new_received(reply);
	if (!*out)
		return STATUS_NO_MEMORY;
	if (reply->flags & TF_STATUS_CODE)
		AParcel_reset(*out);
	return STATUS_OK;
}

/* Fills what is sent with a parcel's. */
static void ipc_fill(struct binder_transaction_data *txn, const AParcel *parcel)
{
	if (!parcel)
		return;
	txn->data_size = parcel_size(parcel);
	txn->offsets_size = parcel_offset_count(parcel) * sizeof(binder_size_t);
	txn->data.ptr.buffer = (uintptr_t)parcel_data(parcel);
	txn->data.ptr.offsets = (uintptr_t)parcel_offsets(parcel);
}

binder_status_t ipc_call(
	uint32_t handle, uint32_t code, const AParcel *in, AParcel **out, uint32_t flags)
{
	struct ipc_wait wait = {.wants_reply = !(flags & TF_ONE_WAY)};
	struct binder_transaction_data txn = {
		.target.handle = handle,
		.code = code,
		.flags = flags | TF_ACCEPT_FDS,
	};
	struct ipc *ipc = ipc_self();
	int r = process_fd();

	if (out)
		*out = NULL;
	if (r < 0)
		return r == -ENOMEM ? STATUS_NO_MEMORY : STATUS_DEAD_OBJECT;
	ipc_fill(&txn, in);
	ipc_queue(ipc, BC_TRANSACTION, &txn);
	r = ipc_wait(ipc, &wait);
	if (r == IPC_ANSWER_REPLY)
		r = ipc_take_reply(ipc, &wait.reply, out);
	else if (r == IPC_ANSWER_DONE)
		r = STATUS_OK;
	else if (wait.failure)
		ipc_explain(&wait, code, txn.data_size);
	if (ipc->confirms)
		ipc_flush_if_needed(ipc);
	if (!ipc->serving && !ipc->looper)
		ipc_drop(ipc);
	return r;
}

/* A copy of a parcel's bytes and offsets that is not the arena's. Return: for free(3), or NULL. */
static void *ipc_copy_out(struct binder_transaction_data *txn)
{
	size_t data_room = (txn->data_size + 7) & ~(size_t)7;
	uint8_t *copy = malloc(data_room + txn->offsets_size);

	if (!copy)
		return NULL;
	memcpy(copy, (const void *)(uintptr_t)txn->data.ptr.buffer, txn->data_size);
	memcpy(copy + data_room, (const void *)(uintptr_t)txn->data.ptr.offsets, txn->offsets_size);
	txn->data.ptr.buffer = (uintptr_t)copy;
	txn->data.ptr.offsets = (uintptr_t)(copy + data_room);
	return copy;
}

/* Sends one and waits until the driver has it. */
static void ipc_send_reply(struct ipc *ipc, const struct binder_transaction_data *txn)
{
	struct ipc_wait wait = {.wants_reply = false};
	int r;

	ipc_queue(ipc, BC_REPLY, txn);
	while ((r = ipc_wait(ipc, &wait)) == IPC_ANSWER_REPLY)
		ipc_drop_reply(&wait.reply);
	/* Whoever waited for it has heard of that; this thread need not. */
	if (r < 0)
		log_debug("binder: a reply did not arrive: %s", status_name(r));
}

void ipc_reply(struct ipc *ipc, AParcel *out, binder_status_t status, uint32_t flags)
{
	struct binder_transaction_data txn = {.target.handle = UINT32_MAX, .flags = flags};
	int32_t word = status;
	void *copy = NULL;

	if (status == STATUS_OK) {
		ipc_fill(&txn, out);
		if (txn.offsets_size) {
			copy = ipc_copy_out(&txn);
			if (!copy)
				word = STATUS_NO_MEMORY;
		}
	}
	if (word != STATUS_OK) {
		txn.flags |= TF_STATUS_CODE;
		txn.data_size = sizeof(word);
		txn.offsets_size = 0;
		txn.data.ptr.buffer = (uintptr_t)&word;
	}
	ipc_send_reply(ipc, &txn);
	if (word == STATUS_OK && !copy) {
		assert(!ipc->lent);
		ipc->lent = out;
	} else {
		AParcel_delete(out);
	}
	free(copy);
}
