#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What one service tells about itself: its dump. */

#include "tools/ctl_client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a dump goes to, as it comes. */
struct ctl_section_sink {
	void (*put)(void *context, const void *data, size_t size);
	void *context;
};

struct ctl_section {
	bool timed_out; /* it was given up; what had come by then was put */
	int32_t status; /* status_t of the call; of no meaning when it was given up */
	char why[256];	/* a status in words */
	double seconds; /* it took */
};

/**
 * ctl_section_dump() - have a service dump itself
 * @handle:  the service's
 * @args:    its arguments, @count of them
 * @timeout: milliseconds until it is given up
 * @section: filled
 *
 * The dump is over when the call is, and nobody has the descriptor any more that the service was
 * given to write to.
 *
 * Return: 0, or a negative errno when it could not be begun.
 */
int ctl_section_dump(struct ctl_client *client, uint32_t handle, char **args, size_t count,
	long timeout, const struct ctl_section_sink *sink, struct ctl_section *section);
