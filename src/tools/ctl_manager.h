#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * android.os.IServiceManager, asked.
 *
 * Each function connects if that was not done yet. What goes wrong is told on standard error, and
 * the result is an exit status: CTL_EXIT_NO_MANAGER when nobody answers behind handle 0,
 * CTL_EXIT_FAILED when the manager refuses, and, not told, CTL_EXIT_TIMED_OUT after the deadline.
 */

#include "tools/ctl.h"

#include <stddef.h>
#include <stdint.h>

/* Bits of listServices(). */
#define CTL_PRIORITY_CRITICAL 1
#define CTL_PRIORITY_HIGH 2
#define CTL_PRIORITY_NORMAL 4
#define CTL_PRIORITY_DEFAULT 8
#define CTL_PRIORITY_ALL 15
#define CTL_PRIORITY_PROTO 16

/** ctl_manager_priority() - the bit of "CRITICAL", "HIGH", "NORMAL" or "DEFAULT", or 0 */
int32_t ctl_manager_priority(const char *name);

struct ctl_service {
	uint32_t handle;   /* held by this process for good; 0: the manager itself */
	int32_t stability; /* as ctl_object_ref's */
};

/* How a service is asked for. */
enum ctl_manager_how {
	CTL_MANAGER_CHECK, /* whether it is there */
	CTL_MANAGER_GET,   /* as a client does that wants it: the manager may start it */
};

/**
 * ctl_manager_find() - look a service up
 * @service: filled if there is one
 * @found:   whether there is
 */
enum ctl_exit ctl_manager_find(struct ctl *ctl, const char *name, enum ctl_manager_how how,
	struct ctl_service *service, bool *found);

/**
 * ctl_manager_need() - look a service up that must be there
 *
 * Return: as the others; CTL_EXIT_FAILED, told, also when there is no such service.
 */
enum ctl_exit ctl_manager_need(struct ctl *ctl, const char *name, struct ctl_service *service);

struct ctl_names {
	char **name;
	size_t count;
};

/**
 * ctl_manager_list() - the names of all services, in the manager's order
 * @priorities: CTL_PRIORITY_ bits
 * @names:      filled; to be freed by ctl_manager_free_names() in any case
 */
enum ctl_exit ctl_manager_list(struct ctl *ctl, int32_t priorities, struct ctl_names *names);
void ctl_manager_free_names(struct ctl_names *names);

/* Which process has registered what. */
struct ctl_debug_info {
	struct ctl_names names;
	int32_t *pid; /* of each name */
};

/**
 * ctl_manager_debug_info() - the processes behind all services
 * @info: filled; empty where the manager does not tell: in releases before Android 12, or
 *        because it may not; to be freed by ctl_manager_free_debug_info() in any case
 */
enum ctl_exit ctl_manager_debug_info(struct ctl *ctl, struct ctl_debug_info *info);
void ctl_manager_free_debug_info(struct ctl_debug_info *info);

/**
 * ctl_manager_notify() - have an object called when a service is registered, or is already
 * @object: of interface android.os.IServiceCallback; the connection is to be served
 * @can:    whether the manager does such a thing; those before Android 11 do not
 */
enum ctl_exit ctl_manager_notify(
	struct ctl *ctl, const char *name, struct ctl_object *object, bool *can);

/**
 * ctl_manager_missing() - tell that nobody answers behind handle 0
 *
 * Return: CTL_EXIT_NO_MANAGER.
 */
enum ctl_exit ctl_manager_missing(const struct ctl *ctl);
