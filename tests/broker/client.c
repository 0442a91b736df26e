// SPDX-License-Identifier: Apache-2.0

/*
 * Nothing here is shared with the library: what the broker is told is what the test says.
 */

#include "client.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing takes this long, not under valgrind either. */
#define PATIENCE_MS 60000

static void daemon_exec(const struct daemon *daemon, int ready)
{
	const char *program = getenv("BINDERD");
	char number[16];

	snprintf(number, sizeof(number), "%d", ready);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fcntl(ready, F_SETFD, 0);
	execl(program, program, "--private", "--dir", daemon->dir, "--ready-fd", number,
		"--log-level", getenv("BINDERD_TEST_LOG") ? "notice" : "error", "--context", "test",
		"--user-limit", "files=300", (char *)NULL);
	_exit(127);
}

void daemon_start(struct daemon *daemon)
{
	int ready[2];
	char byte;

	strcpy(daemon->dir, "/tmp/binderd-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(daemon->dir));
	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	daemon->pid = fork();
	if (!daemon->pid)
		daemon_exec(daemon, ready[1]);
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
}

void daemon_stop(struct daemon *daemon)
{
	int status;

	kill(daemon->pid, SIGTERM);
	ck_assert_int_eq(waitpid(daemon->pid, &status, 0), daemon->pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %#x", status);
	ck_assert_int_eq(rmdir(daemon->dir), 0);
}

static int daemon_connect(const struct daemon *daemon, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", daemon->dir, name);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void daemon_ask(const struct daemon *daemon, char *text, size_t size)
{
	int fd = daemon_connect(daemon, ".control");
	ssize_t got;

	ck_assert_int_eq(send(fd, "stats", 5, 0), 5);
	got = recv(fd, text, size - 1, 0);
	ck_assert_int_gt(got, 0);
	text[got] = '\0';
	close(fd);
}

long daemon_figure(const struct daemon *daemon, const char *key)
{
	char text[4096], line[64];
	const char *at;

	daemon_ask(daemon, text, sizeof(text));
	snprintf(line, sizeof(line), "%s=", key);
	at = strncmp(text, line, strlen(line)) ? strstr(text, line) : text;
	ck_assert_ptr_nonnull(at);
	return strtol(at + strlen(line), NULL, 10);
}

void daemon_figures(const struct daemon *daemon, char *text, size_t size)
{
	char *area, *rest, *dropped;

	daemon_ask(daemon, text, size);
	dropped = strstr(text, "dropped=");
	ck_assert_ptr_nonnull(dropped);
	*dropped = '\0';
	/* An area keeps the pages that it ever used, as the driver's does. */
	area = strstr(text, "area_bytes=");
	ck_assert_ptr_nonnull(area);
	rest = strchr(area, '\n') + 1;
	memmove(area, rest, strlen(rest) + 1);
}

int client_connect(const struct daemon *daemon)
{
	return daemon_connect(daemon, "test");
}

ssize_t client_send_main(int fd, const void *bytes, size_t size, const int *files, unsigned count)
{
	struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};

	return wire_send(fd, &part, 1, files, count, 0);
}

/* Waits for @fd to have something. */
static void client_wait(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	ck_assert_int_eq(poll(&poll_fd, 1, PATIENCE_MS), 1);
}

/* Return: 0 and the arena's descriptor, or the error of a refusal. */
static int client_greet(int fd, int *file, size_t *size)
{
	struct wire_hello hello = {
		.head = {.type = WIRE_HELLO, .tid = 1},
		.magic = WIRE_MAGIC,
		.version_min = WIRE_VERSION,
		.version_max = WIRE_VERSION,
	};
	union {
		struct wire_head head;
		struct wire_welcome welcome;
		struct wire_refused refused;
	} answer;
	struct iovec part = {.iov_base = &answer, .iov_len = sizeof(answer)};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned count;

	ck_assert_int_eq(client_send_main(fd, &hello, sizeof(hello), NULL, 0), sizeof(hello));
	client_wait(fd);
	ck_assert_int_gt(wire_receive(fd, &part, 1, files, &count, 0), 0);
	if (answer.head.type == WIRE_REFUSED)
		return answer.refused.error;
	ck_assert_uint_eq(answer.head.type, WIRE_WELCOME);
	ck_assert_uint_eq(count, 1);
	*size = answer.welcome.arena_size;
	*file = files[0];
	return 0;
}

static uint8_t *client_map_arena(int file, size_t size)
{
	uint8_t *arena = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	ck_assert_ptr_ne(arena, MAP_FAILED);
	close(file);
	return arena;
}

int client_hello(int fd, uint8_t **arena, size_t *size)
{
	int file, ret = client_greet(fd, &file, size);

	if (!ret)
		*arena = client_map_arena(file, *size);
	return ret;
}

int client_channel(const struct client *client)
{
	struct wire_head head = {.type = WIRE_CHANNEL};
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(
		client_send_main(client->main, &head, sizeof(head), &pair[1], 1), sizeof(head));
	close(pair[1]);
	return pair[0];
}

void client_open(struct client *client, const struct daemon *daemon)
{
	client->main = client_connect(daemon);
	client->tid = 1;
	ck_assert_int_eq(client_hello(client->main, &client->arena, &client->arena_size), 0);
	client->channel = client_channel(client);
}

void client_close(struct client *client)
{
	close(client->main);
	close(client->channel);
	if (client->arena)
		munmap(client->arena, client->arena_size);
}

void client_open_as_other(struct client *client, const struct daemon *daemon)
{
	struct iovec part = {.iov_base = &client->arena_size, .iov_len = sizeof(size_t)};
	int pair[2], files[WIRE_FILES_PER_MESSAGE];
	unsigned count;
	pid_t pid;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	*client = (struct client){.tid = 1};
	pid = fork();
	if (!pid) {
		client->main = files[0] = client_connect(daemon);
		ck_assert_int_eq(client_greet(client->main, &files[2], &client->arena_size), 0);
		client->channel = files[1] = client_channel(client);
		client_map(client, 65536);
		_exit(wire_send(pair[1], &part, 1, files, 3, 0) != sizeof(size_t));
	}
	ck_assert_int_eq(wire_receive(pair[0], &part, 1, files, &count, 0), sizeof(size_t));
	ck_assert_uint_eq(count, 3);
	client->main = files[0];
	client->channel = files[1];
	client->arena = client_map_arena(files[2], client->arena_size);
	waitpid(pid, NULL, 0);
	close(pair[0]);
	close(pair[1]);
}

struct wire_head client_head(const struct client *client, uint32_t type)
{
	return (struct wire_head){.type = type, .tid = client->tid};
}

int client_answer(int channel, struct wire_answer *answer, void *bytes, size_t size)
{
	struct iovec parts[2] = {
		{.iov_base = answer, .iov_len = sizeof(*answer)},
		{.iov_base = bytes, .iov_len = size},
	};
	ssize_t got;

	client_wait(channel);
	got = wire_receive(channel, parts, size ? 2 : 1, NULL, NULL, 0);
	if (got == 0 || got == -ECONNRESET)
		return -EPIPE;
	ck_assert_int_ge(got, (ssize_t)sizeof(*answer));
	ck_assert_uint_eq(answer->head.type, WIRE_ANSWER);
	return answer->ret;
}

int client_simple(const struct client *client, int channel, uint32_t type)
{
	struct wire_head head = client_head(client, type);
	struct wire_answer answer;

	if (send(channel, &head, sizeof(head), MSG_NOSIGNAL) < 0)
		return -EPIPE;
	return client_answer(channel, &answer, NULL, 0);
}

int client_ioctl(
	const struct client *client, int channel, uint32_t command, void *argument, size_t size)
{
	struct wire_ioctl body = {.head = client_head(client, WIRE_IOCTL),
		.command = command,
		.size = (uint32_t)size};
	struct iovec parts[2] = {
		{.iov_base = &body, .iov_len = sizeof(body)},
		{.iov_base = argument, .iov_len = size},
	};
	struct wire_answer answer;

	if (wire_send(channel, parts, 2, NULL, 0, 0) < 0)
		return -EPIPE;
	return client_answer(channel, &answer, argument, size);
}

const uint8_t *client_map(const struct client *client, size_t size)
{
	struct wire_mmap body = {
		.head = client_head(client, WIRE_MMAP), .address = 0x10000, .size = size};
	struct wire_answer answer;
	struct iovec part = {.iov_base = &answer, .iov_len = sizeof(answer)};
	int files[WIRE_FILES_PER_MESSAGE];
	unsigned count = 0;
	uint8_t *area;

	ck_assert_int_gt(send(client->channel, &body, sizeof(body), MSG_NOSIGNAL), 0);
	client_wait(client->channel);
	ck_assert_int_gt(wire_receive(client->channel, &part, 1, files, &count, 0), 0);
	if (answer.ret < 0)
		return NULL;
	ck_assert_uint_eq(count, 1);
	/* The area is the broker's to write, and nobody else's. */
	ck_assert_ptr_eq(
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, files[0], 0), MAP_FAILED);
	ck_assert_int_eq(ftruncate(files[0], 0), -1);
	area = mmap(NULL, size, PROT_READ, MAP_SHARED, files[0], 0);
	ck_assert_ptr_ne(area, MAP_FAILED);
	close(files[0]);
	return area;
}

void client_write_read(const struct client *client, int channel, uint32_t flags,
	const void *commands, size_t size, size_t read_size)
{
	struct wire_write_read body = {
		.head = client_head(client, WIRE_WRITE_READ),
		.write_size = size,
		.command_bytes = (uint32_t)size,
		.read_size = read_size,
	};
	uint64_t zeros = 0;
	struct iovec parts[3] = {
		{.iov_base = &body, .iov_len = sizeof(body)},
		{.iov_base = (void *)commands, .iov_len = size},
		{.iov_base = &zeros, .iov_len = -size & 7},
	};

	body.head.flags = flags | (read_size ? WIRE_F_READ : 0);
	ck_assert_int_gt(wire_send(channel, parts, 3, NULL, 0, 0), 0);
}

bool client_gone(int fd)
{
	uint8_t bytes[4096];
	ssize_t got;

	do {
		client_wait(fd);
		got = recv(fd, bytes, sizeof(bytes), 0);
	} while (got > 0);
	return got == 0 || errno == ECONNRESET;
}
