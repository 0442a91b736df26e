#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A real driver and the broker, measured in turn.
 */

#include "bench/binder.h"

/**
 * pairs_measure() - measure @cell on both, round after round
 * @setup:  of the broker; its device is that of the real driver
 *
 * Prints one line for the table that pairs_heading() began. Its ratios are the medians of those
 * within the rounds: a machine's mood changes more from second to second than from one
 * of a pair to the other.
 */
void pairs_measure(const struct binder_setup *setup, const struct cell *cell, unsigned rounds);
/** pairs_heading() - print the table's heading */
void pairs_heading(unsigned rounds);
