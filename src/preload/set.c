// SPDX-License-Identifier: Apache-2.0

/*
 * Epoll sets with devices in them: who is in, and for how long.
 *
 * Readiness of a device differs from thread to thread, and the kernel's epoll knows no
 * such thing. So a device is never put into the kernel's set: it is an item here, and
 * a waiter polls it in its own name.
 *
 * An item belongs to an open device and the number it was added under, as in the kernel:
 * it outlives that number while there are duplicates. Sets are named by slot.h's table;
 * duplicates of an epoll descriptor share one. All is under one lock. close(2) may be
 * called from a signal handler that interrupted the lock's holder: what it has to say is
 * then put off until the lock is given back, and memory is kept for reuse, not freed.
 */

#include "preload/set.h"

#include <pthread.h>
#include <stdlib.h>

#include "preload/bell.h"
#include "preload/preload.h"
#include "preload/real.h"
#include "preload/set_item.h"
#include "preload/slot.h"

#define SET_PUT_OFF 32

static pthread_mutex_t set_mutex = PTHREAD_MUTEX_INITIALIZER;
/* The numbers that signal handlers closed while the thread that they interrupted held it. */
static _Thread_local struct {
	bool held;
	unsigned int count;
	int fds[SET_PUT_OFF];
} set_thread __attribute__((tls_model("initial-exec")));
static struct set_items set_spare_items = TAILQ_HEAD_INITIALIZER(set_spare_items);
static TAILQ_HEAD(, set) set_spares = TAILQ_HEAD_INITIALIZER(set_spares);
static TAILQ_HEAD(, set) set_all = TAILQ_HEAD_INITIALIZER(set_all);
static uint64_t set_last_id;

struct set *set_of(int epoll)
{
	struct slot *slot = slot_find(epoll);

	return slot ? atomic_load(&slot->set) : NULL;
}

int set_created(int epoll)
{
	struct slot *slot = epoll >= 0 ? slot_make(epoll) : NULL;

	if (slot)
		slot->kind = SLOT_EPOLL;
	return epoll;
}

static struct set *set_new(void)
{
	struct set *set = TAILQ_FIRST(&set_spares);

	if (set)
		TAILQ_REMOVE(&set_spares, set, entry);
	else
		set = malloc(sizeof(*set));
	if (!set)
		return NULL;
	*set = (struct set){.descriptors = 0};
	TAILQ_INIT(&set->items);
	TAILQ_INSERT_TAIL(&set_all, set, entry);
	return set;
}

struct set_item *set_item_new(struct set *set)
{
	struct set_item *item = TAILQ_FIRST(&set_spare_items);

	if (item)
		TAILQ_REMOVE(&set_spare_items, item, entry);
	else
		item = malloc(sizeof(*item));
	if (!item)
		return NULL;
	*item = (struct set_item){.id = ++set_last_id, .inode = 0};
	TAILQ_INSERT_TAIL(&set->items, item, entry);
	return item;
}

void set_item_free(struct set *set, struct set_item *item)
{
	TAILQ_REMOVE(&set->items, item, entry);
	TAILQ_INSERT_TAIL(&set_spare_items, item, entry);
}

/* A set that is closed is in no other set either. */
static void set_free(struct set *set)
{
	struct set *other;
	struct set_item *item, *next;

	TAILQ_FOREACH (other, &set_all, entry)
		TAILQ_FOREACH_SAFE (item, &other->items, entry, next)
			if (other == set || item->inner == set)
				set_item_free(other, item);
	TAILQ_REMOVE(&set_all, set, entry);
	TAILQ_INSERT_TAIL(&set_spares, set, entry);
}

struct set *set_make(int epoll)
{
	struct slot *slot = slot_make(epoll);
	struct set *set = slot ? atomic_load(&slot->set) : NULL;

	if (!slot || set)
		return set;
	set = set_new();
	if (!set)
		return NULL;
	set->descriptors = 1;
	slot->kind = SLOT_EPOLL;
	atomic_store(&slot->set, set);
	return set;
}

void set_note_dup(int from, int to)
{
	struct slot *slot;
	struct set *set;

	if (set_thread.held)
		return;
	set_lock();
	set = set_make(from);
	slot = slot_make(to);
	if (set && slot) {
		set->descriptors++;
		slot->kind = SLOT_EPOLL;
		atomic_store(&slot->set, set);
	}
	set_unlock();
}

ino_t set_inode(int fd)
{
	struct stat64 st;

	return REAL(fstat64)(fd, &st) < 0 ? 0 : st.st_ino;
}

/* Another number of the device behind @fd, or -1. */
static int set_duplicate(int fd, ino_t inode)
{
	int limit = (int)sysconf(_SC_OPEN_MAX);

	for (int other = 0; other < limit && other < SLOT_LIMIT; other++)
		if (other != fd && device_is_fd(other) && set_inode(other) == inode)
			return other;
	return -1;
}

static void set_drop_epoll(struct slot *slot)
{
	struct set *set = atomic_exchange(&slot->set, NULL);

	slot->kind = SLOT_NONE;
	if (set && !--set->descriptors)
		set_free(set);
}

static void set_drop_device(int fd)
{
	struct set *set;
	struct set_item *item, *next;
	int duplicate;

	TAILQ_FOREACH (set, &set_all, entry) {
		TAILQ_FOREACH_SAFE (item, &set->items, entry, next) {
			if (item->inner || item->via != fd)
				continue;
			duplicate = set_duplicate(fd, item->inode);
			if (duplicate < 0)
				set_item_free(set, item);
			else
				item->via = duplicate;
		}
	}
}

static void set_drop(int fd)
{
	struct slot *slot = slot_find(fd);

	if (slot && slot->kind == SLOT_EPOLL)
		set_drop_epoll(slot);
	else
		set_drop_device(fd);
}

void set_lock(void)
{
	pthread_mutex_lock(&set_mutex);
	set_thread.held = true;
}

void set_unlock(void)
{
	while (set_thread.count)
		set_drop(set_thread.fds[--set_thread.count]);
	set_thread.held = false;
	pthread_mutex_unlock(&set_mutex);
}

void set_forked(void)
{
	bell_forked();
	set_unlock();
}

void set_closing(int fd)
{
	if (set_thread.held) {
		if (set_thread.count < SET_PUT_OFF)
			set_thread.fds[set_thread.count++] = fd;
		return;
	}
	if (TAILQ_EMPTY(&set_all) && slot_kind(fd) != SLOT_EPOLL)
		return;
	set_lock();
	set_drop(fd);
	set_unlock();
	bell_ring_all();
}
