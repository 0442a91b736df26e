/* SPDX-License-Identifier: Apache-2.0 */

/*
 * AServiceManager_*: registering, finding, declarations; what is refused, and who is not there.
 */

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_manager.h>

#include "ndk/echo.h"
#include "ndk/peer.h"
#include "ndk/registrar.h"
#include "ndk/suite.h"

#define LEVEL 34
/* What one user may register. The manager's ACCOUNT_SERVICES_MAX. */
#define NAMES_MAX 1024

static void setup(void)
{
	registrar_begin();
	registrar_start(LEVEL);
}

static void restart(void)
{
	registrar_kill();
	registrar_start(LEVEL);
}

static binder_exception_t add(const char *name)
{
	AIBinder *echo = echo_new();
	binder_exception_t exception = AServiceManager_addService(echo, name);

	AIBinder_decStrong(echo);
	return exception;
}

static bool is_there(const char *name)
{
	AIBinder *found = AServiceManager_checkService(name);

	if (found)
		AIBinder_decStrong(found);
	return found != NULL;
}

/* A process that registers "test.echo" and "test.other" and serves. */
static void serve(int fd)
{
	peer_check(add("test.echo") == EX_NONE);
	peer_check(add("test.other") == EX_NONE);
	peer_serve(fd);
}

START_TEST(nothing_comes_of_null)
{
	AIBinder *echo = echo_new();

	ck_assert_int_eq(AServiceManager_addService(NULL, "test.echo"), EX_ILLEGAL_ARGUMENT);
	ck_assert_int_eq(AServiceManager_addService(echo, NULL), EX_ILLEGAL_ARGUMENT);
	ck_assert_int_eq(
		AServiceManager_addServiceWithFlags(NULL, "test.echo", ADD_SERVICE_ALLOW_ISOLATED),
		EX_ILLEGAL_ARGUMENT);
	ck_assert_int_eq(
		AServiceManager_addServiceWithFlags(echo, NULL, ADD_SERVICE_ALLOW_ISOLATED),
		EX_ILLEGAL_ARGUMENT);
	ck_assert_ptr_null(AServiceManager_checkService(NULL));
	ck_assert_ptr_null(AServiceManager_getService(NULL));
	ck_assert_ptr_null(AServiceManager_waitForService(NULL));
	ck_assert(!AServiceManager_isDeclared(NULL));
	ck_assert(!AServiceManager_isUpdatableViaApex(NULL));
	ck_assert_int_eq(
		AServiceManager_registerLazyService(NULL, "test.echo"), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AServiceManager_registerLazyService(echo, NULL), STATUS_UNEXPECTED_NULL);
	ck_assert_ptr_null(AServiceManager_openDeclaredPassthroughHal("mapper", "default", 0));
	AIBinder_decStrong(echo);
}
END_TEST

static void on_string(const char *text, void *context)
{
	char *all = context;

	strcat(all, text);
	strcat(all, " ");
}

START_TEST(instances_of_no_interface)
{
	AServiceManager_forEachDeclaredInstance(NULL, NULL, on_string);
}
END_TEST

START_TEST(instances_for_nobody)
{
	AServiceManager_forEachDeclaredInstance("test.IOne", NULL, NULL);
}
END_TEST

START_TEST(apex_of_no_name)
{
	AServiceManager_getUpdatableApexName(NULL, NULL, on_string);
}
END_TEST

START_TEST(apex_for_nobody)
{
	AServiceManager_getUpdatableApexName("test.IOne/a", NULL, NULL);
}
END_TEST

START_TEST(what_is_registered_is_found)
{
	struct peer service = peer_start_service(serve);
	AIBinder *echo = AServiceManager_checkService("test.echo");
	AIBinder *other = AServiceManager_getService("test.other");

	ck_assert(AIBinder_isRemote(echo) && AIBinder_isRemote(other));
	ck_assert_ptr_ne(echo, other);
	ck_assert(AIBinder_associateClass(echo, echo_class()));
	ck_assert_int_eq(echo_bytes(echo, 100, 0), STATUS_OK);
	ck_assert_ptr_null(AServiceManager_checkService("test.nobody"));
	AIBinder_decStrong(echo);
	AIBinder_decStrong(other);
	/* With the process go its names. */
	peer_kill(&service);
	while (is_there("test.echo"))
		;
	while (is_there("test.other"))
		;
}
END_TEST

START_TEST(own_object_is_found_as_it_is)
{
	AIBinder *echo = echo_new();
	AIBinder *found;

	ck_assert_int_eq(AServiceManager_addService(echo, "test.mine"), EX_NONE);
	found = AServiceManager_checkService("test.mine");
	ck_assert_ptr_eq(found, echo);
	ck_assert(!AIBinder_isRemote(found));
	AIBinder_decStrong(found);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(second_takes_the_place_of_the_first)
{
	struct peer service = peer_start_service(serve);
	AIBinder *echo = echo_new();
	AIBinder *found;

	ck_assert_int_eq(AServiceManager_addService(echo, "test.echo"), EX_NONE);
	found = AServiceManager_checkService("test.echo");
	ck_assert_ptr_eq(found, echo);
	AIBinder_decStrong(found);
	/* The first one's end is not the second one's. */
	peer_kill(&service);
	while (is_there("test.other"))
		;
	ck_assert(is_there("test.echo"));
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(remote_object_is_registered)
{
	struct peer service = peer_start_service(serve);
	AIBinder *echo = AServiceManager_checkService("test.echo");
	AIBinder *found;

	ck_assert_int_eq(AServiceManager_addService(echo, "test.again"), EX_NONE);
	found = AServiceManager_checkService("test.again");
	ck_assert_ptr_eq(found, echo);
	AIBinder_decStrong(found);
	AIBinder_decStrong(echo);
	peer_kill(&service);
}
END_TEST

START_TEST(names_have_rules)
{
	char name[129];

	memset(name, 'a', sizeof(name));
	name[127] = '\0';
	ck_assert_int_eq(add(name), EX_NONE);
	ck_assert(is_there(name));
	name[127] = 'a';
	name[128] = '\0';
	ck_assert_int_eq(add(name), EX_ILLEGAL_ARGUMENT);
	ck_assert_int_eq(add(""), EX_ILLEGAL_ARGUMENT);
	ck_assert_int_eq(add("a b"), EX_ILLEGAL_ARGUMENT);
	ck_assert_int_eq(add("caf\xc3\xa9"), EX_ILLEGAL_ARGUMENT);
	ck_assert_int_eq(add("A-Z_0.9/x"), EX_NONE);
	/* No UTF-8: it cannot be sent. */
	ck_assert_int_eq(add("\xff"), EX_TRANSACTION_FAILED);
	ck_assert_ptr_null(AServiceManager_checkService("a b"));
}
END_TEST

START_TEST(policy_is_obeyed)
{
	static int cookie;

	registrar_policy("deny add name denied.*\ndeny find name hidden.*\nallow * uid 0,self\n");
	registrar_declare("[hidden.one/x]\nupdatable-via-apex = test.apex\n");
	restart();
	ck_assert_int_eq(add("denied.one"), EX_SECURITY);
	ck_assert_int_eq(add("hidden.one/x"), EX_NONE);
	ck_assert_ptr_null(AServiceManager_checkService("hidden.one/x"));
	ck_assert_ptr_null(AServiceManager_waitForService("hidden.one/x"));
	ck_assert_ptr_null(AServiceManager_registerForServiceNotifications(
		"hidden.one/x", (AServiceManager_onRegister)abort, &cookie));
	ck_assert(!AServiceManager_isDeclared("hidden.one/x"));
	ck_assert(!AServiceManager_isUpdatableViaApex("hidden.one/x"));
	AServiceManager_getUpdatableApexName(
		"hidden.one/x", NULL, (void (*)(const char *, void *))abort);
	AServiceManager_forEachDeclaredInstance(
		"hidden.one", NULL, (void (*)(const char *, void *))abort);
}
END_TEST

/* Whether the manager's line of a service has a text in it. */
static bool line_has(const char *name, const char *text)
{
	char *report = registrar_report();
	char *line = strstr(report, name);
	bool has;

	ck_assert_ptr_nonnull(line);
	line[strcspn(line, "\n")] = '\0';
	has = strstr(line, text) != NULL;
	free(report);
	return has;
}

static const struct {
	const char *name, *priority;
	unsigned int flags;
	bool isolated;
} flagged[] = {
	{"test.none", "priority 0x8", 0, false},
	{"test.isolated", "priority 0x8", ADD_SERVICE_ALLOW_ISOLATED, true},
	{"test.critical", "priority 0x1", ADD_SERVICE_DUMP_FLAG_PRIORITY_CRITICAL, false},
	{"test.high", "priority 0x2", ADD_SERVICE_DUMP_FLAG_PRIORITY_HIGH, false},
	{"test.normal", "priority 0x4",
		ADD_SERVICE_DUMP_FLAG_PRIORITY_NORMAL | ADD_SERVICE_ALLOW_ISOLATED, true},
	{"test.default", "priority 0x8", ADD_SERVICE_DUMP_FLAG_PRIORITY_DEFAULT, false},
	{"test.all", "priority 0xf", 0x1e, false},
	{"test.unknown", "priority 0x8", 0x80000000u, false},
};

START_TEST(flags_arrive)
{
	for (size_t i = 0; i < SUITE_COUNT(flagged); i++) {
		AIBinder *echo = echo_new();

		ck_assert_int_eq(AServiceManager_addServiceWithFlags(echo, flagged[i].name,
					 (AServiceManager_AddServiceFlag)flagged[i].flags),
			EX_NONE);
		ck_assert(line_has(flagged[i].name, flagged[i].priority));
		/* The name itself may hold the word. */
		ck_assert(line_has(flagged[i].name, " isolated") == flagged[i].isolated);
		AIBinder_decStrong(echo);
	}
	ck_assert_int_eq(add("test.plain"), EX_NONE);
	ck_assert(line_has("test.plain", "priority 0x8"));
	ck_assert(!line_has("test.plain", " isolated"));
}
END_TEST

START_TEST(only_so_many_are_held)
{
	AIBinder *echo = echo_new();
	char name[32];

	for (int i = 0; i < NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "test.%d", i);
		ck_assert_int_eq(AServiceManager_addService(echo, name), EX_NONE);
	}
	ck_assert_int_eq(AServiceManager_addService(echo, "test.more"), EX_ILLEGAL_STATE);
	/* What is there can have another object. */
	ck_assert_int_eq(AServiceManager_addService(echo, "test.0"), EX_NONE);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(what_is_declared)
{
	char all[64] = "", apex[64] = "";

	registrar_declare("[test.IOne/a]\nupdatable-via-apex = test.apex\n"
			  "[test.IOne/b]\n[test.ITwo/c]\n[test.plain]\n");
	restart();
	ck_assert(AServiceManager_isDeclared("test.IOne/a"));
	ck_assert(AServiceManager_isDeclared("test.plain"));
	ck_assert(!AServiceManager_isDeclared("test.IOne/c"));
	ck_assert(!AServiceManager_isDeclared(""));
	AServiceManager_forEachDeclaredInstance("test.IOne", all, on_string);
	ck_assert_str_eq(all, "a b ");
	AServiceManager_forEachDeclaredInstance(
		"test.IThree", NULL, (void (*)(const char *, void *))abort);
	ck_assert(AServiceManager_isUpdatableViaApex("test.IOne/a"));
	ck_assert(!AServiceManager_isUpdatableViaApex("test.IOne/b"));
	ck_assert(!AServiceManager_isUpdatableViaApex("test.nobody"));
	AServiceManager_getUpdatableApexName("test.IOne/a", apex, on_string);
	ck_assert_str_eq(apex, "test.apex ");
	AServiceManager_getUpdatableApexName(
		"test.IOne/b", NULL, (void (*)(const char *, void *))abort);
	/* A declaration is no service. */
	ck_assert_ptr_null(AServiceManager_checkService("test.IOne/a"));
}
END_TEST

/* What all functions answer when nobody is there to answer. */
static void ask_nobody(void)
{
	AIBinder *echo = echo_new();

	ck_assert_int_eq(AServiceManager_addService(echo, "test.echo"), EX_TRANSACTION_FAILED);
	ck_assert_ptr_null(AServiceManager_checkService("test.echo"));
	ck_assert_ptr_null(AServiceManager_getService("test.echo"));
	ck_assert(!AServiceManager_isDeclared("test.echo"));
	ck_assert(!AServiceManager_isUpdatableViaApex("test.echo"));
	AServiceManager_forEachDeclaredInstance(
		"test.IOne", NULL, (void (*)(const char *, void *))abort);
	AServiceManager_getUpdatableApexName(
		"test.echo", NULL, (void (*)(const char *, void *))abort);
	ck_assert_ptr_null(AServiceManager_registerForServiceNotifications(
		"test.echo", (AServiceManager_onRegister)abort, NULL));
	ck_assert_int_eq(
		AServiceManager_registerLazyService(echo, "test.echo"), STATUS_UNKNOWN_ERROR);
	AIBinder_decStrong(echo);
}

START_TEST(without_a_manager)
{
	registrar_kill();
	ask_nobody();
	/* The next one is the manager as much as the first one. */
	registrar_start(LEVEL);
	ck_assert_int_eq(add("test.echo"), EX_NONE);
	ck_assert(is_there("test.echo"));
	restart();
	ck_assert(!is_there("test.echo"));
	ck_assert_int_eq(add("test.echo"), EX_NONE);
	ck_assert(is_there("test.echo"));
}
END_TEST

START_TEST(without_a_device)
{
	ck_assert_int_eq(setenv("BINDERD_DEVICE", "/nonexistent/nobody", 1), 0);
	ask_nobody();
	ck_assert_ptr_null(AServiceManager_waitForService("test.echo"));
}
END_TEST

static const struct suite_test tests[] = {
	{&nothing_comes_of_null, 0},
	{&instances_of_no_interface, SIGABRT},
	{&instances_for_nobody, SIGABRT},
	{&apex_of_no_name, SIGABRT},
	{&apex_for_nobody, SIGABRT},
	{&what_is_registered_is_found, 0},
	{&own_object_is_found_as_it_is, 0},
	{&second_takes_the_place_of_the_first, 0},
	{&remote_object_is_registered, 0},
	{&names_have_rules, 0},
	{&policy_is_obeyed, 0},
	{&flags_arrive, 0},
	{&only_so_many_are_held, 0},
	{&what_is_declared, 0},
	{&without_a_manager, 0},
	{&without_a_device, 0},
};

int main(int argc, char **argv)
{
	registrar_main(argc, argv);
	return suite_run("services", tests, SUITE_COUNT(tests), setup, registrar_end);
}
