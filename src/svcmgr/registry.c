// SPDX-License-Identifier: Apache-2.0
/*
 * The services of one context.
 *
 * Two trees: services by name, objects by handle. A handle names one object for as
 * long as the registry holds it, so a second name finds the object that is there.
 *
 * An object's death link is memory that the driver knows by address. So an object
 * that lost its last name is taken out of the tree (its handle may come back as
 * another's) and kept aside until the driver has confirmed that the link is gone; a
 * death that was on its way by then still finds it, with no name to drop.
 */

#include "svcmgr/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int registry_service_compare(
	const struct registry_service *a, const struct registry_service *b)
{
	return strcmp(a->name, b->name);
}

static int registry_object_compare(const struct registry_object *a, const struct registry_object *b)
{
	return a->handle < b->handle ? -1 : a->handle > b->handle;
}

#define REGISTRY_TREE __attribute__((unused)) static

RB_GENERATE_INTERNAL(
	registry_services, registry_service, entry, registry_service_compare, REGISTRY_TREE)
RB_GENERATE_INTERNAL(
	registry_objects, registry_object, entry, registry_object_compare, REGISTRY_TREE)

void registry_init(struct registry *registry, const struct registry_ops *ops, void *context)
{
	*registry = (struct registry){.ops = ops, .context = context};
	RB_INIT(&registry->services);
	RB_INIT(&registry->objects);
	TAILQ_INIT(&registry->unlinking);
}

void registry_deinit(struct registry *registry)
{
	struct registry_service *service;
	struct registry_object *object;

	while ((service = RB_ROOT(&registry->services))) {
		RB_REMOVE(registry_services, &registry->services, service);
		free(service);
	}
	while ((object = RB_ROOT(&registry->objects))) {
		RB_REMOVE(registry_objects, &registry->objects, object);
		free(object);
	}
	while ((object = TAILQ_FIRST(&registry->unlinking))) {
		TAILQ_REMOVE(&registry->unlinking, object, unlinking_entry);
		free(object);
	}
	registry->count = 0;
}

bool registry_name_valid(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_./-";
	size_t length = strlen(name);

	return length && length <= REGISTRY_NAME_MAX && strspn(name, allowed) == length;
}

/* The object that a handle names: the one that is held, or a new one, now held. */
static struct registry_object *registry_object_get(struct registry *registry, uint32_t handle)
{
	struct registry_object key = {.handle = handle};
	struct registry_object *object = RB_FIND(registry_objects, &registry->objects, &key);

	if (object)
		return object;
	object = calloc(1, sizeof(*object));
	if (!object)
		return NULL;
	object->registry = registry;
	object->handle = handle;
	TAILQ_INIT(&object->services);
	RB_INSERT(registry_objects, &registry->objects, object);
	registry->ops->acquire(registry->context, handle);
	registry->ops->link(registry->context, object);
	return object;
}

/* Takes a name from its object, and lets the object go with the last one. */
static void registry_object_put(struct registry_service *service)
{
	struct registry_object *object = service->object;
	struct registry *registry = object->registry;

	TAILQ_REMOVE(&object->services, service, object_entry);
	if (!TAILQ_EMPTY(&object->services))
		return;
	RB_REMOVE(registry_objects, &registry->objects, object);
	object->unlinking = true;
	TAILQ_INSERT_TAIL(&registry->unlinking, object, unlinking_entry);
	registry->ops->unlink(registry->context, object);
	registry->ops->release(registry->context, object->handle);
}

static struct registry_service *registry_lookup(const struct registry *registry, const char *name)
{
	/* RB_FIND changes nothing, but does not say so. */
	struct registry_services *services = (struct registry_services *)&registry->services;
	struct registry_service key;

	if (strlen(name) > REGISTRY_NAME_MAX)
		return NULL;
	strcpy(key.name, name);
	return RB_FIND(registry_services, services, &key);
}

int registry_add(struct registry *registry, const struct registry_service *service, uint32_t handle)
{
	struct registry_service *kept = registry_lookup(registry, service->name);
	bool replacing = kept != NULL;
	struct registry_object *object;

	if (!kept && registry->count >= REGISTRY_SERVICES_MAX)
		return -ENOSPC;
	if (!kept)
		kept = malloc(sizeof(*kept));
	if (!kept)
		return -ENOMEM;
	object = registry_object_get(registry, handle);
	if (!object) {
		if (!replacing)
			free(kept);
		return -ENOMEM;
	}
	if (!replacing) {
		strcpy(kept->name, service->name);
		RB_INSERT(registry_services, &registry->services, kept);
		registry->count++;
	} else if (kept->object != object) {
		registry_object_put(kept);
	}
	if (!replacing || kept->object != object)
		TAILQ_INSERT_TAIL(&object->services, kept, object_entry);
	kept->object = object;
	kept->stability = service->stability;
	kept->dump_priority = service->dump_priority;
	kept->pid = service->pid;
	return 0;
}

const struct registry_service *registry_find(const struct registry *registry, const char *name)
{
	return registry_lookup(registry, name);
}

const struct registry_service *registry_first(const struct registry *registry)
{
	struct registry_services *services = (struct registry_services *)&registry->services;

	return RB_MIN(registry_services, services);
}

const struct registry_service *registry_next(const struct registry_service *service)
{
	return RB_NEXT(registry_services, NULL, (struct registry_service *)service);
}

unsigned int registry_object_died(struct registry_object *object)
{
	struct registry *registry = object->registry;
	struct registry_service *service;
	unsigned int dropped = 0;

	if (object->unlinking)
		return 0;
	while ((service = TAILQ_FIRST(&object->services))) {
		TAILQ_REMOVE(&object->services, service, object_entry);
		RB_REMOVE(registry_services, &registry->services, service);
		registry->count--;
		free(service);
		dropped++;
	}
	RB_REMOVE(registry_objects, &registry->objects, object);
	registry->ops->release(registry->context, object->handle);
	free(object);
	return dropped;
}

void registry_object_unlinked(struct registry_object *object)
{
	TAILQ_REMOVE(&object->registry->unlinking, object, unlinking_entry);
	free(object);
}
