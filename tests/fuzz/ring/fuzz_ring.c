// SPDX-License-Identifier: Apache-2.0

/*
 * Any bytes as what a client makes of a ring, while the broker reads it, answers and offers.
 *
 * Input: steps. Each is a byte that chooses what happens and, for the client's doings, a place
 * in the memory and what to write there: four bytes, in one of the words that both know, or
 * anywhere in the requests.
 */

#include <stdlib.h>
#include <string.h>

#include "broker/memory.h"
#include "broker/quota.h"
#include "broker/ring.h"
#include "broker/rings.h"

/* As many as a batch of the broker's would act on. */
#define FUZZ_MESSAGES 600

static struct memory_budget budget;
static struct message *message;

static void fuzz_message(struct ring *ring, struct message *unused)
{
	(void)ring;
	(void)unused;
}

static void fuzz_quiet(struct ring *ring)
{
	(void)ring;
}

static const struct ring_ops ops = {
	.message = fuzz_message, .arrived = fuzz_quiet, .cold = fuzz_quiet};

/* The words that a client writes, by number. */
static void *fuzz_word(struct wire_ring *shared, uint8_t which)
{
	void *const words[] = {&shared->request_tail, &shared->park, &shared->park_nice,
		&shared->park_read_size, &shared->park_order, &shared->wait, &shared->answer_head,
		&shared->watch, &shared->request_head, &shared->answer_tail, &shared->ahead,
		(uint8_t *)&shared->ahead + 4};

	return words[which % (sizeof(words) / sizeof(words[0]))];
}

/* What the broker does of a batch. */
static void fuzz_read(struct ring *ring)
{
	int count = 0;

	if (!ring_look(ring))
		return;
	while (ring_look_again(ring))
		;
	do {
		if (!ring_take(ring, message))
			return;
		if (message->error)
			return;
		if (message->size > WIRE_RING_QUEUE || !message->size || ++count > FUZZ_MESSAGES)
			abort();
	} while (ring_release(ring));
}

static void fuzz_answer(struct ring *ring, uint8_t size)
{
	uint8_t bytes[256] = {0};
	struct wire_record record = {.size = size, .kind = WIRE_RECORD_MESSAGE};
	struct iovec part = {.iov_base = bytes, .iov_len = size};

	ring_put(ring, &record, &part, 1);
}

static void fuzz_broker(struct ring *ring, uint8_t what)
{
	struct ahead ahead = {.after = what, .size = what % 81};
	struct park_read read = {0};
	uint32_t offered;
	int taken;

	switch (what % 6) {
	case 0:
	case 1:
		fuzz_read(ring);
		break;
	case 2:
		fuzz_answer(ring, what);
		break;
	case 3:
		ring_offer(ring, &ahead);
		break;
	case 4:
		offered = ring->offered - ring->settled;
		taken = ring_taken(ring, what & 0x80);
		if (taken > (int)offered || ring->offered - ring->taken > WIRE_RING_AHEAD)
			abort();
		break;
	case 5:
		if (ring_park_look(ring, what / 6 % 3, &read) == PARK_READING &&
			(read.nice < -20 || read.nice > 19 || read.read.size > WIRE_MAX_RETURNS))
			abort();
		break;
	}
}

/* Return: bytes used. */
static size_t fuzz_step(struct ring *ring, const uint8_t *data, size_t size)
{
	uint8_t *requests = ring->shared->requests;

	if (data[0] < 128) {
		fuzz_broker(ring, data[0]);
		return 1;
	}
	if (data[0] < 192 && size >= 6) {
		memcpy(fuzz_word(ring->shared, data[1]), data + 2, 4);
		return 6;
	}
	if (size < 8)
		return size;
	/* A whole record at the broker's head, now and then; else anywhere. */
	if (data[1] & 1)
		memcpy(requests + (ring->head & (WIRE_RING_QUEUE - 1) & ~15u), data + 2, 6);
	else
		memcpy(requests + (data[1] * 32u) % WIRE_RING_QUEUE, data + 2, 6);
	return 8;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event_base *base = event_base_new();
	struct inbox *inbox = inbox_new();
	struct rings *rings = rings_new(base, inbox);
	memory_budget_init(&budget);
	struct quota *quota = quota_new();
	struct quota_user *user = quota_user_get(quota, 1000);
	struct ring *ring;

	message = calloc(1, sizeof(*message));
	if (!message || ring_new(rings, &budget, user, &ops, NULL, &ring) || ring_start(ring))
		abort();
	while (size) {
		size_t used = fuzz_step(ring, data, size);

		data += used;
		size -= used;
	}
	/* And as it is at last, by all of the broker's rounds. */
	rings_drain(ring);
	rings_flush(rings);
	rings_run(rings, false);
	rings_wake_clients(rings);
	ring_free(ring);
	free(message);
	rings_free(rings);
	inbox_free(inbox);
	quota_user_unref(user);
	quota_free(quota);
	event_base_free(base);
	return 0;
}
