/* SPDX-License-Identifier: Apache-2.0 */

#include "ndk/plain.h"

#include "ndk/peer.h"

static void *plain_on_create(void *args)
{
	return args;
}

static void plain_on_destroy(void *data)
{
	(void)data;
}

static binder_status_t plain_refuse(
	AIBinder *binder, transaction_code_t code, const AParcel *in, AParcel *out)
{
	(void)binder;
	(void)code;
	(void)in;
	(void)out;
	return STATUS_UNKNOWN_TRANSACTION;
}

AIBinder_Class *plain_class(const char *descriptor, AIBinder_Class_onTransact on_transact)
{
	AIBinder_Class *clazz = AIBinder_Class_define(descriptor, plain_on_create, plain_on_destroy,
		on_transact ? on_transact : plain_refuse);

	peer_check(clazz);
	return clazz;
}
