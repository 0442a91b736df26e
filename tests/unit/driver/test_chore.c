/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Long work in slices, and what others do in between: a's proc dies, of which m and b
 * hold nodes. No step is made but those that a test asks for.
 */

#include <stdio.h>

#include "driver/driver.h"
#include "stage.h"

#define NODES 6u

static void setup(void)
{
	stage_setup();
	bench->sliced = true;
}

/* Does @count steps of what is under way. */
static void steps(unsigned int count)
{
	bench->slice = count;
	bench_run(bench);
	bench->slice = 0;
}

/* Return: how many steps it took to the end. */
static unsigned int steps_to_the_end(void)
{
	unsigned int count = 0;

	for (unsigned int one = 1; driver_slice(bench->system, &one); one = 1) {
		driver_check(bench->system);
		ck_assert_uint_lt(++count, 100000);
	}
	return count;
}

static void ptr_of(struct actor *actor, uint32_t handle, uint32_t command, uint64_t cookie)
{
	bc_handle_cookie(actor, command, handle, cookie);
	tell(actor);
	expect(actor, "ok");
}

static void watch(struct actor *actor, uint32_t handle, uint64_t cookie)
{
	ptr_of(actor, handle, BC_REQUEST_DEATH_NOTIFICATION, cookie);
}

static void give_node(struct actor *from, unsigned int number)
{
	struct parcel parcel = {0};
	struct binder_transaction_data tr;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10 * number, 0x10 * number + 1);
	parcel_send(from, false, 0, 1, TF_ONE_WAY, &parcel);
	tell(from);
	look(m);
	tr = received(m);
	bc_handle(m, BC_ACQUIRE, number);
	give_back(m, &tr);
}

/* m holds a's nodes 0x10, 0x20 and so on as handles 1, 2 and so on, and watches them. */
static void introduce(void)
{
	for (unsigned int i = 1; i <= NODES; i++) {
		give_node(a, i);
		watch(m, i, i);
	}
	peek(a);
}

/* The proc of @actor dies; of what comes of it only one thread's end is done. */
static void die(struct actor *actor)
{
	seat_close(actor->seat);
	steps(1);
}

static void expect_death(struct actor *actor, uint64_t cookie)
{
	char text[64];

	snprintf(text, sizeof(text), "NOOP DEAD_BINDER %llx", (unsigned long long)cookie);
	peek(actor);
	expect(actor, text);
}

START_TEST(nothing_to_do)
{
	unsigned int none = 0, some = 5;

	ck_assert(!driver_slice(bench->system, &none));
	ck_assert(!driver_slice(bench->system, &some));
	ck_assert_uint_eq(some, 5);
	seat_close(a->seat);
	ck_assert(driver_slice(bench->system, &none));
	some = 1000;
	ck_assert(!driver_slice(bench->system, &some));
	ck_assert_uint_gt(some, 900);
}
END_TEST

START_TEST(dead_at_once)
{
	const struct binderd_freeze_info info = {.pid = 20, .enable = true};
	struct binderd_frozen_status_info status = {.pid = 20};

	introduce();
	seat_close(a->seat);
	bc_send(m, false, &(struct letter){.handle = NODES, .code = 1});
	expect_refused(m, "DEAD_REPLY", EINVAL);
	ck_assert_int_eq(ioctl_with(b, BINDER_FREEZE, info), EINVAL);
	ck_assert_int_eq(ioctl_with(b, BINDER_GET_FROZEN_INFO, status), EINVAL);
	/* Nobody was told yet. */
	peek(m);
	expect(m, "EAGAIN");
}
END_TEST

START_TEST(told_one_by_one_in_order)
{
	introduce();
	die(a);
	for (uint64_t i = 1; i <= NODES; i++) {
		peek(m);
		expect(m, "EAGAIN");
		steps(1);
		expect_death(m, i);
	}
	ck_assert_uint_eq(counts().procs, 3);
	steps_to_the_end();
	ck_assert_uint_eq(counts().procs, 2);
}
END_TEST

START_TEST(callers_are_told_first)
{
	introduce();
	look(a);
	ask(m, 1, 1);
	expect(a, "NOOP TRANSACTION 1");
	seat_close(a->seat);
	bench_run(bench);
	expect(m, "waits");
	steps(1);
	expect(m, "NOOP COMPLETE DEAD_REPLY");
	peek(m);
	expect(m, "EAGAIN");
}
END_TEST

START_TEST(caller_of_an_unread_call)
{
	introduce();
	ask(m, 1, 1);
	expect(m, "waits");
	die(a);
	expect(m, "waits");
	steps(1);
	expect(m, "NOOP COMPLETE DEAD_REPLY");
	ck_assert_uint_eq(counts().transactions, 0);
}
END_TEST

/* The dying one waits for a reply, which comes before its thread ends. */
START_TEST(reply_to_the_dying)
{
	ask(a, 0, 1);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	seat_close(a->seat);
	answer(m);
	expect(m, "NOOP COMPLETE");
	steps_to_the_end();
	ck_assert_uint_eq(counts().transactions, 0);
}
END_TEST

/* m called a, which called b: m is told once b has replied, before a's end or after it. */
static void chain(bool reply_first)
{
	struct binder_transaction_data tr;
	struct parcel parcel = {0};

	introduce();
	/* a gets b's node as a handle of its own, by way of m. */
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x900, 0x901);
	parcel_send(b, false, 0, 1, TF_ONE_WAY, &parcel);
	tell(b);
	look(m);
	tr = received(m);
	bc_handle(m, BC_ACQUIRE, NODES + 1);
	give_back(m, &tr);
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, NODES + 1, 0);
	look(a);
	parcel_send(m, false, 1, 1, 0, &parcel);
	talk(m);
	expect(a, "NOOP TRANSACTION 1");
	ask(a, 1, 2);
	peek(b);
	look(b);
	expect(b, "NOOP TRANSACTION 2");
	seat_close(a->seat);
	if (!reply_first)
		steps(1);
	expect(m, "waits");
	answer(b);
	steps(1);
	expect(m, "NOOP COMPLETE DEAD_REPLY");
}

START_TEST(reply_to_the_dying_in_a_chain)
{
	chain(true);
}
END_TEST

START_TEST(reply_to_the_dead_in_a_chain)
{
	chain(false);
}
END_TEST

START_TEST(sender_pid_of_the_dying)
{
	ask(a, 0, 1);
	seat_close(a->seat);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	ck_assert_int_eq(received(m).sender_pid, 0);
}
END_TEST

START_TEST(watcher_dies_meanwhile)
{
	introduce();
	die(a);
	steps(NODES / 2);
	seat_close(m->seat);
	steps_to_the_end();
	ck_assert_uint_eq(counts().deaths, 0);
	ck_assert_uint_eq(counts().nodes, 0);
	ck_assert_uint_eq(counts().procs, 1);
}
END_TEST

START_TEST(watcher_lets_go_meanwhile)
{
	introduce();
	die(a);
	steps(2);
	for (uint32_t i = 1; i <= NODES; i++)
		bc_handle(m, BC_RELEASE, i);
	tell(m);
	expect(m, "ok");
	peek(m);
	expect(m, "EAGAIN");
	steps_to_the_end();
	peek(m);
	expect(m, "EAGAIN");
	ck_assert_uint_eq(counts().refs, 0);
}
END_TEST

START_TEST(cleared_before_its_turn)
{
	introduce();
	die(a);
	steps(1);
	expect_death(m, 1);
	ptr_of(m, 3, BC_CLEAR_DEATH_NOTIFICATION, 3);
	peek(m);
	expect(m, "NOOP CLEAR_DEATH_DONE 3");
	steps_to_the_end();
	expect_death(m, 2);
	expect_death(m, 4);
	expect_death(m, 5);
	expect_death(m, 6);
	peek(m);
	expect(m, "EAGAIN");
	/* Asked for anew, of a node that is dead by now. */
	watch(m, 3, 0x33);
	expect_death(m, 0x33);
}
END_TEST

START_TEST(asked_for_before_its_turn)
{
	introduce();
	give_node(a, 7);
	die(a);
	steps(1);
	expect_death(m, 1);
	watch(m, 7, 0x77);
	peek(m);
	expect(m, "EAGAIN");
	steps_to_the_end();
	for (uint64_t i = 2; i <= NODES; i++)
		expect_death(m, i);
	expect_death(m, 0x77);
}
END_TEST

START_TEST(frozen_watch_on_the_dying)
{
	introduce();
	seat_close(a->seat);
	bc_handle_cookie(m, BC_REQUEST_FREEZE_NOTIFICATION, 1, 5);
	tell(m);
	expect(m, "ok");
	steps_to_the_end();
	for (uint64_t i = 1; i <= NODES; i++)
		expect_death(m, i);
	peek(m);
	expect(m, "EAGAIN");
	bc_handle_cookie(m, BC_CLEAR_FREEZE_NOTIFICATION, 1, 5);
	peek(m);
	expect(m, "NOOP CLEAR_FREEZE_DONE 5");
}
END_TEST

/* Everybody holds the manager's node: one of many watchers is told in a step. */
static void many_watch(struct actor *actors[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		actors[i] = cast_proc(0, (pid_t)(100 + i), BENCH_UID, 4096);
		bc_handle(actors[i], BC_ACQUIRE, 0);
		tell(actors[i]);
		watch(actors[i], 0, i);
	}
}

static size_t told(struct actor *actors[], size_t count)
{
	size_t ready = 0;

	for (size_t i = 0; i < count; i++)
		ready += actors[i]->thread && thread_poll(actors[i]->thread, false);
	return ready;
}

START_TEST(watchers_of_one_node)
{
	struct actor *all[8];

	many_watch(all, 8);
	die(m);
	ck_assert_uint_eq(told(all, 8), 0);
	for (size_t i = 1; i <= 4; i++) {
		steps(1);
		ck_assert_uint_eq(told(all, 8), i);
	}
	steps_to_the_end();
	ck_assert_uint_eq(told(all, 8), 8);
	for (size_t i = 0; i < 8; i++)
		expect_death(all[i], i);
}
END_TEST

START_TEST(watcher_asks_while_others_are_told)
{
	struct actor *all[8], *c;

	many_watch(all, 8);
	c = cast_proc(0, 200, BENCH_UID, 4096);
	bc_handle(c, BC_ACQUIRE, 0);
	tell(c);
	ptr_of(all[0], 0, BC_CLEAR_DEATH_NOTIFICATION, 0);
	peek(all[0]);
	die(m);
	steps(3);
	/* The last that came is told first: c's turn is over, that of all[0] is to come. */
	watch(c, 0, 0xcc);
	expect_death(c, 0xcc);
	watch(all[0], 0, 0xa0);
	expect_death(all[0], 0xa0);
	bc_cookie(all[0], BC_DEAD_BINDER_DONE, 0xa0);
	tell(all[0]);
	steps_to_the_end();
	peek(c);
	expect(c, "EAGAIN");
	peek(all[0]);
	expect(all[0], "EAGAIN");
	ptr_of(all[0], 0, BC_CLEAR_DEATH_NOTIFICATION, 0xa0);
	peek(all[0]);
	expect(all[0], "NOOP CLEAR_DEATH_DONE a0");
}
END_TEST

/* The one whose turn is next, and the one after it, and the last. */
START_TEST(watchers_of_one_node_go)
{
	struct actor *all[6];

	many_watch(all, 6);
	die(m);
	steps(2);
	ck_assert_uint_eq(told(all, 6), 2);
	bc_handle(all[3], BC_RELEASE, 0);
	tell(all[3]);
	seat_close(all[2]->seat);
	steps(7);
	driver_check(bench->system);
	bc_handle(all[0], BC_RELEASE, 0);
	tell(all[0]);
	steps_to_the_end();
	expect_death(all[5], 5);
	expect_death(all[4], 4);
	expect_death(all[1], 1);
	peek(all[3]);
	expect(all[3], "EAGAIN");
}
END_TEST

START_TEST(manager_follows_manager)
{
	struct actor *all[4];
	struct binder_transaction_data tr;

	many_watch(all, 4);
	seat_close(m->seat);
	serve(b, 0);
	m = b;
	ask(all[0], 0, 7);
	look(b);
	expect(b, "NOOP TRANSACTION 7");
	tr = received(b);
	steps(4);
	answer(b);
	give_back(b, &tr);
	expect(all[0], "NOOP COMPLETE REPLY 0");
	/* Their handle 0 is still the former's node. */
	bc_handle(all[1], BC_ACQUIRE, 0);
	tell(all[1]);
	steps_to_the_end();
	for (size_t i = 0; i < 4; i++)
		expect_death(all[i], i);
}
END_TEST

START_TEST(next_life_of_a_pid)
{
	const struct binderd_freeze_info info = {.pid = 20, .enable = true};
	struct actor *next;

	introduce();
	die(a);
	steps(2);
	expect_death(m, 1);
	expect_death(m, 2);
	next = cast_proc(0, 20, BENCH_UID, STAGE_AREA);
	ck_assert_int_eq(ioctl_with(b, BINDER_FREEZE, info), 0);
	give_node(next, 7);
	peek(next);
	watch(m, 7, 0x77);
	steps_to_the_end();
	ck_assert_uint_eq(counts().procs, 3);
	for (uint64_t i = 3; i <= NODES; i++)
		expect_death(m, i);
	peek(m);
	expect(m, "EAGAIN");
}
END_TEST

START_TEST(counts_go_back_as_it_goes)
{
	const struct driver_limits limits = {3, 99, 99, 99, 99, 99, 9};
	uint64_t nodes;

	introduce();
	for (uint32_t i = 1; i <= NODES; i++)
		bc_handle(m, BC_RELEASE, i);
	tell(m);
	driver_set_limits(bench->system, &limits);
	nodes = counts().nodes;
	die(a);
	steps(2);
	ck_assert_uint_eq(counts().nodes, nodes - 2);
	ck_assert_ptr_null(seat_try(bench, 0, 90, BENCH_UID, 0));
	steps_to_the_end();
	ck_assert_ptr_nonnull(seat_try(bench, 0, 90, BENCH_UID, 0));
}
END_TEST

/* The dying one's own refs: their owner is told of each. */
START_TEST(refs_go_one_by_one)
{
	introduce();
	bc_node(a, BC_INCREFS_DONE, 0x10, 0x11);
	bc_node(a, BC_ACQUIRE_DONE, 0x10, 0x11);
	tell(a);
	seat_close(m->seat);
	m = b;
	steps(2);
	ck_assert_uint_eq(counts().refs, NODES);
	steps(1);
	ck_assert_uint_eq(counts().refs, NODES - 1);
	peek(a);
	expect(a, "NOOP RELEASE 10:11 DECREFS 10:11");
	steps_to_the_end();
	ck_assert_uint_eq(counts().refs, 0);
}
END_TEST

START_TEST(oneways_behind_a_node)
{
	introduce();
	for (uint32_t i = 0; i < 20; i++) {
		bc_send(m, false, &(struct letter){.handle = 1, .code = i, .flags = TF_ONE_WAY});
		peek(m);
	}
	ck_assert_uint_eq(counts().transactions, 20);
	die(a);
	steps(1);
	ck_assert_uint_eq(counts().transactions, 19);
	steps(5);
	ck_assert_uint_eq(counts().transactions, 14);
	peek(m);
	expect(m, "EAGAIN");
	steps_to_the_end();
	ck_assert_uint_eq(counts().transactions, 0);
	ck_assert_uint_eq(counts().buffers, 0);
	expect_death(m, 1);
}
END_TEST

/* Buffers, of which one is to be cleared: that is done before the memory is gone. */
START_TEST(area_is_cleared_at_once)
{
	const uint8_t *memory = m->seat->memory;
	struct parcel parcel = {0};

	parcel_bytes(&parcel, 7, 64);
	parcel_send(a, false, 0, 1, TF_ONE_WAY | TF_CLEAR_BUF, &parcel);
	tell(a);
	ck_assert_uint_eq(memory[63], 7);
	proc_release(m->seat->proc);
	ck_assert_uint_eq(memory[0], 0);
	ck_assert_uint_eq(memory[63], 0);
	seat_forget(m->seat);
	steps_to_the_end();
	ck_assert_uint_eq(counts().buffers, 0);
}
END_TEST

START_TEST(thread_leaves_much)
{
	for (uint32_t i = 0; i < 100; i++)
		bc_send(a, false, &(struct letter){.code = i, .flags = TF_ONE_WAY});
	tell(a);
	ck_assert_uint_eq(counts().threads, 3);
	ck_assert_int_eq(ioctl_of(a, BINDER_THREAD_EXIT, NULL, 0), 0);
	ck_assert_ptr_null(a->thread);
	ck_assert_uint_eq(counts().threads, 3);
	/* The same tid begins anew meanwhile. */
	ck_assert(actor_ready(a));
	peek(a);
	expect(a, "NOOP");
	ck_assert_uint_eq(counts().threads, 4);
	ck_assert_uint_gt(steps_to_the_end(), 80);
	ck_assert_uint_eq(counts().threads, 3);
}
END_TEST

START_TEST(thread_leaves_much_and_its_proc_dies)
{
	for (uint32_t i = 0; i < 100; i++)
		bc_send(a, false, &(struct letter){.code = i, .flags = TF_ONE_WAY});
	tell(a);
	ck_assert_int_eq(ioctl_of(a, BINDER_THREAD_EXIT, NULL, 0), 0);
	steps(10);
	seat_close(a->seat);
	steps_to_the_end();
	ck_assert_uint_eq(counts().threads, 2);
	look(m);
	expect(m, "NOOP TRANSACTION 0");
}
END_TEST

START_TEST(readers_are_flushed_one_by_one)
{
	struct actor *a2 = cast(a->seat, 21), *a3 = cast(a->seat, 22), *a4 = cast(a->seat, 23);

	look(a);
	look(a2);
	ask(a3, 0, 1);
	proc_flush(a->seat->proc);
	bench_run(bench);
	expect(a, "waits");
	/* Who reads only now need not wait for its turn. */
	look(a4);
	expect(a4, "NOOP");
	look(a4);
	expect(a4, "waits");
	steps(1);
	expect(a3, "NOOP COMPLETE");
	/* It was seen: not again. */
	look(a3);
	expect(a3, "waits");
	thread_interrupt(a2->thread);
	expect(a2, "EINTR");
	steps(1);
	expect(a, "NOOP");
	look(a2);
	expect(a2, "waits");
	look(a);
	expect(a, "waits");
	steps_to_the_end();
	expect(a, "waits");
	expect(a2, "waits");
	expect(a3, "waits");
	expect(a4, "waits");
}
END_TEST

START_TEST(flushed_twice_and_dead)
{
	struct actor *a2 = cast(a->seat, 21);

	look(a);
	look(a2);
	proc_flush(a->seat->proc);
	steps(1);
	expect(a2, "NOOP");
	proc_flush(a->seat->proc);
	look(a2);
	expect(a2, "NOOP");
	seat_close(a->seat);
	steps_to_the_end();
	ck_assert_uint_eq(counts().threads, 2);
}
END_TEST

/* A giant does not keep the small ones waiting. */
START_TEST(they_take_turns)
{
	introduce();
	for (unsigned int i = NODES + 1; i <= 60; i++)
		give_node(a, i);
	peek(a);
	die(a);
	ask(b, 0, 1);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	seat_close(b->seat);
	steps(16);
	ck_assert_uint_eq(counts().procs, 2);
	steps_to_the_end();
	ck_assert_uint_eq(counts().procs, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/chore");
	TCase *tc = tcase_create("chore");

	tcase_add_checked_fixture(tc, setup, stage_teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, nothing_to_do);
	tcase_add_test(tc, dead_at_once);
	tcase_add_test(tc, told_one_by_one_in_order);
	tcase_add_test(tc, callers_are_told_first);
	tcase_add_test(tc, caller_of_an_unread_call);
	tcase_add_test(tc, reply_to_the_dying);
	tcase_add_test(tc, reply_to_the_dying_in_a_chain);
	tcase_add_test(tc, reply_to_the_dead_in_a_chain);
	tcase_add_test(tc, sender_pid_of_the_dying);
	tcase_add_test(tc, watcher_dies_meanwhile);
	tcase_add_test(tc, watcher_lets_go_meanwhile);
	tcase_add_test(tc, cleared_before_its_turn);
	tcase_add_test(tc, asked_for_before_its_turn);
	tcase_add_test(tc, frozen_watch_on_the_dying);
	tcase_add_test(tc, watchers_of_one_node);
	tcase_add_test(tc, watcher_asks_while_others_are_told);
	tcase_add_test(tc, watchers_of_one_node_go);
	tcase_add_test(tc, manager_follows_manager);
	tcase_add_test(tc, next_life_of_a_pid);
	tcase_add_test(tc, counts_go_back_as_it_goes);
	tcase_add_test(tc, refs_go_one_by_one);
	tcase_add_test(tc, oneways_behind_a_node);
	tcase_add_test(tc, area_is_cleared_at_once);
	tcase_add_test(tc, thread_leaves_much);
	tcase_add_test(tc, thread_leaves_much_and_its_proc_dies);
	tcase_add_test(tc, readers_are_flushed_one_by_one);
	tcase_add_test(tc, flushed_twice_and_dead);
	tcase_add_test(tc, they_take_turns);
	return stage_main(suite);
}
