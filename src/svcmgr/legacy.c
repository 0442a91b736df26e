// SPDX-License-Identifier: Apache-2.0
/*
 * The four methods that there were up to Android 10.
 *
 * What was added by 9 can be told from what is left of the request: whether isolated users
 * may have a service and its priority, and the mask of a listing.
 */

#include "svcmgr/legacy.h"

#include "svcmgr/service.h"

#include <string.h>

/* Who lists services of which priority; the default is what those get who do not say. */
#define LEGACY_PRIORITY_DEFAULT 8
#define LEGACY_PRIORITY_ALL 15

/* Flags of objects in replies: any priority, descriptors accepted. */
#define LEGACY_FLAGS (0x7f | FLAT_BINDER_FLAG_ACCEPTS_FDS)

/* The object alone, or a 0. */
static int32_t legacy_find(struct manager *manager, struct manager_request *request, bool start)
{
	struct parcel_string string = parcel_read_string16(&request->reader);
	struct registry_service *service;
	struct service_name name;
	const char *why;

	if (request->reader.error || !string.units)
		return STATUS_PERMISSION_DENIED;
	name = service_name_of(string);
	if (service_find(manager, request, name.text, start, &service, &why))
		return STATUS_PERMISSION_DENIED;
	if (service)
		parcel_write_handle(request->reply, service->user.object->handle, LEGACY_FLAGS);
	else
		parcel_write_int32(request->reply, 0);
	return STATUS_OK;
}

static int32_t legacy_get(struct manager *manager, struct manager_request *request)
{
	return legacy_find(manager, request, true);
}

static int32_t legacy_check(struct manager *manager, struct manager_request *request)
{
	return legacy_find(manager, request, false);
}

/* A 0. */
static int32_t legacy_add(struct manager *manager, struct manager_request *request)
{
	struct parcel_string string = parcel_read_string16(&request->reader);
	struct parcel_object object = parcel_read_object(&request->reader);
	struct registry_service service = {.stability = service_stability(manager)};
	struct service_name name;
	const char *why;

	if (parcel_reader_left(&request->reader) >= sizeof(int32_t))
		service.allow_isolated = parcel_read_int32(&request->reader);
	if (parcel_reader_left(&request->reader) >= sizeof(int32_t))
		service.dump_priority = parcel_read_int32(&request->reader);
	if (!service.dump_priority)
		service.dump_priority = LEGACY_PRIORITY_DEFAULT;
	if (request->reader.error || !string.units)
		return STATUS_PERMISSION_DENIED;
	name = service_name_of(string);
	if (!name.whole || !name_is_service(name.text)) {
		service_refuse(manager, request, "register", name.text, "not a name");
		return STATUS_PERMISSION_DENIED;
	}
	strcpy(service.name, name.text);
	if (service_add(manager, request, &service, object, &why))
		return STATUS_PERMISSION_DENIED;
	parcel_write_int32(request->reply, 0);
	return STATUS_OK;
}

/* The name at an index, or a status beyond the last. */
static int32_t legacy_list(struct manager *manager, struct manager_request *request)
{
	uint32_t index = (uint32_t)parcel_read_int32(&request->reader);
	const struct registry_service *service;
	int32_t mask = LEGACY_PRIORITY_ALL;

	if (parcel_reader_left(&request->reader) >= sizeof(mask))
		mask = parcel_read_int32(&request->reader);
	if (request->reader.error || !service_permits(manager, request, POLICY_LIST, NULL))
		return STATUS_PERMISSION_DENIED;
	for (service = registry_first(&manager->registry); service;
		service = registry_next(service)) {
		if (!(service->dump_priority & mask) ||
			!service_visible(manager, request, POLICY_LIST, service->name) || index--)
			continue;
		parcel_write_string16(request->reply, service->name);
		return STATUS_OK;
	}
	return STATUS_PERMISSION_DENIED;
}

static const struct manager_method legacy_methods[] = {
	{1, "getService", legacy_get},
	{2, "checkService", legacy_check},
	{3, "addService", legacy_add},
	{4, "list", legacy_list},
};

const struct manager_method *legacy_method(uint32_t code)
{
	return manager_find_method(
		legacy_methods, sizeof(legacy_methods) / sizeof(*legacy_methods), code);
}
