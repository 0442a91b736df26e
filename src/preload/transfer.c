// SPDX-License-Identifier: Apache-2.0

/*
 * Wrappers of read, write and what else moves bytes of a file. A device has none of it and
 * says so; the connection that stands for it would wait, or take what is the broker's.
 */

#include <errno.h>
#include <stdbool.h>

#include "preload/preload.h"
#include "preload/real.h"

/* Sets errno to @error if @fd is a device. */
static bool transfer_refused(int fd, int error)
{
	if (__builtin_expect(!preload_is_device(fd), 1))
		return false;
	errno = error;
	return true;
}

PRELOAD_EXPORT ssize_t read(int fd, void *to, size_t size)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(read)(fd, to, size);
}

PRELOAD_EXPORT ssize_t __read_chk(int fd, void *to, size_t size, size_t room)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(__read_chk)(fd, to, size, room);
}

PRELOAD_EXPORT ssize_t pread(int fd, void *to, size_t size, off_t offset)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(pread)(fd, to, size, offset);
}

PRELOAD_EXPORT ssize_t pread64(int fd, void *to, size_t size, off64_t offset)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(pread64)(fd, to, size, offset);
}

PRELOAD_EXPORT ssize_t __pread_chk(int fd, void *to, size_t size, off_t offset, size_t room)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(__pread_chk)(fd, to, size, offset, room);
}

PRELOAD_EXPORT ssize_t __pread64_chk(int fd, void *to, size_t size, off64_t offset, size_t room)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(__pread64_chk)(fd, to, size, offset, room);
}

PRELOAD_EXPORT ssize_t readv(int fd, const struct iovec *to, int count)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(readv)(fd, to, count);
}

PRELOAD_EXPORT ssize_t write(int fd, const void *from, size_t size)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(write)(fd, from, size);
}

PRELOAD_EXPORT ssize_t pwrite(int fd, const void *from, size_t size, off_t offset)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(pwrite)(fd, from, size, offset);
}

PRELOAD_EXPORT ssize_t pwrite64(int fd, const void *from, size_t size, off64_t offset)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(pwrite64)(fd, from, size, offset);
}

PRELOAD_EXPORT ssize_t writev(int fd, const struct iovec *from, int count)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(writev)(fd, from, count);
}

PRELOAD_EXPORT off_t lseek(int fd, off_t offset, int whence)
{
	return transfer_refused(fd, ESPIPE) ? -1 : REAL(lseek)(fd, offset, whence);
}

PRELOAD_EXPORT off64_t lseek64(int fd, off64_t offset, int whence)
{
	return transfer_refused(fd, ESPIPE) ? -1 : REAL(lseek64)(fd, offset, whence);
}

PRELOAD_EXPORT int fsync(int fd)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(fsync)(fd);
}

PRELOAD_EXPORT int fdatasync(int fd)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(fdatasync)(fd);
}

PRELOAD_EXPORT int ftruncate(int fd, off_t size)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(ftruncate)(fd, size);
}

PRELOAD_EXPORT int ftruncate64(int fd, off64_t size)
{
	return transfer_refused(fd, EINVAL) ? -1 : REAL(ftruncate64)(fd, size);
}
