#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The command line. */

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define OPTIONS_CONTEXTS_MAX 64
/* A limit that was not given: chosen by allowance.h. */
#define OPTIONS_NO_LIMIT UINT64_MAX

/* What one user may hold, by --user-limit: the broker's kinds, then the driver's. */
enum option_limit {
	LIMIT_CONNECTIONS,
	LIMIT_CHANNELS,
	LIMIT_FILES,
	LIMIT_ARENA_BYTES,
	LIMIT_AREA_BYTES,
	LIMIT_THREADS,
	LIMIT_NODES,
	LIMIT_REFS,
	LIMIT_TRANSACTIONS,
	LIMIT_DEATHS,
	LIMITS,
};

struct options {
	char dir[PATH_MAX];
	const char *contexts[OPTIONS_CONTEXTS_MAX];
	unsigned context_count; /* 0: none were named */
	bool private_session;
	bool thread_per_context;
	bool has_manager_uid;
	uid_t manager_uid;
	bool has_nice;
	int nice;
	int ready_fd;	     /* -1: none */
	uint32_t ring_after; /* see struct broker */
	uint64_t limits[LIMITS];
};

/**
 * options_parse() - understand the command line
 *
 * Says on standard error what it does not understand.
 *
 * Return: 0 to go on; 1 when all is done (--help, --version); -EINVAL.
 */
int options_parse(struct options *options, int argc, char **argv);
