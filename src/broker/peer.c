// SPDX-License-Identifier: Apache-2.0

/*
 * Channels refer to the process that made them; when the last of them is gone so is the
 * arena. A process that replaces itself (exec) attaches anew and is another peer of the
 * same pid: the newest stands first.
 */

#include "broker/peer.h"

#include <stdlib.h>

#include "broker/broker.h"
#include "broker/quota.h"

struct peer *peer_new(
	struct peer_list *list, struct broker *broker, struct quota_user *user, pid_t pid)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	peer->broker = broker;
	peer->user = quota_user_ref(user);
	peer->pid = pid;
	peer->refs = 1;
	LIST_INSERT_HEAD(list, peer, entry);
	return peer;
}

struct peer *peer_ref(struct peer *peer)
{
	peer->refs++;
	return peer;
}

struct peer *peer_unref(struct peer *peer)
{
	if (!peer || --peer->refs)
		return NULL;
	LIST_REMOVE(peer, entry);
	memory_arena_deinit(&peer->arena, &peer->broker->memory, peer->user);
	quota_user_unref(peer->user);
	free(peer);
	return NULL;
}

struct peer *peer_find(struct peer_list *list, pid_t pid)
{
	struct peer *peer;

	LIST_FOREACH (peer, list, entry) {
		if (peer->pid == pid)
			return peer;
	}
	return NULL;
}
