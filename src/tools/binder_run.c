// SPDX-License-Identifier: Apache-2.0
/*
 * binder-run: a command with a binder of its own, as dbus-run-session is for D-Bus.
 *
 * A private broker and service manager live for the time of one command. Three
 * programs are started one after the other, each as soon as the one before is
 * ready; no shell and no waiting by the clock, so that it can stand before each
 * test of a test suite.
 */

#include "tools/command.h"
#include "tools/programs.h"
#include "tools/session.h"

#include "util/log.h"
#include "util/path.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char run_usage[] =
	"usage: binder-run [OPTION]... [--] COMMAND [ARGUMENT]...\n"
	"\n"
	"Runs COMMAND with a binder of its own: a private broker with the contexts binder,\n"
	"hwbinder and vndbinder, and a service manager for binder. Both end with COMMAND,\n"
	"whose exit status is returned (128+N: killed by signal N; 125: binder-run failed;\n"
	"126, 127: COMMAND cannot be executed, or found).\n"
	"\n"
	"  --context NAME         one more context, with a service manager\n"
	"  --no-servicemanager    start none: COMMAND becomes the context manager\n"
	"  --no-preload           do not redirect COMMAND's calls on /dev/binder\n"
	"  --log-level LEVEL      of broker and manager: error, warning, notice, info, debug\n"
	"  --transport HOW        of the broker, as binderd's: auto, ring, socket\n"
	"  --binderd PATH         the broker to start\n"
	"  --servicemanager PATH  the service manager to start\n"
	"  --preload PATH         the library to preload\n"
	"  --help                 print this\n";

enum {
	OPTION_CONTEXT = 1,
	OPTION_NO_SERVICEMANAGER,
	OPTION_NO_PRELOAD,
	OPTION_LOG_LEVEL,
	OPTION_TRANSPORT,
	OPTION_BINDERD,
	OPTION_SERVICEMANAGER,
	OPTION_PRELOAD,
	OPTION_HELP,
};

static const struct option run_options[] = {
	{"context", required_argument, NULL, OPTION_CONTEXT},
	{"no-servicemanager", no_argument, NULL, OPTION_NO_SERVICEMANAGER},
	{"no-preload", no_argument, NULL, OPTION_NO_PRELOAD},
	{"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
	{"transport", required_argument, NULL, OPTION_TRANSPORT},
	{"binderd", required_argument, NULL, OPTION_BINDERD},
	{"servicemanager", required_argument, NULL, OPTION_SERVICEMANAGER},
	{"preload", required_argument, NULL, OPTION_PRELOAD},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

/* The contexts that every Android system has; hwbinder's manager speaks another protocol. */
static char run_binder[] = "binder", run_hwbinder[] = "hwbinder", run_vndbinder[] = "vndbinder";

struct run {
	struct programs programs;
	bool manager;
	bool preload;
	char *log_level; /* or NULL */
	char *transport; /* or NULL */
	char **contexts; /* all of them, the three above first */
	size_t context_count;
	char **managed; /* those with a service manager */
	size_t managed_count;
};

static bool run_add(char **names, size_t *count, char *name)
{
	for (size_t i = 0; i < *count; i++) {
		if (!strcmp(names[i], name))
			return false;
	}
	names[(*count)++] = name;
	return true;
}

static int run_init(struct run *run, int argc)
{
	/* No more contexts than arguments, and ours. */
	size_t room = (size_t)argc + 3;

	*run = (struct run){.manager = true, .preload = true};
	run->contexts = calloc(room, sizeof(char *));
	run->managed = calloc(room, sizeof(char *));
	if (!run->contexts || !run->managed)
		return -1;
	run_add(run->contexts, &run->context_count, run_binder);
	run_add(run->contexts, &run->context_count, run_hwbinder);
	run_add(run->contexts, &run->context_count, run_vndbinder);
	run_add(run->managed, &run->managed_count, run_binder);
	return 0;
}

static void run_deinit(struct run *run)
{
	free(run->contexts);
	free(run->managed);
}

static bool run_add_context(struct run *run, char *name)
{
	if (!path_context_valid(name)) {
		log_error("not a context's name: %s", name);
		return false;
	}
	run_add(run->contexts, &run->context_count, name);
	if (strcmp(name, run_hwbinder))
		run_add(run->managed, &run->managed_count, name);
	return true;
}

static bool run_set_path(char path[PATH_MAX], const char *value)
{
	if (realpath(value, path))
		return true;
	log_error("%s: %m", value);
	return false;
}

/* Acts on one option; returns whether it was good. */
static bool run_option(struct run *run, int option)
{
	switch (option) {
	case OPTION_CONTEXT:
		return run_add_context(run, optarg);
	case OPTION_NO_SERVICEMANAGER:
		run->manager = false;
		return true;
	case OPTION_NO_PRELOAD:
		run->preload = false;
		return true;
	case OPTION_LOG_LEVEL:
		run->log_level = optarg;
		if (log_level_parse(optarg) >= 0)
			return true;
		log_error("no such level: %s", optarg);
		return false;
	case OPTION_TRANSPORT:
		run->transport = optarg;
		return true;
	case OPTION_BINDERD:
		return run_set_path(run->programs.broker, optarg);
	case OPTION_SERVICEMANAGER:
		return run_set_path(run->programs.manager, optarg);
	case OPTION_PRELOAD:
		return run_set_path(run->programs.preload, optarg);
	default:
		fputs(run_usage, stderr);
		return false;
	}
}

/* Reads the options; returns -1 to go on with the command at optind, or an exit status. */
static int run_parse(struct run *run, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "+", run_options, NULL)) != -1) {
		if (option == OPTION_HELP) {
			fputs(run_usage, stdout);
			return EXIT_SUCCESS;
		}
		if (!run_option(run, option))
			return COMMAND_FAILED;
	}
	if (optind == argc) {
		fputs(run_usage, stderr);
		return COMMAND_FAILED;
	}
	programs_find(&run->programs);
	if (run->preload && strpbrk(run->programs.preload, " :")) {
		log_error("LD_PRELOAD cannot name %s", run->programs.preload);
		return COMMAND_FAILED;
	}
	if (run->preload && access(run->programs.preload, R_OK) < 0) {
		log_error("%s: %m (--no-preload does without)", run->programs.preload);
		return COMMAND_FAILED;
	}
	return -1;
}

/* What both programs' arguments begin with; returns how many these are. */
static size_t run_common_arguments(const struct run *run, char **argv, char *program)
{
	static char ready[] = "--ready-fd", number[] = "3", level[] = "--log-level";
	size_t count = 0;

	argv[count++] = program;
	argv[count++] = ready;
	argv[count++] = number;
	if (run->log_level) {
		argv[count++] = level;
		argv[count++] = run->log_level;
	}
	return count;
}

static int run_start_broker(struct run *run, struct session *session)
{
	static char private[] = "--private", context[] = "--context", transport[] = "--transport";
	char **argv = calloc(2 * run->context_count + 16, sizeof(char *));
	size_t count;
	int error;

	if (!argv)
		return -1;
	count = run_common_arguments(run, argv, run->programs.broker);
	argv[count++] = private;
	if (run->transport) {
		argv[count++] = transport;
		argv[count++] = run->transport;
	}
	/* The directory is in the environment, which others cannot see. */
	for (size_t i = 0; i < run->context_count; i++) {
		argv[count++] = context;
		argv[count++] = run->contexts[i];
	}
	error = session_start_broker(session, argv);
	free(argv);
	return error;
}

static int run_start_manager(struct run *run, struct session *session)
{
	static char policy[] = "--policy", open[] = "open", services[] = "--services",
		    none[] = "none";
	char **argv = calloc(run->managed_count + 16, sizeof(char *));
	size_t count;
	int error;

	if (!argv)
		return -1;
	count = run_common_arguments(run, argv, run->programs.manager);
	/* Who is in the session may do all in it, and nothing of the system's is started in it. */
	argv[count++] = policy;
	argv[count++] = open;
	argv[count++] = services;
	argv[count++] = none;
	memcpy(argv + count, run->managed, run->managed_count * sizeof(char *));
	error = session_start_manager(session, argv);
	free(argv);
	return error;
}

/* Until the command runs, signals simply end this process, and everything with it. */
static int run_session(struct run *run, char **command)
{
	struct session session;
	int status = COMMAND_FAILED;

	session_init(&session);
	if (!session_make_dir(&session) && !run_start_broker(run, &session) &&
		(!run->manager || !run_start_manager(run, &session)))
		status =
			command_run(&session, command, run->preload ? run->programs.preload : NULL);
	session_end(&session);
	return status;
}

/* Makes sure that 0, 1 and 2 are not taken for something else; the command has them closed. */
static void run_open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

int main(int argc, char **argv)
{
	struct run run;
	int status = COMMAND_FAILED;

	run_open_standard();
	command_init();
	if (!run_init(&run, argc))
		status = run_parse(&run, argc, argv);
	if (status < 0)
		status = run_session(&run, argv + optind);
	run_deinit(&run);
	return status;
}
