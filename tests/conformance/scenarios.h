#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The tables of scenarios, one per area and file; each ends with a scenario without
 * a name, and the table of tables with NULL.
 */

#include "harness.h"

extern const struct scenario scenarios_reading[];
extern const struct scenario scenarios_transactions[];
extern const struct scenario scenarios_threads[];
extern const struct scenario scenarios_objects[];
extern const struct scenario scenarios_sg[];
extern const struct scenario scenarios_refs[];
extern const struct scenario scenarios_buffers[];
extern const struct scenario scenarios_oneway[];
extern const struct scenario scenarios_death[];
extern const struct scenario scenarios_freeze[];
extern const struct scenario scenarios_fds[];
extern const struct scenario scenarios_identity[];
extern const struct scenario scenarios_poll[];
extern const struct scenario scenarios_processes[];
extern const struct scenario scenarios_manager[];
extern const struct scenario scenarios_ioctls[];
extern const struct scenario scenarios_programs[];

extern const struct scenario *const scenario_tables[];
