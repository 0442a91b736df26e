#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Waiting for a service to be registered. */

#include "tools/ctl_manager.h"

struct ctl_await {
	const char *name;
	bool start; /* have the manager start it, if it is one that can be started */
	const struct timespec *deadline; /* NULL: none */
};

/**
 * ctl_await_service() - wait until there is a service
 *
 * The connection is ended afterwards, for it has an object that is called no more.
 *
 * Return: CTL_EXIT_OK; CTL_EXIT_TIMED_OUT, told, at the deadline; or as ctl_manager_find().
 */
enum ctl_exit ctl_await_service(struct ctl *ctl, const struct ctl_await *await);
