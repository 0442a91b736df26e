/* SPDX-License-Identifier: Apache-2.0 */

/* One table of the returns says how long each is and how it is written down. */

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "words.h"

void bc_bytes(struct actor *actor, uint32_t code, const void *argument, size_t size)
{
	assert(actor->out_size + sizeof(code) + size <= sizeof(actor->out));
	memcpy(actor->out + actor->out_size, &code, sizeof(code));
	actor->out_size += sizeof(code);
	if (size)
		memcpy(actor->out + actor->out_size, argument, size);
	actor->out_size += size;
}

void bc(struct actor *actor, uint32_t code)
{
	bc_bytes(actor, code, NULL, 0);
}

void bc_handle(struct actor *actor, uint32_t code, uint32_t handle)
{
	bc_bytes(actor, code, &handle, sizeof(handle));
}

void bc_node(struct actor *actor, uint32_t code, uint64_t ptr, uint64_t cookie)
{
	struct binder_ptr_cookie name = {.ptr = ptr, .cookie = cookie};

	bc_bytes(actor, code, &name, sizeof(name));
}

void bc_handle_cookie(struct actor *actor, uint32_t code, uint32_t handle, uint64_t cookie)
{
	struct binder_handle_cookie name = {.handle = handle, .cookie = cookie};

	bc_bytes(actor, code, &name, sizeof(name));
}

void bc_cookie(struct actor *actor, uint32_t code, uint64_t cookie)
{
	bc_bytes(actor, code, &cookie, sizeof(cookie));
}

void bc_send(struct actor *actor, bool reply, const struct letter *letter)
{
	struct binder_transaction_data_sg sg = {
		.transaction_data =
			{
				.target.handle = letter->handle,
				.code = letter->code,
				.flags = letter->flags,
				.data_size = letter->size,
				.offsets_size = letter->offsets_size,
				.data.ptr.buffer = letter->data,
				.data.ptr.offsets = letter->offsets,
			},
		.buffers_size = letter->extra,
	};

	if (letter->sg || letter->extra)
		bc_bytes(actor, reply ? BC_REPLY_SG : BC_TRANSACTION_SG, &sg, sizeof(sg));
	else
		bc_bytes(actor, reply ? BC_REPLY : BC_TRANSACTION, &sg.transaction_data,
			sizeof(sg.transaction_data));
}

enum shape { PLAIN, SENT, NODE, COOKIE, FROZEN };

static const struct return_row {
	uint32_t command;
	const char *name;
	enum shape shape;
} returns[] = {
	{BR_ERROR, "ERROR", PLAIN},
	{BR_OK, "OK", PLAIN},
	{BR_NOOP, "NOOP", PLAIN},
	{BR_TRANSACTION, "TRANSACTION", SENT},
	{BR_TRANSACTION_SEC_CTX, "TRANSACTION_SEC_CTX", SENT},
	{BR_REPLY, "REPLY", SENT},
	{BR_DEAD_REPLY, "DEAD_REPLY", PLAIN},
	{BR_FAILED_REPLY, "FAILED_REPLY", PLAIN},
	{BR_FROZEN_REPLY, "FROZEN_REPLY", PLAIN},
	{BR_TRANSACTION_COMPLETE, "COMPLETE", PLAIN},
	{BR_TRANSACTION_PENDING_FROZEN, "PENDING_FROZEN", PLAIN},
	{BR_ONEWAY_SPAM_SUSPECT, "SPAM_SUSPECT", PLAIN},
	{BR_INCREFS, "INCREFS", NODE},
	{BR_ACQUIRE, "ACQUIRE", NODE},
	{BR_RELEASE, "RELEASE", NODE},
	{BR_DECREFS, "DECREFS", NODE},
	{BR_SPAWN_LOOPER, "SPAWN_LOOPER", PLAIN},
	{BR_DEAD_BINDER, "DEAD_BINDER", COOKIE},
	{BR_CLEAR_DEATH_NOTIFICATION_DONE, "CLEAR_DEATH_DONE", COOKIE},
	{BR_FROZEN_BINDER, "FROZEN_BINDER", FROZEN},
	{BR_CLEAR_FREEZE_NOTIFICATION_DONE, "CLEAR_FREEZE_DONE", COOKIE},
};

static const struct return_row *return_find(uint32_t command)
{
	for (size_t i = 0; i < sizeof(returns) / sizeof(returns[0]); i++)
		if (returns[i].command == command)
			return &returns[i];
	return NULL;
}

bool word_next(const struct actor *actor, size_t *at, struct word *word)
{
	size_t left = actor->result.size - *at, size;

	if (left == 0)
		return false;
	assert(left >= sizeof(word->command));
	memset(word, 0, sizeof(*word));
	memcpy(&word->command, actor->bytes + *at, sizeof(word->command));
	assert(return_find(word->command));
	/* The kernel writes no argument behind BR_ERROR, whatever its number says. */
	size = word->command == BR_ERROR ? 0 : _IOC_SIZE(word->command);
	assert(left >= sizeof(word->command) + size && size <= sizeof(*word) - sizeof(uint64_t));
	memcpy(&word->tr, actor->bytes + *at + sizeof(word->command), size);
	*at += sizeof(word->command) + size;
	return true;
}

static void text_add(struct actor *actor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void text_add(struct actor *actor, const char *format, ...)
{
	size_t used = strlen(actor->text);
	va_list args;

	va_start(args, format);
	vsnprintf(actor->text + used, sizeof(actor->text) - used, format, args);
	va_end(args);
}

static void text_add_word(struct actor *actor, const struct word *word)
{
	const struct return_row *row = return_find(word->command);

	text_add(actor, "%s%s", actor->text[0] ? " " : "", row->name);
	switch (row->shape) {
	case PLAIN:
		break;
	case SENT:
		text_add(actor, " %" PRIx32, (uint32_t)word->tr.code);
		break;
	case NODE:
		text_add(actor, " %" PRIx64 ":%" PRIx64, (uint64_t)word->node.ptr,
			(uint64_t)word->node.cookie);
		break;
	case COOKIE:
		text_add(actor, " %" PRIx64, word->cookie);
		break;
	case FROZEN:
		text_add(actor, " %" PRIx64 ":%" PRIu32, (uint64_t)word->frozen.cookie,
			(uint32_t)word->frozen.is_frozen);
		break;
	}
}

const char *actor_seen(struct actor *actor)
{
	struct word word;
	size_t at = 0;

	actor->text[0] = '\0';
	if (!actor->done)
		return "waits";
	if (actor->result.ret < 0)
		return strerrorname_np(-actor->result.ret);
	while (word_next(actor, &at, &word))
		text_add_word(actor, &word);
	return actor->text[0] ? actor->text : "ok";
}
