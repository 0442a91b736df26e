#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One context's manager: android.os.IServiceManager, and HIDL's.
 *
 * It knows no descriptor, no thread and no clock: requests, deaths and the time come in,
 * and what it wants done goes out by struct manager_ops.
 */

#include "svcmgr/activation.h"
#include "svcmgr/callback.h"
#include "svcmgr/complaint.h"
#include "svcmgr/declaration.h"
#include "svcmgr/object.h"
#include "svcmgr/parcel.h"
#include "svcmgr/policy.h"
#include "svcmgr/registry.h"

#include <stdbool.h>
#include <stdint.h>

/* The name under which the manager finds itself, unless another has taken it. */
#define MANAGER_NAME "manager"

/* Interfaces of one HIDL object at most: it and those that it extends. */
#define MANAGER_CHAIN_MAX 16

/* Milliseconds between two looks for clients of lazy services, as AOSP's. */
#define MANAGER_LAZY_INTERVAL_MS 5000

struct release;

/* What a manager asks of the program around it; @data is the first argument of each. */
struct manager_ops {
	struct object_ops object;
	struct activation_ops activation;
	/* Return: the strong references to an object that the driver counts, or negative. */
	int (*strong_count)(void *data, uint32_t handle);
	/* Sends a call that has no reply; that it could not be is nothing to act on. */
	void (*send)(void *data, uint32_t handle, uint32_t code, const struct parcel_writer *msg);
	/**
	 * interfaces() - ask an object for its interfaces
	 *
	 * The answer may be long in coming, and other requests be handled meanwhile.
	 *
	 * Return: how many, or negative.
	 */
	int (*interfaces)(
		void *data, uint32_t handle, char names[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1]);
	/* Writes a text to a descriptor, that of a caller who may not be reading. Return: 0 or
	 * negative. */
	int (*print)(void *data, int fd, uint32_t uid, const char *text, size_t size);
};

struct manager_settings {
	const char *context; /* its name, for log lines; must live as long */
	int api_level;	     /* whose numbering: 28 to 36, or 0 for what was before */
	bool hidl;	     /* HIDL's manager is answered for, too */
	int64_t lazy_interval_ms;
	/* Both must live until they are replaced. */
	const struct policy *policy;
	const struct declarations *declarations;
};

struct manager {
	struct manager_settings settings;
	const struct manager_ops *ops;
	void *data; /* for @ops */
	const struct release *release;
	struct accounts accounts;
	struct object_table objects;
	struct registry registry;
	struct callback_table watches; /* who waits for which name */
	struct callback_table clients; /* who wants to know of clients of which name */
	struct activations activations;
	struct complaints complaints;
	int64_t lazy_due_ms; /* of the next look for clients; -1: none is wanted */
};

/* A request, as the driver gave it. */
struct manager_request {
	uint32_t code;
	int64_t now_ms; /* of a clock that only goes forward */
	struct policy_caller caller;
	struct parcel_reader reader;
	struct parcel_writer *reply;
	uint32_t magic; /* of its token, where that has one */
};

/**
 * manager_init() - start with no services
 * @settings: copied
 * @ops:      what it asks for; must live as long
 * @data:     the first argument of each
 */
void manager_init(struct manager *manager, const struct manager_settings *settings,
	const struct manager_ops *ops, void *data);

/* Forget everything, without a word to the driver, which is closed by now. */
void manager_deinit(struct manager *manager);

/* Judge by another policy, and know of other declarations, from now on. */
void manager_replace_settings(struct manager *manager, const struct policy *policy,
	const struct declarations *declarations);

/**
 * manager_handle() - answer a request
 * @request: the request; its reader is used up, its caller's groups are freed
 *
 * Return: STATUS_OK with a reply, or the status_t to send in its place.
 */
int32_t manager_handle(struct manager *manager, struct manager_request *request);

/* Acts on the time. */
void manager_tick(struct manager *manager, int64_t now_ms);

/* When manager_tick() is wanted next, or -1. */
int64_t manager_next(const struct manager *manager);

/* A method: how one request is answered. */
struct manager_method {
	uint32_t code;
	const char *name;
	int32_t (*function)(struct manager *manager, struct manager_request *request);
};

/* The method of a code among @count of them, or NULL. */
const struct manager_method *manager_find_method(
	const struct manager_method *methods, size_t count, uint32_t code);
