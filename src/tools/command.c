// SPDX-License-Identifier: Apache-2.0
/*
 * The command that binder-run is for.
 *
 * binder-run must outlive the command, so it blocks the signals that would end it
 * and awaits them. What the terminal sends, it sends to the whole foreground process
 * group, the command included: nothing is to be passed on then. The kernel says
 * which is which: a signal of kill(2) names its sender. Stopping and continuing by
 * the terminal work on both alike, without our doing.
 */

#include "tools/command.h"

#include "util/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Passed on to the command. */
static const int command_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

static struct sigaction command_old_child;
static sigset_t command_old_mask;

void command_init(void)
{
	/* A parent that ignores SIGCHLD would have our children vanish unseen. */
	struct sigaction plain = {.sa_handler = SIG_DFL};

	sigaction(SIGCHLD, &plain, &command_old_child);
	sigprocmask(SIG_BLOCK, NULL, &command_old_mask);
}

/* Puts @preload before what is preloaded anyway. */
static int command_set_preload(const char *preload)
{
	const char *old = getenv("LD_PRELOAD");
	char *value;
	int result;

	if (!old || !*old)
		return setenv("LD_PRELOAD", preload, 1);
	if (asprintf(&value, "%s:%s", preload, old) < 0)
		return -1;
	result = setenv("LD_PRELOAD", value, 1);
	free(value);
	return result;
}

/* In the child: becomes the command, or says why not. */
static void __attribute__((noreturn))
command_exec(const struct session *session, char **argv, const char *preload, pid_t parent)
{
	int error;

	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent)
		_exit(COMMAND_FAILED);
	if (setenv("BINDERD_DIR", session->dir, 1) < 0 ||
		(preload && command_set_preload(preload) < 0)) {
		log_error("%m");
		_exit(COMMAND_FAILED);
	}
	sigaction(SIGCHLD, &command_old_child, NULL);
	sigprocmask(SIG_SETMASK, &command_old_mask, NULL);
	execvp(argv[0], argv);
	error = errno;
	log_error("%s: %m", argv[0]);
	_exit(error == ENOENT ? COMMAND_NOT_FOUND : COMMAND_NOT_EXECUTABLE);
}

/* Reaps every child that has ended; returns whether the command has, with its @status. */
static bool command_reap(struct session *session, pid_t command, int *status)
{
	bool ended = false;
	int other;
	pid_t pid;

	while ((pid = waitpid(-1, &other, WNOHANG)) > 0) {
		if (pid == command) {
			*status = other;
			ended = true;
		} else {
			session_reaped(session, pid, other);
		}
	}
	return ended;
}

int command_run(struct session *session, char **argv, const char *preload)
{
	pid_t parent = getpid(), command;
	int status = 0;
	siginfo_t info;
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	for (size_t i = 0; i < sizeof(command_signals) / sizeof(*command_signals); i++)
		sigaddset(&mask, command_signals[i]);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	command = fork();
	if (!command)
		command_exec(session, argv, preload, parent);
	if (command < 0) {
		log_error("cannot start %s: %m", argv[0]);
		return COMMAND_FAILED;
	}
	while (!command_reap(session, command, &status)) {
		if (sigwaitinfo(&mask, &info) < 0 || info.si_signo == SIGCHLD)
			continue;
		if (info.si_code <= 0)
			kill(command, info.si_signo);
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
