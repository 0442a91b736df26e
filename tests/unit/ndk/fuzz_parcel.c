// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: a received parcel, read, moved in and written to by any series of calls.
 *
 * The input is a byte with the number of calls, a byte with the number of objects, two bytes for
 * each call (which, and an argument), two for each object's offset, and the data. Where an offset
 * says that there is an object, this plays the driver: what a driver vouches for (addresses,
 * descriptors, handles) is made good, whatever else is there stays.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/ndk/parcel.h"
#include "ndk/seam_double.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static AIBinder fuzz_binder = {.handle = -1};
static uint32_t fuzz_area[64];

/* What the readers ask memory for: no more than the parcel had. */
struct fuzz_target {
	size_t limit;
	void *memory;
};

static bool fuzz_alloc(struct fuzz_target *target, int32_t length, size_t size, void **out)
{
	if (length < -1 || (length > 0 && (size_t)length * size > target->limit))
		abort();
	free(target->memory);
	target->memory = length > 0 ? malloc((size_t)length * size) : NULL;
	*out = target->memory;
	return length >= 0 || (target->limit & 1);
}

#define FUZZ_ALLOCATOR(name, type)                                           \
	static bool name(void *data, int32_t length, type **out)             \
	{                                                                    \
		void *memory;                                                \
		bool good = fuzz_alloc(data, length, sizeof(type), &memory); \
                                                                             \
		*out = memory;                                               \
		return good;                                                 \
	}

FUZZ_ALLOCATOR(fuzz_alloc_int32, int32_t)
FUZZ_ALLOCATOR(fuzz_alloc_int64, int64_t)
FUZZ_ALLOCATOR(fuzz_alloc_double, double)
FUZZ_ALLOCATOR(fuzz_alloc_char, char16_t)
FUZZ_ALLOCATOR(fuzz_alloc_byte, int8_t)

static bool fuzz_alloc_elements(void *data, int32_t length)
{
	void *unused;

	return fuzz_alloc(data, length, 1, &unused);
}

/* UTF-8 is up to three bytes for each two of UTF-16, and a NUL. */
static bool fuzz_alloc_text(void *data, int32_t length, char **out)
{
	struct fuzz_target *target = data;
	char *text;

	if (length < 0)
		return (target->limit & 1) != 0;
	if (length == 0 || (size_t)length > target->limit * 2 + 1)
		abort();
	text = malloc((size_t)length);
	free(target->memory);
	target->memory = text;
	*out = text;
	return true;
}

static bool fuzz_alloc_text_element(void *data, size_t index, int32_t length, char **out)
{
	(void)index;
	return fuzz_alloc_text(data, length, out);
}

static void fuzz_set_bool(void *data, size_t index, bool value)
{
	((bool *)((struct fuzz_target *)data)->memory)[index] = value;
}

static binder_status_t fuzz_read_element(const AParcel *parcel, void *data, size_t index)
{
	int8_t value;

	(void)data;
	(void)index;
	return AParcel_readByte(parcel, &value);
}

static void fuzz_read_array(const AParcel *parcel, uint8_t kind, struct fuzz_target *target)
{
	switch (kind % 8) {
	case 0:
		AParcel_readInt32Array(parcel, target, fuzz_alloc_int32);
		break;
	case 1:
		AParcel_readInt64Array(parcel, target, fuzz_alloc_int64);
		break;
	case 2:
		AParcel_readDoubleArray(parcel, target, fuzz_alloc_double);
		break;
	case 3:
		AParcel_readCharArray(parcel, target, fuzz_alloc_char);
		break;
	case 4:
		AParcel_readByteArray(parcel, target, fuzz_alloc_byte);
		break;
	case 5:
		AParcel_readBoolArray(parcel, target, fuzz_alloc_elements, fuzz_set_bool);
		break;
	case 6:
		AParcel_readStringArray(
			parcel, target, fuzz_alloc_elements, fuzz_alloc_text_element);
		break;
	default:
		AParcel_readParcelableArray(parcel, target, fuzz_alloc_elements, fuzz_read_element);
	}
}

static void fuzz_read_object(AParcel *parcel, uint8_t kind)
{
	AIBinder *binder = NULL;
	AStatus *status = NULL;
	int fd = -1;
	char *text;

	switch (kind % 6) {
	case 0:
		if (AParcel_readStrongBinder(parcel, &binder) == STATUS_OK)
			AIBinder_decStrong(binder);
		break;
	case 1:
		if (AParcel_readParcelFileDescriptor(parcel, &fd) == STATUS_OK && fd >= 0)
			close(fd);
		break;
	case 2:
		parcel_read_file(parcel);
		break;
	case 3:
		if (AParcel_readStatusHeader(parcel, &status) == STATUS_OK)
			AStatus_delete(status);
		break;
	case 4:
		parcel_read_string(parcel, &text);
		free(text);
		break;
	default:
		parcel_check_token(parcel, "a.b");
	}
}

static void fuzz_write(AParcel *parcel, uint8_t kind, uint8_t argument)
{
	static const uint8_t bytes[64] = {1, 2, 3};
	uint8_t out[64];

	switch (kind % 8) {
	case 0:
		AParcel_writeInt32(parcel, argument);
		break;
	case 1:
		AParcel_writeByteArray(parcel, (const int8_t *)bytes, argument % 64);
		break;
	case 2:
		AParcel_writeStrongBinder(parcel, &fuzz_binder);
		break;
	case 3:
		AParcel_writeString(parcel, "abc\xc3\xa4", 5);
		break;
	case 4:
		AParcel_appendFrom(parcel, parcel, argument / 16 * 4, argument % 16 * 16);
		break;
	case 5:
		AParcel_marshal(parcel, out, argument, argument % 64);
		break;
	case 6:
		AParcel_unmarshal(parcel, bytes, argument % 64);
		break;
	default:
		AParcel_writeParcelFileDescriptor(parcel, argument & 1 ? 0 : -1);
	}
}

static void fuzz_call(AParcel *parcel, uint8_t call, uint8_t argument)
{
	struct fuzz_target target = {.limit = parcel_size(parcel)};
	int64_t value;

	switch (call & 7) {
	case 0:
		AParcel_readInt64(parcel, &value);
		break;
	case 1:
	case 2:
		fuzz_read_array(parcel, argument, &target);
		break;
	case 3:
		AParcel_readString(parcel, &target, fuzz_alloc_text);
		break;
	case 4:
		fuzz_read_object(parcel, argument);
		break;
	case 5:
		AParcel_setDataPosition(parcel, argument * 4);
		break;
	case 6:
		AParcel_setDataPosition(parcel, AParcel_getDataPosition(parcel) + argument % 8);
		break;
	default:
		fuzz_write(parcel, call >> 3, argument);
	}
	free(target.memory);
}

/* What a driver would have put where a sender has an object. */
static void fuzz_vouch(uint8_t *object, size_t size)
{
	struct flat_binder_object flat;
	struct binder_buffer_object buffer;

	if (size < sizeof(flat))
		return;
	memcpy(&flat, object, sizeof(flat));
	switch (flat.hdr.type) {
	case BINDER_TYPE_BINDER:
	case BINDER_TYPE_WEAK_BINDER:
		flat.binder = (uintptr_t)&fuzz_binder.held;
		flat.cookie = (uintptr_t)&fuzz_binder;
		break;
	case BINDER_TYPE_FD:
		flat.binder = 0;
		flat.handle = (uint32_t)dup(0);
		break;
	case BINDER_TYPE_PTR:
		if (size < sizeof(buffer))
			return;
		memcpy(&buffer, object, sizeof(buffer));
		buffer.buffer = (uintptr_t)fuzz_area;
		buffer.length %= sizeof(fuzz_area);
		memcpy(object, &buffer, sizeof(buffer));
		return;
	default:
		return;
	}
	memcpy(object, &flat, sizeof(flat));
}

/* The offsets, ascending and apart as a driver wants them. Return: how many there are. */
static size_t fuzz_offsets(
	const uint8_t *from, size_t count, uint8_t *data, size_t size, binder_size_t *offsets)
{
	size_t least = 0, used = 0;

	for (size_t i = 0; i < count; i++, from += 2) {
		size_t offset = (from[0] | (size_t)from[1] << 8) & ~(size_t)3;

		if (offset < least || offset + sizeof(struct flat_binder_object) > size)
			continue;
		offsets[used++] = offset;
		fuzz_vouch(data + offset, size - offset);
		least = offset + sizeof(struct binder_buffer_object);
	}
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct binder_transaction_data txn = {0};
	binder_size_t offsets[256];
	size_t calls, objects, head;
	AParcel *parcel;
	uint8_t *copy;

	if (size < 2 || size < 2 + 2 * ((size_t)data[0] + data[1]))
		return 0;
	memset(fuzz_area, 0xff, sizeof(fuzz_area));
	calls = data[0];
	head = 2 + 2 * (calls + data[1]);
	copy = malloc(size - head + 1);
	if (!copy)
		abort();
	memcpy(copy, data + head, size - head);
	objects = fuzz_offsets(data + 2 + 2 * calls, data[1], copy, size - head, offsets);
	txn.data.ptr.buffer = (uintptr_t)copy;
	txn.data.ptr.offsets = (uintptr_t)offsets;
	txn.data_size = size - head;
	txn.offsets_size = objects * sizeof(*offsets);
	parcel = parcel_new_received(&txn);
	for (size_t i = 0; i < calls; i++)
		fuzz_call(parcel, data[2 + 2 * i], data[3 + 2 * i]);
	AParcel_delete(parcel);
	free(copy);
	if (fuzz_binder.held || fuzz_binder.strong)
		abort();
	parcel_drop_cache();
	return seam_double.blocks ? abort(), 0 : 0;
}
