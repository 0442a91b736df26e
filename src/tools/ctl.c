// SPDX-License-Identifier: Apache-2.0
/*
 * The connection that a subcommand works with.
 *
 * It is opened only when the arguments are known to be good. Why a device cannot be opened is the
 * first thing that goes wrong for most people, so each cause gets a sentence that says what to do.
 */

#include "tools/ctl.h"

#include "util/log.h"

#include <errno.h>
#include <string.h>

static const char *ctl_connect_advice(int error)
{
	switch (error) {
	case ENOENT:
		return "there is no such context or device, or no broker runs (binderd, "
		       "binder-run)";
	case ECONNREFUSED:
		return "the broker has ended";
	case EACCES:
		return "you may not use it";
	case EPERM:
		return "its directory or broker belongs to somebody who is not to be trusted";
	case EPROTO:
		return "the broker, or the driver, is of another version";
	case ENOTTY:
		return "that is no binder device";
	default:
		return NULL;
	}
}

enum ctl_exit ctl_connect(struct ctl *ctl)
{
	const char *advice;
	int error;

	if (ctl->connected)
		return CTL_EXIT_OK;
	error = ctl_client_open(&ctl->client, ctl->context, ctl->dialect);
	if (error) {
		advice = ctl_connect_advice(-error);
		log_error("cannot open the binder context \"%s\": %s%s%s", ctl->context,
			strerror(-error), advice ? ": " : "", advice ? advice : "");
		return CTL_EXIT_NO_MANAGER;
	}
	ctl->connected = true;
	return CTL_EXIT_OK;
}

void ctl_deinit(struct ctl *ctl)
{
	if (ctl->connected)
		ctl_client_close(&ctl->client);
	ctl->connected = false;
}
