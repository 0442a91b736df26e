/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Weak pointers. One keeps the object's memory, so that the address is not given to another
 * object while somebody compares by it; that makes the order of weak pointers a lasting one.
 */

#include <stdlib.h>

#include "lib/ndk/object_count.h"

struct AIBinder_Weak {
	AIBinder *object;
};

AIBinder_Weak *AIBinder_Weak_new(AIBinder *binder)
{
	AIBinder_Weak *weak = binder ? malloc(sizeof(*weak)) : NULL;

	if (!weak)
		return NULL;
	object_get_weak(binder);
	weak->object = binder;
	return weak;
}

AIBinder_Weak *AIBinder_Weak_clone(const AIBinder_Weak *weak)
{
	return weak ? AIBinder_Weak_new(weak->object) : NULL;
}

void AIBinder_Weak_delete(AIBinder_Weak *weakBinder)
{
	if (!weakBinder)
		return;
	object_put_weak(weakBinder->object);
	free(weakBinder);
}

AIBinder *AIBinder_Weak_promote(AIBinder_Weak *weakBinder)
{
	if (!weakBinder || !object_try_get(weakBinder->object))
		return NULL;
	return weakBinder->object;
}

bool AIBinder_Weak_lt(const AIBinder_Weak *lhs, const AIBinder_Weak *rhs)
{
	if (!lhs || !rhs)
		return !lhs && rhs;
	return (uintptr_t)lhs->object < (uintptr_t)rhs->object;
}
