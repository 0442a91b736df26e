#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The services of one context: names and the objects behind them.
 *
 * One object may have several names.
 */

#include "svcmgr/account.h"
#include "svcmgr/name.h"
#include "svcmgr/object.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/tree.h>

struct registry;

/* A name. */
struct registry_service {
	RB_ENTRY(registry_service) entry; /* in the registry, by name */
	struct object_user user;	  /* of the object behind it */
	struct registry *registry;
	char name[NAME_KEY_MAX + 1];
	int32_t stability;     /* the word that came with the object */
	int32_t dump_priority; /* bits: who lists services of this priority is given it */
	int32_t pid;	       /* who registered it */
	uint32_t uid;	       /* who is charged for it */
	bool allow_isolated;   /* it may be given to isolated users */
	bool lazy;	       /* registered as one that goes when unused */
	bool has_clients;      /* its client callbacks were told so last */
	bool guaranteed;       /* a client has, or gets, it: not known to the driver yet */
};

RB_HEAD(registry_tree, registry_service);

struct registry {
	struct object_table *objects;
	struct accounts *accounts;
	/* A service's object died; it is removed and freed after this. May be NULL. */
	void (*gone)(void *context, const struct registry_service *service);
	void *context;
	struct registry_tree services;
	size_t count;
};

/**
 * registry_init() - start with no services
 * @objects:  how objects are held; must live longer
 * @accounts: who is charged; must live longer
 */
void registry_init(struct registry *registry, struct object_table *objects,
	struct accounts *accounts, void (*gone)(void *, const struct registry_service *),
	void *context);

/* Forget everything, without a word to the driver, which is closed by now. */
void registry_deinit(struct registry *registry);

/**
 * registry_add() - give an object a name, which may have been another's
 * @service: name, stability, dump_priority, pid, uid, allow_isolated and lazy; copied.
 *           Whether there are clients stays with the name.
 * @handle:  the object, which the request that brought it still holds
 *
 * Return: 0, -EDQUOT or -ENOSPC as account_charge(), or -ENOMEM; then all is as it was.
 */
int registry_add(
	struct registry *registry, const struct registry_service *service, uint32_t handle);

/* Take a name from its object. */
void registry_remove(struct registry_service *service);

/* The service called @name, or NULL. */
struct registry_service *registry_find(const struct registry *registry, const char *name);

/* The first service by name, and the one after @service; NULL when there is none. */
struct registry_service *registry_first(const struct registry *registry);
struct registry_service *registry_next(const struct registry_service *service);
