/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Oneways offered ahead: a has a node that m knows, and reads what m and others send there.
 */

#include "quiet.h"
#include "stage.h"

#define NODE 0x100
#define OTHER 0x200

static struct actor *a2;
static uint32_t node, other; /* m's handles of a's nodes */

/* m learns of a's node @ptr. Return: its handle */
static uint32_t introduce(uint64_t ptr, uint32_t flags)
{
	struct parcel parcel = {0};
	struct flat_binder_object object;
	struct binder_transaction_data tr;

	parcel_flat(&parcel, BINDER_TYPE_BINDER, flags, ptr, ptr + 1);
	parcel_send(a, false, 0, 1, TF_ONE_WAY, &parcel);
	tell(a);
	look(m);
	tr = received(m);
	received_object(m, 0, &object, sizeof(object));
	bc_handle(m, BC_ACQUIRE, object.handle);
	tell(m);
	give_back(m, &tr);
	peek(a);
	bc_node(a, BC_INCREFS_DONE, ptr, ptr + 1);
	bc_node(a, BC_ACQUIRE_DONE, ptr, ptr + 1);
	tell(a);
	return object.handle;
}

static void setup(void)
{
	stage_setup();
	bench->ahead_room = ACTOR_OFFERS;
	a2 = cast(a->seat, 21);
	node = introduce(NODE, 0);
	other = introduce(OTHER, 0);
}

/* m sends @size bytes one way to @handle. */
static void send_sized(uint32_t handle, uint32_t code, size_t size, uint32_t flags)
{
	static const uint8_t zeros[32768];
	struct letter letter = {
		.handle = handle, .code = code, .flags = flags | TF_ONE_WAY, .size = size};

	seat_clear(m->seat);
	letter.data = seat_put(m->seat, zeros, size);
	bc_send(m, false, &letter);
	talk(m);
}

/* m sends @count oneways, with codes from @first on, of which the first is not yet read. */
static void send_some(uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		send_sized(node, first + i, 8, 0);
		expect(m, "NOOP COMPLETE");
	}
}

/* What the actor has is the oneway of @code. Return: its buffer's address */
static uint64_t has(struct actor *actor, uint32_t code)
{
	struct binder_transaction_data tr = received(actor);

	ck_assert_uint_eq(tr.code, code);
	ck_assert_uint_eq(tr.target.ptr, NODE);
	ck_assert(tr.flags & TF_ONE_WAY);
	return tr.data.ptr.buffer;
}

/* It hands out what was offered for the buffer at @after. Return: the next one's address */
static uint64_t take(struct actor *actor, uint64_t after, uint32_t code)
{
	ck_assert_ptr_nonnull(actor_offered(actor));
	ck_assert_uint_eq(actor_offered(actor)->after, after);
	ck_assert(actor_take(actor));
	driver_check(bench->system);
	return has(actor, code);
}

/* The same by an input. */
static void free_and_read(struct actor *actor, uint64_t after)
{
	bc_cookie(actor, BC_FREE_BUFFER, after);
	talk(actor);
}

static void free_alone(struct actor *actor, uint64_t at)
{
	bc_cookie(actor, BC_FREE_BUFFER, at);
	tell(actor);
}

/* a reads the first of @count; the others are offered. */
static uint64_t read_first(uint32_t count)
{
	send_some(1, count);
	look(a);
	ck_assert_uint_eq(a->offered, count - 1);
	return has(a, 1);
}

#define nothing_offered(actor) ck_assert_ptr_null(actor_offered(actor))

START_TEST(test_in_order)
{
	struct driver_counts before = counts();
	uint64_t at = read_first(4);

	for (uint32_t code = 2; code <= 4; code++)
		at = take(a, at, code);
	nothing_offered(a);
	free_and_read(a, at);
	expect(a, "waits");
	ck_counts(&before);
	send_some(5, 1);
	has(a, 5);
}
END_TEST

/* What an input gives is, byte by byte, what was offered. */
START_TEST(test_same_bytes)
{
	uint64_t at = read_first(3);
	struct ahead offers[2] = {a->offers[0], a->offers[1]};
	uint32_t noop = BR_NOOP;

	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(offers[i].after, at);
		free_and_read(a, at);
		ck_assert_uint_eq(a->result.size, 4 + offers[i].size);
		ck_assert_mem_eq(a->bytes, &noop, 4);
		ck_assert_mem_eq(a->bytes + 4, offers[i].bytes, offers[i].size);
		ck_assert(!a->result.nice_valid);
		at = received(a).data.ptr.buffer;
	}
}
END_TEST

START_TEST(test_some_taken)
{
	uint64_t at = take(a, read_first(4), 2);

	free_and_read(a, at);
	at = has(a, 3);
	ck_assert_uint_eq(a->offered, 1);
	take(a, at, 4);
}
END_TEST

/* More wait than there is room for: the rest comes by inputs, and with new offers. */
START_TEST(test_little_room)
{
	uint64_t at;

	bench->ahead_room = 2;
	send_some(1, 6);
	look(a);
	ck_assert_uint_eq(a->offered, 2);
	at = take(a, take(a, has(a, 1), 2), 3);
	nothing_offered(a);
	free_and_read(a, at);
	ck_assert_uint_eq(a->offered, 2);
	take(a, take(a, has(a, 4), 5), 6);
}
END_TEST

/* One who cannot be offered anything gets them one by one. */
START_TEST(test_no_room)
{
	bench->ahead_room = 0;
	send_some(1, 2);
	look(a);
	nothing_offered(a);
	free_and_read(a, has(a, 1));
	has(a, 2);
}
END_TEST

/* Buffers that were freed are free for whoever sends next, at the addresses of the kernel's. */
START_TEST(test_space_for_oneways)
{
	uint64_t first, at;

	for (uint32_t code = 1; code <= 3; code++) {
		send_sized(node, code, 10000, 0);
		expect(m, "NOOP COMPLETE");
	}
	look(a);
	first = has(a, 1);
	send_sized(node, 4, 10000, 0);
	expect(m, "NOOP FAILED_REPLY");
	at = take(a, first, 2);
	send_sized(node, 4, 10000, 0);
	expect(m, "NOOP COMPLETE");
	at = take(a, at, 3);
	ck_assert_uint_eq(take(a, at, 4), first);
}
END_TEST

START_TEST(test_space_for_calls)
{
	const struct letter call = {.handle = node, .code = 7, .data = DESK_BASE, .size = 30000};
	struct actor *m2 = cast(m->seat, 11), *b2 = cast(m->seat, 12);
	uint64_t at;

	bc_send(m2, false, &call);
	talk(m2);
	look(a2);
	expect(a2, "NOOP TRANSACTION 7");
	send_sized(node, 1, 30000, 0);
	send_sized(node, 2, 8, 0);
	look(a);
	at = has(a, 1);
	bc_send(b2, false, &call);
	talk(b2);
	expect(b2, "NOOP FAILED_REPLY");
	at = take(a, at, 2);
	bc_send(b2, false, &call);
	talk(b2);
	expect(b2, "waits");
	free_and_read(a, at);
	expect(a, "NOOP TRANSACTION 7");
}
END_TEST

/* Sending makes up for what was taken only: the rest is still good, and more comes behind. */
START_TEST(test_more_is_sent)
{
	struct driver_counts before = counts();
	uint64_t at = take(a, read_first(4), 2);

	send_sized(node, 5, 8, 0);
	at = take(a, at, 3);
	send_sized(node, 6, 8, 0);
	for (uint32_t code = 4; code <= 6; code++)
		at = take(a, at, code);
	nothing_offered(a);
	free_and_read(a, at);
	expect(a, "waits");
	ck_counts(&before);
}
END_TEST

/* What comes while the thread has the only one is offered, too, whatever it has taken by then. */
START_TEST(test_sent_to_one_at_work)
{
	struct driver_counts before = counts();
	uint64_t at = read_first(1);

	nothing_offered(a);
	for (uint32_t code = 2; code <= 40; code += 2) {
		send_sized(node, code, 8, 0);
		send_sized(node, code + 1, 8, 0);
		at = take(a, take(a, at, code), code + 1);
		nothing_offered(a);
	}
	free_and_read(a, at);
	expect(a, "waits");
	ck_counts(&before);
}
END_TEST

/* Where there was no room, there is when some were taken: none is left out. */
START_TEST(test_room_again)
{
	uint64_t at;

	bench->ahead_room = 2;
	at = read_first(3);
	send_sized(node, 4, 8, 0);
	send_sized(node, 5, 8, 0);
	ck_assert_uint_eq(a->offered, 2);
	at = take(a, at, 2);
	send_sized(node, 6, 8, 0);
	ck_assert_uint_eq(a->offered, 3);
	at = take(a, take(a, at, 3), 4);
	nothing_offered(a);
	send_sized(node, 7, 8, 0);
	ck_assert_uint_eq(a->offered, 5);
	at = take(a, take(a, at, 5), 6);
	nothing_offered(a);
	free_and_read(a, at);
	has(a, 7);
}
END_TEST

/* A oneway to another node of the proc that nobody waits for comes before those behind. */
START_TEST(test_work_for_the_proc)
{
	uint64_t at = take(a, read_first(3), 2);

	send_sized(other, 9, 8, 0);
	nothing_offered(a);
	bc_cookie(a, BC_FREE_BUFFER, at);
	talk(a);
	expect(a, "NOOP TRANSACTION 9");
	/* And behind that one nothing is offered, since the third is on the proc's list. */
	nothing_offered(a);
	look(a);
	has(a, 3);
}
END_TEST

/* Somebody else waits for it: nothing changes for the one that has offers. */
START_TEST(test_work_for_another_thread)
{
	uint64_t at = read_first(3);

	look(a2);
	/* That was an input of the proc's, and ended them. */
	nothing_offered(a);
	free_and_read(a, at);
	at = has(a, 2);
	ck_assert_uint_eq(a->offered, 1);
	send_sized(other, 9, 8, 0);
	expect(a2, "NOOP TRANSACTION 9");
	if (actor_offered(a))
		take(a, at, 3);
	else
		free_and_read(a, at);
	has(a, 3);
}
END_TEST

/* Both nodes' oneways are read at the same time by two threads; the later one's stand. */
START_TEST(test_two_nodes)
{
	uint64_t at = read_first(3), at2;

	send_sized(other, 10, 8, 0);
	send_sized(other, 11, 8, 0);
	send_sized(other, 12, 8, 0);
	look(a2);
	expect(a2, "NOOP TRANSACTION a");
	nothing_offered(a);
	ck_assert_uint_eq(a2->offered, 2);
	at2 = received(a2).data.ptr.buffer;
	ck_assert_uint_eq(actor_offered(a2)->after, at2);
	ck_assert(actor_take(a2));
	free_and_read(a, at);
	has(a, 2);
	nothing_offered(a2);
	free_and_read(a2, received(a2).data.ptr.buffer);
	expect(a2, "NOOP TRANSACTION c");
}
END_TEST

/* One that waited before gets its oneway without an input: both have offers then. */
START_TEST(test_two_threads)
{
	uint64_t at;

	send_sized(other, 10, 8, 0);
	send_sized(other, 11, 8, 0);
	look(a2);
	send_sized(node, 1, 8, 0);
	look(a);
	at = has(a, 1);
	nothing_offered(a);
	send_sized(node, 2, 8, 0);
	send_sized(node, 3, 8, 0);
	look_at(a2, 512, 0, true);
	expect(a2, "EAGAIN");
	free_and_read(a, at);
	at = has(a, 2);
	take(a, at, 3);
}
END_TEST

/* Another thread frees the buffer that was freed by the taking: too late, and no harm. */
START_TEST(test_freed_by_another)
{
	uint64_t first = read_first(3), second = take(a, first, 2);

	free_alone(a2, first);
	nothing_offered(a);
	/* The one that the thread has, by now. */
	free_alone(a2, second);
	look(a2);
	has(a2, 3);
}
END_TEST

/* Another thread frees it before: whoever reads first gets the next. */
START_TEST(test_freed_by_another_first)
{
	uint64_t first = read_first(3);

	free_alone(a2, first);
	nothing_offered(a);
	look(a2);
	has(a2, 2);
	free_and_read(a, first);
	expect(a, "waits");
}
END_TEST

START_TEST(test_flush)
{
	uint64_t at = take(a, read_first(4), 2);

	proc_flush(a->seat->proc);
	nothing_offered(a);
	bench_run(bench);
	free_and_read(a, at);
	/* It returns for the flush, but not without what there is. */
	has(a, 3);
	ck_assert_uint_eq(a->offered, 1);
}
END_TEST

static int freeze(uint32_t enable, uint32_t timeout)
{
	struct binderd_freeze_info info = {.pid = 20, .enable = enable, .timeout_ms = timeout};

	return ioctl_with(b, BINDER_FREEZE, info);
}

START_TEST(test_freeze)
{
	uint64_t at = take(a, read_first(3), 2);

	/* One is still to be delivered. */
	ck_assert_int_eq(freeze(1, 0), EAGAIN);
	nothing_offered(a);
	free_and_read(a, at);
	at = has(a, 3);
	nothing_offered(a);
	ck_assert_int_eq(freeze(1, 0), 0);
	send_sized(node, 4, 8, 0);
	expect(m, "NOOP PENDING_FROZEN");
	send_sized(node, 5, 8, 0);
	free_and_read(a, at);
	/* Frozen: who knows what comes. */
	has(a, 4);
	nothing_offered(a);
	ck_assert_int_eq(freeze(0, 0), 0);
}
END_TEST

/* All was taken: nothing is under way any more, for whoever asks. */
START_TEST(test_freeze_when_taken)
{
	take(a, take(a, read_first(3), 2), 3);
	ck_assert_int_eq(freeze(1, 0), 0);
	ck_assert_int_eq(freeze(0, 0), 0);
}
END_TEST

static uint32_t pending(void)
{
	struct binderd_frozen_status_info info = {.pid = 20};

	ck_assert_int_eq(ioctl_with(b, BINDER_GET_FROZEN_INFO, info), 0);
	memcpy(&info, b->bytes, sizeof(info));
	return info.sync_recv >> 1;
}

/* Whether calls are under way there can be asked of a proc that is not frozen, too. */
START_TEST(test_frozen_info)
{
	uint64_t at = take(a, read_first(3), 2);

	ck_assert_uint_eq(pending(), 1);
	at = take(a, at, 3);
	ck_assert_uint_eq(pending(), 0);
	free_and_read(a, at);
	expect(a, "waits");
}
END_TEST

/* An update in place of one that waits, in a frozen proc: the offers are gone by then. */
START_TEST(test_update)
{
	uint64_t at;

	send_sized(node, 1, 8, TF_UPDATE_TXN);
	look(a);
	at = has(a, 1);
	ck_assert_int_eq(freeze(1, 0), 0);
	send_sized(node, 2, 8, TF_UPDATE_TXN);
	send_sized(node, 2, 8, TF_UPDATE_TXN);
	ck_assert_int_eq(freeze(0, 0), 0);
	send_sized(node, 3, 8, TF_UPDATE_TXN);
	free_and_read(a, at);
	at = has(a, 2);
	ck_assert_uint_eq(a->offered, 1);
	take(a, at, 3);
}
END_TEST

START_TEST(test_death)
{
	take(a, read_first(4), 2);
	seat_close(a->seat);
	bench_run(bench);
	send_sized(node, 9, 8, 0);
	expect(m, "NOOP DEAD_REPLY");
}
END_TEST

START_TEST(test_death_of_the_sender)
{
	uint64_t at = read_first(3);

	bc_handle(b, BC_ACQUIRE, 0);
	tell(b);
	seat_close(m->seat);
	bench_run(bench);
	/* Counts of the node went, but what was sent is there. */
	if (actor_offered(a))
		at = take(a, at, 2);
	free_and_read(a, at);
	ck_assert(a->done);
}
END_TEST

static uint32_t strong_count(void)
{
	struct binder_node_info_for_ref info = {.handle = node};

	ck_assert_int_eq(ioctl_with(m, BINDER_GET_NODE_INFO_FOR_REF, info), 0);
	memcpy(&info, m->bytes, sizeof(info));
	return info.strong_count;
}

/* Each oneway under way holds its node, to whoever may ask. */
START_TEST(test_node_info)
{
	uint32_t idle = strong_count();
	uint64_t at = read_first(3);

	ck_assert_uint_eq(strong_count(), idle + 3);
	at = take(a, at, 2);
	ck_assert_uint_eq(strong_count(), idle + 2);
	at = take(a, at, 3);
	ck_assert_uint_eq(strong_count(), idle + 1);
	free_alone(a, at);
	ck_assert_uint_eq(strong_count(), idle);
}
END_TEST

/* Many small ones in little space look like spam; those that were given back do not. */
START_TEST(test_spam)
{
	uint32_t enable = 1;
	uint64_t at;

	ck_assert_int_eq(ioctl_with(m, BINDER_ENABLE_ONEWAY_SPAM_DETECTION, enable), 0);
	for (uint32_t code = 1; code <= 3; code++)
		send_sized(node, code, 8000, 0);
	look(a);
	at = has(a, 1);
	at = take(a, take(a, at, 2), 3);
	/* Of 32 KiB a quarter is in use: without the taking it would be three. */
	send_sized(node, 4, 8000, 0);
	expect(m, "NOOP COMPLETE");
	free_and_read(a, at);
	has(a, 4);
	send_sized(node, 5, 8000, 0);
	expect(m, "NOOP COMPLETE");
	send_sized(node, 6, 8000, 0);
	send_sized(node, 7, 6000, 0);
	expect(m, "NOOP SPAM_SUSPECT");
}
END_TEST

static void send_parcel(const struct parcel *parcel, uint32_t code)
{
	parcel_send(m, false, node, code, TF_ONE_WAY, parcel);
	talk(m);
	expect(m, "NOOP COMPLETE");
}

/* A buffer with objects is offered, but what follows on its freeing concerns others. */
START_TEST(test_objects)
{
	struct parcel parcel = {0};
	uint64_t at;

	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, other, 0);
	send_some(1, 1);
	send_parcel(&parcel, 2);
	send_some(3, 2);
	look(a);
	ck_assert_uint_eq(a->offered, 1);
	at = take(a, has(a, 1), 2);
	nothing_offered(a);
	free_and_read(a, at);
	ck_assert_uint_eq(a->offered, 1);
	take(a, has(a, 3), 4);
}
END_TEST

/* Behind what cannot be offered nothing is; and an input begins anew. */
START_TEST(test_sent_behind_objects)
{
	struct parcel parcel = {0};
	uint64_t at = read_first(1);

	parcel_flat(&parcel, BINDER_TYPE_HANDLE, 0, other, 0);
	send_sized(node, 2, 8, 0);
	send_parcel(&parcel, 3);
	send_sized(node, 4, 8, 0);
	at = take(a, at, 2);
	at = take(a, at, 3);
	/* Freeing that one concerns others. */
	nothing_offered(a);
	send_sized(node, 5, 8, 0);
	nothing_offered(a);
	free_and_read(a, at);
	at = has(a, 4);
	take(a, at, 5);
}
END_TEST

START_TEST(test_descriptors)
{
	struct parcel parcel = {0};
	uint64_t at;

	node = introduce(0x300, FLAT_BINDER_FLAG_ACCEPTS_FDS);
	parcel_fd(&parcel, 5);
	send_some(1, 2);
	send_parcel(&parcel, 3);
	send_some(4, 1);
	look(a);
	/* Numbers are known to who reads, and not before. */
	ck_assert_uint_eq(a->offered, 1);
	at = actor_offered(a)->after;
	ck_assert(actor_take(a));
	at = received(a).data.ptr.buffer;
	nothing_offered(a);
	free_and_read(a, at);
	expect(a, "NOOP TRANSACTION 3");
	nothing_offered(a);
	ck_assert_uint_eq(bench->installs, 1);
	free_and_read(a, received(a).data.ptr.buffer);
	expect(a, "NOOP TRANSACTION 4");
}
END_TEST

START_TEST(test_cleared)
{
	uint64_t at;

	send_some(1, 1);
	send_sized(node, 2, 8, TF_CLEAR_BUF);
	send_some(3, 1);
	look(a);
	ck_assert_uint_eq(a->offered, 1);
	at = take(a, has(a, 1), 2);
	nothing_offered(a);
	free_and_read(a, at);
	has(a, 3);
}
END_TEST

START_TEST(test_security_context)
{
	struct word word;
	size_t at = 4;
	uint64_t after;

	node = introduce(0x300, FLAT_BINDER_FLAG_TXN_SECURITY_CTX);
	send_some(1, 3);
	look(a);
	expect(a, "NOOP TRANSACTION_SEC_CTX 1");
	ck_assert_uint_eq(a->offered, 2);
	after = received(a).data.ptr.buffer;
	ck_assert_uint_eq(actor_offered(a)->after, after);
	ck_assert(actor_take(a));
	expect(a, "NOOP TRANSACTION_SEC_CTX 2");
	ck_assert(word_next(a, &at, &word));
	ck_assert_uint_eq(word.secctx.secctx, word.tr.data.ptr.buffer + 8);
	ck_assert_str_eq((const char *)seat_at(a->seat, word.secctx.secctx, 16), BENCH_SECCTX);
}
END_TEST

/* Whoever might be told to spawn is offered nothing. */
START_TEST(test_loopers)
{
	uint32_t max_threads = 1;
	uint64_t at;

	ck_assert_int_eq(ioctl_with(a, BINDER_SET_MAX_THREADS, max_threads), 0);
	bc(a, BC_ENTER_LOOPER);
	tell(a);
	send_some(1, 4);
	look(a);
	expect(a, "SPAWN_LOOPER TRANSACTION 1");
	nothing_offered(a);
	bc(a2, BC_REGISTER_LOOPER);
	tell(a2);
	free_and_read(a, has(a, 1));
	at = has(a, 2);
	ck_assert_uint_eq(a->offered, 2);
	/* That may change what comes next. */
	max_threads = 2;
	ck_assert_int_eq(ioctl_with(a2, BINDER_SET_MAX_THREADS, max_threads), 0);
	nothing_offered(a);
	free_and_read(a, at);
	expect(a, "SPAWN_LOOPER TRANSACTION 3");
}
END_TEST

/* Something else is listed for the thread, or the proc: it comes first. */
START_TEST(test_not_alone)
{
	send_some(1, 2);
	send_sized(other, 9, 8, 0);
	look(a);
	has(a, 1);
	nothing_offered(a);
	look(a);
	expect(a, "NOOP TRANSACTION 9");
	nothing_offered(a);
}
END_TEST

/* A oneway that comes to a thread inside of a call of its own is read alone. */
START_TEST(test_inside_of_a_call)
{
	send_some(1, 3);
	ask(a, 0, 7);
	/* It waits for its reply, and the proc's work is others'. */
	expect(a, "waits");
	look(a2);
	has(a2, 1);
	ck_assert_uint_eq(a2->offered, 2);
	peek(m);
	expect(m, "NOOP TRANSACTION 7");
	answer(m);
	expect(a, "NOOP COMPLETE REPLY 0");
	ck_assert_uint_eq(a2->offered, 2);
}
END_TEST

START_TEST(test_exit)
{
	read_first(3);
	ck_assert_int_eq(ioctl_of(a, BINDER_THREAD_EXIT, NULL, 0), 0);
	ck_assert_ptr_null(a->thread);
	nothing_offered(a);
}
END_TEST

START_TEST(test_recall)
{
	uint64_t at = take(a, read_first(4), 2);

	actor_recall(a2);
	nothing_offered(a);
	free_and_read(a, at);
	at = take(a, has(a, 3), 4);
	actor_recall(a);
	nothing_offered(a);
	free_and_read(a, at);
	expect(a, "waits");
}
END_TEST

START_TEST(test_poll)
{
	uint64_t at = read_first(3);

	ck_assert(!actor_poll(a2, false));
	nothing_offered(a);
	free_and_read(a, at);
	has(a, 2);
	ck_assert(!actor_poll(a, false));
	nothing_offered(a);
}
END_TEST

/* One that lies about what it took: no more is believed than was there to be taken. */
START_TEST(test_too_much_taken)
{
	uint64_t at = read_first(3);

	a->taken = a->offered = 16;
	send_sized(node, 4, 8, 0);
	expect(m, "NOOP COMPLETE");
	peek(a2);
	free_alone(a2, at);
	nothing_offered(a);
}
END_TEST

/* With a thread that polls beside: it sees what is there at last. */
START_TEST(test_counts_back_to_none)
{
	struct driver_counts before = counts();
	uint64_t at = read_first(16);

	for (uint32_t code = 2; code <= 16; code++)
		at = take(a, at, code);
	free_alone(a, at);
	ck_counts(&before);
	ck_assert(!actor_poll(a2, false));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, test_in_order);
	tcase_add_test(tc, test_same_bytes);
	tcase_add_test(tc, test_some_taken);
	tcase_add_test(tc, test_little_room);
	tcase_add_test(tc, test_no_room);
	tcase_add_test(tc, test_space_for_oneways);
	tcase_add_test(tc, test_space_for_calls);
	tcase_add_test(tc, test_more_is_sent);
	tcase_add_test(tc, test_sent_to_one_at_work);
	tcase_add_test(tc, test_room_again);
	tcase_add_test(tc, test_sent_behind_objects);
	tcase_add_test(tc, test_work_for_the_proc);
	tcase_add_test(tc, test_work_for_another_thread);
	tcase_add_test(tc, test_two_nodes);
	tcase_add_test(tc, test_two_threads);
	tcase_add_test(tc, test_freed_by_another);
	tcase_add_test(tc, test_freed_by_another_first);
	tcase_add_test(tc, test_flush);
	tcase_add_test(tc, test_freeze);
	tcase_add_test(tc, test_freeze_when_taken);
	tcase_add_test(tc, test_frozen_info);
	tcase_add_test(tc, test_update);
	tcase_add_test(tc, test_death);
	tcase_add_test(tc, test_death_of_the_sender);
	tcase_add_test(tc, test_node_info);
	tcase_add_test(tc, test_spam);
	tcase_add_test(tc, test_objects);
	tcase_add_test(tc, test_descriptors);
	tcase_add_test(tc, test_cleared);
	tcase_add_test(tc, test_security_context);
	tcase_add_test(tc, test_loopers);
	tcase_add_test(tc, test_not_alone);
	tcase_add_test(tc, test_inside_of_a_call);
	tcase_add_test(tc, test_exit);
	tcase_add_test(tc, test_recall);
	tcase_add_test(tc, test_poll);
	tcase_add_test(tc, test_too_much_taken);
	tcase_add_test(tc, test_counts_back_to_none);
}

int main(void)
{
	Suite *suite = suite_create("driver/ahead");
	TCase *tc = tcase_create("ahead");

	tcase_add_checked_fixture(tc, setup, stage_teardown);
	suite_add_tcase(suite, tc);
	add_tests(tc);
	return stage_main(suite);
}
