// SPDX-License-Identifier: Apache-2.0

/*
 * A table of options for getopt_long(3) and one of functions beside it.
 */

#include "broker/options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/context.h"
#include "util/fd.h"
#include "util/log.h"
#include "util/path.h"
#include "wire/wire.h"

/* An idle thread needs no ring: what it takes to open, to map and to begin to read is less. */
#define RING_AFTER_AUTO 8u

typedef int option_function(struct options *options, const char *value);

struct option_row {
	const char *name;
	int argument;
	option_function *function;
};

static const char *const option_limit_names[LIMITS] = {
	[LIMIT_CONNECTIONS] = "connections",
	[LIMIT_CHANNELS] = "channels",
	[LIMIT_FILES] = "files",
	[LIMIT_ARENA_BYTES] = "arena-bytes",
	[LIMIT_AREA_BYTES] = "area-bytes",
	[LIMIT_THREADS] = "threads",
	[LIMIT_NODES] = "nodes",
	[LIMIT_REFS] = "refs",
	[LIMIT_TRANSACTIONS] = "transactions",
	[LIMIT_DEATHS] = "deaths",
};

static const char option_help[] =
	"Usage: binderd [OPTION]...\n"
	"The binder driver in user space.\n"
	"\n"
	"  --dir DIR             where its sockets go; default $BINDERD_DIR, or the run\n"
	"                        directory of the user or of the system\n"
	"  --context NAME        serve this context; may be repeated; default binder,\n"
	"                        hwbinder and vndbinder\n"
	"  --private             a session of one user: whoever comes first becomes context\n"
	"                        manager, as in the kernel\n"
	"  --thread-per-context  serve each context by a thread of its own\n"
	"  --manager-uid UID     otherwise: the one user besides root who may; default the\n"
	"                        user who runs this\n"
	"  --user-limit NAME=N   what one user may hold; may be repeated; NAME is one of\n"
	"                        connections, channels, files, arena-bytes, area-bytes,\n"
	"                        threads, nodes, refs, transactions, deaths\n"
	"  --transport=HOW       how commands travel: ring, through shared memory; socket; or\n"
	"                        auto, the default, a ring for whoever makes many requests\n"
	"  --nice N              its nice value; default -10 where that is allowed and nobody\n"
	"                        has chosen another: what it does is others' waiting\n"
	"  --ready-fd N          write a line to descriptor N and close it when ready\n"
	"  --log-level LEVEL     error, warning, notice, info or debug; default notice\n"
	"  --version             print the version and exit\n"
	"  --help                print this and exit\n"
	"\n"
	"Listening sockets and readiness are taken from and given to systemd where it asks.\n";

/* Return: 0, or -EINVAL when @text is no number up to @limit. */
static int option_number(const char *text, uint64_t limit, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno || *end || *number > limit ? -EINVAL : 0;
}

static int option_dir(struct options *options, const char *value)
{
	_Static_assert(sizeof(options->dir) == PATH_MAX, "a path fits");
	if (value[0] != '/' || strlen(value) >= sizeof(options->dir))
		return -EINVAL;
	strcpy(options->dir, value);
	return 0;
}

static int option_context(struct options *options, const char *value)
{
	if (options->context_count == OPTIONS_CONTEXTS_MAX || !context_name_valid(value))
		return -EINVAL;
	options->contexts[options->context_count++] = value;
	return 0;
}

static int option_private(struct options *options, const char *value)
{
	(void)value;
	options->private_session = true;
	return 0;
}

static int option_threads(struct options *options, const char *value)
{
	(void)value;
	options->thread_per_context = true;
	return 0;
}

static int option_manager(struct options *options, const char *value)
{
	uint64_t uid;

	/* The highest is no user's: it stands for none. */
	if (option_number(value, UINT32_MAX - 1, &uid))
		return -EINVAL;
	options->manager_uid = (uid_t)uid;
	options->has_manager_uid = true;
	return 0;
}

static int option_ready(struct options *options, const char *value)
{
	uint64_t fd;

	if (option_number(value, INT32_MAX, &fd) || fd < 3 || fd_set_cloexec((int)fd, true))
		return -EINVAL;
	options->ready_fd = (int)fd;
	return 0;
}

static int option_nice(struct options *options, const char *value)
{
	bool negative = value[0] == '-';
	uint64_t number;

	if (option_number(value + negative, negative ? 20 : 19, &number))
		return -EINVAL;
	options->nice = negative ? -(int)number : (int)number;
	options->has_nice = true;
	return 0;
}

static int option_level(struct options *options, const char *value)
{
	int level = log_level_parse(value);

	(void)options;
	if (level < 0)
		return level;
	log_set_level((enum log_level)level);
	return 0;
}

static int option_transport(struct options *options, const char *value)
{
	static const struct {
		const char *name;
		uint32_t ring_after;
	} transports[] = {{"auto", RING_AFTER_AUTO}, {"ring", 0}, {"socket", WIRE_NO_RINGS}};

	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		if (strcmp(value, transports[i].name) == 0) {
			options->ring_after = transports[i].ring_after;
			return 0;
		}
	}
	return -EINVAL;
}

static int option_limit(struct options *options, const char *value)
{
	const char *equals = strchr(value, '=');

	for (int i = 0; equals && i < LIMITS; i++) {
		size_t length = strlen(option_limit_names[i]);

		if ((size_t)(equals - value) == length &&
			!memcmp(value, option_limit_names[i], length))
			return option_number(equals + 1, OPTIONS_NO_LIMIT - 1, &options->limits[i]);
	}
	return -EINVAL;
}

static int option_version(struct options *options, const char *value)
{
	(void)options;
	(void)value;
	printf("binderd %s\n", BINDERD_VERSION);
	return 1;
}

static int option_usage(struct options *options, const char *value)
{
	(void)options;
	(void)value;
	fputs(option_help, stdout);
	return 1;
}

static const struct option_row option_rows[] = {
	{"dir", required_argument, option_dir},
	{"context", required_argument, option_context},
	{"private", no_argument, option_private},
	{"thread-per-context", no_argument, option_threads},
	{"manager-uid", required_argument, option_manager},
	{"nice", required_argument, option_nice},
	{"ready-fd", required_argument, option_ready},
	{"log-level", required_argument, option_level},
	{"transport", required_argument, option_transport},
	{"user-limit", required_argument, option_limit},
	{"version", no_argument, option_version},
	{"help", no_argument, option_usage},
};

#define OPTION_ROWS (sizeof(option_rows) / sizeof(option_rows[0]))

static void options_default(struct options *options)
{
	*options = (struct options){.ready_fd = -1, .ring_after = RING_AFTER_AUTO};
	for (int i = 0; i < LIMITS; i++)
		options->limits[i] = OPTIONS_NO_LIMIT;
}

int options_parse(struct options *options, int argc, char **argv)
{
	struct option names[OPTION_ROWS + 1] = {0};
	int index = 0, found, ret;

	options_default(options);
	for (size_t i = 0; i < OPTION_ROWS; i++)
		names[i] = (struct option){
			.name = option_rows[i].name, .has_arg = option_rows[i].argument};
	while ((found = getopt_long(argc, argv, "", names, &index)) != -1) {
		if (found)
			return -EINVAL; /* getopt has said why */
		ret = option_rows[index].function(options, optarg);
		if (ret < 0)
			fprintf(stderr, "binderd: --%s %s: not valid\n", option_rows[index].name,
				optarg);
		if (ret)
			return ret;
	}
	if (optind < argc) {
		fprintf(stderr, "binderd: %s: not an option\n", argv[optind]);
		return -EINVAL;
	}
	if (options->dir[0])
		return 0;
	ret = path_run_dir_default(options->dir, sizeof(options->dir));
	if (ret)
		fprintf(stderr, "binderd: $BINDERD_DIR is not valid\n");
	return ret;
}
