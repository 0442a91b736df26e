/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Load and sudden death, by programs that know nothing of binderd.
 *
 *     stress procs N         N processes have the device open at once, and each calls
 *     stress refs N          one process gets N nodes and holds a ref to each
 *     stress kill SEED N     N workers are killed by SIGKILL at arbitrary moments
 *
 * The manager answers all the time and is asked at the end. Returns 0 if all went well;
 * that the broker's tables are empty afterwards is for the caller to see.
 */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "system/raw.h"

#define MAPPING ((size_t)1 << 20)
#define OBJECTS 1000u /* nodes in one transaction */

enum { CODE_ECHO = 1, CODE_KEEP, CODE_DROP };

static void acquire_all(
	struct stream *out, const struct binder_transaction_data *call, uint32_t command)
{
	const binder_size_t *offsets = (const void *)(uintptr_t)call->data.ptr.offsets;

	for (size_t i = 0; i < call->offsets_size / sizeof(*offsets); i++) {
		const struct flat_binder_object *object =
			(const void *)(uintptr_t)(call->data.ptr.buffer + offsets[i]);
		uint32_t handle = object->handle;

		if (object->hdr.type == BINDER_TYPE_HANDLE)
			stream_command(out, command, &handle);
	}
}

static void serve(int ready, void *data)
{
	struct binder_transaction_data call, reply = {.flags = TF_ACCEPT_FDS};
	struct stream out = {.size = 0};
	int fd = raw_manager(MAPPING, ready);

	(void)data;
	for (;;) {
		if (raw_exchange(fd, &out, &call) != BR_TRANSACTION)
			continue;
		if (call.code == CODE_KEEP)
			acquire_all(&out, &call, BC_ACQUIRE);
		raw_free(&out, &call);
		if (!(call.flags & TF_ONE_WAY))
			stream_command(&out, BC_REPLY, &reply);
	}
}

static int call_manager(int fd, struct stream *out, struct binder_transaction_data *request)
{
	struct binder_transaction_data reply;
	uint32_t end;

	stream_command(out, BC_TRANSACTION, request);
	end = raw_exchange(fd, out, &reply);
	if (end == BR_REPLY)
		raw_free(out, &reply);
	return end == BR_REPLY ? 0 : -1;
}

static int echo_once(void)
{
	static uint8_t bytes[128];
	struct binder_transaction_data request = {.code = CODE_ECHO};
	struct stream out = {.size = 0};
	int fd = raw_open(MAPPING), ret;

	request.data_size = sizeof(bytes);
	request.data.ptr.buffer = (uintptr_t)bytes;
	ret = call_manager(fd, &out, &request);
	free(out.bytes);
	close(fd);
	return ret;
}

static void member(int ready, void *data)
{
	(void)data;
	if (echo_once() < 0)
		exit(1);
	/* Another open stays until the end. */
	raw_open(MAPPING);
	if (write(ready, "\n", 1) != 1)
		raw_die("pipe");
	for (;;)
		pause();
}

static int run_procs(unsigned long count)
{
	pid_t *members = calloc(count, sizeof(*members));
	int ret;

	if (!members)
		raw_die("calloc");
	for (unsigned long i = 0; i < count; i++)
		members[i] = raw_start(member, NULL);
	ret = echo_once();
	for (unsigned long i = 0; i < count; i++) {
		kill(members[i], SIGKILL);
		waitpid(members[i], NULL, 0);
	}
	free(members);
	return ret < 0 || echo_once() < 0;
}

static int run_refs(unsigned long count)
{
	static struct flat_binder_object objects[OBJECTS];
	static binder_size_t offsets[OBJECTS];
	struct binder_transaction_data request = {.code = CODE_KEEP};
	struct stream out = {.size = 0};
	int fd = raw_open(MAPPING);

	request.data.ptr.buffer = (uintptr_t)objects;
	request.data.ptr.offsets = (uintptr_t)offsets;
	for (unsigned long done = 0; done < count;) {
		unsigned n = 0;

		for (; n < OBJECTS && done < count; n++, done++) {
			objects[n] = (struct flat_binder_object){
				.hdr.type = BINDER_TYPE_BINDER, .cookie = done};
			objects[n].binder = 0x10000 + done * 16;
			offsets[n] = n * sizeof(objects[0]);
		}
		request.data_size = n * sizeof(objects[0]);
		request.offsets_size = n * sizeof(offsets[0]);
		if (call_manager(fd, &out, &request) < 0) {
			fprintf(stderr, "node %lu was refused\n", done);
			return 1;
		}
	}
	free(out.bytes);
	close(fd);
	return echo_once() < 0;
}

/* Everything that can be under way when the kill comes. */
static void worker(int ready, void *data)
{
	static uint8_t bytes[4096];
	struct flat_binder_object object = {.hdr.type = BINDER_TYPE_BINDER, .cookie = 7};
	const binder_size_t offset = 0;
	struct binder_transaction_data request = {.code = CODE_ECHO};
	struct stream out = {.size = 0};
	int fd = raw_open(MAPPING);

	srand((unsigned)(uintptr_t)data);
	if (write(ready, "\n", 1) != 1)
		raw_die("pipe");
	for (unsigned i = 0;; i++) {
		bool with_object = rand() % 3 == 0;

		object.binder = 0x1000 + (unsigned)rand() % 64 * 16;
		memcpy(bytes, &object, sizeof(object));
		request.code = with_object ? CODE_KEEP : CODE_ECHO;
		request.flags = rand() % 4 ? 0 : TF_ONE_WAY;
		request.data_size = with_object ? sizeof(object) : (unsigned)rand() % sizeof(bytes);
		request.offsets_size = with_object ? sizeof(offset) : 0;
		request.data.ptr.buffer = (uintptr_t)bytes;
		request.data.ptr.offsets = (uintptr_t)&offset;
		if (!(request.flags & TF_ONE_WAY)) {
			call_manager(fd, &out, &request);
			continue;
		}
		stream_command(&out, BC_TRANSACTION, &request);
		if (i % 64 == 63)
			close(raw_open(MAPPING));
	}
}

static int run_kill(unsigned seed, unsigned long count)
{
	enum { AT_ONCE = 8 };
	pid_t workers[AT_ONCE] = {0};

	srand(seed);
	for (unsigned long i = 0; i < count; i++) {
		struct timespec moment = {.tv_nsec = rand() % 3000000};
		pid_t *slot = &workers[rand() % AT_ONCE];

		if (*slot) {
			kill(*slot, SIGKILL);
			waitpid(*slot, NULL, 0);
		}
		*slot = raw_start(worker, (void *)(uintptr_t)rand());
		nanosleep(&moment, NULL);
		if (i % 16 == 0 && echo_once() < 0)
			return 1;
	}
	for (unsigned i = 0; i < AT_ONCE; i++) {
		if (workers[i]) {
			kill(workers[i], SIGKILL);
			waitpid(workers[i], NULL, 0);
		}
	}
	return echo_once() < 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	unsigned long n = argc > 2 ? strtoul(argv[argc - 1], NULL, 0) : 0;
	pid_t server;
	int ret = 2;

	server = raw_start(serve, NULL);
	if (strcmp(what, "procs") == 0)
		ret = run_procs(n);
	else if (strcmp(what, "refs") == 0)
		ret = run_refs(n);
	else if (strcmp(what, "kill") == 0 && argc == 4)
		ret = run_kill((unsigned)strtoul(argv[2], NULL, 0), n);
	else
		fprintf(stderr, "usage: stress procs N | refs N | kill SEED N\n");
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return ret;
}
