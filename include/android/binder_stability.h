#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Stability: which part of a system an interface can be called from.
 *
 * Android's system and vendor images are updated apart, and an object's stability says who may
 * rely on its interface: its own image alone (system or vendor), or both (VINTF). It travels with
 * the object. A desktop has no such parts. All code counts as system's here, and objects are so
 * unless marked otherwise; those that come without a word on it, from programs of other kinds,
 * count as system's, too, and Android 12's way to write the word is understood, both of which
 * Android refuses. Marks are kept, sent and checked as on Android, for programs that talk to it.
 *
 * Marking is for objects that have no other stability yet: local ones that were neither marked
 * nor sent. Anything else ends the process by abort(), as on Android.
 */

#include <android/binder_ibinder.h>

#ifdef __cplusplus
extern "C" {
#endif

/** More flags of a transaction. */
enum {
	/** The call is made by vendor's code: it may call vendor's objects, and not system's. */
	FLAG_PRIVATE_VENDOR = 0x10000000,
};

/** The flag of this code's own part. */
enum {
#ifdef __ANDROID_VENDOR__
	FLAG_PRIVATE_LOCAL = FLAG_PRIVATE_VENDOR,
#else
	FLAG_PRIVATE_LOCAL = 0,
#endif
};

/**
 * AIBinder_markSystemStability() - mark an object for the system alone. Since 30.
 * @binder: a local object
 */
void AIBinder_markSystemStability(AIBinder *_Nonnull binder);

/**
 * AIBinder_markVendorStability() - mark an object for the vendor alone. Since 30.
 * @binder: a local object
 */
void AIBinder_markVendorStability(AIBinder *_Nonnull binder);

/**
 * AIBinder_markVintfStability() - mark an object for system and vendor. Since 30.
 * @binder: a local object
 */
void AIBinder_markVintfStability(AIBinder *_Nonnull binder);

/**
 * AIBinder_forceDowngradeToSystemStability() - use an object as one for the system alone. Since 31.
 * @binder: an object that is for the system and possibly more; also a remote one, for which
 *          Android ends the process
 *
 * Holds as long as the object is held in this process, also if the object comes again with what it
 * had before.
 */
void AIBinder_forceDowngradeToSystemStability(AIBinder *_Nonnull binder);

/**
 * AIBinder_forceDowngradeToVendorStability() - use an object as one for the vendor alone. Since 31.
 * @binder: as above, one that is for the vendor and possibly more
 *
 * Holds as above.
 */
void AIBinder_forceDowngradeToVendorStability(AIBinder *_Nonnull binder);

/** AIBinder_markCompilationUnitStability() - mark an object for this code's own part alone. */
static inline void AIBinder_markCompilationUnitStability(AIBinder *_Nonnull binder)
{
#ifdef __ANDROID_VENDOR__
	AIBinder_markVendorStability(binder);
#else
	AIBinder_markSystemStability(binder);
#endif
}

/** AIBinder_forceDowngradeToLocalStability() - use an object as one for this code's own part. */
static inline void AIBinder_forceDowngradeToLocalStability(AIBinder *_Nonnull binder)
{
#ifdef __ANDROID_VENDOR__
	AIBinder_forceDowngradeToVendorStability(binder);
#else
	AIBinder_forceDowngradeToSystemStability(binder);
#endif
}

#ifdef __cplusplus
}
#endif
