#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The tables of scenarios, one per area and file; each ends with a scenario without
 * a name, and the table of tables with NULL.
 */

#include "harness.h"

extern const struct scenario scenarios_reading[];
extern const struct scenario scenarios_transactions[];

extern const struct scenario *const scenario_tables[];
