/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/peer.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <android/binder_process.h>

#include "ndk/manager.h"

void peer_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: pid %d: not so: %s\n", file, line, (int)getpid(), what);
	/* Not by a signal: a test that is to end by abort() would take it for what it waits for. */
	_exit(EXIT_FAILURE);
}

struct peer peer_start(void (*run)(int fd))
{
	struct peer peer;
	int pair[2];

	peer_check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	fflush(NULL);
	peer.pid = fork();
	peer_check(peer.pid >= 0);
	if (peer.pid == 0) {
		/* A test that fails ends, and its children with it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pair[0]);
		run(pair[1]);
		_exit(0);
	}
	close(pair[1]);
	peer.fd = pair[0];
	return peer;
}

struct peer peer_start_service(void (*run)(int fd))
{
	struct peer peer = peer_start(run);

	peer_check(peer_hear(peer.fd) == 'r');
	return peer;
}

void peer_serve(int fd)
{
	ABinderProcess_startThreadPool();
	peer_say(fd, 'r');
	peer_hear(fd);
}

void peer_idle(int fd)
{
	peer_hear(fd);
}

static void peer_manage(int fd)
{
	manager_run(fd);
}

struct peer peer_start_manager(void)
{
	struct peer peer = peer_start(peer_manage);

	peer_hear(peer.fd);
	return peer;
}

void peer_say(int fd, char byte)
{
	peer_check(write(fd, &byte, 1) == 1);
}

char peer_hear(int fd)
{
	char byte;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? byte : 0;
}

void peer_kill(struct peer *peer)
{
	kill(peer->pid, SIGKILL);
	peer_check(waitpid(peer->pid, NULL, 0) == peer->pid);
	close(peer->fd);
}

void peer_end(struct peer *peer)
{
	int status;

	peer_check(waitpid(peer->pid, &status, 0) == peer->pid);
	peer_check(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(peer->fd);
}

int peer_count_files(pid_t pid)
{
	char path[64];
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	peer_check(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}
