#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is around a manager: a driver that counts what is held and linked, and ends the
 * program that holds twice or lets go of what it does not hold; and records of what the
 * manager sent, started and printed. Without Check, for fuzz targets.
 */

#include "svcmgr/manager.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOUBLE_HANDLES 64
#define DOUBLE_SENT_MAX 64

/* A message that the manager sent. */
struct double_sent {
	uint32_t handle;
	uint32_t code;
	size_t size;
	size_t count;
	size_t buffers;
	char data[512];
	binder_size_t offsets[16];
};

struct manager_double {
	int held[DOUBLE_HANDLES];
	struct object *linked[DOUBLE_HANDLES];
	/* Unlinked, and not yet confirmed. */
	struct object *unlinking[DOUBLE_HANDLES];
	int strong[DOUBLE_HANDLES]; /* what the driver counts, or negative */

	struct double_sent sent[DOUBLE_SENT_MAX];
	size_t sent_count;

	/* What an object's interfaces are; an error if negative. */
	int chain_count;
	const char *chain[MANAGER_CHAIN_MAX];
	/* Called while it is asked. */
	void (*asked)(uint32_t handle);

	int start_error;
	pid_t started; /* the last; each one more */
	char started_name[NAME_KEY_MAX + 1];
	pid_t session_pid, session_leader; /* who is in the session of whom */
	pid_t unit_pid;

	char printed[4096];
	int printed_fd;
	int print_error;
};

/* Ends the program unless @good. */
static inline void double_check(int good)
{
	if (!good)
		abort();
}

static inline void double_acquire(void *data, uint32_t handle)
{
	struct manager_double *driver = data;

	double_check(driver->held[handle % DOUBLE_HANDLES]++ == 0);
}

static inline void double_release(void *data, uint32_t handle)
{
	struct manager_double *driver = data;

	double_check(driver->held[handle % DOUBLE_HANDLES]-- == 1);
}

static inline void double_link(void *data, struct object *object)
{
	struct manager_double *driver = data;

	double_check(driver->held[object->handle % DOUBLE_HANDLES] == 1);
	driver->linked[object->handle % DOUBLE_HANDLES] = object;
}

static inline void double_unlink(void *data, struct object *object)
{
	struct manager_double *driver = data;

	/* The driver knows a link by a handle that is held. */
	double_check(driver->held[object->handle % DOUBLE_HANDLES] == 1);
	double_check(driver->linked[object->handle % DOUBLE_HANDLES] == object);
	driver->linked[object->handle % DOUBLE_HANDLES] = NULL;
	/* A second one before the first is confirmed: that is confirmed now. */
	if (driver->unlinking[object->handle % DOUBLE_HANDLES])
		object_unlinked(driver->unlinking[object->handle % DOUBLE_HANDLES]);
	driver->unlinking[object->handle % DOUBLE_HANDLES] = object;
}

/* The process of an object dies, if anybody wants to know. */
static inline void double_die(struct manager_double *driver, uint32_t handle)
{
	struct object *object = driver->linked[handle % DOUBLE_HANDLES];

	driver->linked[handle % DOUBLE_HANDLES] = NULL;
	if (object)
		object_died(object);
}

/* Confirms what was unlinked. */
static inline void double_confirm(struct manager_double *driver, uint32_t handle)
{
	struct object *object = driver->unlinking[handle % DOUBLE_HANDLES];

	driver->unlinking[handle % DOUBLE_HANDLES] = NULL;
	if (object)
		object_unlinked(object);
}

static inline int double_strong_count(void *data, uint32_t handle)
{
	struct manager_double *driver = data;

	double_check(driver->held[handle % DOUBLE_HANDLES] == 1);
	return driver->strong[handle % DOUBLE_HANDLES];
}

static inline void double_send(
	void *data, uint32_t handle, uint32_t code, const struct parcel_writer *msg)
{
	struct manager_double *driver = data;
	struct double_sent *sent = &driver->sent[driver->sent_count % DOUBLE_SENT_MAX];

	double_check(driver->held[handle % DOUBLE_HANDLES] == 1);
	double_check(msg->size <= sizeof(sent->data) && msg->count <= 16);
	driver->sent_count++;
	*sent = (struct double_sent){
		.handle = handle,
		.code = code,
		.size = msg->size,
		.count = msg->count,
		.buffers = msg->buffers,
	};
	memcpy(sent->data, msg->data, msg->size);
	if (msg->count)
		memcpy(sent->offsets, msg->offsets, msg->count * sizeof(*msg->offsets));
}

static inline int double_interfaces(
	void *data, uint32_t handle, char names[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1])
{
	struct manager_double *driver = data;

	if (driver->asked)
		driver->asked(handle);
	for (int i = 0; i < driver->chain_count; i++)
		snprintf(names[i], sizeof(names[i]), "%s", driver->chain[i]);
	return driver->chain_count;
}

static inline int double_start(void *data, const struct declaration *declaration, pid_t *pid)
{
	struct manager_double *driver = data;

	if (driver->start_error)
		return driver->start_error;
	strcpy(driver->started_name, declaration->name);
	*pid = ++driver->started;
	return 0;
}

static inline bool double_in_session(void *data, pid_t pid, pid_t leader)
{
	const struct manager_double *driver = data;

	return pid == driver->session_pid && leader == driver->session_leader;
}

static inline bool double_in_unit(void *data, pid_t pid, const char *unit)
{
	const struct manager_double *driver = data;

	return pid == driver->unit_pid && !strcmp(unit, "some.service");
}

static inline int double_print(void *data, int fd, uint32_t uid, const char *text, size_t size)
{
	struct manager_double *driver = data;

	(void)uid;
	driver->printed_fd = fd;
	snprintf(driver->printed, sizeof(driver->printed), "%.*s", (int)size, text);
	return driver->print_error;
}

static const struct manager_ops double_ops = {
	.object = {double_acquire, double_release, double_link, double_unlink},
	.activation = {double_start, double_in_session, double_in_unit},
	.strong_count = double_strong_count,
	.send = double_send,
	.interfaces = double_interfaces,
	.print = double_print,
};
