/* SPDX-License-Identifier: Apache-2.0 */

/* Pages: ranges at the edges of words, runs, and what time makes of them. */

#include <stdlib.h>
#include <string.h>

#include "leak.h"
#include "util/pages.h"

#define COUNT 200u

static struct pages pages;
static uint64_t words[PAGES_WORDS(COUNT)];

static void setup(void)
{
	leak_setup();
	memset(words, 0xff, sizeof(words));
	pages_init(&pages, words, COUNT);
}

/* The next run from @from on: is it first..end? An empty one stands for none. */
static void expect(enum pages_kind kind, size_t from, size_t first, size_t end)
{
	size_t at = from, to = COUNT;
	bool found = pages_next(&pages, kind, &at, &to);

	ck_assert_int_eq(found, first < end);
	if (!found)
		return;
	ck_assert_uint_eq(at, first);
	ck_assert_uint_eq(to, end);
}

START_TEST(test_empty)
{
	size_t first = 7, end = 7;

	expect(PAGES_ABSENT, 0, 0, COUNT);
	expect(PAGES_FREE, 0, 0, 0);
	expect(PAGES_IDLE, 0, 0, 0);
	expect(PAGES_ABSENT, COUNT, 0, 0);
	ck_assert(!pages_next(&pages, PAGES_ABSENT, &first, &end));
	ck_assert(!pages_age(&pages));
	ck_assert_uint_eq(pages_present(&pages), 0);
	pages_add(&pages, 5, 5);
	pages_use(&pages, 64, 64);
	ck_assert_uint_eq(pages_present(&pages), 0);
}
END_TEST

/* Ranges of all lengths at all places in a word. */
START_TEST(test_ranges)
{
	for (size_t first = 0; first < COUNT; first += 3) {
		for (size_t end = first + 1; end <= COUNT; end += 5) {
			pages_add(&pages, first, end);
			ck_assert_uint_eq(pages_present(&pages), end - first);
			expect(PAGES_FREE, 0, first, end);
			expect(PAGES_FREE, first, first, end);
			expect(PAGES_FREE, end, 0, 0);
			expect(PAGES_ABSENT, first, end, COUNT);
			pages_use(&pages, first, end);
			expect(PAGES_FREE, 0, 0, 0);
			pages_free(&pages, first, end);
			pages_remove(&pages, first, end);
			ck_assert_uint_eq(pages_present(&pages), 0);
		}
	}
}
END_TEST

START_TEST(test_runs)
{
	size_t first = 11, end = 63;

	pages_add(&pages, 10, 20);
	pages_add(&pages, 62, 130);
	expect(PAGES_FREE, 0, 10, 20);
	expect(PAGES_FREE, 15, 15, 20);
	expect(PAGES_FREE, 20, 62, 130);
	expect(PAGES_ABSENT, 0, 0, 10);
	expect(PAGES_ABSENT, 10, 20, 62);
	expect(PAGES_ABSENT, 62, 130, COUNT);
	/* No further than asked. */
	ck_assert(pages_next(&pages, PAGES_FREE, &first, &end));
	ck_assert_uint_eq(first, 11);
	ck_assert_uint_eq(end, 20);
	first = 20;
	end = 63;
	ck_assert(pages_next(&pages, PAGES_FREE, &first, &end));
	ck_assert_uint_eq(end, 63);
	pages_use(&pages, 64, 65);
	expect(PAGES_FREE, 20, 62, 64);
	expect(PAGES_FREE, 64, 65, 130);
}
END_TEST

START_TEST(test_idle)
{
	pages_add(&pages, 0, 10);
	pages_use(&pages, 0, 5);
	expect(PAGES_IDLE, 0, 0, 0);
	ck_assert(pages_age(&pages));
	expect(PAGES_IDLE, 0, 5, 10);
	/* Use, even if over by the next time, is use. */
	pages_use(&pages, 6, 7);
	pages_free(&pages, 6, 7);
	expect(PAGES_IDLE, 0, 5, 6);
	expect(PAGES_IDLE, 6, 7, 10);
	pages_remove(&pages, 7, 10);
	expect(PAGES_IDLE, 6, 0, 0);
	pages_free(&pages, 0, 5);
	ck_assert(pages_age(&pages));
	expect(PAGES_IDLE, 0, 0, 7);
	pages_use(&pages, 0, 7);
	ck_assert(!pages_age(&pages));
	expect(PAGES_IDLE, 0, 0, 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pages");
	Suite *suite = suite_create("util/pages");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, leak_teardown);
	tcase_add_test(tcase, test_empty);
	tcase_add_test(tcase, test_ranges);
	tcase_add_test(tcase, test_runs);
	tcase_add_test(tcase, test_idle);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
