// SPDX-License-Identifier: Apache-2.0

/*
 * Answers of a program that computes take longer than a moment: two or three in a row say
 * that the next will, too.
 */

#include "broker/spin.h"

#include <unistd.h>

#include "wire/ring.h"

/* How long a moment is, in nanoseconds. */
#define SPIN_MOMENT 20000
/* How often it may be in vain in a row, and how often it is tried after that. */
#define SPIN_PATIENCE 8
#define SPIN_RETRY 32

void spin_init(struct spin *spin)
{
	*spin = (struct spin){.alone = sysconf(_SC_NPROCESSORS_ONLN) < 2};
}

void spin_active(struct spin *spin)
{
	spin->active = true;
	if (spin->looking)
		spin->failed = 0;
	spin->looking = false;
}

static bool spin_begin(struct spin *spin)
{
	spin->active = false;
	if (spin->failed >= SPIN_PATIENCE && ++spin->failed % SPIN_RETRY)
		return false;
	spin->looking = true;
	spin->until = wire_ring_time() + SPIN_MOMENT;
	return true;
}

bool spin_on(struct spin *spin)
{
	if (spin->alone)
		return false;
	if (spin->active)
		return spin_begin(spin);
	if (!spin->looking)
		return false;
	if (wire_ring_time() < spin->until)
		return true;
	spin->looking = false;
	spin->failed++;
	return false;
}
