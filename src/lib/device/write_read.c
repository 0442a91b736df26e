/* SPDX-License-Identifier: Apache-2.0 */

/*
 * BINDER_WRITE_READ: as a rule one message and its answer, which carries all that the
 * program is to see. Commands that do not fit go in several messages, all but the last
 * with WIRE_F_MORE; and a request that holds much of the staging heap while others need it
 * reads in a message of its own, so that it does not hold the memory while it waits.
 *
 * Like the driver, which stores BR_NOOP before it waits, a read into bad memory fails at
 * once and not only when there is something to read.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <binderd/uapi.h>

#include "lib/device/hooks.h"
#include "lib/device/nice.h"
#include "lib/device/quiet.h"
#include "lib/device/request.h"
#include "lib/device/ring.h"
#include "lib/device/stage.h"
#include "lib/device/usermem.h"

/* What the driver writes at most into a read buffer that it takes for a larger one. */
#define OVERRUN_ROOM 256u
/* The least room in which the driver gives out work. */
#define PARK_READ_MIN 80u

static const uint8_t padding[8];

struct message {
	struct wire_write_read body;
	struct stage stage;
	struct request request;
	uint32_t ahead; /* descriptors sent ahead */
};

/* Sends descriptors beyond one datagram's worth ahead. Return: 0 or a negative errno. */
static int message_files(struct call *call, struct message *message)
{
	struct wire_head head;
	struct iovec iov = {.iov_base = &head, .iov_len = sizeof(head)};
	int r;

	call_head(call, &head, WIRE_FILES, 0);
	while (message->stage.files - message->ahead > WIRE_FILES_PER_MESSAGE) {
		r = call_send(call, &iov, 1, call->channel->files + message->ahead,
			WIRE_FILES_PER_MESSAGE);
		if (r < 0)
			return r;
		message->ahead += WIRE_FILES_PER_MESSAGE;
	}
	return 0;
}

/*
 * Leaves out what is no descriptor, among those that were not sent yet: the driver answers
 * EBADF for it.
 */
static bool message_drop_bad_files(struct message *message, struct channel *channel)
{
	uint32_t good = message->ahead;
	bool dropped;

	for (uint32_t i = message->ahead; i < message->stage.files; i++) {
		if (device_libc.fcntl(channel->files[i], F_GETFD) >= 0)
			channel->files[good++] = channel->files[i];
	}
	dropped = good < message->stage.files;
	message->stage.files = good;
	return dropped;
}

/* Sends the message and gets its answer. Return: as call_request(). */
static int message_exchange(struct call *call, struct message *message)
{
	struct channel *channel = call->channel;
	struct stage *stage = &message->stage;
	struct iovec iov[5] = {
		{&message->body, sizeof(message->body)},
		{channel->commands, stage->command_bytes},
		{(void *)padding, -stage->command_bytes & 7},
		{channel->segments, stage->segments * sizeof(struct wire_segment)},
		{channel->files, stage->files * sizeof(uint32_t)},
	};

	message->body.command_bytes = stage->command_bytes;
	message->body.segments = stage->segments;
	message->body.files = stage->files;
	message->request.prompt = stage->prompt;
	message->request.iov = iov;
	message->request.iovcnt = stage->command_bytes ? 5 : 1;
	message->request.files = channel->files + message->ahead;
	message->request.file_count = stage->files - message->ahead;
	return call_request(call, &message->request);
}

static int message_send(struct call *call, struct message *message)
{
	int r = 0;

	if (message->stage.files > WIRE_FILES_PER_MESSAGE) {
		message_drop_bad_files(message, call->channel);
		if (message->stage.files > WIRE_FILES_PER_MESSAGE)
			r = message_files(call, message);
	}
	if (r == 0)
		r = message_exchange(call, message);
	while (r == -EBADF && message_drop_bad_files(message, call->channel))
		r = message_exchange(call, message);
	return r == -EBADF ? -ECONNREFUSED : r;
}

/* Where the answer's returns go. */
static void message_into(
	struct call *call, struct message *message, const struct binder_write_read *bwr)
{
	uint64_t left = bwr->read_size - bwr->read_consumed;

	if ((int64_t)left < 4)
		left = OVERRUN_ROOM;
	if (left > WIRE_MAX_RETURNS || atomic_load(&call->device->fd_arrays))
		left = WIRE_MAX_RETURNS;
	message->request.into = (void *)(uintptr_t)(bwr->read_buffer + bwr->read_consumed);
	if (atomic_load(&call->device->fd_arrays))
		message->request.into = call->channel->bounce;
	message->request.room = (size_t)left;
}

/* The answer's returns are to be where the program wants them. Return: 0 or -EFAULT. */
static int message_store(
	struct call *call, struct message *message, const struct binder_write_read *bwr, int r)
{
	const struct wire_answer *answer = &call->channel->answer;
	uint32_t spawn = BR_SPAWN_LOOPER;
	uint32_t noop = BR_NOOP;

	/* A read that ends without anything has stored this much before it waited. */
	if (r == 0 && (answer->ret == -EINTR || answer->ret == -EAGAIN) && bwr->read_consumed == 0)
		r = usermem_write(bwr->read_buffer, &noop, sizeof(noop));
	if (r == 0 && answer->bytes && message->request.into == call->channel->bounce)
		r = usermem_write(bwr->read_buffer + bwr->read_consumed, call->channel->bounce,
			answer->bytes);
	if (r == 0 && (answer->head.flags & WIRE_F_SPAWN_AT_START))
		r = usermem_write(bwr->read_buffer, &spawn, sizeof(spawn));
	return r;
}

/*
 * Whether the read is the one that a quiet reply has announced: it needs no message. All
 * else that could come to the thread would come to any that waits for its process's work.
 * A read that waits for that does so at the process's nice value, and a message would say so.
 * And a message is answered after what was lent was read.
 */
static bool message_parks(const struct call *call, const struct message *message)
{
	const struct wire_write_read *body = &message->body;

	return call->standing->parks && !quiet_is_lent(call->channel) &&
	       ring_quiet(call->channel) && call->standing->depth == 1 && !call->standing->owed &&
	       !body->write_size && !body->read_consumed && body->read_size >= PARK_READ_MIN &&
	       !(body->head.flags & WIRE_F_NONBLOCK) && nice_now() == call->standing->saved_nice;
}

/* Return: as call_request(); 1 when it takes a message. */
static int message_park(struct call *call, struct message *message)
{
	uint32_t spawn_seen = atomic_load(&call->device->spawn_changes);
	int r = ring_park_read(call, &message->request, message->body.read_size);

	if (call_lost(call))
		return -EINTR;
	call->standing->parks = r <= 0 && call->channel->park_left;
	return r == 1 ? r : call_finish(call, r, spawn_seen);
}

/* A message with the read part. Return: the ioctl's result so far. */
static int message_read(struct call *call, struct message *message, struct binder_write_read *bwr)
{
	const struct wire_answer *answer = &call->channel->answer;
	int r;

	message->body.read_size = bwr->read_size;
	message->body.read_consumed = bwr->read_consumed;
	message->request.interruptible = true;
	message->request.parks =
		message->stage.reply && call->standing->calm && call->standing->depth == 1;
	message_into(call, message, bwr);
	r = message_parks(call, message) ? message_park(call, message) : 1;
	if (r == 1)
		r = message_send(call, message);
	usermem_waited();
	if (r < 0 && r != -EFAULT)
		return r;
	bwr->write_consumed += answer->write_consumed;
	r = message_store(call, message, bwr, r);
	if (r < 0) {
		call_simple(call, WIRE_READ_FAULT, 0);
		return -EFAULT;
	}
	bwr->read_consumed = answer->read_consumed;
	return answer->ret;
}

/* A message without it. */
static int message_write(struct call *call, struct message *message, struct binder_write_read *bwr)
{
	const struct wire_answer *answer = &call->channel->answer;
	int r = message_send(call, message);

	if (r < 0)
		return r;
	bwr->write_consumed += answer->write_consumed;
	if (answer->ret < 0)
		bwr->read_consumed = answer->read_consumed;
	return answer->ret;
}

static uint32_t message_flags(const struct call *call)
{
	return atomic_load_explicit(&call->device->nonblock, memory_order_relaxed) ? WIRE_F_NONBLOCK
										   : 0;
}

/* Bytes of commands to come. Addresses may wrap around: then there are none. */
static uint64_t write_left(const struct binder_write_read *bwr)
{
	uint64_t start = bwr->write_buffer + bwr->write_consumed;
	uint64_t end = bwr->write_buffer + bwr->write_size;

	return bwr->write_size && start < end ? end - start : 0;
}

/* One message. Return: the result so far; *@more whether the ioctl goes on. */
static int write_read_step(struct call *call, struct binder_write_read *bwr, bool read, bool *more)
{
	struct message message = {0};
	uint64_t size = write_left(bwr);
	uint64_t consumed = bwr->write_consumed;
	bool split;
	int r;

	message.stage.call = call;
	stage_commands(&message.stage, bwr->write_buffer + consumed, size);
	split = read && arena_pressed(&call->device->arena, call->channel->ranges.bytes);
	*more = message.stage.more || split;
	if (message.stage.spawn)
		atomic_fetch_add(&call->device->spawn_changes, 1);
	call_head(call, &message.body.head, WIRE_WRITE_READ,
		message_flags(call) | (*more ? WIRE_F_MORE : 0u) |
			(read && !*more ? WIRE_F_READ : 0u));
	message.body.write_size = size;
	if (read && !*more)
		r = message_read(call, &message, bwr);
	else
		r = message_write(call, &message, bwr);
	if (r == 0 && *more && bwr->write_consumed - consumed < message.stage.command_bytes)
		bwr->write_size = 0;
	call_unstage(call);
	return r;
}

int write_read(struct call *call, uint64_t arg)
{
	struct binder_write_read bwr;
	uint64_t write_size;
	bool read, bad_buffer, more;
	int r;

	if (usermem_read(&bwr, arg, sizeof(bwr)) < sizeof(bwr))
		return ioctl_run(call, BINDER_WRITE_READ, 0);
	write_size = bwr.write_size;
	bad_buffer = bwr.read_size > 0 && bwr.read_consumed == 0 &&
		     !usermem_writable(bwr.read_buffer, sizeof(uint32_t));
	read = bwr.read_size > 0 && !bad_buffer;
	if (!quiet_write_read(call, &bwr, &r)) {
		do {
			r = write_read_step(call, &bwr, read, &more);
		} while (r == 0 && more);
	}
	if (r == -ECONNREFUSED || call_lost(call))
		return r;
	if (r == 0 && bad_buffer)
		r = -EFAULT;
	bwr.write_size = write_size;
	if (usermem_write(arg, &bwr, sizeof(bwr)) < 0)
		return -EFAULT;
	return r;
}

void write_read_give_back(struct call *call)
{
	struct message message = {0};

	call_head(call, &message.body.head, WIRE_WRITE_READ, 0);
	message_send(call, &message);
}
