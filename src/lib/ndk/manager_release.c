/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The order of the methods in each release's IServiceManager.aidl gives them their codes. Up to
 * Android 10 there was no AIDL for it: four methods, and replies without a status header. 35 is
 * Android 15 in its quarterly releases, as servicemanager(8) has it.
 */

#include "lib/ndk/manager_release.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#include "util/log.h"

#define MANAGER_RELEASE_DEFAULT 34
#define MANAGER_RELEASE_LAST 36

#define SYST MANAGER_TOKEN_SYST

/* Newest first. The codes are those of get, check, add, watch, unwatch, declared, instances, apex,
 * clients, unregister. */
static const struct manager_release manager_releases[] = {
	{36, SYST, false, true, {1, 3, 5, 7, 8, 9, 10, 11, 14, 15}},
	{35, SYST, true, false, {1, 3, 4, 6, 7, 8, 9, 10, 13, 14}},
	{34, SYST, false, false, {1, 2, 3, 5, 6, 7, 8, 9, 12, 13}},
	{33, SYST, false, false, {1, 2, 3, 5, 6, 7, 8, 9, 11, 12}},
	{31, SYST, false, false, {1, 2, 3, 5, 6, 7, 8, 9, 10, 11}},
	{30, SYST, false, false, {1, 2, 3, 5, 6, 7, 0, 0, 8, 9}},
	{29, MANAGER_TOKEN_SOURCE, false, false, {1, 2, 3}},
	{28, MANAGER_TOKEN_POLICY, false, false, {1, 2, 3}},
};

#define MANAGER_RELEASES (sizeof(manager_releases) / sizeof(manager_releases[0]))

const struct manager_release *manager_release_find(int level)
{
	if (level > MANAGER_RELEASE_LAST)
		return NULL;
	for (size_t i = 0; i < MANAGER_RELEASES; i++) {
		if (manager_releases[i].level <= level)
			return &manager_releases[i];
	}
	return NULL;
}

static const struct manager_release *manager_release_chosen;

static void manager_release_choose(void)
{
	const char *text = secure_getenv("BINDERD_API_LEVEL");
	char *end = NULL;
	long level = text ? strtol(text, &end, 10) : MANAGER_RELEASE_DEFAULT;

	if (!text || (*text && !*end && level > 0 && level <= MANAGER_RELEASE_LAST))
		manager_release_chosen = manager_release_find((int)level);
	if (manager_release_chosen)
		return;
	log_warning("binder: BINDERD_API_LEVEL is \"%s\" and has to be 28 to %d: it is ignored",
		text, MANAGER_RELEASE_LAST);
	manager_release_chosen = manager_release_find(MANAGER_RELEASE_DEFAULT);
}

const struct manager_release *manager_release_current(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, manager_release_choose);
	return manager_release_chosen;
}
