/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Peers that keep to no rules: what they answer, and what they ask. The one that is up against them
 * goes on, holds nothing of theirs afterwards, and says what was wrong.
 */

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/ndk/answer.h"
#include "ndk/echo.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/raw.h"
#include "ndk/suite.h"

#define FILES 8

/* What the objects of the hostile service do. Each is in the slot of its number. */
enum habit {
	HABIT_OK = 1,	   /* a status in place of a reply, which is STATUS_OK */
	HABIT_ALL_OK,	   /* also where its interface's name is asked for */
	HABIT_NO_STATUS,   /* such a one without the status */
	HABIT_POSITIVE,	   /* a status that is none */
	HABIT_FILES,	   /* descriptors that nobody asked for */
	HABIT_FILES_ERROR, /* such beside a status */
	HABIT_NUL,	   /* the right name, and a NUL and more behind it */
	HABIT_NULL,	   /* null as its name */
	HABIT_HUGE,	   /* a name of more units than there are */
	HABIT_CUT,	   /* as many bytes of a reply as it is asked for */
	HABIT_DIE,	   /* dies of the question */
	HABIT_END,
};

static struct peer manager, service;

/* Descriptors in a parcel behind two words, of which the first one is a status. */
static void answer_files(struct raw *raw, uint32_t flags)
{
	struct binder_fd_object files[FILES];
	binder_size_t offsets[FILES];
	uint8_t data[8 + sizeof(files)] = {0};
	const int32_t status = STATUS_BAD_INDEX;

	memset(files, 0, sizeof(files));
	for (size_t i = 0; i < FILES; i++) {
		files[i].hdr.type = BINDER_TYPE_FD;
		files[i].fd = 0;
		offsets[i] = 8 + i * sizeof(files[0]);
	}
	memcpy(data, &status, 4);
	memcpy(data + 8, files, sizeof(files));
	raw_reply(raw, &(struct raw_parcel){data, sizeof(data), offsets, FILES, 0, flags});
}

/* A reply with some of everything. In @offsets the places of its objects, two. */
#define CUT_OBJECTS 2
static size_t fill_reply(uint8_t *data, binder_size_t *offsets)
{
	static const uint32_t words[] = {0, 77, 5, 0x04030201, 5, 2, 8, 9, 2};
	struct flat_binder_object flat = {.hdr.type = BINDER_TYPE_BINDER, .binder = 1, .cookie = 1};
	const uint32_t present[] = {1, 0}, stability = 0x0c;
	size_t at = sizeof(words);

	memcpy(data, words, sizeof(words));
	at += raw_string(data + at, "one", 3);
	at += raw_string(data + at, "", 0);
	offsets[0] = at;
	memcpy(data + at, &flat, sizeof(flat));
	memcpy(data + at + sizeof(flat), &stability, 4);
	at += sizeof(flat) + 4;
	memcpy(data + at, present, sizeof(present));
	at += sizeof(present);
	offsets[1] = at;
	flat = (struct flat_binder_object){.hdr.type = BINDER_TYPE_FD};
	memcpy(data + at, &flat, sizeof(flat));
	return at + sizeof(flat);
}

static void answer_cut(struct raw *raw, const struct binder_transaction_data *txn)
{
	const uint8_t *asked = (const uint8_t *)(uintptr_t)txn->data.ptr.buffer;
	binder_size_t offsets[CUT_OBJECTS];
	uint8_t data[256];
	uint32_t size;
	size_t count = 0;

	peer_check(fill_reply(data, offsets) <= sizeof(data));
	memcpy(&size, asked + txn->data_size - 4, 4);
	while (count < CUT_OBJECTS && offsets[count] + sizeof(struct flat_binder_object) <= size)
		count++;
	raw_reply(raw, &(struct raw_parcel){data, size, offsets, count, 0, 0});
}

static void answer_name(struct raw *raw, enum habit habit)
{
	static const char nul[] = ECHO_DESCRIPTOR "\0more";
	uint8_t data[128];
	size_t size = raw_string(data, ECHO_DESCRIPTOR, strlen(ECHO_DESCRIPTOR));
	const uint32_t huge = habit == HABIT_NULL ? UINT32_MAX : INT32_MAX;

	if (habit == HABIT_NUL)
		size = raw_string(data, nul, sizeof(nul) - 1);
	else if (habit == HABIT_NULL || habit == HABIT_HUGE)
		memcpy(data, &huge, 4);
	raw_reply(raw, &(struct raw_parcel){data, size, NULL, 0, 0, 0});
}

static void answer_status(struct raw *raw, int32_t status, size_t size)
{
	raw_reply(raw, &(struct raw_parcel){&status, size, NULL, 0, 0, TF_STATUS_CODE});
}

static void serve_call(struct raw *raw, const struct binder_transaction_data *txn)
{
	enum habit habit = (enum habit)txn->cookie;

	if (habit == HABIT_DIE)
		raise(SIGKILL);
	if (txn->code == ANSWER_INTERFACE && habit != HABIT_ALL_OK)
		answer_name(raw, habit);
	else if (habit == HABIT_OK || habit == HABIT_ALL_OK)
		answer_status(raw, STATUS_OK, 4);
	else if (habit == HABIT_NO_STATUS)
		answer_status(raw, STATUS_OK, 0);
	else if (habit == HABIT_POSITIVE)
		answer_status(raw, 7, 4);
	else if (habit == HABIT_CUT)
		answer_cut(raw, txn);
	else
		answer_files(raw, habit == HABIT_FILES_ERROR ? TF_STATUS_CODE : 0);
}

static void serve(int fd)
{
	struct raw raw;

	raw_open(&raw);
	for (uint32_t habit = 1; habit < HABIT_END; habit++)
		raw_put(&raw, habit, habit);
	peer_say(fd, 'r');
	raw_serve(&raw, serve_call);
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

/* Its interface's name is the right one. */
static AIBinder *get(enum habit habit)
{
	return echo_get((int32_t)habit);
}

static binder_status_t call(AIBinder *object, int32_t value, AParcel **out)
{
	AParcel *in;
	binder_status_t status;

	ck_assert_int_eq(AIBinder_prepareTransaction(object, &in), STATUS_OK);
	ck_assert_int_eq(AParcel_writeInt32(in, value), STATUS_OK);
	status = AIBinder_transact(object, ECHO_BYTES, &in, out, 0);
	ck_assert_ptr_null(in);
	ck_assert(status == STATUS_OK ? *out != NULL : *out == NULL);
	return status;
}

START_TEST(status_that_is_ok)
{
	AIBinder *object = get(HABIT_OK), *ext = object;
	AStatus *outcome;
	AParcel *out;

	ck_assert_int_eq(call(object, 0, &out), STATUS_OK);
	ck_assert_int_eq(AParcel_getDataSize(out), 0);
	ck_assert_int_eq(AParcel_readStatusHeader(out, &outcome), STATUS_NOT_ENOUGH_DATA);
	AParcel_delete(out);
	ck_assert_int_eq(AIBinder_ping(object), STATUS_OK);
	ck_assert_int_eq(AIBinder_dump(object, 1, NULL, 0), STATUS_OK);
	ck_assert_int_eq(AIBinder_getExtension(object, &ext), STATUS_BAD_TYPE);
	ck_assert_ptr_null(ext);
	AIBinder_decStrong(object);
	object = manager_get(HABIT_ALL_OK);
	ck_assert(!AIBinder_associateClass(object, echo_class()));
	AIBinder_decStrong(object);
}
END_TEST

START_TEST(status_that_is_none)
{
	AIBinder *object = get(HABIT_NO_STATUS);
	AParcel *out;

	ck_assert_int_eq(call(object, 0, &out), STATUS_UNKNOWN_ERROR);
	ck_assert_int_eq(AIBinder_ping(object), STATUS_UNKNOWN_ERROR);
	AIBinder_decStrong(object);
	object = get(HABIT_POSITIVE);
	ck_assert_int_eq(call(object, 0, &out), STATUS_UNKNOWN_ERROR);
	ck_assert_int_eq(AIBinder_ping(object), STATUS_UNKNOWN_ERROR);
	AIBinder_decStrong(object);
}
END_TEST

START_TEST(descriptors_nobody_asked_for)
{
	AIBinder *object = get(HABIT_FILES), *other = get(HABIT_FILES_ERROR), *ext;
	int files = peer_count_files(getpid());
	AParcel *out;

	ck_assert_int_eq(AIBinder_ping(object), STATUS_OK);
	ck_assert_int_eq(AIBinder_dump(object, 1, NULL, 0), STATUS_OK);
	ck_assert_int_eq(AIBinder_getExtension(object, &ext), STATUS_BAD_TYPE);
	ck_assert_int_eq(call(object, 0, &out), STATUS_OK);
	AParcel_delete(out);
	ck_assert_int_eq(peer_count_files(getpid()), files);
	ck_assert_int_eq(AIBinder_ping(other), STATUS_BAD_INDEX);
	ck_assert_int_eq(AIBinder_dump(other, 1, NULL, 0), STATUS_BAD_INDEX);
	ck_assert_int_eq(AIBinder_getExtension(other, &ext), STATUS_BAD_INDEX);
	ck_assert_int_eq(call(other, 0, &out), STATUS_BAD_INDEX);
	ck_assert_int_eq(peer_count_files(getpid()), files);
	AIBinder_decStrong(object);
	AIBinder_decStrong(other);
}
END_TEST

START_TEST(names_that_are_none)
{
	static const enum habit habits[] = {HABIT_NUL, HABIT_NULL, HABIT_HUGE};
	AIBinder *object;

	for (size_t i = 0; i < 3; i++) {
		object = manager_get(habits[i]);
		ck_assert(!AIBinder_associateClass(object, echo_class()));
		ck_assert_ptr_null(AIBinder_getClass(object));
		ck_assert(AIBinder_isAlive(object));
		AIBinder_decStrong(object);
	}
}
END_TEST

static bool text_alloc(void *data, int32_t length, char **text)
{
	static char space[64];

	(void)data;
	ck_assert_int_le(length, (int32_t)sizeof(space));
	if (length >= 0)
		*text = space;
	return length >= 0;
}

static bool texts_alloc(void *data, int32_t length)
{
	(void)data;
	return length == 2;
}

static bool texts_element(void *data, size_t index, int32_t length, char **text)
{
	(void)index;
	return text_alloc(data, length, text);
}

static bool bytes_alloc(void *data, int32_t length, int8_t **bytes)
{
	static int8_t space[64];

	(void)data;
	ck_assert_int_le(length, (int32_t)sizeof(space));
	*bytes = space;
	return length >= 0;
}

static bool ints_alloc(void *data, int32_t length, int32_t **ints)
{
	static int32_t space[16];

	(void)data;
	ck_assert_int_le(length, 16);
	*ints = space;
	return length >= 0;
}

/* Reads what fill_reply() wrote. Return: the first status that is not STATUS_OK. */
static binder_status_t read_reply(const AParcel *out, AIBinder **object, int *fd)
{
	AStatus *outcome = NULL;
	binder_status_t status;
	int32_t value = 0;

	status = AParcel_readStatusHeader(out, &outcome);
	ck_assert(status != STATUS_OK || AStatus_isOk(outcome));
	AStatus_delete(outcome);
	if (status == STATUS_OK)
		status = AParcel_readInt32(out, &value);
	ck_assert(status != STATUS_OK || value == 77);
	if (status == STATUS_OK)
		status = AParcel_readByteArray(out, NULL, bytes_alloc);
	if (status == STATUS_OK)
		status = AParcel_readInt32Array(out, NULL, ints_alloc);
	if (status == STATUS_OK)
		status = AParcel_readStringArray(out, NULL, texts_alloc, texts_element);
	if (status == STATUS_OK)
		status = AParcel_readStrongBinder(out, object);
	if (status == STATUS_OK)
		status = AParcel_readParcelFileDescriptor(out, fd);
	return status;
}

START_TEST(replies_cut_at_each_byte)
{
	binder_size_t offsets[CUT_OBJECTS];
	AIBinder *object = get(HABIT_CUT);
	uint8_t data[256];
	size_t full = fill_reply(data, offsets);
	int files = peer_count_files(getpid());
	binder_status_t status;
	AParcel *out;

	for (size_t size = 0; size <= full; size++) {
		AIBinder *got = NULL;
		int fd = -1;

		ck_assert_int_eq(call(object, (int32_t)size, &out), STATUS_OK);
		ck_assert_int_eq(AParcel_getDataSize(out), (int32_t)size);
		status = read_reply(out, &got, &fd);
		ck_assert(size == full ? status == STATUS_OK && fd >= 0
				       : status != STATUS_OK && fd < 0);
		ck_assert((got != NULL) ==
			  (size >= offsets[0] + sizeof(struct flat_binder_object) + 4));
		if (got)
			AIBinder_decStrong(got);
		if (fd >= 0)
			close(fd);
		AParcel_delete(out);
		ck_assert_int_eq(peer_count_files(getpid()), files);
	}
	AIBinder_decStrong(object);
}
END_TEST

/* What is asked of one that dies of it, in turn. */
START_TEST(death_of_each_question)
{
	AIBinder *object = manager_get(HABIT_DIE), *ext = object;
	AParcel *out = NULL;

	switch (_i) {
	case 0:
		ck_assert_int_eq(AIBinder_ping(object), STATUS_DEAD_OBJECT);
		break;
	case 1:
		ck_assert_int_eq(AIBinder_dump(object, 1, NULL, 0), STATUS_DEAD_OBJECT);
		break;
	case 2:
		ck_assert_int_eq(AIBinder_getExtension(object, &ext), STATUS_DEAD_OBJECT);
		ck_assert_ptr_null(ext);
		break;
	default:
		ck_assert(!AIBinder_associateClass(object, echo_class()));
	}
	ck_assert(!AIBinder_isAlive(object));
	ck_assert_int_eq(AIBinder_ping(object), STATUS_DEAD_OBJECT);
	ck_assert_int_eq(AIBinder_prepareTransaction(object, &out), STATUS_INVALID_OPERATION);
	AIBinder_decStrong(object);
}
END_TEST

/* What callers ask who do not live to see the answer. */
static const uint32_t last_words[] = {ANSWER_PING, ANSWER_DUMP, ANSWER_SHELL_COMMAND,
	ANSWER_INTERFACE, ANSWER_EXTENSION, ANSWER_DEBUG_PID, ANSWER_SYSPROPS,
	ANSWER_SET_RPC_CLIENT, ECHO_NEW, ECHO_KEEP, ECHO_WAIT};
#define LAST_WORDS (sizeof(last_words) / sizeof(last_words[0]))
#define SLOT_ECHO (MANAGER_SLOTS - 1)

static void serve_echo(int fd)
{
	echo_put(SLOT_ECHO);
	peer_serve(fd);
}

/* Sends them an object of its own and a descriptor, and dies at once. */
static void ask_and_die(int fd)
{
	const char index = peer_hear(fd);
	binder_size_t offsets[2];
	uint8_t data[256];
	struct raw raw;
	size_t at;

	struct flat_binder_object flat = {.hdr.type = BINDER_TYPE_BINDER, .binder = 8, .cookie = 8};
	const uint32_t stability = 0x0c;

	raw_open(&raw);
	at = raw_token(data, ECHO_DESCRIPTOR);
	offsets[0] = at;
	memcpy(data + at, &flat, sizeof(flat));
	memcpy(data + at + sizeof(flat), &stability, 4);
	offsets[1] = at + sizeof(flat) + 4;
	flat = (struct flat_binder_object){.hdr.type = BINDER_TYPE_FD};
	memcpy(data + offsets[1], &flat, sizeof(flat));
	raw_send(&raw, raw_get(&raw, SLOT_ECHO), last_words[index - 'a'],
		&(struct raw_parcel){
			data, offsets[1] + sizeof(flat), offsets, 2, 0, TF_ACCEPT_FDS});
	raise(SIGKILL);
}

START_TEST(callers_that_die)
{
	struct peer callers[LAST_WORDS], other = peer_start_service(serve_echo);
	AIBinder *echo;

	for (size_t i = 0; i < LAST_WORDS; i++)
		callers[i] = peer_start(ask_and_die);
	echo = get(SLOT_ECHO);
	for (size_t i = 0; i < LAST_WORDS; i++) {
		peer_say(callers[i].fd, (char)('a' + i));
		ck_assert_int_eq(waitpid(callers[i].pid, NULL, 0), callers[i].pid);
		close(callers[i].fd);
		ck_assert_int_eq(AIBinder_ping(echo), STATUS_OK);
	}
	/* The last one is being served, until this. */
	ck_assert_int_eq(echo_ask_int(echo, ECHO_WAITING, 1), 1);
	ck_assert_int_eq(echo_int(echo, ECHO_GO, 0, 0), STATUS_OK);
	/* What was kept of a dead caller is dead, and can be let go of. */
	ck_assert_int_eq(echo_object(echo, ECHO_KEEP, NULL), STATUS_OK);
	while (echo_ask_int(echo, ECHO_LIVING, 0) != 1)
		;
	AIBinder_decStrong(echo);
	peer_kill(&other);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hostile");
	TCase *tc = tcase_create("answers");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, status_that_is_ok);
	tcase_add_test(tc, status_that_is_none);
	tcase_add_test(tc, descriptors_nobody_asked_for);
	tcase_add_test(tc, names_that_are_none);
	tcase_add_test(tc, replies_cut_at_each_byte);
	tcase_add_loop_test(tc, death_of_each_question, 0, 4);
	tcase_add_test(tc, callers_that_die);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
