/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a service manager needs of the small C framework: labels of callers, buffers beside
 * messages, being told that a reply is out, and an end in the middle of a call.
 */

#include <binderd/binder_io.h>

#include <check.h>
#include <errno.h>
#include <string.h>

#include "apps/device_double.h"
#include "apps/suite.h"

static struct binder_state *bs;
static binder_size_t memory[128];
static struct binder_io msg, reply;

/* What the handler saw, and what it is to do. */
static struct {
	int calls;
	const char *label, *label_after;
	bool call, stop;
	int result;
	size_t written; /* bytes written when it returned */
	bool replied;
} handled;

static void on_replied(struct binder_state *state)
{
	ck_assert_ptr_eq(state, bs);
	ck_assert(!handled.replied);
	ck_assert_uint_gt(device_double.written_size, handled.written);
	handled.replied = true;
}

static int handler(struct binder_state *state, struct binder_transaction_data *txn,
	struct binder_io *in, struct binder_io *out)
{
	struct binder_io inner, answer;

	(void)in;
	(void)txn;
	handled.calls++;
	if (handled.call) {
		handled.call = false;
		handled.label = binder_caller_label();
		if (handled.stop)
			ck_assert_int_eq(binder_stop(state), 0);
		bio_init(&inner, NULL, 0, 0);
		handled.result = binder_call(state, &inner, &answer, 8, 9);
		handled.label_after = binder_caller_label();
	}
	bio_put_uint32(out, 77);
	handled.replied = false;
	handled.written = device_double.written_size;
	return 0;
}

static void start(void)
{
	device_double_reset();
	memset(&handled, 0, sizeof(handled));
	bs = binder_open("binder", 4096);
	ck_assert_ptr_nonnull(bs);
	bio_init(&msg, memory, sizeof(memory), 8);
}

static void finish(void)
{
	ck_assert_uint_eq(device_double.read_next, device_double.read_count);
	binder_close(bs);
}

/* Lets the next read have a call with a label, or without for NULL. */
static void put_call(const char *label)
{
	struct binderd_transaction_data_secctx call = {.secctx = (uintptr_t)label};

	device_double_put(label ? BR_TRANSACTION_SEC_CTX : BR_TRANSACTION, &call,
		label ? sizeof(call) : sizeof(call.transaction_data));
}

static void put_reply(const void *data, size_t size)
{
	struct binder_transaction_data txn = {
		.data_size = size, .data.ptr.buffer = (uintptr_t)data};

	device_double_put(BR_REPLY, &txn, sizeof(txn));
}

static void take_command(uint32_t command)
{
	uint32_t taken;

	device_double_take(&taken, sizeof(taken));
	ck_assert_uint_eq(taken, command);
}

static void skip(size_t size)
{
	char taken[256];

	device_double_take(taken, size);
}

START_TEST(test_manager_flags)
{
	start();
	ck_assert_int_eq(binder_become_context_manager_ext(bs, 0x1100), 0);
	ck_assert_uint_eq(device_double.manager_flags, 0x1100);
	device_double.ioctl_error = EBUSY;
	ck_assert_int_eq(binder_become_context_manager_ext(bs, 0), -EBUSY);
	finish();
}
END_TEST

/* A call in a call: each has its own label, and the outer one its own again. */
START_TEST(test_labels)
{
	static const uint32_t answer = 1;

	start();
	ck_assert_ptr_null(binder_caller_label());
	binder_set_handler(bs, handler);
	handled.call = true;
	put_call("outer");
	device_double_next_read();
	put_call(NULL);
	device_double_next_read();
	put_reply(&answer, sizeof(answer));
	device_double_next_read();
	device_double.reads[device_double.read_count].error = ECONNRESET;
	device_double_next_read();
	ck_assert_int_eq(binder_loop(bs, handler), -ECONNRESET);
	ck_assert_int_eq(handled.calls, 2);
	ck_assert_str_eq(handled.label, "outer");
	ck_assert_str_eq(handled.label_after, "outer");
	ck_assert_ptr_null(binder_caller_label());
	finish();
}
END_TEST

START_TEST(test_replied)
{
	start();
	binder_set_replied(bs, on_replied);
	put_call(NULL);
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)device_double.reads[0].data,
				 device_double.reads[0].size, handler),
		1);
	ck_assert(handled.replied);
	/* Without a handler nobody has to know. */
	handled.replied = true;
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)device_double.reads[0].data,
				 device_double.reads[0].size, NULL),
		1);
	finish();
}
END_TEST

/* Stopped while a handler waits for a reply: it does not get it, and the thread says so. */
START_TEST(test_stopped_in_call)
{
	start();
	handled.call = handled.stop = true;
	put_call(NULL);
	device_double_next_read();
	device_double_put(BR_NOOP, NULL, 0);
	device_double_next_read();
	ck_assert_int_eq(binder_loop(bs, handler), 0);
	ck_assert_int_eq(handled.result, -ECANCELED);
	ck_assert_int_eq(device_double.thread_exits, 1);
	/* Outside of loops a call of a stopped state goes on as before. */
	device_double_put(BR_NOOP, NULL, 0);
	device_double_next_read();
	put_reply(NULL, 0);
	device_double_next_read();
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 2), 0);
	finish();
}
END_TEST

START_TEST(test_buffers_sent)
{
	static const char text[] = "some text";
	struct binder_transaction_data txn;
	struct binder_buffer_object objects[2];
	binder_size_t buffers;
	uint64_t head[2] = {(uintptr_t)text, 9};

	start();
	ck_assert_uint_eq(bio_put_buffer(&msg, head, sizeof(head), BIO_NO_PARENT, 0), 0);
	ck_assert_uint_eq(bio_put_buffer(&msg, text, sizeof(text), 0, 0), 1);
	put_reply(NULL, 0);
	device_double_next_read();
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 2), 0);
	take_command(BC_TRANSACTION_SG);
	device_double_take(&txn, sizeof(txn));
	device_double_take(&buffers, sizeof(buffers));
	/* Each is rounded up to 8. */
	ck_assert_uint_eq(buffers, 16 + 16);
	ck_assert_uint_eq(txn.data_size, 2 * sizeof(*objects));
	ck_assert_uint_eq(txn.offsets_size, 2 * sizeof(binder_size_t));
	memcpy(objects, (const void *)(uintptr_t)txn.data.ptr.buffer, sizeof(objects));
	ck_assert_uint_eq(objects[0].hdr.type, BINDER_TYPE_PTR);
	ck_assert_uint_eq(objects[0].flags, 0);
	ck_assert_uint_eq(objects[0].length, 16);
	ck_assert_uint_eq(objects[1].flags, BINDER_BUFFER_FLAG_HAS_PARENT);
	ck_assert_uint_eq(objects[1].parent, 0);
	ck_assert_uint_eq(objects[1].parent_offset, 0);
	ck_assert_uint_eq(objects[1].buffer, (uintptr_t)text);
	ck_assert_uint_eq(device_double.written_size, 0);
	finish();
}
END_TEST

static int buffer_handler(struct binder_state *state, struct binder_transaction_data *txn,
	struct binder_io *in, struct binder_io *out)
{
	static const uint64_t value = 5;

	(void)state;
	(void)txn;
	(void)in;
	bio_put_buffer(out, &value, sizeof(value), BIO_NO_PARENT, 0);
	return 0;
}

START_TEST(test_buffers_replied)
{
	struct binder_transaction_data txn;
	binder_size_t buffers;

	start();
	put_call(NULL);
	ck_assert_int_eq(binder_parse(bs, NULL, (uintptr_t)device_double.reads[0].data,
				 device_double.reads[0].size, buffer_handler),
		1);
	take_command(BC_FREE_BUFFER);
	skip(sizeof(binder_uintptr_t));
	take_command(BC_REPLY_SG);
	device_double_take(&txn, sizeof(txn));
	device_double_take(&buffers, sizeof(buffers));
	ck_assert_uint_eq(buffers, 8);
	ck_assert_uint_eq(txn.data_size, sizeof(struct binder_buffer_object));
	ck_assert_uint_eq(device_double.written_size, 0);
	finish();
}
END_TEST

/* No room for the object, for its offset, or in any memory. */
START_TEST(test_buffers_overflow)
{
	start();
	bio_init(&msg, memory, 8 + sizeof(struct binder_buffer_object) - 4, 1);
	ck_assert_uint_eq(bio_put_buffer(&msg, memory, 1, BIO_NO_PARENT, 0), BIO_NO_PARENT);
	ck_assert(msg.flags & BIO_F_OVERFLOW);
	bio_init(&msg, memory, sizeof(memory), 0);
	ck_assert_uint_eq(bio_put_buffer(&msg, memory, 1, BIO_NO_PARENT, 0), BIO_NO_PARENT);
	bio_init(&msg, memory, sizeof(memory), 2);
	ck_assert_uint_eq(bio_put_buffer(&msg, memory, SIZE_MAX, BIO_NO_PARENT, 0), BIO_NO_PARENT);
	ck_assert_int_eq(binder_call(bs, &msg, &reply, 1, 2), -EOVERFLOW);
	finish();
}
END_TEST

START_TEST(test_buffers_received)
{
	static const char text[] = "text";
	struct binder_buffer_object object = {
		.hdr.type = BINDER_TYPE_PTR,
		.buffer = (uintptr_t)text,
		.length = sizeof(text),
	};
	binder_size_t offset = 0;
	struct binder_transaction_data txn = {
		.data_size = sizeof(object),
		.offsets_size = sizeof(offset),
		.data.ptr.buffer = (uintptr_t)&object,
		.data.ptr.offsets = (uintptr_t)&offset,
	};
	size_t size;

	start();
	bio_init_from_txn(&reply, &txn);
	ck_assert_ptr_eq(bio_get_buffer(&reply, &size), text);
	ck_assert_uint_eq(size, sizeof(text));
	ck_assert_ptr_null(bio_get_buffer(&reply, &size));
	ck_assert(reply.flags & BIO_F_OVERFLOW);
	/* What the driver does not list is a sender's invention. */
	txn.offsets_size = 0;
	bio_init_from_txn(&reply, &txn);
	ck_assert_ptr_null(bio_get_buffer(&reply, &size));
	ck_assert_uint_eq(size, 0);
	txn.offsets_size = sizeof(offset);
	object.hdr.type = BINDER_TYPE_FDA;
	bio_init_from_txn(&reply, &txn);
	ck_assert_ptr_null(bio_get_buffer(&reply, &size));
	finish();
}
END_TEST

int main(void)
{
	static const TTest **const tests[] = {&test_manager_flags, &test_labels, &test_replied,
		&test_stopped_in_call, &test_buffers_sent, &test_buffers_replied,
		&test_buffers_overflow, &test_buffers_received};

	return suite_run("classic/manager", tests, sizeof(tests) / sizeof(*tests));
}
