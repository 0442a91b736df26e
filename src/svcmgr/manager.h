#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * android.os.IServiceManager: one context's manager.
 */

#include "svcmgr/parcel.h"
#include "svcmgr/registry.h"

#include <stdint.h>

struct manager {
	const char *context; /* its name, for log lines */
	struct registry registry;
	struct parcel_writer writer; /* of the reply being made */
};

/* A request, as the driver gave it. */
struct manager_request {
	uint32_t code;
	int32_t pid; /* the sender's; 0 of a oneway */
	uint32_t uid;
	struct parcel_reader reader;
};

/**
 * manager_init() - start with no services
 * @manager: the manager
 * @context: its name; must live as long
 * @ops:     how the registry holds objects, as for registry_init()
 * @data:    the first argument of each
 */
void manager_init(
	struct manager *manager, const char *context, const struct registry_ops *ops, void *data);

/* Forget everything, as registry_deinit(). */
void manager_deinit(struct manager *manager);

/**
 * manager_handle() - answer a request
 * @manager: its writer holds the reply afterwards
 * @request: the request; its reader is used up
 *
 * Return: STATUS_OK with a reply, or the status_t to send in its place.
 */
int32_t manager_handle(struct manager *manager, struct manager_request *request);

/* An object's process died: say so and drop its names. */
void manager_object_died(struct manager *manager, struct registry_object *object);
