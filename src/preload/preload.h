#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What all wrappers ask first: has this process to do with binder at all?
 */

#include <stdatomic.h>
#include <stdbool.h>

#include "lib/device/hooks.h"

extern atomic_bool preload_active;

/**
 * preload_begin() - the process is about to use a device
 *
 * To be called before each call of the device library that may make the first one.
 */
void preload_begin(void);

/**
 * preload_is_guest() - whether this is a child that runs in its parent's memory: vfork(2)
 *
 * What it closes stays open in the parent, whose tables these are.
 */
bool preload_is_guest(void);

/* Whether @fd is a device. Costs one load in a process that never had one. */
static inline bool preload_is_device(int fd)
{
	return __builtin_expect(atomic_load_explicit(&preload_active, memory_order_relaxed), 0) &&
	       device_is_fd(fd);
}

/* Whether the program must not close @fd: in its world that number is free. */
static inline bool preload_is_own(int fd)
{
	return __builtin_expect(atomic_load_explicit(&preload_active, memory_order_relaxed), 0) &&
	       device_is_own(fd);
}

/* Whether the process ever had a device. */
static inline bool preload_in_use(void)
{
	return __builtin_expect(atomic_load_explicit(&preload_active, memory_order_relaxed), 0);
}
