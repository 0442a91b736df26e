/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A reply is built anew, as any server must: the request is copied into memory of the
 * server's, and then freed in the write that brings the reply. The driver gives the reply's
 * completion alone, so the next request takes an ioctl of its own, as in libbinder.
 */

#include "bench/service.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/process.h"
#include "bench/run.h"

struct service {
	uint8_t *reply; /* payload bytes */
	uint8_t *read;	/* if port_copies: where a request's come to */
	uint64_t posts;
	uint32_t kept; /* handle of SERVICE_KEEP */
	uint32_t *held;
	size_t held_count, held_room;
	void (*died)(void);
};

typedef void service_function(
	struct service *service, struct port *port, const struct binder_transaction_data *in);

/* The objects of a parcel that consists of nothing else. */
static const struct flat_binder_object *service_objects(
	const struct binder_transaction_data *in, size_t *count)
{
	*count = in->offsets_size / sizeof(binder_size_t);
	return port_data(in);
}

static void service_echo(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	if (port_copies) {
		memcpy(service->read, port_data(in), in->data_size);
		memcpy(service->reply, service->read, in->data_size);
	} else {
		memcpy(service->reply, port_data(in), in->data_size);
	}
	port_reply(port, in, service->reply, in->data_size);
}

static void service_post(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	service->posts++;
	port_free(port, in);
}

static void service_count(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	const struct binder_transaction_data out = {
		.target.handle = service->kept,
		.code = SERVICE_COUNT,
		.flags = TF_ONE_WAY,
		.data_size = sizeof(service->posts),
		.data.ptr.buffer = (uintptr_t)service->reply,
	};

	memcpy(service->reply, &service->posts, sizeof(service->posts));
	port_free(port, in);
	port_post(port, &out, 1);
}

static void service_keep(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	size_t count;

	service->kept = service_objects(in, &count)->handle;
	port_put_handle(port, BC_ACQUIRE, service->kept);
	port_reply(port, in, NULL, 0);
}

void service_nest(struct port *port, const struct binder_transaction_data *in, uint32_t handle,
	uint8_t *memory)
{
	struct binder_transaction_data out = {
		.target.handle = handle,
		.code = SERVICE_NEST,
		.data_size = sizeof(uint32_t),
		.data.ptr.buffer = (uintptr_t)memory,
	};
	struct binder_transaction_data back;
	uint32_t left;

	memcpy(&left, port_data(in), sizeof(left));
	if (left) {
		left--;
		memcpy(memory, &left, sizeof(left));
		port_call(port, &out, &back);
	}
	port_reply(port, in, NULL, 0);
}

static void service_nested(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	service_nest(port, in, service->kept, service->reply);
}

static void service_object(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	size_t count;

	if (service_objects(in, &count)->handle != service->kept)
		process_die("another object came");
	port_reply(port, in, NULL, 0);
}

static void service_file(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	const struct binder_fd_object *object = port_data(in);

	(void)service;
	close((int)object->fd);
	port_reply(port, in, NULL, 0);
}

static void service_add(struct service *service, uint32_t handle)
{
	if (service->held_count == service->held_room) {
		service->held_room = service->held_room * 2 + 1024;
		service->held = realloc(service->held, service->held_room * sizeof(uint32_t));
		if (!service->held)
			process_die("memory");
	}
	service->held[service->held_count++] = handle;
}

static void service_hold(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	size_t count;
	const struct flat_binder_object *objects = service_objects(in, &count);

	for (size_t i = 0; i < count; i++) {
		struct binder_handle_cookie watch = {.handle = objects[i].handle, .cookie = i + 1};

		port_put_handle(port, BC_ACQUIRE, objects[i].handle);
		if (in->code == SERVICE_WATCH)
			port_put(port, BC_REQUEST_DEATH_NOTIFICATION, &watch);
		service_add(service, objects[i].handle);
	}
	port_reply(port, in, NULL, 0);
}

static void service_drop(
	struct service *service, struct port *port, const struct binder_transaction_data *in)
{
	for (size_t i = 0; i < service->held_count; i++)
		port_put_handle(port, BC_RELEASE, service->held[i]);
	service->held_count = 0;
	port_reply(port, in, NULL, 0);
}

static service_function *const service_functions[] = {
	[SERVICE_ECHO] = service_echo,
	[SERVICE_POST] = service_post,
	[SERVICE_COUNT] = service_count,
	[SERVICE_KEEP] = service_keep,
	[SERVICE_NEST] = service_nested,
	[SERVICE_OBJECT] = service_object,
	[SERVICE_FILE] = service_file,
	[SERVICE_HOLD] = service_hold,
	[SERVICE_WATCH] = service_hold,
	[SERVICE_DROP] = service_drop,
};

static void service_handle(struct port *port, const struct binder_transaction_data *in)
{
	struct service *service = port->data;

	if (in->code < SERVICE_ECHO || in->code > SERVICE_DROP)
		process_die("code %u came", in->code);
	service_functions[in->code](service, port, in);
}

/* As port_serve(), and minds deaths. */
static _Noreturn void service_loop(struct service *service, struct port *port)
{
	union port_argument argument;

	for (;;) {
		uint32_t command = port_next(port, &argument);

		if (command == BR_TRANSACTION) {
			service_handle(port, &argument.transaction);
		} else if (command == BR_DEAD_BINDER) {
			port_put(port, BC_DEAD_BINDER_DONE, &argument.cookie);
			if (service->died)
				service->died();
		}
	}
}

void service_run(const char *device, size_t area, bool raw, size_t payload, void (*died)(void))
{
	struct service service = {.died = died};
	struct port *port = port_new(device, area, raw);

	service.reply = port_memory(port, payload < sizeof(uint64_t) ? sizeof(uint64_t) : payload);
	service.read = port_copies ? calloc(1, payload + 1) : NULL;
	if (port_copies && !service.read)
		process_die("memory");
	port->handler = service_handle;
	port->data = &service;
	port_manage(port);
	port_enter(port);
	run_announce();
	service_loop(&service, port);
}
