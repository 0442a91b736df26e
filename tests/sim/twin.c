/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Two worlds of one seed, side by side. In one of them every read is an input. In the
 * other some begin without one, and some are handed out from what was offered ahead; which
 * ones is drawn apart. What the programs see has to be the same at every step, or the two
 * would not even take the next one alike.
 *
 * Left out: in which order a flush, which goes on in slices, comes to the threads that wait for
 * different things; so slices are whole here, and nobody is told to spawn by one. And whether a
 * thread that asked to be told of work (thread_poll()) is told of work that another one takes in
 * the same moment. The kernel may say either.
 */

#include <assert.h>
#include <string.h>

#include "sim.h"

static void twin_compare_results(const struct actor *quiet, const struct actor *loud)
{
	const struct ioctl_result *a = &quiet->result, *b = &loud->result;

	assert(a->ret == b->ret);
	assert(a->write_consumed == b->write_consumed && a->read_consumed == b->read_consumed);
	assert(a->size == b->size && (!a->size || !memcmp(quiet->bytes, loud->bytes, a->size)));
	assert(a->spawn_at_start == b->spawn_at_start);
}

static void twin_compare_actors(const struct actor *quiet, const struct actor *loud)
{
	assert(quiet->tid == loud->tid && !quiet->thread == !loud->thread);
	assert(quiet->done == loud->done && quiet->nice == loud->nice);
	assert(quiet->files_wanted == loud->files_wanted && quiet->timer == loud->timer);
	assert(quiet->closed_count == loud->closed_count);
	assert(!memcmp(quiet->closed, loud->closed, sizeof(quiet->closed)));
	if (quiet->thread)
		assert(sim_busy(quiet) == sim_busy(loud));
	assert(((struct player *)quiet->data)->calms == ((struct player *)loud->data)->calms);
	if (quiet->done)
		twin_compare_results(quiet, loud);
}

static void twin_compare_seats(const struct seat *quiet, const struct seat *loud)
{
	const struct actor *actor = TAILQ_FIRST(&quiet->actors);
	const struct actor *other = TAILQ_FIRST(&loud->actors);

	/* Whoever shows the level asks first. */
	if (quiet->level && !loud->level)
		proc_recall(quiet->proc);
	assert(quiet->address == loud->address && quiet->level == loud->level);
	for (; actor && other; actor = TAILQ_NEXT(actor, entry), other = TAILQ_NEXT(other, entry))
		twin_compare_actors(actor, other);
	assert(!actor && !other);
}

static void twin_compare(const struct world *quiet, const struct world *loud)
{
	assert(quiet->random == loud->random);
	for (uint32_t slot = 0; slot < SIM_SEATS; slot++) {
		assert(!quiet->seats[slot] == !loud->seats[slot]);
		if (quiet->seats[slot])
			twin_compare_seats(quiet->seats[slot], loud->seats[slot]);
	}
}

void twin_run(const struct sim_options *options, struct sim_counts *counts)
{
	struct sim_options loudly = *options;
	struct world quiet, loud;

	loudly.quiet = false;
	loudly.exact = true;
	world_begin(&loud, &loudly);
	loudly.quiet = true;
	world_begin(&quiet, &loudly);
	quiet.bench->sliced = loud.bench->sliced = false;
	for (uint64_t step = 0; step < options->steps; step++) {
		world_step(&quiet);
		world_step(&loud);
		twin_compare(&quiet, &loud);
	}
	assert(!options->lively || quiet.bench->park_order > options->steps / 100);
	world_end(&quiet);
	world_end(&loud);
	*counts = quiet.counts;
}
