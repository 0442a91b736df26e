/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Replies that the program lends (binderd_lend_replies()): they go out quietly from where they
 * lie, and the next read does not return before the broker has read them. The broker here
 * stands still in the middle of one, so that whatever comes too early has come.
 */

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <binderd/device.h>

#include "talk.h"

/* More than the library copies for a quiet reply, and the least that is lent. */
#define LARGE ((size_t)40000)
#define LEAST ((size_t)4096)

static uint8_t *memory; /* of the arena */
static uint8_t other[LARGE];

/* Whether the broker may go on, and what it has seen the program's thread do before. */
static atomic_bool go, silent;

static void set_up(uint32_t ring_after)
{
	talk_setup(ring_after);
	binderd_lend_replies(true);
	memory = binderd_arena_alloc(fd, LARGE);
	ck_assert_ptr_nonnull(memory);
}

static void setup(void)
{
	set_up(0);
}

static void setup_sockets(void)
{
	set_up(WIRE_NO_RINGS);
}

static void teardown(void)
{
	binderd_arena_free(fd, memory);
	binderd_lend_replies(false);
	talk_teardown();
}

/* Reads a call whose reply may be quiet; as it writes, too, it does so with a message. */
static void receive(void)
{
	const uint32_t enter = BC_ENTER_LOOPER;
	uint32_t buffer[64];

	script(&noop, 4, WIRE_F_CALM | WIRE_F_NO_SPAWN);
	ck_assert_int_eq(exchange(&enter, sizeof(enter), buffer, 256), 4);
	script(&noop, 4, 0);
}

/* Replies with @size bytes of @data, in an ioctl that reads or not. Return: the message */
static const struct fake_message *reply_with(const void *data, size_t size, bool reads)
{
	struct reply reply = {
		.free = BC_FREE_BUFFER,
		.command = BC_REPLY,
		.data.data.ptr.buffer = (uintptr_t)data,
		.data.data_size = size,
	};
	unsigned int before = messages();
	uint32_t buffer[64];

	ck_assert_int_ge(exchange(&reply, sizeof(reply), buffer, reads ? 256 : 0), 0);
	return fake_wait(&fake, WIRE_WRITE_READ, before);
}

static bool is_quiet(const struct fake_message *message)
{
	return message->flags & WIRE_F_QUIET;
}

/* Whether the broker finds at the message's one segment what the program stores to @data now. */
static bool is_in_place(const struct fake_message *message, uint8_t *data, size_t size)
{
	const struct wire_segment *segment = fake_segment(message, 0);

	ck_assert_uint_eq(fake_body(message)->segments, 1);
	ck_assert_uint_eq(segment->address, (uintptr_t)data);
	ck_assert_uint_eq(segment->size, size);
	data[size - 1]++;
	return fake.memory[segment->offset + size - 1] == data[size - 1];
}

START_TEST(test_in_place)
{
	const size_t sizes[] = {LEAST, LEAST + 1, 16384, LARGE};
	const struct fake_message *message;
	uint32_t buffer[64];

	for (int i = 0; i < 8; i++) {
		receive();
		message = reply_with(memory, sizes[i / 2], i % 2);
		ck_assert(is_quiet(message));
		ck_assert(is_in_place(message, memory, sizes[i / 2]));
		if (!(i % 2))
			ck_assert_int_eq(read_some(buffer), 8);
	}
}
END_TEST

/* What is not lent is copied; or, if that is too much, waited for. */
START_TEST(test_not_lent)
{
	const struct {
		uint8_t *data;
		size_t size;
		bool lend, quiet, in_place;
	} cases[] = {
		{memory, LEAST - 1, true, true, false},
		{memory, LEAST, false, true, false},
		{other, LEAST, true, true, false},
		{memory, LARGE, false, false, true},
		{other, LARGE, true, false, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fake_message *message;

		binderd_lend_replies(cases[i].lend);
		receive();
		message = reply_with(cases[i].data, cases[i].size, true);
		ck_assert_int_eq(is_quiet(message), cases[i].quiet);
		ck_assert_int_eq(
			is_in_place(message, cases[i].data, cases[i].size), cases[i].in_place);
	}
}
END_TEST

/* Stands still in each quiet message; a read that is to be interrupted waits for that. */
static const struct fake_message *held;
static bool holds;

static void reply_standing(struct fake *f, const struct fake_message *message)
{
	while (is_quiet(message) && !atomic_load(&go))
		sched_yield();
	if (holds && message->flags & WIRE_F_READ) {
		held = message;
	} else if (message->type == WIRE_INTERRUPT && held) {
		f->ret = -EINTR;
		f->size = 0;
		fake_answer(f, held, 0);
		f->ret = 0;
	} else {
		fake_plain(f, message);
	}
}

/* The broker stands in the message of which the log has @before already. */
static struct wire_ring *wait_until_it_stands(unsigned int before)
{
	ck_assert(is_quiet(fake_wait(&fake, WIRE_WRITE_READ, before)));
	return fake.rings[0].shared;
}

/* Waits for the read that follows, with a message or silently, and lets the broker go on. */
static void *watch_read(void *data)
{
	struct wire_ring *ring = wait_until_it_stands(*(unsigned int *)data);
	bool is_silent = false;

	while (!is_silent && atomic_load(&ring->request_tail) == fake.rings[0].head)
		is_silent = atomic_load(&ring->park) & WIRE_PARK_READING;
	silent = is_silent;
	go = true;
	return is_silent ? take_over(NULL) : NULL;
}

/*
 * Replies to a call and reads, @apart with two ioctls. Return: whether that read began silently,
 * while the broker stood in the reply
 */
static bool read_behind(uint8_t *data, size_t size, bool apart)
{
	unsigned int before;
	uint32_t buffer[64];
	pthread_t thread;

	receive();
	before = messages();
	go = false;
	fake.reply = reply_standing;
	pthread_create(&thread, NULL, watch_read, &before);
	ck_assert(is_quiet(reply_with(data, size, !apart)));
	if (apart) {
		ck_assert_int_eq(read_some(buffer), 8);
		ck_assert_mem_eq(buffer, complete, 8);
	}
	ck_assert(!go);
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert(go);
	pthread_join(thread, NULL);
	fake.reply = NULL;
	ck_assert_uint_eq(messages(), before + (silent ? 1 : 2));
	return silent;
}

START_TEST(test_read_waits)
{
	for (int i = 0; i < 6; i++)
		ck_assert(!read_behind(memory, i / 2 ? LARGE : LEAST, i % 2));
}
END_TEST

/* For what was copied nobody has to wait, be it before or after. */
START_TEST(test_copy_waits_for_nothing)
{
	for (int i = 0; i < 4; i++) {
		ck_assert(read_behind(memory, LEAST - 1, i % 2));
		ck_assert(read_behind(other, LEAST, i % 2));
		ck_assert(!read_behind(memory, LEAST, i % 2));
	}
	binderd_lend_replies(false);
	ck_assert(read_behind(memory, LEAST, false));
}
END_TEST

/* A thread behind whose reply there is a call that it need not ask for. */
static struct wire_ring *offer_call(void)
{
	struct wire_ring *ring = fake.rings[0].shared;

	ring->reads[0] = (struct wire_ahead){.after = WIRE_AHEAD_CALL, .size = 4};
	memcpy(ring->reads[0].bytes, &noop, sizeof(noop));
	atomic_store(&ring->ahead, 1ull << 32);
	return ring;
}

static void wait_until_read(const struct wire_ring *ring)
{
	while (atomic_load(&ring->request_head) != atomic_load(&ring->request_tail))
		sched_yield();
}

/* Once it was read, the next read needs no message any more. */
START_TEST(test_read_already)
{
	struct wire_ring *ring;
	unsigned int before;
	uint32_t buffer[64];
	pthread_t thread;

	for (int taken = 0; taken < 2; taken++) {
		receive();
		before = messages();
		ck_assert(is_quiet(reply_with(memory, LARGE, true)));
		ring = taken ? offer_call() : fake.rings[0].shared;
		wait_until_read(ring);
		if (!taken)
			pthread_create(&thread, NULL, take_over, NULL);
		ck_assert_int_eq(read_some(buffer), taken ? 8 : 4);
		if (!taken)
			pthread_join(thread, NULL);
		ck_assert_uint_eq(messages(), before + 1);
		ck_assert_uint_eq((uint32_t)atomic_load(&ring->ahead), taken);
	}
	/* Nor does the one behind the reply to the call that was taken. */
	before = messages();
	go = false;
	fake.reply = reply_standing;
	pthread_create(&thread, NULL, watch_read, &before);
	ck_assert(is_quiet(reply_with(other, 8, true)));
	ck_assert_int_eq(read_some(buffer), 4);
	pthread_join(thread, NULL);
	ck_assert(silent);
}
END_TEST

/* A call that lies there has to wait, too. */
START_TEST(test_call_ahead_waits)
{
	struct wire_ring *ring;
	unsigned int before;
	uint32_t buffer[64];
	pthread_t thread;

	receive();
	before = messages();
	fake.reply = reply_standing;
	ring = offer_call();
	ck_assert(is_quiet(reply_with(memory, LARGE, true)));
	pthread_create(&thread, NULL, watch_read, &before);
	ck_assert_int_eq(read_some(buffer), 4);
	ck_assert(go);
	pthread_join(thread, NULL);
	ck_assert(!silent);
	ck_assert_uint_eq((uint32_t)atomic_load(&ring->ahead), 0);
}
END_TEST

static pthread_t program;

static void handler(int signal)
{
	(void)signal;
}

/* Interrupts the read that follows, and lets the broker go on when the library has said so. */
static void *interrupt_read(void *data)
{
	struct wire_ring *ring = wait_until_it_stands(*(unsigned int *)data);
	uint32_t tail, head = fake.rings[0].head;

	while ((tail = atomic_load(&ring->request_tail)) == head &&
		!(atomic_load(&ring->park) & WIRE_PARK_READING))
		sched_yield();
	/* One that comes before the thread sleeps ends nothing. */
	while (atomic_load(&ring->request_tail) == tail) {
		if (atomic_load(&ring->wait) == WIRE_WAIT_BELL)
			pthread_kill(program, SIGUSR1);
		sched_yield();
	}
	go = true;
	return NULL;
}

START_TEST(test_interrupted)
{
	const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	unsigned int before;
	uint32_t buffer[64];
	pthread_t thread;

	ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
	program = pthread_self();
	for (int i = 0; i < 5; i++) {
		receive();
		before = messages();
		go = false;
		held = NULL;
		holds = true;
		fake.reply = reply_standing;
		pthread_create(&thread, NULL, interrupt_read, &before);
		ck_assert(is_quiet(reply_with(memory, LARGE, true)));
		ck_assert_int_eq(read_some(buffer), -EINTR);
		ck_assert(go);
		pthread_join(thread, NULL);
		holds = false;
		fake.reply = NULL;
		wait_until_read(fake.rings[0].shared);
	}
}
END_TEST

/* Without rings the next read is a message always. */
START_TEST(test_sockets)
{
	const struct fake_message *message;
	uint32_t buffer[64];
	unsigned int before;

	for (int i = 0; i < 4; i++) {
		receive();
		before = messages();
		message = reply_with(memory, LARGE, true);
		ck_assert(is_quiet(message));
		ck_assert(is_in_place(message, memory, LARGE));
		ck_assert_int_eq(read_some(buffer), 4);
		ck_assert_uint_eq(messages(), before + 2);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("device/lend");
	TCase *tc = tcase_create("lend"), *sockets = tcase_create("sockets");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_checked_fixture(sockets, setup_sockets, teardown);
	suite_add_tcase(suite, tc);
	suite_add_tcase(suite, sockets);
	tcase_add_test(tc, test_in_place);
	tcase_add_test(tc, test_not_lent);
	tcase_add_test(tc, test_read_waits);
	tcase_add_test(tc, test_copy_waits_for_nothing);
	tcase_add_test(tc, test_read_already);
	tcase_add_test(tc, test_call_ahead_waits);
	tcase_add_test(tc, test_interrupted);
	tcase_add_test(sockets, test_sockets);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
