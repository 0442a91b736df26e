#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * android.hidl.manager@1.0::IServiceManager, the manager of hwbinder.
 *
 * Its parcels are HIDL's: a C string for a token, strings and vectors in buffers beside the
 * parcel, a status in front of each reply, no stability.
 */

#include "svcmgr/manager.h"

#define HIDL_INTERFACE "android.hidl.manager@1.0::IServiceManager"
#define HIDL_BASE "android.hidl.base@1.0::IBase"

/* What every HIDL object is asked for the interfaces that it has, and that those extend. */
#define HIDL_CODE_CHAIN B_PACK_CHARS(0x0f, 'C', 'H', 'N')

/**
 * hidl_read_chain() - what an object answers to HIDL_CODE_CHAIN
 * @names: filled
 *
 * Return: how many; 0 for an answer that is none, or with a name too long for any interface.
 */
int hidl_read_chain(
	struct parcel_reader *reader, char names[MANAGER_CHAIN_MAX][NAME_SERVICE_MAX + 1]);

/**
 * hidl_method() - the method of a code
 * @reader: behind the token afterwards
 * @status: set to what to answer if there is none
 *
 * Return: the method, or NULL.
 */
const struct manager_method *hidl_method(
	uint32_t code, struct parcel_reader *reader, int32_t *status);
