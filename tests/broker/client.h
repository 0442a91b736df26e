#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A client that speaks the wire by hand, well or badly, and a broker to speak to.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <binderd/uapi.h>

#include "wire/wire.h"

/* A broker in a directory of its own. */
struct daemon {
	pid_t pid;
	char dir[64];
};

void daemon_start(struct daemon *daemon);
/** daemon_stop() - asserts that it ends well and leaves nothing behind */
void daemon_stop(struct daemon *daemon);
/** daemon_figure() - one figure of its tables */
long daemon_figure(const struct daemon *daemon, const char *key);
/** daemon_figures() - all of them that say what it holds, as text */
void daemon_figures(const struct daemon *daemon, char *text, size_t size);

struct client {
	int main;
	uint8_t *arena;
	size_t arena_size;
	int channel; /* its first */
	uint32_t tid;
};

/** client_connect() - only that. Return: the socket */
int client_connect(const struct daemon *daemon);
/** client_hello() - shake hands on @fd. Return: 0, or the error of a refusal */
int client_hello(int fd, uint8_t **arena, size_t *size);
/** client_open() - an open device with one channel */
void client_open(struct client *client, const struct daemon *daemon);
void client_close(struct client *client);
/**
 * client_open_as_other() - the same, and mapped, by another process, which is gone then
 *
 * A proc cannot call the manager if that is of its own process.
 */
void client_open_as_other(struct client *client, const struct daemon *daemon);
/** client_channel() - another channel. Return: our end */
int client_channel(const struct client *client);
/** client_send_main() - @size bytes and descriptors over the main connection */
ssize_t client_send_main(int fd, const void *bytes, size_t size, const int *files, unsigned count);

/** client_head() - a head for thread @tid */
struct wire_head client_head(const struct client *client, uint32_t type);
/** client_answer() - wait for an answer; its bytes in @bytes. Return: its ret, or -EPIPE */
int client_answer(int channel, struct wire_answer *answer, void *bytes, size_t size);
/** client_simple() - a request of a head alone, answered */
int client_simple(const struct client *client, int channel, uint32_t type);
int client_ioctl(
	const struct client *client, int channel, uint32_t command, void *argument, size_t size);
/** client_map() - map an area of @size bytes, or NULL */
const uint8_t *client_map(const struct client *client, size_t size);

/** client_write_read() - send the request alone; @commands of @size bytes */
void client_write_read(const struct client *client, int channel, uint32_t flags,
	const void *commands, size_t size, size_t read_size);

/** client_gone() - whether the broker has hung up on @fd, waiting for it if need be */
bool client_gone(int fd);
