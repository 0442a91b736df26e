/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who is told of a large payload before it is copied: the thread that then gets it, wherever
 * that is certain enough; and nothing else comes of it.
 */

#include <stdio.h>

#include "quiet.h"
#include "stage.h"

/* The least that is told of. */
#define LARGE 32768u
#define ROOM (8 * LARGE)

static struct actor *m2, *m3;

static void setup(void)
{
	bench = bench_new();
	m = cast_proc(0, 10, BENCH_UID, ROOM);
	a = cast_proc(0, 20, BENCH_UID, ROOM);
	b = cast_proc(0, 30, BENCH_UID, ROOM);
	serve(m, FLAT_BINDER_FLAG_ACCEPTS_FDS);
	m2 = cast(m->seat, 11);
	m3 = cast(m->seat, 12);
}

/* Prepares a payload of @size bytes, of which nobody was told so far. */
static void put_large(struct actor *actor, bool reply, struct letter letter, uint64_t size)
{
	letter.data = letter.data ? letter.data : DESK_BASE;
	letter.size = size;
	bc_send(actor, reply, &letter);
	memset(&bench->coming, 0, sizeof(bench->coming));
	bench->copied = 0;
}

static void call_large(struct actor *actor, uint32_t handle, uint32_t code)
{
	put_large(actor, false, (struct letter){.handle = handle, .code = code}, LARGE);
	talk(actor);
}

static void hint_large(struct actor *actor, uint32_t code)
{
	put_large(actor, false, (struct letter){.code = code, .flags = TF_ONE_WAY}, LARGE);
	talk(actor);
	expect(actor, "NOOP COMPLETE");
}

static void answer_large(struct actor *actor)
{
	put_large(actor, true, (struct letter){0}, LARGE);
	talk(actor);
}

/* @actor was told, once, before anything was copied. */
static void expect_told(const struct actor *actor)
{
	ck_assert_uint_eq(bench->coming.count, 1);
	ck_assert_ptr_eq(bench->coming.actor, actor);
	ck_assert_uint_eq(bench->coming.size, LARGE);
	ck_assert_uint_eq(bench->coming.copied, 0);
	ck_assert_uint_eq(bench->copied, LARGE);
}

static void expect_untold(void)
{
	ck_assert_uint_eq(bench->coming.count, 0);
}

static void begin(struct actor *actor)
{
	actor_begin_read(actor, 512);
	ck_assert(actor_reads(actor));
	bench_run(bench);
}

static void park(struct actor *actor)
{
	ck_assert(actor_park(actor));
	bench_run(bench);
}

/* Gives back what came, so that the actor may have the next. */
static void take(struct actor *actor)
{
	struct binder_transaction_data tr = received(actor);

	ck_assert_uint_eq(tr.data_size, LARGE);
	give_back(actor, &tr);
}

START_TEST(test_waiting)
{
	look(m);
	call_large(a, 0, 7);
	expect_told(m);
	expect(m, "NOOP TRANSACTION 7");
}
END_TEST

START_TEST(test_several_waiting)
{
	look(m2);
	look(m3);
	look(m);
	hint_large(a, 1);
	expect_told(m);
	take(m);
	call_large(a, 0, 2);
	expect_told(m3);
	expect(m3, "NOOP TRANSACTION 2");
	call_large(b, 0, 3);
	expect_told(m2);
	expect(m2, "NOOP TRANSACTION 3");
}
END_TEST

/* Of the parked that read, the one whose read began last, however they have parked. */
START_TEST(test_parked)
{
	struct actor *all[] = {m, m2, m3};
	const int begins[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	for (int i = 0; i < 6; i++) {
		for (int j = 0; j < 3; j++)
			park(all[j]);
		for (int j = 0; j < 3; j++)
			begin(all[begins[i][j]]);
		for (int j = 2; j >= 0; j--) {
			hint_large(a, 1);
			expect_told(all[begins[i][j]]);
			take(all[begins[i][j]]);
		}
	}
}
END_TEST

/* One has parked and does not read. */
START_TEST(test_parked_beside_one_away)
{
	park(m);
	begin(m);
	park(m2);
	call_large(a, 0, 1);
	expect_told(m);
	expect(m, "NOOP TRANSACTION 1");
}
END_TEST

/* Reads that began by a message and without one, in turn: the last of all. */
START_TEST(test_parked_beside_waiting)
{
	park(m2);
	look(m);
	begin(m2);
	call_large(a, 0, 1);
	expect_told(m2);
	expect(m2, "NOOP TRANSACTION 1");
	park(m3);
	begin(m3);
	look(cast(m->seat, 13));
	call_large(b, 0, 2);
	expect_told(actor_try(m->seat, 13));
	expect(actor_try(m->seat, 13), "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(test_nobody)
{
	call_large(a, 0, 1);
	expect_untold();
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	park(m2);
	call_large(b, 0, 2);
	expect_untold();
	ck_assert(m2->park.is_wanted);
}
END_TEST

/* To the caller alone, who reads; or who has not yet. */
START_TEST(test_reply)
{
	struct actor *a2 = cast(a->seat, 21);

	look(a2);
	for (int reads = 0; reads < 2; reads++) {
		bc_send(a, false, &(struct letter){.code = 1});
		if (reads)
			talk(a);
		else
			tell(a);
		look(m);
		answer_large(m);
		expect_told(a);
		expect(m, "NOOP COMPLETE");
		if (!reads)
			look(a);
		expect(a, "NOOP COMPLETE REPLY 0");
		take(a);
	}
	expect(a2, "waits");
}
END_TEST

/* While it waits for its reply a thread gets what is called of its process meanwhile. */
START_TEST(test_nested)
{
	struct actor *a2 = cast(a->seat, 21);
	struct flat_binder_object object;
	struct parcel parcel = {0};

	look(a2);
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x100, 0x101);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	received_object(m, 0, &object, sizeof(object));
	call_large(m, object.handle, 2);
	expect_told(a);
	ck_assert_uint_eq(received(a).code, 2);
	expect(a2, "waits");
}
END_TEST

START_TEST(test_limit)
{
	const uint64_t sizes[] = {0, 8, LARGE - 4096, LARGE - 8, LARGE - 1};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct binder_transaction_data tr;

		look(m);
		put_large(a, false, (struct letter){.flags = TF_ONE_WAY}, sizes[i]);
		talk(a);
		expect_untold();
		tr = received(m);
		give_back(m, &tr);
	}
}
END_TEST

/* A oneway behind another one of its node is for nobody, before that one's buffer is freed. */
START_TEST(test_behind)
{
	look(m);
	look(m2);
	hint_large(a, 1);
	expect_told(m2);
	hint_large(a, 2);
	expect_untold();
	expect(m, "waits");
	/* Which holds up no call. */
	call_large(a, 0, 3);
	expect_told(m);
	expect(m, "NOOP TRANSACTION 3");
	take(m2);
	look(m2);
	expect(m2, "NOOP TRANSACTION 2");
}
END_TEST

/* No such target, no room, and one that is refused whatever room there is. */
START_TEST(test_refused)
{
	look(m);
	put_large(a, false, (struct letter){.handle = 5}, LARGE);
	expect_refused(a, "FAILED_REPLY", EINVAL);
	expect_untold();
	put_large(a, false, (struct letter){0}, ROOM + 8);
	expect_refused(a, "FAILED_REPLY", ENOSPC);
	expect_untold();
	put_large(a, false, (struct letter){.flags = TF_ONE_WAY}, ROOM / 2 + 8);
	expect_refused(a, "FAILED_REPLY", ENOSPC);
	expect_untold();
	m->seat->reserve_limit = m->seat->usable;
	put_large(a, false, (struct letter){0}, LARGE);
	expect_refused(a, "FAILED_REPLY", ENOMEM);
	expect_untold();
	expect(m, "waits");
}
END_TEST

#define SEEN 64

/* What a copy that fails leaves behind. */
struct outcome {
	char seen[3][SEEN]; /* by the sender, who it was for, and that one later */
	struct binderd_extended_error error;
	struct driver_counts counts;
	unsigned int told;
};

static void note(char *text, struct actor *actor)
{
	snprintf(text, SEEN, "%s", actor_seen(actor));
}

/* The last byte cannot be read. */
static const struct letter bad = {.data = DESK_BASE + DESK_SIZE - LARGE + 1};

static struct outcome fail_call(bool parked)
{
	struct outcome outcome = {.told = 0};

	if (parked) {
		park(m);
		begin(m);
	} else {
		look(m);
	}
	put_large(a, false, bad, LARGE);
	talk(a);
	outcome.told = bench->coming.count;
	note(outcome.seen[0], a);
	note(outcome.seen[1], m);
	outcome.error = extended(a);
	outcome.counts = counts();
	call_large(b, 0, 7);
	note(outcome.seen[2], m);
	return outcome;
}

static struct outcome fail_reply(void)
{
	struct outcome outcome = {.told = 0};

	look(m);
	ask(a, 0, 1);
	put_large(m, true, bad, LARGE);
	talk(m);
	outcome.told = bench->coming.count;
	note(outcome.seen[0], m);
	note(outcome.seen[1], a);
	outcome.error = extended(a);
	outcome.counts = counts();
	talk(m);
	note(outcome.seen[2], m);
	return outcome;
}

/* With a driver's owner who is told, and with one who need not know. */
START_TEST(test_fault)
{
	struct outcome outcomes[2];

	for (int told = 0; told < 2; told++) {
		if (!told)
			bench->ops.payload_coming = NULL;
		outcomes[told] = _i == 2 ? fail_reply() : fail_call(_i == 1);
		ck_assert_uint_eq(outcomes[told].told, told);
		outcomes[told].told = 0;
		stage_teardown();
		setup();
	}
	ck_assert_str_eq(outcomes[1].seen[0], _i == 2 ? "NOOP COMPLETE" : "NOOP FAILED_REPLY");
	ck_assert_str_eq(outcomes[1].seen[1], _i == 2 ? "NOOP COMPLETE FAILED_REPLY" : "waits");
	ck_assert_str_eq(outcomes[1].seen[2], _i == 2 ? "waits" : "NOOP TRANSACTION 7");
	ck_assert_int_eq(outcomes[1].error.param, -EFAULT);
	for (int i = 0; i < 3; i++)
		ck_assert_str_eq(outcomes[0].seen[i], outcomes[1].seen[i]);
	ck_assert_mem_eq(&outcomes[0].error, &outcomes[1].error, sizeof(outcomes[0].error));
	ck_assert_mem_eq(&outcomes[0].counts, &outcomes[1].counts, sizeof(outcomes[0].counts));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/coming");
	TCase *tc = tcase_create("coming");

	tcase_add_checked_fixture(tc, setup, stage_teardown);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, test_waiting);
	tcase_add_test(tc, test_several_waiting);
	tcase_add_test(tc, test_parked);
	tcase_add_test(tc, test_parked_beside_one_away);
	tcase_add_test(tc, test_parked_beside_waiting);
	tcase_add_test(tc, test_nobody);
	tcase_add_test(tc, test_reply);
	tcase_add_test(tc, test_nested);
	tcase_add_test(tc, test_limit);
	tcase_add_test(tc, test_behind);
	tcase_add_test(tc, test_refused);
	tcase_add_loop_test(tc, test_fault, 0, 3);
	return stage_main(suite);
}
