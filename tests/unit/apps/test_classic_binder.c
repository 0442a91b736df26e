/* SPDX-License-Identifier: Apache-2.0 */

/* Calls of the small C framework: what it writes to the device, and what it makes of reads. */

#include <binderd/binder_io.h>

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "apps/device_double.h"
#include "apps/suite.h"
#include "lib/classic/classic.h"

static struct binder_state *bs;
static binder_size_t memory[64];
static struct binder_io msg, reply;

/* What the handler was called with, and what it is to do. */
static struct {
	int calls;
	struct binder_transaction_data txn;
	uint32_t value;
	int status;
	bool call;
	bool overflow;
	bool stop;
} handled;

/* The objects that came with a death. */
static int deaths, unlinks;

static void start(void)
{
	device_double_reset();
	memset(&handled, 0, sizeof(handled));
	deaths = unlinks = 0;
	bs = binder_open("binder", 4096);
	ck_assert_ptr_nonnull(bs);
	bio_init(&msg, memory, sizeof(memory), 1);
}

static void finish(void)
{
	ck_assert_uint_eq(device_double.written_size, 0);
	ck_assert_uint_eq(device_double.read_next, device_double.read_count);
	binder_close(bs);
	ck_assert(!device_double.open);
	ck_assert(!device_double.mapped);
}

static void put_transaction(
	uint32_t command, uint32_t flags, const void *data, size_t size, const void *offsets)
{
	struct binder_transaction_data txn = {
		.target.ptr = 0x1234,
		.code = 42,
		.flags = flags,
		.data_size = size,
		.offsets_size = offsets ? sizeof(binder_size_t) : 0,
		.data.ptr.buffer = (uintptr_t)data,
		.data.ptr.offsets = (uintptr_t)offsets,
	};

	device_double_put(command, &txn, sizeof(txn));
}

static void put_empty(uint32_t command)
{
	device_double_put(command, NULL, 0);
}

static void take_command(uint32_t command)
{
	uint32_t taken;

	device_double_take(&taken, sizeof(taken));
	ck_assert_uint_eq(taken, command);
}

static struct binder_transaction_data take_transaction(uint32_t command)
{
	struct binder_transaction_data txn;

	take_command(command);
	device_double_take(&txn, sizeof(txn));
	return txn;
}

static void take_free(const void *buffer)
{
	binder_uintptr_t taken;

	take_command(BC_FREE_BUFFER);
	device_double_take(&taken, sizeof(taken));
	ck_assert_uint_eq(taken, (uintptr_t)buffer);
}

static int handler(struct binder_state *state, struct binder_transaction_data *txn,
	struct binder_io *in, struct binder_io *out)
{
	handled.calls++;
	handled.txn = *txn;
	handled.value = bio_get_uint32(in);
	if (handled.stop)
		ck_assert_int_eq(binder_stop(state), 0);
	if (handled.call) {
		struct binder_io inner, answer;
		binder_size_t data[8];

		handled.call = false;
		bio_init(&inner, data, sizeof(data), 0);
		bio_put_uint32(&inner, 1);
		ck_assert_int_eq(binder_call(state, &inner, &answer, 8, 9), 0);
		ck_assert_uint_eq(bio_get_uint32(&answer), 88);
		binder_done(state, &inner, &answer);
	}
	for (int i = 0; handled.overflow && i < 2000; i++)
		bio_put_uint32(out, 0);
	bio_put_uint32(out, 77);
	return handled.status;
}

START_TEST(test_open_errors)
{
	device_double_reset();
	ck_assert_ptr_null(binder_open("binder", 0));
	ck_assert_int_eq(errno, EINVAL);
	ck_assert(!device_double.open);
	device_double.version = 7;
	ck_assert_ptr_null(binder_open(NULL, 4096));
	ck_assert_int_eq(errno, EPROTO);
	ck_assert(!device_double.open);
	binder_close(NULL);
}
END_TEST

START_TEST(test_call)
{
	static const uint32_t answer = 5;
	struct binder_transaction_data txn;

	start();
	bio_put_uint32(&msg, 3);
	bio_put_obj(&msg, memory);
	put_empty(BR_NOOP);
	device_double_next_read();
	put_empty(BR_NOOP);
	put_empty(BR_TRANSACTION_COMPLETE);
	put_transaction(BR_REPLY, 0, &answer, sizeof(answer), NULL);
	device_double_next_read();
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 6, 11), 0);
	txn = take_transaction(BC_TRANSACTION);
	ck_assert_uint_eq(txn.target.handle, 6);
	ck_assert_uint_eq(txn.code, 11);
	ck_assert_uint_eq(txn.flags, TF_ACCEPT_FDS);
	ck_assert_uint_eq(txn.data_size, 28);
	ck_assert_uint_eq(txn.offsets_size, 8);
	ck_assert_uint_eq(reply.flags, BIO_F_SHARED);
	ck_assert_uint_eq(bio_get_uint32(&reply), 5);
	binder_done(bs, &msg, &reply);
	take_free(&answer);
	binder_done(bs, &msg, &reply);
	finish();
}
END_TEST

START_TEST(test_call_failures)
{
	static const struct {
		uint32_t command;
		int error;
	} cases[] = {
		{BR_DEAD_REPLY, -EPIPE}, {BR_FAILED_REPLY, -EREMOTEIO}, {BR_FROZEN_REPLY, -EBUSY}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		start();
		put_empty(BR_NOOP);
		put_empty(cases[i].command);
		device_double_next_read();
		ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 1), cases[i].error);
		ck_assert_uint_eq(reply.flags, BIO_F_IOERROR);
		take_transaction(BC_TRANSACTION);
		binder_done(bs, &msg, &reply);
		put_empty(cases[i].command);
		device_double_next_read();
		ck_assert_int_eq(binder_call_oneway(bs, &msg, 1, 1), cases[i].error);
		take_transaction(BC_TRANSACTION);
		finish();
	}
	start();
	device_double.ioctl_error = EBADF;
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 1), -EBADF);
	ck_assert_uint_eq(reply.flags, BIO_F_IOERROR);
	device_double.ioctl_error = 0;
	for (int i = 0; i < 200; i++)
		bio_put_uint32(&msg, 0);
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 1), -EOVERFLOW);
	finish();
}
END_TEST

START_TEST(test_call_interrupted)
{
	static const uint32_t answer = 5;

	start();
	device_double.reads[0].error = EINTR;
	device_double_next_read();
	put_transaction(BR_REPLY, 0, &answer, sizeof(answer), NULL);
	device_double_next_read();
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 1), 0);
	/* Sent once. */
	take_transaction(BC_TRANSACTION);
	binder_done(bs, &msg, &reply);
	take_free(&answer);
	finish();
}
END_TEST

START_TEST(test_status_reply)
{
	static const int32_t status = -74;

	start();
	put_transaction(BR_REPLY, TF_STATUS_CODE, &status, sizeof(status), NULL);
	device_double_next_read();
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 1), 0);
	take_transaction(BC_TRANSACTION);
	ck_assert_uint_eq(reply.flags, BIO_F_SHARED | BIO_F_STATUS);
	ck_assert_int_eq((int32_t)bio_get_uint32(&reply), -74);
	binder_done(bs, &msg, &reply);
	take_free(&status);
	finish();
}
END_TEST

START_TEST(test_oneway)
{
	static const uint32_t ends[] = {
		BR_TRANSACTION_COMPLETE, BR_ONEWAY_SPAM_SUSPECT, BR_TRANSACTION_PENDING_FROZEN};

	start();
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		put_empty(BR_NOOP);
		device_double_next_read();
		put_empty(ends[i]);
		device_double_next_read();
		ck_assert_int_eq(binder_call_oneway(bs, &msg, 2, 3), 0);
		ck_assert_uint_eq(take_transaction(BC_TRANSACTION).flags, TF_ONE_WAY);
	}
	finish();
}
END_TEST

/* The message goes back with the reply to it, in that order. */
START_TEST(test_handler)
{
	static const uint32_t data = 33;
	struct binder_transaction_data txn;
	struct {
		uint32_t command;
		struct binder_transaction_data txn;
		uint64_t secctx;
	} __attribute__((packed)) in = {
		.command = BR_TRANSACTION,
		.txn = {.data.ptr.buffer = (uintptr_t)&data, .data_size = 4, .code = 42},
	};
	size_t size = sizeof(in) - sizeof(in.secctx);

	start();
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, size, handler), 1);
	ck_assert_int_eq(handled.calls, 1);
	ck_assert_uint_eq(handled.txn.code, 42);
	ck_assert_uint_eq(handled.value, 33);
	take_free(&data);
	txn = take_transaction(BC_REPLY);
	ck_assert_uint_eq(txn.flags, 0);
	ck_assert_uint_eq(txn.data_size, 4);

	in.command = BR_TRANSACTION_SEC_CTX;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, sizeof(in), handler), 1);
	ck_assert_int_eq(handled.calls, 2);
	take_free(&data);
	take_transaction(BC_REPLY);

	in.command = BR_TRANSACTION;
	in.txn.flags = TF_ONE_WAY;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, size, handler), 1);
	ck_assert_int_eq(handled.calls, 3);
	take_free(&data);
	finish();
}
END_TEST

START_TEST(test_handler_status)
{
	static const uint32_t data = 33;
	struct {
		uint32_t command;
		struct binder_transaction_data txn;
	} __attribute__((packed)) in = {
		.command = BR_TRANSACTION,
		.txn = {.data.ptr.buffer = (uintptr_t)&data, .data_size = 4},
	};

	start();
	handled.status = -5;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, sizeof(in), handler), 1);
	take_free(&data);
	ck_assert_uint_eq(take_transaction(BC_REPLY).flags, TF_STATUS_CODE);
	handled.status = 0;
	handled.overflow = true;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, sizeof(in), handler), 1);
	take_free(&data);
	ck_assert_uint_eq(take_transaction(BC_REPLY).flags, TF_STATUS_CODE);
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, sizeof(in), NULL), 1);
	take_free(&data);
	ck_assert_uint_eq(take_transaction(BC_REPLY).flags, TF_STATUS_CODE);
	finish();
}
END_TEST

/* A call comes in while we wait, its handler calls out itself, and both replies arrive. */
START_TEST(test_nested)
{
	static const uint32_t request = 1, inner = 88, outer = 99;

	start();
	binder_set_handler(bs, handler);
	handled.call = true;
	put_empty(BR_NOOP);
	put_empty(BR_TRANSACTION_COMPLETE);
	put_transaction(BR_TRANSACTION, 0, &request, sizeof(request), NULL);
	device_double_next_read();
	put_transaction(BR_REPLY, 0, &inner, sizeof(inner), NULL);
	device_double_next_read();
	put_transaction(BR_REPLY, 0, &outer, sizeof(outer), NULL);
	device_double_next_read();
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 7, 1), 0);
	ck_assert_int_eq(handled.calls, 1);
	ck_assert_uint_eq(take_transaction(BC_TRANSACTION).target.handle, 7);
	ck_assert_uint_eq(take_transaction(BC_TRANSACTION).target.handle, 8);
	take_free(&inner);
	take_free(&request);
	take_transaction(BC_REPLY);
	ck_assert_uint_eq(bio_get_uint32(&reply), 99);
	binder_done(bs, &msg, &reply);
	take_free(&outer);
	finish();
}
END_TEST

/* Descriptors of messages that nobody looked at are closed with them. */
START_TEST(test_descriptors_closed)
{
	static struct flat_binder_object object = {.hdr.type = BINDER_TYPE_FD};
	static const binder_size_t offset;
	int fd = open("/dev/null", O_RDONLY);
	struct {
		uint32_t command;
		struct binder_transaction_data txn;
	} __attribute__((packed)) in = {
		.command = BR_TRANSACTION,
		.txn = {.data.ptr.buffer = (uintptr_t)&object,
			.data.ptr.offsets = (uintptr_t)&offset,
			.data_size = sizeof(object),
			.offsets_size = sizeof(offset)},
	};

	start();
	object.handle = (uint32_t)fd;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, sizeof(in), handler), 1);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	take_free(&object);
	take_transaction(BC_REPLY);

	fd = open("/dev/null", O_RDONLY);
	object.handle = (uint32_t)fd;
	put_transaction(BR_REPLY, 0, &object, sizeof(object), &offset);
	device_double_next_read();
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 1), 0);
	take_transaction(BC_TRANSACTION);
	for (int i = 0; i < 10; i++)
		bio_get_uint32(&reply);
	ck_assert(reply.flags & BIO_F_OVERFLOW);
	binder_done(bs, &msg, &reply);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	take_free(&object);
	finish();
}
END_TEST

static void died(struct binder_state *state, void *ptr)
{
	ck_assert_ptr_eq(state, bs);
	ck_assert_ptr_eq(ptr, memory);
	/* It has been confirmed by now. */
	ck_assert_uint_eq(device_double.written_size, 12);
	deaths++;
}

static void unlinked(struct binder_state *state, void *ptr)
{
	ck_assert_ptr_eq(state, bs);
	ck_assert_ptr_eq(ptr, memory);
	unlinks++;
}

START_TEST(test_death)
{
	static struct binder_death death = {.func = died, .ptr = memory, .unlinked = unlinked};
	binder_uintptr_t cookie = (uintptr_t)&death, taken;
	struct binder_handle_cookie link;
	struct {
		uint32_t command;
		binder_uintptr_t cookie;
	} __attribute__((packed)) in = {.command = BR_DEAD_BINDER, .cookie = cookie};

	start();
	binder_link_to_death(bs, 4, &death);
	take_command(BC_REQUEST_DEATH_NOTIFICATION);
	device_double_take(&link, sizeof(link));
	ck_assert_uint_eq(link.handle, 4);
	ck_assert_uint_eq(link.cookie, cookie);
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, sizeof(in), handler), 1);
	ck_assert_int_eq(deaths, 1);
	take_command(BC_DEAD_BINDER_DONE);
	device_double_take(&taken, sizeof(taken));
	ck_assert_uint_eq(taken, cookie);
	binder_unlink_to_death(bs, 4, &death);
	take_command(BC_CLEAR_DEATH_NOTIFICATION);
	device_double_take(&link, sizeof(link));
	ck_assert_int_eq(unlinks, 0);
	in.command = BR_CLEAR_DEATH_NOTIFICATION_DONE;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)&in, sizeof(in), handler), 1);
	ck_assert_int_eq(unlinks, 1);
	finish();
}
END_TEST

START_TEST(test_counting)
{
	struct binder_ptr_cookie node = {.ptr = 0x10, .cookie = 0x20}, taken;
	uint32_t handle;

	start();
	device_double_put(BR_INCREFS, &node, sizeof(node));
	device_double_put(BR_ACQUIRE, &node, sizeof(node));
	device_double_put(BR_RELEASE, &node, sizeof(node));
	device_double_put(BR_DECREFS, &node, sizeof(node));
	put_empty(BR_SPAWN_LOOPER);
	put_empty(BR_OK);
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)device_double.reads[0].data,
				 device_double.reads[0].size, NULL),
		1);
	take_command(BC_INCREFS_DONE);
	device_double_take(&taken, sizeof(taken));
	ck_assert_uint_eq(taken.ptr, 0x10);
	ck_assert_uint_eq(taken.cookie, 0x20);
	take_command(BC_ACQUIRE_DONE);
	device_double_take(&taken, sizeof(taken));
	binder_acquire(bs, 3);
	take_command(BC_ACQUIRE);
	device_double_take(&handle, sizeof(handle));
	ck_assert_uint_eq(handle, 3);
	binder_release(bs, 3);
	take_command(BC_RELEASE);
	device_double_take(&handle, sizeof(handle));
	finish();
}
END_TEST

/* Commands that end too early, and what is no command. */
START_TEST(test_malformed)
{
	static const uint32_t data = 33;
	uint32_t words[32] = {BR_NOOP, BR_TRANSACTION};

	start();
	put_transaction(BR_TRANSACTION, 0, &data, 4, NULL);
	for (size_t cut = 1; cut < device_double.reads[0].size; cut++)
		ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)device_double.reads[0].data, cut,
					 handler),
			-EPROTO);
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)words, 8, handler), -EPROTO);
	words[1] = 0x12345678;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)words, 8, handler), -EPROTO);
	words[1] = BC_TRANSACTION;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)words, 128, handler), -EPROTO);
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)words, 0, handler), 1);
	ck_assert_int_eq(handled.calls, 0);
	finish();
}
END_TEST

START_TEST(test_loop)
{
	static const uint32_t data = 33, unwanted = 1;
	int error = EINTR;

	start();
	handled.stop = true;
	device_double.reads[0].error = error;
	device_double_next_read();
	put_empty(BR_NOOP);
	put_transaction(BR_REPLY, 0, &unwanted, 4, NULL);
	device_double_next_read();
	put_empty(BR_FAILED_REPLY);
	device_double_next_read();
	put_transaction(BR_TRANSACTION, 0, &data, 4, NULL);
	device_double_next_read();
	ck_assert_int_eq(binder_loop(bs, handler), 0);
	ck_assert_int_eq(handled.calls, 1);
	ck_assert_int_eq(device_double.duplicates, 0);
	take_command(BC_ENTER_LOOPER);
	take_free(&unwanted);
	take_free(&data);
	take_transaction(BC_REPLY);
	take_command(BC_EXIT_LOOPER);
	finish();

	start();
	device_double.reads[0].error = ECONNRESET;
	device_double_next_read();
	ck_assert_int_eq(binder_loop(bs, handler), -ECONNRESET);
	take_command(BC_ENTER_LOOPER);
	finish();
}
END_TEST

/* A driver that has an error for the thread takes nothing before that was read. */
START_TEST(test_refused_reply)
{
	static const uint32_t data = 33;
	struct binder_ptr_cookie node = {.ptr = 0x10, .cookie = 0x20}, taken;

	start();
	device_double.refuses_replies = true;
	put_transaction(BR_TRANSACTION, 0, &data, 4, NULL);
	device_double_put(BR_INCREFS, &node, sizeof(node));
	node.ptr = 0x30;
	device_double_put(BR_ACQUIRE, &node, sizeof(node));
	device_double_next_read();
	put_empty(BR_FAILED_REPLY);
	device_double_next_read();
	device_double.reads[2].error = ECONNRESET;
	device_double_next_read();
	ck_assert_int_eq(binder_loop(bs, handler), -ECONNRESET);
	ck_assert_int_eq(handled.calls, 1);
	take_command(BC_ENTER_LOOPER);
	take_free(&data);
	take_transaction(BC_REPLY);
	take_command(BC_INCREFS_DONE);
	device_double_take(&taken, sizeof(taken));
	ck_assert_uint_eq(taken.ptr, 0x10);
	take_command(BC_ACQUIRE_DONE);
	device_double_take(&taken, sizeof(taken));
	ck_assert_uint_eq(taken.ptr, 0x30);
	finish();

	/* What is kept when the state ends is nobody's. */
	start();
	device_double.refuses_replies = true;
	handled.stop = true;
	put_transaction(BR_TRANSACTION, 0, &data, 4, NULL);
	device_double_next_read();
	ck_assert_int_eq(binder_loop(bs, handler), 0);
	take_command(BC_ENTER_LOOPER);
	take_free(&data);
	take_transaction(BC_REPLY);
	finish();
	start();
	binder_release(bs, 3);
	take_command(BC_RELEASE);
	device_double_take(&taken, sizeof(uint32_t));
	finish();
}
END_TEST

/* More than can be kept is an error, and what was kept still comes first. */
START_TEST(test_kept_is_bounded)
{
	static const uint32_t data = 33;
	static const char bytes[9];
	uint32_t handle;

	start();
	device_double.refuses_replies = true;
	put_transaction(BR_TRANSACTION, 0, &data, 4, NULL);
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)device_double.reads[0].data,
				 device_double.reads[0].size, handler),
		1);
	for (uint32_t i = 0; i < 127; i++)
		binder_release(bs, i);
	ck_assert_int_eq(classic_write(bs, bytes, sizeof(bytes)), -ENOBUFS);
	device_double.reads[0].size = 0;
	device_double.refuses_replies = false;
	put_empty(BR_FAILED_REPLY);
	device_double_next_read();
	device_double.reads[1].error = ECONNRESET;
	device_double_next_read();
	ck_assert_int_eq(binder_loop(bs, handler), -ECONNRESET);
	take_free(&data);
	take_transaction(BC_REPLY);
	for (uint32_t i = 0; i < 127; i++) {
		take_command(BC_RELEASE);
		device_double_take(&handle, sizeof(handle));
		ck_assert_uint_eq(handle, i);
	}
	take_command(BC_ENTER_LOOPER);
	finish();
}
END_TEST

START_TEST(test_svcmgr)
{
	static const uint32_t none;
	static struct flat_binder_object object = {.hdr.type = BINDER_TYPE_HANDLE};
	static const binder_size_t offset;
	static const int32_t refused = -1;
	uint32_t handle;

	start();
	object.handle = 12;
	put_transaction(BR_REPLY, 0, &object, sizeof(object), &offset);
	device_double_next_read();
	ck_assert_uint_eq(svcmgr_lookup(bs, 0, "a.b"), 12);
	ck_assert_uint_eq(take_transaction(BC_TRANSACTION).code, SVC_MGR_CHECK_SERVICE);
	take_command(BC_ACQUIRE);
	device_double_take(&handle, sizeof(handle));
	ck_assert_uint_eq(handle, 12);
	take_free(&object);

	put_transaction(BR_REPLY, 0, &none, sizeof(none), NULL);
	device_double_next_read();
	ck_assert_uint_eq(svcmgr_lookup(bs, 0, "a.b"), 0);
	take_transaction(BC_TRANSACTION);
	take_free(&none);

	put_transaction(BR_REPLY, 0, &none, sizeof(none), NULL);
	device_double_next_read();
	ck_assert_int_eq(svcmgr_publish(bs, 0, "a.b", memory), 0);
	ck_assert_uint_eq(take_transaction(BC_TRANSACTION).code, SVC_MGR_ADD_SERVICE);
	take_free(&none);

	put_transaction(BR_REPLY, TF_STATUS_CODE, &refused, sizeof(refused), NULL);
	device_double_next_read();
	ck_assert_int_eq(svcmgr_publish(bs, 0, "a.b", memory), -EACCES);
	take_transaction(BC_TRANSACTION);
	take_free(&refused);
	finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_open_errors, &test_call, &test_call_failures,
		&test_call_interrupted, &test_status_reply, &test_oneway, &test_handler,
		&test_handler_status, &test_nested, &test_descriptors_closed, &test_death,
		&test_counting, &test_malformed, &test_loop, &test_refused_reply,
		&test_kept_is_bounded, &test_svcmgr};

	return suite_run("classic/binder", tests, sizeof(tests) / sizeof(*tests));
}
