/* SPDX-License-Identifier: Apache-2.0 */

/* Lists of work. */

#include "driver/proc.h"
#include "driver/work.h"
#include "stage.h"

START_TEST(empty_list)
{
	struct work work = {0};
	struct work_list list;

	work_list_init(&list, NULL);
	ck_assert(work_list_empty(&list));
	ck_assert_ptr_null(work_list_first(&list));
	ck_assert_ptr_null(work_take(&list));
	/* What is on no list can be taken off it. */
	work_dequeue(&work);
	ck_assert_ptr_null(work.list);
}
END_TEST

START_TEST(order)
{
	struct work work[4] = {0};
	struct work_list list;

	work_list_init(&list, NULL);
	work_enqueue(&work[1], &list);
	work_enqueue(&work[2], &list);
	work_enqueue(&work[3], &list);
	work_enqueue_head(&work[0], &list);
	ck_assert_ptr_eq(work[2].list, &list);
	work_dequeue(&work[2]);
	ck_assert_ptr_null(work[2].list);
	ck_assert_ptr_eq(work_list_first(&list), &work[0]);
	ck_assert_ptr_eq(work_take(&list), &work[0]);
	ck_assert_ptr_eq(work_take(&list), &work[1]);
	ck_assert_ptr_eq(work_take(&list), &work[3]);
	ck_assert(work_list_empty(&list));
}
END_TEST

START_TEST(level_of_a_proc)
{
	struct work work[2] = {{.type = WORK_DEAD_BINDER}, {.type = WORK_DEAD_BINDER}};
	struct work_list *list = &a->seat->proc->todo;

	/* The bench asserts that no level is told twice. */
	ck_assert(!a->seat->level);
	work_enqueue(&work[0], list);
	ck_assert(a->seat->level);
	work_enqueue_head(&work[1], list);
	work_dequeue(&work[0]);
	ck_assert(a->seat->level);
	ck_assert_ptr_eq(work_take(list), &work[1]);
	ck_assert(!a->seat->level);
	ck_assert(!b->seat->level);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/work");
	TCase *tc = stage_case(suite, "work");

	tcase_add_test(tc, empty_list);
	tcase_add_test(tc, order);
	tcase_add_test(tc, level_of_a_proc);
	return stage_main(suite);
}
