#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One context that is being served: its device, its manager, its thread.
 */

struct serve;

/**
 * serve_new() - open a context and become its manager
 * @name: a context's name or a device's path, as for binderd_open(); must live as long
 *
 * Return: the context, or NULL after a log line that says why not.
 */
struct serve *serve_new(const char *name);

/**
 * serve_start() - answer from now on, in a thread of its own
 *
 * When the driver fails, the calling thread's process is sent SIGTERM.
 *
 * Return: 0 or a negative errno.
 */
int serve_start(struct serve *serve);

/**
 * serve_free() - stop answering and give the context up
 * @serve: what serve_new() returned, or NULL
 *
 * Return: 0, or the negative errno that the driver had failed with.
 */
int serve_free(struct serve *serve);
