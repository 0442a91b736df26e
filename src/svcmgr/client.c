// SPDX-License-Identifier: Apache-2.0
/*
 * Clients of lazy services.
 *
 * A service that was handed out has a client, although that one's hold may not be in the
 * driver's count yet, or be over already: it is guaranteed one until the next look. That
 * there are clients is told as soon as it is seen; that there are none only by the timer,
 * so that a service that is asked for now and then is not stopped each time.
 */

#include "svcmgr/client.h"

#include "util/log.h"

/* IClientCallback.onClients(IBinder, bool), the only method. */
#define CLIENT_INTERFACE "android.os.IClientCallback"
#define CLIENT_ON_CLIENTS 1

static void client_send(struct manager *manager, const struct registry_service *service,
	const struct callback *callback)
{
	struct parcel_writer msg;

	parcel_writer_init(&msg);
	parcel_write_token(&msg, callback->magic, CLIENT_INTERFACE);
	parcel_write_handle(&msg, service->user.object->handle, 0);
	parcel_write_int32(&msg, service->stability);
	parcel_write_int32(&msg, service->has_clients);
	if (!msg.error)
		manager->ops->send(
			manager->data, callback->user.object->handle, CLIENT_ON_CLIENTS, &msg);
	parcel_writer_deinit(&msg);
}

static void client_tell(struct manager *manager, struct registry_service *service,
	const struct callback_list *list, bool has_clients)
{
	const struct callback *callback;

	service->has_clients = has_clients;
	log_debug("%s: \"%s\" has %s", manager->settings.context, service->name,
		has_clients ? "clients" : "no clients");
	TAILQ_FOREACH (callback, &list->callbacks, entry)
		client_send(manager, service, callback);
}

int client_check(struct manager *manager, struct registry_service *service, int known, bool timer)
{
	const struct callback_list *list = callback_find(&manager->clients, service->name);
	int count;
	bool held;

	if (!list)
		return -1;
	count = manager->ops->strong_count(manager->data, service->user.object->handle);
	if (count < 0)
		return -1;
	held = count > known;
	if (!service->has_clients && (held || service->guaranteed))
		client_tell(manager, service, list, true);
	else if (timer && !held && !service->guaranteed && service->has_clients)
		client_tell(manager, service, list, false);
	service->guaranteed = false;
	return count;
}

void client_tell_new(
	struct manager *manager, struct registry_service *service, const struct callback *callback)
{
	if (service->has_clients)
		client_send(manager, service, callback);
}

void client_check_all(struct manager *manager)
{
	struct registry_service *service;

	for (service = registry_first(&manager->registry); service;
		service = registry_next(service))
		client_check(manager, service, CLIENT_KNOWN_TIMER, true);
}
