/* SPDX-License-Identifier: Apache-2.0 */

/* Every ioctl but BINDER_WRITE_READ and those about freezing: see freeze. */

#include "stage.h"

static struct binder_node_debug_info debug_info(struct actor *actor, uint64_t ptr)
{
	struct binder_node_debug_info info = {.ptr = ptr};

	ck_assert_int_eq(ioctl_with(actor, BINDER_GET_NODE_DEBUG_INFO, info), 0);
	ck_assert_uint_eq(actor->result.size, sizeof(info));
	memcpy(&info, actor->bytes, sizeof(info));
	return info;
}

START_TEST(unknown_ones)
{
	const uint64_t argument = 0;

	ck_assert_int_eq(ioctl_of(a, 0, NULL, 0), EINVAL);
	ck_assert_int_eq(ioctl_of(a, UINT32_MAX, NULL, 0), EINVAL);
	ck_assert_int_eq(ioctl_of(a, BINDER_SET_IDLE_TIMEOUT, &argument, 8), EINVAL);
	ck_assert_int_eq(ioctl_of(a, BINDER_SET_IDLE_PRIORITY, &argument, 4), EINVAL);
	ck_assert_uint_eq(a->result.size, 0);
}
END_TEST

START_TEST(unreadable_arguments)
{
	static const struct {
		uint32_t command;
		int error;
	} rows[] = {
		{BINDER_SET_MAX_THREADS, EINVAL},
		{BINDER_SET_CONTEXT_MGR_EXT, EINVAL},
		{BINDER_GET_NODE_DEBUG_INFO, EFAULT},
		{BINDER_GET_NODE_INFO_FOR_REF, EFAULT},
		{BINDER_FREEZE, EFAULT},
		{BINDER_GET_FROZEN_INFO, EFAULT},
		{BINDER_ENABLE_ONEWAY_SPAM_DETECTION, EFAULT},
		{BINDER_WRITE_READ, EFAULT},
	};
	const uint64_t argument[16] = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t size = _IOC_SIZE(rows[i].command);

		ck_assert_int_eq(ioctl_of(a, rows[i].command, NULL, size), rows[i].error);
		ck_assert_int_eq(ioctl_of(a, rows[i].command, argument, 0), rows[i].error);
		ck_assert_int_eq(ioctl_of(a, rows[i].command, argument, size - 1), rows[i].error);
		ck_assert_int_eq(ioctl_of(a, rows[i].command, argument, size + 1), rows[i].error);
	}
}
END_TEST

START_TEST(protocol)
{
	struct binder_version version = {0};

	ck_assert_int_eq(ioctl_with(a, BINDER_VERSION, version), 0);
	ck_assert_uint_eq(a->result.size, sizeof(version));
	memcpy(&version, a->result.bytes, sizeof(version));
	ck_assert_int_eq(version.protocol_version, 8);
}
END_TEST

START_TEST(manager_is_one)
{
	const struct flat_binder_object object = {0};

	ck_assert_int_eq(ioctl_with(a, BINDER_SET_CONTEXT_MGR_EXT, object), EBUSY);
	ck_assert_int_eq(ioctl_of(m, BINDER_SET_CONTEXT_MGR, NULL, 0), EBUSY);
}
END_TEST

START_TEST(manager_is_followed_by_its_uid_alone)
{
	struct actor *other = cast_proc(0, 50, BENCH_UID + 1, STAGE_AREA);

	seat_close(m->seat);
	bench_run(bench);
	bc_send(a, false, &(struct letter){0});
	expect_refused(a, "DEAD_REPLY", EINVAL);
	ck_assert_int_eq(ioctl_of(other, BINDER_SET_CONTEXT_MGR, NULL, 0), EPERM);
	ck_assert_int_eq(ioctl_of(b, BINDER_SET_CONTEXT_MGR, NULL, 0), 0);
	ask(a, 0, 1);
	look(b);
	expect(b, "NOOP TRANSACTION 1");
}
END_TEST

START_TEST(manager_must_be_allowed)
{
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);

	bench->manager_answer = -EPERM;
	ck_assert_int_eq(ioctl_of(c, BINDER_SET_CONTEXT_MGR, NULL, 0), EPERM);
	/* That left no trace: another uid may come. */
	bench->manager_answer = 0;
	proc_set_euid(c->seat->proc, 5);
	ck_assert_int_eq(ioctl_of(c, BINDER_SET_CONTEXT_MGR, NULL, 0), 0);
}
END_TEST

START_TEST(manager_by_the_old_ioctl_takes_no_descriptors)
{
	struct actor *h = cast_proc(1, 40, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);
	struct parcel parcel = {0};

	ck_assert_int_eq(ioctl_of(h, BINDER_SET_CONTEXT_MGR, NULL, 0), 0);
	parcel_fd(&parcel, 3);
	parcel_send(c, false, 0, 1, TF_ACCEPT_FDS, &parcel);
	expect_refused(c, "FAILED_REPLY", EPERM);
}
END_TEST

START_TEST(managers_node_is_what_it_said)
{
	const struct flat_binder_object object = {.binder = 0x50, .cookie = 0x51};
	struct actor *h = cast_proc(1, 40, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);
	struct binder_node_debug_info info;

	ck_assert_int_eq(ioctl_with(h, BINDER_SET_CONTEXT_MGR_EXT, object), 0);
	ask(c, 0, 1);
	look(h);
	ck_assert_uint_eq(received(h).target.ptr, 0x50);
	ck_assert_uint_eq(received(h).cookie, 0x51);
	info = debug_info(h, 0);
	ck_assert_uint_eq(info.ptr, 0x50);
	ck_assert_uint_eq(info.has_strong_ref, 1);
	ck_assert_uint_eq(info.has_weak_ref, 1);
	info = debug_info(h, 0x50);
	ck_assert_uint_eq(info.ptr, 0);
	/* With the pointer 0 it is not listed. */
	info = debug_info(m, 0);
	ck_assert_uint_eq(info.ptr, 0);
	info = debug_info(m, UINT64_MAX);
	ck_assert_uint_eq(info.ptr, 0);
}
END_TEST

START_TEST(nodes_are_listed_in_order)
{
	struct parcel parcel = {0};
	struct binder_node_debug_info info;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x30, 3);
	parcel_flat(&parcel, BINDER_TYPE_WEAK_BINDER, 0, 0x10, 1);
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x20, 2);
	parcel_send(a, false, 0, 1, 0, &parcel);
	tell(a);
	info = debug_info(a, 0);
	ck_assert_uint_eq(info.ptr, 0x10);
	ck_assert_uint_eq(info.cookie, 1);
	ck_assert_uint_eq(info.has_strong_ref + info.has_weak_ref, 0);
	look(m);
	answer(m);
	look(a);
	info = debug_info(a, 0x10);
	ck_assert_uint_eq(info.ptr, 0x20);
	ck_assert_uint_eq(info.has_strong_ref, 1);
	info = debug_info(a, 0x20);
	ck_assert_uint_eq(info.ptr, 0x30);
	info = debug_info(a, 0x30);
	ck_assert_uint_eq(info.ptr, 0);
}
END_TEST

static int info_for_ref(struct actor *actor, struct binder_node_info_for_ref *info)
{
	int error = ioctl_with(actor, BINDER_GET_NODE_INFO_FOR_REF, *info);

	if (!error)
		memcpy(info, actor->bytes, sizeof(*info));
	return error;
}

START_TEST(counts_of_a_ref)
{
	struct binder_node_info_for_ref info = {.handle = 1};
	struct parcel parcel = {0};

	ck_assert_int_eq(info_for_ref(a, &info), EPERM);
	ck_assert_int_eq(info_for_ref(m, &info), EINVAL);
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x30, 3);
	parcel_send(a, false, 0, 1, 0, &parcel);
	tell(a);
	look(m);
	ck_assert_int_eq(info_for_ref(m, &info), 0);
	ck_assert_uint_eq(info.handle, 1);
	ck_assert_uint_eq(info.strong_count, 1);
	ck_assert_uint_eq(info.weak_count, 0);
	/* One more for a call to it that is not over, and two while its owner was told. */
	info = (struct binder_node_info_for_ref){.handle = 1};
	hint(m, 1, 2);
	ck_assert_int_eq(info_for_ref(m, &info), 0);
	ck_assert_uint_eq(info.strong_count, 2);
	answer(m);
	look(a);
	info = (struct binder_node_info_for_ref){.handle = 1};
	ck_assert_int_eq(info_for_ref(m, &info), 0);
	ck_assert_uint_eq(info.strong_count, 3);
	ck_assert_uint_eq(info.weak_count, 1);
	info = (struct binder_node_info_for_ref){.handle = 1, .weak_count = 1};
	ck_assert_int_eq(info_for_ref(m, &info), EINVAL);
	info = (struct binder_node_info_for_ref){.handle = 1, .reserved3 = 1};
	ck_assert_int_eq(info_for_ref(m, &info), EINVAL);
}
END_TEST

START_TEST(extended_error_of_a_thread)
{
	struct actor *a2 = cast(a->seat, 21);

	bc_send(a, false, &(struct letter){.handle = 9});
	talk(a);
	ck_assert_uint_eq(extended(a2).id, 0);
	ck_assert_uint_eq(extended(a2).command, BR_OK);
	ck_assert_int_eq(extended(a).param, -EINVAL);
	ck_assert_int_eq(extended(a).param, 0);
}
END_TEST

START_TEST(area_is_mapped_once)
{
	ck_assert_int_eq(seat_map(a->seat, 4096), -EBUSY);
	proc_munmap(a->seat->proc);
	ck_assert(!proc_mapped(a->seat->proc));
	ck_assert_int_eq(seat_map(a->seat, 4096), -EBUSY);
}
END_TEST

START_TEST(limits_of_procs_and_threads)
{
	const struct driver_limits limits = {3, 3, 9, 9, 9, 9, 9};

	driver_set_limits(bench->system, &limits);
	ck_assert_ptr_null(seat_try(bench, 0, 90, BENCH_UID, 0));
	ck_assert_ptr_null(actor_try(a->seat, 21));
	/* Another uid is another account. */
	ck_assert_ptr_nonnull(seat_try(bench, 0, 90, BENCH_UID + 1, 0));
	ck_assert_uint_eq(counts().procs, 4);
	seat_close(b->seat);
	bench_run(bench);
	ck_assert_ptr_nonnull(actor_try(a->seat, 21));
	ck_assert_ptr_nonnull(seat_try(bench, 1, 91, BENCH_UID, 0));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/ioctl");
	TCase *tc = stage_case(suite, "ioctl");

	tcase_add_test(tc, unknown_ones);
	tcase_add_test(tc, unreadable_arguments);
	tcase_add_test(tc, protocol);
	tcase_add_test(tc, manager_is_one);
	tcase_add_test(tc, manager_is_followed_by_its_uid_alone);
	tcase_add_test(tc, manager_must_be_allowed);
	tcase_add_test(tc, manager_by_the_old_ioctl_takes_no_descriptors);
	tcase_add_test(tc, managers_node_is_what_it_said);
	tcase_add_test(tc, nodes_are_listed_in_order);
	tcase_add_test(tc, counts_of_a_ref);
	tcase_add_test(tc, extended_error_of_a_thread);
	tcase_add_test(tc, area_is_mapped_once);
	tcase_add_test(tc, limits_of_procs_and_threads);
	return stage_main(suite);
}
