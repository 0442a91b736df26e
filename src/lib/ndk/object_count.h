#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Objects, local and remote: what both have.
 *
 * An object's memory lasts as long as there are strong or weak references. Its strong count never
 * leaves 0 again: the object has ended then, whatever weak references remember its address.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <android/binder_ibinder.h>

struct AIBinder {
	_Atomic(int32_t) strong;
	_Atomic(int32_t) weak; /* those of all strong ones are one */
	bool remote;
	_Atomic(int32_t) stability; /* an enum stability */
	_Atomic(const AIBinder_Class *) clazz;
};

/**
 * object_init() - an object with one strong reference, its maker's
 * @object: zeroed
 * @remote: whether it is a struct proxy, or a struct local
 */
void object_init(AIBinder *object, bool remote);

/** object_get() - a strong reference from one that the caller holds. Return: @object */
AIBinder *object_get(AIBinder *object);
/** object_try_get() - a strong reference from a weak one. Return: whether there still was one */
bool object_try_get(AIBinder *object);
/** object_put() - give one back; with the last one the object ends */
void object_put(AIBinder *object);
/** object_get_weak() - a weak reference, from any that the caller holds */
void object_get_weak(AIBinder *object);
/** object_put_weak() - give one back; with the last one the memory goes */
void object_put_weak(AIBinder *object);
