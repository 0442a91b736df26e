#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The requests that stand for ioctls. */

#include <stdint.h>

#include "lib/device/call.h"

/** write_read() - BINDER_WRITE_READ with the argument at @arg. Return: 0 or -errno */
int write_read(struct call *call, uint64_t arg);

/** write_read_give_back() - one with nothing in it: the broker takes back what is owed */
void write_read_give_back(struct call *call);

/** ioctl_run() - any other binder request, or one whose argument is bad */
int ioctl_run(struct call *call, uint32_t command, uint64_t arg);
