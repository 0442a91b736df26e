/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Calls between processes.
 */

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_ibinder_platform.h>
#include <android/binder_parcel.h>
#include <android/binder_stability.h>

#include <binderd/device.h>
#include <binderd/uapi.h>

#include "lib/ndk/answer.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/proxy.h"
#include "ndk/echo.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/plain.h"
#include "ndk/suite.h"

static struct peer manager, service;

static binder_status_t on_dump(AIBinder *binder, int fd, const char **args, uint32_t count)
{
	(void)binder;
	dprintf(fd, "%u %s %s\n", count, count > 0 ? args[0] : "", count > 1 ? args[1] : "");
	return count == 2 ? STATUS_OK : STATUS_BAD_INDEX;
}

/* 1: an echo; 2: an object that can be dumped, and has an extension; 3: one that wants contexts. */
static void serve(int fd)
{
	AIBinder_Class *clazz = plain_class("a.b", NULL);
	AIBinder *echo = echo_new(), *other = AIBinder_new(clazz, NULL), *ext = echo_new();

	echo_put(1);
	AIBinder_Class_setOnDump(clazz, on_dump);
	peer_check(AIBinder_setExtension(other, ext) == STATUS_OK);
	AIBinder_decStrong(ext);
	manager_put(2, other);
	AIBinder_decStrong(other);
	AIBinder_setRequestingSid(echo, true);
	manager_put(3, echo);
	AIBinder_decStrong(echo);
	peer_serve(fd);
}

static void setup(void)
{
	manager = peer_start_manager();
	service = peer_start_service(serve);
}

static void teardown(void)
{
	peer_kill(&service);
	peer_kill(&manager);
}

START_TEST(payloads_come_back)
{
	AIBinder *echo = echo_get(1);

	ck_assert(AIBinder_isRemote(echo));
	ck_assert(AIBinder_isAlive(echo));
	ck_assert_ptr_null(AIBinder_getUserData(echo));
	ck_assert_ptr_eq(AIBinder_getClass(echo), echo_class());
	for (size_t size = 0; size < 5000; size += 97)
		ck_assert_int_eq(echo_bytes(echo, size, 0), STATUS_OK);
	ck_assert_int_eq(echo_bytes(echo, 100000, 0), STATUS_OK);
	ck_assert_int_eq(echo_bytes(echo, 500000, FLAG_CLEAR_BUF), STATUS_OK);
	ck_assert_int_eq(AIBinder_ping(echo), STATUS_OK);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(statuses_come_back)
{
	static const binder_status_t known[] = {STATUS_UNKNOWN_ERROR, STATUS_NO_MEMORY,
		STATUS_INVALID_OPERATION, STATUS_BAD_VALUE, STATUS_BAD_TYPE, STATUS_NAME_NOT_FOUND,
		STATUS_PERMISSION_DENIED, STATUS_NO_INIT, STATUS_ALREADY_EXISTS,
		STATUS_FAILED_TRANSACTION, STATUS_BAD_INDEX, STATUS_NOT_ENOUGH_DATA,
		STATUS_WOULD_BLOCK, STATUS_TIMED_OUT, STATUS_UNKNOWN_TRANSACTION,
		STATUS_FDS_NOT_ALLOWED, STATUS_UNEXPECTED_NULL};
	AIBinder *echo = echo_get(1);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		ck_assert_int_eq(echo_int(echo, ECHO_STATUS, known[i], 0), known[i]);
	ck_assert_int_eq(echo_int(echo, ECHO_STATUS, -12345, 0), STATUS_UNKNOWN_ERROR);
	ck_assert_int_eq(echo_int(echo, ECHO_STATUS, 5, 0), STATUS_UNKNOWN_ERROR);
	ck_assert_int_eq(echo_int(echo, 999, 5, 0), STATUS_UNKNOWN_TRANSACTION);
	/* A oneway call's status is nobody's. */
	ck_assert_int_eq(echo_int(echo, ECHO_STATUS, STATUS_NO_MEMORY, FLAG_ONEWAY), STATUS_OK);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(remote_calls_are_checked)
{
	AIBinder *echo = echo_get(1);
	AParcel *in = echo_begin(echo), *out;

	ck_assert_int_eq(AIBinder_transact(echo, 0, &in, &out, 0), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_ptr_null(in);
	in = echo_begin(echo);
	ck_assert_int_eq(AIBinder_transact(echo, 1, &in, &out, 2), STATUS_BAD_VALUE);
	in = echo_begin(manager_object());
	ck_assert_int_eq(AIBinder_transact(echo, 1, &in, &out, 0), STATUS_BAD_VALUE);
	ck_assert_ptr_null(in);
	ck_assert_ptr_null(out);
	in = echo_begin(echo);
	ck_assert_int_eq(AIBinder_transact(echo, 1, &in, NULL, 0), STATUS_UNEXPECTED_NULL);
	/* Another interface's token. */
	in = parcel_new(echo);
	ck_assert_int_eq(parcel_write_token(in, "x.y"), STATUS_OK);
	ck_assert_int_eq(AIBinder_transact(echo, ECHO_CALLER, &in, &out, 0), STATUS_BAD_TYPE);
	/* System's object, called by vendor's code. */
	in = echo_begin(echo);
	ck_assert_int_eq(AIBinder_transact(echo, ECHO_CALLER, &in, &out, FLAG_PRIVATE_VENDOR),
		STATUS_BAD_TYPE);
	ck_assert_int_eq(AIBinder_setExtension(echo, manager_object()), STATUS_INVALID_OPERATION);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(classes_are_compared)
{
	AIBinder *echo = manager_get(1);
	AIBinder_Class *same = plain_class(ECHO_DESCRIPTOR, NULL),
		       *other = plain_class("x.y", NULL);
	AParcel *in;

	ck_assert_ptr_null(AIBinder_getClass(echo));
	ck_assert_int_eq(AIBinder_prepareTransaction(echo, &in), STATUS_INVALID_OPERATION);
	ck_assert_ptr_null(in);
	ck_assert(!AIBinder_associateClass(echo, other));
	ck_assert_ptr_null(AIBinder_getClass(echo));
	ck_assert(AIBinder_associateClass(echo, same));
	ck_assert_ptr_eq(AIBinder_getClass(echo), same);
	/* Another definition of the same interface is good, and the first one stays. */
	ck_assert(AIBinder_associateClass(echo, echo_class()));
	ck_assert_ptr_eq(AIBinder_getClass(echo), same);
	ck_assert(!AIBinder_associateClass(echo, other));
	ck_assert(!AIBinder_associateClass(echo, NULL));
	ck_assert_int_eq(echo_bytes(echo, 10, 0), STATUS_OK);
	AIBinder_decStrong(echo);
}
END_TEST

static void check_caller(AIBinder *echo, binder_flags_t flags)
{
	int32_t pid, uid;
	bool serving;
	AParcel *out;

	ck_assert_int_eq(echo_call(echo, ECHO_CALLER, echo_begin(echo), &out, flags), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &pid), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &uid), STATUS_OK);
	ck_assert_int_eq(AParcel_readBool(out, &serving), STATUS_OK);
	ck_assert_int_eq(pid, getpid());
	ck_assert_int_eq(uid, (int32_t)geteuid());
	ck_assert(serving);
	AParcel_delete(out);
}

START_TEST(caller_is_known)
{
	AIBinder *echo = echo_get(1);

	check_caller(echo, 0);
	check_caller(echo, FLAG_CLEAR_BUF);
	ck_assert_int_eq(AIBinder_getCallingPid(), getpid());
	ck_assert(!AIBinder_isHandlingTransaction());
	AIBinder_decStrong(echo);
}
END_TEST

/* Calls that go to and fro, on one thread in each process. */
static int32_t nest(AIBinder *echo, AIBinder *mine, int32_t depth)
{
	AParcel *in = echo_begin(echo), *out;
	int32_t reached;

	ck_assert_int_eq(AParcel_writeStrongBinder(in, mine), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(in, depth), STATUS_OK);
	ck_assert_int_eq(echo_call(echo, ECHO_FORWARD, in, &out, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &reached), STATUS_OK);
	AParcel_delete(out);
	return reached;
}

START_TEST(calls_nest)
{
	AIBinder *echo = echo_get(1), *mine = echo_new();

	/* There is no thread here but this one: it serves while it waits. */
	ck_assert_int_eq(nest(echo, mine, 1), 1);
	ck_assert_int_eq(nest(echo, mine, 20), 20);
	check_caller(echo, 0);
	ck_assert(!AIBinder_isHandlingTransaction());
	AIBinder_decStrong(mine);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(nesting_has_an_end)
{
	AIBinder *echo = echo_get(1), *mine = echo_new();
	AParcel *in = echo_begin(echo), *out;

	/* More than any thread's stack has room for. */
	ck_assert_int_eq(AParcel_writeStrongBinder(in, mine), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(in, INT32_MAX), STATUS_OK);
	ck_assert_int_eq(echo_call(echo, ECHO_FORWARD, in, &out, 0), STATUS_FAILED_TRANSACTION);
	/* Both go on. */
	ck_assert_int_eq(nest(echo, mine, 200), 200);
	ck_assert(!AIBinder_isHandlingTransaction());
	AIBinder_decStrong(mine);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(oneway_calls_keep_their_order)
{
	enum { COUNT = 1000, SOME = 50 };
	AIBinder *echo = echo_get(1);
	AParcel *in, *out;
	int32_t value;

	for (int32_t i = 0; i < COUNT; i++) {
		ck_assert_int_eq(echo_int(echo, ECHO_APPEND, i, FLAG_ONEWAY), STATUS_OK);
		/* Half of the area is theirs: let them be read. */
		if (i % SOME == SOME - 1) {
			in = echo_begin(echo);
			AParcel_writeInt32(in, i + 1);
			ck_assert_int_eq(echo_call(echo, ECHO_LIST, in, NULL, 0), STATUS_OK);
		}
	}
	in = echo_begin(echo);
	AParcel_writeInt32(in, COUNT);
	ck_assert_int_eq(echo_call(echo, ECHO_LIST, in, &out, 0), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &value), STATUS_OK);
	ck_assert_int_eq(value, COUNT);
	for (int32_t i = 0; i < COUNT; i++) {
		ck_assert_int_eq(AParcel_readInt32(out, &value), STATUS_OK);
		ck_assert_int_eq(value, i);
	}
	AParcel_delete(out);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(too_large_fails)
{
	AIBinder *echo = echo_get(1);

	ck_assert_int_eq(echo_bytes(echo, 1100000, 0), STATUS_FAILED_TRANSACTION);
	ck_assert_int_eq(echo_bytes(echo, 600000, FLAG_ONEWAY), STATUS_FAILED_TRANSACTION);
	/* Neither does an answer fit that is too large for this process. */
	ck_assert_int_eq(echo_int(echo, ECHO_LARGE, 1100000, 0), STATUS_FAILED_TRANSACTION);
	ck_assert(AIBinder_isAlive(echo));
	ck_assert_int_eq(echo_bytes(echo, 100, 0), STATUS_OK);
	AIBinder_decStrong(echo);
}
END_TEST

static void freeze(pid_t pid, bool frozen)
{
	struct binderd_freeze_info info = {
		.pid = (uint32_t)pid, .enable = frozen, .timeout_ms = 1000};
	int fd = binderd_open("/dev/binder", O_RDWR | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(binderd_ioctl(fd, BINDER_FREEZE, &info), 0);
	binderd_close(fd);
}

START_TEST(frozen_fails)
{
	AIBinder *echo = echo_get(1);

	freeze(service.pid, true);
	ck_assert_int_eq(echo_bytes(echo, 1, 0), STATUS_FAILED_TRANSACTION);
	ck_assert_int_eq(AIBinder_ping(echo), STATUS_FAILED_TRANSACTION);
	/* These wait. */
	ck_assert_int_eq(echo_int(echo, ECHO_APPEND, 1, FLAG_ONEWAY), STATUS_OK);
	ck_assert(AIBinder_isAlive(echo));
	freeze(service.pid, false);
	ck_assert_int_eq(echo_bytes(echo, 1, 0), STATUS_OK);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(dead_stays_dead)
{
	AIBinder *echo = echo_get(1), *other;

	peer_kill(&service);
	/* Its end is told of a moment later than its parent hears of it. */
	while (AIBinder_ping(echo) == STATUS_OK)
		;
	ck_assert_int_eq(AIBinder_ping(echo), STATUS_DEAD_OBJECT);
	ck_assert(!AIBinder_isAlive(echo));
	ck_assert_int_eq(echo_bytes(echo, 1, 0), STATUS_DEAD_OBJECT);
	ck_assert_int_eq(echo_bytes(echo, 1, FLAG_ONEWAY), STATUS_DEAD_OBJECT);
	ck_assert_int_eq(AIBinder_dump(echo, 1, NULL, 0), STATUS_DEAD_OBJECT);
	ck_assert_int_eq(AIBinder_getExtension(echo, &other), STATUS_DEAD_OBJECT);
	ck_assert_ptr_null(other);
	AIBinder_decStrong(echo);
	/* The manager has a reference yet, to what does not exist any more. */
	echo = manager_get(1);
	ck_assert_ptr_nonnull(echo);
	ck_assert(!AIBinder_associateClass(echo, echo_class()));
	AIBinder_decStrong(echo);
	service = peer_start(peer_idle);
}
END_TEST

START_TEST(death_within_a_call)
{
	AIBinder *echo = echo_get(1);

	ck_assert_int_eq(echo_call(echo, ECHO_DIE, echo_begin(echo), NULL, 0), STATUS_DEAD_OBJECT);
	ck_assert(!AIBinder_isAlive(echo));
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(descriptors_are_sent)
{
	AIBinder *echo = echo_get(1);
	AParcel *in, *out;
	int pair[2];
	int32_t size;

	for (int i = 0; i < 20; i++) {
		ck_assert_int_eq(pipe(pair), 0);
		ck_assert_int_eq(write(pair[1], "abcd", 4), 4);
		in = echo_begin(echo);
		ck_assert_int_eq(AParcel_writeParcelFileDescriptor(in, pair[0]), STATUS_OK);
		ck_assert_int_eq(echo_call(echo, ECHO_FILE, in, &out, 0), STATUS_OK);
		ck_assert_int_eq(AParcel_readInt32(out, &size), STATUS_OK);
		ck_assert_int_eq(size, 4);
		AParcel_delete(out);
		close(pair[0]);
		/* Nobody has the reading end any more. */
		signal(SIGPIPE, SIG_IGN);
		ck_assert_int_eq(write(pair[1], "x", 1), -1);
		ck_assert_int_eq(errno, EPIPE);
		close(pair[1]);
	}
	AIBinder_decStrong(echo);
}
END_TEST

static int count_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

START_TEST(descriptors_that_nobody_reads_are_closed)
{
	AIBinder *echo = echo_get(1);
	AParcel *in;
	int before;

	/* Whatever the library opens for itself is open by then. */
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(echo_bytes(echo, 10, 0), STATUS_OK);
	ck_assert_int_eq(echo_call(echo, ECHO_OPEN, echo_begin(echo), NULL, 0), STATUS_OK);
	before = count_files();
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(echo_call(echo, ECHO_OPEN, echo_begin(echo), NULL, 0), STATUS_OK);
	ck_assert_int_eq(count_files(), before);
	/* An answer to what none is wanted of. */
	for (int i = 0; i < 20; i++) {
		in = echo_begin(echo);
		ck_assert_int_eq(proxy_call(echo, ECHO_OPEN, in, NULL, 0), STATUS_OK);
		AParcel_delete(in);
	}
	ck_assert_int_eq(count_files(), before);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(one_object_has_one_address)
{
	AIBinder *echo = echo_get(1), *again = manager_get(1), *mine = echo_new(), *back;

	ck_assert_ptr_eq(echo, again);
	ck_assert_int_eq(AIBinder_debugGetRefCount(echo), 2);
	AIBinder_decStrong(again);
	ck_assert_int_eq(echo_object(echo, ECHO_KEEP, mine), STATUS_OK);
	back = echo_ask_object(echo, ECHO_KEPT);
	ck_assert_ptr_eq(back, mine);
	AIBinder_decStrong(back);
	ck_assert_int_eq(echo_object(echo, ECHO_KEEP, echo), STATUS_OK);
	back = echo_ask_object(echo, ECHO_KEPT);
	ck_assert_ptr_eq(back, echo);
	AIBinder_decStrong(back);
	ck_assert_int_eq(echo_object(echo, ECHO_KEEP, NULL), STATUS_OK);
	ck_assert_ptr_null(echo_ask_object(echo, ECHO_KEPT));
	AIBinder_decStrong(mine);
	AIBinder_decStrong(echo);
}
END_TEST

static AIBinder *storm_echo;

static void *storm(void *data)
{
	(void)data;
	for (size_t i = 0; i < 300; i++) {
		ck_assert_int_eq(echo_bytes(storm_echo, i * 13 % 3000, 0), STATUS_OK);
		if (i % 10 == 0)
			ck_assert_int_eq(
				echo_int(storm_echo, ECHO_APPEND, 1, FLAG_ONEWAY), STATUS_OK);
	}
	return NULL;
}

START_TEST(many_threads_call)
{
	pthread_t threads[8];

	storm_echo = echo_get(1);
	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, storm, NULL), 0);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	AIBinder_decStrong(storm_echo);
}
END_TEST

START_TEST(dump_and_extension_of_another)
{
	const char *args[] = {"a", "bc"};
	AIBinder *object = manager_get(2), *ext;
	char text[64] = "";
	int pair[2];

	ck_assert_int_eq(pipe(pair), 0);
	ck_assert_int_eq(AIBinder_dump(object, pair[1], args, 2), STATUS_OK);
	ck_assert_int_gt(read(pair[0], text, sizeof(text) - 1), 0);
	ck_assert_str_eq(text, "2 a bc\n");
	ck_assert_int_eq(AIBinder_dump(object, pair[1], NULL, 0), STATUS_BAD_INDEX);
	close(pair[0]);
	close(pair[1]);
	ck_assert_int_eq(AIBinder_getExtension(object, &ext), STATUS_OK);
	ck_assert_ptr_nonnull(ext);
	ck_assert(AIBinder_associateClass(ext, echo_class()));
	ck_assert_int_eq(echo_bytes(ext, 9, 0), STATUS_OK);
	AIBinder_decStrong(object);
	ck_assert_int_eq(AIBinder_getExtension(ext, &object), STATUS_OK);
	ck_assert_ptr_null(object);
	AIBinder_decStrong(ext);
}
END_TEST

/* What only this library's own code and Android's can send: by handle. */
static binder_status_t ask(AIBinder *object, uint32_t code, AParcel *in, AParcel **out)
{
	binder_status_t status = proxy_call(object, code, in, out, 0);

	AParcel_delete(in);
	return status;
}

START_TEST(answers_of_another)
{
	AIBinder *echo = echo_get(1);
	AParcel *out;
	int32_t pid;

	ck_assert_int_eq(ask(echo, ANSWER_DEBUG_PID, NULL, &out), STATUS_OK);
	ck_assert_int_eq(AParcel_readInt32(out, &pid), STATUS_OK);
	ck_assert_int_eq(pid, service.pid);
	AParcel_delete(out);
	ck_assert_int_eq(ask(echo, ANSWER_SYSPROPS, NULL, &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_int_eq(ask(echo, ANSWER_START_RECORDING, NULL, &out), STATUS_INVALID_OPERATION);
	ck_assert_int_eq(ask(echo, 0x11223344, NULL, &out), STATUS_UNKNOWN_TRANSACTION);
	ck_assert_ptr_null(out);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(security_context_is_told)
{
	AIBinder *echo = manager_get(3);
	AParcel *out = NULL;
	binder_status_t status;
	char *text = NULL;

	if (!AIBinder_associateClass(echo, echo_class())) {
		/* A kernel whose security module gives none. */
		ck_assert_int_eq(AIBinder_ping(echo), STATUS_FAILED_TRANSACTION);
		AIBinder_decStrong(echo);
		return;
	}
	status = echo_call(echo, ECHO_SID, echo_begin(echo), &out, 0);
	ck_assert_int_eq(status, STATUS_OK);
	ck_assert_int_eq(parcel_read_string(out, &text), STATUS_OK);
	ck_assert_ptr_nonnull(text);
	ck_assert_str_ne(text, "");
	free(text);
	AParcel_delete(out);
	AIBinder_decStrong(echo);
	echo = echo_get(1);
	ck_assert_int_eq(echo_call(echo, ECHO_SID, echo_begin(echo), &out, 0), STATUS_OK);
	ck_assert_int_eq(parcel_read_string(out, &text), STATUS_OK);
	ck_assert_ptr_null(text);
	AParcel_delete(out);
	AIBinder_decStrong(echo);
}
END_TEST

static const struct suite_test tests[] = {
	{&payloads_come_back, 0},
	{&statuses_come_back, 0},
	{&remote_calls_are_checked, 0},
	{&classes_are_compared, 0},
	{&caller_is_known, 0},
	{&calls_nest, 0},
	{&nesting_has_an_end, 0},
	{&oneway_calls_keep_their_order, 0},
	{&too_large_fails, 0},
	{&frozen_fails, 0},
	{&dead_stays_dead, 0},
	{&death_within_a_call, 0},
	{&descriptors_are_sent, 0},
	{&descriptors_that_nobody_reads_are_closed, 0},
	{&one_object_has_one_address, 0},
	{&many_threads_call, 0},
	{&dump_and_extension_of_another, 0},
	{&answers_of_another, 0},
	{&security_context_is_told, 0},
};

int main(void)
{
	return suite_run("calls", tests, SUITE_COUNT(tests), setup, teardown);
}
