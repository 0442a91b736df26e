#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A process that uses an open device: the opener, or one that has the descriptor from it.
 * Each has an arena of its own, since the one is no memory of the other.
 */

#include <stdbool.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "broker/memory.h"

struct broker;
struct quota_user;

struct peer {
	LIST_ENTRY(peer) entry;
	struct broker *broker;
	struct quota_user *user;
	pid_t pid;
	unsigned refs;
	struct memory_arena arena;
};

LIST_HEAD(peer_list, peer);

/** peer_new() - a process without arena, with one reference. Return: it, or NULL */
struct peer *peer_new(
	struct peer_list *list, struct broker *broker, struct quota_user *user, pid_t pid);
struct peer *peer_ref(struct peer *peer);
struct peer *peer_unref(struct peer *peer);
/** peer_find() - the latest of the process @pid, or NULL; no reference is taken */
struct peer *peer_find(struct peer_list *list, pid_t pid);
