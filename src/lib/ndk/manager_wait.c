/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Waiting for a service.
 *
 * Who waits goes round after round: it asks for the service, which has the manager start it,
 * and then sleeps until it is told of the registration, or the round is over. Asking again is what
 * makes it robust: a manager that died has forgotten who waits; a service may have ended
 * between two rounds, when whoever starts services took it for running; and the thread
 * that would be told of the registration may be busy, or may be the one that waits.
 *
 * While no thread serves calls nobody can be told of anything. Rounds are short then, and
 * nobody is registered.
 */

#include <android/binder_manager.h>

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "lib/ndk/manager_client.h"
#include "lib/ndk/manager_watch.h"
#include "lib/ndk/threadpool.h"
#include "util/log.h"

#define MANAGER_WAIT_ROUND_MS 1000
#define MANAGER_WAIT_ROUND_ALONE_MS 100
/* AServiceManager_getService()'s, Android's. */
#define MANAGER_WAIT_GET_MS 5000
/* A line in the log that says that somebody waits, and how far apart they become. */
#define MANAGER_WAIT_LINE_MS 1000
#define MANAGER_WAIT_LINE_LAST_MS 64000

struct manager_wait {
	const char *name;
	AServiceManager_NotificationRegistration *watch; /* or NULL */
	bool watching;					 /* a manager knows of it */
	int64_t started;				 /* all times in ms */
	int64_t line;					 /* when the next one is due */
	int64_t line_after;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	AIBinder *found; /* what was told of, a strong reference */
};

static int64_t manager_wait_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct timespec manager_wait_time(int64_t ms)
{
	return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
}

/* Called with the registration's lock held. */
static void manager_wait_on_register(const char *name, AIBinder *registered, void *cookie)
{
	struct manager_wait *wait = cookie;
	AIBinder *former;

	(void)name;
	pthread_mutex_lock(&wait->mutex);
	former = wait->found;
	wait->found = registered;
	pthread_cond_signal(&wait->changed);
	pthread_mutex_unlock(&wait->mutex);
	if (former)
		AIBinder_decStrong(former);
}

static void manager_wait_init(struct manager_wait *wait, const char *name)
{
	pthread_condattr_t attributes;

	*wait = (struct manager_wait){.name = name, .started = manager_wait_now()};
	wait->line_after = MANAGER_WAIT_LINE_MS;
	wait->line = wait->started + wait->line_after;
	pthread_mutex_init(&wait->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&wait->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* Return: what was told of, with its reference, or NULL. */
static AIBinder *manager_wait_take(struct manager_wait *wait)
{
	AIBinder *found;

	pthread_mutex_lock(&wait->mutex);
	found = wait->found;
	wait->found = NULL;
	pthread_mutex_unlock(&wait->mutex);
	return found;
}

static void manager_wait_deinit(struct manager_wait *wait)
{
	AIBinder *late;

	if (wait->watch)
		manager_watch_free(wait->watch, wait->watching);
	/* A second registration, told of when the first one was taken. */
	late = manager_wait_take(wait);
	if (late)
		AIBinder_decStrong(late);
	pthread_cond_destroy(&wait->changed);
	pthread_mutex_destroy(&wait->mutex);
}

/* Whether waiting makes sense after a manager's word. @status is freed. */
static bool manager_wait_goes_on(
	struct manager_wait *wait, AStatus *status, const char *doing, bool *good)
{
	*good = AStatus_isOk(status);
	if (!*good && manager_client_absent(status) && !manager_client_lost()) {
		/* The next one knows of no registration. */
		wait->watching = false;
		AStatus_delete(status);
		return true;
	}
	return manager_client_finish(status, doing, wait->name);
}

/* Asks for the service, and to be told of it. Return: whether to wait on; *@out: what was found. */
static bool manager_wait_ask(struct manager_wait *wait, bool told, AIBinder **out)
{
	bool good;

	if (!manager_wait_goes_on(wait, manager_client_get(wait->name, out), "find", &good))
		return false;
	if (*out || !good || !told || wait->watching)
		return true;
	if (!wait->watch)
		wait->watch = manager_watch_new(wait->name, manager_wait_on_register, wait);
	/* Without memory for it there are the rounds yet. */
	if (!wait->watch)
		return true;
	if (!manager_wait_goes_on(wait, manager_watch_begin(wait->watch), "wait for", &good))
		return false;
	wait->watching = good;
	return true;
}

static void manager_wait_say(struct manager_wait *wait, bool told)
{
	int64_t now = manager_wait_now();

	if (now < wait->line)
		return;
	log_warning("binder: waited %lld s for the service \"%s\": is it started?%s",
		(long long)((now - wait->started) / 1000), wait->name,
		told ? "" : " This process has no binder threads and has to ask for it.");
	if (wait->line_after < MANAGER_WAIT_LINE_LAST_MS)
		wait->line_after *= 2;
	wait->line = now + wait->line_after;
}

static void manager_wait_sleep(struct manager_wait *wait, int64_t ms)
{
	struct timespec end = manager_wait_time(manager_wait_now() + ms);
	int r = 0;

	pthread_mutex_lock(&wait->mutex);
	while (!wait->found && r == 0)
		r = pthread_cond_timedwait(&wait->changed, &wait->mutex, &end);
	pthread_mutex_unlock(&wait->mutex);
}

AIBinder *AServiceManager_waitForService(const char *instance)
{
	struct manager_wait wait;
	AIBinder *found = NULL;

	if (!instance)
		return NULL;
	manager_wait_init(&wait, instance);
	for (;;) {
		bool told = threadpool_has_threads();

		if (!manager_wait_ask(&wait, told, &found) || found)
			break;
		manager_wait_sleep(
			&wait, wait.watching ? MANAGER_WAIT_ROUND_MS : MANAGER_WAIT_ROUND_ALONE_MS);
		found = manager_wait_take(&wait);
		if (found)
			break;
		manager_wait_say(&wait, told);
	}
	manager_wait_deinit(&wait);
	return found;
}

AIBinder *AServiceManager_getService(const char *instance)
{
	const struct timespec pause = manager_wait_time(MANAGER_WAIT_ROUND_ALONE_MS);
	int64_t end = manager_wait_now() + MANAGER_WAIT_GET_MS;
	AIBinder *found = NULL;

	if (!instance)
		return NULL;
	for (;;) {
		manager_client_finish(manager_client_check(instance, &found), NULL, NULL);
		if (found || manager_wait_now() >= end)
			break;
		nanosleep(&pause, NULL);
	}
	if (!found)
		log_warning("binder: the service \"%s\" did not come in time", instance);
	return found;
}
