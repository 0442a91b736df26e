/* SPDX-License-Identifier: Apache-2.0 */

/* Pieces of the arena: where they lie, that they come back whole, and their memory with time. */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leak.h"
#include "lib/device/heap.h"

#define START 65536u
#define END (4u << 20)
#define GRAIN HEAP_GRAIN

static struct heap heap;
static uint8_t *base;
static int file = -1;

static void setup(void)
{
	leak_setup();
	file = memfd_create("heap", MFD_CLOEXEC);
	ck_assert_int_eq(ftruncate(file, END), 0);
	base = mmap(NULL, END, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	ck_assert_ptr_ne(base, MAP_FAILED);
	heap_init(&heap, START, END);
}

static void teardown(void)
{
	heap_deinit(&heap);
	munmap(base, END);
	close(file);
	leak_teardown();
}

static struct heap_piece *take(size_t size)
{
	struct heap_piece *piece = heap_take(&heap, size);

	ck_assert_ptr_nonnull(piece);
	ck_assert_uint_eq(piece->size, size);
	heap_check(&heap);
	memset(base + piece->offset, 'x', size);
	return piece;
}

static void give(struct heap_piece *piece)
{
	heap_give(&heap, piece);
	heap_check(&heap);
}

/* Bytes of memory that the file has. */
static size_t blocks(void)
{
	struct stat st;

	ck_assert_int_eq(fstat(file, &st), 0);
	return (size_t)st.st_blocks * 512;
}

START_TEST(test_empty)
{
	struct heap none;

	heap_init(&none, 0, 0);
	heap_check(&none);
	ck_assert_ptr_null(heap_take(&none, 64));
	ck_assert_ptr_null(heap_find(&none, 0));
	heap_trim(&none, NULL, 100);
	heap_deinit(&none);
	ck_assert_ptr_null(heap_take(&heap, 0));
	ck_assert_ptr_null(heap_take(&heap, END - START + 64));
	ck_assert_ptr_null(heap_take(&heap, SIZE_MAX));
	heap_check(&heap);
}
END_TEST

START_TEST(test_whole)
{
	struct heap_piece *all = take(END - START);

	ck_assert_uint_eq(all->offset, START);
	ck_assert_ptr_null(heap_take(&heap, 64));
	give(all);
	all = take(END - START);
	give(all);
	ck_assert_uint_eq(heap.used, 0);
}
END_TEST

START_TEST(test_best_fit)
{
	struct heap_piece *large = take(640), *wall = take(64), *small = take(128), *end = take(64);

	give(large);
	give(small);
	small = take(128);
	ck_assert_uint_eq(small->offset, START + 704);
	large = take(512);
	ck_assert_uint_eq(large->offset, START);
	give(end);
	give(wall);
	give(small);
	give(large);
	/* Of two that are equally good, the lower. */
	large = take(64);
	wall = take(64);
	small = take(64);
	end = take(64);
	give(small);
	give(large);
	large = take(64);
	ck_assert_uint_eq(large->offset, START);
	give(large);
	give(wall);
	give(end);
}
END_TEST

START_TEST(test_find)
{
	struct heap_piece *first = take(64), *second = take(128);

	ck_assert_ptr_eq(heap_find(&heap, START), first);
	ck_assert_ptr_eq(heap_find(&heap, START + 64), second);
	ck_assert_ptr_null(heap_find(&heap, START + 65));
	ck_assert_ptr_null(heap_find(&heap, START + 128));
	ck_assert_ptr_null(heap_find(&heap, 0));
	give(second);
	ck_assert_ptr_null(heap_find(&heap, START + 64));
	give(first);
	ck_assert_ptr_null(heap_find(&heap, START));
}
END_TEST

/* Thousands of pieces of all sizes, none over another. */
START_TEST(test_random)
{
	struct heap_piece *pieces[200] = {0};
	unsigned int state = 12345, wrong = 0;

	for (int i = 0; i < 4000; i++) {
		unsigned int at;

		state = state * 1103515245 + 12345;
		at = (state >> 8) % 200;
		if (pieces[at]) {
			for (size_t n = 0; n < pieces[at]->size; n += 64)
				wrong += base[pieces[at]->offset + n] != at % 256;
			heap_give(&heap, pieces[at]);
			pieces[at] = NULL;
			continue;
		}
		pieces[at] = heap_take(&heap, ((state >> 4) % 800 + 1) * 64);
		if (pieces[at])
			memset(base + pieces[at]->offset, (int)(at % 256), pieces[at]->size);
		if (i % 97 == 0) {
			heap_check(&heap);
			heap_trim(&heap, base, i);
		}
	}
	for (int i = 0; i < 200; i++)
		if (pieces[i])
			give(pieces[i]);
	ck_assert_uint_eq(heap.used, 0);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(test_trim)
{
	struct heap_piece *large = take(8 * GRAIN), *small;

	ck_assert_uint_eq(blocks(), 8 * GRAIN);
	ck_assert(!heap.idle);
	heap_trim(&heap, base, 1000);
	heap_trim(&heap, base, 2000);
	ck_assert_uint_eq(blocks(), 8 * GRAIN);
	give(large);
	ck_assert(heap.idle);
	heap_trim(&heap, base, 3000);
	ck_assert_uint_eq(blocks(), 8 * GRAIN);
	/* Too early to look again. */
	heap_trim(&heap, base, 3000 + HEAP_IDLE_S - 1);
	ck_assert_uint_eq(blocks(), 8 * GRAIN);
	/* What was used meanwhile stays; what shares a grain with it, too. */
	small = take(2 * GRAIN + 64);
	give(small);
	heap_trim(&heap, base, 3000 + HEAP_IDLE_S);
	ck_assert_uint_eq(blocks(), 3 * GRAIN);
	ck_assert_uint_eq(base[START + 3 * GRAIN - 1], 'x');
	small = take(64);
	heap_trim(&heap, base, 4000);
	ck_assert_uint_eq(blocks(), GRAIN);
	ck_assert_uint_eq(base[small->offset], 'x');
	ck_assert(!heap.idle);
	give(small);
	heap_trim(&heap, base, 5000);
	heap_trim(&heap, base, 6000);
	ck_assert_uint_eq(blocks(), 0);
	ck_assert(!heap.idle);
	/* And is there when it is wanted again. */
	give(take(8 * GRAIN));
	ck_assert_uint_eq(blocks(), 8 * GRAIN);
}
END_TEST

/* Of the last, broken grain the heap keeps the memory. */
START_TEST(test_odd_end)
{
	struct heap odd;
	struct heap_piece *piece;

	heap_init(&odd, START, START + GRAIN + 4096);
	piece = heap_take(&odd, GRAIN + 4096);
	ck_assert_ptr_nonnull(piece);
	memset(base + START, 'x', GRAIN + 4096);
	heap_check(&odd);
	heap_give(&odd, piece);
	heap_trim(&odd, base, 100);
	heap_trim(&odd, base, 200);
	ck_assert_uint_eq(blocks(), 4096);
	heap_check(&odd);
	heap_deinit(&odd);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("heap");
	Suite *suite = suite_create("device/heap");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_empty);
	tcase_add_test(tcase, test_whole);
	tcase_add_test(tcase, test_best_fit);
	tcase_add_test(tcase, test_find);
	tcase_add_test(tcase, test_random);
	tcase_add_test(tcase, test_trim);
	tcase_add_test(tcase, test_odd_end);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
