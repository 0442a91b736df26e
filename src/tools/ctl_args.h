#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Values of the command line, put into a parcel. */

#include "tools/ctl_parcel.h"

#include <stddef.h>

/**
 * ctl_args_put() - append values
 * @parcel: what to append to
 * @argv:   TYPE VALUE pairs, and the one TYPE that stands alone: i32, i64 (also above the
 *          largest positive, as a pattern of bits), f, d, s16, null, fd (a file, opened for
 *          reading), nfd (the number of an open descriptor)
 * @argc:   how many arguments
 * @why:    room for @size bytes: what is wrong with which
 *
 * Return: 0; -EINVAL for wrong arguments, or another negative errno: a file that cannot be
 * opened, no memory.
 */
int ctl_args_put(struct ctl_parcel *parcel, int argc, char **argv, char *why, size_t size);
