// SPDX-License-Identifier: Apache-2.0

/*
 * Looking, arming, sleeping.
 *
 * Of all rings only the hot ones are looked at: those that had messages lately, at most
 * RINGS_HOT. Every other is cold, and armed: its next message rings, which makes it hot.
 * Ten thousand cold rings cost nothing. Before the loop sleeps the hot ones are armed, too,
 * and looked at once more; when it wakes all of them are looked at, whoever rang.
 *
 * The order of cause and effect. Let a be a quiet message, whose sender went on at once, and
 * b one that somebody sent on another ring who knew of that. a was on a hot ring: there is
 * nothing quiet on a cold one. So a batch is what was found by looking at all hot rings again
 * and again until a round found nothing new: if b is in it, so is a, which was there before
 * b was found. Of a batch the quiet ones are acted on first, all that lie one behind the other
 * in a ring, by the time that they were sent at; the others' senders wait, and have caused
 * nothing. A message that comes by a cold ring, or by a socket, is acted on after what a batch
 * then finds (rings_flush()).
 *
 * Clients are woken when what there is was acted on: one that is woken may well run in the
 * broker's place at once, and is to find then all that there is for it.
 *
 * When nothing is left they are looked at for a moment more before the loop sleeps: for about as
 * long as it takes to be woken, which is measured, as messages say when they were sent.
 */

#include "broker/rings.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker/link.h"
#include "broker/place.h"
#include "util/yield.h"

#define RINGS_HOT 64
/* Hot rings of two that talk to each other, and one. */
#define RINGS_FEW 3
/* Batches after which others have their turn. */
#define RINGS_TURN 128
/* Batches after which those are woken at the latest whom they concern. */
#define RINGS_TOGETHER 8
/* Messages that a ring of its full size can hold, and more. */
#define RINGS_DRAIN 512
/* Sleeps without a message after which a ring is cold. */
#define RINGS_COLD 512
/* How often to look on before sleeping, at least: there is no sense in measuring less. */
#define RINGS_LOOKS 20
/* Looks, of a few rings and of many, after which others on the processor may run in between. */
#define RINGS_ALONE 20
#define RINGS_ALONE_CROWDED 5
/* Nanoseconds that somebody has kept the processor after which nobody is let run meanwhile. */
#define RINGS_AWAY 300000
/* Looks while the loop has something else to do, too. */
#define RINGS_GLANCES 64
/* Nanoseconds. What it takes to be woken: at first, and at most; and the longest gap that counts.
 */
#define RINGS_WAKING 5000
#define RINGS_WAKING_MAX 300000
#define RINGS_GAP_MAX 3000000
/* So many times the one without the other: looking on does not pay. */
#define RINGS_HOPELESS 8
/* How many times what being woken takes to look on for many, and at most, in nanoseconds. */
#define RINGS_CROWDED 16
#define RINGS_CROWDED_MAX 1200000
/* How often what it takes to be woken is measured. */
#define RINGS_MEASURE 256

struct rings {
	struct event_base *base;
	struct inbox *inbox;
	struct ring *hot[RINGS_HOT];
	int hot_count;
	struct ring *warming;		   /* rings_warm(): NULL: gone meanwhile */
	struct ring *batch[RINGS_HOT + 1]; /* NULL: gone meanwhile; one may drain beside the hot */
	int batch_count;
	struct message *message;
	uint64_t sleeps;
	TAILQ_HEAD(, ring) sleepers; /* clients that may sleep and are to be woken */
	bool alone;		     /* one processor: whoever looks on keeps others from working */
	bool is_idle;		     /* nothing has come since idle_since */
	bool slept;		     /* nor was looked for all the time */
	uint64_t idle_since;
	uint64_t moments; /* of looking on, so far */
	uint64_t gap; /* from being idle to the next message, of late: nanoseconds, as all of these
		       */
	uint64_t waking; /* what it takes to be woken, of late: nanoseconds */
	bool armed;
	struct place place;
	struct yield yield; /* of looking on */
};

struct rings *rings_new(struct event_base *base, struct inbox *inbox)
{
	struct rings *rings = calloc(1, sizeof(*rings));

	if (!rings)
		return NULL;
	rings->base = base;
	rings->inbox = inbox;
	TAILQ_INIT(&rings->sleepers);
	rings->alone = sysconf(_SC_NPROCESSORS_ONLN) < 2;
	rings->waking = RINGS_WAKING;
	rings->message = calloc(1, sizeof(*rings->message));
	if (!rings->message)
		return rings_free(rings);
	return rings;
}

struct rings *rings_free(struct rings *rings)
{
	if (!rings)
		return NULL;
	free(rings->message);
	free(rings);
	return NULL;
}

struct inbox *rings_inbox(const struct rings *rings)
{
	return rings->inbox;
}

struct event_base *rings_base(const struct rings *rings)
{
	return rings->base;
}

static void rings_remove(struct ring *ring)
{
	struct rings *rings = ring->rings;
	struct ring *last;

	if (ring->hot < 0)
		return;
	last = rings->hot[--rings->hot_count];
	rings->hot[ring->hot] = last;
	last->hot = ring->hot;
	ring->hot = -1;
}

struct place *rings_place(struct rings *rings)
{
	return &rings->place;
}

bool rings_is_crowded(const struct rings *rings)
{
	return rings->hot_count > RINGS_FEW;
}

bool rings_may_look_on(const struct rings *rings)
{
	return !rings->alone;
}

void rings_note_sleeper(struct ring *ring)
{
	if (ring->asleep)
		return;
	ring->asleep = true;
	TAILQ_INSERT_TAIL(&ring->rings->sleepers, ring, wake_entry);
}

void rings_wake_clients(struct rings *rings)
{
	struct ring *ring;

	while ((ring = TAILQ_FIRST(&rings->sleepers))) {
		TAILQ_REMOVE(&rings->sleepers, ring, wake_entry);
		ring->asleep = false;
		ring_wake(ring);
	}
}

void rings_forget(struct ring *ring)
{
	/* Whoever is still there is told by the socket. */
	if (ring->asleep)
		TAILQ_REMOVE(&ring->rings->sleepers, ring, wake_entry);
	if (ring->pending >= 0)
		ring->rings->batch[ring->pending] = NULL;
	if (ring->rings->warming == ring)
		ring->rings->warming = NULL;
	rings_remove(ring);
}

/* What is in it already stays seen: its owner looks at it for the last time. */
static void rings_cool(struct ring *ring)
{
	atomic_store(&ring->shared->watch, WIRE_WATCH_ARMED | WIRE_WATCH_COLD);
	if (ring_look(ring)) {
		atomic_store(&ring->shared->watch, 0);
		ring->used = ring->rings->sleeps;
		return;
	}
	rings_remove(ring);
	ring->ops->cold(ring);
}

/* That the broker is at work, where, and for how long it pays to look on for it. */
static void rings_tell(const struct rings *rings, struct ring *ring, int cpu)
{
	struct wire_ring *shared = ring->shared;

	atomic_store_explicit(&shared->cpu, cpu, memory_order_relaxed);
	atomic_store_explicit(&shared->waking, (uint32_t)rings->waking, memory_order_relaxed);
	atomic_store_explicit(&shared->watch, 0, memory_order_relaxed);
}

static void rings_make_room(struct rings *rings)
{
	struct ring *oldest = rings->hot[0];

	for (int i = 1; i < rings->hot_count; i++) {
		if (rings->hot[i]->used < oldest->used)
			oldest = rings->hot[i];
	}
	rings_cool(oldest);
}

void rings_warm(struct ring *ring)
{
	struct rings *rings = ring->rings;

	if (ring->hot >= 0)
		return;
	/* What is found of one that grows cold may be the end of this one, too. */
	rings->warming = ring;
	if (rings->hot_count == RINGS_HOT)
		rings_make_room(rings);
	if (!rings->warming)
		return;
	rings->warming = NULL;
	/* It rings again the next time. */
	if (rings->hot_count == RINGS_HOT) {
		atomic_store(&ring->shared->watch, WIRE_WATCH_ARMED | WIRE_WATCH_COLD);
		rings_drain(ring);
		return;
	}
	ring->hot = rings->hot_count;
	ring->used = rings->sleeps;
	rings->hot[rings->hot_count++] = ring;
	if (rings->armed)
		atomic_store(&ring->shared->watch, WIRE_WATCH_ARMED);
	else
		rings_tell(rings, ring, sched_getcpu());
}

/* Adds what has come. Return: whether anything has. */
static bool rings_collect(struct rings *rings)
{
	int before = rings->batch_count;
	bool more = false;

	for (int i = 0; i < rings->hot_count; i++) {
		struct ring *ring = rings->hot[i];

		if (ring->pending >= 0) {
			more |= ring_look_again(ring);
			continue;
		}
		if (!ring_look(ring))
			continue;
		ring->pending = rings->batch_count;
		ring->used = rings->sleeps;
		rings->batch[rings->batch_count++] = ring;
	}
	return more || rings->batch_count > before;
}

static void rings_act(struct ring *ring)
{
	struct message *message = ring->rings->message;

	if (ring_take(ring, message))
		ring->ops->message(ring, message);
	else
		ring->ops->arrived(ring);
}

/* The quiet one that was sent first, taken out of the batch; NULL: none is left. */
static struct ring *rings_first_quiet(struct rings *rings)
{
	struct ring *first = NULL;

	for (int i = 0; i < rings->batch_count; i++) {
		struct ring *ring = rings->batch[i];

		if (ring && ring->record.kind == WIRE_RECORD_QUIET &&
			(!first || ring->record.time < first->record.time))
			first = ring;
	}
	return first;
}

/* Acts on one message, or on that the thread has arrived; @again: leave what is behind. */
static void rings_act_pending(struct rings *rings, struct ring *ring, bool again)
{
	int place = ring->pending;

	rings_act(ring);
	/* It may be gone. */
	if (!rings->batch[place])
		return;
	if (ring_release(ring) && again)
		return;
	rings->batch[place] = NULL;
	ring->pending = -1;
}

static uint64_t rings_average(uint64_t average, uint64_t sample)
{
	return (average * 7 + sample) / 8;
}

/* By the message looked at first: when it was sent, and, if that woke us, what that took. */
static void rings_learn(struct rings *rings, const struct ring *ring)
{
	uint64_t sent = ring->record.time, now = wire_ring_time();
	uint64_t gap = sent > rings->idle_since ? sent - rings->idle_since : 0;

	rings->is_idle = false;
	/* Nothing was sent when a thread began to read without a message. */
	if (!sent || sent > now)
		return;
	rings->gap = rings_average(rings->gap, gap < RINGS_GAP_MAX ? gap : RINGS_GAP_MAX);
	if (rings->slept && gap && now - sent < RINGS_WAKING_MAX)
		rings->waking = rings_average(rings->waking, now - sent);
}

/* Of each ring acts on what is quiet, and on one more. Return: whether there was any. */
static bool rings_batch(struct rings *rings)
{
	struct ring *ring;

	while (rings_collect(rings))
		;
	if (!rings->batch_count)
		return false;
	if (rings->is_idle)
		rings_learn(rings, rings->batch[0]);
	while ((ring = rings_first_quiet(rings)))
		rings_act_pending(rings, ring, true);
	for (int i = 0; i < rings->batch_count; i++) {
		if (rings->batch[i])
			rings_act_pending(rings, rings->batch[i], false);
	}
	rings->batch_count = 0;
	return true;
}

void rings_flush(struct rings *rings)
{
	/* A ring has more than two messages only by a hostile client. */
	for (int i = 0; i < 3 && rings_batch(rings); i++)
		;
}

void rings_drain(struct ring *ring)
{
	struct rings *rings = ring->rings;
	int i;

	/* Each may end the ring: it is looked for in the batch, which knows. */
	for (i = 0; i < RINGS_DRAIN && ring_look(ring); i++) {
		ring->pending = rings->batch_count++;
		rings->batch[ring->pending] = ring;
		rings_act(ring);
		if (!rings->batch[--rings->batch_count])
			return;
		ring_release(ring);
		rings->batch[ring->pending] = NULL;
		ring->pending = -1;
	}
}

/*
 * How long to look on: a few times what being woken takes at most, and not at all where nothing
 * comes for long, or when that is to be measured anew.
 */
static uint64_t rings_moment(struct rings *rings)
{
	uint64_t moment;

	if (++rings->moments % RINGS_MEASURE == 0 || rings->gap > RINGS_HOPELESS * rings->waking)
		return 0;
	/* Many share what is saved. */
	if (rings_is_crowded(rings)) {
		moment = RINGS_CROWDED * rings->waking;
		return moment < RINGS_CROWDED_MAX ? moment : RINGS_CROWDED_MAX;
	}
	return rings->waking + rings->waking / 2;
}

/*
 * Looks on until something comes, for as long as that is likely to pay; who shares the processor
 * may run meanwhile. Return: whether it did.
 */
static bool rings_look_on(struct rings *rings)
{
	unsigned looks = 0, alone = rings_is_crowded(rings) ? RINGS_ALONE_CROWDED : RINGS_ALONE;
	struct yield_turn turn;
	bool yields, found = false;
	uint64_t until;

	if (rings->alone || !rings->hot_count || rings->is_idle)
		return false;
	rings->is_idle = true;
	rings->slept = false;
	rings->idle_since = wire_ring_time();
	until = rings->idle_since + rings_moment(rings);
	yields = yield_due(&rings->yield);
	/* Of many some are on either processor: those beside run when there is nothing to do. */
	if (!yields || !rings_is_crowded(rings))
		place_leave(&rings->place, rings->idle_since);
	if (yields)
		yield_begin(&turn);
	while (!found && (looks++ < RINGS_LOOKS || wire_ring_time() < until)) {
		if (yields && looks > alone && turn.away < RINGS_AWAY)
			yield_on(&turn);
		else
			wire_ring_pause();
		found = rings_batch(rings);
	}
	if (yields)
		yield_end(&rings->yield, &turn, true);
	return found;
}

/* The same in between other work, which is not kept waiting. */
static bool rings_look(struct rings *rings)
{
	for (int i = 0; i < RINGS_GLANCES; i++) {
		wire_ring_pause();
		if (rings_batch(rings))
			return true;
	}
	return false;
}

/* Return: whether nothing came in between. */
static bool rings_arm(struct rings *rings)
{
	rings->armed = true;
	rings->sleeps++;
	for (int i = rings->hot_count - 1; i >= 0; i--) {
		struct ring *ring;

		/* One that grows cold may end others. */
		if (i >= rings->hot_count)
			continue;
		ring = rings->hot[i];
		if (rings->sleeps - ring->used > RINGS_COLD)
			rings_cool(ring);
		else
			atomic_store_explicit(
				&ring->shared->watch, WIRE_WATCH_ARMED, memory_order_relaxed);
	}
	atomic_thread_fence(memory_order_seq_cst);
	for (int i = 0; i < rings->hot_count; i++) {
		if (ring_look(rings->hot[i]))
			return false;
	}
	return true;
}

void rings_wake(struct rings *rings)
{
	int cpu;

	if (!rings->armed)
		return;
	cpu = sched_getcpu();
	rings->armed = false;
	rings->slept = true;
	for (int i = 0; i < rings->hot_count; i++)
		rings_tell(rings, rings->hot[i], cpu);
}

bool rings_run(struct rings *rings, bool busy)
{
	int batches = 0;

	for (int i = 0; i < RINGS_TURN; i++) {
		if (rings_batch(rings) && ++batches < RINGS_TOGETHER)
			continue;
		rings_wake_clients(rings);
		if (batches || (busy ? rings_look(rings) : rings_look_on(rings))) {
			batches = 0;
			continue;
		}
		if (busy)
			return false;
		if (rings_arm(rings))
			return true;
		rings_wake(rings);
	}
	rings_wake_clients(rings);
	return false;
}
