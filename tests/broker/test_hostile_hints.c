// SPDX-License-Identifier: Apache-2.0

/*
 * Words of a ring that are hints: where the client waits, and what is being copied for it. One
 * that writes there whatever it likes has its bells rung in vain, or not rung early; it gets
 * its replies all the same, and nobody else notices.
 */

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pair.h"
#include "ringer.h"

/* Of a reply that is announced before it is copied. */
#define LARGE 40000u

static const struct command_transaction call = {.command = BC_TRANSACTION, .data.code = 9};

/* The server reads a call and answers it at length. */
static void serve_large(void)
{
	struct {
		struct wire_write_read body;
		uint32_t free;
		uint64_t buffer;
		struct command_transaction reply;
		struct wire_segment segment;
	} __attribute__((packed)) message = {
		.body =
			{
				.head = client_head(&server, WIRE_WRITE_READ),
				.command_bytes = 12 + sizeof(struct command_transaction),
				.read_size = RETURNS,
				.segments = 1,
			},
		.free = BC_FREE_BUFFER,
		.reply =
			{
				.command = BC_REPLY,
				.data = {.data_size = LARGE, .data.ptr.buffer = 0x1000},
			},
		.segment = {.address = 0x1000, .size = LARGE},
	};
	struct binder_transaction_data in;

	client_write_read(&server, server.channel, 0, NULL, 0, RETURNS);
	pair_expect(&server, BR_TRANSACTION, &in, sizeof(in));
	ck_assert_uint_eq(in.code, 9);
	message.body.head.flags = WIRE_F_READ;
	message.body.write_size = message.body.command_bytes;
	message.buffer = in.data.ptr.buffer;
	ck_assert_int_eq(
		send(server.channel, &message, sizeof(message), MSG_NOSIGNAL), sizeof(message));
	pair_expect(&server, BR_TRANSACTION_COMPLETE, NULL, 0);
}

/* Reads until the reply is there, and frees its buffer. */
static void take_reply(struct ringer *ringer)
{
	struct {
		uint32_t command;
		uint64_t buffer;
	} __attribute__((packed)) back = {.command = BC_FREE_BUFFER};
	struct binder_transaction_data in = {.data_size = 0};
	struct wire_answer answer = ringer_expect(ringer, 0);
	uint32_t found;

	while (!in.data_size) {
		for (size_t at = 0; at + 4 <= answer.bytes; at += 4 + _IOC_SIZE(found)) {
			memcpy(&found, ringer_returns + at, 4);
			if (found == BR_REPLY)
				memcpy(&in, ringer_returns + at + 4, sizeof(in));
		}
		if (in.data_size)
			break;
		ringer_write_read(ringer, 0, NULL, 0, RETURNS);
		answer = ringer_expect(ringer, 0);
	}
	ck_assert_uint_eq(in.data_size, LARGE);
	back.buffer = in.data.ptr.buffer;
	ringer_write_read(ringer, 0, &back, sizeof(back), 0);
	ringer_expect(ringer, 0);
}

static void exchange_large(struct ringer *ringer)
{
	ringer_write_read(ringer, 0, &call, sizeof(call), RETURNS);
	serve_large();
	take_reply(ringer);
}

/* One word of each kind at a time, set once the broker knows of the call. */
START_TEST(test_hints)
{
	const int32_t cpus[] = {INT32_MIN, -1, 0, 1, 1000000, INT32_MAX};
	const uint32_t words[] = {0, 1, 7, 32768, 1u << 31, UINT32_MAX};
	struct ringer ringer;

	ringer_open_as_other(&ringer, &broker);
	ringer_begin(&ringer);
	ringer.deaf = true;
	for (int i = 0; i < 6 * 6 * 6; i++) {
		struct wire_ring *ring = ringer.ring;

		ringer_write_read(&ringer, 0, &call, sizeof(call), RETURNS);
		atomic_store(&ring->coming, words[i % 6]);
		atomic_store(&ring->cpu, cpus[i / 6 % 6]);
		atomic_store(&ring->wait_cpu, cpus[i / 36]);
		atomic_store(&ring->wait, words[(i + i / 6) % 6]);
		serve_large();
		/* No processor is that one: what is about this test was done. */
		if (cpus[i / 36] == -1 && sysconf(_SC_NPROCESSORS_ONLN) > 1)
			ck_assert_uint_eq(atomic_load(&ring->coming), LARGE);
		take_reply(&ringer);
		if (i % 6 == 0)
			pair_call();
	}
	ringer_close(&ringer);
}
END_TEST

static atomic_bool over;

static void *scribble(void *data)
{
	struct wire_ring *ring = data;
	uint32_t state = 2463534242u;

	while (!over) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		atomic_store(&ring->coming, state);
		atomic_store(&ring->cpu, (int32_t)state % 4);
		atomic_store(&ring->wait_cpu, (int32_t)(state >> 8) % 4);
		atomic_store(&ring->wait, state >> 30);
	}
	return NULL;
}

/* At any moment. */
START_TEST(test_hints_meanwhile)
{
	struct ringer ringer;
	pthread_t thread;

	ringer_open_as_other(&ringer, &broker);
	ringer_begin(&ringer);
	ringer.deaf = true;
	pthread_create(&thread, NULL, scribble, ringer.ring);
	for (int i = 0; i < 300; i++) {
		exchange_large(&ringer);
		if (i % 10 == 0)
			pair_call();
	}
	over = true;
	pthread_join(thread, NULL);
	ringer_close(&ringer);
}
END_TEST

/* A ring that is not in use yet: nothing is written to memory that may not be there. */
START_TEST(test_hints_too_early)
{
	struct ringer ringer;
	struct client client;

	client_open_as_other(&client, &broker);
	client_write_read(&client, client.channel, 0, &call, sizeof(call), 0);
	ck_assert_int_eq(client_answer(client.channel, &(struct wire_answer){0}, NULL, 0), 0);
	ringer_ask(&ringer, &client, client.channel);
	atomic_store(&ringer.ring->wait_cpu, -1);
	atomic_store(&ringer.ring->wait, WIRE_WAIT_BELL);
	serve_large();
	ck_assert_uint_eq(atomic_load(&ringer.ring->coming), 0);
	ck_assert_uint_eq(atomic_load(&ringer.ring->wait), WIRE_WAIT_BELL);
	ck_assert_int_eq(client_simple(&client, client.channel, WIRE_RING_MAPPED), 0);
	ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
	take_reply(&ringer);
	ringer_close(&ringer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/hostile-hints");
	TCase *tc = tcase_create("hints");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 0);
	tcase_add_checked_fixture(tc, pair_setup, pair_teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, test_hints);
	tcase_add_test(tc, test_hints_meanwhile);
	tcase_add_test(tc, test_hints_too_early);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
