#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* A socket that clients connect to. */

#include <event2/event.h>
#include <event2/event_struct.h>

struct loop;

/* Takes over @fd. Return: 0, or a negative errno and @fd is still the caller's. */
typedef int listener_accept(void *data, int fd);

struct listener {
	int fd; /* -1: none */
	int reserve;
	long told; /* second of the last complaint */
	struct loop *loop;
	struct event event;
	listener_accept *accept;
	void *data;
};

/**
 * listener_bind() - make a listening SOCK_SEQPACKET socket
 * @dir:  directory, as an open descriptor
 * @name: of the socket in it; one left over from a broker that is gone is replaced
 * @mode: of the socket
 *
 * Return: the socket, -EADDRINUSE when somebody listens there, -EEXIST when something is
 * there that is no socket, or another negative errno.
 */
int listener_bind(int dir, const char *name, unsigned mode);

/**
 * listener_init() - take over the listening socket @fd and accept from it
 *
 * Return: 0, or a negative errno and @fd is still the caller's.
 */
int listener_init(
	struct listener *listener, struct loop *loop, int fd, listener_accept *accept, void *data);
void listener_deinit(struct listener *listener);
