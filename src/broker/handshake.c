// SPDX-License-Identifier: Apache-2.0

/*
 * A library that speaks no version that we do is told which we speak. Whatever goes wrong
 * here is what open(2) fails with.
 */

#include "broker/handshake.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "broker/complaint.h"
#include "broker/connection.h"
#include "broker/context.h"
#include "broker/credentials.h"
#include "util/cleanup.h"

void handshake_refuse(int fd, int error, const char *reason)
{
	struct wire_refused refused = {
		.head.type = WIRE_REFUSED,
		.error = error == EDQUOT ? ENOMEM : error,
		.version_min = WIRE_VERSION,
		.version_max = WIRE_VERSION,
	};
	struct iovec part = {.iov_base = &refused, .iov_len = sizeof(refused)};
	uint8_t unread[sizeof(struct wire_hello)];

	/* Hanging up on what was not read would have the client see a reset instead. */
	recv(fd, unread, sizeof(unread), MSG_DONTWAIT);
	snprintf(refused.reason, sizeof(refused.reason), "%s", reason);
	wire_send(fd, &part, 1, NULL, 0, MSG_DONTWAIT);
}

static void handshake_fail(struct connection *connection, int error, const char *reason)
{
	handshake_refuse(connection->link.fd, error, reason);
	complain("context %s: pid %d (uid %u) refused: %s", connection->context->name,
		(int)connection->pid, (unsigned)connection->euid, reason);
	connection_doom(connection);
}

static int handshake_welcome(struct connection *connection, int arena)
{
	struct wire_welcome welcome = {
		.head.type = WIRE_WELCOME,
		.version = WIRE_VERSION,
		.ring_after = connection->broker->ring_after,
		.arena_size = connection->opener->arena.size,
	};
	struct iovec part = {.iov_base = &welcome, .iov_len = sizeof(welcome)};
	ssize_t sent = wire_send(connection->link.fd, &part, 1, &arena, 1, MSG_DONTWAIT);

	return sent < 0 ? (int)sent : 0;
}

static int handshake_open(struct connection *connection, int nice, int *arena)
{
	char label[CREDENTIALS_LABEL_MAX];
	struct proc_params params = {
		.pid = connection->pid,
		.euid = connection->euid,
		.nice = nice,
		.secctx = label,
		.data = connection,
	};
	int ret;

	credentials_label(connection->link.fd, label);
	connection->opener = peer_new(&connection->peers, connection->broker, connection->user,
		connection->pid, connection->euid);
	if (!connection->opener)
		return -ENOMEM;
	peer_prove(connection->opener);
	ret = memory_arena_init(
		&connection->opener->arena, connection->broker->memory, connection->user, arena);
	if (ret)
		return ret;
	return proc_open(connection->context->driver, &params, &connection->proc);
}

void handshake_message(struct connection *connection, struct message *message)
{
	const struct wire_hello *hello = (const void *)message->bytes;
	_cleanup_close_ int arena = -1;
	int ret;

	if (message->size < sizeof(hello->head) + sizeof(hello->magic) ||
		hello->head.type != WIRE_HELLO || hello->magic != WIRE_MAGIC) {
		connection_drop(connection, "what it says first is no HELLO");
		return;
	}
	if (message->size != sizeof(*hello) || hello->version_min > WIRE_VERSION ||
		hello->version_max < WIRE_VERSION) {
		handshake_fail(connection, EPROTO, "no version in common");
		return;
	}
	if (hello->head.nice < -20 || hello->head.nice > 19) {
		handshake_fail(connection, EINVAL, "a nice value out of range");
		return;
	}
	ret = handshake_open(connection, hello->head.nice, &arena);
	if (ret) {
		handshake_fail(connection, -ret, "no memory, or no more of it for this user");
		return;
	}
	ret = handshake_welcome(connection, arena);
	if (ret) {
		errno = -ret;
		connection_drop(connection, "the welcome cannot be sent: %m");
	}
}
