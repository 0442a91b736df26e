/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Talking. What is written is remembered command by command, so that what the driver
 * took of it can be told from write_consumed. A write with transactions is an input of
 * its own: between it and the read that may follow one can see what was refused.
 */

#include <assert.h>
#include <string.h>

#include "driver/buffer.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"
#include "sim.h"

#define SAID_MAX 64u
/* The least room in which the driver gives out work. */
#define SILENT_MIN 80u

enum kind { KIND_OTHER, KIND_CALL, KIND_ONEWAY, KIND_REPLY };

/* What one write says, in order. */
struct said {
	struct {
		size_t end; /* bytes up to here */
		enum kind kind;
	} item[SAID_MAX];
	size_t count;
};

static void said_add(struct said *said, const struct actor *actor, enum kind kind)
{
	assert(said->count < SAID_MAX);
	said->item[said->count].end = actor->out_size;
	said->item[said->count++].kind = kind;
}

static bool is_end(uint32_t command)
{
	return command == BR_DEAD_REPLY || command == BR_FAILED_REPLY || command == BR_FROZEN_REPLY;
}

static void said_note(struct world *world, struct actor *actor, const struct said *said)
{
	struct player *player = actor->data;
	bool refused = is_end(actor->thread->return_error.command);
	size_t taken = 0;

	while (taken < said->count && said->item[taken].end <= actor->result.write_consumed) {
		enum kind kind = said->item[taken++].kind;

		player->owed += kind == KIND_CALL;
		player->accepted += kind == KIND_CALL;
		world->counts.calls += kind == KIND_CALL;
		world->counts.oneways += kind == KIND_ONEWAY;
		world->counts.replies += kind == KIND_REPLY;
	}
	if (taken == 0 || !refused)
		return;
	world->counts.refused++;
	assert(said->item[taken - 1].kind != KIND_OTHER);
	if (said->item[taken - 1].kind == KIND_CALL)
		player->accepted--;
	else
		player->owed++;
}

static bool actor_handles(const struct actor *actor)
{
	const struct transaction *t = actor->thread->stack;

	/* Taken ahead, of which the driver need not have been told yet. */
	if (actor->taken > actor->thread->ahead_taken &&
		actor->offers[actor->taken - 1].after == AHEAD_CALL)
		return true;
	return t && t->to_thread == actor->thread;
}

/* The manager's handle, or one that it has, or any number. */
static uint32_t pick_handle(struct world *world, struct actor *actor)
{
	const struct proc *proc = actor->seat->proc;
	const struct node *manager = proc->driver->manager;

	if (manager && manager->proc != proc && sim_percent(world, 30))
		return 0;
	return sim_handle(world, actor->seat);
}

static void say_transaction(struct world *world, struct actor *actor, struct said *said)
{
	bool reply = sim_percent(world, actor_handles(actor) ? 70 : 2);
	struct letter letter = {.handle = pick_handle(world, actor)};

	parcel_fill(world, actor->seat, &letter);
	if (!reply && sim_percent(world, 30))
		letter.flags |= TF_ONE_WAY;
	if (sim_percent(world, 50))
		letter.flags |= TF_ACCEPT_FDS;
	if (sim_percent(world, 10))
		letter.flags |= TF_CLEAR_BUF;
	if (sim_percent(world, 20)) {
		letter.flags |= TF_UPDATE_TXN;
		letter.code = SIM_PLAIN * (letter.code >= SIM_PLAIN) + letter.code % 2;
		if (letter.code >= SIM_PLAIN)
			letter.size = 0;
	}
	bc_send(actor, reply, &letter);
	said_add(said, actor,
		reply			    ? KIND_REPLY
		: letter.flags & TF_ONE_WAY ? KIND_ONEWAY
					    : KIND_CALL);
}

static void say_free(struct world *world, struct actor *actor, struct said *said)
{
	struct house *house = actor->seat->data;
	size_t i = sim_roll(world, (uint32_t)house->buffer_count);
	uint64_t address = actor->seat->address + 8 * sim_roll(world, 64);

	if (house->buffer_count && sim_percent(world, 95)) {
		address = house->buffers[i];
		house->buffers[i] = house->buffers[--house->buffer_count];
	}
	bc_cookie(actor, BC_FREE_BUFFER, address);
	said_add(said, actor, KIND_OTHER);
}

static void say_ack(struct actor *actor, struct said *said)
{
	struct house *house = actor->seat->data;
	const struct word *word;

	if (!house->ack_count)
		return;
	word = &house->acks[--house->ack_count];
	switch (word->command) {
	case BR_INCREFS:
		bc_node(actor, BC_INCREFS_DONE, word->node.ptr, word->node.cookie);
		break;
	case BR_ACQUIRE:
		bc_node(actor, BC_ACQUIRE_DONE, word->node.ptr, word->node.cookie);
		break;
	case BR_DEAD_BINDER:
		bc_cookie(actor, BC_DEAD_BINDER_DONE, word->cookie);
		break;
	case BR_FROZEN_BINDER:
		bc_cookie(actor, BC_FREEZE_NOTIFICATION_DONE, word->frozen.cookie);
		break;
	case BR_SPAWN_LOOPER:
		bc(actor, BC_REGISTER_LOOPER);
		break;
	}
	said_add(said, actor, KIND_OTHER);
}

static void say_handle(struct world *world, struct actor *actor, struct said *said)
{
	static const uint32_t counts[] = {BC_INCREFS, BC_ACQUIRE, BC_RELEASE, BC_DECREFS};
	static const uint32_t links[] = {BC_REQUEST_DEATH_NOTIFICATION,
		BC_REQUEST_DEATH_NOTIFICATION, BC_CLEAR_DEATH_NOTIFICATION,
		BC_REQUEST_FREEZE_NOTIFICATION, BC_CLEAR_FREEZE_NOTIFICATION};
	uint32_t handle = pick_handle(world, actor);

	if (sim_percent(world, 60))
		bc_handle(actor, counts[sim_roll(world, 4)], handle);
	else
		bc_handle_cookie(
			actor, links[sim_roll(world, 5)], handle, sim_roll(world, 3) + 0x100);
	said_add(said, actor, KIND_OTHER);
}

static void say_odd(struct world *world, struct actor *actor, struct said *said)
{
	static const uint32_t plain[] = {BC_ENTER_LOOPER, BC_REGISTER_LOOPER, BC_EXIT_LOOPER,
		BC_ATTEMPT_ACQUIRE, BC_ACQUIRE_RESULT, 0};
	uint64_t ptr = 16 * sim_roll(world, 6);

	switch (sim_roll(world, 4)) {
	case 0:
		bc(actor, plain[sim_roll(world, sim_percent(world, 90) ? 3 : 6)]);
		break;
	case 1:
		bc_node(actor, sim_percent(world, 50) ? BC_INCREFS_DONE : BC_ACQUIRE_DONE, ptr,
			ptr + 1);
		break;
	case 2:
		bc_cookie(actor, BC_DEAD_BINDER_DONE, 0x100 + sim_roll(world, 3));
		break;
	case 3:
		bc_cookie(actor, BC_FREEZE_NOTIFICATION_DONE, 0x100 + sim_roll(world, 3));
		break;
	}
	said_add(said, actor, KIND_OTHER);
}

/* Whether there is nobody that it could call. */
static bool is_lonely(const struct actor *actor)
{
	const struct proc *proc = actor->seat->proc;
	const struct node *manager = proc->driver->manager;

	return RB_EMPTY(&proc->refs_by_handle) && (!manager || manager->proc == proc);
}

static void say_something(struct world *world, struct actor *actor, struct said *said)
{
	const struct transaction *t = actor->thread->stack;
	bool waits = t && t->from == actor->thread;
	uint32_t kind = sim_roll(world, 100);

	if ((waits || (is_lonely(actor) && !actor_handles(actor))) && sim_percent(world, 90))
		kind = 50 + kind / 2;
	if (kind < 50)
		say_transaction(world, actor, said);
	else if (kind < 65)
		say_free(world, actor, said);
	else if (kind < 80)
		say_ack(actor, said);
	else if (kind < 95)
		say_handle(world, actor, said);
	else
		say_odd(world, actor, said);
}

static void talk_write(struct world *world, struct actor *actor, struct said *said)
{
	world->counts.ioctls++;
	actor_write_read(actor, NULL);
	assert(actor->done);
	if (actor->thread)
		said_note(world, actor, said);
	driver_run(world->bench->system);
}

/* A wait without an input leaves the nice value as it is: it has to be the proc's own. */
static bool may_be_silent(const struct actor *actor)
{
	return actor->nice == actor->seat->proc->nice;
}

static void talk_read(struct world *world, struct actor *actor)
{
	struct player *player = actor->data;
	struct read_input read = {.size = 1024, .nonblock = sim_percent(world, 30)};

	if (sim_percent(world, 15))
		read.size = sim_roll(world, 200);
	if (sim_percent(world, 5))
		read.consumed = 4 * sim_roll(world, 20);
	world->counts.ioctls++;
	player->taken = false;
	player->reads = true;
	if (read.size >= SILENT_MIN && !read.consumed && !read.nonblock && may_be_silent(actor))
		actor_begin_read(actor, read.size);
	else
		actor_write_read(actor, &read);
}

/* Gives back the oneway that it read last, and reads. Return: whether it could. */
static bool talk_next(struct world *world, struct actor *actor)
{
	struct house *house = actor->seat->data;
	struct player *player = actor->data;
	const struct read_input read = {.size = 1024};
	uint64_t at = player->oneway;
	size_t i = 0;

	while (i < house->buffer_count && house->buffers[i] != at)
		i++;
	if (!at || i == house->buffer_count || player->taken)
		return false;
	house->buffers[i] = house->buffers[--house->buffer_count];
	world->counts.ioctls++;
	player->reads = true;
	if (actor_offered(actor) && actor_offered(actor)->after == at &&
		actor->nice == player->heard_nice && sim_whim(world, 80)) {
		world->counts.ahead += actor_take(actor);
		return true;
	}
	bc_cookie(actor, BC_FREE_BUFFER, at);
	actor_write_read(actor, &read);
	return true;
}

/* A read that waits, by a thread that may have parked before. */
static void talk_wait(struct world *world, struct actor *actor)
{
	const struct read_input read = {.size = 1024};
	struct player *player = actor->data;

	if (!actor->offered && sim_whim(world, 80))
		actor_park(actor);
	world->counts.ioctls++;
	player->taken = false;
	player->reads = true;
	if (may_be_silent(actor))
		actor_begin_read(actor, read.size);
	else
		actor_write_read(actor, &read);
}

/* All that the program has, as far as one write goes, but what it gives back with its next read. */
static void say_free_most(struct actor *actor, struct said *said)
{
	struct house *house = actor->seat->data;
	const struct player *player = actor->data;
	size_t kept = 0;

	for (size_t i = 0; i < house->buffer_count; i++) {
		if (house->buffers[i] == player->oneway || said->count > SAID_MAX / 2) {
			house->buffers[kept++] = house->buffers[i];
			continue;
		}
		bc_cookie(actor, BC_FREE_BUFFER, house->buffers[i]);
		said_add(said, actor, KIND_OTHER);
	}
	house->buffer_count = kept;
}

/* As programs do. */
static void talk_properly(struct world *world, struct actor *actor)
{
	struct house *house = actor->seat->data;
	uint32_t count = sim_roll(world, 4);
	struct said said = {0};

	if (actor_handles(actor)) {
		bc_send(actor, true, &(struct letter){0});
		said_add(&said, actor, KIND_REPLY);
	}
	while (house->ack_count && said.count < SAID_MAX / 2)
		say_ack(actor, &said);
	if (sim_percent(world, 30))
		say_free_most(actor, &said);
	for (uint32_t i = 0; i < count && !is_lonely(actor); i++) {
		bool oneway = i + 1 < count || sim_percent(world, 50);

		bc_send(actor, false,
			&(struct letter){.handle = pick_handle(world, actor),
				.code = i,
				.flags = oneway ? TF_ONE_WAY : 0});
		said_add(&said, actor, oneway ? KIND_ONEWAY : KIND_CALL);
	}
	if (said.count)
		talk_write(world, actor, &said);
	if (actor->thread)
		talk_wait(world, actor);
}

/* Whether a read gave a reply's completion, and nothing else. */
static bool is_completion(const struct actor *actor)
{
	const uint32_t words[2] = {BR_NOOP, BR_TRANSACTION_COMPLETE};

	return actor->done && actor->result.size == sizeof(words) &&
	       !memcmp(actor->bytes, words, sizeof(words));
}

/* The next call, if the actor is to have it. Return: whether it has it */
static bool serve_take(struct world *world, struct actor *actor, struct ahead *ahead)
{
	const struct ahead *next = actor_offered_call(actor);

	if (!next || !sim_whim(world, 70))
		return false;
	*ahead = *next;
	actor->taken++;
	world->counts.calls_ahead++;
	return true;
}

/*
 * Replies as a library does that knows the outcome, and reads. The next call can be at hand,
 * and is taken before the driver gets to see the reply, or after that.
 */
static void serve_quietly(struct world *world, struct actor *actor, struct said *said)
{
	struct player *player = actor->data;
	struct ahead ahead;
	bool has_taken = serve_take(world, actor, &ahead), completes;

	talk_write(world, actor, said);
	actor->result.nice_valid = false;
	completes = thread_complete_take(actor->thread);
	assert(completes);
	player->calms++;
	player->calm = false;
	actor->nice = player->saved_nice;
	actor_park(actor);
	has_taken = has_taken || serve_take(world, actor, &ahead);
	if (!has_taken) {
		talk_wait(world, actor);
		return;
	}
	player->reads = true;
	quiet_close(actor);
	actor_show(actor, &ahead);
}

void talk_serve(struct world *world, struct actor *actor)
{
	const struct read_input read = {.size = 1024};
	struct player *player = actor->data;
	struct said said = {0};
	bool calm = player->calm;

	bc_send(actor, true, &(struct letter){0});
	said_add(&said, actor, KIND_REPLY);
	world->counts.ioctls++;
	if (calm && sim_whim(world, 80)) {
		serve_quietly(world, actor, &said);
		return;
	}
	talk_write(world, actor, &said);
	player->calm = false;
	hear_nice(actor);
	player->reads = true;
	actor_write_read(actor, &read);
	driver_run(world->bench->system);
	if (!calm || !is_completion(actor))
		return;
	player->calms++;
	player->reads = false;
	hear_nice(actor);
	talk_wait(world, actor);
}

void talk(struct world *world, struct actor *actor)
{
	struct player *player = actor->data;
	uint32_t count = sim_roll(world, 4);
	struct said said = {0};

	seat_clear(actor->seat);
	if (sim_percent(world, world->options.lively ? 90 : 50) && talk_next(world, actor))
		return;
	if (world->options.lively && actor_handles(actor) && !player->taken &&
		sim_percent(world, 70)) {
		talk_serve(world, actor);
		return;
	}
	player->calm = false;
	if (world->options.lively && sim_percent(world, 80)) {
		talk_properly(world, actor);
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		say_something(world, actor, &said);
	if (count)
		talk_write(world, actor, &said);
	if (sim_percent(world, 5) && thread_complete_take(actor->thread))
		player->taken = true;
	if (player->taken && sim_percent(world, 30)) {
		thread_complete_owe(actor->thread);
		actor_write_read(actor, NULL);
		driver_run(world->bench->system);
		player->taken = false;
	}
	if (actor->thread && !actor->offered && sim_whim(world, 50))
		actor_park(actor);
	if (sim_percent(world, 70))
		talk_read(world, actor);
}

/* What was queued for the thread itself keeps its buffer until the proc's end. */
static void talk_exit(struct actor *actor)
{
	struct house *house = actor->seat->data;
	const struct work *work;

	TAILQ_FOREACH (work, &actor->thread->todo.items, entry)
		house->leaks |= work->type == WORK_TRANSACTION;
	actor_ioctl(actor, BINDER_THREAD_EXIT, NULL, 0);
}

static void talk_freeze(struct world *world, struct actor *actor)
{
	struct binderd_freeze_info freeze = {
		.pid = 1 + sim_roll(world, SIM_PIDS),
		.enable = sim_percent(world, 50),
		.timeout_ms = sim_percent(world, 50) ? 10 : 0,
	};

	actor_ioctl(actor, BINDER_FREEZE, &freeze, sizeof(freeze));
}

void talk_ioctl(struct world *world, struct actor *actor)
{
	struct player *player = actor->data;
	static const uint32_t any[] = {BINDER_VERSION, BINDER_GET_EXTENDED_ERROR,
		BINDER_GET_NODE_DEBUG_INFO, BINDER_GET_NODE_INFO_FOR_REF, BINDER_GET_FROZEN_INFO,
		BINDER_ENABLE_ONEWAY_SPAM_DETECTION, BINDER_SET_IDLE_TIMEOUT, BINDER_WRITE_READ};
	uint64_t argument[8] = {sim_roll(world, 4)};
	struct flat_binder_object manager = {.flags = FLAT_BINDER_FLAG_ACCEPTS_FDS};

	world->counts.ioctls++;
	player->calm = false;
	switch (sim_roll(world, 8)) {
	case 0:
		actor_ioctl(actor, BINDER_SET_MAX_THREADS, argument, sizeof(uint32_t));
		break;
	case 1:
		actor_ioctl(actor, BINDER_SET_CONTEXT_MGR, NULL, 0);
		break;
	case 2:
		actor_ioctl(actor, BINDER_SET_CONTEXT_MGR_EXT, &manager, sizeof(manager));
		break;
	case 3:
		talk_exit(actor);
		break;
	case 4:
	case 5:
		talk_freeze(world, actor);
		break;
	default:
		argument[1] = any[sim_roll(world, 8)];
		actor_ioctl(actor, (uint32_t)argument[1], argument,
			sim_percent(world, 95) ? _IOC_SIZE(argument[1]) : 3);
		break;
	}
}

/* All buffers that the program may free, also those that it lost track of. */
static void say_free_all(struct actor *actor, struct said *said)
{
	const struct area *area = &actor->seat->proc->area;
	struct house *house = actor->seat->data;
	const struct buffer *buffer;

	house->buffer_count = 0;
	TAILQ_FOREACH (buffer, &area->buffers, neighbour) {
		if (buffer->is_free || !buffer->allow_user_free || said->count > SAID_MAX / 2)
			continue;
		bc_cookie(actor, BC_FREE_BUFFER, buffer_address(area, buffer));
		said_add(said, actor, KIND_OTHER);
	}
}

void talk_drain(struct world *world, struct actor *actor)
{
	struct player *player = actor->data;
	struct house *house = actor->seat->data;
	struct read_input read = {.size = 1024, .nonblock = true};
	const struct letter empty = {.flags = TF_ACCEPT_FDS};
	struct said said = {0};

	if (actor_handles(actor)) {
		bc_send(actor, true, &empty);
		said_add(&said, actor, KIND_REPLY);
	}
	say_free_all(actor, &said);
	while (house->ack_count && said.count < SAID_MAX)
		say_ack(actor, &said);
	if (said.count)
		talk_write(world, actor, &said);
	player->reads = true;
	actor_write_read(actor, &read);
}
