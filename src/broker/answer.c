// SPDX-License-Identifier: Apache-2.0

/*
 * Sending.
 *
 * An answer is one sendmsg of two parts that lie where they were made. A channel has at
 * most one answer outstanding, for which its socket has room: one that has none belongs to
 * a client that does not read, or has made its buffers small, and is not waited for.
 *
 * An answer goes into the ring if its request came that way. What has to go over the socket
 * has a record in the ring then that says so, behind the datagram itself: whoever reads the
 * ring finds it there.
 *
 * Descriptors in flight have a limit of their own in the kernel. Coming to it, at the first
 * of several messages, nobody has seen anything yet, and the transaction fails like one
 * whose receiver has no numbers left; a thread that got some but not all is dropped.
 */

#include "broker/answer.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "broker/channel.h"
#include "broker/connection.h"
#include "broker/ring.h"
#include "wire/wire.h"

/* Numbers in one WIRE_CLOSE. */
#define ANSWER_CLOSES 4096

static int answer_parts(struct channel *channel, const void *head, size_t head_size,
	const void *bytes, size_t size, const int *files, unsigned count)
{
	struct iovec parts[2] = {
		{.iov_base = (void *)head, .iov_len = head_size},
		{.iov_base = (void *)bytes, .iov_len = size},
	};
	ssize_t sent;

	sent = wire_send(channel->link.fd, parts, size ? 2 : 1, files, count, MSG_DONTWAIT);
	return sent < 0 ? (int)sent : 0;
}

/* What is read by the order of the ring finds there that something lies in the socket. */
static int answer_note(struct channel *channel)
{
	struct wire_record record = {.kind = WIRE_RECORD_SOCKET};

	return channel->by_ring ? ring_put(channel->ring, &record, NULL, 0) : 0;
}

/* Return: whether it went into the ring. */
static bool answer_by_ring(
	struct channel *channel, const void *head, size_t head_size, const void *bytes, size_t size)
{
	struct wire_record record = {
		.kind = WIRE_RECORD_MESSAGE,
		.size = (uint32_t)(head_size + size),
	};
	struct iovec parts[2] = {
		{.iov_base = (void *)head, .iov_len = head_size},
		{.iov_base = (void *)bytes, .iov_len = size},
	};

	return channel->by_ring && !ring_put(channel->ring, &record, parts, size ? 2 : 1);
}

/* As answer_parts(); a channel that takes nothing is the end of its connection. */
static void answer_socket(struct channel *channel, const void *head, size_t head_size,
	const void *bytes, size_t size, const int *files, unsigned count)
{
	int ret;

	ret = answer_parts(channel, head, head_size, bytes, size, files, count);
	if (!ret)
		ret = answer_note(channel);
	if (!ret)
		return;
	/* A peer that is gone is no offence: the end of the channel comes by itself. */
	if (ret == -EPIPE || ret == -ECONNRESET)
		return;
	errno = -ret;
	connection_drop(
		channel->connection, "an answer of %zu bytes cannot be sent: %m", head_size + size);
}

static void answer_or_drop(struct channel *channel, const void *head, size_t head_size,
	const void *bytes, size_t size, const int *files, unsigned count)
{
	if (count || !answer_by_ring(channel, head, head_size, bytes, size))
		answer_socket(channel, head, head_size, bytes, size, files, count);
}

static void answer_closes(struct channel *channel)
{
	struct wire_close close = {.head.type = WIRE_CLOSE};
	const int32_t *at = channel->closes.values;
	size_t left = channel->closes.count;

	for (; left; left -= close.count, at += close.count) {
		close.count = left < ANSWER_CLOSES ? (uint32_t)left : ANSWER_CLOSES;
		answer_socket(
			channel, &close, sizeof(close), at, close.count * sizeof(*at), NULL, 0);
	}
	channel->closes.count = 0;
}

static uint32_t answer_drain(struct connection *connection)
{
	if (!connection->drain)
		return 0;
	connection->drain = connection->token = false;
	return WIRE_F_DRAIN;
}

/* Sends the answer @answer, of which what every answer says is still missing. */
static void answer_finish(struct channel *channel, struct wire_answer *answer, const void *bytes,
	const int *files, unsigned count)
{
	answer->head.type = WIRE_ANSWER;
	if (channel->own)
		answer->head.flags |= answer_drain(channel->connection);
	if (channel->closes.count)
		answer_closes(channel);
	answer_or_drop(channel, answer, sizeof(*answer), bytes, answer->bytes, files, count);
}

void answer_send(struct channel *channel, int ret, int file)
{
	struct wire_answer answer = {.ret = ret};

	answer_finish(channel, &answer, NULL, &file, file >= 0);
}

void answer_files(struct channel *channel, const int *files, unsigned count)
{
	struct wire_answer answer = {0};

	answer_finish(channel, &answer, NULL, files, count);
}

void answer_result(struct channel *channel, const struct ioctl_result *result)
{
	struct wire_answer answer = {
		.ret = result->ret,
		.nice = result->nice,
		.saved_nice = result->saved_nice,
		.bytes = (uint32_t)result->size,
		.write_consumed = result->write_consumed,
		.read_consumed = result->read_consumed,
	};

	answer.head.flags =
		(result->nice_valid ? WIRE_F_NICE : 0) | (result->calm ? WIRE_F_CALM : 0) |
		(result->no_spawn ? WIRE_F_NO_SPAWN : 0) |
		(result->fd_array ? WIRE_F_FD_ARRAY : 0) | (result->idle ? WIRE_F_IDLE : 0) |
		(result->spawn_at_start ? WIRE_F_SPAWN_AT_START : 0);
	channel->connection->served += result->calm;
	answer_finish(channel, &answer, result->bytes, NULL, 0);
}

void answer_ready(struct channel *channel)
{
	struct wire_head head = {.type = WIRE_READY};

	answer_or_drop(channel, &head, sizeof(head), NULL, 0, NULL, 0);
}

int answer_install(struct channel *channel, const int *files, size_t count)
{
	struct wire_install install = {.head.type = WIRE_INSTALL, .total = (uint32_t)count};
	size_t done = 0;
	int ret;

	for (; done < count; done += install.count) {
		install.count = count - done < WIRE_FILES_PER_MESSAGE ? (uint32_t)(count - done)
								      : WIRE_FILES_PER_MESSAGE;
		ret = answer_parts(
			channel, &install, sizeof(install), NULL, 0, files + done, install.count);
		if (ret && done && ret != -EPIPE && ret != -ECONNRESET) {
			errno = -ret;
			connection_drop(channel->connection,
				"%zu of %zu descriptors cannot be sent: %m", count - done, count);
		}
		if (ret)
			return ret;
	}
	/* One for all of them. */
	return answer_note(channel);
}
