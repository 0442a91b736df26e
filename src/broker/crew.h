#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Threads that serve a context each (--thread-per-context), beside the first one, which
 * has the signals and the control socket.
 */

#include <stdbool.h>

struct broker;
struct broker_figures;
struct crew;
struct event_base;

/** crew_base() - an event base of the kind that the loop needs. Return: it, or NULL */
struct event_base *crew_base(void);

/** crew_new() - a crew of nobody, beside @host. Return: it, or NULL */
struct crew *crew_new(struct broker *host);
/** crew_free() - after crew_stop(), with the brokers; @crew may be NULL */
struct crew *crew_free(struct crew *crew);

/**
 * crew_hire() - a broker for one more thread, which crew_start() starts
 *
 * Its accounts are the host's. Until then, and after crew_stop(), it is the caller's to
 * use. Return: it, or NULL.
 */
struct broker *crew_hire(struct crew *crew);
/** crew_serves() - whether one of them has the context @name; before crew_start() */
bool crew_serves(const struct crew *crew, const char *name);

/** crew_start() - let all run. Return: 0, or a negative errno: some may */
int crew_start(struct crew *crew);
/** crew_stop() - end all that run, and wait for them. Return: 0, or why one had ended before */
int crew_stop(struct crew *crew);

/** crew_figures() - add what all hold, asking each and waiting for its answer */
void crew_figures(struct crew *crew, struct broker_figures *figures);
