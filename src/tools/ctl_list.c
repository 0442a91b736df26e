// SPDX-License-Identifier: Apache-2.0
/*
 * list: the names of services, and with -l what can be asked about each.
 *
 * Which process has a service is known to the manager; where it does not tell, the service is
 * asked. Each question to a service has a second: one that is stuck keeps nobody from the rest.
 */

#include "tools/ctl_job.h"
#include "tools/ctl_manager.h"
#include "tools/ctl_options.h"
#include "tools/ctl_print.h"

#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ctl_list_usage[] =
	"usage: binderctl list [-l] [--priority LEVEL]\n"
	"\n"
	"Prints the services' names.\n"
	"\n"
	"  -l, --long        for each its process and its interface, too\n"
	"  --priority LEVEL  those alone that are dumped with that priority: CRITICAL, HIGH,\n"
	"                    NORMAL or DEFAULT\n";

static const struct option ctl_list_options[] = {
	{"long", no_argument, NULL, 'l'},
	{"priority", required_argument, NULL, 'p'},
	{NULL, 0, NULL, 0},
};

struct ctl_list {
	struct ctl *ctl;
	bool full;
	int32_t priorities;
	struct ctl_names names;
	struct ctl_debug_info info;
	char **cells; /* for -l: four for each name, see ctl_list_columns */
};

static const struct ctl_column ctl_list_columns[] = {
	{"NAME", false},
	{"PID", true},
	{"PROCESS", false},
	{"INTERFACE", false},
};

#define LIST_COLUMNS (sizeof(ctl_list_columns) / sizeof(*ctl_list_columns))

static int32_t ctl_list_pid(const struct ctl_list *list, const char *name)
{
	for (size_t i = 0; i < list->info.names.count; i++) {
		if (!strcmp(list->info.names.name[i], name))
			return list->info.pid[i];
	}
	return 0;
}

/* A process's name, as far as it can be seen from here; for free(3). */
static char *ctl_list_process(int32_t pid)
{
	char path[64], name[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = pid > 0 ? fopen(path, "re") : NULL;
	if (!file)
		return NULL;
	if (fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	fclose(file);
	return *name ? strdup(name) : NULL;
}

/* Fills the cells of one service; false when it is gone by now. */
static enum ctl_exit ctl_list_ask(struct ctl_list *list, size_t index)
{
	char *name = list->names.name[index], **cells = list->cells + index * LIST_COLUMNS;
	struct ctl_service service;
	enum ctl_exit result;
	int32_t pid;
	bool found;

	cells[0] = strdup(name);
	result = ctl_manager_find(list->ctl, name, CTL_MANAGER_CHECK, &service, &found);
	if (result == CTL_EXIT_NO_MANAGER)
		return result;
	if (result != CTL_EXIT_OK || !found)
		return CTL_EXIT_OK;
	pid = ctl_list_pid(list, name);
	if (pid <= 0)
		pid = ctl_job_pid(&list->ctl->client, service.handle);
	if (pid > 0 && asprintf(&cells[1], "%d", (int)pid) < 0)
		cells[1] = NULL;
	cells[2] = ctl_list_process(pid);
	cells[3] = ctl_job_interface(&list->ctl->client, service.handle);
	return CTL_EXIT_OK;
}

static enum ctl_exit ctl_list_ask_all(struct ctl_list *list)
{
	enum ctl_exit result = ctl_manager_debug_info(list->ctl, &list->info);

	list->cells = calloc(list->names.count * LIST_COLUMNS + 1, sizeof(char *));
	if (!list->cells) {
		log_error("%m");
		return CTL_EXIT_FAILED;
	}
	for (size_t i = 0; i < list->names.count && result == CTL_EXIT_OK; i++)
		result = ctl_list_ask(list, i);
	return result;
}

static json_t *ctl_list_json(const struct ctl_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->names.count; i++) {
		json_t *item = json_pack("{s:s}", "name", list->names.name[i]);
		char **cells = list->cells + i * LIST_COLUMNS;

		if (list->full && cells[1])
			json_object_set_new(item, "pid", json_integer(atoi(cells[1])));
		if (list->full && cells[2])
			ctl_print_bytes(item, "process", cells[2], strlen(cells[2]));
		if (list->full && cells[3])
			json_object_set_new(item, "interface", json_string(cells[3]));
		json_array_append_new(array, item);
	}
	return array;
}

static int ctl_list_print(const struct ctl_list *list)
{
	if (list->ctl->json)
		return ctl_print_json(ctl_list_json(list)) ? CTL_EXIT_OK : CTL_EXIT_FAILED;
	if (list->full) {
		ctl_print_table(list->ctl->color, ctl_list_columns, LIST_COLUMNS,
			(const char *const *)list->cells, list->names.count);
		return CTL_EXIT_OK;
	}
	for (size_t i = 0; i < list->names.count; i++) {
		ctl_print(list->ctl->color, CTL_STYLE_PLAIN, list->names.name[i]);
		putchar('\n');
	}
	return CTL_EXIT_OK;
}

static int ctl_list_run(struct ctl_list *list)
{
	enum ctl_exit result = ctl_manager_list(list->ctl, list->priorities, &list->names);

	if (result == CTL_EXIT_OK && list->full)
		result = ctl_list_ask_all(list);
	if (result == CTL_EXIT_OK)
		result = (enum ctl_exit)ctl_list_print(list);
	for (size_t i = 0; list->cells && i < list->names.count * LIST_COLUMNS; i++)
		free(list->cells[i]);
	free(list->cells);
	ctl_manager_free_debug_info(&list->info);
	ctl_manager_free_names(&list->names);
	return result;
}

int ctl_list_main(struct ctl *ctl, int argc, char **argv)
{
	struct ctl_list list = {.ctl = ctl, .priorities = CTL_PRIORITY_ALL};
	struct ctl_options options;
	int option;

	ctl_options_init(&options, ctl, argc, argv, "+:l", ctl_list_options, ctl_list_usage);
	while ((option = ctl_options_next(&options)) != CTL_OPTIONS_END) {
		if (option == CTL_OPTIONS_STOP)
			return options.status;
		if (option == 'l')
			list.full = true;
		if (option == 'p' && !(list.priorities = ctl_manager_priority(optarg)))
			return ctl_options_wrong(&options, "there is no such priority");
	}
	if (optind < argc)
		return ctl_options_wrong(&options, "arguments are not expected");
	return ctl_list_run(&list);
}
