/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A registration is the data of a local object, the callback, and lives as long as that: the
 * manager, or a call on its way from it, may hold the callback when the registration was deleted.
 * So deleting takes the function out of it, under the lock that is held while the function runs.
 * The lock is recursive, so that the function can delete its own registration.
 */

#include "lib/ndk/manager_watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ndk/manager_client.h"
#include "lib/ndk/parcel.h"
#include "util/log.h"

#define MANAGER_WATCH_INTERFACE "android.os.IServiceCallback"
/* Its only method: onRegistration(String name, IBinder binder). */
#define MANAGER_WATCH_ON_REGISTRATION FIRST_CALL_TRANSACTION

struct AServiceManager_NotificationRegistration {
	pthread_mutex_t mutex;
	AServiceManager_onRegister on_register; /* NULL once it was deleted */
	void *cookie;
	AIBinder *callback; /* a strong reference until it was deleted */
	char name[];
};

static void *manager_watch_on_create(void *args)
{
	return args;
}

static void manager_watch_on_destroy(void *data)
{
	AServiceManager_NotificationRegistration *watch = data;

	pthread_mutex_destroy(&watch->mutex);
	free(watch);
}

/* Takes over a reference of @binder. */
static void manager_watch_tell(
	AServiceManager_NotificationRegistration *watch, const char *name, AIBinder *binder)
{
	bool mine = strcmp(name, watch->name) == 0;

	if (!mine)
		log_warning("binder: told of \"%s\", having asked for \"%s\"", name, watch->name);
	pthread_mutex_lock(&watch->mutex);
	if (mine && watch->on_register)
		watch->on_register(watch->name, binder, watch->cookie);
	else
		AIBinder_decStrong(binder);
	pthread_mutex_unlock(&watch->mutex);
}

static binder_status_t manager_watch_on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	AIBinder *service = NULL;
	char *name = NULL;
	binder_status_t status;

	(void)out;
	if (code != MANAGER_WATCH_ON_REGISTRATION)
		return STATUS_UNKNOWN_TRANSACTION;
	status = parcel_read_string(in, &name);
	if (status == STATUS_OK)
		status = AParcel_readStrongBinder(in, &service);
	if (status == STATUS_OK && (!name || !service))
		status = STATUS_UNEXPECTED_NULL;
	if (status == STATUS_OK)
		manager_watch_tell(AIBinder_getUserData(binder), name, service);
	else if (service)
		AIBinder_decStrong(service);
	free(name);
	return status;
}

static const AIBinder_Class *manager_watch_class;

static void manager_watch_define(void)
{
	manager_watch_class = AIBinder_Class_define(MANAGER_WATCH_INTERFACE,
		manager_watch_on_create, manager_watch_on_destroy, manager_watch_on_transact);
}

/* A callback with @watch as its data, which it frees. Return: NULL without memory. */
static AIBinder *manager_watch_make_callback(AServiceManager_NotificationRegistration *watch)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, manager_watch_define);
	return manager_watch_class ? AIBinder_new(manager_watch_class, watch) : NULL;
}

AServiceManager_NotificationRegistration *manager_watch_new(
	const char *name, AServiceManager_onRegister on_register, void *cookie)
{
	size_t size = strlen(name) + 1;
	AServiceManager_NotificationRegistration *watch = calloc(1, sizeof(*watch) + size);
	pthread_mutexattr_t attributes;

	if (!watch)
		return NULL;
	memcpy(watch->name, name, size);
	watch->on_register = on_register;
	watch->cookie = cookie;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&watch->mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
	watch->callback = manager_watch_make_callback(watch);
	if (watch->callback)
		return watch;
	manager_watch_on_destroy(watch);
	return NULL;
}

AStatus *manager_watch_begin(AServiceManager_NotificationRegistration *watch)
{
	return manager_client_watch(watch->name, watch->callback);
}

void manager_watch_free(AServiceManager_NotificationRegistration *watch, bool tell)
{
	AIBinder *callback = watch->callback;

	pthread_mutex_lock(&watch->mutex);
	watch->on_register = NULL;
	pthread_mutex_unlock(&watch->mutex);
	/* A manager that died, or was another one, knows nothing of it: that is as good. */
	if (tell)
		manager_client_finish(manager_client_unwatch(watch->name, callback), NULL, NULL);
	AIBinder_decStrong(callback);
}

AServiceManager_NotificationRegistration *AServiceManager_registerForServiceNotifications(
	const char *instance, AServiceManager_onRegister onRegister, void *cookie)
{
	AServiceManager_NotificationRegistration *watch;

	if (!instance || !onRegister) {
		log_error("AServiceManager_registerForServiceNotifications: no %s",
			instance ? "function" : "name");
		abort();
	}
	watch = manager_watch_new(instance, onRegister, cookie);
	if (!watch)
		return NULL;
	if (manager_client_finish(manager_watch_begin(watch), "wait for", instance))
		return watch;
	manager_watch_free(watch, false);
	return NULL;
}

void AServiceManager_NotificationRegistration_delete(
	AServiceManager_NotificationRegistration *notification)
{
	if (!notification) {
		log_error("AServiceManager_NotificationRegistration_delete: no registration");
		abort();
	}
	manager_watch_free(notification, true);
}
