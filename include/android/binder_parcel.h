#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file binder_parcel.h
 * @brief Parcels: what a call carries to an object, and what it brings back.
 *
 * A parcel is a row of values, written and read in the same order by both sides, with a
 * position that each write and read moves on. Nothing in it says what it holds: caller and
 * object agree on that, by an interface in AIDL or by hand. Everything begins at a multiple
 * of 4 bytes; a value of less than 4 takes 4, one of 8 takes 8, numbers are little-endian.
 * The layout is that of Android 14's libbinder, byte for byte.
 *
 * Objects and descriptors are more than bytes: the driver translates them for the receiver.
 * Where they lie in a parcel is recorded apart from the data. Reading them as plain data, or
 * writing over them, is STATUS_PERMISSION_DENIED (the position moves on nevertheless when it
 * was a read), and bytes that look like an object are none.
 *
 * A parcel that was received lies in the driver's memory and is read in place. Writing to one
 * copies it first. It ends, with all memory and descriptors, when it is deleted; who received
 * it in onTransact leaves that to the library.
 *
 * Unless it says otherwise, a function that writes returns STATUS_OK, STATUS_NO_MEMORY,
 * STATUS_BAD_VALUE when the parcel would grow over 2 GiB or the position lies behind its end,
 * or STATUS_PERMISSION_DENIED over an object. A parcel that ran out of memory once stays
 * unusable for a call, which returns that error, until AParcel_reset().
 * One that reads returns STATUS_OK, STATUS_NOT_ENOUGH_DATA at the end of the data, or
 * STATUS_PERMISSION_DENIED. Pointers that are not said to be nullable must not be NULL.
 * No function here may be called for one parcel by two threads at once.
 */

#include <android/binder_nullability.h>
#include <android/binder_status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An object, local or remote: see binder_ibinder.h. */
struct AIBinder;
typedef struct AIBinder AIBinder;

/** A parcel. */
struct AParcel;
typedef struct AParcel AParcel;

/**
 * Make an empty parcel, which belongs to no object.
 *
 * It is for keeping values; a call takes only what AIBinder_prepareTransaction() made.
 * API level 31.
 *
 * @return a parcel of the caller's, for AParcel_delete(). Without memory for it the process
 *         is aborted.
 */
AParcel *_Nonnull AParcel_create(void);

/**
 * End a parcel: its memory, the descriptors that it owns, its references to objects.
 *
 * For what AParcel_create(), AIBinder_prepareTransaction() (when no call is made after all)
 * and AIBinder_transact() (the reply) returned. API level 29.
 *
 * @param parcel a parcel, or NULL
 */
void AParcel_delete(AParcel *_Nullable parcel);

/**
 * Empty a parcel as if it were new.
 *
 * An error from lack of memory and AParcel_markSensitive() are forgotten, too. API level 31.
 *
 * @param parcel a parcel
 * @return STATUS_OK
 */
binder_status_t AParcel_reset(AParcel *_Nonnull parcel);

/**
 * Move the position.
 *
 * API level 29.
 *
 * @param parcel   a parcel
 * @param position bytes from its beginning; what AParcel_getDataPosition() returned
 * @return STATUS_OK, or STATUS_BAD_VALUE if @p position is negative. A position behind the end
 *         is not refused here: reads there find no data, and writes are refused.
 */
binder_status_t AParcel_setDataPosition(const AParcel *_Nonnull parcel, int32_t position);

/**
 * Where the next write or read happens.
 *
 * API level 29.
 *
 * @param parcel a parcel
 * @return bytes from its beginning
 */
int32_t AParcel_getDataPosition(const AParcel *_Nonnull parcel);

/**
 * The size of a parcel.
 *
 * API level 31.
 *
 * @param parcel a parcel
 * @return bytes of data; or the position, if that is more
 */
int32_t AParcel_getDataSize(const AParcel *_Nonnull parcel);

/**
 * Say that the data is secret: it is overwritten before its memory is given back.
 *
 * The copies that the driver makes for a call are overwritten if it is made with
 * FLAG_CLEAR_BUF. API level 31.
 *
 * @param parcel a parcel
 */
void AParcel_markSensitive(const AParcel *_Nonnull parcel);

/**
 * Copy a part of one parcel to the position of another.
 *
 * Objects that lie in the part as a whole are copied as such, descriptors duplicated; of an
 * object cut by its border only the bytes are. API level 31.
 *
 * @param from  the source; it may be @p to itself
 * @param to    the destination, whose position moves behind what was copied
 * @param start bytes from the beginning of @p from
 * @param size  bytes; 0 copies nothing and is STATUS_OK
 * @return as a write; STATUS_BAD_VALUE if the part does not lie in @p from;
 *         STATUS_UNKNOWN_ERROR if a descriptor could not be duplicated. Then nothing is copied.
 */
binder_status_t AParcel_appendFrom(
	const AParcel *_Nonnull from, AParcel *_Nonnull to, int32_t start, int32_t size);

/**
 * Copy bytes out of a parcel without objects and descriptors.
 *
 * They are for a parcel of the same program soon after, not for files. API level 33.
 *
 * @param parcel a parcel
 * @param buffer where @p len bytes have room
 * @param start  bytes from the parcel's beginning
 * @param len    bytes
 * @return STATUS_OK; STATUS_INVALID_OPERATION if there are objects or descriptors in the parcel;
 *         STATUS_BAD_VALUE if it does not have these bytes; STATUS_UNEXPECTED_NULL if it never
 *         had any
 */
binder_status_t AParcel_marshal(
	const AParcel *_Nonnull parcel, uint8_t *_Nonnull buffer, size_t start, size_t len);

/**
 * Put bytes of AParcel_marshal() in place of all that a parcel holds.
 *
 * The position is behind them afterwards. API level 33.
 *
 * @param parcel a parcel
 * @param buffer the bytes, copied and padded with zeros to a multiple of 4
 * @param len    how many
 * @return as a write
 */
binder_status_t AParcel_unmarshal(
	AParcel *_Nonnull parcel, const uint8_t *_Nonnull buffer, size_t len);

/**
 * Write an object: 28 bytes.
 *
 * The parcel keeps a reference to it. API level 29.
 *
 * @param parcel a parcel
 * @param binder the object, or NULL
 * @return as a write
 */
binder_status_t AParcel_writeStrongBinder(AParcel *_Nonnull parcel, AIBinder *_Nullable binder);

/**
 * Read an object.
 *
 * API level 29.
 *
 * @param parcel a parcel
 * @param binder receives the object with a reference of the caller's, for
 *               AIBinder_decStrong(); or NULL, which may have been written, too
 * @return STATUS_OK; STATUS_BAD_TYPE if there is no object at the position, or if it comes with
 *         another stability than it has; STATUS_NOT_ENOUGH_DATA or STATUS_PERMISSION_DENIED if its
 *         stability does not follow; STATUS_DEAD_OBJECT if it is the context manager's handle and
 *         there is none; STATUS_NO_MEMORY
 */
binder_status_t AParcel_readStrongBinder(
	const AParcel *_Nonnull parcel, AIBinder *_Nullable *_Nonnull binder);

/**
 * Write a descriptor: 32 bytes.
 *
 * The parcel owns a duplicate of it; @p fd stays the caller's. API level 29.
 *
 * @param parcel a parcel
 * @param fd     an open descriptor; or -1, which is written as null, 4 bytes
 * @return as a write; STATUS_UNKNOWN_ERROR if @p fd is another negative number or cannot be
 *         duplicated
 */
binder_status_t AParcel_writeParcelFileDescriptor(AParcel *_Nonnull parcel, int fd);

/**
 * Read a descriptor.
 *
 * If the sender (of Java) asked to be told what becomes of it, it is told that it was
 * detached. API level 29.
 *
 * @param parcel a parcel
 * @param fd     receives a duplicate of the caller's, close-on-exec; or -1 for null
 * @return as a read; STATUS_UNEXPECTED_NULL for a malformed one; STATUS_BAD_TYPE if there is no
 *         descriptor at the position; STATUS_BAD_VALUE if it cannot be duplicated
 */
binder_status_t AParcel_readParcelFileDescriptor(const AParcel *_Nonnull parcel, int *_Nonnull fd);

/**
 * Write the outcome of a method, the first thing in a reply.
 *
 * API level 29.
 *
 * @param parcel a parcel
 * @param status what is to be written; stays the caller's
 * @return as a write. An error of the transport cannot be written: it is returned as it is,
 *         for onTransact to return.
 */
binder_status_t AParcel_writeStatusHeader(AParcel *_Nonnull parcel, const AStatus *_Nonnull status);

/**
 * Read the outcome of a method.
 *
 * API level 29.
 *
 * @param parcel a parcel
 * @param status receives, with STATUS_OK alone, an outcome of the caller's for
 *               AStatus_delete(): success or an exception
 * @return as a read; STATUS_UNKNOWN_ERROR if it is malformed
 */
binder_status_t AParcel_readStatusHeader(
	const AParcel *_Nonnull parcel, AStatus *_Nullable *_Nonnull status);

/**
 * Asked for memory for a string.
 *
 * @param stringData what the reader passed
 * @param length     bytes that are needed, the NUL included; or -1 for the null string
 * @param buffer     receives memory of @p length bytes; NULL if @p length is -1
 * @return true if there is memory, or if null can be stored
 */
typedef bool (*AParcel_stringAllocator)(
	void *_Nullable stringData, int32_t length, char *_Nullable *_Nullable buffer);

/**
 * Write a string: its length in UTF-16, that text and a NUL.
 *
 * Bytes that are no UTF-8 are converted as Android does (each stands for what its bits say).
 * API level 29.
 *
 * @param parcel a parcel
 * @param string UTF-8; or NULL, for the null string
 * @param length bytes, a NUL not counted (one inside is part of the string); -1 for NULL
 * @return as a write; STATUS_BAD_VALUE if @p length does not fit or the string ends within a
 *         character
 */
binder_status_t AParcel_writeString(
	AParcel *_Nonnull parcel, const char *_Nullable string, int32_t length);

/**
 * Read a string.
 *
 * Halves of a surrogate pair that stand alone are left out. Where there is no string, or it
 * does not end with a NUL, null is read.
 * API level 29.
 *
 * @param parcel     a parcel
 * @param stringData passed on
 * @param allocator  called once with the length, if the string is there, or with -1
 * @return STATUS_OK; STATUS_UNEXPECTED_NULL if @p allocator refused -1; STATUS_NO_MEMORY if it
 *         refused something else; STATUS_BAD_VALUE if the string is too long
 */
binder_status_t AParcel_readString(const AParcel *_Nonnull parcel, void *_Nullable stringData,
	AParcel_stringAllocator _Nonnull allocator);

/**
 * Asked for an array of strings.
 *
 * @param arrayData what the reader passed
 * @param length    elements; or -1 for the null array
 * @return true if there is memory, or if null can be stored
 */
typedef bool (*AParcel_stringArrayAllocator)(void *_Nullable arrayData, int32_t length);

/**
 * Asked for memory for one string of an array.
 *
 * @param arrayData what the reader passed
 * @param index     the element
 * @param length    bytes with the NUL, or -1 for null
 * @param buffer    receives the memory; NULL if @p length is -1
 * @return as AParcel_stringAllocator
 */
typedef bool (*AParcel_stringArrayElementAllocator)(
	void *_Nullable arrayData, size_t index, int32_t length, char *_Nullable *_Nullable buffer);

/**
 * Asked for one string of an array.
 *
 * @param arrayData what the writer passed
 * @param index     the element
 * @param outLength receives the length in bytes; -1 for null
 * @return UTF-8, which has to last until the next call; or NULL
 */
typedef const char *_Nullable (*AParcel_stringArrayElementGetter)(
	const void *_Nullable arrayData, size_t index, int32_t *_Nonnull outLength);

/**
 * Write an array of strings: the count, then each.
 *
 * API level 29.
 *
 * @param parcel    a parcel
 * @param arrayData passed on
 * @param length    elements; or -1 for the null array
 * @param getter    called for each element, in order
 * @return as AParcel_writeString(); STATUS_BAD_VALUE if @p length is less than -1
 */
binder_status_t AParcel_writeStringArray(AParcel *_Nonnull parcel, const void *_Nullable arrayData,
	int32_t length, AParcel_stringArrayElementGetter _Nonnull getter);

/**
 * Read an array of strings.
 *
 * API level 29.
 *
 * @param parcel           a parcel
 * @param arrayData        passed on
 * @param allocator        called once with the count or -1
 * @param elementAllocator called for each element, in order
 * @return as AParcel_readString(); STATUS_BAD_VALUE for a count below -1; STATUS_NO_MEMORY or
 *         STATUS_NOT_ENOUGH_DATA, before @p allocator is called, for one that the data cannot
 *         hold; STATUS_NO_MEMORY if @p allocator refuses
 */
binder_status_t AParcel_readStringArray(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_stringArrayAllocator _Nonnull allocator,
	AParcel_stringArrayElementAllocator _Nonnull elementAllocator);

/**
 * Asked for an array of parcelables.
 *
 * @param arrayData what the reader passed
 * @param length    elements; or -1 for the null array
 * @return true if there is memory, or if null can be stored
 */
typedef bool (*AParcel_parcelableArrayAllocator)(void *_Nullable arrayData, int32_t length);

/**
 * Asked to write one parcelable of an array.
 *
 * @param parcel    the parcel to write to
 * @param arrayData what the writer passed
 * @param index     the element
 * @return STATUS_OK, or an error that ends the array
 */
typedef binder_status_t (*AParcel_writeParcelableElement)(
	AParcel *_Nonnull parcel, const void *_Nullable arrayData, size_t index);

/**
 * Asked to read one parcelable of an array.
 *
 * @param parcel    the parcel to read from
 * @param arrayData what the reader passed
 * @param index     the element
 * @return STATUS_OK, or an error that ends the array
 */
typedef binder_status_t (*AParcel_readParcelableElement)(
	const AParcel *_Nonnull parcel, void *_Nullable arrayData, size_t index);

/**
 * Write an array of parcelables: the count, then each as @p elementWriter does.
 *
 * API level 29.
 *
 * @param parcel        a parcel
 * @param arrayData     passed on
 * @param length        elements; or -1 for the null array
 * @param elementWriter called for each element, in order
 * @return as a write, or @p elementWriter's error; STATUS_BAD_VALUE if @p length is below -1
 */
binder_status_t AParcel_writeParcelableArray(AParcel *_Nonnull parcel,
	const void *_Nullable arrayData, int32_t length,
	AParcel_writeParcelableElement _Nonnull elementWriter);

/**
 * Read an array of parcelables.
 *
 * API level 29.
 *
 * @param parcel        a parcel
 * @param arrayData     passed on
 * @param allocator     called once with the count or -1
 * @param elementReader called for each element, in order
 * @return as a read, or @p elementReader's error; STATUS_BAD_VALUE for a count below -1;
 *         STATUS_NO_MEMORY for one of more than the bytes that are left, or if @p allocator
 *         refuses
 */
binder_status_t AParcel_readParcelableArray(const AParcel *_Nonnull parcel,
	void *_Nullable arrayData, AParcel_parcelableArrayAllocator _Nonnull allocator,
	AParcel_readParcelableElement _Nonnull elementReader);

/** Write one int32_t: 4 bytes. API level 29. @return as a write */
binder_status_t AParcel_writeInt32(AParcel *_Nonnull parcel, int32_t value);
/** Read one int32_t. API level 29. @return as a read. */
binder_status_t AParcel_readInt32(const AParcel *_Nonnull parcel, int32_t *_Nonnull value);

/** Write one uint32_t: 4 bytes. API level 29. @return as a write */
binder_status_t AParcel_writeUint32(AParcel *_Nonnull parcel, uint32_t value);
/** Read one uint32_t. API level 29. @return as a read. */
binder_status_t AParcel_readUint32(const AParcel *_Nonnull parcel, uint32_t *_Nonnull value);

/** Write one int64_t: 8 bytes. API level 29. @return as a write */
binder_status_t AParcel_writeInt64(AParcel *_Nonnull parcel, int64_t value);
/** Read one int64_t. API level 29. @return as a read. */
binder_status_t AParcel_readInt64(const AParcel *_Nonnull parcel, int64_t *_Nonnull value);

/** Write one uint64_t: 8 bytes. API level 29. @return as a write */
binder_status_t AParcel_writeUint64(AParcel *_Nonnull parcel, uint64_t value);
/** Read one uint64_t. API level 29. @return as a read. */
binder_status_t AParcel_readUint64(const AParcel *_Nonnull parcel, uint64_t *_Nonnull value);

/** Write one float: 4 bytes. API level 29. @return as a write */
binder_status_t AParcel_writeFloat(AParcel *_Nonnull parcel, float value);
/** Read one float. API level 29. @return as a read. */
binder_status_t AParcel_readFloat(const AParcel *_Nonnull parcel, float *_Nonnull value);

/** Write one double: 8 bytes. API level 29. @return as a write */
binder_status_t AParcel_writeDouble(AParcel *_Nonnull parcel, double value);
/** Read one double. API level 29. @return as a read. */
binder_status_t AParcel_readDouble(const AParcel *_Nonnull parcel, double *_Nonnull value);

/** Write one bool: 4 bytes, 0 or 1. API level 29. @return as a write */
binder_status_t AParcel_writeBool(AParcel *_Nonnull parcel, bool value);
/** Read one bool. Any value but 0 is true. API level 29. @return as a read. On error @p value
 * becomes false. */
binder_status_t AParcel_readBool(const AParcel *_Nonnull parcel, bool *_Nonnull value);

/** Write one char16_t: 4 bytes. API level 29. @return as a write */
binder_status_t AParcel_writeChar(AParcel *_Nonnull parcel, char16_t value);
/** Read one char16_t. The upper half is ignored. API level 29. @return as a read. On error @p value
 * becomes 0. */
binder_status_t AParcel_readChar(const AParcel *_Nonnull parcel, char16_t *_Nonnull value);

/** Write one int8_t: 4 bytes, sign-extended. API level 29. @return as a write */
binder_status_t AParcel_writeByte(AParcel *_Nonnull parcel, int8_t value);
/** Read one int8_t. The upper bytes are ignored. API level 29. @return as a read. On error @p value
 * becomes 0. */
binder_status_t AParcel_readByte(const AParcel *_Nonnull parcel, int8_t *_Nonnull value);

/**
 * Asked for an array of bool, which is then filled by an AParcel_boolArraySetter.
 *
 * @param arrayData what the reader passed
 * @param length    elements; or -1 for the null array
 * @return true if there is memory, or if null can be stored
 */
typedef bool (*AParcel_boolArrayAllocator)(void *_Nullable arrayData, int32_t length);

/**
 * Asked for one bool of an array.
 *
 * @param arrayData what the writer passed
 * @param index     the element
 * @return its value
 */
typedef bool (*AParcel_boolArrayGetter)(const void *_Nullable arrayData, size_t index);

/**
 * Told one bool of an array.
 *
 * @param arrayData what the reader passed
 * @param index     the element
 * @param value     its value
 */
typedef void (*AParcel_boolArraySetter)(void *_Nullable arrayData, size_t index, bool value);

/**
 * Write an array of bool: the count, then 4 bytes for each.
 *
 * API level 29.
 *
 * @param parcel    a parcel
 * @param arrayData passed on
 * @param length    elements; or -1 for the null array
 * @param getter    called for each element, in order
 * @return as a write; STATUS_BAD_VALUE if @p length is below -1
 */
binder_status_t AParcel_writeBoolArray(AParcel *_Nonnull parcel, const void *_Nullable arrayData,
	int32_t length, AParcel_boolArrayGetter _Nonnull getter);

/**
 * Read an array of bool.
 *
 * API level 29.
 *
 * @param parcel    a parcel
 * @param arrayData passed on
 * @param allocator called once with the count or -1
 * @param setter    called for each element, in order
 * @return as AParcel_readInt32Array()
 */
binder_status_t AParcel_readBoolArray(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_boolArrayAllocator _Nonnull allocator, AParcel_boolArraySetter _Nonnull setter);

/**
 * Asked for memory for an array of int32_t.
 *
 * @param arrayData what the reader passed
 * @param length    elements; or -1 for the null array
 * @param outBuffer receives memory for so many, if there are any
 * @return true if there is memory, or if null can be stored
 */
typedef bool (*AParcel_int32ArrayAllocator)(
	void *_Nullable arrayData, int32_t length, int32_t *_Nullable *_Nonnull outBuffer);

/**
 * Write an array of int32_t: the count, then 4 bytes for each.
 *
 * API level 29.
 *
 * @param parcel    a parcel
 * @param arrayData the elements; NULL for the null array, and allowed if there are none
 * @param length    elements; -1 for the null array
 * @return as a write; STATUS_BAD_VALUE if @p arrayData and @p length contradict each other
 */
binder_status_t AParcel_writeInt32Array(
	AParcel *_Nonnull parcel, const int32_t *_Nullable arrayData, int32_t length);

/**
 * Read an array of int32_t.
 *
 * API level 29.
 *
 * @param parcel    a parcel
 * @param arrayData passed on
 * @param allocator called once with the count or -1
 * @return as a read; STATUS_BAD_VALUE for a count below -1; STATUS_NO_MEMORY or
 *         STATUS_NOT_ENOUGH_DATA, before @p allocator is called, for one that the data cannot
 *         hold; STATUS_UNEXPECTED_NULL if @p allocator refuses -1; STATUS_NO_MEMORY if it refuses
 *         something else, or if an object lies among the elements
 */
binder_status_t AParcel_readInt32Array(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_int32ArrayAllocator _Nonnull allocator);

/** As AParcel_int32ArrayAllocator, for uint32_t. */
typedef bool (*AParcel_uint32ArrayAllocator)(
	void *_Nullable arrayData, int32_t length, uint32_t *_Nullable *_Nonnull outBuffer);
/** As AParcel_writeInt32Array(): the count, then 4 bytes for each. API level 29. */
binder_status_t AParcel_writeUint32Array(
	AParcel *_Nonnull parcel, const uint32_t *_Nullable arrayData, int32_t length);
/** As AParcel_readInt32Array(). API level 29. */
binder_status_t AParcel_readUint32Array(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_uint32ArrayAllocator _Nonnull allocator);

/** As AParcel_int32ArrayAllocator, for int64_t. */
typedef bool (*AParcel_int64ArrayAllocator)(
	void *_Nullable arrayData, int32_t length, int64_t *_Nullable *_Nonnull outBuffer);
/** As AParcel_writeInt32Array(): the count, then 8 bytes for each. API level 29. */
binder_status_t AParcel_writeInt64Array(
	AParcel *_Nonnull parcel, const int64_t *_Nullable arrayData, int32_t length);
/** As AParcel_readInt32Array(). API level 29. */
binder_status_t AParcel_readInt64Array(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_int64ArrayAllocator _Nonnull allocator);

/** As AParcel_int32ArrayAllocator, for uint64_t. */
typedef bool (*AParcel_uint64ArrayAllocator)(
	void *_Nullable arrayData, int32_t length, uint64_t *_Nullable *_Nonnull outBuffer);
/** As AParcel_writeInt32Array(): the count, then 8 bytes for each. API level 29. */
binder_status_t AParcel_writeUint64Array(
	AParcel *_Nonnull parcel, const uint64_t *_Nullable arrayData, int32_t length);
/** As AParcel_readInt32Array(). API level 29. */
binder_status_t AParcel_readUint64Array(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_uint64ArrayAllocator _Nonnull allocator);

/** As AParcel_int32ArrayAllocator, for float. */
typedef bool (*AParcel_floatArrayAllocator)(
	void *_Nullable arrayData, int32_t length, float *_Nullable *_Nonnull outBuffer);
/** As AParcel_writeInt32Array(): the count, then 4 bytes for each. API level 29. */
binder_status_t AParcel_writeFloatArray(
	AParcel *_Nonnull parcel, const float *_Nullable arrayData, int32_t length);
/** As AParcel_readInt32Array(). API level 29. */
binder_status_t AParcel_readFloatArray(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_floatArrayAllocator _Nonnull allocator);

/** As AParcel_int32ArrayAllocator, for double. */
typedef bool (*AParcel_doubleArrayAllocator)(
	void *_Nullable arrayData, int32_t length, double *_Nullable *_Nonnull outBuffer);
/** As AParcel_writeInt32Array(): the count, then 8 bytes for each. API level 29. */
binder_status_t AParcel_writeDoubleArray(
	AParcel *_Nonnull parcel, const double *_Nullable arrayData, int32_t length);
/** As AParcel_readInt32Array(). API level 29. */
binder_status_t AParcel_readDoubleArray(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_doubleArrayAllocator _Nonnull allocator);

/** As AParcel_int32ArrayAllocator, for char16_t. */
typedef bool (*AParcel_charArrayAllocator)(
	void *_Nullable arrayData, int32_t length, char16_t *_Nullable *_Nonnull outBuffer);
/** As AParcel_writeInt32Array(): the count, then 4 bytes for each. API level 29. */
binder_status_t AParcel_writeCharArray(
	AParcel *_Nonnull parcel, const char16_t *_Nullable arrayData, int32_t length);
/** As AParcel_readInt32Array(). API level 29. */
binder_status_t AParcel_readCharArray(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_charArrayAllocator _Nonnull allocator);

/** As AParcel_int32ArrayAllocator, for int8_t. */
typedef bool (*AParcel_byteArrayAllocator)(
	void *_Nullable arrayData, int32_t length, int8_t *_Nullable *_Nonnull outBuffer);
/** As AParcel_writeInt32Array(): the count, then 1 byte for each, padded. API level 29. */
binder_status_t AParcel_writeByteArray(
	AParcel *_Nonnull parcel, const int8_t *_Nullable arrayData, int32_t length);
/** As AParcel_readInt32Array(). API level 29. */
binder_status_t AParcel_readByteArray(const AParcel *_Nonnull parcel, void *_Nullable arrayData,
	AParcel_byteArrayAllocator _Nonnull allocator);

#ifdef __cplusplus
}
#endif
