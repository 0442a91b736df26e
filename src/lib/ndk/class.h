#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Classes: an interface's name and the functions behind its objects. A class never ends.
 */

#include <stdbool.h>

#include <android/binder_ibinder.h>
#include <android/binder_shell.h>

struct AIBinder_Class {
	struct AIBinder_Class *next; /* of all there are */
	char *descriptor;	     /* UTF-8 */
	AIBinder_Class_onCreate on_create;
	AIBinder_Class_onDestroy on_destroy;
	AIBinder_Class_onTransact on_transact;
	AIBinder_onDump on_dump;		   /* or NULL */
	AIBinder_handleShellCommand shell_command; /* or NULL */
	bool no_token;
};
