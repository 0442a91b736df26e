/* SPDX-License-Identifier: Apache-2.0 */

/* Calls, oneways and replies, and each way in which they are refused. */

#include "stage.h"

/* m holds a's node 10:11 as handle 1, strongly. */
static void introduce(void)
{
	struct parcel parcel = {0};
	struct binder_transaction_data tr;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, FLAT_BINDER_FLAG_ACCEPTS_FDS, 0x10, 0x11);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	tr = received(m);
	bc_handle(m, BC_ACQUIRE, 1);
	answer(m);
	give_back(m, &tr);
	tr = received(a);
	expect(a, "NOOP INCREFS 10:11 ACQUIRE 10:11 COMPLETE REPLY 0");
	bc_node(a, BC_INCREFS_DONE, 0x10, 0x11);
	bc_node(a, BC_ACQUIRE_DONE, 0x10, 0x11);
	give_back(a, &tr);
}

START_TEST(empty_call)
{
	struct driver_counts before = counts();
	struct binder_transaction_data tr;

	bc_send(a, false, &(struct letter){.code = 7, .flags = TF_ACCEPT_FDS});
	tell(a);
	expect(a, "ok");
	look(m);
	expect(m, "NOOP TRANSACTION 7");
	tr = received(m);
	ck_assert_uint_eq(tr.target.ptr, 0);
	ck_assert_uint_eq(tr.cookie, 0);
	ck_assert_uint_eq(tr.flags, TF_ACCEPT_FDS);
	ck_assert_int_eq(tr.sender_pid, 20);
	ck_assert_uint_eq(tr.sender_euid, BENCH_UID);
	ck_assert_uint_eq(tr.data_size, 0);
	ck_assert_uint_eq(tr.offsets_size, 0);
	ck_assert_uint_eq(tr.data.ptr.buffer, m->seat->address);
	ck_assert_uint_eq(tr.data.ptr.offsets, m->seat->address);
	ck_assert_uint_eq(counts().transactions, 1);
	answer(m);
	expect(m, "NOOP COMPLETE");
	give_back(m, &tr);
	look(a);
	tr = received(a);
	ck_assert_int_eq(tr.sender_pid, 0);
	end_call(a);
	ck_counts(&before);
}
END_TEST

START_TEST(payload_arrives)
{
	static const char text[] = "thirteen bytes";
	struct binder_transaction_data tr;

	bc_send(a, false,
		&(struct letter){.data = seat_put(a->seat, text, 13), .size = 13, .code = 1});
	talk(a);
	look(m);
	tr = received(m);
	ck_assert_uint_eq(tr.data_size, 13);
	ck_assert_mem_eq(seat_at(m->seat, tr.data.ptr.buffer, 13), text, 13);
	ck_assert_uint_eq(tr.data.ptr.offsets, tr.data.ptr.buffer + 16);
	bc_send(m, true, &(struct letter){.data = seat_put(m->seat, text, 3), .size = 3});
	talk(m);
	tr = received(a);
	ck_assert_uint_eq(tr.data_size, 3);
	ck_assert_mem_eq(seat_at(a->seat, tr.data.ptr.buffer, 3), text, 3);
}
END_TEST

START_TEST(euid_is_that_of_the_call)
{
	proc_set_euid(a->seat->proc, 77);
	ask(a, 0, 1);
	proc_set_euid(a->seat->proc, 88);
	look(m);
	ck_assert_uint_eq(received(m).sender_euid, 77);
}
END_TEST

START_TEST(dead_caller_has_no_pid)
{
	ask(a, 0, 1);
	a = NULL;
	seat_close(TAILQ_NEXT(m->seat, entry));
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	ck_assert_int_eq(received(m).sender_pid, 0);
	/* Its reply fails without a word of it to the replier. */
	answer(m);
	expect(m, "NOOP COMPLETE");
	ck_assert_uint_eq(counts().transactions, 0);
}
END_TEST

START_TEST(oneway)
{
	struct driver_counts before = counts();
	struct binder_transaction_data tr;

	hint(a, 0, 3);
	expect(a, "NOOP COMPLETE");
	look(m);
	expect(m, "NOOP TRANSACTION 3");
	tr = received(m);
	ck_assert_int_eq(tr.sender_pid, 0);
	ck_assert_uint_eq(tr.flags, TF_ONE_WAY);
	ck_assert_uint_eq(counts().transactions, 0);
	give_back(m, &tr);
	ck_counts(&before);
	/* And no reply to it. */
	answer(m);
	expect(m, "NOOP FAILED_REPLY");
	ck_assert_int_eq(extended(m).param, -EPROTO);
}
END_TEST

START_TEST(oneways_of_a_node_go_one_by_one)
{
	struct binder_transaction_data first, call;

	hint(a, 0, 1);
	hint(b, 0, 2);
	hint(a, 0, 3);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	first = received(m);
	peek(m);
	expect(m, "EAGAIN");
	/* A call overtakes those that wait. */
	ask(b, 0, 4);
	give_back(m, &first);
	look(m);
	expect(m, "NOOP TRANSACTION 4");
	call = received(m);
	answer(m);
	give_back(m, &call);
	look(m);
	expect(m, "NOOP TRANSACTION 2");
	first = received(m);
	give_back(m, &first);
	look(m);
	expect(m, "NOOP TRANSACTION 3");
}
END_TEST

START_TEST(second_call_is_refused)
{
	bc_send(a, false, &(struct letter){.code = 1});
	tell(a);
	bc_send(a, false, &(struct letter){.code = 2});
	tell(a);
	peek(a);
	expect(a, "NOOP COMPLETE FAILED_REPLY");
	ck_assert_int_eq(extended(a).param, -EPROTO);
	serve_once(m);
	look(a);
	expect(a, "NOOP REPLY 0");
}
END_TEST

START_TEST(reply_needs_a_call)
{
	struct actor *m2 = cast(m->seat, 11);

	bc_send(a, true, &(struct letter){0});
	expect_refused(a, "FAILED_REPLY", EPROTO);
	/* Not the other thread's. */
	ask(b, 0, 1);
	look(m);
	bc_send(m2, true, &(struct letter){0});
	expect_refused(m2, "FAILED_REPLY", EPROTO);
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
}
END_TEST

START_TEST(caller_cannot_reply_to_itself)
{
	bc_send(a, false, &(struct letter){.code = 1});
	tell(a);
	bc_send(a, true, &(struct letter){0});
	tell(a);
	peek(a);
	expect(a, "NOOP COMPLETE FAILED_REPLY");
	ck_assert_int_eq(extended(a).param, -EPROTO);
}
END_TEST

START_TEST(bad_handle)
{
	bc_send(a, false, &(struct letter){.handle = 5});
	expect_refused(a, "FAILED_REPLY", EINVAL);
	bc_send(a, false, &(struct letter){.handle = 5, .flags = TF_ONE_WAY});
	expect_refused(a, "FAILED_REPLY", EINVAL);
	bc_send(a, false, &(struct letter){.handle = UINT32_MAX});
	expect_refused(a, "FAILED_REPLY", EINVAL);
}
END_TEST

START_TEST(weak_handle_cannot_be_called)
{
	introduce();
	bc_handle(m, BC_INCREFS, 1);
	bc_handle(m, BC_RELEASE, 1);
	tell(m);
	bc_send(m, false, &(struct letter){.handle = 1});
	expect_refused(m, "FAILED_REPLY", EINVAL);
}
END_TEST

START_TEST(no_manager)
{
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);

	bc_send(c, false, &(struct letter){0});
	expect_refused(c, "DEAD_REPLY", EINVAL);
}
END_TEST

START_TEST(manager_cannot_call_itself)
{
	struct actor *twin = cast_proc(0, 10, BENCH_UID, STAGE_AREA);

	bc_send(m, false, &(struct letter){0});
	expect_refused(m, "FAILED_REPLY", EINVAL);
	bc_send(twin, false, &(struct letter){0});
	expect_refused(twin, "FAILED_REPLY", EINVAL);
	bc_send(twin, false, &(struct letter){.flags = TF_ONE_WAY});
	expect_refused(twin, "FAILED_REPLY", EINVAL);
}
END_TEST

START_TEST(dead_node)
{
	introduce();
	seat_close(a->seat);
	bench_run(bench);
	bc_send(m, false, &(struct letter){.handle = 1});
	expect_refused(m, "DEAD_REPLY", EINVAL);
}
END_TEST

START_TEST(target_without_area)
{
	struct actor *h = cast_proc(1, 40, BENCH_UID, 0), *c = cast_proc(1, 50, BENCH_UID, 4096);

	serve(h, 0);
	bc_send(c, false, &(struct letter){0});
	expect_refused(c, "DEAD_REPLY", ESRCH);
	ck_assert_int_eq(seat_map(h->seat, 4096), 0);
	proc_munmap(h->seat->proc);
	bc_send(c, false, &(struct letter){.flags = TF_ONE_WAY});
	expect_refused(c, "DEAD_REPLY", ESRCH);
}
END_TEST

START_TEST(caller_without_area)
{
	struct actor *c = cast_proc(0, 50, BENCH_UID, 0);
	struct binderd_extended_error error;

	ask(c, 0, 1);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	answer(m);
	expect(m, "NOOP COMPLETE");
	ck_assert_uint_eq(extended(m).command, BR_OK);
	expect(c, "NOOP COMPLETE DEAD_REPLY");
	error = extended(c);
	ck_assert_uint_eq(error.command, BR_DEAD_REPLY);
	ck_assert_int_eq(error.param, -ESRCH);
}
END_TEST

START_TEST(extended_error_says_well)
{
	struct binderd_extended_error error;

	hint(a, 0, 1);
	error = extended(a);
	ck_assert_uint_ne(error.id, 0);
	ck_assert_uint_eq(error.command, BR_OK);
	ck_assert_int_eq(error.param, 0);
	error = extended(a);
	ck_assert_uint_eq(error.id, 0);
}
END_TEST

START_TEST(no_room)
{
	bc_send(a, false,
		&(struct letter){.data = DESK_BASE, .size = STAGE_AREA + 1, .flags = TF_ONE_WAY});
	expect_refused(a, "FAILED_REPLY", ENOSPC);
	bc_send(a, false, &(struct letter){.data = DESK_BASE, .size = STAGE_AREA + 1});
	expect_refused(a, "FAILED_REPLY", ENOSPC);
	/* A oneway may have half of it. */
	bc_send(a, false,
		&(struct letter){
			.data = DESK_BASE, .size = STAGE_AREA / 2 + 1, .flags = TF_ONE_WAY});
	expect_refused(a, "FAILED_REPLY", ENOSPC);
}
END_TEST

START_TEST(sizes_that_overflow)
{
	bc_send(a, false, &(struct letter){.data = DESK_BASE, .size = UINT64_MAX});
	expect_refused(a, "FAILED_REPLY", EINVAL);
	bc_send(a, false,
		&(struct letter){.data = DESK_BASE, .size = 8, .offsets_size = UINT64_MAX - 7});
	expect_refused(a, "FAILED_REPLY", EINVAL);
	bc_send(a, false, &(struct letter){.data = DESK_BASE, .size = 8, .extra = UINT64_MAX});
	expect_refused(a, "FAILED_REPLY", EINVAL);
	bc_send(a, false,
		&(struct letter){.data = DESK_BASE, .size = 16, .extra = UINT64_MAX - 15});
	expect_refused(a, "FAILED_REPLY", EINVAL);
}
END_TEST

START_TEST(area_without_memory)
{
	struct actor *h = cast_proc(1, 40, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);

	serve(h, 0);
	h->seat->reserve_limit = 4096;
	bc_send(c, false, &(struct letter){.data = DESK_BASE, .size = 4097});
	expect_refused(c, "FAILED_REPLY", ENOMEM);
	bc_send(c, false, &(struct letter){.data = DESK_BASE, .size = 4096, .code = 2});
	talk(c);
	look(h);
	expect(h, "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(bad_data_pointer)
{
	bc_send(a, false, &(struct letter){.data = 0, .size = 1});
	expect_refused(a, "FAILED_REPLY", EFAULT);
	bc_send(a, false, &(struct letter){.data = DESK_BASE + DESK_SIZE - 3, .size = 4});
	expect_refused(a, "FAILED_REPLY", EFAULT);
	bc_send(a, false, &(struct letter){.data = DESK_BASE, .size = 64, .offsets_size = 8});
	expect_refused(a, "FAILED_REPLY", EFAULT);
}
END_TEST

START_TEST(offsets_size_not_of_whole_offsets)
{
	bc_send(a, false,
		&(struct letter){
			.data = DESK_BASE, .size = 8, .offsets = DESK_BASE, .offsets_size = 4});
	expect_refused(a, "FAILED_REPLY", EINVAL);
	bc_send(a, false, &(struct letter){.data = DESK_BASE, .size = 8, .extra = 4});
	expect_refused(a, "FAILED_REPLY", EINVAL);
}
END_TEST

START_TEST(refused_write_stops)
{
	bc_send(a, false, &(struct letter){.handle = 9});
	bc_send(a, false, &(struct letter){.code = 2, .flags = TF_ONE_WAY});
	tell(a);
	ck_assert_int_eq(a->result.ret, 0);
	ck_assert_uint_eq(a->result.write_consumed, 68);
	/* Until the error was read nothing is taken. */
	bc_send(a, false, &(struct letter){.code = 3, .flags = TF_ONE_WAY});
	tell(a);
	ck_assert_int_eq(a->result.ret, 0);
	ck_assert_uint_eq(a->result.write_consumed, 0);
	look(a);
	expect(a, "NOOP FAILED_REPLY");
	hint(a, 0, 4);
	look(m);
	expect(m, "NOOP TRANSACTION 4");
}
END_TEST

START_TEST(refused_reply)
{
	struct driver_counts before = counts();
	struct binder_transaction_data tr;
	struct binderd_extended_error error;

	ask(a, 0, 1);
	look(m);
	tr = received(m);
	bc_send(m, true, &(struct letter){.data = 0, .size = 1});
	talk(m);
	expect(m, "NOOP COMPLETE");
	ck_assert_uint_eq(extended(m).command, BR_OK);
	expect(a, "NOOP COMPLETE FAILED_REPLY");
	error = extended(a);
	ck_assert_uint_eq(error.command, BR_FAILED_REPLY);
	ck_assert_int_eq(error.param, -EFAULT);
	give_back(m, &tr);
	ck_counts(&before);
	/* It was a reply all the same: there is no second one. */
	answer(m);
	expect(m, "NOOP FAILED_REPLY");
}
END_TEST

/* a calls m; m calls back: it is the waiting thread that gets it. */
START_TEST(nested_call)
{
	struct actor *a2 = cast(a->seat, 21);

	introduce();
	look(a2);
	ask(a, 0, 1);
	look(m);
	ask(m, 1, 2);
	expect(a2, "waits");
	expect(a, "NOOP COMPLETE TRANSACTION 2");
	/* In the middle of it a may call once more. */
	bc_send(a, false, &(struct letter){.code = 3});
	tell(a);
	expect(m, "NOOP COMPLETE TRANSACTION 3");
	answer(m);
	look(a);
	expect(a, "NOOP COMPLETE REPLY 0");
	answer(a);
	expect(a, "NOOP COMPLETE");
	look(m);
	expect(m, "NOOP REPLY 0");
	answer(m);
	look(a);
	expect(a, "NOOP REPLY 0");
	ck_assert_uint_eq(counts().transactions, 0);
}
END_TEST

START_TEST(oneway_inside_a_call_goes_to_anyone)
{
	struct actor *a2 = cast(a->seat, 21);

	introduce();
	look(a2);
	ask(a, 0, 1);
	look(m);
	hint(m, 1, 2);
	expect(m, "NOOP COMPLETE");
	expect(a, "waits");
	expect(a2, "NOOP TRANSACTION 2");
}
END_TEST

START_TEST(target_dies_unread)
{
	struct driver_counts before;

	introduce();
	before = counts();
	ask(m, 1, 1);
	seat_close(a->seat);
	bench_run(bench);
	expect(m, "NOOP COMPLETE DEAD_REPLY");
	ck_assert_uint_eq(counts().transactions, before.transactions);
}
END_TEST

START_TEST(target_dies_with_it)
{
	introduce();
	ask(m, 1, 1);
	look(a);
	expect(a, "NOOP TRANSACTION 1");
	seat_close(a->seat);
	bench_run(bench);
	expect(m, "NOOP COMPLETE DEAD_REPLY");
	ck_assert_uint_eq(extended(m).param, 0);
}
END_TEST

/* Who waits on a proc that dies is answered before what it sent there is let go. */
START_TEST(waiting_caller_is_answered_first)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x30, 0x31);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	seat_close(m->seat);
	bench_run(bench);
	expect(a, "NOOP INCREFS 30:31 ACQUIRE 30:31 COMPLETE DEAD_REPLY");
	bc_node(a, BC_INCREFS_DONE, 0x30, 0x31);
	bc_node(a, BC_ACQUIRE_DONE, 0x30, 0x31);
	peek(a);
	expect(a, "NOOP RELEASE 30:31 DECREFS 30:31");
}
END_TEST

/* Not so if the proc never read it. */
START_TEST(waiting_caller_of_an_unread_call)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x30, 0x31);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	seat_close(m->seat);
	bench_run(bench);
	expect(a, "NOOP COMPLETE DEAD_REPLY");
	ck_assert_uint_eq(counts().nodes, 0);
}
END_TEST

/* 496 bytes each into 64 KiB: the 53rd is suspect, and told only to who wants to know. */
START_TEST(spam_is_told_once)
{
	const uint32_t on = 1;

	ck_assert_int_eq(ioctl_with(a, BINDER_ENABLE_ONEWAY_SPAM_DETECTION, on), 0);
	for (int i = 1; i <= 66; i++) {
		bc_send(a, false,
			&(struct letter){.data = DESK_BASE, .size = 496, .flags = TF_ONE_WAY});
		talk(a);
		if (i == 53)
			expect(a, "NOOP SPAM_SUSPECT");
		else
			expect(a, "NOOP COMPLETE");
	}
	bc_send(a, false, &(struct letter){.data = DESK_BASE, .size = 496, .flags = TF_ONE_WAY});
	expect_refused(a, "FAILED_REPLY", ENOSPC);
	/* Calls still have the other half. */
	bc_send(a, false, &(struct letter){.data = DESK_BASE, .size = 496});
	talk(a);
	expect(a, "waits");
}
END_TEST

START_TEST(spam_is_not_told_to_others)
{
	for (int i = 1; i <= 66; i++) {
		bc_send(a, false,
			&(struct letter){.data = DESK_BASE, .size = 496, .flags = TF_ONE_WAY});
		talk(a);
		expect(a, "NOOP COMPLETE");
	}
}
END_TEST

START_TEST(cleared_buffer)
{
	static const char secret[8] = "secret";
	struct binder_transaction_data tr;
	const char *bytes;

	bc_send(a, false,
		&(struct letter){.data = seat_put(a->seat, secret, 8),
			.size = 8,
			.flags = TF_ONE_WAY | TF_CLEAR_BUF});
	bc_send(a, false, &(struct letter){.data = seat_put(a->seat, secret, 8), .size = 8});
	talk(a);
	look(m);
	tr = received(m);
	bytes = (const char *)seat_at(m->seat, tr.data.ptr.buffer, 8);
	ck_assert_str_eq(bytes, secret);
	give_back(m, &tr);
	ck_assert_str_eq(bytes, "");
	look(m);
	tr = received(m);
	bytes = (const char *)seat_at(m->seat, tr.data.ptr.buffer, 8);
	give_back(m, &tr);
	ck_assert_str_eq(bytes, secret);
}
END_TEST

START_TEST(security_context)
{
	struct actor *h = cast_proc(1, 40, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);
	struct word word;
	size_t at = 4;

	serve(h, FLAT_BINDER_FLAG_TXN_SECURITY_CTX);
	bc_send(c, false, &(struct letter){.data = DESK_BASE, .size = 5, .code = 1});
	talk(c);
	look(h);
	expect(h, "NOOP TRANSACTION_SEC_CTX 1");
	ck_assert(word_next(h, &at, &word));
	ck_assert_uint_eq(word.secctx.secctx, word.tr.data.ptr.buffer + 8);
	ck_assert_str_eq((const char *)seat_at(h->seat, word.secctx.secctx, 16), BENCH_SECCTX);
	ck_assert_uint_eq(word.tr.data_size, 5);
}
END_TEST

START_TEST(limit_of_transactions)
{
	const struct driver_limits limits = {9, 9, 9, 9, 1, 9, 9};
	struct binder_transaction_data tr;

	hint(a, 0, 1);
	driver_set_limits(bench->system, &limits);
	bc_send(b, false, &(struct letter){.flags = TF_ONE_WAY});
	expect_refused(b, "FAILED_REPLY", ENOMEM);
	/* Read and freed, there is room for one again. */
	look(m);
	tr = received(m);
	give_back(m, &tr);
	hint(b, 0, 2);
	expect(b, "NOOP COMPLETE");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/send");
	TCase *tc = stage_case(suite, "send");

	tcase_add_test(tc, empty_call);
	tcase_add_test(tc, payload_arrives);
	tcase_add_test(tc, euid_is_that_of_the_call);
	tcase_add_test(tc, dead_caller_has_no_pid);
	tcase_add_test(tc, oneway);
	tcase_add_test(tc, oneways_of_a_node_go_one_by_one);
	tcase_add_test(tc, second_call_is_refused);
	tcase_add_test(tc, reply_needs_a_call);
	tcase_add_test(tc, caller_cannot_reply_to_itself);
	tcase_add_test(tc, bad_handle);
	tcase_add_test(tc, weak_handle_cannot_be_called);
	tcase_add_test(tc, no_manager);
	tcase_add_test(tc, manager_cannot_call_itself);
	tcase_add_test(tc, dead_node);
	tcase_add_test(tc, target_without_area);
	tcase_add_test(tc, caller_without_area);
	tcase_add_test(tc, extended_error_says_well);
	tcase_add_test(tc, no_room);
	tcase_add_test(tc, sizes_that_overflow);
	tcase_add_test(tc, area_without_memory);
	tcase_add_test(tc, bad_data_pointer);
	tcase_add_test(tc, offsets_size_not_of_whole_offsets);
	tcase_add_test(tc, refused_write_stops);
	tcase_add_test(tc, refused_reply);
	tcase_add_test(tc, nested_call);
	tcase_add_test(tc, oneway_inside_a_call_goes_to_anyone);
	tcase_add_test(tc, target_dies_unread);
	tcase_add_test(tc, target_dies_with_it);
	tcase_add_test(tc, waiting_caller_is_answered_first);
	tcase_add_test(tc, waiting_caller_of_an_unread_call);
	tcase_add_test(tc, spam_is_told_once);
	tcase_add_test(tc, spam_is_not_told_to_others);
	tcase_add_test(tc, cleared_buffer);
	tcase_add_test(tc, security_context);
	tcase_add_test(tc, limit_of_transactions);
	return stage_main(suite);
}
