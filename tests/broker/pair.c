// SPDX-License-Identifier: Apache-2.0

#include "pair.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct daemon broker;
struct client server, caller;
static char before[4096];

/* Reads for @client until @command comes; what follows it in *@data. */
void pair_expect(const struct client *client, uint32_t command, void *data, size_t size)
{
	struct wire_answer answer;
	uint8_t bytes[RETURNS];
	uint32_t found;

	for (;;) {
		ck_assert_int_eq(client_answer(client->channel, &answer, bytes, sizeof(bytes)), 0);
		for (size_t at = 0; at + 4 <= answer.bytes; at += 4 + _IOC_SIZE(found)) {
			memcpy(&found, bytes + at, 4);
			if (found != command)
				continue;
			if (size)
				memcpy(data, bytes + at + 4, size);
			return;
		}
		client_write_read(client, client->channel, 0, NULL, 0, RETURNS);
	}
}

/* The honest two: a call and its reply. */
void pair_call(void)
{
	struct command_transaction out = {.command = BC_TRANSACTION, .data.code = 5};
	struct binder_transaction_data in;
	struct {
		uint32_t command;
		uint64_t buffer;
		struct command_transaction reply;
	} __attribute__((packed)) back = {.command = BC_FREE_BUFFER};

	client_write_read(&server, server.channel, 0, NULL, 0, RETURNS);
	client_write_read(&caller, caller.channel, 0, &out, sizeof(out), RETURNS);
	pair_expect(&server, BR_TRANSACTION, &in, sizeof(in));
	ck_assert_uint_eq(in.code, 5);
	ck_assert_int_gt(in.sender_pid, 0);
	ck_assert_int_ne(in.sender_pid, getpid());
	back.buffer = in.data.ptr.buffer;
	back.reply.command = BC_REPLY;
	client_write_read(&server, server.channel, 0, &back, sizeof(back), RETURNS);
	pair_expect(&caller, BR_REPLY, &in, sizeof(in));
	back.buffer = in.data.ptr.buffer;
	client_write_read(&caller, caller.channel, 0, &back, 12, 0);
	ck_assert_int_eq(client_answer(caller.channel, &(struct wire_answer){0}, NULL, 0), 0);
	pair_expect(&server, BR_TRANSACTION_COMPLETE, NULL, 0);
}

/* A call that takes all of the server's area and fails: what was used once stays charged. */
static void use_area(void)
{
	struct command_transaction out = {.command = BC_TRANSACTION, .data.data_size = AREA};

	client_write_read(&caller, caller.channel, 0, &out, sizeof(out), RETURNS);
	pair_expect(&caller, BR_FAILED_REPLY, NULL, 0);
}

void pair_setup(void)
{
	uint32_t enter = BC_ENTER_LOOPER;

	signal(SIGPIPE, SIG_IGN);
	daemon_start(&broker);
	client_open(&server, &broker);
	ck_assert_ptr_nonnull(client_map(&server, AREA));
	ck_assert_int_eq(client_ioctl(&server, server.channel, (uint32_t)BINDER_SET_CONTEXT_MGR,
				 &(int32_t){0}, 4),
		0);
	client_write_read(&server, server.channel, 0, &enter, sizeof(enter), 0);
	ck_assert_int_eq(client_answer(server.channel, &(struct wire_answer){0}, NULL, 0), 0);
	client_open_as_other(&caller, &broker);
	use_area();
	pair_call();
	daemon_figures(&broker, before, sizeof(before));
}

void pair_teardown(void)
{
	char after[4096];

	pair_call();
	for (int i = 0; i < 1000; i++) {
		daemon_figures(&broker, after, sizeof(after));
		if (!strcmp(before, after))
			break;
		usleep(10000);
	}
	ck_assert_str_eq(after, before);
	client_close(&caller);
	client_close(&server);
	daemon_stop(&broker);
}

/* Every request, well-formed, with all that may follow it. */
size_t pair_sample(uint8_t *bytes, uint32_t type)
{
	struct wire_write_read *body = (void *)bytes;
	size_t size = sizeof(struct wire_head);

	memset(bytes, 0, 512);
	*(struct wire_head *)(void *)bytes = (struct wire_head){.type = type, .tid = 1};
	switch (type) {
	case WIRE_WRITE_READ:
		body->write_size = body->command_bytes = 4;
		body->segments = 2;
		*(uint32_t *)(void *)(body + 1) = BC_ENTER_LOOPER;
		return sizeof(*body) + 8 + 2 * sizeof(struct wire_segment);
	case WIRE_IOCTL:
		((struct wire_ioctl *)(void *)bytes)->command = (uint32_t)BINDER_VERSION;
		((struct wire_ioctl *)(void *)bytes)->size = 4;
		return sizeof(struct wire_ioctl) + 4;
	case WIRE_MMAP:
		return sizeof(struct wire_mmap);
	case WIRE_FILES_DONE:
		return sizeof(struct wire_files_done);
	default:
		return size;
	}
}
