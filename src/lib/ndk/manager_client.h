#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * android.os.IServiceManager for who asks: one function for each method that is used.
 *
 * Each returns what came of it, a status of the caller's, for AStatus_delete(): success, the
 * manager's exception, or EX_TRANSACTION_FAILED with STATUS_DEAD_OBJECT if there is no manager,
 * with STATUS_UNKNOWN_TRANSACTION if its release has no such method, or with another error of a
 * call. Names are UTF-8, and not NULL. What is filled is NULL, or false, unless it is a success.
 */

#include <stdbool.h>
#include <stdint.h>

#include <android/binder_ibinder.h>
#include <android/binder_status.h>

/* Priorities of dumps, IServiceManager.aidl's. */
enum manager_dump {
	MANAGER_DUMP_CRITICAL = 1,
	MANAGER_DUMP_HIGH = 2,
	MANAGER_DUMP_NORMAL = 4,
	MANAGER_DUMP_DEFAULT = 8,
};

/* How a service is registered. */
struct manager_service {
	const char *name;
	AIBinder *binder;
	bool allow_isolated;
	bool lazy;
	int32_t dump; /* an or of enum manager_dump */
};

/** manager_client_get() - find, and have started. @out: a strong reference, NULL if not there */
AStatus *manager_client_get(const char *name, AIBinder **out);
/** manager_client_check() - find. @out: a strong reference, NULL if it is not there */
AStatus *manager_client_check(const char *name, AIBinder **out);
/** manager_client_add() - register */
AStatus *manager_client_add(const struct manager_service *service);
/** manager_client_watch() - have IServiceCallback.onRegistration() of @callback called */
AStatus *manager_client_watch(const char *name, AIBinder *callback);
/** manager_client_unwatch() - no more */
AStatus *manager_client_unwatch(const char *name, AIBinder *callback);
/** manager_client_declared() - whether a name is declared */
AStatus *manager_client_declared(const char *name, bool *out);
/** manager_client_instances() - declared instances: @callback is called with each, and @context */
AStatus *manager_client_instances(
	const char *interface, void (*callback)(const char *, void *), void *context);
/** manager_client_apex() - the module of a name. @out: for free(3), or NULL if it has none */
AStatus *manager_client_apex(const char *name, char **out);
/** manager_client_clients() - have IClientCallback.onClients() of @callback called */
AStatus *manager_client_clients(const char *name, AIBinder *binder, AIBinder *callback);
/** manager_client_unregister() - unregister a lazy service that has no clients */
AStatus *manager_client_unregister(const char *name, AIBinder *binder);

/**
 * manager_client_finish() - be done with a status
 * @status: freed
 * @doing:  what was tried, for the log's line if it failed, such as "find"; NULL for none
 * @name:   of what
 *
 * Return: whether it was a success.
 */
bool manager_client_finish(AStatus *status, const char *doing, const char *name);

/** manager_client_absent() - whether a status says that there is no manager */
bool manager_client_absent(const AStatus *status);

/** manager_client_lost() - whether none will come: there is no device, or its broker has ended */
bool manager_client_lost(void);
