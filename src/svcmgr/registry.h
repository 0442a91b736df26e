#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The services of one context: names and the objects behind them.
 *
 * One object may have several names. The registry holds each object once, by a
 * strong reference and a death link, for as long as it has a name.
 */

#include <binderd/binder_io.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>

/* Characters of a name at most. */
#define REGISTRY_NAME_MAX 127

/* Names in one context at most. */
#define REGISTRY_SERVICES_MAX 16384

/* An object that has a name, had one, or dies. */
struct registry_object {
	RB_ENTRY(registry_object) entry; /* in objects, by handle, while it has a name */
	TAILQ_ENTRY(registry_object) unlinking_entry;
	struct registry *registry;
	struct binder_death death; /* the link's memory, filled by the registry's owner */
	uint32_t handle;
	bool unlinking; /* no name is left; the driver has not confirmed the unlinking */
	TAILQ_HEAD(, registry_service) services; /* its names */
};

/* A name. */
struct registry_service {
	RB_ENTRY(registry_service) entry; /* in services, by name */
	TAILQ_ENTRY(registry_service) object_entry;
	struct registry_object *object;
	char name[REGISTRY_NAME_MAX + 1];
	int32_t stability;     /* the word that came with the object */
	int32_t dump_priority; /* bits: who lists services of this priority is given it */
	int32_t pid;	       /* who registered it */
};

/* What the registry asks of the driver. */
struct registry_ops {
	void (*acquire)(void *context, uint32_t handle);
	void (*release)(void *context, uint32_t handle);
	/* From here on registry_object_died() may be called for @object. */
	void (*link)(void *context, struct registry_object *object);
	/* registry_object_unlinked() is to be called once this is confirmed. */
	void (*unlink)(void *context, struct registry_object *object);
};

RB_HEAD(registry_services, registry_service);
RB_HEAD(registry_objects, registry_object);

struct registry {
	const struct registry_ops *ops;
	void *context; /* for @ops */
	struct registry_services services;
	struct registry_objects objects;
	TAILQ_HEAD(, registry_object) unlinking;
	size_t count; /* of services */
};

/**
 * registry_init() - start with no services
 * @ops:     as above; must live as long
 * @context: the first argument of each
 */
void registry_init(struct registry *registry, const struct registry_ops *ops, void *context);

/* Forget everything, without a word to the driver, which is closed by now. */
void registry_deinit(struct registry *registry);

/* Whether @name is 1 to 127 characters of [A-Za-z0-9_./-]. */
bool registry_name_valid(const char *name);

/**
 * registry_add() - give an object a name, which may have been another's
 * @service: name (valid), stability, dump_priority and pid; copied
 * @handle:  the object, which the request that brought it still holds
 *
 * Return: 0, -ENOSPC when there are REGISTRY_SERVICES_MAX names, or -ENOMEM.
 */
int registry_add(
	struct registry *registry, const struct registry_service *service, uint32_t handle);

/* The service called @name, or NULL. */
const struct registry_service *registry_find(const struct registry *registry, const char *name);

/* The first service by name, and the one after @service; NULL when there is none. */
const struct registry_service *registry_first(const struct registry *registry);
const struct registry_service *registry_next(const struct registry_service *service);

/**
 * registry_object_died() - an object's process is gone: drop its names
 *
 * Return: the number of names that were dropped; @object may be freed by then.
 */
unsigned int registry_object_died(struct registry_object *object);

/* The driver knows nothing of @object any more: it is freed. */
void registry_object_unlinked(struct registry_object *object);
