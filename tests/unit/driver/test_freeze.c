/* SPDX-License-Identifier: Apache-2.0 */

/* BINDER_FREEZE, what it does to calls, and who is told. m's pid is 10, b does it. */

#include "stage.h"

static int freeze(uint32_t pid, bool enable, uint32_t timeout_ms)
{
	const struct binderd_freeze_info info = {pid, enable, timeout_ms};

	return ioctl_with(b, BINDER_FREEZE, info);
}

static struct binderd_frozen_status_info status(uint32_t pid)
{
	struct binderd_frozen_status_info info = {.pid = pid, .sync_recv = 9, .async_recv = 9};

	ck_assert_int_eq(ioctl_with(a, BINDER_GET_FROZEN_INFO, info), 0);
	memcpy(&info, a->bytes, sizeof(info));
	ck_assert_uint_eq(info.pid, pid);
	return info;
}

static void free_last(struct actor *actor)
{
	struct binder_transaction_data tr = received(actor);

	give_back(actor, &tr);
}

START_TEST(nobody)
{
	struct binderd_frozen_status_info info = {.pid = 999};

	ck_assert_int_eq(freeze(999, true, 0), EINVAL);
	ck_assert_int_eq(freeze(999, false, 100), EINVAL);
	ck_assert_int_eq(ioctl_with(a, BINDER_GET_FROZEN_INFO, info), EINVAL);
}
END_TEST

START_TEST(calls_are_refused)
{
	ck_assert_int_eq(freeze(10, true, 0), 0);
	ck_assert_uint_eq(status(10).sync_recv, 0);
	bc_send(a, false, &(struct letter){.code = 1});
	expect_refused(a, "FROZEN_REPLY", 0);
	ck_assert_uint_eq(status(10).sync_recv, 1);
	ck_assert_int_eq(freeze(10, false, 0), 0);
	ck_assert_uint_eq(status(10).sync_recv, 0);
	ask(a, 0, 2);
	look(m);
	expect(m, "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(oneways_wait_and_are_read)
{
	ck_assert_int_eq(freeze(10, true, 0), 0);
	look(m);
	hint(a, 0, 1);
	expect(a, "NOOP PENDING_FROZEN");
	expect(m, "NOOP TRANSACTION 1");
	ck_assert_uint_eq(status(10).async_recv, 1);
	ck_assert_uint_eq(status(10).sync_recv, 0);
}
END_TEST

START_TEST(pending_work_is_seen)
{
	hint(a, 0, 1);
	ck_assert_uint_eq(status(10).sync_recv, 2);
	ck_assert_int_eq(freeze(10, true, 0), EAGAIN);
	/* Read is enough for a oneway. */
	look(m);
	ck_assert_int_eq(freeze(10, true, 0), 0);
}
END_TEST

START_TEST(failure_thaws)
{
	ck_assert_int_eq(freeze(10, true, 0), 0);
	hint(a, 0, 1);
	ck_assert_int_eq(freeze(10, true, 0), EAGAIN);
	ck_assert_uint_eq(status(10).async_recv, 0);
	ask(a, 0, 2);
	expect(a, "waits");
}
END_TEST

START_TEST(caller_is_busy_too)
{
	ask(a, 0, 1);
	/* a waits for m: neither can be frozen. */
	ck_assert_int_eq(freeze(20, true, 0), EAGAIN);
	ck_assert_int_eq(freeze(10, true, 0), EAGAIN);
	serve_once(m);
	end_call(a);
	ck_assert_int_eq(freeze(20, true, 0), 0);
	ck_assert_int_eq(freeze(10, true, 0), 0);
}
END_TEST

START_TEST(waits_for_calls_to_end)
{
	struct actor *a2 = cast(a->seat, 21);

	ask(a, 0, 1);
	look(m);
	ck_assert_int_eq(freeze(10, true, 50), 0);
	expect(b, "waits");
	ck_assert_uint_eq(b->timer, 50);
	/* No new ones come in meanwhile. */
	bc_send(a2, false, &(struct letter){0});
	expect_refused(a2, "FROZEN_REPLY", 0);
	answer(m);
	expect(b, "ok");
	ck_assert_uint_eq(b->timer, 0);
}
END_TEST

START_TEST(time_runs_out)
{
	ask(a, 0, 1);
	freeze(10, true, 50);
	expect(b, "waits");
	thread_timeout(b->thread);
	bench_run(bench);
	expect(b, "EAGAIN");
	serve_once(m);
	end_call(a);
	ask(a, 0, 2);
	expect(a, "waits");
}
END_TEST

START_TEST(signal_ends_the_wait)
{
	ask(a, 0, 1);
	freeze(10, true, 50);
	thread_interrupt(b->thread);
	bench_run(bench);
	expect(b, "EINTR");
	ck_assert_uint_eq(b->timer, 0);
	/* Thawed: it does not say that it is pending. */
	hint(b, 0, 1);
	expect(b, "NOOP COMPLETE");
}
END_TEST

START_TEST(target_dies_during_the_wait)
{
	ask(a, 0, 1);
	freeze(10, true, 50);
	seat_close(m->seat);
	bench_run(bench);
	expect(b, "ok");
}
END_TEST

START_TEST(freezer_dies_during_the_wait)
{
	ask(a, 0, 1);
	freeze(10, true, 50);
	seat_close(b->seat);
	bench_run(bench);
	serve_once(m);
	end_call(a);
	/* As by the signal that killed it: thawed. */
	hint(a, 0, 1);
	expect(a, "NOOP COMPLETE");
}
END_TEST

START_TEST(detach_ends_the_wait)
{
	ask(a, 0, 1);
	freeze(10, true, 50);
	actor_detach(b);
	b->done = true;
	bench_run(bench);
	serve_once(m);
	peek(b);
	expect(b, "EAGAIN");
}
END_TEST

START_TEST(all_procs_of_a_pid)
{
	struct actor *twin = cast_proc(1, 10, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);

	serve(twin, 0);
	ck_assert_int_eq(freeze(10, true, 0), 0);
	bc_send(c, false, &(struct letter){0});
	expect_refused(c, "FROZEN_REPLY", 0);
	bc_send(a, false, &(struct letter){0});
	expect_refused(a, "FROZEN_REPLY", 0);
	hint(c, 0, 1);
	ck_assert_uint_eq(status(10).sync_recv, 3);
	ck_assert_uint_eq(status(10).async_recv, 1);
}
END_TEST

/* One after the other: the second is not frozen before the first is through. */
START_TEST(waits_for_each_proc_of_a_pid)
{
	struct actor *twin = cast_proc(1, 10, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);

	serve(twin, 0);
	ask(a, 0, 1);
	ask(c, 0, 1);
	ck_assert_int_eq(freeze(10, true, 50), 0);
	expect(b, "waits");
	serve_once(twin);
	expect(b, "waits");
	serve_once(m);
	expect(b, "ok");
	end_call(a);
	end_call(c);
	bc_send(a, false, &(struct letter){0});
	expect_refused(a, "FROZEN_REPLY", 0);
	bc_send(c, false, &(struct letter){0});
	expect_refused(c, "FROZEN_REPLY", 0);
}
END_TEST

START_TEST(one_busy_proc_of_a_pid_fails_it)
{
	struct actor *twin = cast_proc(1, 10, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);

	serve(twin, 0);
	ask(a, 0, 1);
	ask(c, 0, 1);
	freeze(10, true, 50);
	serve_once(twin);
	thread_timeout(b->thread);
	bench_run(bench);
	expect(b, "EAGAIN");
}
END_TEST

START_TEST(freezer_may_freeze_itself)
{
	ck_assert_int_eq(freeze(30, true, 50), 0);
	expect(b, "ok");
	hint(b, 0, 1);
	expect(b, "NOOP COMPLETE");
	ck_assert_int_eq(freeze(30, false, 0), 0);
}
END_TEST

START_TEST(two_freeze_the_same)
{
	struct actor *b2 = cast(b->seat, 31);
	const struct binderd_freeze_info info = {10, true, 80};

	ask(a, 0, 1);
	freeze(10, true, 50);
	ioctl_with(b2, BINDER_FREEZE, info);
	expect(b, "waits");
	expect(b2, "waits");
	serve_once(m);
	expect(b, "ok");
	expect(b2, "ok");
}
END_TEST

/* a holds the manager's handle and asks to be told of m. */
static void watch(uint64_t cookie)
{
	bc_handle(a, BC_ACQUIRE, 0);
	bc_handle_cookie(a, BC_REQUEST_FREEZE_NOTIFICATION, 0, cookie);
	tell(a);
	expect(a, "ok");
}

START_TEST(told_at_once_and_on_change)
{
	watch(5);
	ck_assert_uint_eq(counts().deaths, 1);
	peek(a);
	expect(a, "NOOP FROZEN_BINDER 5:0");
	/* Not before the acknowledgement, and then only if it differs. */
	freeze(10, true, 0);
	peek(a);
	expect(a, "EAGAIN");
	bc_cookie(a, BC_FREEZE_NOTIFICATION_DONE, 5);
	peek(a);
	expect(a, "NOOP FROZEN_BINDER 5:1");
	bc_cookie(a, BC_FREEZE_NOTIFICATION_DONE, 5);
	peek(a);
	expect(a, "EAGAIN");
	look(a);
	freeze(10, false, 0);
	expect(a, "NOOP FROZEN_BINDER 5:0");
}
END_TEST

START_TEST(one_that_waits_to_be_told_is_brought_up_to_date)
{
	watch(5);
	freeze(10, true, 0);
	peek(a);
	expect(a, "NOOP FROZEN_BINDER 5:1");
	peek(a);
	expect(a, "EAGAIN");
}
END_TEST

START_TEST(request_twice)
{
	watch(5);
	bc_handle_cookie(a, BC_REQUEST_FREEZE_NOTIFICATION, 0, 6);
	tell(a);
	expect(a, "EINVAL");
}
END_TEST

START_TEST(cleared)
{
	watch(5);
	peek(a);
	bc_cookie(a, BC_FREEZE_NOTIFICATION_DONE, 5);
	bc_handle_cookie(a, BC_CLEAR_FREEZE_NOTIFICATION, 0, 6);
	tell(a);
	expect(a, "EINVAL");
	bc_handle_cookie(a, BC_CLEAR_FREEZE_NOTIFICATION, 0, 5);
	peek(a);
	expect(a, "NOOP CLEAR_FREEZE_DONE 5");
	ck_assert_uint_eq(counts().deaths, 0);
	bc_handle_cookie(a, BC_CLEAR_FREEZE_NOTIFICATION, 0, 5);
	tell(a);
	expect(a, "EINVAL");
}
END_TEST

START_TEST(cleared_before_it_was_read)
{
	watch(5);
	bc_handle_cookie(a, BC_CLEAR_FREEZE_NOTIFICATION, 0, 5);
	peek(a);
	expect(a, "NOOP CLEAR_FREEZE_DONE 5");
	ck_assert_uint_eq(counts().deaths, 0);
}
END_TEST

START_TEST(cleared_before_it_was_acknowledged)
{
	watch(5);
	peek(a);
	bc_handle_cookie(a, BC_CLEAR_FREEZE_NOTIFICATION, 0, 5);
	peek(a);
	expect(a, "EAGAIN");
	bc_cookie(a, BC_FREEZE_NOTIFICATION_DONE, 5);
	peek(a);
	expect(a, "NOOP CLEAR_FREEZE_DONE 5");
	ck_assert_uint_eq(counts().deaths, 0);
}
END_TEST

START_TEST(watchers_end)
{
	watch(5);
	peek(a);
	bc_handle_cookie(a, BC_CLEAR_FREEZE_NOTIFICATION, 0, 5);
	tell(a);
	seat_close(a->seat);
	bench_run(bench);
	ck_assert_uint_eq(counts().deaths, 0);
}
END_TEST

START_TEST(the_dead_are_not_told_of)
{
	bc_handle(a, BC_ACQUIRE, 0);
	tell(a);
	seat_close(m->seat);
	bench_run(bench);
	bc_handle_cookie(a, BC_REQUEST_FREEZE_NOTIFICATION, 0, 5);
	peek(a);
	expect(a, "EAGAIN");
	ck_assert_uint_eq(counts().deaths, 1);
	bc_handle(a, BC_RELEASE, 0);
	tell(a);
	ck_assert_uint_eq(counts().deaths, 0);
}
END_TEST

START_TEST(limit_of_watches)
{
	const struct driver_limits limits = {9, 9, 9, 9, 9, 0, 9};

	driver_set_limits(bench->system, &limits);
	bc_handle(a, BC_ACQUIRE, 0);
	bc_handle_cookie(a, BC_REQUEST_FREEZE_NOTIFICATION, 0, 5);
	tell(a);
	expect(a, "ENOMEM");
	ck_assert_uint_eq(a->result.write_consumed, 8);
}
END_TEST

static void update(uint32_t code, uint8_t value)
{
	struct letter letter = {
		.code = code,
		.flags = TF_ONE_WAY | TF_UPDATE_TXN,
		.data = seat_put(a->seat, &value, 1),
		.size = 1,
	};

	bc_send(a, false, &letter);
	talk(a);
}

static void next_is(uint32_t code, uint8_t value)
{
	struct binder_transaction_data tr;

	look(m);
	tr = received(m);
	ck_assert_uint_eq(tr.code, code);
	ck_assert_uint_eq(*seat_at(m->seat, tr.data.ptr.buffer, 1), value);
	free_last(m);
}

START_TEST(update_replaces_one_that_waits)
{
	ck_assert_int_eq(freeze(10, true, 0), 0);
	update(1, 10); /* first in line: it stays */
	update(1, 11);
	update(2, 20);
	update(1, 12);
	ck_assert_uint_eq(counts().transactions, 3);
	next_is(1, 10);
	next_is(2, 20);
	next_is(1, 12);
	peek(m);
	expect(m, "EAGAIN");
	ck_assert_uint_eq(counts().buffers, 0);
}
END_TEST

START_TEST(update_replaces_none_unless_frozen)
{
	update(1, 10);
	update(1, 11);
	update(1, 12);
	next_is(1, 10);
	next_is(1, 11);
	next_is(1, 12);
}
END_TEST

START_TEST(replaced_one_lets_go_of_what_it_held)
{
	struct parcel parcel = {0};
	struct driver_counts before;

	ck_assert_int_eq(freeze(10, true, 0), 0);
	update(1, 10);
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_fd(&parcel, 3);
	before = counts();
	parcel_send(a, false, 0, 1, TF_ONE_WAY | TF_UPDATE_TXN, &parcel);
	talk(a);
	bc_node(a, BC_INCREFS_DONE, 0x10, 0x11);
	bc_node(a, BC_ACQUIRE_DONE, 0x10, 0x11);
	tell(a);
	update(1, 12);
	peek(a);
	expect(a, "NOOP RELEASE 10:11 DECREFS 10:11");
	ck_assert_uint_eq(bench->files_held, 0);
	ck_assert_uint_eq(counts().refs, before.refs);
	ck_assert_uint_eq(counts().transactions, before.transactions + 1);
}
END_TEST

#define WATCHERS 4u

static struct actor *watchers[WATCHERS];

/* Watchers of m's node; telling them goes step by step from here on, the last one first. */
static void cast_watchers(void)
{
	for (uint32_t i = 0; i < WATCHERS; i++) {
		watchers[i] = cast_proc(0, (pid_t)(100 + i), BENCH_UID, 4096);
		bc_handle(watchers[i], BC_ACQUIRE, 0);
		bc_handle_cookie(watchers[i], BC_REQUEST_FREEZE_NOTIFICATION, 0, 5);
		peek(watchers[i]);
		bc_cookie(watchers[i], BC_FREEZE_NOTIFICATION_DONE, 5);
		tell(watchers[i]);
	}
	bench->sliced = true;
}

static void steps(unsigned int count)
{
	bench->slice = count;
	bench_run(bench);
	bench->slice = 0;
}

static void expect_told(unsigned int i, const char *text)
{
	peek(watchers[i]);
	expect(watchers[i], text);
}

START_TEST(ends_when_all_are_told)
{
	cast_watchers();
	ck_assert_int_eq(freeze(10, true, 0), 0);
	expect(b, "waits");
	/* Frozen it is by now. */
	bc_send(a, false, &(struct letter){.code = 1});
	expect_refused(a, "FROZEN_REPLY", 0);
	for (unsigned int i = WATCHERS; i-- > 0;) {
		expect_told(i, "EAGAIN");
		steps(1);
		expect_told(i, "NOOP FROZEN_BINDER 5:1");
		thread_interrupt(b->thread);
	}
	expect(b, "waits");
	steps(2);
	expect(b, "ok");
}
END_TEST

START_TEST(thawed_while_some_are_told)
{
	struct actor *b2 = cast(b->seat, 31);
	const struct binderd_freeze_info thaw = {10, false, 0};

	cast_watchers();
	freeze(10, true, 0);
	steps(2);
	ck_assert_int_eq(ioctl_with(b2, BINDER_FREEZE, thaw), 0);
	expect(b, "ok");
	expect(b2, "waits");
	steps(9);
	expect(b2, "ok");
	/* Who had not been told before learns the outcome alone. */
	expect_told(0, "NOOP FROZEN_BINDER 5:0");
	expect_told(1, "NOOP FROZEN_BINDER 5:0");
	expect_told(2, "NOOP FROZEN_BINDER 5:0");
	expect_told(3, "NOOP FROZEN_BINDER 5:0");
}
END_TEST

START_TEST(target_dies_while_some_are_told)
{
	cast_watchers();
	freeze(10, true, 0);
	steps(1);
	seat_close(m->seat);
	steps(99);
	expect(b, "ok");
	expect_told(3, "NOOP FROZEN_BINDER 5:1");
	expect_told(0, "EAGAIN");
}
END_TEST

START_TEST(freezer_dies_while_some_are_told)
{
	cast_watchers();
	freeze(10, true, 0);
	steps(1);
	seat_close(b->seat);
	steps(99);
	for (unsigned int i = 0; i < WATCHERS; i++)
		expect_told(i, "NOOP FROZEN_BINDER 5:1");
	ck_assert_uint_eq(status(10).sync_recv, 0);
}
END_TEST

START_TEST(freezer_dies_before_its_target)
{
	cast_watchers();
	hint(a, 0, 1);
	freeze(10, true, 1000);
	expect(b, "waits");
	seat_close(b->seat);
	seat_close(m->seat);
	steps(99);
	ck_assert_uint_eq(counts().procs, 1 + WATCHERS);
}
END_TEST

START_TEST(watchers_go_while_some_are_told)
{
	cast_watchers();
	freeze(10, true, 0);
	steps(1);
	bc_handle(watchers[2], BC_RELEASE, 0);
	tell(watchers[2]);
	seat_close(watchers[1]->seat);
	/* One who asks meanwhile is told the same twice at most, as it may be in the kernel. */
	bc_handle_cookie(watchers[0], BC_CLEAR_FREEZE_NOTIFICATION, 0, 5);
	tell(watchers[0]);
	expect_told(0, "NOOP CLEAR_FREEZE_DONE 5");
	bc_handle_cookie(watchers[0], BC_REQUEST_FREEZE_NOTIFICATION, 0, 6);
	tell(watchers[0]);
	steps(99);
	expect(b, "ok");
	expect_told(3, "NOOP FROZEN_BINDER 5:1");
	expect_told(2, "EAGAIN");
	expect_told(0, "NOOP FROZEN_BINDER 6:1");
	expect_told(0, "EAGAIN");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/freeze");
	TCase *tc = stage_case(suite, "freeze");

	tcase_add_test(tc, nobody);
	tcase_add_test(tc, calls_are_refused);
	tcase_add_test(tc, oneways_wait_and_are_read);
	tcase_add_test(tc, pending_work_is_seen);
	tcase_add_test(tc, failure_thaws);
	tcase_add_test(tc, caller_is_busy_too);
	tcase_add_test(tc, waits_for_calls_to_end);
	tcase_add_test(tc, time_runs_out);
	tcase_add_test(tc, signal_ends_the_wait);
	tcase_add_test(tc, target_dies_during_the_wait);
	tcase_add_test(tc, freezer_dies_during_the_wait);
	tcase_add_test(tc, detach_ends_the_wait);
	tcase_add_test(tc, all_procs_of_a_pid);
	tcase_add_test(tc, waits_for_each_proc_of_a_pid);
	tcase_add_test(tc, one_busy_proc_of_a_pid_fails_it);
	tcase_add_test(tc, freezer_may_freeze_itself);
	tcase_add_test(tc, two_freeze_the_same);
	tcase_add_test(tc, told_at_once_and_on_change);
	tcase_add_test(tc, one_that_waits_to_be_told_is_brought_up_to_date);
	tcase_add_test(tc, request_twice);
	tcase_add_test(tc, cleared);
	tcase_add_test(tc, cleared_before_it_was_read);
	tcase_add_test(tc, cleared_before_it_was_acknowledged);
	tcase_add_test(tc, watchers_end);
	tcase_add_test(tc, the_dead_are_not_told_of);
	tcase_add_test(tc, limit_of_watches);
	tcase_add_test(tc, ends_when_all_are_told);
	tcase_add_test(tc, thawed_while_some_are_told);
	tcase_add_test(tc, target_dies_while_some_are_told);
	tcase_add_test(tc, freezer_dies_while_some_are_told);
	tcase_add_test(tc, freezer_dies_before_its_target);
	tcase_add_test(tc, watchers_go_while_some_are_told);
	tcase_add_test(tc, update_replaces_one_that_waits);
	tcase_add_test(tc, update_replaces_none_unless_frozen);
	tcase_add_test(tc, replaced_one_lets_go_of_what_it_held);
	return stage_main(suite);
}
