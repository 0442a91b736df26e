/* SPDX-License-Identifier: Apache-2.0 */

/*
 * D-Bus as a C program uses it: client and server on sd-bus, and one of the two buses.
 *
 *     binder-bench-dbus dbus-broker|dbus-daemon
 *
 * Methods are marked unprivileged: otherwise sd-bus would ask the bus for the caller's
 * credentials in each call.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-bus.h>

#include "bench/bus.h"
#include "bench/contestant.h"
#include "bench/process.h"

#define DBUS_NAME "org.binderd.Bench"
#define DBUS_PATH "/org/binderd/bench"
#define DBUS_INTERFACE "org.binderd.Bench1"

struct dbus_client {
	struct client client; /* first */
	sd_bus *bus;
	sd_bus_message *reply; /* the last one */
};

static uint64_t dbus_posts;
static bool dbus_by_broker;

static int dbus_check(int result, const char *what)
{
	if (result >= 0)
		return result;
	errno = -result;
	process_die("%s", what);
}

static int dbus_echo(sd_bus_message *call, void *data, sd_bus_error *error)
{
	sd_bus_message *reply = NULL;
	const void *bytes;
	size_t size;

	(void)data;
	(void)error;
	dbus_check(sd_bus_message_read_array(call, 'y', &bytes, &size), "a call's bytes");
	dbus_check(sd_bus_message_new_method_return(call, &reply), "a reply");
	dbus_check(sd_bus_message_append_array(reply, 'y', bytes, size), "a reply's bytes");
	dbus_check(sd_bus_send(NULL, reply, NULL), "sending a reply");
	sd_bus_message_unref(reply);
	return 1;
}

static int dbus_posted(sd_bus_message *call, void *data, sd_bus_error *error)
{
	const void *bytes;
	size_t size;

	(void)data;
	(void)error;
	dbus_posts++;
	return sd_bus_message_read_array(call, 'y', &bytes, &size);
}

static int dbus_count(sd_bus_message *call, void *data, sd_bus_error *error)
{
	(void)data;
	(void)error;
	return sd_bus_reply_method_return(call, "t", dbus_posts);
}

static const sd_bus_vtable dbus_methods[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Echo", "ay", "ay", dbus_echo, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Post", "ay", "", dbus_posted,
		SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_METHOD_NO_REPLY),
	SD_BUS_METHOD("Count", "", "t", dbus_count, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

static sd_bus *dbus_connection(void)
{
	sd_bus *bus;

	dbus_check(sd_bus_new(&bus), "sd_bus_new");
	dbus_check(sd_bus_set_address(bus, bus_address()), "the bus's address");
	dbus_check(sd_bus_set_bus_client(bus, 1), "sd_bus_set_bus_client");
	dbus_check(sd_bus_start(bus), "connecting to the bus");
	return bus;
}

static _Noreturn void dbus_serve(void)
{
	sd_bus *bus = dbus_connection();

	dbus_check(
		sd_bus_add_object_vtable(bus, NULL, DBUS_PATH, DBUS_INTERFACE, dbus_methods, NULL),
		"methods");
	dbus_check(sd_bus_request_name(bus, DBUS_NAME, 0), DBUS_NAME);
	run_announce();
	for (;;) {
		if (dbus_check(sd_bus_process(bus, NULL), "sd_bus_process") == 0)
			dbus_check(sd_bus_wait(bus, UINT64_MAX), "sd_bus_wait");
	}
}

static void dbus_start(const struct cell *cell)
{
	(void)cell;
	if (dbus_by_broker)
		bus_start_broker();
	else
		bus_start_daemon();
	if (process_spawn() == 0)
		dbus_serve();
	run_await(1);
}

static struct client *dbus_connect(const struct cell *cell, int index)
{
	struct dbus_client *client = calloc(1, sizeof(*client));

	(void)index;
	if (!client)
		process_die("memory");
	client->client.out = calloc(1, cell->size + 1);
	client->bus = dbus_connection();
	return &client->client;
}

static sd_bus_message *dbus_call_message(
	struct dbus_client *client, const char *method, const void *bytes, size_t size)
{
	sd_bus_message *call = NULL;

	dbus_check(sd_bus_message_new_method_call(
			   client->bus, &call, DBUS_NAME, DBUS_PATH, DBUS_INTERFACE, method),
		"a call");
	if (bytes)
		dbus_check(sd_bus_message_append_array(call, 'y', bytes, size), "bytes");
	return call;
}

static const uint8_t *dbus_call(struct client *client, const struct cell *cell)
{
	struct dbus_client *self = (struct dbus_client *)client;
	sd_bus_message *call = dbus_call_message(self, "Echo", client->out, cell->size);
	const void *bytes;
	size_t size;

	self->reply = sd_bus_message_unref(self->reply);
	dbus_check(sd_bus_call(self->bus, call, UINT64_MAX, NULL, &self->reply), "calling");
	sd_bus_message_unref(call);
	dbus_check(sd_bus_message_read_array(self->reply, 'y', &bytes, &size), "a reply's bytes");
	if (size != cell->size)
		process_die("%zu bytes came back", size);
	return bytes;
}

static void dbus_post(struct client *client, size_t size, unsigned count)
{
	struct dbus_client *self = (struct dbus_client *)client;

	for (; count; count--) {
		sd_bus_message *call = dbus_call_message(self, "Post", client->out, size);

		dbus_check(sd_bus_message_set_expect_reply(call, 0), "no reply");
		dbus_check(sd_bus_send(self->bus, call, NULL), "sending");
		sd_bus_message_unref(call);
		/* What the socket does not take is queued: not without bound. */
		dbus_check(sd_bus_flush(self->bus), "flushing");
	}
}

static uint64_t dbus_sync(struct client *client)
{
	struct dbus_client *self = (struct dbus_client *)client;
	sd_bus_message *call = dbus_call_message(self, "Count", NULL, 0), *reply = NULL;
	uint64_t count = 0;

	dbus_check(sd_bus_call(self->bus, call, UINT64_MAX, NULL, &reply), "counting");
	dbus_check(sd_bus_message_read(reply, "t", &count), "a count");
	sd_bus_message_unref(call);
	sd_bus_message_unref(reply);
	return count;
}

int main(int argc, char **argv)
{
	struct contestant contestant = {
		.name = argc > 1 ? argv[1] : "",
		.start = dbus_start,
		.stop = bus_stop,
		.connect = dbus_connect,
		.call = dbus_call,
		.post = dbus_post,
		.sync = dbus_sync,
	};

	dbus_by_broker = strcmp(contestant.name, "dbus-broker") == 0;
	if (!dbus_by_broker && strcmp(contestant.name, "dbus-daemon") != 0) {
		fprintf(stderr, "usage: binder-bench-dbus dbus-broker|dbus-daemon [CELL]...\n");
		return 2;
	}
	return contestant_main(&contestant, argc - 1, argv + 1);
}
