/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A kind of cell has a function for its call and, where the server has to know something
 * first, one for its beginning. The payload of calls is built where client->out points to, so
 * an echo is copied by nobody but the driver and the server.
 */

#include "bench/client.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "bench/process.h"
#include "bench/service.h"

/* What libbinder maps, and what takes two payloads of 1 MiB. */
#define CLIENT_AREA (((size_t)1 << 20) - ((size_t)8 << 10))
#define CLIENT_LARGE_AREA ((size_t)4 << 20)
#define CLIENT_LARGE_PAYLOAD ((size_t)64 << 10)
/* Objects in one parcel, and bytes of a read that is about many of them. */
#define CLIENT_OBJECTS 64u
#define CLIENT_OBJECTS_READ 4096u

struct binder_client {
	struct client client; /* first */
	struct port *port;
	uint8_t *parcel;       /* of the kinds that are not about payloads */
	uint8_t *built, *read; /* if port_copies: where a payload goes, and where it comes to */
	uint64_t next;	       /* number of the next new object */
	uint32_t depth;
	int fd;
};

typedef const uint8_t *client_function(struct binder_client *client, const struct cell *cell);

size_t client_area(const struct cell *cell)
{
	return cell->size > CLIENT_LARGE_PAYLOAD ? CLIENT_LARGE_AREA : CLIENT_AREA;
}

static const uint8_t *client_echo(struct binder_client *client, const struct cell *cell)
{
	const uint8_t *payload = port_copies ? client->built : client->client.out;
	struct binder_transaction_data in, out = {
						   .code = SERVICE_ECHO,
						   .data_size = cell->size,
						   .data.ptr.buffer = (uintptr_t)payload,
					   };

	if (port_copies)
		memcpy(client->built, client->client.out, cell->size);
	port_call(client->port, &out, &in);
	if (in.data_size != cell->size)
		process_die("%zu bytes came back", (size_t)in.data_size);
	if (!port_copies)
		return port_data(&in);
	memcpy(client->read, port_data(&in), cell->size);
	return client->read;
}

static const uint8_t *client_nested(struct binder_client *client, const struct cell *cell)
{
	struct binder_transaction_data in, out = {
						   .code = SERVICE_NEST,
						   .data_size = sizeof(uint32_t),
						   .data.ptr.buffer = (uintptr_t)client->parcel,
					   };
	uint32_t depth = (uint32_t)cell->number;

	memcpy(client->parcel, &depth, sizeof(depth));
	port_call(client->port, &out, &in);
	return NULL;
}

/* The server calls back: it goes on to and fro as often as was asked for. */
static void client_handle(struct port *port, const struct binder_transaction_data *in)
{
	struct binder_client *client = port->data;

	service_nest(port, in, 0, client->parcel);
}

static struct flat_binder_object client_object(uint64_t number)
{
	return (struct flat_binder_object){
		.hdr.type = BINDER_TYPE_BINDER,
		.binder = number,
		.cookie = number,
	};
}

void client_send_objects(
	struct port *port, uint32_t code, uint8_t *memory, uint64_t first, size_t count)
{
	struct binder_transaction_data in,
		out = {
			.code = code,
			.data_size = count * sizeof(struct flat_binder_object),
			.offsets_size = count * sizeof(binder_size_t),
			.data.ptr.buffer = (uintptr_t)memory,
			.data.ptr.offsets =
				(uintptr_t)memory + count * sizeof(struct flat_binder_object),
		};
	binder_size_t offset = 0;

	for (size_t i = 0; i < count; i++, offset += sizeof(struct flat_binder_object)) {
		struct flat_binder_object object = client_object(first + i);

		memcpy(memory + offset, &object, sizeof(object));
		memcpy(memory + out.data_size + i * sizeof(offset), &offset, sizeof(offset));
	}
	port_call(port, &out, &in);
}

static const uint8_t *client_send_object(struct binder_client *client, const struct cell *cell)
{
	(void)cell;
	client_send_objects(client->port, SERVICE_OBJECT, client->parcel, 1, 1);
	return NULL;
}

static const uint8_t *client_send_file(struct binder_client *client, const struct cell *cell)
{
	struct binder_fd_object object = {.hdr.type = BINDER_TYPE_FD, .fd = (uint32_t)client->fd};
	struct binder_transaction_data in,
		out = {
			.code = SERVICE_FILE,
			.data_size = sizeof(object),
			.offsets_size = sizeof(binder_size_t),
			.data.ptr.buffer = (uintptr_t)client->parcel,
			.data.ptr.offsets = (uintptr_t)client->parcel + sizeof(object),
		};

	(void)cell;
	memcpy(client->parcel, &object, sizeof(object));
	memset(client->parcel + sizeof(object), 0, sizeof(binder_size_t));
	port_call(client->port, &out, &in);
	return NULL;
}

/* Waits until the driver has taken back what it held of @count objects. */
static void client_await_release(struct port *port, size_t count)
{
	union port_argument argument;

	while (count) {
		if (port_next(port, &argument) == BR_DECREFS)
			count--;
	}
}

static const uint8_t *client_churn(struct binder_client *client, const struct cell *cell)
{
	struct binder_transaction_data in, out = {.code = SERVICE_DROP};
	size_t left = cell->number;

	while (left) {
		size_t count = left < CLIENT_OBJECTS ? left : CLIENT_OBJECTS;

		client_send_objects(
			client->port, SERVICE_HOLD, client->parcel, client->next, count);
		client->next += count;
		left -= count;
	}
	port_call(client->port, &out, &in);
	client_await_release(client->port, cell->number);
	return NULL;
}

static void client_begin_keep(struct binder_client *client)
{
	client_send_objects(client->port, SERVICE_KEEP, client->parcel, 1, 1);
}

static void client_begin_messages(struct binder_client *client)
{
	client_begin_keep(client);
	port_enter(client->port);
}

static void client_begin_file(struct binder_client *client)
{
	client->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (client->fd < 0)
		process_die("/dev/null");
}

static void client_begin_churn(struct binder_client *client)
{
	client->port->read_room = CLIENT_OBJECTS_READ;
	port_enter(client->port);
}

static const struct client_row {
	client_function *call;
	void (*begin)(struct binder_client *client);
} client_rows[] = {
	[CELL_LAT] = {client_echo, NULL},
	[CELL_MULTI] = {client_echo, NULL},
	[CELL_ONEWAY] = {client_echo, client_begin_messages},
	[CELL_NESTED] = {client_nested, client_begin_keep},
	[CELL_OBJECT] = {client_send_object, client_begin_keep},
	[CELL_FD] = {client_send_file, client_begin_file},
	[CELL_CHURN] = {client_churn, client_begin_churn},
	[CELL_IDLE] = {client_echo, NULL},
	[CELL_REFS] = {client_echo, NULL},
	[CELL_STORM] = {client_echo, NULL},
};

struct client *client_new(const char *device, bool raw, const struct cell *cell)
{
	struct binder_client *client = calloc(1, sizeof(*client));

	if (!client)
		process_die("memory");
	client->port = port_new(device, client_area(cell), raw);
	client->port->handler = client_handle;
	client->port->data = client;
	client->client.out = port_memory(client->port, cell->size);
	if (port_copies) {
		client->built = client->client.out;
		client->client.out = calloc(1, cell->size + 1);
		client->read = calloc(1, cell->size + 1);
		if (!client->client.out || !client->read)
			process_die("memory");
	}
	client->parcel = port_memory(client->port, CLIENT_OBJECTS * CLIENT_OBJECT_BYTES);
	client->next = 2;
	if (client_rows[cell->kind].begin)
		client_rows[cell->kind].begin(client);
	return &client->client;
}

const uint8_t *client_call(struct client *client, const struct cell *cell)
{
	return client_rows[cell->kind].call((struct binder_client *)client, cell);
}

void client_post(struct client *client, size_t size, unsigned count)
{
	struct binder_client *self = (struct binder_client *)client;
	struct binder_transaction_data out = {
		.code = SERVICE_POST,
		.flags = TF_ONE_WAY,
		.data_size = size,
		.data.ptr.buffer = (uintptr_t)client->out,
	};

	port_post(self->port, &out, count);
}

/*
 * A call would overtake messages without a reply. Another such message does not, and the server
 * answers it by one of its own.
 */
uint64_t client_sync(struct client *client)
{
	struct binder_client *self = (struct binder_client *)client;
	struct binder_transaction_data out = {.code = SERVICE_COUNT, .flags = TF_ONE_WAY};
	union port_argument argument;
	uint64_t count;

	port_post(self->port, &out, 1);
	while (port_next(self->port, &argument) != BR_TRANSACTION)
		;
	if (argument.transaction.data_size != sizeof(count))
		process_die("no count came back");
	memcpy(&count, port_data(&argument.transaction), sizeof(count));
	port_free(self->port, &argument.transaction);
	return count;
}
