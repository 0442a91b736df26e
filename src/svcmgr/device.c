// SPDX-License-Identifier: Apache-2.0
/*
 * Becoming the manager, with labels if there are any.
 *
 * A kernel's driver that has no label to give fails every call to a manager that asks for
 * them, and a manager cannot take back that it asks. So it is asked for only where a
 * security module seems to give labels, and tried at once, by a call without reply that a
 * child makes (this program has no thread but one yet); if that fails the device is closed
 * and all begins anew without. The driver lets go of a closed device a little later, which is
 * waited for.
 */

#include "svcmgr/device.h"

#include "svcmgr/labels.h"
#include "util/log.h"

#include <binderd/device.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bytes of the receive area: libbinder's own size. */
#define DEVICE_AREA (1024 * 1024 - 2 * 4096)
#define DEVICE_PROBE_AREA 4096

/* How often, and after how many milliseconds each, a device that was closed is tried again. */
#define DEVICE_TRIES 2000
#define DEVICE_PAUSE_MS 1

/* Whether a call to the manager that @name has now is taken. */
static bool device_call(const char *name)
{
	struct binder_state *bs = binder_open(name, DEVICE_PROBE_AREA);
	struct binder_io msg;
	int error;

	if (!bs)
		return false;
	bio_init(&msg, NULL, 0, 0);
	error = binder_call_oneway(bs, &msg, BINDER_SERVICE_MANAGER, PING_TRANSACTION);
	binder_close(bs);
	return !error;
}

/* The same, asked by another process: a manager's own process cannot call it. */
static bool device_answers(const char *name)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(device_call(name) ? EXIT_SUCCESS : EXIT_FAILURE);
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

static struct binder_state *device_open(const char *name)
{
	struct binder_state *bs = binder_open(name, DEVICE_AREA);

	if (!bs)
		log_error("cannot open the context \"%s\": %m", name);
	return bs;
}

static int device_become(struct binder_state *bs, bool labels)
{
	uint32_t flags = FLAT_BINDER_FLAG_ACCEPTS_FDS;
	int error;

	if (labels)
		flags |= FLAT_BINDER_FLAG_TXN_SECURITY_CTX;
	error = binder_become_context_manager_ext(bs, flags);
	/* A driver that is too old for that has no labels, and lets no descriptors in. */
	return error == -EINVAL ? binder_become_context_manager(bs) : error;
}

/* Becomes it anew without labels; its own former self may be in the way for a while. */
static int device_become_again(struct binder_state *bs)
{
	int error = device_become(bs, false);

	for (int tries = 0; error == -EBUSY && tries < DEVICE_TRIES; tries++) {
		poll(NULL, 0, DEVICE_PAUSE_MS);
		error = device_become(bs, false);
	}
	return error;
}

struct binder_state *device_manage(const char *name)
{
	struct binder_state *bs = device_open(name);
	bool kernel = bs && !binderd_is_device(binder_fd(bs));
	bool labels = !kernel || labels_given();
	int error;

	if (!bs)
		return NULL;
	error = device_become(bs, labels);
	if (!error && kernel && labels && !device_answers(name)) {
		log_notice("%s: calls do not come with labels here; they are not asked for", name);
		binder_close(bs);
		bs = device_open(name);
		if (!bs)
			return NULL;
		error = device_become_again(bs);
	}
	if (!error)
		return bs;
	log_error("cannot become the manager of the context \"%s\": %s", name, strerror(-error));
	binder_close(bs);
	return NULL;
}
