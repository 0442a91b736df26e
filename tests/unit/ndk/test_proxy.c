/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Proxies and deaths: what the driver is told of them, and in what order.
 */

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <android/binder_process.h>

#include "lib/ndk/dispatch.h"
#include "lib/ndk/ipc.h"
#include "lib/ndk/proxy.h"
#include "ndk/device_suite.h"

START_TEST(proxy_is_two_references)
{
	AIBinder *proxy, *again;

	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	ck_assert_str_eq(double_written(), "INCREFS ACQUIRE|");
	ck_assert_int_eq(AIBinder_debugGetRefCount(proxy), 1);
	ck_assert_int_eq(proxy_get(9, &again), STATUS_OK);
	ck_assert_ptr_eq(proxy, again);
	ck_assert_int_eq(AIBinder_debugGetRefCount(proxy), 2);
	AIBinder_decStrong(again);
	ck_assert_str_eq(double_written(), "");
	AIBinder_decStrong(proxy);
	ck_assert_str_eq(double_written(), "RELEASE DECREFS|");
}
END_TEST

static void *put_in_thread(void *data)
{
	AIBinder_decStrong(data);
	return NULL;
}

START_TEST(proxy_waits_until_it_is_known)
{
	struct ipc *ipc = ipc_self();
	pthread_t thread;
	AIBinder *proxy;

	/* A thread of the pool queues it, and another one lets it go before that was written. */
	ipc->looper = true;
	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	ck_assert_str_eq(double_written(), "");
	ck_assert_int_eq(AIBinder_debugGetRefCount(proxy), 1);
	ck_assert_int_eq(pthread_create(&thread, NULL, put_in_thread, proxy), 0);
	pthread_join(thread, NULL);
	ck_assert_str_eq(double_written(), "");
	double_read(0);
	double_put(BR_NOOP, NULL);
	ck_assert_int_eq(ABinderProcess_handlePolledCommands(), STATUS_OK);
	ck_assert_str_eq(double_written(), "INCREFS ACQUIRE|RELEASE DECREFS|");
}
END_TEST

START_TEST(many_proxies_are_queued)
{
	enum { COUNT = 100 };
	AIBinder *proxies[COUNT];
	struct ipc *ipc = ipc_self();

	ipc->looper = true;
	for (uint32_t i = 0; i < COUNT; i++)
		ck_assert_int_eq(proxy_get(i + 1, &proxies[i]), STATUS_OK);
	double_written();
	for (uint32_t i = 0; i < COUNT; i++) {
		ck_assert_int_eq(AIBinder_debugGetRefCount(proxies[i]), 1);
		AIBinder_decStrong(proxies[i]);
	}
	double_written();
	ipc_flush(ipc);
	ipc_drop(ipc);
	ipc_flush(ipc);
	ck_assert_uint_eq(ipc->out_size, 0);
	ck_assert_uint_eq(ipc->proxies_count, 0);
	double_written();
	for (uint32_t i = 0; i < COUNT; i++) {
		ck_assert_int_eq(proxy_get(i + 1, &proxies[i]), STATUS_OK);
		ck_assert_int_eq(AIBinder_debugGetRefCount(proxies[i]), 1);
		AIBinder_decStrong(proxies[i]);
	}
}
END_TEST

static char told[16];

static void on_died(void *cookie)
{
	strcat(told, cookie);
	strcat(told, "-");
}

static void on_unlinked(void *cookie)
{
	strcat(told, cookie);
	strcat(told, "+");
}

static AIBinder_DeathRecipient *new_recipient(void)
{
	AIBinder_DeathRecipient *recipient = AIBinder_DeathRecipient_new(on_died);

	AIBinder_DeathRecipient_setOnUnlinked(recipient, on_unlinked);
	return recipient;
}

START_TEST(death_is_asked_for_once)
{
	AIBinder_DeathRecipient *recipient = new_recipient();
	binder_uintptr_t cookie;
	AIBinder *proxy;

	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	cookie = (uintptr_t)proxy;
	double_written();
	ck_assert_int_eq(AIBinder_linkToDeath(proxy, recipient, (void *)"a"), STATUS_OK);
	ck_assert_str_eq(double_written(), "REQUEST_DEATH|");
	ck_assert_int_eq(AIBinder_linkToDeath(proxy, recipient, (void *)"b"), STATUS_OK);
	ck_assert_str_eq(double_written(), "");
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_DEAD_BINDER, &cookie), 0);
	ck_assert_str_eq(told, "a-a+b-b+");
	/* Not wanted any more, and then done with. */
	ipc_flush(ipc_self());
	ck_assert_str_eq(double_written(), "CLEAR_DEATH|DEAD_DONE|");
	AIBinder_decStrong(proxy);
	ck_assert_str_eq(double_written(), "RELEASE DECREFS|");
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_CLEAR_DEATH_NOTIFICATION_DONE, &cookie), 0);
	AIBinder_DeathRecipient_delete(recipient);
	ck_assert_str_eq(told, "a-a+b-b+");
}
END_TEST

START_TEST(death_comes_when_nobody_wants_it)
{
	AIBinder_DeathRecipient *recipient = new_recipient();
	binder_uintptr_t cookie;
	AIBinder *proxy;

	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	cookie = (uintptr_t)proxy;
	ck_assert_int_eq(AIBinder_linkToDeath(proxy, recipient, (void *)"a"), STATUS_OK);
	double_written();
	AIBinder_decStrong(proxy);
	ck_assert_str_eq(told, "a+");
	ck_assert_str_eq(double_written(), "CLEAR_DEATH|RELEASE DECREFS|");
	/* It was under way. The proxy's memory is there for that. */
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_DEAD_BINDER, &cookie), 0);
	ipc_flush(ipc_self());
	ck_assert_str_eq(double_written(), "DEAD_DONE|");
	ck_assert_str_eq(told, "a+");
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_CLEAR_DEATH_NOTIFICATION_DONE, &cookie), 0);
	AIBinder_DeathRecipient_delete(recipient);
}
END_TEST

START_TEST(handle_comes_again_while_its_death_is_cleared)
{
	AIBinder_DeathRecipient *recipient = new_recipient();
	AIBinder *former, *proxy;
	binder_uintptr_t cookie;

	ck_assert_int_eq(proxy_get(9, &former), STATUS_OK);
	cookie = (uintptr_t)former;
	ck_assert_int_eq(AIBinder_linkToDeath(former, recipient, (void *)"a"), STATUS_OK);
	AIBinder_decStrong(former);
	ck_assert_int_eq(proxy_get(9, &proxy), STATUS_OK);
	ck_assert_ptr_ne(proxy, former);
	ck_assert_int_eq(AIBinder_linkToDeath(proxy, recipient, (void *)"b"), STATUS_OK);
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_CLEAR_DEATH_NOTIFICATION_DONE, &cookie), 0);
	cookie = (uintptr_t)proxy;
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_DEAD_BINDER, &cookie), 0);
	ck_assert_str_eq(told, "a+b-b+");
	ck_assert_int_eq(dispatch_return(ipc_self(), BR_CLEAR_DEATH_NOTIFICATION_DONE, &cookie), 0);
	AIBinder_decStrong(proxy);
	AIBinder_DeathRecipient_delete(recipient);
}
END_TEST

static const TTest **const tests[] = {&proxy_is_two_references, &proxy_waits_until_it_is_known,
	&many_proxies_are_queued, &death_is_asked_for_once, &death_comes_when_nobody_wants_it,
	&handle_comes_again_while_its_death_is_cleared};

int main(void)
{
	return device_suite_run("proxy", tests, sizeof(tests) / sizeof(tests[0]), setup);
}
