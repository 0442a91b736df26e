// SPDX-License-Identifier: Apache-2.0
/*
 * lazy-service: ends when nobody uses it.
 *
 *	./dev run -- sh -c 'cd build/examples/ndk; ./lazy-service & ./lazy-client; wait'
 *
 * It has not to be started by hand. With a declaration in a directory that the service manager
 * reads, it is started whenever somebody asks for it and it is not there:
 *
 *	[binderd.example.ICounter/default]
 *	command = /path/to/lazy-service
 *
 * The service manager asks the driver how many processes hold the object, every few seconds, and
 * tells this process when none does any more.
 */

#include "lazy.h"

#include <android/binder_manager.h>
#include <android/binder_process.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int lazy_count;

static void *lazy_create(void *args)
{
	return args;
}

static void lazy_destroy(void *data)
{
	(void)data;
}

static binder_status_t lazy_reply(AParcel *out, int32_t value)
{
	AStatus *fine = AStatus_newOk();
	binder_status_t status = AParcel_writeStatusHeader(out, fine);

	AStatus_delete(fine);
	return status == STATUS_OK ? AParcel_writeInt32(out, value) : status;
}

static binder_status_t lazy_transact(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder, (void)in;
	switch (code) {
	case LAZY_NEXT:
		return lazy_reply(out, atomic_fetch_add(&lazy_count, 1) + 1);
	case LAZY_PROCESS_ID:
		return lazy_reply(out, (int32_t)getpid());
	default:
		return STATUS_UNKNOWN_TRANSACTION;
	}
}

/* Told when the first user comes and when the last one is gone. */
static bool lazy_active(bool used, void *context)
{
	(void)context;
	printf("[service] process %d is %s\n", (int)getpid(),
		used ? "used" : "not used any more: it ends");
	/* True would keep the process: for instance, until its work is saved. */
	return false;
}

int main(void)
{
	AIBinder_Class *class =
		AIBinder_Class_define(LAZY_INTERFACE, lazy_create, lazy_destroy, lazy_transact);
	AIBinder *counter = class ? AIBinder_new(class, NULL) : NULL;

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* The service manager's word of users has to reach us from the beginning. */
	ABinderProcess_startThreadPool();
	AServiceManager_setActiveServicesCallback(lazy_active, NULL);
	if (!counter || AServiceManager_registerLazyService(counter, LAZY_NAME) != STATUS_OK)
		return EXIT_FAILURE;
	AIBinder_decStrong(counter);
	/* The process ends within this call, by exit(3), when it is not used. */
	ABinderProcess_joinThreadPool();
	return EXIT_FAILURE;
}
