// SPDX-License-Identifier: Apache-2.0
/*
 * The methods about what is declared, which AOSP's manager answers from the device's
 * manifests, and this one from its declarations.
 *
 * Lists are made while a count's place is kept, and only of what the caller may find.
 */

#include "svcmgr/aidl.h"
#include "svcmgr/aidl_args.h"

#include <string.h>

/* The declaration that a request asks for, if any; false when the method is to end. */
static bool aidl_read_declared(struct manager *manager, struct manager_request *request,
	const struct declaration **declaration, int32_t *status)
{
	const struct manager_settings *settings = &manager->settings;
	struct service_name name;

	if (!aidl_read_name(request, &name, status))
		return false;
	if (!service_permits(manager, request, POLICY_FIND, name.text)) {
		*status = aidl_throw(request, EX_SECURITY, "Denied by the policy.");
		return false;
	}
	*declaration = declarations_find(settings->declarations, settings->context, name.text);
	if (*declaration && !(*declaration)->declared)
		*declaration = NULL;
	parcel_write_int32(request->reply, EX_NONE);
	return true;
}

int32_t aidl_is_declared(struct manager *manager, struct manager_request *request)
{
	const struct declaration *declaration;
	int32_t status;

	if (!aidl_read_declared(manager, request, &declaration, &status))
		return status;
	parcel_write_int32(request->reply, declaration != NULL);
	return STATUS_OK;
}

int32_t aidl_updatable_via_apex(struct manager *manager, struct manager_request *request)
{
	const struct declaration *declaration;
	int32_t status;

	if (!aidl_read_declared(manager, request, &declaration, &status))
		return status;
	parcel_write_string16(request->reply, declaration ? declaration->apex : NULL);
	return STATUS_OK;
}

int32_t aidl_connection_info(struct manager *manager, struct manager_request *request)
{
	const struct declaration *declaration;
	int32_t status;
	size_t begun;

	if (!aidl_read_declared(manager, request, &declaration, &status))
		return status;
	if (!declaration || !declaration->ip) {
		parcel_write_int32(request->reply, 0);
		return STATUS_OK;
	}
	begun = parcel_begin_parcelable(request->reply);
	parcel_write_string16(request->reply, declaration->ip);
	parcel_write_int32(request->reply, declaration->port);
	parcel_end_parcelable(request->reply, begun);
	return STATUS_OK;
}

/* What a list has of a declaration: a string in it, or NULL if it is not in the list. */
typedef const char *(*aidl_pick)(const struct declaration *declaration, const char *wanted);

static const char *aidl_pick_instance(const struct declaration *declaration, const char *wanted)
{
	const char *slash = strrchr(declaration->name, '/');
	size_t length = slash ? (size_t)(slash - declaration->name) : 0;

	return slash && strlen(wanted) == length && !strncmp(declaration->name, wanted, length)
		       ? slash + 1
		       : NULL;
}

static const char *aidl_pick_updatable(const struct declaration *declaration, const char *wanted)
{
	return declaration->apex && !strcmp(declaration->apex, wanted) ? declaration->name : NULL;
}

/* Replies with what is picked of all declarations; EX_SECURITY when none of it may be seen. */
static int32_t aidl_reply_picked(
	struct manager *manager, struct manager_request *request, aidl_pick pick)
{
	const char *context = manager->settings.context, *before = NULL;
	const struct declaration *declaration;
	struct service_name wanted;
	int32_t status, count = 0;
	bool hidden = false;

	if (!aidl_read_name(request, &wanted, &status))
		return status;
	parcel_write_int32(request->reply, EX_NONE);
	parcel_write_int32(request->reply, 0);
	for (declaration = declarations_first(manager->settings.declarations); declaration;
		declaration = declarations_next(declaration)) {
		const char *picked = pick(declaration, wanted.text);

		/* A name may be declared for all contexts, and for this one. */
		if (!picked || !declaration->declared ||
			!declaration_is_for(declaration, context) ||
			(before && !strcmp(before, declaration->name)))
			continue;
		if (!service_visible(manager, request, POLICY_FIND, declaration->name)) {
			hidden = true;
			continue;
		}
		before = declaration->name;
		parcel_write_string16(request->reply, picked);
		count++;
	}
	if (!count && hidden) {
		service_refuse(manager, request, "find", wanted.text, "the policy hides all");
		return aidl_throw(request, EX_SECURITY, "Denied by the policy.");
	}
	parcel_set_int32(request->reply, sizeof(int32_t), count);
	return STATUS_OK;
}

int32_t aidl_declared_instances(struct manager *manager, struct manager_request *request)
{
	return aidl_reply_picked(manager, request, aidl_pick_instance);
}

int32_t aidl_updatable_names(struct manager *manager, struct manager_request *request)
{
	return aidl_reply_picked(manager, request, aidl_pick_updatable);
}
