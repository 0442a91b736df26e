#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A class of objects for tests, both sides of it. A client's functions end the process for what
 * should not happen and return the status of the call.
 */

#include <stdint.h>

#include <android/binder_ibinder.h>

#define ECHO_DESCRIPTOR "binderd.test.IEcho"

enum echo_code {
	ECHO_BYTES = FIRST_CALL_TRANSACTION, /* bytes: the same bytes */
	ECHO_STATUS,			     /* int: that status, in place of an answer */
	ECHO_CALLER,  /* pid, uid, whether serving: of the caller, as the service sees it */
	ECHO_FORWARD, /* object, int depth: calls the object's ECHO_BACK, returns what that does */
	ECHO_BACK,    /* object or null, int depth: forwards to it while depth is positive */
	ECHO_KEEP,    /* object or null: kept in place of the former */
	ECHO_KEPT,    /* the object that is kept */
	ECHO_APPEND,  /* int: appended to a list */
	ECHO_LIST,    /* the list */
	ECHO_WAIT,    /* counted; answered after ECHO_GO */
	ECHO_WAITING, /* int: answered when that many wait, with the number of threads that do */
	ECHO_GO,      /* all that wait are answered */
	ECHO_DIE,     /* the process ends within the call */
	ECHO_LARGE,   /* int: so many bytes */
	ECHO_NEW,     /* a new object, which only the answer holds */
	ECHO_LIVING,  /* how many objects of the class there are */
	ECHO_SID,     /* the caller's security context, or null */
	ECHO_FILE,    /* a descriptor: what can be read from it, as bytes */
	ECHO_OPEN,    /* a descriptor of /dev/null, in the answer */
	ECHO_PID,     /* the pid of the service */
};

/** echo_class() - the class, the same each time */
const AIBinder_Class *echo_class(void);
/** echo_new() - an object of it */
AIBinder *echo_new(void);
/** echo_put() - leave a new one in a slot of the context manager's (manager.h) */
void echo_put(int32_t slot);
/** echo_get() - fetch the one in a slot, a strong reference of the caller's */
AIBinder *echo_get(int32_t slot);
/** echo_living() - how many there are in this process */
int echo_living(void);

/** echo_begin() - a parcel for a call */
AParcel *echo_begin(AIBinder *binder);
/** echo_call() - make it. Return: its status; the answer, if any, in @out, or dropped if NULL */
binder_status_t echo_call(
	AIBinder *binder, enum echo_code code, AParcel *in, AParcel **out, binder_flags_t flags);

/** echo_int() - call with one number. Return: a status */
binder_status_t echo_int(
	AIBinder *binder, enum echo_code code, int32_t value, binder_flags_t flags);
/** echo_ask_int() - call, and return the number in the answer */
int32_t echo_ask_int(AIBinder *binder, enum echo_code code, int32_t value);
/** echo_bytes() - ECHO_BYTES, comparing. Return: a status */
binder_status_t echo_bytes(AIBinder *binder, size_t size, binder_flags_t flags);
/** echo_object() - call with an object or NULL. Return: a status */
binder_status_t echo_object(AIBinder *binder, enum echo_code code, AIBinder *object);
/** echo_ask_object() - call, and return the object in the answer, of the class */
AIBinder *echo_ask_object(AIBinder *binder, enum echo_code code);
