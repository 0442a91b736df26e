/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Descriptors.
 *
 * The one idea here is fd_move_high(): it cannot fail for want of room, because the number
 * is a courtesy to the program and no condition of working. So it tries from a high start,
 * halves that start while the kernel refuses (EMFILE: nothing free there; EINVAL: beyond the
 * limit), and at the end keeps the number that it was given.
 */

#include "util/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>

int fd_close(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return -1;
}

/* Where to begin: half of the numbers stay the program's where the limit is low. */
static int fd_high_start(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= 2 * FD_HIGH)
		return FD_HIGH;
	return (int)(limit.rlim_cur / 2);
}

int fd_move_high(int fd)
{
	int start, moved, r;

	for (start = fd_high_start(); start > fd; start /= 2) {
		moved = fcntl(fd, F_DUPFD_CLOEXEC, start);
		if (moved >= 0) {
			/* EMFILE above may have let start sink: never trade high for low. */
			if (moved < fd) {
				fd_close(moved);
				break;
			}
			fd_close(fd);
			return moved;
		}
		if (errno == EBADF)
			return -EBADF;
	}

	r = fd_set_cloexec(fd, true);
	return r < 0 ? r : fd;
}

/* Sets or clears @bit in the flags that @get reads and @set writes. */
static int fd_change_flag(int fd, int get, int set, int bit, bool on)
{
	int flags = fcntl(fd, get);
	int wanted;

	if (flags < 0)
		return -errno;
	wanted = on ? flags | bit : flags & ~bit;
	if (wanted != flags && fcntl(fd, set, wanted) < 0)
		return -errno;
	return 0;
}

int fd_set_nonblock(int fd, bool on)
{
	return fd_change_flag(fd, F_GETFL, F_SETFL, O_NONBLOCK, on);
}

int fd_set_cloexec(int fd, bool on)
{
	return fd_change_flag(fd, F_GETFD, F_SETFD, FD_CLOEXEC, on);
}

int fd_raise_limit(unsigned long *old)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	if (old)
		*old = limit.rlim_cur;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
			return -errno;
	}
	return limit.rlim_cur > INT_MAX ? INT_MAX : (int)limit.rlim_cur;
}
