/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Calls nest: a signal handler may make one while its thread waits in another. The thread
 * then has several channels, one for each depth, and the inner call first makes sure that
 * the outer request has ended at the broker, as the kernel would have ended it before the
 * handler ran. Its answer stays in the outer channel's socket until the outer call looks.
 * Whether the request was sent, and whether the answer was received, the kernel notes in
 * memory before a handler can run.
 *
 * A handler may also leave by longjmp(3). Then the outer call's record on the stack is
 * gone, which is seen by its lying below the present one; what it left is thrown away.
 */

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/device/call.h"
#include "lib/device/channel.h"
#include "lib/device/lock.h"
#include "lib/device/nice.h"
#include "lib/device/poll.h"
#include "lib/device/receive.h"
#include "lib/device/ring.h"
#include "lib/device/table.h"
#include "lib/device/thread.h"

static void call_drop_channel(struct standing *standing, int depth)
{
	struct lock_state lock;

	device_lock(&lock);
	channel_close(standing->channels[depth]);
	standing->channels[depth] = NULL;
	device_unlock(&lock);
}

/* Whether handlers run on another stack than what they interrupt, right now. */
static bool call_on_other_stack(void)
{
	stack_t stack;

	return sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_ONSTACK);
}

bool call_outstanding(const struct channel *channel)
{
	const volatile unsigned int *sent = &channel->sending.msg_len;
	const volatile uint32_t *received = &channel->answer.head.type;

	return (channel->phase == CHANNEL_SENDING || channel->phase == CHANNEL_WAITING) &&
	       (channel->by_ring ? ring_sent(channel) : *sent != 0) && !*received;
}

void call_reap(struct standing *standing, uintptr_t here)
{
	while (standing->depth > 0) {
		int top = standing->depth - 1;

		if (standing->frames[top] > here || call_on_other_stack())
			return;
		receive_discard(standing->channels[top]);
		if (standing->polls)
			poll_abandon(standing, standing->depth);
		arena_unstage(&standing->device->arena, &standing->channels[top]->ranges);
		standing->channels[top]->phase = CHANNEL_IDLE;
		if (standing->channels[top]->files_ahead)
			standing->channels[top]->dead = true;
		standing->depth = top;
		device_put(standing->device);
	}
}

void call_settle(struct standing *standing, int levels)
{
	for (int i = 0; i < levels; i++) {
		if (call_outstanding(standing->channels[i]))
			receive_peek(standing->channels[i]);
	}
	if (standing->polls)
		poll_break(standing->poll.channel);
}

static int call_enter(struct call *call, uintptr_t here)
{
	struct standing *standing = call->standing;
	int depth = standing->depth;
	int r;

	if (depth == STANDING_DEPTH)
		return -EAGAIN;
	if (standing->channels[depth] && standing->channels[depth]->dead)
		call_drop_channel(standing, depth);
	if (!standing->channels[depth]) {
		r = channel_take(call->device, call->fd, &standing->channels[depth]);
		if (r < 0)
			return r;
	}
	call->channel = standing->channels[depth];
	ring_prepare(call->channel);
	standing->frames[depth] = here;
	atomic_signal_fence(memory_order_seq_cst);
	standing->depth = depth + 1;
	atomic_signal_fence(memory_order_seq_cst);
	call->channel->owner = call;
	call->channel->phase = CHANNEL_BUILDING;
	return 0;
}

int call_begin(struct call *call, struct device *device, int fd)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	int r = -ENOMEM;

	call->device = device;
	call->fd = fd;
	call->forks = atomic_load_explicit(&thread_forks, memory_order_relaxed);
	call->standing = standing_get(device);
	if (call->standing) {
		if (call->standing->depth > 0)
			call_reap(call->standing, here);
		r = call_enter(call, here);
		/* Inside already: a handler that comes now renews no poll at its end. */
		if (r == 0 && call->standing->depth > 1)
			call_settle(call->standing, call->standing->depth - 1);
	}
	if (r < 0)
		device_put(device);
	return r;
}

bool call_lost(const struct call *call)
{
	return atomic_load_explicit(&thread_forks, memory_order_relaxed) != call->forks ||
	       call->channel->owner != call;
}

void call_end(struct call *call)
{
	struct standing *standing = call->standing;

	if (call_lost(call))
		return;
	call_unstage(call);
	call->channel->phase = CHANNEL_IDLE;
	atomic_signal_fence(memory_order_seq_cst);
	standing->depth--;
	atomic_signal_fence(memory_order_seq_cst);
	if (standing->polls && standing->polls_at[standing->depth] &&
		standing->poll.channel->phase == CHANNEL_BROKEN)
		poll_again(standing->poll.channel);
	device_put(call->device);
}

void call_head(struct call *call, struct wire_head *head, uint32_t type, uint32_t flags)
{
	head->type = type;
	head->flags = flags;
	head->tid = (uint32_t)thread_id();
	head->nice = nice_now();
	if (call->standing->owed && type == WIRE_WRITE_READ)
		head->flags |= WIRE_F_OWED;
}

/* Whatever is sent but a quiet reply ends that the next read needs no message. */
static void call_unpark(struct call *call, const struct wire_head *head)
{
	struct standing *standing = call->standing;

	standing->ahead = false;
	if (!standing->parks || (head->flags & WIRE_F_PARKS))
		return;
	standing->parks = false;
	ring_park_close(standing->channels[0]);
}

int call_send(struct call *call, const struct iovec *iov, int iovcnt, const int *files,
	unsigned int file_count)
{
	const struct wire_head *head = iov[0].iov_base;
	struct channel *channel = call->channel;
	int r;

	if (call->channel->dead)
		return -ECONNREFUSED;
	call_unpark(call, head);
	if (channel->by_ring) {
		ring_send(channel, iov, iovcnt, head->flags & WIRE_F_QUIET);
		r = 0;
	} else {
		do {
			r = channel_send_noting(
				&channel->sending, channel->fd, iov, iovcnt, files, file_count, 0);
		} while (r == -EINTR && !call_lost(call));
	}
	if (r == 0 && (head->flags & WIRE_F_OWED))
		call->standing->owed = false;
	channel->files_ahead = r == 0 && head->type == WIRE_FILES;
	if (r == -ECONNREFUSED)
		call->channel->dead = true;
	return r;
}

/*
 * Takes a token off the main connection. The program may have closed the number meanwhile,
 * and have something else under it: no number of the table is closed while we have the lock.
 */
static void call_drain(const struct call *call)
{
	struct lock_state lock;
	struct wire_head token;
	int fd = call->fd;

	device_lock(&lock);
	if (table_peek(fd) != call->device)
		fd = table_number(call->device, 0);
	if (fd >= 0)
		recv(fd, &token, sizeof(token), MSG_DONTWAIT);
	device_unlock(&lock);
}

void call_took(struct call *call)
{
	const struct wire_answer *answer = &call->channel->answer;
	struct standing *standing = call->standing;

	if (answer->head.flags & WIRE_F_NICE)
		nice_apply(answer->nice);
	if (answer->head.flags & WIRE_F_DRAIN)
		call_drain(call);
	if (answer->head.flags & WIRE_F_FD_ARRAY)
		atomic_store(&call->device->fd_arrays, true);
	standing->calm =
		(answer->head.flags & WIRE_F_CALM) && (answer->head.flags & WIRE_F_NO_SPAWN);
	standing->saved_nice = answer->saved_nice;
	standing->ahead_nice = nice_now();
	standing->ahead = call->channel->ring && call->channel == standing->channels[0];
}

/* The broker has parked the thread if nothing else was to be said of its reply. */
static void call_park(struct call *call, int r, int saved_nice)
{
	const struct wire_answer *answer = &call->channel->answer;

	call->standing->parks = r == 0 && answer->ret == 0 && (answer->head.flags & WIRE_F_IDLE);
	/* The looper's, of the call that was replied to. */
	call->standing->saved_nice = saved_nice;
	if (!call->standing->parks)
		ring_park_close(call->channel);
}

int call_request(struct call *call, struct request *request)
{
	const struct wire_head *head = request->iov[0].iov_base;
	struct channel *channel = call->channel;
	uint32_t spawn_seen = atomic_load(&call->device->spawn_changes);
	int saved_nice = call->standing->saved_nice;
	int r;

	request->file = -1;
	channel->answer.head.type = 0;
	channel->by_ring = !request->file_count && head->type == WIRE_WRITE_READ &&
			   ring_takes(channel, request->iov, request->iovcnt);
	if (channel->by_ring)
		ring_mark(channel);
	request->parks = request->parks && channel->by_ring;
	if (request->parks) {
		((struct wire_head *)request->iov[0].iov_base)->flags |= WIRE_F_PARKS;
		ring_park_open(channel);
	}
	/* Of a read that no message began. */
	channel->park_left = false;
	channel->interruptible = request->interruptible;
	channel->sending.msg_len = 0;
	atomic_signal_fence(memory_order_seq_cst);
	channel->phase = CHANNEL_SENDING;
	r = call_send(call, request->iov, request->iovcnt, request->files, request->file_count);
	if (r == 0) {
		channel->phase = CHANNEL_WAITING;
		r = receive_answer(call, request);
	}
	if (call_lost(call))
		return -EINTR;
	r = call_finish(call, r, spawn_seen);
	if (request->parks)
		call_park(call, r, saved_nice);
	return r;
}

int call_finish(struct call *call, int r, uint32_t spawn_seen)
{
	struct channel *channel = call->channel;

	channel->phase = CHANNEL_BUILDING;
	channel->by_ring = false;
	if (channel->answer.head.type == WIRE_ANSWER) {
		/* The broker has read what quiet messages before had staged. */
		channel->quiet = 0;
		channel->lent = false;
		channel->slot.used = 0;
	}
	if (r == -ECONNREFUSED) {
		channel->dead = true;
		return r;
	}
	if (r == 0 || (r == -EFAULT && channel->answer.head.type == WIRE_ANSWER)) {
		call_took(call);
		call->standing->spawn_seen = spawn_seen;
	}
	return r;
}

int call_simple(struct call *call, uint32_t type, uint32_t flags)
{
	struct wire_head head;
	struct iovec iov = {.iov_base = &head, .iov_len = sizeof(head)};
	struct request request = {.iov = &iov, .iovcnt = 1};
	int r;

	call_head(call, &head, type, flags);
	r = call_request(call, &request);
	return r < 0 ? r : call->channel->answer.ret;
}

void call_unstage(struct call *call)
{
	if (!call_lost(call))
		arena_unstage(&call->device->arena, &call->channel->ranges);
}
