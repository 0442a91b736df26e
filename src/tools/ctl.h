#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the subcommands of binderctl share: the options that all of them have, the connection,
 * and the exit statuses.
 */

#include "tools/ctl_client.h"

#include <stdbool.h>

/* Exit statuses; "shell" has the service's own, and CTL_EXIT_NO_RESULT without one. */
enum ctl_exit {
	CTL_EXIT_OK = 0,
	CTL_EXIT_FAILED = 1,	  /* no such service, or it failed */
	CTL_EXIT_USAGE = 2,	  /* wrong arguments */
	CTL_EXIT_NO_MANAGER = 3,  /* no connection, or nobody behind handle 0 */
	CTL_EXIT_TIMED_OUT = 4,	  /* -t's time was up */
	CTL_EXIT_NO_RESULT = 125, /* of "shell" */
};

struct ctl {
	const char *context; /* a name or a device's path */
	const struct ctl_dialect *dialect;
	bool json;
	bool color; /* of what goes to standard output */
	bool connected;
	const struct timespec *deadline; /* for the manager to answer; NULL: it may take its time */
	struct ctl_client client;
};

/**
 * ctl_connect() - open the device, once
 *
 * Return: CTL_EXIT_OK, or CTL_EXIT_NO_MANAGER after a line on standard error that says why not.
 */
enum ctl_exit ctl_connect(struct ctl *ctl);

/** ctl_deinit() - end the connection, if there is one */
void ctl_deinit(struct ctl *ctl);

/* The subcommands: @argv[0] is their name. Each returns an exit status. */
int ctl_list_main(struct ctl *ctl, int argc, char **argv);
int ctl_check_main(struct ctl *ctl, int argc, char **argv);
int ctl_call_main(struct ctl *ctl, int argc, char **argv);
int ctl_dump_main(struct ctl *ctl, int argc, char **argv);
int ctl_shell_main(struct ctl *ctl, int argc, char **argv);
int ctl_ping_main(struct ctl *ctl, int argc, char **argv);
int ctl_wait_main(struct ctl *ctl, int argc, char **argv);
