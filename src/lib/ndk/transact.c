/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Calls, as programs make them. An object of this process is called right here, in the caller's
 * thread; one of another process through the driver.
 */

#include <stdlib.h>
#include <string.h>

#include <android/binder_stability.h>

#include "lib/ndk/answer.h"
#include "lib/ndk/class.h"
#include "lib/ndk/local.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/proxy.h"
#include "lib/ndk/status.h"
#include "util/log.h"

#define TRANSACT_FLAGS (FLAG_ONEWAY | FLAG_CLEAR_BUF | FLAG_PRIVATE_VENDOR)

binder_status_t AIBinder_prepareTransaction(AIBinder *binder, AParcel **in)
{
	const AIBinder_Class *clazz;
	binder_status_t status;

	if (!binder || !in) {
		log_error("AIBinder_prepareTransaction: no object, or no place for the parcel");
		return STATUS_UNEXPECTED_NULL;
	}
	*in = NULL;
	clazz = AIBinder_getClass(binder);
	if (!clazz) {
		log_error("AIBinder_prepareTransaction: the object has no class: see "
			  "AIBinder_associateClass()");
		return STATUS_INVALID_OPERATION;
	}
	*in = parcel_new(binder);
	if (!*in)
		return STATUS_NO_MEMORY;
	status = clazz->no_token ? STATUS_OK : parcel_write_token(*in, clazz->descriptor);
	if (status != STATUS_OK) {
		AParcel_delete(*in);
		*in = NULL;
	}
	return status;
}

/* A call of a local object. */
static binder_status_t transact_here(
	AIBinder *binder, uint32_t code, AParcel *in, AParcel **out, binder_flags_t flags)
{
	AParcel *reply = parcel_new(NULL);
	binder_status_t status;

	if (!reply)
		return STATUS_NO_MEMORY;
	status = local_call(binder, code, in, reply, flags);
	if (status != STATUS_OK) {
		AParcel_delete(reply);
		return status;
	}
	if (flags & FLAG_ONEWAY)
		AParcel_reset(reply);
	*out = reply;
	return STATUS_OK;
}

static binder_status_t transact_there(
	AIBinder *binder, uint32_t code, AParcel *in, AParcel **out, binder_flags_t flags)
{
	binder_status_t status = proxy_call(binder, code, in, out, flags);

	if (status != STATUS_OK || !(flags & FLAG_ONEWAY))
		return status;
	*out = parcel_new(NULL);
	return *out ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Whether the arguments of AIBinder_transact() are as they have to be. */
static binder_status_t transact_check(
	AIBinder *binder, transaction_code_t code, AParcel *in, AParcel **out, binder_flags_t flags)
{
	if (code < FIRST_CALL_TRANSACTION || code > LAST_CALL_TRANSACTION) {
		log_error("AIBinder_transact: code %u is none of an interface's", code);
		return STATUS_UNKNOWN_TRANSACTION;
	}
	if (flags & ~(binder_flags_t)TRANSACT_FLAGS) {
		log_error("AIBinder_transact: unknown flags 0x%x", flags);
		return STATUS_BAD_VALUE;
	}
	if (!binder || !in || !out) {
		log_error("AIBinder_transact: no object, no parcel, or no place for the answer");
		return STATUS_UNEXPECTED_NULL;
	}
	if (parcel_binder(in) != binder) {
		log_error("AIBinder_transact: the parcel was prepared for another object");
		return STATUS_BAD_VALUE;
	}
	return parcel_error(in);
}

binder_status_t AIBinder_transact(AIBinder *binder, transaction_code_t code, AParcel **in,
	AParcel **out, binder_flags_t flags)
{
	binder_status_t status;

	if (out)
		*out = NULL;
	if (!in) {
		log_error("AIBinder_transact: no parcel");
		return STATUS_UNEXPECTED_NULL;
	}
	status = transact_check(binder, code, *in, out, flags);
	if (status == STATUS_OK && binder->remote)
		status = transact_there(binder, code, *in, out, flags);
	else if (status == STATUS_OK)
		status = transact_here(binder, code, *in, out, flags);
	AParcel_delete(*in);
	*in = NULL;
	return status;
}

binder_status_t AIBinder_ping(AIBinder *binder)
{
	if (!binder)
		return STATUS_UNEXPECTED_NULL;
	return binder->remote ? proxy_call(binder, ANSWER_PING, NULL, NULL, 0) : STATUS_OK;
}

static binder_status_t transact_write_dump(AParcel *in, int fd, const char **args, uint32_t count)
{
	binder_status_t status = parcel_write_file(in, fd, false);

	if (status == STATUS_OK)
		status = count <= INT32_MAX ? AParcel_writeInt32(in, (int32_t)count)
					    : STATUS_BAD_VALUE;
	for (uint32_t i = 0; status == STATUS_OK && i < count; i++)
		status = parcel_write_string(in, args[i], -1);
	return status;
}

static binder_status_t transact_dump(AIBinder *binder, int fd, const char **args, uint32_t count)
{
	AParcel *in = parcel_new(binder);
	binder_status_t status;

	if (!in)
		return STATUS_NO_MEMORY;
	status = transact_write_dump(in, fd, args, count);
	if (status == STATUS_OK)
		status = proxy_call(binder, ANSWER_DUMP, in, NULL, 0);
	AParcel_delete(in);
	return status;
}

binder_status_t AIBinder_dump(AIBinder *binder, int fd, const char **args, uint32_t numArgs)
{
	AIBinder_onDump on_dump;

	if (!binder || (numArgs && !args))
		return STATUS_UNEXPECTED_NULL;
	for (uint32_t i = 0; i < numArgs; i++) {
		if (!args[i])
			return STATUS_UNEXPECTED_NULL;
	}
	if (binder->remote)
		return transact_dump(binder, fd, args, numArgs);
	on_dump = local_class(binder)->on_dump;
	return on_dump ? status_prune(on_dump(binder, fd, args, numArgs)) : STATUS_OK;
}

binder_status_t AIBinder_getExtension(AIBinder *binder, AIBinder **outExt)
{
	AParcel *reply = NULL;
	binder_status_t status;

	if (outExt)
		*outExt = NULL;
	if (!binder || !outExt)
		return STATUS_UNEXPECTED_NULL;
	if (!binder->remote) {
		*outExt = local_extension(binder);
		AIBinder_incStrong(*outExt);
		return STATUS_OK;
	}
	status = proxy_call(binder, ANSWER_EXTENSION, NULL, &reply, 0);
	if (status == STATUS_OK)
		status = AParcel_readStrongBinder(reply, outExt);
	AParcel_delete(reply);
	return status;
}

/* The rules for an object that has a class already, which is another one. */
static bool transact_accept_other(
	AIBinder *binder, const AIBinder_Class *has, const AIBinder_Class *clazz)
{
	/* A second definition of the same interface, as of another library's: the first one stays.
	 */
	if (binder->remote && strcmp(has->descriptor, clazz->descriptor) == 0)
		return true;
	log_error("AIBinder_associateClass: '%s' for an object that is of %sclass '%s'",
		clazz->descriptor,
		strcmp(has->descriptor, clazz->descriptor) == 0 ? "another " : "", has->descriptor);
	return false;
}

bool AIBinder_associateClass(AIBinder *binder, const AIBinder_Class *clazz)
{
	const AIBinder_Class *has = NULL;
	const char *descriptor;

	if (!binder || !clazz)
		return false;
	has = AIBinder_getClass(binder);
	if (has == clazz)
		return true;
	if (has)
		return transact_accept_other(binder, has, clazz);
	descriptor = proxy_descriptor(binder);
	if (strcmp(descriptor, clazz->descriptor) != 0) {
		log_error("AIBinder_associateClass: '%s' for %s object of class '%s'",
			clazz->descriptor, AIBinder_isAlive(binder) ? "an" : "a dead", descriptor);
		return false;
	}
	if (atomic_compare_exchange_strong(&binder->clazz, &has, clazz) || has == clazz)
		return true;
	return transact_accept_other(binder, has, clazz);
}
