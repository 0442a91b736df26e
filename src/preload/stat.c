// SPDX-License-Identifier: Apache-2.0

/*
 * Wrappers of stat, access and readlink, in all the forms that libc had over the years.
 *
 * What there is to tell is made as a struct stat64. Where struct stat is another, the
 * members are carried over one by one.
 */

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "preload/place.h"
#include "preload/preload.h"
#include "preload/real.h"

static void stat_narrow(const struct stat64 *from, struct stat *to)
{
	memset(to, 0, sizeof(*to));
	to->st_dev = from->st_dev;
	to->st_ino = (ino_t)from->st_ino;
	to->st_mode = from->st_mode;
	to->st_nlink = from->st_nlink;
	to->st_uid = from->st_uid;
	to->st_gid = from->st_gid;
	to->st_rdev = from->st_rdev;
	to->st_size = (off_t)from->st_size;
	to->st_blksize = from->st_blksize;
	to->st_blocks = (blkcnt_t)from->st_blocks;
	to->st_atim = from->st_atim;
	to->st_mtim = from->st_mtim;
	to->st_ctim = from->st_ctim;
}

static bool stat_path(int dir, const char *path, struct stat64 *st, int *result)
{
	struct place place;

	if (!place_find(dir, path, &place))
		return false;
	*result = place_stat(&place, st);
	return true;
}

static bool stat_fd(int fd, struct stat64 *st, int *result)
{
	if (!preload_is_device(fd))
		return false;
	*result = device_fstat(fd, (struct stat *)st);
	return true;
}

/* fstatat(2): a path, or with AT_EMPTY_PATH the descriptor itself. */
static bool stat_at(int dir, const char *path, int flags, struct stat64 *st, int *result)
{
	if (flags & AT_EMPTY_PATH && preload_is_device(dir) && (!path || !*path))
		return stat_fd(dir, st, result);
	return stat_path(dir, path, st, result);
}

/* @ours tells whether the call is for us, and then sets result and st64. */
#define STAT_NARROW(ours, real_call)    \
	struct stat64 st64;             \
	int result;                     \
	if (!(ours))                    \
		return real_call;       \
	if (!result)                    \
		stat_narrow(&st64, st); \
	return result

#define STAT_WIDE(ours, real_call) \
	struct stat64 st64;        \
	int result;                \
	if (!(ours))               \
		return real_call;  \
	if (!result)               \
		*st = st64;        \
	return result

PRELOAD_EXPORT int stat(const char *path, struct stat *st)
{
	STAT_NARROW(stat_path(AT_FDCWD, path, &st64, &result), REAL(stat)(path, st));
}

PRELOAD_EXPORT int stat64(const char *path, struct stat64 *st)
{
	STAT_WIDE(stat_path(AT_FDCWD, path, &st64, &result), REAL(stat64)(path, st));
}

PRELOAD_EXPORT int lstat(const char *path, struct stat *st)
{
	STAT_NARROW(stat_path(AT_FDCWD, path, &st64, &result), REAL(lstat)(path, st));
}

PRELOAD_EXPORT int lstat64(const char *path, struct stat64 *st)
{
	STAT_WIDE(stat_path(AT_FDCWD, path, &st64, &result), REAL(lstat64)(path, st));
}

PRELOAD_EXPORT int fstat(int fd, struct stat *st)
{
	STAT_NARROW(stat_fd(fd, &st64, &result), REAL(fstat)(fd, st));
}

PRELOAD_EXPORT int fstat64(int fd, struct stat64 *st)
{
	STAT_WIDE(stat_fd(fd, &st64, &result), REAL(fstat64)(fd, st));
}

PRELOAD_EXPORT int fstatat(int dir, const char *path, struct stat *st, int flags)
{
	STAT_NARROW(stat_at(dir, path, flags, &st64, &result), REAL(fstatat)(dir, path, st, flags));
}

PRELOAD_EXPORT int fstatat64(int dir, const char *path, struct stat64 *st, int flags)
{
	STAT_WIDE(stat_at(dir, path, flags, &st64, &result), REAL(fstatat64)(dir, path, st, flags));
}

PRELOAD_EXPORT int __xstat(int version, const char *path, struct stat *st)
{
	STAT_NARROW(stat_path(AT_FDCWD, path, &st64, &result), REAL(__xstat)(version, path, st));
}

PRELOAD_EXPORT int __xstat64(int version, const char *path, struct stat64 *st)
{
	STAT_WIDE(stat_path(AT_FDCWD, path, &st64, &result), REAL(__xstat64)(version, path, st));
}

PRELOAD_EXPORT int __lxstat(int version, const char *path, struct stat *st)
{
	STAT_NARROW(stat_path(AT_FDCWD, path, &st64, &result), REAL(__lxstat)(version, path, st));
}

PRELOAD_EXPORT int __lxstat64(int version, const char *path, struct stat64 *st)
{
	STAT_WIDE(stat_path(AT_FDCWD, path, &st64, &result), REAL(__lxstat64)(version, path, st));
}

PRELOAD_EXPORT int __fxstat(int version, int fd, struct stat *st)
{
	STAT_NARROW(stat_fd(fd, &st64, &result), REAL(__fxstat)(version, fd, st));
}

PRELOAD_EXPORT int __fxstat64(int version, int fd, struct stat64 *st)
{
	STAT_WIDE(stat_fd(fd, &st64, &result), REAL(__fxstat64)(version, fd, st));
}

PRELOAD_EXPORT int __fxstatat(int version, int dir, const char *path, struct stat *st, int flags)
{
	STAT_NARROW(stat_at(dir, path, flags, &st64, &result),
		REAL(__fxstatat)(version, dir, path, st, flags));
}

PRELOAD_EXPORT int __fxstatat64(
	int version, int dir, const char *path, struct stat64 *st, int flags)
{
	STAT_WIDE(stat_at(dir, path, flags, &st64, &result),
		REAL(__fxstatat64)(version, dir, path, st, flags));
}

static struct statx_timestamp statx_time(const struct timespec *time)
{
	return (struct statx_timestamp){.tv_sec = time->tv_sec, .tv_nsec = (__u32)time->tv_nsec};
}

static void statx_fill(const struct stat64 *st, struct statx *to)
{
	*to = (struct statx){
		.stx_mask = STATX_BASIC_STATS,
		.stx_blksize = (__u32)st->st_blksize,
		.stx_nlink = (__u32)st->st_nlink,
		.stx_uid = st->st_uid,
		.stx_gid = st->st_gid,
		.stx_mode = (__u16)st->st_mode,
		.stx_ino = st->st_ino,
		.stx_size = (__u64)st->st_size,
		.stx_blocks = (__u64)st->st_blocks,
		.stx_atime = statx_time(&st->st_atim),
		.stx_mtime = statx_time(&st->st_mtim),
		.stx_ctime = statx_time(&st->st_ctim),
		.stx_rdev_major = major(st->st_rdev),
		.stx_rdev_minor = minor(st->st_rdev),
		.stx_dev_major = major(st->st_dev),
		.stx_dev_minor = minor(st->st_dev),
	};
}

PRELOAD_EXPORT int statx(int dir, const char *path, int flags, unsigned int mask, struct statx *to)
{
	struct stat64 st;
	int result;

	if (!stat_at(dir, path, flags, &st, &result))
		return REAL(statx)(dir, path, flags, mask, to);
	if (!result)
		statx_fill(&st, to);
	return result;
}

PRELOAD_EXPORT int access(const char *path, int mode)
{
	struct place place;

	if (!place_find(AT_FDCWD, path, &place))
		return REAL(access)(path, mode);
	return place_access(&place, mode, getuid());
}

PRELOAD_EXPORT int faccessat(int dir, const char *path, int mode, int flags)
{
	struct place place;

	if (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW) || !place_find(dir, path, &place))
		return REAL(faccessat)(dir, path, mode, flags);
	return place_access(&place, mode, flags & AT_EACCESS ? geteuid() : getuid());
}

PRELOAD_EXPORT int euidaccess(const char *path, int mode)
{
	struct place place;

	if (!place_find(AT_FDCWD, path, &place))
		return REAL(euidaccess)(path, mode);
	return place_access(&place, mode, geteuid());
}

PRELOAD_EXPORT int eaccess(const char *path, int mode) __attribute__((alias("euidaccess")));

/* None of ours is a link. */
static bool stat_is_no_link(int dir, const char *path)
{
	struct place place;
	struct stat64 st;

	if (!place_find(dir, path, &place))
		return false;
	if (!place_stat(&place, &st))
		errno = EINVAL;
	return true;
}

PRELOAD_EXPORT ssize_t readlink(const char *path, char *to, size_t size)
{
	return stat_is_no_link(AT_FDCWD, path) ? -1 : REAL(readlink)(path, to, size);
}

PRELOAD_EXPORT ssize_t readlinkat(int dir, const char *path, char *to, size_t size)
{
	return stat_is_no_link(dir, path) ? -1 : REAL(readlinkat)(dir, path, to, size);
}

PRELOAD_EXPORT char *realpath(const char *path, char *to)
{
	struct place place;
	struct stat64 st;

	if (!place_find(AT_FDCWD, path, &place))
		return REAL(realpath)(path, to);
	if (place_stat(&place, &st) < 0)
		return NULL;
	return to ? strcpy(to, place.path) : strdup(place.path);
}

PRELOAD_EXPORT char *canonicalize_file_name(const char *path)
{
	return realpath(path, NULL);
}

/* None of ours has extended attributes; ls(1) asks. */
static bool stat_has_none(const char *path, int error)
{
	struct place place;
	struct stat64 st;

	if (!place_find(AT_FDCWD, path, &place))
		return false;
	if (!place_stat(&place, &st))
		errno = error;
	return true;
}

PRELOAD_EXPORT ssize_t getxattr(const char *path, const char *name, void *to, size_t size)
{
	return stat_has_none(path, ENODATA) ? -1 : REAL(getxattr)(path, name, to, size);
}

PRELOAD_EXPORT ssize_t lgetxattr(const char *path, const char *name, void *to, size_t size)
{
	return stat_has_none(path, ENODATA) ? -1 : REAL(lgetxattr)(path, name, to, size);
}

PRELOAD_EXPORT ssize_t listxattr(const char *path, char *to, size_t size)
{
	return stat_has_none(path, EOPNOTSUPP) ? -1 : REAL(listxattr)(path, to, size);
}

PRELOAD_EXPORT ssize_t llistxattr(const char *path, char *to, size_t size)
{
	return stat_has_none(path, EOPNOTSUPP) ? -1 : REAL(llistxattr)(path, to, size);
}
