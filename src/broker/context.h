#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* A context: a driver, a listening socket, and the connections that came through it. */

#include <sys/queue.h>

#include "broker/broker.h"
#include "broker/listener.h"
#include "util/path.h"

struct context {
	TAILQ_ENTRY(context) entry;
	struct broker *broker;
	struct driver *driver;
	struct listener listener;
	struct connection_list connections;
	char name[PATH_CONTEXT_MAX];
};

/** context_name_valid() - letters, digits, '_', '.' and '-', the first not a dot */
bool context_name_valid(const char *name);

/**
 * context_new() - a context that nobody can reach yet; belongs to @broker
 *
 * Return: 0, -EINVAL for its name, -EEXIST, -ENOMEM.
 */
int context_new(struct broker *broker, const char *name, struct context **out);
/** context_listen() - take over the listening socket @fd. Return: 0 or a negative errno */
int context_listen(struct context *context, int fd);
/** context_free() - after the last of its connections */
struct context *context_free(struct context *context);
