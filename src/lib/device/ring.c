/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A channel earns its ring by some requests: an idle thread needs none.
 *
 * Whatever is published is one store; a signal handler that interrupts this code finds a
 * request either sent or not, and the positions as they are in the memory. The ring is trusted
 * as far as the broker is.
 *
 * Waiting is at a word of the ring, and if that is in vain for a byte through the ring's bell,
 * which ends with the broker. Both have a timeout, so they end with EINTR after any signal
 * handler. A bell may be late: then whoever waits next looks once for nothing.
 */

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/device/channel.h"
#include "lib/device/hooks.h"
#include "lib/device/interrupt.h"
#include "lib/device/limit.h"
#include "lib/device/lock.h"
#include "lib/device/nice.h"
#include "lib/device/receive.h"
#include "lib/device/ring.h"
#include "lib/device/table.h"
#include "lib/device/thread.h"
#include "lib/device/usermem.h"
#include "util/futex.h"
#include "wire/ring.h"

/* A wait's, which ends nothing: see channel.c. */
#define RING_TIMEOUT_S 1000000
/* Milliseconds of a sleep that does not end with the broker. */
#define RING_DOZE_MS 100
/* Nanoseconds to look at a ring whose answer must be there at once, before waiting for it. */
#define RING_LOOK_MIN 5000
/* Bytes that the broker copies in a nanosecond, at least, and nanoseconds around that. */
#define RING_COPY_SPEED 2
#define RING_COPY_START 20000

static size_t ring_bytes(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (sizeof(struct wire_ring) + page - 1) & ~(page - 1);
}

/* Maps what came, and tells the broker. Return: 0 or a negative errno. */
static int ring_map(struct channel *channel, int memory, int bell)
{
	const struct timeval timeout = {.tv_sec = RING_TIMEOUT_S};
	size_t size = ring_bytes();
	void *base;
	int r;

	base = device_libc.mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	if (base == MAP_FAILED)
		return -errno;
	madvise(base, size, MADV_DONTFORK);
	r = channel_ask(channel, WIRE_RING_MAPPED, 0, NULL, 0);
	if (r < 0) {
		device_libc.munmap(base, size);
		return r;
	}
	setsockopt(bell, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	channel->bell = table_own(bell);
	channel->ring = base;
	return 0;
}

static void ring_make(struct channel *channel)
{
	int files[2] = {-1, -1};
	int r;

	channel->ring_asked = true;
	r = channel_ask(channel, WIRE_RING, 0, files, 2);
	if (r < 0)
		return;
	r = files[1] < 0 ? -EMFILE : ring_map(channel, files[0], files[1]);
	if (r < 0) {
		channel_ask(channel, WIRE_RING_MAPPED, WIRE_F_ARGUMENT_FAULT, NULL, 0);
		device_libc.close(files[1]);
	}
	device_libc.close(files[0]);
}

void ring_prepare(struct channel *channel)
{
	struct lock_state lock;

	if (channel->ring_asked || channel->requests++ < channel->device->ring_after ||
		channel->device->ring_after == WIRE_NO_RINGS)
		return;
	device_lock(&lock);
	limit_raise();
	ring_make(channel);
	limit_restore();
	device_unlock(&lock);
}

void ring_close(struct channel *channel)
{
	if (!channel->ring)
		return;
	device_libc.munmap(channel->ring, ring_bytes());
	channel->ring = NULL;
	channel->bell = table_own_close(channel->bell);
}

/* A handler that forked may come back, in the child, into a wait that looks at it once more. */
void ring_forget(struct channel *channel)
{
	if (channel->ring)
		device_libc.mmap(channel->ring, ring_bytes(), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

/*
 * The end of a child that has the device wakes its readers. The broker learns of it by a socket,
 * and might look at the ring first: who has shared the device with others sends by sockets.
 */
static bool ring_is_shared(const struct channel *channel)
{
	return atomic_load_explicit(&channel->device->shared, memory_order_relaxed);
}

bool ring_takes(const struct channel *channel, const struct iovec *iov, int iovcnt)
{
	const struct wire_ring *ring = channel->ring;
	size_t size = 0;

	if (!ring || channel->files_ahead || ring_is_shared(channel))
		return false;
	for (int i = 0; i < iovcnt; i++)
		size += iov[i].iov_len;
	return wire_ring_fits(atomic_load_explicit(&ring->request_head, memory_order_acquire),
		atomic_load_explicit(&ring->request_tail, memory_order_relaxed), size);
}

bool ring_quiet(const struct channel *channel)
{
	return channel->ring && !ring_is_shared(channel) &&
	       !(atomic_load_explicit(&channel->ring->watch, memory_order_relaxed) &
		       WIRE_WATCH_COLD);
}

bool ring_is_read(const struct channel *channel)
{
	const struct wire_ring *ring = channel->ring;

	return atomic_load_explicit(&ring->request_head, memory_order_acquire) ==
	       atomic_load_explicit(&ring->request_tail, memory_order_relaxed);
}

/* To be called after the store that the broker is to see. */
static void ring_bell(struct channel *channel)
{
	struct wire_ring *ring = channel->ring;
	const uint8_t bell = 0;

	atomic_thread_fence(memory_order_seq_cst);
	if (!(atomic_load_explicit(&ring->watch, memory_order_relaxed) & WIRE_WATCH_ARMED))
		return;
	if (atomic_fetch_and(&ring->watch, ~WIRE_WATCH_ARMED) & WIRE_WATCH_ARMED) {
		/* There is no room where some are unheard: then it wakes by those. */
		while (syscall(SYS_sendto, channel->bell, &bell, sizeof(bell),
			       MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0) < 0 &&
			errno == EINTR)
			;
	}
}

void ring_send(struct channel *channel, const struct iovec *iov, int iovcnt, bool quiet)
{
	struct wire_ring *ring = channel->ring;
	struct wire_record record = {
		.kind = quiet ? WIRE_RECORD_QUIET : WIRE_RECORD_MESSAGE,
		.time = wire_ring_time(),
	};
	uint32_t tail = atomic_load_explicit(&ring->request_tail, memory_order_relaxed);

	for (int i = 0; i < iovcnt; i++)
		record.size += (uint32_t)iov[i].iov_len;
	/* Of an answer that came before anybody looked on for it. */
	if (atomic_load_explicit(&ring->coming, memory_order_relaxed))
		atomic_store_explicit(&ring->coming, 0, memory_order_relaxed);
	tail = wire_ring_put(ring->requests, tail, &record, iov, iovcnt);
	atomic_store_explicit(&ring->request_tail, tail, memory_order_release);
	ring_bell(channel);
}

void ring_mark(struct channel *channel)
{
	channel->ring_mark =
		atomic_load_explicit(&channel->ring->request_tail, memory_order_relaxed);
}

bool ring_sent(const struct channel *channel)
{
	return channel->parked || atomic_load_explicit(&channel->ring->request_tail,
					  memory_order_relaxed) != channel->ring_mark;
}

static void ring_interrupt(struct channel *channel)
{
	struct wire_head head = {.type = WIRE_INTERRUPT, .tid = (uint32_t)thread_id()};
	struct iovec iov = {.iov_base = &head, .iov_len = sizeof(head)};

	/* What has a full ring, or has been shared since the request went there. */
	if (ring_takes(channel, &iov, 1))
		ring_send(channel, &iov, 1, false);
	else
		receive_interrupt(channel);
}

/* The next record; 0: none yet. */
static int ring_next(const struct channel *channel, struct wire_record *record)
{
	const struct wire_ring *ring = channel->ring;

	return wire_ring_next(ring->answers,
		atomic_load_explicit(&ring->answer_head, memory_order_relaxed),
		atomic_load_explicit(&ring->answer_tail, memory_order_acquire), record);
}

static void ring_consume(struct channel *channel, const struct wire_record *record)
{
	atomic_fetch_add_explicit(
		&channel->ring->answer_head, wire_ring_size(record->size), memory_order_release);
}

static bool ring_is_empty(const struct channel *channel)
{
	const struct wire_ring *ring = channel->ring;

	return atomic_load_explicit(&ring->answer_head, memory_order_relaxed) ==
	       atomic_load_explicit(&ring->answer_tail, memory_order_acquire);
}

/* Whether the broker is on this processor, and can do nothing while somebody looks on here. */
static bool ring_is_beside(const struct wire_ring *ring)
{
	return sched_getcpu() == atomic_load_explicit(&ring->cpu, memory_order_relaxed);
}

static void ring_look_until(const struct channel *channel, uint64_t until)
{
	while (ring_is_empty(channel) && wire_ring_time() < until)
		wire_ring_pause();
}

/*
 * The answer's payload is being copied, on another processor: looks on for it, though not for
 * longer than that takes at the very worst.
 */
static void ring_look_for_coming(const struct channel *channel)
{
	struct wire_ring *ring = channel->ring;
	uint32_t bytes = atomic_exchange_explicit(&ring->coming, 0, memory_order_relaxed);

	if (!bytes || !ring_is_empty(channel) || ring_is_beside(ring))
		return;
	ring_look_until(channel, wire_ring_time() + RING_COPY_START + bytes / RING_COPY_SPEED);
}

/* Return: 0 to look again, -EINTR, -ECONNREFUSED. */
static int ring_wait_bell(struct channel *channel)
{
	uint8_t bells[8];
	ssize_t n = syscall(SYS_recvfrom, channel->bell, bells, sizeof(bells), 0, NULL, NULL);

	if (n < 0 && errno != EAGAIN)
		return errno == EINTR ? -EINTR : -ECONNREFUSED;
	return n ? 0 : -ECONNREFUSED;
}

/*
 * The first sleep for an answer may be a short one at a word, which is cheaper; one that has
 * ended for nothing is followed by one that ends with the broker. @again: it is not the first.
 * Return: 0 to look again, -EINTR, -ECONNREFUSED.
 */
static int ring_sleep(struct channel *channel, bool again)
{
	struct wire_ring *ring = channel->ring;
	bool dozes = !again && atomic_load_explicit(&ring->doze, memory_order_relaxed);
	uint32_t how = dozes ? WIRE_WAIT_FUTEX : WIRE_WAIT_BELL;
	int r = 0;

	if (atomic_load_explicit(&ring->coming, memory_order_relaxed))
		ring_look_for_coming(channel);
	atomic_store_explicit(&ring->wait_cpu, sched_getcpu(), memory_order_relaxed);
	atomic_store_explicit(&ring->wait, how, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	if (ring_is_empty(channel)) {
		if (!dozes)
			r = ring_wait_bell(channel);
		else if (futex_wait(&ring->wait, how, RING_DOZE_MS) == -EINTR)
			r = -EINTR;
		if (r == 0)
			ring_look_for_coming(channel);
	}
	atomic_store_explicit(&ring->wait, WIRE_WAIT_NONE, memory_order_relaxed);
	return r;
}

/* Ends a read that no message began. Return: whether that was still possible. */
static bool ring_park_leave(struct channel *channel)
{
	uint32_t was = atomic_fetch_and(&channel->ring->park, ~WIRE_PARK_READING);

	channel->park_left = (was & WIRE_PARK_OPEN) != 0;
	return channel->park_left;
}

/* The answer that @record is of. Return: 0, -EFAULT, -ECONNREFUSED. */
static int ring_take_answer(
	struct channel *channel, struct request *request, const struct wire_record *record)
{
	const struct wire_ring *ring = channel->ring;
	uint32_t at = atomic_load_explicit(&ring->answer_head, memory_order_relaxed) +
		      (uint32_t)sizeof(*record);
	struct wire_answer answer;
	uint8_t *bytes = channel->bounce;
	int r = 0;

	if (record->size < sizeof(answer))
		return -ECONNREFUSED;
	wire_ring_get(ring->answers, at, &answer, sizeof(answer));
	if (answer.head.type != WIRE_ANSWER || record->size != sizeof(answer) + answer.bytes ||
		answer.bytes > request->room)
		return -ECONNREFUSED;
	if (answer.bytes) {
		wire_ring_get(ring->answers, at + (uint32_t)sizeof(answer), bytes, answer.bytes);
		if (request->into != bytes)
			r = usermem_write((uintptr_t)request->into, bytes, answer.bytes);
	}
	memcpy((uint8_t *)&channel->answer + sizeof(uint32_t),
		(uint8_t *)&answer + sizeof(uint32_t), sizeof(answer) - sizeof(uint32_t));
	atomic_signal_fence(memory_order_seq_cst);
	channel->answer.head.type = answer.head.type;
	ring_consume(channel, record);
	return r;
}

/* One record. Return: 1 to go on, or as receive_answer(). */
static int ring_take(struct call *call, struct request *request, const struct wire_record *record)
{
	if (record->kind == WIRE_RECORD_MESSAGE)
		return ring_take_answer(call->channel, request, record);
	ring_consume(call->channel, record);
	return receive_one(call, request);
}

/* Whether the broker is at work. */
static bool ring_is_watched(const struct wire_ring *ring)
{
	return !(atomic_load_explicit(&ring->watch, memory_order_relaxed) & WIRE_WATCH_ARMED);
}

/* Whether the broker is at work, elsewhere, so that it pays to look on. */
static bool ring_is_served(const struct wire_ring *ring)
{
	return ring_is_watched(ring) && !ring_is_beside(ring);
}

/* For what must be there at once: no longer than it takes to be woken, and half as long again. */
static void ring_look_on(const struct channel *channel)
{
	uint32_t waking = atomic_load_explicit(&channel->ring->waking, memory_order_relaxed);

	if (ring_is_served(channel->ring))
		ring_look_until(channel, wire_ring_time() + RING_LOOK_MIN + waking + waking / 2);
}

/*
 * Lets others run while the answer is not there, of whom one may be about to cause it. A read
 * that no message has begun looks to everybody like one that is about to begin: a signal handler
 * comes before it. Return: 0, -EINTR.
 */
static int ring_let_run(struct channel *channel)
{
	const bool holds = !channel->parked; /* what a handler's own call may change */
	struct yield_turn turn;
	uint64_t mask;
	bool found;

	if (!ring_is_empty(channel) || !ring_is_watched(channel->ring) ||
		(holds && !interrupt_may_hold()) || !yield_due(&channel->yield))
		return 0;
	if (holds)
		interrupt_hold(&mask);
	yield_begin(&turn);
	while (yield_on(&turn) && ring_is_empty(channel))
		;
	found = !ring_is_empty(channel);
	yield_end(&channel->yield, &turn, found);
	return holds ? interrupt_release(&mask, !found) : 0;
}

int ring_answer(struct call *call, struct request *request)
{
	struct channel *channel = call->channel;
	bool interrupted = false, again = false;
	struct wire_record record;
	int held = 0, r;

	if (request->prompt)
		ring_look_on(channel);
	else
		held = ring_let_run(channel);
	if (call_lost(call))
		return -EINTR;
	for (;;) {
		r = ring_next(channel, &record);
		if (r > 0) {
			r = ring_take(call, request, &record);
		} else if (r == 0) {
			r = held || channel->park_left ? -EINTR : ring_sleep(channel, again);
			held = 0;
			again = true;
		} else {
			r = -ECONNREFUSED;
		}
		if (call_lost(call))
			return -EINTR;
		if (channel->answer.head.type == WIRE_ANSWER || channel->park_left)
			return r;
		if (r == -EINTR && request->interruptible && !interrupted) {
			if (channel->parked && ring_park_leave(channel))
				return -EINTR;
			interrupted = true;
			if (channel->phase == CHANNEL_WAITING)
				ring_interrupt(channel);
		} else if (r < 0 && r != -EINTR) {
			return r;
		}
	}
}

void ring_peek(struct channel *channel)
{
	struct wire_record record;
	int r;

	if (channel->parked && ring_park_leave(channel)) {
		channel->phase = CHANNEL_SETTLED;
		return;
	}
	if (channel->interruptible)
		ring_interrupt(channel);
	for (;;) {
		r = ring_next(channel, &record);
		if (r < 0 || (r > 0 && record.kind == WIRE_RECORD_MESSAGE))
			break;
		if (r > 0 && !receive_skip(channel)) {
			ring_consume(channel, &record);
			continue;
		}
		/* An answer in the socket, or the end. */
		if (r > 0 || ring_sleep(channel, true) == -ECONNREFUSED)
			break;
	}
	channel->phase = CHANNEL_SETTLED;
}

void ring_discard(struct channel *channel)
{
	struct wire_record record;

	channel->parked = false;
	if (channel->park_left || ring_next(channel, &record) <= 0)
		return;
	ring_consume(channel, &record);
	if (record.kind == WIRE_RECORD_SOCKET)
		receive_drop(channel);
}

bool ring_ahead(
	const struct channel *channel, uint64_t after, struct wire_ahead *read, uint64_t *count)
{
	const struct wire_ring *ring = channel->ring;

	*count = atomic_load_explicit(&ring->ahead, memory_order_acquire);
	if (*count >> 32 == (uint32_t)*count)
		return false;
	*read = ring->reads[(uint32_t)*count % WIRE_RING_AHEAD];
	return read->after == after && read->size <= sizeof(read->bytes);
}

bool ring_ahead_take(struct channel *channel, uint64_t count)
{
	uint32_t next = (uint32_t)count + 1;
	uint64_t is = count;

	/* More may have been offered meanwhile; one that was withdrawn is counted. */
	while ((uint32_t)is == (uint32_t)count && is >> 32 != (uint32_t)is) {
		if (atomic_compare_exchange_weak(
			    &channel->ring->ahead, &is, (is & ~(uint64_t)UINT32_MAX) | next))
			return true;
	}
	return false;
}

void ring_park_open(struct channel *channel)
{
	atomic_store(&channel->ring->park, WIRE_PARK_OPEN);
}

void ring_park_close(struct channel *channel)
{
	if (channel->ring)
		atomic_store(&channel->ring->park, 0);
}

/* Says that the thread is inside a read. Return: what stood in the word. */
static uint32_t ring_park_begin(struct channel *channel, uint64_t size)
{
	static _Atomic uint64_t reads;
	struct wire_ring *ring = channel->ring;
	uint32_t was;

	ring->park_read_size = size;
	ring->park_nice = nice_now();
	ring->park_order = atomic_fetch_add(&reads, 1) + 1;
	was = atomic_fetch_or(&ring->park, WIRE_PARK_READING);
	if (was & WIRE_PARK_WANTED)
		ring_bell(channel);
	return was;
}

int ring_park_read(struct call *call, struct request *request, uint64_t size)
{
	struct channel *channel = call->channel;
	uint32_t was;
	int r;

	request->file = -1;
	channel->answer.head.type = 0;
	channel->interruptible = true;
	channel->by_ring = true;
	channel->park_left = false;
	atomic_signal_fence(memory_order_seq_cst);
	channel->parked = true;
	channel->phase = CHANNEL_WAITING;
	was = ring_park_begin(channel, size);
	if (was & WIRE_PARK_OPEN) {
		request->prompt = was & WIRE_PARK_WANTED;
		r = ring_answer(call, request);
		if (call_lost(call))
			return -EINTR;
	} else {
		ring_park_close(channel);
		r = 1;
	}
	channel->phase = CHANNEL_BUILDING;
	channel->parked = false;
	if (r <= 0 && channel->park_left) {
		memset(&channel->answer, 0, sizeof(channel->answer));
		channel->answer.ret = -EINTR;
		/* The next one may begin so, too, at the same nice value. */
		channel->answer.saved_nice = call->standing->saved_nice;
		r = 0;
	}
	return r;
}
