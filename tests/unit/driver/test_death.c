/* SPDX-License-Identifier: Apache-2.0 */

/* Death notifications: asked for, told once, cleared, confirmed. */

#include "stage.h"

/* m holds a's node as handle 1. */
static void introduce(void)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &parcel);
	tell(a);
	look(m);
	bc_handle(m, BC_ACQUIRE, 1);
	give_back(m,
		&(struct binder_transaction_data){.data.ptr.buffer = received(m).data.ptr.buffer});
	peek(a);
}

static void request(uint64_t cookie)
{
	bc_handle_cookie(m, BC_REQUEST_DEATH_NOTIFICATION, 1, cookie);
	tell(m);
	expect(m, "ok");
}

static void clear(uint64_t cookie)
{
	bc_handle_cookie(m, BC_CLEAR_DEATH_NOTIFICATION, 1, cookie);
	tell(m);
}

static void die(void)
{
	seat_close(a->seat);
	bench_run(bench);
}

START_TEST(told_once)
{
	introduce();
	request(0x77);
	ck_assert_uint_eq(counts().deaths, 1);
	look(m);
	die();
	expect(m, "NOOP DEAD_BINDER 77");
	peek(m);
	expect(m, "EAGAIN");
	bc_cookie(m, BC_DEAD_BINDER_DONE, 0x78);
	bc_cookie(m, BC_DEAD_BINDER_DONE, 0x77);
	bc_cookie(m, BC_DEAD_BINDER_DONE, 0x77);
	tell(m);
	bc_handle(m, BC_RELEASE, 1);
	tell(m);
	ck_assert_uint_eq(counts().deaths, 0);
	ck_assert_uint_eq(counts().nodes, 1);
}
END_TEST

START_TEST(asked_of_the_dead)
{
	introduce();
	die();
	request(0x77);
	peek(m);
	expect(m, "NOOP DEAD_BINDER 77");
}
END_TEST

START_TEST(second_request_is_ignored)
{
	introduce();
	request(0x77);
	request(0x78);
	ck_assert_uint_eq(counts().deaths, 1);
	die();
	peek(m);
	expect(m, "NOOP DEAD_BINDER 77");
	peek(m);
	expect(m, "EAGAIN");
}
END_TEST

START_TEST(cleared_in_time)
{
	introduce();
	request(0x77);
	clear(0x78);
	peek(m);
	expect(m, "EAGAIN");
	clear(0x77);
	peek(m);
	expect(m, "NOOP CLEAR_DEATH_DONE 77");
	ck_assert_uint_eq(counts().deaths, 0);
	clear(0x77);
	die();
	peek(m);
	expect(m, "EAGAIN");
	request(0x79);
	peek(m);
	expect(m, "NOOP DEAD_BINDER 79");
}
END_TEST

/* Not a looper: any thread of the proc gets the confirmation. */
START_TEST(confirmation_goes_to_the_proc)
{
	struct actor *m2 = cast(m->seat, 11);

	introduce();
	request(0x77);
	look(m2);
	clear(0x77);
	expect(m2, "NOOP CLEAR_DEATH_DONE 77");
}
END_TEST

START_TEST(confirmation_goes_to_the_looper)
{
	struct actor *m2 = cast(m->seat, 11);

	introduce();
	bc(m, BC_ENTER_LOOPER);
	request(0x77);
	look(m2);
	clear(0x77);
	expect(m2, "waits");
	look(m);
	expect(m, "NOOP CLEAR_DEATH_DONE 77");
}
END_TEST

START_TEST(cleared_before_it_was_read)
{
	introduce();
	request(0x77);
	die();
	clear(0x77);
	peek(m);
	expect(m, "NOOP DEAD_BINDER 77");
	peek(m);
	expect(m, "EAGAIN");
	bc_cookie(m, BC_DEAD_BINDER_DONE, 0x77);
	peek(m);
	expect(m, "NOOP CLEAR_DEATH_DONE 77");
	ck_assert_uint_eq(counts().deaths, 0);
}
END_TEST

START_TEST(cleared_after_it_was_read)
{
	introduce();
	bc(m, BC_ENTER_LOOPER);
	request(0x77);
	die();
	look(m);
	expect(m, "NOOP DEAD_BINDER 77");
	clear(0x77);
	peek(m);
	expect(m, "EAGAIN");
	bc_cookie(m, BC_DEAD_BINDER_DONE, 0x77);
	look(m);
	expect(m, "NOOP CLEAR_DEATH_DONE 77");
}
END_TEST

START_TEST(each_read_ends_after_one)
{
	introduce();
	request(1);
	bc_handle(b, BC_ACQUIRE, 0);
	bc_handle_cookie(b, BC_REQUEST_DEATH_NOTIFICATION, 0, 2);
	tell(b);
	die();
	hint(b, 0, 3);
	look(m);
	expect(m, "NOOP DEAD_BINDER 1");
	look(m);
	expect(m, "NOOP TRANSACTION 3");
	seat_close(m->seat);
	bench_run(bench);
	look(b);
	expect(b, "NOOP DEAD_BINDER 2");
}
END_TEST

START_TEST(ref_gone_is_notification_gone)
{
	introduce();
	request(0x77);
	bc_handle(m, BC_RELEASE, 1);
	tell(m);
	ck_assert_uint_eq(counts().deaths, 0);
	die();
	peek(m);
	expect(m, "EAGAIN");
}
END_TEST

START_TEST(ref_gone_before_it_was_read)
{
	introduce();
	request(0x77);
	die();
	bc_handle(m, BC_RELEASE, 1);
	tell(m);
	ck_assert_uint_eq(counts().deaths, 0);
	peek(m);
	expect(m, "EAGAIN");
}
END_TEST

START_TEST(watcher_dies_first)
{
	introduce();
	request(0x77);
	clear(0x77);
	seat_close(m->seat);
	bench_run(bench);
	ck_assert_uint_eq(counts().deaths, 0);
}
END_TEST

START_TEST(watcher_dies_with_one_delivered)
{
	introduce();
	request(0x77);
	die();
	look(m);
	clear(0x77);
	seat_close(m->seat);
	bench_run(bench);
	ck_assert_uint_eq(counts().deaths, 0);
}
END_TEST

START_TEST(limit_of_deaths)
{
	const struct driver_limits limits = {9, 9, 9, 9, 9, 0, 9};

	introduce();
	driver_set_limits(bench->system, &limits);
	bc_handle_cookie(m, BC_REQUEST_DEATH_NOTIFICATION, 1, 1);
	bc(m, BC_ENTER_LOOPER);
	talk(m);
	ck_assert_uint_eq(m->result.write_consumed, 16);
	expect(m, "NOOP ERROR");
	ck_assert_uint_eq(counts().deaths, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/death");
	TCase *tc = stage_case(suite, "death");

	tcase_add_test(tc, told_once);
	tcase_add_test(tc, asked_of_the_dead);
	tcase_add_test(tc, second_request_is_ignored);
	tcase_add_test(tc, cleared_in_time);
	tcase_add_test(tc, confirmation_goes_to_the_proc);
	tcase_add_test(tc, confirmation_goes_to_the_looper);
	tcase_add_test(tc, cleared_before_it_was_read);
	tcase_add_test(tc, cleared_after_it_was_read);
	tcase_add_test(tc, each_read_ends_after_one);
	tcase_add_test(tc, ref_gone_is_notification_gone);
	tcase_add_test(tc, ref_gone_before_it_was_read);
	tcase_add_test(tc, watcher_dies_first);
	tcase_add_test(tc, watcher_dies_with_one_delivered);
	tcase_add_test(tc, limit_of_deaths);
	return stage_main(suite);
}
