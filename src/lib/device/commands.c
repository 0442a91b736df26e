/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Walking the program's commands. The library has to know where each one ends and which
 * ones name memory; it stops at the first that it does not know, as the driver will.
 *
 * The driver does not honour write_size within a command: one that begins before the end
 * is read whole. So bytes are copied up to the announced end first, and beyond it only as
 * the last command needs.
 */

#include <string.h>

#include "lib/device/stage.h"
#include "lib/device/usermem.h"

#define COMMAND_MAX (sizeof(uint32_t) + sizeof(struct binder_transaction_data_sg))

static const uint32_t commands_known[] = {
	BC_TRANSACTION,
	BC_REPLY,
	BC_FREE_BUFFER,
	BC_INCREFS,
	BC_ACQUIRE,
	BC_RELEASE,
	BC_DECREFS,
	BC_INCREFS_DONE,
	BC_ACQUIRE_DONE,
	BC_REGISTER_LOOPER,
	BC_ENTER_LOOPER,
	BC_EXIT_LOOPER,
	BC_REQUEST_DEATH_NOTIFICATION,
	BC_CLEAR_DEATH_NOTIFICATION,
	BC_DEAD_BINDER_DONE,
	BC_TRANSACTION_SG,
	BC_REPLY_SG,
	BC_REQUEST_FREEZE_NOTIFICATION,
	BC_CLEAR_FREEZE_NOTIFICATION,
	BC_FREEZE_NOTIFICATION_DONE,
};

static bool command_known(uint32_t command)
{
	for (size_t i = 0; i < sizeof(commands_known) / sizeof(commands_known[0]); i++) {
		if (commands_known[i] == command)
			return true;
	}
	return false;
}

/* The program's bytes: those up to size are wanted anyway, those beyond on demand. */
struct source {
	uint64_t address;
	uint64_t have; /* bytes copied to channel->commands */
};

/* Makes sure that the first @end bytes are there. Return: whether they are. */
static bool source_reach(struct source *source, struct channel *channel, uint64_t end)
{
	if (source->have < end)
		source->have += usermem_read(channel->commands + source->have,
			source->address + source->have, (size_t)(end - source->have));
	return source->have >= end;
}

/* Stages what one command names. Return: false when it has to go into another message. */
static bool command_stage(struct stage *stage, uint32_t command, const uint8_t *body)
{
	struct binder_transaction_data_sg sg = {0};

	stage->prompt = false;
	switch (command) {
	case BC_TRANSACTION_SG:
	case BC_REPLY_SG:
		memcpy(&sg, body, sizeof(sg));
		break;
	case BC_TRANSACTION:
	case BC_REPLY:
		memcpy(&sg.transaction_data, body, sizeof(sg.transaction_data));
		break;
	case BC_FREE_BUFFER:
		stage->plain = stage->plain && !stage->reply;
		return true;
	case BC_REGISTER_LOOPER:
	case BC_ENTER_LOOPER:
		stage->spawn = true;
		stage->plain = false;
		return true;
	default:
		stage->plain = false;
		return true;
	}
	stage->prompt = command == BC_REPLY || command == BC_REPLY_SG ||
			(sg.transaction_data.flags & TF_ONE_WAY);
	stage->plain = stage->plain && !stage->reply && command == BC_REPLY &&
		       sg.transaction_data.offsets_size == 0;
	stage->reply = command == BC_REPLY;
	return stage_transaction(stage, &sg.transaction_data, sg.buffers_size);
}

/* Takes the command at command_bytes. Return: whether to go on in this message. */
static bool command_next(struct stage *stage, struct source *source)
{
	struct channel *channel = stage->call->channel;
	uint32_t at = stage->command_bytes;
	uint32_t segments = stage->segments;
	uint32_t files = stage->files;
	uint32_t command, end;

	if (!source_reach(source, channel, at + sizeof(command))) {
		stage->command_bytes = (uint32_t)source->have;
		stage->plain = false;
		return false;
	}
	memcpy(&command, channel->commands + at, sizeof(command));
	end = at + (uint32_t)sizeof(command);
	if (!command_known(command)) {
		stage->command_bytes = end;
		stage->plain = false;
		return false;
	}
	end += _IOC_SIZE(command);
	if (!source_reach(source, channel, end)) {
		stage->command_bytes = (uint32_t)source->have;
		stage->plain = false;
		return false;
	}
	if (!command_stage(stage, command, channel->commands + at + sizeof(command)) ||
		((stage->segments == WIRE_MAX_SEGMENTS || stage->files == WIRE_MAX_FILES) &&
			at > 0)) {
		stage->segments = segments;
		stage->files = files;
		stage->more = true;
		stage->command_bytes = at > 0 ? at : end;
		return false;
	}
	stage->command_bytes = end;
	return true;
}

void stage_commands(struct stage *stage, uint64_t address, uint64_t size)
{
	struct source source = {.address = address};
	uint64_t first = size < WIRE_MAX_COMMANDS ? size : WIRE_MAX_COMMANDS;

	*stage = (struct stage){
		.call = stage->call,
		.slot_only = stage->slot_only,
		.plain = size > 0,
	};
	source_reach(&source, stage->call->channel, first);
	while (stage->command_bytes < size) {
		if (stage->command_bytes > WIRE_MAX_COMMANDS - COMMAND_MAX) {
			stage->more = true;
			break;
		}
		if (!command_next(stage, &source))
			break;
	}
	if (stage->command_bytes >= size)
		stage->more = false;
}
