/* SPDX-License-Identifier: Apache-2.0 */

/*
 * AServiceManager_*: what is one request and its answer. Waiting is manager_wait.c's, being told
 * of registrations manager_watch.c's, and services that go when unused manager_lazy.c's.
 */

#include <android/binder_manager.h>

#include <stdlib.h>

#include "lib/ndk/manager_client.h"
#include "util/log.h"

/* Ends the process for an argument that is NULL and must not be, as on Android. */
static void manager_require(const void *pointer, const char *function)
{
	if (pointer)
		return;
	log_error("%s: an argument is NULL", function);
	abort();
}

static int32_t manager_dump_of(AServiceManager_AddServiceFlag flags)
{
	int32_t dump = 0;

	if (flags & ADD_SERVICE_DUMP_FLAG_PRIORITY_CRITICAL)
		dump |= MANAGER_DUMP_CRITICAL;
	if (flags & ADD_SERVICE_DUMP_FLAG_PRIORITY_HIGH)
		dump |= MANAGER_DUMP_HIGH;
	if (flags & ADD_SERVICE_DUMP_FLAG_PRIORITY_NORMAL)
		dump |= MANAGER_DUMP_NORMAL;
	if (flags & ADD_SERVICE_DUMP_FLAG_PRIORITY_DEFAULT)
		dump |= MANAGER_DUMP_DEFAULT;
	return dump ? dump : MANAGER_DUMP_DEFAULT;
}

binder_exception_t AServiceManager_addServiceWithFlags(
	AIBinder *binder, const char *instance, const AServiceManager_AddServiceFlag flags)
{
	struct manager_service service = {
		.name = instance,
		.binder = binder,
		.allow_isolated = flags & ADD_SERVICE_ALLOW_ISOLATED,
		.dump = manager_dump_of(flags),
	};
	binder_exception_t exception;
	AStatus *status;

	if (!binder || !instance)
		return EX_ILLEGAL_ARGUMENT;
	status = manager_client_add(&service);
	exception = AStatus_getExceptionCode(status);
	manager_client_finish(status, "register", instance);
	return exception;
}

binder_exception_t AServiceManager_addService(AIBinder *binder, const char *instance)
{
	return AServiceManager_addServiceWithFlags(
		binder, instance, ADD_SERVICE_DUMP_FLAG_PRIORITY_DEFAULT);
}

AIBinder *AServiceManager_checkService(const char *instance)
{
	AIBinder *found = NULL;

	if (instance)
		manager_client_finish(manager_client_check(instance, &found), "find", instance);
	return found;
}

bool AServiceManager_isDeclared(const char *instance)
{
	bool declared = false;

	if (instance)
		manager_client_finish(
			manager_client_declared(instance, &declared), "look up", instance);
	return declared;
}

void AServiceManager_forEachDeclaredInstance(
	const char *interface, void *context, void (*callback)(const char *, void *))
{
	manager_require(interface, __func__);
	manager_require((const void *)callback, __func__);
	manager_client_finish(
		manager_client_instances(interface, callback, context), "look up", interface);
}

bool AServiceManager_isUpdatableViaApex(const char *instance)
{
	char *apex = NULL;
	bool updatable;

	if (instance)
		manager_client_finish(manager_client_apex(instance, &apex), "look up", instance);
	updatable = apex != NULL;
	free(apex);
	return updatable;
}

void AServiceManager_getUpdatableApexName(
	const char *instance, void *context, void (*callback)(const char *, void *))
{
	char *apex = NULL;

	manager_require(instance, __func__);
	manager_require((const void *)callback, __func__);
	manager_client_finish(manager_client_apex(instance, &apex), "look up", instance);
	if (apex)
		callback(apex, context);
	free(apex);
}

void *AServiceManager_openDeclaredPassthroughHal(
	const char *interface, const char *instance, int flag)
{
	(void)flag;
	log_notice("binder: no library is declared for %s/%s: there are none here",
		interface ? interface : "", instance ? instance : "");
	return NULL;
}
