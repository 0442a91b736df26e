/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The small C framework and the NDK's API, calling each other. A service of each is in a process
 * of its own; each test is a client of the one or the other.
 */

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_parcel.h>
#include <android/binder_process.h>

#include "ndk/adder.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/plain.h"
#include "ndk/suite.h"

#define SLOT_CLASSIC 1
#define SLOT_NDK 2
#define AREA ((size_t)128 << 10)

static struct peer manager, classic, ndk;

/* Both are about the tests' context manager, whose parcels are as Android lays them out. */
static void put_object(struct binder_state *bs, uint32_t slot, void *ptr)
{
	binder_size_t data[64];
	struct binder_io msg, reply;

	bio_init(&msg, data, sizeof(data), 1);
	bio_put_interface(&msg, MANAGER_DESCRIPTOR);
	bio_put_uint32(&msg, slot);
	bio_put_stable_obj(&msg, ptr);
	peer_check(binder_call(bs, &msg, &reply, BINDER_SERVICE_MANAGER, MANAGER_PUT) == 0);
	peer_check(!(reply.flags & BIO_F_STATUS));
	binder_done(bs, &msg, &reply);
}

static uint32_t get_handle(struct binder_state *bs, uint32_t slot)
{
	binder_size_t data[64];
	struct binder_io msg, reply;
	uint32_t handle;

	bio_init(&msg, data, sizeof(data), 0);
	bio_put_interface(&msg, MANAGER_DESCRIPTOR);
	bio_put_uint32(&msg, slot);
	ck_assert_int_eq(binder_call(bs, &msg, &reply, BINDER_SERVICE_MANAGER, MANAGER_GET), 0);
	handle = bio_get_stable_ref(&reply);
	ck_assert_uint_ne(handle, 0);
	binder_acquire(bs, handle);
	binder_done(bs, &msg, &reply);
	return handle;
}

static void serve_classic(int fd)
{
	static char adder;
	struct binder_state *bs = binder_open("/dev/binder", AREA);

	peer_check(bs);
	put_object(bs, SLOT_CLASSIC, &adder);
	peer_say(fd, 'r');
	binder_loop(bs, adder_handler);
}

static void serve_ndk(int fd)
{
	AIBinder *adder = AIBinder_new(adder_class(), NULL);

	manager_put(SLOT_NDK, adder);
	AIBinder_decStrong(adder);
	peer_serve(fd);
}

static void setup(void)
{
	manager = peer_start_manager();
	classic = peer_start_service(serve_classic);
	ndk = peer_start_service(serve_ndk);
}

static void teardown(void)
{
	peer_kill(&ndk);
	peer_kill(&classic);
	peer_kill(&manager);
}

static AIBinder *get_object(int32_t slot)
{
	AIBinder *adder = manager_get(slot);

	ck_assert_ptr_nonnull(adder);
	ck_assert(AIBinder_associateClass(adder, adder_class()));
	return adder;
}

static struct binder_state *open_classic(void)
{
	struct binder_state *bs = binder_open("/dev/binder", AREA);

	ck_assert_ptr_nonnull(bs);
	binder_set_handler(bs, adder_handler);
	return bs;
}

START_TEST(ndk_calls_classic)
{
	AIBinder *adder = get_object(SLOT_CLASSIC);
	AParcel *in, *out;
	int32_t sum;

	ck_assert_int_eq(AIBinder_ping(adder), STATUS_OK);
	ck_assert_int_eq(adder_call_object(adder, 40, 2, &sum), STATUS_OK);
	ck_assert_int_eq(sum, 42);
	ck_assert_int_eq(AIBinder_prepareTransaction(adder, &in), STATUS_OK);
	ck_assert_int_eq(AIBinder_transact(adder, 99, &in, &out, 0), STATUS_UNKNOWN_TRANSACTION);
	AIBinder_decStrong(adder);
}
END_TEST

START_TEST(classic_tells_its_interface)
{
	AIBinder_Class *other = plain_class("binderd.test.IOther", NULL);
	AIBinder *adder = manager_get(SLOT_CLASSIC);

	ck_assert(!AIBinder_associateClass(adder, other));
	ck_assert(AIBinder_associateClass(adder, adder_class()));
	AIBinder_decStrong(adder);
}
END_TEST

static bool allocate(void *data, int32_t length, char **buffer)
{
	char **text = data;

	*text = NULL;
	if (length < 0)
		return true;
	*text = *buffer = malloc((size_t)length);
	return *text;
}

static void ndk_echo(AIBinder *adder, const char *text)
{
	AParcel *in, *out;
	char *back = NULL;

	ck_assert_int_eq(AIBinder_prepareTransaction(adder, &in), STATUS_OK);
	ck_assert_int_eq(
		AParcel_writeString(in, text, text ? (int32_t)strlen(text) : -1), STATUS_OK);
	ck_assert_int_eq(AIBinder_transact(adder, ADDER_ECHO, &in, &out, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_readString(out, &back, allocate), STATUS_OK);
	if (text)
		ck_assert_str_eq(back, text);
	else
		ck_assert_ptr_null(back);
	free(back);
	AParcel_delete(out);
}

START_TEST(strings_are_the_same)
{
	AIBinder *adder = get_object(SLOT_CLASSIC);

	ndk_echo(adder, "");
	ndk_echo(adder, "a");
	ndk_echo(adder, "gr\xc3\xbc\xc3\x9f \xf0\x9f\x8e\xb8");
	ndk_echo(adder, NULL);
	AIBinder_decStrong(adder);
}
END_TEST

START_TEST(classic_calls_back_into_ndk)
{
	AIBinder *adder = get_object(SLOT_CLASSIC), *mine = AIBinder_new(adder_class(), NULL);
	AParcel *in, *out;
	int32_t sum;

	/* No pool is there: the call back comes to this thread while it waits. */
	ck_assert_int_eq(AIBinder_prepareTransaction(adder, &in), STATUS_OK);
	ck_assert_int_eq(AParcel_writeStrongBinder(in, mine), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(in, 30), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(in, 12), STATUS_OK);
	ck_assert_int_eq(AIBinder_transact(adder, ADDER_ADD_BY, &in, &out, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &sum), STATUS_OK);
	ck_assert_int_eq(sum, 42);
	AParcel_delete(out);
	AIBinder_decStrong(mine);
	AIBinder_decStrong(adder);
}
END_TEST

/* What a service of the one world says of a service of the other. */
START_TEST(classic_calls_ndk_for_ndk)
{
	AIBinder *adder = get_object(SLOT_CLASSIC), *other = get_object(SLOT_NDK);
	AParcel *in, *out;
	int32_t sum;

	ck_assert_int_eq(AIBinder_prepareTransaction(adder, &in), STATUS_OK);
	ck_assert_int_eq(AParcel_writeStrongBinder(in, other), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(in, -1), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(in, 43), STATUS_OK);
	ck_assert_int_eq(AIBinder_transact(adder, ADDER_ADD_BY, &in, &out, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &sum), STATUS_OK);
	ck_assert_int_eq(sum, 42);
	AParcel_delete(out);
	AIBinder_decStrong(other);
	AIBinder_decStrong(adder);
}
END_TEST

START_TEST(classic_object_keeps_its_identity)
{
	AIBinder *adder = get_object(SLOT_CLASSIC), *self = NULL;
	AParcel *in, *out;
	int32_t sum;

	ck_assert_int_eq(AIBinder_prepareTransaction(adder, &in), STATUS_OK);
	ck_assert_int_eq(AIBinder_transact(adder, ADDER_SELF, &in, &out, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_readStrongBinder(out, &self), STATUS_OK);
	ck_assert_ptr_nonnull(self);
	AParcel_delete(out);
	/* It is another object of that process's: each name is one. */
	ck_assert_ptr_ne(self, adder);
	ck_assert(AIBinder_associateClass(self, adder_class()));
	ck_assert_int_eq(adder_call_object(self, 1, 1, &sum), STATUS_OK);
	ck_assert_int_eq(sum, 2);
	ck_assert_int_eq(AIBinder_prepareTransaction(self, &in), STATUS_OK);
	ck_assert_int_eq(AIBinder_transact(self, ADDER_SELF, &in, &out, 0), STATUS_OK);
	AIBinder_decStrong(adder);
	ck_assert_int_eq(AParcel_readStrongBinder(out, &adder), STATUS_OK);
	ck_assert_ptr_eq(self, adder);
	AParcel_delete(out);
	AIBinder_decStrong(adder);
	AIBinder_decStrong(self);
}
END_TEST

static int death[2];

static void on_died(void *cookie)
{
	peer_say(*(int *)cookie, 'd');
}

START_TEST(ndk_hears_of_classic_death)
{
	AIBinder_DeathRecipient *recipient = AIBinder_DeathRecipient_new(on_died);
	AIBinder *adder = get_object(SLOT_CLASSIC);
	int32_t sum;

	ck_assert_int_eq(pipe(death), 0);
	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(adder, recipient, &death[1]), STATUS_OK);
	kill(classic.pid, SIGKILL);
	ck_assert_int_eq(peer_hear(death[0]), 'd');
	ck_assert(!AIBinder_isAlive(adder));
	ck_assert_int_eq(adder_call_object(adder, 1, 1, &sum), STATUS_DEAD_OBJECT);
	AIBinder_DeathRecipient_delete(recipient);
	AIBinder_decStrong(adder);
}
END_TEST

START_TEST(classic_calls_ndk)
{
	struct binder_state *bs = open_classic();
	uint32_t adder = get_handle(bs, SLOT_NDK), sum;
	binder_size_t data[64];
	struct binder_io msg, reply;

	ck_assert_int_eq(adder_call_handle(bs, adder, 40, 2, &sum), 0);
	ck_assert_uint_eq(sum, 42);
	bio_init(&msg, data, sizeof(data), 0);
	ck_assert_int_eq(binder_call(bs, &msg, &reply, adder, INTERFACE_TRANSACTION), 0);
	ck_assert_int_eq(bio_get_string16_x(&reply, (char *)data, sizeof(data)),
		sizeof(ADDER_DESCRIPTOR) - 1);
	ck_assert_str_eq((char *)data, ADDER_DESCRIPTOR);
	binder_done(bs, &msg, &reply);
	binder_release(bs, adder);
	binder_close(bs);
}
END_TEST

/* Calls with a token, or without one. Return: the status that comes back. */
static int classic_status(
	struct binder_state *bs, uint32_t adder, const char *interface, uint32_t code)
{
	binder_size_t data[64];
	struct binder_io msg, reply;
	int status = 0;

	bio_init(&msg, data, sizeof(data), 0);
	if (interface)
		bio_put_interface(&msg, interface);
	ck_assert_int_eq(binder_call(bs, &msg, &reply, adder, code), 0);
	if (reply.flags & BIO_F_STATUS)
		status = (int)bio_get_uint32(&reply);
	binder_done(bs, &msg, &reply);
	return status;
}

START_TEST(ndk_refuses_other_interfaces)
{
	struct binder_state *bs = open_classic();
	uint32_t adder = get_handle(bs, SLOT_NDK);

	ck_assert_int_eq(classic_status(bs, adder, NULL, ADDER_ADD), BINDER_BAD_TYPE);
	ck_assert_int_eq(classic_status(bs, adder, "a.b", ADDER_ADD), BINDER_BAD_TYPE);
	ck_assert_int_eq(
		classic_status(bs, adder, ADDER_DESCRIPTOR, 99), BINDER_UNKNOWN_TRANSACTION);
	ck_assert_int_eq(
		classic_status(bs, adder, ADDER_DESCRIPTOR, ADDER_ADD), STATUS_NOT_ENOUGH_DATA);
	binder_release(bs, adder);
	adder = get_handle(bs, SLOT_CLASSIC);
	ck_assert_int_eq(classic_status(bs, adder, NULL, ADDER_ADD), BINDER_BAD_TYPE);
	ck_assert_int_eq(classic_status(bs, adder, "a.b", ADDER_ADD), BINDER_BAD_TYPE);
	binder_release(bs, adder);
	binder_close(bs);
}
END_TEST

START_TEST(ndk_calls_back_into_classic)
{
	static char mine;
	struct binder_state *bs = open_classic();
	uint32_t adder = get_handle(bs, SLOT_NDK);
	binder_size_t data[64];
	struct binder_io msg, reply;

	bio_init(&msg, data, sizeof(data), 1);
	bio_put_interface(&msg, ADDER_DESCRIPTOR);
	bio_put_stable_obj(&msg, &mine);
	bio_put_uint32(&msg, 30);
	bio_put_uint32(&msg, 12);
	ck_assert_int_eq(binder_call(bs, &msg, &reply, adder, ADDER_ADD_BY), 0);
	ck_assert_uint_eq(reply.flags & BIO_F_STATUS, 0);
	ck_assert_uint_eq(bio_get_uint32(&reply), 42);
	binder_done(bs, &msg, &reply);
	binder_release(bs, adder);
	binder_close(bs);
}
END_TEST

START_TEST(ndk_object_keeps_its_handle)
{
	struct binder_state *bs = open_classic();
	uint32_t adder = get_handle(bs, SLOT_NDK);
	binder_size_t data[64];
	struct binder_io msg, reply;

	bio_init(&msg, data, sizeof(data), 0);
	bio_put_interface(&msg, ADDER_DESCRIPTOR);
	ck_assert_int_eq(binder_call(bs, &msg, &reply, adder, ADDER_SELF), 0);
	ck_assert_uint_eq(bio_get_stable_ref(&reply), adder);
	binder_done(bs, &msg, &reply);
	binder_release(bs, adder);
	binder_close(bs);
}
END_TEST

static void classic_died(struct binder_state *bs, void *ptr)
{
	*(bool *)ptr = true;
	binder_stop(bs);
}

START_TEST(classic_hears_of_ndk_death)
{
	bool died = false;
	struct binder_death link = {.func = classic_died, .ptr = &died};
	struct binder_state *bs = open_classic();
	uint32_t adder = get_handle(bs, SLOT_NDK), sum;

	binder_link_to_death(bs, adder, &link);
	kill(ndk.pid, SIGKILL);
	ck_assert_int_eq(binder_loop(bs, adder_handler), 0);
	ck_assert(died);
	ck_assert_int_eq(adder_call_handle(bs, adder, 1, 1, &sum), -EPIPE);
	binder_release(bs, adder);
	binder_close(bs);
}
END_TEST

static const struct suite_test tests[] = {
	{&ndk_calls_classic, 0},
	{&classic_tells_its_interface, 0},
	{&strings_are_the_same, 0},
	{&classic_calls_back_into_ndk, 0},
	{&classic_calls_ndk_for_ndk, 0},
	{&classic_object_keeps_its_identity, 0},
	{&ndk_hears_of_classic_death, 0},
	{&classic_calls_ndk, 0},
	{&ndk_refuses_other_interfaces, 0},
	{&ndk_calls_back_into_classic, 0},
	{&ndk_object_keeps_its_handle, 0},
	{&classic_hears_of_ndk_death, 0},
};

int main(void)
{
	return suite_run("classic", tests, SUITE_COUNT(tests), setup, teardown);
}
