#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * android.os.IServiceManager since Android 11: each method with its arguments and its reply.
 *
 * Every function takes the arguments behind the token from the request, and leaves a status
 * header and the value in the reply. Return: STATUS_OK, or what to send in its place.
 */

#include "svcmgr/manager.h"

#define AIDL_INTERFACE "android.os.IServiceManager"

/* IBinder getService(String): starts what is not there. */
int32_t aidl_get(struct manager *manager, struct manager_request *request);

/* IBinder checkService(String) */
int32_t aidl_check(struct manager *manager, struct manager_request *request);

/* Service getService2(String), of Android 15 and 16 */
int32_t aidl_get_union(struct manager *manager, struct manager_request *request);

/* Service checkService(String) of Android 15, checkService2(String) of 16 */
int32_t aidl_check_union(struct manager *manager, struct manager_request *request);

/* void addService(String, IBinder, boolean allowIsolated, int dumpPriority) */
int32_t aidl_add(struct manager *manager, struct manager_request *request);

/* String[] listServices(int dumpPriority) */
int32_t aidl_list(struct manager *manager, struct manager_request *request);

/* void registerForNotifications(String, IServiceCallback), and its opposite */
int32_t aidl_register_notifications(struct manager *manager, struct manager_request *request);
int32_t aidl_unregister_notifications(struct manager *manager, struct manager_request *request);

/* boolean isDeclared(String) */
int32_t aidl_is_declared(struct manager *manager, struct manager_request *request);

/* String[] getDeclaredInstances(String interface) */
int32_t aidl_declared_instances(struct manager *manager, struct manager_request *request);

/* @nullable String updatableViaApex(String) */
int32_t aidl_updatable_via_apex(struct manager *manager, struct manager_request *request);

/* String[] getUpdatableNames(String apex) */
int32_t aidl_updatable_names(struct manager *manager, struct manager_request *request);

/* @nullable ConnectionInfo getConnectionInfo(String) */
int32_t aidl_connection_info(struct manager *manager, struct manager_request *request);

/* void registerClientCallback(String, IBinder, IClientCallback) */
int32_t aidl_register_client_callback(struct manager *manager, struct manager_request *request);

/* void tryUnregisterService(String, IBinder) */
int32_t aidl_try_unregister(struct manager *manager, struct manager_request *request);

/* ServiceDebugInfo[] getServiceDebugInfo() */
int32_t aidl_debug_info(struct manager *manager, struct manager_request *request);
