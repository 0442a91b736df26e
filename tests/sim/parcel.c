/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Parcels: plain ones whose bytes the receiver can tell, ones with objects that mostly
 * make sense, and nonsense.
 */

#include <assert.h>
#include <string.h>

#include "sim.h"

#define OBJECTS_MAX 6u
#define PARCEL_MAX 1024u

struct draft {
	struct world *world;
	struct seat *seat;
	uint8_t data[PARCEL_MAX];
	size_t size;
	uint64_t offsets[OBJECTS_MAX];
	uint32_t types[OBJECTS_MAX];
	uint64_t lengths[OBJECTS_MAX];
	uint64_t next_fixup[OBJECTS_MAX];
	size_t count;
	uint64_t extra;
};

static uint8_t parcel_byte(uint32_t code, uint64_t i)
{
	uint64_t x = (code + i) * 0x9e3779b97f4a7c15ull;

	return (uint8_t)(x >> 56);
}

static uint64_t parcel_plain_size(struct world *world, const struct seat *seat)
{
	if (sim_percent(world, 3))
		return sim_roll(world, (uint32_t)(DESK_SIZE - seat->desk_used) / 2);
	return sim_percent(world, 30) ? 0 : sim_roll(world, 300);
}

static void parcel_fill_plain(struct world *world, struct seat *seat, struct letter *letter)
{
	static uint8_t bytes[DESK_SIZE];
	uint64_t size = parcel_plain_size(world, seat);

	letter->code |= SIM_PLAIN;
	for (uint64_t i = 0; i < size; i++)
		bytes[i] = parcel_byte(letter->code, i);
	letter->data = seat_put(seat, bytes, size);
	letter->size = size;
}

void parcel_check(
	struct world *world, const struct seat *seat, const struct binder_transaction_data *tr)
{
	const uint8_t *bytes = seat_at(seat, tr->data.ptr.buffer, tr->data_size);

	assert(tr->data.ptr.offsets == tr->data.ptr.buffer + ((tr->data_size + 7) & ~7ull));
	if (!(tr->code & SIM_PLAIN))
		return;
	assert(tr->offsets_size == 0);
	for (uint64_t i = 0; i < tr->data_size; i++)
		assert(bytes[i] == parcel_byte(tr->code, i));
	world->counts.plain++;
}

static void draft_add(struct draft *d, uint32_t type, const void *object, size_t size)
{
	if (sim_percent(d->world, 30))
		d->size += 4 * sim_roll(d->world, 4);
	if (d->size + size > PARCEL_MAX)
		return;
	memcpy(d->data + d->size, object, size);
	d->types[d->count] = type;
	d->offsets[d->count++] = d->size;
	d->size += size;
}

static void draft_add_flat(struct draft *d, uint32_t type)
{
	struct world *world = d->world;
	struct flat_binder_object flat = {.hdr.type = type};

	if (type == BINDER_TYPE_BINDER || type == BINDER_TYPE_WEAK_BINDER) {
		flat.flags = sim_roll(world, 20);
		if (sim_percent(world, 60))
			flat.flags |= FLAT_BINDER_FLAG_ACCEPTS_FDS;
		if (sim_percent(world, 15))
			flat.flags |= FLAT_BINDER_FLAG_TXN_SECURITY_CTX;
		flat.binder = sim_roll(world, 6) * 16;
		flat.cookie = flat.binder + (sim_percent(world, 99) ? 1 : 2);
	} else {
		flat.handle = sim_handle(world, d->seat);
	}
	draft_add(d, type, &flat, sizeof(flat));
}

static void draft_add_fd(struct draft *d)
{
	struct binder_fd_object fd = {.hdr.type = BINDER_TYPE_FD};

	fd.fd = sim_roll(d->world, BENCH_FDS + (sim_percent(d->world, 5) ? 10 : 0));
	draft_add(d, BINDER_TYPE_FD, &fd, sizeof(fd));
}

/* An earlier PTR object, mostly. */
static size_t draft_parent(struct draft *d)
{
	for (int i = 0; i < 8 && d->count; i++) {
		size_t index = sim_roll(d->world, (uint32_t)d->count);

		if (d->types[index] == BINDER_TYPE_PTR)
			return index;
	}
	return sim_roll(d->world, OBJECTS_MAX);
}

static void draft_add_ptr(struct draft *d)
{
	struct binder_buffer_object ptr = {.hdr.type = BINDER_TYPE_PTR};
	uint32_t numbers[32];
	size_t index = d->count;

	for (size_t i = 0; i < 32; i++)
		numbers[i] = sim_roll(d->world, BENCH_FDS);
	ptr.length = sim_percent(d->world, 70) ? 8 * sim_roll(d->world, 16)
					       : sim_roll(d->world, sizeof(numbers));
	ptr.buffer = sim_percent(d->world, 97) ? seat_put(d->seat, numbers, sizeof(numbers)) : 8;
	if (sim_percent(d->world, 50)) {
		size_t parent = draft_parent(d);

		ptr.flags = BINDER_BUFFER_FLAG_HAS_PARENT;
		ptr.parent = parent;
		ptr.parent_offset = d->next_fixup[parent];
		d->next_fixup[parent] += 8;
	}
	draft_add(d, BINDER_TYPE_PTR, &ptr, sizeof(ptr));
	if (d->count > index)
		d->lengths[index] = ptr.length;
	d->extra += (ptr.length + 7) & ~7ull;
}

static void draft_add_fda(struct draft *d)
{
	struct binder_fd_array_object fda = {.hdr.type = BINDER_TYPE_FDA};
	size_t parent = draft_parent(d);

	fda.parent = parent;
	fda.num_fds = sim_percent(d->world, 98) ? sim_roll(d->world, 5) : UINT64_MAX;
	fda.parent_offset = d->next_fixup[parent];
	d->next_fixup[parent] += 4 * fda.num_fds;
	draft_add(d, BINDER_TYPE_FDA, &fda, sizeof(fda));
}

static void draft_add_any(struct draft *d)
{
	static const uint32_t flat[] = {BINDER_TYPE_BINDER, BINDER_TYPE_BINDER, BINDER_TYPE_HANDLE,
		BINDER_TYPE_HANDLE, BINDER_TYPE_WEAK_BINDER, BINDER_TYPE_WEAK_HANDLE};
	uint32_t kind = sim_roll(d->world, 9 + (d->lengths[0] > 0));

	if (kind < 6)
		draft_add_flat(d, flat[kind]);
	else if (kind < 7)
		draft_add_fd(d);
	else if (kind < 9)
		draft_add_ptr(d);
	else
		draft_add_fda(d);
}

static void parcel_fill_objects(struct world *world, struct seat *seat, struct letter *letter)
{
	struct draft d = {.world = world, .seat = seat};
	uint32_t count = 1 + sim_roll(world, sim_percent(world, 60) ? 2 : OBJECTS_MAX);

	if (sim_percent(world, 80))
		d.size = 8;
	for (uint32_t i = 0; i < count; i++)
		draft_add_any(&d);
	if (sim_percent(world, 3) && d.count > 1)
		d.offsets[1] = sim_roll(world, 64);
	letter->data = seat_put(seat, d.data, d.size);
	letter->size = d.size;
	letter->offsets = seat_put(seat, d.offsets, d.count * sizeof(d.offsets[0]));
	letter->offsets_size = d.count * sizeof(d.offsets[0]);
	letter->extra = d.extra;
	if (sim_percent(world, 5))
		letter->extra = sim_roll(world, 128);
	letter->sg = sim_percent(world, 10);
}

static void parcel_fill_nonsense(struct world *world, struct seat *seat, struct letter *letter)
{
	uint32_t bytes[64];

	for (size_t i = 0; i < 64; i++)
		bytes[i] =
			sim_percent(world, 50) ? sim_roll(world, 64) : sim_roll(world, UINT32_MAX);
	letter->data =
		seat_put(seat, bytes, sizeof(bytes)) + (sim_percent(world, 90) ? 0 : 1u << 30);
	letter->size =
		sim_percent(world, 80) ? sim_roll(world, 256) : UINT64_MAX - sim_roll(world, 64);
	letter->offsets = letter->data + sim_roll(world, 64);
	letter->offsets_size = sim_percent(world, 80) ? sim_roll(world, 64) : UINT64_MAX / 2;
	letter->extra =
		sim_percent(world, 50) ? sim_roll(world, 64) : UINT64_MAX - sim_roll(world, 64);
}

void parcel_fill(struct world *world, struct seat *seat, struct letter *letter)
{
	uint32_t kind = sim_roll(world, 20);

	letter->code = sim_roll(world, SIM_PLAIN);
	if (kind < 10)
		parcel_fill_plain(world, seat, letter);
	else if (kind < 19)
		parcel_fill_objects(world, seat, letter);
	else
		parcel_fill_nonsense(world, seat, letter);
}
