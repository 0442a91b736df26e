/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Finding the broker of a context and making its acquaintance. The socket is made first:
 * it is the descriptor that the program gets, and its number is to be the lowest.
 *
 * The directory is judged by a descriptor of it, and the socket in it is reached through
 * that descriptor; who listens there is asked of the kernel. So nobody but root and the
 * user can be mistaken for the broker.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/device/channel.h"
#include "lib/device/connect.h"
#include "lib/device/hooks.h"
#include "lib/device/limit.h"
#include "lib/device/lock.h"
#include "lib/device/table.h"
#include "lib/device/thread.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/path.h"

#define OPEN_MAJOR 10 /* the kernel's miscellaneous devices */

static const char *const open_default_paths[] = {"/dev/binder", "/dev/hwbinder", "/dev/vndbinder"};

static const char *open_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Makes the device of a socket that is through with the handshake. */
static int open_device(int fd, const char *name, int flags, struct welcome *welcome)
{
	struct channel *channel;
	struct device *device;
	struct lock_state lock;
	int r = -ENOMEM;

	device_lock(&lock);
	device = device_new(name, flags);
	if (device) {
		atomic_store(&device->nonblock, (flags & O_NONBLOCK) != 0);
		r = arena_map(&device->arena, welcome->arena, welcome->arena_size);
	}
	if (r == 0) {
		device->attached = true;
		device->ring_after = welcome->ring_after;
		r = channel_new(device, fd, &channel);
	}
	if (r == 0) {
		channel->pooled = true;
		r = table_set(fd, device);
	}
	device_unlock(&lock);
	if (device)
		device_put(device);
	return r;
}

/* @fd is about to be connected: until it is in the table, it is nothing that is adopted. */
static void open_begin(int fd)
{
	struct lock_state lock;

	device_lock(&lock);
	table_take(fd);
	device_unlock(&lock);
}

static void open_undo(int fd)
{
	struct lock_state lock;

	device_lock(&lock);
	table_free(fd);
	device_libc.close(fd);
	device_unlock(&lock);
}

static int open_socket(const char *name, int flags, bool *had_number)
{
	struct welcome welcome = {.arena = -1};
	int fd;
	int r;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | (flags & O_CLOEXEC ? SOCK_CLOEXEC : 0), 0);
	if (fd < 0)
		return -errno;
	*had_number = true;
	open_begin(fd);
	r = connect_context(fd, name);
	if (r == 0)
		r = connect_greet(fd, flags, &welcome);
	if (r == 0)
		r = open_device(fd, name, flags, &welcome);
	if (welcome.arena >= 0)
		device_libc.close(welcome.arena);
	if (r == 0 && (flags & O_NONBLOCK) &&
		device_libc.fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
		r = -errno;
	if (r < 0) {
		open_undo(fd);
		return r;
	}
	return fd;
}

/* Whether @path names a character device; a bare name is looked for where they are. */
static bool open_find_real(const char *path, char *real, size_t size)
{
	static const char *const dirs[] = {"/dev", "/dev/binderfs"};
	struct stat st;

	if (strchr(path, '/')) {
		if (strlen(path) >= size)
			return false;
		strcpy(real, path);
		return stat(real, &st) == 0 && S_ISCHR(st.st_mode);
	}
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (path_join(real, size, dirs[i], path) == 0 && stat(real, &st) == 0 &&
			S_ISCHR(st.st_mode))
			return true;
	}
	return false;
}

static bool open_forced(void)
{
	struct path_run_dirs dirs;

	return path_run_dirs(&dirs) < 0 || dirs.forced;
}

static int open_context(const char *path, int flags)
{
	const char *name = open_name(path);
	bool had_number = false;
	int fd;

	if (!path_context_valid(name))
		return -ENOENT;
	if ((flags & O_CREAT) && (flags & O_EXCL))
		return -EEXIST;
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	fd = open_socket(name, flags, &had_number);
	if (fd == -EMFILE && had_number) {
		/* There is a number for the device, but none for what opening it takes. */
		limit_raise();
		fd = open_socket(name, flags, &had_number);
		limit_restore();
	}
	return fd;
}

int binderd_open(const char *path, int flags)
{
	char real[PATH_MAX];
	int saved = errno;
	int fd;

	if (!open_forced() && open_find_real(path, real, sizeof(real))) {
		fd = device_libc.open(real, flags);
		if (fd >= 0 || (errno != ENXIO && errno != ENODEV))
			return fd;
	}
	fd = open_context(path, flags);
	errno = fd < 0 ? -fd : saved;
	return fd < 0 ? -1 : fd;
}

/* Whether there is a socket @name in the directory that the environment forces. */
static bool open_is_forced_context(const char *name)
{
	_cleanup_close_ int dir = -1;
	struct path_run_dirs dirs;
	struct stat st;

	if (!path_context_valid(name) || path_run_dirs(&dirs) < 0 || !dirs.forced)
		return false;
	dir = path_dir_open(dirs.dir[0], geteuid());
	return dir >= 0 && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISSOCK(st.st_mode);
}

bool device_is_path(const char *path)
{
	int saved = errno;
	bool found;

	if (strncmp(path, "/dev/", 5) != 0)
		return false;
	for (size_t i = 0; i < sizeof(open_default_paths) / sizeof(open_default_paths[0]); i++) {
		if (strcmp(path, open_default_paths[i]) == 0)
			return true;
	}
	if (strncmp(path, "/dev/binderfs/", 14) == 0)
		return path_context_valid(path + 14) && strcmp(path + 14, "binder-control") != 0 &&
		       strcmp(path + 14, "features") != 0;
	found = open_is_forced_context(path + 5);
	errno = saved;
	return found;
}

/* Numbers that nobody else shows, the same for one name everywhere. */
static void open_fill_stat(const char *name, struct stat *st)
{
	unsigned int sum = 0;

	for (const char *c = name; *c; c++)
		sum = sum * 31 + (unsigned char)*c;
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFCHR | 0666;
	st->st_nlink = 1;
	st->st_rdev = makedev(OPEN_MAJOR, 128 + sum % 128);
	st->st_dev = makedev(0, 5);
	st->st_ino = 1 + sum;
	st->st_blksize = 4096;
}

int device_fstat(int fd, struct stat *st)
{
	struct device *device = table_get(fd);

	if (!device) {
		errno = EBADF;
		return -1;
	}
	open_fill_stat(device->name, st);
	device_put(device);
	return 0;
}

int device_stat(const char *path, struct stat *st)
{
	int r;

	if (!open_forced() && stat(path, st) == 0 && S_ISCHR(st->st_mode))
		return 0;
	r = connect_find(open_name(path));
	if (r == -EMFILE) {
		limit_raise();
		r = connect_find(open_name(path));
		limit_restore();
	}
	if (r < 0) {
		errno = -r;
		return -1;
	}
	open_fill_stat(open_name(path), st);
	return 0;
}
