/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A caller sees of a reply what was in memory when it was sent, whatever happens there later.
 *
 *     lend ROUNDS
 *
 * The server replies from one piece of its arena, always the same, with bytes that the call
 * asks for, and stores others there as soon as the memory is its own again. If it lends its
 * replies that is when its next read has returned, with a call or because of a signal; else
 * when the ioctl that replied has. Where several clients call, the next read may be one that
 * was offered ahead. Returns 0 if all went well.
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <binderd/device.h>

#include "bench/port.h"
#include "bench/process.h"

#define AREA ((size_t)256 << 10)
#define SPOILED 0xee
#define CODES 200
#define PATIENCE_S 120
/* Of clients that call at once. */
#define MANY 4
/* Calls of a client, behind one of which a read is interrupted for certain. */
#define INTERRUPTED 8

struct trial {
	const char *name;
	size_t size; /* of each reply */
	unsigned int clients;
	bool lend;
	bool apart;   /* the ioctl that replies does not read */
	bool signals; /* come after each reply */
};

/* Of all processes. */
struct shared {
	_Atomic uint32_t ready, done;
	atomic_uint interrupted; /* reads */
};

struct server {
	const struct trial *trial;
	struct shared *shared;
	struct port *port;
	uint8_t *memory;
	pid_t tid;
	atomic_uint replies;
};

static void spoil(struct server *server)
{
	memset(server->memory, SPOILED, server->trial->size);
}

static void on_signal(int number)
{
	(void)number;
}

/* Has signals come as soon as the server has replied, until a read is interrupted. */
static void *interrupt(void *data)
{
	struct server *server = data;
	unsigned int seen = 0, before = 0;

	for (;;) {
		unsigned int replies = atomic_load(&server->replies);

		if (replies != seen)
			before = atomic_load(&server->shared->interrupted);
		seen = replies;
		if (replies && atomic_load(&server->shared->interrupted) == before)
			syscall(SYS_tgkill, getpid(), server->tid, SIGUSR1);
		sched_yield();
	}
	return NULL;
}

/* A read, after which what was lent is ours. */
static void read_on(struct server *server)
{
	struct port *port = server->port;
	struct binder_write_read bwr = {
		.write_size = port->write_size,
		.write_buffer = (uintptr_t)port->write,
		.read_size = port->read_room,
		.read_buffer = (uintptr_t)port->read,
	};
	int ret = binderd_ioctl(port->fd, BINDER_WRITE_READ, &bwr);

	spoil(server);
	if (ret < 0 && errno != EINTR)
		process_die("BINDER_WRITE_READ");
	if (ret < 0)
		atomic_fetch_add(&server->shared->interrupted, 1);
	memmove(port->write, port->write + bwr.write_consumed,
		port->write_size - bwr.write_consumed);
	port->write_size -= bwr.write_consumed;
	port->read_size = bwr.read_consumed;
	port->read_at = 0;
}

/* The next command other than BR_NOOP, which port_next() finds without a read of its own. */
static uint32_t next(struct server *server, union port_argument *argument)
{
	const uint32_t noop = BR_NOOP;
	struct port *port = server->port;

	for (;;) {
		while (port->read_at < port->read_size &&
			!memcmp(port->read + port->read_at, &noop, sizeof(noop)))
			port->read_at += sizeof(noop);
		if (port->read_at < port->read_size)
			return port_next(port, argument);
		read_on(server);
	}
}

static void reply(struct server *server, const struct binder_transaction_data *call)
{
	const struct binder_transaction_data out = {
		.data_size = server->trial->size,
		.data.ptr.buffer = (uintptr_t)server->memory,
	};
	union port_argument argument;

	memset(server->memory, (int)call->code, server->trial->size);
	port_free(server->port, call);
	port_put(server->port, BC_REPLY, &out);
	if (server->trial->apart)
		port_flush(server->port);
	else
		port_talk(server->port);
	if (!server->trial->lend)
		spoil(server);
	/* Another read, if need be, which is none of those that say that it was copied. */
	if (port_next(server->port, &argument) != BR_TRANSACTION_COMPLETE)
		process_die("no completion");
	atomic_fetch_add(&server->replies, 1);
}

static _Noreturn void serve(const struct trial *trial, struct shared *shared)
{
	const struct sigaction action = {.sa_handler = on_signal};
	struct server server = {.trial = trial, .shared = shared};
	union port_argument argument;
	pthread_t thread;

	server.port = port_new("binder", AREA, false);
	binderd_lend_replies(trial->lend);
	server.memory = port_memory(server.port, trial->size);
	server.tid = (pid_t)syscall(SYS_gettid);
	sigaction(SIGUSR1, &action, NULL);
	port_manage(server.port);
	port_enter(server.port);
	word_add(&shared->ready);
	if (trial->signals && pthread_create(&thread, NULL, interrupt, &server))
		process_die("pthread_create");
	for (;;) {
		if (next(&server, &argument) != BR_TRANSACTION)
			process_die("not a call");
		reply(&server, &argument.transaction);
	}
}

static _Noreturn void call(const struct trial *trial, struct shared *shared, unsigned long rounds)
{
	struct port *port;

	word_wait(&shared->ready, 1);
	port = port_new("binder", AREA, false);
	for (unsigned long i = 0; i < rounds; i++) {
		struct binder_transaction_data in, out = {.code = 1 + (uint32_t)(i % CODES)};
		unsigned int before = atomic_load(&shared->interrupted);
		const uint8_t *data;

		port_call(port, &out, &in);
		data = port_data(&in);
		if (in.data_size != trial->size || data[0] != out.code ||
			memcmp(data, data + 1, trial->size - 1) != 0)
			process_die("%s, %zu bytes, %u clients: not what was sent", trial->name,
				trial->size, trial->clients);
		/* There are reads that find no call. */
		while (trial->signals && i % INTERRUPTED == 0 &&
			atomic_load(&shared->interrupted) == before)
			sched_yield();
	}
	word_add(&shared->done);
	for (;;)
		pause();
}

static void run(const struct trial *trial, struct shared *shared, unsigned long rounds)
{
	memset(shared, 0, sizeof(*shared));
	if (!process_spawn())
		serve(trial, shared);
	for (unsigned int i = 0; i < trial->clients; i++) {
		if (!process_spawn())
			call(trial, shared, rounds / trial->clients);
	}
	word_await(&shared->done, trial->clients, PATIENCE_S, trial->name);
	process_end_all();
}

int main(int argc, char **argv)
{
	const size_t sizes[] = {4096, 12000, 20000, 65536};
	const struct trial trials[] = {
		{.name = "lent", .lend = true},
		{.name = "lent, reading later", .lend = true, .apart = true},
		{.name = "lent, with signals", .lend = true, .signals = true},
		{.name = "not lent"},
		{.name = "not lent, reading later", .apart = true},
	};
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 2000;
	struct shared *shared = process_shared(sizeof(*shared));

	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
			struct trial trial = trials[i];

			trial.size = sizes[j];
			trial.clients = 1;
			run(&trial, shared, rounds);
			trial.clients = MANY;
			run(&trial, shared, rounds);
		}
	}
	return 0;
}
