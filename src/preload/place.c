// SPDX-License-Identifier: Apache-2.0

/*
 * Names of devices.
 *
 * Every open() and stat() of the program comes by here, so what cannot be ours is put
 * aside by a look at its beginning and its last part. The rest is made absolute and
 * plain, by its text alone. binderfs's features say what the driver here can do.
 */

#include "preload/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "preload/preload.h"
#include "preload/real.h"
#include "util/fd.h"

#define PLACE_BINDERFS "/dev/binderfs"
#define PLACE_FEATURES PLACE_BINDERFS "/features"

/* Addresses below are never mapped; those with the upper bit set are the kernel's. */
#define PLACE_LOWEST 4096

static const char *const place_devices[] = {"binder", "hwbinder", "vndbinder"};
static const char *const place_features[] = {
	"extended_error", "freeze_notification", "oneway_spam_detection"};

/* Whether one of the usual names is the last part of @path, or binderfs is in it. */
static bool place_sounds_ours(const char *path)
{
	const char *end = path + strlen(path);
	const char *last;

	while (end > path && end[-1] == '/')
		end--;
	for (last = end; last > path && last[-1] != '/'; last--)
		;
	for (size_t i = 0; i < sizeof(place_devices) / sizeof(place_devices[0]); i++)
		if ((size_t)(end - last) == strlen(place_devices[i]) &&
			!memcmp(last, place_devices[i], (size_t)(end - last)))
			return true;
	return strstr(path, "binderfs") || strstr(path, "features/") ||
	       !strncmp(last, "binder-control", 14);
}

static bool place_maybe(const char *path)
{
	if ((uintptr_t)path < PLACE_LOWEST || (intptr_t)path < 0)
		return false;
	return !strncmp(path, "/dev/", 5) || place_sounds_ours(path);
}

/* The directory that a relative path starts from, or nothing. */
static bool place_base(int dir, char *base)
{
	char link[40];
	long length;

	if (dir == AT_FDCWD)
		return syscall(SYS_getcwd, base, PATH_MAX) > 0 && *base == '/';
	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	length = syscall(SYS_readlinkat, AT_FDCWD, link, base, PATH_MAX - 1);
	if (length <= 0)
		return false;
	base[length] = '\0';
	return *base == '/';
}

/* Appends @path to the plain absolute path of @length in @to, part by part. */
static bool place_append(char *to, size_t *length, const char *path)
{
	while (*path) {
		size_t size = strcspn(path, "/");

		if (size == 2 && !memcmp(path, "..", 2)) {
			while (*length && to[--*length] != '/')
				;
		} else if (size && !(size == 1 && *path == '.')) {
			if (*length + size + 2 > PATH_MAX)
				return false;
			to[(*length)++] = '/';
			memcpy(to + *length, path, size);
			*length += size;
		}
		path += size;
		path += strspn(path, "/");
	}
	to[*length] = '\0';
	return true;
}

static bool place_resolve(int dir, const char *path, struct place *place)
{
	char base[PATH_MAX];
	size_t length = 0;
	size_t size = strlen(path);

	if (!size || size >= PATH_MAX)
		return false;
	if (*path != '/' && !(place_base(dir, base) && place_append(place->path, &length, base)))
		return false;
	place->slash = path[size - 1] == '/' || (size > 1 && !strcmp(path + size - 2, "/."));
	return place_append(place->path, &length, path);
}

static bool place_is_feature(const char *path)
{
	size_t length = strlen(PLACE_FEATURES);

	if (strncmp(path, PLACE_FEATURES "/", length + 1) != 0)
		return false;
	for (size_t i = 0; i < sizeof(place_features) / sizeof(place_features[0]); i++)
		if (!strcmp(path + length + 1, place_features[i]))
			return true;
	return false;
}

/* Whether the path goes on behind a device: "not a directory", as if it ended in "/". */
static bool place_is_behind_device(struct place *place)
{
	char *end = strrchr(place->path, '/');

	if (end == place->path)
		return false;
	*end = '\0';
	place->slash = device_is_path(place->path) || place_is_behind_device(place);
	if (!place->slash)
		*end = '/';
	return place->slash;
}

/* Whether it is a device of the machine's, as /dev/null: no context takes its name. */
static bool place_is_other(const char *path)
{
	return !place_sounds_ours(path) && !syscall(SYS_faccessat, AT_FDCWD, path, F_OK);
}

static bool place_classify(struct place *place)
{
	if (!strcmp(place->path, PLACE_BINDERFS) || !strcmp(place->path, PLACE_FEATURES))
		place->kind = PLACE_DIRECTORY;
	else if (!strcmp(place->path, PLACE_BINDERFS "/binder-control"))
		place->kind = PLACE_CONTROL;
	else if (place_is_feature(place->path))
		place->kind = PLACE_FEATURE;
	else if (place_is_other(place->path))
		return false;
	else if (device_is_path(place->path) || place_is_behind_device(place))
		place->kind = PLACE_DEVICE;
	else
		return false;
	return true;
}

/* Whether the kernel has something there that comes before us. */
static bool place_is_real(const char *path)
{
	return !secure_getenv("BINDERD_DIR") && !syscall(SYS_faccessat, AT_FDCWD, path, F_OK);
}

/* binderfs is there while some device is. */
static bool place_has_broker(void)
{
	struct stat st;
	char path[64];

	for (size_t i = 0; i < sizeof(place_devices) / sizeof(place_devices[0]); i++) {
		snprintf(path, sizeof(path), PLACE_BINDERFS "/%s", place_devices[i]);
		if (!device_stat(path, &st))
			return true;
	}
	return false;
}

bool place_find(int dir, const char *path, struct place *place)
{
	int saved = errno;
	bool found;

	if (__builtin_expect(!place_maybe(path), 1))
		return false;
	found = place_resolve(dir, path, place) && !strncmp(place->path, "/dev/", 5) &&
		place_classify(place) && !place_is_real(place->path) &&
		(place->kind == PLACE_DEVICE || place_has_broker());
	errno = saved;
	return found;
}

static int place_fail(int error)
{
	errno = error;
	return -1;
}

/* What open(2) refuses of any device or file before its driver is asked. */
static int place_check_flags(const struct place *place, int flags)
{
	struct stat64 st;

	if (place_stat(place, &st) < 0)
		return -1;
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return place_fail(EEXIST);
	if (place->slash || flags & O_DIRECTORY)
		return place_fail(ENOTDIR);
	if (flags & (O_DIRECT | O_PATH))
		return place_fail(EINVAL);
	return 0;
}

/* A file that reads "1\n": its own memory, opened anew so that it cannot be written. */
static int place_open_feature(int flags)
{
	char link[40];
	int memory, fd;

	if ((flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC)
		return place_fail(EACCES);
	memory = memfd_create("feature", MFD_CLOEXEC);
	if (memory < 0)
		return -1;
	memory = fd_move_high(memory);
	if (write(memory, "1\n", 2) != 2) {
		fd_close(memory);
		return place_fail(ENOMEM);
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", memory);
	fd = REAL(open)(link, O_RDONLY | (flags & (O_CLOEXEC | O_NONBLOCK)));
	fd_close(memory);
	return fd;
}

int place_open(const struct place *place, int flags)
{
	if (place->kind == PLACE_CONTROL)
		return place_fail(EPERM);
	if (place->kind == PLACE_DIRECTORY)
		return place_fail((flags & O_ACCMODE) == O_RDONLY ? EACCES : EISDIR);
	preload_begin();
	if (place_check_flags(place, flags) < 0)
		return -1;
	return place->kind == PLACE_FEATURE ? place_open_feature(flags)
					    : binderd_open(place->path, flags);
}

/* The directories and files of binderfs, as that shows them. */
static void place_fill(const struct place *place, struct stat64 *st)
{
	uint64_t inode = 1;

	for (const char *c = place->path; *c; c++)
		inode = inode * 31 + (unsigned char)*c;
	*st = (struct stat64){.st_ino = inode, .st_nlink = 1, .st_blksize = 4096};
	switch (place->kind) {
	case PLACE_DIRECTORY:
		st->st_mode = S_IFDIR | 0755;
		st->st_nlink = 2;
		break;
	case PLACE_FEATURE:
		st->st_mode = S_IFREG | 0444;
		break;
	default:
		st->st_mode = S_IFCHR | 0600;
		st->st_rdev = makedev(10, 256);
	}
}

int place_stat(const struct place *place, struct stat64 *st)
{
	/* Both have the same layout: the device library is built for large files. */
	if (place->kind == PLACE_DEVICE && device_stat(place->path, (struct stat *)st) < 0)
		return -1;
	if (place->kind != PLACE_DEVICE)
		place_fill(place, st);
	if (place->slash && place->kind != PLACE_DIRECTORY)
		return place_fail(ENOTDIR);
	return 0;
}

int place_access(const struct place *place, int mode, uid_t uid)
{
	struct stat64 st;
	mode_t given;

	if (mode & ~(R_OK | W_OK | X_OK))
		return place_fail(EINVAL);
	if (place_stat(place, &st) < 0)
		return -1;
	given = st.st_uid == uid ? st.st_mode >> 6 : st.st_mode;
	if (!uid)
		given |= R_OK | W_OK;
	return ((mode_t)mode & ~given & 7) ? place_fail(EACCES) : 0;
}
