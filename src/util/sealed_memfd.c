/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Shared memory files.
 *
 * What a descriptor permits is decided when the file is opened, and a memfd is always opened
 * for writing. So an area is opened a second time, for reading only, by its name in /proc;
 * that descriptor goes to the client. F_SEAL_FUTURE_WRITE would look simpler but forbids the
 * broker's own hole punching and leaves the client able to grow the file. The mode is 0400 so
 * that a client of another uid, given the read-only descriptor, cannot reopen it for writing.
 *
 * F_SEAL_SHRINK is what makes a mapping of the broker safe from SIGBUS. F_SEAL_SEAL keeps a
 * client from adding F_SEAL_WRITE or F_SEAL_GROW against the broker.
 */

#include "util/sealed_memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* A memfd of @size bytes with @seals, or a negative errno. */
static int sealed_memfd_new(const char *name, off_t size, mode_t mode, int seals)
{
	_cleanup_close_ int fd = -1;

	fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	if (size > 0 && ftruncate(fd, size) < 0)
		return -errno;
	if (fchmod(fd, mode) < 0)
		return -errno;
	if (fcntl(fd, F_ADD_SEALS, seals) < 0)
		return -errno;
	return steal_fd(&fd);
}

int sealed_memfd_new_area(const char *name, off_t size, int *writable, int *readable)
{
	_cleanup_close_ int fd = -1;
	char path[32];

	*writable = *readable = -1;
	fd = sealed_memfd_new(name, size, 0400, F_SEAL_SHRINK | F_SEAL_SEAL);
	if (fd < 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	*readable = open(path, O_RDONLY | O_CLOEXEC);
	if (*readable < 0)
		return -errno;
	*writable = steal_fd(&fd);
	return 0;
}

int sealed_memfd_new_arena(const char *name, off_t size)
{
	return sealed_memfd_new(name, size, 0600, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}

int sealed_memfd_new_ring(const char *name, off_t size)
{
	return sealed_memfd_new(name, size, 0600, F_SEAL_SHRINK | F_SEAL_GROW);
}

int sealed_memfd_settle(int fd, off_t size)
{
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) < 0)
		return -errno;
	return sealed_memfd_reserve(fd, 0, size);
}

int sealed_memfd_reserve(int fd, off_t offset, off_t length)
{
	int r;

	do {
		r = fallocate(fd, 0, offset, length);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

int sealed_memfd_punch(int fd, off_t offset, off_t length)
{
	int r;

	do {
		r = fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}
