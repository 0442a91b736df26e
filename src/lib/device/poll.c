/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Polling is armed at the broker, and the channel is what the thread then waits on: it
 * becomes readable with WIRE_READY. In one poll a device may be named several times, and
 * a handler may poll while its thread polls: all of them share one arming.
 *
 * A handler's request has to break the arming, and renews it when it is done, without
 * waiting for the answer: the answer makes the channel readable and so ends the real
 * poll, if that was about to start; at worst the program is told "nothing" early, which
 * binderd_poll() turns into another round.
 *
 * Signals are blocked while the arming changes: a handler finds it on, or off.
 */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/device/call.h"
#include "lib/device/channel.h"
#include "lib/device/hooks.h"
#include "lib/device/poll.h"
#include "lib/device/table.h"
#include "lib/device/thread.h"

/* Descriptors whose records fit on the stack. */
#define POLL_FEW 16
/* Bytes of stack by which one device_poll_begin() may lie above another of the same poll. */
#define POLL_FRAMES 512

static void poll_block(sigset_t *mask)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, mask);
}

static int poll_send(struct channel *channel, uint32_t type)
{
	struct wire_head head;
	struct iovec iov = {.iov_base = &head, .iov_len = sizeof(head)};

	call_head(channel->owner, &head, type, 0);
	return call_send(channel->owner, &iov, 1, NULL, 0);
}

/* Receives up to the next answer. Return: its ret, or -ECONNREFUSED. */
static int poll_answer(struct channel *channel)
{
	struct iovec iov = {.iov_base = &channel->answer, .iov_len = sizeof(channel->answer)};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned int count;
	ssize_t n;

	do {
		n = channel_receive(channel->fd, &iov, 1, files, &count, 0);
		for (unsigned int i = 0; i < count; i++)
			device_libc.close(files[i]);
	} while (n == -EINTR || n == -EAGAIN ||
		 (n == (ssize_t)sizeof(struct wire_head) &&
			 channel->answer.head.type == WIRE_READY));
	if (n != (ssize_t)sizeof(channel->answer) || channel->answer.head.type != WIRE_ANSWER) {
		channel->dead = true;
		return -ECONNREFUSED;
	}
	call_took(channel->owner);
	return channel->answer.ret;
}

static int poll_disarm_blocked(struct channel *channel)
{
	int r;

	if (channel->phase == CHANNEL_REARMED) {
		r = poll_answer(channel);
		if (r != 0)
			return r;
	}
	r = poll_send(channel, WIRE_POLL_END);
	return r < 0 ? r : poll_answer(channel);
}

/*
 * Ends the arming, if there is one. @after: CHANNEL_BROKEN for it to be renewed, else
 * CHANNEL_BUILDING. Return: 1 if ready, 0, or a negative errno.
 */
static int poll_disarm(struct channel *channel, enum channel_phase after)
{
	sigset_t mask;
	int r = 0;

	poll_block(&mask);
	if (channel->phase == CHANNEL_POLLING || channel->phase == CHANNEL_REARMED)
		r = poll_disarm_blocked(channel);
	/* With signals blocked: a handler would renew what it finds broken. */
	channel->phase = after;
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return r;
}

void poll_break(struct channel *channel)
{
	poll_disarm(channel, CHANNEL_BROKEN);
}

void poll_abandon(struct standing *standing, int depth)
{
	standing->polls -= standing->polls_at[depth];
	standing->polls_at[depth] = 0;
	if (standing->channels[depth - 1] != standing->poll.channel)
		return;
	poll_disarm(standing->poll.channel, CHANNEL_BUILDING);
	standing->polls = 0;
}

void poll_again(struct channel *channel)
{
	sigset_t mask;

	poll_block(&mask);
	if (channel->phase == CHANNEL_BROKEN && poll_send(channel, WIRE_POLL) == 0)
		channel->phase = CHANNEL_REARMED;
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/* POLLHUP is no answer of the driver's: it says that there is no driver any more. */
static short poll_events(int r, short events)
{
	if (r < 0)
		return (short)(POLLHUP | (events & POLLIN));
	return (short)(r ? events & POLLIN : 0);
}

static void poll_note_times(struct device_poll *poll, const struct channel *channel)
{
	poll->woken = channel->answer.read_consumed;
	poll->now = channel->answer.write_consumed;
}

/* The first poll of this device by this thread. Return: as device_poll_begin(). */
static int poll_arm(struct device_poll *poll, int fd, uintptr_t here)
{
	struct standing *standing = poll->standing;
	struct call *call = &standing->poll;
	int r;

	r = call_begin(call, poll->device, fd);
	if (r == 0) {
		r = call_simple(call, WIRE_POLL, 0);
		if (!call_lost(call)) {
			poll_note_times(poll, call->channel);
			if (r != 0)
				call_end(call);
		}
	}
	if (r != 0) {
		poll->revents = poll_events(r, poll->events);
		return -1;
	}
	/* It outlives the frames in which it was armed, and others come from their caller. */
	standing->frames[standing->depth - 1] = here;
	call->channel->phase = CHANNEL_POLLING;
	standing->polls = standing->polls_at[standing->depth] = 1;
	poll->depth = standing->depth;
	poll->begun = true;
	return poll->events & POLLIN ? call->channel->fd : -1;
}

/* One more poll of it, in the same wait, or in a handler's. Return: as device_poll_begin(). */
static int poll_share(struct device_poll *poll)
{
	struct standing *standing = poll->standing;
	struct channel *channel = standing->poll.channel;

	standing->polls++;
	standing->polls_at[standing->depth]++;
	poll->depth = standing->depth;
	poll->begun = true;
	poll_note_times(poll, channel);
	/* The handler may have interrupted another request than the poll. */
	if (standing->channels[standing->depth - 1] != channel)
		call_settle(standing, standing->depth);
	if (channel->phase == CHANNEL_BROKEN)
		poll_again(channel);
	return poll->events & POLLIN ? channel->fd : -1;
}

int device_poll_begin(struct device_poll *poll, int fd, short events)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	int saved = errno;
	sigset_t mask;
	int r;

	memset(poll, 0, sizeof(*poll));
	poll->events = events;
	poll->device = table_get(fd);
	if (!poll->device) {
		poll->revents = POLLNVAL;
		return -1;
	}
	poll->standing = standing_get(poll->device);
	if (!poll->standing) {
		device_put(poll->device);
		poll->revents = POLLERR;
		return -1;
	}
	call_reap(poll->standing, here);
	if (poll->standing->owed) {
		device_put(poll->device);
		poll->revents = (short)(events & POLLIN);
		poll->woken = UINT64_MAX;
		return -1;
	}
	poll_block(&mask);
	if (poll->standing->polls > 0) {
		device_put(poll->device);
		r = poll_share(poll);
	} else {
		r = poll_arm(poll, fd, here + POLL_FRAMES);
	}
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	errno = saved;
	return r;
}

/* Whether something lies in the channel, for all but the last of those who share it. */
static int poll_look(struct channel *channel)
{
	struct wire_answer answer;
	ssize_t n = recv(channel->fd, &answer, sizeof(answer), MSG_PEEK | MSG_DONTWAIT);

	if (n < (ssize_t)sizeof(answer.head))
		return n == 0 ? -ECONNREFUSED : 0;
	if (answer.head.type == WIRE_READY)
		return 1;
	return n == (ssize_t)sizeof(answer) && answer.ret == 1;
}

short device_poll_end(struct device_poll *poll)
{
	struct standing *standing = poll->standing;
	int saved = errno;
	struct call *call;
	sigset_t mask;
	int r;

	if (!poll->begun)
		return poll->revents;
	call = &standing->poll;
	if (call_lost(call))
		return 0;
	poll_block(&mask);
	if (standing->polls > 1) {
		r = poll_look(call->channel);
		if (r > 0) /* and so was woken since: the last one's end will know when */
			poll->woken = ++poll->now;
		standing->polls--;
		standing->polls_at[poll->depth]--;
		/* The request that a handler interrupted to poll goes on. */
		if (!standing->polls_at[standing->depth])
			poll_break(call->channel);
	} else {
		r = poll_disarm(call->channel, CHANNEL_BUILDING);
		if (r > 0)
			poll_note_times(poll, call->channel);
		standing->polls = standing->polls_at[poll->depth] = 0;
		call_end(call);
	}
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	errno = saved;
	return poll_events(r, poll->events);
}

/* One round over all descriptors. Return: as poll(2). */
static int poll_round(struct pollfd *fds, nfds_t count, int timeout_ms, struct pollfd *real,
	struct device_poll *polls)
{
	bool interrupted;
	int ready = 0;
	int r;

	for (nfds_t i = 0; i < count; i++) {
		real[i] = fds[i];
		if (!device_is_fd(fds[i].fd))
			continue;
		real[i].fd = device_poll_begin(&polls[i], fds[i].fd, fds[i].events);
		real[i].events = POLLIN;
		if (polls[i].revents)
			timeout_ms = 0;
	}
	r = device_libc.poll(real, count, timeout_ms);
	interrupted = r < 0 && errno == EINTR;
	for (nfds_t i = 0; i < count; i++) {
		/* A device's number was never asked for. */
		if (real[i].fd != fds[i].fd)
			real[i].revents = device_poll_end(&polls[i]);
		else if (interrupted)
			real[i].revents = 0;
		if (r < 0 && !interrupted)
			continue;
		fds[i].revents = real[i].revents;
		ready += fds[i].revents != 0;
	}
	/* A signal wakes poll(2), which looks once more before it says so. */
	return r < 0 && !ready ? r : ready;
}

static int64_t poll_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int binderd_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct pollfd few_real[POLL_FEW], *real = few_real;
	struct device_poll few_polls[POLL_FEW], *polls = few_polls;
	int64_t end = timeout_ms > 0 ? poll_clock_ms() + timeout_ms : 0;
	bool ours = false;
	int r;

	for (nfds_t i = 0; i < count && !ours; i++)
		ours = device_is_fd(fds[i].fd);
	if (!ours)
		return device_libc.poll(fds, count, timeout_ms);
	if (count > POLL_FEW) {
		real = calloc(count, sizeof(*real));
		polls = calloc(count, sizeof(*polls));
	}
	if (!real || !polls) {
		errno = ENOMEM;
		r = -1;
	} else {
		for (;;) {
			r = poll_round(fds, count, timeout_ms, real, polls);
			if (r != 0 || timeout_ms == 0)
				break;
			if (timeout_ms > 0) {
				int64_t left = end - poll_clock_ms();

				timeout_ms = left > 0 ? (int)left : 0;
			}
		}
	}
	if (real != few_real)
		free(real);
	if (polls != few_polls)
		free(polls);
	return r;
}
