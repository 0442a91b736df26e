// SPDX-License-Identifier: Apache-2.0

/*
 * Waking who waits.
 *
 * A thread that waits for a set with devices also waits for a bell of its own, an
 * eventfd. Bells are kept for the next one and never freed, so that a waiter that left by
 * longjmp() does no harm. A thread that began to wait before the set had any device sits
 * in the kernel with no bell: those are counted, and called back by an eventfd that is
 * put into their set until all have come.
 */

#include "preload/bell.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "preload/real.h"
#include "preload/slot.h"
#include "util/fd.h"

#define BELL_EVENT 0x62696e6465722121 /* what no pointer and no descriptor number is */
#define BELL_PLAIN 1024
/* How often to look whether all have come, before taking them for gone by longjmp(). */
#define BELL_PATIENCE 1000

static _Atomic(struct bell *) bell_list;
static _Atomic unsigned int bell_plain[BELL_PLAIN];

static int bell_open(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct slot *slot;

	if (fd < 0)
		return -1;
	fd = fd_move_high(fd);
	slot = slot_make(fd);
	if (slot)
		slot->kind = SLOT_OWN;
	return fd;
}

static void bell_close(int fd)
{
	struct slot *slot = slot_find(fd);

	if (slot)
		slot->kind = SLOT_NONE;
	REAL(close)(fd);
}

static struct bell *bell_reuse(void)
{
	for (struct bell *bell = atomic_load(&bell_list); bell; bell = bell->next) {
		bool used = false;

		if (__atomic_compare_exchange_n(
			    &bell->used, &used, true, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return bell;
	}
	return NULL;
}

struct bell *bell_take(void)
{
	struct bell *bell = bell_reuse();

	if (bell)
		return bell;
	bell = calloc(1, sizeof(*bell));
	if (!bell)
		return NULL;
	bell->fd = bell_open();
	if (bell->fd < 0) {
		free(bell);
		return NULL;
	}
	bell->used = true;
	bell->next = atomic_load(&bell_list);
	while (!atomic_compare_exchange_weak(&bell_list, &bell->next, bell))
		;
	return bell;
}

struct bell *bell_give(struct bell *bell)
{
	int saved = errno;
	eventfd_t count;

	if (!bell)
		return NULL;
	eventfd_read(bell->fd, &count);
	__atomic_store_n(&bell->used, false, __ATOMIC_SEQ_CST);
	errno = saved;
	return NULL;
}

void bell_ring_all(void)
{
	int saved = errno;

	for (struct bell *bell = atomic_load(&bell_list); bell; bell = bell->next)
		if (__atomic_load_n(&bell->used, __ATOMIC_SEQ_CST))
			eventfd_write(bell->fd, 1);
	errno = saved;
}

void bell_plain_begin(int epoll)
{
	atomic_fetch_add(&bell_plain[(unsigned int)epoll % BELL_PLAIN], 1);
}

void bell_plain_end(int epoll)
{
	atomic_fetch_sub(&bell_plain[(unsigned int)epoll % BELL_PLAIN], 1);
}

void bell_call_plain(int epoll)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = BELL_EVENT};
	int fd;

	if (!atomic_load(&bell_plain[(unsigned int)epoll % BELL_PLAIN]))
		return;
	fd = bell_open();
	if (fd < 0)
		return;
	eventfd_write(fd, 1);
	if (!REAL(epoll_ctl)(epoll, EPOLL_CTL_ADD, fd, &event))
		for (int i = 0; i < BELL_PATIENCE; i++) {
			if (!atomic_load(&bell_plain[(unsigned int)epoll % BELL_PLAIN]))
				break;
			sched_yield();
		}
	bell_close(fd);
}

int bell_filter(struct epoll_event *events, int count)
{
	int left = 0;

	for (int i = 0; i < count; i++)
		if (events[i].data.u64 != BELL_EVENT)
			events[left++] = events[i];
	return left;
}

void bell_forked(void)
{
	for (struct bell *bell = atomic_load(&bell_list); bell; bell = bell->next) {
		bell_close(bell->fd);
		bell->fd = -1;
		bell->used = true;
	}
	atomic_store(&bell_list, NULL);
	for (int i = 0; i < BELL_PLAIN; i++)
		bell_plain[i] = 0;
}
