#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What lazy-service and lazy-client say to each other. In AIDL:
 *
 *	interface ICounter { int next(); int processId(); }
 */

#include <android/binder_ibinder.h>

#define LAZY_NAME "binderd.example.ICounter/default"
#define LAZY_INTERFACE "binderd.example.ICounter"

enum {
	LAZY_NEXT = FIRST_CALL_TRANSACTION,
	LAZY_PROCESS_ID,
};
