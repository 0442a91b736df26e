// SPDX-License-Identifier: Apache-2.0

/*
 * SO_PEERCRED says who connected a socket or made a pair, with the effective uid of then.
 * That never changes and cannot be forged, but it can be old: a program that was root can
 * keep a socket from that time. So where it decides about a change of the uid, /proc is
 * asked for what holds now.
 */

#include "broker/credentials.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "util/cleanup.h"

int credentials_of(int fd, struct credentials *credentials)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -errno;
	credentials->pid = peer.pid;
	credentials->euid = peer.uid;
	return 0;
}

static int credentials_option(int fd, int option)
{
	int value = -1;
	socklen_t size = sizeof(value);

	if (getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0)
		return -1;
	return value;
}

bool credentials_is_channel(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);

	return credentials_option(fd, SO_DOMAIN) == AF_UNIX &&
	       credentials_option(fd, SO_TYPE) == SOCK_SEQPACKET &&
	       getpeername(fd, (struct sockaddr *)&address, &size) == 0 &&
	       size == sizeof(sa_family_t);
}

void credentials_label(int fd, char label[CREDENTIALS_LABEL_MAX])
{
	socklen_t size = CREDENTIALS_LABEL_MAX - 1;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERSEC, label, &size) < 0 || !size)
		strcpy(label, "unconfined");
	else
		label[size] = '\0';
}

uint64_t credentials_birth(pid_t pid)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[32], text[1024], *after;
	unsigned long long birth;
	size_t size;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = pid > 0 ? fopen(path, "re") : NULL;
	if (!file)
		return 0;
	size = fread(text, 1, sizeof(text) - 1, file);
	text[size] = '\0';
	/* The second field is a name in parentheses and can hold anything; this is the 22nd. */
	after = strrchr(text, ')');
	if (!after ||
		sscanf(after + 1,
			" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d "
			"%*d %llu",
			&birth) != 1)
		return 0;
	return birth;
}

int credentials_euid_now(pid_t pid, uid_t *euid)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[32], line[256];
	unsigned value;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = pid > 0 ? fopen(path, "re") : NULL;
	if (!file)
		return -ESRCH;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Uid: %*u %u", &value) != 1)
			continue;
		*euid = value;
		return 0;
	}
	return -ESRCH;
}
