/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Services that go when nobody uses them. Started by the manager with "--serve NAME" it is such a
 * service.
 */

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include "ndk/echo.h"
#include "ndk/peer.h"
#include "ndk/registrar.h"
#include "ndk/suite.h"

#define LEVEL 34
#define LAZY "test.lazy"
#define OTHER "test.lazier"
#define STARTED "test.started"

static void setup(void)
{
	registrar_begin();
	registrar_declare("[" STARTED "]\ncommand = %s --serve " STARTED "\n", registrar_self());
	registrar_start(LEVEL);
}

static binder_status_t register_lazy(const char *name)
{
	AIBinder *echo = echo_new();
	binder_status_t status = AServiceManager_registerLazyService(echo, name);

	AIBinder_decStrong(echo);
	return status;
}

/* A client's hold of a service. */
static AIBinder *use(const char *name)
{
	AIBinder *found = AServiceManager_waitForService(name);

	peer_check(found && AIBinder_associateClass(found, echo_class()));
	peer_check(echo_bytes(found, 10, 0) == STATUS_OK);
	return found;
}

/* The service that only waits for its end, which comes by exit(3) with status 0. */
static void serve(int fd)
{
	ABinderProcess_startThreadPool();
	peer_check(register_lazy(LAZY) == STATUS_OK);
	peer_say(fd, 'r');
	peer_hear(fd);
	/* Not this way. */
	_exit(EXIT_FAILURE);
}

START_TEST(goes_when_it_is_not_used)
{
	struct peer service = peer_start_service(serve);
	AIBinder *found = use(LAZY);

	registrar_await(" clients");
	ck_assert_int_eq(echo_bytes(found, 10, 0), STATUS_OK);
	AIBinder_decStrong(found);
	peer_end(&service);
	ck_assert(!registrar_says(LAZY));
}
END_TEST

static void use_for_ever(int fd)
{
	use(LAZY);
	peer_say(fd, 'r');
	peer_hear(fd);
}

START_TEST(goes_with_its_user)
{
	struct peer service = peer_start_service(serve);
	struct peer user = peer_start_service(use_for_ever);

	registrar_await(" clients");
	peer_kill(&user);
	peer_end(&service);
}
END_TEST

static pid_t ask_pid(AIBinder *echo)
{
	AParcel *out;
	int32_t pid;

	peer_check(echo_call(echo, ECHO_PID, echo_begin(echo), &out, 0) == STATUS_OK);
	peer_check(AParcel_readInt32(out, &pid) == STATUS_OK);
	AParcel_delete(out);
	return pid;
}

START_TEST(comes_back_when_asked_for)
{
	AIBinder *found = use(STARTED);
	pid_t first = ask_pid(found), second;

	AIBinder_decStrong(found);
	while (kill(first, 0) == 0)
		sched_yield();
	ck_assert_int_eq(errno, ESRCH);
	ck_assert_ptr_null(AServiceManager_checkService(STARTED));
	found = use(STARTED);
	second = ask_pid(found);
	ck_assert_int_ne(first, second);
	AIBinder_decStrong(found);
	while (kill(second, 0) == 0)
		sched_yield();
}
END_TEST

/* Two names, one object behind both. */
static void serve_twice(int fd)
{
	AIBinder *echo = echo_new();

	ABinderProcess_startThreadPool();
	peer_check(AServiceManager_registerLazyService(echo, LAZY) == STATUS_OK);
	peer_check(AServiceManager_registerLazyService(echo, OTHER) == STATUS_OK);
	AIBinder_decStrong(echo);
	peer_say(fd, 'r');
	peer_hear(fd);
	_exit(EXIT_FAILURE);
}

START_TEST(one_object_has_two_names)
{
	struct peer service = peer_start_service(serve_twice);
	AIBinder *one = use(LAZY), *two = use(OTHER);

	ck_assert_ptr_eq(one, two);
	AIBinder_decStrong(one);
	ck_assert_int_eq(echo_bytes(two, 10, 0), STATUS_OK);
	AIBinder_decStrong(two);
	peer_end(&service);
}
END_TEST

/* Two objects: the process stays as long as one of them is used. */
static void serve_two(int fd)
{
	ABinderProcess_startThreadPool();
	peer_check(register_lazy(LAZY) == STATUS_OK);
	peer_check(register_lazy(OTHER) == STATUS_OK);
	peer_say(fd, 'r');
	peer_hear(fd);
	_exit(EXIT_FAILURE);
}

/*
 * Waits until the manager counts no client of a name. It is away for a moment where a process
 * tries to go and may not: it hears of its names' clients in any order.
 */
static void await_unused(const char *name)
{
	bool used;

	do {
		char *report = registrar_report();
		char *line = strstr(report, name);

		if (line)
			line[strcspn(line, "\n")] = '\0';
		used = !line || strstr(line, " clients") != NULL;
		free(report);
	} while (used);
}

START_TEST(stays_while_one_of_two_is_used)
{
	struct peer service = peer_start_service(serve_two);
	AIBinder *one = use(LAZY), *two = use(OTHER);

	AIBinder_decStrong(one);
	await_unused(LAZY);
	ck_assert_int_eq(echo_bytes(two, 10, 0), STATUS_OK);
	one = use(LAZY);
	AIBinder_decStrong(one);
	AIBinder_decStrong(two);
	peer_end(&service);
}
END_TEST

/* Does one thing after the other as it is told to, and says what came of it. */
static void serve_orders(int fd)
{
	char order;

	ABinderProcess_startThreadPool();
	peer_check(register_lazy(LAZY) == STATUS_OK);
	peer_say(fd, 'r');
	while ((order = peer_hear(fd))) {
		char answer = 'd';

		if (order == 'p' || order == 'P')
			AServiceManager_forceLazyServicesPersist(order == 'P');
		else if (order == 'u')
			answer = AServiceManager_tryUnregister() ? 'y' : 'n';
		else if (order == 'r')
			AServiceManager_reRegister();
		else if (order == 'l')
			answer = register_lazy(LAZY) == STATUS_OK ? 'y' : 'n';
		peer_say(fd, answer);
	}
	_exit(EXIT_FAILURE);
}

static char order(struct peer *service, char what)
{
	peer_say(service->fd, what);
	return peer_hear(service->fd);
}

START_TEST(persists_while_it_is_told_to)
{
	struct peer service = peer_start_service(serve_orders);
	AIBinder *found;

	ck_assert_int_eq(order(&service, 'P'), 'd');
	found = use(LAZY);
	registrar_await(" clients");
	AIBinder_decStrong(found);
	await_unused(LAZY);
	/* It was told of that, and is there. */
	found = use(LAZY);
	AIBinder_decStrong(found);
	await_unused(LAZY);
	/* Now it ends, at once or when it is told of the last one. */
	peer_say(service.fd, 'p');
	peer_end(&service);
}
END_TEST

START_TEST(is_not_unregistered_while_it_is_used)
{
	struct peer service = peer_start_service(serve_orders), user;
	AIBinder *other;

	/* Two users: the manager allows for one hold that may be the driver's own. */
	ck_assert_int_eq(order(&service, 'P'), 'd');
	user = peer_start_service(use_for_ever);
	other = use(LAZY);
	registrar_await(" clients");
	ck_assert_int_eq(order(&service, 'u'), 'n');
	ck_assert(registrar_says(LAZY));
	ck_assert_int_eq(order(&service, 'r'), 'd');
	AIBinder_decStrong(other);
	peer_kill(&user);
	while (order(&service, 'u') == 'n')
		;
	/* Unregistered, and so for who asks; again, and it is as before. */
	ck_assert_ptr_null(AServiceManager_checkService(LAZY));
	ck_assert_int_eq(order(&service, 'u'), 'y');
	ck_assert_int_eq(order(&service, 'r'), 'd');
	other = use(LAZY);
	registrar_await(" clients");
	AIBinder_decStrong(other);
	peer_say(service.fd, 'p');
	peer_end(&service);
}
END_TEST

START_TEST(registered_again_with_another_object)
{
	struct peer service = peer_start_service(serve_orders);
	AIBinder *found = use(LAZY), *other;

	ck_assert_int_eq(order(&service, 'l'), 'y');
	other = use(LAZY);
	ck_assert_ptr_ne(found, other);
	AIBinder_decStrong(found);
	registrar_await(" clients");
	ck_assert_int_eq(echo_bytes(other, 10, 0), STATUS_OK);
	AIBinder_decStrong(other);
	peer_end(&service);
}
END_TEST

/* Says what it is told: 'u' for used, 'n' for not; and stays the first time. */
static bool on_active(bool used, void *context)
{
	static int unused;
	int fd = *(int *)context;

	peer_say(fd, used ? 'u' : 'n');
	return !used && ++unused == 1;
}

static void serve_active(int fd)
{
	ABinderProcess_startThreadPool();
	AServiceManager_setActiveServicesCallback(on_active, &fd);
	peer_check(register_lazy(LAZY) == STATUS_OK);
	peer_check(register_lazy(OTHER) == STATUS_OK);
	peer_say(fd, 'r');
	peer_hear(fd);
	_exit(EXIT_FAILURE);
}

START_TEST(callback_decides)
{
	struct peer service = peer_start_service(serve_active);
	AIBinder *one = use(LAZY), *two = use(OTHER);
	char said;

	/* Once for both. */
	ck_assert_int_eq(peer_hear(service.fd), 'u');
	AIBinder_decStrong(one);
	await_unused(LAZY);
	AIBinder_decStrong(two);
	ck_assert_int_eq(peer_hear(service.fd), 'n');
	/* It has been kept. */
	one = use(LAZY);
	ck_assert_int_eq(peer_hear(service.fd), 'u');
	AIBinder_decStrong(one);
	/* The manager may refuse to let it go at first, and then says that it is used. */
	do {
		ck_assert_int_eq(peer_hear(service.fd), 'n');
		said = peer_hear(service.fd);
	} while (said == 'u');
	ck_assert_int_eq(said, 0);
	peer_end(&service);
}
END_TEST

/* What Android's own services do: unregister, look whether to go, and come back if not. */
static bool on_active_itself(bool used, void *context)
{
	static int unused;
	int fd = *(int *)context;

	if (used)
		return false;
	if (!AServiceManager_tryUnregister()) {
		AServiceManager_reRegister();
		return true;
	}
	if (++unused == 1) {
		AServiceManager_reRegister();
		peer_say(fd, 'b');
		return true;
	}
	peer_say(fd, 'e');
	exit(EXIT_SUCCESS);
}

static void serve_active_itself(int fd)
{
	ABinderProcess_startThreadPool();
	AServiceManager_setActiveServicesCallback(on_active_itself, &fd);
	peer_check(register_lazy(LAZY) == STATUS_OK);
	peer_say(fd, 'r');
	peer_hear(fd);
	_exit(EXIT_FAILURE);
}

START_TEST(callback_unregisters)
{
	struct peer service = peer_start_service(serve_active_itself);
	AIBinder *found = use(LAZY);

	registrar_await(" clients");
	AIBinder_decStrong(found);
	ck_assert_int_eq(peer_hear(service.fd), 'b');
	found = use(LAZY);
	AIBinder_decStrong(found);
	ck_assert_int_eq(peer_hear(service.fd), 'e');
	peer_end(&service);
}
END_TEST

START_TEST(nothing_is_registered)
{
	/* Nothing to decide, and nobody to end. */
	AServiceManager_forceLazyServicesPersist(true);
	AServiceManager_forceLazyServicesPersist(false);
	ck_assert(AServiceManager_tryUnregister());
	AServiceManager_reRegister();
	AServiceManager_setActiveServicesCallback(NULL, NULL);
	ck_assert_int_eq(register_lazy("a b"), STATUS_UNKNOWN_ERROR);
	AServiceManager_forceLazyServicesPersist(false);
}
END_TEST

START_TEST(cannot_be_registered_again)
{
	ABinderProcess_startThreadPool();
	ck_assert_int_eq(register_lazy(LAZY), STATUS_OK);
	ck_assert(AServiceManager_tryUnregister());
	registrar_kill();
	AServiceManager_reRegister();
}
END_TEST

START_TEST(manager_dies)
{
	struct peer service = peer_start_service(serve_orders);

	/* The next one is told of everything anew. */
	registrar_kill();
	ck_assert_int_eq(order(&service, 'u'), 'n');
	ck_assert_int_eq(order(&service, 'l'), 'n');
	registrar_start(LEVEL);
	ck_assert_int_eq(order(&service, 'l'), 'y');
	AIBinder_decStrong(use(LAZY));
	peer_end(&service);
}
END_TEST

static const struct suite_test tests[] = {
	{&goes_when_it_is_not_used, 0},
	{&goes_with_its_user, 0},
	{&comes_back_when_asked_for, 0},
	{&one_object_has_two_names, 0},
	{&stays_while_one_of_two_is_used, 0},
	{&persists_while_it_is_told_to, 0},
	{&is_not_unregistered_while_it_is_used, 0},
	{&registered_again_with_another_object, 0},
	{&callback_decides, 0},
	{&callback_unregisters, 0},
	{&nothing_is_registered, 0},
	{&cannot_be_registered_again, SIGABRT},
	{&manager_dies, 0},
};

static int serve_started(const char *name)
{
	/* If the manager is killed before it goes. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ABinderProcess_startThreadPool();
	if (register_lazy(name) != STATUS_OK)
		return EXIT_FAILURE;
	ABinderProcess_joinThreadPool();
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--serve") == 0)
		return serve_started(argv[2]);
	registrar_main(argc, argv);
	return suite_run("lazy", tests, SUITE_COUNT(tests), setup, registrar_end);
}
