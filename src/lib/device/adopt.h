#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Devices that came into the process without open(2). */

#include "lib/device/state.h"

/**
 * adopt() - take a descriptor for a device, if it is one
 *
 * For one that was inherited over execve(2), or received from another process.
 *
 * Return: the device with one more user; or NULL, errno untouched.
 */
struct device *adopt(int fd);
