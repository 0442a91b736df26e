// SPDX-License-Identifier: Apache-2.0
/*
 * The methods that every release has: get, check, add, list and notifications.
 *
 * What AOSP's manager answers, in its order: first whether the caller may, then whether
 * what he asks makes sense. A service that is not there is a null object and no exception.
 */

#include "svcmgr/aidl.h"

#include "svcmgr/aidl_args.h"
#include "svcmgr/release.h"
#include "svcmgr/watch.h"

#include <string.h>

/* Bits of addService()'s dumpPriority. */
#define AIDL_FLAG_LAZY (1 << 30)
#define AIDL_PRIORITY_DEFAULT 8

/* A word that libgbinder up to 1.1.50 put behind the object where it speaks "aidl4". */
#define AIDL_EXTRA_WORD 0x0c000001

/* Looks up the name in the request; false with the status when the method is to end. */
static bool aidl_look_up(struct manager *manager, struct manager_request *request, bool start,
	struct registry_service **service, bool *self, int32_t *status)
{
	struct service_name name;
	const char *why;
	int32_t exception;

	if (!aidl_read_name(request, &name, status))
		return false;
	exception = service_find(manager, request, name.text, start, service, &why);
	if (exception) {
		*status = aidl_throw(request, exception, why);
		return false;
	}
	*self = !*service && !strcmp(name.text, MANAGER_NAME);
	parcel_write_int32(request->reply, EX_NONE);
	return true;
}

/* Appends a service, the manager itself, or a null object, with its stability. */
static void aidl_write_binder(struct manager *manager, struct parcel_writer *reply,
	const struct registry_service *service, bool self)
{
	if (service)
		parcel_write_handle(reply, service->user.object->handle, 0);
	else if (self)
		parcel_write_self(reply);
	else
		parcel_write_null_object(reply);
	parcel_write_int32(reply, service ? service->stability
				  : self  ? service_stability(manager)
					  : 0);
}

static int32_t aidl_reply_binder(
	struct manager *manager, struct manager_request *request, bool start)
{
	struct registry_service *service;
	int32_t status;
	bool self;

	if (!aidl_look_up(manager, request, start, &service, &self, &status))
		return status;
	aidl_write_binder(manager, request->reply, service, self);
	return STATUS_OK;
}

int32_t aidl_get(struct manager *manager, struct manager_request *request)
{
	return aidl_reply_binder(manager, request, true);
}

int32_t aidl_check(struct manager *manager, struct manager_request *request)
{
	return aidl_reply_binder(manager, request, false);
}

/* The union Service with its first member: ServiceWithMetadata {IBinder; boolean isLazy}. */
static int32_t aidl_reply_union(
	struct manager *manager, struct manager_request *request, bool start)
{
	struct registry_service *service;
	int32_t status;
	size_t begun;
	bool self;

	if (!aidl_look_up(manager, request, start, &service, &self, &status))
		return status;
	parcel_write_int32(request->reply, 1);
	parcel_write_int32(request->reply, 0);
	begun = parcel_begin_parcelable(request->reply);
	aidl_write_binder(manager, request->reply, service, self);
	parcel_write_int32(request->reply, service && service->lazy);
	parcel_end_parcelable(request->reply, begun);
	return STATUS_OK;
}

int32_t aidl_get_union(struct manager *manager, struct manager_request *request)
{
	return aidl_reply_union(manager, request, true);
}

int32_t aidl_check_union(struct manager *manager, struct manager_request *request)
{
	return aidl_reply_union(manager, request, false);
}

/* Takes what follows the object: its stability, allowIsolated and dumpPriority. */
static void aidl_read_add(struct parcel_reader *reader, struct registry_service *service)
{
	struct parcel_reader trial = *reader;

	parcel_read_int32(&trial);
	if (parcel_reader_left(reader) == 4 * sizeof(int32_t) &&
		parcel_read_int32(&trial) == AIDL_EXTRA_WORD) {
		service->stability = parcel_read_int32(reader);
		*reader = trial;
	} else {
		service->stability = parcel_read_int32(reader);
	}
	service->allow_isolated = parcel_read_int32(reader);
	service->dump_priority = parcel_read_int32(reader);
	service->lazy = service->dump_priority & AIDL_FLAG_LAZY;
	service->dump_priority &= ~AIDL_FLAG_LAZY;
}

int32_t aidl_add(struct manager *manager, struct manager_request *request)
{
	struct registry_service service = {0};
	struct parcel_string string = parcel_read_string16(&request->reader);
	struct parcel_object object = parcel_read_object(&request->reader);
	struct service_name name;
	const char *why;
	int32_t exception;

	aidl_read_add(&request->reader, &service);
	if (request->reader.error)
		return request->reader.error;
	if (!string.units)
		return aidl_throw(request, EX_NULL_POINTER, "Null name.");
	name = service_name_of(string);
	if (!name.whole || !name_is_service(name.text)) {
		service_refuse(manager, request, "register", name.text, "not a name");
		return aidl_throw(request, EX_ILLEGAL_ARGUMENT, "Invalid service name.");
	}
	strcpy(service.name, name.text);
	exception = service_add(manager, request, &service, object, &why);
	if (exception)
		return aidl_throw(request, exception, why);
	parcel_write_int32(request->reply, EX_NONE);
	return STATUS_OK;
}

/* A listing is a count and then so many names: those are gone through twice. */
struct aidl_listing {
	struct parcel_writer *reply;
	int32_t count;
	bool self; /* the manager's own name is still to come, in its place */
};

static void aidl_list_name(struct aidl_listing *listing, const char *name)
{
	if (listing->self && (!name || strcmp(name, MANAGER_NAME) > 0)) {
		listing->self = false;
		listing->count++;
		parcel_write_string16(listing->reply, MANAGER_NAME);
	}
	if (!name)
		return;
	listing->count++;
	parcel_write_string16(listing->reply, name);
}

int32_t aidl_list(struct manager *manager, struct manager_request *request)
{
	int32_t mask = parcel_read_int32(&request->reader);
	const struct registry_service *service;
	struct aidl_listing listing = {.reply = request->reply};

	if (request->reader.error)
		return request->reader.error;
	if (!service_permits(manager, request, POLICY_LIST, NULL))
		return aidl_throw(request, EX_SECURITY, "Denied by the policy.");
	listing.self = (mask & AIDL_PRIORITY_DEFAULT) &&
		       !registry_find(&manager->registry, MANAGER_NAME) &&
		       service_visible(manager, request, POLICY_LIST, MANAGER_NAME);
	parcel_write_int32(request->reply, EX_NONE);
	parcel_write_int32(request->reply, 0);
	for (service = registry_first(&manager->registry); service;
		service = registry_next(service)) {
		if ((service->dump_priority & mask) &&
			service_visible(manager, request, POLICY_LIST, service->name))
			aidl_list_name(&listing, service->name);
	}
	aidl_list_name(&listing, NULL);
	parcel_set_int32(request->reply, sizeof(int32_t), listing.count);
	return STATUS_OK;
}

/* Reads and judges the arguments that both methods for notifications have. */
static bool aidl_read_watch(struct manager *manager, struct manager_request *request,
	struct service_name *name, struct parcel_object *callback, int32_t *status)
{
	struct parcel_string string = parcel_read_string16(&request->reader);

	*callback = aidl_read_binder(&request->reader);
	*status = request->reader.error;
	if (*status)
		return false;
	if (!string.units) {
		*status = aidl_throw(request, EX_NULL_POINTER, "Null name.");
		return false;
	}
	*name = service_name_of(string);
	if (!service_permits(manager, request, POLICY_FIND, name->text)) {
		*status = aidl_throw(request, EX_SECURITY, "Denied by the policy.");
		return false;
	}
	if (callback->type == PARCEL_OBJECT_HANDLE)
		return true;
	*status = aidl_throw(request,
		callback->type == PARCEL_OBJECT_NULL ? EX_NULL_POINTER : EX_ILLEGAL_ARGUMENT,
		service_object_fault(*callback));
	return false;
}

int32_t aidl_register_notifications(struct manager *manager, struct manager_request *request)
{
	struct registry_service *service;
	struct parcel_object object;
	struct callback *callback;
	struct service_name name;
	int32_t status;
	int error;

	if (!aidl_read_watch(manager, request, &name, &object, &status))
		return status;
	if (policy_isolated(manager->settings.policy, request->caller.uid)) {
		service_refuse(manager, request, "wait for", name.text, "the user is isolated");
		return aidl_throw(request, EX_SECURITY, "Isolated users cannot wait.");
	}
	if (!name.whole || !name_is_service(name.text))
		return aidl_throw(request, EX_ILLEGAL_ARGUMENT, "Invalid service name.");
	error = callback_add(&manager->watches, name.text, object.handle, request->caller.uid,
		request->magic, &callback);
	if (error) {
		service_refuse(manager, request, "wait for", name.text, "too many callbacks");
		return aidl_throw_errno(request, error);
	}
	service = registry_find(&manager->registry, name.text);
	if (service) {
		service->guaranteed = true;
		watch_tell(manager, service, callback);
	}
	parcel_write_int32(request->reply, EX_NONE);
	return STATUS_OK;
}

int32_t aidl_unregister_notifications(struct manager *manager, struct manager_request *request)
{
	struct parcel_object object;
	struct service_name name;
	int32_t status;

	if (!aidl_read_watch(manager, request, &name, &object, &status))
		return status;
	if (!callback_remove(&manager->watches, name.text, object.handle))
		return aidl_throw(request, EX_ILLEGAL_STATE, "Not registered for notifications.");
	parcel_write_int32(request->reply, EX_NONE);
	return STATUS_OK;
}
