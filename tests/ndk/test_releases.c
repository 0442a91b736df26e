/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The service managers of Android's releases.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include "ndk/echo.h"
#include "ndk/peer.h"
#include "ndk/registrar.h"
#include "ndk/suite.h"

#define LEVEL 34

static void setup(void)
{
	registrar_begin();
}

static bool is_there(const char *name)
{
	AIBinder *found = AServiceManager_checkService(name);

	if (found)
		AIBinder_decStrong(found);
	return found != NULL;
}

static void on_string(const char *text, void *context)
{
	char *all = context;

	strcat(all, text);
	strcat(all, " ");
}

/* What works with every release; run in a process of its own, which knows of one release. */
static void use_release(int fd)
{
	AIBinder *echo = echo_new(), *found;

	peer_check(!is_there("test.release"));
	peer_check(AServiceManager_addService(echo, "test.release") == EX_NONE);
	found = AServiceManager_checkService("test.release");
	peer_check(found == echo);
	AIBinder_decStrong(found);
	found = AServiceManager_waitForService("test.release");
	peer_check(found == echo);
	AIBinder_decStrong(found);
	AIBinder_decStrong(echo);
	peer_say(fd, 'r');
	peer_hear(fd);
}

/* And finds it from another process. */
static void use_release_remote(int fd)
{
	AIBinder *found = AServiceManager_checkService("test.release");

	peer_check(found && AIBinder_isRemote(found));
	AIBinder_decStrong(found);
	peer_say(fd, 'r');
}

static void use_declarations(int fd)
{
	char all[64] = "", apex[64] = "";
	const char *level = getenv("BINDERD_API_LEVEL");

	peer_check(AServiceManager_isDeclared("test.IOne/a"));
	AServiceManager_forEachDeclaredInstance("test.IOne", all, on_string);
	AServiceManager_getUpdatableApexName("test.IOne/a", apex, on_string);
	/* Android 11 had no such requests. */
	peer_check(strcmp(all, atoi(level) > 30 ? "a " : "") == 0);
	peer_check(strcmp(apex, atoi(level) > 30 ? "test.apex " : "") == 0);
	peer_say(fd, 'r');
}

static void on_registered(const char *name, AIBinder *registered, void *cookie)
{
	peer_check(strcmp(name, "test.release") == 0);
	AIBinder_decStrong(registered);
	peer_say((int)(intptr_t)cookie, 'n');
}

static void use_notifications(int fd)
{
	AServiceManager_NotificationRegistration *registration;

	ABinderProcess_startThreadPool();
	registration = AServiceManager_registerForServiceNotifications(
		"test.release", on_registered, (void *)(intptr_t)fd);
	peer_check(registration);
	peer_hear(fd);
	AServiceManager_NotificationRegistration_delete(registration);
}

static void use_lazy(int fd)
{
	AIBinder *echo = echo_new();

	ABinderProcess_startThreadPool();
	peer_check(AServiceManager_registerLazyService(echo, "test.lazy") == STATUS_OK);
	peer_check(AServiceManager_tryUnregister());
	peer_check(!is_there("test.lazy"));
	AServiceManager_reRegister();
	peer_check(is_there("test.lazy"));
	peer_say(fd, 'r');
}

START_TEST(every_release_is_understood)
{
	registrar_declare("[test.IOne/a]\nupdatable-via-apex = test.apex\n");
	for (int level = 28; level <= 36; level++) {
		struct peer service, other;
		char text[16];

		snprintf(text, sizeof(text), "%d", level);
		ck_assert_int_eq(setenv("BINDERD_API_LEVEL", text, 1), 0);
		registrar_kill();
		registrar_start(level);
		service = peer_start_service(use_release);
		other = peer_start_service(use_release_remote);
		peer_end(&other);
		if (level >= 30) {
			other = peer_start_service(use_declarations);
			peer_end(&other);
			other = peer_start(use_notifications);
			ck_assert_int_eq(peer_hear(other.fd), 'n');
			peer_say(other.fd, 'e');
			peer_end(&other);
			other = peer_start_service(use_lazy);
			peer_end(&other);
		}
		peer_kill(&service);
	}
}
END_TEST

START_TEST(wrong_level_is_the_default)
{
	static const char *const wrong[] = {"", "27", "37", "34x", "-1", "99999999999999999999"};

	for (size_t i = 0; i < SUITE_COUNT(wrong); i++) {
		struct peer service;

		ck_assert_int_eq(setenv("BINDERD_API_LEVEL", wrong[i], 1), 0);
		registrar_start(LEVEL);
		service = peer_start_service(use_release);
		peer_kill(&service);
		registrar_kill();
	}
}
END_TEST

static const struct suite_test tests[] = {
	{&every_release_is_understood, 0},
	{&wrong_level_is_the_default, 0},
};

int main(int argc, char **argv)
{
	registrar_main(argc, argv);
	return suite_run("releases", tests, SUITE_COUNT(tests), setup, registrar_end);
}
