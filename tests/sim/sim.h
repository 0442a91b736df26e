#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A simulation of programs that use, and misuse, the driver.
 *
 * A world is a bench with up to SIM_SEATS procs at a time, each with up to SIM_TIDS
 * threads. A step is one input, drawn from a seeded generator: the same seed gives the
 * same world. What each thread is owed is kept beside the driver, and compared with it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "driver/bench.h"
#include "driver/quiet.h"
#include "driver/words.h"

#define SIM_SEATS 6u
#define SIM_TIDS 4u
#define SIM_PIDS 5u
#define SIM_BUFFERS 64u
#define SIM_ACKS 32u
/* Codes with this bit belong to parcels whose bytes follow from the code. */
#define SIM_PLAIN 0x80000000u

struct sim_options {
	uint64_t seed;
	uint64_t steps;
	bool tight; /* with small limits for each uid */
	bool short_of_memory;
	bool quiet;  /* some do without an input what can be done so */
	bool exact;  /* no flush decides by the order of waking, and no store fails */
	bool lively; /* most do what programs do: answer, acknowledge, send, and wait */
};

struct sim_counts {
	uint64_t steps, ioctls, calls, oneways, replies, refused;
	uint64_t replied, dead, failed, frozen; /* how calls ended, as their callers read it */
	uint64_t merged; /* ends that the driver gives up, as the kernel does */
	uint64_t plain, deaths, files, faults;
	uint64_t halves; /* looks at work that was done in part */
	/* Reads without an input: begun, and handed out. */
	uint64_t silent, ahead, calls_ahead;
};

/* What is kept of a thread: actor->data. */
struct player {
	uint64_t owed;	   /* ends of calls, and refusals, that it has not read */
	uint64_t accepted; /* at most so many of them can be replies */
	bool reads;	   /* its ioctl is a read that was not yet heard */
	bool taken;	   /* thread_complete_take() gave it a completion */
	bool lossy;	   /* an end may have gone unread in this step */
	bool had_error;	   /* one was unread when this step began */
	uint64_t oneway;   /* address of the one that it read last; 0: something else */
	int heard_nice;	   /* its nice value then */
	bool calm;	   /* it has read a call, and its reply's completion is certain */
	int saved_nice;	   /* with calm: to be taken again */
	uint64_t calms;	   /* replies that had nothing but the completion for an outcome */
};

/* What is kept of a proc: seat->data. */
struct house {
	uint64_t buffers[SIM_BUFFERS];
	size_t buffer_count;
	struct word acks[SIM_ACKS];
	size_t ack_count;
	bool leaks; /* a buffer stays until its end: it was undelivered, as in the kernel */
};

struct world {
	struct bench *bench;
	struct sim_options options;
	struct sim_counts counts;
	uint64_t random;
	uint64_t whims; /* as random, for what makes no difference */
	struct seat *seats[SIM_SEATS];
	uint32_t last_slot; /* of who did something last */
	pid_t last_tid;
};

/** sim_roll() - a number below @sides; 0 for none */
uint32_t sim_roll(struct world *world, uint32_t sides);
/** sim_percent() - true in @percent of 100 cases */
bool sim_percent(struct world *world, uint32_t percent);
/** sim_whim() - the same where nobody is to see a difference; never if nobody is quiet */
bool sim_whim(struct world *world, uint32_t percent);
/** sim_busy() - whether @actor is inside an ioctl, as its program sees it */
bool sim_busy(const struct actor *actor);
/** sim_handle() - a handle that @seat has, mostly; some number if it has none */
uint32_t sim_handle(struct world *world, const struct seat *seat);

/** parcel_fill() - lay a parcel on @seat's desk and say so in @letter */
void parcel_fill(struct world *world, struct seat *seat, struct letter *letter);
/** parcel_check() - assert that what was received is what was sent, if that can be told */
void parcel_check(
	struct world *world, const struct seat *seat, const struct binder_transaction_data *tr);

/** talk() - let @actor, which is in no ioctl, write some commands, and perhaps read */
void talk(struct world *world, struct actor *actor);
/** talk_serve() - let @actor answer the call that it handles, and read on */
void talk_serve(struct world *world, struct actor *actor);
/** talk_ioctl() - any other ioctl */
void talk_ioctl(struct world *world, struct actor *actor);
/** talk_drain() - answer, acknowledge and free everything, then look for more */
void talk_drain(struct world *world, struct actor *actor);

/** hear_nice() - @actor takes the nice value that its last ioctl told it to */
void hear_nice(struct actor *actor);
/** hear() - take in what ended since the last time, for all actors */
void hear(struct world *world);
/** hear_check() - compare what every thread is owed with what the driver holds for it */
void hear_check(struct world *world);

/** world_begin() - nobody is there yet */
void world_begin(struct world *world, const struct sim_options *options);
/** world_step() - one step, and a look at all tables */
void world_step(struct world *world);
/** world_end() - everybody gets what is owed, and all close */
void world_end(struct world *world);
/**
 * twin_run() - a world twice, once with some that are quiet
 *
 * Asserts that what programs see is the same, step by step. @counts are of the quiet one.
 */
void twin_run(const struct sim_options *options, struct sim_counts *counts);
/** world_run() - a whole world from its first open to its last close */
void world_run(const struct sim_options *options, struct sim_counts *counts);
