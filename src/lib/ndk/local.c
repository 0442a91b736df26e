/* SPDX-License-Identifier: Apache-2.0 */

/*
 * To the driver a local object is its address, as pointer and cookie. What its flat object
 * says is taken by the driver at the first sending, so a change that comes later would have no
 * effect that anybody sees: it is a mistake, and ends the program, as on Android.
 */

#include "lib/ndk/local.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/queue.h>

#include <android/binder_ibinder_platform.h>
#include <android/binder_parcel.h>

#include "lib/ndk/answer.h"
#include "lib/ndk/class.h"
#include "lib/ndk/parcel.h"
#include "lib/ndk/status.h"
#include "util/log.h"

/* Linux names it after POSIX's SCHED_OTHER. */
#define LOCAL_SCHED_NORMAL 0

/* Bits of a node's flags that the UAPI header leaves to the driver. */
#define LOCAL_POLICY_SHIFT 9
#define LOCAL_INHERIT_RT 0x800u

#define LOCAL_PRIORITY 19

struct local {
	struct AIBinder base;
	void *data;	     /* the class's */
	AIBinder *extension; /* held, or NULL */
	int policy, priority;
	bool requesting_sid, inherit_rt;
	_Atomic(bool) sent;
	int shared; /* under the list's lock: how often the driver began to know it */
	TAILQ_ENTRY(local) entry;
};

static TAILQ_HEAD(, local) local_list = TAILQ_HEAD_INITIALIZER(local_list);
static pthread_mutex_t local_mutex = PTHREAD_MUTEX_INITIALIZER;

static struct local *local_of(const AIBinder *object)
{
	return (struct local *)object;
}

AIBinder *AIBinder_new(const AIBinder_Class *clazz, void *args)
{
	struct local *local;

	if (!clazz) {
		log_error("AIBinder_new: no class");
		return NULL;
	}
	local = calloc(1, sizeof(*local));
	if (!local)
		return NULL;
	object_init(&local->base, false);
	atomic_init(&local->base.clazz, clazz);
	local->data = clazz->on_create(args);
	return &local->base;
}

void local_end(AIBinder *object)
{
	struct local *local = local_of(object);
	AIBinder *extension = local->extension;

	local_class(object)->on_destroy(local->data);
	local->extension = NULL;
	if (extension)
		object_put(extension);
}

void local_free(AIBinder *object)
{
	free(local_of(object));
}

void local_shared(AIBinder *object, int more)
{
	struct local *local = local_of(object);

	pthread_mutex_lock(&local_mutex);
	if (local->shared == 0)
		TAILQ_INSERT_TAIL(&local_list, local, entry);
	local->shared += more;
	assert(local->shared >= 0);
	if (local->shared == 0)
		TAILQ_REMOVE(&local_list, local, entry);
	pthread_mutex_unlock(&local_mutex);
}

uint32_t local_flags(AIBinder *object)
{
	struct local *local = local_of(object);
	uint32_t flags = FLAT_BINDER_FLAG_ACCEPTS_FDS;
	int priority = local->priority;

	if (!atomic_load_explicit(&local->sent, memory_order_relaxed))
		atomic_store_explicit(&local->sent, true, memory_order_relaxed);
	if (local->policy == LOCAL_SCHED_NORMAL && priority == 0)
		priority = LOCAL_PRIORITY;
	flags |= (uint32_t)priority & FLAT_BINDER_FLAG_PRIORITY_MASK;
	flags |= (uint32_t)local->policy << LOCAL_POLICY_SHIFT;
	if (local->requesting_sid)
		flags |= FLAT_BINDER_FLAG_TXN_SECURITY_CTX;
	if (local->inherit_rt)
		flags |= LOCAL_INHERIT_RT;
	return flags;
}

const AIBinder_Class *local_class(const AIBinder *object)
{
	return atomic_load_explicit(&object->clazz, memory_order_relaxed);
}

void *local_data(const AIBinder *object)
{
	return local_of(object)->data;
}

AIBinder *local_extension(const AIBinder *object)
{
	return local_of(object)->extension;
}

/* A call of the class's. */
static binder_status_t local_transact(AIBinder *object, uint32_t code, AParcel *in, AParcel *out)
{
	const AIBinder_Class *clazz = local_class(object);

	if (!clazz->no_token && !parcel_check_token(in, clazz->descriptor))
		return STATUS_BAD_TYPE;
	return clazz->on_transact(object, code, in, out);
}

binder_status_t local_call(
	AIBinder *object, uint32_t code, AParcel *in, AParcel *out, binder_flags_t flags)
{
	binder_status_t status;

	parcel_rewind(in);
	if (flags & FLAG_CLEAR_BUF)
		AParcel_markSensitive(out);
	if (code >= FIRST_CALL_TRANSACTION && code <= LAST_CALL_TRANSACTION)
		status = local_transact(object, code, in, out);
	else
		status = answer_call(object, code, in, out);
	parcel_rewind(out);
	return status_prune(status);
}

binder_status_t AIBinder_setExtension(AIBinder *binder, AIBinder *ext)
{
	struct local *local = local_of(binder);
	AIBinder *former;

	if (!binder || !ext)
		return STATUS_UNEXPECTED_NULL;
	if (binder->remote)
		return STATUS_INVALID_OPERATION;
	if (atomic_load(&local->sent)) {
		log_error("AIBinder_setExtension: the object was sent already");
		abort();
	}
	former = local->extension;
	local->extension = object_get(ext);
	if (former)
		object_put(former);
	return STATUS_OK;
}

/* The local object that may still be changed. */
static struct local *local_require(AIBinder *binder, const char *function)
{
	if (binder && !binder->remote && !atomic_load(&local_of(binder)->sent))
		return local_of(binder);
	log_error("%s: only for local objects that were not sent yet", function);
	abort();
}

void AIBinder_setRequestingSid(AIBinder *binder, bool requestingSid)
{
	local_require(binder, __func__)->requesting_sid = requestingSid;
}

void AIBinder_setInheritRt(AIBinder *binder, bool inheritRt)
{
	local_require(binder, __func__)->inherit_rt = inheritRt;
}

static bool local_can_schedule(int policy, int priority)
{
	if (policy == LOCAL_SCHED_NORMAL)
		return priority >= -20 && priority <= 19;
	return (policy == SCHED_FIFO || policy == SCHED_RR) && priority >= 1 && priority <= 99;
}

void AIBinder_setMinSchedulerPolicy(AIBinder *binder, int policy, int priority)
{
	struct local *local = local_require(binder, __func__);

	if (!local_can_schedule(policy, priority)) {
		log_error("%s: no policy %d with priority %d", __func__, policy, priority);
		abort();
	}
	local->policy = policy;
	local->priority = priority;
}
