// SPDX-License-Identifier: Apache-2.0

/*
 * Contexts share nothing but what is counted for a user (quota.c), the mappings of the
 * process, and the threads that close (closer.c). So each has a broker of its own, with a
 * driver, a loop and tables that no other thread touches.
 *
 * A worker is spoken to by a bell in its loop: an order stands in its record, under the
 * lock, until the worker has carried it out. Orders are few: to tell its figures, to stop.
 * Signals are left to the first thread.
 */

#include "broker/crew.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>

#include "broker/broker.h"
#include "broker/context.h"
#include "broker/link.h"
#include "util/fd.h"
#include "util/log.h"

enum crew_order {
	CREW_NONE,
	CREW_TELL,
	CREW_STOP,
};

struct worker {
	TAILQ_ENTRY(worker) entry;
	struct crew *crew;
	struct event_base *base;
	struct broker *broker;
	struct event *event;
	int bell;
	bool runs; /* the thread was started, and is yet to be joined */
	pthread_t thread;
	/* Under the lock. */
	enum crew_order order;
	bool ended; /* it carries no orders out any more */
	int ret;    /* why, if not by an order */
	struct broker_figures *figures;
};

struct crew {
	struct broker *host;
	pthread_mutex_t lock;
	pthread_cond_t done;
	TAILQ_HEAD(, worker) workers;
};

/* libevent without its epoll backend would be level-triggered: link.c says why not. */
struct event_base *crew_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config && !event_config_require_features(config, EV_FEATURE_ET | EV_FEATURE_O1) &&
		!event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK))
		base = event_base_new_with_config(config);
	if (config)
		event_config_free(config);
	return base;
}

struct crew *crew_new(struct broker *host)
{
	struct crew *crew = calloc(1, sizeof(*crew));

	if (!crew)
		return NULL;
	crew->host = host;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->done, NULL);
	TAILQ_INIT(&crew->workers);
	return crew;
}

static void worker_free(struct worker *worker)
{
	if (worker->event)
		event_free(worker->event);
	broker_free(worker->broker);
	if (worker->base)
		event_base_free(worker->base);
	fd_close(worker->bell);
	free(worker);
}

struct crew *crew_free(struct crew *crew)
{
	struct worker *worker;

	if (!crew)
		return NULL;
	while ((worker = TAILQ_FIRST(&crew->workers))) {
		TAILQ_REMOVE(&crew->workers, worker, entry);
		worker_free(worker);
	}
	pthread_cond_destroy(&crew->done);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
	return NULL;
}

static void worker_obey(int fd, short what, void *data)
{
	struct worker *worker = data;
	struct crew *crew = worker->crew;
	eventfd_t rung;

	(void)what;
	eventfd_read(fd, &rung);
	pthread_mutex_lock(&crew->lock);
	if (worker->order == CREW_TELL)
		broker_figures(worker->broker, worker->figures);
	if (worker->order == CREW_STOP)
		loop_stop(worker->broker->loop);
	worker->order = CREW_NONE;
	pthread_cond_broadcast(&crew->done);
	pthread_mutex_unlock(&crew->lock);
}

/* Gives @order, if somebody is there, and waits until it was carried out. */
static void worker_order(
	struct worker *worker, enum crew_order order, struct broker_figures *figures)
{
	struct crew *crew = worker->crew;

	pthread_mutex_lock(&crew->lock);
	worker->order = order;
	worker->figures = figures;
	eventfd_write(worker->bell, 1);
	while (worker->order != CREW_NONE && !worker->ended)
		pthread_cond_wait(&crew->done, &crew->lock);
	worker->order = CREW_NONE;
	pthread_mutex_unlock(&crew->lock);
}

static int worker_init(struct worker *worker)
{
	worker->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	worker->base = worker->bell < 0 ? NULL : crew_base();
	worker->broker = worker->base ? broker_new(worker->base, worker->crew->host) : NULL;
	if (!worker->broker)
		return -ENOMEM;
	worker->event =
		event_new(worker->base, worker->bell, EV_READ | EV_PERSIST, worker_obey, worker);
	return worker->event && !event_add(worker->event, NULL) ? 0 : -ENOMEM;
}

struct broker *crew_hire(struct crew *crew)
{
	struct worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		return NULL;
	worker->crew = crew;
	worker->ended = true;
	if (worker_init(worker)) {
		worker_free(worker);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&crew->workers, worker, entry);
	return worker->broker;
}

bool crew_serves(const struct crew *crew, const char *name)
{
	const struct worker *worker;
	const struct context *context;

	TAILQ_FOREACH (worker, &crew->workers, entry) {
		TAILQ_FOREACH (context, &worker->broker->contexts, entry) {
			if (strcmp(context->name, name) == 0)
				return true;
		}
	}
	return false;
}

/* A loop that ends by itself is the end of all. */
static void *worker_main(void *data)
{
	struct worker *worker = data;
	int ret = loop_run(worker->broker->loop);

	pthread_mutex_lock(&worker->crew->lock);
	worker->ended = true;
	worker->ret = ret;
	pthread_cond_broadcast(&worker->crew->done);
	pthread_mutex_unlock(&worker->crew->lock);
	if (ret)
		kill(getpid(), SIGTERM);
	return NULL;
}

int crew_start(struct crew *crew)
{
	struct worker *worker;
	sigset_t all, old;
	int ret = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	TAILQ_FOREACH (worker, &crew->workers, entry) {
		worker->ended = false;
		ret = pthread_create(&worker->thread, NULL, worker_main, worker);
		if (ret) {
			worker->ended = true;
			break;
		}
		worker->runs = true;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -ret;
}

int crew_stop(struct crew *crew)
{
	struct worker *worker;
	int ret = 0;

	TAILQ_FOREACH (worker, &crew->workers, entry) {
		if (!worker->runs)
			continue;
		worker_order(worker, CREW_STOP, NULL);
		pthread_join(worker->thread, NULL);
		worker->runs = false;
		ret = worker->ret ? worker->ret : ret;
	}
	return ret;
}

void crew_figures(struct crew *crew, struct broker_figures *figures)
{
	struct worker *worker;

	TAILQ_FOREACH (worker, &crew->workers, entry)
		worker_order(worker, CREW_TELL, figures);
}
