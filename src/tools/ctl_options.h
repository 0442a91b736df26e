#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Options: those that all subcommands have, and each one's own.
 *
 * Options end at the first argument that is none, so what is for a service passes untouched.
 */

#include "tools/ctl.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#define CTL_OPTIONS_OWN_MAX 16

struct ctl_options {
	struct ctl *ctl;
	int argc;
	char **argv;
	const char *shorts;
	struct option longs[CTL_OPTIONS_OWN_MAX + 8];
	const char *command; /* whose they are, or NULL: the program's own */
	const char *usage;
	int status; /* of the program, when CTL_OPTIONS_STOP was returned */
};

/* What ctl_options_next() returns besides an option of the subcommand's own. */
enum {
	CTL_OPTIONS_END = -1,
	CTL_OPTIONS_STOP = -2, /* end the program with @status */
};

/**
 * ctl_options_init() - start looking at arguments
 * @shorts: own short options, as for getopt(3), beginning with "+:"
 * @own:    own long options, CTL_OPTIONS_OWN_MAX at most, with a row of zeros at the end; their
 *          values are below 0x100
 * @usage:  what --help prints
 */
void ctl_options_init(struct ctl_options *options, struct ctl *ctl, int argc, char **argv,
	const char *shorts, const struct option *own, const char *usage);

/**
 * ctl_options_next() - the next option
 *
 * The common ones are acted on; what is wrong is told.
 *
 * Return: an own option's value, with optarg, or one of the above; at the end, optind is the first
 * argument that is no option.
 */
int ctl_options_next(struct ctl_options *options);

/**
 * ctl_options_wrong() - tell that arguments are wrong
 * @why: what is, or NULL to show what would be right
 *
 * Return: CTL_EXIT_USAGE.
 */
int ctl_options_wrong(const struct ctl_options *options, const char *why);

/**
 * ctl_options_number() - an integer, decimal, octal (0) or hexadecimal (0x)
 *
 * Return: whether @text is one, all of it, from @least to @most.
 */
bool ctl_options_number(const char *text, int64_t least, int64_t most, int64_t *number);

/**
 * ctl_options_timeout() - a time, of the options that people know from dumpsys
 * @option: 't': @text is in seconds, "2" or "0.5"; 'T': in milliseconds
 *
 * Return: whether @text is one, from 0 to a year.
 */
bool ctl_options_timeout(int option, const char *text, long *ms);
