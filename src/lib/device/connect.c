/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The directories of sockets are tried in order. A socket is connected by way of a
 * descriptor of it, which takes names of any length and leaves no time between the
 * judging of the directory and the use of what is in it.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/device/channel.h"
#include "lib/device/connect.h"
#include "lib/device/hooks.h"
#include "lib/device/nice.h"
#include "lib/device/thread.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/path.h"

/* The socket @name in @dir. Return: an O_PATH descriptor or a negative errno. */
static int connect_node(const char *dir, const char *name)
{
	_cleanup_close_ int dir_fd = path_dir_open(dir, geteuid());
	struct stat st;
	int fd;

	if (dir_fd < 0)
		return dir_fd;
	fd = openat(dir_fd, name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode)) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

bool connect_trusted(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

static int connect_in(int fd, const char *dir, const char *name)
{
	_cleanup_close_ int node = connect_node(dir, name);
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (node < 0)
		return node;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", node);
	while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		if (errno != EINTR)
			return errno == ECONNREFUSED ? -ENOENT : -errno;
	}
	if (!connect_trusted(fd)) {
		log_warning("broker of %s/%s is neither root's nor ours", dir, name);
		return -EPERM;
	}
	return 0;
}

int connect_context(int fd, const char *name)
{
	struct path_run_dirs dirs;
	int first = -ENOENT;
	int r = path_run_dirs(&dirs);

	if (r < 0)
		return r;
	for (unsigned int i = 0; i < dirs.count; i++) {
		r = connect_in(fd, dirs.dir[i], name);
		if (r == 0 || r == -EISCONN)
			return r == 0 ? 0 : -EPERM;
		if (first == -ENOENT && r != -ENOTDIR)
			first = r;
	}
	return first;
}

int connect_find(const char *name)
{
	struct path_run_dirs dirs;
	int first = -ENOENT;
	int r;

	if (!path_context_valid(name))
		return -ENOENT;
	r = path_run_dirs(&dirs);
	if (r < 0)
		return r;
	for (unsigned int i = 0; i < dirs.count; i++) {
		r = connect_node(dirs.dir[i], name);
		if (r >= 0) {
			device_libc.close(r);
			return 0;
		}
		if (first == -ENOENT && r != -ENOTDIR)
			first = r;
	}
	return first;
}

static int connect_hello(int fd, int open_flags)
{
	struct wire_hello hello = {
		.head.type = WIRE_HELLO,
		.magic = WIRE_MAGIC,
		.version_min = WIRE_VERSION,
		.version_max = WIRE_VERSION,
		.open_flags = (uint32_t)open_flags,
	};
	struct iovec iov = {.iov_base = &hello, .iov_len = sizeof(hello)};
	int r;

	hello.head.tid = (uint32_t)thread_id();
	hello.head.nice = nice_now();
	do {
		r = channel_send(fd, &iov, 1, NULL, 0, 0);
	} while (r == -EINTR);
	return r;
}

static int connect_refused(struct wire_refused *refused)
{
	refused->reason[WIRE_MAX_REASON - 1] = '\0';
	log_debug("refused by the broker (it speaks %u to %u, we %u): %s", refused->version_min,
		refused->version_max, WIRE_VERSION, refused->reason);
	return refused->error > 0 && refused->error < 4096 ? -refused->error : -EPROTO;
}

int connect_greet(int fd, int open_flags, struct welcome *welcome)
{
	union {
		struct wire_head head;
		struct wire_welcome welcome;
		struct wire_refused refused;
	} answer = {0};
	struct iovec iov = {.iov_base = &answer, .iov_len = sizeof(answer)};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned int count = 0;
	ssize_t n;
	int r;

	r = connect_hello(fd, open_flags);
	if (r < 0)
		return r;
	do {
		n = channel_receive(fd, &iov, 1, files, &count, 0);
	} while (n == -EINTR);
	if (n == (ssize_t)sizeof(answer.welcome) && answer.head.type == WIRE_WELCOME) {
		if (answer.welcome.version != WIRE_VERSION)
			r = -EPROTO;
		else if (count != 1)
			r = -EMFILE;
	} else if (n == (ssize_t)sizeof(answer.refused) && answer.head.type == WIRE_REFUSED) {
		r = connect_refused(&answer.refused);
	} else {
		r = n == -ECONNREFUSED ? -ENOENT : -EPROTO;
	}
	for (unsigned int i = r == 0 ? 1 : 0; i < count; i++)
		device_libc.close(files[i]);
	if (r == 0) {
		welcome->arena = files[0];
		welcome->arena_size = (size_t)answer.welcome.arena_size;
		welcome->ring_after = answer.welcome.ring_after;
	}
	return r;
}
