#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Lines of the log that clients can cause as often as they like.
 */

/**
 * complain() - log_notice() for these
 *
 * Beyond COMPLAINT_BURST in COMPLAINT_SECONDS they are only counted; the count is told with
 * the next line after that.
 */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define COMPLAINT_BURST 50u
#define COMPLAINT_SECONDS 10
