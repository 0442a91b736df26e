#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Binder objects: what Android keeps for its own platform's code.
 *
 * These functions ask more of the driver than the rest, or say how it is to schedule whoever
 * serves. The three set* functions are to be called before their object is sent anywhere: a node's
 * flags are those of its first sending. Called later, or for an object that is not local, they
 * end the process by abort().
 */

#include <stdbool.h>

#include <android/binder_ibinder.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * AIBinder_setRequestingSid() - have the driver tell the callers' security contexts. Since 31.
 * @binder:        a local object
 * @requestingSid: true: AIBinder_getCallingSid() says it while a call of this object is served
 *
 * On a kernel's driver calls of such an object fail where no security module gives contexts.
 */
void AIBinder_setRequestingSid(AIBinder *_Nonnull binder, bool requestingSid);

/**
 * AIBinder_getCallingSid() - the security context of whose call this thread is serving. Since 31.
 *
 * Return: the context, valid while the call is served; NULL if the thread is serving no call, or
 * the object did not ask for it.
 */
const char *_Nullable AIBinder_getCallingSid(void);

/**
 * AIBinder_setMinSchedulerPolicy() - how a thread that serves an object is at least scheduled.
 * Since 33.
 * @binder:   a local object
 * @policy:   SCHED_NORMAL, SCHED_FIFO or SCHED_RR of <sched.h>
 * @priority: a nice value, -20 to 19, with SCHED_NORMAL; else a real-time priority, 1 to 99
 *
 * Anything else ends the process by abort(). The default is SCHED_NORMAL and 19.
 */
void AIBinder_setMinSchedulerPolicy(AIBinder *_Nonnull binder, int policy, int priority);

/**
 * AIBinder_setInheritRt() - have a thread that serves an object inherit its caller's real-time
 * priority. Since 33.
 * @binder:    a local object
 * @inheritRt: true: it does
 */
void AIBinder_setInheritRt(AIBinder *_Nonnull binder, bool inheritRt);

#ifdef __cplusplus
}
#endif
