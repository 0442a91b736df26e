// SPDX-License-Identifier: Apache-2.0
/*
 * Adding and finding services.
 *
 * A denial is one line: who, what, which rule. What a caller may not find he is told to be
 * denied, as the policy says so; what an isolated user is not given looks as if it were not
 * there, as on Android.
 */

#include "svcmgr/service.h"

#include "svcmgr/client.h"
#include "svcmgr/release.h"
#include "svcmgr/watch.h"
#include "util/log.h"

#include <errno.h>
#include <stdio.h>

static const char *service_verb(enum policy_verb verb)
{
	return verb == POLICY_ADD ? "register" : verb == POLICY_FIND ? "find" : "list";
}

struct service_name service_name_of(struct parcel_string string)
{
	struct service_name name = {.whole = string.length <= NAME_KEY_MAX};
	size_t length = name.whole ? string.length : NAME_KEY_MAX;

	for (size_t i = 0; i < length; i++) {
		name.whole = name.whole && string.units[i] && string.units[i] < 0x80;
		name.text[i] =
			string.units[i] && string.units[i] < 0x80 ? (char)string.units[i] : '?';
	}
	return name;
}

void service_refuse(struct manager *manager, const struct manager_request *request,
	const char *what, const char *name, const char *why)
{
	const struct policy_caller *caller = &request->caller;
	bool last;

	if (!complaint_allowed(&manager->complaints, caller->uid, request->now_ms, &last))
		return;
	log_notice("%s: pid %d uid %u label %s may not %s \"%s\": %s%s", manager->settings.context,
		(int)caller->pid, (unsigned int)caller->uid, caller->label ? caller->label : "-",
		what, name ? name : "*", why,
		last ? "; no more lines of this user for a while" : "");
}

bool service_visible(struct manager *manager, struct manager_request *request,
	enum policy_verb verb, const char *name)
{
	unsigned int line;

	return policy_allows(manager->settings.policy, &request->caller, verb, name, &line);
}

bool service_permits(struct manager *manager, struct manager_request *request,
	enum policy_verb verb, const char *name)
{
	const struct policy *policy = manager->settings.policy;
	unsigned int line;
	char why[256];

	if (policy_allows(policy, &request->caller, verb, name, &line))
		return true;
	if (line)
		snprintf(why, sizeof(why), "rule %.200s:%u", policy_file(policy), line);
	else
		snprintf(why, sizeof(why), "no rule of %.200s allows it", policy_file(policy));
	service_refuse(manager, request, service_verb(verb), name, why);
	return false;
}

const char *service_object_fault(struct parcel_object object)
{
	switch (object.type) {
	case PARCEL_OBJECT_HANDLE:
		return NULL;
	case PARCEL_OBJECT_NULL:
		return "Null binder.";
	case PARCEL_OBJECT_WEAK:
		return "Weak binder.";
	case PARCEL_OBJECT_OTHER:
		break;
	}
	return "Not a binder of a client.";
}

int32_t service_judge_add(struct manager *manager, struct manager_request *request,
	const char *name, const char **why)
{
	const struct policy_caller *caller = &request->caller;

	*why = "Denied by the policy.";
	if (!service_permits(manager, request, POLICY_ADD, name))
		return EX_SECURITY;
	if (policy_isolated(manager->settings.policy, caller->uid)) {
		*why = "Isolated users cannot add services.";
		service_refuse(manager, request, "register", name, "the user is isolated");
		return EX_SECURITY;
	}
	if (!activation_permits(&manager->activations, name, caller->pid, caller->uid)) {
		*why = "Reserved for the process that was started for it.";
		service_refuse(manager, request, "register", name,
			"reserved for the process that was started for it");
		return EX_SECURITY;
	}
	return EX_NONE;
}

/* What follows a registration: who waits is told, and whether there are clients. */
static void service_added(struct manager *manager, const char *name)
{
	struct registry_service *service = registry_find(&manager->registry, name);

	activation_registered(&manager->activations, name);
	/* Who is told gets a hold that the driver may not count for a while. */
	if (watch_tell_all(manager, service)) {
		service->guaranteed = true;
		client_check(manager, service, CLIENT_KNOWN_CALL, false);
		service->guaranteed = true;
	}
}

int32_t service_add(struct manager *manager, struct manager_request *request,
	struct registry_service *service, struct parcel_object object, const char **why)
{
	int32_t exception = service_judge_add(manager, request, service->name, why);
	int error;

	if (exception)
		return exception;
	*why = service_object_fault(object);
	if (*why) {
		service_refuse(manager, request, "register", service->name, *why);
		return EX_ILLEGAL_ARGUMENT;
	}
	service->pid = request->caller.pid;
	service->uid = request->caller.uid;
	error = registry_add(&manager->registry, service, object.handle);
	if (error) {
		*why = error == -ENOMEM	  ? "Out of memory."
		       : error == -EDQUOT ? "Too many services of one user."
					  : "Too many services.";
		service_refuse(manager, request, "register", service->name, *why);
		return EX_ILLEGAL_STATE;
	}
	log_info("%s: pid %d uid %u registered \"%s\"", manager->settings.context,
		(int)service->pid, (unsigned int)service->uid, service->name);
	service_added(manager, service->name);
	return EX_NONE;
}

int32_t service_find(struct manager *manager, struct manager_request *request, const char *name,
	bool start, struct registry_service **out, const char **why)
{
	const struct manager_settings *settings = &manager->settings;
	struct registry_service *service = registry_find(&manager->registry, name);
	const struct declaration *declaration;

	*out = NULL;
	*why = "Denied by the policy.";
	if (!service_permits(manager, request, POLICY_FIND, name))
		return EX_SECURITY;
	/* Those who are not given a service do not have it started either. */
	if (policy_isolated(settings->policy, request->caller.uid) &&
		(!service || !service->allow_isolated))
		return EX_NONE;
	*out = service;
	if (service)
		service->guaranteed = true;
	if (service || !start)
		return EX_NONE;
	declaration = declarations_find(settings->declarations, settings->context, name);
	if (declaration && declaration_starts(declaration) &&
		activation_start(&manager->activations, declaration, request->now_ms) == -ENOSPC)
		service_refuse(manager, request, "start", name, "too many have been started");
	return EX_NONE;
}

int32_t service_stability(const struct manager *manager)
{
	return manager->release->system_stability;
}
