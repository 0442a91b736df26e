/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An answer's bytes go straight from the socket to where the program wants them. Before
 * it, the broker may have descriptors installed (and waits to hear their numbers) and may
 * have some closed.
 *
 * From an installation's first message until its numbers are sent, signals are blocked: a
 * handler's own request could not finish it in our place.
 */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/device/channel.h"
#include "lib/device/hooks.h"
#include "lib/device/receive.h"
#include "lib/device/ring.h"
#include "lib/device/table.h"
#include "lib/device/thread.h"

/* What is read before an answer's kind is known: a struct wire_answer, or less and numbers. */
#define RECEIVE_HEAD sizeof(struct wire_answer)
#define RECEIVE_CLOSES ((RECEIVE_HEAD - sizeof(struct wire_close)) / sizeof(int32_t))

struct install {
	uint32_t total;
	uint32_t seen;	/* of total, whether received or not */
	uint32_t count; /* received */
	bool failed;
	int32_t numbers[WIRE_MAX_FILES];
};

static void install_add(struct install *install, const struct wire_install *message,
	const int *files, unsigned int count)
{
	if (count < message->count)
		install->failed = true;
	install->seen += message->count ? message->count : 1;
	for (unsigned int i = 0; i < count; i++) {
		if (install->count < WIRE_MAX_FILES)
			install->numbers[install->count++] = files[i];
		else
			device_libc.close(files[i]);
	}
}

/* Receives the rest of an installation. Return: 0 or -ECONNREFUSED. */
static int install_rest(struct channel *channel, struct install *install)
{
	struct wire_install message;
	struct iovec iov = {.iov_base = &message, .iov_len = sizeof(message)};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned int count;
	ssize_t n;

	while (install->seen < install->total) {
		n = channel_receive(channel->fd, &iov, 1, files, &count, 0);
		if (n == -EINTR || n == -EAGAIN)
			continue;
		if (n != (ssize_t)sizeof(message) || message.head.type != WIRE_INSTALL)
			return -ECONNREFUSED;
		install_add(install, &message, files, count);
	}
	return 0;
}

static int install_tell(struct channel *channel, const struct install *install)
{
	struct wire_files_done done = {.head.type = WIRE_FILES_DONE, .count = install->count};
	struct iovec iov[2] = {
		{.iov_base = &done, .iov_len = sizeof(done)},
		{.iov_base = (void *)install->numbers, .iov_len = install->count * sizeof(int32_t)},
	};
	int r;

	done.head.tid = (uint32_t)thread_id();
	do {
		r = channel_send(channel->fd, iov, 2, NULL, 0, 0);
	} while (r == -EINTR);
	return r;
}

/* Takes an installation whose first message is @first with @count @files. */
static int receive_install(struct channel *channel, const struct wire_install *first,
	const int *files, unsigned int count)
{
	struct install install;
	sigset_t all, mask;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	install.total = first->total;
	install.seen = install.count = 0;
	install.failed = false;
	install_add(&install, first, files, count);
	r = install_rest(channel, &install);
	if (r < 0 || install.failed) {
		for (uint32_t i = 0; i < install.count; i++)
			device_libc.close(install.numbers[i]);
		install.count = 0;
	}
	if (r == 0)
		r = install_tell(channel, &install);
	channel->answer.head.type = 0;
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return r;
}

/* Closes what the program would have closed by freeing a buffer with an FD array. */
static void receive_close(const struct wire_close *message, const int32_t *more, size_t n)
{
	const int32_t *numbers = (const int32_t *)(message + 1);
	size_t count = (n - sizeof(*message)) / sizeof(int32_t);

	if (count > message->count)
		count = message->count;
	for (size_t i = 0; i < count; i++) {
		int fd = i < RECEIVE_CLOSES ? numbers[i] : more[i - RECEIVE_CLOSES];

		if (device_is_fd(fd))
			binderd_close(fd);
		else if (!device_is_own(fd))
			device_libc.close(fd);
	}
}

static void receive_stray(const int *files, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		device_libc.close(files[i]);
}

/* One message other than the answer. Return: 0 to go on, or -ECONNREFUSED. */
static int receive_other(
	struct call *call, struct request *request, size_t n, const int *files, unsigned int count)
{
	struct wire_answer *answer = &call->channel->answer;
	bool bounced = request->into == call->channel->bounce;

	switch (answer->head.type) {
	case WIRE_INSTALL:
		if (n < sizeof(struct wire_install))
			return -ECONNREFUSED;
		return receive_install(
			call->channel, (const struct wire_install *)answer, files, count);
	case WIRE_CLOSE:
		receive_stray(files, count);
		if (n < sizeof(struct wire_close))
			return -ECONNREFUSED;
		if (n > RECEIVE_HEAD && !bounced)
			n = RECEIVE_HEAD;
		receive_close((const struct wire_close *)answer, request->into, n);
		break;
	case WIRE_READY:
		receive_stray(files, count);
		break;
	default:
		receive_stray(files, count);
		return -ECONNREFUSED;
	}
	answer->head.type = 0;
	return 0;
}

void receive_interrupt(struct channel *channel)
{
	struct wire_head head = {.type = WIRE_INTERRUPT, .tid = (uint32_t)thread_id()};
	struct iovec iov = {.iov_base = &head, .iov_len = sizeof(head)};
	int r;

	do {
		r = channel_send(channel->fd, &iov, 1, NULL, 0, 0);
	} while (r == -EINTR);
}

/* An answer came: are its parts as they should be? */
static int receive_finish(struct request *request, const struct wire_answer *answer, size_t n,
	const int *files, unsigned int count)
{
	if (count == 1)
		request->file = files[0];
	else
		receive_stray(files, count);
	return n == RECEIVE_HEAD + answer->bytes ? 0 : -ECONNREFUSED;
}

static void receive_bounced(struct request *request, struct channel *channel, struct iovec *iov)
{
	request->into = iov[1].iov_base = channel->bounce;
	request->room = iov[1].iov_len = sizeof(channel->bounce);
}

/* One datagram into @iov. Return: as receive_one(); -EINTR and -EAGAIN, too. */
static int receive_datagram(struct call *call, struct request *request, struct iovec *iov)
{
	struct channel *channel = call->channel;
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned int count;
	ssize_t n;

	n = channel_receive(channel->fd, iov, request->room ? 2 : 1, files, &count, 0);
	if (n == -EINTR || n == -EAGAIN || call_lost(call))
		return n < 0 ? (int)n : -EINTR;
	if (n == -EFAULT && channel->answer.head.type == WIRE_ANSWER)
		return -EFAULT;
	if (n == -EFAULT && request->into != channel->bounce) {
		/* No address at all: refused before anything was received. */
		receive_bounced(request, channel, iov);
		return -EAGAIN;
	}
	if (n < (ssize_t)sizeof(struct wire_head))
		return -ECONNREFUSED;
	if (channel->answer.head.type == WIRE_ANSWER)
		return receive_finish(request, &channel->answer, (size_t)n, files, count);
	return receive_other(call, request, (size_t)n, files, count) < 0 ? -ECONNREFUSED : 1;
}

int receive_one(struct call *call, struct request *request)
{
	struct iovec iov[2] = {
		{.iov_base = &call->channel->answer, .iov_len = RECEIVE_HEAD},
		{.iov_base = request->into, .iov_len = request->room},
	};
	int r;

	do {
		r = receive_datagram(call, request, iov);
	} while ((r == -EINTR || r == -EAGAIN) && !call_lost(call));
	return r;
}

int receive_answer(struct call *call, struct request *request)
{
	struct channel *channel = call->channel;
	struct iovec iov[2] = {
		{.iov_base = &channel->answer, .iov_len = RECEIVE_HEAD},
		{.iov_base = request->into, .iov_len = request->room},
	};
	bool interrupted = false;
	int r;

	if (channel->by_ring)
		return ring_answer(call, request);
	for (;;) {
		r = receive_datagram(call, request, iov);
		if (call_lost(call))
			return -EINTR;
		if (r == -EINTR && request->interruptible && !interrupted) {
			interrupted = true;
			if (channel->phase == CHANNEL_WAITING)
				receive_interrupt(channel);
		}
		if (r <= 0 && r != -EINTR && r != -EAGAIN)
			return r;
	}
}

/* Takes what is not the answer off the channel. Return: 0, or below at its end. */
static int receive_take_other(struct channel *channel)
{
	union {
		struct wire_answer answer;
		struct wire_install install;
		struct wire_close close;
		uint8_t room[sizeof(struct wire_close) + WIRE_MAX_FILES * sizeof(int32_t)];
	} message;
	struct iovec iov = {.iov_base = &message, .iov_len = sizeof(message)};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned int count;
	ssize_t n;

	n = channel_receive(channel->fd, &iov, 1, files, &count, 0);
	if (n < (ssize_t)sizeof(struct wire_close))
		return (int)n;
	if (message.answer.head.type == WIRE_INSTALL)
		return receive_install(channel, &message.install, files, count);
	receive_stray(files, count);
	if (message.answer.head.type == WIRE_CLOSE)
		receive_close(
			&message.close, (const int32_t *)(message.room + RECEIVE_HEAD), (size_t)n);
	return 0;
}

int receive_skip(struct channel *channel)
{
	struct wire_head head;
	ssize_t n;

	do {
		n = recv(channel->fd, &head, sizeof(head), MSG_PEEK);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < (ssize_t)sizeof(head))
		return -ECONNREFUSED;
	if (head.type == WIRE_ANSWER)
		return 1;
	return receive_take_other(channel) == -ECONNREFUSED ? -ECONNREFUSED : 0;
}

void receive_peek(struct channel *channel)
{
	if (channel->by_ring) {
		ring_peek(channel);
		return;
	}
	if (channel->interruptible)
		receive_interrupt(channel);
	while (receive_skip(channel) == 0)
		;
	channel->phase = CHANNEL_SETTLED;
}

void receive_drop(struct channel *channel)
{
	struct iovec iov = {.iov_base = &channel->answer, .iov_len = RECEIVE_HEAD};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned int count = 0;
	ssize_t n;

	do {
		n = channel_receive(channel->fd, &iov, 1, files, &count, 0);
	} while (n == -EINTR || n == -EAGAIN);
	receive_stray(files, count);
	channel->dead = n < 0 && n != -EMSGSIZE;
}

void receive_discard(struct channel *channel)
{
	if (call_outstanding(channel))
		receive_peek(channel);
	if (channel->phase != CHANNEL_SETTLED)
		return;
	if (channel->by_ring)
		ring_discard(channel);
	else
		receive_drop(channel);
	channel->phase = CHANNEL_IDLE;
}
