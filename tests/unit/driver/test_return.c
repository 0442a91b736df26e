/* SPDX-License-Identifier: Apache-2.0 */

/* What one read returns: how much of it, in which order, and where it stops. */

#include "stage.h"

START_TEST(small_buffer_shows_no_transaction)
{
	ask(a, 0, 1);
	look_at(m, 79, 0, false);
	expect(m, "NOOP");
	ck_assert_uint_eq(m->result.read_consumed, 4);
	look_at(m, 80, 0, false);
	expect(m, "NOOP TRANSACTION 1");
	ck_assert_uint_eq(m->result.read_consumed, 72);
}
END_TEST

/* Not even the BR_NOOP fits: then the kernel compares what is left without its sign. */
START_TEST(tiny_buffer_is_overrun)
{
	for (uint64_t size = 1; size < 4; size++) {
		struct binder_transaction_data tr;

		hint(a, 0, 1);
		look_at(m, size, 0, false);
		expect(m, "NOOP TRANSACTION 1");
		tr = received(m);
		give_back(m, &tr);
	}
	hint(a, 0, 2);
	look_at(m, 4, 0, false);
	expect(m, "NOOP");
}
END_TEST

START_TEST(preset_shifts_output)
{
	hint(a, 0, 1);
	look_at(m, 512, 40, false);
	expect(m, "TRANSACTION 1");
	ck_assert_uint_eq(m->result.read_consumed, 40 + 68);
	hint(a, 0, 2);
	look_at(m, 512, 500, true);
	expect(m, "EAGAIN");
	ck_assert_uint_eq(m->result.read_consumed, 500);
	ask(b, 0, 3);
	look_at(m, 512, 500, false);
	expect(m, "ok");
	ck_assert_uint_eq(m->result.read_consumed, 500);
}
END_TEST

START_TEST(nothing_there)
{
	peek(a);
	expect(a, "EAGAIN");
	ck_assert_uint_eq(a->result.read_consumed, 0);
	/* What was written stays. */
	bc(a, BC_ENTER_LOOPER);
	peek(a);
	expect(a, "EAGAIN");
	ck_assert_uint_eq(a->result.write_consumed, 4);
}
END_TEST

START_TEST(ends_after_a_transaction)
{
	hint(a, 0, 1);
	ask(b, 0, 2);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	look(m);
	expect(m, "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(own_work_alone)
{
	struct driver_counts before;

	ask(a, 0, 1);
	look(m);
	ask(b, 0, 2);
	before = counts();
	answer(m);
	expect(m, "NOOP COMPLETE");
	ck_assert_uint_eq(counts().transactions, before.transactions - 1);
	look(m);
	expect(m, "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(completions_are_collected)
{
	for (uint32_t i = 0; i < 3; i++)
		bc_send(a, false, &(struct letter){.code = i, .flags = TF_ONE_WAY});
	talk(a);
	expect(a, "NOOP COMPLETE COMPLETE COMPLETE");
}
END_TEST

START_TEST(collects_while_there_is_room)
{
	for (uint32_t i = 0; i < 3; i++)
		bc_send(a, false, &(struct letter){.code = i, .flags = TF_ONE_WAY});
	look_at(a, 84, 0, false);
	expect(a, "NOOP COMPLETE COMPLETE");
	look_at(a, 84, 0, false);
	expect(a, "NOOP COMPLETE");
}
END_TEST

START_TEST(thousands_of_completions_at_once)
{
	struct word word;
	size_t at = 0, seen = 0;

	for (int i = 0; i < 40; i++) {
		for (uint32_t j = 0; j < 100; j++)
			bc_send(a, false, &(struct letter){.flags = TF_ONE_WAY});
		tell(a);
	}
	look_at(a, 1u << 20, 0, false);
	while (word_next(a, &at, &word))
		seen += word.command == BR_TRANSACTION_COMPLETE;
	ck_assert_uint_eq(seen, 4000);
}
END_TEST

START_TEST(descriptors_are_installed_first)
{
	struct parcel parcel = {0};
	struct binder_fd_object fd;

	bench->slow_files = true;
	parcel_fd(&parcel, 3);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	expect(m, "waits");
	ck_assert_uint_eq(m->files_wanted, 1);
	ck_assert_uint_eq(bench->files[m->files[0]].fd, 3);
	/* Neither a signal nor a flush cuts that short. */
	thread_interrupt(m->thread);
	proc_flush(m->seat->proc);
	bench_run(bench);
	expect(m, "waits");
	actor_install(m, true);
	bench_run(bench);
	expect(m, "NOOP TRANSACTION 1");
	received_object(m, 0, &fd, sizeof(fd));
	ck_assert_uint_eq(fd.fd, 1000);
	ck_assert_uint_eq(bench->files_held, 0);
	ck_assert_uint_eq(counts().files, 0);
}
END_TEST

START_TEST(what_was_composed_comes_along)
{
	struct parcel parcel = {0};

	bench->slow_files = true;
	bc_send(a, false, &(struct letter){.code = 1, .flags = TF_ACCEPT_FDS});
	tell(a);
	look(m);
	parcel_fd(&parcel, 3);
	parcel_send(m, true, 0, 9, 0, &parcel);
	talk(m);
	look(a);
	expect(a, "waits");
	/* Others' reads go on in between. */
	hint(b, 0, 4);
	expect(b, "NOOP COMPLETE");
	actor_install(a, true);
	bench_run(bench);
	expect(a, "NOOP COMPLETE REPLY 9");
}
END_TEST

START_TEST(no_descriptor_free_for_a_call)
{
	struct driver_counts before = counts();
	struct parcel parcel = {0};

	m->seat->no_files = true;
	parcel_fd(&parcel, 3);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	expect(m, "waits");
	expect(a, "NOOP COMPLETE FAILED_REPLY");
	ck_assert_uint_eq(extended(a).command, BR_OK);
	ck_counts(&before);
	ask(b, 0, 2);
	expect(m, "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(no_descriptor_free_for_a_oneway)
{
	struct driver_counts before = counts();
	struct parcel parcel = {0};

	m->seat->no_files = true;
	parcel_fd(&parcel, 3);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &parcel);
	talk(a);
	expect(a, "NOOP COMPLETE");
	hint(a, 0, 2);
	/* The next one is free to come. */
	look(m);
	expect(m, "NOOP TRANSACTION 2");
	give_back(m,
		&(struct binder_transaction_data){.data.ptr.buffer = received(m).data.ptr.buffer});
	ck_counts(&before);
	peek(a);
	expect(a, "EAGAIN");
}
END_TEST

START_TEST(no_descriptor_free_for_a_reply)
{
	struct parcel parcel = {0};
	struct driver_counts before;

	a->seat->no_files = true;
	bc_send(a, false, &(struct letter){.code = 1, .flags = TF_ACCEPT_FDS});
	tell(a);
	look(m);
	before = counts();
	parcel_fd(&parcel, 3);
	parcel_send(m, true, 0, 9, 0, &parcel);
	talk(m);
	expect(m, "NOOP COMPLETE");
	look(a);
	expect(a, "NOOP COMPLETE FAILED_REPLY");
	ck_assert_uint_eq(counts().transactions, 0);
	ck_assert_uint_eq(counts().buffers, before.buffers);
	ck_assert_uint_eq(bench->files_held, 0);
}
END_TEST

START_TEST(receiver_dies_while_installing)
{
	struct parcel parcel = {0};

	bench->slow_files = true;
	parcel_fd(&parcel, 3);
	parcel_fd(&parcel, 4);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	seat_close(m->seat);
	bench_run(bench);
	expect(a, "NOOP COMPLETE FAILED_REPLY");
	ck_assert_uint_eq(bench->files_held, 0);
	ck_assert_uint_eq(counts().transactions + counts().files, 0);
}
END_TEST

START_TEST(sender_dies_while_installing)
{
	struct parcel parcel = {0};

	bench->slow_files = true;
	parcel_fd(&parcel, 3);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	seat_close(a->seat);
	bench_run(bench);
	actor_install(m, true);
	bench_run(bench);
	expect(m, "NOOP TRANSACTION 1");
	answer(m);
	expect(m, "NOOP COMPLETE");
	ck_assert_uint_eq(counts().transactions, 0);
}
END_TEST

START_TEST(detach_while_installing)
{
	struct parcel parcel = {0};

	bench->slow_files = true;
	parcel_fd(&parcel, 3);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	actor_detach(m);
	bench_run(bench);
	expect(a, "NOOP COMPLETE FAILED_REPLY");
	ck_assert_uint_eq(counts().buffers + counts().transactions + counts().files, 0);
}
END_TEST

START_TEST(unstored_call_fails)
{
	ask(a, 0, 1);
	look(m);
	thread_read_fault(m->thread);
	bench_run(bench);
	expect(a, "NOOP COMPLETE FAILED_REPLY");
	answer(m);
	expect(m, "NOOP FAILED_REPLY");
	/* Once is enough. */
	thread_read_fault(m->thread);
	bench_run(bench);
	ck_assert_uint_eq(counts().transactions, 0);
}
END_TEST

/* Another thread of the program gave the buffer back by its address meanwhile. */
START_TEST(unstored_call_without_its_buffer)
{
	struct actor *m2 = cast(m->seat, 11);
	struct binder_transaction_data tr;

	ask(a, 0, 1);
	look(m);
	tr = received(m);
	give_back(m2, &tr);
	thread_read_fault(m->thread);
	bench_run(bench);
	expect(a, "NOOP COMPLETE FAILED_REPLY");
}
END_TEST

START_TEST(results_hint_at_what_cannot_follow)
{
	ask(a, 0, 1);
	look(m);
	ck_assert(m->result.no_spawn);
	ck_assert(!m->result.idle);
	ck_assert(m->result.calm);
	answer(m);
	ck_assert(m->result.idle);
	ck_assert(!m->result.calm);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/return");
	TCase *tc = stage_case(suite, "return");

	tcase_add_test(tc, small_buffer_shows_no_transaction);
	tcase_add_test(tc, tiny_buffer_is_overrun);
	tcase_add_test(tc, preset_shifts_output);
	tcase_add_test(tc, nothing_there);
	tcase_add_test(tc, ends_after_a_transaction);
	tcase_add_test(tc, own_work_alone);
	tcase_add_test(tc, completions_are_collected);
	tcase_add_test(tc, collects_while_there_is_room);
	tcase_add_test(tc, thousands_of_completions_at_once);
	tcase_add_test(tc, descriptors_are_installed_first);
	tcase_add_test(tc, what_was_composed_comes_along);
	tcase_add_test(tc, no_descriptor_free_for_a_call);
	tcase_add_test(tc, no_descriptor_free_for_a_oneway);
	tcase_add_test(tc, no_descriptor_free_for_a_reply);
	tcase_add_test(tc, receiver_dies_while_installing);
	tcase_add_test(tc, sender_dies_while_installing);
	tcase_add_test(tc, detach_while_installing);
	tcase_add_test(tc, unstored_call_fails);
	tcase_add_test(tc, unstored_call_without_its_buffer);
	tcase_add_test(tc, results_hint_at_what_cannot_follow);
	return stage_main(suite);
}
