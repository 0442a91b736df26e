// SPDX-License-Identifier: Apache-2.0

/* A sender's memory and descriptors, few and many, good and bad. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker/files.h"
#include "broker/quota.h"
#include "broker/sender.h"
#include "leak.h"
#include "util/log.h"

static uint8_t memory[16384];
static struct memory_arena arena = {memory, sizeof(memory)};

static void fill(void)
{
	for (size_t i = 0; i < sizeof(memory); i++)
		memory[i] = (uint8_t)(i ^ (i >> 8));
}

static struct sender make(const struct wire_segment *segments, size_t count)
{
	return (struct sender){.arena = &arena, .segments = segments, .segment_count = count};
}

START_TEST(test_none)
{
	struct sender sender = make(NULL, 0);
	char byte;

	ck_assert_ptr_null(sender_init(&sender));
	ck_assert_int_eq(sender_copy(&sender, &byte, 0, 0), 0);
	ck_assert_int_eq(sender_copy(&sender, &byte, 0, 1), -EFAULT);
	ck_assert_int_eq(sender_file(&sender, 0), -EBADF);
}
END_TEST

START_TEST(test_bounds)
{
	const struct wire_segment bad[] = {
		{0, sizeof(memory) + 1, 0},
		{0, 1, sizeof(memory)},
		{0, sizeof(memory), 1},
		{0, UINT64_MAX, 1},
		{0, 1, UINT64_MAX},
		{UINT64_MAX, 2, 0},
		{UINT64_MAX - 7, 8, 0},
	};
	const struct wire_segment good[] = {
		{0, sizeof(memory), 0},
		{0, 0, sizeof(memory)},
		{UINT64_MAX - 8, 8, 0},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sender sender = make(&bad[i], 1);

		ck_assert_ptr_nonnull(sender_init(&sender));
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct sender sender = make(&good[i], 1);

		ck_assert_ptr_null(sender_init(&sender));
	}
}
END_TEST

START_TEST(test_no_arena)
{
	static struct memory_arena none;
	const struct wire_segment segment = {0x1000, 1, 0};
	struct sender sender = {.arena = &none, .segments = &segment, .segment_count = 1};

	ck_assert_ptr_nonnull(sender_init(&sender));
}
END_TEST

START_TEST(test_copy)
{
	const struct wire_segment segments[] = {{0x1000, 16, 100}, {0x1010, 16, 500}};
	struct sender sender = make(segments, 2);
	uint64_t before = sender_copied();
	uint8_t to[64];

	fill();
	ck_assert_ptr_null(sender_init(&sender));
	ck_assert_int_eq(sender_copy(&sender, to, 0x1004, 8), 0);
	ck_assert_mem_eq(to, memory + 104, 8);
	/* Ranges that touch are one piece of memory. */
	ck_assert_int_eq(sender_copy(&sender, to, 0x1008, 20), 0);
	ck_assert_mem_eq(to, memory + 108, 8);
	ck_assert_mem_eq(to + 8, memory + 500, 12);
	ck_assert_int_eq(sender_copy(&sender, to, 0x0fff, 1), -EFAULT);
	ck_assert_int_eq(sender_copy(&sender, to, 0x1010, 17), -EFAULT);
	ck_assert_int_eq(sender_copy(&sender, to, 0x1000, SIZE_MAX), -EFAULT);
	ck_assert_int_eq(sender_copy(&sender, to, UINT64_MAX, 2), -EFAULT);
	/* What was there of a copy that failed counts. */
	ck_assert_uint_eq(sender_copied() - before, 8 + 20 + 16 + 32);
}
END_TEST

/* Many segments, in no order and some within others, against a search one by one. */
START_TEST(test_many)
{
	struct wire_segment segments[300] = {{0}};
	struct sender sender = make(segments, 300);
	unsigned state = 12345;
	uint8_t byte;

	fill();
	for (size_t i = 0; i < 300; i++) {
		state = state * 1103515245 + 12345;
		segments[i].address = (state >> 8) % 8192;
		segments[i].size = (state >> 3) % (i % 50 ? 24 : 2000);
		/* All are of one memory: what is at an address is so in each that holds it. */
		segments[i].offset = segments[i].address;
	}
	ck_assert_ptr_null(sender_init(&sender));
	for (size_t i = 1; i < sender.range_count; i++)
		ck_assert_uint_ge(sender.ranges[i].address,
			sender.ranges[i - 1].address + sender.ranges[i - 1].size);
	for (uint64_t address = 0; address < 11000; address++) {
		bool held = false;

		for (size_t i = 0; i < 300; i++)
			held = held || (address >= segments[i].address &&
					       address - segments[i].address < segments[i].size);
		ck_assert_int_eq(sender_copy(&sender, &byte, address, 1), held ? 0 : -EFAULT);
		if (held)
			ck_assert_uint_eq(byte, memory[address]);
	}
}
END_TEST

START_TEST(test_files)
{
	struct quota *quota = quota_new();
	struct quota_user *user = quota_user_get(quota, 0);
	struct files *files = files_new();
	uint32_t numbers[20];
	int fds[20];
	struct sender sender = {.table = files, .arena = &arena, .numbers = numbers, .files = fds};

	log_set_level(LOG_LEVEL_ERROR);
	quota_set_limit(quota, QUOTA_FILES, 19);
	for (int i = 0; i < 20; i++) {
		numbers[i] = 1000u - (uint32_t)i * 7;
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (files_add(files, fds[i], user)) {
			close(fds[i]);
			fds[i] = -1;
		}
	}
	ck_assert_int_eq(fds[19], -1);
	for (size_t count = 1; count <= 20; count++) {
		sender.file_count = count;
		ck_assert_ptr_null(sender_init(&sender));
		for (size_t i = 0; i < count && i < 19; i++) {
			ck_assert_int_eq(sender_file(&sender, numbers[i]), fds[i]);
			files_unref(files, fds[i]);
		}
		ck_assert_int_eq(sender_file(&sender, 999), -EBADF);
	}
	ck_assert_int_eq(sender_file(&sender, numbers[19]), -ENOMEM);
	/* The same one again and again, up to what a receiver can be sent. */
	for (int i = 0; i < (int)WIRE_MAX_FILES - 19; i++) {
		ck_assert_int_eq(sender_file(&sender, numbers[0]), fds[0]);
		files_unref(files, fds[0]);
	}
	ck_assert_int_eq(sender_file(&sender, numbers[0]), -ENOMEM);
	ck_assert_uint_eq(files_count(files), 19);
	for (int i = 0; i < 19; i++)
		files_unref(files, fds[i]);
	/* A character device is closed behind our back. */
	while (quota_total(quota, QUOTA_FILES)) {
		usleep(1000);
		files_reap();
	}
	files_free(files);
	quota_user_unref(user);
	quota_free(quota);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/sender");
	TCase *tc = tcase_create("sender");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, leak_setup, leak_teardown);
	tcase_add_test(tc, test_none);
	tcase_add_test(tc, test_bounds);
	tcase_add_test(tc, test_no_arena);
	tcase_add_test(tc, test_copy);
	tcase_add_test(tc, test_many);
	tcase_add_test(tc, test_files);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
