/* SPDX-License-Identifier: Apache-2.0 */

/* The arena's parts, and the program's memory that may be bad. */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "leak.h"
#include "lib/device/arena.h"
#include "lib/device/hooks.h"
#include "lib/device/usermem.h"
#include "lib/device/vma.h"

#define SIZE (16u << 20)

static struct arena arena;
static uint8_t *pages; /* readable and writable, read-only, none, unmapped */
static size_t page_size;

static void setup(void)
{
	int fd;

	leak_setup();
	fd = memfd_create("arena", MFD_CLOEXEC);
	ck_assert_int_eq(ftruncate(fd, SIZE), 0);
	arena_init(&arena);
	ck_assert_int_eq(arena_map(&arena, fd, SIZE), 0);
	close(fd);
	page_size = (size_t)sysconf(_SC_PAGESIZE);
	pages = mmap(
		NULL, 4 * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(pages, MAP_FAILED);
	memset(pages, 'p', 2 * page_size);
	mprotect(pages + page_size, page_size, PROT_READ);
	mprotect(pages + 2 * page_size, page_size, PROT_NONE);
	munmap(pages + 3 * page_size, page_size);
}

static void teardown(void)
{
	munmap(pages, 3 * page_size);
	arena_deinit(&arena);
	leak_teardown();
}

START_TEST(test_slots)
{
	struct arena_slot slots[ARENA_SLOTS + 1], again;
	unsigned int count = 0;

	ck_assert_uint_gt(arena.slots, 0);
	ck_assert_uint_le(arena.slots, ARENA_SLOTS);
	do {
		arena_slot_get(&arena, &slots[count]);
	} while (slots[count++].size);
	ck_assert_uint_eq(count - 1, arena.slots);
	arena_slot_put(&arena, &slots[3]);
	arena_slot_get(&arena, &again);
	ck_assert_uint_eq(again.offset, 3 * ARENA_SLOT);
	arena_slot_put(&arena, &slots[count - 1]); /* none: nothing happens */
}
END_TEST

START_TEST(test_staging)
{
	struct arena_ranges ranges = {0};
	struct arena_slot slot;
	int64_t at;

	arena_slot_get(&arena, &slot);
	ck_assert_int_eq(arena_stage(&arena, &slot, &ranges, 1, ARENA_SLOT_ONLY), 0);
	ck_assert_int_eq(arena_stage(&arena, &slot, &ranges, ARENA_SLOT, ARENA_SLOT_ONLY), -ENOMEM);
	ck_assert_ptr_null(ranges.first);
	at = arena_stage(&arena, &slot, &ranges, ARENA_SLOT, ARENA_NO_WAIT);
	ck_assert_int_ge(at, (int64_t)arena.slots * ARENA_SLOT);
	ck_assert_int_gt(arena_stage(&arena, &slot, &ranges, 4 << 20, ARENA_NO_WAIT), at);
	/* It never waits while it holds something, nor for what there is not at all. */
	ck_assert_int_eq(arena_stage(&arena, &slot, &ranges, 7 << 20, ARENA_WAIT), -ENOMEM);
	ck_assert_int_eq(arena_stage(&arena, &slot, &ranges, SIZE, ARENA_WAIT), -ENOMEM);
	ck_assert(arena_pressed(&arena, ranges.bytes));
	arena_unstage(&arena, &ranges);
	ck_assert(!arena_pressed(&arena, 1));
	ck_assert_int_eq(arena_stage(&arena, &slot, &ranges, 7 << 20, ARENA_NO_WAIT), at);
	arena_unstage(&arena, &ranges);
	arena_slot_put(&arena, &slot);
}
END_TEST

static void *stage_much(void *data)
{
	struct arena_ranges ranges = {0};
	struct arena_slot slot = {0};

	(void)data;
	for (int i = 0; i < 200; i++) {
		int64_t at = arena_stage(&arena, &slot, &ranges, 3 << 20, ARENA_WAIT);

		if (at < 0)
			return (void *)1;
		memset(arena.base + at, i, 4096);
		arena_unstage(&arena, &ranges);
	}
	return NULL;
}

/* More threads than there is room for: each gets its turn. */
START_TEST(test_waiting)
{
	pthread_t threads[8];
	void *failed;

	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, stage_much, NULL), 0);
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], &failed);
		ck_assert_ptr_null(failed);
	}
	ck_assert_uint_eq(arena.staging.used, 0);
	arena_trim(&arena);
	arena_trim(&arena);
}
END_TEST

START_TEST(test_contains)
{
	uint64_t base = (uintptr_t)arena.base;
	struct arena empty;

	arena_init(&empty);
	arena_trim(&empty);
	ck_assert(!arena_contains(&empty, 0, 1));
	ck_assert(arena_contains(&arena, base, SIZE));
	ck_assert(arena_contains(&arena, base + SIZE, 0));
	ck_assert(!arena_contains(&arena, base, SIZE + 1));
	ck_assert(!arena_contains(&arena, base + 1, SIZE));
	ck_assert(!arena_contains(&arena, base - 1, 2));
	ck_assert(!arena_contains(&arena, base + 1, UINT64_MAX));
	ck_assert(!arena_contains(&arena, UINT64_MAX, 2));
}
END_TEST

static uint64_t page(size_t n)
{
	return (uintptr_t)pages + n * page_size;
}

START_TEST(test_read)
{
	static uint8_t to[4 * 65536];

	usermem_begin();
	ck_assert_uint_eq(usermem_read(to, page(0), 0), 0);
	ck_assert_uint_eq(usermem_read(to, page(0) + 1, 2 * page_size - 1), 2 * page_size - 1);
	ck_assert_int_eq(to[2 * page_size - 2], 'p');
	/* As far as it goes. */
	ck_assert_uint_eq(usermem_read(to, page(1) + 5, 3 * page_size), page_size - 5);
	ck_assert_uint_eq(usermem_read(to, page(2), 1), 0);
	ck_assert_uint_eq(usermem_read(to, page(3), 1), 0);
	ck_assert_uint_eq(usermem_read(to, 0, 1), 0);
	ck_assert_uint_eq(usermem_read(to, 8, 100), 0);
	ck_assert_uint_eq(usermem_read(to, UINT64_MAX, 1), 0);
	ck_assert_uint_eq(usermem_read(to, UINT64_MAX - 3, 100), 0);
	ck_assert_uint_eq(usermem_read(to, 0xffff800000000000, 8), 0);
	ck_assert_uint_eq(usermem_read(to, 0x5a5a5a5a5a5a5a5a, 8), 0);
}
END_TEST

START_TEST(test_write)
{
	uint8_t byte;

	usermem_begin();
	ck_assert_int_eq(usermem_write(page(0) + 3, "abc", 3), 0);
	ck_assert_mem_eq(pages, "pppabcppp", 9);
	ck_assert_int_eq(usermem_write(page(1), "abc", 3), -EFAULT);
	ck_assert_int_eq(usermem_write(page(1) - 1, "abc", 3), -EFAULT);
	ck_assert_int_eq(usermem_write(page(2), "abc", 3), -EFAULT);
	ck_assert_int_eq(usermem_write(0, "abc", 3), -EFAULT);
	ck_assert_int_eq(usermem_write(UINT64_MAX, "abc", 3), -EFAULT);
	ck_assert(usermem_writable(page(0), page_size));
	ck_assert(!usermem_writable(page(0), page_size + 1));
	/* Readable once does not make it writable. */
	ck_assert_uint_eq(usermem_read(&byte, page(1), 1), 1);
	ck_assert(!usermem_writable(page(1), 1));
}
END_TEST

/* What was found good is forgotten when the program changes its memory, if that is told. */
START_TEST(test_change)
{
	uint8_t to[16];

	if (_i)
		device_watch_memory();
	usermem_begin();
	ck_assert_uint_eq(usermem_read(to, page(0), 16), 16);
	ck_assert_int_eq(usermem_write(page(0), to, 16), 0);
	ck_assert_int_eq(mprotect(pages, page_size, PROT_READ), 0);
	if (_i)
		device_memory_protected();
	usermem_begin();
	ck_assert_uint_eq(usermem_read(to, page(0), 16), 16);
	ck_assert_int_eq(usermem_write(page(0), to, 16), -EFAULT);
	ck_assert_int_eq(mprotect(pages, page_size, PROT_NONE), 0);
	if (_i)
		device_memory_changed(pages, page_size);
	usermem_begin();
	ck_assert_uint_eq(usermem_read(to, page(0), 16), 0);
}
END_TEST

/* Large ranges: a part of a known one is known, a larger one is not, and none outlives a change. */
START_TEST(test_ranges)
{
	static uint8_t to[64 * 4096];
	size_t size = 16 * page_size;
	uint8_t *memory =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t start = (uintptr_t)memory;

	ck_assert_ptr_ne(memory, MAP_FAILED);
	memset(memory, 'r', size);
	if (_i)
		device_watch_memory();
	usermem_begin();
	for (int round = 0; round < 10; round++) {
		ck_assert_uint_eq(usermem_read(to, start + 1, size - 1), size - 1);
		ck_assert_uint_eq(
			usermem_read(to, start + page_size, 3 * page_size), 3 * page_size);
		ck_assert_int_eq(usermem_write(start, to, 5 * page_size), 0);
		ck_assert(usermem_writable(start + 9, 8 * page_size));
	}
	mprotect(memory + 10 * page_size, page_size, PROT_NONE);
	if (_i)
		device_memory_protected();
	usermem_begin();
	ck_assert_uint_eq(usermem_read(to, start + 1, size - 1), 10 * page_size - 1);
	ck_assert_uint_eq(usermem_read(to, start, 10 * page_size), 10 * page_size);
	ck_assert_uint_eq(usermem_read(to, start, 11 * page_size), 10 * page_size);
	ck_assert_int_eq(usermem_write(start, to, 11 * page_size), -EFAULT);
	ck_assert(!usermem_writable(start + 10 * page_size - 1, 2));
	munmap(memory, size);
	if (_i)
		device_memory_changed(memory, size);
	usermem_begin();
	ck_assert_uint_eq(usermem_read(to, start, 10 * page_size), 0);
}
END_TEST

/* The kernel's map: of what it is sure, and nothing is sure without it. */
START_TEST(test_map)
{
	uint8_t *shared, byte = 0;
	int fd = memfd_create("file", MFD_CLOEXEC);

	ck_assert(!vma_readable(page(0), page(1)));
	ck_assert_int_eq(ftruncate(fd, (off_t)page_size), 0);
	shared = mmap(NULL, page_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	vma_open();
	vma_open();
	if (vma_readable(page(0), page(1))) { /* Linux 6.11 */
		ck_assert(vma_readable(page(0) + 5, page(2)));
		ck_assert(vma_readable((uintptr_t)&byte, (uintptr_t)&byte + 1));
	}
	ck_assert(!vma_readable(page(0), page(2) + 1));
	ck_assert(!vma_readable(page(2), page(3)));
	ck_assert(!vma_readable(page(3), page(4)));
	ck_assert(!vma_readable(0, page_size));
	ck_assert(!vma_readable(UINTPTR_MAX - page_size, UINTPTR_MAX));
	ck_assert(!vma_readable((uintptr_t)shared, (uintptr_t)shared + page_size));
	vma_close();
	ck_assert(!vma_readable(page(0), page(1)));
	vma_close();
	munmap(shared, page_size);
}
END_TEST

/* What is on the stack, as far as it is deep. */
static void *read_stack(void *data)
{
	uint8_t deep[40000], to[sizeof(deep)], byte = 7;

	memset(deep, 's', sizeof(deep));
	for (int round = 0; round < 3; round++) {
		usermem_begin();
		if (usermem_read(to, (uintptr_t)&byte, 1) != 1 || to[0] != 7 ||
			usermem_read(to, (uintptr_t)deep, sizeof(deep)) != sizeof(deep) ||
			to[sizeof(deep) - 1] != 's' || usermem_write((uintptr_t)deep, "t", 1) < 0 ||
			deep[0] != 't' || !usermem_writable((uintptr_t)deep, sizeof(deep)))
			return NULL;
		/* What is elsewhere is not mistaken for it. */
		if (usermem_read(to, (uintptr_t)pages, 4 * page_size) != 2 * page_size ||
			usermem_read(to, UINTPTR_MAX - 4095, 1) != 0 ||
			usermem_writable((uintptr_t)pages + page_size, 1))
			return NULL;
		deep[0] = 's';
	}
	return data;
}

START_TEST(test_stack)
{
	pthread_t thread;
	void *result = NULL;

	if (_i)
		device_watch_memory();
	ck_assert_ptr_nonnull(read_stack(pages));
	ck_assert_int_eq(pthread_create(&thread, NULL, read_stack, pages), 0);
	pthread_join(thread, &result);
	ck_assert_ptr_nonnull(result);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("memory");
	Suite *suite = suite_create("device/memory");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_slots);
	tcase_add_test(tcase, test_staging);
	tcase_add_test(tcase, test_waiting);
	tcase_add_test(tcase, test_contains);
	tcase_add_test(tcase, test_read);
	tcase_add_test(tcase, test_write);
	tcase_add_loop_test(tcase, test_change, 0, 2);
	tcase_add_loop_test(tcase, test_ranges, 0, 2);
	tcase_add_loop_test(tcase, test_stack, 0, 2);
	tcase_add_test(tcase, test_map);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
