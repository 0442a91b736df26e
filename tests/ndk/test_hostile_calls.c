/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Calls of peers that keep to no rules: arbitrary bytes and objects to every code, drawn from a
 * generator that draws the same each time. The service reads them in every way that there is,
 * answers each, and has nothing of them afterwards.
 */

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_process.h>
#include <android/binder_shell.h>
#include <android/persistable_bundle.h>

#include "lib/ndk/answer.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/plain.h"
#include "ndk/raw.h"
#include "ndk/suite.h"
#include "util/log.h"

#define SLOT 1
#define DESCRIPTOR "binderd.test.IVictim"
#define OWN 0x5000
#define ROUNDS 300
#define OBJECTS_MAX 6

/* What the service does with what it gets. */
enum victim_code {
	VICTIM_READ = FIRST_CALL_TRANSACTION, /* all kinds of values, in turn */
	VICTIM_RETURN,			      /* a copy of all */
	VICTIM_KEEP,			      /* a copy, written to and dropped */
	VICTIM_OBJECTS,			      /* an object or a descriptor at each word */
	VICTIM_COUNT,			      /* returns how often its object is held */
	VICTIM_MARK,			      /* counted */
	VICTIM_MARKS,			      /* returns the count */
	VICTIM_END,
};

static struct peer manager, service;

static bool alloc_text(void *data, int32_t length, char **text)
{
	char **kept = data;

	free(*kept);
	*kept = length > 0 ? malloc((size_t)length) : NULL;
	if (text)
		*text = *kept;
	return true;
}

static bool alloc_texts(void *data, int32_t length)
{
	(void)data;
	/* The count was compared with what is there. */
	return length < 1024;
}

static bool alloc_element(void *data, size_t index, int32_t length, char **text)
{
	(void)index;
	return alloc_text(data, length, text);
}

static bool alloc_longs(void *data, int32_t length, int64_t **out)
{
	void **kept = data;

	free(*kept);
	*kept = *out = length > 0 ? calloc((size_t)length, sizeof(**out)) : NULL;
	return length < 1024;
}

static bool alloc_bytes(void *data, int32_t length, int8_t **out)
{
	return alloc_longs(data, length, (int64_t **)out);
}

static bool alloc_chars(void *data, int32_t length, char16_t **out)
{
	return alloc_longs(data, length, (int64_t **)out);
}

static binder_status_t read_element(const AParcel *in, void *data, size_t index)
{
	int32_t value;

	(void)data;
	(void)index;
	return AParcel_readInt32(in, &value);
}

/* One of each, from where the last one ended: what it returns does not matter. */
static void read_values(const AParcel *in)
{
	APersistableBundle *bundle = NULL;
	AStatus *status = NULL;
	AIBinder *object = NULL;
	void *kept = NULL;
	int fd = -1;

	if (AParcel_readStatusHeader(in, &status) == STATUS_OK)
		AStatus_delete(status);
	AParcel_readString(in, &kept, alloc_text);
	AParcel_readStringArray(in, &kept, alloc_texts, alloc_element);
	AParcel_readInt64Array(in, &kept, alloc_longs);
	AParcel_readByteArray(in, &kept, alloc_bytes);
	AParcel_readCharArray(in, &kept, alloc_chars);
	AParcel_readParcelableArray(in, NULL, alloc_texts, read_element);
	if (APersistableBundle_readFromParcel(in, &bundle) == STATUS_OK)
		APersistableBundle_delete(bundle);
	if (AParcel_readStrongBinder(in, &object) == STATUS_OK && object)
		AIBinder_decStrong(object);
	if (AParcel_readParcelFileDescriptor(in, &fd) == STATUS_OK && fd >= 0)
		close(fd);
	free(kept);
}

static void read_objects(const AParcel *in)
{
	for (int32_t at = 0; at < AParcel_getDataSize(in); at += 4) {
		AIBinder *object = NULL;
		int fd = -1;

		AParcel_setDataPosition(in, at);
		if (AParcel_readStrongBinder(in, &object) == STATUS_OK && object) {
			AIBinder_isAlive(object);
			AIBinder_decStrong(object);
		}
		AParcel_setDataPosition(in, at);
		if (AParcel_readParcelFileDescriptor(in, &fd) == STATUS_OK && fd >= 0)
			close(fd);
		AParcel_setDataPosition(in, 0);
	}
}

static void keep_copy(const AParcel *in)
{
	AParcel *copy = AParcel_create();

	AParcel_appendFrom(in, copy, 0, AParcel_getDataSize(in));
	AParcel_appendFrom(copy, copy, 0, AParcel_getDataSize(copy));
	for (int32_t at = 0; at < AParcel_getDataSize(copy); at += 8) {
		AParcel_setDataPosition(copy, at);
		AParcel_writeInt32(copy, -1);
	}
	AParcel_delete(copy);
}

static binder_status_t on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	static int32_t marks;

	switch (code) {
	case VICTIM_READ:
		for (int32_t at = 0; at < AParcel_getDataSize(in); at += 4) {
			AParcel_setDataPosition(in, at);
			read_values(in);
		}
		return STATUS_OK;
	case VICTIM_RETURN:
		return AParcel_appendFrom(in, out, 0, AParcel_getDataSize(in));
	case VICTIM_KEEP:
		keep_copy(in);
		return STATUS_OK;
	case VICTIM_OBJECTS:
		read_objects(in);
		return STATUS_OK;
	case VICTIM_COUNT:
		return AParcel_writeInt32(out, AIBinder_debugGetRefCount(binder));
	case VICTIM_MARK:
		marks++;
		return STATUS_OK;
	case VICTIM_MARKS:
		return AParcel_writeInt32(out, marks);
	default:
		return STATUS_UNKNOWN_TRANSACTION;
	}
}

static binder_status_t on_dump(AIBinder *binder, int fd, const char **args, uint32_t count)
{
	(void)binder;
	for (uint32_t i = 0; i < count; i++)
		peer_check(strlen(args[i]) < 1024);
	return fcntl(fd, F_GETFD) >= 0 ? STATUS_OK : STATUS_BAD_VALUE;
}

static binder_status_t on_command(
	AIBinder *binder, int in, int out, int err, const char **args, uint32_t count)
{
	peer_check(in >= 0 && err >= 0);
	return on_dump(binder, out, args, count);
}

static void serve(int fd)
{
	AIBinder_Class *clazz = plain_class(DESCRIPTOR, on_transact);
	AIBinder *object, *ext;

	AIBinder_Class_setOnDump(clazz, on_dump);
	AIBinder_Class_setHandleShellCommand(clazz, on_command);
	object = AIBinder_new(clazz, NULL);
	ext = AIBinder_new(clazz, NULL);
	AIBinder_setExtension(object, ext);
	manager_put(SLOT, object);
	ABinderProcess_setThreadPoolMaxThreadCount(0);
	/* What is noted of each refusal fills the log. */
	log_set_level((enum log_level)0);
	peer_serve(fd);
}

static void setup(void)
{
	manager = peer_start_manager();
	service = peer_start_service(serve);
}

static void teardown(void)
{
	peer_kill(&service);
	peer_kill(&manager);
}

/* The peer, and what it draws from. */
static struct {
	struct raw raw;
	uint32_t handle; /* of the service's object */
	uint64_t state;
} draw = {.state = 0x9e3779b97f4a7c15u};

static uint32_t draw_number(uint32_t below)
{
	draw.state ^= draw.state << 13;
	draw.state ^= draw.state >> 7;
	draw.state ^= draw.state << 17;
	return (uint32_t)(draw.state >> 32) % below;
}

static uint32_t draw_word(void)
{
	static const uint32_t words[] = {0, 0, 0, 1, 1, 2, 3, 4, 8, 0xff, 0xffffffff, 0x7fffffff,
		0x80000000, 0xfffffff8, 0xffffff80, 0xffffff7f, 0x4c444e44, 25, 0x0c, 0x40000000};
	const uint32_t count = sizeof(words) / sizeof(words[0]);
	uint32_t index = draw_number(count + 2);

	return index < count ? words[index] : draw_number(UINT32_MAX);
}

static struct flat_binder_object draw_object(void)
{
	static const uint32_t types[] = {BINDER_TYPE_BINDER, BINDER_TYPE_WEAK_BINDER,
		BINDER_TYPE_HANDLE, BINDER_TYPE_WEAK_HANDLE, BINDER_TYPE_FD};
	struct flat_binder_object flat = {.hdr.type = types[draw_number(5)], .flags = 0x100};

	switch (flat.hdr.type) {
	case BINDER_TYPE_BINDER:
	case BINDER_TYPE_WEAK_BINDER:
		flat.binder = flat.cookie = OWN + 16 * draw_number(3);
		break;
	case BINDER_TYPE_FD:
		flat.handle = draw_number(2);
		break;
	default:
		flat.handle = draw_number(8) ? draw.handle : 0;
	}
	return flat;
}

/* Bytes and objects of the kinds that are translated in place. */
struct draft {
	uint8_t data[1024];
	binder_size_t offsets[OBJECTS_MAX];
	size_t size, count;
};

static void draft_word(struct draft *draft, uint32_t word)
{
	memcpy(draft->data + draft->size, &word, 4);
	draft->size += 4;
}

static void draft_words(struct draft *draft, uint32_t most)
{
	for (uint32_t left = draw_number(most + 1); left > 0; left--)
		draft_word(draft, draw_word());
}

static void draft_object(struct draft *draft)
{
	struct flat_binder_object flat = draw_object();

	/* As a descriptor is preceded and a binder followed, mostly. */
	if (draw_number(2)) {
		draft_word(draft, 1);
		draft_word(draft, draw_number(2));
	}
	draft->offsets[draft->count++] = draft->size;
	memcpy(draft->data + draft->size, &flat, sizeof(flat));
	draft->size += sizeof(flat);
	if (draw_number(2))
		draft_word(draft, 0x0c);
}

static void draft_fill(struct draft *draft)
{
	draft->size = draft->count = 0;
	if (draw_number(8))
		draft->size += raw_token(draft->data, DESCRIPTOR);
	draft_words(draft, 8);
	while (draft->count < OBJECTS_MAX && draw_number(3)) {
		draft_object(draft);
		draft_words(draft, 4);
	}
	if (draw_number(2))
		draft->size += raw_string(draft->data + draft->size, "text", 4);
	draft_words(draft, 8);
	/* A size of any number of bytes, as long as no object is cut. */
	if (!draft->count)
		draft->size -= draft->size ? draw_number(4) : 0;
}

/* A reply's buffer, and what came with it. */
static void drop_reply(const struct binder_transaction_data *reply)
{
	const binder_size_t *offsets = (const binder_size_t *)(uintptr_t)reply->data.ptr.offsets;
	struct binder_fd_object file;

	for (size_t i = 0; i < reply->offsets_size / sizeof(*offsets); i++) {
		memcpy(&file, (const uint8_t *)(uintptr_t)reply->data.ptr.buffer + offsets[i],
			sizeof(file));
		if (file.hdr.type == BINDER_TYPE_FD)
			close((int)file.fd);
	}
	raw_free(&draw.raw, reply->data.ptr.buffer);
}

static void send_draft(uint32_t code, const struct draft *draft, uint32_t flags)
{
	struct raw_parcel parcel = {
		.data = draft->data,
		.size = draft->size,
		.offsets = draft->offsets,
		.count = draft->count,
		.flags = TF_ACCEPT_FDS | flags | (draw_number(4) ? 0 : TF_CLEAR_BUF),
	};
	struct binder_transaction_data reply;
	uint32_t command = raw_call(&draw.raw, draw.handle, code, &parcel, &reply);

	ck_assert_msg(command == BR_FAILED_REPLY ||
			      command == (flags & TF_ONE_WAY ? BR_TRANSACTION_COMPLETE : BR_REPLY),
		"code 0x%x was answered by 0x%x", code, command);
	if (command == BR_REPLY)
		drop_reply(&reply);
}

/* One word, in answer to a call that is right. */
static uint32_t ask(uint32_t code)
{
	struct binder_transaction_data reply;
	struct draft draft;
	uint32_t word;

	draft.size = raw_token(draft.data, DESCRIPTOR);
	ck_assert_uint_eq(
		raw_call(&draw.raw, draw.handle, code,
			&(struct raw_parcel){draft.data, draft.size, NULL, 0, 0, 0}, &reply),
		BR_REPLY);
	ck_assert(!(reply.flags & TF_STATUS_CODE));
	ck_assert_uint_ge(reply.data_size, 4);
	memcpy(&word, (const void *)(uintptr_t)reply.data.ptr.buffer, 4);
	drop_reply(&reply);
	return word;
}

static const uint32_t codes[] = {ANSWER_PING, ANSWER_START_RECORDING, ANSWER_STOP_RECORDING,
	ANSWER_DUMP, ANSWER_SHELL_COMMAND, ANSWER_INTERFACE, ANSWER_SYSPROPS, ANSWER_EXTENSION,
	ANSWER_DEBUG_PID, ANSWER_SET_RPC_CLIENT, VICTIM_READ, VICTIM_RETURN, VICTIM_KEEP,
	VICTIM_OBJECTS, VICTIM_END, 0, LAST_CALL_TRANSACTION + 1, UINT32_MAX};

/* Oneway calls are done one after the other: this one when all before it are. */
static void await_oneway(void)
{
	uint32_t marks = ask(VICTIM_MARKS);
	uint8_t token[128];
	struct raw_parcel parcel = {
		.data = token, .size = raw_token(token, DESCRIPTOR), .flags = TF_ONE_WAY};

	ck_assert_uint_eq(raw_call(&draw.raw, draw.handle, VICTIM_MARK, &parcel, NULL),
		BR_TRANSACTION_COMPLETE);
	while (ask(VICTIM_MARKS) == marks)
		;
}

static void send_drafts(int rounds)
{
	struct draft draft;

	while (rounds-- > 0) {
		for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
			draft_fill(&draft);
			send_draft(codes[i], &draft, draw_number(8) ? 0 : TF_ONE_WAY);
		}
		await_oneway();
	}
	ck_assert_uint_eq(ask(ANSWER_DEBUG_PID), (uint32_t)service.pid);
}

/* Also finds out what the device library opens for good with the first descriptor that comes. */
static void start(void)
{
	raw_open(&draw.raw);
	draw.handle = raw_get(&draw.raw, SLOT);
	send_drafts(8);
}

START_TEST(arbitrary_bytes_to_every_code)
{
	uint32_t count;
	int files;

	start();
	count = ask(VICTIM_COUNT);
	files = peer_count_files(service.pid);
	send_drafts(ROUNDS);
	ck_assert_uint_eq(ask(VICTIM_COUNT), count);
	ck_assert_int_eq(peer_count_files(service.pid), files);
}
END_TEST

/* Objects that libbinder does not know, with descriptors in them. */
static void send_others(uint32_t code)
{
	struct {
		uint32_t before[2];
		struct binder_buffer_object buffer;
		struct binder_fd_array_object array;
		struct binder_fd_object file;
	} data;
	static const binder_size_t offsets[] = {offsetof(typeof(data), buffer),
		offsetof(typeof(data), array), offsetof(typeof(data), file)};
	struct raw_parcel parcel = {&data, sizeof(data), offsets, 3, 0, TF_ACCEPT_FDS};
	struct binder_transaction_data reply;
	uint32_t files[4] = {0};

	memset(&data, 0, sizeof(data));
	data.buffer.hdr.type = BINDER_TYPE_PTR;
	data.buffer.buffer = (uintptr_t)files;
	data.buffer.length = parcel.buffers = sizeof(files);
	data.array.hdr.type = BINDER_TYPE_FDA;
	data.array.num_fds = 4;
	data.file.hdr.type = BINDER_TYPE_FD;
	ck_assert_uint_eq(raw_call(&draw.raw, draw.handle, code, &parcel, &reply), BR_REPLY);
	drop_reply(&reply);
}

START_TEST(descriptors_in_other_objects)
{
	int files;

	start();
	files = peer_count_files(service.pid);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		send_others(codes[i]);
	ck_assert_uint_eq(ask(ANSWER_DEBUG_PID), (uint32_t)service.pid);
	ck_assert_int_eq(peer_count_files(service.pid), files);
}
END_TEST

static const struct suite_test tests[] = {
	{&arbitrary_bytes_to_every_code, 0},
	{&descriptors_in_other_objects, 0},
};

int main(void)
{
	return suite_run("hostile calls", tests, SUITE_COUNT(tests), setup, teardown);
}
