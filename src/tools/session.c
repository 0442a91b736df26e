// SPDX-License-Identifier: Apache-2.0
/*
 * A private binder.
 *
 * Everything must be gone afterwards, however this process ends. The programs ask
 * the kernel to be killed with their parent. The directory has a keeper: a child
 * that waits for the end of a pipe of which this process alone holds the other end,
 * and then removes the directory. It shares nothing else: no descriptor, no signal,
 * no terminal.
 *
 * Programs say that they are ready with a byte through a pipe, so nobody polls; a
 * program that dies first closes the pipe.
 */

#include "tools/session.h"

#include "util/cleanup.h"
#include "util/log.h"
#include "util/path.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Where programs find the pipe to say that they are ready through. */
#define SESSION_READY_FD 3

/* Passed through by all, listed by root alone. */
#define SESSION_ROOT_DIR "/run/binder-run"

/* How long programs may take to end. */
#define SESSION_END_SECONDS 5

/* Times to try to remove a directory that fills again while it is emptied. */
#define SESSION_REMOVE_TRIES 100

void session_init(struct session *session)
{
	*session = (struct session){.keeper_fd = -1};
}

/* Makes a directory below @base, and keeps it if it can be trusted there. */
static int session_make_dir_in(struct session *session, const char *base)
{
	int error = path_join(session->dir, sizeof(session->dir), base, "binder-run-XXXXXX");

	if (!error && !mkdtemp(session->dir)) {
		error = -errno;
	} else if (!error) {
		error = path_dir_check(session->dir, geteuid());
		if (error)
			rmdir(session->dir);
	}
	if (error)
		*session->dir = '\0';
	return error;
}

/*
 * Root's programs may turn into other users and then open the device, as they can the
 * kernel's. So root's directory lets everybody pass who knows its name, which is too
 * long to guess, and which nobody else is shown: not by the directory that it is in, nor
 * by the arguments of a program, nor by the list of sockets.
 */
static int session_make_root_dir(struct session *session)
{
	uint64_t name[2];
	struct stat st;
	int error;

	if (mkdir(SESSION_ROOT_DIR, 0711) < 0 && errno != EEXIST)
		return -errno;
	if (lstat(SESSION_ROOT_DIR, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || st.st_mode & 066)
		return -EPERM;
	if (getrandom(name, sizeof(name), 0) != sizeof(name))
		return -EIO;
	snprintf(session->dir, sizeof(session->dir), "%s/%016" PRIx64 "%016" PRIx64,
		SESSION_ROOT_DIR, name[0], name[1]);
	error = mkdir(session->dir, 0700) < 0 ? -errno : 0;
	if (!error) {
		error = path_dir_check(session->dir, 0);
		if (!error && chmod(session->dir, 0711) < 0)
			error = -errno;
		if (error)
			rmdir(session->dir);
	}
	if (error)
		*session->dir = '\0';
	return error;
}

/*
 * Tries the places in order of preference. The last is shared with others, who can
 * neither replace nor enter what is made there: it is sticky, and the directory 0700.
 */
static int session_find_dir(struct session *session)
{
	const char *runtime = secure_getenv("XDG_RUNTIME_DIR"), *home = secure_getenv("HOME");
	char user[PATH_MAX], cache[PATH_MAX];

	if (!geteuid() && !session_make_root_dir(session))
		return 0;
	if (runtime && *runtime == '/' && !session_make_dir_in(session, runtime))
		return 0;
	snprintf(user, sizeof(user), "/run/user/%u", (unsigned int)geteuid());
	if (!session_make_dir_in(session, user))
		return 0;
	if (home && *home == '/' && !path_join(cache, sizeof(cache), home, ".cache") &&
		(!mkdir(cache, 0700) || errno == EEXIST) && !session_make_dir_in(session, cache))
		return 0;
	return session_make_dir_in(session, "/tmp");
}

static int session_empty_dir(const char *path)
{
	_cleanup_closedir_ DIR *dir = opendir(path);
	const struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	return 0;
}

/* Removes the directory and what is in it; it need not be there any more. */
static void session_remove_dir(const char *path)
{
	for (unsigned int i = 0; i < SESSION_REMOVE_TRIES; i++) {
		if (session_empty_dir(path) || !rmdir(path) || errno != ENOTEMPTY)
			return;
	}
}

static void __attribute__((noreturn)) session_keep(const char *path, int alive_fd)
{
	sigset_t all;
	char byte;

	/* A kill of the whole process group is not for the keeper; it never lasts long. */
	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (dup2(alive_fd, 0) < 0)
		_exit(1);
	closefrom(1);
	while (read(0, &byte, 1) > 0)
		;
	if (chdir("/"))
		_exit(1);
	session_remove_dir(path);
	_exit(0);
}

static int session_start_keeper(struct session *session)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	session->keeper = fork();
	if (!session->keeper)
		session_keep(session->dir, ends[0]);
	close(ends[0]);
	if (session->keeper < 0) {
		session->keeper = 0;
		close(ends[1]);
		return -errno;
	}
	session->keeper_fd = ends[1];
	return 0;
}

int session_make_dir(struct session *session)
{
	sigset_t all, old;
	int error;

	/* No signal may come between the directory and its keeper. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	error = session_find_dir(session);
	if (!error)
		error = session_start_keeper(session);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (error)
		log_error("cannot make a private directory: %s", strerror(-error));
	return error;
}

/* In the child: becomes the program, or says why not. */
static void __attribute__((noreturn))
session_exec(const struct session *session, char **argv, pid_t parent, int ready_fd)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	if (ready_fd == SESSION_READY_FD)
		fcntl(ready_fd, F_SETFD, 0);
	if (null < 0 || dup2(null, 0) < 0 || dup2(2, 1) < 0 || dup2(ready_fd, SESSION_READY_FD) < 0)
		_exit(1);
	closefrom(SESSION_READY_FD + 1);
	if (setenv("BINDERD_DIR", session->dir, 1) < 0)
		_exit(1);
	execv(argv[0], argv);
	log_error("cannot run %s: %m", argv[0]);
	_exit(1);
}

static int session_start(struct session *session, char **argv, pid_t *pid)
{
	pid_t parent = getpid();
	int ends[2];
	ssize_t got;
	char byte;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	*pid = fork();
	if (!*pid)
		session_exec(session, argv, parent, ends[1]);
	close(ends[1]);
	if (*pid < 0) {
		*pid = 0;
		log_error("cannot start %s: %m", argv[0]);
		close(ends[0]);
		return -EAGAIN;
	}
	do {
		got = read(ends[0], &byte, 1);
	} while (got < 0 && errno == EINTR);
	close(ends[0]);
	if (got == 1)
		return 0;
	log_error("%s did not start", argv[0]);
	return -ECHILD;
}

int session_start_broker(struct session *session, char **argv)
{
	return session_start(session, argv, &session->broker);
}

int session_start_manager(struct session *session, char **argv)
{
	return session_start(session, argv, &session->manager);
}

/* What a child's end is called. */
static const char *session_status_name(char *buffer, size_t size, int status)
{
	if (WIFSIGNALED(status))
		snprintf(buffer, size, "was killed by signal %d", WTERMSIG(status));
	else
		snprintf(buffer, size, "ended with status %d", WEXITSTATUS(status));
	return buffer;
}

bool session_reaped(struct session *session, pid_t pid, int status)
{
	char buffer[64];
	const char *name;

	if (pid == session->broker) {
		session->broker = 0;
		name = "the broker";
	} else if (pid == session->manager) {
		session->manager = 0;
		name = "the service manager";
	} else if (pid == session->keeper) {
		session->keeper = 0;
		name = "the directory's keeper";
	} else {
		return false;
	}
	log_warning("%s %s while the command runs", name,
		session_status_name(buffer, sizeof(buffer), status));
	return true;
}

/* Ends a program and waits for it; 0 is none. */
static void session_end_program(pid_t *pid, const char *name)
{
	struct timespec limit = {.tv_sec = SESSION_END_SECONDS};
	sigset_t child;
	char buffer[64];
	int status = 0;
	pid_t ended;

	if (!*pid)
		return;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	kill(*pid, SIGTERM);
	while (!(ended = waitpid(*pid, &status, WNOHANG))) {
		if (sigtimedwait(&child, NULL, &limit) < 0 && errno == EAGAIN) {
			log_warning("%s does not end and is killed", name);
			kill(*pid, SIGKILL);
			ended = waitpid(*pid, &status, 0);
			break;
		}
	}
	if (ended == *pid && status)
		log_warning("%s %s", name, session_status_name(buffer, sizeof(buffer), status));
	*pid = 0;
}

void session_end(struct session *session)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	session_end_program(&session->manager, "the service manager");
	session_end_program(&session->broker, "the broker");
	if (*session->dir)
		session_remove_dir(session->dir);
	*session->dir = '\0';
	/* The keeper has nothing left to do, and need not wake up to find that out. */
	if (session->keeper) {
		kill(session->keeper, SIGKILL);
		waitpid(session->keeper, NULL, 0);
	}
	session->keeper = 0;
	if (session->keeper_fd >= 0)
		close(session->keeper_fd);
	session->keeper_fd = -1;
}
