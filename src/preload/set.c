// SPDX-License-Identifier: Apache-2.0

/*
 * Epoll sets with devices in them: who is in, and what is told of whom.
 *
 * Readiness of a device differs from thread to thread, and the kernel's epoll knows no
 * such thing. So a device is never put into the kernel's set: it is an item here, and
 * a waiter polls it in its own name. Level-triggered items are told while they are ready.
 * An edge-triggered one, once told, is mute until it was seen not ready, was modified, or
 * some thread has used a device. A one-shot item is off until it is modified.
 *
 * An item belongs to an open device and the number it was added under, as in the kernel:
 * it outlives that number while there are duplicates. Sets are named by slot.h's table;
 * duplicates of an epoll descriptor share one. All is under one lock. close(2) may be
 * called from a signal handler that interrupted the lock's holder: what it has to say is
 * then put off until the lock is given back, and memory is kept for reuse, not freed.
 */

#include "preload/set.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "preload/bell.h"
#include "preload/preload.h"
#include "preload/real.h"
#include "preload/slot.h"

#define SET_FLAGS (EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE)
#define SET_EXCLUSIVE_OK \
	(EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE)
#define SET_PUT_OFF 32
#define SET_DEPTH 5 /* of sets in sets: the kernel allows no more */

struct set_item {
	TAILQ_ENTRY(set_item) entry;
	uint64_t id;
	int fd;		   /* added under this number */
	int via;	   /* and polled by this one */
	ino_t inode;	   /* of the open device */
	struct set *inner; /* instead of a device: a set */
	uint32_t events;
	epoll_data_t data;
	bool off;  /* one-shot, and told */
	bool mute; /* edge-triggered, and told */
};

TAILQ_HEAD(set_items, set_item);

struct set {
	TAILQ_ENTRY(set) entry;
	struct set_items items;
	unsigned int descriptors; /* duplicates of its number */
	bool turn;
};

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
static _Atomic unsigned int set_mutes; /* items that wait for a device to be used */

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

static struct set_item *set_item_new(struct set *set)
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

static void set_item_mute(struct set_item *item, bool mute)
{
	if (item->mute != mute)
		set_mutes += mute ? 1 : -1U;
	item->mute = mute;
}

static void set_item_free(struct set *set, struct set_item *item)
{
	set_item_mute(item, false);
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

static struct set *set_make(int epoll)
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

/* Tells one open device from another: all duplicates have the same. */
static ino_t set_inode(int fd)
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

static struct set_item *set_search(struct set *set, int fd, ino_t inode, struct set *inner)
{
	struct set_item *item;

	if (!set)
		return NULL;
	TAILQ_FOREACH (item, &set->items, entry)
		if (inner ? item->inner == inner && item->fd == fd
			  : !item->inner && item->fd == fd && item->inode == inode)
			return item;
	return NULL;
}

static int set_fail(int error)
{
	errno = error;
	return -1;
}

/*
 * The kernel's opinion of all but the device: descriptors and addresses. It says ENOENT
 * when it has nothing against, since it never has a device in its sets.
 */
static int set_ask_kernel(int epoll, int op, int fd, struct epoll_event *event)
{
	struct epoll_event plain;

	if (op != EPOLL_CTL_ADD && op != EPOLL_CTL_MOD)
		return REAL(epoll_ctl)(epoll, op, fd, event);
	if (!REAL(epoll_ctl)(epoll, EPOLL_CTL_MOD, fd, event))
		return 0;
	if (errno != EINVAL || !(event->events & EPOLLEXCLUSIVE))
		return -1;
	if (op == EPOLL_CTL_MOD || event->events & ~SET_EXCLUSIVE_OK)
		return set_fail(EINVAL);
	plain = (struct epoll_event){.events = EPOLLIN};
	return REAL(epoll_ctl)(epoll, EPOLL_CTL_MOD, fd, &plain);
}

static int set_add(int epoll, int fd, ino_t inode, const struct epoll_event *event)
{
	struct set *set = set_make(epoll);
	struct set_item *item;

	if (set_search(set, fd, inode, NULL))
		return EEXIST;
	item = set ? set_item_new(set) : NULL;
	if (!item)
		return ENOMEM;
	item->fd = item->via = fd;
	item->inode = inode;
	item->events = event->events;
	item->data = event->data;
	return 0;
}

static int set_modify(struct set *set, int fd, ino_t inode, const struct epoll_event *event)
{
	struct set_item *item = set_search(set, fd, inode, NULL);

	if (!item)
		return ENOENT;
	if (item->events & EPOLLEXCLUSIVE)
		return EINVAL;
	item->events = event->events;
	item->data = event->data;
	item->off = false;
	set_item_mute(item, false);
	return 0;
}

static int set_delete(struct set *set, int fd, ino_t inode)
{
	struct set_item *item = set_search(set, fd, inode, NULL);

	if (!item)
		return ENOENT;
	set_item_free(set, item);
	return 0;
}

int set_control(int epoll, int op, int fd, struct epoll_event *event)
{
	int saved = errno;
	ino_t inode;
	int error;

	if (!set_ask_kernel(epoll, op, fd, event))
		return 0;
	if (errno != ENOENT)
		return -1;
	inode = set_inode(fd);
	set_lock();
	switch (op) {
	case EPOLL_CTL_ADD:
		error = set_add(epoll, fd, inode, event);
		break;
	case EPOLL_CTL_MOD:
		error = set_modify(set_of(epoll), fd, inode, event);
		break;
	default:
		error = set_delete(set_of(epoll), fd, inode);
	}
	set_unlock();
	if (error)
		return set_fail(error);
	bell_ring_all();
	if (op == EPOLL_CTL_ADD)
		bell_call_plain(epoll);
	errno = saved;
	return 0;
}

static void set_nest(
	struct set *set, int fd, struct set *inner, int op, const struct epoll_event *event)
{
	struct set_item *item = set_search(set, fd, 0, inner);

	if (op == EPOLL_CTL_DEL) {
		if (item)
			set_item_free(set, item);
		return;
	}
	if (!item)
		item = set_item_new(set);
	if (!item)
		return;
	item->fd = fd;
	item->inner = inner;
	item->events = event->events;
	item->data = event->data;
	item->off = false;
}

void set_nested(int epoll, int op, int inner, const struct epoll_event *event)
{
	struct set *outer_set, *inner_set;

	set_lock();
	outer_set = set_make(epoll);
	inner_set = set_make(inner);
	if (outer_set && inner_set)
		set_nest(outer_set, inner, inner_set, op, event);
	set_unlock();
	bell_ring_all();
	if (op == EPOLL_CTL_ADD)
		bell_call_plain(epoll);
}

static size_t set_list(struct set *set, struct set_watch *to, size_t room, size_t count, int depth)
{
	struct set_item *item;

	TAILQ_FOREACH (item, &set->items, entry) {
		if (item->off || item->mute || !(item->events & EPOLLIN))
			continue;
		if (item->inner) {
			if (depth < SET_DEPTH)
				count = set_list(item->inner, to, room, count, depth + 1);
			continue;
		}
		if (count < room)
			to[count] = (struct set_watch){item->id, item->via};
		count++;
	}
	return count;
}

size_t set_watches(int epoll, struct set_watch *to, size_t room)
{
	struct set *set;
	size_t count = 0;

	set_lock();
	set = set_of(epoll);
	if (set)
		count = set_list(set, to, room, 0, 0);
	set_unlock();
	return count;
}

struct set_view {
	const struct set_watch *watches;
	const bool *ready;
	size_t count;
};

static bool set_item_ready(struct set_item *item, const struct set_view *view, int depth)
{
	struct set_item *part;

	if (item->off || item->mute || !(item->events & EPOLLIN))
		return false;
	if (item->inner) {
		TAILQ_FOREACH (part, &item->inner->items, entry)
			if (depth < SET_DEPTH && set_item_ready(part, view, depth + 1))
				return true;
		return false;
	}
	for (size_t i = 0; i < view->count; i++)
		if (view->watches[i].id == item->id)
			return view->ready[i];
	return false;
}

/* Hands events out from the front of the list, and puts what was told behind the rest. */
static int set_hand_out(
	struct set *set, const struct set_view *view, struct epoll_event *to, int room)
{
	struct set_items told = TAILQ_HEAD_INITIALIZER(told);
	struct set_item *item, *next;
	int count = 0;

	TAILQ_FOREACH_SAFE (item, &set->items, entry, next) {
		if (count == room || !set_item_ready(item, view, 0))
			continue;
		to[count].events = EPOLLIN;
		to[count++].data = item->data;
		item->off = item->events & EPOLLONESHOT;
		if (!item->inner)
			set_item_mute(item, item->events & EPOLLET);
		TAILQ_REMOVE(&set->items, item, entry);
		TAILQ_INSERT_TAIL(&told, item, entry);
	}
	TAILQ_CONCAT(&set->items, &told, entry);
	return count;
}

int set_collect(int epoll, const struct set_watch *watches, const bool *ready, size_t count,
	struct epoll_event *to, int room)
{
	struct set_view view = {watches, ready, count};
	struct set_item *item;
	struct set *set;
	int found = 0;

	set_lock();
	set = set_of(epoll);
	if (set && to)
		found = set_hand_out(set, &view, to, room);
	else if (set)
		TAILQ_FOREACH (item, &set->items, entry)
			found |= set_item_ready(item, &view, 0);
	set_unlock();
	return found;
}

static bool set_is_inner(struct set *set, uint64_t data)
{
	struct set_item *item;

	TAILQ_FOREACH (item, &set->items, entry)
		if (item->inner && item->data.u64 == data)
			return true;
	return false;
}

static bool set_has_event(const struct epoll_event *events, int count, uint64_t data)
{
	for (int i = 0; i < count; i++)
		if (events[i].data.u64 == data)
			return true;
	return false;
}

int set_merge(int epoll, const struct epoll_event *events, int count, struct epoll_event *more,
	int more_count)
{
	struct set *set;
	int kept = 0;

	set_lock();
	set = set_of(epoll);
	for (int i = 0; i < more_count; i++)
		if (!set || !set_has_event(events, count, more[i].data.u64) ||
			!set_is_inner(set, more[i].data.u64))
			more[kept++] = more[i];
	set_unlock();
	return kept;
}

bool set_take_turn(int epoll)
{
	struct set *set;
	bool turn = false;

	set_lock();
	set = set_of(epoll);
	if (set)
		turn = set->turn = !set->turn;
	set_unlock();
	return turn;
}

void set_device_used(void)
{
	struct set_item *item;
	struct set *set;

	if (!set_mutes)
		return;
	set_lock();
	TAILQ_FOREACH (set, &set_all, entry)
		TAILQ_FOREACH (item, &set->items, entry)
			set_item_mute(item, false);
	set_unlock();
	bell_ring_all();
}
