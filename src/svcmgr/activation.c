// SPDX-License-Identifier: Apache-2.0
/*
 * Starting services.
 *
 * An activation goes from state to state by what happens and by the time, which comes from
 * outside. The last, in which all is done but for the process, is there because a number
 * must not be forgotten before its process was reaped, nor kept after that.
 *
 * Clients ask again and again for what is not there, so that a service that cannot be
 * started is tried more and more rarely, and says so once for each try.
 */

#include "svcmgr/activation.h"

#include "util/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

void activations_init(struct activations *activations, const struct activation_ops *ops, void *data,
	const char *context)
{
	*activations = (struct activations){.ops = ops, .data = data, .context = context};
	TAILQ_INIT(&activations->list);
}

static void activation_free(struct activations *activations, struct activation *activation)
{
	TAILQ_REMOVE(&activations->list, activation, entry);
	activations->count--;
	free(activation->unit);
	free(activation);
}

void activations_deinit(struct activations *activations)
{
	struct activation *activation, *next;

	TAILQ_FOREACH_SAFE (activation, &activations->list, entry, next)
		activation_free(activations, activation);
}

static struct activation *activation_find(const struct activations *activations, const char *name)
{
	struct activation *activation;

	TAILQ_FOREACH (activation, &activations->list, entry) {
		if (!strcmp(activation->name, name))
			return activation;
	}
	return NULL;
}

/* Frees it when there is nothing left to remember. */
static void activation_settle(struct activations *activations, struct activation *activation)
{
	if (activation->state == ACTIVATION_DONE && !activation->pid)
		activation_free(activations, activation);
}

/* The service is not coming: others may have the name, and starts are held off. */
static void activation_fail(struct activations *activations, struct activation *activation,
	int64_t now_ms, const char *why)
{
	activation->state = ACTIVATION_HELD;
	activation->deadline_ms = now_ms + activation->hold_off_ms;
	log_warning("%s: \"%s\" was not started: %s; not tried again for %d s",
		activations->context, activation->name, why, (int)(activation->hold_off_ms / 1000));
	activation->hold_off_ms *= 2;
	if (activation->hold_off_ms > ACTIVATION_HOLD_OFF_MAX_MS)
		activation->hold_off_ms = ACTIVATION_HOLD_OFF_MAX_MS;
}

static struct activation *activation_new(
	struct activations *activations, const struct declaration *declaration)
{
	struct activation *activation = calloc(1, sizeof(*activation));

	if (!activation)
		return NULL;
	strcpy(activation->name, declaration->name);
	activation->hold_off_ms = ACTIVATION_HOLD_OFF_MS;
	TAILQ_INSERT_TAIL(&activations->list, activation, entry);
	activations->count++;
	return activation;
}

/* Takes over for whom the name is reserved: the declaration may be another than last time. */
static int activation_reserve(struct activation *activation, const struct declaration *declaration)
{
	char *unit = declaration->unit ? strdup(declaration->unit) : NULL;

	if (declaration->unit && !unit)
		return -ENOMEM;
	free(activation->unit);
	activation->unit = unit;
	activation->has_user = declaration->has_user;
	activation->user = declaration->user;
	return 0;
}

int activation_start(
	struct activations *activations, const struct declaration *declaration, int64_t now_ms)
{
	struct activation *activation = activation_find(activations, declaration->name);
	pid_t pid;
	int error;

	/* One whose process has not ended was there, or is late: not a second one beside it. */
	if (activation && (activation->state == ACTIVATION_RESERVED || activation->pid))
		return -EALREADY;
	if (activation && activation->state == ACTIVATION_HELD && activation->deadline_ms > now_ms)
		return -EAGAIN;
	if (!activation && activations->count == ACTIVATION_MAX)
		return -ENOSPC;
	if (!activation)
		activation = activation_new(activations, declaration);
	if (!activation)
		return -ENOMEM;
	error = activation_reserve(activation, declaration);
	if (!error)
		error = activations->ops->start(activations->data, declaration, &pid);
	if (error) {
		activation_fail(activations, activation, now_ms, strerror(-error));
		return error;
	}
	activation->pid = pid;
	activation->leader = activation->unit ? 0 : pid;
	activation->state = ACTIVATION_RESERVED;
	activation->deadline_ms = now_ms + declaration->timeout_s * INT64_C(1000);
	log_info("%s: \"%s\" is being started, pid %d", activations->context, activation->name,
		(int)pid);
	return 0;
}

bool activation_permits(
	struct activations *activations, const char *name, int32_t pid, uint32_t uid)
{
	const struct activation *activation = activation_find(activations, name);

	if (!activation || activation->state != ACTIVATION_RESERVED)
		return true;
	if (activation->has_user && activation->user != uid)
		return false;
	if (activation->unit)
		return activations->ops->in_unit(activations->data, pid, activation->unit);
	return activations->ops->in_session(activations->data, pid, activation->leader);
}

void activation_registered(struct activations *activations, const char *name)
{
	struct activation *activation = activation_find(activations, name);

	if (!activation)
		return;
	activation->state = ACTIVATION_DONE;
	activation->hold_off_ms = ACTIVATION_HOLD_OFF_MS;
	activation_settle(activations, activation);
}

void activation_exited(struct activations *activations, pid_t pid, int status, int64_t now_ms)
{
	struct activation *activation;

	TAILQ_FOREACH (activation, &activations->list, entry) {
		if (activation->pid == pid)
			break;
	}
	if (!activation)
		return;
	activation->pid = 0;
	if (activation->state == ACTIVATION_RESERVED && WIFSIGNALED(status))
		activation_fail(activations, activation, now_ms, strsignal(WTERMSIG(status)));
	else if (activation->state == ACTIVATION_RESERVED && WEXITSTATUS(status))
		activation_fail(activations, activation, now_ms, "it ended with an error");
	activation_settle(activations, activation);
}

void activation_tick(struct activations *activations, int64_t now_ms)
{
	struct activation *activation, *next;

	TAILQ_FOREACH_SAFE (activation, &activations->list, entry, next) {
		if (activation->state == ACTIVATION_DONE || activation->deadline_ms > now_ms)
			continue;
		if (activation->state == ACTIVATION_RESERVED) {
			activation_fail(
				activations, activation, now_ms, "it did not register in time");
		} else if (activation->state == ACTIVATION_HELD) {
			activation->state = ACTIVATION_FORGIVING;
			activation->deadline_ms = now_ms + activation->hold_off_ms;
		} else {
			activation->state = ACTIVATION_DONE;
			activation->hold_off_ms = ACTIVATION_HOLD_OFF_MS;
			activation_settle(activations, activation);
		}
	}
}

int64_t activation_next(const struct activations *activations)
{
	const struct activation *activation;
	int64_t next = -1;

	TAILQ_FOREACH (activation, &activations->list, entry) {
		if (activation->state != ACTIVATION_DONE &&
			(next < 0 || activation->deadline_ms < next))
			next = activation->deadline_ms;
	}
	return next;
}
