// SPDX-License-Identifier: Apache-2.0

/*
 * Clients that lie about what their threads do without a message: that they read, what they
 * have taken of what was offered, and this in the moments when their rings grow cold.
 */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pair.h"
#include "ringer.h"

/* Makes @count rings of @client, each with a message, so that older ones grow cold. */
static void evict(struct ringer *rings, int count, const struct client *client)
{
	struct client own = *client;

	for (int i = 0; i < count; i++) {
		own.tid = (uint32_t)(1000 + i);
		ringer_start(&rings[i], &own, client_channel(client));
		ringer_settle(&rings[i]);
	}
}

static void forget(struct ringer *rings, int count)
{
	for (int i = 0; i < count; i++) {
		close(rings[i].channel);
		ringer_unmap(&rings[i]);
	}
}

#define MANY 80

static void many_files(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Every word, in every state of the channel, with what the broker does of itself then. */
START_TEST(test_park_words)
{
	const uint32_t words[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 0x80000003, UINT32_MAX};
	struct wire_head head;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int state = 0; state < 5; state++) {
			struct ringer ringer;

			ringer_open(&ringer, &broker);
			ringer_begin(&ringer);
			head = client_head(&ringer.client, state == 3 ? WIRE_POLL : WIRE_FLUSH);
			ringer_park(&ringer, words[i]);
			ringer.ring->park_nice = INT32_MIN;
			ringer.ring->park_read_size = UINT64_MAX;
			atomic_store(&ringer.ring->park, words[i]);
			if (state == 1)
				ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
			if (state == 3)
				ringer_send(&ringer, &head, sizeof(head), false);
			pair_call();
			atomic_store(&ringer.ring->park, words[i]);
			/* Whoever flushes makes the driver look at all who are parked. */
			if (state == 4)
				ringer_send(&ringer, &head, sizeof(head), false);
			if (state == 2)
				shutdown(ringer.channel, SHUT_RDWR);
			ringer_ring(&ringer);
			pair_call();
			ringer_close(&ringer);
		}
	}
}
END_TEST

/* The word says that a thread reads; then a message on the same ring is for another one. */
START_TEST(test_park_and_change_thread)
{
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	ringer_park(&ringer, WIRE_PARK_OPEN | WIRE_PARK_READING);
	ringer.client.tid = 2;
	ringer_write_read(&ringer, WIRE_F_NONBLOCK, NULL, 0, RETURNS);
	pair_call();
	ringer.client.tid = 1;
	ringer_write_read(&ringer, WIRE_F_NONBLOCK, NULL, 0, RETURNS);
	ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
	pair_call();
	ringer_close(&ringer);
}
END_TEST

/* The same, and the message comes over another channel. */
START_TEST(test_park_and_change_channel)
{
	for (int by_ring = 0; by_ring < 2; by_ring++) {
		struct ringer ringer, second;
		int other;

		ringer_open(&ringer, &broker);
		other = client_channel(&ringer.client);
		ringer_begin(&ringer);
		ringer_park(&ringer, WIRE_PARK_OPEN | WIRE_PARK_READING);
		pair_call();
		if (by_ring) {
			ringer_start(&second, &ringer.client, other);
			ringer_write_read(&second, 0, NULL, 0, RETURNS);
			ringer_write_read(&second, 0, NULL, 0, RETURNS);
		} else {
			client_write_read(&ringer.client, other, 0, NULL, 0, RETURNS);
		}
		pair_call();
		pair_call();
		if (by_ring)
			ringer_unmap(&second);
		close(other);
		ringer_close(&ringer);
	}
}
END_TEST

/* A ring grows cold while its word says that the thread inside of a request reads. */
START_TEST(test_park_inside_and_grow_cold)
{
	static struct ringer rings[MANY];
	struct client client;

	for (int state = 0; state < 3; state++) {
		struct ringer ringer;

		ringer_open(&ringer, &broker);
		ringer_begin(&ringer);
		if (state)
			ringer_park(&ringer, WIRE_PARK_OPEN);
		ringer_settle(&ringer);
		if (state < 2)
			ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
		pair_call();
		atomic_store(&ringer.ring->park, WIRE_PARK_OPEN | WIRE_PARK_READING);
		client_open(&client, &broker);
		evict(rings, MANY, &client);
		pair_call();
		shutdown(ringer.channel, SHUT_RDWR);
		pair_call();
		ringer_close(&ringer);
		forget(rings, MANY);
		client_close(&client);
	}
}
END_TEST

/* The server learns of a node of @ringer's. Return: its handle */
static uint32_t introduce(struct ringer *ringer)
{
	struct {
		uint32_t command;
		uint32_t handle;
		uint32_t free;
		uint64_t buffer;
	} __attribute__((packed)) keep = {.command = BC_ACQUIRE, .free = BC_FREE_BUFFER};
	struct flat_binder_object object = {.hdr.type = BINDER_TYPE_BINDER, .binder = 0x100};
	struct {
		struct wire_write_read body;
		struct command_transaction out;
		uint8_t padding[4];
		struct wire_segment segments[2];
	} __attribute__((packed)) message = {
		.body.head = client_head(&ringer->client, WIRE_WRITE_READ),
		.body.write_size = sizeof(struct command_transaction),
		.body.command_bytes = sizeof(struct command_transaction),
		.body.segments = 2,
		.out = {.command = BC_TRANSACTION,
			.data = {.flags = TF_ONE_WAY,
				.data_size = sizeof(object),
				.offsets_size = 8,
				.data.ptr = {.buffer = 0x1000, .offsets = 0x2000}}},
		.segments = {{0x1000, sizeof(object), 0}, {0x2000, 8, 64}},
	};
	struct binder_transaction_data in;

	_Static_assert((sizeof(struct command_transaction) + 4) % 8 == 0, "padding");
	memcpy(ringer->client.arena, &object, sizeof(object));
	memset(ringer->client.arena + 64, 0, 8);
	ringer_send(ringer, &message, sizeof(message), false);
	ringer_expect(ringer, 0);
	client_write_read(&server, server.channel, 0, NULL, 0, RETURNS);
	pair_expect(&server, BR_TRANSACTION, &in, sizeof(in));
	/* Handles are given out from 1, and the server has no other. */
	keep.handle = 1;
	keep.buffer = in.data.ptr.buffer;
	client_write_read(&server, server.channel, 0, &keep, sizeof(keep), 0);
	ck_assert_int_eq(client_answer(server.channel, &(struct wire_answer){0}, NULL, 0), 0);
	return keep.handle;
}

static void let_go(uint32_t handle)
{
	uint32_t command[2] = {BC_RELEASE, handle};

	client_write_read(&server, server.channel, 0, command, sizeof(command), 0);
	ck_assert_int_eq(client_answer(server.channel, &(struct wire_answer){0}, NULL, 0), 0);
}

/* The server sends @count oneways there. */
static void send_some(uint32_t handle, int count)
{
	struct command_transaction out = {.command = BC_TRANSACTION};
	struct wire_answer answer;

	out.data.flags = TF_ONE_WAY;
	out.data.target.handle = handle;
	for (int i = 0; i < count; i++) {
		client_write_read(&server, server.channel, 0, &out, sizeof(out), RETURNS);
		ck_assert_int_eq(client_answer(server.channel, &answer, ringer_returns,
					 sizeof(ringer_returns)),
			0);
	}
}

/* Reads until it has a oneway. Return: its buffer's address */
static uint64_t read_oneway(struct ringer *ringer)
{
	for (int i = 0; i < 10; i++) {
		struct wire_answer answer;

		ringer_write_read(ringer, 0, NULL, 0, RETURNS);
		answer = ringer_expect(ringer, 0);
		for (uint32_t at = 0, command; at + 4 <= answer.bytes;
			at += 4 + _IOC_SIZE(command)) {
			struct binder_transaction_data data;

			memcpy(&command, ringer_returns + at, 4);
			memcpy(&data, ringer_returns + at + 4, sizeof(data));
			if (command == BR_TRANSACTION)
				return data.data.ptr.buffer;
		}
	}
	ck_abort_msg("no oneway");
}

/* Reads offered to it before, which were withdrawn. */
static uint32_t base;

/* The word that says so many of offered() and taken ones. */
static uint64_t ahead_word(uint32_t offers, uint32_t taken)
{
	return (uint64_t)(base + offers) << 32 | (base + taken);
}

/* A client that has read a oneway, and is offered those behind it. */
static uint32_t offered(struct ringer *ringer, uint32_t count)
{
	struct {
		uint32_t command;
		uint64_t buffer;
	} __attribute__((packed)) back = {.command = BC_FREE_BUFFER};
	uint32_t handle;

	ringer_open_as_other(ringer, &broker);
	ringer_begin(ringer);
	handle = introduce(ringer);
	/* The first finds it waiting, and the others wait behind that. */
	send_some(handle, 1);
	back.buffer = read_oneway(ringer);
	send_some(handle, 1 + (int)count);
	ringer_write_read(ringer, 0, &back, sizeof(back), RETURNS);
	ringer_expect(ringer, 0);
	base = (uint32_t)atomic_load(&ringer->ring->ahead);
	ck_assert_uint_eq(atomic_load(&ringer->ring->ahead), ahead_word(count, 0));
	return handle;
}

START_TEST(test_ahead_counts)
{
	const uint32_t lies[][2] = {{0, 4}, {0, 17}, {0, UINT32_MAX}, {1, 0}, {2, 2}, {3, 4},
		{UINT32_MAX, UINT32_MAX}, {0, 0}, {UINT32_MAX, 0}, {3, 0x80000000},
		{3, UINT32_MAX}};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct ringer ringer;
		uint32_t handle = offered(&ringer, 3);

		atomic_store(&ringer.ring->ahead, ahead_word(lies[i][0], lies[i][1]));
		send_some(handle, 1);
		pair_call();
		ck_assert(ringer_gone(&ringer));
		let_go(handle);
		ringer_close(&ringer);
	}
}
END_TEST

/* Counts ahead of what the thread did: it alone is confused by that. */
START_TEST(test_ahead_of_itself)
{
	struct ringer ringer;
	uint32_t handle = offered(&ringer, 3);

	/* Each that is sent is offered, too. */
	for (uint32_t i = 0; i < 3; i++) {
		atomic_store(&ringer.ring->ahead, ahead_word(3 + i, 3 + i));
		send_some(handle, 1);
		ck_assert_uint_eq(atomic_load(&ringer.ring->ahead), ahead_word(4 + i, 3 + i));
	}
	ringer_settle(&ringer);
	ringer_write_read(&ringer, WIRE_F_NONBLOCK, NULL, 0, RETURNS);
	ringer_expect(&ringer, -EAGAIN);
	let_go(handle);
	ringer_close(&ringer);
}
END_TEST

/* A count that goes back is none. */
START_TEST(test_ahead_goes_back)
{
	struct ringer ringer;
	uint32_t handle = offered(&ringer, 3);

	atomic_store(&ringer.ring->ahead, ahead_word(3, 2));
	send_some(handle, 1);
	atomic_store(&ringer.ring->ahead, ahead_word(4, 1));
	send_some(handle, 1);
	pair_call();
	ck_assert(ringer_gone(&ringer));
	let_go(handle);
	ringer_close(&ringer);
}
END_TEST

/* Has a ring started that it does not look at. Return: whether the broker is still there */
static bool start_blindly(const struct client *client, int channel)
{
	struct wire_head head = client_head(client, WIRE_RING);
	struct wire_answer answer = {0};
	struct iovec part = {.iov_base = &answer, .iov_len = sizeof(answer)};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned count = 0;

	if (send(channel, &head, sizeof(head), MSG_NOSIGNAL) < 0 ||
		wire_receive(channel, &part, 1, files, &count, 0) <= 0)
		return false;
	for (unsigned i = 0; i < count; i++)
		close(files[i]);
	return client_simple(client, channel, WIRE_RING_MAPPED) != -EPIPE;
}

/*
 * A ring grows cold, be it for another one of the same client, and what is found of it then
 * is the end of them all.
 */
START_TEST(test_dropped_while_growing_cold)
{
	struct wire_head head = {.type = WIRE_CHANNEL};
	struct ringer ringer;
	uint32_t handle = offered(&ringer, 3);
	struct client own = ringer.client;
	int pair[2], channels[MANY], count = 0;
	bool is_there = true;

	atomic_store(&ringer.ring->ahead, 99);
	for (own.tid = 1000; count < MANY && is_there; own.tid++) {
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
		is_there = client_send_main(own.main, &head, sizeof(head), &pair[1], 1) > 0;
		close(pair[1]);
		channels[count++] = pair[0];
		is_there = is_there && start_blindly(&own, pair[0]);
	}
	ck_assert(!is_there);
	while (count > 0)
		close(channels[--count]);
	ck_assert(client_gone(ringer.client.main));
	pair_call();
	let_go(handle);
	ringer_close(&ringer);
}
END_TEST

/* To park is to be quiet: without that it means nothing, on a ring or a socket. */
START_TEST(test_parks_aloud)
{
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	atomic_store(&ringer.ring->park, WIRE_PARK_OPEN | WIRE_PARK_READING);
	ringer_write_read(&ringer, WIRE_F_PARKS, NULL, 0, 0);
	ringer_expect(&ringer, 0);
	client_write_read(&ringer.client, ringer.channel, WIRE_F_PARKS, NULL, 0, 0);
	ck_assert_int_eq(client_answer(ringer.channel, &(struct wire_answer){0}, NULL, 0), 0);
	ringer_settle(&ringer);
	ringer_close(&ringer);
}
END_TEST

/* More rings than are looked at by themselves: all are heard. */
START_TEST(test_many_rings)
{
	static struct ringer rings[3 * MANY];
	struct client clients[3];

	many_files();
	for (int i = 0; i < 3; i++) {
		client_open(&clients[i], &broker);
		evict(rings + i * MANY, MANY, &clients[i]);
	}
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 3 * MANY; i++)
			ringer_settle(&rings[(i * 7 + round) % (3 * MANY)]);
		pair_call();
	}
	/* All at once, each with a read that waits, and one by one to their end. */
	for (int i = 0; i < 3 * MANY; i++)
		ringer_write_read(&rings[i], 0, NULL, 0, RETURNS);
	for (int i = 0; i < 3 * MANY; i++) {
		struct wire_head head = client_head(&rings[i].client, WIRE_INTERRUPT);

		ringer_send(&rings[i], &head, sizeof(head), false);
		ringer_expect(&rings[i], -EINTR);
	}
	/* Parked, and cold some time after: each is told of. */
	for (int i = 0; i < 3 * MANY; i++) {
		ringer_park(&rings[i], WIRE_PARK_OPEN);
		ringer_settle(&rings[i]);
	}
	for (int i = 0; i < 3; i++) {
		forget(rings + i * MANY, MANY);
		client_close(&clients[i]);
	}
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test)
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, 0);
	tcase_add_checked_fixture(tc, pair_setup, pair_teardown);
	tcase_add_test(tc, test);
	suite_add_tcase(suite, tc);
}

#define ADD(name) add(suite, #name, test_##name)

static Suite *park_suite(void)
{
	Suite *suite = suite_create("broker/hostile-park");

	ADD(park_words);
	ADD(park_and_change_thread);
	ADD(park_and_change_channel);
	ADD(park_inside_and_grow_cold);
	ADD(ahead_counts);
	ADD(ahead_of_itself);
	ADD(ahead_goes_back);
	ADD(dropped_while_growing_cold);
	ADD(parks_aloud);
	ADD(many_rings);
	return suite;
}

int main(void)
{
	SRunner *runner = srunner_create(park_suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
