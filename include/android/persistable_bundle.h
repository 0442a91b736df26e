#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file persistable_bundle.h
 * @brief Bundles: values by name, as Java's android.os.PersistableBundle.
 *
 * A bundle maps keys, which are text, to values of eleven types. A key has one value; putting
 * another takes its place, whatever type it had. On the wire it is what Android's native code
 * writes, and what Java writes is read. All of it is of API level 35.
 *
 * Keys and strings are given and returned in UTF-8 and kept in UTF-16: bytes that end within a
 * character are taken for an empty text, as in Android. What is put is copied. Pointers that are
 * not said to be nullable must not be NULL, and counts and sizes not be negative: the process is
 * aborted then, and when there is no memory for what is put.
 * No function here may be called for one bundle by two threads at once, but for reading.
 */

#include <android/binder_nullability.h>
#include <android/binder_parcel.h>
#include <android/binder_status.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A bundle. */
struct APersistableBundle;
typedef struct APersistableBundle APersistableBundle;

/** What the functions that return a size return in place of it. */
enum {
	/** there is no value of this type under the key */
	APERSISTABLEBUNDLE_KEY_NOT_FOUND = -1,
	/** the caller's APersistableBundle_stringAllocator returned NULL, or is NULL */
	APERSISTABLEBUNDLE_ALLOCATOR_FAILED = -2,
};

/**
 * Asked for memory for a string.
 *
 * @param sizeBytes bytes that are needed, the NUL included
 * @param context   what the reader passed
 * @return the memory, which is the reader's to free; or NULL
 */
typedef char *_Nullable (*APersistableBundle_stringAllocator)(
	int32_t sizeBytes, void *_Nullable context);

/**
 * Make an empty bundle.
 *
 * @return a bundle of the caller's, for APersistableBundle_delete(); or NULL without memory
 */
APersistableBundle *_Nullable APersistableBundle_new(void);

/**
 * Copy a bundle, and the bundles in it.
 *
 * @param pBundle a bundle, or NULL for an empty one
 * @return a bundle of the caller's; or NULL without memory
 */
APersistableBundle *_Nullable APersistableBundle_dup(const APersistableBundle *_Nullable pBundle);

/**
 * Free a bundle.
 *
 * @param pBundle a bundle, or NULL
 */
void APersistableBundle_delete(APersistableBundle *_Nullable pBundle);

/**
 * Compare two bundles.
 *
 * @param lhs a bundle, or NULL
 * @param rhs a bundle, or NULL
 * @return whether they have the same keys, with values that are of the same type and equal
 *         (numbers as by ==, so that no NaN is equal); or whether both are NULL
 */
bool APersistableBundle_isEqual(
	const APersistableBundle *_Nullable lhs, const APersistableBundle *_Nullable rhs);

/**
 * Read a bundle from a parcel.
 *
 * @param parcel     a parcel
 * @param outPBundle receives, with STATUS_OK alone, a bundle of the caller's
 * @return STATUS_OK; STATUS_BAD_VALUE if a pointer is NULL, if it does not begin as a bundle does,
 *         says more than there is, or has bundles in bundles deeper than 64; STATUS_BAD_TYPE for a
 *         value of a type that is none of these here; STATUS_UNEXPECTED_NULL for null;
 *         STATUS_NOT_ENOUGH_DATA; STATUS_PERMISSION_DENIED over an object; STATUS_NO_MEMORY
 */
binder_status_t APersistableBundle_readFromParcel(
	const AParcel *_Nullable parcel, APersistableBundle *_Nullable *_Nullable outPBundle);

/**
 * Write a bundle to a parcel.
 *
 * @param pBundle a bundle
 * @param parcel  a parcel
 * @return STATUS_OK; STATUS_BAD_VALUE if a pointer is NULL, if the parcel would grow over 2 GiB, or
 *         if bundles lie in bundles deeper than can be read; STATUS_NO_MEMORY;
 *         STATUS_PERMISSION_DENIED over an object. After an error a part may have been written.
 */
binder_status_t APersistableBundle_writeToParcel(
	const APersistableBundle *_Nullable pBundle, AParcel *_Nullable parcel);

/**
 * How many values there are.
 *
 * @param pBundle a bundle
 * @return their number
 */
int32_t APersistableBundle_size(const APersistableBundle *_Nonnull pBundle);

/**
 * Remove a value.
 *
 * @param pBundle a bundle
 * @param key     its key
 * @return how many were removed: 0 or 1
 */
int32_t APersistableBundle_erase(APersistableBundle *_Nonnull pBundle, const char *_Nonnull key);

/** Put a bool under @p key. */
void APersistableBundle_putBoolean(
	APersistableBundle *_Nonnull pBundle, const char *_Nonnull key, bool val);

/** Put a int32_t under @p key. */
void APersistableBundle_putInt(
	APersistableBundle *_Nonnull pBundle, const char *_Nonnull key, int32_t val);

/** Put a int64_t under @p key. */
void APersistableBundle_putLong(
	APersistableBundle *_Nonnull pBundle, const char *_Nonnull key, int64_t val);

/** Put a double under @p key. */
void APersistableBundle_putDouble(
	APersistableBundle *_Nonnull pBundle, const char *_Nonnull key, double val);

/** Put a copy of a string under @p key. */
void APersistableBundle_putString(
	APersistableBundle *_Nonnull pBundle, const char *_Nonnull key, const char *_Nonnull val);

/** Put a copy of @p num elements, 0 or more, under @p key. */
void APersistableBundle_putBooleanVector(APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, const bool *_Nullable vec, int32_t num);

/** Put a copy of @p num elements, 0 or more, under @p key. */
void APersistableBundle_putIntVector(APersistableBundle *_Nonnull pBundle, const char *_Nonnull key,
	const int32_t *_Nullable vec, int32_t num);

/** Put a copy of @p num elements, 0 or more, under @p key. */
void APersistableBundle_putLongVector(APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, const int64_t *_Nullable vec, int32_t num);

/** Put a copy of @p num elements, 0 or more, under @p key. */
void APersistableBundle_putDoubleVector(APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, const double *_Nullable vec, int32_t num);

/** Put copies of @p num strings, 0 or more, under @p key. NULL is taken for an empty one. */
void APersistableBundle_putStringVector(APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, const char *_Nullable const *_Nullable vec, int32_t num);

/** Put a copy of a bundle, which may be the one that it is put into, under @p key. */
void APersistableBundle_putPersistableBundle(APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, const APersistableBundle *_Nonnull val);

/** Get a bool. @return false, and @p val as it was, if there is none under @p key */
bool APersistableBundle_getBoolean(
	const APersistableBundle *_Nonnull pBundle, const char *_Nonnull key, bool *_Nonnull val);

/** Get a int32_t. @return false, and @p val as it was, if there is none under @p key */
bool APersistableBundle_getInt(const APersistableBundle *_Nonnull pBundle, const char *_Nonnull key,
	int32_t *_Nonnull val);

/** Get a int64_t. @return false, and @p val as it was, if there is none under @p key */
bool APersistableBundle_getLong(const APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, int64_t *_Nonnull val);

/** Get a double. @return false, and @p val as it was, if there is none under @p key */
bool APersistableBundle_getDouble(
	const APersistableBundle *_Nonnull pBundle, const char *_Nonnull key, double *_Nonnull val);

/**
 * Get a string.
 *
 * @param pBundle         a bundle
 * @param key             its key
 * @param val             receives what @p stringAllocator returned, with the string and a NUL in it
 * @param stringAllocator called once, if the string is there
 * @param context         passed on
 * @return bytes of the string, the NUL not counted; or APERSISTABLEBUNDLE_KEY_NOT_FOUND or
 *         APERSISTABLEBUNDLE_ALLOCATOR_FAILED
 */
int32_t APersistableBundle_getString(const APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, char *_Nullable *_Nonnull val,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/**
 * Get the elements of a vector.
 *
 * @param pBundle         a bundle
 * @param key             its key
 * @param buffer          receives as many elements as fit; or NULL to ask for the size alone
 * @param bufferSizeBytes its size
 * @return bytes that all elements take, however many fitted; or APERSISTABLEBUNDLE_KEY_NOT_FOUND
 */
int32_t APersistableBundle_getBooleanVector(const APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, bool *_Nullable buffer, int32_t bufferSizeBytes);

/** As APersistableBundle_getBooleanVector(), for int32_t. */
int32_t APersistableBundle_getIntVector(const APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, int32_t *_Nullable buffer, int32_t bufferSizeBytes);

/** As APersistableBundle_getBooleanVector(), for int64_t. */
int32_t APersistableBundle_getLongVector(const APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, int64_t *_Nullable buffer, int32_t bufferSizeBytes);

/** As APersistableBundle_getBooleanVector(), for double. */
int32_t APersistableBundle_getDoubleVector(const APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, double *_Nullable buffer, int32_t bufferSizeBytes);

/**
 * Get the strings of a vector.
 *
 * @param pBundle         a bundle
 * @param key             its key
 * @param buffer          receives as many strings as fit; or NULL to ask for the size alone
 * @param bufferSizeBytes its size
 * @param stringAllocator called for each string that fits
 * @param context         passed on
 * @return bytes that the pointers to all strings take; or APERSISTABLEBUNDLE_KEY_NOT_FOUND; or
 *         APERSISTABLEBUNDLE_ALLOCATOR_FAILED, and then @p buffer holds the caller's strings up to
 *         a NULL
 */
int32_t APersistableBundle_getStringVector(const APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, char *_Nullable *_Nullable buffer, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/**
 * Get a copy of a bundle in a bundle.
 *
 * @param pBundle   a bundle
 * @param key       its key
 * @param outBundle receives a bundle of the caller's, if it is there
 * @return whether it is there
 */
bool APersistableBundle_getPersistableBundle(const APersistableBundle *_Nonnull pBundle,
	const char *_Nonnull key, APersistableBundle *_Nullable *_Nonnull outBundle);

/**
 * Get the keys of all values of one type, in the order of their UTF-16.
 *
 * @param pBundle         a bundle
 * @param outKeys         receives as many keys as fit; or NULL to ask for the size alone
 * @param bufferSizeBytes its size
 * @param stringAllocator called for each key that fits
 * @param context         passed on
 * @return bytes that the pointers to all keys take; or APERSISTABLEBUNDLE_ALLOCATOR_FAILED, and
 *         then @p outKeys holds the caller's keys up to a NULL
 */
int32_t APersistableBundle_getBooleanKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putInt(). */
int32_t APersistableBundle_getIntKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putLong(). */
int32_t APersistableBundle_getLongKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putDouble(). */
int32_t APersistableBundle_getDoubleKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putString(). */
int32_t APersistableBundle_getStringKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putBooleanVector(). */
int32_t APersistableBundle_getBooleanVectorKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putIntVector(). */
int32_t APersistableBundle_getIntVectorKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putLongVector(). */
int32_t APersistableBundle_getLongVectorKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putDoubleVector(). */
int32_t APersistableBundle_getDoubleVectorKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putStringVector(). */
int32_t APersistableBundle_getStringVectorKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

/** As APersistableBundle_getBooleanKeys(), for values of APersistableBundle_putPersistableBundle().
 */
int32_t APersistableBundle_getPersistableBundleKeys(const APersistableBundle *_Nonnull pBundle,
	char *_Nullable *_Nullable outKeys, int32_t bufferSizeBytes,
	APersistableBundle_stringAllocator _Nullable stringAllocator, void *_Nullable context);

#ifdef __cplusplus
}
#endif
