#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Epoll sets with devices in them.
 *
 * The kernel's set holds everything else; the devices are held here, and whoever waits
 * for such a set waits for both. See set.c for what follows from that.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

struct set;

/* A device as a waiter sees it: a copy, so that no lock is held while waiting. */
struct set_watch {
	uint64_t id;   /* of the item */
	int fd;	       /* to poll it by */
	uint64_t told; /* edge-triggered: what was told by then is no news; else 0 */
};

/* What polling it said. */
struct set_state {
	bool ready;
	uint64_t woken; /* when the thread was last woken for the device; by what clock is ... */
	uint64_t now;	/* ... the driver's matter */
};

/** set_is_news() - whether to tell of an item that was last told at @told */
bool set_is_news(uint64_t told, const struct set_state *state);

/** set_of() - the devices of an epoll descriptor; lock-free. Return: NULL if it has none */
struct set *set_of(int epoll);

/** set_created() - @epoll is a new epoll descriptor, or a negative number. Return: @epoll */
int set_created(int epoll);

/** set_note_dup() - @to has become a duplicate of @from, an epoll descriptor */
void set_note_dup(int from, int to);

/** set_closing() - @fd, a device or an epoll descriptor, is about to be closed */
void set_closing(int fd);

/**
 * set_control() - epoll_ctl(2) for a device
 *
 * Return: 0, or -1 with errno as the kernel has it.
 */
int set_control(int epoll, int op, int fd, struct epoll_event *event);

/**
 * set_nested() - epoll_ctl(2) of the epoll descriptor @inner went well
 *
 * The kernel tells of it what it knows; what it cannot know is told by set_collect().
 */
void set_nested(int epoll, int op, int inner, const struct epoll_event *event);

/**
 * set_watches() - list what has to be polled for a set
 * @epoll: the set's descriptor; what is in sets inside it counts, too
 * @to:    filled, up to @room
 *
 * Return: how many there are, which may be more than @room.
 */
size_t set_watches(int epoll, struct set_watch *to, size_t room);

/**
 * set_collect() - turn readiness into events, as epoll_wait(2) hands them out
 * @watches, @states: what set_watches() gave, and what polling those said
 * @to: filled with up to @room events; NULL to look only: nothing is taken
 *
 * Return: their number; without @to, 1 if there is any.
 */
int set_collect(int epoll, const struct set_watch *watches, const struct set_state *states,
	size_t count, struct epoll_event *to, int room);

/** set_merge() - drop from @more those of the first @count events that a set inside told too */
int set_merge(int epoll, const struct epoll_event *events, int count, struct epoll_event *more,
	int more_count);

/** set_take_turn() - of two sources of events, whether the kernel's comes first this time */
bool set_take_turn(int epoll);

/* Keeping other threads out, and the state in a forked child. */
void set_lock(void);
void set_unlock(void);
void set_forked(void);
