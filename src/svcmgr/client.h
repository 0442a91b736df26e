#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whether services have clients, and who is told.
 *
 * The driver counts the processes that hold an object. Beyond the manager's own hold they
 * are clients; during a call that brings the object one more is allowed for, as AOSP's
 * manager does.
 */

#include "svcmgr/manager.h"

/* Holds that are no client's: at any time, and during a call with the object. */
#define CLIENT_KNOWN_TIMER 1
#define CLIENT_KNOWN_CALL 2

/**
 * client_check() - look how many hold a service, and tell its callbacks what is new
 * @known: CLIENT_KNOWN_
 * @timer: whether they may be told that there is no client any more
 *
 * Return: the count, or -1 when nobody wants to know or the driver cannot say.
 */
int client_check(struct manager *manager, struct registry_service *service, int known, bool timer);

/* Tell one callback that has just been registered, if there are clients already. */
void client_tell_new(
	struct manager *manager, struct registry_service *service, const struct callback *callback);

/* Look at all services whose clients somebody wants to know of. */
void client_check_all(struct manager *manager);
