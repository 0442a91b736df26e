#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A device that plays a script: what each request is to read, and what it says when it was written.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <binderd/uapi.h>

struct double_device {
	/* Of an opening. */
	int open_error;	       /* errno of the next binderd_open(), or 0 */
	int32_t version;       /* what BINDER_VERSION says */
	int max_threads_error; /* errno of BINDER_SET_MAX_THREADS, or 0 */
	bool refuses_mapping;
	unsigned int opened, closed;
	uint32_t max_threads;
	bool spam_detection;

	/* Of requests. */
	unsigned int requests;	/* BINDER_WRITE_READ so far */
	unsigned int exits;	/* BINDER_THREAD_EXIT so far */
	size_t write_limit;	/* bytes that one request takes at most */
	int32_t extended_error; /* param of BINDER_GET_EXTENDED_ERROR; 0: there is none */
	unsigned int extended_asked;
	bool readable; /* what poll says: whether anything is left to be read */
};

extern struct double_device double_device;

/** double_reset() - all as a good device has it, and nothing to read */
void double_reset(void);

/**
 * double_read() - the next request that reads ends with this
 * @error: the errno that it fails with, or 0
 *
 * double_put() adds what it reads to it.
 */
void double_read(int error);
/** double_put() - a return for the last double_read(): a BR_ command and its argument */
void double_put(uint32_t command, const void *argument);
/** double_put_bytes() - any bytes */
void double_put_bytes(const void *bytes, size_t size);

/**
 * double_written() - what was written since the last call, as words
 *
 * One word for each command, "TRANSACTION" for BC_TRANSACTION, with "|" at the end of each request.
 */
const char *double_written(void);
/** double_argument() - the argument of the last command that was written */
const void *double_argument(void);
/** double_left() - how many reads of the script were not made */
unsigned int double_left(void);
