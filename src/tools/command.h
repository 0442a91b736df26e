#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The command that binder-run is for.
 */

#include "tools/session.h"

/* Exit statuses, as env(1) and timeout(1) have them. */
#define COMMAND_FAILED 125	   /* binder-run itself failed */
#define COMMAND_NOT_EXECUTABLE 126 /* the command cannot be executed */
#define COMMAND_NOT_FOUND 127	   /* there is no such command */

/**
 * command_init() - remember the signal handling that the command is to inherit
 *
 * To be called first in main(), before any child is started.
 */
void command_init(void);

/**
 * command_run() - run a command and wait for it
 * @session: what it runs in; its programs may end meanwhile
 * @argv:    the command, looked for in $PATH, and its arguments; NULL at the end
 * @preload: path of the library to preload, or NULL
 *
 * The command stays in the foreground process group of the terminal, if there is one, so
 * it gets the terminal's signals itself. Those that others send to binder-run alone are
 * passed on to it. When binder-run dies, the command gets SIGTERM.
 *
 * Return: its exit status, 128 and the number of the signal that killed it, or one of the
 * statuses above. The signals that it acts on stay blocked.
 */
int command_run(struct session *session, char **argv, const char *preload);
