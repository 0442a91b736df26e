/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A channel is one end of a socketpair whose other end went over the main connection.
 * The broker reads main connection and channels apart, but a request can be sent at once:
 * it waits in the socket until the broker has the channel.
 *
 * SO_RCVTIMEO makes a receive end with EINTR even where the handler asked for restarts,
 * as the driver's reads do; the time itself does not matter.
 *
 * A process that has the descriptor from a parent says WIRE_ATTACH on its first channel,
 * and gets an arena of its own.
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/device/channel.h"
#include "lib/device/hooks.h"
#include "lib/device/limit.h"
#include "lib/device/lock.h"
#include "lib/device/nice.h"
#include "lib/device/pool.h"
#include "lib/device/ring.h"
#include "lib/device/table.h"
#include "lib/device/thread.h"

#define CHANNEL_TIMEOUT_S 1000000

static struct pool channel_pool = {.size = sizeof(struct channel)};

/* Sends @sock over the main connection, which the program may have made non-blocking. */
static int channel_announce(int main_fd, int sock)
{
	struct wire_head head = {.type = WIRE_CHANNEL};
	struct iovec iov = {.iov_base = &head, .iov_len = sizeof(head)};
	struct pollfd room = {.fd = main_fd, .events = POLLOUT};
	int r;

	head.tid = (uint32_t)thread_id();
	for (;;) {
		r = channel_send(main_fd, &iov, 1, &sock, 1, 0);
		if (r == -ENOTSOCK || r == -ENOTCONN)
			return -EBADF;
		if (r != -EAGAIN && r != -EINTR && r != -ETOOMANYREFS)
			return r;
		device_libc.poll(&room, 1, r == -ETOOMANYREFS ? 1 : -1);
	}
}

static int channel_socket(int main_fd)
{
	struct timeval timeout = {.tv_sec = CHANNEL_TIMEOUT_S};
	int pair[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	r = channel_announce(main_fd, pair[1]);
	device_libc.close(pair[1]);
	if (r < 0) {
		device_libc.close(pair[0]);
		return r;
	}
	return table_own(pair[0]);
}

/* Hands out @count of the @came that came; closes the rest. */
static void channel_hand_out(int *files, unsigned int count, const int *came, unsigned int n)
{
	for (unsigned int i = 0; i < count; i++)
		files[i] = i < n ? came[i] : -1;
	for (unsigned int i = count; i < n; i++)
		device_libc.close(came[i]);
}

int channel_ask(
	struct channel *channel, uint32_t type, uint32_t flags, int *files, unsigned int count)
{
	struct wire_head head = {
		.type = type,
		.flags = flags,
		.tid = (uint32_t)thread_id(),
		.nice = nice_now(),
	};
	struct wire_answer answer = {0};
	struct iovec request = {.iov_base = &head, .iov_len = sizeof(head)};
	struct iovec iov = {.iov_base = &answer, .iov_len = sizeof(answer)};
	int came[WIRE_FILES_PER_MESSAGE];
	unsigned int n_came = 0;
	ssize_t n;

	channel_hand_out(files, count, NULL, 0);
	n = channel_send(channel->fd, &request, 1, NULL, 0, 0);
	if (n < 0)
		return (int)n;
	do {
		n = channel_receive(channel->fd, &iov, 1, came, &n_came, 0);
	} while (n == -EAGAIN || n == -EINTR);
	channel_hand_out(files, count, came, n_came);
	if (n < 0)
		return (int)n;
	if ((size_t)n < sizeof(answer) || answer.head.type != WIRE_ANSWER)
		return -ECONNREFUSED;
	return answer.ret;
}

static int channel_attach(struct channel *channel)
{
	struct stat st;
	int arena = -1;
	int r;

	r = channel_ask(channel, WIRE_ATTACH, 0, &arena, 1);
	if (r == 0)
		r = fstat(arena, &st) < 0 ? -ENOMEM : 0;
	if (r == 0)
		r = arena_map(&channel->device->arena, arena, (size_t)st.st_size);
	if (r == 0)
		channel->device->attached = true;
	if (arena >= 0)
		device_libc.close(arena);
	return r;
}

static int channel_make(struct device *device, int fd, struct channel **out)
{
	struct channel *channel = pool_get(&channel_pool);
	int r;

	if (!channel)
		return -ENOMEM;
	channel->device = device;
	channel->pooled = false;
	channel->dead = false;
	channel->files_ahead = false;
	channel->quiet = 0;
	channel->lent = false;
	channel->requests = 0;
	channel->yield = (struct yield){0};
	channel->ring_asked = channel->by_ring = channel->parked = channel->park_left = false;
	channel->ring = NULL;
	channel->owner = NULL;
	channel->phase = CHANNEL_IDLE;
	memset(&channel->slot, 0, sizeof(channel->slot));
	memset(&channel->ranges, 0, sizeof(channel->ranges));
	channel->fd = channel_socket(fd);
	if (channel->fd < 0) {
		r = channel->fd;
		pool_put(&channel_pool, channel);
		return r;
	}
	TAILQ_INSERT_HEAD(&device->channels, channel, link);
	r = device->attached ? 0 : channel_attach(channel);
	if (r < 0) {
		channel_close(channel);
		return r;
	}
	arena_slot_get(&device->arena, &channel->slot);
	*out = channel;
	return 0;
}

int channel_new(struct device *device, int fd, struct channel **out)
{
	int r = channel_make(device, fd, out);

	if (r != -EMFILE)
		return r;
	limit_raise();
	r = channel_make(device, fd, out);
	limit_restore();
	return r;
}

int channel_take(struct device *device, int fd, struct channel **out)
{
	struct channel *channel;
	struct lock_state lock;
	int r = 0;

	device_lock(&lock);
	TAILQ_FOREACH (channel, &device->channels, link) {
		if (channel->pooled)
			break;
	}
	/* Closed by another thread by now, the number may be something of the program's. */
	if (table_peek(fd) != device)
		fd = table_number(device, 0);
	if (channel)
		channel->pooled = false;
	else
		r = fd < 0 ? -EBADF : channel_new(device, fd, &channel);
	device_unlock(&lock);
	if (r == 0)
		*out = channel;
	return r;
}

void channel_close(struct channel *channel)
{
	struct device *device = channel->device;

	ring_close(channel);
	channel->fd = table_own_close(channel->fd);
	/* What a quiet message staged may be unread yet: then nobody else may have the place. */
	if (!channel->quiet)
		arena_slot_put(&device->arena, &channel->slot);
	arena_unstage(&device->arena, &channel->ranges);
	TAILQ_REMOVE(&device->channels, channel, link);
	channel->device = NULL;
	pool_put(&channel_pool, channel);
}

void channel_give(struct channel *channel)
{
	if (channel->dead || channel->phase != CHANNEL_IDLE)
		channel_close(channel);
	else
		channel->pooled = true;
}

void channel_close_all(struct device *device)
{
	struct channel *channel;

	while ((channel = TAILQ_FIRST(&device->channels)) != NULL)
		channel_close(channel);
}
