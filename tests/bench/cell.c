/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Lines are "WHO METRIC SIZE VALUE UNIT". The metrics of the first three kinds have the names
 * that comparison harnesses know; the others' begin with the kind.
 */

#include "bench/cell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cell_row {
	const char *name;
	unsigned long most;
	bool numbered;
};

static const struct cell_row cell_rows[] = {
	[CELL_LAT] = {"lat", CELL_PAYLOAD_MAX, true},
	[CELL_MULTI] = {"multi", CELL_CLIENTS_MAX, true},
	[CELL_ONEWAY] = {"oneway", CELL_PAYLOAD_MAX, true},
	[CELL_NESTED] = {"nested", 64, true},
	[CELL_OBJECT] = {"object", 0, false},
	[CELL_FD] = {"fd", 0, false},
	[CELL_CHURN] = {"churn", 100000, true},
	[CELL_IDLE] = {"idle", 1000000, true},
	[CELL_REFS] = {"refs", 10000000, true},
	[CELL_DEATH] = {"death", 4096, true},
	[CELL_STORM] = {"storm", 1000000, true},
};

#define CELL_ROWS (sizeof(cell_rows) / sizeof(cell_rows[0]))

static void cell_fill(struct cell *cell, unsigned kind, unsigned long number)
{
	*cell = (struct cell){.kind = (enum cell_kind)kind,
		.number = number,
		.size = CELL_PAYLOAD,
		.clients = 1,
		.batch = 1};
	if (kind == CELL_LAT || kind == CELL_ONEWAY)
		cell->size = number;
	else if (kind == CELL_MULTI)
		cell->clients = (int)number;
}

int cell_parse(struct cell *cell, const char *text)
{
	size_t length = strcspn(text, ": ");

	for (unsigned i = 0; i < CELL_ROWS; i++) {
		const struct cell_row *row = &cell_rows[i];
		unsigned long number = 0;
		char *end = NULL;

		if (strlen(row->name) != length || memcmp(row->name, text, length) != 0)
			continue;
		if (text[length] == ':')
			number = strtoul(text + length + 1, &end, 10);
		if (row->numbered != (text[length] == ':') || (end && *end && *end != ' ') ||
			number > row->most || (i == CELL_MULTI && !number))
			return -EINVAL;
		cell_fill(cell, i, number);
		return 0;
	}
	return -EINVAL;
}

const char *cell_name(const struct cell *cell)
{
	static char name[64];
	const struct cell_row *row = &cell_rows[cell->kind];

	if (row->numbered)
		snprintf(name, sizeof(name), "%s:%lu", row->name, cell->number);
	else
		snprintf(name, sizeof(name), "%s", row->name);
	return name;
}

static const char *cell_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

double cell_seconds(void)
{
	const char *value = cell_environment("PEER_SECONDS");

	return value ? strtod(value, NULL) : 0.2;
}

uint64_t cell_iterations(void)
{
	static uint64_t iterations = UINT64_MAX; /* asked for once: it is between any two calls */
	const char *value;

	if (iterations == UINT64_MAX) {
		value = cell_environment("PEER_ITERS");
		iterations = value ? strtoull(value, NULL, 10) : 0;
	}
	return iterations;
}

void cell_emit(
	const char *who, const char *metric, unsigned long size, double value, const char *unit)
{
	printf("%s %s %lu %.4g %s\n", who, metric, size, value, unit);
	fflush(stdout);
}

static void cell_print_lat(const struct cell *cell, const char *who, const struct figures *figures)
{
	cell_emit(who, "rtt_p50", cell->size, figures->p50, "us");
	cell_emit(who, "rtt_p99", cell->size, figures->p99, "us");
	cell_emit(who, "rtt_mean", cell->size, figures->mean, "us");
	cell_emit(who, "cpu", cell->size, figures->cpu, "us");
	cell_emit(who, "switches", cell->size, figures->switches, "1");
	if (cell->size)
		cell_emit(who, "rate", cell->size, 2 * (double)cell->size * figures->rate / 1e6,
			"MB/s");
}

static void cell_print_multi(
	const struct cell *cell, const char *who, const struct figures *figures)
{
	char metric[64];

	snprintf(metric, sizeof(metric), "ops_c%d", cell->clients);
	cell_emit(who, metric, cell->size, figures->rate, "1/s");
	snprintf(metric, sizeof(metric), "cpu_c%d", cell->clients);
	cell_emit(who, metric, cell->size, figures->cpu, "us");
	snprintf(metric, sizeof(metric), "p99_c%d", cell->clients);
	cell_emit(who, metric, cell->size, figures->p99, "us");
}

static void cell_print_oneway(
	const struct cell *cell, const char *who, const struct figures *figures)
{
	cell_emit(who, "oneway", cell->size, figures->rate, "1/s");
	cell_emit(who, "oneway_cpu", cell->size, figures->cpu, "us");
	if (figures->lost)
		cell_emit(who, "oneway_lost", cell->size, (double)figures->lost, "1");
}

static void cell_print_other(
	const struct cell *cell, const char *who, const struct figures *figures)
{
	const struct {
		const char *name, *unit;
		double value;
	} rows[] = {
		{"p50", "us", figures->p50},
		{"p99", "us", figures->p99},
		{"mean", "us", figures->mean},
		{"cpu", "us", figures->cpu},
		{"switches", "1", figures->switches},
	};
	char metric[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(metric, sizeof(metric), "%s_%s", cell_rows[cell->kind].name, rows[i].name);
		cell_emit(who, metric, cell->number, rows[i].value, rows[i].unit);
	}
}

/* What the broker counts, as far as it does. */
static void cell_print_counts(
	const struct cell *cell, const char *who, const struct figures *figures)
{
	const struct {
		const char *name, *unit;
		double value;
	} rows[] = {
		{"copied", "B", figures->copied},
		{"wakeups", "1", figures->wakeups},
		{"allocations", "1", figures->allocations},
	};
	char metric[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(metric, sizeof(metric), "%s%s%s",
			cell->kind == CELL_LAT ? "" : cell_rows[cell->kind].name,
			cell->kind == CELL_LAT ? "" : "_", rows[i].name);
		if (rows[i].value >= 0)
			cell_emit(who, metric, cell->number, rows[i].value, rows[i].unit);
	}
}

void cell_print(const struct cell *cell, const char *who, const struct figures *figures, bool all)
{
	static void (*const printers[])(
		const struct cell *, const char *, const struct figures *) = {
		[CELL_LAT] = cell_print_lat,
		[CELL_MULTI] = cell_print_multi,
		[CELL_ONEWAY] = cell_print_oneway,
	};

	if (cell->kind <= CELL_ONEWAY)
		printers[cell->kind](cell, who, figures);
	else
		cell_print_other(cell, who, figures);
	if (all)
		cell_print_counts(cell, who, figures);
}
