/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the one world registers with the service manager, the other finds by its name: the small C
 * framework speaks the manager's form before Android 11, the NDK that of its level.
 */

#include <check.h>
#include <stdlib.h>

#include <android/binder_manager.h>

#include "ndk/adder.h"
#include "ndk/peer.h"
#include "ndk/registrar.h"
#include "ndk/suite.h"

#define AREA ((size_t)128 << 10)

static void setup(void)
{
	registrar_begin();
	registrar_start(34);
}

static void serve_classic(int fd)
{
	static char adder;
	struct binder_state *bs = binder_open("/dev/binder", AREA);

	peer_check(bs);
	peer_check(svcmgr_publish(bs, BINDER_SERVICE_MANAGER, "adder", &adder) == 0);
	peer_say(fd, 'r');
	binder_loop(bs, adder_handler);
}

static void serve_ndk(int fd)
{
	AIBinder *adder = AIBinder_new(adder_class(), NULL);

	peer_check(AServiceManager_addService(adder, "adder") == EX_NONE);
	peer_serve(fd);
}

START_TEST(ndk_finds_classic)
{
	struct peer service = peer_start_service(serve_classic);
	AIBinder *adder, *same;
	int32_t sum = 0;

	adder = AServiceManager_checkService("adder");
	ck_assert_ptr_nonnull(adder);
	ck_assert(AIBinder_associateClass(adder, adder_class()));
	ck_assert_int_eq(adder_call_object(adder, 40, 2, &sum), STATUS_OK);
	ck_assert_int_eq(sum, 42);
	same = AServiceManager_waitForService("adder");
	ck_assert_ptr_eq(same, adder);
	AIBinder_decStrong(same);
	AIBinder_decStrong(adder);
	peer_kill(&service);
}
END_TEST

START_TEST(classic_finds_ndk)
{
	struct peer service = peer_start_service(serve_ndk);
	struct binder_state *bs;
	uint32_t adder, sum = 0;

	bs = binder_open("/dev/binder", AREA);
	ck_assert_ptr_nonnull(bs);
	adder = svcmgr_lookup(bs, BINDER_SERVICE_MANAGER, "adder");
	ck_assert_uint_ne(adder, 0);
	ck_assert_int_eq(adder_call_handle(bs, adder, 40, 2, &sum), 0);
	ck_assert_uint_eq(sum, 42);
	ck_assert_uint_eq(svcmgr_lookup(bs, BINDER_SERVICE_MANAGER, "nobody"), 0);
	binder_release(bs, adder);
	binder_close(bs);
	peer_kill(&service);
}
END_TEST

static const struct suite_test tests[] = {
	{&ndk_finds_classic, 0},
	{&classic_finds_ndk, 0},
};

int main(int argc, char **argv)
{
	registrar_main(argc, argv);
	return suite_run("names", tests, SUITE_COUNT(tests), setup, registrar_end);
}
