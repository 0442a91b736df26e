/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a transaction names outside of the command stream: its data, the offsets of its
 * objects, the buffers of BINDER_TYPE_PTR objects and the descriptors in BINDER_TYPE_FD
 * and BINDER_TYPE_FDA objects. The objects are looked at only to find these; judging them
 * is the driver's.
 *
 * A transaction takes one piece of staging memory for all of it, so that it never waits
 * for memory while it holds some. What lies in the arena already is only named.
 */

#include <stdatomic.h>
#include <string.h>

#include <binderd/device.h>

#include "lib/device/hooks.h"
#include "lib/device/stage.h"
#include "lib/device/usermem.h"
#include "util/copy.h"

/* A staged range: what is in segments[index], and where it can be read here. */
struct staged {
	const uint8_t *bytes;
	uint64_t size;
};

/* The transaction's piece of memory. */
struct room {
	size_t offset;
	size_t left;
};

/* Bytes of what is lent; less is copied sooner than it is waited for. */
#define STAGE_LEND_MIN 4096u

static atomic_bool stage_lends;

void binderd_lend_replies(bool lend)
{
	atomic_store(&stage_lends, lend);
}

static uint64_t stage_align(uint64_t size)
{
	return (size + 7) & ~7ull;
}

static bool stage_in_arena(const struct stage *stage, uint64_t address, uint64_t size)
{
	return arena_contains(&stage->call->device->arena, address, size);
}

/* Whether a range can be read where it is: what is read only later has to be a copy. */
static bool stage_in_place(struct stage *stage, uint64_t address, uint64_t size)
{
	if (!stage_in_arena(stage, address, size))
		return false;
	if (!stage->slot_only)
		return true;
	if (size < STAGE_LEND_MIN || !atomic_load_explicit(&stage_lends, memory_order_relaxed))
		return false;
	stage->lent = true;
	return true;
}

/* Copies from the program. Return: bytes, fewer where it is bad; of the arena none is. */
static size_t stage_copy(uint8_t *to, uint64_t address, uint64_t size, bool inside)
{
	if (!inside)
		return usermem_read(to, address, size);
	copy_bytes(to, (const void *)(uintptr_t)address, size);
	return size;
}

static struct staged stage_range(
	struct stage *stage, struct room *room, uint64_t address, uint64_t size)
{
	struct arena *arena = &stage->call->device->arena;
	struct staged staged = {0};
	struct wire_segment *segment;
	bool inside, in_place;

	if (size == 0)
		return staged;
	stage->plain = stage->plain && stage->segments < WIRE_MAX_SEGMENTS;
	if (stage->segments == WIRE_MAX_SEGMENTS)
		return staged;
	segment = &stage->call->channel->segments[stage->segments];
	segment->address = address;
	inside = stage_in_arena(stage, address, size);
	in_place = stage_in_place(stage, address, size);
	if (in_place) {
		segment->offset = address - (uintptr_t)arena->base;
		segment->size = size;
	} else {
		if (stage_align(size) > room->left) {
			stage->plain = false;
			return staged;
		}
		segment->offset = room->offset;
		segment->size = stage_copy(arena->base + room->offset, address, size, inside);
		room->offset += stage_align(size);
		room->left -= stage_align(size);
	}
	staged.bytes = arena->base + segment->offset;
	staged.size = segment->size;
	if (staged.size)
		stage->segments++;
	if (staged.size < size)
		stage->plain = false;
	return staged;
}

static void stage_file(struct stage *stage, uint32_t number)
{
	int *files = stage->call->channel->files;

	if (number > INT32_MAX || device_is_own((int)number) || stage->files == WIRE_MAX_FILES)
		return;
	for (uint32_t i = 0; i < stage->files && i < 64; i++) {
		if (files[i] == (int)number)
			return;
	}
	files[stage->files++] = (int)number;
}

/* The object at @offset, as far as it lies in the data: the rest is zeros. */
static size_t stage_object(
	const struct staged *data, uint64_t offset, void *object, size_t object_size)
{
	size_t size = 0;

	memset(object, 0, object_size);
	if (offset < data->size) {
		size = data->size - offset < object_size ? data->size - offset : object_size;
		memcpy(object, data->bytes + offset, size);
	}
	return size;
}

static uint64_t stage_offset(const struct staged *offsets, uint64_t index)
{
	uint64_t offset = UINT64_MAX;

	if (index < offsets->size / sizeof(offset))
		memcpy(&offset, offsets->bytes + index * sizeof(offset), sizeof(offset));
	return offset;
}

/* What was staged of @address in this message, the last one first. */
static struct staged stage_find(const struct stage *stage, uint64_t address)
{
	const struct channel *channel = stage->call->channel;
	struct staged staged = {0};

	for (uint32_t i = stage->segments; i-- > 0;) {
		if (channel->segments[i].address != address)
			continue;
		staged.bytes = stage->call->device->arena.base + channel->segments[i].offset;
		staged.size = channel->segments[i].size;
		break;
	}
	return staged;
}

static void stage_file_array(struct stage *stage, const struct staged *data,
	const struct staged *offsets, const struct binder_fd_array_object *array)
{
	struct binder_buffer_object parent;
	struct staged buffer;
	uint32_t number;

	if (stage_object(data, stage_offset(offsets, array->parent), &parent, sizeof(parent)) <
			sizeof(parent) ||
		parent.hdr.type != BINDER_TYPE_PTR)
		return;
	buffer = stage_find(stage, parent.buffer);
	for (uint64_t i = 0; i < array->num_fds && i < WIRE_MAX_FILES; i++) {
		uint64_t at = array->parent_offset + i * sizeof(number);

		if (at < array->parent_offset || buffer.size < sizeof(number) ||
			at > buffer.size - sizeof(number))
			break;
		memcpy(&number, buffer.bytes + at, sizeof(number));
		stage_file(stage, number);
	}
}

static void stage_objects(struct stage *stage, struct room *room, const struct staged *data,
	const struct staged *offsets)
{
	union {
		struct binder_object_header hdr;
		struct binder_fd_object fd;
		struct binder_fd_array_object array;
		struct binder_buffer_object buffer;
	} object;

	for (uint64_t i = 0; i < offsets->size / sizeof(uint64_t); i++) {
		uint64_t offset = stage_offset(offsets, i);

		if (stage_object(data, offset, &object, sizeof(object)) < sizeof(object.hdr))
			break;
		switch (object.hdr.type) {
		case BINDER_TYPE_FD:
			stage_file(stage, object.fd.fd);
			break;
		case BINDER_TYPE_FDA:
			stage_file_array(stage, data, offsets, &object.array);
			break;
		case BINDER_TYPE_PTR:
			stage_range(stage, room, object.buffer.buffer, object.buffer.length);
			break;
		default:
			break;
		}
	}
}

/*
 * Bytes of staging memory for all of the transaction; 0 for none, also for what is larger
 * than any area: the driver refuses it before it looks at the memory.
 */
static size_t stage_size(
	struct stage *stage, const struct binder_transaction_data *tr, uint64_t buffers_size)
{
	uint64_t data = tr->data_size;
	uint64_t offsets = tr->offsets_size;

	if (data > ARENA_PIECE_MAX || offsets > ARENA_PIECE_MAX || buffers_size > ARENA_PIECE_MAX ||
		data + offsets + buffers_size > ARENA_PIECE_MAX)
		return 0;
	if (stage_in_place(stage, tr->data.ptr.buffer, data))
		data = 0;
	if (stage_in_place(stage, tr->data.ptr.offsets, offsets))
		offsets = 0;
	return stage_align(data) + stage_align(offsets) + stage_align(buffers_size);
}

bool stage_transaction(
	struct stage *stage, const struct binder_transaction_data *tr, uint64_t buffers_size)
{
	struct channel *channel = stage->call->channel;
	struct staged data, offsets;
	struct room room = {0};
	int64_t offset;

	arena_trim(&stage->call->device->arena);
	if (tr->data_size > ARENA_PIECE_MAX || tr->offsets_size > ARENA_PIECE_MAX) {
		stage->plain = false;
		return true;
	}
	room.left = stage_size(stage, tr, buffers_size);
	if (room.left) {
		offset = arena_stage(&stage->call->device->arena, &channel->slot, &channel->ranges,
			room.left,
			stage->slot_only	    ? ARENA_SLOT_ONLY
			: stage->command_bytes == 0 ? ARENA_WAIT
						    : ARENA_NO_WAIT);
		if (offset < 0)
			return false;
		room.offset = (size_t)offset;
	}
	data = stage_range(stage, &room, tr->data.ptr.buffer, tr->data_size);
	offsets = stage_range(stage, &room, tr->data.ptr.offsets, tr->offsets_size);
	stage_objects(stage, &room, &data, &offsets);
	return true;
}
