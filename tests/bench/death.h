#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Cells about the end of processes. They take a contestant of binder_contestant(), whose
 * setup they use.
 */

#include "bench/run.h"

/**
 * death_measure() - CELL_DEATH: N procs watch the context manager, which is killed
 * @figures: p50, p99 of the time until one of them hears of it, mean of the time until the
 *           last one does; processor time and switches of broker and watchers, for each notice
 */
void death_measure(const struct cell *cell, struct figures *figures);
/**
 * storm_measure() - CELL_STORM: calls while a proc with N watched nodes dies, and the same
 * beside as much plain work for the processor; prints its lines
 */
void storm_measure(const struct cell *cell, const char *who);
