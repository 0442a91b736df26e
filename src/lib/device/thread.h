#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What the library knows of the calling thread. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/device/state.h"

#define THREAD_PAGES 64

struct thread_self {
	struct standing *first; /* most recently used first */
	pid_t tid;		/* 0: not asked yet */
	bool keyed;		/* the end of the thread will be told */
	bool nice_known;
	int nice;
	uint32_t nice_seen;   /* the counter of binderd_nice_changed() then */
	uint32_t memory_seen; /* the counter of device_memory_changed() then */
	/* Pages found good, by page number: address | USERMEM_ bits; 0 none. */
	uintptr_t pages[THREAD_PAGES];
};

extern __thread struct thread_self thread_self __attribute__((tls_model("initial-exec")));

/* Grows with each fork, in the child: what a call began with is no longer there. */
extern _Atomic uint32_t thread_forks;

/** thread_id() - gettid(2), asked once */
pid_t thread_id(void);

/**
 * standing_get() - what the calling thread is at @device
 *
 * Return: it, or NULL without memory.
 */
struct standing *standing_get(struct device *device);

/** thread_forget() - in a forked child: nothing of before holds */
void thread_forget(void);
