// SPDX-License-Identifier: Apache-2.0
/*
 * Commands without a read.
 *
 * A driver takes no command of a thread that it has an error for, until the thread has read
 * that: so it is after a BC_REPLY to nobody, or to a caller that died. Whoever tried again
 * would do so for ever. What is not taken is kept here, and goes with the thread's next exchange,
 * which reads the error first.
 */

#include "lib/classic/classic.h"

#include <errno.h>
#include <string.h>

#include <binderd/device.h>

/* Bytes: twice what a read of the framework's can make it write. */
#define WRITE_OWED_MAX 1024

/* Of one thread, for one device: a thread that acts on a read's commands does so for that alone. */
static _Thread_local struct {
	struct binder_state *bs;
	size_t size;
	char bytes[WRITE_OWED_MAX];
} write_owed;

static int write_keep(struct binder_state *bs, const void *data, size_t size)
{
	if (write_owed.size && write_owed.bs != bs)
		return -EBUSY;
	if (size > sizeof(write_owed.bytes) - write_owed.size)
		return -ENOBUFS;
	memcpy(write_owed.bytes + write_owed.size, data, size);
	write_owed.size += size;
	write_owed.bs = bs;
	return 0;
}

/* Writes what the driver takes. Return: bytes, or a negative errno. */
static ssize_t write_some(struct binder_state *bs, const void *data, size_t size)
{
	struct binder_write_read bwr = {
		.write_size = size,
		.write_buffer = (uintptr_t)data,
	};
	binder_size_t before;

	/* The driver takes up a write where it was interrupted. */
	do {
		int r;

		before = bwr.write_consumed;
		r = binderd_ioctl(bs->fd, BINDER_WRITE_READ, &bwr);
		if (r < 0 && errno != EINTR)
			return -errno;
		if (r == 0 && bwr.write_consumed == before)
			break;
	} while (bwr.write_consumed < size);
	return (ssize_t)bwr.write_consumed;
}

int classic_write(struct binder_state *bs, const void *data, size_t size)
{
	ssize_t taken = 0;

	/* In the order of their coming. */
	if (write_owed.size == 0 || write_owed.bs != bs)
		taken = write_some(bs, data, size);
	if (taken < 0)
		return (int)taken;
	if ((size_t)taken == size)
		return 0;
	return write_keep(bs, (const char *)data + taken, size - (size_t)taken);
}

int classic_write_owed(struct binder_state *bs)
{
	ssize_t taken;

	if (write_owed.size == 0 || write_owed.bs != bs)
		return 0;
	taken = write_some(bs, write_owed.bytes, write_owed.size);
	if (taken < 0)
		return (int)taken;
	write_owed.size -= (size_t)taken;
	memmove(write_owed.bytes, write_owed.bytes + taken, write_owed.size);
	return 0;
}

void classic_write_forget(const struct binder_state *bs)
{
	if (write_owed.bs == bs)
		write_owed.size = 0;
}
