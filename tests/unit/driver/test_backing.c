/* SPDX-License-Identifier: Apache-2.0 */

/* The memory behind areas: asked for once, kept while in use, given back with time or need. */

#include <errno.h>
#include <stdlib.h>

#include "driver/buffer.h"
#include "driver/proc.h"
#include "driver/system.h"
#include "oom.h"
#include "stage.h"

#define PID 99
#define PAGE 4096u

static struct area *area;
static struct seat *seat;

static void setup(void)
{
	stage_setup();
	seat = a->seat;
	area = &seat->proc->area;
}

static void teardown(void)
{
	oom_at(0);
	stage_teardown();
}

static struct buffer *take_of(struct area *of, uint64_t size)
{
	struct buffer *buffer = NULL;

	ck_assert_int_eq(buffer_new(of, size, 0, 0, false, PID, &buffer), 0);
	area_check(of);
	return buffer;
}

static struct buffer *take(uint64_t size)
{
	return take_of(area, size);
}

static void give(struct buffer *buffer)
{
	buffer_free(area, buffer);
	area_check(area);
}

static void tick(void)
{
	driver_tick(bench->system);
	while (driver_trim(bench->system, 1))
		;
	driver_check(bench->system);
}

static bool idle(void)
{
	return driver_has_idle(bench->system);
}

START_TEST(asked_for_what_is_used)
{
	struct buffer *first = take(4096), *second = take(1), *third;

	ck_assert(seat->pages[0] && seat->pages[1] && !seat->pages[2]);
	ck_assert_uint_eq(area->reserved, 2 * PAGE);
	ck_assert(!idle());
	give(first);
	ck_assert(idle());
	/* Too large for the hole: behind the second, whose page it shares. */
	third = take(3 * PAGE);
	ck_assert_uint_eq(third->offset, PAGE + 8);
	ck_assert_uint_eq(seat->usable, 5 * PAGE);
	give(second);
	give(third);
}
END_TEST

START_TEST(two_ticks)
{
	struct buffer *buffer = take(3 * PAGE);

	tick();
	tick();
	tick();
	ck_assert_uint_eq(seat->usable, 3 * PAGE);
	give(buffer);
	ck_assert(idle());
	tick();
	ck_assert_uint_eq(seat->usable, 3 * PAGE);
	ck_assert(idle());
	tick();
	ck_assert_uint_eq(seat->usable, 0);
	ck_assert_uint_eq(area->reserved, 0);
	/* Nothing is left to be done: no clock is needed. */
	ck_assert(!idle());
	buffer = take(3 * PAGE);
	ck_assert_uint_eq(seat->usable, 3 * PAGE);
	give(buffer);
}
END_TEST

START_TEST(working_set_stays)
{
	struct buffer *large = take(8 * PAGE);

	give(large);
	for (int i = 0; i < 5; i++) {
		give(take(2 * PAGE));
		tick();
		ck_assert_uint_eq(seat->usable, i < 1 ? 8 * PAGE : 2 * PAGE);
		ck_assert(seat->pages[0] && seat->pages[1]);
	}
	ck_assert(idle());
	tick();
	ck_assert(!idle());
}
END_TEST

/* A page of which a byte is in use stays. */
START_TEST(shared_pages_stay)
{
	struct buffer *low = take(PAGE - 8), *wall = take(16), *high = take(2 * PAGE - 8);

	ck_assert_uint_eq(seat->usable, 3 * PAGE);
	give(low);
	ck_assert(!idle());
	give(high);
	ck_assert(idle());
	tick();
	tick();
	ck_assert(seat->pages[0] && seat->pages[1] && !seat->pages[2]);
	ck_assert(!idle());
	give(wall);
	ck_assert(idle());
	tick();
	tick();
	ck_assert_uint_eq(seat->usable, 0);
}
END_TEST

/* A hole in the middle is filled anew, and only it. */
START_TEST(holes)
{
	struct buffer *low = take(PAGE), *middle = take(2 * PAGE), *high = take(PAGE), *all;

	give(middle);
	tick();
	tick();
	ck_assert_uint_eq(seat->usable, 2 * PAGE);
	middle = take(PAGE + 8);
	ck_assert_uint_eq(middle->offset, PAGE);
	ck_assert_uint_eq(seat->usable, 4 * PAGE);
	give(middle);
	give(low);
	give(high);
	/* All of it, over what is there. */
	all = take(STAGE_AREA);
	ck_assert_uint_eq(seat->usable, STAGE_AREA);
	give(all);
}
END_TEST

START_TEST(no_memory)
{
	struct buffer *buffer = take(PAGE + 8), *other;

	seat->reserve_limit = 2 * PAGE;
	seat->reserve_error = _i ? -EDQUOT : -ENOMEM;
	ck_assert_int_eq(buffer_new(area, PAGE, 0, 0, false, PID, &other), -ENOMEM);
	area_check(area);
	ck_assert_uint_eq(area->used_count, 1);
	/* What fits the pages that are there needs no more. */
	other = take(PAGE - 8);
	give(other);
	give(buffer);
	tick();
	tick();
	ck_assert_uint_eq(seat->usable, 0);
}
END_TEST

/* One part of a buffer has memory, the other gets none: what was got is not lost. */
START_TEST(partly)
{
	struct buffer *low = take(2 * PAGE), *wall = take(PAGE), *rest;

	give(low);
	seat->reserve_limit = 6 * PAGE;
	ck_assert_int_eq(buffer_new(area, 8 * PAGE, 0, 0, false, PID, &rest), -ENOMEM);
	area_check(area);
	/* The idle ones were given back in the attempt. */
	ck_assert_uint_eq(seat->usable, PAGE);
	rest = take(5 * PAGE);
	give(rest);
	give(wall);
}
END_TEST

/* At its limit a user's own idle pages are given back, nobody else's. */
START_TEST(pressure_of_a_user)
{
	struct actor *same = cast_proc(0, 50, BENCH_UID, STAGE_AREA);
	struct actor *other = cast_proc(0, 51, BENCH_UID + 1, STAGE_AREA);
	struct area *same_area = &same->seat->proc->area, *other_area = &other->seat->proc->area;
	struct buffer *buffer;

	give(take(2 * PAGE));
	buffer_free(same_area, take_of(same_area, PAGE));
	buffer_free(other_area, take_of(other_area, PAGE));
	seat->reserve_limit = 2 * PAGE;
	seat->reserve_error = -EDQUOT;
	ck_assert_int_eq(buffer_new(area, 4 * PAGE, 0, 0, false, PID, &buffer), -ENOMEM);
	ck_assert_uint_eq(same->seat->usable, 0);
	ck_assert_uint_eq(other->seat->usable, PAGE);
	driver_check(bench->system);
	seat->reserve_error = -ENOMEM;
	ck_assert_int_eq(buffer_new(area, 4 * PAGE, 0, 0, false, PID, &buffer), -ENOMEM);
	ck_assert_uint_eq(other->seat->usable, 0);
	driver_check(bench->system);
}
END_TEST

/* What is given back on demand is enough: the transaction goes through. */
START_TEST(pressure_helps)
{
	struct buffer *wall, *buffer;

	buffer = take(3 * PAGE);
	wall = take(PAGE);
	give(buffer);
	seat->reserve_limit = 6 * PAGE;
	seat->reserve_error = _i ? -EDQUOT : -ENOMEM;
	/* 4 are there, 3 of them idle; these 5 come after the wall. */
	buffer = take(5 * PAGE);
	ck_assert_uint_eq(buffer->offset, 4 * PAGE);
	ck_assert_uint_eq(seat->usable, 6 * PAGE);
	ck_assert(!seat->pages[0] && seat->pages[3]);
	give(buffer);
	give(wall);
}
END_TEST

/* Few areas at a time, each once for a tick, the same after a new one. */
START_TEST(in_slices)
{
	struct area *areas[3];

	for (int i = 0; i < 3; i++) {
		areas[i] = &cast_proc(0, 50 + i, BENCH_UID + (uid_t)(i == 2), STAGE_AREA)
				    ->seat->proc->area;
		buffer_free(areas[i], take_of(areas[i], PAGE));
	}
	ck_assert(!driver_trim(bench->system, 8));
	driver_tick(bench->system);
	ck_assert(driver_trim(bench->system, 0));
	ck_assert(driver_trim(bench->system, 2));
	ck_assert(!driver_trim(bench->system, 2));
	ck_assert(!driver_trim(bench->system, 2));
	driver_tick(bench->system);
	ck_assert(driver_trim(bench->system, 2));
	ck_assert_uint_eq(areas[0]->reserved + areas[1]->reserved + areas[2]->reserved, PAGE);
	driver_check(bench->system);
	ck_assert(!driver_trim(bench->system, 1));
	ck_assert_uint_eq(areas[0]->reserved + areas[1]->reserved + areas[2]->reserved, 0);
	ck_assert(!idle());
}
END_TEST

/* The end of a proc with idle pages, and with pages in use. */
START_TEST(ends)
{
	struct actor *c = cast_proc(0, 50, BENCH_UID, STAGE_AREA);
	struct area *of = &c->seat->proc->area;

	take_of(of, PAGE);
	buffer_free(of, take_of(of, PAGE));
	ck_assert(idle());
	seat_close(c->seat);
	ck_assert(!idle());
	tick();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/backing");
	TCase *tc = tcase_create("backing");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, asked_for_what_is_used);
	tcase_add_test(tc, two_ticks);
	tcase_add_test(tc, working_set_stays);
	tcase_add_test(tc, shared_pages_stay);
	tcase_add_test(tc, holes);
	tcase_add_loop_test(tc, no_memory, 0, 2);
	tcase_add_test(tc, partly);
	tcase_add_test(tc, pressure_of_a_user);
	tcase_add_loop_test(tc, pressure_helps, 0, 2);
	tcase_add_test(tc, in_slices);
	tcase_add_test(tc, ends);
	return stage_main(suite);
}
