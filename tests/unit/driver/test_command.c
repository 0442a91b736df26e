/* SPDX-License-Identifier: Apache-2.0 */

/* The BC_ stream: what is consumed, and what is answered by an errno. */

#include "stage.h"

static void write_bytes(struct actor *actor, const void *bytes, size_t size)
{
	actor_write(actor, bytes, size);
	bench_run(bench);
}

START_TEST(nothing)
{
	write_bytes(a, NULL, 0);
	expect(a, "ok");
	ck_assert_uint_eq(a->result.write_consumed, 0);
}
END_TEST

START_TEST(unknown_commands)
{
	static const uint32_t unknown[] = {0, UINT32_MAX, BR_NOOP, BC_ACQUIRE_RESULT,
		BC_ATTEMPT_ACQUIRE, _IO('c', 22), _IO('c', 255), _IO('c', 0),
		_IOW('c', 4, uint64_t)};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		bc(a, BC_ENTER_LOOPER);
		bc_bytes(a, unknown[i], "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
		talk(a);
		expect(a, "EINVAL");
		ck_assert_uint_eq(a->result.write_consumed, 4);
		ck_assert_uint_eq(a->result.read_consumed, 0);
	}
}
END_TEST

START_TEST(cut_off_commands)
{
	static const uint32_t codes[] = {BC_TRANSACTION, BC_REPLY, BC_FREE_BUFFER, BC_INCREFS,
		BC_ACQUIRE, BC_RELEASE, BC_DECREFS, BC_INCREFS_DONE, BC_ACQUIRE_DONE,
		BC_REQUEST_DEATH_NOTIFICATION, BC_CLEAR_DEATH_NOTIFICATION, BC_DEAD_BINDER_DONE,
		BC_TRANSACTION_SG, BC_REPLY_SG, BC_REQUEST_FREEZE_NOTIFICATION,
		BC_CLEAR_FREEZE_NOTIFICATION, BC_FREEZE_NOTIFICATION_DONE};
	uint8_t bytes[128] = {0};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		memcpy(bytes, &codes[i], sizeof(codes[i]));
		for (size_t size = 1; size < sizeof(uint32_t) + _IOC_SIZE(codes[i]); size++) {
			write_bytes(a, bytes, size);
			expect(a, "EFAULT");
			ck_assert_uint_eq(a->result.write_consumed, 0);
		}
	}
	ck_assert_uint_eq(counts().transactions, 0);
}
END_TEST

/* The announced size ends within a command whose bytes are there. */
START_TEST(announced_size_is_not_honoured_within_a_command)
{
	struct write_input in = {.size = 4, .source = a};

	bc_send(a, false, &(struct letter){.code = 5, .flags = TF_ONE_WAY});
	in.commands = a->out;
	in.available = a->out_size;
	a->out_size = 0;
	a->done = false;
	thread_write_read(a->thread, 0, &in, NULL, false);
	ck_assert_uint_eq(a->result.write_consumed, 68);
	look(m);
	expect(m, "NOOP TRANSACTION 5");
}
END_TEST

START_TEST(harmless_nonsense_is_ignored)
{
	struct driver_counts before = counts();

	bc_handle(a, BC_INCREFS, 9);
	bc_handle(a, BC_ACQUIRE, 9);
	bc_handle(a, BC_RELEASE, 9);
	bc_handle(a, BC_DECREFS, 9);
	bc_handle(a, BC_RELEASE, 0);
	bc_node(a, BC_INCREFS_DONE, 1, 2);
	bc_node(a, BC_ACQUIRE_DONE, 1, 2);
	bc_cookie(a, BC_FREE_BUFFER, 0);
	bc_cookie(a, BC_FREE_BUFFER, a->seat->address);
	bc_cookie(a, BC_FREE_BUFFER, UINT64_MAX);
	bc_handle_cookie(a, BC_REQUEST_DEATH_NOTIFICATION, 9, 1);
	bc_handle_cookie(a, BC_CLEAR_DEATH_NOTIFICATION, 9, 1);
	bc_cookie(a, BC_DEAD_BINDER_DONE, 1);
	bc(a, BC_EXIT_LOOPER);
	tell(a);
	expect(a, "ok");
	ck_assert_uint_eq(a->result.write_consumed, 5 * 8 + 2 * 20 + 3 * 12 + 2 * 16 + 12 + 4);
	ck_counts(&before);
}
END_TEST

START_TEST(freeze_commands_complain)
{
	bc_handle_cookie(a, BC_REQUEST_FREEZE_NOTIFICATION, 9, 1);
	talk(a);
	expect(a, "EINVAL");
	bc_handle_cookie(a, BC_CLEAR_FREEZE_NOTIFICATION, 9, 1);
	talk(a);
	expect(a, "EINVAL");
	bc_cookie(a, BC_FREEZE_NOTIFICATION_DONE, 1);
	talk(a);
	expect(a, "EINVAL");
	ck_assert_uint_eq(a->result.write_consumed, 0);
}
END_TEST

START_TEST(manager_holds_not_itself)
{
	bc_handle(m, BC_ACQUIRE, 0);
	talk(m);
	expect(m, "EINVAL");
	bc_handle(m, BC_INCREFS, 0);
	talk(m);
	expect(m, "EINVAL");
	bc_handle(m, BC_RELEASE, 0);
	tell(m);
	expect(m, "ok");
}
END_TEST

START_TEST(unread_buffer_cannot_be_freed)
{
	ask(a, 0, 1);
	bc_cookie(m, BC_FREE_BUFFER, m->seat->address);
	tell(m);
	expect(m, "ok");
	ck_assert_uint_eq(counts().buffers, 1);
	look(m);
	expect(m, "NOOP TRANSACTION 1");
	/* In the middle of it is not it. */
	bc_cookie(m, BC_FREE_BUFFER, m->seat->address + 8);
	bc_cookie(m, BC_FREE_BUFFER, m->seat->address + 1);
	tell(m);
	ck_assert_uint_eq(counts().buffers, 1);
	bc_cookie(m, BC_FREE_BUFFER, m->seat->address);
	bc_cookie(m, BC_FREE_BUFFER, m->seat->address);
	tell(m);
	ck_assert_uint_eq(counts().buffers, 0);
	/* The call outlives its buffer. */
	answer(m);
	expect(a, "NOOP COMPLETE REPLY 0");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/command");
	TCase *tc = stage_case(suite, "command");

	tcase_add_test(tc, nothing);
	tcase_add_test(tc, unknown_commands);
	tcase_add_test(tc, cut_off_commands);
	tcase_add_test(tc, announced_size_is_not_honoured_within_a_command);
	tcase_add_test(tc, harmless_nonsense_is_ignored);
	tcase_add_test(tc, freeze_commands_complain);
	tcase_add_test(tc, manager_holds_not_itself);
	tcase_add_test(tc, unread_buffer_cannot_be_freed);
	return stage_main(suite);
}
