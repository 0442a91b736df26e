#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Where the services of this directory are found: under numbers, with the context manager of
 * these tests (tests/ndk/manager.h).
 */

#include <android/binder_auto_utils.h>

void registry_publish(int number, const ndk::SpAIBinder &service);
/* None if there is no such service. */
ndk::SpAIBinder registry_find(int number);
