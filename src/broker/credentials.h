#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who is at the other end, as the kernel has verified it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of a security context that are kept, its NUL included. */
#define CREDENTIALS_LABEL_MAX 1024

struct credentials {
	pid_t pid; /* 0 where this pid namespace does not show the process */
	uid_t euid;
};

/**
 * credentials_of() - the process that connected the socket @fd, or made the pair
 *
 * Return: 0 or a negative errno.
 */
int credentials_of(int fd, struct credentials *credentials);

/**
 * credentials_is_channel() - whether @fd is an end of a SOCK_SEQPACKET Unix socket pair
 *
 * Whatever a client sends as a channel is asked for this before it is used. A socket that is
 * connected to a named one leads to some server, which would take us for its client.
 */
bool credentials_is_channel(int fd);

/** credentials_label() - its security context, or "unconfined" where nobody labels sockets */
void credentials_label(int fd, char label[CREDENTIALS_LABEL_MAX]);

/**
 * credentials_birth() - when the process @pid started
 *
 * A pid is used again, a pid and a birth are not.
 *
 * Return: clock ticks since boot, or 0 when it cannot be told.
 */
uint64_t credentials_birth(pid_t pid);

/**
 * credentials_euid_now() - the present effective uid of the process @pid
 *
 * Return: 0, or a negative errno when it cannot be told.
 */
int credentials_euid_now(pid_t pid, uid_t *euid);
