/* SPDX-License-Identifier: Apache-2.0 */

/* Every helper ends with all threads having run, so that a test sees what is final. */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "stage.h"

struct bench *bench;
struct actor *m, *a, *b;

void stage_setup(void)
{
	bench = bench_new();
	m = cast_proc(0, 10, BENCH_UID, STAGE_AREA);
	a = cast_proc(0, 20, BENCH_UID, STAGE_AREA);
	b = cast_proc(0, 30, BENCH_UID, STAGE_AREA);
	serve(m, FLAT_BINDER_FLAG_ACCEPTS_FDS);
}

void stage_teardown(void)
{
	bench = bench_free(bench);
}

TCase *stage_case(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	suite_add_tcase(suite, tc);
	return tc;
}

int stage_main(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

struct actor *cast(struct seat *seat, pid_t tid)
{
	struct actor *actor = actor_try(seat, tid);

	ck_assert_ptr_nonnull(actor);
	peek(actor);
	expect(actor, "NOOP");
	return actor;
}

struct actor *cast_proc(unsigned int device, pid_t pid, uid_t uid, size_t size)
{
	struct seat *seat = seat_try(bench, device, pid, uid, size);

	ck_assert_ptr_nonnull(seat);
	return cast(seat, pid);
}

void serve(struct actor *actor, uint32_t flags)
{
	const struct flat_binder_object object = {.flags = flags};

	ck_assert_int_eq(ioctl_with(actor, BINDER_SET_CONTEXT_MGR_EXT, object), 0);
}

void tell(struct actor *actor)
{
	actor_write_read(actor, NULL);
	bench_run(bench);
}

void look_at(struct actor *actor, uint64_t size, uint64_t consumed, bool nonblock)
{
	const struct read_input read = {.size = size, .consumed = consumed, .nonblock = nonblock};

	actor_write_read(actor, &read);
	bench_run(bench);
}

void look(struct actor *actor)
{
	look_at(actor, 512, 0, false);
}

void talk(struct actor *actor)
{
	look_at(actor, 512, 0, false);
}

void peek(struct actor *actor)
{
	look_at(actor, 512, 0, true);
}

int ioctl_of(struct actor *actor, uint32_t command, const void *argument, size_t size)
{
	actor_ioctl(actor, command, argument, size);
	bench_run(bench);
	return actor->done ? -actor->result.ret : 0;
}

void ask(struct actor *actor, uint32_t handle, uint32_t code)
{
	bc_send(actor, false, &(struct letter){.handle = handle, .code = code});
	talk(actor);
}

void hint(struct actor *actor, uint32_t handle, uint32_t code)
{
	bc_send(actor, false,
		&(struct letter){.handle = handle, .code = code, .flags = TF_ONE_WAY});
	talk(actor);
}

void answer(struct actor *actor)
{
	bc_send(actor, true, &(struct letter){0});
	talk(actor);
}

struct binder_transaction_data received(struct actor *actor)
{
	struct word word;
	size_t at = 0;

	ck_assert(actor->done);
	while (word_next(actor, &at, &word))
		if (word.command == BR_TRANSACTION || word.command == BR_REPLY ||
			word.command == BR_TRANSACTION_SEC_CTX)
			return word.tr;
	ck_abort_msg("nothing received: %s", actor_seen(actor));
}

void give_back(struct actor *actor, const struct binder_transaction_data *tr)
{
	bc_cookie(actor, BC_FREE_BUFFER, tr->data.ptr.buffer);
	tell(actor);
}

void serve_once(struct actor *actor)
{
	struct binder_transaction_data tr;

	look(actor);
	tr = received(actor);
	answer(actor);
	expect(actor, "NOOP COMPLETE");
	give_back(actor, &tr);
}

void end_call(struct actor *actor)
{
	struct binder_transaction_data tr = received(actor);

	expect(actor, "NOOP COMPLETE REPLY 0");
	give_back(actor, &tr);
}

void parcel_bytes(struct parcel *parcel, uint8_t value, size_t size)
{
	ck_assert_uint_le(parcel->size + size, sizeof(parcel->data));
	memset(parcel->data + parcel->size, value, size);
	parcel->size += size;
}

static void parcel_object(struct parcel *parcel, const void *object, size_t size)
{
	ck_assert_uint_le(parcel->size + size, sizeof(parcel->data));
	memcpy(parcel->data + parcel->size, object, size);
	parcel->offsets[parcel->count++] = parcel->size;
	parcel->size += size;
}

void parcel_flat(
	struct parcel *parcel, uint32_t type, uint32_t flags, uint64_t value, uint64_t cookie)
{
	struct flat_binder_object flat = {
		.hdr.type = type,
		.flags = flags,
		.binder = value,
		.cookie = cookie,
	};

	parcel_object(parcel, &flat, sizeof(flat));
}

void parcel_fd(struct parcel *parcel, uint32_t fd)
{
	struct binder_fd_object object = {.hdr.type = BINDER_TYPE_FD, .fd = fd};

	parcel_object(parcel, &object, sizeof(object));
}

void parcel_ptr(struct parcel *parcel, uint64_t address, uint64_t length, int parent, uint64_t at)
{
	struct binder_buffer_object object = {
		.hdr.type = BINDER_TYPE_PTR,
		.flags = parent < 0 ? 0 : BINDER_BUFFER_FLAG_HAS_PARENT,
		.buffer = address,
		.length = length,
		.parent = parent < 0 ? 0 : (uint64_t)parent,
		.parent_offset = at,
	};

	parcel_object(parcel, &object, sizeof(object));
	parcel->extra += (length + 7) & ~7ull;
}

void parcel_fda(struct parcel *parcel, uint64_t count, uint64_t parent, uint64_t at)
{
	struct binder_fd_array_object object = {
		.hdr.type = BINDER_TYPE_FDA,
		.num_fds = count,
		.parent = parent,
		.parent_offset = at,
	};

	parcel_object(parcel, &object, sizeof(object));
}

void parcel_send(struct actor *actor, bool reply, uint32_t handle, uint32_t code, uint32_t flags,
	const struct parcel *parcel)
{
	struct letter letter = {
		.handle = handle,
		.code = code,
		.flags = flags,
		.data = seat_put(actor->seat, parcel->data, parcel->size),
		.size = parcel->size,
		.offsets = seat_put(
			actor->seat, parcel->offsets, parcel->count * sizeof(parcel->offsets[0])),
		.offsets_size = parcel->count * sizeof(parcel->offsets[0]),
		.extra = parcel->extra,
	};

	bc_send(actor, reply, &letter);
}

void received_object(struct actor *actor, size_t index, void *object, size_t size)
{
	struct binder_transaction_data tr = received(actor);
	uint64_t at;

	ck_assert_uint_lt(index * sizeof(at), tr.offsets_size);
	memcpy(&at, seat_at(actor->seat, tr.data.ptr.offsets + index * sizeof(at), sizeof(at)),
		sizeof(at));
	memcpy(object, seat_at(actor->seat, tr.data.ptr.buffer + at, size), size);
}

struct binderd_extended_error extended(struct actor *actor)
{
	struct binderd_extended_error error = {0};

	ck_assert_int_eq(ioctl_with(actor, BINDER_GET_EXTENDED_ERROR, error), 0);
	ck_assert_uint_eq(actor->result.size, sizeof(error));
	memcpy(&error, actor->bytes, sizeof(error));
	return error;
}

struct driver_counts counts(void)
{
	struct driver_counts now;

	driver_count(bench->system, &now);
	return now;
}

void ck_counts(const struct driver_counts *before)
{
	struct driver_counts now = counts();

	/* Memory that was made usable stays so. */
	now.area_bytes = before->area_bytes;
	ck_assert_mem_eq(&now, before, sizeof(now));
}

void expect_refused(struct actor *actor, const char *text, int error)
{
	struct driver_counts before = counts();
	size_t held = bench->files_held;
	struct binderd_extended_error got;
	char seen[64];

	talk(actor);
	snprintf(seen, sizeof(seen), "NOOP %s", text);
	expect(actor, seen);
	ck_counts(&before);
	ck_assert_uint_eq(bench->files_held, held);
	got = extended(actor);
	ck_assert_int_eq(got.param, -error);
	ck_assert_uint_ne(got.id, 0);
}
