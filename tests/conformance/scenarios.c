/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The order in which scenarios run, are listed and are recorded.
 */

#include "scenarios.h"

const struct scenario *const scenario_tables[] = {
	scenarios_reading,
	scenarios_transactions,
	NULL,
};
