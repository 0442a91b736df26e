/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a broker on sockets cannot go below: three processes, and a message that goes from
 * the first over the second to the third and back, by epoll_wait(), recv() and send().
 *
 *     binder-bench-floors seq-relay|memfd-relay
 *
 * With seq-relay payloads are in the messages, in pieces of 64 KiB. With memfd-relay they lie
 * in memory that sender and relay share, and the relay copies them to memory that it shares
 * with the receiver: so a broker does that lets no sender change what was received.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/contestant.h"
#include "bench/process.h"

#define FLOOR_PIECE ((size_t)64 << 10)
#define FLOOR_SOCKET_BUFFER (4 << 20)
/* Shared memory of one client in one direction. */
#define FLOOR_SLOT ((size_t)2 << 20)
/* The relay's number for the server among its sockets. */
#define FLOOR_SERVER UINT32_MAX

enum floor_kind { FLOOR_CALL, FLOOR_POST, FLOOR_COUNT };

/* Goes ahead of each piece. */
struct floor_head {
	uint32_t kind, client;
	uint64_t size;	 /* of the whole payload */
	uint64_t offset; /* with memfd-relay: of the payload, in the client's slot */
};

struct floor_buffer {
	struct floor_head head;
	uint8_t bytes[CELL_PAYLOAD_MAX + FLOOR_PIECE];
};

struct floor_client {
	struct client client; /* first */
	struct floor_buffer out, in;
	uint32_t index;
	size_t next; /* where the next message without a reply goes in the slot */
};

static bool floor_memfd;
static int floor_pairs[CELL_CLIENTS_MAX][2]; /* client, relay */
static int floor_up[2];			     /* relay, server */
/* CELL_CLIENTS_MAX slots each, with memfd-relay: what each side writes, and reads. */
static uint8_t *floor_client_out, *floor_client_in, *floor_server_out, *floor_server_in;

static void floor_pair(int pair[2])
{
	int size = FLOOR_SOCKET_BUFFER;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		process_die("socketpair");
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static uint8_t *floor_map(void)
{
	size_t size = CELL_CLIENTS_MAX * FLOOR_SLOT;
	int fd = memfd_create("binder-bench", MFD_CLOEXEC);
	void *memory;

	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		process_die("memfd");
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		process_die("memfd");
	close(fd);
	return memory;
}

static size_t floor_inline(const struct floor_head *head)
{
	return floor_memfd || head->kind == FLOOR_COUNT ? 0 : head->size;
}

static bool floor_send(int fd, struct floor_buffer *buffer)
{
	size_t size = floor_inline(&buffer->head), at = 0;

	if (size <= FLOOR_PIECE)
		return send(fd, buffer, sizeof(buffer->head) + size, MSG_NOSIGNAL) > 0;
	for (; at < size; at += FLOOR_PIECE) {
		struct iovec parts[2] = {
			{&buffer->head, sizeof(buffer->head)},
			{buffer->bytes + at, size - at < FLOOR_PIECE ? size - at : FLOOR_PIECE},
		};

		if (writev(fd, parts, 2) < 0)
			return false;
	}
	return true;
}

static bool floor_receive(int fd, struct floor_buffer *buffer)
{
	const ssize_t head = sizeof(buffer->head);
	ssize_t got = recv(fd, buffer, sizeof(buffer->head) + FLOOR_PIECE, 0);
	size_t at;

	if (got < head)
		return false;
	for (at = (size_t)(got - head); at < floor_inline(&buffer->head);) {
		struct floor_head again;
		struct iovec parts[2] = {
			{&again, sizeof(again)},
			{buffer->bytes + at, FLOOR_PIECE},
		};

		got = readv(fd, parts, 2);
		if (got <= head)
			return false;
		at += (size_t)(got - head);
	}
	return true;
}

/* The reply is built anew, as any server must. */
static void floor_answer(struct floor_buffer *in, struct floor_buffer *out)
{
	size_t slot = in->head.client * FLOOR_SLOT;

	out->head = in->head;
	out->head.offset = 0;
	if (floor_memfd)
		memcpy(floor_server_out + slot, floor_server_in + slot + in->head.offset,
			in->head.size);
	else
		memcpy(out->bytes, in->bytes, in->head.size);
}

static _Noreturn void floor_serve(void)
{
	struct floor_buffer *in = calloc(1, sizeof(*in)), *out = calloc(1, sizeof(*out));
	uint64_t posts = 0;

	if (!in || !out)
		process_die("memory");
	while (floor_receive(floor_up[1], in)) {
		if (in->head.kind == FLOOR_POST) {
			posts++;
			continue;
		}
		if (in->head.kind == FLOOR_COUNT) {
			out->head = in->head;
			out->head.size = posts;
		} else {
			floor_answer(in, out);
		}
		if (!floor_send(floor_up[1], out))
			break;
	}
	_exit(0);
}

static void floor_copy(const struct floor_head *head, bool down)
{
	size_t slot = head->client * FLOOR_SLOT + head->offset;

	if (down)
		memcpy(floor_client_in + slot, floor_server_out + slot, head->size);
	else
		memcpy(floor_server_in + slot, floor_client_out + slot, head->size);
}

static void floor_pass(uint32_t from, struct floor_buffer *piece)
{
	bool down = from == FLOOR_SERVER;
	ssize_t got = recv(down ? floor_up[0] : floor_pairs[from][1], piece,
		sizeof(piece->head) + FLOOR_PIECE, 0);

	if (got < (ssize_t)sizeof(piece->head))
		_exit(0);
	if (!down)
		piece->head.client = from;
	if (floor_memfd && piece->head.kind != FLOOR_COUNT)
		floor_copy(&piece->head, down);
	if (send(down ? floor_pairs[piece->head.client][1] : floor_up[0], piece, (size_t)got,
		    MSG_NOSIGNAL) < 0)
		_exit(0);
}

static void floor_add(int epoll, int fd, uint32_t number)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = number};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		process_die("epoll");
}

static _Noreturn void floor_relay(int clients)
{
	struct floor_buffer *piece = calloc(1, sizeof(*piece));
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event events[16];

	if (!piece || epoll < 0)
		process_die("epoll");
	for (int i = 0; i < clients; i++)
		floor_add(epoll, floor_pairs[i][1], (uint32_t)i);
	floor_add(epoll, floor_up[0], FLOOR_SERVER);
	for (;;) {
		int count = epoll_wait(epoll, events, 16, -1);

		for (int i = 0; i < count; i++)
			floor_pass(events[i].data.u32, piece);
	}
}

static void floor_start(const struct cell *cell)
{
	for (int i = 0; i < cell->clients; i++)
		floor_pair(floor_pairs[i]);
	floor_pair(floor_up);
	if (floor_memfd && !floor_client_out) {
		floor_client_out = floor_map();
		floor_client_in = floor_map();
		floor_server_out = floor_map();
		floor_server_in = floor_map();
	}
	if (process_spawn() == 0)
		floor_relay(cell->clients);
	if (process_spawn() == 0)
		floor_serve();
}

static struct client *floor_connect(const struct cell *cell, int index)
{
	struct floor_client *client = calloc(1, sizeof(*client));

	(void)cell;
	if (!client)
		process_die("memory");
	client->index = (uint32_t)index;
	client->client.out =
		floor_memfd ? floor_client_out + client->index * FLOOR_SLOT : client->out.bytes;
	return &client->client;
}

static const uint8_t *floor_call(struct client *client, const struct cell *cell)
{
	struct floor_client *self = (struct floor_client *)client;
	int fd = floor_pairs[self->index][0];

	self->out.head = (struct floor_head){.kind = FLOOR_CALL, .size = cell->size};
	if (!floor_send(fd, &self->out) || !floor_receive(fd, &self->in))
		process_die("a call");
	return floor_memfd ? floor_client_in + self->index * FLOOR_SLOT : self->in.bytes;
}

static void floor_post(struct client *client, size_t size, unsigned count)
{
	struct floor_client *self = (struct floor_client *)client;

	for (; count; count--) {
		self->out.head = (struct floor_head){.kind = FLOOR_POST, .size = size};
		if (floor_memfd) {
			/* The relay may not be through with those before. */
			if (self->next < size || self->next + size > FLOOR_SLOT)
				self->next = (size + 63) & ~(size_t)63;
			self->out.head.offset = self->next;
			memcpy(client->out + self->next, client->out, size);
			self->next += (size + 63) & ~(size_t)63;
		}
		if (!floor_send(floor_pairs[self->index][0], &self->out))
			process_die("a message");
	}
}

static uint64_t floor_sync(struct client *client)
{
	struct floor_client *self = (struct floor_client *)client;
	int fd = floor_pairs[self->index][0];

	self->out.head = (struct floor_head){.kind = FLOOR_COUNT};
	if (!floor_send(fd, &self->out) || !floor_receive(fd, &self->in))
		process_die("a count");
	return self->in.head.size;
}

static void floor_stop(void)
{
	for (int i = 0; i < CELL_CLIENTS_MAX; i++) {
		for (int j = 0; j < 2; j++) {
			if (floor_pairs[i][j] > 0)
				close(floor_pairs[i][j]);
			floor_pairs[i][j] = 0;
		}
	}
	close(floor_up[0]);
	close(floor_up[1]);
}

int main(int argc, char **argv)
{
	struct contestant contestant = {
		.name = argc > 1 ? argv[1] : "",
		.start = floor_start,
		.stop = floor_stop,
		.connect = floor_connect,
		.call = floor_call,
		.post = floor_post,
		.sync = floor_sync,
	};

	floor_memfd = strcmp(contestant.name, "memfd-relay") == 0;
	if (!floor_memfd && strcmp(contestant.name, "seq-relay") != 0) {
		fprintf(stderr, "usage: binder-bench-floors seq-relay|memfd-relay [CELL]...\n");
		return 2;
	}
	return contestant_main(&contestant, argc - 1, argv + 1);
}
