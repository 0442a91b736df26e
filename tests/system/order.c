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
 * its sibling set free. order_ahead.c has more of that. All of it is done twice: alone, and
 * beside many others. Returns 0 if all went well.
 */

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/order.h"
#include "system/raw.h"

#define CROWD 80

static uint8_t payload[HALF];

void order_tell(const int pipe[2])
{
	if (write(pipe[1], "\n", 1) != 1)
		raw_die("pipe");
}

void order_wait(const int pipe[2])
{
	char byte;

	if (read(pipe[0], &byte, 1) != 1)
		raw_die("pipe");
}

static void receive_oneways(int fd, const struct round *round)
{
	struct stream out = {.size = 0};
	struct binder_transaction_data call;

	for (unsigned long i = 0; i < round->rounds; i++) {
		if (raw_exchange(fd, &out, &call) != BR_TRANSACTION || call.data_size != HALF)
			raw_die("the receiver got something else");
		raw_free(&out, &call);
		raw_write(fd, &out);
		order_tell(round->told);
	}
	free(out.bytes);
}

void order_oneway(int fd, struct stream *out, size_t size)
{
	struct binder_transaction_data oneway = {.flags = TF_ONE_WAY, .data_size = size};
	uint8_t returns[256];
	struct binder_write_read bwr = {
		.read_size = sizeof(returns), .read_buffer = (uintptr_t)returns};
	uint32_t last;

	oneway.data.ptr.buffer = (uintptr_t)payload;
	stream_command(out, BC_TRANSACTION, &oneway);
	bwr.write_size = out->size;
	bwr.write_buffer = (uintptr_t)out->bytes;
	if (ioctl(fd, BINDER_WRITE_READ, &bwr) < 0)
		raw_die("BINDER_WRITE_READ");
	memcpy(&last, returns + bwr.read_consumed - sizeof(last), sizeof(last));
	if (last != BR_TRANSACTION_COMPLETE) {
		fprintf(stderr, "no room, return %#x\n", last);
		exit(1);
	}
	out->size = 0;
}

static void send_oneways(const struct round *round)
{
	struct stream out = {.size = 0};
	int fd = raw_open(AREA);

	for (unsigned long i = 0; i < round->rounds; i++) {
		order_oneway(fd, &out, HALF);
		order_wait(round->told);
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
		order_tell(round->told);
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

		stream_command(&out, BC_TRANSACTION, &request);
		raw_write(fd, &out);
		order_wait(round->told);
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

	/* A thread's first ioctl never waits and brings nothing. */
	if (ioctl(round->fd, BINDER_VERSION, &version) < 0)
		raw_die("BINDER_VERSION");
	for (unsigned long i = 0; i < round->rounds; i++) {
		order_wait(round->go);
		/* EAGAIN ends the process here. */
		if (raw_exchange(round->fd, &out, &call) != BR_TRANSACTION)
			raw_die("not the second oneway");
		raw_free(&out, &call);
		raw_write(round->fd, &out);
		order_tell(round->told);
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

	round->fd = raw_manager(AREA, ready);
	if (pthread_create(&thread, NULL, look_thread, round) != 0)
		raw_die("pthread_create");
	for (unsigned long i = 0; i < round->rounds; i++) {
		order_wait(round->sent);
		if (fcntl(round->fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
			raw_die("fcntl");
		if (raw_exchange(round->fd, &out, &call) != BR_TRANSACTION)
			raw_die("not the first oneway");
		raw_free(&out, &call);
		raw_write(round->fd, &out);
		order_tell(round->go);
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

	for (unsigned long i = 0; i < round->rounds; i++) {
		for (int j = 0; j < 2; j++) {
			stream_command(&out, BC_TRANSACTION, &oneway);
			raw_write(fd, &out);
		}
		order_tell(round->sent);
		order_wait(round->told);
	}
	free(out.bytes);
	close(fd);
}

/*
 * As many others as a broker will not all look at by itself, each of which speaks now and then:
 * whoever has not spoken for long is among those that it does not look at.
 */
static void crowd(int ready, void *data)
{
	const uint32_t enter = BC_ENTER_LOOPER;
	struct stream out = {.size = 0};
	int fds[CROWD];

	(void)data;
	for (int i = 0; i < CROWD; i++)
		fds[i] = raw_open(AREA);
	order_tell((const int[2]){-1, ready});
	for (;;) {
		for (int i = 0; i < CROWD; i++) {
			stream_put(&out, &enter, sizeof(enter));
			raw_write(fds[i], &out);
		}
	}
}

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

void order_run(
	void (*server)(int, void *), void (*client)(const struct round *), struct round *round)
{
	int *const pipes[] = {round->sent, round->go, round->told, round->ask, round->said};
	const int count = sizeof(pipes) / sizeof(pipes[0]);
	pid_t pid;

	for (int i = 0; i < count; i++) {
		if (pipe(pipes[i]) < 0)
			raw_die("pipe");
	}
	pid = raw_start(server, round);
	client(round);
	stop(pid);
	for (int i = 0; i < count; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
}

static void run_all(struct round *round)
{
	order_run(receiver, send_oneways, round);
	order_run(replier, call_and_look, round);
	order_run(two_threads, send_pairs, round);
	order_ahead(round);
}

int main(int argc, char **argv)
{
	struct round round = {.rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000};
	pid_t pid;

	round.shared = mmap(NULL, sizeof(*round.shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (round.shared == MAP_FAILED)
		raw_die("mmap");
	run_all(&round);
	/* Once more, with rings that grow cold again and again. */
	round.rounds /= 4;
	pid = raw_start(crowd, NULL);
	run_all(&round);
	stop(pid);
	return 0;
}
