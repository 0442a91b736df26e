// SPDX-License-Identifier: Apache-2.0
/*
 * Calls that can be given up.
 *
 * A job belongs to two: to the thread that makes the call and to the one that waits for it.
 * Whoever comes second to the end frees it; @ends counts.
 */

#include "tools/ctl_job.h"

#include "util/cleanup.h"
#include "util/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* Milliseconds for what takes an object no time unless it is stuck. */
#define JOB_ASK_TIMEOUT 1000

struct ctl_job {
	pthread_t thread;
	struct ctl_client *client;
	uint32_t handle;
	uint32_t code;
	struct ctl_parcel message;
	struct ctl_reply reply;
	int done;
	atomic_int ends;
};

static void ctl_job_end(struct ctl_job *job)
{
	if (atomic_fetch_add(&job->ends, 1) == 0)
		return;
	ctl_parcel_deinit(&job->message);
	free(job);
}

static void *ctl_job_run(void *data)
{
	struct ctl_job *job = data;

	ctl_client_call(job->client, job->handle, job->code, &job->message, &job->reply);
	job->done = fd_close(job->done);
	ctl_job_end(job);
	return NULL;
}

struct ctl_job *ctl_job_start(struct ctl_client *client, uint32_t handle, uint32_t code,
	struct ctl_parcel *message, int done)
{
	struct ctl_job *job = calloc(1, sizeof(*job));
	int error = ENOMEM;

	if (job) {
		job->client = client;
		job->handle = handle;
		job->code = code;
		job->message = *message;
		job->done = done;
		error = pthread_create(&job->thread, NULL, ctl_job_run, job);
	}
	if (error) {
		fd_close(done);
		ctl_parcel_deinit(message);
		free(job);
		errno = error;
		return NULL;
	}
	ctl_parcel_init(message, message->dialect);
	return job;
}

void ctl_job_finish(struct ctl_job *job, struct ctl_reply *reply)
{
	pthread_join(job->thread, NULL);
	*reply = job->reply;
	ctl_job_end(job);
}

void ctl_job_abandon(struct ctl_job *job)
{
	job->client->abandoned = true;
	pthread_detach(job->thread);
	ctl_job_end(job);
}

/* Waits until the other end of a pipe is closed; false when the time was up before. */
static bool ctl_job_wait(int fd, long timeout)
{
	struct timespec deadline = ctl_event_deadline(timeout);
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	int result;

	do {
		result = poll(&ready, 1, ctl_event_left(&deadline));
	} while (result < 0 && errno == EINTR);
	return result != 0;
}

int ctl_job_call(struct ctl_client *client, uint32_t handle, uint32_t code,
	struct ctl_parcel *message, long timeout, struct ctl_reply *reply)
{
	_cleanup_close_ int wait = -1;
	struct ctl_job *job;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		error = -errno;
		ctl_parcel_deinit(message);
		return error;
	}
	wait = ends[0];
	job = ctl_job_start(client, handle, code, message, ends[1]);
	if (!job)
		return -errno;
	if (ctl_job_wait(wait, timeout)) {
		ctl_job_finish(job, reply);
		return 0;
	}
	ctl_job_abandon(job);
	return -ETIMEDOUT;
}

/* Asks an object something without arguments; whether it answered, and @reply is to be given back.
 */
static bool ctl_job_ask(
	struct ctl_client *client, uint32_t handle, uint32_t code, struct ctl_reply *reply)
{
	struct ctl_parcel message;

	ctl_parcel_init(&message, client->dialect);
	return !ctl_job_call(client, handle, code, &message, JOB_ASK_TIMEOUT, reply);
}

char *ctl_job_interface(struct ctl_client *client, uint32_t handle)
{
	struct ctl_reader reader;
	struct ctl_reply reply;
	char *name;

	if (!ctl_job_ask(client, handle, INTERFACE_TRANSACTION, &reply))
		return NULL;
	ctl_client_read(client, &reply, &reader);
	name = ctl_reader_string16(&reader);
	ctl_client_done(client, &reply);
	return name;
}

int32_t ctl_job_pid(struct ctl_client *client, uint32_t handle)
{
	struct ctl_reader reader;
	struct ctl_reply reply;
	int32_t pid;

	if (!ctl_job_ask(client, handle, DEBUG_PID_TRANSACTION, &reply))
		return 0;
	ctl_client_read(client, &reply, &reader);
	pid = ctl_reader_int32(&reader);
	ctl_client_done(client, &reply);
	return pid;
}
