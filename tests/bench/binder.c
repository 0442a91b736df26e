/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Payloads are built where the setup says: in the arena, both the client's and the server's,
 * as a program does that was written for it, or anywhere.
 */

#include "bench/binder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/broker.h"
#include "bench/client.h"
#include "bench/crowd.h"
#include "bench/process.h"
#include "bench/service.h"

static struct binder_setup binder_setup;
static struct broker_counts binder_before;
static char binder_name[64];

const char *binder_device(void)
{
	return binder_setup.device ? binder_setup.device : "/dev/binder";
}

const char *binder_other_device(void)
{
	return "/dev/" BROKER_OTHER_CONTEXT;
}

/* Without a device the library would look for a broker of the user's. */
static void binder_use_driver(void)
{
	struct stat st;

	unsetenv("BINDERD_DIR");
	if (stat(binder_setup.device, &st) < 0 || !S_ISCHR(st.st_mode))
		process_die("no driver at %s", binder_setup.device);
}

void binder_begin(void)
{
	if (binder_setup.device)
		binder_use_driver();
	else if (binder_setup.dir)
		broker_attach(binder_setup.dir, binder_setup.pid);
	else
		broker_start(binder_setup.broker);
}

void binder_end(void)
{
	if (!binder_setup.device)
		broker_remove();
}

void binder_serve(const struct cell *cell)
{
	if (process_spawn() == 0)
		service_run(binder_device(), client_area(cell), binder_setup.raw, cell->size, NULL);
	run_await(1);
}

static void binder_start(const struct cell *cell)
{
	binder_begin();
	binder_serve(cell);
	if (cell->kind == CELL_IDLE)
		crowd_idle(cell->number, 1);
	else if (cell->kind == CELL_REFS)
		crowd_refs(cell->number, 1);
}

static struct client *binder_connect(const struct cell *cell, int index)
{
	(void)index;
	return client_new(binder_device(), binder_setup.raw, cell);
}

/*
 * Bytes of payload that are copied for a call: by the server into its reply; by the library
 * from memory outside of the arena; and by the driver, for which the broker's own count is
 * taken where it has one.
 */
static double binder_copied(const struct cell *cell, double by_driver)
{
	double size = (double)cell->size;
	double ways = cell->kind == CELL_ONEWAY ? 1 : 2;
	double sum = ways == 2 ? size : 0;

	if (port_copies && ways == 2)
		sum += 3 * size;
	if (binder_setup.raw && !binder_setup.device)
		sum += ways * size;
	return sum + (by_driver >= 0 ? by_driver : ways * size);
}

static double binder_per_call(double before, double after, uint64_t calls)
{
	return before < 0 || after < 0 ? -1 : (after - before) / (double)calls;
}

static void binder_counts(
	const struct cell *cell, struct figures *figures, uint64_t calls, bool after)
{
	struct broker_counts now = {-1, -1, -1};

	if (!binder_setup.device)
		broker_ask(after ? &now : &binder_before);
	else
		binder_before = now;
	if (!after)
		return;
	figures->copied = binder_per_call(binder_before.copied, now.copied, calls);
	if (cell->kind <= CELL_ONEWAY)
		figures->copied = binder_copied(cell, figures->copied);
	figures->wakeups = binder_per_call(binder_before.wakeups, now.wakeups, calls);
	figures->allocations = binder_per_call(binder_before.allocations, now.allocations, calls);
}

static const char *binder_name_of(const struct cell *cell)
{
	const char *transport = getenv("BINDERD_TRANSPORT");
	bool socket = !binder_setup.device && transport && strcmp(transport, "socket") == 0;
	char batch[16] = "";

	if (cell->batch > 1)
		snprintf(batch, sizeof(batch), "-x%u", cell->batch);
	snprintf(binder_name, sizeof(binder_name), "%s%s%s%s",
		binder_setup.device ? "kernel" : "binderd",
		binder_setup.raw && !binder_setup.device ? "-raw"
		: port_copies				 ? "-copies"
							 : "",
		socket ? "-socket" : "", batch);
	return binder_name;
}

const struct contestant *binder_contestant(
	const struct binder_setup *setup, const struct cell *cell)
{
	static struct contestant contestant = {
		.start = binder_start,
		.stop = binder_end,
		.counts = binder_counts,
		.connect = binder_connect,
		.call = client_call,
		.post = client_post,
		.sync = client_sync,
	};

	binder_setup = *setup;
	contestant.name = binder_name_of(cell);
	return &contestant;
}
