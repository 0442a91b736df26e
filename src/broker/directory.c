// SPDX-License-Identifier: Apache-2.0

/*
 * The lock is a file in it, which the broker that holds it removes at its end. Whoever has
 * locked a file has to see that it still is the one with that name.
 */

#include "broker/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/fd.h"
#include "util/path.h"

#define DIRECTORY_LOCK ".lock"
#define DIRECTORY_TRIES 16

/* Return: the locked file, -ESTALE when it has lost its name meanwhile, or -errno. */
static int directory_lock_once(int dir)
{
	_cleanup_close_ int fd = -1;
	struct stat mine, there;

	fd = openat(dir, DIRECTORY_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EADDRINUSE : -errno;
	if (fstat(fd, &mine) < 0)
		return -errno;
	if (fstatat(dir, DIRECTORY_LOCK, &there, AT_SYMLINK_NOFOLLOW) < 0 ||
		mine.st_ino != there.st_ino || mine.st_dev != there.st_dev)
		return -ESTALE;
	return steal_fd(&fd);
}

static int directory_lock(int dir)
{
	int fd = -ESTALE;

	for (int i = 0; i < DIRECTORY_TRIES && fd == -ESTALE; i++)
		fd = directory_lock_once(dir);
	return fd == -ESTALE ? -EADDRINUSE : fd;
}

int directory_init(struct directory *directory, const char *path, bool open_to_all)
{
	_cleanup_close_ int dir = -1;
	mode_t mask = umask(0);
	int made = mkdir(path, open_to_all ? 0755 : 0700);

	made = made < 0 ? -errno : 0;
	umask(mask);
	if (made < 0 && made != -EEXIST)
		return made;
	dir = path_dir_open(path, geteuid());
	if (dir < 0)
		return dir;
	directory->lock = directory_lock(dir);
	if (directory->lock < 0)
		return directory->lock;
	directory->fd = steal_fd(&dir);
	return 0;
}

void directory_deinit(struct directory *directory)
{
	if (directory->fd < 0)
		return;
	unlinkat(directory->fd, DIRECTORY_LOCK, 0);
	directory->lock = fd_close(directory->lock);
	directory->fd = fd_close(directory->fd);
}
