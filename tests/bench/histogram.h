#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Counts of durations, exact to 0.8 %, in memory that needs no setting up but zeroes.
 */

#include <stdint.h>

/* Bits of a value that are kept below its highest one. */
#define HISTOGRAM_BITS 7
#define HISTOGRAM_SLOTS ((64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

struct histogram {
	uint64_t total;
	uint32_t slots[HISTOGRAM_SLOTS];
};

/** histogram_add() - count a duration of @ns nanoseconds */
void histogram_add(struct histogram *histogram, uint64_t ns);
/** histogram_merge() - add all of @from's counts to @into's */
void histogram_merge(struct histogram *into, const struct histogram *from);
/**
 * histogram_quantile() - the duration that a part of all stay below
 * @part: from 0 to 1; 0.5 is the median
 *
 * Return: nanoseconds; 0 when nothing was counted.
 */
double histogram_quantile(const struct histogram *histogram, double part);
