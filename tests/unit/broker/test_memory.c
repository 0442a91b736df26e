// SPDX-License-Identifier: Apache-2.0

/* Arenas and areas as files: charged, readable, given back and had again. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/memory.h"
#include "broker/quota.h"
#include "leak.h"
#include "util/log.h"

#define SIZE (1u << 20)
#define PAGE 4096u

static struct memory_budget budget;
static struct quota *quota;
static struct quota_user *user;
static struct memory_area area;
static const uint8_t *reader; /* as the client has it */

static void setup(void)
{
	int fd = -1;

	leak_setup();
	log_set_level(LOG_LEVEL_ERROR);
	memory_budget_init(&budget);
	quota = quota_new();
	user = quota_user_get(quota, 0);
	ck_assert_int_eq(memory_area_init(&area, &budget, SIZE, &fd), 0);
	reader = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(reader, MAP_FAILED);
	close(fd);
}

static void teardown(void)
{
	munmap((void *)reader, SIZE);
	memory_area_deinit(&area, &budget, user);
	ck_assert_uint_eq(budget.mappings, 0);
	ck_assert_uint_eq(quota_total(quota, QUOTA_AREA_BYTES), 0);
	quota_user_unref(user);
	quota_free(quota);
	leak_teardown();
}

static uint64_t held(void)
{
	return quota_total(quota, QUOTA_AREA_BYTES);
}

/* Bytes of memory that the file has. */
static size_t blocks(void)
{
	struct stat st;

	ck_assert_int_eq(fstat(area.fd, &st), 0);
	return (size_t)st.st_blocks * 512;
}

START_TEST(test_reserve)
{
	ck_assert_uint_eq(blocks(), 0);
	ck_assert_int_eq(memory_area_reserve(&area, user, 0, PAGE), 0);
	memset(area.bytes, 7, PAGE);
	ck_assert_int_eq(reader[PAGE - 1], 7);
	/* Many at once are there before they are touched, too. */
	ck_assert_int_eq(memory_area_reserve(&area, user, PAGE, 16 * PAGE), 0);
	ck_assert_uint_eq(blocks(), 17 * PAGE);
	ck_assert_uint_eq(held(), 17 * PAGE);
	ck_assert_int_eq(memory_area_reserve(&area, user, SIZE - PAGE, 2 * PAGE), -EINVAL);
	ck_assert_int_eq(memory_area_reserve(&area, user, SIZE + PAGE, PAGE), -EINVAL);
	ck_assert_int_eq(memory_area_reserve(&area, user, PAGE, SIZE_MAX), -EINVAL);
	ck_assert_uint_eq(held(), 17 * PAGE);
}
END_TEST

START_TEST(test_limit)
{
	quota_set_limit(quota, QUOTA_AREA_BYTES, 2 * PAGE);
	ck_assert_int_eq(memory_area_reserve(&area, user, 0, 3 * PAGE), -EDQUOT);
	ck_assert_int_eq(memory_area_reserve(&area, user, 0, 2 * PAGE), 0);
	ck_assert_int_eq(memory_area_reserve(&area, user, 2 * PAGE, PAGE), -EDQUOT);
	memory_area_release(&area, user, 0, PAGE);
	ck_assert_int_eq(memory_area_reserve(&area, user, 2 * PAGE, PAGE), 0);
	ck_assert_uint_eq(area.reserved, 2 * PAGE);
}
END_TEST

/* What is given back reads as zeros, is no longer charged, and can be had again. */
START_TEST(test_release)
{
	ck_assert_int_eq(memory_area_reserve(&area, user, 0, 32 * PAGE), 0);
	memset(area.bytes, 7, 32 * PAGE);
	ck_assert_int_eq(reader[4 * PAGE], 7);
	memory_area_release(&area, user, PAGE, 16 * PAGE);
	ck_assert_uint_eq(blocks(), 16 * PAGE);
	ck_assert_uint_eq(held(), 16 * PAGE);
	ck_assert_int_eq(memory_area_reserve(&area, user, PAGE, 8 * PAGE), 0);
	ck_assert_uint_eq(blocks(), 24 * PAGE);
	ck_assert_uint_eq(held(), 24 * PAGE);
	ck_assert_int_eq(area.bytes[PAGE], 0);
	/* What was readable before is readable still, in the hole and around it. */
	ck_assert_int_eq(reader[PAGE - 1], 7);
	ck_assert_int_eq(reader[PAGE], 0);
	ck_assert_int_eq(reader[17 * PAGE - 1], 0);
	ck_assert_int_eq(reader[17 * PAGE], 7);
	memset(area.bytes + PAGE, 9, 8 * PAGE);
	ck_assert_int_eq(reader[PAGE], 9);
}
END_TEST

START_TEST(test_arena)
{
	struct memory_arena arena = {0};
	int fd = -1;

	ck_assert_int_eq(memory_arena_init(&arena, &budget, user, &fd), 0);
	ck_assert_uint_eq(quota_total(quota, QUOTA_ARENA_BYTES), ARENA_SIZE);
	/* The client can give memory back; that makes no fault here. */
	ck_assert_int_eq(pwrite(fd, "x", 1, 5), 1);
	ck_assert_int_eq(arena.bytes[5], 'x');
	ck_assert_int_eq(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE), 0);
	ck_assert_int_eq(arena.bytes[5], 0);
	close(fd);
	memory_arena_deinit(&arena, &budget, user);
	ck_assert_uint_eq(quota_total(quota, QUOTA_ARENA_BYTES), 0);
	memory_arena_deinit(&arena, &budget, user);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/memory");
	TCase *tc = tcase_create("memory");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_reserve);
	tcase_add_test(tc, test_limit);
	tcase_add_test(tc, test_release);
	tcase_add_test(tc, test_arena);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
