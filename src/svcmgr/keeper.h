#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A thread that waits for what is no request: the time, and the end of processes.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Processes that are waited for at a time. */
#define KEEPER_CHILDREN_MAX 256

struct keeper_ops {
	/* The time has come, or keeper_wake() was called. Return: when to come next, or -1. */
	int64_t (*tick)(void *data, int64_t now_ms);
	/* A process has ended and was reaped; @status as of waitpid(2). */
	void (*exited)(void *data, pid_t pid, int status, int64_t now_ms);
};

struct keeper {
	const struct keeper_ops *ops;
	void *data;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows; never held while @ops are called */
	struct {
		pid_t pid;
		int fd;
	} children[KEEPER_CHILDREN_MAX];
	size_t child_count;
	bool stopping;
	bool started;
	int wake_fd;
};

/* The time, in milliseconds, of a clock that only goes forward. */
int64_t keeper_now(void);

/**
 * keeper_init() - prepare
 *
 * Return: 0 or a negative errno.
 */
int keeper_init(struct keeper *keeper, const struct keeper_ops *ops, void *data);

/* Start the thread. Return: 0 or a negative errno. */
int keeper_start(struct keeper *keeper);

/* Have tick() called now. */
void keeper_wake(struct keeper *keeper);

/**
 * keeper_watch() - wait for a child, too
 *
 * Return: 0, -ENOSPC when KEEPER_CHILDREN_MAX are waited for, or a negative errno; then
 * nobody waits for it.
 */
int keeper_watch(struct keeper *keeper, pid_t pid);

/* Stop the thread, if it was started, and free what it has. Children go on. */
void keeper_deinit(struct keeper *keeper);
