#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * android.os.IServiceManager up to Android 10, as C programs and libgbinder's "aidl" and
 * "aidl2" speak it: bare values, and a status in place of an error.
 */

#include "svcmgr/manager.h"

/* The method of a code, or NULL. */
const struct manager_method *legacy_method(uint32_t code);
