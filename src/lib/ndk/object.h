#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Objects, local and remote: how they lie in parcels.
 */

#include <stdint.h>

#include <android/binder_ibinder.h>

#include <binderd/uapi.h>

/**
 * object_flatten() - an object as it lies in a parcel
 * @binder:    an object, which must not be changed in what its flags say from now on; or NULL: a
 *             BINDER, all 0
 * @flat:      filled: BINDER with ptr and cookie, or HANDLE
 * @stability: filled: the word that follows
 *
 * Takes no reference.
 */
void object_flatten(AIBinder *binder, struct flat_binder_object *flat, int32_t *stability);

/**
 * object_hold() - keep what an object in a parcel names, as long as the parcel does
 * @flat: BINDER or HANDLE: a strong reference; WEAK_BINDER or WEAK_HANDLE: a weak one; others and
 *        null: nothing
 */
void object_hold(const struct flat_binder_object *flat);

/** object_release() - give back what object_hold() took */
void object_release(const struct flat_binder_object *flat);

/**
 * object_unflatten() - the object that lies in a parcel
 * @flat:      BINDER of this process, HANDLE, or null
 * @stability: the word that followed; 0 for what has none
 * @out:       the object, a new strong reference of the caller's; NULL for null and after an error
 *
 * Return: STATUS_OK; STATUS_BAD_TYPE if it is no object, or its stability is none that exists or
 * not the one that it had before; STATUS_DEAD_OBJECT if it has ended, or is the context
 * manager, and there is none; STATUS_NO_MEMORY.
 */
binder_status_t object_unflatten(
	const struct flat_binder_object *flat, int32_t stability, AIBinder **out);
