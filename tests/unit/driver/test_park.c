/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Parked threads: each case is what a thread that reads with an input would see, and is
 * compared with that where the order of several matters.
 */

#include "quiet.h"
#include "stage.h"

static struct actor *m2, *m3;

static void setup(void)
{
	stage_setup();
	m2 = cast(m->seat, 11);
	m3 = cast(m->seat, 12);
}

/* The actor parks, and nothing comes of that. */
static void park(struct actor *actor)
{
	ck_assert(actor_park(actor));
	bench_run(bench);
}

/* It begins a read of which the driver is not told. */
static void begin(struct actor *actor)
{
	actor_begin_read(actor, 512);
	ck_assert(actor_reads(actor));
	bench_run(bench);
	expect(actor, "waits");
}

static void park_and_begin(struct actor *actor)
{
	park(actor);
	begin(actor);
}

/* Its next read is an input, as the driver wanted it to be. */
static void begin_told(struct actor *actor)
{
	ck_assert(actor->park.is_open && actor->park.is_wanted);
	actor_begin_read(actor, 512);
	ck_assert(!actor_reads(actor));
	bench_run(bench);
}

static void one_way(struct actor *actor, uint32_t code)
{
	hint(actor, 0, code);
	expect(actor, "NOOP COMPLETE");
}

/* Takes what came and gives it back, so that the next oneway comes. */
static void take(struct actor *actor, uint32_t code)
{
	struct binder_transaction_data tr = received(actor);

	ck_assert_uint_eq(tr.code, code);
	give_back(actor, &tr);
}

START_TEST(test_call)
{
	struct binder_transaction_data tr;

	park_and_begin(m);
	ask(a, 0, 7);
	expect(m, "NOOP TRANSACTION 7");
	ck_assert(!m->park.is_open);
	tr = received(m);
	answer(m);
	expect(m, "NOOP COMPLETE");
	give_back(m, &tr);
	end_call(a);
}
END_TEST

/* The read's own parameters, and the nice value of the thread that made it, count. */
START_TEST(test_parameters)
{
	m->nice = 7;
	park(m);
	actor_begin_read(m, 40);
	ask(a, 0, 7);
	/* No room: the kernel waits on, with nothing but its BR_NOOP. */
	expect(m, "NOOP");
	ck_assert_uint_eq(m->result.read_consumed, 4);
	ck_assert(m->result.nice_valid);
	ck_assert_int_eq(m->result.nice, 0);
	serve_once(m);
	end_call(a);
}
END_TEST

/* The last to begin is the first to be chosen, whoever parked or waited in which way. */
START_TEST(test_order)
{
	struct actor *m4 = cast(m->seat, 13), *m5 = cast(m->seat, 14);

	park(m);
	park(m2);
	park(m3);
	begin(m2);
	look(m4);
	expect(m4, "waits");
	begin(m3);
	begin(m);
	look(m5);
	ask(a, 0, 1);
	expect(m5, "NOOP TRANSACTION 1");
	ask(b, 0, 2);
	expect(m, "NOOP TRANSACTION 2");
	ask(cast(a->seat, 21), 0, 3);
	expect(m3, "NOOP TRANSACTION 3");
	ask(cast(a->seat, 22), 0, 4);
	expect(m4, "NOOP TRANSACTION 4");
	ask(cast(a->seat, 23), 0, 5);
	expect(m2, "NOOP TRANSACTION 5");
}
END_TEST

/*
 * They begin while calls are listed, and the next one comes before the driver is told of that:
 * who reads has what was there before.
 */
START_TEST(test_begun_and_not_told)
{
	park(m);
	park(m2);
	ask(a, 0, 1);
	ask(b, 0, 2);
	actor_begin_untold(m, 512);
	ask(cast(a->seat, 21), 0, 3);
	expect(m, "NOOP TRANSACTION 1");
	actor_begin_untold(m2, 512);
	one_way(cast(a->seat, 22), 4);
	expect(m2, "NOOP TRANSACTION 2");
	look(m3);
	expect(m3, "NOOP TRANSACTION 3");
	answer(m);
	expect(m, "NOOP COMPLETE");
	look(m);
	expect(m, "NOOP TRANSACTION 4");
}
END_TEST

/* Several of them: each has one, and who is left waits. */
START_TEST(test_several_not_told)
{
	park(m);
	park(m2);
	park(m3);
	ask(a, 0, 1);
	ask(b, 0, 2);
	actor_begin_untold(m, 512);
	actor_begin_untold(m2, 512);
	actor_begin_untold(m3, 512);
	ask(cast(a->seat, 21), 0, 3);
	expect(m3, "NOOP TRANSACTION 1");
	expect(m2, "NOOP TRANSACTION 2");
	expect(m, "NOOP TRANSACTION 3");
}
END_TEST

/* By the stamps of their reads alone, not by the order of parking. */
START_TEST(test_order_by_stamp)
{
	struct actor *all[] = {m, m2, m3};
	const int begins[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	for (int i = 0; i < 6; i++) {
		for (int j = 0; j < 3; j++)
			park(all[j]);
		for (int j = 0; j < 3; j++)
			begin(all[begins[i][j]]);
		for (int j = 2; j >= 0; j--) {
			struct actor *actor = all[begins[i][j]];

			one_way(a, 1);
			expect(actor, "NOOP TRANSACTION 1");
			take(actor, 1);
		}
	}
}
END_TEST

/* Work that is listed before somebody is looked for: one gets it, and the others keep order. */
START_TEST(test_order_of_listed_work)
{
	struct actor *c = cast_proc(0, 40, BENCH_UID, STAGE_AREA);
	struct parcel parcel = {0};
	struct flat_binder_object object;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x100, 0x101);
	parcel_send(c, false, 0, 1, TF_ONE_WAY, &parcel);
	talk(c);
	look(m);
	received_object(m, 0, &object, sizeof(object));
	bc_handle(m, BC_ACQUIRE, object.handle);
	bc_handle_cookie(m, BC_REQUEST_DEATH_NOTIFICATION, object.handle, 0x77);
	tell(m);
	park_and_begin(m2);
	park_and_begin(m);
	park_and_begin(m3);
	seat_close(c->seat);
	bench_run(bench);
	expect(m2, "waits");
	expect(m, "waits");
	expect(m3, "NOOP DEAD_BINDER 77");
	ask(a, 0, 1);
	expect(m, "NOOP TRANSACTION 1");
	ask(b, 0, 2);
	expect(m2, "NOOP TRANSACTION 2");
}
END_TEST

/* Two of the same time: any order, both are chosen. */
START_TEST(test_same_stamp)
{
	park_and_begin(m);
	bench->park_order--;
	park_and_begin(m2);
	ask(a, 0, 1);
	ask(b, 0, 2);
	ck_assert(m->done && m2->done);
	received(m);
	received(m2);
}
END_TEST

/* Work comes when nobody reads: all that are parked are to tell, and the first one gets it. */
START_TEST(test_wanted)
{
	park(m);
	park(m2);
	ask(a, 0, 1);
	ck_assert(m->park.is_wanted && m2->park.is_wanted);
	begin_told(m2);
	expect(m2, "NOOP TRANSACTION 1");
	/* The other one is told of nothing, and waits as one that was not wanted. */
	begin_told(m);
	expect(m, "waits");
	ask(b, 0, 2);
	expect(m, "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(test_park_with_work)
{
	ask(a, 0, 1);
	/* The work was there before: the read that it announces finds it. */
	ck_assert(actor_park(m));
	bench_run(bench);
	begin_told(m);
	expect(m, "NOOP TRANSACTION 1");
}
END_TEST

/* One that has more to say than its proc's work does not park: its next read is an input. */
START_TEST(test_not_parked)
{
	struct actor *fresh = actor_try(m->seat, 15);

	ck_assert(!actor_park(fresh));
	begin_told(fresh);
	expect(fresh, "NOOP");
	ck_assert(actor_park(fresh));
	/* Something is listed for it: the completion of a oneway. */
	bc_send(a, false, &(struct letter){.flags = TF_ONE_WAY});
	tell(a);
	ck_assert(!actor_park(a));
	begin_told(a);
	expect(a, "NOOP COMPLETE");
	/* It handles a call. */
	peek(m);
	expect(m, "NOOP TRANSACTION 0");
	take(m, 0);
	ask(b, 0, 2);
	peek(m);
	expect(m, "NOOP TRANSACTION 2");
	ck_assert(!actor_park(m));
	/* It waits in one. */
	bc_send(a, false, &(struct letter){.code = 3});
	tell(a);
	ck_assert(!actor_park(a));
}
END_TEST

/* Whatever else the thread does ends it, and a read that never was counts for nothing. */
START_TEST(test_other_input)
{
	uint32_t version = 0;

	park(m);
	ck_assert_int_eq(ioctl_with(m, BINDER_VERSION, version), 0);
	ask(a, 0, 1);
	ck_assert(!m->park.is_wanted);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	answer(m);
	park(m);
	ck_assert(!actor_poll(m, false));
	park(m);
	peek(m);
	expect(m, "EAGAIN");
	park(m);
	tell(m);
	ck_assert_int_eq(ioctl_of(m, BINDER_THREAD_EXIT, NULL, 0), 0);
	ck_assert_ptr_null(m->thread);
	ask(b, 0, 2);
}
END_TEST

/* A signal ends it without the driver: the next read may begin the same way. */
START_TEST(test_leave)
{
	park_and_begin(m);
	ck_assert(actor_leave_read(m));
	expect(m, "EINTR");
	begin(m);
	ck_assert(actor_leave_read(m));
	ask(a, 0, 1);
	begin_told(m);
	expect(m, "NOOP TRANSACTION 1");
}
END_TEST

/* Taken over already: a signal is the driver's affair. */
START_TEST(test_leave_too_late)
{
	park_and_begin(m);
	look(m2);
	ck_assert(!actor_reads(m));
	ck_assert(!actor_leave_read(m));
	thread_interrupt(m->thread);
	bench_run(bench);
	expect(m, "EINTR");
	ask(a, 0, 1);
	expect(m2, "NOOP TRANSACTION 1");
}
END_TEST

/* Some duplicate was closed: who reads returns, who reads next returns at once. */
START_TEST(test_flush)
{
	park_and_begin(m);
	park(m2);
	look(m3);
	proc_flush(m->seat->proc);
	bench_run(bench);
	expect(m, "NOOP");
	expect(m3, "NOOP");
	begin_told(m2);
	expect(m2, "NOOP");
	/* Once. */
	park_and_begin(m);
	park_and_begin(m2);
	ask(a, 0, 1);
	expect(m2, "NOOP TRANSACTION 1");
}
END_TEST

/* In slices: the last waits until its turn comes, and no work is lost to it. */
START_TEST(test_flush_in_slices)
{
	park_and_begin(m);
	park_and_begin(m2);
	bench->sliced = true;
	bench->slice = 0;
	proc_flush(m->seat->proc);
	bench_run(bench);
	expect(m, "waits");
	ck_assert(!actor_reads(m));
	bench->slice = 1;
	bench_run(bench);
	bench_run(bench);
	bench_run(bench);
	expect(m, "NOOP");
	expect(m2, "NOOP");
}
END_TEST

static void loopers(uint32_t max_threads)
{
	ck_assert_int_eq(ioctl_with(m, BINDER_SET_MAX_THREADS, max_threads), 0);
	bc(m, BC_ENTER_LOOPER);
	tell(m);
	bc(m2, BC_ENTER_LOOPER);
	tell(m2);
}

START_TEST(test_spawn)
{
	loopers(1);
	park_and_begin(m2);
	one_way(a, 1);
	expect(m2, "SPAWN_LOOPER TRANSACTION 1");
}
END_TEST

/* Another thread is asked for only if none waits: a read without an input is a wait. */
START_TEST(test_no_spawn_beside_a_reader)
{
	loopers(1);
	park_and_begin(m2);
	/* m reads explicitly and is chosen: m2 waits on. */
	look(m);
	one_way(a, 1);
	expect(m, "NOOP TRANSACTION 1");
	ck_assert(actor_leave_read(m2) || !m2->done);
}
END_TEST

/* A parked one that is not inside a read does not wait. */
START_TEST(test_spawn_beside_one_away)
{
	loopers(1);
	park(m2);
	look(m);
	one_way(a, 1);
	expect(m, "SPAWN_LOOPER TRANSACTION 1");
}
END_TEST

/* The one that is chosen has taken no part in the wait, but another one does. */
START_TEST(test_spawn_by_peek)
{
	loopers(1);
	ask(a, 0, 1);
	park(m2);
	begin_told(m2);
	expect(m2, "SPAWN_LOOPER TRANSACTION 1");
	answer(m2);
	bc(m3, BC_REGISTER_LOOPER);
	tell(m3);
	loopers(2);
	/* Work of its own is no wait of others': m3 is inside a read. */
	park_and_begin(m3);
	hint(m, 0, 2);
	expect(m, "NOOP FAILED_REPLY");
	ck_assert(actor_leave_read(m3));
	hint(m, 0, 2);
	expect(m, "SPAWN_LOOPER FAILED_REPLY");
}
END_TEST

/* What stands between the driver and the thread goes: its read is taken over for good. */
START_TEST(test_recall)
{
	park_and_begin(m);
	actor_recall(m);
	bench_run(bench);
	expect(m, "waits");
	ck_assert(thread_busy(m->thread));
	ask(a, 0, 1);
	expect(m, "NOOP TRANSACTION 1");
	park(m2);
	actor_recall(m2);
	begin_told(m2);
	expect(m2, "waits");
	actor_recall(m3);
	actor_recall(m3);
}
END_TEST

/* One is recalled: the others' reads are waits by then, and older than what comes. */
START_TEST(test_recall_others)
{
	park_and_begin(m);
	park(m2);
	actor_recall(m2);
	look(m3);
	ask(a, 0, 1);
	expect(m3, "NOOP TRANSACTION 1");
	ask(b, 0, 2);
	expect(m, "NOOP TRANSACTION 2");
}
END_TEST

/* Its channel ends inside of the read: work goes to another. */
START_TEST(test_detach)
{
	park_and_begin(m);
	actor_detach(m);
	ck_assert(!thread_busy(m->thread));
	park(m);
	ask(a, 0, 1);
	actor_detach(m);
	look(m2);
	expect(m2, "NOOP TRANSACTION 1");
}
END_TEST

START_TEST(test_death)
{
	park_and_begin(m);
	park(m2);
	ask(a, 0, 1);
	park(m3);
	seat_close(m->seat);
	bench_run(bench);
	expect(a, "NOOP COMPLETE DEAD_REPLY");
}
END_TEST

/* With all that it can have: readers, work that waits, wanted ones, a flush half done. */
START_TEST(test_death_in_the_middle)
{
	park_and_begin(m);
	park(m2);
	bench->sliced = true;
	bench->slice = 0;
	proc_flush(m->seat->proc);
	ck_assert(m2->park.is_wanted);
	ck_assert(!actor_park(m3));
	bench_run(bench);
	seat_close(m->seat);
	bench->sliced = false;
	bench_run(bench);
	ask(a, 0, 1);
	expect(a, "NOOP DEAD_REPLY");
}
END_TEST

static int freeze(uint32_t pid, uint32_t enable)
{
	struct binderd_freeze_info info = {.pid = pid, .enable = enable};

	return ioctl_with(b, BINDER_FREEZE, info);
}

/* Nothing of a read is frozen: oneways come as before, once they may be read. */
START_TEST(test_freeze)
{
	park_and_begin(m);
	ck_assert_int_eq(freeze(10, 1), 0);
	hint(a, 0, 1);
	expect(a, "NOOP PENDING_FROZEN");
	expect(m, "NOOP TRANSACTION 1");
	ask(a, 0, 2);
	expect(a, "NOOP FROZEN_REPLY");
	park_and_begin(m2);
	ck_assert_int_eq(freeze(10, 0), 0);
	ask(a, 0, 3);
	expect(m2, "NOOP TRANSACTION 3");
}
END_TEST

/* Other work than calls: a node's count changes, a watched one dies. */
START_TEST(test_notices)
{
	struct actor *c = cast_proc(0, 40, BENCH_UID, STAGE_AREA);
	struct parcel parcel = {0};
	uint32_t handle;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x100, 0x101);
	park_and_begin(m);
	parcel_send(c, false, 0, 1, 0, &parcel);
	talk(c);
	expect(m, "NOOP TRANSACTION 1");
	{
		struct flat_binder_object object;

		received_object(m, 0, &object, sizeof(object));
		handle = object.handle;
	}
	bc_handle(m, BC_ACQUIRE, handle);
	bc_handle_cookie(m, BC_REQUEST_DEATH_NOTIFICATION, handle, 0x77);
	tell(m);
	park_and_begin(m2);
	park(m3);
	seat_close(c->seat);
	bench_run(bench);
	expect(m2, "NOOP DEAD_BINDER 77");
	ck_assert(!m3->park.is_wanted);
}
END_TEST

/* A thread that waits in a call is not parked, and its reply comes to it alone. */
START_TEST(test_caller_beside)
{
	struct actor *a2 = cast(a->seat, 21);

	park_and_begin(a2);
	ask(a, 0, 1);
	look(m);
	answer(m);
	expect(a, "NOOP COMPLETE REPLY 0");
	expect(a2, "waits");
	ck_assert(actor_leave_read(a2));
}
END_TEST

/* Wakings are counted as for a read that was an input: edge-triggered epoll goes by it. */
START_TEST(test_woken)
{
	uint64_t now, before;

	ck_assert(!actor_poll(m, false));
	look(m);
	ask(a, 0, 1);
	answer(m);
	before = thread_woken(m->thread, &now);
	park_and_begin(m);
	ask(b, 0, 2);
	expect(m, "NOOP TRANSACTION 2");
	ck_assert_uint_gt(thread_woken(m->thread, &now), before);
	ck_assert_uint_eq(thread_woken(m->thread, &now), now);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/park");
	TCase *tc = tcase_create("park");

	tcase_add_checked_fixture(tc, setup, stage_teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, test_call);
	tcase_add_test(tc, test_parameters);
	tcase_add_test(tc, test_order);
	tcase_add_test(tc, test_order_by_stamp);
	tcase_add_test(tc, test_order_of_listed_work);
	tcase_add_test(tc, test_same_stamp);
	tcase_add_test(tc, test_wanted);
	tcase_add_test(tc, test_park_with_work);
	tcase_add_test(tc, test_not_parked);
	tcase_add_test(tc, test_other_input);
	tcase_add_test(tc, test_leave);
	tcase_add_test(tc, test_leave_too_late);
	tcase_add_test(tc, test_flush);
	tcase_add_test(tc, test_flush_in_slices);
	tcase_add_test(tc, test_spawn);
	tcase_add_test(tc, test_no_spawn_beside_a_reader);
	tcase_add_test(tc, test_spawn_beside_one_away);
	tcase_add_test(tc, test_spawn_by_peek);
	tcase_add_test(tc, test_recall);
	tcase_add_test(tc, test_recall_others);
	tcase_add_test(tc, test_detach);
	tcase_add_test(tc, test_death);
	tcase_add_test(tc, test_death_in_the_middle);
	tcase_add_test(tc, test_freeze);
	tcase_add_test(tc, test_notices);
	tcase_add_test(tc, test_caller_beside);
	tcase_add_test(tc, test_woken);
	tcase_add_test(tc, test_begun_and_not_told);
	tcase_add_test(tc, test_several_not_told);
	return stage_main(suite);
}
