// SPDX-License-Identifier: Apache-2.0
/*
 * Waiting for a service.
 *
 * The manager calls an object of ours when the name is registered, also when it already is by
 * the time that it is asked to. Only then is the service looked up, and looked up it must be: what
 * was registered may have died since, and then the waiting goes on. A manager that
 * cannot be asked, as before Android 11, is looked at every second, as clients did then.
 *
 * A manager that dies takes the request with it, and with it goes everything that was registered:
 * the waiting ends.
 */

#include "tools/ctl_await.h"

#include "tools/ctl_status.h"

#include "util/log.h"

#include <stdlib.h>
#include <string.h>

#define AWAIT_CALLBACK "android.os.IServiceCallback"
#define AWAIT_ON_REGISTRATION 1
#define AWAIT_LOOK 1000

enum {
	AWAIT_REGISTERED,
	AWAIT_MANAGER_DIED,
	AWAIT_LOST,
};

struct ctl_await_state {
	struct ctl_object object; /* first: it is what the driver calls */
	struct binder_death death;
	struct ctl_event event;
	bool told; /* of registrations, by the manager */
};

static int32_t ctl_await_called(struct ctl_object *object, uint32_t code, struct ctl_reader *reader,
	struct ctl_parcel *reply)
{
	struct ctl_await_state *state = (struct ctl_await_state *)object;

	(void)reader;
	(void)reply;
	if (code != AWAIT_ON_REGISTRATION)
		return CTL_STATUS_UNKNOWN_TRANSACTION;
	/* Which name it says does not matter: the manager is asked for the one. */
	ctl_event_set(&state->event, AWAIT_REGISTERED, 0);
	return 0;
}

static void ctl_await_died(struct binder_state *bs, void *ptr)
{
	struct ctl_await_state *state = ptr;

	(void)bs;
	ctl_event_set(&state->event, AWAIT_MANAGER_DIED, 0);
}

/* Begins to be told of registrations, and of the manager's death. */
static enum ctl_exit ctl_await_begin(
	struct ctl *ctl, const struct ctl_await *await, struct ctl_await_state *state)
{
	int error = ctl_client_serve(&ctl->client, &state->event, AWAIT_LOST);

	if (error) {
		log_error("cannot start a thread: %s", strerror(-error));
		return CTL_EXIT_FAILED;
	}
	binder_acquire(ctl->client.bs, 0);
	binder_link_to_death(ctl->client.bs, 0, &state->death);
	return ctl_manager_notify(ctl, await->name, &state->object, &state->told);
}

/* Waits for one event; returns CTL_EXIT_OK when it is time to look the service up. */
static enum ctl_exit ctl_await_event(
	struct ctl *ctl, const struct ctl_await *await, struct ctl_await_state *state)
{
	struct timespec look = ctl_event_deadline(AWAIT_LOOK);
	const struct timespec *until = await->deadline;

	if (!state->told && (!until || ctl_event_left(until) > AWAIT_LOOK))
		until = &look;
	switch (ctl_event_wait(&state->event, until, NULL)) {
	case AWAIT_REGISTERED:
		ctl_event_reset(&state->event);
		return CTL_EXIT_OK;
	case AWAIT_MANAGER_DIED:
		log_error("the service manager of \"%s\" died", ctl->context);
		return CTL_EXIT_NO_MANAGER;
	case AWAIT_LOST:
		log_error("the connection to \"%s\" was lost", ctl->context);
		return CTL_EXIT_NO_MANAGER;
	default:
		return until == &look ? CTL_EXIT_OK : CTL_EXIT_TIMED_OUT;
	}
}

static enum ctl_exit ctl_await_run(
	struct ctl *ctl, const struct ctl_await *await, struct ctl_await_state *state)
{
	enum ctl_manager_how how = await->start ? CTL_MANAGER_GET : CTL_MANAGER_CHECK;
	struct ctl_service service;
	enum ctl_exit result;
	bool found;

	result = ctl_manager_find(ctl, await->name, CTL_MANAGER_CHECK, &service, &found);
	if (result != CTL_EXIT_OK || found)
		return result;
	/* Not before: whatever the deadline, a service that is there is found. */
	ctl->deadline = await->deadline;
	result = ctl_await_begin(ctl, await, state);
	while (result == CTL_EXIT_OK && !found) {
		result = ctl_manager_find(ctl, await->name, how, &service, &found);
		if (result == CTL_EXIT_OK && !found)
			result = ctl_await_event(ctl, await, state);
		/* To start it was asked for once; from now on others tell when it is there. */
		how = CTL_MANAGER_CHECK;
	}
	return result;
}

enum ctl_exit ctl_await_service(struct ctl *ctl, const struct ctl_await *await)
{
	struct ctl_await_state *state = calloc(1, sizeof(*state));
	enum ctl_exit result;

	if (!state) {
		log_error("%m");
		return CTL_EXIT_FAILED;
	}
	state->object = (struct ctl_object){AWAIT_CALLBACK, ctl_await_called};
	state->death = (struct binder_death){.func = ctl_await_died, .ptr = state};
	ctl_event_init(&state->event);
	result = ctl_await_run(ctl, await, state);
	ctl->deadline = NULL;
	/* Objects and death links live as long as the connection, or a thread that is left in it.
	 */
	ctl_deinit(ctl);
	if (!ctl->client.abandoned) {
		ctl_event_deinit(&state->event);
		free(state);
	}
	if (result == CTL_EXIT_TIMED_OUT)
		log_error("there is no service \"%s\" yet", await->name);
	return result;
}
