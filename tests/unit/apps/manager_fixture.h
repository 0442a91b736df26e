#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A manager to be asked: requests are put together in fixture.request, the answer is read
 * from fixture.reply.
 */

#include "svcmgr/manager.h"

#include "apps/manager_double.h"

#define FIXTURE_INTERFACE "android.os.IServiceManager"
#define FIXTURE_PID 10
#define FIXTURE_UID 1000

struct fixture {
	struct manager manager;
	struct manager_double driver;
	struct policy *policy;
	struct declarations declarations;
	struct parcel_writer request;
	struct parcel_writer answer;
	struct parcel_reader reply; /* of @answer */
	int64_t now_ms;
	int32_t pid; /* of who asks; FIXTURE_PID at first */
	uint32_t uid;
	const char *label;
};

extern struct fixture fixture;

/**
 * fixture_start() - begin with a manager
 * @level:        its API level
 * @hidl:         whether it is HIDL's, too
 * @policy:       text; NULL: all may all
 * @declarations: text; NULL: none
 */
void fixture_start(int level, bool hidl, const char *policy, const char *declarations);

/* End, and see that nothing is left. */
void fixture_finish(void);

/* Begin a request of Android 11 and newer, of the small C framework, of Android 10, of HIDL. */
void fixture_aidl(void);
void fixture_legacy(void);
void fixture_android10(void);
void fixture_hidl(const char *interface);

/* Ask; the reply is ready to be read. Return: the status. */
int32_t fixture_ask(uint32_t code);

/* The next of the reply is @expected; there is nothing after that; an exception, and no more. */
void fixture_assert_string(const char *expected);
void fixture_assert_end(void);
void fixture_assert_exception(int32_t code, const char *message);

/* A call whose reply is a status header alone. */
void fixture_assert_fine(void);

/* Append an object with the stability that follows it; handle 0 is a null one. */
void fixture_put_binder(uint32_t handle, int32_t stability);

/* Register in the form of Android 11 and newer, whatever comes of it. */
void fixture_add(uint32_t code, const char *name, uint32_t handle, int32_t stability,
	int32_t allow_isolated, int32_t priority);

/* Compare bytes with what hexadecimal digits, and blanks, say. */
void fixture_assert_bytes(const void *data, size_t size, const char *hex);
