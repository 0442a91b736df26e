/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A world: steps at random, each followed by a look at all tables; then everybody stops
 * asking and answers what is left, after which nobody may be owed anything; then all
 * procs close, one after the other, and nothing may be left.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/buffer.h"
#include "driver/node.h"
#include "driver/oom.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "sim.h"

#define DRAIN_ROUNDS 2000u

static uint32_t sim_draw(uint64_t *state, uint32_t sides)
{
	uint64_t x;

	*state += 0x9e3779b97f4a7c15ull;
	x = *state;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return sides ? (uint32_t)((x ^ (x >> 31)) % sides) : 0;
}

uint32_t sim_roll(struct world *world, uint32_t sides)
{
	return sim_draw(&world->random, sides);
}

bool sim_whim(struct world *world, uint32_t percent)
{
	return world->options.quiet && sim_draw(&world->whims, 100) < percent;
}

bool sim_busy(const struct actor *actor)
{
	return thread_busy(actor->thread) || actor_reads(actor);
}

bool sim_percent(struct world *world, uint32_t percent)
{
	return sim_roll(world, 100) < percent;
}

uint32_t sim_handle(struct world *world, const struct seat *seat)
{
	struct ref *ref = ref_first(seat->proc), *pick = NULL;
	uint32_t skip = sim_roll(world, 8);

	if (sim_percent(world, 2))
		return sim_roll(world, 8);
	for (; ref && (skip > 0 || !pick); ref = ref_next(ref)) {
		if ((ref->strong > 0 && ref->node->proc) || sim_percent(world, 5))
			pick = ref;
		skip -= skip > 0;
	}
	return pick ? pick->handle : 0;
}

static void *sim_alloc(size_t size)
{
	void *memory;

	bench_own++;
	memory = calloc(1, size);
	bench_own--;
	assert(memory);
	return memory;
}

static struct actor *world_actor(struct seat *seat, pid_t tid)
{
	struct actor *actor = actor_try(seat, tid);

	if (!actor || !actor_ready(actor))
		return NULL;
	if (!actor->data)
		actor->data = sim_alloc(sizeof(struct player));
	return actor;
}

/* Becomes context manager, if there is none, and a looper. */
static void world_serve(struct world *world, struct seat *seat)
{
	const struct flat_binder_object manager = {
		.flags = sim_percent(world, 90) ? FLAT_BINDER_FLAG_ACCEPTS_FDS : 0};
	const uint32_t max_threads = 3;
	struct actor *actor = world_actor(seat, 1);

	if (!actor || sim_busy(actor))
		return;
	actor_ioctl(actor, BINDER_SET_CONTEXT_MGR_EXT, &manager, sizeof(manager));
	actor_ioctl(actor, BINDER_SET_MAX_THREADS, &max_threads, sizeof(max_threads));
	bc(actor, BC_ENTER_LOOPER);
	actor_write_read(actor, NULL);
}

static void world_open(struct world *world, uint32_t slot)
{
	static const size_t sizes[] = {4096, 16384, 65536, 65536, 65536, 262144};
	struct seat *seat = seat_try(world->bench, sim_roll(world, BENCH_DEVICES) % 2,
		(pid_t)(1 + (sim_percent(world, 80) ? slot : sim_roll(world, SIM_PIDS))),
		BENCH_UID + sim_percent(world, 10),
		sim_percent(world, 95) ? sizes[sim_roll(world, 6)] : 0);

	if (!seat)
		return;
	seat->data = sim_alloc(sizeof(struct house));
	world->seats[slot] = seat;
	if (sim_percent(world, 80))
		world_serve(world, seat);
}

static void world_close(struct world *world, uint32_t slot)
{
	struct seat *seat = world->seats[slot];
	struct actor *actor;

	TAILQ_FOREACH (actor, &seat->actors, entry)
		free(actor->data);
	free(seat->data);
	seat_close(seat);
	world->seats[slot] = NULL;
}

/* Something that happens to a thread inside an ioctl. */
static void world_disturb(struct world *world, struct actor *actor)
{
	struct player *player = actor->data;

	if (actor->files_wanted && sim_percent(world, 80)) {
		actor_install(actor, sim_percent(world, 85));
		return;
	}
	switch (sim_roll(world, 10)) {
	case 0:
		player->lossy = actor->files_wanted > 0;
		player->reads = false;
		actor_detach(actor);
		actor->done = true;
		break;
	case 1:
	case 2:
	case 3:
		if (!actor_leave_read(actor))
			thread_interrupt(actor->thread);
		break;
	case 4:
	case 5:
		if (actor->timer)
			thread_timeout(actor->thread);
		break;
	}
}

/* The program's buffer could not be stored to; what it was told, it does not know. */
static void world_fault(struct world *world, struct actor *actor)
{
	struct house *house = actor->seat->data;

	if (actor->thread->delivered) {
		world->counts.faults++;
		house->leaks = true;
	}
	thread_read_fault(actor->thread);
}

static void world_act(struct world *world, uint32_t slot, pid_t tid)
{
	struct actor *actor = world_actor(world->seats[slot], tid);

	if (!actor)
		return;
	world->last_slot = slot;
	world->last_tid = tid;
	if (sim_whim(world, 2))
		actor_recall(actor);
	if (sim_busy(actor)) {
		world_disturb(world, actor);
		return;
	}
	if (sim_percent(world, 1) && !world->options.exact)
		world_fault(world, actor);
	if (sim_percent(world, 20))
		actor->nice = (int)sim_roll(world, 40) - 20;
	if (sim_percent(world, 2))
		actor_poll(actor, sim_percent(world, 80));
	else if (sim_percent(world, 7))
		talk_ioctl(world, actor);
	else
		talk(world, actor);
}

static void world_unmap(struct world *world, struct seat *seat)
{
	(void)world;
	if (proc_mapped(seat->proc) && sim_percent(world, 20))
		proc_munmap(seat->proc);
	else
		seat_map(seat, 65536);
}

static void world_flush(struct world *world, struct seat *seat)
{
	const struct proc *proc = seat->proc;

	/* The last of those that return is told to spawn. */
	if (world->options.exact && !proc->requested_threads &&
		proc->started_threads < proc->max_threads)
		return;
	proc_flush(seat->proc);
}

/* Whether the one who has got something goes on with that. */
static bool world_goes_on(struct world *world)
{
	struct seat *seat = world->seats[world->last_slot];
	struct actor *actor = seat && world->last_tid ? world_actor(seat, world->last_tid) : NULL;

	return world->options.lively && actor && !sim_busy(actor) && sim_percent(world, 70);
}

static void world_input(struct world *world)
{
	uint32_t slot = sim_roll(world, SIM_SEATS), kind = sim_roll(world, 1000);
	struct seat *seat = world->seats[slot];

	if (world_goes_on(world)) {
		world_act(world, world->last_slot, world->last_tid);
		return;
	}

	if (!seat) {
		world_open(world, slot);
		return;
	}
	seat->no_files = sim_percent(world, 10);
	seat->reserve_limit = sim_percent(world, 98) ? SIZE_MAX : 8192;
	seat->reserve_error = sim_percent(world, 50) ? -EDQUOT : -ENOMEM;
	if (sim_percent(world, 1))
		driver_tick(world->bench->system);
	if (sim_percent(world, 5))
		driver_trim(world->bench->system, sim_roll(world, 3));
	if (kind < (proc_mapped(seat->proc) ? 2 : 30))
		world_close(world, slot);
	else if (kind < 12)
		world_flush(world, seat);
	else if (kind < 13)
		world_unmap(world, seat);
	else if (kind < 15)
		proc_set_euid(seat->proc, BENCH_UID + sim_roll(world, 2));
	else if (!seat->proc->driver->manager && kind < 100)
		world_serve(world, seat);
	else
		world_act(world, slot, (pid_t)(1 + sim_roll(world, SIM_TIDS)));
}

static void world_look(struct world *world)
{
	struct bench *bench = world->bench;

	/* Mostly so few that what a step begins outlasts it, at times none for long. */
	bench->slice = sim_percent(world, 20) ? sim_roll(world, 8) : sim_roll(world, 2);
	bench_settle(bench);
	world->counts.halves += !TAILQ_EMPTY(&bench->system->chores);
	hear(world);
	driver_check(world->bench->system);
	hear_check(world);
}

/* Return: whether anything happened. */
static bool world_drain_actor(struct world *world, struct actor *actor)
{
	struct player *player = actor->data;

	if (!actor->thread || !player)
		return false;
	actor_recall(actor);
	if (thread_busy(actor->thread)) {
		if (actor->timer)
			thread_timeout(actor->thread);
		else
			thread_interrupt(actor->thread);
		return true;
	}
	talk_drain(world, actor);
	return !actor->done || actor->result.ret != -EAGAIN || actor->result.write_consumed;
}

static void world_drain(struct world *world)
{
	struct driver_counts counts;
	bool busy = true, leaks = false;

	world->bench->slow_files = false;
	world->bench->sliced = false;
	for (uint32_t round = 0; busy; round++) {
		assert(round < DRAIN_ROUNDS);
		busy = false;
		for (uint32_t slot = 0; slot < SIM_SEATS; slot++) {
			struct seat *seat = world->seats[slot];

			for (pid_t tid = 1; seat && tid <= (pid_t)SIM_TIDS + 1; tid++) {
				struct actor *actor = world_actor(seat, tid);

				busy |= actor && world_drain_actor(world, actor);
				world_look(world);
			}
			leaks |= seat && ((struct house *)seat->data)->leaks;
		}
	}
	driver_count(world->bench->system, &counts);
	/* Behind the buffer of a lost oneway others wait until the proc's end. */
	assert(leaks || (counts.buffers == 0 && counts.transactions == 0 && counts.files == 0));
}

/* After the drain: nobody waits for an end that did not come. */
static void world_judge(struct world *world)
{
	struct seat *seat;
	struct actor *actor;

	TAILQ_FOREACH (seat, &world->bench->seats, entry)
		TAILQ_FOREACH (actor, &seat->actors, entry)
			assert(((struct player *)actor->data)->owed == 0);
}

void world_begin(struct world *world, const struct sim_options *options)
{
	static const struct driver_limits tight = {5, 12, 8, 12, 6, 4, 5};

	memset(world, 0, sizeof(*world));
	world->options = *options;
	world->random = world->whims = options->seed;
	world->bench = bench_new();
	world->bench->slow_files = true;
	world->bench->ahead_room = options->quiet ? 1 + sim_draw(&world->whims, ACTOR_OFFERS) : 0;
	world->bench->sliced = sim_percent(world, 75);
	if (options->tight)
		driver_set_limits(world->bench->system, &tight);
}

void world_step(struct world *world)
{
	if (world->options.short_of_memory)
		oom_at(1 + sim_roll(world, 12));
	world_input(world);
	world_look(world);
	oom_at(0);
	world->counts.steps++;
}

void world_end(struct world *world)
{
	static const struct driver_limits none = {
		UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};

	driver_set_limits(world->bench->system, &none);
	world->options.quiet = false;
	world_drain(world);
	world_judge(world);
	world->counts.silent = world->bench->park_order;
	world->counts.files = world->bench->gets;
	for (uint32_t slot = 0; slot < SIM_SEATS; slot++)
		if (world->seats[slot])
			world_close(world, slot);
	bench_free(world->bench);
}

void world_run(const struct sim_options *options, struct sim_counts *counts)
{
	struct world world;

	world_begin(&world, options);
	for (uint64_t step = 0; step < options->steps; step++)
		world_step(&world);
	world_end(&world);
	*counts = world.counts;
}
