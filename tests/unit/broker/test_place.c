// SPDX-License-Identifier: Apache-2.0

/* When a broker leaves its processor, and that it may use all of its own again afterwards. */

#include <check.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "broker/place.h"

static cpu_set_t all;

static void setup(void)
{
	ck_assert_int_eq(sched_getaffinity(0, sizeof(all), &all), 0);
}

static void check_mask(const cpu_set_t *mask)
{
	cpu_set_t now;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(now), &now), 0);
	ck_assert(CPU_EQUAL(&now, mask));
}

/* Runs on one processor of many, and may use them all. Return: it */
static int stand(void)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	CPU_ZERO(&one);
	CPU_SET((size_t)cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	return cpu;
}

static void notes(struct place *place, int cpu, unsigned count)
{
	while (count--)
		place_note(place, cpu);
}

START_TEST(test_counts)
{
	struct place place = {0};
	int cpu = stand();

	notes(&place, cpu, PLACE_BESIDE - 1);
	place_leave(&place, 2 * PLACE_STAY_NS);
	ck_assert_uint_eq(place.left, 0);
	/* One elsewhere, and all begins anew. */
	place_note(&place, cpu + 1);
	notes(&place, cpu, PLACE_BESIDE - 1);
	place_leave(&place, 2 * PLACE_STAY_NS);
	ck_assert_uint_eq(place.left, 0);
	place_note(&place, cpu);
	place_leave(&place, 2 * PLACE_STAY_NS);
	ck_assert_uint_eq(place.left, 2 * PLACE_STAY_NS);
	ck_assert_uint_eq(place.beside, 0);
}
END_TEST

/* Not soon again. */
START_TEST(test_stays)
{
	struct place place = {0};
	int cpu = stand();

	for (uint64_t now = 2 * PLACE_STAY_NS; now < 10 * PLACE_STAY_NS; now += PLACE_STAY_NS) {
		notes(&place, cpu, PLACE_BESIDE);
		place_leave(&place, now);
		ck_assert_uint_eq(place.left, now);
		notes(&place, cpu, PLACE_BESIDE);
		place_leave(&place, now + PLACE_STAY_NS - 1);
		ck_assert_uint_eq(place.left, now);
	}
}
END_TEST

/* Where it may use one alone it stays there. */
START_TEST(test_nowhere)
{
	struct place place = {0};
	int cpu = stand();
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)cpu, &one);
	notes(&place, cpu, PLACE_BESIDE);
	place_leave(&place, 2 * PLACE_STAY_NS);
	ck_assert_int_eq(sched_getcpu(), cpu);
	check_mask(&one);
}
END_TEST

/* It is elsewhere at once, and may come back. */
START_TEST(test_leaves)
{
	struct place place = {0};
	uint64_t now = 2 * PLACE_STAY_NS;
	bool left = CPU_COUNT(&all) < 2;

	/* Between the look and the move the scheduler may move it, too. */
	for (int i = 0; i < 100 && !left; i++, now += PLACE_STAY_NS) {
		int cpu = sched_getcpu();

		notes(&place, cpu, PLACE_BESIDE);
		place_leave(&place, now);
		left = place.left == now && sched_getcpu() != cpu;
	}
	ck_assert(left);
	check_mask(&all);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("broker/place");
	TCase *tc = tcase_create("place");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, test_counts);
	tcase_add_test(tc, test_stays);
	tcase_add_test(tc, test_nowhere);
	tcase_add_test(tc, test_leaves);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
