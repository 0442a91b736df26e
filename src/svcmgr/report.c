// SPDX-License-Identifier: Apache-2.0
/*
 * The manager's report: its settings, its services, who waits for what, what is started.
 *
 * Made in memory as a whole, so that it is of one moment, and so that nobody's descriptor
 * is waited for.
 */

#include "svcmgr/report.h"

#include "svcmgr/release.h"
#include "svcmgr/service.h"

#include <stdio.h>
#include <stdlib.h>

static void report_settings(FILE *file, const struct manager *manager)
{
	const struct manager_settings *settings = &manager->settings;

	fprintf(file, "Service manager of \"%s\"\n", settings->context);
	fprintf(file, "  API level:    %d%s\n", settings->api_level,
		settings->hidl ? ", and HIDL" : "");
	fprintf(file, "  Policy:       %s\n", policy_file(settings->policy));
	fprintf(file, "  Declarations: %zu\n", settings->declarations->count);
	fprintf(file, "  Callbacks:    %zu of registrations, %zu of clients\n",
		manager->watches.count, manager->clients.count);
}

static void report_service(FILE *file, const struct registry_service *service)
{
	fprintf(file, "  %-48s pid %-7d uid %-6u handle %-5u stability %#x priority %#x%s%s%s\n",
		service->name, (int)service->pid, (unsigned int)service->uid,
		(unsigned int)service->user.object->handle, (unsigned int)service->stability,
		(unsigned int)service->dump_priority, service->allow_isolated ? " isolated" : "",
		service->lazy ? " lazy" : "", service->has_clients ? " clients" : "");
}

static const char *report_state(const struct activation *activation)
{
	switch (activation->state) {
	case ACTIVATION_RESERVED:
		return "is being started";
	case ACTIVATION_HELD:
		return "failed, and is not tried again yet";
	case ACTIVATION_FORGIVING:
		return "failed";
	case ACTIVATION_DONE:
		break;
	}
	return "runs";
}

char *report_make(struct manager *manager, struct manager_request *request, size_t *size)
{
	const struct registry_service *service;
	const struct activation *activation;
	char *text = NULL;
	FILE *file = open_memstream(&text, size);
	bool failed;

	if (!file)
		return NULL;
	report_settings(file, manager);
	fprintf(file, "Services: %zu\n", manager->registry.count);
	for (service = registry_first(&manager->registry); service;
		service = registry_next(service)) {
		if (service_visible(manager, request, POLICY_LIST, service->name))
			report_service(file, service);
	}
	fprintf(file, "Started: %zu\n", manager->activations.count);
	TAILQ_FOREACH (activation, &manager->activations.list, entry)
		fprintf(file, "  %-48s pid %-7d %s\n", activation->name, (int)activation->pid,
			report_state(activation));
	failed = ferror(file);
	if (!fclose(file) && !failed)
		return text;
	free(text);
	return NULL;
}
