// SPDX-License-Identifier: Apache-2.0
/*
 * Names and the objects behind them.
 *
 * A name that is given to another object stays in its place: what is kept for it is
 * changed, and the former object let go once the new one is held, so that a name never
 * names nothing, and what fails changes nothing.
 */

#include "svcmgr/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REGISTRY_OF(pointer) \
	((struct registry_service *)((char *)(pointer)-offsetof(struct registry_service, user)))

static int registry_compare(const struct registry_service *a, const struct registry_service *b)
{
	return strcmp(a->name, b->name);
}

RB_GENERATE_INTERNAL(
	registry_tree, registry_service, entry, registry_compare, __attribute__((unused)) static)

void registry_init(struct registry *registry, struct object_table *objects,
	struct accounts *accounts, void (*gone)(void *, const struct registry_service *),
	void *context)
{
	*registry = (struct registry){
		.objects = objects,
		.accounts = accounts,
		.gone = gone,
		.context = context,
	};
	RB_INIT(&registry->services);
}

/* Takes a service that holds no object out of the tree, and frees it. */
static void registry_free(struct registry_service *service)
{
	struct registry *registry = service->registry;

	RB_REMOVE(registry_tree, &registry->services, service);
	registry->count--;
	account_refund(registry->accounts, service->uid, ACCOUNT_SERVICES);
	free(service);
}

void registry_deinit(struct registry *registry)
{
	struct registry_service *service, *next;

	for (service = registry_first(registry); service; service = next) {
		next = registry_next(service);
		object_forget(&service->user);
		registry_free(service);
	}
}

static void registry_died(struct object_user *user)
{
	struct registry_service *service = REGISTRY_OF(user);

	if (service->registry->gone)
		service->registry->gone(service->registry->context, service);
	registry_free(service);
}

/* Puts another object behind a name; the former one is let go once the new one is held. */
static int registry_exchange(
	struct registry *registry, struct registry_service *kept, uint32_t handle)
{
	struct object_user former = {0};
	int error;

	if (kept->user.object->handle == handle)
		return 0;
	/* The list of the object's users is told of the place that the use moves to. */
	object_move(&former, &kept->user);
	error = object_hold(registry->objects, &kept->user, handle);
	if (error)
		object_move(&kept->user, &former);
	else
		object_drop(&former);
	return error;
}

/* Changes a name that is in the tree. */
static int registry_change(struct registry *registry, struct registry_service *kept,
	const struct registry_service *service, uint32_t handle)
{
	bool charged = kept->uid != service->uid;
	int error = 0;

	if (charged)
		error = account_charge(registry->accounts, service->uid, ACCOUNT_SERVICES);
	if (error)
		return error;
	error = registry_exchange(registry, kept, handle);
	if (charged)
		account_refund(
			registry->accounts, error ? service->uid : kept->uid, ACCOUNT_SERVICES);
	if (!error)
		kept->uid = service->uid;
	return error;
}

/* A new name, which holds the object and is in the tree; NULL with the error. */
static struct registry_service *registry_new(struct registry *registry,
	const struct registry_service *service, uint32_t handle, int *error)
{
	struct registry_service *kept;

	*error = account_charge(registry->accounts, service->uid, ACCOUNT_SERVICES);
	if (*error)
		return NULL;
	kept = calloc(1, sizeof(*kept));
	*error = -ENOMEM;
	if (kept) {
		strcpy(kept->name, service->name);
		kept->user.died = registry_died;
		kept->registry = registry;
		kept->uid = service->uid;
		*error = object_hold(registry->objects, &kept->user, handle);
	}
	if (*error) {
		free(kept);
		account_refund(registry->accounts, service->uid, ACCOUNT_SERVICES);
		return NULL;
	}
	RB_INSERT(registry_tree, &registry->services, kept);
	registry->count++;
	return kept;
}

int registry_add(struct registry *registry, const struct registry_service *service, uint32_t handle)
{
	struct registry_service *kept = registry_find(registry, service->name);
	int error = 0;

	if (kept)
		error = registry_change(registry, kept, service, handle);
	else
		kept = registry_new(registry, service, handle, &error);
	if (error)
		return error;
	kept->stability = service->stability;
	kept->dump_priority = service->dump_priority;
	kept->pid = service->pid;
	kept->allow_isolated = service->allow_isolated;
	kept->lazy = service->lazy;
	kept->guaranteed = false;
	return 0;
}

void registry_remove(struct registry_service *service)
{
	object_drop(&service->user);
	registry_free(service);
}

struct registry_service *registry_find(const struct registry *registry, const char *name)
{
	struct registry_service *service = RB_ROOT(&registry->services);

	/* By hand, since RB_FIND wants a whole service to compare with. */
	while (service) {
		int order = strcmp(name, service->name);

		if (!order)
			break;
		service = order < 0 ? RB_LEFT(service, entry) : RB_RIGHT(service, entry);
	}
	return service;
}

struct registry_service *registry_first(const struct registry *registry)
{
	return RB_MIN(registry_tree, (struct registry_tree *)&registry->services);
}

struct registry_service *registry_next(const struct registry_service *service)
{
	return RB_NEXT(registry_tree, NULL, (struct registry_service *)service);
}
