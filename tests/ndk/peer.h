#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Processes of a test: a context manager, and others that serve or call. All of them are forked
 * before the test's own process opens the device.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

/** peer_check() - end the process with a line if something does not hold, in whatever process */
#define peer_check(condition)                                      \
	do {                                                       \
		if (!(condition))                                  \
			peer_fail(__FILE__, __LINE__, #condition); \
	} while (0)

void peer_fail(const char *file, int line, const char *what) __attribute__((noreturn));

/* The other end: it reads and writes bytes, and has a process. */
struct peer {
	pid_t pid;
	int fd; /* of a socket pair */
};

/**
 * peer_start() - run a function in a child
 * @run: gets its end of the socket pair; the child ends with it, with status 0
 */
struct peer peer_start(void (*run)(int fd));
/** peer_start_service() - the same, until it says 'r', as peer_serve() does */
struct peer peer_start_service(void (*run)(int fd));
/** peer_start_manager() - the same with manager_run(), until it is the manager */
struct peer peer_start_manager(void);

/** peer_serve() - in a child: serve calls, and say so, until the other end is gone or says a byte
 */
void peer_serve(int fd);
/** peer_idle() - in a child: do nothing, as long */
void peer_idle(int fd);

/** peer_say() - one byte to the other end */
void peer_say(int fd, char byte);
/** peer_hear() - wait for one. Return: the byte, or 0 if the other end is gone */
char peer_hear(int fd);

/** peer_kill() - kill a child, and wait until it is gone */
void peer_kill(struct peer *peer);
/** peer_end() - wait for a child that ends by itself, and require status 0 */
void peer_end(struct peer *peer);

/** peer_count_files() - how many descriptors a process has */
int peer_count_files(pid_t pid);
