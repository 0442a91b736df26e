/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Calls between processes.
 */

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include <android/binder_parcel.h>
#include <android/binder_process.h>

#include "ndk/echo.h"
#include "ndk/manager.h"
#include "ndk/peer.h"

static struct peer manager, service;

static void serve(int fd)
{
	AIBinder *echo = echo_new();

	manager_put(1, echo);
	AIBinder_decStrong(echo);
	ABinderProcess_startThreadPool();
	peer_say(fd, 'r');
	peer_hear(fd);
}

static void setup(void)
{
	manager = peer_start_manager();
	service = peer_start(serve);
	ck_assert_int_eq(peer_hear(service.fd), 'r');
}

static void teardown(void)
{
	peer_kill(&service);
	peer_kill(&manager);
}

static AIBinder *get_echo(void)
{
	AIBinder *echo = manager_get(1);

	ck_assert_ptr_nonnull(echo);
	ck_assert(AIBinder_associateClass(echo, echo_class()));
	return echo;
}

START_TEST(payloads_come_back)
{
	AIBinder *echo = get_echo();

	ck_assert_int_eq(echo_bytes(echo, 0, 0), STATUS_OK);
	ck_assert_int_eq(echo_bytes(echo, 1, 0), STATUS_OK);
	ck_assert_int_eq(echo_bytes(echo, 100000, 0), STATUS_OK);
	AIBinder_decStrong(echo);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("calls");
	TCase *tc = tcase_create("calls");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, payloads_come_back);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
