#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One context that is being served: its device, its manager, its threads.
 */

#include "svcmgr/options.h"
#include "svcmgr/settings.h"

struct serve;

/**
 * serve_new() - open a context and become its manager
 * @context:          which, and in which dialect; must live as long
 * @settings:         policy and declarations; must live until they are replaced
 * @lazy_interval_ms: between two looks for clients
 *
 * Return: the context, or NULL after a log line that says why not.
 */
struct serve *serve_new(const struct options_context *context, const struct settings *settings,
	int64_t lazy_interval_ms);

/**
 * serve_start() - answer from now on, in threads of its own
 *
 * When the driver fails, the calling thread's process is sent SIGTERM.
 *
 * Return: 0 or a negative errno.
 */
int serve_start(struct serve *serve);

/* Go by another configuration from now on; the former one is not used any more. */
void serve_replace_settings(struct serve *serve, const struct settings *settings);

/**
 * serve_free() - stop answering and give the context up
 * @serve: what serve_new() returned, or NULL
 *
 * Return: 0, or the negative errno that the driver had failed with.
 */
int serve_free(struct serve *serve);
