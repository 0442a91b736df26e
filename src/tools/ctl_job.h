#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A call that can be given up.
 *
 * A thread that waits in the driver for a reply cannot be called back, so such a call is made by a
 * thread of its own; whoever gives it up leaves the thread where it is. A descriptor tells when
 * the call is over.
 */

#include "tools/ctl_client.h"

#include <stdint.h>
#include <time.h>

struct ctl_job;

/**
 * ctl_job_start() - begin a call
 * @client:  the connection
 * @handle:  the object's
 * @message: the request; its contents are taken, whatever the result
 * @done:    a descriptor to close when the call is over; taken, whatever the result; -1 for none
 *
 * Return: the job, to be ended by ctl_job_finish() or ctl_job_abandon(); or NULL with errno.
 */
struct ctl_job *ctl_job_start(struct ctl_client *client, uint32_t handle, uint32_t code,
	struct ctl_parcel *message, int done);

/**
 * ctl_job_finish() - wait for the end of a call
 * @reply: filled, as by ctl_client_call()
 */
void ctl_job_finish(struct ctl_job *job, struct ctl_reply *reply);

/** ctl_job_abandon() - wait no more; the connection cannot be closed from now on */
void ctl_job_abandon(struct ctl_job *job);

/**
 * ctl_job_call() - ctl_client_call() with an end
 * @message:  the request; its contents are taken
 * @timeout:  milliseconds
 * @reply:    filled if it came in time, and then to be given back
 *
 * Return: 0, -ETIMEDOUT when it was given up, or another negative errno: no thread, no memory.
 */
int ctl_job_call(struct ctl_client *client, uint32_t handle, uint32_t code,
	struct ctl_parcel *message, long timeout, struct ctl_reply *reply);

/**
 * ctl_job_interface() - ask an object for its interface's name, for a second at most
 *
 * Return: for free(3), or NULL when it does not say.
 */
char *ctl_job_interface(struct ctl_client *client, uint32_t handle);

/** ctl_job_pid() - ask an object for its process, likewise. Return: a pid, or 0 */
int32_t ctl_job_pid(struct ctl_client *client, uint32_t handle);
