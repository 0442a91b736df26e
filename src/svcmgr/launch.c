// SPDX-License-Identifier: Apache-2.0
/*
 * posix_spawn(3), since this program has threads: between fork and exec nothing of its own
 * may run. What remains to be done there, becoming another user, is another program's work.
 */

#include "svcmgr/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LAUNCH_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define LAUNCH_SYSTEMCTL "/usr/bin/systemctl"
#define LAUNCH_SETPRIV "/usr/bin/setpriv"
#define LAUNCH_PREFIX_MAX 8

/* Words of a command line, and where they are put together. */
struct launch_command {
	char *words[LAUNCH_PREFIX_MAX + DECLARATION_WORDS_MAX];
	size_t count;
	char reuid[32], regid[32];
};

struct launch_environment {
	char *variables[16];
	size_t count;
};

static void launch_add(struct launch_command *command, const char *word)
{
	command->words[command->count++] = (char *)word;
}

/* Puts before the command what makes it another user's. */
static int launch_become(struct launch_command *command, const struct declaration *declaration)
{
	if (geteuid())
		return declaration->user == geteuid() ? 0 : -EPERM;
	snprintf(command->reuid, sizeof(command->reuid), "--reuid=%lu",
		(unsigned long)declaration->user);
	snprintf(command->regid, sizeof(command->regid), "--regid=%lu",
		(unsigned long)declaration->group);
	launch_add(command, LAUNCH_SETPRIV);
	launch_add(command, command->reuid);
	launch_add(command, command->regid);
	launch_add(command, declaration->listed ? "--init-groups" : "--clear-groups");
	launch_add(command, "--");
	return 0;
}

static int launch_compose(struct launch_command *command, const struct declaration *declaration)
{
	int error = 0;

	if (declaration->unit) {
		launch_add(command, LAUNCH_SYSTEMCTL);
		launch_add(command, geteuid() ? "--user" : "--system");
		launch_add(command, "--no-block");
		launch_add(command, "--no-ask-password");
		launch_add(command, "start");
		launch_add(command, "--");
		launch_add(command, declaration->unit);
		return 0;
	}
	if (!declaration->command[0])
		return -EINVAL;
	if (declaration->has_user)
		error = launch_become(command, declaration);
	for (size_t i = 0; declaration->command[i]; i++)
		launch_add(command, declaration->command[i]);
	return error;
}

/* Sets a variable; one that does not fit into memory is left out, which shows in the child. */
static void launch_set(struct launch_environment *environment, const char *name, const char *value)
{
	char *variable;

	if (value && asprintf(&variable, "%s=%s", name, value) > 0)
		environment->variables[environment->count++] = variable;
}

static void launch_compose_environment(struct launch_environment *environment,
	const struct declaration *declaration, const char *context)
{
	static const char *const kept[] = {"HOME", "LANG", "XDG_RUNTIME_DIR", "BINDERD_DIR"};

	launch_set(environment, "PATH", LAUNCH_PATH);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		launch_set(environment, kept[i], secure_getenv(kept[i]));
	launch_set(environment, "BINDERD_SERVICE", declaration->name);
	launch_set(environment, "BINDERD_CONTEXT", context);
}

static int launch_set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	error = posix_spawnattr_setsigmask(attributes, &none);
	if (!error)
		error = posix_spawnattr_setsigdefault(attributes, &all);
	if (!error)
		error = posix_spawnattr_setflags(attributes,
			POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
	return error;
}

static int launch_set_files(posix_spawn_file_actions_t *files)
{
	int error = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);

	if (!error)
		error = posix_spawn_file_actions_addchdir_np(files, "/");
	if (!error)
		error = posix_spawn_file_actions_addclosefrom_np(files, 3);
	return error;
}

static int launch_run(char *const *words, char *const *variables, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int error = posix_spawn_file_actions_init(&files);

	if (error)
		return -error;
	error = posix_spawnattr_init(&attributes);
	if (!error) {
		error = launch_set_attributes(&attributes);
		if (!error)
			error = launch_set_files(&files);
		if (!error)
			error = posix_spawn(pid, words[0], &files, &attributes, words, variables);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&files);
	return -error;
}

int launch_service(const struct declaration *declaration, const char *context, pid_t *pid)
{
	struct launch_environment environment = {0};
	struct launch_command command = {0};
	int error = launch_compose(&command, declaration);

	if (error)
		return error;
	launch_compose_environment(&environment, declaration, context);
	error = launch_run(command.words, environment.variables, pid);
	while (environment.count)
		free(environment.variables[--environment.count]);
	return error;
}
