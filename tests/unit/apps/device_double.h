#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A device that answers from a script: what the small C framework writes to it is
 * kept, what it reads from it was put there by the test.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device_double {
	/* Reads, one for each WRITE_READ that reads. */
	struct {
		char data[256];
		size_t size;
		int error; /* an errno in place of the read */
	} reads[16];
	size_t read_count;
	size_t read_next;

	char written[4096]; /* all BC_ commands */
	size_t written_size;
	int32_t version;
	int ioctl_error; /* an errno for every ioctl, or 0 */
	bool open;
	bool mapped;
	int duplicates;		/* made and not closed */
	uint32_t manager_flags; /* of BINDER_SET_CONTEXT_MGR_EXT */
	int thread_exits;
	bool refuses_replies; /* what is written after a BC_REPLY is not taken before a read */
	bool refuses;	      /* that is so now */
};

extern struct device_double device_double;

/* Forget everything. */
void device_double_reset(void);

/* Let the next reads end here: what follows is in another read. */
void device_double_next_read(void);

/* Append a command with its argument to the read being made. */
void device_double_put(uint32_t command, const void *argument, size_t size);

/* Take @size bytes from what was written, the first first; fails the test if there are none. */
void device_double_take(void *out, size_t size);
