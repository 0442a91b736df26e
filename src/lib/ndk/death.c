/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A link is in two lists, its object's and its recipient's, under one lock: deaths are rare. The
 * driver is asked for a notification with an object's first link and told that it is not wanted
 * any more with the end of the last one, under the lock, so that it hears of both in that order.
 * Each request is a weak reference to the proxy, whose address is its cookie, until the driver has
 * confirmed the end of it.
 *
 * When an object dies its links are taken out one by one, the oldest first, and their owners called
 * under no lock. Those whose turn has not come can be unlinked yet, and are not told. The link that
 * is being told of is in no list of the object's, and still in its recipient's: who unlinks it then
 * is too late, and the link's teller ends it. A recipient that goes meanwhile leaves the link
 * without one.
 *
 * Every link ends in one place, death_unlinked().
 */

#include "lib/ndk/death.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ndk/ipc.h"
#include "lib/ndk/threadpool.h"
#include "util/log.h"

struct death_link {
	TAILQ_ENTRY(death_link) of_proxy; /* or in a death_list */
	TAILQ_ENTRY(death_link) of_recipient;
	struct proxy *proxy;		    /* not held: compared alone */
	AIBinder_DeathRecipient *recipient; /* NULL once it is gone */
	bool telling;
	void *cookie;
	AIBinder_DeathRecipient_onBinderDied on_died;
	AIBinder_DeathRecipient_onBinderUnlinked on_unlinked; /* or NULL */
};

struct AIBinder_DeathRecipient {
	TAILQ_HEAD(, death_link) links; /* oldest first */
	AIBinder_DeathRecipient_onBinderDied on_died;
	AIBinder_DeathRecipient_onBinderUnlinked on_unlinked; /* or NULL */
};

static pthread_mutex_t death_mutex = PTHREAD_MUTEX_INITIALIZER;

/* With the lock held. */
static int death_send(uint32_t command, struct proxy *proxy)
{
	struct binder_handle_cookie request = {
		.handle = proxy->handle,
		.cookie = (uintptr_t)proxy,
	};
	struct ipc *ipc = ipc_self();

	ipc_queue(ipc, command, &request);
	return ipc_write(ipc);
}

/* With the lock held: a link leaves its object. */
static void death_leave(struct death_link *link, struct death_list *ended)
{
	struct death_watch *watch = &link->proxy->watch;

	TAILQ_REMOVE(&watch->links, link, of_proxy);
	TAILQ_REMOVE(&link->recipient->links, link, of_recipient);
	link->recipient = NULL;
	TAILQ_INSERT_TAIL(ended, link, of_proxy);
	/* With its death the driver was told already. */
	if (TAILQ_EMPTY(&watch->links) && !watch->told)
		death_send(BC_CLEAR_DEATH_NOTIFICATION, link->proxy);
}

void death_unlinked(struct death_list *ended)
{
	struct death_link *link;

	while ((link = TAILQ_FIRST(ended))) {
		TAILQ_REMOVE(ended, link, of_proxy);
		if (link->on_unlinked)
			link->on_unlinked(link->cookie);
		free(link);
	}
}

void death_end_watch(struct proxy *proxy, struct death_list *ended)
{
	struct death_link *link;

	TAILQ_INIT(ended);
	pthread_mutex_lock(&death_mutex);
	while ((link = TAILQ_FIRST(&proxy->watch.links)))
		death_leave(link, ended);
	pthread_mutex_unlock(&death_mutex);
}

/* Takes out the next link of a dead object, to be told of. Return: it, or NULL. */
static struct death_link *death_next(struct proxy *proxy)
{
	struct death_link *link;

	pthread_mutex_lock(&death_mutex);
	link = TAILQ_FIRST(&proxy->watch.links);
	if (link) {
		TAILQ_REMOVE(&proxy->watch.links, link, of_proxy);
		link->telling = true;
	}
	pthread_mutex_unlock(&death_mutex);
	return link;
}

static void death_tell(struct death_link *link)
{
	struct death_list ended;

	link->on_died(link->cookie);
	pthread_mutex_lock(&death_mutex);
	if (link->recipient)
		TAILQ_REMOVE(&link->recipient->links, link, of_recipient);
	pthread_mutex_unlock(&death_mutex);
	TAILQ_INIT(&ended);
	TAILQ_INSERT_TAIL(&ended, link, of_proxy);
	death_unlinked(&ended);
}

/* The driver keeps its request, and so the proxy, until BC_DEAD_BINDER_DONE. */
void death_told(struct proxy *proxy)
{
	struct death_link *link;
	binder_uintptr_t cookie = (uintptr_t)proxy;

	atomic_store(&proxy->dead, true);
	pthread_mutex_lock(&death_mutex);
	if (!proxy->watch.told && !TAILQ_EMPTY(&proxy->watch.links))
		death_send(BC_CLEAR_DEATH_NOTIFICATION, proxy);
	proxy->watch.told = true;
	pthread_mutex_unlock(&death_mutex);
	while ((link = death_next(proxy)))
		death_tell(link);
	ipc_queue(ipc_self(), BC_DEAD_BINDER_DONE, &cookie);
}

void death_cleared(struct proxy *proxy)
{
	object_put_weak(&proxy->base);
}

AIBinder_DeathRecipient *AIBinder_DeathRecipient_new(
	AIBinder_DeathRecipient_onBinderDied onBinderDied)
{
	AIBinder_DeathRecipient *recipient;

	if (!onBinderDied) {
		log_error("AIBinder_DeathRecipient_new: no function");
		return NULL;
	}
	recipient = calloc(1, sizeof(*recipient));
	if (!recipient)
		return NULL;
	TAILQ_INIT(&recipient->links);
	recipient->on_died = onBinderDied;
	return recipient;
}

void AIBinder_DeathRecipient_setOnUnlinked(
	AIBinder_DeathRecipient *recipient, AIBinder_DeathRecipient_onBinderUnlinked onUnlinked)
{
	if (!recipient)
		return;
	pthread_mutex_lock(&death_mutex);
	recipient->on_unlinked = onUnlinked;
	pthread_mutex_unlock(&death_mutex);
}

void AIBinder_DeathRecipient_delete(AIBinder_DeathRecipient *recipient)
{
	struct death_list ended;
	struct death_link *link;

	if (!recipient)
		return;
	TAILQ_INIT(&ended);
	pthread_mutex_lock(&death_mutex);
	while ((link = TAILQ_FIRST(&recipient->links))) {
		if (!link->telling) {
			death_leave(link, &ended);
			continue;
		}
		TAILQ_REMOVE(&recipient->links, link, of_recipient);
		link->recipient = NULL;
	}
	pthread_mutex_unlock(&death_mutex);
	death_unlinked(&ended);
	free(recipient);
}

/* With the lock held: enters a link. Return: a status. */
static binder_status_t death_enter(struct death_link *link)
{
	struct death_watch *watch = &link->proxy->watch;
	bool first = TAILQ_EMPTY(&watch->links);

	if (watch->told)
		return STATUS_DEAD_OBJECT;
	if (first && death_send(BC_REQUEST_DEATH_NOTIFICATION, link->proxy) < 0)
		return STATUS_DEAD_OBJECT;
	if (first)
		object_get_weak(&link->proxy->base);
	TAILQ_INSERT_TAIL(&watch->links, link, of_proxy);
	TAILQ_INSERT_TAIL(&link->recipient->links, link, of_recipient);
	return STATUS_OK;
}

static binder_status_t death_link(
	AIBinder *binder, AIBinder_DeathRecipient *recipient, void *cookie)
{
	struct death_link *link = calloc(1, sizeof(*link));
	binder_status_t status = STATUS_NO_MEMORY;
	AIBinder_DeathRecipient_onBinderUnlinked on_unlinked;

	pthread_mutex_lock(&death_mutex);
	on_unlinked = recipient->on_unlinked;
	if (link && binder->remote) {
		link->proxy = proxy_of(binder);
		link->recipient = recipient;
		link->cookie = cookie;
		link->on_died = recipient->on_died;
		link->on_unlinked = on_unlinked;
		status = death_enter(link);
	} else if (link) {
		status = STATUS_INVALID_OPERATION;
	}
	pthread_mutex_unlock(&death_mutex);
	if (status == STATUS_OK)
		return status;
	free(link);
	if (on_unlinked)
		on_unlinked(cookie);
	return status;
}

binder_status_t AIBinder_linkToDeath(
	AIBinder *binder, AIBinder_DeathRecipient *recipient, void *cookie)
{
	if (!binder || !recipient) {
		log_error("AIBinder_linkToDeath: no object, or no recipient");
		return STATUS_UNEXPECTED_NULL;
	}
	if (binder->remote && !threadpool_has_threads())
		log_warning("binder: linked to a death, and no thread is there to be told of it");
	return death_link(binder, recipient, cookie);
}

/* With the lock held: the newest link with these, or NULL. */
static struct death_link *death_find(
	AIBinder *binder, AIBinder_DeathRecipient *recipient, const void *cookie)
{
	struct death_link *found = NULL;
	struct death_link *link;

	TAILQ_FOREACH (link, &recipient->links, of_recipient) {
		if (&link->proxy->base == binder && link->cookie == cookie)
			found = link;
	}
	return found;
}

binder_status_t AIBinder_unlinkToDeath(
	AIBinder *binder, AIBinder_DeathRecipient *recipient, void *cookie)
{
	binder_status_t status = STATUS_NAME_NOT_FOUND;
	struct death_list ended;
	struct death_link *link;

	if (!binder || !recipient) {
		log_error("AIBinder_unlinkToDeath: no object, or no recipient");
		return STATUS_UNEXPECTED_NULL;
	}
	TAILQ_INIT(&ended);
	pthread_mutex_lock(&death_mutex);
	link = death_find(binder, recipient, cookie);
	if (link) {
		status = link->proxy->watch.told ? STATUS_DEAD_OBJECT : STATUS_OK;
		if (!link->telling)
			death_leave(link, &ended);
	}
	pthread_mutex_unlock(&death_mutex);
	death_unlinked(&ended);
	return status;
}
