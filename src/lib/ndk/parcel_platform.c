/* SPDX-License-Identifier: Apache-2.0 */

/*
 * libbinder marks a parcel that must not carry descriptors on the word of Java code alone
 * (Parcel.pushAllowFds()), and there is none here.
 */

#include <android/binder_parcel_platform.h>

#include <stddef.h>

bool AParcel_getAllowFds(const AParcel *parcel)
{
	return parcel != NULL;
}
