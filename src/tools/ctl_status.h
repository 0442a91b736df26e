#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a call can end in, with the names that Android has for it.
 */

#include "tools/ctl_reader.h"

#include <stdint.h>

/* status_t: what a reply that is no parcel carries. */
#define CTL_STATUS_NO_MEMORY (-12)
#define CTL_STATUS_BAD_TYPE (INT32_MIN + 1)
#define CTL_STATUS_FAILED_TRANSACTION (INT32_MIN + 2)
#define CTL_STATUS_DEAD_OBJECT (-32)
#define CTL_STATUS_UNKNOWN_TRANSACTION (-74)

/* Exceptions: the first word of a reply, where it has a status header. */
#define CTL_EX_SECURITY (-1)
#define CTL_EX_SERVICE_SPECIFIC (-8)
#define CTL_EX_PARCELABLE (-9)
#define CTL_EX_HAS_REPLY_HEADER (-128)

/** ctl_status_name() - as "DEAD_OBJECT"; NULL for a status that has no name */
const char *ctl_status_name(int32_t status);

/** ctl_status_exception_name() - as "SECURITY"; NULL for what is no exception's code */
const char *ctl_status_exception_name(int32_t code);

struct ctl_exception {
	int32_t code;	  /* 0: none */
	char *message;	  /* for free(3); NULL: none */
	int32_t specific; /* of CTL_EX_SERVICE_SPECIFIC: the service's own number */
};

/**
 * ctl_status_read_header() - take a reply's status header
 * @reader:    at the start of the reply; afterwards at the value, if there is no exception
 * @exception: filled; the caller frees its message
 *
 * Nothing is taken where the reader's form has no header. What is no header sets the reader's
 * @failed.
 */
void ctl_status_read_header(struct ctl_reader *reader, struct ctl_exception *exception);

/**
 * ctl_status_find_exception() - whether a reply of unknown kind is an exception
 * @reader:    at the start of the reply; left as it is
 * @exception: filled; the caller frees its message
 *
 * Any reply could begin with a number that looks like a code. So it counts only if the whole
 * reply is what a status header with that code can be.
 */
void ctl_status_find_exception(const struct ctl_reader *reader, struct ctl_exception *exception);
