/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Classes are made once and read by all threads. All of them are in a list, so that nobody who
 * looks for leaks takes one for lost that a program does not remember. What can be changed has to
 * be before the first object is made, so nothing is locked. Passing no class to one of the
 * functions that change it can only be a program's mistake, and ends it, as on Android.
 */

#include "lib/ndk/class.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

static _Atomic(struct AIBinder_Class *) class_list;

static void class_require(const AIBinder_Class *clazz, const char *function)
{
	if (clazz)
		return;
	log_error("%s: no class", function);
	abort();
}

AIBinder_Class *AIBinder_Class_define(const char *interfaceDescriptor,
	AIBinder_Class_onCreate onCreate, AIBinder_Class_onDestroy onDestroy,
	AIBinder_Class_onTransact onTransact)
{
	AIBinder_Class *clazz;

	if (!interfaceDescriptor || !onCreate || !onDestroy || !onTransact)
		return NULL;
	clazz = calloc(1, sizeof(*clazz));
	if (!clazz)
		return NULL;
	clazz->descriptor = strdup(interfaceDescriptor);
	if (!clazz->descriptor) {
		free(clazz);
		return NULL;
	}
	clazz->on_create = onCreate;
	clazz->on_destroy = onDestroy;
	clazz->on_transact = onTransact;
	clazz->next = atomic_load(&class_list);
	while (!atomic_compare_exchange_weak(&class_list, &clazz->next, clazz))
		;
	return clazz;
}

void AIBinder_Class_setOnDump(AIBinder_Class *clazz, AIBinder_onDump onDump)
{
	class_require(clazz, __func__);
	clazz->on_dump = onDump;
}

void AIBinder_Class_setHandleShellCommand(
	AIBinder_Class *clazz, AIBinder_handleShellCommand handleShellCommand)
{
	class_require(clazz, __func__);
	clazz->shell_command = handleShellCommand;
}

void AIBinder_Class_disableInterfaceTokenHeader(AIBinder_Class *clazz)
{
	class_require(clazz, __func__);
	clazz->no_token = true;
}

const char *AIBinder_Class_getDescriptor(const AIBinder_Class *clazz)
{
	class_require(clazz, __func__);
	return clazz->descriptor;
}
