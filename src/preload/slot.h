#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What the wrappers remember of descriptors that are no devices, by number. */

#include <stdatomic.h>
#include <stdbool.h>

/* Numbers from here on are not remembered. */
#define SLOT_LIMIT (1 << 20)

struct set;

enum slot_kind {
	SLOT_NONE,
	SLOT_EPOLL, /* made by epoll_create(), or a duplicate of such */
	SLOT_OWN,   /* kept by the wrappers for themselves */
};

struct slot {
	_Atomic unsigned char kind;
	_Atomic(struct set *) set; /* devices that are in the epoll set */
};

/** slot_find() - lock-free, async-signal-safe. Return: the slot, or NULL: nothing known */
struct slot *slot_find(int fd);

/** slot_make() - the same, with memory taken if needed. Return: the slot, or NULL */
struct slot *slot_make(int fd);

/** slot_kind() - async-signal-safe */
enum slot_kind slot_kind(int fd);

/** slot_next() - the lowest number from @from on, up to @last, of @kind, or -1 */
int slot_next(unsigned int from, unsigned int last, enum slot_kind kind);
