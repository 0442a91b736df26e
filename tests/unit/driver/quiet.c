/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The same words as in the ring: open, reading, wanted; and two counts for what is offered
 * and what is taken. Here nobody else changes them in between, so none is atomic.
 */

#include "quiet.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <binderd/uapi.h>

bool actor_park(struct actor *actor)
{
	bool parked;

	assert(actor->thread && !thread_busy(actor->thread));
	memset(&actor->park, 0, sizeof(actor->park));
	actor->park.is_open = true;
	parked = thread_park(actor->thread);
	/* Nobody will ask: its next read is an input, as one that is wanted is. */
	if (!parked)
		actor->park.is_wanted = true;
	return parked;
}

void actor_begin_untold(struct actor *actor, uint64_t size)
{
	const struct read_input read = {.size = size};

	assert(actor->park.is_open);
	assert(!actor->out_size && !actor->park.is_reading && !thread_busy(actor->thread));
	actor->park.is_reading = true;
	actor->park.read = (struct park_read){
		.read = read,
		.nice = actor->nice,
		.order = ++actor->seat->bench->park_order,
	};
	actor->done = false;
	actor->preset = 0;
	memset(&actor->result, 0, sizeof(actor->result));
}

void actor_begin_read(struct actor *actor, uint64_t size)
{
	const struct read_input read = {.size = size};

	if (!actor->park.is_open || actor->park.is_wanted)
		actor_write_read(actor, &read);
	else
		actor_begin_untold(actor, size);
}

bool actor_leave_read(struct actor *actor)
{
	if (!actor_reads(actor))
		return false;
	actor->park.is_reading = false;
	actor->done = true;
	actor->result.ret = -EINTR;
	return true;
}

void actor_recall(struct actor *actor)
{
	thread_recall(actor->thread);
	assert(!actor_reads(actor) && !actor->offered);
	if (actor->park.is_open)
		actor->park.is_wanted = true;
}

bool actor_poll(struct actor *actor, bool arm)
{
	quiet_close(actor);
	return thread_poll(actor->thread, arm);
}

bool actor_reads(const struct actor *actor)
{
	return actor->park.is_open && actor->park.is_reading;
}

const struct ahead *actor_offered(const struct actor *actor)
{
	return actor->taken < actor->offered ? &actor->offers[actor->taken % ACTOR_OFFERS] : NULL;
}

const struct ahead *actor_offered_call(const struct actor *actor)
{
	const struct ahead *ahead = actor_offered(actor);

	return ahead && ahead->after == AHEAD_CALL ? ahead : NULL;
}

void actor_show(struct actor *actor, const struct ahead *ahead)
{
	const uint32_t noop = BR_NOOP;
	uint8_t bytes[sizeof(noop) + sizeof(ahead->bytes)];
	bool is_call = ahead->after == AHEAD_CALL;

	memcpy(bytes, &noop, sizeof(noop));
	memcpy(bytes + sizeof(noop), ahead->bytes, ahead->size);
	memset(&actor->result, 0, sizeof(actor->result));
	actor->result.size = sizeof(noop) + ahead->size;
	actor->result.read_consumed = actor->result.size;
	if (!is_call)
		actor->result.write_consumed = sizeof(uint32_t) + sizeof(uint64_t);
	actor->result.calm = is_call;
	actor->result.no_spawn = true;
	actor->result.saved_nice = ahead->saved_nice;
	if (is_call)
		actor->nice = ahead->nice;
	actor_keep(actor, bytes);
	actor->done = true;
}

bool actor_take(struct actor *actor)
{
	const struct ahead *ahead = actor_offered(actor);

	if (!ahead)
		return false;
	assert(actor->done && !thread_busy(actor->thread));
	/* As the library: a call needs no word any more. */
	quiet_close(actor);
	actor_show(actor, ahead);
	actor->taken++;
	return true;
}

void quiet_close(struct actor *actor)
{
	assert(!actor_reads(actor));
	memset(&actor->park, 0, sizeof(actor->park));
}

enum park_state quiet_park_look(struct thread *thread, enum park_look look, struct park_read *read)
{
	struct actor *actor = thread_data(thread);

	if (!actor->park.is_open)
		return PARK_GONE;
	actor->park.is_wanted |= look == PARK_WANT;
	if (!actor->park.is_reading)
		return PARK_AWAY;
	*read = actor->park.read;
	if (look != PARK_PEEK)
		memset(&actor->park, 0, sizeof(actor->park));
	return PARK_READING;
}

bool quiet_ahead_offer(struct thread *thread, const struct ahead *ahead)
{
	struct actor *actor = thread_data(thread);
	struct bench *bench = actor->seat->bench;

	if (bench->ahead_room > ACTOR_OFFERS)
		bench->ahead_room = ACTOR_OFFERS;
	if (actor->offered - actor->known >= bench->ahead_room)
		return false;
	if (!ahead)
		return true;
	assert(ahead->size > 0 && ahead->size <= sizeof(ahead->bytes));
	actor->offers[actor->offered++ % ACTOR_OFFERS] = *ahead;
	return true;
}

unsigned int quiet_ahead_taken(struct thread *thread, bool end)
{
	struct actor *actor = thread_data(thread);
	unsigned int taken = actor->taken;

	assert(taken <= actor->offered);
	actor->known = taken;
	if (end)
		actor->offered = actor->taken = actor->known = 0;
	return taken;
}
