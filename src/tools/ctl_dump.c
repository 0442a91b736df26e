// SPDX-License-Identifier: Apache-2.0
/*
 * dump: what dumpsys is on a phone, and in its form.
 *
 * One service is dumped as it is. All of them are listed first; then each has its section, with a
 * heading and a closing line. What goes wrong with one is told and keeps nobody from the next.
 */

#include "tools/ctl_job.h"
#include "tools/ctl_manager.h"
#include "tools/ctl_options.h"
#include "tools/ctl_print.h"
#include "tools/ctl_section.h"
#include "tools/ctl_show.h"

#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DUMP_TIMEOUT 10000
#define DUMP_RULE "-------------------------------------------------------------------------------"

static const char ctl_dump_usage[] =
	"usage: binderctl dump [OPTION]... [NAME [ARGUMENT]...]\n"
	"\n"
	"Has a service, or without NAME all of them, tell about itself.\n"
	"\n"
	"  -l                 only list the services that would be dumped\n"
	"  -t SECONDS         give a service up after that time; default 10\n"
	"  -T MILLISECONDS    the same\n"
	"  --priority LEVEL   of all services those of that priority: CRITICAL, HIGH, NORMAL\n"
	"                     or DEFAULT\n"
	"  --proto            of all services those that can dump in the proto format, in it\n"
	"  --skip NAME,...    of all services none of these\n"
	"  --pid              in place of the dump: the service's process\n"
	"  --stability        in place of the dump: its stability\n"
	"  --dump             the dump in addition to these\n";

static const struct option ctl_dump_options[] = {
	{"list", no_argument, NULL, 'l'},
	{"timeout", required_argument, NULL, 't'},
	{"priority", required_argument, NULL, 'p'},
	{"proto", no_argument, NULL, 'P'},
	{"skip", required_argument, NULL, 's'},
	{"pid", no_argument, NULL, 'i'},
	{"stability", no_argument, NULL, 'S'},
	{"dump", no_argument, NULL, 'd'},
	{NULL, 0, NULL, 0},
};

struct ctl_dump {
	struct ctl *ctl;
	long timeout;
	int32_t priority; /* 0: all */
	bool list_only;
	bool proto;
	bool pid;
	bool stability;
	bool output; /* the dump itself */
	struct ctl_names skip;
	char *name; /* of the one service, or NULL */
	char **args;
	size_t count; /* of @args */
};

/* A dump that is kept instead of shown. */
struct ctl_dump_kept {
	char *data;
	size_t size;
	FILE *file;
};

static void ctl_dump_put(void *context, const void *data, size_t size)
{
	FILE *file = context;

	fwrite(data, 1, size, file);
	fflush(file);
}

static bool ctl_dump_skips(const struct ctl_dump *dump, const char *name)
{
	for (size_t i = 0; i < dump->skip.count; i++) {
		if (!strcmp(dump->skip.name[i], name))
			return true;
	}
	return false;
}

static const char *ctl_dump_stability(int32_t level)
{
	const char *name = ctl_show_stability(level);

	return name ? name : "unknown";
}

/* What is asked for besides the dump. */
static void ctl_dump_facts(
	const struct ctl_dump *dump, const struct ctl_service *service, json_t *json)
{
	int32_t pid = dump->pid ? ctl_job_pid(&dump->ctl->client, service->handle) : 0;
	const char *stability = ctl_dump_stability(service->stability);

	if (dump->pid && json && pid > 0)
		json_object_set_new(json, "pid", json_integer(pid));
	else if (dump->pid && !json && pid > 0)
		printf("%d\n", (int)pid);
	else if (dump->pid && !json)
		puts("unknown process");
	if (dump->stability && json)
		json_object_set_new(json, "stability", json_string(stability));
	else if (dump->stability)
		printf("%s stability\n", stability);
}

/* Says how a section ended; returns its exit status. */
static int ctl_dump_judge(const struct ctl_dump *dump, const char *name,
	const struct ctl_section *section, json_t *json)
{
	if (json) {
		json_object_set_new(json, "timed_out", json_boolean(section->timed_out));
		json_object_set_new(json, "seconds", json_real(section->seconds));
		if (!section->timed_out && section->status)
			json_object_set_new(json, "error", json_string(section->why));
	} else if (section->timed_out) {
		printf("\n*** SERVICE '%s' DUMP TIMEOUT (%ldms) EXPIRED ***\n\n", name,
			dump->timeout);
	}
	if (section->timed_out)
		return CTL_EXIT_TIMED_OUT;
	if (!section->status)
		return CTL_EXIT_OK;
	/* In the order in which a terminal is to have them. */
	fflush(stdout);
	log_error("error while dumping %s: %s", name, section->why);
	return CTL_EXIT_FAILED;
}

/* The dump itself, shown, or kept in @json. */
static int ctl_dump_output(struct ctl_dump *dump, const char *name, uint32_t handle, json_t *json,
	struct ctl_section *section)
{
	struct ctl_dump_kept kept = {0};
	struct ctl_section_sink sink = {ctl_dump_put, stdout};
	int error;

	if (json) {
		kept.file = sink.context = open_memstream(&kept.data, &kept.size);
		if (!kept.file) {
			log_error("%m");
			return CTL_EXIT_FAILED;
		}
	}
	error = ctl_section_dump(
		&dump->ctl->client, handle, dump->args, dump->count, dump->timeout, &sink, section);
	if (json) {
		fclose(kept.file);
		ctl_print_bytes(json, "output", kept.data, kept.size);
		free(kept.data);
	}
	if (error) {
		log_error("cannot dump %s: %s", name, strerror(-error));
		return CTL_EXIT_FAILED;
	}
	return ctl_dump_judge(dump, name, section, json);
}

/* Everything about one service; @section is what its dump took. */
static int ctl_dump_service(
	struct ctl_dump *dump, const char *name, json_t *json, struct ctl_section *section)
{
	struct ctl_service service;
	int status = ctl_manager_need(dump->ctl, name, &service);

	*section = (struct ctl_section){0};
	if (status == CTL_EXIT_FAILED && json)
		json_object_set_new(json, "error", json_string("not found"));
	if (status != CTL_EXIT_OK)
		return status;
	ctl_dump_facts(dump, &service, json);
	return dump->output ? ctl_dump_output(dump, name, service.handle, json, section)
			    : CTL_EXIT_OK;
}

/* Whether there is a service now; 'no' also when the manager does not answer. */
static bool ctl_dump_exists(struct ctl_dump *dump, const char *name)
{
	struct ctl_service service;
	bool found;

	return ctl_manager_find(dump->ctl, name, CTL_MANAGER_CHECK, &service, &found) ==
		       CTL_EXIT_OK &&
	       found;
}

static void ctl_dump_print_list(struct ctl_dump *dump, const struct ctl_names *names)
{
	bool color = dump->ctl->color;

	ctl_print(color, CTL_STYLE_HEADING, "Currently running services:");
	putchar('\n');
	for (size_t i = 0; i < names->count; i++) {
		if (!ctl_dump_exists(dump, names->name[i]))
			continue;
		fputs("  ", stdout);
		ctl_print(color, CTL_STYLE_PLAIN, names->name[i]);
		if (ctl_dump_skips(dump, names->name[i]))
			ctl_print(color, CTL_STYLE_DIM, " (skipped)");
		putchar('\n');
	}
}

static const char *ctl_dump_priority_name(const struct ctl_dump *dump)
{
	switch (dump->priority) {
	case CTL_PRIORITY_CRITICAL:
		return "CRITICAL";
	case CTL_PRIORITY_HIGH:
		return "HIGH";
	case CTL_PRIORITY_NORMAL:
		return "NORMAL";
	default:
		return NULL;
	}
}

static void ctl_dump_heading(const struct ctl_dump *dump, const char *name)
{
	const char *priority = ctl_dump_priority_name(dump);
	char text[512];

	puts(DUMP_RULE);
	snprintf(text, sizeof(text), "DUMP OF SERVICE %s%s%s:", priority ? priority : "",
		priority ? " " : "", name);
	ctl_print(dump->ctl->color, CTL_STYLE_HEADING, text);
	putchar('\n');
}

static void ctl_dump_closing(const char *name, const struct ctl_section *section)
{
	char date[64] = "?";
	time_t now = time(NULL);
	struct tm local;

	if (localtime_r(&now, &local))
		strftime(date, sizeof(date), "%F %T", &local);
	printf("--------- %.3fs was the duration of dumpsys %s, ending at: %s\n", section->seconds,
		name, date);
}

/* One of all services, shown; returns CTL_EXIT_NO_MANAGER when there is no use in going on. */
static int ctl_dump_print_section(struct ctl_dump *dump, const char *name)
{
	struct ctl_section section;
	int status;

	ctl_dump_heading(dump, name);
	fflush(stdout);
	status = ctl_dump_service(dump, name, NULL, &section);
	ctl_dump_closing(name, &section);
	return status;
}

static int ctl_dump_print_all(struct ctl_dump *dump, const struct ctl_names *names)
{
	int status = CTL_EXIT_OK;

	ctl_dump_print_list(dump, names);
	for (size_t i = 0; i < names->count && !dump->list_only; i++) {
		if (ctl_dump_skips(dump, names->name[i]))
			continue;
		status = ctl_dump_print_section(dump, names->name[i]);
		if (status == CTL_EXIT_NO_MANAGER)
			return status;
	}
	return CTL_EXIT_OK;
}

static int ctl_dump_json_all(struct ctl_dump *dump, const struct ctl_names *names)
{
	json_t *array = json_array();
	int status = CTL_EXIT_OK;

	for (size_t i = 0; i < names->count && status != CTL_EXIT_NO_MANAGER; i++) {
		json_t *json = json_pack("{s:s}", "service", names->name[i]);
		struct ctl_section section;

		json_array_append_new(array, json);
		if (ctl_dump_skips(dump, names->name[i]))
			json_object_set_new(json, "skipped", json_true());
		else if (!dump->list_only)
			status = ctl_dump_service(dump, names->name[i], json, &section);
	}
	if (!ctl_print_json(array))
		return CTL_EXIT_FAILED;
	return status == CTL_EXIT_NO_MANAGER ? status : CTL_EXIT_OK;
}

static int ctl_dump_all(struct ctl_dump *dump)
{
	static char all[] = "-a", option[] = "--dump-priority", proto[] = "--proto";
	const char *priority = ctl_dump_priority_name(dump);
	char *args[4], name[16];
	struct ctl_names names;
	int32_t mask = dump->priority ? dump->priority : CTL_PRIORITY_ALL;
	int status;

	/* What dumpsys gives to services when it dumps all of them, in its order. */
	dump->args = args;
	dump->count = 0;
	if (priority) {
		snprintf(name, sizeof(name), "%s", priority);
		args[dump->count++] = option;
		args[dump->count++] = name;
	}
	if (mask & (CTL_PRIORITY_NORMAL | CTL_PRIORITY_DEFAULT))
		args[dump->count++] = all;
	if (dump->proto)
		args[dump->count++] = proto;
	status = ctl_manager_list(dump->ctl, dump->proto ? CTL_PRIORITY_PROTO : mask, &names);
	if (status == CTL_EXIT_OK)
		status = dump->ctl->json ? ctl_dump_json_all(dump, &names)
					 : ctl_dump_print_all(dump, &names);
	ctl_manager_free_names(&names);
	dump->args = NULL;
	return status;
}

static int ctl_dump_one(struct ctl_dump *dump)
{
	json_t *json = dump->ctl->json ? json_pack("{s:s}", "service", dump->name) : NULL;
	struct ctl_section section;
	int status = ctl_dump_service(dump, dump->name, json, &section);

	if (json && status == CTL_EXIT_NO_MANAGER)
		json_decref(json);
	else if (json && !ctl_print_json(json))
		return CTL_EXIT_FAILED;
	return status;
}

/* Adds the names of a list that commas separate; false without memory. */
static bool ctl_dump_add_skips(struct ctl_dump *dump, const char *list)
{
	while (*list) {
		size_t length = strcspn(list, ",");
		char **grown = reallocarray(
			dump->skip.name, dump->skip.count + 1, sizeof(*dump->skip.name));

		if (!grown)
			return false;
		dump->skip.name = grown;
		grown[dump->skip.count] = strndup(list, length);
		if (!grown[dump->skip.count])
			return false;
		dump->skip.count++;
		list += length + (list[length] == ',');
	}
	return true;
}

/* Acts on an option; returns what is wrong with it, or NULL. */
static const char *ctl_dump_option(struct ctl_dump *dump, int option)
{
	switch (option) {
	case 't':
	case 'T':
		return ctl_options_timeout(option, optarg, &dump->timeout) ? NULL
									   : "that is no time";
	case 'p':
		dump->priority = ctl_manager_priority(optarg);
		return dump->priority ? NULL : "there is no such priority";
	case 's':
		return ctl_dump_add_skips(dump, optarg) ? NULL : "out of memory";
	case 'l':
		dump->list_only = true;
		return NULL;
	case 'P':
		dump->proto = true;
		return NULL;
	case 'i':
		dump->pid = true;
		return NULL;
	case 'S':
		dump->stability = true;
		return NULL;
	default:
		dump->output = true;
		return NULL;
	}
}

static int ctl_dump_run(struct ctl_dump *dump, struct ctl_options *options)
{
	const char *wrong;
	int option;

	while ((option = ctl_options_next(options)) != CTL_OPTIONS_END) {
		if (option == CTL_OPTIONS_STOP)
			return options->status;
		wrong = ctl_dump_option(dump, option);
		if (wrong)
			return ctl_options_wrong(options, wrong);
	}
	dump->output |= !dump->pid && !dump->stability;
	if (optind == options->argc || dump->list_only)
		return ctl_dump_all(dump);
	dump->name = options->argv[optind];
	dump->args = options->argv + optind + 1;
	dump->count = (size_t)(options->argc - optind - 1);
	return ctl_dump_one(dump);
}

int ctl_dump_main(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_dump dump = {.ctl = ctl, .timeout = DUMP_TIMEOUT};
	struct ctl_options options;
	int status;

	ctl_options_init(&options, ctl, argc, argv, "+:lt:T:", ctl_dump_options, ctl_dump_usage);
	status = ctl_dump_run(&dump, &options);
	ctl_manager_free_names(&dump.skip);
	return status;
}
