/* SPDX-License-Identifier: Apache-2.0 */

/* Devices, and what they share: the run list, the accounts, the pids. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "driver/charge.h"
#include "driver/driver.h"
#include "driver/proc.h"
#include "driver/sg.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"

struct driver_system *driver_system_new(void)
{
	struct driver_system *system = calloc(1, sizeof(*system));

	if (!system)
		return NULL;
	system->sg = sg_scratch_new();
	if (!system->sg) {
		free(system);
		return NULL;
	}
	TAILQ_INIT(&system->drivers);
	TAILQ_INIT(&system->run);
	TAILQ_INIT(&system->chores);
	RB_INIT(&system->by_pid);
	charge_book_init(&system->charges);
	pool_init(&system->transactions, sizeof(struct transaction));
	pool_init(&system->completions, sizeof(struct completion));
	pool_init(&system->buffers, sizeof(struct buffer));
	pool_init(&system->shares, sizeof(struct sender_share));
	return system;
}

struct driver_system *driver_system_free(struct driver_system *system)
{
	if (!system)
		return NULL;
	assert(TAILQ_EMPTY(&system->drivers) && TAILQ_EMPTY(&system->run));
	assert(TAILQ_EMPTY(&system->chores) && !system->area_bytes);
	charge_book_deinit(&system->charges);
	pool_deinit(&system->transactions);
	pool_deinit(&system->completions);
	pool_deinit(&system->buffers);
	pool_deinit(&system->shares);
	sg_scratch_free(system->sg);
	free(system);
	return NULL;
}

uint32_t system_next_id(struct driver_system *system)
{
	if (++system->last_id == 0)
		system->last_id = 1;
	return system->last_id;
}

struct driver *driver_new(
	struct driver_system *system, const struct driver_ops *ops, const char *name, void *data)
{
	struct driver *driver = calloc(1, sizeof(*driver));

	if (driver)
		driver->name = strdup(name);
	if (!driver || !driver->name) {
		free(driver);
		return NULL;
	}
	driver->system = system;
	driver->ops = ops;
	driver->data = data;
	TAILQ_INIT(&driver->procs);
	TAILQ_INIT(&driver->dying);
	LIST_INIT(&driver->dead_nodes);
	TAILQ_INSERT_TAIL(&system->drivers, driver, entry);
	return driver;
}

struct driver *driver_free(struct driver *driver)
{
	if (!driver)
		return NULL;
	assert(TAILQ_EMPTY(&driver->procs) && TAILQ_EMPTY(&driver->dying));
	assert(LIST_EMPTY(&driver->dead_nodes) && !driver->manager);
	TAILQ_REMOVE(&driver->system->drivers, driver, entry);
	free(driver->name);
	free(driver);
	return NULL;
}

void *driver_data(const struct driver *driver)
{
	return driver->data;
}

void driver_run(struct driver_system *system)
{
	struct thread *thread;

	while ((thread = TAILQ_FIRST(&system->run))) {
		TAILQ_REMOVE(&system->run, thread, run_entry);
		thread->is_woken = false;
		thread_resume(thread);
	}
}

void driver_set_limits(struct driver_system *system, const struct driver_limits *limits)
{
	uint32_t *limit = system->charges.limit;

	limit[CHARGE_PROC] = limits->procs;
	limit[CHARGE_THREAD] = limits->threads;
	limit[CHARGE_NODE] = limits->nodes;
	limit[CHARGE_REF] = limits->refs;
	limit[CHARGE_TRANSACTION] = limits->transactions;
	limit[CHARGE_COMPLETION] = limits->transactions;
	limit[CHARGE_BUFFER] = limits->transactions;
	limit[CHARGE_DEATH] = limits->deaths;
	limit[CHARGE_FILE] = limits->files;
}

void driver_count(const struct driver_system *system, struct driver_counts *counts)
{
	const uint64_t *held = system->charges.held;

	*counts = (struct driver_counts){
		.procs = held[CHARGE_PROC],
		.threads = held[CHARGE_THREAD],
		.nodes = held[CHARGE_NODE],
		.refs = held[CHARGE_REF],
		.transactions = held[CHARGE_TRANSACTION],
		.deaths = held[CHARGE_DEATH],
		.files = held[CHARGE_FILE],
		.buffers = held[CHARGE_BUFFER],
		.area_bytes = system->area_bytes,
	};
}
