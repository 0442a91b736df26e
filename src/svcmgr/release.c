// SPDX-License-Identifier: Apache-2.0
/*
 * android.os.IServiceManager in each release: the order of its methods gives them their codes.
 *
 * The rows are AOSP's IServiceManager.aidl of Android 11 to 16. 15's is that of its quarterly
 * releases, which is what libgbinder's "aidl5" speaks.
 */

#include "svcmgr/release.h"

#include "svcmgr/aidl.h"

/* Android 12 alone had a word of category and level in its stability. */
#define RELEASE_STABILITY_12 (STABILITY_SYSTEM << 24 | 1)

#define GET                            \
	{                              \
		"getService", aidl_get \
	}
#define GET_2                                 \
	{                                     \
		"getService2", aidl_get_union \
	}
#define CHECK                              \
	{                                  \
		"checkService", aidl_check \
	}
#define CHECK_UNION                              \
	{                                        \
		"checkService", aidl_check_union \
	}
#define CHECK_2                                   \
	{                                         \
		"checkService2", aidl_check_union \
	}
#define ADD                            \
	{                              \
		"addService", aidl_add \
	}
#define LIST                              \
	{                                 \
		"listServices", aidl_list \
	}
#define WATCH                                                           \
	{                                                               \
		"registerForNotifications", aidl_register_notifications \
	}
#define UNWATCH                                                             \
	{                                                                   \
		"unregisterForNotifications", aidl_unregister_notifications \
	}
#define DECLARED                               \
	{                                      \
		"isDeclared", aidl_is_declared \
	}
#define INSTANCES                                               \
	{                                                       \
		"getDeclaredInstances", aidl_declared_instances \
	}
#define APEX                                                \
	{                                                   \
		"updatableViaApex", aidl_updatable_via_apex \
	}
#define UPDATABLE                                         \
	{                                                 \
		"getUpdatableNames", aidl_updatable_names \
	}
#define CONNECTION                                        \
	{                                                 \
		"getConnectionInfo", aidl_connection_info \
	}
#define CLIENTS                                                         \
	{                                                               \
		"registerClientCallback", aidl_register_client_callback \
	}
#define UNREGISTER                                          \
	{                                                   \
		"tryUnregisterService", aidl_try_unregister \
	}
#define DEBUG                                          \
	{                                              \
		"getServiceDebugInfo", aidl_debug_info \
	}

/* Newest first. */
static const struct release releases[] = {
	{36, STABILITY_SYSTEM,
		{GET, GET_2, CHECK, CHECK_2, ADD, LIST, WATCH, UNWATCH, DECLARED, INSTANCES, APEX,
			UPDATABLE, CONNECTION, CLIENTS, UNREGISTER, DEBUG}},
	{35, STABILITY_SYSTEM,
		{GET, GET_2, CHECK_UNION, ADD, LIST, WATCH, UNWATCH, DECLARED, INSTANCES, APEX,
			UPDATABLE, CONNECTION, CLIENTS, UNREGISTER, DEBUG}},
	{34, STABILITY_SYSTEM,
		{GET, CHECK, ADD, LIST, WATCH, UNWATCH, DECLARED, INSTANCES, APEX, UPDATABLE,
			CONNECTION, CLIENTS, UNREGISTER, DEBUG}},
	{33, STABILITY_SYSTEM,
		{GET, CHECK, ADD, LIST, WATCH, UNWATCH, DECLARED, INSTANCES, APEX, CONNECTION,
			CLIENTS, UNREGISTER, DEBUG}},
	{31, RELEASE_STABILITY_12,
		{GET, CHECK, ADD, LIST, WATCH, UNWATCH, DECLARED, INSTANCES, APEX, CLIENTS,
			UNREGISTER, DEBUG}},
	{30, STABILITY_SYSTEM,
		{GET, CHECK, ADD, LIST, WATCH, UNWATCH, DECLARED, CLIENTS, UNREGISTER}},
};

#define RELEASE_COUNT (sizeof(releases) / sizeof(*releases))

bool release_level_valid(int level)
{
	return !level || (level >= RELEASE_LEVEL_MIN && level <= RELEASE_LEVEL_MAX);
}

const struct release *release_find(int level)
{
	size_t i = 0;

	if (level < releases[RELEASE_COUNT - 1].level)
		level = RELEASE_LEVEL_DEFAULT;
	while (releases[i].level > level)
		i++;
	return &releases[i];
}

struct manager_method release_method(const struct release *release, uint32_t code)
{
	struct manager_method method = {.code = code};

	if (code && code <= RELEASE_METHODS_MAX) {
		method.name = release->methods[code - 1].name;
		method.function = release->methods[code - 1].function;
	}
	return method;
}
