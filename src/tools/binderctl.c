// SPDX-License-Identifier: Apache-2.0
/*
 * binderctl: what is there on a binder context, asked and shown.
 *
 * A table of subcommands, each a file of its own with a main() of its own. They speak to services
 * and to the service manager as any client does, so all that is told here holds for a broker and
 * for a kernel's device alike.
 */

#include "tools/ctl_options.h"
#include "tools/ctl_print.h"

#include "util/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct binderctl_command {
	const char *name;
	int (*function)(struct ctl *ctl, int argc, char **argv);
};

static const struct binderctl_command binderctl_commands[] = {
	{"list", ctl_list_main},
	{"check", ctl_check_main},
	{"call", ctl_call_main},
	{"dump", ctl_dump_main},
	{"shell", ctl_shell_main},
	{"ping", ctl_ping_main},
	{"wait", ctl_wait_main},
};

static const char binderctl_usage[] =
	"usage: binderctl [OPTION]... COMMAND [ARGUMENT]...\n"
	"\n"
	"Asks the services of a binder context, and its service manager.\n"
	"\n"
	"  list [-l]                     the services' names; -l: processes and interfaces, too\n"
	"  check NAME                    whether there is a service\n"
	"  ping [NAME]                   whether a service answers, or the service manager\n"
	"  wait NAME                     wait until there is a service\n"
	"  call NAME CODE [TYPE VALUE]...  call a service and show its reply\n"
	"  dump [NAME [ARGUMENT]...]     have one service, or all, tell about themselves\n"
	"  shell NAME [ARGUMENT]...      give a service a command\n"
	"\n"
	"  --context NAME      the context, or a device's path; default binder\n"
	"  --api-level N       speak as the Android release of that API level; default 34\n"
	"  --json              print JSON\n"
	"  --color WHEN        auto, always or never\n"
	"  --version           print the version\n"
	"  --help              print this; after a COMMAND, what it knows\n"
	"\n"
	"Exit status: 0; 1: no such service, or it failed; 2: wrong arguments; 3: no connection "
	"or\n"
	"no service manager; 4: timed out. That of shell is the service's; 125: it gave none.\n";

static const struct binderctl_command *binderctl_find(const char *name)
{
	for (size_t i = 0; i < sizeof(binderctl_commands) / sizeof(*binderctl_commands); i++) {
		if (!strcmp(binderctl_commands[i].name, name))
			return &binderctl_commands[i];
	}
	return NULL;
}

static int binderctl_run(struct ctl *ctl, int argc, char **argv)
{
	const struct binderctl_command *command;
	struct ctl_options options;
	char why[256];
	int option;

	ctl_options_init(&options, ctl, argc, argv, "+:", NULL, binderctl_usage);
	options.command = NULL;
	option = ctl_options_next(&options);
	if (option == CTL_OPTIONS_STOP)
		return options.status;
	if (optind >= argc)
		return ctl_options_wrong(&options, NULL);
	command = binderctl_find(argv[optind]);
	if (!command) {
		snprintf(why, sizeof(why), "there is no command %s", argv[optind]);
		return ctl_options_wrong(&options, why);
	}
	return command->function(ctl, argc - optind, argv + optind);
}

/* Sees to it that 0, 1 and 2 are not taken for the device; who closed them gets nothing there. */
static void binderctl_open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

int main(int argc, char **argv)
{
	struct ctl ctl = {
		.context = "binder",
		.dialect = ctl_dialect_find(CTL_DIALECT_DEFAULT),
		.color = ctl_print_color(),
	};
	int status;

	binderctl_open_standard();
	status = binderctl_run(&ctl, argc, argv);
	ctl_deinit(&ctl);
	if (fflush(stdout) || ferror(stdout)) {
		log_error("cannot write: %m");
		status = status == CTL_EXIT_OK ? CTL_EXIT_FAILED : status;
	}
	/* A thread that was left in a call uses what is on this stack. */
	if (ctl.client.abandoned)
		_exit(status);
	return status;
}
