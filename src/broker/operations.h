#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The effects that the driver asks of the broker. */

#include "driver/driver.h"

extern const struct driver_ops operations;
