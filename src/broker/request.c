// SPDX-License-Identifier: Apache-2.0

/*
 * One row for each type: how long its fixed part is, whether more may follow, in which
 * states of a channel it may come, whether it may bring descriptors, and who judges the
 * rest. Messages lie in memory that only the broker can write: a pointer into one that was
 * judged stays true.
 */

#include "broker/request.h"

#include <stdio.h>
#include <string.h>

#include <binderd/uapi.h>

typedef const char *request_judge(struct request *request, struct wire_cursor *cursor);

struct request_row {
	uint32_t size;
	uint32_t states;
	bool files;	      /* may bring descriptors, or come when WIRE_FILES has */
	request_judge *judge; /* NULL: nothing may follow the fixed part */
};

static const char *request_above(unsigned limit, const char *what)
{
	static _Thread_local char text[64];

	snprintf(text, sizeof(text), "more than %u %s", limit, what);
	return text;
}

/* BC_FREE_BUFFER, any number, and then perhaps one BC_REPLY, to the last byte. */
static const char *request_judge_quiet(struct request *request)
{
	const size_t free_size = sizeof(uint32_t) + sizeof(binder_uintptr_t);
	const size_t reply_size = sizeof(uint32_t) + sizeof(struct binder_transaction_data);
	const uint8_t *at = request->commands;
	size_t left = request->write_read->command_bytes;
	uint32_t command;

	if (request->head->flags & (WIRE_F_READ | WIRE_F_MORE) || request->write_read->files)
		return "quiet, but with a read, more to come, or descriptors";
	request->replies = 0;
	while (left >= sizeof(command)) {
		memcpy(&command, at, sizeof(command));
		if (command == BC_REPLY && left == reply_size) {
			request->replies = 1;
			return NULL;
		}
		if (command != BC_FREE_BUFFER || left < free_size)
			break;
		at += free_size;
		left -= free_size;
	}
	return left ? "quiet, but not certain" : NULL;
}

static const char *request_judge_write_read(struct request *request, struct wire_cursor *cursor)
{
	const struct wire_write_read *body = request->write_read;

	if (body->command_bytes > WIRE_MAX_COMMANDS)
		return request_above(WIRE_MAX_COMMANDS, "bytes of commands");
	if (body->segments > WIRE_MAX_SEGMENTS)
		return request_above(WIRE_MAX_SEGMENTS, "segments");
	if (body->files > WIRE_MAX_FILES)
		return request_above(WIRE_MAX_FILES, "descriptors");
	if (body->files != request->files)
		return "numbers of descriptors that did not come";
	if ((request->head->flags & WIRE_F_MORE) && (request->head->flags & WIRE_F_READ))
		return "a read with more to be written";
	request->commands = wire_view(cursor, body->command_bytes);
	wire_get_pad(cursor);
	request->segments = wire_view(cursor, body->segments * sizeof(struct wire_segment));
	request->numbers = wire_view(cursor, body->files * sizeof(uint32_t));
	if (!wire_done(cursor))
		return "commands, segments and descriptors do not fill it";
	if (request->head->flags & WIRE_F_QUIET)
		return request_judge_quiet(request);
	return NULL;
}

static const char *request_judge_ioctl(struct request *request, struct wire_cursor *cursor)
{
	if (request->ioctl->size > WIRE_MAX_ARGUMENT)
		return request_above(WIRE_MAX_ARGUMENT, "bytes of argument");
	request->argument = wire_view(cursor, request->ioctl->size);
	if (request->head->flags & WIRE_F_ARGUMENT_FAULT)
		request->argument = NULL;
	return NULL;
}

static const char *request_judge_files_done(struct request *request, struct wire_cursor *cursor)
{
	const struct wire_files_done *body = request->files_done;

	if (body->count > WIRE_MAX_FILES)
		return request_above(WIRE_MAX_FILES, "numbers");
	request->installed = wire_view(cursor, body->count * sizeof(int32_t));
	return NULL;
}

#define HEAD sizeof(struct wire_head)

static const struct request_row request_rows[REQUEST_KINDS] = {
	[REQUEST_ATTACH] = {HEAD, CHANNEL_IDLE, false, NULL},
	[REQUEST_WRITE_READ] = {sizeof(struct wire_write_read), CHANNEL_IDLE, true,
		request_judge_write_read},
	[REQUEST_IOCTL] = {sizeof(struct wire_ioctl), CHANNEL_IDLE, false, request_judge_ioctl},
	[REQUEST_MMAP] = {sizeof(struct wire_mmap), CHANNEL_IDLE, false, NULL},
	[REQUEST_MUNMAP] = {HEAD, CHANNEL_IDLE, false, NULL},
	[REQUEST_POLL] = {HEAD, CHANNEL_IDLE, false, NULL},
	[REQUEST_POLL_END] = {HEAD, CHANNEL_IDLE | CHANNEL_POLLING, false, NULL},
	[REQUEST_INTERRUPT] = {HEAD, CHANNEL_IDLE | CHANNEL_BUSY | CHANNEL_INSTALLING, true, NULL},
	[REQUEST_FILES] = {HEAD, CHANNEL_IDLE, true, NULL},
	[REQUEST_FILES_DONE] = {sizeof(struct wire_files_done), CHANNEL_INSTALLING, false,
		request_judge_files_done},
	[REQUEST_READ_FAULT] = {HEAD, CHANNEL_IDLE, false, NULL},
	[REQUEST_FLUSH] = {HEAD, CHANNEL_IDLE, false, NULL},
	[REQUEST_CREDENTIALS] = {HEAD, CHANNEL_IDLE, false, NULL},
	[REQUEST_RING] = {HEAD, CHANNEL_IDLE, false, NULL},
	[REQUEST_RING_MAPPED] = {HEAD, CHANNEL_IDLE, false, NULL},
};

static const char *request_judge_head(
	const struct request_row *row, const struct wire_head *head, size_t files, uint32_t state)
{
	if (!(row->states & state))
		return "not allowed in this state";
	if (files && !row->files)
		return "descriptors that it cannot use";
	if (!head->tid || head->tid > INT32_MAX)
		return "no thread id";
	if (head->nice < -20 || head->nice > 19)
		return "a nice value out of range";
	return NULL;
}

const char *request_decode(struct request *request, const void *bytes, size_t size, size_t files,
	enum channel_state state)
{
	struct wire_cursor cursor;
	const struct request_row *row;
	const char *wrong;

	if (size < sizeof(struct wire_head))
		return "shorter than a head";
	request->head = bytes;
	if (request->head->type < WIRE_ATTACH || request->head->type - WIRE_ATTACH >= REQUEST_KINDS)
		return "unknown type";
	request->kind = request->head->type - WIRE_ATTACH;
	request->files = files;
	row = &request_rows[request->kind];
	wire_cursor_init(&cursor, (void *)bytes, size);
	request->write_read = wire_view(&cursor, row->size);
	if (!request->write_read)
		return "shorter than its fixed part";
	wrong = request_judge_head(row, request->head, files, state);
	if (!wrong && row->judge)
		wrong = row->judge(request, &cursor);
	if (!wrong && !wire_done(&cursor))
		wrong = "of the wrong length";
	return wrong;
}
