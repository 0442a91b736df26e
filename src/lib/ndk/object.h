#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Objects, as parcels see them.
 */

#include <android/binder_parcel.h>
#include <android/binder_status.h>

#include <binderd/uapi.h>

#include <stdint.h>

/**
 * object_flatten() - an object as it lies in a parcel
 * @binder:    the object; NULL for null: type BINDER, all 0
 * @flat:      receives type, flags, binder or handle, cookie
 * @stability: receives the word that follows
 *
 * Takes no reference.
 */
void object_flatten(AIBinder *binder, struct flat_binder_object *flat, int32_t *stability);

/**
 * object_hold() - a parcel that is written keeps what it names
 * @flat: BINDER, HANDLE or one of their weak kinds, which gains a reference; an FD does not
 */
void object_hold(const struct flat_binder_object *flat);

/** object_release() - the end of object_hold() */
void object_release(const struct flat_binder_object *flat);

/**
 * object_unflatten() - the object that lies in a parcel
 * @flat:      what lies there, vouched for by the driver, or the null object
 * @stability: the word that followed
 * @out:       receives the object with a new strong reference of the caller's; NULL for null
 *
 * Return: STATUS_OK; STATUS_BAD_TYPE if it is no object; STATUS_DEAD_OBJECT and others as
 * libbinder.
 */
binder_status_t object_unflatten(
	const struct flat_binder_object *flat, int32_t stability, AIBinder **out);
