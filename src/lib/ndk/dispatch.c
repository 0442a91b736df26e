/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Serving a call: whose it is is known while it is served, and that of the call before, if this one
 * came to a thread that waits in the course of serving that, is known again afterwards.
 *
 * The caller's parcel is given back before the reply is sent, so that both go in one request:
 * nothing in a reply lies in it, as what is put into a parcel is copied.
 *
 * Whoever is called back by a service can call it again from there, and so on: each such call lies
 * on the stack of the thread that waits. No interface needs many of them, but a peer could use up
 * the stack, and end the process with that. So there is a limit, and calls beyond it are refused.
 */

#include "lib/ndk/dispatch.h"

#include <errno.h>
#include <string.h>

#include "lib/ndk/death.h"
#include "lib/ndk/local.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/status.h"
#include "lib/ndk/threadpool.h"
#include "util/log.h"

static AIBinder *dispatch_object(const void *argument)
{
	struct binder_ptr_cookie object;

	memcpy(&object, argument, sizeof(object));
	return (AIBinder *)(uintptr_t)object.cookie;
}

static int dispatch_nothing(struct ipc *ipc, const void *argument)
{
	(void)ipc;
	(void)argument;
	return 0;
}

static int dispatch_error(struct ipc *ipc, const void *argument)
{
	int32_t error;

	(void)ipc;
	memcpy(&error, argument, sizeof(error));
	log_error("binder: the driver reports error %d", error);
	return error < 0 ? error : -EPROTO;
}

static int dispatch_increfs(struct ipc *ipc, const void *argument)
{
	struct binder_ptr_cookie object;

	memcpy(&object, argument, sizeof(object));
	object_get_weak(dispatch_object(argument));
	local_shared(dispatch_object(argument), 1);
	ipc_confirm(ipc, BC_INCREFS_DONE, &object);
	return 0;
}

static int dispatch_acquire(struct ipc *ipc, const void *argument)
{
	struct binder_ptr_cookie object;

	memcpy(&object, argument, sizeof(object));
	/* The parcel that it was sent in holds it until this has been read. */
	object_get(dispatch_object(argument));
	ipc_confirm(ipc, BC_ACQUIRE_DONE, &object);
	return 0;
}

static int dispatch_release(struct ipc *ipc, const void *argument)
{
	ipc_drop_later(ipc, dispatch_object(argument), true);
	return 0;
}

static int dispatch_decrefs(struct ipc *ipc, const void *argument)
{
	ipc_drop_later(ipc, dispatch_object(argument), false);
	return 0;
}

static struct proxy *dispatch_proxy(const void *argument)
{
	binder_uintptr_t cookie;

	memcpy(&cookie, argument, sizeof(cookie));
	return (struct proxy *)(uintptr_t)cookie;
}

static int dispatch_dead_binder(struct ipc *ipc, const void *argument)
{
	(void)ipc;
	death_told(dispatch_proxy(argument));
	return 0;
}

static int dispatch_death_cleared(struct ipc *ipc, const void *argument)
{
	(void)ipc;
	death_cleared(dispatch_proxy(argument));
	return 0;
}

static int dispatch_finished(struct ipc *ipc, const void *argument)
{
	(void)ipc;
	(void)argument;
	return DISPATCH_FINISHED;
}

static int dispatch_spawn(struct ipc *ipc, const void *argument)
{
	(void)ipc;
	(void)argument;
	threadpool_spawn();
	return 0;
}

/* Calls within calls on one thread: at 8 kB for each they take a quarter of the usual stack. */
#define DISPATCH_NESTED_MAX 256

/* The call itself. */
static binder_status_t dispatch_call(
	const struct ipc *ipc, const struct binder_transaction_data *txn, AParcel *in, AParcel *out)
{
	/* The driver has a weak reference. It has none to a context manager, which is none of ours.
	 */
	AIBinder *object = (AIBinder *)(uintptr_t)txn->cookie;
	binder_status_t status;

	if (!in || !out)
		return STATUS_NO_MEMORY;
	if (ipc->serving > DISPATCH_NESTED_MAX) {
		log_warning("binder: call %u of pid %d within %d calls is refused: no deeper",
			txn->code, (int)ipc->pid, DISPATCH_NESTED_MAX);
		return STATUS_FAILED_TRANSACTION;
	}
	if (!object || !object_try_get(object))
		return STATUS_UNKNOWN_TRANSACTION;
	status = local_call(object, txn->code, in, out, txn->flags & TF_CLEAR_BUF);
	object_put(object);
	if (status == STATUS_OK)
		status = parcel_error(out);
	return status;
}

static int dispatch_serve(
	struct ipc *ipc, const struct binder_transaction_data *txn, const char *sid)
{
	const struct {
		pid_t pid;
		uid_t uid;
		const char *sid;
	} former = {ipc->pid, ipc->uid, ipc->sid};
	AParcel *in = parcel_new_received(txn);
	AParcel *out = parcel_new(NULL);
	binder_status_t status;

	ipc->serving++;
	ipc->pid = txn->sender_pid;
	ipc->uid = txn->sender_euid;
	ipc->sid = sid;
	status = dispatch_call(ipc, txn, in, out);
	/* The context lies in the buffer that goes now. */
	ipc->sid = NULL;
	AParcel_delete(in);
	if (!(txn->flags & TF_ONE_WAY)) {
		ipc_reply(ipc, out, status, txn->flags & TF_CLEAR_BUF);
	} else {
		if (status != STATUS_OK)
			log_info("binder: a oneway call with code %u ended with %s", txn->code,
				status_name(status));
		AParcel_delete(out);
	}
	ipc->pid = former.pid;
	ipc->uid = former.uid;
	ipc->sid = former.sid;
	ipc->serving--;
	return 0;
}

static int dispatch_transaction(struct ipc *ipc, const void *argument)
{
	struct binder_transaction_data txn;

	memcpy(&txn, argument, sizeof(txn));
	return dispatch_serve(ipc, &txn, NULL);
}

static int dispatch_transaction_sid(struct ipc *ipc, const void *argument)
{
	struct binderd_transaction_data_secctx txn;

	memcpy(&txn, argument, sizeof(txn));
	return dispatch_serve(ipc, &txn.transaction_data, (const char *)(uintptr_t)txn.secctx);
}

static const struct dispatch {
	uint32_t command;
	int (*function)(struct ipc *ipc, const void *argument);
} dispatches[] = {
	{BR_NOOP, dispatch_nothing},
	{BR_TRANSACTION, dispatch_transaction},
	{BR_TRANSACTION_SEC_CTX, dispatch_transaction_sid},
	{BR_INCREFS, dispatch_increfs},
	{BR_ACQUIRE, dispatch_acquire},
	{BR_RELEASE, dispatch_release},
	{BR_DECREFS, dispatch_decrefs},
	{BR_DEAD_BINDER, dispatch_dead_binder},
	{BR_CLEAR_DEATH_NOTIFICATION_DONE, dispatch_death_cleared},
	{BR_SPAWN_LOOPER, dispatch_spawn},
	{BR_FINISHED, dispatch_finished},
	{BR_ERROR, dispatch_error},
	{BR_OK, dispatch_nothing},
};

int dispatch_return(struct ipc *ipc, uint32_t command, const void *argument)
{
	for (size_t i = 0; i < sizeof(dispatches) / sizeof(dispatches[0]); i++) {
		if (dispatches[i].command == command)
			return dispatches[i].function(ipc, argument);
	}
	log_error("binder: the driver returns 0x%x, which nobody expects", command);
	return -EPROTO;
}
