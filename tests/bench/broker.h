#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The broker that is measured: one of the benchmark's own, in a directory of its own, or one
 * that runs already. A real driver has none.
 */

#include <stdint.h>
#include <sys/types.h>

/* Beside "binder": for what loads the broker while others are measured. */
#define BROKER_OTHER_CONTEXT "hwbinder"

/* What the broker has counted since its start; -1: it does not tell. */
struct broker_counts {
	double copied, wakeups, allocations;
};

/** broker_find() - the program beside this one in the build tree, static */
const char *broker_find(void);
/** broker_start() - start the program at @path; it is ended by process_end_all() */
void broker_start(const char *path);
/** broker_attach() - use the one that serves @dir and has @pid */
void broker_attach(const char *dir, pid_t pid);
/** broker_dir_path() - the directory of its sockets */
const char *broker_dir_path(void);
/** broker_pid() - its process, or 0 */
pid_t broker_pid(void);
/** broker_remove() - remove the directory that broker_start() made */
void broker_remove(void);
/** broker_ask() - ask the control socket for its counts */
void broker_ask(struct broker_counts *counts);
