/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Clients are processes that warm up, report, wait for a common start and then call until the
 * deadline. Processor time, switches and the broker's counts are taken by the parent around
 * that, when nobody runs. Latencies lie in a histogram for each client, in shared memory.
 *
 * Payloads carry a number at both ends, which has to come back. Messages without a reply are
 * followed by a call from time to time, so that no queue grows without bound; only those that
 * the server counted are rated.
 */

#include "bench/run.h"

#include <string.h>
#include <unistd.h>

#include "bench/histogram.h"
#include "bench/process.h"

#define RUN_BURST 256u
#define RUN_BURST_BYTES ((size_t)256 << 10)
/* Calls before the measurement, at least and at most. */
#define RUN_WARM_LEAST 50u
#define RUN_WARM_MOST 100000u

struct run_result {
	uint64_t calls, lost, begin, end;
	struct histogram histogram;
};

struct run {
	_Atomic uint32_t announced, ready, go, done;
	uint64_t deadline;
	struct run_result results[CELL_CLIENTS_MAX];
};

static struct run *run;

static double run_patience(void)
{
	return 120 + cell_seconds() * 20;
}

void run_announce(void)
{
	word_add(&run->announced);
}

void run_await(unsigned count)
{
	word_await(&run->announced, count, run_patience(), "the server");
}

void run_again(void)
{
	if (!run)
		run = process_shared(sizeof(*run));
	memset(run, 0, sizeof(*run));
}

static void run_mark(uint8_t *bytes, size_t size, uint64_t mark)
{
	if (size < 2 * sizeof(mark))
		return;
	memcpy(bytes, &mark, sizeof(mark));
	memcpy(bytes + size - sizeof(mark), &mark, sizeof(mark));
}

static void run_check(const uint8_t *bytes, size_t size, uint64_t mark)
{
	if (size < 2 * sizeof(mark))
		return;
	if (memcmp(bytes, &mark, sizeof(mark)) != 0 ||
		memcmp(bytes + size - sizeof(mark), &mark, sizeof(mark)) != 0)
		process_die("call %llu came back changed", (unsigned long long)mark);
}

static void run_call(const struct contestant *contestant, struct client *client,
	const struct cell *cell, uint64_t mark)
{
	const uint8_t *reply;

	run_mark(client->out, cell->size, mark);
	reply = contestant->call(client, cell);
	if (reply)
		run_check(reply, cell->size, mark);
}

static unsigned run_burst(size_t size)
{
	size_t fit = size ? RUN_BURST_BYTES / size : RUN_BURST;

	return fit > RUN_BURST ? RUN_BURST : fit ? (unsigned)fit : 1;
}

/* A burst of messages and the call that ends it. Return: what the server has counted. */
static uint64_t run_post(
	const struct contestant *contestant, struct client *client, const struct cell *cell)
{
	unsigned left = run_burst(cell->size);

	while (left) {
		unsigned count = left < cell->batch ? left : cell->batch;

		contestant->post(client, cell->size, count);
		left -= count;
	}
	return contestant->sync(client);
}

/* Return: the next mark; *@counted as run_post() returns it. */
static uint64_t run_warm(const struct contestant *contestant, struct client *client,
	const struct cell *cell, uint64_t *counted)
{
	uint64_t wanted = cell_iterations() ? 0 : (uint64_t)(cell_seconds() * 1e8);
	uint64_t end = process_now() + wanted, i = 0;
	/* Of those that do many things in one call, a few are many. */
	uint64_t least = cell->kind == CELL_CHURN ? 1 : RUN_WARM_LEAST;

	while (i < least || (process_now() < end && i < RUN_WARM_MOST)) {
		if (cell->kind == CELL_ONEWAY) {
			*counted = run_post(contestant, client, cell);
			i += run_burst(cell->size);
		} else {
			run_call(contestant, client, cell, ++i);
		}
	}
	return i + 1;
}

static bool run_is_over(const struct run_result *result, uint64_t now)
{
	uint64_t iterations = cell_iterations();

	return iterations ? result->calls >= iterations : now >= run->deadline;
}

static void run_calls(const struct contestant *contestant, struct client *client,
	const struct cell *cell, struct run_result *result, uint64_t mark)
{
	uint64_t before, now = process_now();

	result->begin = now;
	do {
		before = now;
		run_call(contestant, client, cell, mark++);
		now = process_now();
		histogram_add(&result->histogram, now - before);
		result->calls++;
	} while (!run_is_over(result, now));
	result->end = now;
}

static void run_messages(const struct contestant *contestant, struct client *client,
	const struct cell *cell, struct run_result *result, uint64_t counted)
{
	uint64_t first = counted, now = process_now();

	result->begin = now;
	do {
		counted = run_post(contestant, client, cell);
		result->calls += run_burst(cell->size);
		now = process_now();
	} while (!run_is_over(result, now));
	result->end = now;
	result->lost = result->calls - (counted - first);
}

static void run_client(const struct contestant *contestant, const struct cell *cell, int index)
{
	struct run_result *result = &run->results[index];
	struct client *client = contestant->connect(cell, index);
	uint64_t counted = 0, mark;

	memset(client->out, 'b', cell->size);
	mark = run_warm(contestant, client, cell, &counted);
	word_add(&run->ready);
	word_wait(&run->go, 1);
	if (cell->kind == CELL_ONEWAY)
		run_messages(contestant, client, cell, result, counted);
	else
		run_calls(contestant, client, cell, result, mark);
	word_add(&run->done);
	for (;;)
		pause(); /* its clock is still to be read */
}

static uint64_t run_evaluate(const struct cell *cell, struct figures *figures)
{
	static struct histogram sum;
	uint64_t begin = UINT64_MAX, end = 0, calls = 0;
	double seconds;

	memset(&sum, 0, sizeof(sum));
	figures->lost = 0;
	for (int i = 0; i < cell->clients; i++) {
		const struct run_result *result = &run->results[i];

		histogram_merge(&sum, &result->histogram);
		calls += result->calls;
		figures->lost += result->lost;
		begin = result->begin < begin ? result->begin : begin;
		end = result->end > end ? result->end : end;
	}
	seconds = (double)(end - begin) / 1e9;
	figures->p50 = histogram_quantile(&sum, 0.5) / 1e3;
	figures->p99 = histogram_quantile(&sum, 0.99) / 1e3;
	figures->mean = seconds * 1e6 * cell->clients / (double)calls;
	figures->rate = (double)(calls - figures->lost) / seconds;
	return calls;
}

/* A call of CELL_CHURN is about many nodes: the figures are one's. */
static void run_divide(struct figures *figures, double by)
{
	figures->p50 /= by;
	figures->p99 /= by;
	figures->mean /= by;
	figures->cpu /= by;
	figures->switches /= by;
}

static void run_start(const struct contestant *contestant, const struct cell *cell)
{
	run_again();
	contestant->start(cell);
	for (int i = 0; i < cell->clients; i++) {
		if (process_spawn() == 0)
			run_client(contestant, cell, i);
	}
	word_await(&run->ready, (uint32_t)cell->clients, run_patience(), "the clients' start");
}

void run_cell(const struct contestant *contestant, const struct cell *cell, struct figures *figures)
{
	uint64_t cpu, switches, calls;

	*figures = (struct figures){.copied = -1, .wakeups = -1, .allocations = -1};
	run_start(contestant, cell);
	if (contestant->counts)
		contestant->counts(cell, figures, 0, false);
	switches = process_switches();
	cpu = process_cpu();
	run->deadline = process_now() + (uint64_t)(cell_seconds() * 1e9);
	word_add(&run->go);
	word_await(&run->done, (uint32_t)cell->clients, run_patience(), "the clients' end");
	cpu = process_cpu() - cpu;
	switches = process_switches() - switches;
	calls = run_evaluate(cell, figures);
	if (contestant->counts)
		contestant->counts(cell, figures, calls, true);
	if (contestant->stop)
		contestant->stop();
	process_end_all();
	figures->cpu = (double)cpu / 1e3 / (double)calls;
	figures->switches = (double)switches / (double)calls;
	if (cell->kind == CELL_CHURN && cell->number)
		run_divide(figures, (double)cell->number);
}
