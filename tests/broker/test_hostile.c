// SPDX-License-Identifier: Apache-2.0

/*
 * Clients that break every rule of the wire. Each is dropped; and after each test another
 * client gets a call through, and the broker holds no more than before.
 */

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/leak.h"
#include "client.h"
#include "pair.h"

#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif

/* Sends @bytes as a new client over a channel, and sees it dropped. */
static void drop_after(const void *bytes, size_t size, const int *files, unsigned count)
{
	struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
	struct client client;

	client_open(&client, &broker);
	ck_assert_int_ge(wire_send(client.channel, &part, 1, files, count, 0), 0);
	ck_assert(client_gone(client.main));
	ck_assert(client_gone(client.channel));
	client_close(&client);
}

START_TEST(test_truncated)
{
	_Alignas(8) uint8_t bytes[512];

	for (uint32_t type = WIRE_ATTACH; type <= WIRE_RING_MAPPED; type++) {
		size_t size = pair_sample(bytes, type);

		for (size_t cut = 1; cut < size; cut++)
			drop_after(bytes, cut, NULL, 0);
		drop_after(bytes, size + 1, NULL, 0);
	}
}
END_TEST

START_TEST(test_too_long)
{
	uint8_t *bytes = calloc(1, WIRE_MAX_SIZE + 8);
	size_t size = pair_sample(bytes, WIRE_FLUSH);

	ck_assert_uint_gt(size, 0);
	drop_after(bytes, WIRE_MAX_SIZE, NULL, 0);
	drop_after(bytes, WIRE_MAX_SIZE + 8, NULL, 0);
	free(bytes);
}
END_TEST

START_TEST(test_types)
{
	const uint32_t types[] = {0, 4, 15, WIRE_HELLO, WIRE_TOKEN, WIRE_RING_MAPPED + 1,
		WIRE_ANSWER, WIRE_READY, UINT32_MAX};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct wire_head head = {.type = types[i], .tid = 1};
		struct client client;

		drop_after(&head, sizeof(head), NULL, 0);
		client_open(&client, &broker);
		client_send_main(client.main, &head, sizeof(head), NULL, 0);
		ck_assert(client_gone(client.main));
		client_close(&client);
	}
}
END_TEST

START_TEST(test_counts)
{
	const uint32_t counts[] = {1, 2, 4096, 4097, 32769, 0x1fffffff, 0x20000001, 0xfffffff0};
	_Alignas(8) uint8_t bytes[512];
	struct wire_write_read *body = (void *)bytes;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		size_t size = pair_sample(bytes, WIRE_WRITE_READ);

		body->segments = 2 + counts[i];
		drop_after(bytes, size, NULL, 0);
		pair_sample(bytes, WIRE_WRITE_READ);
		body->files = counts[i];
		drop_after(bytes, size, NULL, 0);
		pair_sample(bytes, WIRE_WRITE_READ);
		body->command_bytes = 8 + counts[i];
		drop_after(bytes, size, NULL, 0);
		size = pair_sample(bytes, WIRE_IOCTL);
		((struct wire_ioctl *)(void *)bytes)->size = 4 + counts[i];
		drop_after(bytes, size, NULL, 0);
	}
}
END_TEST

START_TEST(test_segments)
{
	const struct wire_segment bad[] = {
		{0x1000, 1, UINT64_MAX},
		{0x1000, UINT64_MAX, 0},
		{0x1000, server.arena_size + 1, 0},
		{0x1000, 2, server.arena_size - 1},
		{UINT64_MAX, 2, 0},
		{0x1000, 0x8000000000000000, 0x8000000000000000},
	};
	_Alignas(8) uint8_t bytes[512];
	size_t size = pair_sample(bytes, WIRE_WRITE_READ);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memcpy(bytes + size - sizeof(bad[0]), &bad[i], sizeof(bad[0]));
		drop_after(bytes, size, NULL, 0);
	}
}
END_TEST

/* Data that no segment covers is a bad address, and costs nothing but the call. */
START_TEST(test_no_segment)
{
	struct command_transaction out = {.command = BC_TRANSACTION};
	struct wire_answer answer;
	uint8_t bytes[RETURNS];
	uint32_t last;

	out.data.data_size = 64;
	out.data.data.ptr.buffer = 0xdead0000;
	client_write_read(&caller, caller.channel, 0, &out, sizeof(out), RETURNS);
	ck_assert_int_eq(client_answer(caller.channel, &answer, bytes, sizeof(bytes)), 0);
	memcpy(&last, bytes + answer.bytes - 4, 4);
	ck_assert_uint_eq(last, BR_FAILED_REPLY);
}
END_TEST

START_TEST(test_files_where_none_belong)
{
	_Alignas(8) uint8_t bytes[512];
	int pair[2];

	ck_assert_int_eq(pipe(pair), 0);
	for (uint32_t type = WIRE_ATTACH; type <= WIRE_RING_MAPPED; type++) {
		size_t size = pair_sample(bytes, type);

		if (type != WIRE_FILES && type != WIRE_INTERRUPT)
			drop_after(bytes, size, pair, 2);
	}
	close(pair[0]);
	close(pair[1]);
}
END_TEST

/* Ends of many kinds that are no channels, or not one. */
START_TEST(test_bad_channels)
{
	int pair[2], fds[6];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fds[0] = open("/dev/null", O_RDWR);
	fds[1] = socket(AF_INET, SOCK_STREAM, 0);
	fds[2] = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	fds[3] = pair[0];
	fds[4] = memfd_create("x", 0);
	fds[5] = open(broker.dir, O_RDONLY);
	for (uint32_t type = WIRE_CHANNEL; type <= WIRE_WITNESS; type++) {
		struct wire_head head = {.type = type};
		struct client client;

		for (unsigned i = 0; i < 7; i++) {
			client_open(&client, &broker);
			client_send_main(
				client.main, &head, sizeof(head), fds + i % 6, i == 6 ? 2 : 1);
			ck_assert(client_gone(client.main));
			client_close(&client);
		}
		client_open(&client, &broker);
		client_send_main(client.main, &head, sizeof(head), NULL, 0);
		ck_assert(client_gone(client.main));
		client_close(&client);
		/* Its own connection, at whose other end the broker is. */
		client_open(&client, &broker);
		client_send_main(client.main, &head, sizeof(head), &client.main, 1);
		ck_assert(client_gone(client.main));
		client_close(&client);
	}
	for (unsigned i = 0; i < 6; i++)
		close(fds[i]);
	close(pair[1]);
}
END_TEST

START_TEST(test_talking_witness)
{
	struct wire_head head = {.type = WIRE_WITNESS};
	struct client client;
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	client_open(&client, &broker);
	client_send_main(client.main, &head, sizeof(head), &pair[1], 1);
	ck_assert_int_eq(send(pair[0], "x", 1, MSG_NOSIGNAL), 1);
	ck_assert(client_gone(client.main));
	client_close(&client);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

/* What has ended is closed piece by piece: ends of pieces come in between. */
START_TEST(test_many_ends)
{
	enum { MANY = 60 };
	struct wire_head head = {.type = WIRE_WITNESS}, bad = {.type = 99};
	struct wire_answer answer;
	struct client client;
	uint8_t bytes[RETURNS];
	int channels[MANY], witnesses[MANY], pair[2];

	client_open(&client, &broker);
	for (int i = 0; i < MANY; i++) {
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
		client_send_main(client.main, &head, sizeof(head), &pair[1], 1);
		close(pair[1]);
		witnesses[i] = pair[0];
		channels[i] = client_channel(&client);
		client.tid = (uint32_t)(1 + i);
		client_write_read(&client, channels[i], 0, NULL, 0, RETURNS);
		ck_assert_int_eq(client_answer(channels[i], &answer, bytes, sizeof(bytes)), 0);
		client_write_read(&client, channels[i], 0, NULL, 0, RETURNS);
	}
	ck_assert_int_eq(daemon_figure(&broker, "witnesses"), MANY);
	client_send_main(client.main, &bad, sizeof(bad), NULL, 0);
	for (int i = 0; i < MANY; i++) {
		close(witnesses[MANY - 1 - i]);
		if (i % 2)
			close(channels[i]);
	}
	ck_assert(client_gone(client.main));
	client_close(&client);
	for (int i = 0; i < MANY; i += 2)
		close(channels[i]);
}
END_TEST

/* A second request before the answer to the first; a thread in use elsewhere. */
START_TEST(test_busy)
{
	for (uint32_t type = WIRE_ATTACH; type <= WIRE_RING_MAPPED; type++) {
		_Alignas(8) uint8_t bytes[512];
		size_t size = pair_sample(bytes, type);
		struct client client;
		int other;

		client_open(&client, &broker);
		ck_assert_int_eq(client_simple(&client, client.channel, WIRE_POLL), 1);
		client_write_read(&client, client.channel, 0, NULL, 0, RETURNS);
		ck_assert_int_eq(
			client_answer(client.channel, &(struct wire_answer){0}, bytes + 256, 64),
			0);
		client_write_read(&client, client.channel, 0, NULL, 0, RETURNS);
		if (type == WIRE_INTERRUPT) {
			client_close(&client);
			continue;
		}
		ck_assert_int_gt(send(client.channel, bytes, size, MSG_NOSIGNAL), 0);
		ck_assert(client_gone(client.main));
		client_close(&client);

		client_open(&client, &broker);
		client_write_read(&client, client.channel, 0, NULL, 0, RETURNS);
		ck_assert_int_eq(
			client_answer(client.channel, &(struct wire_answer){0}, bytes + 256, 64),
			0);
		client_write_read(&client, client.channel, 0, NULL, 0, RETURNS);
		other = client_channel(&client);
		if (type == WIRE_WRITE_READ || type == WIRE_IOCTL || type == WIRE_POLL) {
			ck_assert_int_eq(client_simple(&client, other, WIRE_FLUSH), 0);
			client_answer(client.channel, &(struct wire_answer){0}, bytes + 256, 64);
			client_write_read(&client, client.channel, 0, NULL, 0, RETURNS);
			ck_assert_int_gt(send(other, bytes, size, MSG_NOSIGNAL), 0);
			ck_assert(client_gone(client.main));
		}
		close(other);
		client_close(&client);
	}
}
END_TEST

/* Threads outlive the channels that they came over, and come back over others. */
START_TEST(test_many_threads)
{
	struct client client;

	client_open(&client, &broker);
	for (uint32_t round = 0; round < 20; round++) {
		int channel = client_channel(&client);

		for (client.tid = 1; client.tid < 20; client.tid++) {
			int32_t version = 0;

			ck_assert_int_eq(client_ioctl(&client, channel, (uint32_t)BINDER_VERSION,
						 &version, sizeof(version)),
				0);
			ck_assert_int_eq(version, 8);
		}
		close(channel);
	}
	client_close(&client);
}
END_TEST

START_TEST(test_interrupt)
{
	struct wire_head head = client_head(&caller, WIRE_INTERRUPT);
	struct wire_answer answer;
	uint8_t bytes[64];

	/* Without a wait it is nothing, however often. */
	for (int i = 0; i < 10; i++)
		ck_assert_int_gt(send(caller.channel, &head, sizeof(head), 0), 0);
	client_write_read(&caller, caller.channel, 0, NULL, 0, RETURNS);
	ck_assert_int_gt(send(caller.channel, &head, sizeof(head), 0), 0);
	ck_assert_int_eq(client_answer(caller.channel, &answer, bytes, sizeof(bytes)), -EINTR);
	ck_assert_uint_eq(answer.bytes, 0);
}
END_TEST

START_TEST(test_poll)
{
	struct wire_head head;
	struct client client;
	uint8_t bytes[64];

	ck_assert_int_eq(client_simple(&caller, caller.channel, WIRE_POLL), 0);
	ck_assert_int_eq(client_simple(&caller, caller.channel, WIRE_POLL_END), 0);
	client_open(&client, &broker);
	client_write_read(&client, client.channel, 0, NULL, 0, RETURNS);
	client_answer(client.channel, &(struct wire_answer){0}, bytes, sizeof(bytes));
	ck_assert_int_eq(client_simple(&client, client.channel, WIRE_POLL), 0);
	head = client_head(&client, WIRE_POLL);
	ck_assert_int_gt(send(client.channel, &head, sizeof(head), 0), 0);
	ck_assert(client_gone(client.main));
	client_close(&client);
}
END_TEST

START_TEST(test_half_handshakes)
{
	struct wire_hello hello = {
		.head = {.type = WIRE_HELLO, .tid = 1},
		.magic = WIRE_MAGIC,
		.version_min = WIRE_VERSION,
		.version_max = WIRE_VERSION,
	};
	int fd;

	for (size_t size = 0; size < sizeof(hello); size++) {
		fd = client_connect(&broker);
		if (size)
			client_send_main(fd, &hello, size, NULL, 0);
		else
			shutdown(fd, SHUT_WR);
		ck_assert(client_gone(fd));
		close(fd);
		close(client_connect(&broker));
	}
	hello.magic++;
	fd = client_connect(&broker);
	client_send_main(fd, &hello, sizeof(hello), NULL, 0);
	ck_assert(client_gone(fd));
	close(fd);
}
END_TEST

START_TEST(test_versions)
{
	struct wire_hello hello = {.head = {.type = WIRE_HELLO}, .magic = WIRE_MAGIC};
	struct wire_refused refused;
	int fd;

	hello.version_min = hello.version_max = WIRE_VERSION + 1;
	fd = client_connect(&broker);
	client_send_main(fd, &hello, sizeof(hello), NULL, 0);
	ck_assert_int_eq(recv(fd, &refused, sizeof(refused), 0), sizeof(refused));
	ck_assert_uint_eq(refused.head.type, WIRE_REFUSED);
	ck_assert_int_eq(refused.error, EPROTO);
	ck_assert_uint_eq(refused.version_max, WIRE_VERSION);
	ck_assert_ptr_nonnull(memchr(refused.reason, 0, sizeof(refused.reason)));
	ck_assert(client_gone(fd));
	close(fd);
}
END_TEST

START_TEST(test_second_hello)
{
	struct wire_hello hello = {.head = {.type = WIRE_HELLO}, .magic = WIRE_MAGIC};
	struct client client;

	client_open(&client, &broker);
	client_send_main(client.main, &hello, sizeof(hello), NULL, 0);
	ck_assert(client_gone(client.main));
	client_close(&client);
}
END_TEST

/* A client that asks and never reads: its answers are not waited for. */
START_TEST(test_deaf)
{
	struct wire_head head;
	struct client client;

	client_open(&client, &broker);
	head = client_head(&client, WIRE_FLUSH);
	while (send(client.channel, &head, sizeof(head), MSG_NOSIGNAL) > 0)
		;
	ck_assert(client_gone(client.main));
	client_close(&client);
}
END_TEST

/* Descriptors ahead of a request that never comes, up to the limit and beyond. */
START_TEST(test_files_hoarded)
{
	struct wire_head head;
	struct iovec part = {.iov_base = &head, .iov_len = sizeof(head)};
	int files[WIRE_FILES_PER_MESSAGE];
	struct client client;

	for (unsigned i = 0; i < WIRE_FILES_PER_MESSAGE; i++)
		files[i] = client_connect(&broker);
	client_open(&client, &broker);
	head = client_head(&client, WIRE_FILES);
	for (int i = 0; i < 16; i++)
		ck_assert_int_gt(
			wire_send(client.channel, &part, 1, files, WIRE_FILES_PER_MESSAGE, 0), 0);
	while (daemon_figure(&broker, "files") < 300)
		usleep(1000);
	pair_call();
	wire_send(client.channel, &part, 1, files, WIRE_FILES_PER_MESSAGE, 0);
	ck_assert(client_gone(client.main));
	client_close(&client);
	for (unsigned i = 0; i < WIRE_FILES_PER_MESSAGE; i++)
		close(files[i]);
}
END_TEST

/* What a client switches on at an end before it gives that away. */
START_TEST(test_odd_options)
{
	const int options[] = {SO_PASSCRED, SO_PASSPIDFD, SO_PASSSEC, SO_TIMESTAMP};
	struct wire_head head = {.type = WIRE_CHANNEL};
	struct client client;
	int pair[2];

	client_open(&client, &broker);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		setsockopt(pair[1], SOL_SOCKET, options[i], &(int){1}, sizeof(int));
	client_send_main(client.main, &head, sizeof(head), &pair[1], 1);
	for (int i = 0; i < 5000; i++)
		ck_assert_int_eq(client_simple(&client, pair[0], WIRE_FLUSH), 0);
	/* Its own end, which it kept, is no way to make the broker wait. */
	setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &(int){1}, sizeof(int));
	shutdown(pair[1], SHUT_RDWR);
	close(pair[0]);
	close(pair[1]);
	client_close(&client);
}
END_TEST

START_TEST(test_thousand)
{
	enum { MANY = 1000 };
	struct rlimit limit;
	struct client *clients = calloc(MANY, sizeof(*clients));

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < MANY; i++) {
		client_open(&clients[i], &broker);
		ck_assert_int_eq(client_simple(&clients[i], clients[i].channel, WIRE_FLUSH), 0);
	}
	ck_assert_int_eq(daemon_figure(&broker, "procs"), MANY + 2);
	pair_call();
	for (int i = 0; i < MANY; i++)
		client_close(&clients[i]);
	free(clients);
}
END_TEST

/* What a child does until it is killed: calls that nobody answers, threads, descriptors. */
static void victim(void)
{
	struct command_transaction out = {.command = BC_TRANSACTION, .data.flags = TF_ONE_WAY};
	struct client client;

	client_open(&client, &broker);
	client_map(&client, AREA);
	for (uint32_t i = 0;; i++) {
		int channel = i % 4 ? client.channel : client_channel(&client);

		client.tid = 1 + i % 7;
		client_write_read(&client, channel, 0, &out, sizeof(out), 0);
		client_answer(channel, &(struct wire_answer){0}, NULL, 0);
		/* A thread of its own that waits, once it has been there before. */
		client.tid = 100 + i;
		if (i % 5 == 0 && client_simple(&client, channel, WIRE_POLL) == 1)
			client_write_read(&client, client_channel(&client), 0, NULL, 0, RETURNS);
	}
}

START_TEST(test_killed)
{
	for (unsigned i = 0; i < 60; i++) {
		pid_t pid = fork();
		struct wire_answer answer;
		uint8_t bytes[RETURNS];

		if (!pid) {
			leak_leave_check();
			victim();
			_exit(0);
		}
		usleep(500 + i * 97);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		/* The server gets what was sent, and gives it back. */
		for (;;) {
			struct {
				uint32_t command;
				uint64_t buffer;
			} __attribute__((packed)) back = {.command = BC_FREE_BUFFER};
			struct binder_transaction_data in;

			client_write_read(
				&server, server.channel, WIRE_F_NONBLOCK, NULL, 0, RETURNS);
			if (client_answer(server.channel, &answer, bytes, sizeof(bytes)))
				break;
			if (answer.bytes < 4 + 4 + sizeof(in))
				continue;
			memcpy(&in, bytes + answer.bytes - sizeof(in), sizeof(in));
			back.buffer = in.data.ptr.buffer;
			client_write_read(&server, server.channel, 0, &back, sizeof(back), 0);
			client_answer(server.channel, &answer, NULL, 0);
		}
	}
}
END_TEST

/* Well-formed messages with one byte changed at random, from a fixed seed. */
START_TEST(test_mutations)
{
	unsigned state = 20250701;

	for (int i = 0; i < 3000; i++) {
		_Alignas(8) uint8_t bytes[512];
		struct client client;
		size_t size;

		state = state * 1103515245 + 12345;
		size = pair_sample(bytes, WIRE_ATTACH + (state >> 8) % 13);
		for (int changes = 0; changes < 3; changes++) {
			state = state * 1103515245 + 12345;
			bytes[(state >> 8) % size] = (uint8_t)(state >> 24);
		}
		client_open(&client, &broker);
		send(client.channel, bytes, size, MSG_NOSIGNAL);
		send(client.channel, bytes, size, MSG_NOSIGNAL);
		client_close(&client);
	}
}
END_TEST

static TCase *hostile_case(void)
{
	TCase *tc = tcase_create("hostile");

	tcase_set_timeout(tc, 0);
	tcase_add_checked_fixture(tc, pair_setup, pair_teardown);
	tcase_add_test(tc, test_truncated);
	tcase_add_test(tc, test_too_long);
	tcase_add_test(tc, test_types);
	tcase_add_test(tc, test_counts);
	tcase_add_test(tc, test_segments);
	tcase_add_test(tc, test_no_segment);
	tcase_add_test(tc, test_files_where_none_belong);
	tcase_add_test(tc, test_bad_channels);
	tcase_add_test(tc, test_talking_witness);
	tcase_add_test(tc, test_many_ends);
	tcase_add_test(tc, test_busy);
	tcase_add_test(tc, test_many_threads);
	tcase_add_test(tc, test_interrupt);
	tcase_add_test(tc, test_poll);
	tcase_add_test(tc, test_half_handshakes);
	tcase_add_test(tc, test_versions);
	tcase_add_test(tc, test_second_hello);
	tcase_add_test(tc, test_deaf);
	tcase_add_test(tc, test_files_hoarded);
	tcase_add_test(tc, test_odd_options);
	tcase_add_test(tc, test_thousand);
	tcase_add_test(tc, test_killed);
	tcase_add_test(tc, test_mutations);
	return tc;
}

int main(void)
{
	Suite *suite = suite_create("broker/hostile");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, hostile_case());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
