// SPDX-License-Identifier: Apache-2.0

#include "ringer.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define PATIENCE_MS 60000

uint8_t ringer_returns[RETURNS];

void ringer_ask(struct ringer *ringer, const struct client *client, int channel)
{
	struct wire_head head = client_head(client, WIRE_RING);
	struct wire_answer answer = {0};
	struct iovec part = {.iov_base = &answer, .iov_len = sizeof(answer)};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned count = 0;

	*ringer = (struct ringer){.client = *client, .channel = channel};
	ck_assert_int_eq(send(channel, &head, sizeof(head), MSG_NOSIGNAL), sizeof(head));
	ck_assert_int_eq(wire_receive(channel, &part, 1, files, &count, 0), sizeof(answer));
	ck_assert_int_eq(answer.ret, 0);
	ck_assert_uint_eq(count, 2);
	ringer->memory = files[0];
	ringer->bell = files[1];
	ringer->ring =
		mmap(NULL, sizeof(*ringer->ring), PROT_READ | PROT_WRITE, MAP_SHARED, files[0], 0);
	ck_assert_ptr_ne(ringer->ring, MAP_FAILED);
}

void ringer_start(struct ringer *ringer, const struct client *client, int channel)
{
	ringer_ask(ringer, client, channel);
	ck_assert_int_eq(client_simple(client, channel, WIRE_RING_MAPPED), 0);
}

void ringer_open(struct ringer *ringer, const struct daemon *daemon)
{
	struct client client;

	client_open(&client, daemon);
	ringer_start(ringer, &client, client.channel);
}

void ringer_open_as_other(struct ringer *ringer, const struct daemon *daemon)
{
	struct client client;

	client_open_as_other(&client, daemon);
	ringer_start(ringer, &client, client.channel);
}

void ringer_unmap(struct ringer *ringer)
{
	munmap(ringer->ring, sizeof(*ringer->ring));
	close(ringer->memory);
	close(ringer->bell);
}

void ringer_close(struct ringer *ringer)
{
	ringer_unmap(ringer);
	client_close(&ringer->client);
}

void ringer_ring(struct ringer *ringer)
{
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_fetch_and(&ringer->ring->watch, ~WIRE_WATCH_ARMED) & WIRE_WATCH_ARMED)
		send(ringer->bell, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void ringer_publish(struct ringer *ringer, uint32_t tail)
{
	ringer->tail = tail;
	atomic_store(&ringer->ring->request_tail, tail);
	ringer_ring(ringer);
}

void ringer_put(struct ringer *ringer, const struct wire_record *record, const void *bytes)
{
	struct iovec part = {.iov_base = (void *)bytes, .iov_len = bytes ? record->size : 0};

	ringer_publish(
		ringer, wire_ring_put(ringer->ring->requests, ringer->tail, record, &part, 1));
}

void ringer_send(struct ringer *ringer, const void *bytes, size_t size, bool quiet)
{
	struct wire_record record = {
		.size = (uint32_t)size,
		.kind = quiet ? WIRE_RECORD_QUIET : WIRE_RECORD_MESSAGE,
		.time = quiet ? wire_ring_time() : 0,
	};

	while (!wire_ring_fits(atomic_load(&ringer->ring->request_head), ringer->tail, size))
		sched_yield();
	ringer_put(ringer, &record, bytes);
}

void ringer_write_read(
	struct ringer *ringer, uint32_t flags, const void *commands, size_t size, size_t read_size)
{
	struct {
		struct wire_write_read body;
		uint8_t commands[1024];
	} message = {
		.body.head = client_head(&ringer->client, WIRE_WRITE_READ),
		.body.write_size = size,
		.body.command_bytes = (uint32_t)size,
		.body.read_size = read_size,
	};

	ck_assert_uint_le(size, sizeof(message.commands));
	message.body.head.flags = flags | (read_size ? WIRE_F_READ : 0);
	if (size)
		memcpy(message.commands, commands, size);
	ringer_send(ringer, &message, sizeof(message.body) + ((size + 7) & ~(size_t)7),
		flags & WIRE_F_QUIET);
}

/* Sleeps until there may be something in the ring. Return: 0 or -EPIPE */
static int ringer_sleep(struct ringer *ringer)
{
	struct pollfd poll_fds[2] = {
		{.fd = ringer->bell, .events = POLLIN},
		{.fd = ringer->channel, .events = POLLIN},
	};
	uint8_t bell;

	if (ringer->deaf) {
		sched_yield();
		return 0;
	}
	atomic_store(&ringer->ring->wait, WIRE_WAIT_BELL);
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load(&ringer->ring->answer_tail) != ringer->head)
		return 0;
	ck_assert_int_ge(poll(poll_fds, 2, PATIENCE_MS), 1);
	return recv(ringer->bell, &bell, sizeof(bell), MSG_DONTWAIT) > 0 ? 0 : -EPIPE;
}

int ringer_answer(struct ringer *ringer, struct wire_answer *answer, void *bytes, size_t size)
{
	struct wire_record record;
	int ret;

	while ((ret = wire_ring_next(ringer->ring->answers, ringer->head,
			atomic_load(&ringer->ring->answer_tail), &record)) == 0) {
		if (ringer_sleep(ringer))
			return -EPIPE;
	}
	atomic_store(&ringer->ring->wait, WIRE_WAIT_NONE);
	ck_assert_int_eq(ret, 1);
	ck_assert_uint_eq(record.kind, WIRE_RECORD_MESSAGE);
	wire_ring_get(ringer->ring->answers, ringer->head + (uint32_t)sizeof(record), answer,
		sizeof(*answer));
	ck_assert_uint_eq(answer->head.type, WIRE_ANSWER);
	ck_assert_uint_eq(record.size, sizeof(*answer) + answer->bytes);
	ck_assert_uint_le(answer->bytes, size);
	if (answer->bytes)
		wire_ring_get(ringer->ring->answers,
			ringer->head + (uint32_t)(sizeof(record) + sizeof(*answer)), bytes,
			answer->bytes);
	ringer->head += wire_ring_size(record.size);
	atomic_store(&ringer->ring->answer_head, ringer->head);
	return answer->ret;
}

bool ringer_gone(const struct ringer *ringer)
{
	return client_gone(ringer->client.main) && client_gone(ringer->channel);
}

struct wire_answer ringer_expect(struct ringer *ringer, int ret)
{
	struct wire_answer answer;

	ck_assert_int_eq(
		ringer_answer(ringer, &answer, ringer_returns, sizeof(ringer_returns)), ret);
	return answer;
}

void ringer_begin(struct ringer *ringer)
{
	ringer_write_read(ringer, 0, NULL, 0, RETURNS);
	ringer_expect(ringer, 0);
}

void ringer_park(struct ringer *ringer, uint32_t word)
{
	atomic_store(&ringer->ring->park, word);
	ringer_write_read(ringer, WIRE_F_QUIET | WIRE_F_PARKS, NULL, 0, 0);
}

void ringer_settle(struct ringer *ringer)
{
	struct wire_ioctl body = {
		.head = client_head(&ringer->client, WIRE_IOCTL),
		.command = (uint32_t)BINDER_VERSION,
		.size = 4,
	};
	uint8_t bytes[sizeof(body) + 4] = {0};

	memcpy(bytes, &body, sizeof(body));
	ringer_send(ringer, bytes, sizeof(bytes), false);
	ringer_expect(ringer, 0);
}
