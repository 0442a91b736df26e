/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Two levels of arrays of atomic pointers; pages appear on demand and stay. A look-up
 * takes a user and then looks again whether the number still means the same device: as
 * devices' memory stays devices' memory, the worst that an outdated pointer can do is to
 * take and give back a user of another device.
 *
 * Own descriptors are in the same table, as a device that is none; so are those that are
 * being opened, or closed by a call that replaces them.
 */

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/device/channel.h"
#include "lib/device/hooks.h"
#include "lib/device/lock.h"
#include "lib/device/pool.h"
#include "lib/device/table.h"
#include "lib/device/usermem.h"
#include "lib/device/vma.h"
#include "util/fd.h"

#define PAGE_ENTRIES 1024

typedef _Atomic(struct device *) table_entry;

static _Atomic(table_entry *) table_pages[TABLE_SIZE / PAGE_ENTRIES];
static struct device table_own_mark, table_taken_mark;
static struct pool device_pool = {.size = sizeof(struct device)};
static TAILQ_HEAD(, device) devices = TAILQ_HEAD_INITIALIZER(devices);

static table_entry *table_entry_of(int fd)
{
	table_entry *page;

	if (fd < 0 || fd >= TABLE_SIZE)
		return NULL;
	page = atomic_load_explicit(&table_pages[fd / PAGE_ENTRIES], memory_order_acquire);
	return page ? &page[fd % PAGE_ENTRIES] : NULL;
}

static struct device *table_value(int fd)
{
	table_entry *entry = table_entry_of(fd);

	return entry ? atomic_load_explicit(entry, memory_order_acquire) : NULL;
}

struct device *table_peek(int fd)
{
	struct device *device = table_value(fd);

	return device == &table_own_mark || device == &table_taken_mark ? NULL : device;
}

struct device *table_get(int fd)
{
	struct device *device;
	uint32_t users;

	while ((device = table_peek(fd)) != NULL) {
		users = atomic_load_explicit(&device->users, memory_order_relaxed);
		while (users && !atomic_compare_exchange_weak(&device->users, &users, users + 1))
			;
		if (!users)
			continue;
		if (table_peek(fd) == device)
			return device;
		device_put(device);
	}
	return NULL;
}

void device_hold(struct device *device)
{
	atomic_fetch_add(&device->users, 1);
}

void device_drop(struct device *device)
{
	TAILQ_REMOVE(&devices, device, link);
	pool_put(&device_pool, device);
	if (TAILQ_EMPTY(&devices))
		vma_close();
}

static void device_end(struct device *device)
{
	struct lock_state lock;

	device_lock(&lock);
	atomic_fetch_add(&device->serial, 1);
	channel_close_all(device);
	device->witness = table_own_close(device->witness);
	arena_deinit(&device->arena);
	device_drop(device);
	device_unlock(&lock);
}

void device_put(struct device *device)
{
	if (atomic_fetch_sub(&device->users, 1) == 1)
		device_end(device);
}

struct device *device_new(const char *name, int open_flags)
{
	struct device *device = pool_get(&device_pool);

	if (!device)
		return NULL;
	device->nonblock = false;
	device->fd_arrays = false;
	device->shared = false;
	device->numbers = 0;
	device->open_flags = open_flags;
	device->foreign = false;
	device->attached = false;
	device->ring_after = WIRE_NO_RINGS;
	device->witness = -1;
	TAILQ_INIT(&device->channels);
	arena_init(&device->arena);
	strncpy(device->name, name, sizeof(device->name) - 1);
	device->name[sizeof(device->name) - 1] = '\0';
	TAILQ_INSERT_TAIL(&devices, device, link);
	usermem_opened();
	atomic_store(&device->users, 1);
	return device;
}

static int table_store(int fd, struct device *device)
{
	table_entry *page;

	if (fd < 0 || fd >= TABLE_SIZE)
		return -EMFILE;
	if (!table_entry_of(fd)) {
		page = device_libc.mmap(NULL, PAGE_ENTRIES * sizeof(*page), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (page == MAP_FAILED)
			return -ENOMEM;
		atomic_store_explicit(&table_pages[fd / PAGE_ENTRIES], page, memory_order_release);
	}
	atomic_store_explicit(table_entry_of(fd), device, memory_order_release);
	return 0;
}

int table_set(int fd, struct device *device)
{
	int r = table_store(fd, device);

	if (r == 0) {
		device_hold(device);
		device->numbers++;
	}
	return r;
}

struct device *table_clear(int fd)
{
	struct device *device = table_peek(fd);

	if (!device)
		return NULL;
	atomic_store_explicit(table_entry_of(fd), NULL, memory_order_release);
	device->numbers--;
	return device;
}

void table_take(int fd)
{
	if (!table_value(fd))
		table_store(fd, &table_taken_mark);
}

void table_free(int fd)
{
	if (table_value(fd) == &table_taken_mark)
		table_store(fd, NULL);
}

bool table_is_free(int fd)
{
	return !table_value(fd);
}

/* The first number from @from on whose value is @device, or -1. */
static int table_find(const struct device *device, int from)
{
	for (int fd = from < 0 ? 0 : from; fd < TABLE_SIZE; fd++) {
		if (!table_entry_of(fd))
			fd |= PAGE_ENTRIES - 1;
		else if (table_value(fd) == device)
			return fd;
	}
	return -1;
}

int table_number(const struct device *device, int from)
{
	return table_find(device, from);
}

int table_next(int from)
{
	for (int fd = from < 0 ? 0 : from; fd < TABLE_SIZE; fd++) {
		if (!table_entry_of(fd))
			fd |= PAGE_ENTRIES - 1;
		else if (table_peek(fd))
			return fd;
	}
	return -1;
}

int table_own(int fd)
{
	int high = fd_move_high(fd);

	if (high >= 0)
		table_store(high, &table_own_mark);
	return high;
}

int table_own_close(int fd)
{
	table_entry *entry = table_entry_of(fd);

	if (fd < 0)
		return -1;
	if (entry)
		atomic_store_explicit(entry, NULL, memory_order_release);
	device_libc.close(fd);
	return -1;
}

void table_forget_own(void)
{
	for (int fd = table_find(&table_own_mark, 0); fd >= 0;
		fd = table_find(&table_own_mark, fd + 1))
		table_own_close(fd);
}

struct device *device_first(void)
{
	return TAILQ_FIRST(&devices);
}

struct device *device_next(struct device *device)
{
	return TAILQ_NEXT(device, link);
}

bool device_is_fd(int fd)
{
	return table_peek(fd) != NULL;
}

bool binderd_is_device(int fd)
{
	return device_is_fd(fd);
}

bool device_is_own(int fd)
{
	return table_value(fd) == &table_own_mark;
}

int device_own_next(int from)
{
	return table_find(&table_own_mark, from);
}
