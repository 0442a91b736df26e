#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* A context's device, opened by who becomes its manager. */

#include <binderd/binder_io.h>

/**
 * device_manage() - open a context and become its manager
 * @name: a context's name or a device's path, as for binderd_open()
 *
 * Callers' labels are asked for where there are any: of a broker, and of a kernel's driver
 * with a security module that gives them.
 *
 * Return: the state, or NULL after a log line that says why not.
 */
struct binder_state *device_manage(const char *name);
