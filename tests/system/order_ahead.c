/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The same of what a library may do without a message at all: begin a read, leave one, have the
 * next oneway or the next call. Here nobody knows whether it does; who looks has to find it done.
 */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "system/order.h"
#include "system/raw.h"

/* Oneways for which there is room at a time. */
#define FIT 4
/* Requests after which a thread has all that it gets for having made many. */
#define MANY 32

/* A thread's first ioctl never waits and brings nothing, and its first ones may make something. */
static void warm_up(int fd)
{
	struct binder_version version;

	for (int i = 0; i < MANY; i++) {
		if (ioctl(fd, BINDER_VERSION, &version) < 0)
			raw_die("BINDER_VERSION");
	}
}

static void start_thread(void *(*main)(void *), struct round *round)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, main, round) != 0)
		raw_die("pthread_create");
	pthread_detach(thread);
}

/* No calls to a process are under way, be they unread or unanswered. */
static void none_under_way(int fd, pid_t pid)
{
	struct binderd_frozen_status_info info = {.pid = (uint32_t)pid};

	if (ioctl(fd, BINDER_GET_FROZEN_INFO, &info) < 0)
		raw_die("BINDER_GET_FROZEN_INFO");
	if (info.sync_recv & 2)
		raw_die("something is still under way");
}

static void look(int fd, short expected)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	if (poll(&poll_fd, 1, 0) < 0)
		raw_die("poll");
	if (poll_fd.revents != expected)
		raw_die(expected ? "nothing to read" : "something to read");
}

static void queue_reply(struct stream *out, const struct binder_transaction_data *call)
{
	struct binder_transaction_data reply = {0};

	raw_free(out, call);
	stream_command(out, BC_REPLY, &reply);
}

/* One that replied is handling nothing: its sibling asks. */

static void *ask_thread(void *data)
{
	struct round *round = data;

	warm_up(round->fd);
	for (;;) {
		order_wait(round->go);
		none_under_way(round->fd, getpid());
		order_tell(round->told);
	}
	return NULL;
}

static void reply_and_have_asked(int ready, void *data)
{
	struct round *round = data;
	struct binder_transaction_data call;
	struct stream out = {.size = 0};

	round->fd = raw_manager(AREA, ready);
	start_thread(ask_thread, round);
	for (;;) {
		if (raw_exchange(round->fd, &out, &call) != BR_TRANSACTION)
			raw_die("not a call");
		queue_reply(&out, &call);
		raw_write(round->fd, &out);
		order_tell(round->go);
	}
}

static void call_and_wait(const struct round *round)
{
	struct binder_transaction_data request = {.code = 1}, reply;
	struct stream out = {.size = 0};
	int fd = raw_open(AREA);

	for (unsigned long i = 0; i < round->rounds; i++) {
		stream_command(&out, BC_TRANSACTION, &request);
		raw_write(fd, &out);
		order_wait(round->told);
		if (raw_exchange(fd, &out, &reply) != BR_REPLY)
			raw_die("no reply");
		raw_free(&out, &reply);
	}
	free(out.bytes);
	close(fd);
}

/* A read that began is there for who calls, and one that a signal ended is not. */

static void on_signal(int number)
{
	(void)number;
}

/* Return: whether @call was read; otherwise a signal came. */
static bool read_call(const struct round *round, struct binder_transaction_data *call)
{
	uint8_t returns[256];
	struct binder_write_read bwr = {
		.read_size = sizeof(returns), .read_buffer = (uintptr_t)returns};

	round->shared->reads++;
	if (ioctl(round->fd, BINDER_WRITE_READ, &bwr) == 0) {
		memcpy(call, returns + bwr.read_consumed - sizeof(*call), sizeof(*call));
		if (call->code != 1)
			raw_die("not the call");
		return true;
	}
	if (errno != EINTR)
		raw_die("BINDER_WRITE_READ");
	return false;
}

/* A write with a read that yields the completion and no more. */
static void reply_and_read(const struct round *round, struct stream *out)
{
	uint8_t returns[256];
	struct binder_write_read bwr = {.write_size = out->size,
		.write_buffer = (uintptr_t)out->bytes,
		.read_size = sizeof(returns),
		.read_buffer = (uintptr_t)returns};
	uint32_t last;

	if (ioctl(round->fd, BINDER_WRITE_READ, &bwr) < 0)
		raw_die("BINDER_WRITE_READ");
	memcpy(&last, returns + bwr.read_consumed - sizeof(last), sizeof(last));
	if (last != BR_TRANSACTION_COMPLETE)
		raw_die("no completion");
	out->size = 0;
}

/* Looks when it is told to: there is nothing for it, and then there is. */
static void *look_and_take(void *data)
{
	struct round *round = data;
	struct binder_transaction_data call;
	struct stream out = {.size = 0};

	warm_up(round->fd);
	for (;;) {
		order_wait(round->ask);
		look(round->fd, 0);
		order_tell(round->said);
		order_wait(round->ask);
		look(round->fd, POLLIN);
		if (raw_exchange(round->fd, &out, &call) != BR_TRANSACTION)
			raw_die("not the call");
		queue_reply(&out, &call);
		reply_and_read(round, &out);
		order_tell(round->said);
	}
	return NULL;
}

static void read_and_leave(int ready, void *data)
{
	const struct sigaction action = {.sa_handler = on_signal};
	struct round *round = data;
	struct binder_transaction_data call;
	struct stream out = {.size = 0};

	sigaction(SIGUSR1, &action, NULL);
	round->shared->reads = 0;
	round->shared->pid = getpid();
	round->shared->tid = (pid_t)syscall(SYS_gettid);
	round->fd = raw_manager(AREA, ready);
	warm_up(round->fd);
	start_thread(look_and_take, round);
	for (;;) {
		if (!read_call(round, &call))
			raw_die("interrupted too early");
		queue_reply(&out, &call);
		reply_and_read(round, &out);
		if (read_call(round, &call))
			raw_die("a call while nobody sent one");
		order_tell(round->told);
		order_wait(round->go);
	}
}

/* The server's first thread has begun its @count-th read, and sleeps there. */
static void wait_until_it_reads(const struct round *round, int count)
{
	char path[64], text[256] = "", *state;
	FILE *file;

	while (round->shared->reads < count)
		sched_yield();
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int)round->shared->pid,
		(int)round->shared->tid);
	for (;;) {
		file = fopen(path, "re");
		if (!file || !fgets(text, sizeof(text), file))
			raw_die(path);
		fclose(file);
		state = strrchr(text, ')');
		if (state && state[2] == 'S')
			return;
		sched_yield();
	}
}

static void send_call(int fd, struct stream *out, uint32_t code)
{
	struct binder_transaction_data request = {.code = code};

	stream_command(out, BC_TRANSACTION, &request);
	raw_write(fd, out);
}

static void get_reply(int fd, struct stream *out)
{
	struct binder_transaction_data reply;

	if (raw_exchange(fd, out, &reply) != BR_REPLY)
		raw_die("no reply");
	raw_free(out, &reply);
}

static void call_readers(const struct round *round)
{
	struct stream out = {.size = 0};
	int fd = raw_open(AREA), reads = 0;

	for (unsigned long i = 0; i < round->rounds; i++) {
		wait_until_it_reads(round, ++reads);
		send_call(fd, &out, 1);
		order_tell(round->ask);
		order_wait(round->said);
		get_reply(fd, &out);
		wait_until_it_reads(round, ++reads);
		syscall(SYS_tgkill, round->shared->pid, round->shared->tid, SIGUSR1);
		order_wait(round->told);
		send_call(fd, &out, 2);
		order_tell(round->ask);
		order_wait(round->said);
		get_reply(fd, &out);
		order_tell(round->go);
	}
	free(out.bytes);
	close(fd);
}

/* Who has the next oneway has freed the one before: there is room for another. */

static void take_oneways(int ready, void *data)
{
	const struct round *round = data;
	struct binder_transaction_data call;
	struct stream out = {.size = 0};
	int fd = raw_manager(AREA, ready);

	for (bool first = true;; first = false) {
		if (raw_exchange(fd, &out, &call) != BR_TRANSACTION)
			raw_die("not a oneway");
		raw_free(&out, &call);
		if (first)
			continue;
		order_tell(round->told);
		order_wait(round->sent);
	}
}

static void keep_full(const struct round *round)
{
	struct stream out = {.size = 0};
	int fd = raw_open(AREA);

	for (int i = 0; i < FIT; i++)
		order_oneway(fd, &out, HALF / FIT);
	for (unsigned long i = 0; i < round->rounds; i++) {
		order_wait(round->told);
		order_oneway(fd, &out, HALF / FIT);
		order_tell(round->sent);
	}
	free(out.bytes);
	close(fd);
}

/* Another process, and a sibling, find none under way any more; the sibling frees the last. */

static void *free_thread(void *data)
{
	struct round *round = data;
	struct stream out = {.size = 0};

	warm_up(round->fd);
	for (;;) {
		order_wait(round->go);
		none_under_way(round->fd, getpid());
		stream_command(&out, BC_FREE_BUFFER, &round->shared->buffer);
		raw_write(round->fd, &out);
		order_tell(round->told);
	}
	return NULL;
}

static void take_and_have_freed(int ready, void *data)
{
	struct round *round = data;
	struct binder_transaction_data call;
	struct stream out = {.size = 0};

	round->shared->pid = getpid();
	round->fd = raw_manager(AREA, ready);
	start_thread(free_thread, round);
	for (;;) {
		for (int i = 0; i < FIT; i++) {
			if (i > 0)
				raw_free(&out, &call);
			if (raw_exchange(round->fd, &out, &call) != BR_TRANSACTION)
				raw_die("not a oneway");
		}
		round->shared->buffer = call.data.ptr.buffer;
		order_tell(round->said);
		order_wait(round->sent);
	}
}

static void fill(const struct round *round)
{
	struct stream out = {.size = 0};
	int fd = raw_open(AREA);

	for (unsigned long i = 0; i < round->rounds; i++) {
		for (int j = 0; j < FIT; j++)
			order_oneway(fd, &out, HALF / FIT);
		order_wait(round->said);
		none_under_way(fd, round->shared->pid);
		order_tell(round->go);
		order_wait(round->told);
		order_tell(round->sent);
	}
	free(out.bytes);
	close(fd);
}

/* Who has the second call, while the first was answered: nothing is left for others. */

static _Noreturn void look_on(const struct round *round, const int ask[2])
{
	warm_up(round->fd);
	for (;;) {
		order_wait(ask);
		look(round->fd, 0);
		order_tell(round->said);
	}
}

static void *look_thread(void *data)
{
	struct round *round = data;

	look_on(round, round->go);
	return NULL;
}

/* Passes @fd through a socket, or takes it out if that is -1. Return: it */
static int pass(int socket, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	char byte = 0;
	struct iovec part = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	if (fd < 0) {
		if (recvmsg(socket, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
			raw_die("recvmsg");
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
		return fd;
	}
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(socket, &message, 0) != 1)
		raw_die("sendmsg");
	return fd;
}

/*
 * Another process, which gets the device through a socket, looks, too. (One that has it by
 * fork(2) would have the server do without what this is about.) Return: where to pass it.
 */
static int start_other(struct round *round)
{
	pid_t parent = getpid(), pid;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		raw_die("socketpair");
	pid = fork();
	if (pid < 0)
		raw_die("fork");
	if (pid > 0) {
		close(pair[1]);
		return pair[0];
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	round->fd = pass(pair[1], -1);
	look_on(round, round->ask);
}

static void take_calls(int ready, void *data)
{
	struct round *round = data;
	struct binder_transaction_data call;
	struct stream out = {.size = 0};
	int other = start_other(round);

	round->fd = raw_manager(AREA, ready);
	pass(other, round->fd);
	start_thread(look_thread, round);
	for (;;) {
		if (raw_exchange(round->fd, &out, &call) != BR_TRANSACTION)
			raw_die("not a call");
		queue_reply(&out, &call);
		if (call.code == 1)
			continue;
		order_tell(round->go);
		order_wait(round->said);
		order_tell(round->ask);
		order_wait(round->said);
		raw_write(round->fd, &out);
		order_tell(round->told);
	}
}

static void call_twice(const struct round *round)
{
	int fds[2] = {raw_open(AREA), raw_open(AREA)};
	struct stream out[2] = {{.size = 0}, {.size = 0}};

	for (unsigned long i = 0; i < round->rounds; i++) {
		send_call(fds[0], &out[0], 1);
		send_call(fds[1], &out[1], 2);
		order_wait(round->told);
		for (int j = 0; j < 2; j++)
			get_reply(fds[j], &out[j]);
	}
	for (int j = 0; j < 2; j++) {
		free(out[j].bytes);
		close(fds[j]);
	}
}

void order_ahead(struct round *round)
{
	order_run(reply_and_have_asked, call_and_wait, round);
	order_run(read_and_leave, call_readers, round);
	order_run(take_oneways, keep_full, round);
	order_run(take_and_have_freed, fill, round);
	order_run(take_calls, call_twice, round);
}
