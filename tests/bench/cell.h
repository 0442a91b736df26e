#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is measured, a cell, and what came of it, figures. A cell is named "KIND:NUMBER".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELL_CLIENTS_MAX 64
#define CELL_PAYLOAD_MAX ((size_t)1 << 20)
/* Payload of the cells that are not about its size. */
#define CELL_PAYLOAD 128

enum cell_kind {
	CELL_LAT,    /* a call of NUMBER bytes, echoed */
	CELL_MULTI,  /* NUMBER clients at once, 128 bytes */
	CELL_ONEWAY, /* messages of NUMBER bytes without a reply */
	CELL_NESTED, /* a call during which NUMBER calls go to and fro */
	CELL_OBJECT, /* a call with an object that the server knows */
	CELL_FD,     /* a call with a descriptor, which the server closes */
	CELL_CHURN,  /* NUMBER new objects are sent, held and dropped */
	CELL_IDLE,   /* lat:128 beside NUMBER procs that do nothing */
	CELL_REFS,   /* lat:128 beside NUMBER refs */
	CELL_DEATH,  /* NUMBER procs hear of one that died */
	CELL_STORM,  /* lat:128 while a proc with NUMBER watched nodes dies */
};

struct cell {
	enum cell_kind kind;
	unsigned long number;
	size_t size; /* of a payload */
	int clients;
	unsigned batch; /* messages for each ioctl, in CELL_ONEWAY */
};

/* Times in microseconds for each call (message, node). */
struct figures {
	double p50, p99, mean, cpu;
	double rate;		     /* calls in a second, of all clients together */
	double switches;	     /* context switches */
	double copied;		     /* bytes, by all processes; negative where it is not known */
	double wakeups, allocations; /* of the broker; negative likewise */
	uint64_t lost;		     /* messages that the server did not get */
};

/**
 * cell_parse() - read a cell's name
 * @text: ends at its end or at a space
 *
 * Return: 0, or -EINVAL if there is no such cell.
 */
int cell_parse(struct cell *cell, const char *text);
/** cell_seconds() - how long to measure, $PEER_SECONDS */
double cell_seconds(void);
/** cell_iterations() - exactly so many calls instead, $PEER_ITERS, or 0 */
uint64_t cell_iterations(void);
/** cell_name() - "KIND:NUMBER", in a static buffer */
const char *cell_name(const struct cell *cell);
/** cell_emit() - print one line: who, metric, size, value, unit */
void cell_emit(
	const char *who, const char *metric, unsigned long size, double value, const char *unit);
/**
 * cell_print() - print the figures of a cell, a line for each
 * @all: those, too, that no comparison harness asks for
 */
void cell_print(const struct cell *cell, const char *who, const struct figures *figures, bool all);
