/* SPDX-License-Identifier: Apache-2.0 */

/* Objects in every direction, and parcels that are not what they say. */

#include "stage.h"

static struct flat_binder_object flat_at(struct actor *actor, size_t index)
{
	struct flat_binder_object flat;

	received_object(actor, index, &flat, sizeof(flat));
	return flat;
}

/* A oneway of @parcel from @from to handle 0; m reads it. */
static void carry(struct actor *from, const struct parcel *parcel)
{
	parcel_send(from, false, 0, 1, TF_ONE_WAY, parcel);
	tell(from);
	look(m);
}

/* m replies to @to, which waits, with @parcel. */
static void carry_back(struct actor *to, const struct parcel *parcel)
{
	parcel_send(m, true, 0, 0, 0, parcel);
	talk(m);
	ck_assert(to->done);
}

static void refuse(const struct parcel *parcel, int error)
{
	parcel_send(a, false, 0, 1, 0, parcel);
	expect_refused(a, "FAILED_REPLY", error);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, parcel);
	expect_refused(a, "FAILED_REPLY", error);
}

START_TEST(binder_becomes_handle)
{
	struct parcel parcel = {0};
	struct flat_binder_object flat;

	parcel_bytes(&parcel, 0xaa, 4);
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0x1ff, 0x10, 0x11);
	parcel_bytes(&parcel, 0xbb, 12);
	carry(a, &parcel);
	flat = flat_at(m, 0);
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_HANDLE);
	ck_assert_uint_eq(flat.flags, 0x1ff);
	ck_assert_uint_eq(flat.binder, 1); /* handle and its upper half */
	ck_assert_uint_eq(flat.cookie, 0);
	ck_assert_mem_eq(seat_at(m->seat, received(m).data.ptr.buffer, 40), parcel.data, 4);
	ck_assert_mem_eq(
		seat_at(m->seat, received(m).data.ptr.buffer + 28, 12), parcel.data + 28, 12);
}
END_TEST

START_TEST(handle_becomes_binder_at_its_owner)
{
	struct parcel parcel = {0};
	struct flat_binder_object flat;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	carry(a, &parcel);
	peek(a);
	ask(a, 0, 2);
	bc_handle(m, BC_ACQUIRE, 1);
	tell(m);
	look(m);
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 7, 1, 99);
	parcel_flat(&parcel, BINDER_TYPE_WEAK_HANDLE, 0, 1, 99);
	carry_back(a, &parcel);
	flat = flat_at(a, 0);
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_BINDER);
	ck_assert_uint_eq(flat.flags, 7);
	ck_assert_uint_eq(flat.binder, 0x10);
	ck_assert_uint_eq(flat.cookie, 0x11);
	flat = flat_at(a, 1);
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_WEAK_BINDER);
	ck_assert_uint_eq(flat.binder, 0x10);
}
END_TEST

START_TEST(handle_becomes_anothers_handle)
{
	struct parcel parcel = {0};
	struct flat_binder_object flat;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x20, 0x21);
	carry(a, &parcel);
	bc_handle(m, BC_ACQUIRE, 2);
	ask(b, 0, 2);
	tell(m);
	look(m);
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 3, 2, 99);
	carry_back(b, &parcel);
	flat = flat_at(b, 0);
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_HANDLE);
	ck_assert_uint_eq(flat.flags, 3);
	ck_assert_uint_eq(flat.binder, 1);
	ck_assert_uint_eq(flat.cookie, 0);
	/* And b can call a by it. */
	bc_handle(b, BC_ACQUIRE, 1);
	ask(b, 1, 3);
	look(a);
	expect(a, "NOOP INCREFS 10:11 ACQUIRE 10:11 INCREFS 20:21 ACQUIRE 20:21 COMPLETE");
	look(a);
	expect(a, "NOOP TRANSACTION 3");
	ck_assert_uint_eq(received(a).target.ptr, 0x20);
}
END_TEST

START_TEST(managers_handle_stays_0)
{
	struct parcel parcel = {0};
	struct flat_binder_object flat;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	bc_handle(a, BC_ACQUIRE, 0);
	tell(a);
	/* b gives m its node; m has b called by a, say, with the manager's handle. */
	carry(b, &parcel);
	bc_handle(m, BC_ACQUIRE, 1);
	ask(a, 0, 1);
	talk(m);
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, 1, 0);
	carry_back(a, &parcel);
	ck_assert_uint_eq(flat_at(a, 0).handle, 1);
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, 0, 0);
	parcel_send(a, false, 1, 3, 0, &parcel);
	tell(a);
	look(b);
	look(b);
	expect(b, "NOOP TRANSACTION 3");
	flat = flat_at(b, 0);
	ck_assert_uint_eq(flat.hdr.type, BINDER_TYPE_HANDLE);
	ck_assert_uint_eq(flat.handle, 0);
}
END_TEST

START_TEST(strong_handle_of_a_weak_ref)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_WEAK_BINDER, 0, 0x10, 0x11);
	carry(a, &parcel);
	ask(b, 0, 1);
	look(m);
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, 1, 0);
	carry_back(b, &parcel);
	expect(b, "NOOP COMPLETE FAILED_REPLY");
	ck_assert_int_eq(extended(b).param, -EINVAL);
}
END_TEST

START_TEST(unknown_handles)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, 1, 0);
	refuse(&parcel, EINVAL);
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_WEAK_HANDLE, 0, UINT32_MAX, 0);
	refuse(&parcel, EINVAL);
	/* 0 too, unless one holds it. */
	memset(&parcel, 0, sizeof(parcel));
	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, 0, 0);
	refuse(&parcel, EINVAL);
}
END_TEST

START_TEST(what_came_before_a_bad_object_is_undone)
{
	struct parcel parcel = {0};

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_flat(&parcel, BINDER_TYPE_WEAK_BINDER, 0, 0x20, 0x21);
	parcel_fd(&parcel, 4);
	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, 1, 0);
	refuse(&parcel, EINVAL);
	ck_assert_uint_eq(bench->gets, 2);
	ck_assert_uint_eq(bench->puts, 2);
	peek(a);
	expect(a, "EAGAIN");
}
END_TEST

START_TEST(descriptor)
{
	struct parcel parcel = {0};
	struct binder_fd_object *sent = (struct binder_fd_object *)(parcel.data + 8);
	struct binder_fd_object got;

	parcel_bytes(&parcel, 0, 8);
	parcel_fd(&parcel, 7);
	sent->pad_flags = 5;
	sent->pad_binder |= 1ull << 40;
	sent->cookie = 6;
	carry(a, &parcel);
	received_object(m, 0, &got, sizeof(got));
	ck_assert_uint_eq(got.hdr.type, BINDER_TYPE_FD);
	ck_assert_uint_eq(got.pad_flags, 5);
	ck_assert_uint_eq(got.pad_binder, 1000);
	ck_assert_uint_eq(got.cookie, 6);
	/* Freeing it closes nothing. */
	give_back(m,
		&(struct binder_transaction_data){.data.ptr.buffer = received(m).data.ptr.buffer});
	ck_assert_uint_eq(m->closed_count, 0);
	ck_assert_uint_eq(bench->installs, 1);
}
END_TEST

START_TEST(bad_descriptors)
{
	const struct driver_limits limits = {9, 9, 9, 9, 9, 9, 1};
	struct parcel parcel = {0};

	parcel_fd(&parcel, BENCH_FDS);
	refuse(&parcel, EBADF);
	memset(&parcel, 0, sizeof(parcel));
	parcel_fd(&parcel, 1);
	bench->file_answer = -ENOMEM;
	refuse(&parcel, ENOMEM);
	bench->file_answer = 0;
	parcel_fd(&parcel, 2);
	driver_set_limits(bench->system, &limits);
	refuse(&parcel, ENOMEM);
}
END_TEST

START_TEST(descriptors_must_be_accepted)
{
	struct parcel parcel = {0}, node = {0};

	parcel_fd(&parcel, 1);
	parcel_flat(&node, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	carry(a, &node);
	parcel_send(m, false, 1, 1, TF_ACCEPT_FDS, &parcel);
	expect_refused(m, "FAILED_REPLY", EPERM);
	/* A reply's by its call. */
	ask(b, 0, 2);
	look(m);
	parcel_send(m, true, 0, 0, TF_ACCEPT_FDS, &parcel);
	talk(m);
	expect(b, "NOOP COMPLETE FAILED_REPLY");
	ck_assert_int_eq(extended(b).param, -EPERM);
	ck_assert_uint_eq(bench->gets, 0);
}
END_TEST

START_TEST(unread_descriptors_are_given_up)
{
	struct parcel parcel = {0};

	parcel_fd(&parcel, 1);
	parcel_fd(&parcel, 1);
	parcel_send(a, false, 0, 1, 0, &parcel);
	tell(a);
	ck_assert_uint_eq(bench->files_held, 2);
	ck_assert_uint_eq(counts().files, 2);
	seat_close(m->seat);
	bench_run(bench);
	ck_assert_uint_eq(bench->files_held, 0);
	peek(a);
	expect(a, "NOOP COMPLETE DEAD_REPLY");
}
END_TEST

START_TEST(bad_offsets)
{
	struct parcel parcel = {0};

	parcel_bytes(&parcel, 0, 8);
	parcel_fd(&parcel, 1);
	parcel_fd(&parcel, 2);
	parcel.offsets[0] = 2; /* not of whole words */
	refuse(&parcel, EINVAL);
	parcel.offsets[0] = 8;
	parcel.offsets[1] = 8; /* again */
	refuse(&parcel, EFAULT);
	parcel.offsets[1] = 4; /* descending */
	refuse(&parcel, EFAULT);
	parcel.offsets[1] = 28; /* overlapping */
	refuse(&parcel, EFAULT);
	parcel.offsets[1] = parcel.size - 4; /* no whole object */
	refuse(&parcel, EINVAL);
	parcel.offsets[1] = parcel.size; /* none */
	refuse(&parcel, EINVAL);
	parcel.offsets[1] = parcel.size + 4;
	refuse(&parcel, EFAULT);
	parcel.offsets[1] = UINT64_MAX - 3;
	refuse(&parcel, EFAULT);
}
END_TEST

START_TEST(cut_off_objects)
{
	static const struct {
		uint32_t type;
		size_t size;
	} rows[] = {
		{BINDER_TYPE_BINDER, sizeof(struct flat_binder_object)},
		{BINDER_TYPE_WEAK_BINDER, sizeof(struct flat_binder_object)},
		{BINDER_TYPE_HANDLE, sizeof(struct flat_binder_object)},
		{BINDER_TYPE_WEAK_HANDLE, sizeof(struct flat_binder_object)},
		{BINDER_TYPE_FD, sizeof(struct binder_fd_object)},
		{BINDER_TYPE_PTR, sizeof(struct binder_buffer_object)},
		{BINDER_TYPE_FDA, sizeof(struct binder_fd_array_object)},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t size = 0; size < rows[i].size; size += 4) {
			struct parcel parcel = {.count = 1, .size = 8 + size};

			parcel.offsets[0] = 8;
			memcpy(parcel.data + 8, &rows[i].type, sizeof(rows[i].type));
			refuse(&parcel, EINVAL);
		}
	}
}
END_TEST

START_TEST(unknown_types)
{
	static const uint32_t types[] = {0, 1, UINT32_MAX, BINDER_TYPE_BINDER + 1};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct parcel parcel = {0};

		parcel_flat(&parcel, types[i], 0, 0, 0);
		refuse(&parcel, EINVAL);
	}
}
END_TEST

START_TEST(data_that_cannot_be_read)
{
	struct letter letter = {.data = DESK_BASE + DESK_SIZE - 12, .size = 24, .offsets_size = 8};
	const uint64_t offset = 0;

	/* The object's bytes are judged like a bad object, the rest is a fault. */
	letter.offsets = seat_put(a->seat, &offset, sizeof(offset));
	bc_send(a, false, &letter);
	expect_refused(a, "FAILED_REPLY", EINVAL);
	letter.offsets_size = 0;
	bc_send(a, false, &letter);
	expect_refused(a, "FAILED_REPLY", EFAULT);
}
END_TEST

START_TEST(many_objects)
{
	struct parcel parcel = {0};
	struct driver_counts before = counts();
	struct binder_transaction_data tr;

	for (uint64_t i = 1; i <= 64; i++)
		parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 16 * i, i);
	carry(a, &parcel);
	for (uint32_t i = 0; i < 64; i++)
		ck_assert_uint_eq(flat_at(m, i).handle, i + 1);
	tr = received(m);
	give_back(m, &tr);
	peek(a);
	ck_counts(&before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/translate");
	TCase *tc = stage_case(suite, "translate");

	tcase_add_test(tc, binder_becomes_handle);
	tcase_add_test(tc, handle_becomes_binder_at_its_owner);
	tcase_add_test(tc, handle_becomes_anothers_handle);
	tcase_add_test(tc, managers_handle_stays_0);
	tcase_add_test(tc, strong_handle_of_a_weak_ref);
	tcase_add_test(tc, unknown_handles);
	tcase_add_test(tc, what_came_before_a_bad_object_is_undone);
	tcase_add_test(tc, descriptor);
	tcase_add_test(tc, bad_descriptors);
	tcase_add_test(tc, descriptors_must_be_accepted);
	tcase_add_test(tc, unread_descriptors_are_given_up);
	tcase_add_test(tc, bad_offsets);
	tcase_add_test(tc, cut_off_objects);
	tcase_add_test(tc, unknown_types);
	tcase_add_test(tc, data_that_cannot_be_read);
	tcase_add_test(tc, many_objects);
	return stage_main(suite);
}
