/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Children that are made to execute a program at once, and that no fork handler sees.
 *
 * What is close-on-exec counts as closed when the child has executed. What it inherits is
 * closed at its end: for each such device it inherits a witness, too, that the parent
 * made before and closes after.
 */

#include <errno.h>
#include <fcntl.h>

#include "lib/device/hooks.h"
#include "lib/device/lock.h"
#include "lib/device/table.h"
#include "lib/device/witness.h"

static bool spawn_inherits(int fd)
{
	int flags = device_libc.fcntl(fd, F_GETFD);

	return flags >= 0 && !(flags & FD_CLOEXEC);
}

void device_child_begin(struct device_child *child)
{
	struct lock_state lock;
	int saved = errno;

	child->count = 0;
	device_lock(&lock);
	for (int fd = table_next(0); fd >= 0; fd = table_next(fd + 1)) {
		int witness = -1;

		if (child->count < DEVICE_CHILD_WITNESSES && spawn_inherits(fd))
			witness = witness_new(fd);
		if (witness >= 0)
			atomic_store(&table_peek(fd)->shared, true);
		if (witness >= 0)
			child->witnesses[child->count++] = witness;
	}
	device_unlock(&lock);
	errno = saved;
}

void device_child_end(struct device_child *child)
{
	struct lock_state lock;
	int saved = errno;

	device_lock(&lock);
	while (child->count > 0)
		table_own_close(child->witnesses[--child->count]);
	device_unlock(&lock);
	errno = saved;
}
