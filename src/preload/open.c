// SPDX-License-Identifier: Apache-2.0

/* Wrappers of open and its family. */

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "preload/place.h"
#include "preload/preload.h"
#include "preload/real.h"

/* The mode is there only if a file may be made; libc reads it under the same condition. */
#define OPEN_MODE(flags)                                                   \
	__extension__({                                                    \
		mode_t got = 0;                                            \
		if ((flags)&O_CREAT || ((flags)&O_TMPFILE) == O_TMPFILE) { \
			va_list args;                                      \
			va_start(args, flags);                             \
			got = va_arg(args, mode_t);                        \
			va_end(args);                                      \
		}                                                          \
		got;                                                       \
	})

/* Opens @path if it is ours. */
static bool open_ours(int dir, const char *path, int flags, int *fd)
{
	struct place place;

	if (!place_find(dir, path, &place))
		return false;
	*fd = place_open(&place, flags);
	return true;
}

PRELOAD_EXPORT int open(const char *path, int flags, ...)
{
	mode_t mode = OPEN_MODE(flags);
	int fd;

	return open_ours(AT_FDCWD, path, flags, &fd) ? fd : REAL(open)(path, flags, mode);
}

PRELOAD_EXPORT int open64(const char *path, int flags, ...)
{
	mode_t mode = OPEN_MODE(flags);
	int fd;

	return open_ours(AT_FDCWD, path, flags, &fd) ? fd : REAL(open64)(path, flags, mode);
}

PRELOAD_EXPORT int __open(const char *path, int flags, ...) __attribute__((alias("open")));
PRELOAD_EXPORT int __open64(const char *path, int flags, ...) __attribute__((alias("open64")));

PRELOAD_EXPORT int openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = OPEN_MODE(flags);
	int fd;

	return open_ours(dir, path, flags, &fd) ? fd : REAL(openat)(dir, path, flags, mode);
}

PRELOAD_EXPORT int openat64(int dir, const char *path, int flags, ...)
{
	mode_t mode = OPEN_MODE(flags);
	int fd;

	return open_ours(dir, path, flags, &fd) ? fd : REAL(openat64)(dir, path, flags, mode);
}

PRELOAD_EXPORT int __open_2(const char *path, int flags)
{
	int fd;

	return open_ours(AT_FDCWD, path, flags, &fd) ? fd : REAL(__open_2)(path, flags);
}

PRELOAD_EXPORT int __open64_2(const char *path, int flags)
{
	int fd;

	return open_ours(AT_FDCWD, path, flags, &fd) ? fd : REAL(__open64_2)(path, flags);
}

PRELOAD_EXPORT int __openat_2(int dir, const char *path, int flags)
{
	int fd;

	return open_ours(dir, path, flags, &fd) ? fd : REAL(__openat_2)(dir, path, flags);
}

PRELOAD_EXPORT int __openat64_2(int dir, const char *path, int flags)
{
	int fd;

	return open_ours(dir, path, flags, &fd) ? fd : REAL(__openat64_2)(dir, path, flags);
}

PRELOAD_EXPORT int creat(const char *path, mode_t mode)
{
	int fd;

	return open_ours(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, &fd)
		       ? fd
		       : REAL(creat)(path, mode);
}

PRELOAD_EXPORT int creat64(const char *path, mode_t mode)
{
	int fd;

	return open_ours(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, &fd)
		       ? fd
		       : REAL(creat64)(path, mode);
}

/* What fopen(3) passes to open(2), or -1 for a mode that it does not know. */
static int open_stream_flags(const char *mode)
{
	static const struct {
		char letter;
		int flags;
	} first[] = {{'r', O_RDONLY}, {'w', O_WRONLY | O_CREAT | O_TRUNC},
		{'a', O_WRONLY | O_CREAT | O_APPEND}};
	int flags = -1;

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (*mode == first[i].letter)
			flags = first[i].flags;
	if (flags < 0)
		return -1;
	for (mode++; *mode && *mode != ','; mode++) {
		if (*mode == '+')
			flags = (flags & ~O_ACCMODE) | O_RDWR;
		else if (*mode == 'x')
			flags |= O_EXCL;
		else if (*mode == 'e')
			flags |= O_CLOEXEC;
	}
	return flags;
}

static bool open_stream(const char *path, const char *mode, FILE **file)
{
	struct place place;
	int flags, fd, saved;

	if (!place_find(AT_FDCWD, path, &place))
		return false;
	flags = open_stream_flags(mode);
	if (flags < 0)
		return false; /* libc says EINVAL */
	fd = place_open(&place, flags);
	*file = fd < 0 ? NULL : fdopen(fd, mode);
	if (fd >= 0 && !*file) {
		saved = errno;
		close(fd);
		errno = saved;
	}
	return true;
}

PRELOAD_EXPORT FILE *fopen(const char *path, const char *mode)
{
	FILE *file;

	return open_stream(path, mode, &file) ? file : REAL(fopen)(path, mode);
}

PRELOAD_EXPORT FILE *fopen64(const char *path, const char *mode)
{
	FILE *file;

	return open_stream(path, mode, &file) ? file : REAL(fopen64)(path, mode);
}
