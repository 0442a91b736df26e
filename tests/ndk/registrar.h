#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * servicemanager for a test: the program itself, with a policy and declarations of the test's.
 */

#include <stdbool.h>
#include <sys/types.h>

/* What its dump has when so many are to be told of registrations. */
#define REGISTRAR_ONE_WATCHES "Callbacks:    1 of registrations"
#define REGISTRAR_NOBODY_WATCHES "Callbacks:    0 of registrations"

/** registrar_main() - read the test program's arguments: SERVICEMANAGER, or the build tree's */
void registrar_main(int argc, char **argv);

/** registrar_self() - the absolute path of this test's program */
const char *registrar_self(void);

/** registrar_begin() - a directory for the test. To be called first. */
void registrar_begin(void);
/** registrar_policy() - the policy of what is started from now on; that of a session otherwise */
void registrar_policy(const char *text);
/** registrar_declare() - the declarations of what is started from now on */
void registrar_declare(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** registrar_start() - start it with an API level. Returns when it is the context manager. */
void registrar_start(int level);
/** registrar_kill() - kill it, and wait until it is gone; nothing if it does not run */
void registrar_kill(void);
/** registrar_end() - the same, and remove the directory */
void registrar_end(void);

/** registrar_report() - its dump, for free(3) */
char *registrar_report(void);
/** registrar_says() - whether its dump has a text in it */
bool registrar_says(const char *text);
/** registrar_await() - look until it has */
void registrar_await(const char *text);
