#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One open binder device and the commands to and from it, used the way libbinder does: what
 * is to be written waits for the next ioctl, which reads, too; a buffer is given back with
 * the command that follows. What goes wrong ends the process.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <binderd/uapi.h>

#define PORT_WRITE_MAX ((size_t)24 << 10)
#define PORT_READ_MAX ((size_t)64 << 10)

struct port;

/* Answers a transaction that came in: has to call port_reply() if it is no oneway one. */
typedef void port_handler(struct port *port, const struct binder_transaction_data *in);

struct port {
	int fd;
	bool raw; /* no memory from the arena */
	port_handler *handler;
	void *data;		  /* the handler's */
	binder_uintptr_t returns; /* buffer of the last reply, 0 for none */
	size_t write_size;
	size_t read_room, read_size, read_at;
	uint8_t write[PORT_WRITE_MAX];
	uint8_t read[PORT_READ_MAX];
};

/*
 * Whether programs write payloads into parcels and read them from there, as through an API of
 * arrays such as the NDK's, in place of building and reading them where they lie. To be set
 * before anything is started.
 */
extern bool port_copies;

/* A command that was read. */
union port_argument {
	uint8_t bytes[64];
	struct binder_transaction_data transaction;
	struct binder_ptr_cookie object;
	binder_uintptr_t cookie;
};

/**
 * port_new() - open and map a device
 * @device: as for binderd_open()
 * @area:   bytes to map
 * @raw:    take payload memory from malloc() even where there is an arena
 */
struct port *port_new(const char *device, size_t area, bool raw);
/** port_memory() - @size bytes to build payloads in, from the arena if there is one */
uint8_t *port_memory(struct port *port, size_t size);
/** port_enter() - become a looper */
void port_enter(struct port *port);
/** port_manage() - become context manager, waiting until a former one is gone */
void port_manage(struct port *port);

/** port_put() - queue a command for the next ioctl */
void port_put(struct port *port, uint32_t command, const void *argument);
/** port_put_handle() - the same for those whose argument is a handle */
void port_put_handle(struct port *port, uint32_t command, uint32_t handle);
/** port_flush() - write what is queued, and do not read */
void port_flush(struct port *port);
/** port_talk() - one ioctl: write what is queued, and read */
void port_talk(struct port *port);
/**
 * port_next() - the next command, by as few ioctls as it takes
 *
 * BR_INCREFS and BR_ACQUIRE are acknowledged here, with the next write.
 *
 * Return: a BR_ command other than BR_NOOP.
 */
uint32_t port_next(struct port *port, union port_argument *argument);

/**
 * port_call() - call and wait for the reply, answering what calls meanwhile
 * @in: the reply; its buffer is given back with the next call
 */
void port_call(struct port *port, const struct binder_transaction_data *out,
	struct binder_transaction_data *in);
/** port_post() - send @count times, in one write, and wait for the completions */
void port_post(struct port *port, const struct binder_transaction_data *out, unsigned count);
/** port_free() - give back the buffer of what came in, with the next ioctl */
void port_free(struct port *port, const struct binder_transaction_data *in);
/** port_reply() - give back @in's buffer and answer it with @size bytes at @data */
void port_reply(
	struct port *port, const struct binder_transaction_data *in, const void *data, size_t size);
/** port_data() - the address of what came in */
const void *port_data(const struct binder_transaction_data *in);
