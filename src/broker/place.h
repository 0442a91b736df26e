#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which processor the broker is on.
 *
 * The kernel's scheduler likes to run who is woken where he was woken from. So a broker and
 * its clients may come to share one processor while others have nothing to do, and stay
 * there: each of them sleeps before the other runs, and there is never one too many. A
 * broker that looks on before it sleeps is better off elsewhere.
 */

#include <stdint.h>

struct place {
	unsigned int beside; /* clients woken in a row that had slept on its processor */
	uint64_t left;	     /* when it was left last */
};

/** place_note() - a client is woken that says that it went to sleep on processor @cpu */
void place_note(struct place *place, int cpu);

/**
 * place_leave() - move the calling thread to another processor, if there are clients on its own
 * @now: nanoseconds
 *
 * Processors that it may not run on are none for it. It does so at most every PLACE_STAY_NS.
 */
void place_leave(struct place *place, uint64_t now);

/* Nanoseconds between two moves, at least. */
#define PLACE_STAY_NS 10000000u
/* Clients in a row that have to be beside. */
#define PLACE_BESIDE 32u
