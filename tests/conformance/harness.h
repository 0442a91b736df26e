#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the parts of the conformance program share: the stage (memory common to the
 * coordinator and its actors), an actor's state, and the scenarios.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "script.h"

#define STAGE_ACTORS 9 /* A to H, and the probe */
#define STAGE_PROBE 8
#define STAGE_THREADS 8
#define SEAT_LINE 4096
#define SEAT_OUT 32768

enum seat_state {
	SEAT_IDLE,
	SEAT_POSTED,  /* a line is there to be carried out */
	SEAT_DONE,    /* out is complete */
	SEAT_STARTED, /* the thread exists and waits for its first line */
};

/* One thread of one actor: a line goes in, a text comes out. */
struct seat {
	_Atomic uint32_t state;
	pid_t tid; /* 0: no such thread yet */
	char line[SEAT_LINE];
	char out[SEAT_OUT];
	size_t length;
};

struct stage {
	pid_t pids[STAGE_ACTORS];
	uid_t uid; /* effective, at the start */
	char device[128];
	struct seat seats[STAGE_ACTORS][STAGE_THREADS];
};

struct scenario {
	const char *name;
	const char *shows;
	const char *script; /* one step a line */
};

extern struct stage *stage;

/* stage.c: the coordinator's side */

/**
 * stage_init() - make the shared memory and start the probe
 * @device: path of the device that scenarios open by default
 * @limit_ms: after how long a step that does not end is a hang
 *
 * Return: 0, or a negative errno.
 */
int stage_init(const char *device, unsigned int limit_ms);

/* Runs one scenario, printing its transcript. Nothing of it is left behind. */
void stage_run(const struct scenario *scenario);

/* Ends the probe. */
void stage_deinit(void);

/* actor.c: the actors' side */

/**
 * actor_main() - carry out lines until told to exit
 * @index: which actor this process is
 *
 * Does not return.
 */
_Noreturn void actor_main(unsigned int index);

/* futex on a seat's state; both sides use them */
void seat_wait_while(struct seat *seat, uint32_t state, unsigned int timeout_ms);
void seat_set(struct seat *seat, uint32_t state);
