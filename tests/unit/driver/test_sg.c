/* SPDX-License-Identifier: Apache-2.0 */

/* Scatter-gather: buffers behind the data, pointers among them, arrays of descriptors. */

#include "stage.h"

#define FIRST 8 /* an object at 0 could not be a parent */

static struct binder_buffer_object ptr_at(struct actor *actor, size_t index)
{
	struct binder_buffer_object ptr;

	received_object(actor, index, &ptr, sizeof(ptr));
	return ptr;
}

static uint64_t desk_text(const char *text, size_t size)
{
	return seat_put(a->seat, text, size);
}

static void carry(const struct parcel *parcel)
{
	parcel_send(a, false, 0, 1, TF_ONE_WAY, parcel);
	tell(a);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
}

static void refuse(const struct parcel *parcel, int error)
{
	parcel_send(a, false, 0, 1, 0, parcel);
	expect_refused(a, "FAILED_REPLY", error);
}

static void begin(struct parcel *parcel)
{
	memset(parcel, 0, sizeof(*parcel));
	parcel_bytes(parcel, 0, FIRST);
}

START_TEST(one_buffer)
{
	struct parcel parcel = {0};
	struct binder_buffer_object ptr;
	struct binder_transaction_data tr;

	parcel_ptr(&parcel, desk_text("hello", 5), 5, -1, 0);
	carry(&parcel);
	tr = received(m);
	ptr = ptr_at(m, 0);
	ck_assert_uint_eq(ptr.length, 5);
	ck_assert_uint_eq(ptr.buffer, tr.data.ptr.offsets + 8);
	ck_assert_mem_eq(seat_at(m->seat, ptr.buffer, 5), "hello", 5);
}
END_TEST

START_TEST(empty_buffer)
{
	struct parcel parcel = {0};

	/* Its pointer is not looked at. */
	parcel_ptr(&parcel, 1, 0, -1, 0);
	carry(&parcel);
	ck_assert_uint_eq(ptr_at(m, 0).length, 0);
}
END_TEST

START_TEST(chain_of_parents)
{
	struct parcel parcel;
	struct binder_buffer_object top, middle, leaf;
	uint64_t pointer;

	begin(&parcel);
	parcel_ptr(&parcel, desk_text("AAAAAAAABBBBBBBBCCCCCCCC", 24), 24, -1, 0);
	parcel_ptr(&parcel, desk_text("DDDDDDDDEEEEEEEE", 16), 16, 0, 8);
	parcel_ptr(&parcel, desk_text("leaf", 4), 4, 1, 0);
	/* Back in the first one, behind what was fixed there. */
	parcel_ptr(&parcel, desk_text("last", 4), 4, 0, 16);
	carry(&parcel);
	top = ptr_at(m, 0);
	middle = ptr_at(m, 1);
	leaf = ptr_at(m, 2);
	ck_assert_mem_eq(seat_at(m->seat, top.buffer, 8), "AAAAAAAA", 8);
	memcpy(&pointer, seat_at(m->seat, top.buffer + 8, 8), 8);
	ck_assert_uint_eq(pointer, middle.buffer);
	memcpy(&pointer, seat_at(m->seat, middle.buffer, 8), 8);
	ck_assert_uint_eq(pointer, leaf.buffer);
	ck_assert_mem_eq(seat_at(m->seat, middle.buffer + 8, 8), "EEEEEEEE", 8);
	ck_assert_mem_eq(seat_at(m->seat, leaf.buffer, 4), "leaf", 4);
	memcpy(&pointer, seat_at(m->seat, top.buffer + 16, 8), 8);
	ck_assert_uint_eq(pointer, ptr_at(m, 3).buffer);
}
END_TEST

START_TEST(fixups_must_rise)
{
	struct parcel parcel;
	uint64_t text = desk_text("AAAAAAAABBBBBBBBCCCCCCCC", 24);

	begin(&parcel);
	parcel_ptr(&parcel, text, 24, -1, 0);
	parcel_ptr(&parcel, text, 4, 0, 8);
	parcel_ptr(&parcel, text, 4, 0, 0);
	refuse(&parcel, EINVAL);
	/* Not overlapping either. */
	begin(&parcel);
	parcel_ptr(&parcel, text, 24, -1, 0);
	parcel_ptr(&parcel, text, 4, 0, 0);
	parcel_ptr(&parcel, text, 4, 0, 4);
	refuse(&parcel, EINVAL);
}
END_TEST

START_TEST(fixups_in_the_last_one_or_its_parents)
{
	struct parcel parcel;
	uint64_t text = desk_text("AAAAAAAABBBBBBBBCCCCCCCC", 24);

	begin(&parcel);
	parcel_ptr(&parcel, text, 24, -1, 0);
	parcel_ptr(&parcel, text, 24, -1, 0);
	parcel_ptr(&parcel, text, 4, 0, 0);
	refuse(&parcel, EINVAL);
}
END_TEST

START_TEST(bad_parents)
{
	struct parcel parcel = {0};
	uint64_t text = desk_text("AAAAAAAABBBBBBBBCCCCCCCC", 24);

	/* An object at offset 0 does not count. */
	parcel_ptr(&parcel, text, 24, -1, 0);
	parcel_ptr(&parcel, text, 4, 0, 0);
	refuse(&parcel, EINVAL);
	/* Itself, one that comes later, none at all. */
	for (int parent = 1; parent < 4; parent++) {
		begin(&parcel);
		parcel_ptr(&parcel, text, 24, -1, 0);
		parcel_ptr(&parcel, text, 24, parent, 0);
		refuse(&parcel, EINVAL);
	}
	/* One that is no buffer. */
	begin(&parcel);
	parcel_fd(&parcel, 1);
	parcel_ptr(&parcel, text, 24, 0, 0);
	refuse(&parcel, EINVAL);
}
END_TEST

START_TEST(parent_without_room)
{
	struct parcel parcel;
	uint64_t text = desk_text("AAAAAAAABBBBBBBBCCCCCCCC", 24);

	begin(&parcel);
	parcel_ptr(&parcel, text, 7, -1, 0);
	parcel_ptr(&parcel, text, 4, 0, 0);
	refuse(&parcel, EINVAL);
	begin(&parcel);
	parcel_ptr(&parcel, text, 16, -1, 0);
	parcel_ptr(&parcel, text, 4, 0, 9);
	refuse(&parcel, EINVAL);
	begin(&parcel);
	parcel_ptr(&parcel, text, 16, -1, 0);
	parcel_ptr(&parcel, text, 4, 0, UINT64_MAX - 6);
	refuse(&parcel, EINVAL);
}
END_TEST

START_TEST(buffers_beyond_what_was_announced)
{
	struct parcel parcel = {0};

	parcel_ptr(&parcel, desk_text("AAAAAAAABBBBBBBB", 16), 16, -1, 0);
	parcel.extra = 8;
	refuse(&parcel, EINVAL);
	parcel.extra = 0;
	refuse(&parcel, EINVAL);
	/* All of them together. */
	memset(&parcel, 0, sizeof(parcel));
	parcel_ptr(&parcel, desk_text("AAAAAAAABBBBBBBB", 16), 1, -1, 0);
	parcel_ptr(&parcel, desk_text("AAAAAAAABBBBBBBB", 16), 1, -1, 0);
	parcel.extra = 8;
	refuse(&parcel, EINVAL);
}
END_TEST

START_TEST(bad_pointer)
{
	struct parcel parcel = {0};

	parcel_ptr(&parcel, 8, 16, -1, 0);
	refuse(&parcel, EINVAL);
}
END_TEST

START_TEST(array_of_descriptors)
{
	const uint32_t fds[] = {1, 2, 3};
	uint32_t got[3];
	struct parcel parcel;
	struct binder_fd_array_object fda;
	struct binder_transaction_data tr;

	begin(&parcel);
	parcel_ptr(&parcel, seat_put(a->seat, fds, sizeof(fds)), sizeof(fds), -1, 0);
	parcel_fda(&parcel, 3, 0, 0);
	carry(&parcel);
	ck_assert(m->result.fd_array);
	received_object(m, 1, &fda, sizeof(fda));
	ck_assert_uint_eq(fda.num_fds, 3);
	tr = received(m);
	memcpy(got, seat_at(m->seat, ptr_at(m, 0).buffer, sizeof(got)), sizeof(got));
	for (uint32_t i = 0; i < 3; i++)
		ck_assert_uint_eq(got[i], 1000 + i);
	/* Freeing the buffer closes them, and ends the next read. */
	give_back(m, &tr);
	ck_assert_uint_eq(m->closed_count, 3);
	ck_assert_uint_eq(m->closed[0], 1000);
	ck_assert_uint_eq(m->closed[2], 1002);
}
END_TEST

START_TEST(array_behind_a_pointer)
{
	struct {
		uint64_t pointer;
		uint32_t fds[2];
	} body = {0, {4, 5}};
	struct parcel parcel;
	uint32_t got[2];
	uint64_t pointer;

	begin(&parcel);
	parcel_ptr(&parcel, seat_put(a->seat, &body, sizeof(body)), sizeof(body), -1, 0);
	parcel_ptr(&parcel, desk_text("text", 4), 4, 0, 0);
	parcel_fda(&parcel, 2, 0, 8);
	carry(&parcel);
	memcpy(&pointer, seat_at(m->seat, ptr_at(m, 0).buffer, 8), 8);
	ck_assert_uint_eq(pointer, ptr_at(m, 1).buffer);
	memcpy(got, seat_at(m->seat, ptr_at(m, 0).buffer + 8, 8), 8);
	ck_assert_uint_eq(got[0], 1000);
	ck_assert_uint_eq(got[1], 1001);
}
END_TEST

START_TEST(empty_array)
{
	struct parcel parcel;

	begin(&parcel);
	parcel_ptr(&parcel, desk_text("x", 1), 1, -1, 0);
	parcel_fda(&parcel, 0, 0, 0);
	carry(&parcel);
	give_back(m,
		&(struct binder_transaction_data){.data.ptr.buffer = received(m).data.ptr.buffer});
	ck_assert_uint_eq(m->closed_count, 0);
}
END_TEST

START_TEST(bad_arrays)
{
	static const struct {
		uint64_t count, at;
	} rows[] = {
		{4, 0},		 /* more than fit */
		{2, 8},		 /* the same */
		{1, 2},		 /* not of whole numbers */
		{UINT64_MAX, 0}, /* not countable */
		{UINT64_MAX / 4 + 2, 0},
		{1, UINT64_MAX - 3},
	};
	const uint32_t fds[] = {1, 2, 3};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct parcel parcel;

		begin(&parcel);
		parcel_ptr(&parcel, seat_put(a->seat, fds, sizeof(fds)), sizeof(fds), -1, 0);
		parcel_fda(&parcel, rows[i].count, 0, rows[i].at);
		refuse(&parcel, EINVAL);
	}
}
END_TEST

START_TEST(array_with_one_bad_descriptor)
{
	const uint32_t fds[] = {1, BENCH_FDS, 3};
	struct parcel parcel;

	begin(&parcel);
	parcel_ptr(&parcel, seat_put(a->seat, fds, sizeof(fds)), sizeof(fds), -1, 0);
	parcel_fda(&parcel, 3, 0, 0);
	refuse(&parcel, EBADF);
	ck_assert_uint_eq(bench->gets, 1);
	ck_assert_uint_eq(bench->puts, 1);
}
END_TEST

START_TEST(array_is_not_the_senders_numbers)
{
	const uint32_t fds[] = {1, 2};
	struct parcel parcel;
	uint32_t first;

	/* Before it is read, no number of the sender's stands there. */
	begin(&parcel);
	parcel_ptr(&parcel, seat_put(a->seat, fds, sizeof(fds)), sizeof(fds), -1, 0);
	parcel_fda(&parcel, 2, 0, 0);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &parcel);
	tell(a);
	memcpy(&first, seat_at(m->seat, m->seat->address + parcel.size + 16, 4), 4);
	ck_assert_uint_eq(first, 0);
}
END_TEST

/* More of them than the driver has room for at first. */
START_TEST(many_buffers)
{
	struct parcel parcel;
	uint64_t text = desk_text("0123456789abcdef", 16), pointer;
	uint64_t table;

	begin(&parcel);
	table = seat_put(a->seat, parcel.data, 8 * 40);
	parcel_ptr(&parcel, table, 8 * 40, -1, 0);
	for (uint64_t i = 0; i < 40; i++)
		parcel_ptr(&parcel, text, 16, 0, 8 * i);
	carry(&parcel);
	for (uint64_t i = 0; i < 40; i++) {
		memcpy(&pointer, seat_at(m->seat, ptr_at(m, 0).buffer + 8 * i, 8), 8);
		ck_assert_uint_eq(pointer, ptr_at(m, i + 1).buffer);
		ck_assert_mem_eq(seat_at(m->seat, pointer, 16), "0123456789abcdef", 16);
	}
}
END_TEST

/* The child's own fixup comes before its parent's later one: they are sorted. */
START_TEST(fixups_out_of_order)
{
	struct parcel parcel;
	uint64_t text = desk_text("AAAAAAAABBBBBBBBCCCCCCCC", 24), pointer;

	begin(&parcel);
	parcel_ptr(&parcel, text, 24, -1, 0);
	parcel_ptr(&parcel, text, 24, 0, 0);
	parcel_ptr(&parcel, text, 24, 1, 8);
	parcel_ptr(&parcel, text, 24, 0, 16);
	carry(&parcel);
	memcpy(&pointer, seat_at(m->seat, ptr_at(m, 0).buffer, 8), 8);
	ck_assert_uint_eq(pointer, ptr_at(m, 1).buffer);
	memcpy(&pointer, seat_at(m->seat, ptr_at(m, 1).buffer + 8, 8), 8);
	ck_assert_uint_eq(pointer, ptr_at(m, 2).buffer);
	memcpy(&pointer, seat_at(m->seat, ptr_at(m, 0).buffer + 16, 8), 8);
	ck_assert_uint_eq(pointer, ptr_at(m, 3).buffer);
	ck_assert_mem_eq(seat_at(m->seat, ptr_at(m, 0).buffer + 8, 8), "BBBBBBBB", 8);
	ck_assert_mem_eq(seat_at(m->seat, ptr_at(m, 1).buffer + 16, 8), "CCCCCCCC", 8);
}
END_TEST

START_TEST(pointer_not_of_whole_words)
{
	struct parcel parcel;
	uint64_t text = desk_text("AAAAAAAABBBBBBBBCCCCCCCC", 24);

	begin(&parcel);
	parcel_ptr(&parcel, text, 24, -1, 0);
	parcel_ptr(&parcel, text, 8, 0, 2);
	refuse(&parcel, EINVAL);
	begin(&parcel);
	parcel_ptr(&parcel, text, 24, -1, 0);
	parcel_ptr(&parcel, text, 8, 0, 4);
	carry(&parcel);
}
END_TEST

START_TEST(security_context_beside_buffers)
{
	struct actor *h = cast_proc(1, 40, BENCH_UID, STAGE_AREA);
	struct actor *c = cast_proc(1, 50, BENCH_UID, STAGE_AREA);
	struct parcel parcel = {0};
	struct word word;
	size_t at = 4;

	serve(h, FLAT_BINDER_FLAG_TXN_SECURITY_CTX);
	parcel_ptr(&parcel, seat_put(c->seat, "0123456789abcdef", 16), 16, -1, 0);
	parcel_send(c, false, 0, 1, 0, &parcel);
	talk(c);
	look(h);
	ck_assert(word_next(h, &at, &word));
	ck_assert_str_eq((const char *)seat_at(h->seat, word.secctx.secctx, 16), BENCH_SECCTX);
	ck_assert_mem_eq(seat_at(h->seat, ptr_at(h, 0).buffer, 16), "0123456789abcdef", 16);
	/* The context's room is not the sender's. */
	answer(h);
	parcel.extra = 8;
	parcel_send(c, false, 0, 1, 0, &parcel);
	expect_refused(c, "FAILED_REPLY", EINVAL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/sg");
	TCase *tc = stage_case(suite, "sg");

	tcase_add_test(tc, one_buffer);
	tcase_add_test(tc, empty_buffer);
	tcase_add_test(tc, chain_of_parents);
	tcase_add_test(tc, fixups_must_rise);
	tcase_add_test(tc, fixups_in_the_last_one_or_its_parents);
	tcase_add_test(tc, bad_parents);
	tcase_add_test(tc, parent_without_room);
	tcase_add_test(tc, buffers_beyond_what_was_announced);
	tcase_add_test(tc, bad_pointer);
	tcase_add_test(tc, array_of_descriptors);
	tcase_add_test(tc, array_behind_a_pointer);
	tcase_add_test(tc, empty_array);
	tcase_add_test(tc, bad_arrays);
	tcase_add_test(tc, array_with_one_bad_descriptor);
	tcase_add_test(tc, array_is_not_the_senders_numbers);
	tcase_add_test(tc, pointer_not_of_whole_words);
	tcase_add_test(tc, fixups_out_of_order);
	tcase_add_test(tc, many_buffers);
	tcase_add_test(tc, security_context_beside_buffers);
	return stage_main(suite);
}
