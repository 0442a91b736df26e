/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Directories of sockets.
 *
 * path_dir_open() walks from / one component at a time and holds a descriptor of what it has
 * judged: the next name is looked up in exactly that directory. A symbolic link is opened as
 * itself, judged by its owner, and its text put in front of what remains to be walked; so
 * every directory on the way is judged, also those that only a link names. The bound on
 * links is the kernel's own, 40.
 */

#include "util/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"

#define PATH_SYSTEM_DIR "/run/binderd"
#define PATH_LINKS_MAX 40

/* What is left to walk, and how many links were followed so far. */
struct path_walk {
	uid_t uid;
	unsigned int links;
	char rest[PATH_MAX];
};

int path_join(char *buffer, size_t size, const char *dir, const char *name)
{
	int length = snprintf(buffer, size, "%s/%s", dir, name);

	return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}

bool path_context_valid(const char *name)
{
	size_t length = strlen(name);
	size_t i;

	if (length == 0 || length >= PATH_CONTEXT_MAX)
		return false;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	for (i = 0; i < length; i++) {
		if (name[i] == '/' || (unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	}
	return true;
}

/* The value of $BINDERD_DIR in *@dir, NULL if it is not set. */
static int path_forced_dir(const char **dir)
{
	*dir = secure_getenv("BINDERD_DIR");
	if (*dir && ((*dir)[0] != '/' || strlen(*dir) >= PATH_MAX))
		return -EINVAL;
	return 0;
}

/* The value of $XDG_RUNTIME_DIR, or NULL if it is not set or does not count. */
static const char *path_xdg_dir(void)
{
	const char *dir = secure_getenv("XDG_RUNTIME_DIR");

	return dir && dir[0] == '/' ? dir : NULL;
}

static void path_user_dir(char *buffer, size_t size)
{
	snprintf(buffer, size, "/run/user/%lu", (unsigned long)geteuid());
}

/* Adds @dir/binderd to the list unless it is there already or is too long to be opened. */
static void path_run_dirs_add(struct path_run_dirs *dirs, const char *dir)
{
	char *path = dirs->dir[dirs->count];
	unsigned int i;

	if (path_join(path, sizeof(dirs->dir[0]), dir, "binderd") < 0)
		return;
	for (i = 0; i < dirs->count; i++) {
		if (strcmp(path, dirs->dir[i]) == 0)
			return;
	}
	dirs->count++;
}

int path_run_dirs(struct path_run_dirs *dirs)
{
	const char *dir;
	char user[64];
	int r;

	dirs->forced = false;
	dirs->count = 0;
	r = path_forced_dir(&dir);
	if (r < 0)
		return r;
	if (dir) {
		dirs->forced = true;
		strcpy(dirs->dir[dirs->count++], dir);
		return 0;
	}

	dir = path_xdg_dir();
	if (dir)
		path_run_dirs_add(dirs, dir);
	path_user_dir(user, sizeof(user));
	path_run_dirs_add(dirs, user);
	strcpy(dirs->dir[dirs->count++], PATH_SYSTEM_DIR);
	return 0;
}

int path_run_dir_default(char *buffer, size_t size)
{
	const char *dir;
	char user[64];
	int r;

	r = path_forced_dir(&dir);
	if (r < 0)
		return r;
	if (dir)
		return snprintf(buffer, size, "%s", dir) < (int)size ? 0 : -ENAMETOOLONG;
	dir = path_xdg_dir();
	if (dir)
		return path_join(buffer, size, dir, "binderd");
	path_user_dir(user, sizeof(user));
	if (access(user, F_OK) == 0)
		return path_join(buffer, size, user, "binderd");
	return snprintf(buffer, size, "%s", PATH_SYSTEM_DIR) < (int)size ? 0 : -ENAMETOOLONG;
}

/* Whether nobody but root and @uid can change the names in the directory of @st. */
static bool path_is_trusted(const struct stat *st, uid_t uid, bool last)
{
	if (st->st_uid != 0 && st->st_uid != uid)
		return false;
	if (!(st->st_mode & (S_IWGRP | S_IWOTH)))
		return true;
	return !last && st->st_uid == 0 && (st->st_mode & S_ISVTX);
}

/* Takes the next component off walk->rest into @name, NAME_MAX + 1 bytes; 0 when none is left. */
static int path_walk_next(struct path_walk *walk, char *name)
{
	size_t skip = strspn(walk->rest, "/");
	size_t length = strcspn(walk->rest + skip, "/");

	if (length == 0)
		return 0;
	if (length > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, walk->rest + skip, length);
	name[length] = '\0';
	memmove(walk->rest, walk->rest + skip + length, strlen(walk->rest + skip + length) + 1);
	return 1;
}

/* Puts the text of the link @fd before walk->rest; returns whether it begins at the root. */
static int path_walk_link(struct path_walk *walk, int fd)
{
	char text[PATH_MAX], rest[PATH_MAX];
	ssize_t length;

	if (++walk->links > PATH_LINKS_MAX)
		return -ELOOP;
	length = readlinkat(fd, "", text, sizeof(text) - 1);
	if (length < 0)
		return -errno;
	text[length] = '\0';
	strcpy(rest, walk->rest);
	if (path_join(walk->rest, sizeof(walk->rest), text, rest) < 0)
		return -ENAMETOOLONG;
	return text[0] == '/';
}

static bool path_walk_is_done(const struct path_walk *walk)
{
	return walk->rest[strspn(walk->rest, "/")] == '\0';
}

/* Goes from the directory *@at to @name in it, which may be a link that begins anew. */
static int path_walk_step(struct path_walk *walk, int *at, const char *name)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	fd = openat(*at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode)) {
		if (st.st_uid != 0 && st.st_uid != walk->uid)
			return -EPERM;
		r = path_walk_link(walk, fd);
		if (r <= 0)
			return r;
		cleanup_close(&fd);
		fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
	} else if (!S_ISDIR(st.st_mode)) {
		return -ENOTDIR;
	} else if (!path_is_trusted(&st, walk->uid, path_walk_is_done(walk))) {
		return -EPERM;
	}
	cleanup_close(at);
	*at = steal_fd(&fd);
	return 0;
}

int path_dir_open(const char *path, uid_t uid)
{
	_cleanup_close_ int at = -1;
	struct path_walk walk = {.uid = uid};
	char name[NAME_MAX + 1];
	struct stat st;
	int r;

	if (path[0] != '/')
		return -EINVAL;
	if (strlen(path) >= sizeof(walk.rest))
		return -ENAMETOOLONG;
	strcpy(walk.rest, path);

	at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return -errno;
	while ((r = path_walk_next(&walk, name)) > 0) {
		r = path_walk_step(&walk, &at, name);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;

	/* A path may end in a link, or in "..": judge what it came to as the last one. */
	if (fstat(at, &st) < 0)
		return -errno;
	if (!path_is_trusted(&st, uid, true))
		return -EPERM;
	return steal_fd(&at);
}

int path_dir_check(const char *path, uid_t uid)
{
	int fd = path_dir_open(path, uid);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}
