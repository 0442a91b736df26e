// SPDX-License-Identifier: Apache-2.0
/*
 * HIDL's manager.
 *
 * A service is registered for each interface that it says it has, under the instance that
 * is given: the registry's key is "interface/instance". To learn the interfaces its object
 * is asked, in the middle of the request that brings it; others are answered meanwhile,
 * and nothing that was looked up before is used after.
 *
 * Methods of the base interface, which every object has, carry the token of that one.
 */

#include "svcmgr/hidl.h"

#include "svcmgr/service.h"
#include "svcmgr/watch.h"

#include <stdlib.h>
#include <string.h>

/* IServiceManager::Transport */
#define HIDL_TRANSPORT_EMPTY 0
#define HIDL_TRANSPORT_HWBINDER 1

int hidl_read_chain(
	struct parcel_reader *reader, char names[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1])
{
	const char *texts[MANAGER_CHAIN_MAX];
	size_t count = 0;

	if (!parcel_read_int32(reader))
		count = parcel_read_hidl_strings(reader, texts, MANAGER_CHAIN_MAX);
	for (size_t i = 0; i < count; i++) {
		/* Not cut: what is left might be another's name. */
		if (strlen(texts[i]) > NAME_SERVICE_MAX)
			return 0;
		strcpy(names[i], texts[i]);
	}
	return (int)count;
}

/* Reads an interface and an instance; the key of both. */
static bool hidl_read_key(struct manager_request *request, char *key)
{
	const char *interface = parcel_read_hidl_string(&request->reader);
	const char *instance = interface ? parcel_read_hidl_string(&request->reader) : NULL;

	return instance && name_join(key, interface, instance);
}

/* What cannot be: the request is wrong, or no name. */
static int32_t hidl_bad(const struct manager_request *request)
{
	return request->reader.error ? request->reader.error : STATUS_BAD_VALUE;
}

static int32_t hidl_reply_bool(struct manager_request *request, bool value)
{
	parcel_write_int32(request->reply, EX_NONE);
	parcel_write_int32(request->reply, value);
	return STATUS_OK;
}

/* interface get(string interface, string instance) */
static int32_t hidl_get(struct manager *manager, struct manager_request *request)
{
	struct registry_service *service;
	char key[NAME_KEY_MAX + 1];
	const char *why;

	if (!hidl_read_key(request, key))
		return hidl_bad(request);
	/* HIDL's callers know no exception: what they may not have is not there. */
	if (service_find(manager, request, key, true, &service, &why))
		service = NULL;
	parcel_write_int32(request->reply, EX_NONE);
	if (service)
		parcel_write_handle(request->reply, service->user.object->handle, 0);
	else
		parcel_write_null_object(request->reply);
	return STATUS_OK;
}

/* Whether one of the interfaces may be registered; the base, which all have, is not. */
static bool hidl_judge_one(struct manager *manager, struct manager_request *request,
	const char *interface, const char *instance)
{
	char key[NAME_KEY_MAX + 1];
	const char *why;

	if (!strcmp(interface, HIDL_BASE))
		return true;
	if (name_join(key, interface, instance))
		return !service_judge_add(manager, request, key, &why);
	service_refuse(manager, request, "register", instance, "it tells no interface's name");
	return false;
}

/* Registers one of the interfaces, which was judged. */
static bool hidl_add_one(struct manager *manager, struct manager_request *request,
	struct parcel_object object, const char *interface, const char *instance)
{
	struct registry_service service = {.dump_priority = 8};
	const char *why;

	service.stability = service_stability(manager);
	return !strcmp(interface, HIDL_BASE) ||
	       (name_join(service.name, interface, instance) &&
		       !service_add(manager, request, &service, object, &why));
}

/* bool add(string instance, interface) */
static int32_t hidl_add(struct manager *manager, struct manager_request *request)
{
	char chain[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1], instance[NAME_SERVICE_MAX + 1];
	const char *text = parcel_read_hidl_string(&request->reader);
	struct parcel_object object = parcel_read_object(&request->reader);
	uint32_t uid = request->caller.uid;
	int count, error;
	bool added;

	/* What else came with it, descriptors say, would be held for as long as it is asked. */
	if (request->reader.error || parcel_reader_left(&request->reader))
		return hidl_bad(request);
	if (!name_is_instance(text) || object.type != PARCEL_OBJECT_HANDLE) {
		service_refuse(manager, request, "register", text,
			object.type == PARCEL_OBJECT_HANDLE ? "not an instance's name"
							    : service_object_fault(object));
		return hidl_reply_bool(request, false);
	}
	strcpy(instance, text);
	error = account_charge(&manager->accounts, uid, ACCOUNT_CALLS);
	if (error) {
		service_refuse(manager, request, "register", instance, "too many at a time");
		return hidl_reply_bool(request, false);
	}
	count = manager->ops->interfaces(manager->data, object.handle, chain);
	account_refund(&manager->accounts, uid, ACCOUNT_CALLS);
	parcel_writer_reset(request->reply);
	if (count <= 0)
		service_refuse(manager, request, "register", instance, "it tells no interfaces");
	added = count > 0;
	/* All are judged first: one that may not be had leaves the others as they were. */
	for (int i = 0; i < count && added; i++)
		added = hidl_judge_one(manager, request, chain[i], instance);
	for (int i = 0; i < count && added; i++)
		added = hidl_add_one(manager, request, object, chain[i], instance);
	return hidl_reply_bool(request, added);
}

/* Transport getTransport(string interface, string instance): how it is to be had. */
static int32_t hidl_transport(struct manager *manager, struct manager_request *request)
{
	const struct manager_settings *settings = &manager->settings;
	const struct declaration *declaration;
	char key[NAME_KEY_MAX + 1];
	int32_t transport = HIDL_TRANSPORT_EMPTY;

	if (!hidl_read_key(request, key))
		return hidl_bad(request);
	declaration = declarations_find(settings->declarations, settings->context, key);
	if (service_permits(manager, request, POLICY_FIND, key) &&
		((declaration && declaration->declared) || registry_find(&manager->registry, key)))
		transport = HIDL_TRANSPORT_HWBINDER;
	parcel_write_int32(request->reply, EX_NONE);
	parcel_write_int32(request->reply, transport);
	return STATUS_OK;
}

/* Whether a name is a listing's: "interface/instance", the whole, or that of one interface. */
static bool hidl_listed(const char *name, const char *interface)
{
	size_t length = interface ? strlen(interface) : 0;

	return strchr(name, '@') &&
	       (!interface || (!strncmp(name, interface, length) && name[length] == '/'));
}

/* A vector of names; of their instances alone when @interface is not NULL. */
static int32_t hidl_reply_names(
	struct manager *manager, struct manager_request *request, const char *interface)
{
	const struct registry_service *service;
	const char **names = calloc(manager->registry.count + 1, sizeof(*names));
	uint32_t count = 0;

	if (!names)
		return STATUS_NO_MEMORY;
	/* HIDL's callers know no exception: a denied list is empty. */
	service = service_permits(manager, request, POLICY_LIST, NULL)
			  ? registry_first(&manager->registry)
			  : NULL;
	for (; service; service = registry_next(service)) {
		if (!hidl_listed(service->name, interface) ||
			!service_visible(manager, request, POLICY_LIST, service->name))
			continue;
		names[count++] = service->name + (interface ? strlen(interface) + 1 : 0);
	}
	parcel_write_int32(request->reply, EX_NONE);
	parcel_write_hidl_strings(request->reply, names, count);
	free(names);
	return STATUS_OK;
}

/* vec<string> list() */
static int32_t hidl_list(struct manager *manager, struct manager_request *request)
{
	return hidl_reply_names(manager, request, NULL);
}

/* vec<string> listByInterface(string interface) */
static int32_t hidl_list_by_interface(struct manager *manager, struct manager_request *request)
{
	const char *interface = parcel_read_hidl_string(&request->reader);

	if (!interface || !name_is_interface(interface))
		return hidl_bad(request);
	return hidl_reply_names(manager, request, interface);
}

/* bool registerForNotifications(string interface, string instance, IServiceNotification) */
static int32_t hidl_register_notifications(struct manager *manager, struct manager_request *request)
{
	char key[NAME_KEY_MAX + 1];
	bool good = hidl_read_key(request, key);
	struct parcel_object object = parcel_read_object(&request->reader);
	struct callback *callback;

	if (!good || request->reader.error)
		return hidl_bad(request);
	if (object.type != PARCEL_OBJECT_HANDLE ||
		!service_permits(manager, request, POLICY_FIND, key) ||
		policy_isolated(manager->settings.policy, request->caller.uid))
		return hidl_reply_bool(request, false);
	if (callback_add(
		    &manager->watches, key, object.handle, request->caller.uid, 0, &callback)) {
		service_refuse(manager, request, "wait for", key, "too many callbacks");
		return hidl_reply_bool(request, false);
	}
	watch_tell_hidl(manager, key, callback);
	return hidl_reply_bool(request, true);
}

/* registerPassthroughClient(string interface, string instance): nothing is kept of these. */
static int32_t hidl_passthrough_client(struct manager *manager, struct manager_request *request)
{
	char key[NAME_KEY_MAX + 1];

	(void)manager;
	if (!hidl_read_key(request, key))
		return hidl_bad(request);
	parcel_write_int32(request->reply, EX_NONE);
	return STATUS_OK;
}

/* Of the base: ping(), and that properties changed, which concerns nothing here. */
static int32_t hidl_nothing(struct manager *manager, struct manager_request *request)
{
	(void)manager;
	parcel_write_int32(request->reply, EX_NONE);
	return STATUS_OK;
}

/* string interfaceDescriptor() */
static int32_t hidl_descriptor(struct manager *manager, struct manager_request *request)
{
	(void)manager;
	parcel_write_int32(request->reply, EX_NONE);
	parcel_write_hidl_string(request->reply, HIDL_INTERFACE);
	return STATUS_OK;
}

/* vec<string> interfaceChain() */
static int32_t hidl_chain(struct manager *manager, struct manager_request *request)
{
	static const char *const chain[] = {HIDL_INTERFACE, HIDL_BASE};

	(void)manager;
	parcel_write_int32(request->reply, EX_NONE);
	parcel_write_hidl_strings(request->reply, chain, 2);
	return STATUS_OK;
}

static const struct manager_method hidl_methods[] = {
	{1, "get", hidl_get},
	{2, "add", hidl_add},
	{3, "getTransport", hidl_transport},
	{4, "list", hidl_list},
	{5, "listByInterface", hidl_list_by_interface},
	{6, "registerForNotifications", hidl_register_notifications},
	{8, "registerPassthroughClient", hidl_passthrough_client},
};

static const struct manager_method hidl_base_methods[] = {
	{B_PACK_CHARS(0x0f, 'P', 'N', 'G'), "ping", hidl_nothing},
	{B_PACK_CHARS(0x0f, 'D', 'S', 'C'), "interfaceDescriptor", hidl_descriptor},
	{HIDL_CODE_CHAIN, "interfaceChain", hidl_chain},
	{B_PACK_CHARS(0x0f, 'S', 'Y', 'S'), "notifySyspropsChanged", hidl_nothing},
};

const struct manager_method *hidl_method(
	uint32_t code, struct parcel_reader *reader, int32_t *status)
{
	struct parcel_reader trial = *reader;
	const char *token = parcel_read_cstring(&trial);

	*status = STATUS_BAD_TYPE;
	if (!token || (strcmp(token, HIDL_INTERFACE) && strcmp(token, HIDL_BASE)))
		return NULL;
	*status = STATUS_UNKNOWN_TRANSACTION;
	*reader = trial;
	if (!strcmp(token, HIDL_INTERFACE))
		return manager_find_method(
			hidl_methods, sizeof(hidl_methods) / sizeof(*hidl_methods), code);
	return manager_find_method(
		hidl_base_methods, sizeof(hidl_base_methods) / sizeof(*hidl_base_methods), code);
}
