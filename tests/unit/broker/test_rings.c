// SPDX-License-Identifier: Apache-2.0

/*
 * Rings by themselves: what comes of them, in what order, and that what was sent while the
 * broker was about to sleep is found. The test is the client.
 */

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/closer.h"
#include "broker/memory.h"
#include "broker/place.h"
#include "broker/quota.h"
#include "broker/ring.h"
#include "broker/rings.h"
#include "leak.h"

#define MOST 100
/* More than the sleeps without a message after which a ring is cold. */
#define SLEEPS 600

struct end {
	struct ring *ring;
	struct wire_ring *shared; /* the client's mapping */
	uint32_t tail;
	char name;
	bool cold;
	int bell;
};

static struct event_base *base;
static struct inbox *inbox;
static struct rings *rings;
static struct memory_budget budget;
static struct quota *quota;
static struct quota_user *user;
static struct end ends[MOST];
static char order[4096];
static void (*react)(struct end *end, char message);
static _Atomic int finished; /* threads of test_storm */

static bool computes; /* somebody beside, who keeps the processor when he gets it */
static int let_run;   /* how often others were let run */

int sched_yield(void)
{
	let_run++;
	if (computes)
		usleep(2000);
	return (int)syscall(SYS_sched_yield);
}

static void on_message(struct ring *ring, struct message *message)
{
	struct end *end = ring->data;
	char text[2] = {message->error ? '!' : (char)message->bytes[0], 0};

	ck_assert_uint_lt(strlen(order), sizeof(order) - 2);
	strcat(order, text);
	/* One that is none any more goes. */
	if (message->error)
		end->ring = ring_free(ring);
	else if (react)
		react(end, text[0]);
}

static void on_arrived(struct ring *ring)
{
	struct park_read read;

	strcat(order, "^");
	ck_assert_int_eq(ring_park_look(ring, PARK_TAKE, &read), PARK_READING);
}

static struct end *goes; /* with the next one that grows cold; or NULL */

static void on_cold(struct ring *ring)
{
	((struct end *)ring->data)->cold = true;
	if (goes)
		goes->ring = ring_free(goes->ring);
	goes = NULL;
}

static const struct ring_ops ops = {.message = on_message, .arrived = on_arrived, .cold = on_cold};

static void end_open(struct end *end)
{
	ck_assert_int_eq(ring_new(rings, &budget, user, &ops, end, &end->ring), 0);
	end->shared = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, end->ring->fd, 0);
	ck_assert_ptr_ne(end->shared, MAP_FAILED);
	end->bell = dup(end->ring->client_fd);
	end->tail = 0;
	ck_assert_int_eq(ring_start(end->ring), 0);
}

static void setup(void)
{
	struct event_config *config = event_config_new();

	leak_setup();
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	base = event_base_new_with_config(config);
	event_config_free(config);
	inbox = inbox_new();
	rings = rings_new(base, inbox);
	memory_budget_init(&budget);
	quota = quota_new();
	user = quota_user_get(quota, 1000);
	for (int i = 0; i < 4; i++)
		end_open(&ends[i]);
}

static void teardown(void)
{
	for (int i = 0; i < MOST; i++) {
		ends[i].ring = ring_free(ends[i].ring);
		if (!ends[i].shared)
			continue;
		munmap(ends[i].shared, RING_BYTES);
		close(ends[i].bell);
	}
	rings_free(rings);
	inbox_free(inbox);
	ck_assert_int_eq(closer_stop(), 0);
	ck_assert_uint_eq(quota_total(quota, QUOTA_ARENA_BYTES), 0);
	quota_user_unref(user);
	quota_free(quota);
	event_base_free(base);
	leak_teardown();
}

/* Puts a message that is a letter, capitals quietly and at @time, unpublished. */
static void put(struct end *end, char letter, uint64_t time)
{
	bool quiet = letter >= 'A' && letter <= 'Z';
	struct wire_record record = {
		.size = 1,
		.kind = quiet ? WIRE_RECORD_QUIET : WIRE_RECORD_MESSAGE,
		.time = time,
	};

	end->tail = wire_ring_put(end->shared->requests, end->tail, &record,
		&(struct iovec){.iov_base = &letter, .iov_len = 1}, 1);
}

/* Publishes what was put, as a library does. */
static void publish(struct end *end)
{
	const uint8_t bell = 0;

	atomic_store_explicit(&end->shared->request_tail, end->tail, memory_order_release);
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load(&end->shared->watch) & WIRE_WATCH_ARMED &&
		atomic_fetch_and(&end->shared->watch, ~WIRE_WATCH_ARMED) & WIRE_WATCH_ARMED)
		ck_assert_int_eq(send(end->bell, &bell, sizeof(bell), 0), sizeof(bell));
}

static void tell(struct end *end, char letter, uint64_t time)
{
	put(end, letter, time);
	publish(end);
}

/* Acts on all that there is, and sleeps. */
static const char *run(void)
{
	while (!rings_run(rings, false))
		;
	event_base_loop(base, EVLOOP_NONBLOCK);
	rings_wake(rings);
	while (!rings_run(rings, false))
		;
	return order;
}

START_TEST(test_quiet_by_time)
{
	tell(&ends[0], 'A', 30);
	tell(&ends[1], 'B', 10);
	tell(&ends[2], 'c', 0);
	tell(&ends[3], 'D', 20);
	ck_assert_str_eq(run(), "BDAc");
}
END_TEST

/* What lies one behind the other in a ring is in the order too, up to what is not quiet. */
START_TEST(test_several_of_a_ring)
{
	put(&ends[0], 'A', 10);
	put(&ends[0], 'D', 40);
	put(&ends[0], 'e', 0);
	put(&ends[0], 'G', 5);
	put(&ends[1], 'B', 20);
	put(&ends[1], 'C', 30);
	put(&ends[2], 'f', 0);
	for (int i = 0; i < 3; i++)
		publish(&ends[i]);
	ck_assert_str_eq(run(), "ABCDefG");
}
END_TEST

/* Within a ring nothing overtakes, whatever its time is said to be. */
START_TEST(test_times_that_lie)
{
	put(&ends[0], 'A', 100);
	put(&ends[0], 'B', 1);
	tell(&ends[0], 'C', UINT64_MAX);
	tell(&ends[1], 'D', 50);
	ck_assert_str_eq(run(), "DABC");
}
END_TEST

static void react_by_telling(struct end *end, char message)
{
	(void)end;
	if (message == 'a') {
		tell(&ends[2], 'D', 7);
		tell(&ends[3], 'E', 6);
	}
}

/* What comes because of a batch is of the next one; and a flush acts on that, too. */
START_TEST(test_flush)
{
	react = react_by_telling;
	tell(&ends[0], 'a', 0);
	tell(&ends[1], 'b', 0);
	rings_flush(rings);
	ck_assert_str_eq(order, "abED");
}
END_TEST

/* Armed: whatever comes before the sleep, in it, or behind it is found. */
START_TEST(test_armed)
{
	ck_assert_str_eq(run(), "");
	ck_assert_uint_eq(atomic_load(&ends[0].shared->watch), WIRE_WATCH_ARMED);
	tell(&ends[0], 'a', 0);
	ck_assert_uint_eq(atomic_load(&ends[0].shared->watch), 0);
	event_base_loop(base, EVLOOP_ONCE);
	rings_wake(rings);
	ck_assert_uint_eq(atomic_load(&ends[1].shared->watch), 0);
	ck_assert_str_eq(run(), "a");
	tell(&ends[1], 'b', 0);
	/* One bell wakes it, and then all are looked at, by the time. */
	tell(&ends[2], 'D', 2);
	tell(&ends[3], 'C', 1);
	event_base_loop(base, EVLOOP_ONCE);
	rings_wake(rings);
	ck_assert_str_eq(run(), "aCDb");
}
END_TEST

/* A ring that is not used grows cold, says so, and is heard again. */
START_TEST(test_cold)
{
	for (int i = 0; i < SLEEPS; i++) {
		order[0] = '\0';
		tell(&ends[0], 'a', 0);
		ck_assert_str_eq(run(), "a");
	}
	ck_assert(!ends[0].cold && ends[1].cold && ends[2].cold && ends[3].cold);
	ck_assert_uint_eq(atomic_load(&ends[1].shared->watch), WIRE_WATCH_ARMED | WIRE_WATCH_COLD);
	order[0] = '\0';
	tell(&ends[1], 'b', 0);
	event_base_loop(base, EVLOOP_ONCE);
	rings_wake(rings);
	ck_assert_str_eq(run(), "b");
	ck_assert_uint_eq(atomic_load(&ends[1].shared->watch) & WIRE_WATCH_COLD, 0);
}
END_TEST

/* More than are looked at by themselves. */
START_TEST(test_many)
{
	int cold = 0;

	for (int i = 4; i < MOST; i++)
		end_open(&ends[i]);
	for (int i = 0; i < MOST; i++)
		cold += ends[i].cold;
	ck_assert_int_gt(cold, 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MOST; i++)
			tell(&ends[(i * 37) % MOST], 'a', 0);
		while (strlen(order) < (size_t)(round + 1) * MOST) {
			run();
			event_base_loop(base, EVLOOP_NONBLOCK);
		}
	}
	ck_assert_uint_eq(strlen(order), 3 * MOST);
}
END_TEST

/* One grows cold to make room for another, whose owner goes by what comes of that. */
START_TEST(test_ended_while_warming)
{
	int i = 4;

	while (!ends[i - 1].cold && !ends[0].cold && i < MOST - 1) {
		goes = &ends[i];
		end_open(&ends[i++]);
	}
	ck_assert(ends[0].cold);
	ck_assert_ptr_null(ends[i - 1].ring);
	ck_assert_ptr_null(goes);
	/* The one that made room is heard again; and another one has the place. */
	end_open(&ends[i]);
	tell(&ends[i], 'B', 2);
	tell(&ends[1], 'A', 1);
	ck_assert_str_eq(run(), "AB");
}
END_TEST

/* Handlers that end rings: their own, one that has its turn yet, one that had it, one without. */
static void react_by_ending(struct end *end, char message)
{
	if (message == 'a')
		end->ring = ring_free(end->ring);
	if (message == 'b')
		ends[3].ring = ring_free(ends[3].ring);
	if (message == 'c')
		ends[0].ring = ring_free(ends[0].ring);
}

START_TEST(test_ended_by_itself)
{
	react = react_by_ending;
	put(&ends[0], 'x', 0);
	put(&ends[0], 'a', 0);
	tell(&ends[0], 'y', 0);
	tell(&ends[1], 'z', 0);
	ck_assert_str_eq(run(), "xza");
}
END_TEST

START_TEST(test_ended_by_another)
{
	react = react_by_ending;
	tell(&ends[0], 'X', 1);
	tell(&ends[1], 'B', 2);
	tell(&ends[2], 'b', 0);
	tell(&ends[3], 'y', 0);
	ck_assert_str_eq(run(), "XBb");
	tell(&ends[1], 'c', 0);
	tell(&ends[0], 'Z', 0);
	ck_assert_str_eq(run(), "XBbZc");
	tell(&ends[1], 'E', 2);
	tell(&ends[2], 'D', 1);
	ck_assert_str_eq(run(), "XBbZcDE");
}
END_TEST

START_TEST(test_ended_quietly)
{
	react = react_by_ending;
	put(&ends[0], 'A', 1);
	tell(&ends[0], 'B', 3);
	tell(&ends[1], 'C', 2);
	tell(&ends[3], 'D', 4);
	react(&ends[0], 'b');
	ck_assert_str_eq(run(), "ACB");
}
END_TEST

/* All that is in a ring whose client is gone, however it ends; and no more than that. */
START_TEST(test_drain)
{
	for (char letter = 'a'; letter < 'k'; letter++)
		put(&ends[0], letter, 0);
	publish(&ends[0]);
	tell(&ends[1], 'z', 0);
	rings_drain(ends[0].ring);
	ck_assert_str_eq(order, "abcdefghij");
	react = react_by_ending;
	put(&ends[2], 'x', 0);
	put(&ends[2], 'a', 0);
	tell(&ends[2], 'y', 0);
	rings_drain(ends[2].ring);
	ck_assert_str_eq(order, "abcdefghijxa");
	ck_assert_ptr_null(ends[2].ring);
	ck_assert_str_eq(run(), "abcdefghijxaz");
}
END_TEST

/* What is no queue any more is told of once by an owner who ends it then. */
START_TEST(test_broken)
{
	tell(&ends[1], 'A', 1);
	atomic_store(&ends[0].shared->request_tail, 5);
	ck_assert_str_eq(run(), "A!");
	ck_assert_ptr_null(ends[0].ring);
}
END_TEST

/* A thread that is wanted arrives without a message. */
START_TEST(test_arrived)
{
	struct park_read read;

	atomic_store(&ends[0].shared->park, WIRE_PARK_OPEN);
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_TAKE, &read), PARK_AWAY);
	atomic_fetch_or(&ends[0].shared->park, WIRE_PARK_READING);
	/* Nobody wanted to know. */
	ck_assert_str_eq(run(), "");
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_PEEK, &read), PARK_READING);
	atomic_fetch_and(&ends[0].shared->park, ~WIRE_PARK_READING);
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_WANT, &read), PARK_AWAY);
	ck_assert_uint_eq(atomic_load(&ends[0].shared->park), WIRE_PARK_OPEN | WIRE_PARK_WANTED);
	ends[0].shared->park_nice = 100;
	ends[0].shared->park_read_size = UINT64_MAX;
	atomic_fetch_or(&ends[0].shared->park, WIRE_PARK_READING);
	ck_assert_str_eq(run(), "^");
	ck_assert_uint_eq(atomic_load(&ends[0].shared->park), 0);
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_WANT, &read), PARK_GONE);
}
END_TEST

/* A read that began behind a message begins once that was acted on. */
START_TEST(test_arrived_behind)
{
	struct park_read read;

	atomic_store(&ends[0].shared->park, WIRE_PARK_OPEN);
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_WANT, &read), PARK_AWAY);
	tell(&ends[0], 'A', 1);
	atomic_fetch_or(&ends[0].shared->park, WIRE_PARK_READING);
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_TAKE, &read), PARK_AWAY);
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_WANT, &read), PARK_AWAY);
	/* Whether somebody waits it answers at once: the message changes nothing of that. */
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_PEEK, &read), PARK_READING);
	ck_assert_str_eq(run(), "A^");
	ck_assert_uint_eq(atomic_load(&ends[0].shared->park), 0);
}
END_TEST

/* A count that was withdrawn is not offered again: who has seen it cannot take another. */
START_TEST(test_withdrawn_counts)
{
	const struct ahead ahead = {.after = 8, .size = 4};
	uint64_t seen, now;

	ck_assert(ring_offer(ends[0].ring, &ahead));
	seen = atomic_load(&ends[0].shared->ahead);
	ck_assert_int_eq(ring_taken(ends[0].ring, true), 0);
	ck_assert(ring_offer(ends[0].ring, &ahead));
	now = atomic_load(&ends[0].shared->ahead);
	ck_assert_uint_ne((uint32_t)seen, (uint32_t)now);
	ck_assert_int_eq(ring_taken(ends[0].ring, true), 0);
}
END_TEST

/* What a client says of its read is made to fit. */
START_TEST(test_park_read)
{
	struct park_read read;

	ends[0].shared->park_nice = INT32_MIN;
	ends[0].shared->park_read_size = 1ull << 40;
	ends[0].shared->park_order = 77;
	atomic_store(&ends[0].shared->park, WIRE_PARK_OPEN | WIRE_PARK_READING);
	ck_assert_int_eq(ring_park_look(ends[0].ring, PARK_TAKE, &read), PARK_READING);
	ck_assert_int_eq(read.nice, -20);
	ck_assert_uint_eq(read.read.size, WIRE_MAX_RETURNS);
	ck_assert_uint_eq(read.order, 77);
	ck_assert(!read.read.nonblock && !read.read.consumed);
}
END_TEST

static void client_take(struct end *end, unsigned int count)
{
	uint64_t is = atomic_load(&end->shared->ahead);

	while (count--)
		is = (is & ~(uint64_t)UINT32_MAX) | (uint32_t)(is + 1);
	atomic_store(&end->shared->ahead, is);
}

static void client_give_back(struct end *end)
{
	uint64_t is = atomic_load(&end->shared->ahead);

	atomic_store(&end->shared->ahead, (is & ~(uint64_t)UINT32_MAX) | (uint32_t)(is - 1));
}

/* Counts of what is offered and taken, where they wrap around, too. */
START_TEST(test_offers)
{
	const uint32_t starts[] = {0, 5, UINT32_MAX - 3, UINT32_MAX};
	struct ahead ahead = {.after = 0x1000, .size = 8};

	for (int i = 0; i < 4; i++) {
		struct ring *ring = ends[i].ring;
		struct wire_ring *shared = ends[i].shared;

		ring->offered = ring->settled = ring->taken = starts[i];
		atomic_store(&shared->ahead, (uint64_t)starts[i] << 32 | starts[i]);
		ck_assert_int_eq(ring_taken(ring, false), 0);
		for (unsigned int n = 0; n < WIRE_RING_AHEAD; n++) {
			ahead.after = n;
			ck_assert(ring_offer(ring, &ahead));
			ck_assert_uint_eq(
				shared->reads[(starts[i] + n) % WIRE_RING_AHEAD].after, n);
		}
		ck_assert(!ring_offer(ring, &ahead) && !ring_offer(ring, NULL));
		client_take(&ends[i], 5);
		ck_assert(!ring_offer(ring, &ahead));
		/* The places of those that are known to be taken are free again. */
		ck_assert_int_eq(ring_taken(ring, false), 5);
		ck_assert(ring_offer(ring, NULL) && ring_offer(ring, &ahead));
		ck_assert_int_eq(ring_taken(ring, true), 5);
		ck_assert_uint_eq(
			atomic_load(&shared->ahead) >> 32, (uint32_t)atomic_load(&shared->ahead));
		ck_assert_uint_eq(
			(uint32_t)atomic_load(&shared->ahead), starts[i] + WIRE_RING_AHEAD + 1);
		ck_assert_int_eq(ring_taken(ring, true), 0);
		ck_assert(ring_offer(ring, &ahead));
		client_take(&ends[i], 2);
		ck_assert_int_eq(ring_taken(ring, false), -EBADMSG);
		ck_assert_int_eq(ring_taken(ring, true), -EBADMSG);
		/* Nobody gives back what he has taken. */
		client_give_back(&ends[i]);
		ck_assert_int_eq(ring_taken(ring, false), 1);
		client_give_back(&ends[i]);
		ck_assert_int_eq(ring_taken(ring, false), -EBADMSG);
	}
	ahead.size = sizeof(ends[0].shared->reads[0].bytes) + 1;
	ends[0].ring->settled = ends[0].ring->taken = ends[0].ring->offered;
	ck_assert(!ring_offer(ends[0].ring, &ahead));
}
END_TEST

/* Answers go in until there is no room, and not over what was not read. */
START_TEST(test_answers)
{
	struct wire_record record = {.size = 100, .kind = WIRE_RECORD_MESSAGE};
	uint8_t bytes[100] = {0};
	struct iovec part = {.iov_base = bytes, .iov_len = sizeof(bytes)};
	unsigned int count = 0;

	while (!ring_put(ends[0].ring, &record, &part, 1))
		count++;
	ck_assert_uint_eq(count, WIRE_RING_QUEUE / wire_ring_size(100));
	ck_assert_int_eq(ring_put(ends[0].ring, &record, &part, 1), -ENOBUFS);
	atomic_store(&ends[0].shared->answer_head, wire_ring_size(100));
	ck_assert_int_eq(ring_put(ends[0].ring, &record, &part, 1), 0);
	/* A head that nobody can have read up to. */
	atomic_store(&ends[0].shared->answer_head, UINT32_MAX / 2);
	ck_assert_int_eq(ring_put(ends[0].ring, &record, &part, 1), -ENOBUFS);
}
END_TEST

/* Whether a bell was rung, which is heard. */
static bool rung(const struct end *end)
{
	uint8_t bell;

	return recv(end->bell, &bell, sizeof(bell), MSG_DONTWAIT) == sizeof(bell);
}

/* Stays on one processor from here on. Return: it */
static int settle(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(set), &set), 0);
	return cpu;
}

static void sleep_on(struct end *end, uint32_t word, int cpu)
{
	atomic_store(&end->shared->wait, word);
	atomic_store(&end->shared->wait_cpu, cpu);
	atomic_store(&end->shared->coming, 0);
	atomic_store(&end->shared->cpu, -1);
}

/* A client that sleeps on another processor is woken for what is still being copied. */
START_TEST(test_announced)
{
	const uint64_t sizes[] = {32768, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX};
	struct wire_ring *shared = ends[0].shared;
	bool may = rings_may_look_on(rings);
	int cpu = settle();

	for (int i = 0; i < 4; i++) {
		sleep_on(&ends[0], WIRE_WAIT_BELL, i % 2 ? cpu + 1 : -1);
		ring_announce(ends[0].ring, sizes[i]);
		ck_assert_int_eq(rung(&ends[0]), may);
		ck_assert_uint_eq(
			atomic_load(&shared->wait), may ? WIRE_WAIT_NONE : WIRE_WAIT_BELL);
		ck_assert_uint_eq(atomic_load(&shared->coming), !may	? 0
								: i > 0 ? UINT32_MAX
									: 32768);
		ck_assert_int_eq(atomic_load(&shared->cpu), may ? cpu : -1);
	}
	/* One that is awake finds the word before it sleeps. */
	sleep_on(&ends[0], WIRE_WAIT_NONE, cpu + 1);
	ring_announce(ends[0].ring, 1);
	ck_assert(!rung(&ends[0]));
	ck_assert_uint_eq(atomic_load(&shared->coming), may);
	ck_assert(!rung(&ends[1]));
}
END_TEST

/* It would wake in the broker's place. */
START_TEST(test_not_announced_here)
{
	int cpu = settle();

	sleep_on(&ends[0], WIRE_WAIT_BELL, cpu);
	ring_announce(ends[0].ring, 1 << 20);
	ck_assert(!rung(&ends[0]));
	ck_assert_uint_eq(atomic_load(&ends[0].shared->wait), WIRE_WAIT_BELL);
	ck_assert_uint_eq(atomic_load(&ends[0].shared->coming), 0);
}
END_TEST

/* The memory of a ring that is not in use yet is not written. */
START_TEST(test_not_announced_yet)
{
	struct end *end = &ends[4];

	ck_assert_int_eq(ring_new(rings, &budget, user, &ops, end, &end->ring), 0);
	end->shared = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, end->ring->fd, 0);
	ck_assert_ptr_ne(end->shared, MAP_FAILED);
	end->bell = dup(end->ring->client_fd);
	sleep_on(end, WIRE_WAIT_BELL, settle() + 1);
	ring_announce(end->ring, 1 << 20);
	ck_assert(!rung(end));
	ck_assert_uint_eq(atomic_load(&end->shared->coming), 0);
	ck_assert_int_eq(atomic_load(&end->shared->cpu), -1);
}
END_TEST

/* Return: how often others were let run, by when there was nothing left to do. */
static int look_on(void)
{
	let_run = 0;
	tell(&ends[0], 'a', 0);
	run();
	order[0] = 0;
	return let_run;
}

/*
 * Others may run while nothing is to do, as long as none of them keeps the processor: for a
 * while then nobody is let run, and the processor left if clients are on it.
 */
START_TEST(test_lets_run)
{
	struct place *place = rings_place(rings);

	if (!rings_may_look_on(rings))
		return;
	ck_assert_int_ge(look_on(), 1);
	computes = true;
	ck_assert_int_eq(look_on(), 1);
	for (int i = 0; i < 8 && look_on(); i++)
		;
	ck_assert_int_eq(look_on(), 0);
	computes = false;
	ck_assert_int_eq(look_on(), 0);
	place->beside = PLACE_BESIDE;
	ck_assert_int_eq(look_on(), 0);
	ck_assert_uint_eq(place->beside, 0);
}
END_TEST

/* A client that was woken early and has all of it by the time that others are woken sleeps on. */
START_TEST(test_has_all)
{
	struct wire_record record = {.size = 1, .kind = WIRE_RECORD_MESSAGE};
	struct iovec part = {.iov_base = &(char){'a'}, .iov_len = 1};
	struct wire_ring *shared = ends[0].shared;

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(ring_put(ends[0].ring, &record, &part, 1), 0);
		atomic_store(&shared->answer_head, atomic_load(&shared->answer_tail));
		atomic_store(&shared->wait, WIRE_WAIT_BELL);
		rings_wake_clients(rings);
		ck_assert(!rung(&ends[0]));
		ck_assert_uint_eq(atomic_load(&shared->wait), WIRE_WAIT_BELL);
		/* And hears of the next one, with one bell for two. */
		ck_assert_int_eq(ring_put(ends[0].ring, &record, &part, 1), 0);
		ck_assert_int_eq(ring_put(ends[0].ring, &record, &part, 1), 0);
		rings_wake_clients(rings);
		ck_assert(rung(&ends[0]));
		ck_assert(!rung(&ends[0]));
		ck_assert_uint_eq(atomic_load(&shared->wait), WIRE_WAIT_NONE);
	}
}
END_TEST

#define STORM 20000

static void react_by_answering(struct end *end, char message)
{
	struct wire_record record = {.size = 1, .kind = WIRE_RECORD_MESSAGE};
	struct iovec part = {.iov_base = &message, .iov_len = 1};

	order[0] = '\0';
	if (message % 2)
		ring_announce(end->ring, 1);
	ck_assert_int_eq(ring_put(end->ring, &record, &part, 1), 0);
}

/* One that asks and waits for the bell, with no moment in which it looks again by itself. */
static void *storm(void *data)
{
	struct end *end = data;
	struct wire_ring *ring = end->shared;
	uint8_t bell;

	atomic_store(&ring->wait_cpu, -1);
	for (int i = 0; i < STORM; i++) {
		uint32_t head = atomic_load(&ring->answer_head);

		tell(end, (char)('a' + i % 26), 0);
		while (atomic_load(&ring->answer_tail) == head) {
			atomic_store(&ring->wait, WIRE_WAIT_BELL);
			if (atomic_load(&ring->answer_tail) == head)
				ck_assert_int_eq(recv(end->bell, &bell, sizeof(bell), 0), 1);
			atomic_store(&ring->wait, WIRE_WAIT_NONE);
		}
		atomic_store(&ring->answer_head, atomic_load(&ring->answer_tail));
	}
	atomic_fetch_add(&finished, 1);
	tell(end, '.', 0);
	return NULL;
}

/* Both sides sleep whenever they can: neither may miss what the other did just before. */
START_TEST(test_storm)
{
	pthread_t threads[3];

	react = react_by_answering;
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, storm, &ends[i]);
	while (atomic_load(&finished) < 3) {
		/* Each says that it has finished before its last message. */
		bool sleeps = rings_run(rings, false) && atomic_load(&finished) < 3;

		rings_wake_clients(rings);
		event_base_loop(base, sleeps ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK);
		rings_wake(rings);
	}
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}
END_TEST

static TCase *rings_case(void)
{
	TCase *tc = tcase_create("rings");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, test_quiet_by_time);
	tcase_add_test(tc, test_several_of_a_ring);
	tcase_add_test(tc, test_times_that_lie);
	tcase_add_test(tc, test_flush);
	tcase_add_test(tc, test_armed);
	tcase_add_test(tc, test_cold);
	tcase_add_test(tc, test_many);
	tcase_add_test(tc, test_ended_while_warming);
	tcase_add_test(tc, test_ended_by_itself);
	tcase_add_test(tc, test_ended_by_another);
	tcase_add_test(tc, test_ended_quietly);
	tcase_add_test(tc, test_drain);
	tcase_add_test(tc, test_broken);
	tcase_add_test(tc, test_arrived);
	tcase_add_test(tc, test_arrived_behind);
	tcase_add_test(tc, test_withdrawn_counts);
	tcase_add_test(tc, test_park_read);
	tcase_add_test(tc, test_offers);
	tcase_add_test(tc, test_answers);
	tcase_add_test(tc, test_announced);
	tcase_add_test(tc, test_not_announced_here);
	tcase_add_test(tc, test_not_announced_yet);
	tcase_add_test(tc, test_lets_run);
	tcase_add_test(tc, test_has_all);
	tcase_add_test(tc, test_storm);
	return tc;
}

int main(void)
{
	Suite *suite = suite_create("broker/rings");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, rings_case());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
