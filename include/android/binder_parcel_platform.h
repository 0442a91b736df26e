#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Parcels: what Android keeps for its own platform's code.
 */

#include <stdbool.h>

#include <android/binder_parcel.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * AParcel_getAllowFds() - whether a parcel may carry descriptors
 * @parcel: the parcel
 *
 * On Android some of Java's parcels may not: the ones of broadcasts. None can be made so by this
 * API, so that the answer is the same for all of them.
 *
 * Return: true; false for NULL.
 */
bool AParcel_getAllowFds(const AParcel *_Nullable parcel);

#ifdef __cplusplus
}
#endif
