#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Services that are started because somebody asks for them.
 *
 * While a service is being started its name is reserved: for the process that was started
 * and those that it starts in its session, for the unit's processes, or for the declared
 * user. Who was asked does not wait: the client is told that there is no such service yet,
 * and waits for the notification, as on Android.
 */

#include "svcmgr/declaration.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

/* Services at a time that were started and have not ended, or were in vain a short time ago. */
#define ACTIVATION_MAX 256

/* Milliseconds before a start that failed is tried again: doubled each time, up to the last. */
#define ACTIVATION_HOLD_OFF_MS 1000
#define ACTIVATION_HOLD_OFF_MAX_MS 64000

/* How a program is started. */
struct activation_ops {
	/**
	 * start() - start a service
	 * @pid: set to the process that was started, whose end activation_exited() is told of
	 *
	 * Return: 0 or a negative errno.
	 */
	int (*start)(void *data, const struct declaration *declaration, pid_t *pid);
	/* Whether @pid is of the session that @leader leads. */
	bool (*in_session)(void *data, pid_t pid, pid_t leader);
	/* Whether @pid belongs to a unit of systemd. */
	bool (*in_unit)(void *data, pid_t pid, const char *unit);
};

enum activation_state {
	ACTIVATION_RESERVED,  /* started; the name is reserved */
	ACTIVATION_HELD,      /* failed; not tried again */
	ACTIVATION_FORGIVING, /* may be tried again, and that it failed is remembered */
	ACTIVATION_DONE,      /* only the process is waited for */
};

struct activation {
	TAILQ_ENTRY(activation) entry;
	char name[NAME_KEY_MAX + 1];
	char *unit;   /* or NULL */
	pid_t pid;    /* what was started, 0 once it has ended and was reaped */
	pid_t leader; /* of the session that it began, 0 for a unit */
	bool has_user;
	uint32_t user;
	enum activation_state state;
	int64_t deadline_ms; /* when @state ends; not of ACTIVATION_DONE */
	int64_t hold_off_ms; /* how long to hold off after the next failure */
};

struct activations {
	const struct activation_ops *ops;
	void *data; /* the first argument of each */
	const char *context;
	TAILQ_HEAD(, activation) list;
	size_t count;
};

/* Start with none; @ops and @context, for log lines, must live longer. */
void activations_init(struct activations *activations, const struct activation_ops *ops, void *data,
	const char *context);

/* Forget all; what was started goes on. */
void activations_deinit(struct activations *activations);

/**
 * activation_start() - start what a declaration says
 * @now_ms: the time, of a clock that only goes forward
 *
 * Return: 0; -EALREADY while it is being started; -EAGAIN while starts are held off;
 * -ENOSPC when there are ACTIVATION_MAX; or what the start failed with, which has been
 * logged, once.
 */
int activation_start(
	struct activations *activations, const struct declaration *declaration, int64_t now_ms);

/* Whether a process may register a name, which it may unless that is reserved for another. */
bool activation_permits(
	struct activations *activations, const char *name, int32_t pid, uint32_t uid);

/* A name was registered: nothing is reserved any more. */
void activation_registered(struct activations *activations, const char *name);

/**
 * activation_exited() - what was started has ended
 * @status: as of waitpid(2)
 *
 * A command that ends well before its name is registered may have left the service to a
 * process of its own; the name stays reserved for its session. One that fails ends that.
 */
void activation_exited(struct activations *activations, pid_t pid, int status, int64_t now_ms);

/* Acts on the time. */
void activation_tick(struct activations *activations, int64_t now_ms);

/* When activation_tick() is wanted next, or -1. */
int64_t activation_next(const struct activations *activations);
