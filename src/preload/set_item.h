#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The inside of sets; for set.c, set_control.c and set_tell.c. All needs set_lock(). */

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "preload/set.h"

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
	bool off;      /* one-shot, and told */
	uint64_t told; /* edge-triggered, and told of what had come until then; or 0 */
};

TAILQ_HEAD(set_items, set_item);

struct set {
	TAILQ_ENTRY(set) entry;
	struct set_items items;
	unsigned int descriptors; /* duplicates of its number */
	bool turn;
};

/** set_make() - the set of an epoll descriptor, made if needed. Return: NULL without memory */
struct set *set_make(int epoll);

/** set_item_new() - at the end of @set's list. Return: NULL without memory */
struct set_item *set_item_new(struct set *set);
void set_item_free(struct set *set, struct set_item *item);

/** set_inode() - tells one open device from another: all duplicates have the same */
ino_t set_inode(int fd);
