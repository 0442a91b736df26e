/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The context manager is the node that everybody can name. Watchers are processes of their
 * own; each cycle starts a manager, has it watched and kills it. The time begins before the
 * kill, so the end of a process is part of it, here as on a real driver.
 */

#include "bench/death.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/binder.h"
#include "bench/client.h"
#include "bench/histogram.h"
#include "bench/port.h"
#include "bench/process.h"
#include "bench/service.h"

#define DEATH_WATCHERS_MAX 4096

struct death {
	_Atomic uint32_t cycle, armed, heard;
	uint64_t at[DEATH_WATCHERS_MAX]; /* when each watcher heard */
};

static struct death *death;

static void death_arm(struct port *port)
{
	struct binder_handle_cookie watch = {.handle = 0, .cookie = 1};

	port_put_handle(port, BC_ACQUIRE, 0);
	port_put(port, BC_REQUEST_DEATH_NOTIFICATION, &watch);
	port_flush(port);
	word_add(&death->armed);
}

static _Noreturn void death_watch(const struct cell *cell, unsigned long index)
{
	struct port *port = port_new(binder_device(), client_area(cell), true);
	union port_argument argument;

	port_enter(port);
	for (uint32_t cycle = 1;; cycle++) {
		word_wait(&death->cycle, cycle);
		death_arm(port);
		while (port_next(port, &argument) != BR_DEAD_BINDER)
			;
		death->at[index] = process_now();
		port_put(port, BC_DEAD_BINDER_DONE, &argument.cookie);
		port_put_handle(port, BC_RELEASE, 0);
		port_flush(port);
		word_add(&death->heard);
	}
}

/* One manager's life. Return: nanoseconds until all had heard of its end. */
static uint64_t death_cycle(
	const struct cell *cell, uint32_t cycle, double patience, struct histogram *histogram)
{
	uint32_t count = (uint32_t)cell->number;
	uint64_t killed, last = 0;
	pid_t victim = process_spawn();

	if (!victim)
		service_run(binder_device(), client_area(cell), true, 0, NULL);
	run_await(cycle);
	word_add(&death->cycle);
	word_await(&death->armed, cycle * count, patience, "the watchers");
	killed = process_now();
	process_end(victim);
	word_await(&death->heard, cycle * count, patience, "the notices");
	for (uint32_t i = 0; i < count; i++) {
		histogram_add(histogram, death->at[i] - killed);
		last = death->at[i] > last ? death->at[i] : last;
	}
	return last - killed;
}

static void death_evaluate(const struct histogram *histogram, double all, uint32_t cycles,
	uint64_t cpu, uint64_t switches, struct figures *figures)
{
	double notices = (double)histogram->total;

	*figures = (struct figures){
		.p50 = histogram_quantile(histogram, 0.5) / 1e3,
		.p99 = histogram_quantile(histogram, 0.99) / 1e3,
		.mean = all / cycles / 1e3,
		.cpu = (double)cpu / 1e3 / notices,
		.switches = (double)switches / notices,
		.rate = notices / all * 1e9,
		.copied = -1,
		.wakeups = -1,
		.allocations = -1,
	};
}

void death_measure(const struct cell *cell, struct figures *figures)
{
	double patience = 120 + cell_seconds() * 20, all = 0;
	struct histogram *histogram = calloc(1, sizeof(*histogram));
	uint64_t end, cpu, switches;
	uint32_t cycle = 0;

	if (!histogram)
		process_die("memory");
	death = process_shared(sizeof(*death));
	run_again();
	binder_begin();
	for (unsigned long i = 0; i < cell->number; i++) {
		if (process_spawn() == 0)
			death_watch(cell, i);
	}
	all = (double)death_cycle(cell, ++cycle, patience, histogram); /* to warm up */
	memset(histogram, 0, sizeof(*histogram));
	all = 0;
	cpu = process_cpu();
	switches = process_switches();
	end = process_now() + (uint64_t)(cell_seconds() * 1e9);
	do {
		all += (double)death_cycle(cell, ++cycle, patience, histogram);
	} while (cell_iterations() ? cycle <= cell_iterations() : process_now() < end);
	death_evaluate(histogram, all, cycle - 1, process_cpu() - cpu,
		process_switches() - switches, figures);
	binder_end();
	process_end_all();
	free(histogram);
}
