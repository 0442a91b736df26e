#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What an actor does without an input, as a thread does over a ring: it parks, is inside
 * a read that the driver asks for when it matters, and hands out what was offered ahead.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bench.h"

/** actor_park() - it says that its next plain read needs no input. Return: as thread_park() */
bool actor_park(struct actor *actor);

/**
 * actor_begin_read() - begin a plain read of @size bytes, without an input if that can be
 *
 * It cannot when the actor is not parked, or the driver wants to be told.
 */
void actor_begin_read(struct actor *actor, uint64_t size);
/** actor_begin_untold() - the same, and the embedder has yet to tell the driver, if it wants it */
void actor_begin_untold(struct actor *actor, uint64_t size);
/** actor_leave_read() - a signal ends it. Return: false, it is the driver's by now */
bool actor_leave_read(struct actor *actor);
/** actor_recall() - nothing that it does without an input can be told any more */
void actor_recall(struct actor *actor);
/** actor_poll() - thread_poll(), an input like any other */
bool actor_poll(struct actor *actor, bool arm);
/** actor_reads() - whether it is inside a read that the driver has not taken over */
bool actor_reads(const struct actor *actor);

/** actor_offered() - the next read that was offered ahead, or NULL */
const struct ahead *actor_offered(const struct actor *actor);
/** actor_offered_call() - the same if it is a call, to be taken with a reply; or NULL */
const struct ahead *actor_offered_call(const struct actor *actor);
/**
 * actor_take() - take it, as what BC_FREE_BUFFER and a read gave; or, for a call, a read
 *
 * Return: whether there was one.
 */
bool actor_take(struct actor *actor);
/** actor_show() - @ahead is what its last read gave */
void actor_show(struct actor *actor, const struct ahead *ahead);

/* For bench.c. */
void quiet_close(struct actor *actor);
enum park_state quiet_park_look(struct thread *thread, enum park_look look, struct park_read *read);
bool quiet_ahead_offer(struct thread *thread, const struct ahead *ahead);
unsigned int quiet_ahead_taken(struct thread *thread, bool end);
