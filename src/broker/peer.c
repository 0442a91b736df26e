// SPDX-License-Identifier: Apache-2.0

/*
 * Channels refer to the process that made them; when the last of them is gone so is the
 * arena. A process that replaces itself (exec) attaches anew and is another peer of the
 * same pid: the newest stands first.
 *
 * The effective uid of a call is the calling process's. SO_PEERCRED of a channel says with
 * which one it was made, and by which pid; but somebody else may have made it, and given it
 * away, and pids are used again. So the uid of a socket counts only if its maker is a
 * process that is known to be at the other end (by the connection that it made, or by a
 * message that the kernel says it sent), is the same process still, and has that uid now.
 */

#include "broker/peer.h"

#include <errno.h>
#include <stdlib.h>

#include "broker/broker.h"
#include "broker/credentials.h"
#include "broker/quota.h"

struct peer *peer_new(struct peer_list *list, struct broker *broker, struct quota_user *user,
	pid_t pid, uid_t euid)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	peer->broker = broker;
	peer->user = quota_user_ref(user);
	peer->pid = pid;
	peer->euid = euid;
	peer->refs = 1;
	LIST_INSERT_HEAD(list, peer, entry);
	return peer;
}

void peer_prove(struct peer *peer)
{
	peer->birth = credentials_birth(peer->pid);
}

int peer_verify_euid(struct peer *peer, uid_t euid)
{
	uid_t now;

	if (euid == peer->euid)
		return 0;
	if (!peer->birth || credentials_birth(peer->pid) != peer->birth ||
		credentials_euid_now(peer->pid, &now) || now != euid)
		return -EPERM;
	peer->euid = euid;
	return 0;
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
	memory_arena_deinit(&peer->arena, peer->broker->memory, peer->user);
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
