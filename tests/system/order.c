/* SPDX-License-Identifier: Apache-2.0 */

/*
 * When an ioctl has returned, its writes have been applied for whoever could look.
 *
 *     order ROUNDS
 *
 * A receiver's area has room for one oneway at a time. It frees the buffer by a write
 * without a read and then tells the sender by a pipe, who sends the next at once: were the
 * free not applied by then, that would fail for want of room. In the same way the caller
 * finds the reply when it was told that it was sent, and a thread finds the oneway that
 * its sibling set free. Returns 0 if all went well.
 */

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/raw.h"

#define AREA ((size_t)16384)
#define HALF (AREA / 2) /* what oneways have in all */

static uint8_t payload[HALF];

struct round {
	unsigned long rounds;
	int sent[2]; /* by the sender: there is something to read */
	int go[2];   /* from the receiver's first thread to its second */
	int told[2]; /* by the receiver: its write has returned */
	int fd;
};

static void receive_oneways(int fd, const struct round *round)
{
	struct stream out = {.size = 0};
	struct binder_transaction_data call;

	for (unsigned long i = 0; i < round->rounds; i++) {
		if (raw_exchange(fd, &out, &call) != BR_TRANSACTION || call.data_size != HALF)
			raw_die("the receiver got something else");
		raw_free(&out, &call);
		raw_write(fd, &out);
		if (write(round->told[1], "\n", 1) != 1)
			raw_die("pipe");
	}
	free(out.bytes);
}

static void send_oneways(const struct round *round)
{
	struct binder_transaction_data oneway = {.flags = TF_ONE_WAY, .data_size = HALF};
	struct stream out = {.size = 0};
	int fd = raw_open(AREA);

	oneway.data.ptr.buffer = (uintptr_t)payload;
	for (unsigned long i = 0; i < round->rounds; i++) {
		uint8_t returns[256];
		struct binder_write_read bwr = {.read_size = sizeof(returns)};
		uint32_t last;
		char byte;

		stream_command(&out, BC_TRANSACTION, &oneway);
		bwr.write_size = out.size;
		bwr.write_buffer = (uintptr_t)out.bytes;
		bwr.read_buffer = (uintptr_t)returns;
		if (ioctl(fd, BINDER_WRITE_READ, &bwr) < 0)
			raw_die("BINDER_WRITE_READ");
		memcpy(&last, returns + bwr.read_consumed - sizeof(last), sizeof(last));
		if (last != BR_TRANSACTION_COMPLETE) {
			fprintf(stderr, "round %lu: no room, return %#x\n", i, last);
			exit(1);
		}
		out.size = 0;
		if (read(round->told[0], &byte, 1) != 1)
			raw_die("pipe");
	}
	free(out.bytes);
	close(fd);
}

static void receiver(int ready, void *data)
{
	const struct round *round = data;

	receive_oneways(raw_manager(AREA, ready), round);
	for (;;)
		pause();
}

/* Answers, without reading in the same ioctl, and tells another process that it did. */
static void replier(int ready, void *data)
{
	const struct round *round = data;
	struct binder_transaction_data call, reply = {0};
	struct stream out = {.size = 0};
	int fd = raw_manager(AREA, ready);

	for (;;) {
		if (raw_exchange(fd, &out, &call) != BR_TRANSACTION)
			continue;
		raw_free(&out, &call);
		stream_command(&out, BC_REPLY, &reply);
		raw_write(fd, &out);
		if (write(round->told[1], "\n", 1) != 1)
			raw_die("pipe");
	}
}

/* Once told that the reply was sent, a read that does not wait finds it. */
static void call_and_look(const struct round *round)
{
	struct binder_transaction_data request = {.code = 1};
	struct stream out = {.size = 0};
	int fd = raw_open(AREA);

	for (unsigned long i = 0; i < round->rounds; i++) {
		struct binder_transaction_data reply;
		char byte;

		stream_command(&out, BC_TRANSACTION, &request);
		raw_write(fd, &out);
		if (read(round->told[0], &byte, 1) != 1)
			raw_die("pipe");
		if (fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
			raw_die("fcntl");
		/* EAGAIN ends the process here. */
		if (raw_exchange(fd, &out, &reply) != BR_REPLY)
			raw_die("no reply");
		if (fcntl(fd, F_SETFL, O_RDWR) < 0)
			raw_die("fcntl");
		raw_free(&out, &reply);
	}
	free(out.bytes);
	close(fd);
}

/* A second thread of the receiver: reads, without waiting, what its sibling set free. */
static void *look_thread(void *data)
{
	const struct round *round = data;
	struct binder_transaction_data call;
	struct stream out = {.size = 0};
	struct binder_version version;
	char byte;

	/* A thread's first ioctl never waits and brings nothing. */
	if (ioctl(round->fd, BINDER_VERSION, &version) < 0)
		raw_die("BINDER_VERSION");
	for (unsigned long i = 0; i < round->rounds; i++) {
		if (read(round->go[0], &byte, 1) != 1)
			raw_die("pipe");
		/* EAGAIN ends the process here. */
		if (raw_exchange(round->fd, &out, &call) != BR_TRANSACTION)
			raw_die("not the second oneway");
		raw_free(&out, &call);
		raw_write(round->fd, &out);
		if (write(round->told[1], "\n", 1) != 1)
			raw_die("pipe");
	}
	free(out.bytes);
	return NULL;
}

/* Two oneways wait in line: freeing the first lets another thread have the second. */
static void two_threads(int ready, void *data)
{
	struct round *round = data;
	struct binder_transaction_data call;
	struct stream out = {.size = 0};
	pthread_t thread;
	char byte;

	round->fd = raw_manager(AREA, ready);
	if (pthread_create(&thread, NULL, look_thread, round) != 0)
		raw_die("pthread_create");
	for (unsigned long i = 0; i < round->rounds; i++) {
		if (read(round->sent[0], &byte, 1) != 1)
			raw_die("pipe");
		if (fcntl(round->fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
			raw_die("fcntl");
		if (raw_exchange(round->fd, &out, &call) != BR_TRANSACTION)
			raw_die("not the first oneway");
		raw_free(&out, &call);
		raw_write(round->fd, &out);
		if (write(round->go[1], "\n", 1) != 1)
			raw_die("pipe");
	}
	pthread_join(thread, NULL);
	for (;;)
		pause();
}

static void send_pairs(const struct round *round)
{
	struct binder_transaction_data oneway = {.flags = TF_ONE_WAY};
	struct stream out = {.size = 0};
	int fd = raw_open(AREA);
	char byte;

	for (unsigned long i = 0; i < round->rounds; i++) {
		for (int j = 0; j < 2; j++) {
			stream_command(&out, BC_TRANSACTION, &oneway);
			raw_write(fd, &out);
		}
		if (write(round->sent[1], "\n", 1) != 1 || read(round->told[0], &byte, 1) != 1)
			raw_die("pipe");
	}
	free(out.bytes);
	close(fd);
}

static void run(
	void (*server)(int, void *), void (*client)(const struct round *), struct round *round)
{
	pid_t pid = raw_start(server, round);

	client(round);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	struct round round = {.rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000};

	if (pipe(round.sent) < 0 || pipe(round.go) < 0 || pipe(round.told) < 0)
		raw_die("pipe");
	run(receiver, send_oneways, &round);
	run(replier, call_and_look, &round);
	run(two_threads, send_pairs, &round);
	return 0;
}
