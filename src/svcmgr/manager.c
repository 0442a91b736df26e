// SPDX-License-Identifier: Apache-2.0
/*
 * android.os.IServiceManager.
 *
 * Two generations of clients ask the same four things in different forms. Which of
 * them a request is of shows in its interface token:
 *
 *	up to 9   [strict mode][String16]
 *	10        [strict mode][work source][String16]
 *	11 on     [strict mode][work source][magic][String16]
 *
 * and each is answered in its own form: the first two with bare values and a status
 * in place of an error, the last with a status header and with a word of stability
 * after each object. A method is a row of its generation's table.
 */

#include "svcmgr/manager.h"

#include "util/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MANAGER_INTERFACE "android.os.IServiceManager"
#define MANAGER_NAME "manager"

/* Who lists services of which priority; the default is what those get who do not say. */
#define DUMP_PRIORITY_DEFAULT 8
#define DUMP_PRIORITY_ALL 15

/* Flags of objects in replies to clients before 11: any priority, descriptors accepted. */
#define MANAGER_LEGACY_FLAGS (0x7f | FLAT_BINDER_FLAG_ACCEPTS_FDS)

struct manager_method {
	uint32_t code;
	const char *name;
	int32_t (*function)(struct manager *manager, struct manager_request *request);
};

/* The words that a token's fourth field can be: who built the caller's libbinder. */
static const char manager_magics[][5] = {"SYST", "VNDR", "RECO", "UNKN"};

void manager_init(
	struct manager *manager, const char *context, const struct registry_ops *ops, void *data)
{
	manager->context = context;
	registry_init(&manager->registry, ops, data);
	parcel_writer_init(&manager->writer);
}

void manager_deinit(struct manager *manager)
{
	registry_deinit(&manager->registry);
	parcel_writer_deinit(&manager->writer);
}

/* Says who was refused what, and why; @name may be what the caller made up. */
static void manager_refuse(const struct manager *manager, const struct manager_request *request,
	const char *name, const char *why)
{
	log_notice("%s: pid %d uid %u may not register \"%s\": %s", manager->context,
		(int)request->pid, (unsigned int)request->uid, name, why);
}

/* A name as bytes, or NULL when it cannot be one: then @buffer has what to show for it. */
static const char *manager_name(struct parcel_string string, char buffer[REGISTRY_NAME_MAX + 1])
{
	size_t length = string.length < REGISTRY_NAME_MAX ? string.length : REGISTRY_NAME_MAX;

	for (size_t i = 0; i < length; i++)
		buffer[i] = string.units[i] && string.units[i] < 0x80 ? (char)string.units[i] : '?';
	buffer[length] = '\0';
	return length == string.length && registry_name_valid(buffer) ? buffer : NULL;
}

/* Why an object cannot be a service, or NULL. */
static const char *manager_object_fault(struct parcel_object object)
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

/* Registers; returns EX_NONE (0) or an exception with its message in *@why. */
static int32_t manager_add(struct manager *manager, const struct manager_request *request,
	struct parcel_string string, struct parcel_object object, struct registry_service *service,
	const char **why)
{
	char buffer[REGISTRY_NAME_MAX + 1];
	const char *name = manager_name(string, buffer);
	int error;

	*why = manager_object_fault(object);
	if (!*why && !name)
		*why = "Invalid service name.";
	if (*why) {
		manager_refuse(manager, request, buffer, *why);
		return EX_ILLEGAL_ARGUMENT;
	}
	strcpy(service->name, name);
	service->pid = request->pid;
	error = registry_add(&manager->registry, service, object.handle);
	if (error) {
		*why = error == -ENOSPC ? "Too many services." : "Out of memory.";
		manager_refuse(manager, request, name, *why);
		return EX_ILLEGAL_STATE;
	}
	log_info("%s: pid %d uid %u registered \"%s\"", manager->context, (int)request->pid,
		(unsigned int)request->uid, name);
	return 0;
}

static const struct registry_service *manager_find(
	const struct manager *manager, struct parcel_string string)
{
	char buffer[REGISTRY_NAME_MAX + 1];
	const char *name = manager_name(string, buffer);

	return name ? registry_find(&manager->registry, name) : NULL;
}

/* 11 on: getService and checkService(String): an object. */
static int32_t aidl_get(struct manager *manager, struct manager_request *request)
{
	struct parcel_string string = parcel_read_string16(&request->reader);
	const struct registry_service *service = manager_find(manager, string);

	if (request->reader.error)
		return request->reader.error;
	if (!string.units) {
		parcel_write_exception(&manager->writer, EX_NULL_POINTER, "Null name.");
		return STATUS_OK;
	}
	parcel_write_int32(&manager->writer, 0);
	if (service) {
		parcel_write_handle(&manager->writer, service->object->handle, 0);
		parcel_write_int32(&manager->writer, service->stability);
	} else if (parcel_string_equals(string, MANAGER_NAME)) {
		parcel_write_self(&manager->writer);
		parcel_write_int32(&manager->writer, STABILITY_SYSTEM);
	} else {
		parcel_write_null_object(&manager->writer);
		parcel_write_int32(&manager->writer, 0);
	}
	return STATUS_OK;
}

/* 11 on: addService(String, IBinder, bool allowIsolated, int dumpPriority). */
static int32_t aidl_add(struct manager *manager, struct manager_request *request)
{
	struct parcel_string string = parcel_read_string16(&request->reader);
	struct parcel_object object = parcel_read_object(&request->reader);
	struct registry_service service = {.stability = parcel_read_int32(&request->reader)};
	const char *why;
	int32_t exception;

	/* Isolated processes are Android's; here every client sees every service. */
	parcel_read_int32(&request->reader);
	service.dump_priority = parcel_read_int32(&request->reader);
	if (request->reader.error)
		return request->reader.error;
	if (!string.units) {
		parcel_write_exception(&manager->writer, EX_NULL_POINTER, "Null name.");
		return STATUS_OK;
	}
	exception = manager_add(manager, request, string, object, &service, &why);
	if (exception)
		parcel_write_exception(&manager->writer, exception, why);
	else
		parcel_write_int32(&manager->writer, 0);
	return STATUS_OK;
}

/* 11 on: listServices(int dumpPriority): String[], the manager's own name in its place. */
static int32_t aidl_list(struct manager *manager, struct manager_request *request)
{
	int32_t mask = parcel_read_int32(&request->reader), count = 0;
	const struct registry_service *service, *first = registry_first(&manager->registry);
	bool self =
		(mask & DUMP_PRIORITY_DEFAULT) && !registry_find(&manager->registry, MANAGER_NAME);

	if (request->reader.error)
		return request->reader.error;
	for (service = first; service; service = registry_next(service))
		count += (service->dump_priority & mask) != 0;
	parcel_write_int32(&manager->writer, 0);
	parcel_write_int32(&manager->writer, count + self);
	for (service = first; service; service = registry_next(service)) {
		if (!(service->dump_priority & mask))
			continue;
		if (self && strcmp(service->name, MANAGER_NAME) > 0) {
			parcel_write_string16(&manager->writer, MANAGER_NAME);
			self = false;
		}
		parcel_write_string16(&manager->writer, service->name);
	}
	if (self)
		parcel_write_string16(&manager->writer, MANAGER_NAME);
	return STATUS_OK;
}

static const struct manager_method manager_aidl[] = {
	{1, "getService", aidl_get},
	{2, "checkService", aidl_get},
	{3, "addService", aidl_add},
	{4, "listServices", aidl_list},
};

/* Up to 10: the object alone, or a 0. */
static int32_t legacy_get(struct manager *manager, struct manager_request *request)
{
	struct parcel_string string = parcel_read_string16(&request->reader);
	const struct registry_service *service = manager_find(manager, string);

	if (request->reader.error || !string.units)
		return STATUS_PERMISSION_DENIED;
	if (service)
		parcel_write_handle(
			&manager->writer, service->object->handle, MANAGER_LEGACY_FLAGS);
	else
		parcel_write_int32(&manager->writer, 0);
	return STATUS_OK;
}

/* Up to 10: a 0. Only 9 and 10 send whether isolated processes may and the priority. */
static int32_t legacy_add(struct manager *manager, struct manager_request *request)
{
	struct parcel_string string = parcel_read_string16(&request->reader);
	struct parcel_object object = parcel_read_object(&request->reader);
	struct registry_service service = {.stability = STABILITY_SYSTEM};
	const char *why;

	if (parcel_reader_left(&request->reader) >= 2 * sizeof(int32_t)) {
		parcel_read_int32(&request->reader);
		service.dump_priority = parcel_read_int32(&request->reader);
	}
	if (!service.dump_priority)
		service.dump_priority = DUMP_PRIORITY_DEFAULT;
	if (request->reader.error)
		return STATUS_PERMISSION_DENIED;
	if (manager_add(manager, request, string, object, &service, &why))
		return STATUS_PERMISSION_DENIED;
	parcel_write_int32(&manager->writer, 0);
	return STATUS_OK;
}

/* Up to 10: the name at an index, or a status beyond the last. Only 9 and 10 send a mask. */
static int32_t legacy_list(struct manager *manager, struct manager_request *request)
{
	uint32_t index = (uint32_t)parcel_read_int32(&request->reader);
	const struct registry_service *service;
	int32_t mask = DUMP_PRIORITY_ALL;

	if (parcel_reader_left(&request->reader) >= sizeof(mask))
		mask = parcel_read_int32(&request->reader);
	if (request->reader.error)
		return STATUS_PERMISSION_DENIED;
	for (service = registry_first(&manager->registry); service;
		service = registry_next(service)) {
		if ((service->dump_priority & mask) && !index--) {
			parcel_write_string16(&manager->writer, service->name);
			return STATUS_OK;
		}
	}
	return STATUS_PERMISSION_DENIED;
}

static const struct manager_method manager_legacy[] = {
	{1, "getService", legacy_get},
	{2, "checkService", legacy_get},
	{3, "addService", legacy_add},
	{4, "list", legacy_list},
};

static int32_t meta_nothing(struct manager *manager, struct manager_request *request)
{
	(void)manager;
	(void)request;
	return STATUS_OK;
}

static int32_t meta_interface(struct manager *manager, struct manager_request *request)
{
	(void)request;
	parcel_write_string16(&manager->writer, MANAGER_INTERFACE);
	return STATUS_OK;
}

static int32_t meta_extension(struct manager *manager, struct manager_request *request)
{
	(void)request;
	parcel_write_null_object(&manager->writer);
	parcel_write_int32(&manager->writer, 0);
	return STATUS_OK;
}

static int32_t meta_debug_pid(struct manager *manager, struct manager_request *request)
{
	(void)request;
	parcel_write_int32(&manager->writer, (int32_t)getpid());
	return STATUS_OK;
}

/* What every object answers, without looking at a token. */
static const struct manager_method manager_meta[] = {
	{B_PACK_CHARS('_', 'P', 'N', 'G'), "ping", meta_nothing},
	{B_PACK_CHARS('_', 'N', 'T', 'F'), "getInterfaceDescriptor", meta_interface},
	{B_PACK_CHARS('_', 'E', 'X', 'T'), "getExtension", meta_extension},
	{B_PACK_CHARS('_', 'P', 'I', 'D'), "getDebugPid", meta_debug_pid},
	{B_PACK_CHARS('_', 'S', 'P', 'R'), "systemPropertiesChanged", meta_nothing},
};

#define MANAGER_COUNT(table) (sizeof(table) / sizeof(*(table)))

static const struct manager_method *manager_method_find(
	const struct manager_method *methods, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++) {
		if (methods[i].code == code)
			return &methods[i];
	}
	return NULL;
}

/* Tries a token of @words words before the name; on success the reader stands behind it. */
static bool manager_token_is(struct parcel_reader *reader, unsigned int words, uint32_t *last)
{
	struct parcel_reader trial = *reader;

	while (words--)
		*last = (uint32_t)parcel_read_int32(&trial);
	if (!parcel_string_equals(parcel_read_string16(&trial), MANAGER_INTERFACE))
		return false;
	*reader = trial;
	return true;
}

static bool manager_magic_known(uint32_t magic)
{
	for (size_t i = 0; i < MANAGER_COUNT(manager_magics); i++) {
		const char *m = manager_magics[i];

		if (magic == (uint32_t)B_PACK_CHARS(m[0], m[1], m[2], m[3]))
			return true;
	}
	return false;
}

int32_t manager_handle(struct manager *manager, struct manager_request *request)
{
	const struct manager_method *method;
	uint32_t word;
	int32_t status;

	parcel_writer_reset(&manager->writer);
	method = manager_method_find(manager_meta, MANAGER_COUNT(manager_meta), request->code);
	if (!method) {
		if (manager_token_is(&request->reader, 3, &word) && manager_magic_known(word))
			method = manager_method_find(
				manager_aidl, MANAGER_COUNT(manager_aidl), request->code);
		else if (manager_token_is(&request->reader, 1, &word) ||
			 manager_token_is(&request->reader, 2, &word))
			method = manager_method_find(
				manager_legacy, MANAGER_COUNT(manager_legacy), request->code);
		else
			return STATUS_BAD_TYPE;
	}
	if (!method)
		return STATUS_UNKNOWN_TRANSACTION;
	status = method->function(manager, request);
	if (status == STATUS_OK)
		status = manager->writer.error;
	log_debug("%s: pid %d uid %u %s: status %d", manager->context, (int)request->pid,
		(unsigned int)request->uid, method->name, (int)status);
	return status;
}

void manager_object_died(struct manager *manager, struct registry_object *object)
{
	struct registry_service *service;

	TAILQ_FOREACH (service, &object->services, object_entry)
		log_info("%s: \"%s\" of pid %d is gone", manager->context, service->name,
			(int)service->pid);
	registry_object_died(object);
}
