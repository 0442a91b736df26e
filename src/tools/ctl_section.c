// SPDX-License-Identifier: Apache-2.0
/*
 * One service's dump.
 *
 * The service writes into a pipe while it is being called, so the call and the reading are two
 * threads' work. The end of the pipe is the end of the dump: the job closes our own descriptor of
 * its other side when the call is over, the service has none left by then as a rule. The clock
 * runs for both. Who is given up finds the pipe closed.
 */

#include "tools/ctl_section.h"

#include "tools/ctl_job.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* Every object answers this: AOSP, binder/IBinder.h. */
#define SECTION_DUMP_TRANSACTION B_PACK_CHARS('_', 'D', 'M', 'P')

static void ctl_section_request(struct ctl_parcel *message, const struct ctl_dialect *dialect,
	int fd, char **args, size_t count)
{
	ctl_parcel_init(message, dialect);
	ctl_parcel_fd(message, fd, false);
	ctl_parcel_int32(message, (int32_t)count);
	for (size_t i = 0; i < count; i++)
		ctl_parcel_string16(message, args[i]);
}

/* Puts what comes until the end, or the deadline; returns whether the end was seen. */
static bool ctl_section_copy(
	int fd, const struct timespec *deadline, const struct ctl_section_sink *sink)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char buffer[16384];
	ssize_t size;
	int left, result;

	/* Not by poll(2)'s word alone: somebody may write without end. */
	while ((left = ctl_event_left(deadline)) > 0) {
		result = poll(&ready, 1, left);
		if (result < 0 && errno == EINTR)
			continue;
		if (result <= 0)
			return false;
		size = read(fd, buffer, sizeof(buffer));
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return true;
		sink->put(sink->context, buffer, (size_t)size);
	}
	return false;
}

static double ctl_section_seconds(const struct timespec *before)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - before->tv_sec) +
	       (double)(now.tv_nsec - before->tv_nsec) / 1e9;
}

int ctl_section_dump(struct ctl_client *client, uint32_t handle, char **args, size_t count,
	long timeout, const struct ctl_section_sink *sink, struct ctl_section *section)
{
	struct timespec before, deadline = ctl_event_deadline(timeout);
	_cleanup_close_ int out = -1;
	struct ctl_parcel message;
	struct ctl_reply reply;
	struct ctl_job *job;
	int ends[2];

	*section = (struct ctl_section){0};
	clock_gettime(CLOCK_MONOTONIC, &before);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	out = ends[0];
	ctl_section_request(&message, client->dialect, ends[1], args, count);
	job = ctl_job_start(client, handle, SECTION_DUMP_TRANSACTION, &message, ends[1]);
	if (!job)
		return -errno;
	section->timed_out = !ctl_section_copy(out, &deadline, sink);
	if (section->timed_out) {
		ctl_job_abandon(job);
	} else {
		ctl_job_finish(job, &reply);
		section->status = reply.status;
		ctl_client_explain(&reply, section->why, sizeof(section->why));
		ctl_client_done(client, &reply);
	}
	section->seconds = ctl_section_seconds(&before);
	return 0;
}
