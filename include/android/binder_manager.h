#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The service manager: objects under names, for other processes to find.
 *
 * A service gives an object a name, a client asks for the object by that name. A name, called
 * "instance" here, has 1 to 127 characters of [A-Za-z0-9_./-]; services with a stable interface are
 * named by it, such as "com.example.IClock/default". The manager is the context manager of the
 * process's device, a program such as servicemanager(8) that serves android.os.IServiceManager.
 * It says who may register, find and wait for what; it forgets a name when the process that
 * registered it dies, and everything when it dies itself.
 *
 * Objects that these functions return are strong references of the caller's, to be given to
 * AIBinder_decStrong(), and have yet to be given a class by AIBinder_associateClass().
 *
 * Which numbers the manager's methods have depends on the Android release that it speaks, which
 * is taken to be 14 (API level 34) unless the environment variable BINDERD_API_LEVEL says another:
 * 28 to 36. It is looked at once, and not in set-id programs.
 *
 * Unless something else is said, a manager that is not there, or the lack of a device, is an error
 * at once; the log says why a request failed, on standard error.
 *
 * All functions may be called from any thread. The contracts are those of Android's
 * <android/binder_manager.h>, where each function's level is given as "Since"; the requests are
 * AOSP's IServiceManager.aidl, IServiceCallback.aidl and IClientCallback.aidl.
 */

#include <stdbool.h>
#include <stdint.h>

#include <android/binder_ibinder.h>
#include <android/binder_status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a service is registered: an or of these. In C++ an enumeration of uint32_t. */
typedef enum AServiceManager_AddServiceFlag
#ifdef __cplusplus
    : uint32_t
#endif
{
	/** Isolated users, who are kept from most services, may find it. */
	ADD_SERVICE_ALLOW_ISOLATED = 1 << 0,
	/** Its dump comes with those that are had first. */
	ADD_SERVICE_DUMP_FLAG_PRIORITY_CRITICAL = 1 << 1,
	/** Its dump comes with those of high priority. */
	ADD_SERVICE_DUMP_FLAG_PRIORITY_HIGH = 1 << 2,
	/** Its dump comes with those of normal priority. */
	ADD_SERVICE_DUMP_FLAG_PRIORITY_NORMAL = 1 << 3,
	/** Its dump comes with all others. This holds if none of the four is given. */
	ADD_SERVICE_DUMP_FLAG_PRIORITY_DEFAULT = 1 << 4,
} AServiceManager_AddServiceFlag;

/**
 * AServiceManager_onRegister - a service was registered
 * @instance:   its name, for the time of the call
 * @registered: the object, a strong reference of the callee's
 * @cookie:     what AServiceManager_registerForServiceNotifications() was given
 *
 * Called in a thread of the pool, one call after the other, while
 * AServiceManager_NotificationRegistration_delete() waits for its end: so it must not wait for
 * anything that needs the thread that may be in there. It may delete its own registration.
 */
typedef void (*AServiceManager_onRegister)(
	const char *_Nonnull instance, AIBinder *_Nonnull registered, void *_Nullable cookie);

/** A standing request to be told of registrations. */
struct AServiceManager_NotificationRegistration;
typedef struct AServiceManager_NotificationRegistration AServiceManager_NotificationRegistration;

/* Registering */

/**
 * AServiceManager_addService() - register an object. Since 29.
 * @binder:   the object, local or remote; the manager holds it from now on, the caller's
 *            reference stays the caller's
 * @instance: the name, UTF-8; if it is registered already the object takes its place
 *
 * Isolated users may not find it, and its dump has the default priority.
 *
 * Return: EX_NONE; EX_ILLEGAL_ARGUMENT if an argument is NULL or @instance is no name;
 * EX_SECURITY if the manager does not let the caller; EX_ILLEGAL_STATE if the manager holds too
 * much already; EX_TRANSACTION_FAILED if it could not be asked; what else the manager says.
 */
binder_exception_t AServiceManager_addService(AIBinder *_Nonnull binder,
	const char *_Nonnull instance) __attribute__((warn_unused_result));

/**
 * AServiceManager_addServiceWithFlags() - register an object in a certain way. Since 34; the
 * priorities since 35.
 * @binder:   as for AServiceManager_addService()
 * @instance: the same
 * @flags:    an or of AServiceManager_AddServiceFlag; others are ignored
 *
 * Return: as AServiceManager_addService().
 */
binder_exception_t AServiceManager_addServiceWithFlags(AIBinder *_Nonnull binder,
	const char *_Nonnull instance, const AServiceManager_AddServiceFlag flags)
	__attribute__((warn_unused_result));

/* Finding */

/**
 * AServiceManager_checkService() - the object of a name, if there is one now. Since 29.
 * @instance: the name, UTF-8
 *
 * Starts no service and does not wait.
 *
 * Return: the object; NULL if the name is not registered, the caller may not find it, the
 * manager could not be asked, or @instance is NULL.
 */
AIBinder *_Nullable AServiceManager_checkService(const char *_Nonnull instance)
	__attribute__((warn_unused_result));

/**
 * AServiceManager_getService() - the object of a name, waiting a few seconds for it. Since 29.
 * @instance: the name, UTF-8
 *
 * Does AServiceManager_checkService() again and again, for 5 seconds at most. Deprecated on
 * Android, as time says little about whether a service will come: AServiceManager_waitForService()
 * waits for the registration itself, and has the service started.
 *
 * Return: as AServiceManager_checkService().
 */
AIBinder *_Nullable AServiceManager_getService(const char *_Nonnull instance)
	__attribute__((warn_unused_result));

/**
 * AServiceManager_waitForService() - the object of a name, waiting for it. Since 31.
 * @instance: the name, UTF-8
 *
 * Has the manager start the service if a declaration of it says how, and waits until it is
 * registered, for ever if need be; a line in the log says so after a second, and then at ever
 * longer intervals. It is woken by the manager if the process has threads that serve calls (see
 * ABinderProcess_startThreadPool()), and asks ten times a second otherwise; in any case it asks
 * every second, which has a service started that has ended in the meantime. A manager that is
 * not there, or dies, is waited for, too.
 *
 * Return: the object; NULL if the manager refuses, if there is no device or its broker has
 * ended, or @instance is NULL.
 */
AIBinder *_Nullable AServiceManager_waitForService(const char *_Nonnull instance)
	__attribute__((warn_unused_result));

/**
 * AServiceManager_registerForServiceNotifications() - be told whenever a name is registered.
 * Since 34.
 * @instance:   the name, UTF-8; copied
 * @onRegister: called for each registration, and at once if the name is registered already
 * @cookie:     handed to it
 *
 * NULL for one of the first two ends the process by abort(). The process needs a thread that
 * serves calls. A manager that dies forgets who wanted to be told.
 *
 * Return: the registration, for AServiceManager_NotificationRegistration_delete(); NULL if the
 * manager refuses or could not be asked, @instance is no name, or there is no memory.
 */
AServiceManager_NotificationRegistration *_Nullable AServiceManager_registerForServiceNotifications(
	const char *_Nonnull instance, AServiceManager_onRegister _Nonnull onRegister,
	void *_Nullable cookie) __attribute__((warn_unused_result));

/**
 * AServiceManager_NotificationRegistration_delete() - be told no more. Since 34.
 * @notification: the registration, which is gone afterwards; NULL ends the process by abort()
 *
 * Waits for a call of onRegister that is under way in another thread. When this returns,
 * none will come: what the cookie points to may go. From within its own onRegister it returns at
 * once.
 */
void AServiceManager_NotificationRegistration_delete(
	AServiceManager_NotificationRegistration *_Nonnull notification);

/* Declarations */

/**
 * AServiceManager_isDeclared() - whether a service is said to exist. Since 31.
 * @instance: the name, UTF-8
 *
 * What is declared can be waited for. On Android the device's manifests declare; here, the
 * files that servicemanager(8) describes.
 *
 * Return: whether it is; false, too, if the caller may not know, the manager could not be asked, or
 * @instance is NULL.
 */
bool AServiceManager_isDeclared(const char *_Nonnull instance);

/**
 * AServiceManager_forEachDeclaredInstance() - what is declared of an interface. Since 31.
 * @interface: the interface, such as "com.example.IClock", UTF-8
 * @context:   handed to @callback
 * @callback:  called for each instance, with what follows the '/' in its name: "default" of
 *             "com.example.IClock/default"; in the calling thread, before this returns
 *
 * NULL for @interface or @callback ends the process by abort(). If the manager refuses, or could
 * not be asked, there is none.
 */
void AServiceManager_forEachDeclaredInstance(const char *_Nonnull interface,
	void *_Nullable context, void (*_Nonnull callback)(const char *_Nonnull, void *_Nullable));

/**
 * AServiceManager_isUpdatableViaApex() - whether a declared service comes with an updatable
 * module. Since 31.
 * @instance: the name, UTF-8
 *
 * Return: whether its declaration names one; false, too, if the manager could not be asked, or
 * @instance is NULL.
 */
bool AServiceManager_isUpdatableViaApex(const char *_Nonnull instance);

/**
 * AServiceManager_getUpdatableApexName() - the module that a declared service comes with. Since 34.
 * @instance: the name, UTF-8
 * @context:  handed to @callback
 * @callback: called once with the module's name, such as "com.example.clock", if there is one; in
 *            the calling thread, before this returns
 *
 * NULL for @instance or @callback ends the process by abort().
 */
void AServiceManager_getUpdatableApexName(const char *_Nonnull instance, void *_Nullable context,
	void (*_Nonnull callback)(const char *_Nonnull, void *_Nullable));

/**
 * AServiceManager_openDeclaredPassthroughHal() - load a driver's library that is declared.
 * Since 35.
 * @interface: the interface of the library
 * @instance:  which one
 * @flag:      for dlopen(3)
 *
 * Only Android's vendors declare such libraries: here there are none.
 *
 * Return: NULL.
 */
void *_Nullable AServiceManager_openDeclaredPassthroughHal(
	const char *_Nonnull interface, const char *_Nonnull instance, int flag);

/* Services that go when nobody uses them */

/**
 * AServiceManager_registerLazyService() - register an object whose process ends when nobody
 * uses it. Since 31.
 * @binder:   the object, local; held as long as the process lives
 * @instance: the name, UTF-8
 *
 * The manager tells when other processes begin and cease to hold the object; when none holds
 * any of the process's lazy services, they are unregistered and the process ends by exit(3) with
 * status 0. A declaration that says how to start it has it come back when it is asked for. All
 * services of the process should be lazy ones, as the others would end with it; and one that is
 * never found at all stays. The process needs a thread that serves calls. Calling it again for a
 * name gives that another object, or makes it known to a manager that took a dead one's place.
 *
 * Return: STATUS_OK; STATUS_UNEXPECTED_NULL if an argument is NULL; STATUS_UNKNOWN_ERROR if the
 * manager refused or could not be asked (a name whose users the manager does not tell of
 * stays registered, and keeps the process); STATUS_NO_MEMORY.
 */
binder_status_t AServiceManager_registerLazyService(
	AIBinder *_Nonnull binder, const char *_Nonnull instance);

/**
 * AServiceManager_forceLazyServicesPersist() - keep the process although nobody uses it. Since 31.
 * @persist: true: it stays; false: as before, and it ends now if nobody uses it at the moment
 */
void AServiceManager_forceLazyServicesPersist(bool persist);

/**
 * AServiceManager_setActiveServicesCallback() - be told when the process begins or ceases to be
 * used. Since 31.
 * @callback: called with whether any lazy service has users now, when that changes, and
 *            @context. It returns whether the process is to stay although there are none. It may
 *            call AServiceManager_tryUnregister() and then exit(3), or
 *            AServiceManager_reRegister(). NULL: nobody is told, which is the default
 * @context:  handed to it
 *
 * To be called before the first lazy service is registered. Not called while
 * AServiceManager_forceLazyServicesPersist() keeps the process.
 */
void AServiceManager_setActiveServicesCallback(
	bool (*_Nullable callback)(bool, void *_Nullable), void *_Nullable context);

/**
 * AServiceManager_tryUnregister() - unregister all lazy services. Since 31.
 *
 * The manager refuses for one that has users, or is about to have some.
 *
 * Return: true if none is registered any more; false if one could not be unregistered: others
 * may have been, and AServiceManager_reRegister() is to be called.
 */
bool AServiceManager_tryUnregister(void);

/**
 * AServiceManager_reRegister() - register the lazy services again that
 * AServiceManager_tryUnregister() unregistered. Since 31.
 *
 * To be called by the same thread. Ends the process by abort() if the manager does not let it:
 * nobody could find the services any more, so the process has to be started anew.
 */
void AServiceManager_reRegister(void);

#ifdef __cplusplus
}
#endif
