// SPDX-License-Identifier: Apache-2.0

/*
 * Clients with rings that break every rule. Each is dropped, or harms itself alone; and after
 * each test others get a call through, and the broker holds no more than before.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unit/leak.h"
#include "pair.h"
#include "ringer.h"

START_TEST(test_by_the_rules)
{
	struct wire_head head;
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	for (int i = 0; i < 1000; i++)
		ringer_settle(&ringer);
	ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
	head = client_head(&ringer.client, WIRE_INTERRUPT);
	ringer_send(&ringer, &head, sizeof(head), false);
	ringer_expect(&ringer, -EINTR);
	ringer_park(&ringer, WIRE_PARK_OPEN);
	ringer_settle(&ringer);
	ringer_close(&ringer);
}
END_TEST

START_TEST(test_bad_tails)
{
	const uint32_t tails[] = {1, 8, 15, 17, WIRE_RING_QUEUE + 16, WIRE_RING_QUEUE + 1, 1u << 31,
		UINT32_MAX, UINT32_MAX - 15, UINT32_MAX - WIRE_RING_QUEUE + 1};

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct ringer ringer;

		ringer_open(&ringer, &broker);
		if (i % 2)
			ringer_settle(&ringer);
		ringer_publish(&ringer, ringer.tail + tails[i]);
		ck_assert(ringer_gone(&ringer));
		ringer_close(&ringer);
	}
}
END_TEST

START_TEST(test_bad_records)
{
	const uint32_t sizes[] = {0, 1, WIRE_RING_QUEUE - 15, WIRE_RING_QUEUE, 0x7fffffff,
		UINT32_MAX - 30, UINT32_MAX - 15, UINT32_MAX};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (uint32_t kind = 0; kind < 5; kind++) {
			struct wire_record record = {.size = sizes[i], .kind = kind, .time = i};
			struct ringer ringer;

			ringer_open(&ringer, &broker);
			memcpy(ringer.ring->requests, &record, sizeof(record));
			ringer_publish(&ringer, i % 2 ? WIRE_RING_QUEUE : 32);
			ck_assert(ringer_gone(&ringer));
			ringer_close(&ringer);
		}
	}
}
END_TEST

/* One that has so many channels that they are not closed at once when it is dropped. */
START_TEST(test_bad_record_of_many_channels)
{
	for (uint32_t kind = WIRE_RECORD_MESSAGE; kind <= WIRE_RECORD_SOCKET; kind++) {
		struct wire_record record = {.kind = kind, .time = 1};
		struct ringer ringer;
		int channels[100];

		ringer_open(&ringer, &broker);
		for (int i = 0; i < 100; i++) {
			channels[i] = client_channel(&ringer.client);
			ck_assert_int_eq(client_simple(&ringer.client, channels[i], WIRE_FLUSH), 0);
		}
		ringer_put(&ringer, &record, NULL);
		ck_assert(ringer_gone(&ringer));
		for (int i = 0; i < 100; i++)
			close(channels[i]);
		ringer_close(&ringer);
	}
}
END_TEST

/* What only the broker writes there, and what no one does. */
START_TEST(test_bad_kinds)
{
	struct wire_head head;
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	head = client_head(&ringer.client, WIRE_FLUSH);
	ringer_put(&ringer, &(struct wire_record){.size = sizeof(head), .kind = WIRE_RECORD_SOCKET},
		&head);
	ck_assert(ringer_gone(&ringer));
	ringer_close(&ringer);
}
END_TEST

static void drop_after(const void *bytes, size_t size)
{
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_send(&ringer, bytes, size, false);
	ck_assert(ringer_gone(&ringer));
	ringer_close(&ringer);
}

START_TEST(test_truncated)
{
	_Alignas(8) uint8_t bytes[512];

	for (uint32_t type = WIRE_ATTACH; type <= WIRE_RING_MAPPED; type++) {
		size_t size = pair_sample(bytes, type);

		for (size_t cut = 1; cut < size; cut += cut < 20 ? 1 : 7)
			drop_after(bytes, cut);
		drop_after(bytes, size + 1);
	}
}
END_TEST

/* Each is answered, or is the end; none of them by what another one left behind. */
START_TEST(test_every_type)
{
	_Alignas(8) uint8_t bytes[512];

	for (uint32_t type = 0; type < 96; type++) {
		size_t size = pair_sample(bytes, type);
		struct ringer ringer;

		ringer_open(&ringer, &broker);
		ringer_begin(&ringer);
		for (int i = 0; i < 3; i++)
			ringer_send(&ringer, bytes, size, i == 1);
		pair_call();
		ringer_close(&ringer);
	}
}
END_TEST

/* Messages of another's time come when they come; only their sender could tell. */
START_TEST(test_times)
{
	const uint64_t times[] = {0, 1, UINT64_MAX, UINT64_MAX / 2, wire_ring_time() + 1000000000};
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct wire_write_read body = {
			.head = client_head(&ringer.client, WIRE_WRITE_READ)};
		struct wire_record record = {
			.size = sizeof(body), .kind = WIRE_RECORD_QUIET, .time = times[i]};

		/* It says in one place that it is quiet, and in the other not; or the reverse. */
		body.head.flags = i % 2 ? WIRE_F_QUIET : 0;
		if (i % 3)
			record.kind = WIRE_RECORD_MESSAGE;
		ringer_put(&ringer, &record, &body);
		if (!(i % 2))
			ringer_expect(&ringer, 0);
	}
	ringer_settle(&ringer);
	ringer_close(&ringer);
}
END_TEST

/* Answers that nobody takes: in the ring while there is room, and then no more. */
START_TEST(test_answers_left)
{
	struct wire_head head;
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	head = client_head(&ringer.client, WIRE_FLUSH);
	while (wire_ring_fits(atomic_load(&ringer.ring->request_head), ringer.tail, sizeof(head)) &&
		daemon_figure(&broker, "connections") > 2) {
		ringer_send(&ringer, &head, sizeof(head), false);
		/* A client is not gone before the broker has seen to the message. */
		if (ringer.tail % 1024 == 0)
			pair_call();
	}
	ck_assert(ringer_gone(&ringer));
	ringer_close(&ringer);
}
END_TEST

START_TEST(test_answer_head_lies)
{
	const uint32_t heads[] = {16, 8192, 8208, 1u << 31, UINT32_MAX, 7};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct wire_head head;
		struct ringer ringer;

		ringer_open(&ringer, &broker);
		head = client_head(&ringer.client, WIRE_FLUSH);
		for (int j = 0; j < 100; j++) {
			atomic_store(&ringer.ring->answer_head, heads[i] * (uint32_t)(j + 1));
			ringer_send(&ringer, &head, sizeof(head), false);
			if (j % 10 == 0)
				pair_call();
			if (daemon_figure(&broker, "connections") == 2)
				break;
		}
		pair_call();
		ringer_close(&ringer);
	}
}
END_TEST

/* What the broker has written itself it does not believe, either. */
START_TEST(test_broker_words)
{
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	for (uint32_t i = 0; i < 200; i++) {
		struct wire_ring *ring = ringer.ring;

		atomic_store(&ring->request_head, i * 2654435761u);
		atomic_store(&ring->wait, i % 7);
		memset(ring->reads, (int)i, sizeof(ring->reads));
		ringer.client.tid = 1 + i % 3;
		{
			struct wire_head head = client_head(&ringer.client, WIRE_FLUSH);
			struct wire_record record = {
				.size = sizeof(head), .kind = WIRE_RECORD_MESSAGE};

			ringer_put(&ringer, &record, &head);
		}
		/* Armed or not, the bell is rung. */
		atomic_store(&ring->watch, i % 5);
		send(ringer.bell, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		pair_call();
		atomic_store(&ring->answer_head, atomic_load(&ring->answer_tail));
	}
	ringer_close(&ringer);
}
END_TEST

/* Bells without end, of any length, with descriptors: at last nobody hears it any more. */
START_TEST(test_bell_flood)
{
	static uint8_t bytes[65536];
	struct iovec part = {.iov_base = bytes, .iov_len = 100};
	struct ringer ringer;
	int files[8];

	for (int i = 0; i < 8; i++)
		files[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	for (int i = 0; i < 10000; i++)
		send(ringer.bell, bytes, (size_t)i % 300, MSG_NOSIGNAL | MSG_DONTWAIT);
	send(ringer.bell, bytes, sizeof(bytes), MSG_NOSIGNAL | MSG_DONTWAIT);
	for (int i = 0; i < 1000; i++)
		wire_send(ringer.bell, &part, 1, files, 8, MSG_DONTWAIT);
	pair_call();
	for (int i = 0; i < 8; i++)
		close(files[i]);
	ringer_close(&ringer);
}
END_TEST

/* Answers ring while nobody takes the bells off: there is room for so many, and no more. */
START_TEST(test_bells_unheard)
{
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	ringer.deaf = true;
	for (int i = 0; i < 1000; i++) {
		atomic_store(&ringer.ring->wait, WIRE_WAIT_BELL);
		ringer_settle(&ringer);
	}
	shutdown(ringer.bell, SHUT_RD);
	pair_call();
	ringer_settle(&ringer);
	shutdown(ringer.bell, SHUT_RDWR);
	pair_call();
	ringer_close(&ringer);
}
END_TEST

/* Nothing that is done to the memory takes a page away from the broker. */
static void harm(int memory)
{
	void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);

	ck_assert_int_lt(ftruncate(memory, 0), 0);
	ck_assert_int_lt(ftruncate(memory, 1 << 20), 0);
	fallocate(memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1 << 20);
	fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE);
	if (map != MAP_FAILED) {
		madvise(map, 4096, MADV_REMOVE);
		munmap(map, 4096);
	}
}

START_TEST(test_memory)
{
	const int seals[] = {0, F_SEAL_SEAL, F_SEAL_WRITE, 0x10 /* FUTURE_WRITE */, F_SEAL_GROW};

	for (size_t i = 0; i < sizeof(seals) / sizeof(seals[0]); i++) {
		struct ringer ringer;
		struct client client;
		int ret;

		client_open(&client, &broker);
		ringer_ask(&ringer, &client, client.channel);
		if (seals[i])
			fcntl(ringer.memory, F_ADD_SEALS, seals[i]);
		harm(ringer.memory);
		ret = client_simple(&client, client.channel, WIRE_RING_MAPPED);
		if (seals[i] == F_SEAL_SEAL)
			ck_assert_int_lt(ret, 0);
		if (!ret) {
			ringer_settle(&ringer);
			harm(ringer.memory);
			ringer_settle(&ringer);
			ck_assert_ptr_eq(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
						 ringer.memory, 0),
				MAP_FAILED);
		} else {
			ck_assert_int_eq(client_simple(&client, client.channel, WIRE_FLUSH), 0);
		}
		ringer_close(&ringer);
	}
}
END_TEST

/* It ends where it had begun: with memory that nobody has said to have mapped, or a full ring. */
START_TEST(test_closed_in_the_middle)
{
	struct wire_head head = {.type = WIRE_FLUSH, .tid = 1};
	struct ringer ringer;
	struct client client;

	for (int with_message = 0; with_message < 2; with_message++) {
		client_open(&client, &broker);
		ringer_ask(&ringer, &client, client.channel);
		if (with_message)
			ringer_send(&ringer, &head, sizeof(head), false);
		harm(ringer.memory);
		ringer_close(&ringer);
		pair_call();
	}
	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
	ringer_close(&ringer);
	ringer_open(&ringer, &broker);
	while (wire_ring_fits(0, ringer.tail, sizeof(head)))
		ringer.tail = wire_ring_put(ringer.ring->requests, ringer.tail,
			&(struct wire_record){.size = sizeof(head), .kind = WIRE_RECORD_MESSAGE},
			&(struct iovec){.iov_base = &head, .iov_len = sizeof(head)}, 1);
	atomic_store(&ringer.ring->request_tail, ringer.tail);
	ringer_close(&ringer);
}
END_TEST

START_TEST(test_handshake)
{
	struct ringer ringer, again;
	struct client client;
	struct wire_head head;
	int channel;

	client_open(&client, &broker);
	/* Without one there is nothing that could be mapped. */
	ck_assert_int_lt(client_simple(&client, client.channel, WIRE_RING_MAPPED), 0);
	ringer_ask(&ringer, &client, client.channel);
	/* Twice. */
	ck_assert_int_lt(client_simple(&client, client.channel, WIRE_RING), 0);
	ck_assert_int_eq(client_simple(&client, client.channel, WIRE_RING_MAPPED), 0);
	ck_assert_int_lt(client_simple(&client, client.channel, WIRE_RING), 0);
	ck_assert_int_lt(client_simple(&client, client.channel, WIRE_RING_MAPPED), 0);
	ringer_settle(&ringer);
	/* It could not be mapped: another one may be asked for. */
	channel = client_channel(&client);
	ringer_ask(&again, &client, channel);
	head = client_head(&client, WIRE_RING_MAPPED);
	head.flags = WIRE_F_ARGUMENT_FAULT;
	ck_assert_int_gt(send(channel, &head, sizeof(head), 0), 0);
	ck_assert_int_lt(client_answer(channel, &(struct wire_answer){0}, NULL, 0), 0);
	ringer_unmap(&again);
	ringer_start(&again, &client, channel);
	again.client.tid = 2;
	ringer_settle(&again);
	ringer_unmap(&again);
	close(channel);
	ringer_settle(&ringer);
	ringer_close(&ringer);
}
END_TEST

/* Where there are rings nothing is quiet on a socket, whether there is one yet or not. */
START_TEST(test_quiet_on_the_socket)
{
	for (int with_ring = 0; with_ring < 2; with_ring++) {
		struct ringer ringer;
		struct client client;

		client_open(&client, &broker);
		if (with_ring)
			ringer_start(&ringer, &client, client.channel);
		client_write_read(&client, client.channel, WIRE_F_QUIET, NULL, 0, 0);
		ck_assert(client_gone(client.main));
		if (with_ring)
			ringer_unmap(&ringer);
		client_close(&client);
	}
}
END_TEST

/* A second request over the other way, before the answer to the first. */
START_TEST(test_two_ways)
{
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
	client_write_read(&ringer.client, ringer.channel, 0, NULL, 0, RETURNS);
	ck_assert(ringer_gone(&ringer));
	ringer_close(&ringer);

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	client_write_read(&ringer.client, ringer.channel, 0, NULL, 0, RETURNS);
	ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
	ck_assert(ringer_gone(&ringer));
	ringer_close(&ringer);

	/* An answer takes the way of its request, whatever came the other way meanwhile. */
	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	client_write_read(&ringer.client, ringer.channel, 0, NULL, 0, RETURNS);
	pair_call();
	{
		struct wire_head head = client_head(&ringer.client, WIRE_INTERRUPT);

		ringer_send(&ringer, &head, sizeof(head), false);
	}
	ck_assert_int_eq(
		client_answer(ringer.channel, &(struct wire_answer){0}, ringer_returns, 64),
		-EINTR);
	ringer_settle(&ringer);
	ringer_close(&ringer);
}
END_TEST

START_TEST(test_interrupts)
{
	struct wire_head head;
	struct ringer ringer;

	ringer_open(&ringer, &broker);
	ringer_begin(&ringer);
	head = client_head(&ringer.client, WIRE_INTERRUPT);
	for (int i = 0; i < 20000; i++)
		ringer_send(&ringer, &head, sizeof(head), i % 2);
	ringer_settle(&ringer);
	for (int i = 0; i < 200; i++) {
		ringer_write_read(&ringer, 0, NULL, 0, RETURNS);
		for (int j = 0; j < 20; j++)
			ringer_send(&ringer, &head, sizeof(head), false);
		ringer_expect(&ringer, -EINTR);
	}
	ringer_close(&ringer);
}
END_TEST

/* Everything at random, from a fixed seed, while messages of any kind come. */
START_TEST(test_mutations)
{
	uint64_t state = 88172645463325252u;
	_Alignas(8) uint8_t bytes[512];

	for (int i = 0; i < 1500; i++) {
		struct ringer ringer;

		ringer_open(&ringer, &broker);
		for (int j = 0; j < 6; j++) {
			uint32_t type = WIRE_ATTACH + (uint32_t)(state >> 40) % 15;
			size_t size = pair_sample(bytes, type);
			uint8_t *words = (uint8_t *)ringer.ring;

			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			if (j % 3 == 2)
				bytes[(state >> 8) % size] = (uint8_t)(state >> 24);
			if (type == WIRE_WRITE_READ)
				((struct wire_head *)(void *)bytes)->flags =
					(uint32_t)(state >> 50) & 0x4f;
			if (!wire_ring_fits(0, ringer.tail, size))
				break;
			ringer_put(&ringer,
				&(struct wire_record){.size = (uint32_t)size,
					.kind = 1 + (uint32_t)(state >> 60) % 2,
					.time = state},
				bytes);
			if (j % 2)
				words[(state >> 16) % 320] ^= (uint8_t)(state >> 32);
			ringer_ring(&ringer);
			send(ringer.bell, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		}
		ringer_close(&ringer);
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

static Suite *ring_suite(void)
{
	Suite *suite = suite_create("broker/hostile-ring");

	ADD(by_the_rules);
	ADD(bad_tails);
	ADD(bad_records);
	ADD(bad_record_of_many_channels);
	ADD(bad_kinds);
	ADD(truncated);
	ADD(every_type);
	ADD(times);
	ADD(answers_left);
	ADD(answer_head_lies);
	ADD(broker_words);
	ADD(bell_flood);
	ADD(bells_unheard);
	ADD(memory);
	ADD(closed_in_the_middle);
	ADD(handshake);
	ADD(quiet_on_the_socket);
	ADD(two_ways);
	ADD(interrupts);
	ADD(mutations);
	return suite;
}

int main(void)
{
	SRunner *runner = srunner_create(ring_suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
