#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* From a context's name to a broker that has agreed to speak with us. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct welcome {
	int arena; /* descriptor; the caller's */
	size_t arena_size;
	uint32_t ring_after;
};

/** connect_find() - look for the socket of the context @name. Return: 0 or a negative errno */
int connect_find(const char *name);

/**
 * connect_context() - connect the socket @fd to the broker of the context @name
 *
 * Return: 0, or a negative errno: ENOENT when nobody listens, EPERM for a directory or a
 * broker that is not to be trusted.
 */
int connect_context(int fd, const char *name);

/** connect_trusted() - whether the other end of @fd is root's or the user's */
bool connect_trusted(int fd);

/**
 * connect_greet() - the handshake, waiting for the broker
 * @open_flags: of open(2)
 *
 * Return: 0 or a negative errno: what the broker refused with, EPROTO for nonsense.
 */
int connect_greet(int fd, int open_flags, struct welcome *welcome);
