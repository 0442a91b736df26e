// SPDX-License-Identifier: Apache-2.0

/*
 * Contexts are few and made at the start: a list is enough.
 */

#include "broker/context.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "broker/connection.h"
#include "broker/operations.h"

bool context_name_valid(const char *name)
{
	if (name[0] == '.' || !path_context_valid(name))
		return false;
	return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				 "0123456789_.-")] == '\0';
}

int context_new(struct broker *broker, const char *name, struct context **out)
{
	struct context *context;

	if (!context_name_valid(name))
		return -EINVAL;
	TAILQ_FOREACH (context, &broker->contexts, entry) {
		if (strcmp(context->name, name) == 0)
			return -EEXIST;
	}
	context = calloc(1, sizeof(*context));
	if (!context)
		return -ENOMEM;
	context->broker = broker;
	context->listener.fd = -1;
	strcpy(context->name, name);
	TAILQ_INIT(&context->connections);
	context->driver = driver_new(broker->system, &operations, name, context);
	if (!context->driver) {
		free(context);
		return -ENOMEM;
	}
	TAILQ_INSERT_TAIL(&broker->contexts, context, entry);
	*out = context;
	return 0;
}

/* The listener's word that somebody has connected. */
static int context_accept(void *data, int fd)
{
	return connection_new(data, fd);
}

int context_listen(struct context *context, int fd)
{
	return listener_init(
		&context->listener, context->broker->loop, fd, context_accept, context);
}

struct context *context_free(struct context *context)
{
	assert(TAILQ_EMPTY(&context->connections));
	listener_deinit(&context->listener);
	TAILQ_REMOVE(&context->broker->contexts, context, entry);
	driver_free(context->driver);
	free(context);
	return NULL;
}
