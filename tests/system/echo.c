/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Two-way calls between two programs that know nothing of binderd: a server that is the
 * context manager and sends back what it got, and a client that makes COUNT calls of
 * SIZE bytes, each with the BC_FREE_BUFFER of the call before it in the same write.
 *
 *     echo-call COUNT SIZE
 *
 * starts the server itself, checks every reply, and returns 0 if all were right.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/raw.h"

#define MAPPING ((size_t)4 << 20)

static uint8_t payload[1 << 20];

static void serve(int ready, void *data)
{
	struct binder_transaction_data call, reply;
	struct stream out = {.size = 0};
	int fd = raw_manager(MAPPING, ready);

	(void)data;
	for (;;) {
		if (raw_exchange(fd, &out, &call) != BR_TRANSACTION)
			continue;
		memcpy(payload, (const void *)(uintptr_t)call.data.ptr.buffer, call.data_size);
		memset(&reply, 0, sizeof(reply));
		reply.data_size = call.data_size;
		reply.data.ptr.buffer = (uintptr_t)payload;
		raw_free(&out, &call);
		stream_command(&out, BC_REPLY, &reply);
	}
}

static int call(unsigned long count, size_t size)
{
	struct binder_transaction_data request = {.code = 1}, reply;
	struct stream out = {.size = 0};
	int fd = raw_open(MAPPING);

	request.data_size = size;
	request.data.ptr.buffer = (uintptr_t)payload;
	for (unsigned long i = 0; i < count; i++) {
		memset(payload, (int)(i & 0xff), size);
		stream_command(&out, BC_TRANSACTION, &request);
		if (raw_exchange(fd, &out, &reply) != BR_REPLY || reply.data_size != size ||
			memcmp((const void *)(uintptr_t)reply.data.ptr.buffer, payload, size) !=
				0) {
			fprintf(stderr, "call %lu came back changed\n", i);
			return 1;
		}
		raw_free(&out, &reply);
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;
	size_t size = argc > 2 ? strtoul(argv[2], NULL, 0) : 128;
	pid_t server;
	int ret;

	if (size > sizeof(payload)) {
		fprintf(stderr, "usage: echo-call COUNT SIZE\n");
		return 2;
	}
	server = raw_start(serve, NULL);
	ret = call(count, size);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return ret;
}
