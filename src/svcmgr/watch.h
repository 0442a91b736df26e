#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who waits for a name, and is told when it is registered.
 */

#include "svcmgr/manager.h"

/**
 * watch_tell_all() - a service was registered: tell all who wait for it
 *
 * Return: how many were told.
 */
unsigned int watch_tell_all(struct manager *manager, struct registry_service *service);

/* Tell one who has just begun to wait for AIDL's @service, which is there. */
void watch_tell(struct manager *manager, const struct registry_service *service,
	const struct callback *callback);

/**
 * watch_tell_hidl() - tell one who has just begun to wait of every service that is there
 * @key: "INTERFACE/INSTANCE", or "INTERFACE/" for all of its instances
 */
void watch_tell_hidl(struct manager *manager, const char *key, const struct callback *callback);
