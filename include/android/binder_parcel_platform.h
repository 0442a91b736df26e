#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file binder_parcel_platform.h
 * @brief AParcel_markSensitive(), where Android's own components look for it.
 *
 * Code made by the AIDL compiler for an interface with @SensitiveData includes this.
 */

#include <android/binder_parcel.h>
