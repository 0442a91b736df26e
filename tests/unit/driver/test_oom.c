/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Each scene is played again and again, and each time one allocation more is let
 * through before one fails, until none does. However it ended, nothing may be left of it
 * once everybody has answered, and a scene without failure must work afterwards.
 */

#include "driver/thread.h"
#include "driver/transaction.h"
#include "oom.h"
#include "stage.h"

#define ATTEMPTS 200u

/* What is tried; it may fail anywhere. */
typedef void (*scene_fn)(void);

/* What each of a, b and m has to write yet, because of what it read. */
static struct actor duties[3];

static struct actor *duties_of(const struct actor *actor)
{
	return &duties[actor == a ? 0 : actor == b ? 1 : 2];
}

static void take_note(struct actor *actor)
{
	struct actor *to = duties_of(actor);
	struct word word;
	size_t at = 0;

	while (word_next(actor, &at, &word)) {
		if (word.command == BR_TRANSACTION || word.command == BR_REPLY)
			bc_cookie(to, BC_FREE_BUFFER, word.tr.data.ptr.buffer);
		if (word.command == BR_INCREFS)
			bc_node(to, BC_INCREFS_DONE, word.node.ptr, word.node.cookie);
		if (word.command == BR_ACQUIRE)
			bc_node(to, BC_ACQUIRE_DONE, word.node.ptr, word.node.cookie);
	}
}

static void act(struct actor *actor, bool reads)
{
	const struct read_input read = {.size = 512, .nonblock = true};

	if (!actor_ready(actor)) {
		actor->out_size = 0;
		return;
	}
	actor_write_read(actor, reads ? &read : NULL);
	bench_settle(bench);
	take_note(actor);
}

static void full_parcel(struct parcel *parcel, struct actor *actor)
{
	static const uint32_t fds[] = {5, 6, 7, 8, 9};

	memset(parcel, 0, sizeof(*parcel));
	parcel->size = 8;
	parcel_flat(parcel, BINDER_TYPE_BINDER, FLAT_BINDER_FLAG_ACCEPTS_FDS, 0x100, 0x101);
	parcel_flat(parcel, BINDER_TYPE_WEAK_BINDER, 0, 0x200, 0x201);
	for (uint32_t fd = 0; fd < 5; fd++)
		parcel_fd(parcel, fd);
	parcel_ptr(parcel, seat_put(actor->seat, fds, sizeof(fds)), sizeof(fds), -1, 0);
	parcel_fda(parcel, 5, 7, 0);
	parcel_ptr(parcel, seat_put(actor->seat, "0123456789abcdef", 16), 16, -1, 0);
	parcel_ptr(parcel, seat_put(actor->seat, "0123456789abcdef", 16), 16, 9, 8);
}

static struct parcel prepared;

static void scene_call(void)
{
	parcel_send(a, false, 0, 1, TF_ACCEPT_FDS, &prepared);
	act(a, false);
	act(m, true);
	parcel_send(m, true, 0, 2, 0, &prepared);
	act(m, true);
	act(a, true);
}

static void scene_oneway(void)
{
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &prepared);
	act(a, true);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &prepared);
	act(a, true);
	act(m, true);
}

static void scene_watch(void)
{
	bc_handle(a, BC_ACQUIRE, 0);
	bc_handle_cookie(a, BC_REQUEST_DEATH_NOTIFICATION, 0, 1);
	act(a, true);
	bc_handle_cookie(a, BC_REQUEST_FREEZE_NOTIFICATION, 0, 2);
	act(a, true);
}

static void scene_newcomer(void)
{
	struct seat *seat = seat_try(bench, 0, 70, BENCH_UID + 7, 4096);
	struct actor *actor = seat ? actor_try(seat, 1) : NULL;

	if (actor) {
		bc_send(actor, false, &(struct letter){.flags = TF_ONE_WAY});
		act(actor, true);
	}
	if (seat)
		seat_close(seat);
}

static void scene_manager(void)
{
	const struct flat_binder_object object = {0};
	struct seat *seat = seat_try(bench, 1, 70, BENCH_UID, 0);
	struct actor *actor = seat ? actor_try(seat, 1) : NULL;

	if (actor)
		actor_ioctl(actor, BINDER_SET_CONTEXT_MGR_EXT, &object, sizeof(object));
	if (seat)
		seat_close(seat);
}

/* Everybody answers and frees, and lets go of the manager, until nothing comes. */
static void tidy(void)
{
	struct actor *all[] = {a, b, m};

	bc_handle(&duties[0], BC_RELEASE, 0);
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < 3; i++) {
			struct actor *actor = all[i], *to = duties_of(actor);
			const struct transaction *t = actor->thread->stack;

			memcpy(actor->out, to->out, to->out_size);
			actor->out_size = to->out_size;
			to->out_size = 0;
			act(actor, true);
			if (t && t->to_thread == actor->thread)
				bc_send(actor, true, &(struct letter){0});
			act(actor, true);
		}
	}
	driver_check(bench->system);
}

static void play(scene_fn scene)
{
	struct driver_counts before = counts();
	unsigned int nth = 1, failed;

	/*
	 * What stands in a parcel when no memory fails may differ from scene to scene, but
	 * each ends with nothing left.
	 */
	do {
		ck_assert_uint_lt(nth, ATTEMPTS);
		seat_clear(a->seat);
		seat_clear(m->seat);
		full_parcel(&prepared, a);
		memcpy(m->seat->desk, a->seat->desk, DESK_SIZE);
		m->seat->desk_used = a->seat->desk_used;
		oom_at(nth++);
		scene();
		failed = (unsigned int)oom_hit();
		oom_at(0);
		tidy();
		ck_counts(&before);
		ck_assert_uint_eq(bench->files_held, 0);
	} while (failed);
	ck_assert_uint_gt(nth, 3);
}

START_TEST(call_and_reply)
{
	play(scene_call);
	ck_assert_uint_gt(bench->installs, 0);
}
END_TEST

START_TEST(oneways)
{
	play(scene_oneway);
}
END_TEST

START_TEST(watches)
{
	play(scene_watch);
}
END_TEST

START_TEST(newcomer)
{
	play(scene_newcomer);
}
END_TEST

START_TEST(manager)
{
	play(scene_manager);
}
END_TEST

/* A completion that is owed comes even without memory. */
START_TEST(owed_completion)
{
	oom_at(1);
	thread_complete_owe(a->thread);
	oom_at(0);
	peek(a);
	expect(a, "NOOP COMPLETE");
	oom_at(1);
	thread_complete_owe(a->thread);
	thread_complete_owe(a->thread);
	oom_at(0);
	ck_assert(!thread_complete_take(a->thread));
	peek(a);
	expect(a, "NOOP COMPLETE COMPLETE");
}
END_TEST

START_TEST(system_and_device)
{
	for (uint64_t nth = 1; nth <= 4; nth++) {
		struct driver_system *system;
		struct driver *driver = NULL;
		int hit;

		oom_at(nth);
		system = driver_system_new();
		if (system)
			driver = driver_new(system, NULL, "name", NULL);
		hit = oom_hit();
		oom_at(0);
		ck_assert_int_eq(hit, !driver);
		driver_free(driver);
		driver_system_free(system);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver/oom");
	TCase *tc = stage_case(suite, "oom");

	tcase_add_test(tc, call_and_reply);
	tcase_add_test(tc, oneways);
	tcase_add_test(tc, watches);
	tcase_add_test(tc, newcomer);
	tcase_add_test(tc, manager);
	tcase_add_test(tc, owed_completion);
	tcase_add_test(tc, system_and_device);
	return stage_main(suite);
}
