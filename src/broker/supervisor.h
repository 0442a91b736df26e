#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whoever has started the broker: systemd, or a program that waits for it to be ready.
 */

#include <stddef.h>

/**
 * supervisor_sockets() - the listening sockets that were handed over (LISTEN_FDS)
 * @first: the lowest of them
 *
 * The environment is cleared of it.
 *
 * Return: how many; 0 for none.
 */
int supervisor_sockets(int *first);

/**
 * supervisor_socket_name() - the last component of the path that @fd listens on
 *
 * Return: 0, or -EINVAL for what is no listening SOCK_SEQPACKET socket with a path.
 */
int supervisor_socket_name(int fd, char *name, size_t size);

/** supervisor_notify() - tell systemd, where NOTIFY_SOCKET says: "READY=1", "STOPPING=1" */
void supervisor_notify(const char *state);

/** supervisor_ready() - write a line to @fd and close it; -1: nobody waits */
void supervisor_ready(int fd);
