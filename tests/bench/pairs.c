/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who goes first alternates. An emulated guest is stopped by its host at times, which shows
 * as a median that no call has by itself: such a pair is measured again, unless the cell
 * turns out to be that slow.
 */

#include "bench/pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/death.h"

#define PAIRS_ROUNDS_MAX 101u
#define PAIRS_SLOW_US 1000.0
#define PAIRS_REPEATS 3u

struct pair {
	struct figures kernel, broker;
};

typedef double pairs_figure(const struct figures *figures);

static double pairs_p50(const struct figures *figures)
{
	return figures->p50;
}

static double pairs_p99(const struct figures *figures)
{
	return figures->p99;
}

static double pairs_cpu(const struct figures *figures)
{
	return figures->cpu;
}

static double pairs_rate(const struct figures *figures)
{
	return figures->rate;
}

static int pairs_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double pairs_median(double *values, unsigned count)
{
	qsort(values, count, sizeof(*values), pairs_compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double pairs_ratio(const struct pair *pairs, unsigned rounds, pairs_figure *figure)
{
	double ratios[PAIRS_ROUNDS_MAX];

	for (unsigned i = 0; i < rounds; i++) {
		double kernel = figure(&pairs[i].kernel);

		ratios[i] = kernel > 0 ? figure(&pairs[i].broker) / kernel : 0;
	}
	return pairs_median(ratios, rounds);
}

static double pairs_value(
	const struct pair *pairs, unsigned rounds, pairs_figure *figure, bool kernel)
{
	double values[PAIRS_ROUNDS_MAX];

	for (unsigned i = 0; i < rounds; i++)
		values[i] = figure(kernel ? &pairs[i].kernel : &pairs[i].broker);
	return pairs_median(values, rounds);
}

static void pairs_one(const struct binder_setup *setup, const struct cell *cell, bool kernel,
	struct figures *figures)
{
	struct binder_setup one = *setup;

	if (!kernel)
		one.device = NULL;
	if (cell->kind == CELL_DEATH) {
		binder_contestant(&one, cell);
		death_measure(cell, figures);
		return;
	}
	run_cell(binder_contestant(&one, cell), cell, figures);
}

static void pairs_round(const struct binder_setup *setup, const struct cell *cell,
	bool kernel_first, struct pair *pair)
{
	for (unsigned i = 0; i <= PAIRS_REPEATS; i++) {
		pairs_one(setup, cell, kernel_first, kernel_first ? &pair->kernel : &pair->broker);
		pairs_one(setup, cell, !kernel_first, kernel_first ? &pair->broker : &pair->kernel);
		if (pair->kernel.p50 <= PAIRS_SLOW_US && pair->broker.p50 <= PAIRS_SLOW_US)
			return;
	}
}

void pairs_heading(unsigned rounds)
{
	printf("%-14s %10s %10s %9s %9s %9s %9s\n", "cell", "kernel p50", "our p50", "p50 ratio",
		"p99 ratio", "CPU ratio", "calls/s");
	printf("%-14s %10s %10s %9s %9s %9s %9s   of %u rounds\n", "", "us", "us", "", "", "",
		"ratio", rounds);
}

static void pairs_print(double value, int width, int digits)
{
	if (value > 0)
		printf(" %*.*f", width, digits, value);
	else
		printf(" %*s", width, "-"); /* a message without a reply has no latency */
}

void pairs_measure(const struct binder_setup *setup, const struct cell *cell, unsigned rounds)
{
	static struct pair pairs[PAIRS_ROUNDS_MAX];
	char name[64];

	rounds = rounds < PAIRS_ROUNDS_MAX ? rounds : PAIRS_ROUNDS_MAX;
	for (unsigned i = 0; i < rounds; i++)
		pairs_round(setup, cell, i % 2 == 0, &pairs[i]);
	snprintf(name, sizeof(name), "%s%s", cell_name(cell), cell->batch > 1 ? " x16" : "");
	printf("%-14s", name);
	pairs_print(pairs_value(pairs, rounds, pairs_p50, true), 10, 1);
	pairs_print(pairs_value(pairs, rounds, pairs_p50, false), 10, 1);
	pairs_print(pairs_ratio(pairs, rounds, pairs_p50), 9, 2);
	pairs_print(pairs_ratio(pairs, rounds, pairs_p99), 9, 2);
	pairs_print(pairs_ratio(pairs, rounds, pairs_cpu), 9, 2);
	pairs_print(pairs_ratio(pairs, rounds, pairs_rate), 9, 3);
	printf("\n");
	fflush(stdout);
}
