#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* A reply of unknown kind, shown. */

#include "tools/ctl_client.h"
#include "tools/ctl_print.h"

#include <stdio.h>

/*
 * What is told of an object besides what is in the parcel; both return text for free(3), or NULL
 * when there is nothing to tell.
 */
struct ctl_show_ops {
	char *(*interface)(void *context, uint32_t handle);
	char *(*file)(void *context, int fd);
	void *context;
};

/**
 * ctl_show_parcel() - as Android's "service call" shows it
 * @out:    where to
 * @reader: at the start of the parcel
 *
 * "Parcel(", the bytes, a line for each object that the driver vouches for, ")" and no newline.
 */
void ctl_show_parcel(FILE *out, const struct ctl_reader *reader, const struct ctl_show_ops *ops);

/**
 * ctl_show_json() - the same as JSON
 *
 * Return: an object with "size" and "data", two digits for each byte, and "objects" with "offset",
 * "type" and what belongs to that type; or NULL without memory.
 */
json_t *ctl_show_json(const struct ctl_reader *reader, const struct ctl_show_ops *ops);

/** ctl_show_stability() - as "system"; NULL for a level without a name */
const char *ctl_show_stability(int32_t level);
