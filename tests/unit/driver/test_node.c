/* SPDX-License-Identifier: Apache-2.0 */

/* Nodes and refs: who is told what when counts change. */

#include "stage.h"

/* a sends its node 10:11 to m in a oneway; m has read it, its buffer is in tr. */
static struct binder_transaction_data introduce(uint32_t type)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, type, 0, 0x10, 0x11);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &parcel);
	tell(a);
	look(m);
	return received(m);
}

static void acknowledge(struct actor *actor, uint64_t ptr, bool strong)
{
	bc_node(actor, BC_INCREFS_DONE, ptr, ptr + 1);
	if (strong)
		bc_node(actor, BC_ACQUIRE_DONE, ptr, ptr + 1);
	tell(actor);
}

START_TEST(strong_node_is_announced_and_let_go)
{
	struct driver_counts before = counts();
	struct binder_transaction_data tr = introduce(BINDER_TYPE_BINDER);

	peek(a);
	expect(a, "NOOP INCREFS 10:11 ACQUIRE 10:11 COMPLETE");
	acknowledge(a, 0x10, true);
	ck_assert_uint_eq(counts().refs, before.refs + 1);
	look(a);
	expect(a, "waits");
	give_back(m, &tr);
	expect(a, "NOOP RELEASE 10:11 DECREFS 10:11");
	ck_counts(&before);
}
END_TEST

START_TEST(weak_node_is_announced_and_let_go)
{
	struct driver_counts before = counts();
	struct binder_transaction_data tr = introduce(BINDER_TYPE_WEAK_BINDER);

	peek(a);
	expect(a, "NOOP INCREFS 10:11 COMPLETE");
	acknowledge(a, 0x10, false);
	give_back(m, &tr);
	peek(a);
	expect(a, "NOOP DECREFS 10:11");
	ck_counts(&before);
}
END_TEST

START_TEST(release_waits_for_the_acknowledgement)
{
	struct binder_transaction_data tr = introduce(BINDER_TYPE_BINDER);

	peek(a);
	give_back(m, &tr);
	peek(a);
	expect(a, "EAGAIN");
	bc_node(a, BC_ACQUIRE_DONE, 0x10, 0x11);
	peek(a);
	expect(a, "NOOP RELEASE 10:11");
	bc_node(a, BC_INCREFS_DONE, 0x10, 0x11);
	peek(a);
	expect(a, "NOOP DECREFS 10:11");
}
END_TEST

START_TEST(wrong_acknowledgements_are_ignored)
{
	struct binder_transaction_data tr = introduce(BINDER_TYPE_BINDER);

	peek(a);
	bc_node(a, BC_ACQUIRE_DONE, 0x10, 0x12);
	bc_node(a, BC_ACQUIRE_DONE, 0x11, 0x11);
	bc_node(m, BC_ACQUIRE_DONE, 0x10, 0x11);
	tell(a);
	tell(m);
	give_back(m, &tr);
	peek(a);
	expect(a, "EAGAIN");
	bc_node(a, BC_ACQUIRE_DONE, 0x10, 0x11);
	bc_node(a, BC_ACQUIRE_DONE, 0x10, 0x11);
	bc_node(a, BC_INCREFS_DONE, 0x10, 0x11);
	peek(a);
	expect(a, "NOOP RELEASE 10:11 DECREFS 10:11");
}
END_TEST

START_TEST(unannounced_node_dropped_is_never_announced)
{
	struct driver_counts before = counts();
	struct parcel parcel = {0};
	struct binder_transaction_data tr;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_send(a, false, 0, 1, 0, &parcel);
	tell(a);
	look(m);
	tr = received(m);
	give_back(m, &tr);
	answer(m);
	look(a);
	expect(a, "NOOP COMPLETE REPLY 0");
	tr = received(a);
	give_back(a, &tr);
	ck_counts(&before);
}
END_TEST

START_TEST(node_is_announced_before_the_completion)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	expect(a, "waits");
	look(m);
	answer(m);
	expect(a, "NOOP INCREFS 10:11 ACQUIRE 10:11 COMPLETE REPLY 0");
}
END_TEST

START_TEST(handle_is_held_by_more_than_the_buffer)
{
	struct binder_transaction_data tr = introduce(BINDER_TYPE_BINDER);

	peek(a);
	acknowledge(a, 0x10, true);
	bc_handle(m, BC_ACQUIRE, 1);
	give_back(m, &tr);
	peek(a);
	expect(a, "EAGAIN");
	bc_handle(m, BC_INCREFS, 1);
	bc_handle(m, BC_RELEASE, 1);
	tell(m);
	/* Weakly held on: the owner learns that nobody holds it strongly. */
	peek(a);
	expect(a, "NOOP RELEASE 10:11");
	/* Not even one who holds it weakly can make it strong again by itself. */
	bc_handle(m, BC_ACQUIRE, 1);
	tell(m);
	peek(a);
	expect(a, "EAGAIN");
	bc_handle(m, BC_DECREFS, 1);
	tell(m);
	peek(a);
	expect(a, "NOOP DECREFS 10:11");
	ck_assert_uint_eq(counts().refs, 0);
}
END_TEST

START_TEST(weak_ref_becomes_strong_when_sent_again)
{
	struct binder_transaction_data tr = introduce(BINDER_TYPE_WEAK_BINDER);
	struct flat_binder_object flat;

	received_object(m, 0, &flat, sizeof(flat));
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_WEAK_HANDLE);
	peek(a);
	acknowledge(a, 0x10, false);
	bc_handle(m, BC_INCREFS, 1);
	give_back(m, &tr);
	tr = introduce(BINDER_TYPE_BINDER);
	received_object(m, 0, &flat, sizeof(flat));
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_HANDLE);
	ck_assert_uint_eq(flat.handle, 1);
	peek(a);
	expect(a, "NOOP ACQUIRE 10:11 COMPLETE");
}
END_TEST

START_TEST(two_acquires_need_two_releases)
{
	struct binder_transaction_data tr = introduce(BINDER_TYPE_BINDER);

	peek(a);
	acknowledge(a, 0x10, true);
	bc_handle(m, BC_ACQUIRE, 1);
	bc_handle(m, BC_ACQUIRE, 1);
	give_back(m, &tr);
	bc_handle(m, BC_RELEASE, 1);
	tell(m);
	peek(a);
	expect(a, "EAGAIN");
	bc_handle(m, BC_RELEASE, 1);
	/* There is no more of it. */
	bc_handle(m, BC_RELEASE, 1);
	bc_handle(m, BC_DECREFS, 1);
	tell(m);
	peek(a);
	expect(a, "NOOP RELEASE 10:11 DECREFS 10:11");
}
END_TEST

START_TEST(cookie_is_that_of_the_first_sending)
{
	struct binder_transaction_data tr = introduce(BINDER_TYPE_BINDER);
	struct parcel parcel = {0};

	(void)tr;
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x12);
	peek(a);
	parcel_send(a, false, 0, 1, 0, &parcel);
	expect_refused(a, "FAILED_REPLY", EINVAL);
	/* Also while the last release was not read yet. */
	acknowledge(a, 0x10, true);
	give_back(m, &tr);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &parcel);
	tell(a);
	peek(a);
	expect(a, "NOOP FAILED_REPLY");
	ck_assert_int_eq(extended(a).param, -EINVAL);
	peek(a);
	expect(a, "NOOP RELEASE 10:11 DECREFS 10:11");
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &parcel);
	peek(a);
	expect(a, "NOOP INCREFS 10:12 ACQUIRE 10:12 COMPLETE");
}
END_TEST

START_TEST(handles_are_the_lowest_free)
{
	struct parcel parcel = {0};
	struct flat_binder_object flat;

	for (uint64_t i = 1; i <= 4; i++)
		parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 16 * i, 1);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &parcel);
	tell(a);
	look(m);
	for (uint32_t i = 0; i < 4; i++) {
		received_object(m, i, &flat, sizeof(flat));
		ck_assert_uint_eq(flat.handle, i + 1);
	}
	bc_handle(m, BC_RELEASE, 2);
	tell(m);
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x90, 1);
	parcel_send(b, false, 0, 1, 0, &parcel);
	tell(b);
	look(m);
	received_object(m, 0, &flat, sizeof(flat));
	ck_assert_uint_eq(flat.handle, 2);
}
END_TEST

START_TEST(manager_is_handle_0_everywhere)
{
	struct driver_counts before = counts();

	bc_handle(a, BC_ACQUIRE, 0);
	bc_handle(a, BC_INCREFS, 0);
	tell(a);
	ck_assert_uint_eq(counts().refs, 1);
	/* Its owner is told nothing. */
	peek(m);
	expect(m, "EAGAIN");
	bc_handle(a, BC_RELEASE, 0);
	bc_handle(a, BC_DECREFS, 0);
	tell(a);
	ck_counts(&before);
	peek(m);
	expect(m, "EAGAIN");
}
END_TEST

START_TEST(dead_node_lives_by_its_refs)
{
	struct binder_transaction_data tr = introduce(BINDER_TYPE_BINDER);

	bc_handle(m, BC_INCREFS, 1);
	tell(m);
	seat_close(a->seat);
	bench_run(bench);
	ck_assert_uint_eq(counts().nodes, 2);
	give_back(m, &tr);
	bc_handle(m, BC_ACQUIRE, 1);
	tell(m);
	ck_assert_uint_eq(counts().nodes, 2);
	bc_handle(m, BC_DECREFS, 1);
	tell(m);
	ck_assert_uint_eq(counts().nodes, 1);
	ck_assert_uint_eq(counts().refs, 0);
}
END_TEST

START_TEST(owner_is_kept_by_a_call_alone)
{
	struct binder_transaction_data tr = introduce(BINDER_TYPE_BINDER);

	peek(a);
	acknowledge(a, 0x10, true);
	/* The caller lets go while its call is on its way. */
	bc_send(m, false, &(struct letter){.handle = 1, .code = 5});
	tell(m);
	give_back(m, &tr);
	ck_assert_uint_eq(counts().refs, 0);
	peek(a);
	expect(a, "NOOP TRANSACTION 5");
	tr = received(a);
	give_back(a, &tr);
	bc_send(a, true, &(struct letter){0});
	tell(a);
	peek(a);
	expect(a, "NOOP COMPLETE");
	peek(a);
	expect(a, "NOOP RELEASE 10:11 DECREFS 10:11");
}
END_TEST

START_TEST(limits_of_nodes_and_refs)
{
	struct driver_limits limits = {9, 9, 1, 9, 9, 9, 9};
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	driver_set_limits(bench->system, &limits);
	parcel_send(a, false, 0, 1, 0, &parcel);
	expect_refused(a, "FAILED_REPLY", ENOMEM);
	limits.nodes = 9;
	limits.refs = 0;
	driver_set_limits(bench->system, &limits);
	parcel_send(a, false, 0, 1, 0, &parcel);
	expect_refused(a, "FAILED_REPLY", ENOMEM);
	bc_handle(a, BC_ACQUIRE, 0);
	tell(a);
	expect(a, "ok");
	ck_assert_uint_eq(counts().refs, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/node");
	TCase *tc = stage_case(suite, "node");

	tcase_add_test(tc, strong_node_is_announced_and_let_go);
	tcase_add_test(tc, weak_node_is_announced_and_let_go);
	tcase_add_test(tc, release_waits_for_the_acknowledgement);
	tcase_add_test(tc, wrong_acknowledgements_are_ignored);
	tcase_add_test(tc, unannounced_node_dropped_is_never_announced);
	tcase_add_test(tc, node_is_announced_before_the_completion);
	tcase_add_test(tc, handle_is_held_by_more_than_the_buffer);
	tcase_add_test(tc, weak_ref_becomes_strong_when_sent_again);
	tcase_add_test(tc, two_acquires_need_two_releases);
	tcase_add_test(tc, cookie_is_that_of_the_first_sending);
	tcase_add_test(tc, handles_are_the_lowest_free);
	tcase_add_test(tc, manager_is_handle_0_everywhere);
	tcase_add_test(tc, dead_node_lives_by_its_refs);
	tcase_add_test(tc, owner_is_kept_by_a_call_alone);
	tcase_add_test(tc, limits_of_nodes_and_refs);
	return stage_main(suite);
}
