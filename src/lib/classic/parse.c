// SPDX-License-Identifier: Apache-2.0
/*
 * BR_ commands of the small C framework.
 *
 * A table says what to do with each command; a command's number carries the size
 * of what follows it. The driver's own counting is answered at once: an object's
 * BR_INCREFS and BR_ACQUIRE are acknowledged, so that its BR_RELEASE and BR_DECREFS
 * can come; those are not told, since the framework's objects are named by
 * pointers that it does not own. A death is confirmed before its function is
 * called, which may release the handle.
 *
 * A received message goes back with the reply to it, in one write. Whatever the
 * handler did, a call is answered, and its descriptors are closed.
 */

#include "lib/classic/classic.h"

#include <errno.h>
#include <string.h>

/* status_t of libbinder, which callers expect. */
#define PARSE_NO_MEMORY (-12)
#define PARSE_UNKNOWN_TRANSACTION (-74)

/* What a handler can reply with at most. */
#define PARSE_REPLY_SIZE 4096
#define PARSE_REPLY_OBJECTS 16

/* Of the call that this thread handles now: calls nest, so each puts the outer one's back. */
static _Thread_local const char *parse_caller_label;

struct parse_entry {
	uint32_t command;
	/* @data: what follows the command, or NULL */
	void (*function)(struct classic_parse *parse, uint32_t command, const void *data);
};

static void parse_complete(struct classic_parse *parse, uint32_t command, const void *data)
{
	(void)command;
	(void)data;
	parse->completed = true;
}

static void parse_failed(struct classic_parse *parse, uint32_t command, const void *data)
{
	(void)data;
	parse->error = command == BR_DEAD_REPLY	    ? -EPIPE
		       : command == BR_FROZEN_REPLY ? -EBUSY
						    : -EREMOTEIO;
}

static void parse_acknowledge(struct classic_parse *parse, uint32_t command, const void *data)
{
	struct {
		uint32_t command;
		struct binder_ptr_cookie node;
	} __attribute__((packed)) out = {
		.command = command == BR_INCREFS ? BC_INCREFS_DONE : BC_ACQUIRE_DONE,
	};

	memcpy(&out.node, data, sizeof(out.node));
	classic_write(parse->bs, &out, sizeof(out));
}

static void parse_dead(struct classic_parse *parse, uint32_t command, const void *data)
{
	struct {
		uint32_t command;
		binder_uintptr_t cookie;
	} __attribute__((packed)) out = {.command = BC_DEAD_BINDER_DONE};
	const struct binder_death *death;

	(void)command;
	memcpy(&out.cookie, data, sizeof(out.cookie));
	death = (const struct binder_death *)(uintptr_t)out.cookie;
	classic_write(parse->bs, &out, sizeof(out));
	if (death->func)
		death->func(parse->bs, death->ptr);
}

static void parse_unlinked(struct classic_parse *parse, uint32_t command, const void *data)
{
	const struct binder_death *death;
	binder_uintptr_t cookie;

	(void)command;
	memcpy(&cookie, data, sizeof(cookie));
	death = (const struct binder_death *)(uintptr_t)cookie;
	if (death->unlinked)
		death->unlinked(parse->bs, death->ptr);
}

/* Gives the message back and, where @reply is given, answers it with that or a status. */
static void parse_answer(struct classic_parse *parse, binder_uintptr_t buffer, bool oneway,
	const struct binder_io *reply, int32_t status)
{
	struct {
		uint32_t free_command;
		binder_uintptr_t buffer;
		uint32_t reply_command;
		struct binder_transaction_data txn;
		binder_size_t buffers; /* of BC_REPLY_SG alone */
	} __attribute__((packed)) out = {
		.free_command = BC_FREE_BUFFER,
		.buffer = buffer,
		.reply_command = BC_REPLY,
	};
	size_t size = sizeof(out) - sizeof(out.buffers);

	if (!status && (reply->flags & BIO_F_OVERFLOW))
		status = PARSE_NO_MEMORY;
	if (status) {
		out.txn.flags = TF_STATUS_CODE;
		out.txn.data_size = sizeof(status);
		out.txn.data.ptr.buffer = (uintptr_t)&status;
	} else {
		out.txn.data_size = (binder_size_t)(reply->data - reply->data0);
		out.txn.offsets_size = (binder_size_t)((char *)reply->offs - (char *)reply->offs0);
		out.txn.data.ptr.buffer = (uintptr_t)reply->data0;
		out.txn.data.ptr.offsets = (uintptr_t)reply->offs0;
		if (reply->buffers) {
			out.reply_command = BC_REPLY_SG;
			out.buffers = reply->buffers;
			size = sizeof(out);
		}
	}
	classic_write(
		parse->bs, &out, oneway ? sizeof(out.free_command) + sizeof(out.buffer) : size);
}

/* The security context that came with a call, or NULL; the driver put it into the buffer. */
static const char *parse_label(uint32_t command, const void *data)
{
	binder_uintptr_t label = 0;

	if (command == BR_TRANSACTION_SEC_CTX)
		memcpy(&label, (const char *)data + sizeof(struct binder_transaction_data),
			sizeof(label));
	return (const char *)(uintptr_t)label;
}

const char *binder_caller_label(void)
{
	return parse_caller_label;
}

static void parse_transaction(struct classic_parse *parse, uint32_t command, const void *data)
{
	binder_size_t memory[PARSE_REPLY_SIZE / sizeof(binder_size_t) + PARSE_REPLY_OBJECTS];
	struct binder_io msg, received, reply;
	struct binder_transaction_data txn;
	int32_t status = PARSE_UNKNOWN_TRANSACTION;
	const char *outer = parse_caller_label;
	void (*replied)(struct binder_state * bs) = atomic_load(&parse->bs->replied);

	memcpy(&txn, data, sizeof(txn));
	bio_init(&reply, memory, sizeof(memory), PARSE_REPLY_OBJECTS);
	bio_init_from_txn(&received, &txn);
	msg = received;
	parse_caller_label = parse_label(command, data);
	if (parse->handler)
		status = parse->handler(parse->bs, &txn, &msg, &reply);
	parse_caller_label = outer;
	classic_close_fds(&received);
	parse_answer(parse, txn.data.ptr.buffer, txn.flags & TF_ONE_WAY, &reply, status);
	if (parse->handler && replied)
		replied(parse->bs);
}

static void parse_reply(struct classic_parse *parse, uint32_t command, const void *data)
{
	struct binder_transaction_data txn;
	struct binder_io unwanted;

	(void)command;
	memcpy(&txn, data, sizeof(txn));
	if (parse->reply && !parse->replied) {
		bio_init_from_txn(parse->reply, &txn);
		parse->replied = true;
		return;
	}
	bio_init_from_txn(&unwanted, &txn);
	binder_done(parse->bs, NULL, &unwanted);
}

static const struct parse_entry parse_table[] = {
	{BR_ERROR, parse_failed},
	{BR_OK, NULL},
	{BR_NOOP, NULL},
	{BR_SPAWN_LOOPER, NULL},
	{BR_TRANSACTION, parse_transaction},
	{BR_TRANSACTION_SEC_CTX, parse_transaction},
	{BR_REPLY, parse_reply},
	{BR_TRANSACTION_COMPLETE, parse_complete},
	{BR_ONEWAY_SPAM_SUSPECT, parse_complete},
	{BR_TRANSACTION_PENDING_FROZEN, parse_complete},
	{BR_DEAD_REPLY, parse_failed},
	{BR_FAILED_REPLY, parse_failed},
	{BR_FROZEN_REPLY, parse_failed},
	{BR_INCREFS, parse_acknowledge},
	{BR_ACQUIRE, parse_acknowledge},
	{BR_RELEASE, NULL},
	{BR_DECREFS, NULL},
	{BR_DEAD_BINDER, parse_dead},
	{BR_CLEAR_DEATH_NOTIFICATION_DONE, parse_unlinked},
	{BR_FROZEN_BINDER, NULL},
	{BR_CLEAR_FREEZE_NOTIFICATION_DONE, NULL},
};

static const struct parse_entry *parse_find(uint32_t command)
{
	for (size_t i = 0; i < sizeof(parse_table) / sizeof(*parse_table); i++) {
		if (parse_table[i].command == command)
			return &parse_table[i];
	}
	return NULL;
}

int classic_parse_commands(struct classic_parse *parse, const void *data, size_t size)
{
	const struct parse_entry *entry;
	const char *at = data;
	uint32_t command;
	size_t length;

	while (size) {
		if (size < sizeof(command))
			return -EPROTO;
		memcpy(&command, at, sizeof(command));
		length = sizeof(command) + _IOC_SIZE(command);
		entry = parse_find(command);
		if (!entry || length > size)
			return -EPROTO;
		if (entry->function)
			entry->function(parse, command, at + sizeof(command));
		at += length;
		size -= length;
	}
	return 0;
}

int binder_parse(struct binder_state *bs, struct binder_io *bio, uintptr_t ptr, size_t size,
	binder_handler func)
{
	struct classic_parse parse = {.bs = bs, .handler = func, .reply = bio};
	int error = classic_parse_commands(&parse, (const void *)ptr, size);

	if (error < 0)
		return error;
	if (parse.error)
		return parse.error;
	return parse.replied ? 0 : 1;
}
