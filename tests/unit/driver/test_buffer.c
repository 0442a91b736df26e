/* SPDX-License-Identifier: Apache-2.0 */

/* The area's buffers: where they lie, when they are refused, who is called a spammer. */

#include <stdlib.h>

#include "driver/buffer.h"
#include "driver/proc.h"
#include "oom.h"
#include "stage.h"

#define PID 99

static struct area *area;

static void setup(void)
{
	stage_setup();
	area = &a->seat->proc->area;
}

static void teardown(void)
{
	oom_at(0);
	stage_teardown();
}

static struct buffer *take(uint64_t size)
{
	struct buffer *buffer = NULL;

	ck_assert_int_eq(buffer_new(area, size, 0, 0, false, PID, &buffer), 0);
	area_check(area);
	return buffer;
}

static struct buffer *give(struct buffer *buffer)
{
	buffer_free(area, buffer);
	area_check(area);
	return NULL;
}

static int refused(uint64_t data, uint64_t offsets, uint64_t extra, bool async)
{
	struct buffer *buffer = NULL;
	size_t used = area->used_count;
	int ret = buffer_new(area, data, offsets, extra, async, PID, &buffer);

	ck_assert_int_lt(ret, 0);
	ck_assert_uint_eq(area->used_count, used);
	area_check(area);
	return -ret;
}

START_TEST(unmapped)
{
	struct actor *c = cast_proc(0, 50, BENCH_UID, 0);

	area = &c->seat->proc->area;
	ck_assert_int_eq(refused(0, 0, 0, false), ESRCH);
	ck_assert_ptr_null(buffer_find(area, 0));
	ck_assert_int_eq(seat_map(c->seat, 4096), 0);
	give(take(8));
	proc_munmap(c->seat->proc);
	ck_assert_int_eq(refused(8, 0, 0, false), ESRCH);
}
END_TEST

START_TEST(packed_without_header)
{
	struct buffer *first = take(0), *second = take(1), *third = take(9), *fourth;

	ck_assert_uint_eq(first->offset, 0);
	ck_assert_uint_eq(first->size, 8);
	ck_assert_uint_eq(second->offset, 8);
	ck_assert_uint_eq(third->offset, 16);
	ck_assert_uint_eq(third->size, 16);
	ck_assert_int_eq(buffer_new(area, 1, 1, 1, false, PID, &fourth), 0);
	ck_assert_uint_eq(fourth->size, 24);
	ck_assert_uint_eq(buffer_offsets_start(fourth), 8);
	ck_assert_uint_eq(buffer_address(area, fourth), a->seat->address + 32);
	give(first);
	give(third);
	give(second);
	give(fourth);
	ck_assert_uint_eq(area->used_count, 0);
}
END_TEST

START_TEST(found_by_address_alone)
{
	struct buffer *first = take(16), *second = take(16);
	uint64_t start = a->seat->address;

	ck_assert_ptr_eq(buffer_find(area, start), first);
	ck_assert_ptr_eq(buffer_find(area, start + 16), second);
	ck_assert_ptr_null(buffer_find(area, start + 8));
	ck_assert_ptr_null(buffer_find(area, start + 32));
	ck_assert_ptr_null(buffer_find(area, start - 16));
	ck_assert_ptr_null(buffer_find(area, UINT64_MAX));
	give(first);
	ck_assert_ptr_null(buffer_find(area, start));
	give(second);
}
END_TEST

START_TEST(best_fit)
{
	struct buffer *large = take(64), *wall = take(8), *small = take(32), *end = take(8), *got;

	give(large);
	give(small);
	got = take(32);
	ck_assert_uint_eq(got->offset, 72);
	large = take(40);
	ck_assert_uint_eq(large->offset, 0);
	/* What is left of the large hole. */
	small = take(24);
	ck_assert_uint_eq(small->offset, 40);
	give(got);
	give(large);
	give(small);
	give(wall);
	give(end);
}
END_TEST

START_TEST(neighbours_merge)
{
	struct buffer *part[3] = {take(64), take(64), take(64)}, *wall = take(8), *got;

	give(part[0]);
	give(part[2]);
	give(part[1]);
	got = take(192);
	ck_assert_uint_eq(got->offset, 0);
	give(got);
	give(wall);
	got = take(STAGE_AREA);
	ck_assert_int_eq(refused(0, 0, 0, false), ENOSPC);
	give(got);
}
END_TEST

START_TEST(full)
{
	struct buffer *first = take(STAGE_AREA - 8), *last = take(1);

	ck_assert_int_eq(refused(0, 0, 0, false), ENOSPC);
	give(last);
	ck_assert_int_eq(refused(9, 0, 0, false), ENOSPC);
	last = take(8);
	give(first);
	give(last);
}
END_TEST

START_TEST(oneways_have_half)
{
	struct buffer *buffer, *call;

	ck_assert_int_eq(refused(STAGE_AREA / 2 + 1, 0, 0, true), ENOSPC);
	ck_assert_int_eq(buffer_new(area, STAGE_AREA / 2, 0, 0, true, PID, &buffer), 0);
	ck_assert_int_eq(refused(0, 0, 0, true), ENOSPC);
	call = take(STAGE_AREA / 2);
	give(buffer);
	ck_assert_int_eq(buffer_new(area, 0, 0, 0, true, PID, &buffer), 0);
	give(buffer);
	give(call);
}
END_TEST

START_TEST(empty_oneways_in_a_page)
{
	struct buffer *buffers[256], *more;

	area = &cast_proc(0, 50, BENCH_UID, 4096)->seat->proc->area;
	for (size_t i = 0; i < 256; i++)
		ck_assert_int_eq(buffer_new(area, 0, 0, 0, true, PID, &buffers[i]), 0);
	ck_assert_int_eq(buffer_new(area, 0, 0, 0, true, PID, &more), -ENOSPC);
	for (size_t i = 0; i < 256; i++)
		give(buffers[i]);
}
END_TEST

START_TEST(sizes_that_overflow)
{
	ck_assert_int_eq(refused(UINT64_MAX, 0, 0, false), EINVAL);
	ck_assert_int_eq(refused(0, UINT64_MAX - 6, 0, false), EINVAL);
	ck_assert_int_eq(refused(0, 0, UINT64_MAX, false), EINVAL);
	ck_assert_int_eq(refused(UINT64_MAX / 2 + 1, UINT64_MAX / 2 + 1, 0, false), EINVAL);
	ck_assert_int_eq(refused(16, 0, UINT64_MAX - 15, false), EINVAL);
	ck_assert_int_eq(refused(UINT64_MAX - 7, 0, 0, false), ENOSPC);
	ck_assert_int_eq(refused(UINT64_MAX - 7, 0, 0, true), ENOSPC);
}
END_TEST

START_TEST(at_most_four_mebibytes)
{
	struct buffer *buffer;

	area = &cast_proc(0, 50, BENCH_UID, 8u << 20)->seat->proc->area;
	ck_assert_uint_eq(area->size, 4u << 20);
	ck_assert_int_eq(refused((4u << 20) + 1, 0, 0, false), ENOSPC);
	buffer = take(4u << 20);
	give(buffer);
}
END_TEST

START_TEST(reserves_what_is_used)
{
	struct buffer *first, *second;

	ck_assert_uint_eq(a->seat->usable, 0);
	first = take(4096);
	ck_assert_uint_eq(a->seat->usable, 4096);
	second = take(1);
	ck_assert_uint_eq(a->seat->usable, 8192);
	give(second);
	give(first);
	first = take(8192);
	ck_assert_uint_eq(a->seat->usable, 8192);
	a->seat->reserve_limit = 8192;
	ck_assert_int_eq(refused(1, 0, 0, false), ENOMEM);
	give(first);
}
END_TEST

START_TEST(cleared_when_asked)
{
	struct buffer *buffer = take(16);

	memset(buffer_memory(area, buffer, 0), 7, 16);
	give(buffer);
	ck_assert_uint_eq(a->seat->memory[15], 7);
	buffer = take(16);
	buffer->clear_on_free = true;
	give(buffer);
	ck_assert_uint_eq(a->seat->memory[0], 0);
	ck_assert_uint_eq(a->seat->memory[15], 0);
}
END_TEST

START_TEST(objects_are_remembered)
{
	struct buffer *buffer = take(16);

	for (uint64_t i = 0; i < 100; i++) {
		const struct buffer_object object = {.at = i, .type = BINDER_TYPE_FD};

		ck_assert_int_eq(buffer_reserve_object(buffer), 0);
		buffer_add_object(buffer, &object);
	}
	for (uint64_t i = 0; i < 100; i++)
		ck_assert_uint_eq(buffer->objects[i].at, i);
	give(buffer);
	buffer = take(16);
	ck_assert_uint_eq(buffer->object_count, 0);
	oom_at(1);
	while (buffer_reserve_object(buffer) == 0)
		buffer_add_object(buffer, &(struct buffer_object){0});
	oom_at(0);
	ck_assert_int_eq(buffer_reserve_object(buffer), 0);
	give(buffer);
}
END_TEST

START_TEST(without_memory)
{
	struct buffer *buffer;
	int ret;

	oom_at(1);
	ck_assert_int_eq(refused(8, 0, 0, false), ENOMEM);
	/* The whole of it needs no record for the rest. */
	oom_at(1);
	ret = buffer_new(area, STAGE_AREA, 0, 0, false, PID, &buffer);
	oom_at(0);
	ck_assert_int_eq(ret, 0);
	give(buffer);
	/* A oneway needs one of its sender besides. */
	oom_at(2);
	ck_assert_int_eq(refused(8, 0, 0, true), ENOMEM);
}
END_TEST

/* 64 KiB, in oneways of one size: which is suspect, which is refused first. */
static void spam(uint64_t size, unsigned int suspect, unsigned int refusal)
{
	struct buffer *buffers[128];
	unsigned int count = 0;

	while (buffer_new(area, size, 0, 0, true, PID, &buffers[count]) == 0) {
		ck_assert_int_eq(buffers[count]->spam_suspect, count + 1 == suspect);
		count++;
	}
	ck_assert_uint_eq(count + 1, refusal);
	while (count > 0)
		give(buffers[--count]);
}

START_TEST(spam_by_number)
{
	/* The record of the 53rd is split off a larger one: it is not yet its sender's. */
	spam(496, 53, 67);
}
END_TEST

START_TEST(spam_by_size)
{
	spam(8000, 4, 5);
}
END_TEST

START_TEST(spam_is_somebodys)
{
	struct buffer *buffers[128];
	unsigned int count = 0;

	/* Two senders in turn: neither has more than 50, nor a quarter. */
	while (buffer_new(area, 496, 0, 0, true, PID + (pid_t)(count % 2), &buffers[count]) == 0) {
		ck_assert(!buffers[count]->spam_suspect);
		count++;
	}
	ck_assert_uint_eq(count, 66);
	while (count > 0)
		give(buffers[--count]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/buffer");
	TCase *tc = tcase_create("buffer");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, unmapped);
	tcase_add_test(tc, packed_without_header);
	tcase_add_test(tc, found_by_address_alone);
	tcase_add_test(tc, best_fit);
	tcase_add_test(tc, neighbours_merge);
	tcase_add_test(tc, full);
	tcase_add_test(tc, oneways_have_half);
	tcase_add_test(tc, empty_oneways_in_a_page);
	tcase_add_test(tc, sizes_that_overflow);
	tcase_add_test(tc, at_most_four_mebibytes);
	tcase_add_test(tc, reserves_what_is_used);
	tcase_add_test(tc, cleared_when_asked);
	tcase_add_test(tc, objects_are_remembered);
	tcase_add_test(tc, without_memory);
	tcase_add_test(tc, spam_by_number);
	tcase_add_test(tc, spam_by_size);
	tcase_add_test(tc, spam_is_somebodys);
	return stage_main(suite);
}
