// SPDX-License-Identifier: Apache-2.0

/*
 * The memory is safe to use before the first store to it: its size is fixed, all of its
 * pages are there, and nobody can take one away (sealed_memfd_settle()).
 *
 * Positions that the broker advances are kept here; what stands in the memory is for the
 * client to read. Of the client's words each is read once for each decision.
 */

#include "broker/ring.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/link.h"
#include "broker/memory.h"
#include "broker/place.h"
#include "broker/quota.h"
#include "broker/rings.h"
#include "util/fd.h"
#include "util/futex.h"
#include "util/sealed_memfd.h"

/* Of one thread at a time. */
#define RING_NICE_MIN (-20)
#define RING_NICE_MAX 19
/* Bytes of bells that a client has not heard yet. */
#define RING_BELLS 4096
/* Reads offered in a row, without a withdrawal: no count goes round. */
#define RING_OFFERS (1u << 30)
/* How often new messages of one ring make a batch look at all others again. */
#define RING_LOOKS 16

static int ring_map(struct ring *ring)
{
	void *memory;

	ring->fd = sealed_memfd_new_ring("binderd-ring", RING_BYTES);
	if (ring->fd < 0)
		return ring->fd;
	memory = memory_map(ring->budget, ring->fd, RING_BYTES, PROT_READ | PROT_WRITE);
	if (!memory)
		return -ENOMEM;
	ring->shared = memory;
	return 0;
}

/* Small buffers: a client that does not look cannot have more than a few lie there. */
static int ring_make_bells(struct ring *ring)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	ring->bell_fd = pair[0];
	ring->client_fd = pair[1];
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &(int){RING_BELLS}, sizeof(int));
	return 0;
}

static int ring_charge(struct quota_user *user)
{
	int ret = quota_charge(user, QUOTA_CHANNELS, 1);

	if (ret)
		return ret;
	ret = quota_charge(user, QUOTA_ARENA_BYTES, RING_BYTES);
	if (ret)
		quota_refund(user, QUOTA_CHANNELS, 1);
	return ret;
}

static void ring_refund(struct quota_user *user)
{
	quota_refund(user, QUOTA_CHANNELS, 1);
	quota_refund(user, QUOTA_ARENA_BYTES, RING_BYTES);
}

int ring_new(struct rings *rings, struct memory_budget *budget, struct quota_user *user,
	const struct ring_ops *ops, void *data, struct ring **out)
{
	struct ring *ring;
	int ret = ring_charge(user);

	if (ret)
		return ret;
	ring = calloc(1, sizeof(*ring));
	if (!ring) {
		ring_refund(user);
		return -ENOMEM;
	}
	*ring = (struct ring){
		.rings = rings,
		.ops = ops,
		.data = data,
		.budget = budget,
		.user = user,
		.fd = -1,
		.bell_fd = -1,
		.client_fd = -1,
		.hot = -1,
		.pending = -1,
	};
	ret = ring_make_bells(ring);
	if (!ret)
		ret = ring_map(ring);
	if (ret) {
		ring_free(ring);
		return ret;
	}
	*out = ring;
	return 0;
}

static void ring_bell(int fd, short what, void *data)
{
	struct ring *ring = data;

	(void)what;
	/* It is told again when the next one comes. */
	inbox_discard(rings_inbox(ring->rings), fd);
	rings_warm(ring);
}

int ring_start(struct ring *ring)
{
	int ret = sealed_memfd_settle(ring->fd, RING_BYTES);

	if (ret)
		return ret;
	if (event_assign(&ring->bell, rings_base(ring->rings), ring->bell_fd,
		    EV_READ | EV_PERSIST | EV_ET, ring_bell, ring) ||
		event_add(&ring->bell, NULL))
		return -ENOMEM;
	ring->fd = fd_close(ring->fd);
	ring->client_fd = fd_close(ring->client_fd);
	ring->started = true;
	rings_warm(ring);
	return 0;
}

struct ring *ring_free(struct ring *ring)
{
	if (!ring)
		return NULL;
	rings_forget(ring);
	if (ring->started) {
		event_del(&ring->bell);
		/* Then it sees that this is the end. */
		futex_wake(&ring->shared->wait);
	}
	if (ring->shared)
		memory_unmap(ring->budget, ring->shared, RING_BYTES);
	fd_close(ring->fd);
	if (ring->bell_fd >= 0)
		inbox_close(rings_inbox(ring->rings), ring->bell_fd);
	fd_close(ring->client_fd);
	ring_refund(ring->user);
	free(ring);
	return NULL;
}

static bool ring_is_arrived(const struct ring *ring)
{
	const uint32_t arrived = WIRE_PARK_OPEN | WIRE_PARK_READING;

	return ring->wanted && (atomic_load_explicit(&ring->shared->park, memory_order_acquire) &
				       arrived) == arrived;
}

/* What the next message is, as far as its order goes; what is none has no place in that. */
static void ring_note(struct ring *ring)
{
	struct wire_record *record = &ring->record;

	if (wire_ring_next(ring->shared->requests, ring->head, ring->seen, record) < 0 ||
		!record->size || record->kind == WIRE_RECORD_SOCKET)
		*record = (struct wire_record){.size = UINT32_MAX, .kind = WIRE_RECORD_MESSAGE};
}

bool ring_look(struct ring *ring)
{
	ring->seen = atomic_load_explicit(&ring->shared->request_tail, memory_order_acquire);
	ring->looks = 0;
	if (ring->seen != ring->head) {
		ring_note(ring);
		return true;
	}
	ring->record = (struct wire_record){.kind = WIRE_RECORD_MESSAGE};
	return ring_is_arrived(ring);
}

bool ring_take(struct ring *ring, struct message *message)
{
	if (ring->seen == ring->head)
		return false;
	message->file_count = 0;
	message->sender = 0;
	message->size = 0;
	message->error = ring->record.size == UINT32_MAX ? -EBADMSG : 0;
	if (message->error)
		return true;
	message->size = ring->record.size;
	wire_ring_get(ring->shared->requests, ring->head + (uint32_t)sizeof(ring->record),
		message->bytes, message->size);
	ring->head += wire_ring_size(ring->record.size);
	return true;
}

bool ring_release(struct ring *ring)
{
	atomic_store_explicit(&ring->shared->request_head, ring->head, memory_order_release);
	if (ring->seen == ring->head)
		return false;
	ring_note(ring);
	return true;
}

bool ring_look_again(struct ring *ring)
{
	uint32_t seen = ring->seen;

	/* Nobody who keeps the rules sends that many at once. */
	if (ring->looks++ >= RING_LOOKS)
		return false;
	ring->seen = atomic_load_explicit(&ring->shared->request_tail, memory_order_acquire);
	if (seen == ring->head && ring->seen != seen)
		ring_note(ring);
	return ring->seen != seen;
}

static void ring_bell_client(struct ring *ring)
{
	_Atomic uint32_t *wait = &ring->shared->wait;
	const uint8_t bell = 0;

	if (!atomic_load_explicit(wait, memory_order_relaxed))
		return;
	place_note(rings_place(ring->rings),
		atomic_load_explicit(&ring->shared->wait_cpu, memory_order_relaxed));
	switch (atomic_exchange(wait, WIRE_WAIT_NONE)) {
	case WIRE_WAIT_FUTEX:
		futex_wake(wait);
		break;
	case WIRE_WAIT_BELL:
		/* There is no room where some are unheard: then it wakes by those. */
		send(ring->bell_fd, &bell, sizeof(bell), MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	default:
		break;
	}
}

void ring_wake(struct ring *ring)
{
	atomic_thread_fence(memory_order_seq_cst);
	/* One that has it all sleeps for what comes next. */
	if (atomic_load_explicit(&ring->shared->answer_head, memory_order_relaxed) != ring->tail)
		ring_bell_client(ring);
}

void ring_announce(struct ring *ring, uint64_t size)
{
	struct wire_ring *shared = ring->shared;
	int cpu = sched_getcpu();

	/* Where it is likely to wake on this processor it would only be in the way. */
	if (!ring->started || !rings_may_look_on(ring->rings) ||
		cpu == atomic_load_explicit(&shared->wait_cpu, memory_order_relaxed))
		return;
	atomic_store_explicit(&shared->cpu, cpu, memory_order_relaxed);
	atomic_store_explicit(&shared->coming, (uint32_t)(size < UINT32_MAX ? size : UINT32_MAX),
		memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	ring_bell_client(ring);
}

int ring_put(
	struct ring *ring, const struct wire_record *record, const struct iovec *parts, int count)
{
	struct wire_ring *shared = ring->shared;
	uint32_t head = atomic_load_explicit(&shared->answer_head, memory_order_acquire);

	if (!wire_ring_fits(head, ring->tail, record->size))
		return -ENOBUFS;
	atomic_store_explicit(&shared->doze, rings_is_crowded(ring->rings), memory_order_relaxed);
	ring->tail = wire_ring_put(shared->answers, ring->tail, record, parts, count);
	atomic_store_explicit(&shared->answer_tail, ring->tail, memory_order_release);
	rings_note_sleeper(ring);
	return 0;
}

bool ring_offer(struct ring *ring, const struct ahead *ahead)
{
	struct wire_ahead *read = &ring->shared->reads[ring->offered % WIRE_RING_AHEAD];

	if (ring->offered - ring->taken >= WIRE_RING_AHEAD ||
		ring->offered - ring->settled >= RING_OFFERS)
		return false;
	if (!ahead)
		return true;
	if (ahead->size > sizeof(read->bytes))
		return false;
	read->after = ahead->after;
	read->size = (uint32_t)ahead->size;
	read->nice = (int16_t)ahead->nice;
	read->saved_nice = (int16_t)ahead->saved_nice;
	memcpy(read->bytes, ahead->bytes, ahead->size);
	ring->offered++;
	atomic_fetch_add(&ring->shared->ahead, (uint64_t)1 << 32);
	return true;
}

int ring_taken(struct ring *ring, bool end)
{
	const uint64_t none = (uint64_t)ring->offered << 32 | ring->offered;
	uint64_t is = atomic_load(&ring->shared->ahead);
	uint32_t taken;

	/* What is withdrawn counts as taken: no count comes twice, so what it stood for does not.
	 */
	do {
		taken = (uint32_t)is - ring->settled;
		if (is >> 32 != ring->offered || taken > ring->offered - ring->settled ||
			taken < ring->taken - ring->settled)
			return -EBADMSG;
	} while (end && !atomic_compare_exchange_weak(&ring->shared->ahead, &is, none));
	ring->taken = ring->settled + taken;
	if (end)
		ring->taken = ring->settled = ring->offered;
	return (int)taken;
}

static void ring_park_read(const struct wire_ring *shared, struct park_read *read)
{
	int32_t nice = shared->park_nice;
	uint64_t size = shared->park_read_size;

	if (nice < RING_NICE_MIN)
		nice = RING_NICE_MIN;
	if (nice > RING_NICE_MAX)
		nice = RING_NICE_MAX;
	*read = (struct park_read){
		.read.size = size < WIRE_MAX_RETURNS ? size : WIRE_MAX_RETURNS,
		.nice = nice,
		.order = shared->park_order,
	};
}

enum park_state ring_park_look(struct ring *ring, enum park_look look, struct park_read *read)
{
	const uint32_t reading = WIRE_PARK_OPEN | WIRE_PARK_READING;
	_Atomic uint32_t *park = &ring->shared->park;
	uint32_t is = atomic_load(park);

	if (look == PARK_WANT) {
		ring->wanted = true;
		is = atomic_fetch_or(park, WIRE_PARK_WANTED);
	}
	do {
		if (!(is & WIRE_PARK_OPEN)) {
			ring->wanted = false;
			return PARK_GONE;
		}
		if ((is & reading) != reading)
			return PARK_AWAY;
		if (look == PARK_PEEK) {
			ring_park_read(ring->shared, read);
			return PARK_READING;
		}
		/* It has begun behind a message that has not been acted on: that comes first. */
		if (atomic_load_explicit(&ring->shared->request_tail, memory_order_acquire) !=
			ring->head)
			return PARK_AWAY;
	} while (!atomic_compare_exchange_weak(park, &is, 0));
	ring->wanted = false;
	ring_park_read(ring->shared, read);
	return PARK_READING;
}
