// SPDX-License-Identifier: Apache-2.0

/*
 * System calls without libc's functions, for the moments when those are not to be had.
 *
 * Only what an allocator or a dynamic linker may need while a name is being looked up is
 * here, and what an old libc does not know.
 */

#include "preload/real.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>

/* Which calls of open carry a mode. */
static mode_t raw_mode(int flags, va_list args)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(args, mode_t) : 0;
}

static int raw_open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = raw_mode(flags, args);
	va_end(args);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static int raw_openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = raw_mode(flags, args);
	va_end(args);
	return (int)syscall(SYS_openat, dir, path, flags, mode);
}

static int raw_close(int fd)
{
	return (int)syscall(SYS_close, fd);
}

static int raw_close_range(unsigned int first, unsigned int last, int flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

static int raw_fcntl(int fd, int command, ...)
{
	va_list args;
	void *arg;

	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	return (int)syscall(SYS_fcntl, fd, command, arg);
}

static int raw_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	return (int)syscall(SYS_ioctl, fd, request, arg);
}

static void *raw_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
#ifdef SYS_mmap2
	return (void *)syscall(SYS_mmap2, addr, size, prot, flags, fd, offset >> 12);
#else
	return (void *)syscall(SYS_mmap, addr, size, prot, flags, fd, offset);
#endif
}

static int raw_munmap(void *addr, size_t size)
{
	return (int)syscall(SYS_munmap, addr, size);
}

static void *raw_mremap(void *addr, size_t old_size, size_t size, int flags, ...)
{
	va_list args;
	void *to;

	va_start(args, flags);
	to = va_arg(args, void *);
	va_end(args);
	return (void *)syscall(SYS_mremap, addr, old_size, size, flags, to);
}

static int raw_mprotect(void *addr, size_t size, int prot)
{
	return (int)syscall(SYS_mprotect, addr, size, prot);
}

static int raw_madvise(void *addr, size_t size, int advice)
{
	return (int)syscall(SYS_madvise, addr, size, advice);
}

static int raw_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};

	return (int)syscall(SYS_ppoll, fds, count, timeout_ms < 0 ? NULL : &timeout, NULL, 0);
}

static int raw_epoll_pwait2(int set, struct epoll_event *events, int max,
	const struct timespec *timeout, const sigset_t *mask)
{
	return (int)syscall(SYS_epoll_pwait2, set, events, max, timeout, mask, _NSIG / 8);
}

#define RAW(name, function) [REAL_##name] = (real_function)(function)

static const real_function raw_table[REAL_COUNT] = {
	RAW(open, raw_open),
	RAW(open64, raw_open),
	RAW(openat, raw_openat),
	RAW(openat64, raw_openat),
	RAW(__open_2, raw_open),
	RAW(__open64_2, raw_open),
	RAW(__openat_2, raw_openat),
	RAW(__openat64_2, raw_openat),
	RAW(close, raw_close),
	RAW(close_range, raw_close_range),
	RAW(fcntl, raw_fcntl),
	RAW(fcntl64, raw_fcntl),
	RAW(ioctl, raw_ioctl),
	RAW(mmap, raw_mmap),
#if __SIZEOF_POINTER__ == 8
	RAW(mmap64, raw_mmap),
#endif
	RAW(munmap, raw_munmap),
	RAW(mremap, raw_mremap),
	RAW(mprotect, raw_mprotect),
	RAW(madvise, raw_madvise),
	RAW(poll, raw_poll),
	RAW(epoll_pwait2, raw_epoll_pwait2),
};

real_function real_raw(enum real_index index)
{
	return raw_table[index];
}
