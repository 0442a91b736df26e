#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A private binder: a directory, a broker and a service manager, for as long as the
 * process that made them lives.
 */

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct session {
	char dir[PATH_MAX]; /* empty before it was made */
	pid_t keeper;	    /* removes the directory when this process is gone; 0: none */
	pid_t broker;	    /* 0: not running, for this and the next */
	pid_t manager;
	int keeper_fd; /* the keeper's sign that this process lives; -1 */
};

/* Nothing is there yet. */
void session_init(struct session *session);

/**
 * session_make_dir() - make the directory, and the keeper that removes it
 *
 * To be called first. All descriptors of the session are close-on-exec.
 *
 * Return: 0, or a negative errno after a log line.
 */
int session_make_dir(struct session *session);

/**
 * session_start_broker(), session_start_manager() - start a program and wait until it serves
 * @argv: its path and arguments, NULL at the end; "--ready-fd", "3" are among them
 *
 * It gets a session of its own, so that the terminal's signals do not reach it, no
 * standard input, the standard error as its output, BINDERD_DIR, and is killed when this
 * process ends.
 *
 * Return: 0, or a negative errno after a log line.
 */
int session_start_broker(struct session *session, char **argv);
int session_start_manager(struct session *session, char **argv);

/**
 * session_reaped() - note that a child has ended
 * @pid:    a child
 * @status: as of waitpid(2)
 *
 * Return: whether it was one of the session's; a log line says so.
 */
bool session_reaped(struct session *session, pid_t pid, int status);

/**
 * session_end() - end the programs, wait for them, and remove the directory
 *
 * A program that does not end within five seconds is killed. SIGCHLD is blocked afterwards.
 */
void session_end(struct session *session);
