#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Stability: <android/binder_stability.h> says what it is. The word behind each object in a parcel.
 */

#include <stdbool.h>

#include "lib/ndk/object_count.h"

/* Bit sets: an object may be called by whoever requires no more than it has. */
enum stability {
	STABILITY_UNDECLARED = 0,
	STABILITY_VENDOR = 0x03,
	STABILITY_SYSTEM = 0x0c,
	STABILITY_VINTF = 0x3f,
};

/**
 * stability_received() - an object was found in a parcel with this word
 *
 * The word is what libbinder of Android 11 or 13 and later writes, Android 12's (level << 24 with a
 * version below), or 0 from programs that know of none: they count as system's.
 *
 * Return: STATUS_OK, or STATUS_BAD_TYPE for another word, or if the object has another.
 */
binder_status_t stability_received(AIBinder *object, int32_t word);

/** stability_to_send() - the word to write behind an object; one without a mark becomes system's */
int32_t stability_to_send(AIBinder *object);

/** stability_allows() - whether a call with these flags may be made of an object */
bool stability_allows(const AIBinder *object, binder_flags_t flags);
