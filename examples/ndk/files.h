#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What files-service and files-client say to each other. In AIDL:
 *
 *	interface IFiles {
 *		String[] list();
 *		ParcelFileDescriptor open(String name);
 *		long copy(String name, in ParcelFileDescriptor to);
 *	}
 *
 * What goes wrong with a file is thrown as a service specific error: an errno.
 */

#include <android/binder_ibinder.h>

#define FILES_NAME "binderd.example.IFiles/default"
#define FILES_INTERFACE "binderd.example.IFiles"

enum {
	FILES_LIST = FIRST_CALL_TRANSACTION,
	FILES_OPEN,
	FILES_COPY,
};
