// SPDX-License-Identifier: Apache-2.0

/*
 * Who wants to fill the log needs but connect, break a rule, and connect again; so what is
 * remembered is of no client, but of all. The price is that a storm hides another's line.
 */

#include "broker/complaint.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "util/log.h"

#define COMPLAINT_LINE 512

/* Whether one more may be logged now. */
static bool complaint_allowed_now(void)
{
	static time_t since;
	static unsigned count, hidden;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - since >= COMPLAINT_SECONDS || !count) {
		if (hidden)
			log_notice("%u more complaints about clients were not logged", hidden);
		since = now.tv_sec;
		count = hidden = 0;
	}
	if (count == COMPLAINT_BURST) {
		hidden++;
		return false;
	}
	count++;
	return true;
}

static bool complaint_allowed(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	bool allowed;

	pthread_mutex_lock(&lock);
	allowed = complaint_allowed_now();
	pthread_mutex_unlock(&lock);
	return allowed;
}

void complain(const char *format, ...)
{
	char line[COMPLAINT_LINE];
	int saved = errno;
	va_list arguments;

	if (!complaint_allowed())
		return;
	errno = saved;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	log_notice("%s", line);
}
