/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The order in which scenarios run, are listed and are recorded.
 */

#include "scenarios.h"

const struct scenario *const scenario_tables[] = {
	scenarios_reading,
	scenarios_transactions,
	scenarios_threads,
	scenarios_objects,
	scenarios_sg,
	scenarios_refs,
	scenarios_buffers,
	scenarios_oneway,
	scenarios_death,
	scenarios_freeze,
	scenarios_fds,
	scenarios_identity,
	scenarios_poll,
	scenarios_processes,
	scenarios_manager,
	scenarios_ioctls,
	scenarios_programs,
	NULL,
};
