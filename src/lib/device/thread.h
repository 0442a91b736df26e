#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What the library knows of the calling thread. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/device/state.h"

/* Pages and ranges found good that a thread remembers; pages in sets, by page number. */
#define THREAD_SETS 32
#define THREAD_WAYS 2
#define THREAD_RANGES 4

struct thread_range {
	uintptr_t first; /* page */
	uintptr_t last;
	unsigned int access; /* USERMEM_ bits; 0: none */
};

struct thread_self {
	struct standing *first; /* most recently used first */
	pid_t tid;		/* 0: not asked yet */
	bool is_first;		/* with tid: of its process */
	bool keyed;		/* the end of the thread will be told */
	bool nice_known;
	int nice;
	uint32_t nice_seen;   /* the counter of binderd_nice_changed() then */
	uint32_t memory_seen; /* the counter of device_memory_changed() then */
	/* Address | USERMEM_ bits, the latest of a set first; 0 none. */
	uintptr_t pages[THREAD_SETS][THREAD_WAYS];
	struct thread_range ranges[THREAD_RANGES];
	unsigned int next_range; /* to be replaced */
	bool remembers;		 /* anything of these */
	uintptr_t stack_low;	 /* its stack, from here */
	uintptr_t stack_end;	 /* to here, was found good; 0 not yet */
};

extern __thread struct thread_self thread_self __attribute__((tls_model("initial-exec")));

/* Grows with each fork, in the child: what a call began with is no longer there. */
extern _Atomic uint32_t thread_forks;

/** thread_id() - gettid(2), asked once */
pid_t thread_id(void);
/** thread_is_first() - whether the process began with this one */
bool thread_is_first(void);

/**
 * standing_get() - what the calling thread is at @device
 *
 * Return: it, or NULL without memory.
 */
struct standing *standing_get(struct device *device);

/** thread_forget() - in a forked child: nothing of before holds */
void thread_forget(void);
