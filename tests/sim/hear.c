/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Listening. What a thread is owed goes up by one with each call that the driver took
 * and with each refusal, and down by one with each BR_REPLY, BR_DEAD_REPLY,
 * BR_FAILED_REPLY and BR_FROZEN_REPLY that it reads. What it is still owed must lie in
 * the driver: as a call that it waits for, a reply or an error on its list. The one
 * exception is the kernel's: of two errors that come before the first was read, the
 * second is dropped.
 */

#include <assert.h>
#include <string.h>

#include "driver/buffer.h"
#include "driver/proc.h"
#include "driver/thread.h"
#include "driver/transaction.h"
#include "sim.h"

static void hear_ack(struct house *house, const struct word *word)
{
	if (house->ack_count < SIM_ACKS)
		house->acks[house->ack_count++] = *word;
}

static void hear_end(struct player *player)
{
	assert(player->owed > 0);
	player->owed--;
	if (player->accepted > player->owed)
		player->accepted = player->owed;
}

static void hear_sent(struct world *world, struct actor *actor, const struct word *word)
{
	struct seat *seat = actor->seat;
	struct house *house = seat->data;
	const struct binder_transaction_data *tr = &word->tr;

	parcel_check(world, seat, tr);
	if (house->buffer_count < SIM_BUFFERS)
		house->buffers[house->buffer_count++] = tr->data.ptr.buffer;
	if (word->command != BR_REPLY && tr->flags & TF_ONE_WAY)
		((struct player *)actor->data)->oneway = tr->data.ptr.buffer;
	if (word->command == BR_TRANSACTION_SEC_CTX)
		assert(strcmp((const char *)seat_at(
				      seat, word->secctx.secctx, sizeof(BENCH_SECCTX)),
			       BENCH_SECCTX) == 0);
}

static void hear_word(struct world *world, struct actor *actor, const struct word *word)
{
	struct player *player = actor->data;

	switch (word->command) {
	case BR_REPLY:
		assert(player->accepted > 0);
		world->counts.replied++;
		hear_end(player);
		hear_sent(world, actor, word);
		break;
	case BR_TRANSACTION:
	case BR_TRANSACTION_SEC_CTX:
		hear_sent(world, actor, word);
		break;
	case BR_DEAD_REPLY:
		world->counts.dead++;
		hear_end(player);
		break;
	case BR_FAILED_REPLY:
		world->counts.failed++;
		hear_end(player);
		break;
	case BR_FROZEN_REPLY:
		world->counts.frozen++;
		hear_end(player);
		break;
	case BR_DEAD_BINDER:
		world->counts.deaths++;
		hear_ack(actor->seat->data, word);
		break;
	case BR_INCREFS:
	case BR_ACQUIRE:
	case BR_FROZEN_BINDER:
	case BR_SPAWN_LOOPER:
		hear_ack(actor->seat->data, word);
		break;
	}
}

void hear_nice(struct actor *actor)
{
	if (actor->result.nice_valid)
		actor->nice = actor->result.nice;
	actor->result.nice_valid = false;
}

static void hear_actor(struct world *world, struct actor *actor)
{
	struct player *player = actor->data;
	struct word word;
	size_t at = 0;

	if (!actor->done)
		return;
	hear_nice(actor);
	if (!player->reads)
		return;
	player->reads = false;
	player->oneway = 0;
	player->heard_nice = actor->nice;
	player->calm = actor->result.calm && actor->result.no_spawn;
	player->saved_nice = actor->result.saved_nice;
	while (word_next(actor, &at, &word))
		hear_word(world, actor, &word);
	if (actor->result.spawn_at_start)
		assert(actor->preset > 0);
}

void hear(struct world *world)
{
	struct seat *seat;
	struct actor *actor;

	TAILQ_FOREACH (seat, &world->bench->seats, entry)
		TAILQ_FOREACH (actor, &seat->actors, entry)
			hear_actor(world, actor);
}

/* Ends among what was composed before descriptors had to be installed. */
static uint64_t hear_held_back(const struct thread *thread)
{
	struct actor parked = {
		.bytes = thread->held,
		.result.size = thread->arriving ? thread->held_size : 0,
	};
	struct word word;
	uint64_t ends = 0;
	size_t at = 0;

	while (word_next(&parked, &at, &word))
		ends += word.command == BR_DEAD_REPLY || word.command == BR_FAILED_REPLY ||
			word.command == BR_FROZEN_REPLY;
	return ends;
}

/* What the driver holds for @thread that it will read as an end. */
static uint64_t hear_held(const struct thread *thread)
{
	const struct transaction *t = thread->stack;
	const struct work *work;
	uint64_t held = hear_held_back(thread);

	while (t) {
		bool waits = t->from == thread;

		held += waits;
		t = waits ? t->from_parent : t->to_parent;
	}
	TAILQ_FOREACH (work, &thread->todo.items, entry)
		if (work->type == WORK_TRANSACTION)
			held += !((const struct transaction *)work)->buffer->target_node;
	held += thread->arriving && !thread->arriving->buffer->target_node;
	held += thread->reply_error.command != BR_OK;
	held += thread->return_error.command == BR_DEAD_REPLY ||
		thread->return_error.command == BR_FAILED_REPLY ||
		thread->return_error.command == BR_FROZEN_REPLY;
	return held;
}

static void hear_check_actor(struct world *world, struct actor *actor)
{
	struct player *player = actor->data;
	uint64_t held = actor->thread ? hear_held(actor->thread) : 0;
	bool has_error;

	if (!actor->thread) {
		player->owed = player->accepted = 0;
		return;
	}
	has_error = actor->thread->reply_error.command != BR_OK;
	assert(held <= player->owed);
	if (held < player->owed) {
		assert(player->lossy || player->had_error || has_error);
		world->counts.merged += player->owed - held;
		player->owed = held;
		if (player->accepted > held)
			player->accepted = held;
	}
	player->lossy = false;
	player->had_error = has_error;
}

void hear_check(struct world *world)
{
	struct seat *seat;
	struct actor *actor;

	TAILQ_FOREACH (seat, &world->bench->seats, entry) {
		assert(seat->level == !work_list_empty(&seat->proc->todo));
		TAILQ_FOREACH (actor, &seat->actors, entry)
			hear_check_actor(world, actor);
	}
}
