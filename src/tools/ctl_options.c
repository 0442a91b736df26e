// SPDX-License-Identifier: Apache-2.0
/*
 * Options, by getopt_long(3).
 *
 * Every subcommand has a table of its own options, to which the common ones are added, so that
 * "binderctl --json list" and "binderctl list --json" are the same. Own options have values below
 * 0x100, common ones above.
 */

#include "tools/ctl_options.h"

#include "tools/ctl_print.h"

#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds. */
#define OPTIONS_YEAR (366.0 * 24 * 3600 * 1000)

enum {
	OPTION_CONTEXT = 0x100,
	OPTION_API_LEVEL,
	OPTION_JSON,
	OPTION_COLOR,
	OPTION_HELP,
	OPTION_VERSION,
};

static const struct option ctl_options_common[] = {
	{"context", required_argument, NULL, OPTION_CONTEXT},
	{"api-level", required_argument, NULL, OPTION_API_LEVEL},
	{"json", no_argument, NULL, OPTION_JSON},
	{"color", required_argument, NULL, OPTION_COLOR},
	{"help", no_argument, NULL, OPTION_HELP},
	{"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

void ctl_options_init(struct ctl_options *options, struct ctl *ctl, int argc, char **argv,
	const char *shorts, const struct option *own, const char *usage)
{
	size_t count = 0;

	memset(options, 0, sizeof(*options));
	options->ctl = ctl;
	options->argc = argc;
	options->argv = argv;
	options->shorts = shorts;
	options->command = argv[0];
	options->usage = usage;
	while (own && own[count].name && count < CTL_OPTIONS_OWN_MAX) {
		options->longs[count] = own[count];
		count++;
	}
	memcpy(options->longs + count, ctl_options_common, sizeof(ctl_options_common));
	/* Not 1: glibc forgets what it had read of other arguments. */
	optind = 0;
	opterr = 0;
}

int ctl_options_wrong(const struct ctl_options *options, const char *why)
{
	if (why)
		log_error("%s%s%s (--help tells more)", options->command ? options->command : "",
			options->command ? ": " : "", why);
	else
		fputs(options->usage, stderr);
	return CTL_EXIT_USAGE;
}

static int ctl_options_stop(struct ctl_options *options, int status)
{
	options->status = status;
	return CTL_OPTIONS_STOP;
}

static bool ctl_options_set_color(struct ctl *ctl, const char *when)
{
	if (!strcmp(when, "auto"))
		ctl->color = ctl_print_color();
	else if (!strcmp(when, "always") || !strcmp(when, "never"))
		ctl->color = *when == 'a';
	else
		return false;
	return true;
}

static bool ctl_options_set_level(struct ctl *ctl, const char *text)
{
	int64_t level;

	if (!ctl_options_number(text, 0, INT32_MAX, &level))
		return false;
	ctl->dialect = ctl_dialect_find((int)level);
	return true;
}

/* Acts on a common option; returns whether its argument was good. */
static bool ctl_options_common_set(struct ctl *ctl, int option)
{
	switch (option) {
	case OPTION_CONTEXT:
		ctl->context = optarg;
		return *optarg;
	case OPTION_API_LEVEL:
		return ctl_options_set_level(ctl, optarg);
	case OPTION_COLOR:
		return ctl_options_set_color(ctl, optarg);
	default:
		ctl->json = true;
		return true;
	}
}

int ctl_options_next(struct ctl_options *options)
{
	char why[256];
	int option;

	while ((option = getopt_long(options->argc, options->argv, options->shorts, options->longs,
			NULL)) >= OPTION_CONTEXT) {
		if (option == OPTION_HELP || option == OPTION_VERSION) {
			fputs(option == OPTION_HELP ? options->usage
						    : "binderctl " BINDERCTL_VERSION "\n",
				stdout);
			return ctl_options_stop(options, CTL_EXIT_OK);
		}
		if (!ctl_options_common_set(options->ctl, option)) {
			snprintf(why, sizeof(why), "%s is not good for %s", optarg,
				options->argv[optind - 1] == optarg ? options->argv[optind - 2]
								    : "that option");
			return ctl_options_stop(options, ctl_options_wrong(options, why));
		}
	}
	if (option != '?' && option != ':')
		return option;
	if (option == ':')
		snprintf(why, sizeof(why), "%s wants an argument", options->argv[optind - 1]);
	else if (optopt && optopt < 0x100)
		snprintf(why, sizeof(why), "there is no option -%c", optopt);
	else
		snprintf(why, sizeof(why), "there is no such option as %s",
			options->argv[optind - 1]);
	return ctl_options_stop(options, ctl_options_wrong(options, why));
}

bool ctl_options_number(const char *text, int64_t least, int64_t most, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 0);
	return end != text && !*end && !errno && *number >= least && *number <= most;
}

bool ctl_options_timeout(int option, const char *text, long *ms)
{
	double unit = option == 'T' ? 1 : 1000, time;
	char *end;

	errno = 0;
	time = strtod(text, &end);
	if (end == text || *end || errno || !(time >= 0 && time * unit <= OPTIONS_YEAR))
		return false;
	*ms = (long)(time * unit + 0.5);
	return true;
}
