#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * From a descriptor's number to its device; and the devices' life.
 *
 * Looking up takes no lock. A device lives while users is above 0: for each number in the
 * table, for each mapped piece of its area, and for each call under way.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/device/state.h"

/* Numbers from here on are never devices. */
#define TABLE_SIZE (1 << 20)

/** table_get() - the device behind @fd, with one more user; or NULL. Async-signal-safe */
struct device *table_get(int fd);
/** device_hold() / device_put() - one user more, or less: the last one ends the device */
void device_hold(struct device *device);
void device_put(struct device *device);

/** table_peek() - as table_get() without the user: only for comparing. Lock-free */
struct device *table_peek(int fd);

/** table_next() - the lowest number from @from on that is a device, or -1. Lock-free */
int table_next(int from);

/* All below: with device_lock() held. */

/** device_new() - a device with one user, in the list of all. Return: it, or NULL */
struct device *device_new(const char *name, int open_flags);
/** table_set() - @fd is @device now (one user more). Return: 0, -EMFILE, -ENOMEM */
int table_set(int fd, struct device *device);
/** table_clear() - @fd is no device; the former one's user is the caller's. Return: it or NULL */
struct device *table_clear(int fd);
/**
 * table_take() / table_free() - keep @fd from being adopted, or no longer
 *
 * While it is being opened or closed, a request of another thread may name it.
 */
void table_take(int fd);
void table_free(int fd);
/** table_is_free() - whether @fd is nothing that is known here */
bool table_is_free(int fd);
/** table_number() - some number of @device, from @from on; or -1 */
int table_number(const struct device *device, int from);

/** table_own() - move @fd high and keep it for the library. Return: its new number */
int table_own(int fd);
/** table_own_close() - close such a one, or nothing below 0. Return: -1 */
int table_own_close(int fd);

/** device_drop() - take a device without users out of the list: in a forked child */
void device_drop(struct device *device);
/** device_first() / device_next() - all devices */
struct device *device_first(void);
struct device *device_next(struct device *device);

/** table_forget_own() - close all own descriptors: in a forked child */
void table_forget_own(void);
