/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A forked child has the descriptors and nothing else: not the mappings, and not the
 * channels, which are its parent's. It forgets them and leaves a witness of its own with
 * the broker. Should it make a request, that goes over a channel of its own.
 *
 * Only async-signal-safe calls are made in the child. Records of calls, channels and
 * staged memory are abandoned where they lie: a signal handler that forked may return
 * into a call of before, which finds out by thread_forks and touches nothing but where its
 * ring was: there is memory of the child's own then.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>

#include "lib/device/channel.h"
#include "lib/device/hooks.h"
#include "lib/device/limit.h"
#include "lib/device/lock.h"
#include "lib/device/map.h"
#include "lib/device/ring.h"
#include "lib/device/table.h"
#include "lib/device/thread.h"
#include "lib/device/vma.h"
#include "lib/device/witness.h"

static struct lock_state fork_lock; /* under the lock that it restores */

int witness_new(int fd)
{
	struct wire_head head = {.type = WIRE_WITNESS};
	struct iovec iov = {.iov_base = &head, .iov_len = sizeof(head)};
	int pair[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	do {
		r = channel_send(fd, &iov, 1, &pair[1], 1, MSG_DONTWAIT);
	} while (r == -EINTR);
	device_libc.close(pair[1]);
	if (r < 0) {
		device_libc.close(pair[0]);
		return r;
	}
	r = table_own(pair[0]);
	if (r >= 0 && !(device_libc.fcntl(fd, F_GETFD) & FD_CLOEXEC))
		device_libc.fcntl(r, F_SETFD, 0);
	return r;
}

static void fork_prepare(void)
{
	struct lock_state lock;

	device_lock(&lock);
	fork_lock = lock;
}

static void fork_parent(void)
{
	struct lock_state lock = fork_lock;
	struct device *device;

	for (device = device_first(); device; device = device_next(device))
		atomic_store(&device->shared, true);
	device_unlock(&lock);
}

static void fork_device(struct device *device)
{
	struct channel *channel;

	atomic_fetch_add(&device->serial, 1);
	atomic_store(&device->users, device->numbers);
	TAILQ_FOREACH (channel, &device->channels, link)
		ring_forget(channel);
	TAILQ_INIT(&device->channels);
	arena_forget(&device->arena);
	device->foreign = true;
	atomic_store(&device->shared, true);
	device->attached = false;
	/* The parent may have read some: what frees them is not known here. */
	atomic_store(&device->fd_arrays, true);
	device->witness = -1;
	if (device->numbers == 0)
		device_drop(device);
	else
		device->witness = witness_new(table_number(device, 0));
}

static void fork_child(void)
{
	struct lock_state lock = fork_lock;
	struct device *device, *next;

	/* The thread that forked is the one that is here, and has the lock. */
	atomic_fetch_add(&thread_forks, 1);
	thread_forget();
	limit_forked();
	map_forget();
	table_forget_own();
	vma_forget();
	for (device = device_first(); device; device = next) {
		next = device_next(device);
		fork_device(device);
	}
	device_unlock(&lock);
}

/* Before any device: even one that the preload library opens in its first call. */
__attribute__((constructor)) static void fork_register(void)
{
	pthread_atfork(fork_prepare, fork_parent, fork_child);
}
