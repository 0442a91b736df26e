/* SPDX-License-Identifier: Apache-2.0 */

/* Records in a queue, at every position of it; and queues that nobody writes by the rules. */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "leak.h"
#include "wire/ring.h"

#define RECORD sizeof(struct wire_record)
/* The longest message that an empty queue takes. */
#define MOST (WIRE_RING_QUEUE - RECORD)

static uint8_t queue[WIRE_RING_QUEUE];

static void fill(uint8_t *bytes, size_t size, unsigned int seed)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(seed + i * 7 + i / 256);
}

static struct wire_record message(uint32_t size)
{
	return (struct wire_record){
		.size = size, .kind = WIRE_RECORD_QUIET, .time = 0x123456789abcdef0};
}

/* One message of @size bytes at @at and out again. */
static void there_and_back(uint32_t at, uint32_t size)
{
	struct wire_record in = message(size), out;
	static uint8_t sent[WIRE_RING_QUEUE], got[WIRE_RING_QUEUE];
	struct iovec parts[3] = {
		{.iov_base = sent, .iov_len = size / 3},
		{.iov_base = NULL, .iov_len = 0},
		{.iov_base = sent + size / 3, .iov_len = size - size / 3},
	};
	uint32_t tail;

	fill(sent, size, size + at);
	memset(got, 0, sizeof(got));
	ck_assert(wire_ring_fits(at, at, size));
	tail = wire_ring_put(queue, at, &in, parts, 3);
	ck_assert_uint_eq(tail, at + wire_ring_size(size));
	ck_assert_uint_eq((tail - at) % WIRE_RING_ALIGN, 0);
	ck_assert_int_eq(wire_ring_next(queue, at, tail, &out), 1);
	ck_assert_mem_eq(&out, &in, sizeof(in));
	wire_ring_get(queue, at + (uint32_t)RECORD, got, size);
	ck_assert_mem_eq(got, sent, size);
}

/* Around the end of the queue, and where positions wrap around. */
START_TEST(test_everywhere)
{
	const uint32_t sizes[] = {0, 1, 15, 16, 17, 80, 4096, MOST - 1, MOST};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (uint32_t at = 0; at < WIRE_RING_QUEUE; at += WIRE_RING_ALIGN)
			there_and_back(at, sizes[i]);
		there_and_back(UINT32_MAX - WIRE_RING_ALIGN + 1, sizes[i]);
		there_and_back(UINT32_MAX - WIRE_RING_QUEUE + 1, sizes[i]);
	}
}
END_TEST

/* What fits is what can be put without a byte of what was put before being lost. */
START_TEST(test_fits)
{
	ck_assert(wire_ring_fits(0, 0, MOST));
	ck_assert(!wire_ring_fits(0, 0, MOST + 1));
	ck_assert(!wire_ring_fits(0, 0, WIRE_RING_QUEUE));
	ck_assert(!wire_ring_fits(0, 0, SIZE_MAX));
	ck_assert(!wire_ring_fits(0, 0, (size_t)UINT32_MAX + 1));
	ck_assert(!wire_ring_fits(0, WIRE_RING_QUEUE, 0));
	ck_assert(wire_ring_fits(0, WIRE_RING_QUEUE - WIRE_RING_ALIGN, 0));
	ck_assert(!wire_ring_fits(0, WIRE_RING_QUEUE - WIRE_RING_ALIGN, 1));
	ck_assert(wire_ring_fits(UINT32_MAX - 15, 16, MOST - 32));
	ck_assert(!wire_ring_fits(UINT32_MAX - 15, 16, MOST - 31));
	/* A head before what was ever read, or behind the tail. */
	ck_assert(!wire_ring_fits(0, WIRE_RING_QUEUE + WIRE_RING_ALIGN, 0));
	ck_assert(!wire_ring_fits(WIRE_RING_ALIGN, 0, 0));
	ck_assert(!wire_ring_fits(1u << 31, 0, 0));
}
END_TEST

/* Messages of changing sizes in and out for a long time, always as many as fit. */
START_TEST(test_stream)
{
	uint32_t head = UINT32_MAX - 100 * WIRE_RING_QUEUE + 1, tail = head;
	unsigned int put = 0, taken = 0;
	uint8_t bytes[256];

	while (taken < 100000) {
		struct wire_record record = message(put * 13 % 251);
		struct iovec part = {.iov_base = bytes, .iov_len = record.size};

		if (wire_ring_fits(head, tail, record.size)) {
			record.time = put;
			fill(bytes, record.size, put++);
			tail = wire_ring_put(queue, tail, &record, &part, 1);
			ck_assert_uint_le(tail - head, WIRE_RING_QUEUE);
			continue;
		}
		ck_assert_uint_gt(put - taken, 30);
		ck_assert_int_eq(wire_ring_next(queue, head, tail, &record), 1);
		ck_assert_uint_eq(record.time, taken);
		ck_assert_uint_eq(record.size, taken * 13 % 251);
		fill(bytes, record.size, taken++);
		{
			uint8_t got[256];

			wire_ring_get(queue, head + (uint32_t)RECORD, got, record.size);
			ck_assert_mem_eq(got, bytes, record.size);
		}
		head += wire_ring_size(record.size);
	}
}
END_TEST

START_TEST(test_none)
{
	struct wire_record record;

	ck_assert_int_eq(wire_ring_next(queue, 0, 0, &record), 0);
	ck_assert_int_eq(wire_ring_next(queue, 7, 7, &record), 0);
	ck_assert_int_eq(wire_ring_next(queue, UINT32_MAX, UINT32_MAX, &record), 0);
}
END_TEST

/* Tails that no writer publishes. */
START_TEST(test_bad_tails)
{
	const uint32_t heads[] = {0, 16, 8176, UINT32_MAX - 15, 1u << 31};
	struct wire_record record = message(0);

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		uint32_t head = heads[i];

		wire_ring_put(queue, head, &record, NULL, 0);
		for (uint32_t off = 1; off < WIRE_RING_ALIGN; off++)
			ck_assert_int_eq(
				wire_ring_next(queue, head, head + off, &record), -EBADMSG);
		ck_assert_int_eq(wire_ring_next(queue, head, head + 16, &record), 1);
		ck_assert_int_eq(wire_ring_next(queue, head, head + 17, &record), -EBADMSG);
		ck_assert_int_eq(wire_ring_next(queue, head, head - 16, &record), -EBADMSG);
		ck_assert_int_eq(wire_ring_next(queue, head, head - 1, &record), -EBADMSG);
		ck_assert_int_eq(wire_ring_next(queue, head, head + WIRE_RING_QUEUE + 16, &record),
			-EBADMSG);
		ck_assert_int_eq(wire_ring_next(queue, head, head + (1u << 31), &record), -EBADMSG);
		ck_assert_int_eq(wire_ring_next(queue, head, head + WIRE_RING_QUEUE, &record), 1);
	}
}
END_TEST

/* A record that says to be longer than what is published. */
START_TEST(test_bad_sizes)
{
	const uint32_t sizes[] = {WIRE_RING_QUEUE - RECORD + 1, WIRE_RING_QUEUE,
		WIRE_RING_QUEUE + 1, 0x7fffffff, 0x80000000, UINT32_MAX - 15, UINT32_MAX - 16,
		UINT32_MAX - 30, UINT32_MAX};
	struct wire_record record, out;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		record = message(sizes[i]);
		memcpy(queue, &record, sizeof(record));
		for (uint32_t tail = 16; tail <= WIRE_RING_QUEUE; tail += 16)
			ck_assert_int_eq(wire_ring_next(queue, 0, tail, &out), -EBADMSG);
	}
	/* Every size and every length that is published: whole, or refused. */
	for (uint32_t size = 0; size <= 200; size++) {
		record = message(size);
		memcpy(queue, &record, sizeof(record));
		for (uint32_t tail = 16; tail <= 256; tail += 16)
			ck_assert_int_eq(wire_ring_next(queue, 0, tail, &out),
				tail >= sizeof(record) + size ? 1 : -EBADMSG);
	}
}
END_TEST

/* Whatever lies in memory: an answer is given, and a record that is one lies in the queue. */
START_TEST(test_any_memory)
{
	uint64_t state = 88172645463325252u;
	uint8_t *got = malloc(WIRE_RING_QUEUE);
	int found = 0;

	for (int i = 0; i < 20000; i++) {
		struct wire_record record;
		uint32_t head, tail;

		for (size_t at = 0; at < 64; at += 8) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			memcpy(queue + (state % (WIRE_RING_QUEUE / 8)) * 8, &state, 8);
		}
		head = (uint32_t)(state >> 32) & ~15u;
		tail = head + ((uint32_t)state & 0x2fff);
		/* Mostly small ones: others are refused for their size. */
		if (i % 2)
			memset(queue + head % WIRE_RING_QUEUE + 1, 0, 3);
		if (wire_ring_next(queue, head, tail, &record) != 1)
			continue;
		found++;
		ck_assert_uint_le(wire_ring_size(record.size), tail - head);
		ck_assert_uint_le(record.size, MOST);
		wire_ring_get(queue, head + (uint32_t)RECORD, got, record.size);
	}
	ck_assert_int_gt(found, 100);
	free(got);
}
END_TEST

/* The layout: what one side writes alone is not on a line with what the other does. */
START_TEST(test_layout)
{
	ck_assert_uint_eq(sizeof(struct wire_record), WIRE_RING_ALIGN);
	ck_assert_uint_eq(offsetof(struct wire_ring, requests) % 64, 0);
	ck_assert_uint_ge(
		offsetof(struct wire_ring, wait) - offsetof(struct wire_ring, request_tail), 64);
	ck_assert_uint_ge(
		offsetof(struct wire_ring, request_head) - offsetof(struct wire_ring, answer_head),
		64);
	ck_assert_uint_eq(WIRE_RING_AHEAD & (WIRE_RING_AHEAD - 1), 0);
	ck_assert(wire_ring_time() > 0);
	ck_assert(wire_ring_time() <= wire_ring_time());
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wire/ring");
	TCase *tc = tcase_create("ring");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	tcase_add_test(tc, test_everywhere);
	tcase_add_test(tc, test_fits);
	tcase_add_test(tc, test_stream);
	tcase_add_test(tc, test_none);
	tcase_add_test(tc, test_bad_tails);
	tcase_add_test(tc, test_bad_sizes);
	tcase_add_test(tc, test_any_memory);
	tcase_add_test(tc, test_layout);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
