/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Death recipients.
 */

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <android/binder_process.h>

#include "ndk/echo.h"
#include "ndk/manager.h"
#include "ndk/peer.h"
#include "ndk/suite.h"

static struct peer manager, service;

static void serve(int fd)
{
	echo_put(1);
	echo_put(2);
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

/* What was told: letters in their order, a cookie's for a death and upper case for its end. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	char text[64];
	size_t length;
} told = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void tell(char letter)
{
	pthread_mutex_lock(&told.mutex);
	peer_check(told.length + 1 < sizeof(told.text));
	told.text[told.length++] = letter;
	pthread_cond_broadcast(&told.changed);
	pthread_mutex_unlock(&told.mutex);
}

static void await_told(size_t length)
{
	pthread_mutex_lock(&told.mutex);
	while (told.length < length)
		pthread_cond_wait(&told.changed, &told.mutex);
	pthread_mutex_unlock(&told.mutex);
}

static void on_died(void *cookie)
{
	tell((char)(intptr_t)cookie);
}

static void on_unlinked(void *cookie)
{
	tell((char)((intptr_t)cookie - 'a' + 'A'));
}

static void *cookie(char letter)
{
	return (void *)(intptr_t)letter;
}

static AIBinder_DeathRecipient *recipient_new(void)
{
	AIBinder_DeathRecipient *recipient = AIBinder_DeathRecipient_new(on_died);

	ck_assert_ptr_nonnull(recipient);
	AIBinder_DeathRecipient_setOnUnlinked(recipient, on_unlinked);
	return recipient;
}

START_TEST(nothing_comes_of_null)
{
	AIBinder *mine = echo_new();
	AIBinder_DeathRecipient *recipient = recipient_new();

	ck_assert_ptr_null(AIBinder_DeathRecipient_new(NULL));
	AIBinder_DeathRecipient_setOnUnlinked(NULL, on_unlinked);
	AIBinder_DeathRecipient_delete(NULL);
	ck_assert_int_eq(AIBinder_linkToDeath(NULL, recipient, NULL), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_linkToDeath(mine, NULL, NULL), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_unlinkToDeath(NULL, recipient, NULL), STATUS_UNEXPECTED_NULL);
	ck_assert_int_eq(AIBinder_unlinkToDeath(mine, NULL, NULL), STATUS_UNEXPECTED_NULL);
	ck_assert_str_eq(told.text, "");
	/* A local object has no death before its process's. */
	ck_assert_int_eq(
		AIBinder_linkToDeath(mine, recipient, cookie('a')), STATUS_INVALID_OPERATION);
	ck_assert_str_eq(told.text, "A");
	ck_assert_int_eq(
		AIBinder_unlinkToDeath(mine, recipient, cookie('a')), STATUS_NAME_NOT_FOUND);
	AIBinder_DeathRecipient_delete(recipient);
	AIBinder_decStrong(mine);
}
END_TEST

START_TEST(all_links_are_told)
{
	AIBinder_DeathRecipient *one = recipient_new(), *two = recipient_new();
	AIBinder *echo = manager_get(1);

	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(echo, one, cookie('a')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, two, cookie('b')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, one, cookie('c')), STATUS_OK);
	/* Linked twice: told twice. */
	ck_assert_int_eq(AIBinder_linkToDeath(echo, one, cookie('a')), STATUS_OK);
	ck_assert_str_eq(told.text, "");
	kill(service.pid, SIGKILL);
	await_told(8);
	ck_assert_str_eq(told.text, "aAbBcCaA");
	ck_assert(!AIBinder_isAlive(echo));
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, one, cookie('a')), STATUS_NAME_NOT_FOUND);
	/* That was it. */
	ck_assert_int_eq(AIBinder_linkToDeath(echo, one, cookie('d')), STATUS_DEAD_OBJECT);
	ck_assert_str_eq(told.text, "aAbBcCaAD");
	AIBinder_DeathRecipient_delete(one);
	AIBinder_DeathRecipient_delete(two);
	AIBinder_decStrong(echo);
	ck_assert_int_eq(told.length, 9);
}
END_TEST

START_TEST(links_are_unlinked)
{
	AIBinder_DeathRecipient *one = recipient_new(), *two = recipient_new();
	AIBinder *echo = manager_get(1), *other = manager_get(2);

	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(echo, one, cookie('a')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(other, one, cookie('b')), STATUS_OK);
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, two, cookie('a')), STATUS_NAME_NOT_FOUND);
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, one, cookie('b')), STATUS_NAME_NOT_FOUND);
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, one, cookie('a')), STATUS_OK);
	ck_assert_str_eq(told.text, "A");
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, one, cookie('a')), STATUS_NAME_NOT_FOUND);
	/* Again and again: the driver is asked and told each time. */
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(AIBinder_linkToDeath(echo, two, cookie('c')), STATUS_OK);
		ck_assert_int_eq(AIBinder_unlinkToDeath(echo, two, cookie('c')), STATUS_OK);
	}
	ck_assert_str_eq(told.text, "ACCCCCCCCCC");
	ck_assert_int_eq(AIBinder_linkToDeath(echo, two, cookie('d')), STATUS_OK);
	kill(service.pid, SIGKILL);
	await_told(15);
	/* The two deaths may be told of in two threads. */
	ck_assert_ptr_nonnull(strchr(told.text, 'b'));
	ck_assert_ptr_nonnull(strchr(told.text, 'd'));
	ck_assert_ptr_null(strchr(told.text, 'a'));
	ck_assert_ptr_null(strchr(told.text, 'c'));
	AIBinder_DeathRecipient_delete(one);
	AIBinder_DeathRecipient_delete(two);
	AIBinder_decStrong(echo);
	AIBinder_decStrong(other);
	ck_assert_int_eq(told.length, 15);
}
END_TEST

START_TEST(newest_of_equal_links_is_unlinked)
{
	AIBinder_DeathRecipient *recipient = AIBinder_DeathRecipient_new(on_died);
	AIBinder *echo = manager_get(1);

	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(echo, recipient, cookie('a')), STATUS_OK);
	/* A link keeps what was set when it was made. */
	AIBinder_DeathRecipient_setOnUnlinked(recipient, on_unlinked);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, recipient, cookie('a')), STATUS_OK);
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, recipient, cookie('a')), STATUS_OK);
	ck_assert_str_eq(told.text, "A");
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, recipient, cookie('a')), STATUS_OK);
	ck_assert_str_eq(told.text, "A");
	AIBinder_DeathRecipient_delete(recipient);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(deleted_recipient_is_not_told)
{
	AIBinder_DeathRecipient *one = recipient_new(), *two = recipient_new();
	AIBinder *echo = manager_get(1);

	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(echo, one, cookie('a')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, one, cookie('b')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, two, cookie('c')), STATUS_OK);
	AIBinder_DeathRecipient_delete(one);
	ck_assert_str_eq(told.text, "AB");
	kill(service.pid, SIGKILL);
	await_told(4);
	ck_assert_str_eq(told.text, "ABcC");
	AIBinder_DeathRecipient_delete(two);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(links_end_with_the_proxy)
{
	AIBinder_DeathRecipient *recipient = recipient_new();
	AIBinder *echo = manager_get(1);

	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(echo, recipient, cookie('a')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, recipient, cookie('b')), STATUS_OK);
	AIBinder_decStrong(echo);
	ck_assert_str_eq(told.text, "AB");
	/* The next one knows nothing of that. */
	echo = manager_get(1);
	ck_assert_int_eq(
		AIBinder_unlinkToDeath(echo, recipient, cookie('a')), STATUS_NAME_NOT_FOUND);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, recipient, cookie('c')), STATUS_OK);
	kill(service.pid, SIGKILL);
	await_told(4);
	ck_assert_str_eq(told.text, "ABcC");
	AIBinder_DeathRecipient_delete(recipient);
	AIBinder_decStrong(echo);
}
END_TEST

START_TEST(link_to_one_that_died_unnoticed)
{
	AIBinder_DeathRecipient *recipient = recipient_new();
	AIBinder *echo = manager_get(1);

	kill(service.pid, SIGKILL);
	while (AIBinder_ping(echo) != STATUS_DEAD_OBJECT)
		;
	ck_assert(!AIBinder_isAlive(echo));
	/* Nobody was told of it yet: so this one is. */
	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(echo, recipient, cookie('a')), STATUS_OK);
	await_told(2);
	ck_assert_str_eq(told.text, "aA");
	ck_assert_int_eq(AIBinder_linkToDeath(echo, recipient, cookie('b')), STATUS_DEAD_OBJECT);
	ck_assert_str_eq(told.text, "aAB");
	AIBinder_DeathRecipient_delete(recipient);
	AIBinder_decStrong(echo);
}
END_TEST

/* A recipient that does things while it is told. */
static struct {
	AIBinder *object;
	AIBinder_DeathRecipient *recipient, *other;
	binder_status_t status;
	sem_t entered, may_go;
} within;

static void on_died_unlink(void *data)
{
	within.status = AIBinder_unlinkToDeath(within.object, within.recipient, data);
	on_died(data);
}

START_TEST(unlinked_while_it_is_told)
{
	ABinderProcess_startThreadPool();
	within.object = manager_get(1);
	within.recipient = AIBinder_DeathRecipient_new(on_died_unlink);
	AIBinder_DeathRecipient_setOnUnlinked(within.recipient, on_unlinked);
	ck_assert_int_eq(
		AIBinder_linkToDeath(within.object, within.recipient, cookie('a')), STATUS_OK);
	kill(service.pid, SIGKILL);
	await_told(2);
	ck_assert_str_eq(told.text, "aA");
	ck_assert_int_eq(within.status, STATUS_DEAD_OBJECT);
	AIBinder_DeathRecipient_delete(within.recipient);
	AIBinder_decStrong(within.object);
}
END_TEST

static void on_died_wait(void *data)
{
	on_died(data);
	sem_post(&within.entered);
	sem_wait(&within.may_go);
}

START_TEST(deleted_while_it_is_told)
{
	AIBinder_DeathRecipient *slow = AIBinder_DeathRecipient_new(on_died_wait);
	AIBinder_DeathRecipient *late = recipient_new();
	AIBinder *echo = manager_get(1);

	sem_init(&within.entered, 0, 0);
	sem_init(&within.may_go, 0, 0);
	AIBinder_DeathRecipient_setOnUnlinked(slow, on_unlinked);
	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(echo, slow, cookie('a')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, late, cookie('b')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, late, cookie('c')), STATUS_OK);
	kill(service.pid, SIGKILL);
	sem_wait(&within.entered);
	ck_assert_str_eq(told.text, "a");
	/* Its turn has not come: it is not told any more, though it is dead. */
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, late, cookie('b')), STATUS_DEAD_OBJECT);
	ck_assert_str_eq(told.text, "aB");
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, late, cookie('b')), STATUS_NAME_NOT_FOUND);
	/* This one is being told: it ends when that is over. */
	ck_assert_int_eq(AIBinder_unlinkToDeath(echo, slow, cookie('a')), STATUS_DEAD_OBJECT);
	AIBinder_DeathRecipient_delete(slow);
	AIBinder_DeathRecipient_delete(late);
	ck_assert_str_eq(told.text, "aBC");
	AIBinder_decStrong(echo);
	ck_assert_str_eq(told.text, "aBC");
	sem_post(&within.may_go);
	await_told(4);
	ck_assert_str_eq(told.text, "aBCA");
}
END_TEST

START_TEST(proxy_goes_while_it_is_told)
{
	AIBinder_DeathRecipient *slow = AIBinder_DeathRecipient_new(on_died_wait);
	AIBinder_DeathRecipient *late = recipient_new();
	AIBinder *echo = manager_get(1);

	sem_init(&within.entered, 0, 0);
	sem_init(&within.may_go, 0, 0);
	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(echo, slow, cookie('a')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, late, cookie('b')), STATUS_OK);
	kill(service.pid, SIGKILL);
	sem_wait(&within.entered);
	AIBinder_decStrong(echo);
	ck_assert_str_eq(told.text, "aB");
	sem_post(&within.may_go);
	AIBinder_DeathRecipient_delete(slow);
	AIBinder_DeathRecipient_delete(late);
	ck_assert_str_eq(told.text, "aB");
}
END_TEST

static void on_died_unlink_other(void *data)
{
	on_died(data);
	within.status = AIBinder_unlinkToDeath(within.object, within.other, cookie('b'));
}

START_TEST(one_that_is_told_unlinks_another)
{
	AIBinder_DeathRecipient *first = AIBinder_DeathRecipient_new(on_died_unlink_other);

	within.other = recipient_new();
	within.object = manager_get(1);
	AIBinder_DeathRecipient_setOnUnlinked(first, on_unlinked);
	ABinderProcess_startThreadPool();
	ck_assert_int_eq(AIBinder_linkToDeath(within.object, first, cookie('a')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(within.object, within.other, cookie('b')), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(within.object, within.other, cookie('c')), STATUS_OK);
	kill(service.pid, SIGKILL);
	await_told(5);
	ck_assert_str_eq(told.text, "aBAcC");
	ck_assert_int_eq(within.status, STATUS_DEAD_OBJECT);
	AIBinder_DeathRecipient_delete(first);
	AIBinder_DeathRecipient_delete(within.other);
	AIBinder_decStrong(within.object);
	ck_assert_int_eq(told.length, 5);
}
END_TEST

static void on_died_delete(void *data)
{
	on_died(data);
	AIBinder_DeathRecipient_delete(within.recipient);
	AIBinder_decStrong(within.object);
}

START_TEST(deletes_itself_when_told)
{
	within.recipient = AIBinder_DeathRecipient_new(on_died_delete);
	within.object = manager_get(1);
	AIBinder_DeathRecipient_setOnUnlinked(within.recipient, on_unlinked);
	ABinderProcess_startThreadPool();
	ck_assert_int_eq(
		AIBinder_linkToDeath(within.object, within.recipient, cookie('a')), STATUS_OK);
	kill(service.pid, SIGKILL);
	await_told(2);
	ck_assert_str_eq(told.text, "aA");
}
END_TEST

static void *link_and_unlink(void *data)
{
	AIBinder_DeathRecipient *recipient = data;

	for (int i = 0; i < 200; i++) {
		AIBinder *echo = manager_get(1 + i % 2);

		peer_check(AIBinder_linkToDeath(echo, recipient, recipient) == STATUS_OK);
		if (i % 3)
			peer_check(AIBinder_unlinkToDeath(echo, recipient, recipient) == STATUS_OK);
		AIBinder_decStrong(echo);
	}
	return NULL;
}

static _Atomic(int) unlinked_count;

static void count_unlinked(void *data)
{
	(void)data;
	unlinked_count++;
}

static _Atomic(int) died_count;

static void count_died(void *data)
{
	(void)data;
	died_count++;
}

START_TEST(many_threads_link)
{
	AIBinder_DeathRecipient *recipients[4];
	AIBinder *kept = manager_get(1);
	pthread_t threads[4];

	ABinderProcess_startThreadPool();
	for (int i = 0; i < 4; i++) {
		recipients[i] = AIBinder_DeathRecipient_new(count_died);
		AIBinder_DeathRecipient_setOnUnlinked(recipients[i], count_unlinked);
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, link_and_unlink, recipients[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	/* Those of the object that is kept are linked yet: a third of a half. */
	kill(service.pid, SIGKILL);
	while (unlinked_count < 4 * 200)
		sched_yield();
	ck_assert_int_eq(unlinked_count, 4 * 200);
	ck_assert_int_eq(died_count, 4 * 34);
	for (int i = 0; i < 4; i++)
		AIBinder_DeathRecipient_delete(recipients[i]);
	AIBinder_decStrong(kept);
	ck_assert_int_eq(unlinked_count, 4 * 200);
}
END_TEST

START_TEST(told_while_waiting_for_an_answer)
{
	AIBinder_DeathRecipient *recipient = recipient_new();
	AIBinder *echo = manager_get(1);
	int fd;

	/* No pool: the thread that polls does it. */
	ck_assert_int_eq(ABinderProcess_setupPolling(&fd), STATUS_OK);
	ck_assert_int_eq(AIBinder_linkToDeath(echo, recipient, cookie('a')), STATUS_OK);
	kill(service.pid, SIGKILL);
	while (!told.length)
		ck_assert_int_eq(ABinderProcess_handlePolledCommands(), STATUS_OK);
	ck_assert_str_eq(told.text, "aA");
	AIBinder_DeathRecipient_delete(recipient);
	AIBinder_decStrong(echo);
}
END_TEST

static const struct suite_test tests[] = {
	{&nothing_comes_of_null, 0},
	{&all_links_are_told, 0},
	{&links_are_unlinked, 0},
	{&newest_of_equal_links_is_unlinked, 0},
	{&deleted_recipient_is_not_told, 0},
	{&links_end_with_the_proxy, 0},
	{&link_to_one_that_died_unnoticed, 0},
	{&unlinked_while_it_is_told, 0},
	{&deleted_while_it_is_told, 0},
	{&proxy_goes_while_it_is_told, 0},
	{&one_that_is_told_unlinks_another, 0},
	{&deletes_itself_when_told, 0},
	{&many_threads_link, 0},
	{&told_while_waiting_for_an_answer, 0},
};

int main(void)
{
	return suite_run("death", tests, SUITE_COUNT(tests), setup, teardown);
}
