/* SPDX-License-Identifier: Apache-2.0 */

/* Threads: their first ioctl, loopers, exits, interrupts, flushes, polls. */

#include "stage.h"

/*
 * A completion that is owed stands before a call that was already chosen for the thread,
 * and must not hide it: a call out of that state would cross the stacks.
 */
START_TEST(owed_completion_hides_no_call)
{
	const struct read_input read = {.size = 512};
	struct parcel parcel = {0};
	struct binder_transaction_data tr;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, 0, 0x10, 0x11);
	parcel_send(a, false, 0, 1, 0, &parcel);
	talk(a);
	look(m);
	tr = received(m);
	bc_handle(m, BC_ACQUIRE, 1);
	answer(m);
	give_back(m, &tr);
	look(m);
	/* m is chosen for b's call, and disturbed before it could look. */
	bc_send(b, false, &(struct letter){.code = 2});
	actor_write_read(b, &read);
	thread_interrupt(m->thread);
	expect(m, "EINTR");
	thread_complete_owe(m->thread);
	bench_run(bench);
	bc_send(m, false, &(struct letter){.handle = 1, .code = 3});
	talk(m);
	expect(m, "NOOP COMPLETE TRANSACTION 2");
	look(m);
	expect(m, "NOOP FAILED_REPLY");
	ck_assert_int_eq(extended(m).param, -EPROTO);
	answer(m);
	expect(b, "NOOP COMPLETE REPLY 0");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/thread");
	TCase *tc = stage_case(suite, "reading");

	tcase_add_test(tc, owed_completion_hides_no_call);
	return stage_main(suite);
}
