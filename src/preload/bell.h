#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Calling back those who wait for an epoll set while its devices change. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

/* One thread that waits: fd becomes readable when it should look again. */
struct bell {
	struct bell *next;
	int fd;
	bool used;
};

/** bell_take() - start to listen. Return: a bell, or NULL with errno */
struct bell *bell_take(void);
/** bell_give() - stop. NULL is fine. Return: NULL; errno is left as it was */
struct bell *bell_give(struct bell *bell);
/** bell_ring_all() - async-signal-safe */
void bell_ring_all(void);

/**
 * bell_plain_begin() - a thread is about to wait for @epoll in the kernel alone
 * bell_plain_end() - it is back
 *
 * async-signal-safe, lock-free.
 */
void bell_plain_begin(int epoll);
void bell_plain_end(int epoll);

/** bell_call_plain() - make those return, with an event that bell_filter() knows */
void bell_call_plain(int epoll);

/** bell_filter() - take that event out of @count. Return: how many are left */
int bell_filter(struct epoll_event *events, int count);

/** bell_forked() - in a child: nobody listens yet */
void bell_forked(void);
