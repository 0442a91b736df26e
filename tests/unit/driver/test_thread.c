/* SPDX-License-Identifier: Apache-2.0 */

/* Threads: their first ioctl, loopers, exits, interrupts, flushes, polls. */

#include "stage.h"

START_TEST(first_ioctl_never_waits)
{
	struct actor *c = actor_try(a->seat, 21);

	look(c);
	expect(c, "NOOP");
	look(c);
	expect(c, "waits");
	thread_interrupt(c->thread);
	expect(c, "EINTR");
	peek(c);
	expect(c, "EAGAIN");
}
END_TEST

START_TEST(first_ioctl_may_be_a_call)
{
	struct actor *c = actor_try(a->seat, 21);

	ask(c, 0, 1);
	expect(c, "NOOP COMPLETE");
	look(c);
	expect(c, "waits");
	serve_once(m);
	expect(c, "NOOP REPLY 0");
}
END_TEST

START_TEST(any_ioctl_is_a_first_one)
{
	struct actor *c = actor_try(a->seat, 21);
	struct binder_version version = {0};

	ck_assert_int_eq(ioctl_with(c, BINDER_VERSION, version), 0);
	look(c);
	expect(c, "waits");
}
END_TEST

START_TEST(exit_begins_anew)
{
	ck_assert_int_eq(ioctl_of(a, BINDER_THREAD_EXIT, NULL, 0), 0);
	ck_assert_ptr_null(a->thread);
	ck_assert_uint_eq(counts().threads, 2);
	ck_assert(actor_ready(a));
	look(a);
	expect(a, "NOOP");
	look(a);
	expect(a, "waits");
}
END_TEST

START_TEST(flush_ends_reads)
{
	struct actor *a2 = cast(a->seat, 21);

	look(a);
	proc_flush(a->seat->proc);
	bench_run(bench);
	expect(a, "NOOP");
	/* The other one was in no read: its next returns. */
	look(a2);
	expect(a2, "NOOP");
	look(a2);
	expect(a2, "waits");
	look(b);
	expect(b, "waits");
}
END_TEST

START_TEST(flush_shows_a_caller_its_completion)
{
	ask(a, 0, 1);
	expect(a, "waits");
	proc_flush(a->seat->proc);
	bench_run(bench);
	expect(a, "NOOP COMPLETE");
	look(a);
	serve_once(m);
	expect(a, "NOOP REPLY 0");
}
END_TEST

START_TEST(interrupt_ends_waits_alone)
{
	thread_interrupt(a->thread);
	look(a);
	expect(a, "waits");
	thread_interrupt(a->thread);
	expect(a, "EINTR");
	ck_assert_uint_eq(a->result.read_consumed, 0);
	/* What it wrote stays written. */
	ask(a, 0, 1);
	thread_interrupt(a->thread);
	expect(a, "EINTR");
	ck_assert_uint_eq(a->result.write_consumed, 68);
	serve_once(m);
	look(a);
	end_call(a);
}
END_TEST

START_TEST(last_to_wait_gets_the_work)
{
	struct actor *m2 = cast(m->seat, 11), *m3 = cast(m->seat, 12);

	look(m);
	look(m2);
	look(m3);
	hint(a, 0, 1);
	expect(m3, "NOOP TRANSACTION 1");
	expect(m2, "waits");
	hint(b, 0, 2); /* waits behind the first oneway of the node */
	expect(m2, "waits");
	ask(b, 0, 3);
	expect(m2, "NOOP TRANSACTION 3");
	expect(m, "waits");
}
END_TEST

START_TEST(interrupted_thread_hands_on)
{
	const struct read_input read = {.size = 512};
	struct actor *m2 = cast(m->seat, 11);

	look(m);
	look(m2);
	/* Work of the proc wakes one; that one is interrupted before it looks. */
	bc_send(a, false, &(struct letter){.code = 1});
	actor_write_read(a, &read);
	thread_interrupt(m2->thread);
	bench_run(bench);
	/* It was chosen for the call, and keeps it. */
	expect(m2, "EINTR");
	expect(m, "waits");
	look(m2);
	expect(m2, "NOOP TRANSACTION 1");
}
END_TEST

START_TEST(detach_hands_proc_work_on)
{
	struct parcel parcel = {0};
	struct actor *m2 = cast(m->seat, 11);
	struct binder_transaction_data tr;

	/* a is made to hold a node of m's and to let it go: that is work of m's proc. */
	ask(a, 0, 1);
	look(m);
	tr = received(m);
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_send(m, true, 0, 0, 0, &parcel);
	talk(m);
	expect(m, "NOOP INCREFS 10:11 ACQUIRE 10:11 COMPLETE");
	bc_node(m, BC_INCREFS_DONE, 0x10, 0x11);
	bc_node(m, BC_ACQUIRE_DONE, 0x10, 0x11);
	give_back(m, &tr);
	tr = received(a);
	look(m);
	look(m2);
	bc_cookie(a, BC_FREE_BUFFER, tr.data.ptr.buffer);
	actor_write_read(a, NULL);
	/* m2 is woken for it, and gone before it looks. */
	actor_detach(m2);
	bench_run(bench);
	expect(m, "NOOP RELEASE 10:11 DECREFS 10:11");
}
END_TEST

START_TEST(detached_thread_keeps_its_call)
{
	ask(a, 0, 1);
	actor_detach(a);
	a->done = true;
	serve_once(m);
	look(a);
	end_call(a);
}
END_TEST

START_TEST(exit_tells_the_caller)
{
	struct driver_counts before;

	ask(a, 0, 1);
	look(m);
	before = counts();
	ck_assert_int_eq(ioctl_of(m, BINDER_THREAD_EXIT, NULL, 0), 0);
	expect(a, "NOOP COMPLETE DEAD_REPLY");
	ck_assert_uint_eq(before.transactions, 1);
	ck_assert_uint_eq(counts().transactions, 0);
	/* That the target is gone later is no error of the call. */
	ck_assert_uint_eq(extended(a).command, BR_OK);
}
END_TEST

/* a calls m, m calls b: when m's thread ends, a learns of it only from b's end. */
START_TEST(middle_of_a_chain_dies)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_send(b, false, 0, 1, 0, &parcel);
	talk(b);
	look(m);
	bc_handle(m, BC_ACQUIRE, 1);
	answer(m);
	look(b);
	ask(a, 0, 2);
	look(m);
	expect(m, "NOOP TRANSACTION 2");
	ask(m, 1, 3);
	expect(b, "NOOP TRANSACTION 3");
	thread_interrupt(m->thread);
	ck_assert_int_eq(ioctl_of(m, BINDER_THREAD_EXIT, NULL, 0), 0);
	expect(a, "waits");
	answer(b);
	expect(b, "NOOP COMPLETE");
	expect(a, "NOOP COMPLETE DEAD_REPLY");
	ck_assert_uint_eq(counts().transactions, 0);
}
END_TEST

START_TEST(looper_is_asked_to_spawn)
{
	const uint32_t max = 1;
	struct actor *m2 = cast(m->seat, 11);

	ck_assert_int_eq(ioctl_with(m, BINDER_SET_MAX_THREADS, max), 0);
	/* Not one that never said that it is a looper. */
	hint(a, 0, 1);
	look(m2);
	expect(m2, "NOOP TRANSACTION 1");
	bc(m, BC_ENTER_LOOPER);
	tell(m);
	ask(a, 0, 2);
	look(m);
	expect(m, "SPAWN_LOOPER TRANSACTION 2");
	/* Asked once. */
	answer(m);
	expect(m, "NOOP COMPLETE");
	bc(m2, BC_REGISTER_LOOPER);
	tell(m2);
	/* As many as it wanted have started. */
	ask(b, 0, 3);
	look(m);
	expect(m, "NOOP TRANSACTION 3");
}
END_TEST

START_TEST(spawn_comes_with_a_completion_too)
{
	const uint32_t max = 1;

	ck_assert_int_eq(ioctl_with(a, BINDER_SET_MAX_THREADS, max), 0);
	bc(a, BC_ENTER_LOOPER);
	hint(a, 0, 1);
	expect(a, "SPAWN_LOOPER COMPLETE");
}
END_TEST

START_TEST(spawn_with_a_preset_goes_to_the_start)
{
	const uint32_t max = 1;

	ck_assert_int_eq(ioctl_with(a, BINDER_SET_MAX_THREADS, max), 0);
	bc(a, BC_ENTER_LOOPER);
	tell(a);
	bc_send(a, false, &(struct letter){.flags = TF_ONE_WAY});
	look_at(a, 512, 8, false);
	expect(a, "COMPLETE");
	ck_assert(a->result.spawn_at_start);
	ck_assert_uint_eq(a->result.read_consumed, 12);
}
END_TEST

START_TEST(no_spawn_while_one_waits)
{
	const uint32_t max = 4;
	struct actor *m2 = cast(m->seat, 11);

	ck_assert_int_eq(ioctl_with(m, BINDER_SET_MAX_THREADS, max), 0);
	bc(m, BC_ENTER_LOOPER);
	tell(m);
	look(m2);
	look(m);
	ask(a, 0, 1);
	expect(m, "NOOP TRANSACTION 1");
}
END_TEST

START_TEST(uninvited_looper_is_asked_like_any)
{
	const uint32_t max = 1;

	ck_assert_int_eq(ioctl_with(m, BINDER_SET_MAX_THREADS, max), 0);
	bc(m, BC_REGISTER_LOOPER);
	tell(m);
	ask(a, 0, 1);
	look(m);
	expect(m, "SPAWN_LOOPER TRANSACTION 1");
}
END_TEST

START_TEST(poll_says_what_a_read_would)
{
	struct actor *c = actor_try(a->seat, 21);

	/* Before its first ioctl a thread is readable. */
	ck_assert(thread_poll(c->thread, false));
	ck_assert(!thread_poll(a->thread, true));
	ck_assert(!a->poll_ready);
	hint(b, 0, 1);
	ck_assert(thread_poll(m->thread, true));
	ck_assert(!m->poll_ready);
}
END_TEST

START_TEST(poll_tells_all_of_one_call)
{
	struct actor *m2 = cast(m->seat, 11);

	ck_assert(!thread_poll(m->thread, true));
	ck_assert(!thread_poll(m2->thread, true));
	ask(a, 0, 1);
	ck_assert(m->poll_ready && m2->poll_ready);
	ck_assert(m->seat->level);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	ck_assert(!m->seat->level);
	ck_assert(!thread_poll(m2->thread, true));
	/* Inside the call, m is not ready for the proc's work. */
	ask(b, 0, 2);
	ck_assert(!thread_poll(m->thread, true));
	ck_assert(thread_poll(m2->thread, true));
}
END_TEST

/* Whether @actor was woken since the clock said *@seen, which is brought up to date. */
static bool woken_since(struct actor *actor, uint64_t *seen)
{
	uint64_t now, woken = thread_woken(actor->thread, &now);
	bool since = woken > *seen;

	*seen = now;
	return since;
}

/* All that poll and are inside no call, armed or not; the others not even later on. */
START_TEST(work_wakes_all_that_poll)
{
	struct actor *m2 = cast(m->seat, 11), *m3 = cast(m->seat, 12), *m4 = cast(m->seat, 13);
	uint64_t seen[4] = {0};

	ask(a, 0, 1);
	look(m3);
	expect(m3, "NOOP TRANSACTION 1");
	ck_assert(!thread_poll(m->thread, true));
	ck_assert(!thread_poll(m2->thread, false));
	ck_assert(!thread_poll(m3->thread, true));
	woken_since(m, &seen[0]);
	woken_since(m2, &seen[1]);
	woken_since(m3, &seen[2]);
	woken_since(m4, &seen[3]);
	ask(b, 0, 2);
	ck_assert(m->poll_ready && !m2->poll_ready && !m3->poll_ready);
	ck_assert(woken_since(m, &seen[0]));
	ck_assert(!woken_since(m, &seen[0]));
	ck_assert(woken_since(m2, &seen[1]));
	ck_assert(!woken_since(m3, &seen[2]));
	/* It never polled. */
	ck_assert(!woken_since(m4, &seen[3]));
	/* What it did in between: it takes that, and then it is as available as the others. */
	look(m2);
	expect(m2, "NOOP TRANSACTION 2");
	answer(m3);
	expect(m3, "NOOP COMPLETE");
	woken_since(m3, &seen[2]);
	hint(a, 0, 3);
	ck_assert(woken_since(m, &seen[0]));
	ck_assert(!woken_since(m2, &seen[1]));
	ck_assert(woken_since(m3, &seen[2]));
	look(m);
	give_back(m, &(struct binder_transaction_data){.data = received(m).data});
}
END_TEST

START_TEST(poll_disarmed_is_silent)
{
	ck_assert(!thread_poll(m->thread, true));
	ck_assert(!thread_poll(m->thread, false));
	ask(a, 0, 1);
	ck_assert(!m->poll_ready);
}
END_TEST

START_TEST(completion_of_a_call_is_not_ready)
{
	bc_send(a, false, &(struct letter){.code = 1});
	tell(a);
	ck_assert(!thread_poll(a->thread, true));
	peek(a);
	expect(a, "EAGAIN");
	serve_once(m);
	ck_assert(a->poll_ready);
	look(a);
	end_call(a);
}
END_TEST

START_TEST(nice_travels_with_calls)
{
	const struct flat_binder_object object = {.flags = 5};
	struct actor *h = cast_proc(1, 40, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);

	ck_assert_int_eq(ioctl_with(h, BINDER_SET_CONTEXT_MGR_EXT, object), 0);
	h->nice = 0;
	c->nice = -7;
	ask(c, 0, 1);
	look(h);
	ck_assert(h->result.nice_valid);
	ck_assert_int_eq(h->result.nice, -7);
	ck_assert_int_eq(h->result.saved_nice, 0);
	ck_assert(h->result.calm);
	h->nice = -7;
	answer(h);
	ck_assert_int_eq(h->result.nice, 0);
	/* A caller that is less nice than the node's minimum gets the minimum. */
	h->nice = 0;
	c->nice = 10;
	ask(c, 0, 2);
	look(h);
	ck_assert_int_eq(h->result.nice, 5);
}
END_TEST

START_TEST(taken_completion_can_be_owed)
{
	ask(a, 0, 1);
	look(m);
	ck_assert(!thread_complete_take(m->thread));
	bc_send(m, true, &(struct letter){0});
	tell(m);
	ck_assert(thread_complete_take(m->thread));
	ck_assert(!thread_complete_take(m->thread));
	peek(m);
	expect(m, "EAGAIN");
	thread_complete_owe(m->thread);
	peek(m);
	expect(m, "NOOP COMPLETE");
}
END_TEST

START_TEST(failed_replys_completion_can_be_owed)
{
	bc_send(a, false, &(struct letter){.code = 1});
	tell(a);
	look(m);
	ck_assert_int_eq(ioctl_of(a, BINDER_THREAD_EXIT, NULL, 0), 0);
	bc_send(m, true, &(struct letter){0});
	tell(m);
	ck_assert(thread_complete_take(m->thread));
	peek(m);
	expect(m, "EAGAIN");
	thread_complete_owe(m->thread);
	peek(m);
	expect(m, "NOOP COMPLETE");
}
END_TEST

/*
 * A completion that is owed stands before a call that was already chosen for the thread,
 * and must not hide it: a call out of that state would cross the stacks.
 */
START_TEST(owed_completion_hides_no_call)
{
	const struct read_input read = {.size = 512};
	struct parcel parcel = {0};
	struct binder_transaction_data tr;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	tr = received(m);
	bc_handle(m, BC_ACQUIRE, 1);
	answer(m);
	give_back(m, &tr);
	look(m);
	/* m is chosen for b's call, and disturbed before it could look. */
	bc_send(b, false, &(struct letter){.code = 2});
	actor_write_read(b, &read);
	thread_interrupt(m->thread);
	expect(m, "EINTR");
	thread_complete_owe(m->thread);
	bench_run(bench);
	bc_send(m, false, &(struct letter){.handle = 1, .code = 3});
	talk(m);
	expect(m, "NOOP COMPLETE TRANSACTION 2");
	look(m);
	expect(m, "NOOP FAILED_REPLY");
	ck_assert_int_eq(extended(m).param, -EPROTO);
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/thread");
	TCase *tc = stage_case(suite, "thread");

	tcase_add_test(tc, first_ioctl_never_waits);
	tcase_add_test(tc, first_ioctl_may_be_a_call);
	tcase_add_test(tc, any_ioctl_is_a_first_one);
	tcase_add_test(tc, exit_begins_anew);
	tcase_add_test(tc, flush_ends_reads);
	tcase_add_test(tc, flush_shows_a_caller_its_completion);
	tcase_add_test(tc, interrupt_ends_waits_alone);
	tcase_add_test(tc, last_to_wait_gets_the_work);
	tcase_add_test(tc, interrupted_thread_hands_on);
	tcase_add_test(tc, detach_hands_proc_work_on);
	tcase_add_test(tc, detached_thread_keeps_its_call);
	tcase_add_test(tc, exit_tells_the_caller);
	tcase_add_test(tc, middle_of_a_chain_dies);
	tcase_add_test(tc, looper_is_asked_to_spawn);
	tcase_add_test(tc, spawn_comes_with_a_completion_too);
	tcase_add_test(tc, spawn_with_a_preset_goes_to_the_start);
	tcase_add_test(tc, no_spawn_while_one_waits);
	tcase_add_test(tc, uninvited_looper_is_asked_like_any);
	tcase_add_test(tc, poll_says_what_a_read_would);
	tcase_add_test(tc, poll_tells_all_of_one_call);
	tcase_add_test(tc, work_wakes_all_that_poll);
	tcase_add_test(tc, poll_disarmed_is_silent);
	tcase_add_test(tc, completion_of_a_call_is_not_ready);
	tcase_add_test(tc, nice_travels_with_calls);
	tcase_add_test(tc, taken_completion_can_be_owed);
	tcase_add_test(tc, failed_replys_completion_can_be_owed);
	tcase_add_test(tc, owed_completion_hides_no_call);
	return stage_main(suite);
}
