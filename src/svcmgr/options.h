#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What servicemanager was told on its command line. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Contexts, and directories of declarations, at most. */
#define OPTIONS_CONTEXTS_MAX 64
#define OPTIONS_DIRS_MAX 16

/* One context: "NAME-OR-DEVICE[=DIALECT]". */
struct options_context {
	char *device;	     /* as for binderd_open() */
	const char *context; /* its last component */
	int api_level;
	bool hidl;
};

struct options {
	struct options_context contexts[OPTIONS_CONTEXTS_MAX];
	size_t context_count;
	const char *policy; /* NULL: the default's */
	const char *dirs[OPTIONS_DIRS_MAX];
	size_t dir_count; /* 0: the defaults */
	bool no_dirs;	  /* not those either */
	int64_t lazy_interval_ms;
	int ready_fd; /* or -1 */
	bool check;   /* read the configuration, say what is wrong, and end */
};

/**
 * options_parse() - read a command line
 * @options: filled, with pointers into @argv; for options_deinit()
 *
 * The level of log lines is set at once. What is wrong is told on standard error.
 *
 * Return: -1 to go on, or the status to end with.
 */
int options_parse(struct options *options, int argc, char **argv);

/* Free what it holds. */
void options_deinit(struct options *options);

/**
 * options_parse_context() - read one context
 * @text:  NAME-OR-DEVICE[=DIALECT], the dialect a level from 28 to 36, 0 or "hidl"
 * @level: of those that do not say one
 *
 * What is called hwbinder is HIDL's unless a dialect is given.
 *
 * Return: 0, -EINVAL for a dialect that there is not, or -ENOMEM.
 */
int options_parse_context(struct options_context *context, const char *text, int level);
