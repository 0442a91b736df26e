#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The directory that a broker has its sockets in, to itself. */

#include <stdbool.h>

struct directory {
	int fd;	  /* O_PATH */
	int lock; /* held */
};

/**
 * directory_init() - open @path, made if need be, and lock other brokers out
 * @open_to_all: made so that every user can connect to what is in it
 *
 * Return: 0; -EPERM when others could change what is in it, -EADDRINUSE when another
 * broker has it, or what open(2) and mkdir(2) say.
 */
int directory_init(struct directory *directory, const char *path, bool open_to_all);
/** directory_deinit() - unlocks it; the directory stays */
void directory_deinit(struct directory *directory);
