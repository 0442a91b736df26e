// SPDX-License-Identifier: Apache-2.0
/*
 * wait: until a service is there.
 */

#include "tools/ctl_await.h"
#include "tools/ctl_options.h"
#include "tools/ctl_print.h"

#include <stdio.h>

static const char ctl_wait_usage[] =
	"usage: binderctl wait [OPTION]... NAME\n"
	"\n"
	"Waits until there is a service called NAME. One that can be started is started.\n"
	"\n"
	"  -t, --timeout SECONDS  wait so long at most, and then end with exit status 4\n"
	"  -T MILLISECONDS        the same\n"
	"  --no-start             start none\n";

static const struct option ctl_wait_options[] = {
	{"timeout", required_argument, NULL, 't'},
	{"no-start", no_argument, NULL, 'n'},
	{NULL, 0, NULL, 0},
};

static int ctl_wait_run(struct ctl *ctl, const struct ctl_await *await)
{
	int status = ctl_await_service(ctl, await);
	bool found = status == CTL_EXIT_OK;

	if (ctl->json && (found || status == CTL_EXIT_TIMED_OUT)) {
		if (!ctl_print_json(json_pack("{s:s, s:b}", "name", await->name, "found", found)))
			return CTL_EXIT_FAILED;
	} else if (found) {
		ctl_print(ctl->color, CTL_STYLE_PLAIN, await->name);
		fputs(": ", stdout);
		ctl_print(ctl->color, CTL_STYLE_GOOD, "found");
		putchar('\n');
	}
	return status;
}

int ctl_wait_main(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_await await = {.start = true};
	struct ctl_options options;
	struct timespec deadline;
	long timeout = -1;
	int option;

	ctl_options_init(&options, ctl, argc, argv, "+:t:T:", ctl_wait_options, ctl_wait_usage);
	while ((option = ctl_options_next(&options)) != CTL_OPTIONS_END) {
		if (option == CTL_OPTIONS_STOP)
			return options.status;
		if (option == 'n')
			await.start = false;
		else if (!ctl_options_timeout(option, optarg, &timeout))
			return ctl_options_wrong(&options, "that is no time");
	}
	if (argc - optind != 1)
		return ctl_options_wrong(&options, "exactly one NAME is expected");
	await.name = argv[optind];
	if (timeout >= 0) {
		deadline = ctl_event_deadline(timeout);
		await.deadline = &deadline;
	}
	return ctl_wait_run(ctl, &await);
}
