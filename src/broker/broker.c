// SPDX-License-Identifier: Apache-2.0

/*
 * Everything runs in one thread and to its end: a message, or a timeout, is one input of
 * the driver, and broker_settle() brings the driver to rest after it. At rest no thread is
 * woken that was not looked at, and no proc can be called whose connection has gone.
 *
 * What such a proc leaves can be a million objects and a thousand sockets. Of that a round
 * does no more than takes some ten microseconds, whether in broker_settle() or at its end:
 * others wait no longer for their turn, and most procs that end are done with at once.
 *
 * At the end of a round, when all that has arrived was acted on, the main sockets of those
 * procs are made readable that still have work which no thread waits for. Most do not, by
 * then: the thread has come back.
 */

#include "broker/broker.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "broker/channel.h"
#include "broker/closer.h"
#include "broker/connection.h"
#include "broker/context.h"
#include "broker/crew.h"
#include "broker/files.h"
#include "broker/link.h"
#include "broker/quota.h"
#include "wire/ring.h"
#include "broker/sender.h"
#include "util/alloc.h"

/* Areas that are looked at before others have their turn: each may be a hole or some. */
#define BROKER_TRIMS 8

/* The driver's clock, which stands still as long as nothing depends on it. */
static void broker_expect_tick(struct broker *broker)
{
	const struct timeval tick = {.tv_sec = DRIVER_TICK_S}, soon = {.tv_usec = 1000};

	if (!broker->ticking && driver_has_idle(broker->system))
		broker->ticking = event_add(broker->tick, broker->trimming ? &soon : &tick) == 0;
}

static void broker_tick(evutil_socket_t fd, short what, void *data)
{
	struct broker *broker = data;

	(void)fd, (void)what;
	if (!broker->trimming)
		driver_tick(broker->system);
	broker->trimming = driver_trim(broker->system, BROKER_TRIMS);
	broker->ticking = false;
	broker_expect_tick(broker);
}

/* For one round, what is left over: steps of the driver (a microsecond or less), closes. */
#define BROKER_STEPS 64
#define BROKER_CLOSES 8
/* Main sockets that took nothing before and are tried again in one round. */
#define BROKER_RETRIES 8

/* Those that cannot be told now become stuck, behind the last that is. Return: whether to look
 * again. */
static bool broker_send_tokens(struct broker *broker)
{
	struct connection *connection, *next, *last = TAILQ_LAST(&broker->stuck, connection_list);
	uint64_t now;

	for (int i = 0; last && i < BROKER_RETRIES; i++) {
		connection = TAILQ_FIRST(&broker->stuck);
		connection_send_token(connection);
		if (connection == last)
			break;
	}
	if (TAILQ_EMPTY(&broker->levels))
		return false;
	now = wire_ring_time();
	for (connection = TAILQ_FIRST(&broker->levels); connection; connection = next) {
		next = TAILQ_NEXT(connection, level_entry);
		if (!connection->level || !connection_is_at_work(connection, now))
			connection_send_token(connection);
	}
	return !TAILQ_EMPTY(&broker->levels);
}

static bool broker_round(void *data)
{
	struct broker *broker = data;

	bool more = broker_send_tokens(broker);

	broker->steps = BROKER_STEPS;
	broker->closes = BROKER_CLOSES;
	broker_settle(broker);
	files_reap();
	broker_expect_tick(broker);
	return more || !broker->steps || !TAILQ_EMPTY(&broker->ending);
}

/* Return: whether there is memory for them. */
static bool broker_open_accounts(struct broker *broker)
{
	if (broker->host) {
		broker->quota = broker->host->quota;
		broker->memory = broker->host->memory;
		return true;
	}
	broker->quota = quota_new();
	broker->memory = calloc(1, sizeof(*broker->memory));
	if (broker->memory)
		memory_budget_init(broker->memory);
	return broker->quota && broker->memory;
}

struct broker *broker_new(struct event_base *base, struct broker *host)
{
	struct broker *broker = calloc(1, sizeof(*broker));

	if (!broker)
		return NULL;
	TAILQ_INIT(&broker->contexts);
	TAILQ_INIT(&broker->doomed);
	TAILQ_INIT(&broker->ending);
	TAILQ_INIT(&broker->levels);
	TAILQ_INIT(&broker->stuck);
	TAILQ_INIT(&broker->uninstallable);
	broker->steps = BROKER_STEPS;
	broker->closes = BROKER_CLOSES;
	broker->host = host;
	broker->loop = loop_new(base, broker_round, broker);
	broker->system = driver_system_new();
	broker->files = files_new();
	broker->tick = event_new(base, -1, 0, broker_tick, broker);
	if (!broker_open_accounts(broker) || !broker->loop || !broker->tick || !broker->system ||
		!broker->files)
		return broker_free(broker);
	return broker;
}

struct broker *broker_free(struct broker *broker)
{
	struct connection *connection;
	struct context *context;

	if (!broker)
		return NULL;
	while ((context = TAILQ_FIRST(&broker->contexts))) {
		TAILQ_FOREACH (connection, &context->connections, entry)
			connection_doom(connection);
		broker->steps = broker->closes = UINT_MAX;
		broker_settle(broker);
		context_free(context);
	}
	broker->files = files_free(broker->files);
	/* What does not close is charged to somebody: the accounts stay. */
	if (!broker->host && !closer_stop()) {
		files_reap();
		broker->quota = quota_free(broker->quota);
	}
	if (!broker->host)
		free(broker->memory);
	if (broker->system)
		driver_system_free(broker->system);
	if (broker->tick)
		event_free(broker->tick);
	loop_free(broker->loop);
	free(broker);
	return NULL;
}

/* Goes on with what has ended, each connection in its turn. Return: whether anything was. */
static bool broker_clean_up(struct broker *broker)
{
	unsigned int steps = broker->steps;
	struct connection *connection = TAILQ_FIRST(&broker->ending);

	driver_slice(broker->system, &broker->steps);
	if (!connection || !broker->closes)
		return broker->steps < steps;
	broker->closes--;
	TAILQ_REMOVE(&broker->ending, connection, doom_entry);
	if (connection_release(connection))
		TAILQ_INSERT_TAIL(&broker->ending, connection, doom_entry);
	return true;
}

void broker_settle(struct broker *broker)
{
	struct connection *connection;
	struct channel *channel;

	for (;;) {
		driver_run(broker->system);
		channel = TAILQ_FIRST(&broker->uninstallable);
		connection = TAILQ_FIRST(&broker->doomed);
		if (channel) {
			channel_uninstall(channel);
		} else if (connection) {
			TAILQ_REMOVE(&broker->doomed, connection, doom_entry);
			TAILQ_INSERT_HEAD(&broker->ending, connection, doom_entry);
			connection_finish(connection);
		} else if (!broker_clean_up(broker)) {
			return;
		}
	}
}

void broker_figures(const struct broker *broker, struct broker_figures *figures)
{
	struct driver_counts counts, *sum = &figures->driver;

	driver_count(broker->system, &counts);
	sum->procs += counts.procs;
	sum->threads += counts.threads;
	sum->nodes += counts.nodes;
	sum->refs += counts.refs;
	sum->transactions += counts.transactions;
	sum->deaths += counts.deaths;
	sum->buffers += counts.buffers;
	figures->connections += broker->connections;
	figures->channels += broker->channels;
	figures->witnesses += broker->witnesses;
	figures->files += files_count(broker->files);
	figures->dropped += broker->dropped;
	figures->copied += sender_copied();
	figures->allocations += alloc_calls();
}

static size_t broker_stats_driver(const struct driver_counts *counts, char *text, size_t size)
{
	return (size_t)snprintf(text, size,
		"procs=%llu\nthreads=%llu\nnodes=%llu\nrefs=%llu\ntransactions=%llu\n"
		"deaths=%llu\nbuffers=%llu\n",
		(unsigned long long)counts->procs, (unsigned long long)counts->threads,
		(unsigned long long)counts->nodes, (unsigned long long)counts->refs,
		(unsigned long long)counts->transactions, (unsigned long long)counts->deaths,
		(unsigned long long)counts->buffers);
}

size_t broker_stats(const struct broker *broker, char *text, size_t size)
{
	struct broker_figures figures = {.connections = 0};
	size_t used;

	broker_figures(broker, &figures);
	if (broker->crew)
		crew_figures(broker->crew, &figures);
	used = broker_stats_driver(&figures.driver, text, size);
	used += (size_t)snprintf(text + used, size - used,
		"connections=%llu\nchannels=%llu\nwitnesses=%llu\nfiles=%llu\nclosing=%zu\n"
		"arena_bytes=%llu\narea_bytes=%llu\nmappings=%zu\nusers=%zu\ndropped=%llu\n"
		"copied_bytes=%llu\nallocations=%llu\n",
		(unsigned long long)figures.connections, (unsigned long long)figures.channels,
		(unsigned long long)figures.witnesses, (unsigned long long)figures.files,
		closer_pending(), (unsigned long long)quota_total(broker->quota, QUOTA_ARENA_BYTES),
		(unsigned long long)quota_total(broker->quota, QUOTA_AREA_BYTES),
		(size_t)broker->memory->mappings, quota_users(broker->quota),
		(unsigned long long)figures.dropped, (unsigned long long)figures.copied,
		(unsigned long long)figures.allocations);
	return used;
}
