/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Closing and duplicating. A close(2) of any duplicate wakes the device's readers, so
 * the broker is told before the number goes: with an answered message by the opener.
 *
 * Another process has an end of a socketpair for that, the witness, whose other end the
 * broker watches: however the process ends, that is seen. It stands for the process's last
 * duplicate; for others a fresh one is made and closed at once.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "lib/device/call.h"
#include "lib/device/hooks.h"
#include "lib/device/lock.h"
#include "lib/device/table.h"
#include "lib/device/witness.h"

static void close_flush_opener(struct device *device, int fd)
{
	struct call call;

	device_hold(device);
	if (call_begin(&call, device, fd) == 0) {
		call_simple(&call, WIRE_FLUSH, 0);
		call_end(&call);
	}
}

static void close_flush(struct device *device, int fd)
{
	struct lock_state lock;
	bool foreign;

	device_lock(&lock);
	foreign = device->foreign;
	if (foreign && device->numbers == 1 && device->witness >= 0)
		device->witness = table_own_close(device->witness);
	else if (foreign)
		table_own_close(witness_new(fd));
	device_unlock(&lock);
	if (!foreign)
		close_flush_opener(device, fd);
}

/* The number is none of @device's any more, and nobody's until the caller has replaced it. */
static void close_forget(const struct device *device, int fd)
{
	struct device *cleared = NULL;
	struct lock_state lock;

	device_lock(&lock);
	if (table_peek(fd) == device)
		cleared = table_clear(fd);
	if (cleared)
		table_take(fd);
	device_unlock(&lock);
	if (cleared)
		device_put(cleared);
}

void device_closing(int fd)
{
	struct device *device = table_get(fd);
	int saved = errno;

	if (!device)
		return;
	close_flush(device, fd);
	close_forget(device, fd);
	device_put(device);
	errno = saved;
}

void device_closing_range(unsigned int first, unsigned int last)
{
	int fd = first > INT_MAX ? -1 : table_next((int)first);

	for (; fd >= 0 && (unsigned int)fd <= last; fd = table_next(fd + 1))
		device_closing(fd);
}

int binderd_close(int fd)
{
	struct device *device = table_get(fd);
	struct device *cleared = NULL;
	struct lock_state lock;
	int r, saved = errno;

	if (!device)
		return device_libc.close(fd);
	close_flush(device, fd);
	/* At once, or a request of another thread would make the open socket a device again. */
	device_lock(&lock);
	if (table_peek(fd) == device)
		cleared = table_clear(fd);
	r = device_libc.close(fd);
	device_unlock(&lock);
	if (r == 0)
		errno = saved;
	saved = errno;
	if (cleared)
		device_put(cleared);
	device_put(device);
	errno = saved;
	return r;
}

void device_note_dup(int from, int to)
{
	struct device *device = from == to ? NULL : table_get(from);
	struct device *old;
	struct lock_state lock;
	int saved = errno;

	if (!device)
		return;
	device_lock(&lock);
	old = table_clear(to);
	table_set(to, device);
	device_unlock(&lock);
	if (old)
		device_put(old);
	device_put(device);
	errno = saved;
}

void device_child_executed(void)
{
	int saved = errno;

	for (int fd = table_next(0); fd >= 0; fd = table_next(fd + 1)) {
		struct device *device = table_get(fd);

		if (device && (device_libc.fcntl(fd, F_GETFD) & FD_CLOEXEC) && !device->foreign)
			close_flush_opener(device, fd);
		if (device)
			device_put(device);
	}
	errno = saved;
}

int device_fcntl(int fd, int command, long arg)
{
	struct device *device = table_get(fd);
	int r = device_libc.fcntl(fd, command, arg);

	if (!device || r < 0)
		goto out;
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		device_note_dup(fd, r);
		break;
	case F_SETFL:
		atomic_store(&device->nonblock, (arg & O_NONBLOCK) != 0);
		break;
	case F_GETFL:
		r = (r & ~O_ACCMODE) | (device->open_flags & O_ACCMODE);
		break;
	default:
		break;
	}
out:
	if (device)
		device_put(device);
	return r;
}

int binderd_fcntl(int fd, int cmd, long arg)
{
	return device_fcntl(fd, cmd, arg);
}
