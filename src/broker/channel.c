// SPDX-License-Identifier: Apache-2.0

/*
 * A channel is bound to a thread of the driver by what its requests say, and to a process
 * by what the kernel says of the socket's maker. A thread may come over another channel
 * the next time; its data always points to the one that it came over last.
 *
 * While a request is under way the thread is inside the driver and the channel is busy:
 * request.c lets nothing in but what may interrupt it. Ops are called while the driver is
 * at work, so nothing here makes an input to it, save channel_free() and the timer, which
 * are called from the loop.
 */

#include "broker/channel.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "broker/answer.h"
#include "broker/connection.h"
#include "broker/files.h"
#include "broker/quota.h"
#include "broker/ring.h"
#include "broker/rings.h"
#include "broker/serve.h"

static struct channel *channel_of(struct link *link)
{
	return (struct channel *)((char *)link - offsetof(struct channel, link));
}

int channel_numbers_room(struct channel_numbers *numbers, size_t more)
{
	size_t room = numbers->room ? numbers->room : 16;
	int32_t *values;

	if (numbers->room - numbers->count >= more)
		return 0;
	while (room - numbers->count < more)
		room *= 2;
	values = reallocarray(numbers->values, room, sizeof(*values));
	if (!values)
		return -ENOMEM;
	numbers->values = values;
	numbers->room = room;
	return 0;
}

static bool channel_message(struct link *link, struct message *message)
{
	struct channel *channel = channel_of(link);
	struct connection *connection = channel->connection;

	if (connection->doomed)
		return false;
	if (message->size) {
		if (channel->state == CHANNEL_IDLE)
			channel->by_ring = false;
		return serve_message(channel, message);
	}
	if (channel->ring)
		rings_drain(channel->ring);
	if (connection->doomed)
		return false;
	channel_free(channel);
	connection_channel_gone(connection);
	broker_settle(connection->broker);
	return false;
}

/* The process that made the socket of @channel, as far as it is known already. */
static struct peer *channel_peer(struct channel *channel)
{
	struct connection *connection = channel->connection;
	struct peer *peer = peer_find(&connection->peers, channel->maker.pid);

	/* There are channels after the handshake alone. */
	assert(connection->opener);
	if (channel->own && !peer)
		peer = connection->opener;
	if (peer)
		return peer_ref(peer);
	/* Until it has proved itself it counts as what it has the descriptor from. */
	return peer_new(&connection->peers, connection->broker, connection->user,
		channel->maker.pid, connection->opener->euid);
}

static int channel_init(struct channel *channel, int fd)
{
	struct connection *connection = channel->connection;
	int ret;

	if (!credentials_is_channel(fd))
		return -EINVAL;
	ret = credentials_of(fd, &channel->maker);
	if (ret)
		return ret;
	channel->own = channel->maker.pid == connection->pid;
	channel->state = CHANNEL_IDLE;
	channel->peer = channel_peer(channel);
	if (!channel->peer)
		return -ENOMEM;
	if (!channel->own)
		setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int));
	ret = link_init(&channel->link, connection->broker->loop, fd, channel_message);
	if (ret)
		peer_unref(channel->peer);
	else
		link_set_load(&channel->link, quota_user_load(connection->user));
	return ret;
}

int channel_new(struct connection *connection, int fd)
{
	struct channel *channel;
	int ret = quota_charge(connection->user, QUOTA_CHANNELS, 1);

	if (ret)
		return ret;
	channel = calloc(1, sizeof(*channel));
	if (channel)
		channel->connection = connection;
	ret = channel ? channel_init(channel, fd) : -ENOMEM;
	if (ret) {
		free(channel);
		quota_refund(connection->user, QUOTA_CHANNELS, 1);
		return ret;
	}
	TAILQ_INSERT_HEAD(&connection->channels, channel, entry);
	connection->own_channels += channel->own;
	connection->broker->channels++;
	return 0;
}

static void channel_ring_message(struct ring *ring, struct message *message)
{
	struct channel *channel = ring->data;

	if (channel->connection->doomed)
		return;
	if (channel->state == CHANNEL_IDLE)
		channel->by_ring = true;
	serve_message(channel, message);
}

/* The thread is inside a read of which no message has told. */
static void channel_arrived(struct ring *ring)
{
	struct channel *channel = ring->data;
	struct broker *broker = channel->connection->broker;
	struct park_read read;

	if (channel->connection->doomed || ring_park_look(ring, PARK_TAKE, &read) != PARK_READING)
		return;
	channel->by_ring = true;
	if (channel->state != CHANNEL_IDLE) {
		connection_drop(channel->connection, "a read without a message inside a request");
	} else if (!channel->thread) {
		answer_send(channel, -ENOMEM, -1);
	} else {
		channel->state = CHANNEL_BUSY;
		thread_write_read(channel->thread, read.nice, NULL, &read.read, false);
	}
	broker_settle(broker);
}

static void channel_cold(struct ring *ring)
{
	struct channel *channel = ring->data;
	struct broker *broker = channel->connection->broker;
	struct park_read read;

	if (channel->connection->doomed)
		return;
	if (channel->thread && thread_data(channel->thread) == channel)
		thread_recall(channel->thread);
	/* Whoever begins one now has it taken for a request, unless it is inside of one. */
	if (channel->state == CHANNEL_IDLE &&
		ring_park_look(ring, PARK_WANT, &read) == PARK_READING && channel->thread) {
		channel->by_ring = true;
		channel->state = CHANNEL_BUSY;
		thread_write_read(channel->thread, read.nice, NULL, &read.read, false);
	}
	broker_settle(broker);
}

static const struct ring_ops channel_ring_ops = {
	.message = channel_ring_message,
	.arrived = channel_arrived,
	.cold = channel_cold,
};

int channel_make_ring(struct channel *channel)
{
	struct connection *connection = channel->connection;

	if (channel->ring)
		return -EBUSY;
	return ring_new(loop_rings(connection->broker->loop), connection->broker->memory,
		connection->user, &channel_ring_ops, channel, &channel->ring);
}

int channel_start_ring(struct channel *channel)
{
	int ret = channel->ring && !channel->ring->started ? ring_start(channel->ring) : -EINVAL;

	if (ret)
		channel_drop_ring(channel);
	return ret;
}

void channel_drop_ring(struct channel *channel)
{
	if (channel->ring && !channel->ring->started)
		channel->ring = ring_free(channel->ring);
}

bool channel_offer(struct channel *channel, const struct ahead *ahead)
{
	return channel->ring && channel->by_ring && !channel->connection->token &&
	       ring_offer(channel->ring, ahead);
}

unsigned int channel_taken(struct channel *channel, bool end)
{
	int taken = channel->ring ? ring_taken(channel->ring, end) : 0;

	if (taken < 0) {
		connection_drop(channel->connection, "counts of reads that nobody offered");
		return 0;
	}
	return (unsigned int)taken;
}

enum park_state channel_park_look(
	struct channel *channel, enum park_look look, struct park_read *read)
{
	enum park_state state;

	if (!channel->ring || channel->state != CHANNEL_IDLE)
		return PARK_GONE;
	state = ring_park_look(channel->ring, look, read);
	if (state == PARK_READING && look != PARK_PEEK) {
		channel->by_ring = true;
		channel->state = CHANNEL_BUSY;
	}
	return state;
}

void channel_park(struct channel *channel)
{
	struct park_read read;

	if (channel->thread && thread_park(channel->thread))
		return;
	if (ring_park_look(channel->ring, PARK_WANT, &read) != PARK_READING)
		return;
	channel->by_ring = true;
	if (!channel->thread) {
		answer_send(channel, -ENOMEM, -1);
		return;
	}
	channel->state = CHANNEL_BUSY;
	thread_write_read(channel->thread, read.nice, NULL, &read.read, false);
}

/* Ends what the driver knows of the channel's request. */
static void channel_leave(struct channel *channel)
{
	struct thread *thread = channel->thread;

	/* After the end of the proc there are no threads. */
	if (!thread || !channel->connection->proc || thread_data(thread) != channel)
		return;
	/* It cannot tell of anything any more. */
	thread_recall(thread);
	thread_set_data(thread, NULL);
	if (channel->state & (CHANNEL_BUSY | CHANNEL_INSTALLING))
		thread_detach(thread);
	else if (channel->state == CHANNEL_POLLING)
		thread_poll(thread, false);
}

struct channel *channel_free(struct channel *channel)
{
	struct connection *connection = channel->connection;
	struct broker *broker = connection->broker;

	link_deinit(&channel->link);
	channel_leave(channel);
	channel->ring = ring_free(channel->ring);
	for (size_t i = 0; i < channel->files.count; i++) {
		if (channel->files.values[i] >= 0)
			files_unref(broker->files, channel->files.values[i]);
	}
	if (channel->failed)
		TAILQ_REMOVE(&broker->uninstallable, channel, fail_entry);
	if (channel->timer)
		event_free(channel->timer);
	free(channel->files.values);
	free(channel->closes.values);
	TAILQ_REMOVE(&connection->channels, channel, entry);
	connection->own_channels -= channel->own;
	peer_unref(channel->peer);
	broker->channels--;
	quota_refund(connection->user, QUOTA_CHANNELS, 1);
	loop_bury(broker->loop, &channel->grave, channel);
	return NULL;
}

void channel_done(struct channel *channel, const struct ioctl_result *result)
{
	channel->state = CHANNEL_IDLE;
	if (!channel->quiet)
		answer_result(channel, result);
}

void channel_install(struct channel *channel, const int *files, size_t count)
{
	channel->state = CHANNEL_INSTALLING;
	channel->installs = count;
	if (!answer_install(channel, files, count))
		return;
	channel->failed = true;
	TAILQ_INSERT_TAIL(&channel->connection->broker->uninstallable, channel, fail_entry);
}

void channel_uninstall(struct channel *channel)
{
	channel->failed = false;
	TAILQ_REMOVE(&channel->connection->broker->uninstallable, channel, fail_entry);
	channel->state = CHANNEL_BUSY;
	channel->installs = 0;
	if (channel->thread)
		thread_files_installed(channel->thread, NULL, 0);
}

void channel_close_number(struct channel *channel, uint32_t fd)
{
	if (channel_numbers_room(&channel->closes, 1)) {
		connection_drop(channel->connection, "no memory to have descriptors closed");
		return;
	}
	channel->closes.values[channel->closes.count++] = (int32_t)fd;
}

void channel_ready(struct channel *channel)
{
	channel->ready_sent = true;
	answer_ready(channel);
}

static void channel_timeout(int fd, short what, void *data)
{
	struct channel *channel = data;
	struct broker *broker = channel->connection->broker;

	(void)fd;
	(void)what;
	if (channel->state == CHANNEL_BUSY && channel->thread && channel->connection->proc)
		thread_timeout(channel->thread);
	broker_settle(broker);
}

void channel_timer(struct channel *channel, uint32_t ms)
{
	struct timeval time = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

	if (!ms) {
		if (channel->timer)
			event_del(channel->timer);
		return;
	}
	if (!channel->timer)
		channel->timer = event_new(loop_base(channel->connection->broker->loop), -1, 0,
			channel_timeout, channel);
	if (!channel->timer || event_add(channel->timer, &time))
		connection_drop(channel->connection, "no memory for a timer");
}
