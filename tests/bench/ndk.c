/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The contestant that speaks binder through the NDK's API, as a program for Android does: an array
 * of bytes is written into a parcel, read from it by the service, which writes it into its reply.
 * The same call through the bare device is binder.c's: what is more here is the framework's.
 *
 * The service is found by a context manager of the tests', which does nothing while it is measured.
 */

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <android/binder_ibinder.h>
#include <android/binder_parcel.h>
#include <android/binder_process.h>

#include <binderd/device.h>

#include "bench/binder.h"
#include "bench/client.h"
#include "bench/contestant.h"
#include "bench/process.h"
#include "ndk/manager.h"

#define NDK_ECHO FIRST_CALL_TRANSACTION
#define NDK_POST (FIRST_CALL_TRANSACTION + 1)
#define NDK_COUNT (FIRST_CALL_TRANSACTION + 2)
#define NDK_ANSWER (FIRST_CALL_TRANSACTION + 3)
#define NDK_SLOT 1

struct ndk_bytes {
	int8_t *bytes;
	size_t room;
};

struct ndk_client {
	struct client client; /* first */
	AIBinder *service;
	struct ndk_bytes reply;
	AIBinder *own; /* the object that NDK_COUNT is answered to */
	int poll_fd;
};

/* The service: messages that came. The client: answers that came, and what the last one said. */
static uint64_t ndk_posts, ndk_answers, ndk_counted;
static const struct contestant *ndk_bare; /* what is counted alike */

static void ndk_check(bool good, const char *what)
{
	if (!good)
		process_die("%s", what);
}

/* Gives the same memory each time. */
static bool ndk_allocate(void *data, int32_t length, int8_t **out)
{
	struct ndk_bytes *bytes = data;

	ndk_check(length >= 0 && (size_t)length <= bytes->room, "size of a payload");
	*out = bytes->bytes;
	return true;
}

static void *ndk_on_create(void *args)
{
	return args;
}

static void ndk_on_destroy(void *data)
{
	(void)data;
}

static binder_status_t ndk_echo(const AParcel *in, AParcel *out)
{
	static _Thread_local struct ndk_bytes bytes;
	int32_t size = AParcel_getDataSize(in);

	if (bytes.room < (size_t)size) {
		bytes.room = (size_t)size;
		bytes.bytes = realloc(bytes.bytes, bytes.room);
		ndk_check(bytes.bytes, "memory");
	}
	size = 0;
	/* The length, which the allocator is told, is wanted afterwards, too. */
	AParcel_readInt32(in, &size);
	AParcel_setDataPosition(in, AParcel_getDataPosition(in) - (int32_t)sizeof(size));
	if (AParcel_readByteArray(in, &bytes, ndk_allocate) != STATUS_OK)
		return STATUS_BAD_VALUE;
	return AParcel_writeByteArray(out, bytes.bytes, size);
}

static const AIBinder_Class *ndk_class(void);

/* Tells an object how many messages came. */
static binder_status_t ndk_answer(const AParcel *parcel)
{
	static AIBinder *known;
	AIBinder *client;
	AParcel *in, *out;

	ndk_check(AParcel_readStrongBinder(parcel, &client) == STATUS_OK, "client");
	ndk_check(AIBinder_associateClass(client, ndk_class()), "class");
	ndk_check(AIBinder_prepareTransaction(client, &in) == STATUS_OK, "parcel");
	AParcel_writeUint64(in, ndk_posts);
	ndk_check(AIBinder_transact(client, NDK_ANSWER, &in, &out, FLAG_ONEWAY) == STATUS_OK,
		"answer");
	AParcel_delete(out);
	/* It stays known here, once: the next time it has its class already. */
	if (client == known)
		AIBinder_decStrong(client);
	known = client;
	return STATUS_OK;
}

static binder_status_t ndk_on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder;
	switch (code) {
	case NDK_ECHO:
		return ndk_echo(in, out);
	case NDK_POST:
		ndk_posts++;
		return STATUS_OK;
	case NDK_COUNT:
		return ndk_answer(in);
	case NDK_ANSWER:
		ndk_answers++;
		return AParcel_readUint64(in, &ndk_counted);
	default:
		return STATUS_UNKNOWN_TRANSACTION;
	}
}

static const AIBinder_Class *ndk_class(void)
{
	static AIBinder_Class *clazz;

	if (!clazz)
		clazz = AIBinder_Class_define(
			"binderd.bench.IEcho", ndk_on_create, ndk_on_destroy, ndk_on_transact);
	ndk_check(clazz, "class");
	return clazz;
}

static _Noreturn void ndk_serve(void)
{
	AIBinder *service = AIBinder_new(ndk_class(), NULL);

	ndk_check(service, "object");
	manager_put(NDK_SLOT, service);
	ABinderProcess_setThreadPoolMaxThreadCount(0);
	run_announce();
	ABinderProcess_joinThreadPool();
	process_die("the service's device is gone");
}

static void ndk_start(const struct cell *cell)
{
	int pair[2];
	char byte, area[32];

	snprintf(area, sizeof(area), "%zu", client_area(cell));
	setenv("BINDERD_AREA_SIZE", area, 1);
	ndk_check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socket pair");
	binder_begin();
	if (process_spawn() == 0)
		manager_run(pair[1]);
	ndk_check(read(pair[0], &byte, 1) == 1, "context manager");
	close(pair[0]);
	close(pair[1]);
	if (process_spawn() == 0)
		ndk_serve();
	run_await(1);
}

static struct client *ndk_connect(const struct cell *cell, int index)
{
	struct ndk_client *client = calloc(1, sizeof(*client));
	size_t size = cell->size ? cell->size : 1;

	(void)index;
	ndk_check(client, "memory");
	client->client.out = calloc(1, size);
	client->reply.room = size;
	client->reply.bytes = calloc(1, size);
	ndk_check(client->client.out && client->reply.bytes, "memory");
	client->service = manager_get(NDK_SLOT);
	ndk_check(AIBinder_associateClass(client->service, ndk_class()), "class");
	if (cell->kind != CELL_ONEWAY)
		return &client->client;
	client->own = AIBinder_new(ndk_class(), NULL);
	ndk_check(client->own, "object");
	ndk_check(ABinderProcess_setupPolling(&client->poll_fd) == STATUS_OK, "polling");
	return &client->client;
}

static const uint8_t *ndk_call(struct client *client, const struct cell *cell)
{
	struct ndk_client *self = (struct ndk_client *)client;
	AParcel *in, *out;

	ndk_check(AIBinder_prepareTransaction(self->service, &in) == STATUS_OK, "parcel");
	AParcel_writeByteArray(in, (int8_t *)client->out, (int32_t)cell->size);
	ndk_check(AIBinder_transact(self->service, NDK_ECHO, &in, &out, 0) == STATUS_OK, "call");
	ndk_check(AParcel_readByteArray(out, &self->reply, ndk_allocate) == STATUS_OK, "reply");
	AParcel_delete(out);
	return (const uint8_t *)self->reply.bytes;
}

/* One message. */
static void ndk_send(
	struct ndk_client *client, transaction_code_t code, const uint8_t *bytes, size_t size)
{
	AParcel *in, *out;

	ndk_check(AIBinder_prepareTransaction(client->service, &in) == STATUS_OK, "parcel");
	AParcel_writeByteArray(in, (const int8_t *)bytes, (int32_t)size);
	ndk_check(AIBinder_transact(client->service, code, &in, &out, FLAG_ONEWAY) == STATUS_OK,
		"message");
	AParcel_delete(out);
}

static void ndk_post(struct client *client, size_t size, unsigned count)
{
	for (; count; count--)
		ndk_send((struct ndk_client *)client, NDK_POST, client->out, size);
}

/*
 * A call overtakes messages; another message does not, and the service answers it by one of its
 * own.
 */
static uint64_t ndk_sync(struct client *client)
{
	struct ndk_client *self = (struct ndk_client *)client;
	struct pollfd item = {.fd = self->poll_fd, .events = POLLIN};
	uint64_t before = ndk_answers;
	AParcel *in, *out;

	ndk_check(AIBinder_prepareTransaction(self->service, &in) == STATUS_OK, "parcel");
	AParcel_writeStrongBinder(in, self->own);
	ndk_check(AIBinder_transact(self->service, NDK_COUNT, &in, &out, FLAG_ONEWAY) == STATUS_OK,
		"message");
	AParcel_delete(out);
	while (ndk_answers == before) {
		ndk_check(binderd_poll(&item, 1, -1) == 1, "waiting");
		ndk_check(ABinderProcess_handlePolledCommands() == STATUS_OK, "reading");
	}
	return ndk_counted;
}

/*
 * Bytes of payload that are copied for a call: what the driver counts, and what this program asks
 * for, which writes and reads an array twice. (A bare one needs one copy, into its reply.)
 */
static void ndk_counts(const struct cell *cell, struct figures *figures, uint64_t calls, bool after)
{
	const double more = cell->kind == CELL_ONEWAY ? 1 : 3;

	ndk_bare->counts(cell, figures, calls, after);
	if (after && figures->copied >= 0)
		figures->copied += more * (double)cell->size;
}

int main(int argc, char **argv)
{
	static const struct contestant contestant = {
		.name = "binderd-ndk",
		.start = ndk_start,
		.stop = binder_end,
		.counts = ndk_counts,
		.connect = ndk_connect,
		.call = ndk_call,
		.post = ndk_post,
		.sync = ndk_sync,
	};
	struct binder_setup setup = {.broker = getenv("BINDERD")};
	struct cell cell = {.kind = CELL_LAT};

	if (!setup.broker) {
		fprintf(stderr, "binder-bench-ndk: $BINDERD names the broker to start\n");
		return 2;
	}
	ndk_bare = binder_contestant(&setup, &cell);
	return contestant_main(&contestant, argc, argv);
}
