// SPDX-License-Identifier: Apache-2.0
/*
 * call: one call to a service, and its reply.
 *
 * A request begins with the name of the service's interface, which the service is asked for.
 */

#include "tools/ctl_args.h"
#include "tools/ctl_job.h"
#include "tools/ctl_manager.h"
#include "tools/ctl_options.h"
#include "tools/ctl_show.h"
#include "tools/ctl_status.h"
#include "tools/ctl_text.h"

#include "util/log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ctl_call_usage[] =
	"usage: binderctl call [OPTION]... NAME CODE [TYPE VALUE]...\n"
	"\n"
	"Calls a service and prints the reply as a dump of its parcel.\n"
	"\n"
	"  i32 N, i64 N     an integer\n"
	"  f N, d N         a number of single, or double, precision\n"
	"  s16 TEXT         a string\n"
	"  null             the null object\n"
	"  fd FILE          a descriptor of FILE, opened for reading\n"
	"  nfd N            descriptor N of this process\n"
	"\n"
	"  --interface NAME  begin the request with that interface, and do not ask the service\n"
	"  --no-token        begin it with none\n"
	"  --oneway          wait for no reply\n"
	"\n"
	"Exit status 1 if the service replied with a status or an exception.\n";

static const struct option ctl_call_options[] = {
	{"interface", required_argument, NULL, 'i'},
	{"no-token", no_argument, NULL, 'n'},
	{"oneway", no_argument, NULL, 'o'},
	{NULL, 0, NULL, 0},
};

struct ctl_call {
	struct ctl *ctl;
	const char *name;
	const char *interface; /* given, or NULL */
	bool no_token;
	bool oneway;
	uint32_t code;
};

static char *ctl_call_interface(void *context, uint32_t handle)
{
	return ctl_job_interface(context, handle);
}

static char *ctl_call_file(void *context, int fd)
{
	char path[64], link[PATH_MAX];
	ssize_t length;

	(void)context;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return NULL;
	link[length] = '\0';
	return strdup(link);
}

/* Says what kind of failure the reply is: "status" and "exception" of JSON. */
static json_t *ctl_call_json(const struct ctl_call *call, const struct ctl_reply *reply,
	const struct ctl_reader *reader, const struct ctl_exception *exception,
	const struct ctl_show_ops *ops)
{
	const char *status = ctl_status_name(reply->status);
	json_t *json = json_pack("{s:s, s:I, s:i}", "service", call->name, "code",
		(json_int_t)call->code, "status", (int)reply->status);
	json_t *member;

	if (status)
		json_object_set_new(json, "status_name", json_string(status));
	if (exception->code) {
		member = json_pack("{s:i, s:s, s:s?}", "code", (int)exception->code, "name",
			ctl_status_exception_name(exception->code), "message", exception->message);
		if (exception->code == CTL_EX_SERVICE_SPECIFIC)
			json_object_set_new(
				member, "service_specific", json_integer(exception->specific));
		json_object_set_new(json, "exception", member);
	}
	if (reply->end == CTL_END_REPLY && !call->oneway)
		json_object_set_new(json, "reply", ctl_show_json(reader, ops));
	return json;
}

static void ctl_call_print_exception(const struct ctl *ctl, const struct ctl_exception *exception)
{
	ctl_print(ctl->color, CTL_STYLE_BAD, "Exception");
	printf(": %s (%d)", ctl_status_exception_name(exception->code), (int)exception->code);
	if (exception->code == CTL_EX_SERVICE_SPECIFIC)
		printf(", %d", (int)exception->specific);
	if (exception->message) {
		fputs(": ", stdout);
		ctl_print(ctl->color, CTL_STYLE_PLAIN, exception->message);
	}
	putchar('\n');
}

static void ctl_call_print(const struct ctl_call *call, const struct ctl_reply *reply,
	const struct ctl_reader *reader, const struct ctl_exception *exception,
	const struct ctl_show_ops *ops)
{
	char text[256];

	if (reply->end != CTL_END_REPLY) {
		ctl_client_explain(reply, text, sizeof(text));
		fputs("Result: Parcel(Error: ", stdout);
		ctl_print(call->ctl->color, CTL_STYLE_BAD, text);
		puts(")");
		return;
	}
	if (call->oneway)
		return;
	fputs("Result: ", stdout);
	ctl_show_parcel(stdout, reader, ops);
	putchar('\n');
	if (exception->code)
		ctl_call_print_exception(call->ctl, exception);
}

/* Shows the reply; returns the exit status. */
static int ctl_call_show(const struct ctl_call *call, const struct ctl_reply *reply)
{
	const struct ctl_show_ops ops = {
		.interface = ctl_call_interface,
		.file = ctl_call_file,
		.context = &call->ctl->client,
	};
	struct ctl_exception exception;
	struct ctl_reader reader;
	bool good;

	ctl_client_read(&call->ctl->client, reply, &reader);
	ctl_status_find_exception(&reader, &exception);
	good = reply->end == CTL_END_REPLY && !exception.code;
	if (call->ctl->json)
		good &= ctl_print_json(ctl_call_json(call, reply, &reader, &exception, &ops));
	else
		ctl_call_print(call, reply, &reader, &exception, &ops);
	free(exception.message);
	return good ? CTL_EXIT_OK : CTL_EXIT_FAILED;
}

/* Makes the request of its token and the values; returns an exit status. */
static int ctl_call_build(const struct ctl_call *call, uint32_t handle, struct ctl_parcel *values,
	struct ctl_parcel *message)
{
	char *asked = NULL;

	ctl_parcel_init(message, call->ctl->dialect);
	if (!call->no_token && !call->interface) {
		asked = ctl_job_interface(&call->ctl->client, handle);
		if (!asked) {
			log_error("%s does not tell its interface: --interface or --no-token",
				call->name);
			return CTL_EXIT_FAILED;
		}
	}
	if (!call->no_token)
		ctl_parcel_token(message, asked ? asked : call->interface);
	free(asked);
	ctl_parcel_append(message, values);
	return CTL_EXIT_OK;
}

static int ctl_call_run(const struct ctl_call *call, struct ctl_parcel *values)
{
	struct ctl_client *client = &call->ctl->client;
	struct ctl_service service;
	struct ctl_parcel message;
	struct ctl_reply reply;
	int status;

	status = ctl_manager_need(call->ctl, call->name, &service);
	if (status != CTL_EXIT_OK)
		return status;
	status = ctl_call_build(call, service.handle, values, &message);
	if (status == CTL_EXIT_OK) {
		if (call->oneway)
			ctl_client_oneway(client, service.handle, call->code, &message, &reply);
		else
			ctl_client_call(client, service.handle, call->code, &message, &reply);
		status = ctl_call_show(call, &reply);
		ctl_client_done(client, &reply);
	}
	ctl_parcel_deinit(&message);
	return status;
}

/* The arguments that are no options, once their number is good; returns an exit status. */
static int ctl_call_arguments(
	struct ctl_options *options, struct ctl_call *call, char **argv, int argc)
{
	struct ctl_parcel values;
	char why[PATH_MAX + 64];
	int64_t code;
	int status;

	if (!ctl_options_number(argv[1], 0, UINT32_MAX, &code))
		return ctl_options_wrong(options, "CODE is a number of 32 bits");
	if (call->interface && !ctl_text_is_utf8(call->interface, strlen(call->interface)))
		return ctl_options_wrong(options, "an interface's name is text in UTF-8");
	call->name = argv[0];
	call->code = (uint32_t)code;
	ctl_parcel_init(&values, call->ctl->dialect);
	status = ctl_args_put(&values, argc - 2, argv + 2, why, sizeof(why));
	if (!status) {
		status = ctl_call_run(call, &values);
	} else if (status == -EINVAL) {
		status = ctl_options_wrong(options, why);
	} else {
		log_error("call: %s", why);
		status = CTL_EXIT_FAILED;
	}
	ctl_parcel_deinit(&values);
	return status;
}

int ctl_call_main(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_call call = {.ctl = ctl};
	struct ctl_options options;
	int option;

	ctl_options_init(&options, ctl, argc, argv, "+:", ctl_call_options, ctl_call_usage);
	while ((option = ctl_options_next(&options)) != CTL_OPTIONS_END) {
		if (option == CTL_OPTIONS_STOP)
			return options.status;
		call.no_token |= option == 'n';
		call.oneway |= option == 'o';
		if (option == 'i')
			call.interface = optarg;
	}
	if (argc - optind < 2)
		return ctl_options_wrong(&options, "a NAME and a CODE are expected");
	return ctl_call_arguments(&options, &call, argv + optind, argc - optind);
}
