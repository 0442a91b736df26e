#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How often refusals are told of: a user that is refused all day does not fill the log.
 */

#include <stdbool.h>
#include <stdint.h>

/* Lines about one user within the time, in milliseconds. */
#define COMPLAINT_LINES 20
#define COMPLAINT_WINDOW_MS 10000

/* Users that are told apart at a time. */
#define COMPLAINT_SLOTS 64

struct complaints {
	struct {
		unsigned int lines;
		int64_t since_ms;
	} slots[COMPLAINT_SLOTS];
};

/**
 * complaint_allowed() - whether one more line about a user may be written
 * @last: set to whether it is the last one for a while, which is to be said
 */
bool complaint_allowed(struct complaints *complaints, uint32_t uid, int64_t now_ms, bool *last);
