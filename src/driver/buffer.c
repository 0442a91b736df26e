/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Best fit in a red-black tree of free buffers ordered by size, equal sizes in the
 * order in which they became free; used buffers in a tree by offset. Which of two
 * equally good buffers is taken shows in the addresses that programs see, so the
 * walk, the splitting and the merging follow the kernel's: the low part of a split
 * is handed out, and of merged neighbours the lower one's record survives.
 *
 * A record keeps the pid of its last sender while it is free. The check for spam
 * runs before the new sender is written down, so it counts the buffer being
 * allocated only if its record was last this sender's: so does Linux 7.2.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/backing.h"
#include "driver/buffer.h"
#include "driver/charge.h"
#include "driver/proc.h"
#include "driver/system.h"
#include "util/alloc.h"

#define ALIGN8(n) (((n) + 7) & ~(uint64_t)7)
#define SPAM_BUFFERS 50 /* of one sender: more are suspect */
#define OBJECTS_KEPT 16 /* of a free record: room for more is given back */

static int buffer_compare_used(const struct buffer *a, const struct buffer *b)
{
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* Never equal: a newcomer goes behind those of its size. */
static int buffer_compare_free(const struct buffer *a, const struct buffer *b)
{
	return a->size < b->size ? -1 : 1;
}

static int sender_share_compare(const struct sender_share *a, const struct sender_share *b)
{
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

RB_PROTOTYPE(sender_share_tree, sender_share, entry, sender_share_compare)
RB_GENERATE(sender_share_tree, sender_share, entry, sender_share_compare)
RB_PROTOTYPE(buffer_used_tree, buffer, entry, buffer_compare_used)
RB_GENERATE(buffer_used_tree, buffer, entry, buffer_compare_used)
RB_PROTOTYPE(buffer_free_tree, buffer, entry, buffer_compare_free)
RB_GENERATE(buffer_free_tree, buffer, entry, buffer_compare_free)

void area_init(struct area *area, struct proc *proc)
{
	memset(area, 0, sizeof(*area));
	area->proc = proc;
	TAILQ_INIT(&area->buffers);
	RB_INIT(&area->free);
	RB_INIT(&area->used);
	RB_INIT(&area->shares);
	backing_init(area);
}

static struct driver_system *area_system(const struct area *area)
{
	return area->proc->driver->system;
}

static void buffer_drop(struct area *area, struct buffer *buffer)
{
	free(buffer->objects);
	pool_give(&area_system(area)->buffers, buffer);
}

static void sender_share_put(struct area *area, struct sender_share *share)
{
	if (share->count > 0)
		return;
	RB_REMOVE(sender_share_tree, &area->shares, share);
	pool_give(&area_system(area)->shares, share);
}

static void buffer_uncount_oneway(struct area *area, struct buffer *buffer)
{
	area->free_async += buffer->size;
	buffer->share->bytes -= buffer->size;
	buffer->share->count--;
	sender_share_put(area, buffer->share);
	buffer->share = NULL;
}

void area_clear(struct area *area)
{
	if (area->clear_count)
		backing_clear(area);
	backing_deinit(area);
	area->memory = NULL;
	area->mapped = false;
}

bool area_forget(struct area *area)
{
	struct buffer *buffer = TAILQ_FIRST(&area->buffers);

	if (!buffer)
		return false;
	TAILQ_REMOVE(&area->buffers, buffer, neighbour);
	if (buffer->share)
		buffer_uncount_oneway(area, buffer);
	if (!buffer->is_free) {
		area->used_count--;
		charge_refund(area->proc->user, CHARGE_BUFFER);
	}
	buffer_drop(area, buffer);
	return true;
}

int area_map(struct area *area, void *memory, uint64_t address, size_t size)
{
	struct buffer *buffer;

	if (area->size)
		return -EBUSY;
	buffer = pool_take(&area_system(area)->buffers);
	if (!buffer)
		return -ENOMEM;
	area->memory = memory;
	area->address = address;
	area->size = size < AREA_MAX ? size : AREA_MAX;
	area->free_async = area->size / 2;
	area->mapped = true;
	buffer->is_free = true;
	buffer->size = area->size;
	TAILQ_INSERT_HEAD(&area->buffers, buffer, neighbour);
	RB_INSERT(buffer_free_tree, &area->free, buffer);
	return 0;
}

/* Bytes to allocate, 0 if that cannot be said in 64 bits; an empty buffer takes 8. */
static uint64_t buffer_total(uint64_t data, uint64_t offsets, uint64_t extra)
{
	uint64_t total = ALIGN8(data) + ALIGN8(offsets);

	if (total < data || total < offsets)
		return 0;
	extra = ALIGN8(extra) < extra ? UINT64_MAX : ALIGN8(extra);
	if (total + extra < total || extra == UINT64_MAX)
		return 0;
	total += extra;
	return total ? total : 8;
}

static struct buffer *buffer_best_fit(struct area *area, uint64_t size)
{
	struct buffer *at = RB_ROOT(&area->free), *best = NULL;

	while (at) {
		if (size == at->size)
			return at;
		if (size < at->size) {
			best = at;
			at = RB_LEFT(at, entry);
		} else {
			at = RB_RIGHT(at, entry);
		}
	}
	return best;
}

/* The share of @pid, made if need be, or NULL without memory. */
static struct sender_share *sender_share_get(struct area *area, pid_t pid)
{
	struct sender_share key = {.pid = pid};
	struct sender_share *share = RB_FIND(sender_share_tree, &area->shares, &key);

	if (share)
		return share;
	share = pool_take(&area_system(area)->shares);
	if (!share)
		return NULL;
	share->pid = pid;
	RB_INSERT(sender_share_tree, &area->shares, share);
	return share;
}

/* Called before @buffer, of whatever sender it was last, is counted for @share. */
static bool area_is_spammed(
	struct area *area, const struct sender_share *share, const struct buffer *buffer)
{
	bool again = buffer->pid == share->pid;
	size_t bytes = share->bytes + (again ? buffer->size : 0);
	size_t count = share->count + again;

	if (area->free_async >= area->size / 10) {
		area->spam_detected = false;
		return false;
	}
	if (area->spam_detected)
		return false;
	if (count <= SPAM_BUFFERS && bytes <= area->size / 4)
		return false;
	area->spam_detected = true;
	return true;
}

/*
 * Cuts the rest off a free buffer; it stands free behind it. The first is still in the
 * tree of free ones, by its old size: the tree's shape decides between equal sizes, and
 * comes out as the kernel's in this order alone. None before it is as large as @size, so
 * the newcomer's place is right whichever way it passes.
 */
static void buffer_split(
	struct area *area, struct buffer *buffer, uint64_t size, struct buffer *rest)
{
	rest->is_free = true;
	rest->offset = buffer->offset + size;
	rest->size = buffer->size - size;
	buffer->size = size;
	TAILQ_INSERT_AFTER(&area->buffers, buffer, rest, neighbour);
	RB_INSERT(buffer_free_tree, &area->free, rest);
}

/* Takes the best fit for @size out of the free ones. Return: 0, -ENOSPC or -ENOMEM */
static int buffer_take(struct area *area, uint64_t size, struct buffer **out)
{
	struct buffer *buffer = buffer_best_fit(area, size), *rest = NULL;

	if (!buffer)
		return -ENOSPC;
	if (buffer->size != size) {
		rest = pool_take(&area_system(area)->buffers);
		if (!rest)
			return -ENOMEM;
	}
	if (backing_take(area, buffer->offset, buffer->offset + buffer->size, size) < 0) {
		if (rest)
			pool_give(&area_system(area)->buffers, rest);
		return -ENOMEM;
	}
	if (rest)
		buffer_split(area, buffer, size, rest);
	RB_REMOVE(buffer_free_tree, &area->free, buffer);
	buffer->is_free = false;
	RB_INSERT(buffer_used_tree, &area->used, buffer);
	area->used_count++;
	*out = buffer;
	return 0;
}

/* A record is larger than a small buffer: the receiver's user is charged for it. */
static int buffer_charge_and_take(struct area *area, uint64_t size, struct buffer **out)
{
	int ret;

	if (!charge_take(area->proc->user, CHARGE_BUFFER))
		return -ENOMEM;
	ret = buffer_take(area, size, out);
	if (ret < 0)
		charge_refund(area->proc->user, CHARGE_BUFFER);
	return ret;
}

static void buffer_count_oneway(
	struct area *area, struct buffer *buffer, struct sender_share *share)
{
	area->free_async -= buffer->size;
	buffer->spam_suspect = area_is_spammed(area, share, buffer);
	share->bytes += buffer->size;
	share->count++;
}

int buffer_new(struct area *area, uint64_t data, uint64_t offsets, uint64_t extra, bool async,
	pid_t pid, struct buffer **out)
{
	uint64_t size = buffer_total(data, offsets, extra);
	struct sender_share *share = NULL;
	struct buffer *buffer;
	int ret;

	if (!area->mapped)
		return -ESRCH;
	if (!size)
		return -EINVAL;
	if (async && area->free_async < size)
		return -ENOSPC;
	if (async) {
		share = sender_share_get(area, pid);
		if (!share)
			return -ENOMEM;
	}
	ret = buffer_charge_and_take(area, size, &buffer);
	if (ret < 0) {
		if (share)
			sender_share_put(area, share);
		return ret;
	}
	buffer->allow_user_free = false;
	buffer->async = async;
	buffer->spam_suspect = false;
	buffer->share = share;
	if (share)
		buffer_count_oneway(area, buffer, share);
	buffer->pid = pid;
	buffer->data_size = data;
	buffer->offsets_size = offsets;
	buffer->extra_size = extra;
	buffer->object_count = 0;
	*out = buffer;
	return 0;
}

void buffer_clear_on_free(struct area *area, struct buffer *buffer)
{
	area->clear_count += !buffer->clear_on_free;
	buffer->clear_on_free = true;
}

/* @upper, free and its neighbour, becomes part of @lower. */
static void buffer_merge(struct area *area, struct buffer *lower, struct buffer *upper)
{
	lower->size += upper->size;
	TAILQ_REMOVE(&area->buffers, upper, neighbour);
	buffer_drop(area, upper);
}

void buffer_free(struct area *area, struct buffer *buffer)
{
	struct buffer *next = TAILQ_NEXT(buffer, neighbour), *previous;
	size_t start = buffer->offset, end = start + buffer->size;

	assert(!buffer->is_free && !buffer->transaction);
	if (buffer->clear_on_free && area->memory)
		memset(area->memory + buffer->offset, 0, buffer->size);
	area->clear_count -= buffer->clear_on_free;
	buffer->clear_on_free = false;
	buffer->target_node = NULL;
	buffer->object_count = 0;
	if (buffer->object_room > OBJECTS_KEPT) {
		free(buffer->objects);
		buffer->objects = NULL;
		buffer->object_room = 0;
	}
	if (buffer->share)
		buffer_uncount_oneway(area, buffer);
	RB_REMOVE(buffer_used_tree, &area->used, buffer);
	area->used_count--;
	charge_refund(area->proc->user, CHARGE_BUFFER);
	buffer->is_free = true;
	if (next && next->is_free) {
		RB_REMOVE(buffer_free_tree, &area->free, next);
		buffer_merge(area, buffer, next);
	}
	previous = TAILQ_PREV(buffer, buffer_list, neighbour);
	if (previous && previous->is_free) {
		RB_REMOVE(buffer_free_tree, &area->free, previous);
		buffer_merge(area, previous, buffer);
		buffer = previous;
	}
	backing_give(area, buffer->offset, buffer->offset + buffer->size, start, end);
	RB_INSERT(buffer_free_tree, &area->free, buffer);
}

struct buffer *buffer_find(struct area *area, uint64_t address)
{
	struct buffer key = {.offset = address - area->address};

	return address < area->address ? NULL : RB_FIND(buffer_used_tree, &area->used, &key);
}

uint64_t buffer_address(const struct area *area, const struct buffer *buffer)
{
	return area->address + buffer->offset;
}

uint8_t *buffer_memory(const struct area *area, const struct buffer *buffer, size_t at)
{
	assert(at <= buffer->size);
	return area->memory + buffer->offset + at;
}

size_t buffer_offsets_start(const struct buffer *buffer)
{
	return ALIGN8(buffer->data_size);
}

int buffer_reserve_object(struct buffer *buffer)
{
	size_t room = buffer->object_room ? buffer->object_room * 2 : 4;
	struct buffer_object *objects;

	if (buffer->object_count < buffer->object_room)
		return 0;
	objects = alloc_array(buffer->objects, room, sizeof(*objects));
	if (!objects)
		return -ENOMEM;
	buffer->objects = objects;
	buffer->object_room = room;
	return 0;
}

void buffer_add_object(struct buffer *buffer, const struct buffer_object *object)
{
	assert(buffer->object_count < buffer->object_room);
	buffer->objects[buffer->object_count++] = *object;
}

void area_check(const struct area *area)
{
	size_t end = 0, used = 0, async = 0;
	size_t shares = 0;
	struct sender_share *share;
	const struct buffer *buffer;
	bool last_free = false;

	TAILQ_FOREACH (buffer, &area->buffers, neighbour) {
		assert(buffer->offset == end && buffer->size > 0 && buffer->size % 8 == 0);
		assert(!(last_free && buffer->is_free));
		end += buffer->size;
		used += !buffer->is_free;
		if (!buffer->is_free && buffer->async)
			async += buffer->size;
		last_free = buffer->is_free;
	}
	RB_FOREACH (share, sender_share_tree, (struct sender_share_tree *)&area->shares) {
		assert(share->count > 0);
		shares += share->bytes;
	}
	assert(shares == async);
	backing_check(area);
	assert(end == area->size && used == area->used_count);
	assert(async + area->free_async == area->size / 2);
	(void)last_free, (void)shares;
}
