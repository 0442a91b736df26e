// SPDX-License-Identifier: Apache-2.0

/* Callers are children that send one call and wait for the end; the test answers. */

#include "peer.h"

#include <binderd/uapi.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define PEER_MAX 64

struct peer_write {
	uint32_t command;
	struct binder_transaction_data data;
} __attribute__((packed));

struct peer_reply {
	uint32_t free;
	binder_uintptr_t buffer;
	struct peer_write reply;
} __attribute__((packed));

static pid_t peer_pids[PEER_MAX];
static int peer_count;

int peer_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	mmap(NULL, 65536, PROT_READ, MAP_PRIVATE, fd, 0);
	return fd;
}

static int peer_write_read(int fd, void *bytes, size_t size, uint32_t *read, size_t *read_size)
{
	struct binder_write_read io = {
		.write_buffer = (uintptr_t)bytes,
		.write_size = size,
		.read_buffer = (uintptr_t)read,
		.read_size = read_size ? *read_size : 0,
	};
	int result = ioctl(fd, BINDER_WRITE_READ, &io);

	if (read_size)
		*read_size = io.read_consumed;
	return result;
}

void peer_manage(int fd)
{
	uint32_t enter = BC_ENTER_LOOPER;

	SAY(ioctl(fd, BINDER_SET_CONTEXT_MGR, 0));
	SAY(peer_write_read(fd, &enter, sizeof(enter), NULL, NULL));
}

void peer_calls(const char *path)
{
	struct peer_write call = {.command = BC_TRANSACTION};
	int ends[2];
	char done;

	fflush(stdout);
	if (pipe(ends) < 0)
		abort();
	peer_pids[peer_count] = fork();
	if (!peer_pids[peer_count++]) {
		int fd = peer_open(path);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		peer_write_read(fd, &call, sizeof(call), NULL, NULL);
		if (write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	if (read(ends[0], &done, 1) != 1)
		abort();
	close(ends[0]);
	close(ends[1]);
	printf("a call was sent\n");
}

void peer_answer(int fd)
{
	struct binder_transaction_data call;
	struct peer_reply reply;
	uint32_t got[64] = {0};
	size_t size = sizeof(got);

	SAY(peer_write_read(fd, NULL, 0, got, &size));
	printf("\t%zu bytes, %x %x\n", size, size < 4 ? 0 : got[0], size < 8 ? 0 : got[1]);
	if (size < 8 || got[1] != BR_TRANSACTION)
		return;
	memcpy(&call, got + 2, sizeof(call));
	reply = (struct peer_reply){
		.free = BC_FREE_BUFFER,
		.buffer = call.data.ptr.buffer,
		.reply = {.command = BC_REPLY},
	};
	size = sizeof(got);
	SAY(peer_write_read(fd, &reply, sizeof(reply), got, &size));
	printf("\t%zu bytes, %x %x\n", size, got[0], got[1]);
}

void peer_end(void)
{
	while (peer_count) {
		kill(peer_pids[--peer_count], SIGKILL);
		waitpid(peer_pids[peer_count], NULL, 0);
	}
}
