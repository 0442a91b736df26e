/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A service's reply has one outcome where the broker said so with the call that it answers
 * (WIRE_F_CALM: nothing else is on the thread's list; WIRE_F_NO_SPAWN): the next read
 * yields BR_NOOP and BR_TRANSACTION_COMPLETE. So the reply is sent and the program has its
 * answer at once. If it did not read in the same ioctl, the completion is owed: the next
 * read gets it here, and any other request says WIRE_F_OWED, upon which the broker puts it
 * back where it belongs. BC_FREE_BUFFER alone has no outcome at all.
 *
 * The broker handles what lies in a channel in order and in the order of its coming, so
 * nobody can see that the write was applied after the ioctl had returned: whoever could
 * look has to ask the broker, later. Descriptors in buffers are the exception, as freeing
 * may have to close some in this process; a process that got any does not use this.
 *
 * The bytes of a quiet reply stay where they are in the channel's slot until an answer
 * says that the broker is past them. What the program has lent is not copied there; so that
 * it is read in time, the next read asks the broker as long as that is not past it.
 *
 * After one without an answer, one is asked for: with two in a row the order in which others'
 * messages are applied could be told from the kernel's.
 */

#include <errno.h>
#include <string.h>

#include "lib/device/nice.h"
#include "lib/device/quiet.h"
#include "lib/device/request.h"
#include "lib/device/ring.h"
#include "lib/device/stage.h"
#include "lib/device/usermem.h"
#include "wire/ring.h"

#define QUIET_MAX 1u
/* In a ring they are acted on by the time that they were sent at. */
#define QUIET_RING_MAX 8u
/* The least room in which the driver gives out work. */
#define QUIET_READ_MIN 80u
/* BC_FREE_BUFFERs and a BC_REPLY: what is longer is something else. */
#define QUIET_WRITE_MAX 256u
/* A BC_FREE_BUFFER. */
#define QUIET_FREE_SIZE (sizeof(uint32_t) + sizeof(binder_uintptr_t))

bool quiet_is_lent(const struct channel *channel)
{
	return channel->lent && !(channel->ring && ring_is_read(channel));
}

/* BR_NOOP and BR_TRANSACTION_COMPLETE, as a read of a thread with nothing else yields them. */
static bool quiet_complete(struct binder_write_read *bwr)
{
	static const uint32_t returns[2] = {BR_NOOP, BR_TRANSACTION_COMPLETE};

	if (usermem_write(bwr->read_buffer, returns, sizeof(returns)) < 0)
		return false;
	bwr->read_consumed = sizeof(returns);
	return true;
}

static bool quiet_reads(const struct binder_write_read *bwr)
{
	return bwr->read_size >= QUIET_READ_MIN && bwr->read_consumed == 0;
}

/* The pure read that finds what is owed. */
static bool quiet_read(struct call *call, struct binder_write_read *bwr, int *result)
{
	if (!call->standing->owed || bwr->write_size > bwr->write_consumed || !quiet_reads(bwr) ||
		atomic_load(&call->device->spawn_changes) != call->standing->spawn_seen)
		return false;
	if (!quiet_complete(bwr))
		return false;
	call->standing->owed = false;
	*result = 0;
	return true;
}

static bool quiet_allowed(const struct call *call, const struct binder_write_read *bwr)
{
	const struct standing *standing = call->standing;

	if (bwr->write_size > QUIET_WRITE_MAX || bwr->write_consumed != 0 || bwr->write_size == 0 ||
		standing->owed || standing->depth != 1 ||
		call->channel->quiet >= (call->channel->ring ? QUIET_RING_MAX : QUIET_MAX) ||
		atomic_load(&call->device->fd_arrays))
		return false;
	/* Where there are rings, what a socket brings may be seen too late. */
	if (call->device->ring_after != WIRE_NO_RINGS && !ring_quiet(call->channel))
		return false;
	return bwr->read_size == 0 || (quiet_reads(bwr) && standing->calm);
}

static int quiet_send(struct call *call, const struct stage *stage, uint64_t size)
{
	struct channel *channel = call->channel;
	struct wire_write_read body = {
		.write_size = size,
		.command_bytes = stage->command_bytes,
		.segments = stage->segments,
	};
	uint64_t padding = 0;
	struct iovec iov[4] = {
		{&body, sizeof(body)},
		{channel->commands, stage->command_bytes},
		{&padding, -stage->command_bytes & 7},
		{channel->segments, stage->segments * sizeof(struct wire_segment)},
	};

	call_head(call, &body.head, WIRE_WRITE_READ, WIRE_F_QUIET);
	if (!channel->ring)
		return call_send(call, iov, 4, NULL, 0);
	if (!ring_takes(channel, iov, 4))
		return -EMSGSIZE;
	if (stage->reply) {
		body.head.flags |= WIRE_F_PARKS;
		ring_park_open(channel);
	}
	channel->by_ring = true;
	call_send(call, iov, 4, NULL, 0);
	channel->by_ring = false;
	call->standing->parks = stage->reply;
	return 0;
}

/* Whether what was staged can go unanswered. */
static bool quiet_fits(
	const struct call *call, const struct binder_write_read *bwr, const struct stage *stage)
{
	const struct standing *standing = call->standing;

	if (!stage->plain || stage->more || stage->files || call->channel->ranges.first ||
		stage->command_bytes != bwr->write_size)
		return false;
	if (!stage->reply)
		return bwr->read_size == 0;
	return standing->calm && atomic_load(&call->device->spawn_changes) == standing->spawn_seen;
}

/* Hands out what is offered for @after. Return: whether there was something: @read. */
static bool quiet_take(
	struct call *call, struct binder_write_read *bwr, uint64_t after, struct wire_ahead *read)
{
	uint8_t returns[sizeof(uint32_t) + sizeof(read->bytes)];
	const uint32_t noop = BR_NOOP;
	uint64_t count;

	if (quiet_is_lent(call->channel) || !ring_ahead(call->channel, after, read, &count) ||
		!usermem_writable(bwr->read_buffer, sizeof(noop) + read->size) ||
		!ring_ahead_take(call->channel, count))
		return false;
	memcpy(returns, &noop, sizeof(noop));
	memcpy(returns + sizeof(noop), read->bytes, sizeof(read->bytes));
	usermem_write(bwr->read_buffer, returns, sizeof(noop) + read->size);
	bwr->read_consumed = sizeof(noop) + read->size;
	return true;
}

/* Whether the thread may have been offered what it reads next. */
static bool quiet_is_ahead(const struct call *call, const struct binder_write_read *bwr)
{
	const struct standing *standing = call->standing;

	return (standing->ahead || standing->parks) && ring_quiet(call->channel) &&
	       standing->depth == 1 && !standing->owed && bwr->write_consumed == 0 &&
	       quiet_reads(bwr) &&
	       atomic_load(&call->device->spawn_changes) == standing->spawn_seen;
}

/* BC_FREE_BUFFER alone, and a read. */
static bool quiet_ahead_free(struct call *call, struct binder_write_read *bwr)
{
	uint8_t write[QUIET_FREE_SIZE];
	struct wire_ahead read;
	binder_uintptr_t buffer;
	uint32_t command;

	if (!call->standing->ahead || call->standing->ahead_nice != nice_now() ||
		usermem_read(write, bwr->write_buffer, sizeof(write)) < sizeof(write))
		return false;
	memcpy(&command, write, sizeof(command));
	memcpy(&buffer, write + sizeof(command), sizeof(buffer));
	if (command != BC_FREE_BUFFER || buffer == WIRE_AHEAD_CALL ||
		!quiet_take(call, bwr, buffer, &read))
		return false;
	bwr->write_consumed = sizeof(write);
	return true;
}

/* A plain read after a quiet reply: of a call. */
static bool quiet_ahead_call(struct call *call, struct binder_write_read *bwr)
{
	struct standing *standing = call->standing;
	struct wire_ahead read;

	if (!standing->parks || !quiet_take(call, bwr, WIRE_AHEAD_CALL, &read))
		return false;
	standing->parks = false;
	standing->calm = true;
	standing->saved_nice = read.saved_nice;
	nice_apply(read.nice);
	return true;
}

/* Return: whether the ioctl was done by what was offered ahead. */
static bool quiet_ahead(struct call *call, struct binder_write_read *bwr, int *result)
{
	bool done = false;

	if (!quiet_is_ahead(call, bwr))
		return false;
	if (bwr->write_size == QUIET_FREE_SIZE)
		done = quiet_ahead_free(call, bwr);
	else if (bwr->write_size == 0)
		done = quiet_ahead_call(call, bwr);
	*result = 0;
	return done;
}

bool quiet_write_read(struct call *call, struct binder_write_read *bwr, int *result)
{
	struct standing *standing = call->standing;
	struct stage stage = {.call = call, .slot_only = true};
	size_t slot_used;

	if (quiet_read(call, bwr, result) || quiet_ahead(call, bwr, result))
		return true;
	if (call->channel->quiet && call->channel->ring && ring_is_read(call->channel)) {
		call->channel->quiet = 0;
		call->channel->lent = false;
		call->channel->slot.used = 0;
	}
	if (!quiet_allowed(call, bwr))
		return false;
	slot_used = call->channel->slot.used;
	stage_commands(&stage, bwr->write_buffer, bwr->write_size);
	if (!quiet_fits(call, bwr, &stage) ||
		(bwr->read_size && !usermem_writable(bwr->read_buffer, 8))) {
		call->channel->slot.used = slot_used;
		call_unstage(call);
		return false;
	}
	*result = quiet_send(call, &stage, bwr->write_size);
	if (*result == -EMSGSIZE) {
		call->channel->slot.used = slot_used;
		return false;
	}
	if (*result < 0)
		return true;
	call->channel->quiet++;
	call->channel->lent |= stage.lent;
	/* It is not looked at: others could be faster. */
	if (call->channel->ring && !ring_quiet(call->channel))
		write_read_give_back(call);
	bwr->write_consumed = bwr->write_size;
	if (!stage.reply)
		return true;
	standing->calm = false;
	nice_apply(standing->saved_nice);
	if (bwr->read_size == 0)
		standing->owed = true;
	else if (!quiet_complete(bwr))
		*result = -EFAULT;
	return true;
}
