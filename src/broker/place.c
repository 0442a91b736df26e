// SPDX-License-Identifier: Apache-2.0

/* A mask without one processor moves a thread at once; then it may run anywhere again. */

#include "broker/place.h"

#include <sched.h>

void place_note(struct place *place, int cpu)
{
	place->beside = cpu == sched_getcpu() ? place->beside + 1 : 0;
}

void place_leave(struct place *place, uint64_t now)
{
	cpu_set_t all, others;

	if (place->beside < PLACE_BESIDE || now - place->left < PLACE_STAY_NS)
		return;
	place->beside = 0;
	place->left = now;
	if (sched_getaffinity(0, sizeof(all), &all))
		return;
	others = all;
	CPU_CLR((size_t)sched_getcpu(), &others);
	if (CPU_COUNT(&others) && !sched_setaffinity(0, sizeof(others), &others))
		sched_setaffinity(0, sizeof(all), &all);
}
