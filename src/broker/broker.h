#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the parts of the broker share: the driver, the loop, the accounts, and what has to
 * be done once the driver has returned.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "broker/memory.h"
#include "driver/driver.h"

struct channel;
struct connection;
struct context;
struct crew;
struct files;
struct loop;
struct quota;

TAILQ_HEAD(context_list, context);
TAILQ_HEAD(connection_list, connection);
TAILQ_HEAD(channel_list, channel);

/* Who may become context manager. */
struct broker_policy {
	bool anyone; /* as in the kernel: whoever comes first, later its uid alone */
	uid_t uid;   /* else: root and this one */
};

struct broker {
	struct loop *loop;
	struct driver_system *system;
	struct quota *quota;
	struct files *files;
	struct memory_budget *memory;
	struct broker *host; /* whose accounts these are; NULL: its own */
	struct crew *crew;   /* threads that serve contexts beside this one, or NULL */
	struct broker_policy policy;
	uint32_t ring_after; /* requests on a channel before it may have a ring; WIRE_NO_RINGS */
	struct context_list contexts;
	struct connection_list doomed;	   /* to be ended as soon as the driver is idle */
	struct connection_list ending;	   /* ended; what they held is still to be closed */
	struct connection_list levels;	   /* whose main socket may have to say readable */
	struct connection_list stuck;	   /* of these, the ones that took nothing last time */
	struct channel_list uninstallable; /* whose descriptors could not be sent */
	struct event *tick;  /* of the driver, as long as it has something to give back */
	bool ticking;	     /* the event is set */
	bool trimming;	     /* a tick is not yet through with all areas */
	unsigned int steps;  /* of the driver's long work, left for this round */
	unsigned int closes; /* of what has ended, left for this round */
	uint64_t connections, channels, witnesses, dropped;
};

struct event_base;

/**
 * broker_new() - a broker without contexts
 * @host: another one, whose limits count for both together, and which lives longer; or NULL
 *
 * Each may have a thread of its own. Return: it, or NULL.
 */
struct broker *broker_new(struct event_base *base, struct broker *host);
/** broker_free() - ends all connections first; @broker may be NULL */
struct broker *broker_free(struct broker *broker);

/**
 * broker_settle() - to be called after each input to the driver
 *
 * Looks at woken threads and ends doomed connections until nothing is left of either, and
 * does as much of the long work that comes of it as this round may.
 */
void broker_settle(struct broker *broker);

/* What one broker holds of its own. */
struct broker_figures {
	struct driver_counts driver;
	uint64_t connections, channels, witnesses, files, dropped;
	uint64_t copied, allocations; /* in bytes; calls */
};

/** broker_figures() - add to @figures, in the thread of @broker */
void broker_figures(const struct broker *broker, struct broker_figures *figures);

/**
 * broker_stats() - the figures of all tables as "key=value" lines, with those of its crew
 *
 * Return: bytes of text, without the NUL.
 */
size_t broker_stats(const struct broker *broker, char *text, size_t size);
