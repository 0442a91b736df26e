// SPDX-License-Identifier: Apache-2.0
/*
 * The command line.
 *
 * A context's dialect is what follows its last '=': the number of an API level, or "hidl".
 * Contexts that do not say one have the level of --api-level, wherever that stands: hence
 * the contexts are read when the options have been.
 */

#include "svcmgr/options.h"

#include "svcmgr/config.h"
#include "svcmgr/manager.h"
#include "svcmgr/release.h"
#include "util/log.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_HIDL_CONTEXT "hwbinder"

static const char options_usage[] =
	"usage: servicemanager [OPTION]... [CONTEXT-OR-DEVICE[=DIALECT]]...\n"
	"\n"
	"Becomes the context manager of each context (default: binder) and answers\n"
	"android.os.IServiceManager there, until SIGTERM or SIGINT. SIGHUP: policy and\n"
	"declarations are read anew. DIALECT is an API level, or hidl (hwbinder's).\n"
	"\n"
	"  --api-level N      numbering of methods: 28 to 36 (default 34), 0 for before\n"
	"  --policy FILE      who may do what; or: session, system, open\n"
	"  --services DIR     declarations of services; may be given several times; or: none\n"
	"  --lazy-interval MS time between looks for clients of lazy services (5000)\n"
	"  --check            read policy and declarations, say what is wrong, and end\n"
	"  --log-level LEVEL  error, warning, notice (default), info or debug\n"
	"  --ready-fd N       write a newline to descriptor N once all contexts are managed\n"
	"  --help             print this\n";

enum {
	OPTION_API_LEVEL = 1,
	OPTION_POLICY,
	OPTION_SERVICES,
	OPTION_LAZY_INTERVAL,
	OPTION_CHECK,
	OPTION_LOG_LEVEL,
	OPTION_READY_FD,
	OPTION_HELP,
};

static const struct option options_long[] = {
	{"api-level", required_argument, NULL, OPTION_API_LEVEL},
	{"policy", required_argument, NULL, OPTION_POLICY},
	{"services", required_argument, NULL, OPTION_SERVICES},
	{"lazy-interval", required_argument, NULL, OPTION_LAZY_INTERVAL},
	{"check", no_argument, NULL, OPTION_CHECK},
	{"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
	{"ready-fd", required_argument, NULL, OPTION_READY_FD},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static int options_level(const char *text, int *level)
{
	unsigned long number;

	if (config_number(text, RELEASE_LEVEL_MAX, &number) || !release_level_valid((int)number))
		return -EINVAL;
	*level = (int)number;
	return 0;
}

int options_parse_context(struct options_context *context, const char *text, int level)
{
	const char *dialect = strrchr(text, '=');
	size_t length = dialect ? (size_t)(dialect - text) : strlen(text);
	const char *slash;

	*context = (struct options_context){.api_level = level};
	if (!length)
		return -EINVAL;
	if (dialect && !strcmp(dialect + 1, "hidl"))
		context->hidl = true;
	else if (dialect && options_level(dialect + 1, &context->api_level))
		return -EINVAL;
	context->device = strndup(text, length);
	if (!context->device)
		return -ENOMEM;
	slash = strrchr(context->device, '/');
	context->context = slash ? slash + 1 : context->device;
	if (!dialect && !strcmp(context->context, OPTIONS_HIDL_CONTEXT))
		context->hidl = true;
	return 0;
}

static int options_fail(const char *what, const char *value)
{
	fprintf(stderr, "servicemanager: %s: %s\n", what, value);
	return EXIT_FAILURE;
}

/* Reads the value of --log-level. */
static int options_parse_log_level(const char *value)
{
	int level = log_level_parse(value);

	if (level < 0)
		return options_fail("no such level", value);
	log_set_level((enum log_level)level);
	return -1;
}

/* Reads one option but --api-level; returns as options_parse(). */
static int options_parse_one(struct options *options, int option, char *value)
{
	unsigned long number;

	switch (option) {
	case OPTION_POLICY:
		options->policy = value;
		return -1;
	case OPTION_SERVICES:
		options->no_dirs = !strcmp(value, "none");
		if (options->no_dirs)
			return -1;
		if (options->dir_count == OPTIONS_DIRS_MAX)
			return options_fail("too many directories", value);
		options->dirs[options->dir_count++] = value;
		return -1;
	case OPTION_LAZY_INTERVAL:
		if (config_number(value, 3600000, &number) || !number)
			return options_fail("not 1 to 3600000 milliseconds", value);
		options->lazy_interval_ms = (int64_t)number;
		return -1;
	case OPTION_CHECK:
		options->check = true;
		return -1;
	case OPTION_LOG_LEVEL:
		return options_parse_log_level(value);
	case OPTION_READY_FD:
		if (config_number(value, INT_MAX, &number))
			return options_fail("no descriptor", value);
		options->ready_fd = (int)number;
		return -1;
	case OPTION_HELP:
		fputs(options_usage, stdout);
		return EXIT_SUCCESS;
	default:
		fputs(options_usage, stderr);
		return EXIT_FAILURE;
	}
}

static int options_parse_contexts(struct options *options, int count, char **texts, int level)
{
	static char binder[] = "binder";
	char *fallback[] = {binder};
	int error = 0;

	if (!count) {
		count = 1;
		texts = fallback;
	}
	for (int i = 0; i < count; i++) {
		if (options->context_count == OPTIONS_CONTEXTS_MAX)
			return options_fail("too many contexts", texts[i]);
		error = options_parse_context(
			&options->contexts[options->context_count], texts[i], level);
		if (error)
			return options_fail(error == -EINVAL ? "not CONTEXT[=LEVEL] or CONTEXT=hidl"
							     : strerror(-error),
				texts[i]);
		options->context_count++;
	}
	return -1;
}

int options_parse(struct options *options, int argc, char **argv)
{
	int option, status, level = RELEASE_LEVEL_DEFAULT;

	*options = (struct options){
		.ready_fd = -1,
		.lazy_interval_ms = MANAGER_LAZY_INTERVAL_MS,
	};
	while ((option = getopt_long(argc, argv, "", options_long, NULL)) != -1) {
		if (option != OPTION_API_LEVEL)
			status = options_parse_one(options, option, optarg);
		else if (options_level(optarg, &level))
			status = options_fail("no such API level (28 to 36, or 0)", optarg);
		else
			status = -1;
		if (status >= 0)
			return status;
	}
	return options_parse_contexts(options, argc - optind, argv + optind, level);
}

void options_deinit(struct options *options)
{
	while (options->context_count)
		free(options->contexts[--options->context_count].device);
}
