// SPDX-License-Identifier: Apache-2.0

/*
 * The start of the preload library.
 *
 * The wrappers are thin: they look whether a call concerns a binder device, and if so
 * hand it to the device library, else to the function that the program meant. The device
 * library for its part calls libc by a table that is set here, so that it never meets the
 * wrappers. preload_active, once set, stays set.
 */

#include "preload/preload.h"

#include <pthread.h>
#include <unistd.h>

#include "preload/real.h"
#include "preload/set.h"

atomic_bool preload_active;

static atomic_bool preload_ready;
static pid_t preload_pid;

static void preload_connect(void)
{
	if (atomic_load(&preload_ready))
		return;
	device_libc.open = REAL(open);
	device_libc.close = REAL(close);
	device_libc.ioctl = REAL(ioctl);
	device_libc.fcntl = REAL(fcntl);
	device_libc.poll = REAL(poll);
	device_libc.mmap = REAL(mmap);
	device_libc.munmap = REAL(munmap);
	device_watch_memory();
	preload_pid = getpid();
	atomic_store(&preload_ready, true);
}

void preload_begin(void)
{
	preload_connect();
	atomic_store(&preload_active, true);
}

bool preload_is_guest(void)
{
	return getpid() != preload_pid;
}

static void preload_forked(void)
{
	preload_pid = getpid();
	set_forked();
}

__attribute__((constructor(101))) static void preload_init(void)
{
	real_init();
	preload_connect();
	pthread_atfork(set_lock, set_unlock, preload_forked);
}
