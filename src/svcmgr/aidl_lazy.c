// SPDX-License-Identifier: Apache-2.0
/*
 * The methods for services themselves: to be told of clients, and to go when there are none;
 * and the list of who registered what.
 *
 * Both are for the process that registered the name, with the object that it registered.
 */

#include "svcmgr/aidl.h"
#include "svcmgr/aidl_args.h"
#include "svcmgr/client.h"

#include <string.h>
#include <unistd.h>

/* Reads name and object, finds the service that is the caller's, or ends the method. */
static struct registry_service *aidl_own_service(struct manager *manager,
	struct manager_request *request, struct parcel_string string, struct parcel_object object,
	int32_t missing, int32_t *status)
{
	struct registry_service *service;
	struct service_name name;

	*status = request->reader.error;
	if (*status)
		return NULL;
	if (!string.units || object.type == PARCEL_OBJECT_NULL) {
		*status = aidl_throw(request, EX_NULL_POINTER, "Null name or binder.");
		return NULL;
	}
	name = service_name_of(string);
	service = registry_find(&manager->registry, name.text);
	if (!service_permits(manager, request, POLICY_ADD, name.text))
		*status = aidl_throw(request, EX_SECURITY, "Denied by the policy.");
	else if (!service)
		*status = aidl_throw(request, missing, "No such service.");
	else if (service->pid != request->caller.pid || service->uid != request->caller.uid)
		*status = aidl_throw(request, EX_UNSUPPORTED_OPERATION,
			"Another process registered the service.");
	else if (object.type != PARCEL_OBJECT_HANDLE ||
		 service->user.object->handle != object.handle)
		*status = aidl_throw(request, missing, "Another binder is registered.");
	else
		return service;
	return NULL;
}

int32_t aidl_register_client_callback(struct manager *manager, struct manager_request *request)
{
	struct parcel_string string = parcel_read_string16(&request->reader);
	struct parcel_object object = aidl_read_binder(&request->reader);
	struct parcel_object wanted = aidl_read_binder(&request->reader);
	struct registry_service *service;
	struct callback *callback;
	int32_t status;
	int error;

	service = aidl_own_service(manager, request, string, object, EX_ILLEGAL_ARGUMENT, &status);
	if (!service)
		return status;
	if (wanted.type != PARCEL_OBJECT_HANDLE)
		return aidl_throw(request,
			wanted.type == PARCEL_OBJECT_NULL ? EX_NULL_POINTER : EX_ILLEGAL_ARGUMENT,
			service_object_fault(wanted));
	error = callback_add(&manager->clients, service->name, wanted.handle, request->caller.uid,
		request->magic, &callback);
	if (error)
		return aidl_throw_errno(request, error);
	if (manager->lazy_due_ms < 0)
		manager->lazy_due_ms = request->now_ms + manager->settings.lazy_interval_ms;
	client_tell_new(manager, service, callback);
	client_check(manager, service, CLIENT_KNOWN_CALL, false);
	parcel_write_int32(request->reply, EX_NONE);
	return STATUS_OK;
}

int32_t aidl_try_unregister(struct manager *manager, struct manager_request *request)
{
	struct parcel_string string = parcel_read_string16(&request->reader);
	struct parcel_object object = aidl_read_binder(&request->reader);
	struct registry_service *service;
	int32_t status;
	int count;

	service = aidl_own_service(manager, request, string, object, EX_ILLEGAL_STATE, &status);
	if (!service)
		return status;
	if (service->guaranteed)
		return aidl_throw(request, EX_ILLEGAL_STATE, "There is about to be a client.");
	count = client_check(manager, service, CLIENT_KNOWN_CALL, false);
	if (count < 0 || count > CLIENT_KNOWN_CALL) {
		/* Its clients are acknowledged by the next look. */
		service->guaranteed = true;
		return aidl_throw(request, EX_ILLEGAL_STATE,
			count < 0 ? "Nobody watches its clients." : "There are clients.");
	}
	registry_remove(service);
	parcel_write_int32(request->reply, EX_NONE);
	return STATUS_OK;
}

static void aidl_write_debug(struct parcel_writer *reply, const char *name, int32_t pid)
{
	size_t begun = parcel_begin_parcelable(reply);

	parcel_write_string16(reply, name);
	parcel_write_int32(reply, pid);
	parcel_end_parcelable(reply, begun);
}

int32_t aidl_debug_info(struct manager *manager, struct manager_request *request)
{
	const struct registry_service *service = registry_first(&manager->registry);
	/* The manager's own name is in its place among the others. */
	bool self = !registry_find(&manager->registry, MANAGER_NAME) &&
		    service_visible(manager, request, POLICY_LIST, MANAGER_NAME);
	int32_t count = self;

	if (!service_permits(manager, request, POLICY_LIST, NULL))
		return aidl_throw(request, EX_SECURITY, "Denied by the policy.");
	parcel_write_int32(request->reply, EX_NONE);
	parcel_write_int32(request->reply, 0);
	for (; service; service = registry_next(service)) {
		if (!service_visible(manager, request, POLICY_LIST, service->name))
			continue;
		if (self && strcmp(service->name, MANAGER_NAME) > 0) {
			aidl_write_debug(request->reply, MANAGER_NAME, (int32_t)getpid());
			self = false;
		}
		aidl_write_debug(request->reply, service->name, service->pid);
		count++;
	}
	if (self)
		aidl_write_debug(request->reply, MANAGER_NAME, (int32_t)getpid());
	parcel_set_int32(request->reply, sizeof(int32_t), count);
	return STATUS_OK;
}
