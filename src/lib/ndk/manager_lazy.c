/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Lazy services: AOSP's LazyServiceRegistrar, for a process.
 *
 * Each name has a callback object of its own, so that an object with two names is told of
 * for each. What is registered once stays in the list until the process ends.
 *
 * One lock is held while the list is looked at and while the manager and the program's callback
 * are called, so that nothing comes between unregistering and what is done about it. It is
 * recursive, as that callback may call these functions. The manager tells of clients by oneway
 * calls, so it never waits for the lock.
 *
 * A manager keeps a callback when its name goes, and has to be given it once only: each call of
 * a callback that waits holds the service, and of more than one the manager would make clients. So
 * its death is watched, and the next one is given the callbacks when the program registers anew.
 *
 * Going is a race between the manager, which hands the service out, and the process. The manager
 * decides it: only when it has agreed to unregister all names does the process end.
 */

#include <android/binder_manager.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "lib/ndk/manager_client.h"
#include "lib/ndk/proxy.h"
#include "lib/ndk/threadpool.h"
#include "util/log.h"

#define MANAGER_LAZY_INTERFACE "android.os.IClientCallback"
/* Its only method: onClients(IBinder registered, boolean hasClients). */
#define MANAGER_LAZY_ON_CLIENTS FIRST_CALL_TRANSACTION

struct manager_lazy {
	TAILQ_ENTRY(manager_lazy) entry;
	struct manager_service service; /* name and object are held */
	AIBinder *callback;
	bool registered;
	bool watched; /* the manager has the callback */
	bool clients; /* what the manager said last */
};

static struct {
	pthread_mutex_t mutex;
	TAILQ_HEAD(, manager_lazy) list;
	AIBinder *manager; /* whose death is watched, or NULL */
	AIBinder_DeathRecipient *recipient;
	bool persist;
	bool (*callback)(bool, void *);
	void *context;
	int told; /* what it was called with: -1 if it was not */
} manager_lazies = {
	.mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP,
	.list = TAILQ_HEAD_INITIALIZER(manager_lazies.list),
	.told = -1,
};

static void *manager_lazy_on_create(void *args)
{
	return args;
}

static void manager_lazy_on_destroy(void *data)
{
	(void)data;
}

/* With the lock held: whether any service has clients. */
static bool manager_lazy_used(void)
{
	struct manager_lazy *lazy;

	TAILQ_FOREACH (lazy, &manager_lazies.list, entry) {
		if (lazy->clients)
			return true;
	}
	return false;
}

/* With the lock held. */
static void manager_lazy_try_exit(void)
{
	if (AServiceManager_tryUnregister()) {
		log_info("binder: nobody uses the services of this process: it ends");
		exit(EXIT_SUCCESS);
	}
	AServiceManager_reRegister();
}

/* With the lock held: does what follows from whether there are clients. */
static void manager_lazy_decide(void)
{
	bool used = manager_lazy_used();
	bool stays = false;

	if (manager_lazies.persist || TAILQ_EMPTY(&manager_lazies.list))
		return;
	if (manager_lazies.callback && manager_lazies.told != (int)used) {
		manager_lazies.told = used;
		stays = manager_lazies.callback(used, manager_lazies.context);
	}
	if (!stays && !used)
		manager_lazy_try_exit();
}

/* With the lock held: what was said to the manager is said to nobody. */
static void manager_lazy_forget(void)
{
	struct manager_lazy *lazy;

	TAILQ_FOREACH (lazy, &manager_lazies.list, entry)
		lazy->watched = lazy->clients = false;
}

static void manager_lazy_on_death(void *manager)
{
	bool current;

	pthread_mutex_lock(&manager_lazies.mutex);
	current = manager_lazies.manager == manager;
	if (current) {
		manager_lazy_forget();
		manager_lazies.manager = NULL;
	}
	pthread_mutex_unlock(&manager_lazies.mutex);
	if (current)
		AIBinder_decStrong(manager);
}

/* With the lock held: watches the manager, as soon as there are threads to be told by. */
static void manager_lazy_watch_manager(void)
{
	AIBinder *manager;

	if (manager_lazies.manager || !threadpool_has_threads())
		return;
	if (!manager_lazies.recipient)
		manager_lazies.recipient = AIBinder_DeathRecipient_new(manager_lazy_on_death);
	if (!manager_lazies.recipient || proxy_get(0, &manager) != STATUS_OK)
		return;
	if (AIBinder_linkToDeath(manager, manager_lazies.recipient, manager) == STATUS_OK)
		manager_lazies.manager = manager;
	else
		AIBinder_decStrong(manager);
}

static binder_status_t manager_lazy_on_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	struct manager_lazy *lazy = AIBinder_getUserData(binder);
	AIBinder *service = NULL;
	binder_status_t status;
	bool clients = false;

	(void)out;
	if (code != MANAGER_LAZY_ON_CLIENTS)
		return STATUS_UNKNOWN_TRANSACTION;
	status = AParcel_readStrongBinder(in, &service);
	if (status == STATUS_OK)
		status = AParcel_readBool(in, &clients);
	if (service)
		AIBinder_decStrong(service);
	if (status != STATUS_OK)
		return status;
	pthread_mutex_lock(&manager_lazies.mutex);
	log_info("binder: \"%s\" has %s", lazy->service.name, clients ? "clients" : "no clients");
	lazy->clients = clients;
	manager_lazy_watch_manager();
	manager_lazy_decide();
	pthread_mutex_unlock(&manager_lazies.mutex);
	return STATUS_OK;
}

static const AIBinder_Class *manager_lazy_class;

static void manager_lazy_define(void)
{
	manager_lazy_class = AIBinder_Class_define(MANAGER_LAZY_INTERFACE, manager_lazy_on_create,
		manager_lazy_on_destroy, manager_lazy_on_transact);
}

/* With the lock held: the entry of a name, or NULL. */
static struct manager_lazy *manager_lazy_find(const char *name)
{
	struct manager_lazy *lazy;

	TAILQ_FOREACH (lazy, &manager_lazies.list, entry) {
		if (strcmp(lazy->service.name, name) == 0)
			return lazy;
	}
	return NULL;
}

static void manager_lazy_free(struct manager_lazy *lazy)
{
	if (lazy->callback)
		AIBinder_decStrong(lazy->callback);
	if (lazy->service.binder)
		AIBinder_decStrong(lazy->service.binder);
	free((char *)lazy->service.name);
	free(lazy);
}

/* Return: an entry that is in no list, or NULL without memory. */
static struct manager_lazy *manager_lazy_new(AIBinder *binder, const char *name)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct manager_lazy *lazy = calloc(1, sizeof(*lazy));

	pthread_once(&once, manager_lazy_define);
	if (!lazy)
		return NULL;
	AIBinder_incStrong(binder);
	lazy->service = (struct manager_service){
		.name = strdup(name),
		.binder = binder,
		.dump = MANAGER_DUMP_DEFAULT,
		.lazy = true,
	};
	lazy->callback = manager_lazy_class ? AIBinder_new(manager_lazy_class, lazy) : NULL;
	if (lazy->service.name && lazy->callback)
		return lazy;
	manager_lazy_free(lazy);
	return NULL;
}

/* With the lock held: be done with a status, which may say that there is no manager. */
static bool manager_lazy_finish(AStatus *status, const char *doing, const char *name)
{
	if (manager_client_absent(status))
		manager_lazy_forget();
	return manager_client_finish(status, doing, name);
}

/* With the lock held: registers an entry's name for @binder, and asks to hear of its users. */
static binder_status_t manager_lazy_register(struct manager_lazy *lazy, AIBinder *binder)
{
	struct manager_service service = lazy->service;

	manager_lazy_watch_manager();
	service.binder = binder;
	if (!manager_lazy_finish(manager_client_add(&service), "register", service.name))
		return STATUS_UNKNOWN_ERROR;
	AIBinder_incStrong(binder);
	AIBinder_decStrong(lazy->service.binder);
	lazy->service.binder = binder;
	lazy->registered = true;
	/* Without that, the manager will not let it be unregistered. */
	if (!lazy->watched)
		lazy->watched = manager_lazy_finish(
			manager_client_clients(service.name, binder, lazy->callback),
			"hear of the users of", service.name);
	return lazy->watched ? STATUS_OK : STATUS_UNKNOWN_ERROR;
}

binder_status_t AServiceManager_registerLazyService(AIBinder *binder, const char *instance)
{
	struct manager_lazy *lazy, *known;
	binder_status_t status;

	if (!binder || !instance)
		return STATUS_UNEXPECTED_NULL;
	pthread_mutex_lock(&manager_lazies.mutex);
	known = manager_lazy_find(instance);
	lazy = known ? known : manager_lazy_new(binder, instance);
	status = lazy ? manager_lazy_register(lazy, binder) : STATUS_NO_MEMORY;
	if (lazy && !known && lazy->registered)
		TAILQ_INSERT_TAIL(&manager_lazies.list, lazy, entry);
	else if (lazy && !known)
		manager_lazy_free(lazy);
	pthread_mutex_unlock(&manager_lazies.mutex);
	return status;
}

void AServiceManager_forceLazyServicesPersist(bool persist)
{
	pthread_mutex_lock(&manager_lazies.mutex);
	manager_lazies.persist = persist;
	manager_lazy_decide();
	pthread_mutex_unlock(&manager_lazies.mutex);
}

void AServiceManager_setActiveServicesCallback(bool (*callback)(bool, void *), void *context)
{
	pthread_mutex_lock(&manager_lazies.mutex);
	manager_lazies.callback = callback;
	manager_lazies.context = context;
	pthread_mutex_unlock(&manager_lazies.mutex);
}

bool AServiceManager_tryUnregister(void)
{
	struct manager_lazy *lazy;
	bool all = true;

	pthread_mutex_lock(&manager_lazies.mutex);
	TAILQ_FOREACH (lazy, &manager_lazies.list, entry) {
		const struct manager_service *service = &lazy->service;

		if (!lazy->registered)
			continue;
		/* That there are users is no failure worth a line. */
		all = manager_lazy_finish(
			manager_client_unregister(service->name, service->binder), NULL, NULL);
		if (!all) {
			log_info("binder: \"%s\" is not unregistered", service->name);
			break;
		}
		lazy->registered = false;
	}
	pthread_mutex_unlock(&manager_lazies.mutex);
	return all;
}

void AServiceManager_reRegister(void)
{
	struct manager_lazy *lazy;

	pthread_mutex_lock(&manager_lazies.mutex);
	TAILQ_FOREACH (lazy, &manager_lazies.list, entry) {
		if (lazy->registered)
			continue;
		if (!manager_client_finish(
			    manager_client_add(&lazy->service), "register", lazy->service.name)) {
			log_error("binder: \"%s\" was unregistered, and cannot be registered again",
				lazy->service.name);
			abort();
		}
		lazy->registered = true;
	}
	pthread_mutex_unlock(&manager_lazies.mutex);
}
