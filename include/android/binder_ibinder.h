#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Binder objects: to implement, to call, to pass on, to watch.
 *
 * An AIBinder is an object that can be called. It is local, made by AIBinder_new() from a class
 * in this process, or remote, found in a parcel and living in another process. Within a process
 * one object has one address, whether local or remote, as long as anybody holds it: two equal
 * pointers are one object.
 *
 * Objects are counted. Whoever has a strong reference may use the object; the one that goes last
 * ends it: a local object's class is asked to destroy what it made, a remote object's process is
 * told that this one holds it no more. An AIBinder_Weak keeps the address, not the object.
 *
 * A process that dies takes its objects with it. Those who hold them go on holding them; calls
 * are answered by STATUS_DEAD_OBJECT, and an AIBinder_DeathRecipient is told.
 *
 * All functions may be called from any thread, none from a signal handler. None may be called in
 * a child of fork() that has not called exec, if the parent had used the device before: what
 * these functions know belongs to the parent, and they end such a child by abort(). Only the
 * counting of references that the child inherited is let pass there, without any effect on others.
 *
 * The contracts are those of Android's NDK, API levels 29 to 35, where each function's level is
 * given as "Since".
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <android/binder_nullability.h>
#include <android/binder_parcel.h>
#include <android/binder_status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Flags of a transaction: an or of FLAG_ values. */
typedef uint32_t binder_flags_t;
enum {
	/**
	 * Do not wait for the call to be done, nor for an answer. Calls of one object that
	 * are made so are done one after the other, in the order in which they were made.
	 */
	FLAG_ONEWAY = 0x01,

	/** Have the receiver's copy of the parcel, and the reply's, zeroed when they are done with.
	 */
	FLAG_CLEAR_BUF = 0x20,
};

/** What is asked of an object: a number that the object's interface gives a meaning to. */
typedef uint32_t transaction_code_t;
enum {
	/** The first code that an interface can use. */
	FIRST_CALL_TRANSACTION = 0x00000001,
	/** The last code that an interface can use. All others are the system's. */
	LAST_CALL_TRANSACTION = 0x00ffffff,
};

/** A kind of object: an interface's name, and the functions that make, end and serve objects. */
struct AIBinder_Class;
typedef struct AIBinder_Class AIBinder_Class;

/** An object, local or remote. */
struct AIBinder;
typedef struct AIBinder AIBinder;

/** The address of an object that is not kept alive by it. */
struct AIBinder_Weak;
typedef struct AIBinder_Weak AIBinder_Weak;

/** Who wants to be told when remote objects die. */
struct AIBinder_DeathRecipient;
typedef struct AIBinder_DeathRecipient AIBinder_DeathRecipient;

/**
 * AIBinder_Class_onCreate - make what an object of a class keeps
 * @args: what AIBinder_new() was given
 *
 * Return: what AIBinder_getUserData() is to return for the object; NULL is allowed.
 */
typedef void *_Nullable (*AIBinder_Class_onCreate)(void *_Nullable args);

/**
 * AIBinder_Class_onDestroy - end what an object of a class keeps
 * @userData: what onCreate returned
 *
 * Called once, when the object's last strong reference is gone, in the thread that had it. No
 * call of the object is under way then, and none will come.
 */
typedef void (*AIBinder_Class_onDestroy)(void *_Nullable userData);

/**
 * AIBinder_Class_onTransact - serve a call of a local object
 * @binder: the object that is called
 * @code:   FIRST_CALL_TRANSACTION to LAST_CALL_TRANSACTION
 * @in:     the caller's parcel, its position after the interface token, which was found right;
 *          valid until the function returns
 * @out:    an empty parcel for the answer; dropped if the call is oneway or the function fails
 *
 * Called in a thread of the pool, for several calls at once; in the caller's thread if caller
 * and object live in one process. AIBinder_getCallingUid() and its like tell who calls.
 *
 * Return: STATUS_OK and an answer in @out; STATUS_UNKNOWN_TRANSACTION for a code that the object
 * does not know; any other status that the caller is to get from AIBinder_transact().
 */
typedef binder_status_t (*AIBinder_Class_onTransact)(AIBinder *_Nonnull binder,
	transaction_code_t code, const AParcel *_Nonnull in, AParcel *_Nonnull out);

/**
 * AIBinder_onDump - write down what an object has to say about itself
 * @binder:  the object
 * @fd:      where to write it: the caller's descriptor, which stays the caller's
 * @args:    @numArgs strings, UTF-8; may be NULL if there are none
 * @numArgs: how many
 *
 * Not called for who sends no descriptor, no count, or a string that is cut off: these get an error
 * (on Android the function gets a negative @fd, or "" for the string). A count of more strings than
 * there are is that of those that there are, as on Android.
 *
 * Return: STATUS_OK, or a status that the one who asked gets.
 */
typedef binder_status_t (*AIBinder_onDump)(
	AIBinder *_Nonnull binder, int fd, const char *_Nonnull *_Nullable args, uint32_t numArgs);

/**
 * AIBinder_DeathRecipient_onBinderDied - an object has died
 * @cookie: what AIBinder_linkToDeath() was given
 *
 * Called in a thread of the pool, or one that waits for an answer, once for each link.
 */
typedef void (*AIBinder_DeathRecipient_onBinderDied)(void *_Nullable cookie);

/**
 * AIBinder_DeathRecipient_onBinderUnlinked - a link has ended, the cookie is used no more
 * @cookie: what AIBinder_linkToDeath() was given
 *
 * Called exactly once for each call of AIBinder_linkToDeath(), with no lock of this library held.
 */
typedef void (*AIBinder_DeathRecipient_onBinderUnlinked)(void *_Nullable cookie);

/* Classes */

/**
 * AIBinder_Class_define() - define a kind of object. Since 29.
 * @interfaceDescriptor: the interface's name, UTF-8, copied; the first thing in each parcel of a
 *                       call, and what AIBinder_associateClass() compares
 * @onCreate:   makes an object's data
 * @onDestroy:  ends it
 * @onTransact: serves calls
 *
 * A class lives as long as the process: there is no function that ends one.
 *
 * Return: the class; NULL if any argument is NULL or there is no memory.
 */
AIBinder_Class *_Nullable AIBinder_Class_define(const char *_Nonnull interfaceDescriptor,
	AIBinder_Class_onCreate _Nonnull onCreate, AIBinder_Class_onDestroy _Nonnull onDestroy,
	AIBinder_Class_onTransact _Nonnull onTransact) __attribute__((warn_unused_result));

/**
 * AIBinder_Class_setOnDump() - have objects of a class dumped by a function. Since 29.
 * @clazz:  the class; NULL ends the process by abort()
 * @onDump: the function, or NULL: nothing is dumped and all is well, which is the default
 *
 * To be called before the first object of the class is made.
 */
void AIBinder_Class_setOnDump(AIBinder_Class *_Nonnull clazz, AIBinder_onDump _Nullable onDump);

/**
 * AIBinder_Class_disableInterfaceTokenHeader() - neither write nor check interface tokens.
 * Since 33.
 * @clazz: the class; NULL ends the process by abort()
 *
 * For talking to old code. To be called before the first object of the class is made or
 * associated with it.
 */
void AIBinder_Class_disableInterfaceTokenHeader(AIBinder_Class *_Nonnull clazz);

/**
 * AIBinder_Class_getDescriptor() - a class's interface name. Since 31.
 * @clazz: the class; NULL ends the process by abort()
 *
 * Return: the string that AIBinder_Class_define() was given; it belongs to the class.
 */
const char *_Nonnull AIBinder_Class_getDescriptor(const AIBinder_Class *_Nonnull clazz);

/* Objects */

/**
 * AIBinder_new() - make a local object. Since 29.
 * @clazz: its class
 * @args:  handed to the class's onCreate
 *
 * Return: the object, with one strong reference, the caller's, to be given back by
 * AIBinder_decStrong(); NULL if @clazz is NULL or there is no memory (onCreate is not called then).
 */
AIBinder *_Nullable AIBinder_new(const AIBinder_Class *_Nonnull clazz, void *_Nullable args)
	__attribute__((warn_unused_result));

/**
 * AIBinder_isRemote() - whether an object lives in another process. Since 29.
 * @binder: the object
 *
 * Return: true if it does; false for a local object and for NULL.
 */
bool AIBinder_isRemote(const AIBinder *_Nullable binder);

/**
 * AIBinder_isAlive() - whether nothing is known of an object's death. Since 29.
 * @binder: the object
 *
 * Asks nobody: a remote object counts as alive until a call of it or a death notification said
 * otherwise. Dead ones never come back.
 *
 * Return: true for a local object and for a remote one that is not known to be dead; false for
 * NULL.
 */
bool AIBinder_isAlive(const AIBinder *_Nullable binder);

/**
 * AIBinder_ping() - call an object for nothing but to see whether it answers. Since 29.
 * @binder: the object
 *
 * Return: STATUS_OK, at once for a local object; STATUS_UNEXPECTED_NULL for NULL; an error of
 * AIBinder_transact()'s otherwise.
 */
binder_status_t AIBinder_ping(AIBinder *_Nonnull binder);

/**
 * AIBinder_dump() - have an object write down what it has to say about itself. Since 29.
 * @binder:  the object
 * @fd:      where to write; stays the caller's
 * @args:    @numArgs strings, UTF-8; may be NULL if there are none
 * @numArgs: how many
 *
 * Return: STATUS_OK, also if the object's class has nothing to dump; STATUS_UNEXPECTED_NULL if
 * @binder is NULL, or @args or one of them where there have to be some; the onDump's status; an
 * error of AIBinder_transact()'s.
 */
binder_status_t AIBinder_dump(
	AIBinder *_Nonnull binder, int fd, const char *_Nonnull *_Nullable args, uint32_t numArgs);

/**
 * AIBinder_incStrong() - take another strong reference. Since 29.
 * @binder: an object that the caller holds a strong reference of, or NULL: nothing is done
 */
void AIBinder_incStrong(AIBinder *_Nullable binder);

/**
 * AIBinder_decStrong() - give a strong reference back. Since 29.
 * @binder: the object; NULL is noted in the log
 *
 * With the last one a local object is destroyed, and a remote one's process is told.
 */
void AIBinder_decStrong(AIBinder *_Nonnull binder);

/**
 * AIBinder_debugGetRefCount() - how many strong references this process has. Since 29.
 * @binder: the object
 *
 * For tests and for looking at; it may be another a moment later. A local object that other
 * processes hold has one for all of them.
 *
 * Return: the number; -1 for NULL.
 */
int32_t AIBinder_debugGetRefCount(AIBinder *_Nonnull binder);

/**
 * AIBinder_associateClass() - say what class a remote object is of. Since 29.
 * @binder: the object
 * @clazz:  the class
 *
 * Needed once before a remote object can be called. It is asked for its interface's name
 * (INTERFACE_TRANSACTION, once for each object) and must say the class's descriptor. If it has
 * a class already, a class of the same descriptor is accepted, and the first one stays. A local
 * object is accepted for the class that it was made with, and no other.
 *
 * Return: true if the object is of the class; false, and nothing has changed, if not, if an
 * argument is NULL, or if the object could not be asked.
 */
bool AIBinder_associateClass(AIBinder *_Nonnull binder, const AIBinder_Class *_Nonnull clazz);

/**
 * AIBinder_getClass() - what class an object is of. Since 29.
 * @binder: the object
 *
 * Return: the class that it was made with or associated with; NULL if there is none, or for NULL.
 */
const AIBinder_Class *_Nullable AIBinder_getClass(AIBinder *_Nonnull binder);

/**
 * AIBinder_getUserData() - what a local object keeps. Since 29.
 * @binder: the object
 *
 * Return: what its class's onCreate returned; NULL for a remote object and for NULL.
 */
void *_Nullable AIBinder_getUserData(AIBinder *_Nonnull binder);

/**
 * AIBinder_lt() - an order of objects, for sorted containers. Since 31.
 * @lhs: an object or NULL
 * @rhs: an object or NULL
 *
 * Return: whether @lhs comes before @rhs. The order is total and stays as long as both are held.
 */
bool AIBinder_lt(const AIBinder *_Nullable lhs, const AIBinder *_Nullable rhs);

/* Calls */

/**
 * AIBinder_prepareTransaction() - begin a parcel for a call. Since 29.
 * @binder: the object to be called; must have a class (see AIBinder_associateClass())
 * @in:     where the parcel goes
 *
 * The parcel begins with the interface token of the object's class, unless that class has it
 * disabled. It is the caller's, to be passed to AIBinder_transact() or given to AParcel_delete(),
 * and keeps the object until then.
 *
 * Return: STATUS_OK; STATUS_UNEXPECTED_NULL for a NULL argument; STATUS_INVALID_OPERATION if the
 * object has no class; STATUS_NO_MEMORY. *@in is NULL after an error, but for the first.
 */
binder_status_t AIBinder_prepareTransaction(
	AIBinder *_Nonnull binder, AParcel *_Nullable *_Nonnull in);

/**
 * AIBinder_transact() - call an object. Since 29.
 * @binder: the object
 * @code:   FIRST_CALL_TRANSACTION to LAST_CALL_TRANSACTION
 * @in:     a parcel that was prepared for this object; consumed, and *@in set to NULL, in any case
 * @out:    where the answer goes: a parcel that is the caller's, to be given to AParcel_delete();
 *          empty after a FLAG_ONEWAY call; NULL after an error
 * @flags:  FLAG_ONEWAY, FLAG_CLEAR_BUF, FLAG_PRIVATE_VENDOR (<android/binder_stability.h>)
 *
 * Waits for the answer, and serves calls meanwhile that come back to this thread in the course
 * of this one. A local object is called here and now, in this thread, also with FLAG_ONEWAY.
 *
 * Return: STATUS_OK; the status that the object's onTransact returned; or
 * STATUS_UNEXPECTED_NULL      an argument is NULL
 * STATUS_UNKNOWN_TRANSACTION  @code is out of range, or not known to the object
 * STATUS_BAD_VALUE            unknown @flags, or *@in was not prepared for @binder
 * STATUS_BAD_TYPE             the object is of another interface, or of a stability that must
 *                             not be called from here
 * STATUS_DEAD_OBJECT          its process has died
 * STATUS_FAILED_TRANSACTION   the driver refused: no room in the receiver's area (the log says so,
 *                             with the sizes), a frozen receiver, or a descriptor that could not be
 *                             sent; or the object's thread serves 256 calls within calls already,
 *                             a limit that Android lacks
 * STATUS_NO_MEMORY            here, or while @in was written
 *
 * What a peer puts into an answer beyond what it should is no harm: a status that is none counts as
 * STATUS_UNKNOWN_ERROR, one of success as an empty answer, and descriptors in an answer that is not
 * wanted are closed.
 */
binder_status_t AIBinder_transact(AIBinder *_Nonnull binder, transaction_code_t code,
	AParcel *_Nonnull *_Nonnull in, AParcel *_Nullable *_Nonnull out, binder_flags_t flags);

/**
 * AIBinder_getCallingUid() - the effective uid of whose call this thread is serving. Since 29.
 *
 * As the driver vouches for it, at the time of the call. While a thread waits for an answer in
 * the course of serving a call and serves another one, it is that one's caller, and afterwards
 * the first one's again. A call of a local object changes nothing.
 *
 * Return: the uid; this process's real uid if the thread is serving no call.
 */
uid_t AIBinder_getCallingUid(void);

/**
 * AIBinder_getCallingPid() - the process whose call this thread is serving. Since 29.
 *
 * Return: its pid, as the driver vouches for it; 0 for a oneway call, whose sender does not wait
 * and may be gone; this process's pid if the thread is serving no call.
 */
pid_t AIBinder_getCallingPid(void);

/**
 * AIBinder_isHandlingTransaction() - whether this thread is serving a call from outside. Since 33.
 *
 * Return: true within the serving of a call that came from the driver.
 */
bool AIBinder_isHandlingTransaction(void);

/* Weak pointers */

/**
 * AIBinder_Weak_new() - a weak pointer to an object. Since 29.
 * @binder: the object or NULL
 *
 * Return: a weak pointer, the caller's, to be given to AIBinder_Weak_delete(); NULL if @binder
 * is, or there is no memory.
 */
AIBinder_Weak *_Nullable AIBinder_Weak_new(AIBinder *_Nullable binder)
	__attribute__((warn_unused_result));

/**
 * AIBinder_Weak_clone() - another weak pointer to the same object. Since 31.
 * @weak: a weak pointer or NULL
 *
 * Return: as AIBinder_Weak_new().
 */
AIBinder_Weak *_Nullable AIBinder_Weak_clone(const AIBinder_Weak *_Nullable weak)
	__attribute__((warn_unused_result));

/**
 * AIBinder_Weak_delete() - end a weak pointer. Since 29.
 * @weakBinder: the pointer or NULL
 */
void AIBinder_Weak_delete(AIBinder_Weak *_Nullable weakBinder);

/**
 * AIBinder_Weak_promote() - the object of a weak pointer, if it still is. Since 29.
 * @weakBinder: the pointer or NULL
 *
 * Return: the object with another strong reference, the caller's; NULL if the last one was given
 * back, whether or not other processes know the object, and for NULL.
 */
AIBinder *_Nullable AIBinder_Weak_promote(AIBinder_Weak *_Nullable weakBinder)
	__attribute__((warn_unused_result));

/**
 * AIBinder_Weak_lt() - an order of weak pointers, by their objects. Since 31.
 * @lhs: a weak pointer or NULL
 * @rhs: a weak pointer or NULL
 *
 * Return: whether @lhs comes before @rhs. The order is total and stays when objects end: no new
 * object takes the place of one that a weak pointer remembers.
 */
bool AIBinder_Weak_lt(const AIBinder_Weak *_Nullable lhs, const AIBinder_Weak *_Nullable rhs);

/* Death */

/**
 * AIBinder_DeathRecipient_new() - somebody to be told of deaths. Since 29.
 * @onBinderDied: called for each linked object that dies
 *
 * A thread that reads from the driver is needed for that: a thread of the pool, see
 * ABinderProcess_startThreadPool(), or one that polls.
 *
 * Return: the recipient, the caller's, to be given to AIBinder_DeathRecipient_delete(); NULL if
 * @onBinderDied is, or there is no memory.
 */
AIBinder_DeathRecipient *_Nullable AIBinder_DeathRecipient_new(
	AIBinder_DeathRecipient_onBinderDied _Nonnull onBinderDied)
	__attribute__((warn_unused_result));

/**
 * AIBinder_DeathRecipient_setOnUnlinked() - be told when a link ends. Since 33.
 * @recipient:  the recipient, or NULL: nothing is done
 * @onUnlinked: called when a link ends: after onBinderDied; by AIBinder_unlinkToDeath() or
 *              AIBinder_DeathRecipient_delete(), after these have returned if the link's
 *              onBinderDied is being called at the time; when the last strong reference of the
 *              object goes; or before AIBinder_linkToDeath() returns an error. NULL: nobody is told
 *
 * Links that are made afterwards have it; those that there are keep what they had.
 */
void AIBinder_DeathRecipient_setOnUnlinked(AIBinder_DeathRecipient *_Nullable recipient,
	AIBinder_DeathRecipient_onBinderUnlinked _Nullable onUnlinked);

/**
 * AIBinder_DeathRecipient_delete() - end a recipient and all its links. Since 29.
 * @recipient: the recipient or NULL
 *
 * onBinderDied is not called any more, but may be under way in another thread when this returns:
 * what the cookie points to is free when onUnlinked was called for it, not before.
 */
void AIBinder_DeathRecipient_delete(AIBinder_DeathRecipient *_Nullable recipient);

/**
 * AIBinder_linkToDeath() - have a recipient told when an object dies. Since 29.
 * @binder:    the object
 * @recipient: the recipient; may be linked to many objects, and several times to one
 * @cookie:    handed to onBinderDied and onUnlinked; with it the link is found again
 *
 * Return: STATUS_OK; STATUS_UNEXPECTED_NULL if @binder or @recipient is NULL (no onUnlinked is
 * called then); STATUS_INVALID_OPERATION for a local object, which cannot die before its process;
 * STATUS_DEAD_OBJECT if its death has been told of already; STATUS_NO_MEMORY.
 */
binder_status_t AIBinder_linkToDeath(AIBinder *_Nonnull binder,
	AIBinder_DeathRecipient *_Nonnull recipient, void *_Nullable cookie);

/**
 * AIBinder_unlinkToDeath() - end a link. Since 29.
 * @binder:    the object
 * @recipient: the recipient
 * @cookie:    the link's cookie; of several equal links the newest one is ended
 *
 * Return: STATUS_OK; STATUS_UNEXPECTED_NULL if @binder or @recipient is NULL;
 * STATUS_NAME_NOT_FOUND if there is no such link; STATUS_DEAD_OBJECT if recipients are being told
 * of the object's death just now: if this link's turn has not come, it has ended all the same, and
 * onBinderDied is not called; if onBinderDied is being called, onUnlinked is afterwards.
 */
binder_status_t AIBinder_unlinkToDeath(AIBinder *_Nonnull binder,
	AIBinder_DeathRecipient *_Nonnull recipient, void *_Nullable cookie);

/* Extensions */

/**
 * AIBinder_getExtension() - the object that another one was extended by. Since 30.
 * @binder: the object
 * @outExt: where the extension goes, with a strong reference that is the caller's; NULL if there is
 *          none or after an error
 *
 * Return: STATUS_OK, also if there is none; STATUS_UNEXPECTED_NULL for a NULL argument; an error of
 * AIBinder_transact()'s if the object is remote.
 */
binder_status_t AIBinder_getExtension(
	AIBinder *_Nonnull binder, AIBinder *_Nullable *_Nonnull outExt);

/**
 * AIBinder_setExtension() - extend a local object by another object. Since 30.
 * @binder: the object; holds @ext from now on, in place of an extension that it had
 * @ext:    the extension, local or remote
 *
 * To be called before @binder is sent anywhere: later it ends the process by abort().
 *
 * Return: STATUS_OK; STATUS_UNEXPECTED_NULL for a NULL argument; STATUS_INVALID_OPERATION if
 * @binder is remote.
 */
binder_status_t AIBinder_setExtension(AIBinder *_Nonnull binder, AIBinder *_Nonnull ext);

#ifdef __cplusplus
}
#endif
