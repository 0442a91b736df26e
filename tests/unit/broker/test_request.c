// SPDX-License-Identifier: Apache-2.0

/*
 * Requests as bytes: every type at every length, counts that lie, states, and what a quiet
 * one may hold.
 */

#include <stdlib.h>
#include <string.h>

#include <binderd/uapi.h>

#include "broker/request.h"
#include "leak.h"

static _Alignas(16) uint8_t bytes[WIRE_MAX_SIZE];

static struct wire_head *head_of(uint32_t type)
{
	struct wire_head *head = (void *)bytes;

	memset(bytes, 0, sizeof(bytes));
	head->type = type;
	head->tid = 1;
	return head;
}

static const char *decode(size_t size, size_t files, enum channel_state state)
{
	/* A copy of exactly that size, so that a sanitizer sees what reads beyond. */
	void *copy = aligned_alloc(16, (size + 15) / 16 * 16 + 16);
	struct request request;
	const char *wrong;

	memcpy(copy, bytes, size);
	wrong = request_decode(&request, copy, size, files, state);
	free(copy);
	return wrong;
}

static size_t plain_size(uint32_t type)
{
	switch (type) {
	case WIRE_WRITE_READ:
		return sizeof(struct wire_write_read);
	case WIRE_IOCTL:
		return sizeof(struct wire_ioctl);
	case WIRE_MMAP:
		return sizeof(struct wire_mmap);
	case WIRE_FILES_DONE:
		return sizeof(struct wire_files_done);
	default:
		return sizeof(struct wire_head);
	}
}

START_TEST(test_lengths)
{
	for (uint32_t type = WIRE_ATTACH; type <= WIRE_RING_MAPPED; type++) {
		enum channel_state state =
			type == WIRE_FILES_DONE ? CHANNEL_INSTALLING : CHANNEL_IDLE;

		head_of(type);
		for (size_t size = 0; size < plain_size(type) + 32; size++) {
			if (size == plain_size(type))
				ck_assert_ptr_null(decode(size, 0, state));
			else
				ck_assert_ptr_nonnull(decode(size, 0, state));
		}
	}
}
END_TEST

START_TEST(test_types)
{
	const uint32_t types[] = {0, WIRE_HELLO, WIRE_CHANNEL, WIRE_WELCOME, WIRE_ATTACH - 1,
		WIRE_RING_MAPPED + 1, WIRE_ANSWER, UINT32_MAX};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		head_of(types[i]);
		ck_assert_str_eq(decode(sizeof(struct wire_head), 0, CHANNEL_IDLE), "unknown type");
	}
}
END_TEST

START_TEST(test_head)
{
	const size_t size = sizeof(struct wire_head);

	head_of(WIRE_FLUSH)->tid = 0;
	ck_assert_ptr_nonnull(decode(size, 0, CHANNEL_IDLE));
	head_of(WIRE_FLUSH)->tid = (uint32_t)INT32_MAX + 1;
	ck_assert_ptr_nonnull(decode(size, 0, CHANNEL_IDLE));
	head_of(WIRE_FLUSH)->nice = 20;
	ck_assert_ptr_nonnull(decode(size, 0, CHANNEL_IDLE));
	head_of(WIRE_FLUSH)->nice = -21;
	ck_assert_ptr_nonnull(decode(size, 0, CHANNEL_IDLE));
	head_of(WIRE_FLUSH)->nice = -20;
	ck_assert_ptr_null(decode(size, 0, CHANNEL_IDLE));
	ck_assert_ptr_nonnull(decode(size, 1, CHANNEL_IDLE));
}
END_TEST

/* Which request may come in which state. */
START_TEST(test_states)
{
	static const struct {
		uint32_t type, states;
	} rows[] = {
		{WIRE_WRITE_READ, CHANNEL_IDLE},
		{WIRE_IOCTL, CHANNEL_IDLE},
		{WIRE_POLL, CHANNEL_IDLE},
		{WIRE_FILES, CHANNEL_IDLE},
		{WIRE_POLL_END, CHANNEL_IDLE | CHANNEL_POLLING},
		{WIRE_INTERRUPT, CHANNEL_IDLE | CHANNEL_BUSY | CHANNEL_INSTALLING},
		{WIRE_FILES_DONE, CHANNEL_INSTALLING},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (uint32_t state = CHANNEL_IDLE; state <= CHANNEL_POLLING; state *= 2) {
			const char *wrong;

			head_of(rows[i].type);
			wrong = decode(plain_size(rows[i].type), 0, state);
			ck_assert_int_eq(!wrong, !!(rows[i].states & state));
		}
	}
}
END_TEST

START_TEST(test_counts)
{
	static const uint32_t counts[] = {1, 7, 8, WIRE_MAX_FILES, WIRE_MAX_FILES + 1,
		WIRE_MAX_COMMANDS, WIRE_MAX_COMMANDS + 1, 0x10000000, 0x20000000, 0x40000000,
		0x80000000, UINT32_MAX};
	const size_t size = sizeof(struct wire_write_read);
	struct wire_write_read *body = (void *)bytes;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		head_of(WIRE_WRITE_READ);
		body->command_bytes = counts[i];
		ck_assert_ptr_nonnull(decode(size, 0, CHANNEL_IDLE));
		head_of(WIRE_WRITE_READ);
		body->segments = counts[i];
		ck_assert_ptr_nonnull(decode(size, 0, CHANNEL_IDLE));
		head_of(WIRE_WRITE_READ);
		body->files = counts[i];
		ck_assert_ptr_nonnull(decode(size, counts[i], CHANNEL_IDLE));
		head_of(WIRE_IOCTL);
		((struct wire_ioctl *)(void *)bytes)->size = counts[i];
		ck_assert_ptr_nonnull(decode(sizeof(struct wire_ioctl), 0, CHANNEL_IDLE));
		head_of(WIRE_FILES_DONE);
		((struct wire_files_done *)(void *)bytes)->count = counts[i];
		ck_assert_ptr_nonnull(
			decode(sizeof(struct wire_files_done), 0, CHANNEL_INSTALLING));
	}
}
END_TEST

START_TEST(test_full)
{
	struct wire_write_read *body = (void *)bytes;
	size_t size = sizeof(*body) + WIRE_MAX_COMMANDS +
		      WIRE_MAX_SEGMENTS * sizeof(struct wire_segment) + WIRE_MAX_FILES * 4;

	head_of(WIRE_WRITE_READ);
	body->command_bytes = WIRE_MAX_COMMANDS;
	body->segments = WIRE_MAX_SEGMENTS;
	body->files = WIRE_MAX_FILES;
	ck_assert_ptr_null(decode(size, WIRE_MAX_FILES, CHANNEL_IDLE));
	ck_assert_ptr_nonnull(decode(size, WIRE_MAX_FILES - 1, CHANNEL_IDLE));
	ck_assert_ptr_nonnull(decode(size - 4, WIRE_MAX_FILES, CHANNEL_IDLE));
}
END_TEST

START_TEST(test_padding)
{
	struct wire_write_read *body = (void *)bytes;

	head_of(WIRE_WRITE_READ);
	body->command_bytes = 5;
	ck_assert_ptr_null(decode(sizeof(*body) + 8, 0, CHANNEL_IDLE));
	ck_assert_ptr_nonnull(decode(sizeof(*body) + 5, 0, CHANNEL_IDLE));
	bytes[sizeof(*body) + 7] = 1;
	ck_assert_ptr_nonnull(decode(sizeof(*body) + 8, 0, CHANNEL_IDLE));
}
END_TEST

/* Appends a command with a body of zeros. */
static void put(uint32_t command, size_t size)
{
	struct wire_write_read *body = (void *)bytes;

	memcpy(bytes + sizeof(*body) + body->command_bytes, &command, sizeof(command));
	body->command_bytes += (uint32_t)(sizeof(command) + size);
}

static const char *decode_quiet(unsigned *replies)
{
	struct wire_write_read *body = (void *)bytes;
	struct request request;
	const char *wrong = request_decode(&request, bytes,
		sizeof(*body) + (body->command_bytes + 7) / 8 * 8, 0, CHANNEL_IDLE);

	if (!wrong)
		*replies = request.replies;
	return wrong;
}

START_TEST(test_quiet)
{
	const size_t reply = sizeof(struct binder_transaction_data);
	unsigned replies = 9;

	head_of(WIRE_WRITE_READ)->flags = WIRE_F_QUIET;
	ck_assert_ptr_null(decode_quiet(&replies));
	ck_assert_uint_eq(replies, 0);
	put(BC_FREE_BUFFER, 8);
	put(BC_FREE_BUFFER, 8);
	ck_assert_ptr_null(decode_quiet(&replies));
	ck_assert_uint_eq(replies, 0);
	put(BC_REPLY, reply);
	ck_assert_ptr_null(decode_quiet(&replies));
	ck_assert_uint_eq(replies, 1);
	put(BC_FREE_BUFFER, 8);
	ck_assert_ptr_nonnull(decode_quiet(&replies));

	head_of(WIRE_WRITE_READ)->flags = WIRE_F_QUIET;
	put(BC_REPLY, reply);
	put(BC_REPLY, reply);
	ck_assert_ptr_nonnull(decode_quiet(&replies));

	head_of(WIRE_WRITE_READ)->flags = WIRE_F_QUIET;
	put(BC_TRANSACTION, reply);
	ck_assert_ptr_nonnull(decode_quiet(&replies));

	head_of(WIRE_WRITE_READ)->flags = WIRE_F_QUIET;
	put(BC_FREE_BUFFER, 4);
	ck_assert_ptr_nonnull(decode_quiet(&replies));

	head_of(WIRE_WRITE_READ)->flags = WIRE_F_QUIET | WIRE_F_READ;
	ck_assert_ptr_nonnull(decode_quiet(&replies));
	head_of(WIRE_WRITE_READ)->flags = WIRE_F_QUIET | WIRE_F_MORE;
	ck_assert_ptr_nonnull(decode_quiet(&replies));
	head_of(WIRE_WRITE_READ)->flags = WIRE_F_READ | WIRE_F_MORE;
	ck_assert_ptr_nonnull(decode_quiet(&replies));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/request");
	TCase *tc = tcase_create("request");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	tcase_add_test(tc, test_lengths);
	tcase_add_test(tc, test_types);
	tcase_add_test(tc, test_head);
	tcase_add_test(tc, test_states);
	tcase_add_test(tc, test_counts);
	tcase_add_test(tc, test_full);
	tcase_add_test(tc, test_padding);
	tcase_add_test(tc, test_quiet);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
