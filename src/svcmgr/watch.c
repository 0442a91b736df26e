// SPDX-License-Identifier: Apache-2.0
/*
 * Notifications of registrations, in AIDL's and in HIDL's form.
 *
 * The form is that of the request that registered the callback: HIDL's had no magic in its
 * token. Whoever may look a name up may wait for it, which is judged when he begins to.
 */

#include "svcmgr/watch.h"

#include <string.h>

/* Each has one method, of code 1. */
#define WATCH_AIDL_INTERFACE "android.os.IServiceCallback"
#define WATCH_HIDL_INTERFACE "android.hidl.manager@1.0::IServiceNotification"
#define WATCH_ON_REGISTRATION 1

/* onRegistration(String, IBinder) */
static void watch_write_aidl(struct parcel_writer *msg, const struct registry_service *service,
	const struct callback *callback)
{
	parcel_write_token(msg, callback->magic, WATCH_AIDL_INTERFACE);
	parcel_write_string16(msg, service->name);
	parcel_write_handle(msg, service->user.object->handle, 0);
	parcel_write_int32(msg, service->stability);
}

/* onRegistration(string interface, string instance, bool preexisting) */
static void watch_write_hidl(
	struct parcel_writer *msg, const struct registry_service *service, bool preexisting)
{
	char interface[NAME_KEY_MAX + 1];
	char *slash;

	strcpy(interface, service->name);
	slash = strrchr(interface, '/');
	if (slash)
		*slash++ = '\0';
	parcel_write_cstring(msg, WATCH_HIDL_INTERFACE);
	parcel_write_hidl_string(msg, interface);
	parcel_write_hidl_string(msg, slash ? slash : "");
	parcel_write_int32(msg, preexisting);
}

static void watch_send(struct manager *manager, const struct registry_service *service,
	const struct callback *callback, bool preexisting)
{
	struct parcel_writer msg;

	parcel_writer_init(&msg);
	if (callback->magic)
		watch_write_aidl(&msg, service, callback);
	else
		watch_write_hidl(&msg, service, preexisting);
	if (!msg.error)
		manager->ops->send(
			manager->data, callback->user.object->handle, WATCH_ON_REGISTRATION, &msg);
	parcel_writer_deinit(&msg);
}

static unsigned int watch_tell_list(
	struct manager *manager, const char *key, const struct registry_service *service)
{
	const struct callback_list *list = callback_find(&manager->watches, key);
	const struct callback *callback;
	unsigned int told = 0;

	if (!list)
		return 0;
	TAILQ_FOREACH (callback, &list->callbacks, entry) {
		watch_send(manager, service, callback, false);
		told++;
	}
	return told;
}

unsigned int watch_tell_all(struct manager *manager, struct registry_service *service)
{
	unsigned int told = watch_tell_list(manager, service->name, service);
	char key[NAME_KEY_MAX + 1];
	char *slash;

	strcpy(key, service->name);
	slash = strrchr(key, '/');
	/* HIDL's callbacks for all instances; no name of AIDL's that is valid there ends so. */
	if (!slash || !strchr(key, '@'))
		return told;
	slash[1] = '\0';
	return told + watch_tell_list(manager, key, service);
}

void watch_tell(struct manager *manager, const struct registry_service *service,
	const struct callback *callback)
{
	watch_send(manager, service, callback, true);
}

void watch_tell_hidl(struct manager *manager, const char *key, const struct callback *callback)
{
	const struct registry_service *service;
	size_t length = strlen(key);

	for (service = registry_first(&manager->registry); service;
		service = registry_next(service)) {
		/* A key that ends in a slash begins those of all instances. */
		if (key[length - 1] == '/' ? !strncmp(service->name, key, length)
					   : !strcmp(service->name, key))
			watch_send(manager, service, callback, true);
	}
}
