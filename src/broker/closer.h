#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Closing what clients have sent, without ever waiting for it.
 *
 * The last close(2) of a descriptor can take as long as somebody likes: a file system in
 * user space is asked, a TCP socket lingers, a terminal drains. What is known to be quick
 * is closed at once; the rest by threads that do nothing else.
 */

#include <stddef.h>

/**
 * closer_close() - close @fd
 * @fd:   a descriptor, or anything below 0 for none
 * @data: passed to closer_reap() once it is closed, if that did not happen at once; or NULL
 *
 * Return: 1 if it was closed, or handed over without @data; 0 if closer_reap() will tell.
 */
int closer_close(int fd, void *data);

/** closer_reap() - call @done for each hand-over that is over */
void closer_reap(void (*done)(void *data));

/** closer_pending() - how many closes are under way */
size_t closer_pending(void);

/**
 * closer_stop() - wait a moment for closes under way
 *
 * Return: 0, or -EBUSY when some do not end: only exiting helps.
 */
int closer_stop(void);
