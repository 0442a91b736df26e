// SPDX-License-Identifier: Apache-2.0

/*
 * Both protocols of systemd are a few lines (sd_listen_fds(3), sd_notify(3)); a library for
 * them would be the broker's largest dependency.
 */

#include "broker/supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/fd.h"
#include "util/log.h"

#define SUPERVISOR_FIRST 3
#define SUPERVISOR_SOCKETS_MAX 1024

static long supervisor_number(const char *variable)
{
	const char *text = getenv(variable);
	char *end;
	long number;

	if (!text || !*text)
		return -1;
	number = strtol(text, &end, 10);
	return *end ? -1 : number;
}

int supervisor_sockets(int *first)
{
	long pid = supervisor_number("LISTEN_PID");
	long count = supervisor_number("LISTEN_FDS");

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	*first = SUPERVISOR_FIRST;
	if (pid != getpid() || count <= 0 || count > SUPERVISOR_SOCKETS_MAX)
		return 0;
	for (int fd = SUPERVISOR_FIRST; fd < SUPERVISOR_FIRST + count; fd++) {
		fd_set_cloexec(fd, true);
		fd_set_nonblock(fd, true);
	}
	return (int)count;
}

static int supervisor_option(int fd, int option)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

int supervisor_socket_name(int fd, char *name, size_t size)
{
	struct sockaddr_un address = {0};
	socklen_t length = sizeof(address) - 1;
	const char *last;

	if (supervisor_option(fd, SO_TYPE) != SOCK_SEQPACKET ||
		supervisor_option(fd, SO_ACCEPTCONN) != 1)
		return -EINVAL;
	if (getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		return -EINVAL;
	last = strrchr(address.sun_path, '/');
	if (address.sun_family != AF_UNIX || !last || strlen(last + 1) >= size)
		return -EINVAL;
	strcpy(name, last + 1);
	return 0;
}

void supervisor_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	_cleanup_close_ int fd = -1;
	size_t length = path ? strlen(path) : 0;

	if (!length || length >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
		log_warning("cannot notify %s: %m", path);
}

void supervisor_ready(int fd)
{
	if (fd < 0)
		return;
	if (write(fd, "ready\n", 6) < 0)
		log_warning("cannot say on descriptor %d that it is ready: %m", fd);
	fd_close(fd);
}
