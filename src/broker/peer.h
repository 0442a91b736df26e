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
	uint64_t birth; /* with pid, who it is; 0 as long as nothing has proved it */
	uid_t euid;	/* as last verified */
	unsigned refs;
	struct memory_arena arena;
};

LIST_HEAD(peer_list, peer);

/**
 * peer_new() - a process without arena, with one reference
 * @euid: what it counts as until it has proved to be another
 *
 * Return: it, or NULL without memory.
 */
struct peer *peer_new(struct peer_list *list, struct broker *broker, struct quota_user *user,
	pid_t pid, uid_t euid);
struct peer *peer_ref(struct peer *peer);
struct peer *peer_unref(struct peer *peer);
/** peer_prove() - the process @peer->pid has shown that it is there now */
void peer_prove(struct peer *peer);
/**
 * peer_verify_euid() - believe a claim about the present effective uid of @peer
 * @euid: what the kernel says of a socket that a process with that pid made
 *
 * Return: 0, and @peer->euid is @euid; -EPERM when that cannot be verified.
 */
int peer_verify_euid(struct peer *peer, uid_t euid);
/** peer_find() - the latest of the process @pid, or NULL; no reference is taken */
struct peer *peer_find(struct peer_list *list, pid_t pid);
