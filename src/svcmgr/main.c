// SPDX-License-Identifier: Apache-2.0
/*
 * servicemanager: the context manager of each context that it is told of.
 *
 * The signals that end it are blocked in every thread and awaited in the first, so
 * that none of them needs a handler. All contexts are opened before the first is
 * served: either the program manages all of them or it says why it ends.
 */

#include "svcmgr/serve.h"

#include "util/log.h"

#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char main_usage[] =
	"usage: servicemanager [--log-level LEVEL] [--ready-fd N] [CONTEXT-OR-DEVICE]...\n"
	"\n"
	"Becomes the context manager of each context (default: binder) and answers\n"
	"android.os.IServiceManager there, until SIGTERM or SIGINT.\n"
	"\n"
	"  --log-level LEVEL  error, warning, notice (default), info or debug\n"
	"  --ready-fd N       write a newline to descriptor N once all contexts are managed\n"
	"  --help             print this\n";

enum {
	OPTION_LOG_LEVEL = 1,
	OPTION_READY_FD,
	OPTION_HELP,
};

static const struct option main_options[] = {
	{"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
	{"ready-fd", required_argument, NULL, OPTION_READY_FD},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

/* Reads the options; returns -1 to go on with the contexts at optind, or an exit status. */
static int main_parse(int argc, char **argv, int *ready_fd)
{
	int option, level;
	char *end;

	while ((option = getopt_long(argc, argv, "", main_options, NULL)) != -1) {
		switch (option) {
		case OPTION_LOG_LEVEL:
			level = log_level_parse(optarg);
			if (level < 0) {
				fprintf(stderr, "servicemanager: no such level: %s\n", optarg);
				return EXIT_FAILURE;
			}
			log_set_level((enum log_level)level);
			break;
		case OPTION_READY_FD:
			*ready_fd = (int)strtol(optarg, &end, 10);
			if (*end || end == optarg || *ready_fd < 0) {
				fprintf(stderr, "servicemanager: no descriptor: %s\n", optarg);
				return EXIT_FAILURE;
			}
			break;
		case OPTION_HELP:
			fputs(main_usage, stdout);
			return EXIT_SUCCESS;
		default:
			fputs(main_usage, stderr);
			return EXIT_FAILURE;
		}
	}
	return -1;
}

static bool main_tell_ready(int fd)
{
	bool told = fd < 0 || write(fd, "\n", 1) == 1;

	if (!told)
		log_error("cannot write to the descriptor of --ready-fd: %m");
	if (fd >= 0)
		close(fd);
	return told;
}

/* Serves the contexts until a signal; returns the exit status. */
static int main_serve(struct serve **serves, size_t count, int ready_fd, const sigset_t *signals)
{
	int number;

	for (size_t i = 0; i < count; i++) {
		int error = serve_start(serves[i]);

		if (error) {
			log_error("cannot start a thread: %s", strerror(-error));
			return EXIT_FAILURE;
		}
	}
	if (!main_tell_ready(ready_fd))
		return EXIT_FAILURE;
	sigwait(signals, &number);
	log_info("ends by signal %d", number);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static char binder[] = "binder", *fallback[] = {binder};
	int ready_fd = -1, status = main_parse(argc, argv, &ready_fd);
	char **names = optind < argc ? argv + optind : fallback;
	size_t count = optind < argc ? (size_t)(argc - optind) : 1, opened = 0;
	struct serve **serves;
	sigset_t signals;

	if (status >= 0)
		return status;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	serves = calloc(count, sizeof(struct serve *));
	if (!serves)
		return EXIT_FAILURE;
	while (opened < count && (serves[opened] = serve_new(names[opened])))
		opened++;
	status = opened == count ? main_serve(serves, count, ready_fd, &signals) : EXIT_FAILURE;
	while (opened--) {
		if (serve_free(serves[opened]))
			status = EXIT_FAILURE;
	}
	free(serves);
	return status;
}
