// SPDX-License-Identifier: Apache-2.0
/*
 * Parcels between processes: everything that one can carry, there and back through the driver.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_parcel.h>
#include <android/persistable_bundle.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "lib/ndk/parcel.h"
#include "lib/ndk/process.h"
#include "lib/ndk/proxy.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/plain.h"
#include "ndk/suite.h"

#define MIRROR_DESCRIPTOR "binderd.test.IMirror"

enum mirror_code {
	MIRROR_SAME = FIRST_CALL_TRANSACTION, /* anything: the same */
	MIRROR_WRITTEN, /* anything: the same, written to in between, and an int 7 */
	MIRROR_FILES,	/* how many pipes the service has */
	MIRROR_OBJECTS, /* how many objects the call brought */
};

static struct peer manager, service;
static const AIBinder_Class *mirror_class;

/* Pipes alone, which is what is sent here: the library opens and closes others as it likes. */
static int mirror_count_files(void)
{
	char name[32], link[8];
	int count = 0;

	for (int fd = 0; fd < 256; fd++) {
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		if (readlink(name, link, sizeof(link)) == sizeof(link) &&
			memcmp(link, "pipe:", 5) == 0)
			count++;
	}
	return count;
}

static binder_status_t mirror_call(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	int32_t start = AParcel_getDataPosition(in), size = AParcel_getDataSize(in);

	(void)binder;
	switch (code) {
	case MIRROR_WRITTEN:
		AParcel_setDataPosition(in, size);
		peer_check(AParcel_writeInt32((AParcel *)in, 7) == STATUS_OK);
		size += 4;
		return AParcel_appendFrom(in, out, start, size - start);
	case MIRROR_SAME:
		return AParcel_appendFrom(in, out, start, size - start);
	case MIRROR_FILES:
		return AParcel_writeInt32(out, mirror_count_files());
	case MIRROR_OBJECTS:
		return AParcel_writeInt32(out, (int32_t)parcel_offset_count(in));
	default:
		return STATUS_UNKNOWN_TRANSACTION;
	}
}

static const AIBinder_Class *mirror_define(void)
{
	if (!mirror_class)
		mirror_class = plain_class(MIRROR_DESCRIPTOR, mirror_call);
	return mirror_class;
}

static void serve(int fd)
{
	AIBinder *mirror = AIBinder_new(mirror_define(), NULL);

	manager_put(1, mirror);
	AIBinder_decStrong(mirror);
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

static AIBinder *get_mirror(void)
{
	AIBinder *mirror = manager_get(1);

	ck_assert_ptr_nonnull(mirror);
	ck_assert(AIBinder_associateClass(mirror, mirror_define()));
	return mirror;
}

static AParcel *mirror_begin(AIBinder *mirror)
{
	AParcel *parcel;

	ck_assert_int_eq(AIBinder_prepareTransaction(mirror, &parcel), STATUS_OK);
	return parcel;
}

static AParcel *mirror_ask(AIBinder *mirror, enum mirror_code code, AParcel *in, uint32_t flags)
{
	AParcel *out = NULL;

	ck_assert_int_eq(AIBinder_transact(mirror, code, &in, &out, flags), STATUS_OK);
	ck_assert_ptr_nonnull(out);
	return out;
}

static int32_t mirror_ask_int(AIBinder *mirror, enum mirror_code code)
{
	AParcel *out = mirror_ask(mirror, code, mirror_begin(mirror), 0);
	int32_t value;

	ck_assert_int_eq(AParcel_readInt32(out, &value), STATUS_OK);
	AParcel_delete(out);
	return value;
}

/* Memory for anything that is read. */
struct target {
	void *data;
	int32_t length;
};

static bool target_text(void *data, int32_t length, char **out)
{
	struct target *target = data;

	target->length = length;
	if (length >= 0)
		*out = target->data = malloc((size_t)length);
	return true;
}

static bool target_bytes(void *data, int32_t length, int8_t **out)
{
	struct target *target = data;

	target->length = length;
	*out = target->data = length > 0 ? malloc((size_t)length) : NULL;
	return true;
}

static bool target_longs(void *data, int32_t length, int64_t **out)
{
	struct target *target = data;

	target->length = length;
	*out = target->data = length > 0 ? calloc((size_t)length, sizeof(**out)) : NULL;
	return true;
}

START_TEST(values_come_back)
{
	static const int64_t longs[] = {INT64_MIN, 0, INT64_MAX};
	AIBinder *mirror = get_mirror();
	AParcel *parcel = mirror_begin(mirror);
	struct target text, array;
	double number;
	char16_t unit;
	bool truth;

	AParcel_writeBool(parcel, true);
	AParcel_writeChar(parcel, 0x20ac);
	AParcel_writeDouble(parcel, 0.25);
	AParcel_writeString(parcel, "gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x98\x80", 12);
	AParcel_writeString(parcel, NULL, -1);
	AParcel_writeInt64Array(parcel, longs, 3);
	parcel = mirror_ask(mirror, MIRROR_SAME, parcel, 0);
	ck_assert_int_eq(AParcel_readBool(parcel, &truth), STATUS_OK);
	ck_assert_int_eq(AParcel_readChar(parcel, &unit), STATUS_OK);
	ck_assert_int_eq(AParcel_readDouble(parcel, &number), STATUS_OK);
	ck_assert(truth && unit == 0x20ac && number == 0.25);
	ck_assert_int_eq(AParcel_readString(parcel, &text, target_text), STATUS_OK);
	ck_assert_str_eq(text.data, "gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x98\x80");
	free(text.data);
	ck_assert_int_eq(AParcel_readString(parcel, &text, target_text), STATUS_OK);
	ck_assert_int_eq(text.length, -1);
	ck_assert_int_eq(AParcel_readInt64Array(parcel, &array, target_longs), STATUS_OK);
	ck_assert_mem_eq(array.data, longs, sizeof(longs));
	free(array.data);
	AParcel_delete(parcel);
	AIBinder_decStrong(mirror);
}
END_TEST

START_TEST(a_bundle_comes_back)
{
	AIBinder *mirror = get_mirror();
	AParcel *parcel = mirror_begin(mirror);
	APersistableBundle *bundle = APersistableBundle_new(), *back = NULL;

	APersistableBundle_putString(bundle, "name", "value");
	APersistableBundle_putIntVector(bundle, "list", (const int32_t[]){1, 2, 3}, 3);
	APersistableBundle_putPersistableBundle(bundle, "inner", bundle);
	ck_assert_int_eq(APersistableBundle_writeToParcel(bundle, parcel), STATUS_OK);
	parcel = mirror_ask(mirror, MIRROR_SAME, parcel, 0);
	ck_assert_int_eq(APersistableBundle_readFromParcel(parcel, &back), STATUS_OK);
	ck_assert(APersistableBundle_isEqual(bundle, back));
	APersistableBundle_delete(bundle);
	APersistableBundle_delete(back);
	AParcel_delete(parcel);
	AIBinder_decStrong(mirror);
}
END_TEST

/* Nearly all that the receive area holds. */
START_TEST(a_large_parcel_comes_back)
{
	int32_t size = 1000000;
	AIBinder *mirror = get_mirror();
	int8_t *bytes = malloc((size_t)size);
	struct target got;

	for (int32_t i = 0; i < size; i++)
		bytes[i] = (int8_t)(i * 7 + i / 251);
	for (int round = 0; round < 3; round++) {
		AParcel *parcel = mirror_begin(mirror);

		ck_assert_int_eq(AParcel_writeByteArray(parcel, bytes, size), STATUS_OK);
		parcel = mirror_ask(mirror, MIRROR_SAME, parcel, round == 2 ? FLAG_CLEAR_BUF : 0);
		ck_assert_int_eq(AParcel_readByteArray(parcel, &got, target_bytes), STATUS_OK);
		ck_assert_int_eq(got.length, size);
		ck_assert_int_eq(memcmp(got.data, bytes, (size_t)size), 0);
		free(got.data);
		AParcel_delete(parcel);
	}
	free(bytes);
	AIBinder_decStrong(mirror);
}
END_TEST

/* A descriptor whose other end hears what is written to it. */
static void write_file(AParcel *parcel, int *end)
{
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(AParcel_writeParcelFileDescriptor(parcel, fds[1]), STATUS_OK);
	close(fds[1]);
	*end = fds[0];
}

static void read_file(const AParcel *parcel, int end)
{
	char byte = 0;
	int fd = -1;

	ck_assert_int_eq(AParcel_readParcelFileDescriptor(parcel, &fd), STATUS_OK);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(write(fd, "x", 1), 1);
	close(fd);
	ck_assert_int_eq(read(end, &byte, 1), 1);
	ck_assert_int_eq(byte, 'x');
}

/* Waits until all ends of a pipe but @end are closed, here and there: then the file has ended. */
static void is_alone(int end)
{
	char byte;

	ck_assert_int_eq(read(end, &byte, 1), 0);
	close(end);
}

#define OBJECTS 100
#define FILES 20

/* Objects of ours, of the other side, null and descriptors, numbers between them. */
static void write_objects(AParcel *parcel, AIBinder *mirror, AIBinder **objects, int *ends)
{
	for (int32_t i = 0; i < OBJECTS; i++) {
		objects[i] = AIBinder_new(mirror_define(), NULL);
		ck_assert_int_eq(AParcel_writeInt32(parcel, i), STATUS_OK);
		ck_assert_int_eq(AParcel_writeStrongBinder(parcel, objects[i]), STATUS_OK);
		ck_assert_int_eq(
			AParcel_writeStrongBinder(parcel, i % 2 ? mirror : NULL), STATUS_OK);
		if (i < FILES)
			write_file(parcel, &ends[i]);
	}
}

static void read_objects(const AParcel *parcel, AIBinder *mirror, AIBinder **objects, int *ends)
{
	AIBinder *out;
	int32_t value;

	for (int32_t i = 0; i < OBJECTS; i++) {
		ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_OK);
		ck_assert_int_eq(value, i);
		ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
		ck_assert_ptr_eq(out, objects[i]);
		AIBinder_decStrong(out);
		ck_assert_int_eq(AParcel_readStrongBinder(parcel, &out), STATUS_OK);
		ck_assert_ptr_eq(out, i % 2 ? mirror : NULL);
		if (out)
			AIBinder_decStrong(out);
		if (i < FILES)
			read_file(parcel, ends[i]);
	}
}

START_TEST(objects_and_descriptors_come_back)
{
	AIBinder *mirror = get_mirror(), *objects[OBJECTS];
	int ends[FILES], here, there = mirror_ask_int(mirror, MIRROR_FILES);
	AParcel *parcel = mirror_begin(mirror);

	here = mirror_count_files();
	write_objects(parcel, mirror, objects, ends);
	parcel = mirror_ask(mirror, MIRROR_SAME, parcel, 0);
	read_objects(parcel, mirror, objects, ends);
	AParcel_delete(parcel);
	for (size_t i = 0; i < FILES; i++)
		is_alone(ends[i]);
	ck_assert_int_eq(mirror_ask_int(mirror, MIRROR_FILES), there);
	ck_assert_int_eq(mirror_count_files(), here);
	for (size_t i = 0; i < OBJECTS; i++)
		AIBinder_decStrong(objects[i]);
	AIBinder_decStrong(mirror);
}
END_TEST

/* On both sides: the service writes to what it received, and so does the caller to the answer. */
/* What is mapped at an address, by its name; "" for memory that has none. */
static void mapping_of(const void *address, char *name, size_t size)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	char line[512], what[256];

	ck_assert_ptr_nonnull(maps);
	*name = '\0';
	while (fgets(line, sizeof(line), maps)) {
		*what = '\0';
		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %255s", &from, &to, what) >= 2 &&
			(uintptr_t)address >= from && (uintptr_t)address < to)
			snprintf(name, size, "%s", what);
	}
	fclose(maps);
}

/*
 * The driver copies a parcel from there into the receiver's area, and nobody copies it before. (A
 * kernel's driver copies from any memory.)
 */
START_TEST(a_parcel_is_built_where_it_is_sent_from)
{
	const int32_t size = 1 << 20, step = 1000;
	AIBinder *mirror = get_mirror();
	int8_t *bytes = calloc(1, (size_t)size);
	const void *was = NULL;
	char name[256];
	AParcel *in;
	int moves = 0;

	ck_assert_ptr_nonnull(bytes);
	ck_assert_int_eq(AIBinder_prepareTransaction(mirror, &in), STATUS_OK);
	ck_assert_int_eq(AParcel_writeByteArray(in, bytes, size), STATUS_OK);
	mapping_of(parcel_data(in), name, sizeof(name));
	if (binderd_is_device(process_fd()))
		ck_assert_str_eq(name, "/memfd:binderd-arena");
	AParcel_delete(in);
	/* One that grows bit by bit moves the fewer times the larger it is. */
	ck_assert_int_eq(AIBinder_prepareTransaction(mirror, &in), STATUS_OK);
	for (int32_t i = 0; i < size / step; i++) {
		ck_assert_int_eq(AParcel_writeByteArray(in, bytes, step - 4), STATUS_OK);
		moves += parcel_data(in) != was;
		was = parcel_data(in);
	}
	ck_assert_int_le(moves, 30);
	mapping_of(parcel_data(in), name, sizeof(name));
	if (binderd_is_device(process_fd()))
		ck_assert_str_eq(name, "/memfd:binderd-arena");
	AParcel_delete(in);
	free(bytes);
	AIBinder_decStrong(mirror);
}
END_TEST

START_TEST(received_parcels_can_be_written)
{
	AIBinder *mirror = get_mirror(), *objects[OBJECTS];
	int ends[FILES], there = mirror_ask_int(mirror, MIRROR_FILES);
	AParcel *parcel = mirror_begin(mirror);
	int32_t value;

	write_objects(parcel, mirror, objects, ends);
	parcel = mirror_ask(mirror, MIRROR_WRITTEN, parcel, 0);
	AParcel_setDataPosition(parcel, AParcel_getDataSize(parcel));
	ck_assert_int_eq(AParcel_writeInt32(parcel, 8), STATUS_OK);
	parcel_rewind(parcel);
	read_objects(parcel, mirror, objects, ends);
	for (int32_t i = 7; i <= 8; i++) {
		ck_assert_int_eq(AParcel_readInt32(parcel, &value), STATUS_OK);
		ck_assert_int_eq(value, i);
	}
	AParcel_delete(parcel);
	for (size_t i = 0; i < FILES; i++)
		is_alone(ends[i]);
	ck_assert_int_eq(mirror_ask_int(mirror, MIRROR_FILES), there);
	for (size_t i = 0; i < OBJECTS; i++)
		AIBinder_decStrong(objects[i]);
	AIBinder_decStrong(mirror);
}
END_TEST

/* Objects that no parcel of ours can have: a buffer with two descriptors in it. */
struct foreign {
	struct binder_buffer_object parent;
	struct binder_fd_array_object array;
};

/* Reads until the answer is there, and gives it back. Return: its first word, or an errno. */
static int32_t foreign_answer(int fd, const void *command, size_t size)
{
	uint8_t in[256];
	struct binder_write_read bwr = {
		.write_buffer = (uintptr_t)command,
		.write_size = size,
		.read_buffer = (uintptr_t)in,
		.read_size = sizeof(in),
	};
	struct binder_transaction_data txn;
	uint32_t word, free_buffer[3] = {BC_FREE_BUFFER};
	int32_t value = -EPROTO;

	ck_assert_int_eq(binderd_ioctl(fd, BINDER_WRITE_READ, &bwr), 0);
	for (size_t at = 0; value == -EPROTO;) {
		if (at >= bwr.read_consumed) {
			bwr.read_consumed = 0;
			at = 0;
			ck_assert_int_eq(binderd_ioctl(fd, BINDER_WRITE_READ, &bwr), 0);
		}
		memcpy(&word, in + at, sizeof(word));
		if (word == BR_FAILED_REPLY || word == BR_DEAD_REPLY)
			return -EPIPE;
		if (word == BR_REPLY) {
			memcpy(&txn, in + at + 4, sizeof(txn));
			memcpy(&value, (const void *)(uintptr_t)txn.data.ptr.buffer, 4);
			memcpy(&free_buffer[1], &txn.data.ptr.buffer, 8);
		}
		at += 4 + _IOC_SIZE(word);
	}
	bwr = (struct binder_write_read){
		.write_buffer = (uintptr_t)free_buffer,
		.write_size = sizeof(free_buffer),
	};
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_WRITE_READ, &bwr), 0);
	return value;
}

/* A call with @count pairs of descriptors, of which the service is told by the driver alone. */
static int32_t foreign_call(AIBinder *mirror, enum mirror_code code, int *pair)
{
	struct {
		uint32_t command;
		struct binder_transaction_data_sg sg;
	} __attribute__((packed)) call = {.command = BC_TRANSACTION_SG};
	struct foreign objects = {
		.parent = {.hdr.type = BINDER_TYPE_PTR, .buffer = (uintptr_t)pair, .length = 8},
		.array = {.hdr.type = BINDER_TYPE_FDA, .num_fds = 2},
	};
	AParcel *parcel = mirror_begin(mirror);
	size_t token = (parcel_size(parcel) + 7) & ~(size_t)7;
	binder_size_t offsets[] = {token, token + sizeof(objects.parent)};
	uint8_t data[256] = {0};

	ck_assert_uint_le(token + sizeof(objects), sizeof(data));
	memcpy(data, parcel_data(parcel), parcel_size(parcel));
	memcpy(data + token, &objects, sizeof(objects));
	AParcel_delete(parcel);
	call.sg.transaction_data = (struct binder_transaction_data){
		.target.handle = proxy_handle(mirror),
		.code = code,
		.flags = TF_ACCEPT_FDS,
		.data_size = token + sizeof(objects),
		.offsets_size = sizeof(offsets),
		.data.ptr = {.buffer = (uintptr_t)data, .offsets = (uintptr_t)offsets},
	};
	call.sg.buffers_size = 8;
	return foreign_answer(process_fd(), &call, sizeof(call));
}

START_TEST(what_others_send_leaves_no_descriptor_open)
{
	AIBinder *mirror = get_mirror();
	int there = mirror_ask_int(mirror, MIRROR_FILES), pair[2], fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	pair[0] = pair[1] = fds[1];
	/* While the call lasts they are there, and they are no objects. */
	ck_assert_int_eq(foreign_call(mirror, MIRROR_FILES, pair), there + 2);
	ck_assert_int_eq(foreign_call(mirror, MIRROR_OBJECTS, pair), 0);
	for (int i = 0; i < 20; i++)
		foreign_call(mirror, MIRROR_OBJECTS, pair);
	close(fds[1]);
	is_alone(fds[0]);
	ck_assert_int_eq(mirror_ask_int(mirror, MIRROR_FILES), there);
	AIBinder_decStrong(mirror);
}
END_TEST

int main(void)
{
	static const struct suite_test tests[] = {{&values_come_back, 0}, {&a_bundle_comes_back, 0},
		{&a_parcel_is_built_where_it_is_sent_from, 0}, {&a_large_parcel_comes_back, 0},
		{&objects_and_descriptors_come_back, 0}, {&received_parcels_can_be_written, 0},
		{&what_others_send_leaves_no_descriptor_open, 0}};

	return suite_run("ndk-parcels", tests, SUITE_COUNT(tests), setup, teardown);
}
