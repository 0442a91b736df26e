/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Calls offered ahead: m handles one and is offered those that wait behind it, on its proc's
 * list. As the library it answers quietly: the driver can get to see a reply long after m
 * has taken the next call.
 */

#include <stdio.h>

#include "driver/proc.h"
#include "driver/thread.h"
#include "quiet.h"
#include "stage.h"

static struct actor *m2, *c, *d;

static void setup(void)
{
	stage_setup();
	bench->ahead_room = ACTOR_OFFERS;
	m2 = cast(m->seat, 11);
	c = cast_proc(0, 40, BENCH_UID, STAGE_AREA);
	d = cast_proc(0, 50, BENCH_UID, STAGE_AREA);
}

/* m handles a's call 1; those of b, c and d, as many as @count, wait and are offered. */
static void serve_first(unsigned int count)
{
	struct actor *callers[] = {b, c, d};

	look(m);
	ask(a, 0, 1);
	expect(m, "NOOP TRANSACTION 1");
	ck_assert(m->result.calm && m->result.no_spawn);
	for (unsigned int i = 0; i < count; i++) {
		ask(callers[i], 0, 2 + i);
		ck_assert_uint_eq(m->offered, i + 1);
		ck_assert_uint_eq(actor_offered_call(m)->after, AHEAD_CALL);
	}
}

/* m takes the next call: its reply to the one before is on the way. */
static void take(uint32_t code)
{
	char text[32];

	ck_assert_ptr_nonnull(actor_offered_call(m));
	ck_assert(actor_take(m));
	snprintf(text, sizeof(text), "NOOP TRANSACTION %x", code);
	expect(m, text);
}

/* The driver gets to see a reply of m's that was sent quietly. @shown: what m has read since */
static void reply_arrives(void)
{
	uint8_t room[512];
	struct ioctl_result result = m->result;

	ck_assert_uint_le(result.size, sizeof(room));
	memcpy(room, m->bytes, result.size);
	bc_send(m, true, &(struct letter){.code = 0x99});
	actor_write_read(m, NULL);
	ck_assert(thread_complete_take(m->thread));
	ck_assert(actor_park(m));
	quiet_close(m);
	bench_run(bench);
	m->result = result;
	actor_keep(m, room);
}

#define nothing_offered() ck_assert_ptr_null(actor_offered(m))

START_TEST(test_in_order)
{
	struct actor *callers[] = {a, b, c, d};
	struct driver_counts before = counts();
	uint64_t at[4];

	serve_first(3);
	for (unsigned int i = 0; i < 4; i++) {
		at[i] = received(m).data.ptr.buffer;
		if (i < 3)
			take(2 + i);
	}
	/* Four replies were sent by then, and are seen now. */
	for (unsigned int i = 0; i < 3; i++)
		reply_arrives();
	bc_send(m, true, &(struct letter){.code = 0x99});
	talk(m);
	expect(m, "NOOP COMPLETE");
	for (unsigned int i = 0; i < 4; i++) {
		struct binder_transaction_data tr = received(callers[i]);

		expect(callers[i], "NOOP COMPLETE REPLY 99");
		give_back(callers[i], &tr);
	}
	for (unsigned int i = 0; i < 4; i++) {
		bc_cookie(m, BC_FREE_BUFFER, at[i]);
		tell(m);
	}
	ck_counts(&before);
}
END_TEST

/* Each reply is seen before the next call is taken. */
START_TEST(test_one_by_one)
{
	serve_first(2);
	take(2);
	reply_arrives();
	expect(a, "NOOP COMPLETE REPLY 99");
	expect(b, "waits");
	take(3);
	reply_arrives();
	expect(b, "NOOP COMPLETE REPLY 99");
	answer(m);
	expect(c, "NOOP COMPLETE REPLY 0");
}
END_TEST

/* What the driver would give to an input is what it offers. */
START_TEST(test_same_bytes)
{
	struct ahead offer;
	uint32_t noop = BR_NOOP;

	a->nice = b->nice = 7;
	serve_first(1);
	offer = *actor_offered_call(m);
	answer(m);
	expect(m, "NOOP COMPLETE");
	look(m);
	ck_assert_uint_eq(m->result.size, 4 + offer.size);
	ck_assert_mem_eq(m->bytes, &noop, 4);
	ck_assert_mem_eq(m->bytes + 4, offer.bytes, offer.size);
	ck_assert_int_eq(m->result.saved_nice, offer.saved_nice);
	ck_assert_int_eq(m->thread->nice, offer.nice);
}
END_TEST

/* Another thread reads: what was not taken is its, and the reader's next. */
START_TEST(test_another_reads)
{
	serve_first(3);
	take(2);
	look(m2);
	expect(m2, "NOOP TRANSACTION 3");
	/* It is the one that read last, and is offered what is left. */
	nothing_offered();
	answer(m2);
	look(m2);
	expect(m2, "NOOP TRANSACTION 4");
	answer(m2);
	reply_arrives();
	expect(a, "NOOP COMPLETE REPLY 99");
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
	expect(c, "NOOP COMPLETE REPLY 0");
	expect(d, "NOOP COMPLETE REPLY 0");
}
END_TEST

/* The call is handled by one thread, and its buffer freed by another. */
START_TEST(test_freed_by_another)
{
	struct driver_counts before = counts();
	uint64_t first, at;

	serve_first(1);
	first = received(m).data.ptr.buffer;
	reply_arrives();
	take(2);
	at = received(m).data.ptr.buffer;
	bc_cookie(m2, BC_FREE_BUFFER, first);
	bc_cookie(m2, BC_FREE_BUFFER, at);
	tell(m2);
	answer(m);
	expect(m, "NOOP COMPLETE");
	give_back(a,
		&(struct binder_transaction_data){.data.ptr.buffer = received(a).data.ptr.buffer});
	give_back(b,
		&(struct binder_transaction_data){.data.ptr.buffer = received(b).data.ptr.buffer});
	ck_counts(&before);
}
END_TEST

/* Of one that was taken while the first has no reply: it is refused, and no more. */
START_TEST(test_freed_too_early)
{
	serve_first(1);
	take(2);
	bc_cookie(m2, BC_FREE_BUFFER, received(m).data.ptr.buffer);
	tell(m2);
	answer(m);
	expect(a, "NOOP COMPLETE REPLY 0");
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
}
END_TEST

/* It never sent a reply to the first, and reads: the call that it took is what it gets. */
START_TEST(test_no_reply)
{
	serve_first(2);
	take(2);
	look(m);
	expect(m, "NOOP TRANSACTION 2");
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
	answer(m);
	expect(a, "NOOP COMPLETE REPLY 0");
}
END_TEST

START_TEST(test_exit)
{
	serve_first(3);
	take(2);
	ck_assert_int_eq(ioctl_of(m, BINDER_THREAD_EXIT, NULL, 0), 0);
	ck_assert_ptr_null(m->thread);
	expect(a, "NOOP COMPLETE DEAD_REPLY");
	expect(b, "NOOP COMPLETE DEAD_REPLY");
	/* Nobody had these. */
	look(m2);
	expect(m2, "NOOP TRANSACTION 3");
	answer(m2);
	look(m2);
	expect(m2, "NOOP TRANSACTION 4");
}
END_TEST

START_TEST(test_exit_with_none_taken)
{
	serve_first(2);
	ck_assert_int_eq(ioctl_of(m, BINDER_THREAD_EXIT, NULL, 0), 0);
	expect(a, "NOOP COMPLETE DEAD_REPLY");
	peek(m2);
	expect(m2, "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(test_death)
{
	serve_first(3);
	take(2);
	take(3);
	seat_close(m->seat);
	bench_run(bench);
	expect(a, "NOOP COMPLETE DEAD_REPLY");
	expect(b, "NOOP COMPLETE DEAD_REPLY");
	expect(c, "NOOP COMPLETE DEAD_REPLY");
	expect(d, "NOOP COMPLETE DEAD_REPLY");
}
END_TEST

/* A caller goes: its pid is not to be told any more, but what was taken was taken. */
START_TEST(test_death_of_callers)
{
	serve_first(3);
	take(2);
	seat_close(b->seat);
	bench_run(bench);
	seat_close(c->seat);
	bench_run(bench);
	nothing_offered();
	reply_arrives();
	expect(a, "NOOP COMPLETE REPLY 99");
	/* The reply to one who is gone. */
	answer(m);
	expect(m, "NOOP COMPLETE");
	look(m);
	expect(m, "NOOP TRANSACTION 3");
	ck_assert_int_eq(received(m).sender_pid, 0);
	answer(m);
	look(m);
	expect(m, "NOOP TRANSACTION 4");
}
END_TEST

START_TEST(test_flush)
{
	serve_first(3);
	take(2);
	proc_flush(m->seat->proc);
	bench_run(bench);
	nothing_offered();
	reply_arrives();
	expect(a, "NOOP COMPLETE REPLY 99");
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
	look(m);
	expect(m, "NOOP TRANSACTION 3");
}
END_TEST

START_TEST(test_freeze)
{
	struct binderd_freeze_info info = {.pid = 10, .enable = 1};

	serve_first(2);
	take(2);
	ck_assert_int_eq(ioctl_with(d, BINDER_FREEZE, info), EAGAIN);
	nothing_offered();
	reply_arrives();
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
	look(m);
	expect(m, "NOOP TRANSACTION 3");
	answer(m);
	ck_assert_int_eq(ioctl_with(d, BINDER_FREEZE, info), 0);
}
END_TEST

START_TEST(test_recall)
{
	serve_first(3);
	take(2);
	actor_recall(m);
	nothing_offered();
	/* Of that proc alone, and for those that park not at all. */
	proc_recall(m->seat->proc);
	reply_arrives();
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
	look(m);
	expect(m, "NOOP TRANSACTION 3");
}
END_TEST

START_TEST(test_detach)
{
	serve_first(2);
	take(2);
	actor_detach(m);
	nothing_offered();
	look(m2);
	expect(m2, "NOOP TRANSACTION 3");
	expect(a, "waits");
	expect(b, "waits");
}
END_TEST

/* What comes before calls, or between them, is offered to nobody, nor what is behind. */
START_TEST(test_oneway_between)
{
	serve_first(1);
	hint(c, 0, 8);
	ask(d, 0, 9);
	ck_assert_uint_eq(m->offered, 1);
	take(2);
	reply_arrives();
	nothing_offered();
	answer(m);
	look(m);
	expect(m, "NOOP TRANSACTION 8");
	nothing_offered();
	look(m);
	expect(m, "NOOP TRANSACTION 9");
}
END_TEST

START_TEST(test_descriptors)
{
	struct parcel parcel = {0};

	serve_first(1);
	parcel_fd(&parcel, 5);
	parcel_send(c, false, 0, 3, 0, &parcel);
	talk(c);
	ask(d, 0, 4);
	ck_assert_uint_eq(m->offered, 1);
	take(2);
	reply_arrives();
	answer(m);
	look(m);
	expect(m, "NOOP TRANSACTION 3");
	ck_assert_uint_eq(bench->installs, 1);
}
END_TEST

/* It has a call of its own under way, or below it one that it waits for. */
START_TEST(test_nested)
{
	struct parcel parcel = {0};
	struct flat_binder_object object;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x100, 0x101);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	received_object(m, 0, &object, sizeof(object));
	ask(b, 0, 2);
	ck_assert_uint_eq(m->offered, 1);
	/* It calls back: that is no reply, and the call that waits may be another's. */
	ask(m, object.handle, 3);
	expect(m, "waits");
	expect(a, "NOOP INCREFS 100:101 ACQUIRE 100:101 COMPLETE TRANSACTION 3");
	look(m2);
	expect(m2, "NOOP TRANSACTION 2");
	answer(m2);
	answer(a);
	expect(m, "NOOP COMPLETE REPLY 0");
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
}
END_TEST

/* Those that might be told to spawn are not offered anything. */
START_TEST(test_spawn)
{
	uint32_t max_threads = 1;

	ck_assert_int_eq(ioctl_with(m, BINDER_SET_MAX_THREADS, max_threads), 0);
	bc(m, BC_ENTER_LOOPER);
	tell(m);
	look(m);
	ask(a, 0, 1);
	expect(m, "SPAWN_LOOPER TRANSACTION 1");
	ask(b, 0, 2);
	nothing_offered();
	bc(m2, BC_REGISTER_LOOPER);
	tell(m2);
	ask(c, 0, 3);
	ck_assert_uint_eq(m->offered, 2);
	take(2);
}
END_TEST

START_TEST(test_little_room)
{
	bench->ahead_room = 1;
	look(m);
	ask(a, 0, 1);
	ask(b, 0, 2);
	ask(c, 0, 3);
	ask(d, 0, 4);
	ck_assert_uint_eq(m->offered, 1);
	take(2);
	reply_arrives();
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
	look(m);
	expect(m, "NOOP TRANSACTION 3");
}
END_TEST

/* More was said to be taken than was there. */
START_TEST(test_too_much_taken)
{
	serve_first(2);
	m->offered = m->taken = 16;
	peek(m2);
	expect(m2, "EAGAIN");
	proc_recall(m->seat->proc);
	answer(m);
	expect(a, "NOOP COMPLETE REPLY 0");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/server");
	TCase *tc = tcase_create("server");

	tcase_add_checked_fixture(tc, setup, stage_teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, test_in_order);
	tcase_add_test(tc, test_one_by_one);
	tcase_add_test(tc, test_same_bytes);
	tcase_add_test(tc, test_another_reads);
	tcase_add_test(tc, test_freed_by_another);
	tcase_add_test(tc, test_freed_too_early);
	tcase_add_test(tc, test_no_reply);
	tcase_add_test(tc, test_exit);
	tcase_add_test(tc, test_exit_with_none_taken);
	tcase_add_test(tc, test_death);
	tcase_add_test(tc, test_death_of_callers);
	tcase_add_test(tc, test_flush);
	tcase_add_test(tc, test_freeze);
	tcase_add_test(tc, test_recall);
	tcase_add_test(tc, test_detach);
	tcase_add_test(tc, test_oneway_between);
	tcase_add_test(tc, test_descriptors);
	tcase_add_test(tc, test_nested);
	tcase_add_test(tc, test_spawn);
	tcase_add_test(tc, test_little_room);
	tcase_add_test(tc, test_too_much_taken);
	return stage_main(suite);
}
