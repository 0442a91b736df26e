#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Being told of registrations: android.os.IServiceCallback.
 */

#include <android/binder_manager.h>

/* What AServiceManager_registerForServiceNotifications() returns is one of these. */
struct AServiceManager_NotificationRegistration;

/**
 * manager_watch_new() - make a registration that the manager does not know of yet
 * @name:        copied
 * @on_register: called while the registration's lock is held
 * @cookie:      handed to it
 *
 * Return: for manager_watch_free(), or NULL without memory.
 */
AServiceManager_NotificationRegistration *manager_watch_new(
	const char *name, AServiceManager_onRegister on_register, void *cookie);

/**
 * manager_watch_begin() - tell the manager of it, for the first time or because it may have
 * forgotten
 *
 * Return: a status of the caller's, as manager_client_watch().
 */
AStatus *manager_watch_begin(AServiceManager_NotificationRegistration *watch);

/**
 * manager_watch_free() - end it: on_register is not called when this has returned
 * @tell: whether the manager knows of it
 */
void manager_watch_free(AServiceManager_NotificationRegistration *watch, bool tell);
