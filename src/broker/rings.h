#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The rings that are looked at, and when.
 */

#include <stdbool.h>

#include "broker/ring.h"

struct event_base;

/** rings_new() - none yet; both stay the caller's. Return: them, or NULL */
struct rings *rings_new(struct event_base *base, struct inbox *inbox);
/** rings_free() - @rings may be NULL; there is none left */
struct rings *rings_free(struct rings *rings);
struct event_base *rings_base(const struct rings *rings);
struct inbox *rings_inbox(const struct rings *rings);

/**
 * rings_run() - act on what there is until there is no more, or for long enough
 * @busy: the caller has something else to do then: look on for nothing
 *
 * Return: whether all are armed: one that gets a message rings its bell. Otherwise
 * rings_run() is to be called again before the caller sleeps.
 */
bool rings_run(struct rings *rings, bool busy);
/** rings_wake() - the caller has slept */
void rings_wake(struct rings *rings);
/** rings_flush() - act on what is there now: something of a later time is about to be */
void rings_flush(struct rings *rings);
/** rings_drain() - act on all that is in @ring, which has come to its end */
void rings_drain(struct ring *ring);

/** rings_wake_clients() - wake those for whom something was published */
void rings_wake_clients(struct rings *rings);

/* For ring.c. */

/** rings_may_look_on() - whether others can work while somebody looks on */
bool rings_may_look_on(const struct rings *rings);
/** rings_note_sleeper() - something was published in @ring */
void rings_note_sleeper(struct ring *ring);

/** rings_warm() - @ring has rung */
void rings_warm(struct ring *ring);
/** rings_forget() - @ring goes */
void rings_forget(struct ring *ring);
