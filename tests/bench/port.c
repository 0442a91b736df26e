/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The calls of <binderd/device.h>, which on a real device are the kernel's: the same program
 * measures both. Reads have room for 256 bytes, as libbinder's have, unless somebody raises
 * port->read_room.
 */

#include "bench/port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#include <binderd/device.h>

#include "bench/process.h"

#define PORT_READ_ROOM 256
/* How often to ask whether a former context manager is gone, and how long to wait between. */
#define PORT_MANAGE_TRIES 20000
#define PORT_MANAGE_PAUSE_NS 500000

bool port_copies;

struct port *port_new(const char *device, size_t area, bool raw)
{
	struct port *port = malloc(sizeof(*port));

	if (!port)
		process_die("memory");
	memset(port, 0, offsetof(struct port, write));
	/* What is passed is this program's own. */
	binderd_trust_memory(true);
	binderd_lend_replies(true);
	port->raw = raw;
	port->read_room = PORT_READ_ROOM;
	port->fd = binderd_open(device, O_RDWR | O_CLOEXEC);
	if (port->fd < 0)
		process_die("%s", device);
	if (binderd_mmap(NULL, area, PROT_READ, MAP_PRIVATE, port->fd, 0) == MAP_FAILED)
		process_die("mapping %s", device);
	return port;
}

uint8_t *port_memory(struct port *port, size_t size)
{
	void *memory = port->raw ? NULL : binderd_arena_alloc(port->fd, size ? size : 1);

	if (!memory && !port->raw && errno != ENOTTY)
		process_die("%zu bytes of the arena", size);
	if (!memory && posix_memalign(&memory, 4096, size ? size : 1))
		process_die("memory");
	memset(memory, 0, size);
	return memory;
}

void port_enter(struct port *port)
{
	port_put(port, BC_ENTER_LOOPER, NULL);
	port_flush(port);
}

void port_manage(struct port *port)
{
	const struct timespec pause = {.tv_nsec = PORT_MANAGE_PAUSE_NS};
	struct flat_binder_object object = {
		.hdr.type = BINDER_TYPE_BINDER,
		.flags = FLAT_BINDER_FLAG_ACCEPTS_FDS,
	};

	for (unsigned i = 0; i < PORT_MANAGE_TRIES; i++) {
		if (binderd_ioctl(port->fd, BINDER_SET_CONTEXT_MGR_EXT, &object) == 0)
			return;
		if (errno != EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	process_die("BINDER_SET_CONTEXT_MGR_EXT");
}

void port_put(struct port *port, uint32_t command, const void *argument)
{
	size_t size = _IOC_SIZE(command);

	if (sizeof(port->write) - port->write_size < sizeof(command) + size)
		port_flush(port);
	memcpy(port->write + port->write_size, &command, sizeof(command));
	if (size)
		memcpy(port->write + port->write_size + sizeof(command), argument, size);
	port->write_size += sizeof(command) + size;
}

void port_put_handle(struct port *port, uint32_t command, uint32_t handle)
{
	port_put(port, command, &handle);
}

static void port_ioctl(struct port *port, size_t room)
{
	struct binder_write_read bwr = {
		.write_size = port->write_size,
		.write_buffer = (uintptr_t)port->write,
		.read_size = room,
		.read_buffer = (uintptr_t)port->read,
	};

	while (binderd_ioctl(port->fd, BINDER_WRITE_READ, &bwr) < 0) {
		if (errno != EINTR)
			process_die("BINDER_WRITE_READ");
	}
	if (bwr.write_consumed != port->write_size)
		process_die("%zu bytes written, %zu taken", port->write_size,
			(size_t)bwr.write_consumed);
	port->write_size = 0;
	port->read_size = bwr.read_consumed;
	port->read_at = 0;
}

void port_flush(struct port *port)
{
	size_t size = port->read_size, at = port->read_at;

	if (port->write_size)
		port_ioctl(port, 0);
	port->read_size = size;
	port->read_at = at;
}

void port_talk(struct port *port)
{
	port_ioctl(port, port->read_room);
}

/* Return: whether the program has nothing to do with this command. */
static bool port_skip(struct port *port, uint32_t command, const union port_argument *argument)
{
	if (command == BR_INCREFS)
		port_put(port, BC_INCREFS_DONE, &argument->object);
	else if (command == BR_ACQUIRE)
		port_put(port, BC_ACQUIRE_DONE, &argument->object);
	return command == BR_NOOP || command == BR_INCREFS || command == BR_ACQUIRE ||
	       command == BR_SPAWN_LOOPER;
}

uint32_t port_next(struct port *port, union port_argument *argument)
{
	uint32_t command;

	do {
		while (port->read_at == port->read_size)
			port_talk(port);
		memcpy(&command, port->read + port->read_at, sizeof(command));
		port->read_at += sizeof(command);
		if (_IOC_SIZE(command) > sizeof(*argument))
			process_die("0x%x came", command);
		memcpy(argument, port->read + port->read_at, _IOC_SIZE(command));
		port->read_at += _IOC_SIZE(command);
	} while (port_skip(port, command, argument));
	return command;
}

void port_call(struct port *port, const struct binder_transaction_data *out,
	struct binder_transaction_data *in)
{
	union port_argument argument;
	uint32_t command;

	if (port->returns)
		port_put(port, BC_FREE_BUFFER, &port->returns);
	port->returns = 0;
	port_put(port, BC_TRANSACTION, out);
	while ((command = port_next(port, &argument)) != BR_REPLY) {
		if (command == BR_TRANSACTION)
			port->handler(port, &argument.transaction);
		else if (command != BR_TRANSACTION_COMPLETE)
			process_die("a call ended with 0x%x", command);
	}
	*in = argument.transaction;
	port->returns = in->data.ptr.buffer;
}

void port_post(struct port *port, const struct binder_transaction_data *out, unsigned count)
{
	union port_argument argument;

	for (unsigned i = 0; i < count; i++)
		port_put(port, BC_TRANSACTION, out);
	while (count) {
		uint32_t command = port_next(port, &argument);

		if (command != BR_TRANSACTION_COMPLETE)
			process_die("a oneway call ended with 0x%x", command);
		count--;
	}
}

void port_free(struct port *port, const struct binder_transaction_data *in)
{
	binder_uintptr_t buffer = in->data.ptr.buffer;

	port_put(port, BC_FREE_BUFFER, &buffer);
}

void port_reply(
	struct port *port, const struct binder_transaction_data *in, const void *data, size_t size)
{
	struct binder_transaction_data out = {
		.data_size = size,
		.data.ptr.buffer = (uintptr_t)data,
	};
	union port_argument argument;
	uint32_t command;

	port_free(port, in);
	port_put(port, BC_REPLY, &out);
	command = port_next(port, &argument);
	/* A caller that is gone is no error of ours. */
	if (command != BR_TRANSACTION_COMPLETE && command != BR_DEAD_REPLY)
		process_die("a reply ended with 0x%x", command);
}

const void *port_data(const struct binder_transaction_data *in)
{
	return (const void *)(uintptr_t)in->data.ptr.buffer;
}
