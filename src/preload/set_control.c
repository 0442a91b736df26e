// SPDX-License-Identifier: Apache-2.0

/*
 * epoll_ctl(2) for devices.
 *
 * What is wrong with the descriptors or the address of the event the kernel is asked
 * itself; the rest follows its rules. Sets that are put into others are noted, since the
 * kernel cannot know when a device in them is ready.
 */

#include <errno.h>

#include "preload/bell.h"
#include "preload/real.h"
#include "preload/set_item.h"

#define SET_EXCLUSIVE_OK \
	(EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE)

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
	item->told = 0;
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
