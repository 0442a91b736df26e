/* SPDX-License-Identifier: Apache-2.0 */

/* See registry.h. */

#include "registry.h"

extern "C" {
#include "ndk/manager.h"
}

void registry_publish(int number, const ndk::SpAIBinder &service)
{
	manager_put(number, service.get());
}

ndk::SpAIBinder registry_find(int number)
{
	return ndk::SpAIBinder(manager_get(number));
}
