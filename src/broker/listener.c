// SPDX-License-Identifier: Apache-2.0

/*
 * Listening.
 *
 * With no descriptor left accept(2) fails and the client would wait in the queue for ever,
 * with the socket readable all the time. So one descriptor is kept in reserve: it is given
 * up for a moment to take the client off the queue and hang up.
 */

#include "broker/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "broker/link.h"
#include "util/cleanup.h"
#include "util/fd.h"
#include "util/log.h"

#define LISTENER_BACKLOG 4096
/* Clients accepted before the others have their turn. */
#define LISTENER_BATCH 64

static void listener_address(struct sockaddr_un *address, int dir, const char *name)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/%s", dir, name);
}

/* Removes a socket that nobody listens on. Return: 0 when the name is free. */
static int listener_clear(int dir, const char *name, const struct sockaddr_un *address)
{
	_cleanup_close_ int probe = -1;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	probe = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (probe < 0)
		return -errno;
	if (connect(probe, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		errno != ECONNREFUSED)
		return -EADDRINUSE;
	return unlinkat(dir, name, 0) < 0 ? -errno : 0;
}

int listener_bind(int dir, const char *name, unsigned mode)
{
	_cleanup_close_ int fd = -1;
	struct sockaddr_un address;
	mode_t mask;
	int ret;

	listener_address(&address, dir, name);
	if (strlen(address.sun_path) == sizeof(address.sun_path) - 1)
		return -ENAMETOOLONG;
	ret = listener_clear(dir, name, &address);
	if (ret)
		return ret;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	mask = umask(~mode & 0777);
	ret = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	if (ret)
		return ret;
	if (listen(fd, LISTENER_BACKLOG) < 0)
		return -errno;
	return steal_fd(&fd);
}

/* Hangs up on a client for whom no descriptor is left. Return: 0 or a negative errno. */
static int listener_turn_away(struct listener *listener)
{
	time_t now = time(NULL);
	int fd;

	if (now != listener->told)
		log_warning("no descriptor left: clients are turned away; raise RLIMIT_NOFILE");
	listener->told = now;
	listener->reserve = fd_close(listener->reserve);
	fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	loop_close(listener->loop, fd);
	return fd < 0 ? -EAGAIN : 0;
}

static int listener_take(struct listener *listener)
{
	int fd, ret;

	if (listener->reserve < 0)
		listener->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE))
		return listener_turn_away(listener);
	if (fd < 0)
		return errno == ECONNABORTED || errno == EINTR ? 0 : -errno;
	ret = listener->accept(listener->data, fd);
	if (ret)
		loop_close(listener->loop, fd);
	return 0;
}

static void listener_event(int fd, short what, void *data)
{
	(void)fd;
	(void)what;
	for (int i = 0; i < LISTENER_BATCH; i++) {
		if (listener_take(data))
			return;
	}
}

int listener_init(
	struct listener *listener, struct loop *loop, int fd, listener_accept *accept, void *data)
{
	listener->loop = loop;
	listener->accept = accept;
	listener->data = data;
	listener->told = 0;
	listener->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (listener->reserve < 0)
		return -errno;
	if (event_assign(&listener->event, loop_base(loop), fd, EV_READ | EV_PERSIST,
		    listener_event, listener) ||
		event_add(&listener->event, NULL)) {
		listener->reserve = fd_close(listener->reserve);
		return -ENOMEM;
	}
	listener->fd = fd;
	return 0;
}

void listener_deinit(struct listener *listener)
{
	if (listener->fd < 0)
		return;
	event_del(&listener->event);
	listener->fd = fd_close(listener->fd);
	listener->reserve = fd_close(listener->reserve);
}
