#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The driver's returns, done.
 */

#include <stdint.h>

#include "lib/ndk/ipc.h"

/* What dispatch_return() says besides an error: the thread is not needed in the pool. */
#define DISPATCH_FINISHED 1

/**
 * dispatch_return() - do what a return asks for
 * @command:  a BR_ command other than those that answer a call
 * @argument: _IOC_SIZE(@command) bytes, copied before anything else happens
 *
 * Return: 0; DISPATCH_FINISHED; or a negative errno: BR_ERROR's, -EPROTO for an unknown command.
 */
int dispatch_return(struct ipc *ipc, uint32_t command, const void *argument);
