// SPDX-License-Identifier: Apache-2.0
/*
 * check and ping: whether a service is registered, and whether it answers.
 *
 * The first asks the manager alone, the second the service; a registered service may be stuck.
 */

#include "tools/ctl_job.h"
#include "tools/ctl_manager.h"
#include "tools/ctl_options.h"
#include "tools/ctl_print.h"

#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PING_TIMEOUT 10000

static const char ctl_check_usage[] =
	"usage: binderctl check NAME\n"
	"\n"
	"Tells whether there is a service called NAME; exit status 1 if not. None is started.\n";

static const char ctl_ping_usage[] =
	"usage: binderctl ping [-t SECONDS] [NAME]\n"
	"\n"
	"Calls a service, or without NAME the service manager, and tells whether it answers.\n"
	"\n"
	"  -t, --timeout SECONDS  wait so long for the answer; default 10\n"
	"  -T MILLISECONDS        the same\n";

static const struct option ctl_ping_options[] = {
	{"timeout", required_argument, NULL, 't'},
	{NULL, 0, NULL, 0},
};

/* Prints "NAME: text". */
static void ctl_check_say(const struct ctl *ctl, const char *name, bool good, const char *text)
{
	ctl_print(ctl->color, CTL_STYLE_PLAIN, name);
	fputs(": ", stdout);
	ctl_print(ctl->color, good ? CTL_STYLE_GOOD : CTL_STYLE_BAD, text);
	putchar('\n');
}

int ctl_check_main(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_options options;
	struct ctl_service service;
	enum ctl_exit result;
	const char *name;
	bool found;

	ctl_options_init(&options, ctl, argc, argv, "+:", NULL, ctl_check_usage);
	if (ctl_options_next(&options) == CTL_OPTIONS_STOP)
		return options.status;
	if (argc - optind != 1)
		return ctl_options_wrong(&options, "exactly one NAME is expected");
	name = argv[optind];
	result = ctl_manager_find(ctl, name, CTL_MANAGER_CHECK, &service, &found);
	if (result != CTL_EXIT_OK)
		return result;
	if (!ctl->json)
		ctl_check_say(ctl, name, found, found ? "found" : "not found");
	else if (!ctl_print_json(json_pack("{s:s, s:b}", "name", name, "found", found)))
		return CTL_EXIT_FAILED;
	return found ? CTL_EXIT_OK : CTL_EXIT_FAILED;
}

/* Says how a ping went; @why is NULL when it was answered. */
static int ctl_ping_say(
	const struct ctl *ctl, const char *name, int status, const char *why, double us)
{
	char text[64];
	json_t *json;

	snprintf(text, sizeof(text), "alive (%.0f us)", us);
	if (!ctl->json) {
		ctl_check_say(ctl, name, !why, why ? why : text);
		return status;
	}
	json = json_pack("{s:s, s:b}", "name", name, "alive", !why);
	if (why)
		json_object_set_new(json, "error", json_string(why));
	else
		json_object_set_new(json, "microseconds", json_real(us));
	return ctl_print_json(json) ? status : CTL_EXIT_FAILED;
}

static int ctl_ping(struct ctl *ctl, const char *name, uint32_t handle, long timeout)
{
	struct timespec before, after;
	struct ctl_parcel message;
	struct ctl_reply reply;
	char why[256];
	int error;

	ctl_parcel_init(&message, ctl->dialect);
	clock_gettime(CLOCK_MONOTONIC, &before);
	error = ctl_job_call(&ctl->client, handle, PING_TRANSACTION, &message, timeout, &reply);
	clock_gettime(CLOCK_MONOTONIC, &after);
	if (error == -ETIMEDOUT)
		return ctl_ping_say(ctl, name, CTL_EXIT_TIMED_OUT, "no answer in time", 0);
	if (error) {
		log_error("%s: %s", name, strerror(-error));
		return CTL_EXIT_FAILED;
	}
	ctl_client_explain(&reply, why, sizeof(why));
	if (reply.end == CTL_END_DEAD && !handle)
		error = ctl_manager_missing(ctl);
	else
		error = ctl_ping_say(ctl, name, reply.status ? CTL_EXIT_FAILED : CTL_EXIT_OK,
			reply.status ? why : NULL,
			(double)(after.tv_sec - before.tv_sec) * 1e6 +
				(double)(after.tv_nsec - before.tv_nsec) / 1e3);
	ctl_client_done(&ctl->client, &reply);
	return error;
}

int ctl_ping_main(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_service service = {0};
	struct ctl_options options;
	long timeout = PING_TIMEOUT;
	enum ctl_exit result;
	int option;

	ctl_options_init(&options, ctl, argc, argv, "+:t:T:", ctl_ping_options, ctl_ping_usage);
	while ((option = ctl_options_next(&options)) != CTL_OPTIONS_END) {
		if (option == CTL_OPTIONS_STOP)
			return options.status;
		if (!ctl_options_timeout(option, optarg, &timeout))
			return ctl_options_wrong(&options, "that is no time");
	}
	if (argc - optind > 1)
		return ctl_options_wrong(&options, "one NAME at most is expected");
	result = optind < argc ? ctl_manager_need(ctl, argv[optind], &service) : ctl_connect(ctl);
	if (result != CTL_EXIT_OK)
		return result;
	return ctl_ping(
		ctl, optind < argc ? argv[optind] : "service manager", service.handle, timeout);
}
