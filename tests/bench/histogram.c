/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The slots lie as the numbers of a floating point format with HISTOGRAM_BITS of mantissa:
 * below 2^BITS each value has its own, and from there on each power of two has 2^BITS of
 * them. So the middle of a slot is off by at most one part in 2^(BITS + 1).
 */

#include "bench/histogram.h"

static unsigned histogram_slot(uint64_t value)
{
	unsigned shift;

	if (value >> HISTOGRAM_BITS == 0)
		return (unsigned)value;
	shift = 63u - (unsigned)__builtin_clzll(value) - HISTOGRAM_BITS;
	return (shift << HISTOGRAM_BITS) + (unsigned)(value >> shift);
}

static double histogram_middle(unsigned slot)
{
	unsigned power = slot >> HISTOGRAM_BITS;
	uint64_t low;

	if (power == 0)
		return slot;
	low = slot - ((uint64_t)(power - 1) << HISTOGRAM_BITS);
	return ((double)low + 0.5) * (double)(1ull << (power - 1));
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->slots[histogram_slot(ns)]++;
	histogram->total++;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (unsigned i = 0; i < HISTOGRAM_SLOTS; i++)
		into->slots[i] += from->slots[i];
	into->total += from->total;
}

double histogram_quantile(const struct histogram *histogram, double part)
{
	uint64_t below = 0, wanted = (uint64_t)(part * (double)histogram->total);

	for (unsigned i = 0; i < HISTOGRAM_SLOTS; i++) {
		below += histogram->slots[i];
		if (below > wanted)
			return histogram_middle(i);
	}
	return 0;
}
