/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A context manager that keeps to no rules, and whom it tells of registrations.
 */

#include <check.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include <binderd/device.h>

#include "ndk/peer.h"
#include "ndk/raw.h"
#include "ndk/suite.h"

#define NAME "test.late"
#define CALLBACK_INTERFACE "android.os.IServiceCallback"
#define ON_REGISTRATION 1
/* Android 14's. */
#define REGISTER_FOR_NOTIFICATIONS 5

static struct peer manager;

/* A call of the callback: its token, @size bytes of @body, and maybe an object at its end. */
static void tell(struct raw *raw, uint32_t handle, const void *body, size_t size, bool object)
{
	struct flat_binder_object flat = {.hdr.type = BINDER_TYPE_BINDER, .binder = 1, .cookie = 1};
	const uint32_t stability = 0x0c;
	uint8_t data[512];
	size_t at = raw_token(data, CALLBACK_INTERFACE);
	binder_size_t offset = at + size;

	if (size)
		memcpy(data + at, body, size);
	at += size;
	if (object) {
		memcpy(data + at, &flat, sizeof(flat));
		memcpy(data + at + sizeof(flat), &stability, sizeof(stability));
		at += sizeof(flat) + sizeof(stability);
	}
	raw_send(raw, handle, ON_REGISTRATION,
		&(struct raw_parcel){data, at, &offset, object, 0, TF_ONE_WAY});
}

/* All that is no registration, and one that is. */
static void tell_all(struct raw *raw, uint32_t handle)
{
	const uint32_t null = UINT32_MAX, huge = INT32_MAX;
	uint8_t name[64], other[64];
	size_t size = raw_string(name, NAME, strlen(NAME));
	size_t other_size = raw_string(other, "another", 7);

	tell(raw, handle, &null, sizeof(null), true);
	tell(raw, handle, &huge, sizeof(huge), true);
	tell(raw, handle, &null, sizeof(null), false);
	for (size_t i = 0; i <= size; i++)
		tell(raw, handle, name, i, false);
	tell(raw, handle, other, other_size, true);
	tell(raw, handle, name, size, true);
}

static void serve_call(struct raw *raw, const struct binder_transaction_data *txn)
{
	const binder_size_t *offsets = (const binder_size_t *)(uintptr_t)txn->data.ptr.offsets;
	const uint8_t *data = (const uint8_t *)(uintptr_t)txn->data.ptr.buffer;
	const uint32_t good = 0;
	struct flat_binder_object flat;

	if (!(txn->flags & TF_ONE_WAY) && txn->code != REGISTER_FOR_NOTIFICATIONS) {
		raw_reply(raw, &(struct raw_parcel){&good, sizeof(good), NULL, 0, 0, 0});
		return;
	}
	if (txn->flags & TF_ONE_WAY || txn->offsets_size != sizeof(*offsets))
		return;
	memcpy(&flat, data + offsets[0], sizeof(flat));
	tell_all(raw, flat.handle);
	raw_reply(raw, &(struct raw_parcel){&good, sizeof(good), NULL, 0, 0, 0});
}

static void manage(int fd)
{
	struct raw raw;
	int unused = 0;

	raw_open(&raw);
	peer_check(binderd_ioctl(raw.fd, BINDER_SET_CONTEXT_MGR, &unused) == 0);
	peer_say(fd, 'r');
	raw_serve(&raw, serve_call);
}

static void setup(void)
{
	manager = peer_start_service(manage);
}

static void teardown(void)
{
	peer_kill(&manager);
}

struct told {
	sem_t came;
	_Atomic(int) count;
};

static void on_register(const char *name, AIBinder *registered, void *cookie)
{
	struct told *told = cookie;

	peer_check(strcmp(name, NAME) == 0);
	peer_check(registered);
	AIBinder_decStrong(registered);
	told->count++;
	sem_post(&told->came);
}

START_TEST(only_registrations_are_told)
{
	AServiceManager_NotificationRegistration *registration;
	struct told told = {.count = 0};

	sem_init(&told.came, 0, 0);
	ABinderProcess_startThreadPool();
	registration = AServiceManager_registerForServiceNotifications(NAME, on_register, &told);
	ck_assert_ptr_nonnull(registration);
	/* It comes last: oneway calls of one object keep their order. */
	sem_wait(&told.came);
	ck_assert_int_eq(told.count, 1);
	AServiceManager_NotificationRegistration_delete(registration);
	sem_destroy(&told.came);
}
END_TEST

static const struct suite_test tests[] = {
	{&only_registrations_are_told, 0},
};

int main(void)
{
	return suite_run("hostile_manager", tests, SUITE_COUNT(tests), setup, teardown);
}
