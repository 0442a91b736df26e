// SPDX-License-Identifier: Apache-2.0
/*
 * lazy-client: uses lazy-service for a moment.
 *
 *	./dev run -- sh -c 'cd build/examples/ndk; ./lazy-service & ./lazy-client; wait'
 *
 * Asking for the service has it started, if the service manager has a declaration that says how.
 * Giving the object back is all that there is to do for its end.
 */

#include "lazy.h"

#include <android/binder_manager.h>

#include <stdio.h>
#include <stdlib.h>

static void *lazy_create(void *args)
{
	return args;
}

static void lazy_destroy(void *data)
{
	(void)data;
}

static binder_status_t lazy_refuse(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder, (void)code, (void)in, (void)out;
	return STATUS_UNKNOWN_TRANSACTION;
}

/* Return: the method's number, or -1. */
static int32_t lazy_ask(AIBinder *service, transaction_code_t code)
{
	AParcel *in, *out = NULL;
	AStatus *said = NULL;
	int32_t value = -1;

	if (AIBinder_prepareTransaction(service, &in) == STATUS_OK &&
		AIBinder_transact(service, code, &in, &out, 0) == STATUS_OK &&
		AParcel_readStatusHeader(out, &said) == STATUS_OK && AStatus_isOk(said) &&
		AParcel_readInt32(out, &value) != STATUS_OK)
		value = -1;
	AStatus_delete(said);
	AParcel_delete(out);
	return value;
}

int main(void)
{
	AIBinder_Class *class =
		AIBinder_Class_define(LAZY_INTERFACE, lazy_create, lazy_destroy, lazy_refuse);
	AIBinder *service = AServiceManager_waitForService(LAZY_NAME);
	int32_t first, second;

	if (!service || !AIBinder_associateClass(service, class))
		return EXIT_FAILURE;
	first = lazy_ask(service, LAZY_NEXT);
	second = lazy_ask(service, LAZY_NEXT);
	printf("[client]  process %d counts %d, %d\n", lazy_ask(service, LAZY_PROCESS_ID), first,
		second);
	AIBinder_decStrong(service);
	return first > 0 && second == first + 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
