// SPDX-License-Identifier: Apache-2.0

/*
 * From accept to the end.
 *
 * The proc lives from the handshake until both the last descriptor of it was closed, which
 * is the end of the main connection, and the opener's mapping is gone, which is what the
 * opener's channels stand for: the library keeps one as long as the area is mapped. A
 * process that is gone, or has replaced itself, has lost both.
 *
 * A connection is doomed at once, from where on nothing that it sends is acted on, but
 * released only when the driver is idle: what dooms it may happen in the middle of an op.
 */

#include "broker/connection.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "broker/channel.h"
#include "broker/complaint.h"
#include "broker/context.h"
#include "broker/credentials.h"
#include "broker/handshake.h"
#include "broker/quota.h"
#include "broker/witness.h"

#define CONNECTION_LINE 512
/* Nanoseconds after a message in which another one of the same client is expected. */
#define CONNECTION_WORK 200000

static struct connection *connection_of(struct link *link)
{
	return (struct connection *)((char *)link - offsetof(struct connection, link));
}

void connection_doom(struct connection *connection)
{
	if (connection->doomed)
		return;
	connection->doomed = true;
	TAILQ_INSERT_TAIL(&connection->broker->doomed, connection, doom_entry);
}

void connection_drop(struct connection *connection, const char *format, ...)
{
	char line[CONNECTION_LINE];
	va_list arguments;

	if (connection->doomed)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	complain("context %s: pid %d (uid %u) dropped: %s", connection->context->name,
		(int)connection->pid, (unsigned)connection->euid, line);
	connection->broker->dropped++;
	connection_doom(connection);
}

/* A descriptor that came over the main connection; -1 when it is not the only one. */
static int connection_take_file(struct message *message)
{
	int fd;

	if (message->file_count != 1)
		return -1;
	fd = message->files[0];
	message->files[0] = -1;
	return fd;
}

static void connection_take(struct connection *connection, struct message *message)
{
	const struct wire_head *head = (const void *)message->bytes;
	bool is_channel = head->type == WIRE_CHANNEL;
	int fd = -1, ret = -EINVAL;

	if (message->size == sizeof(*head) && (is_channel || head->type == WIRE_WITNESS))
		fd = connection_take_file(message);
	if (fd >= 0 && is_channel)
		ret = channel_new(connection, fd);
	else if (fd >= 0 && credentials_is_channel(fd))
		ret = witness_new(connection, fd);
	if (!ret)
		return;
	if (fd >= 0) {
		message->files[0] = fd;
		message->file_count = 1;
	}
	errno = -ret;
	connection_drop(connection, "%s of %zu bytes with %u descriptors: %m",
		message->size >= sizeof(*head) ? wire_type_name(head->type) : "message",
		message->size, message->file_count);
}

void connection_check_end(struct connection *connection)
{
	struct proc *proc = connection->proc;

	if (!connection->ended || (proc && proc_mapped(proc) && connection->own_channels))
		return;
	connection_doom(connection);
}

/* The last descriptor was closed. */
static void connection_end(struct connection *connection)
{
	/* Witnesses that are left go with their own ends, or with the connection. */
	connection->ended = true;
	link_deinit(&connection->link);
	connection_check_end(connection);
}

static bool connection_message(struct link *link, struct message *message)
{
	struct connection *connection = connection_of(link);

	if (connection->doomed)
		return false;
	if (!message->size)
		connection_end(connection);
	else if (message->error)
		connection_drop(connection, "a message that could not be received whole");
	else if (!connection->proc)
		handshake_message(connection, message);
	else
		connection_take(connection, message);
	broker_settle(connection->broker);
	return false;
}

void connection_channel_gone(struct connection *connection)
{
	if (connection->doomed)
		return;
	if (!connection->own_channels && proc_mapped(connection->proc))
		proc_munmap(connection->proc);
	connection_check_end(connection);
}

static int connection_init(struct connection *connection, int fd)
{
	struct credentials peer;
	int ret = credentials_of(fd, &peer);

	if (ret)
		return ret;
	connection->pid = peer.pid;
	connection->euid = peer.euid;
	connection->area.fd = -1;
	LIST_INIT(&connection->peers);
	LIST_INIT(&connection->witnesses);
	TAILQ_INIT(&connection->channels);
	connection->user = quota_user_get(connection->broker->quota, peer.euid);
	if (!connection->user)
		return -ENOMEM;
	ret = quota_charge(connection->user, QUOTA_CONNECTIONS, 1);
	if (!ret) {
		ret = link_init(
			&connection->link, connection->broker->loop, fd, connection_message);
		if (ret)
			quota_refund(connection->user, QUOTA_CONNECTIONS, 1);
	}
	if (ret)
		quota_user_unref(connection->user);
	else
		link_set_load(&connection->link, quota_user_load(connection->user));
	return ret;
}

int connection_new(struct context *context, int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	int ret = -ENOMEM;

	if (connection) {
		connection->context = context;
		connection->broker = context->broker;
		ret = connection_init(connection, fd);
	}
	if (ret) {
		handshake_refuse(fd, -ret, "no room for another open device");
		free(connection);
		return ret;
	}
	TAILQ_INSERT_TAIL(&context->connections, connection, entry);
	context->broker->connections++;
	return 0;
}

/* Takes it off the list of those whose main socket may have to say readable. */
static void connection_unlevel(struct connection *connection)
{
	struct broker *broker = connection->broker;

	if (connection->leveled)
		TAILQ_REMOVE(connection->stuck ? &broker->stuck : &broker->levels, connection,
			level_entry);
	connection->leveled = false;
}

void connection_finish(struct connection *connection)
{
	struct proc *proc = connection->proc;

	connection->proc = NULL;
	if (proc)
		proc_release(proc);
	connection_unlevel(connection);
}

bool connection_release(struct connection *connection)
{
	struct broker *broker = connection->broker;

	if (!TAILQ_EMPTY(&connection->channels)) {
		channel_free(TAILQ_FIRST(&connection->channels));
		return true;
	}
	if (!LIST_EMPTY(&connection->witnesses)) {
		witness_free(LIST_FIRST(&connection->witnesses));
		return true;
	}
	link_deinit(&connection->link);
	peer_unref(connection->opener);
	memory_area_deinit(&connection->area, broker->memory, connection->user);
	quota_refund(connection->user, QUOTA_CONNECTIONS, 1);
	quota_user_unref(connection->user);
	TAILQ_REMOVE(&connection->context->connections, connection, entry);
	broker->connections--;
	loop_bury(broker->loop, &connection->grave, connection);
	return false;
}

void connection_level(struct connection *connection, bool level)
{
	connection->level = level;
	if (connection->token) {
		connection->drain = !level;
		return;
	}
	if (!level || connection->leveled || connection->ended)
		return;
	connection->leveled = true;
	TAILQ_INSERT_TAIL(
		connection->stuck ? &connection->broker->stuck : &connection->broker->levels,
		connection, level_entry);
}

/* Threads that serve one call after the other take what waits, and to tell them costs. */
bool connection_is_at_work(struct connection *connection, uint64_t now)
{
	if (connection->level_served != connection->served) {
		connection->level_served = connection->served;
		connection->level_since = now;
	}
	return now - connection->level_since < CONNECTION_WORK;
}

void connection_send_token(struct connection *connection)
{
	struct wire_head head = {.type = WIRE_TOKEN};
	struct iovec part = {.iov_base = &head, .iov_len = sizeof(head)};
	ssize_t sent;

	connection_unlevel(connection);
	if (!connection->level || connection->doomed || connection->ended)
		return;
	/* What threads take ahead from here on would not be seen there. */
	proc_recall(connection->proc);
	if (!connection->level)
		return;
	sent = wire_send(connection->link.fd, &part, 1, NULL, 0, MSG_DONTWAIT);
	/* It is readable with what threads have yet to drain: a later round tries again. */
	connection->stuck = sent < 0;
	if (sent < 0) {
		connection_level(connection, true);
		return;
	}
	connection->token = true;
	connection->drain = false;
}

void connection_claim_euid(struct connection *connection, struct peer *peer, uid_t euid)
{
	if (peer->euid == euid)
		return;
	if (peer_verify_euid(peer, euid)) {
		complain("context %s: pid %d (uid %u) claims uid %u, which cannot be verified",
			connection->context->name, (int)peer->pid, (unsigned)peer->euid,
			(unsigned)euid);
		return;
	}
	if (peer != connection->opener)
		return;
	connection->euid = euid;
	proc_set_euid(connection->proc, euid);
}
