#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Parcels, as the rest of the library sees them. What programs see is in
 * <android/binder_parcel.h>; how they are built is in parcel_data.h.
 *
 * A parcel is written or received. One that is written lies in memory of process_alloc(), keeps
 * what it names (object_hold()) and owns the descriptors whose cookie says so. One that was
 * received lies in the driver's buffer, which keeps the objects; the descriptors are the
 * parcel's, and the buffer is given back when it ends. In both the offsets of the objects are in
 * ascending order, and no object overlaps another or the end of the data.
 *
 * Parcels and their first memory are kept for reuse, a few for each thread, so that a small call
 * allocates nothing. That memory is taken up again as soon as the parcel has been deleted: who
 * lends memory to the driver beyond a call keeps the parcel.
 */

#include <android/binder_parcel.h>
#include <android/binder_status.h>

#include <binderd/uapi.h>

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * parcel_new() - an empty parcel
 * @binder: whom it was prepared for, to which a strong reference is held until the parcel's end;
 *          or NULL
 *
 * Return: a parcel of the caller's, for AParcel_delete(), or NULL without memory.
 */
AParcel *parcel_new(AIBinder *binder);

/**
 * parcel_new_received() - a parcel over what BR_TRANSACTION or BR_REPLY brought
 * @txn: the driver's words; data and offsets lie in the buffer, which becomes the parcel's:
 *       its end is process_free_buffer()
 *
 * Offsets that are not as they have to be leave the parcel without objects. An empty buffer has
 * to be given back, too: data.ptr.buffer must never be NULL unless there is none.
 *
 * Return: a parcel of the caller's, or NULL without memory; then the buffer and the descriptors
 * in it have been given back.
 */
AParcel *parcel_new_received(const struct binder_transaction_data *txn);

/** parcel_binder() - whom it was prepared for, borrowed; or NULL */
AIBinder *parcel_binder(const AParcel *parcel);

/** parcel_data() - its bytes, until the next write; NULL if it never had any */
const void *parcel_data(const AParcel *parcel);

/** parcel_size() - how many bytes there are, whatever the position */
size_t parcel_size(const AParcel *parcel);

/** parcel_offsets() - where the objects are, in bytes from parcel_data(), until the next write */
const binder_size_t *parcel_offsets(const AParcel *parcel);

/** parcel_offset_count() - how many objects there are */
size_t parcel_offset_count(const AParcel *parcel);

/** parcel_is_sensitive() - whether AParcel_markSensitive() was called */
bool parcel_is_sensitive(const AParcel *parcel);

/**
 * parcel_error() - the error that makes a parcel unfit for a call
 *
 * A write that failed for lack of memory may have left a parcel that looks complete: it must not
 * be sent.
 *
 * Return: STATUS_OK or STATUS_NO_MEMORY.
 */
binder_status_t parcel_error(const AParcel *parcel);

/** parcel_rewind() - to position 0: before a local call, or before a reply is read */
void parcel_rewind(AParcel *parcel);

/** parcel_avail() - bytes between the position and the end */
size_t parcel_avail(const AParcel *parcel);

/**
 * parcel_write_token() - the interface token, the first thing in a call
 * @descriptor: the interface, UTF-8
 *
 * As libbinder from Android 11 on: strict mode's policy with its highest bit, no work source,
 * 'SYST', and the descriptor as String16.
 *
 * Return: as AParcel_writeString().
 */
binder_status_t parcel_write_token(AParcel *parcel, const char *descriptor);

/**
 * parcel_check_token() - read an interface token
 * @descriptor: the interface that it has to name, UTF-8
 *
 * The policy and the work source may be anything. The position is behind the token afterwards if
 * it could be read.
 *
 * Return: whether it is one of libbinder's, and names @descriptor.
 */
bool parcel_check_token(AParcel *parcel, const char *descriptor);

/**
 * parcel_write_file() - a bare descriptor object, 24 bytes, as libbinder's writeFileDescriptor
 * @fd:    an open descriptor
 * @owned: whether the parcel closes it; on error it stays the caller's
 *
 * Return: as a write.
 */
binder_status_t parcel_write_file(AParcel *parcel, int fd, bool owned);

/**
 * parcel_read_file() - a bare descriptor object
 *
 * Return: the descriptor, which stays the parcel's, or STATUS_BAD_TYPE.
 */
int parcel_read_file(const AParcel *parcel);

/**
 * parcel_write_string() - a String16
 * @utf8:   text, or NULL for null
 * @length: its bytes, or -1 for strlen()
 *
 * Return: as AParcel_writeString().
 */
binder_status_t parcel_write_string(AParcel *parcel, const char *utf8, ssize_t length);

/**
 * parcel_read_string() - a String16
 * @out: receives UTF-8 for free(3), or NULL for null; NULL, too, on error
 *
 * Return: STATUS_OK; STATUS_NOT_ENOUGH_DATA; STATUS_PERMISSION_DENIED over an object;
 * STATUS_BAD_VALUE if it is malformed; STATUS_NO_MEMORY.
 */
binder_status_t parcel_read_string(const AParcel *parcel, char **out);

/**
 * parcel_drop_cache() - free what this thread keeps for its next parcels
 *
 * A thread's end does so, too. To be called when process_alloc() begins to give better memory.
 */
void parcel_drop_cache(void);
