#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The first message of a connection, and its two answers. */

struct connection;
struct message;

/** handshake_message() - act on WIRE_HELLO, or what came in its place */
void handshake_message(struct connection *connection, struct message *message);

/** handshake_refuse() - tell the client behind @fd why; the caller hangs up then */
void handshake_refuse(int fd, int error, const char *reason);
