#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Writes whose outcome is certain, and which nobody waits for. */

#include <stdbool.h>

#include <binderd/uapi.h>

#include "lib/device/call.h"

/**
 * quiet_write_read() - do a BINDER_WRITE_READ without waiting for the broker, if possible
 * @bwr:    the argument; changed as the driver would
 * @result: the ioctl's result
 *
 * Return: whether it is done; if not, nothing has happened.
 */
bool quiet_write_read(struct call *call, struct binder_write_read *bwr, int *result);

/**
 * quiet_is_lent() - whether the broker may not have read yet what the program has lent
 *
 * The program's next read must not return before it has.
 */
bool quiet_is_lent(const struct channel *channel);
