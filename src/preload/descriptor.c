// SPDX-License-Identifier: Apache-2.0

/*
 * Wrappers of close, dup, fcntl and ioctl.
 *
 * A number that is closed, or that becomes a duplicate, is told to the device library and
 * to the epoll sets. What those keep for themselves the program cannot close: in its world
 * such numbers are free. A child of vfork() closes for itself alone, so nothing is told.
 */

#include <errno.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdarg.h>
#include <stdbool.h>

#include "preload/preload.h"
#include "preload/real.h"
#include "preload/set.h"
#include "preload/slot.h"

#define IOC_BINDER 'b'

/* What F_GETFL of a file shows on machines of 64 bits, asked for or not. */
#if __SIZEOF_POINTER__ < 8
#define DESCRIPTOR_LARGEFILE 0
#elif defined(__aarch64__)
#define DESCRIPTOR_LARGEFILE 0400000
#elif defined(__powerpc64__)
#define DESCRIPTOR_LARGEFILE 0200000
#else
#define DESCRIPTOR_LARGEFILE 0100000
#endif

static int descriptor_fail(int error)
{
	errno = error;
	return -1;
}

static bool descriptor_is_own(int fd)
{
	return slot_kind(fd) == SLOT_OWN || preload_is_own(fd);
}

/* Says that @fd is about to be closed by another call than close(). */
static void descriptor_closing(int fd)
{
	bool device = preload_is_device(fd);

	if (device || slot_kind(fd) == SLOT_EPOLL)
		set_closing(fd);
	if (device)
		device_closing(fd);
}

/* Whether anything has to be told of @fd. */
static bool descriptor_matters(int fd)
{
	return slot_kind(fd) != SLOT_NONE || preload_is_device(fd) || preload_is_own(fd);
}

PRELOAD_EXPORT int close(int fd)
{
	if (__builtin_expect(!descriptor_matters(fd), 1) || preload_is_guest())
		return REAL(close)(fd);
	if (descriptor_is_own(fd))
		return descriptor_fail(EBADF);
	if (preload_is_device(fd)) {
		set_closing(fd);
		return binderd_close(fd);
	}
	descriptor_closing(fd);
	return REAL(close)(fd);
}

PRELOAD_EXPORT int __close(int fd) __attribute__((alias("close")));

/* The lowest number from @from to @last that the program must not close, or -1. */
static int descriptor_own_next(unsigned int from, unsigned int last)
{
	int slot = slot_next(from, last, SLOT_OWN);
	int device = preload_in_use() ? device_own_next((int)from) : -1;

	if (device >= 0 && (unsigned int)device > last)
		device = -1;
	if (slot < 0 || device < 0)
		return slot < 0 ? device : slot;
	return slot < device ? slot : device;
}

/* The real call over what lies between our own descriptors. */
static int descriptor_close_gaps(unsigned int first, unsigned int last, int flags)
{
	while (first <= last) {
		int own = first <= INT_MAX ? descriptor_own_next(first, last) : -1;

		if (own < 0)
			return REAL(close_range)(first, last, flags);
		if ((unsigned int)own > first &&
			REAL(close_range)(first, (unsigned int)own - 1, flags) < 0)
			return -1;
		first = (unsigned int)own + 1;
	}
	return 0;
}

static bool descriptor_range_matters(void)
{
	return preload_in_use() || slot_next(0, UINT_MAX, SLOT_EPOLL) >= 0 ||
	       slot_next(0, UINT_MAX, SLOT_OWN) >= 0;
}

static void descriptor_closing_range(unsigned int first, unsigned int last)
{
	unsigned int end = last < SLOT_LIMIT ? last : SLOT_LIMIT - 1;
	long limit = sysconf(_SC_OPEN_MAX);

	for (int fd = slot_next(first, last, SLOT_EPOLL); fd >= 0;
		fd = slot_next((unsigned int)fd + 1, last, SLOT_EPOLL))
		set_closing(fd);
	if (!preload_in_use())
		return;
	if (limit > 0 && end >= (unsigned long)limit)
		end = (unsigned int)limit - 1;
	for (unsigned int fd = first; fd <= end; fd++)
		if (device_is_fd((int)fd))
			set_closing((int)fd);
	device_closing_range(first, last);
}

PRELOAD_EXPORT int close_range(unsigned int first, unsigned int last, int flags)
{
	if (first > last || flags & ~(int)CLOSE_RANGE_UNSHARE || !descriptor_range_matters() ||
		preload_is_guest())
		return REAL(close_range)(first, last, flags);
	descriptor_closing_range(first, last);
	return descriptor_close_gaps(first, last, flags);
}

PRELOAD_EXPORT void closefrom(int first)
{
	unsigned int low = first < 0 ? 0 : (unsigned int)first;

	if (!descriptor_range_matters() || preload_is_guest()) {
		REAL(closefrom)(first);
		return;
	}
	descriptor_closing_range(low, UINT_MAX);
	if (!descriptor_close_gaps(low, UINT_MAX, 0))
		return;
	for (long limit = sysconf(_SC_OPEN_MAX); (long)low < limit; low++)
		if (!descriptor_is_own((int)low))
			REAL(close)((int)low);
}

static int descriptor_duplicated(int from, int to)
{
	int saved = errno;

	if (to < 0)
		return to;
	if (slot_kind(from) == SLOT_EPOLL)
		set_note_dup(from, to);
	else if (preload_is_device(from))
		device_note_dup(from, to);
	errno = saved;
	return to;
}

PRELOAD_EXPORT int dup(int fd)
{
	int copy = REAL(dup)(fd);

	if (__builtin_expect(!descriptor_matters(fd), 1) || preload_is_guest())
		return copy;
	return descriptor_duplicated(fd, copy);
}

/* Readies @to for being replaced by @from. 0, or -1 with errno if it cannot be. */
static int descriptor_replace(int from, int to)
{
	if (descriptor_is_own(to))
		return descriptor_fail(EBADF);
	if (REAL(fcntl)(from, F_GETFD) < 0)
		return -1;
	descriptor_closing(to);
	return 0;
}

PRELOAD_EXPORT int dup2(int from, int to)
{
	if ((!descriptor_matters(from) && !descriptor_matters(to)) || from == to ||
		preload_is_guest())
		return REAL(dup2)(from, to);
	if (descriptor_replace(from, to) < 0)
		return -1;
	return descriptor_duplicated(from, REAL(dup2)(from, to));
}

PRELOAD_EXPORT int __dup2(int from, int to) __attribute__((alias("dup2")));

PRELOAD_EXPORT int dup3(int from, int to, int flags)
{
	if ((!descriptor_matters(from) && !descriptor_matters(to)) || from == to ||
		flags & ~O_CLOEXEC || preload_is_guest())
		return REAL(dup3)(from, to, flags);
	if (descriptor_replace(from, to) < 0)
		return -1;
	return descriptor_duplicated(from, REAL(dup3)(from, to, flags));
}

static int descriptor_fcntl(int fd, int command, void *arg, int (*real)(int fd, int command, ...))
{
	if (__builtin_expect(!descriptor_matters(fd), 1) || preload_is_guest())
		return real(fd, command, arg);
	if (preload_is_device(fd)) {
		int result = device_fcntl(fd, command, (long)arg);

		return command == F_GETFL && result >= 0 ? result | DESCRIPTOR_LARGEFILE : result;
	}
	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		return descriptor_duplicated(fd, real(fd, command, arg));
	return real(fd, command, arg);
}

PRELOAD_EXPORT int fcntl(int fd, int command, ...)
{
	va_list args;
	void *arg;

	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	return descriptor_fcntl(fd, command, arg, REAL(fcntl));
}

PRELOAD_EXPORT int fcntl64(int fd, int command, ...)
{
	va_list args;
	void *arg;

	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	return descriptor_fcntl(fd, command, arg, REAL(fcntl64));
}

PRELOAD_EXPORT int __fcntl(int fd, int command, ...) __attribute__((alias("fcntl")));

PRELOAD_EXPORT int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	/* A device that was inherited over exec is recognised by its first request. */
	if (__builtin_expect(_IOC_TYPE(request) == IOC_BINDER, 0))
		preload_begin();
	else if (!preload_is_device(fd))
		return REAL(ioctl)(fd, request, arg);
	return binderd_ioctl(fd, request, arg);
}
