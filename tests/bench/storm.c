/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Three phases of one client's calls: in quiet, from which comes what a call costs the broker;
 * while a proc with many watched nodes dies, until the last notice was read; and beside two
 * processes that use as much processor time as the second phase took the broker beyond its
 * calls, and the reader of the notices.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/binder.h"
#include "bench/broker.h"
#include "bench/client.h"
#include "bench/crowd.h"
#include "bench/death.h"
#include "bench/histogram.h"
#include "bench/process.h"
#include "bench/service.h"

enum { STORM_QUIET, STORM_DEATH, STORM_WORK, STORM_PHASES };

struct storm {
	_Atomic uint32_t begun, ended; /* phases that the client is to begin, and to end */
	_Atomic uint32_t ready, done;  /* and those that it has */
	_Atomic uint32_t died, all_died, worked;
	uint32_t wanted;
	struct histogram histograms[STORM_PHASES];
};

static struct storm *storm;

static double storm_patience(void)
{
	return 120 + cell_seconds() * 20;
}

static void storm_died(void)
{
	if (atomic_fetch_add(&storm->died, 1) + 1 == storm->wanted)
		word_add(&storm->all_died);
}

static _Noreturn void storm_client(const struct cell *cell)
{
	struct client *client = client_new(binder_device(), false, cell);

	for (int i = 0; i < 200; i++)
		client_call(client, cell);
	word_add(&storm->ready);
	for (uint32_t phase = 0; phase < STORM_PHASES; phase++) {
		word_wait(&storm->begun, phase + 1);
		do {
			uint64_t before = process_now();

			client_call(client, cell);
			histogram_add(&storm->histograms[phase], process_now() - before);
		} while (atomic_load(&storm->ended) <= phase);
		word_add(&storm->done);
	}
	for (;;)
		pause();
}

static void storm_begin(void)
{
	word_add(&storm->begun);
}

static void storm_end(void)
{
	word_add(&storm->ended);
	word_await(&storm->done, atomic_load(&storm->ended), storm_patience(), "the client");
}

static void storm_work(uint64_t ns)
{
	pid_t pid = process_spawn();

	if (pid)
		return;
	pid = getpid();
	while (process_cpu_of(pid) < ns)
		;
	word_add(&storm->worked);
	for (;;)
		pause();
}

/* Return: nanoseconds that the broker needs for one call. */
static double storm_quiet(void)
{
	uint64_t cpu = process_cpu_of(broker_pid());

	storm_begin();
	usleep((useconds_t)(cell_seconds() * 1e6));
	storm_end();
	cpu = process_cpu_of(broker_pid()) - cpu;
	return (double)cpu / (double)storm->histograms[STORM_QUIET].total;
}

/* *@broker, *@keeper: what these two had to do because of the death, in nanoseconds. */
static uint64_t storm_death(
	pid_t owner, pid_t keeper_pid, double each, uint64_t *broker, uint64_t *keeper)
{
	uint64_t begin = process_now(), cpu = process_cpu_of(broker_pid());
	double calls;

	*keeper = process_cpu_of(keeper_pid);
	storm_begin();
	process_end(owner);
	word_await(&storm->all_died, 1, storm_patience(), "the notices");
	storm_end();
	begin = process_now() - begin;
	*keeper = process_cpu_of(keeper_pid) - *keeper;
	calls = each * (double)storm->histograms[STORM_DEATH].total;
	cpu = process_cpu_of(broker_pid()) - cpu;
	*broker = calls < (double)cpu ? cpu - (uint64_t)calls : 0;
	return begin;
}

static void storm_beside_work(uint64_t broker, uint64_t keeper)
{
	storm_begin();
	storm_work(broker);
	storm_work(keeper);
	word_await(&storm->worked, 2, storm_patience(), "plain work");
	storm_end();
}

static void storm_print(const struct cell *cell, const char *who, uint64_t took, uint64_t work)
{
	double quiet = histogram_quantile(&storm->histograms[STORM_QUIET], 0.99) / 1e3;
	double during = histogram_quantile(&storm->histograms[STORM_DEATH], 0.99) / 1e3;
	double beside = histogram_quantile(&storm->histograms[STORM_WORK], 0.99) / 1e3;

	cell_emit(who, "storm_quiet_p99", cell->number, quiet, "us");
	cell_emit(who, "storm_p99", cell->number, during, "us");
	cell_emit(who, "storm_work_p99", cell->number, beside, "us");
	cell_emit(who, "storm_ratio", cell->number, beside > 0 ? during / beside : 0, "1");
	cell_emit(who, "storm_took", cell->number, (double)took / 1e6, "ms");
	cell_emit(who, "storm_cpu", cell->number, (double)work / 1e6, "ms");
}

void storm_measure(const struct cell *cell, const char *who)
{
	uint64_t broker, keeper, took;
	pid_t keeper_pid, owner;
	double each;

	if (!cell->number)
		process_die("a storm of nothing");
	storm = process_shared(sizeof(*storm));
	storm->wanted = (uint32_t)cell->number;
	run_again();
	binder_begin();
	if (!broker_pid())
		process_die("a driver's part of the processor time is not known");
	binder_serve(cell);
	keeper_pid = crowd_keeper(1, storm_died);
	owner = crowd_owner(cell->number, 2, SERVICE_WATCH);
	if (process_spawn() == 0)
		storm_client(cell);
	word_await(&storm->ready, 1, storm_patience(), "the client");
	each = storm_quiet();
	took = storm_death(owner, keeper_pid, each, &broker, &keeper);
	storm_beside_work(broker, keeper);
	storm_print(cell, who, took, broker + keeper);
	binder_end();
	process_end_all();
}
