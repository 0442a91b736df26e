#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Classes whose objects keep nothing but what they are made with.
 */

#include <android/binder_ibinder.h>

/**
 * plain_class() - define one, a new one each time
 * @on_transact: NULL for one that knows no calls
 */
AIBinder_Class *plain_class(const char *descriptor, AIBinder_Class_onTransact on_transact);
