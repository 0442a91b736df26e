// SPDX-License-Identifier: Apache-2.0
/*
 * Objects and descriptors in parcels.
 *
 * Each is 24 bytes that the driver translates, and an offset that tells it where. Two have none,
 * as in libbinder: the null object, and handle 0, which means the context manager to everybody.
 * Anything else is an object only where the offsets list it, so that no peer can make one up in
 * data. A binder is followed by its stability. A ParcelFileDescriptor is
 *
 *	null	[0]
 *	else	[1][0][descriptor], or [1][1][descriptor][a socket that hears of its fate]
 */

#include "lib/ndk/parcel_data.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/ndk/object.h"
#include "lib/ndk/status.h"

/* The word for the sender of a descriptor with a socket, big-endian: detached, not closed. */
static const uint8_t parcel_detached[] = {0, 0, 0, 2};

/* In @size bytes from the position on: the object, then room for what follows it. */
static binder_status_t parcel_write_object(AParcel *parcel, const struct flat_binder_object *flat,
	bool listed, size_t more, uint8_t **after)
{
	binder_status_t status;
	void *at;

	status = parcel_reserve(parcel, sizeof(*flat) + more, &at);
	if (status == STATUS_OK && listed)
		status = parcel_make_offsets(parcel, 1);
	if (status != STATUS_OK)
		return status;
	memcpy(at, flat, sizeof(*flat));
	if (listed)
		parcel_keep_object(parcel, parcel->position, flat);
	if (after)
		*after = (uint8_t *)at + sizeof(*flat);
	parcel_commit(parcel, sizeof(*flat) + more);
	return STATUS_OK;
}

/*
 * The object at the position, which moves on if there is room for one. Where @null_too, what has
 * neither address nor handle needs no offset.
 */
static bool parcel_read_object(
	const AParcel *parcel, bool null_too, struct flat_binder_object *flat)
{
	size_t position = parcel->position, index;

	if (position > parcel->size || sizeof(*flat) > parcel->size - position)
		return false;
	((AParcel *)parcel)->position += sizeof(*flat);
	memcpy(flat, parcel->data + position, sizeof(*flat));
	if (null_too && !flat->cookie && !flat->binder)
		return true;
	index = parcel_find(parcel, position);
	return index < parcel->offset_count && parcel->offsets[index] == position;
}

binder_status_t AParcel_writeStrongBinder(AParcel *parcel, AIBinder *binder)
{
	struct flat_binder_object flat;
	binder_status_t status;
	int32_t stability;
	uint8_t *after;

	object_flatten(binder, &flat, &stability);
	status = parcel_write_object(parcel, &flat, flat.binder != 0, sizeof(stability), &after);
	if (status == STATUS_OK)
		memcpy(after, &stability, sizeof(stability));
	return status;
}

binder_status_t AParcel_readStrongBinder(const AParcel *parcel, AIBinder **binder)
{
	struct flat_binder_object flat;
	binder_status_t status;
	int32_t stability;

	if (!parcel_read_object(parcel, true, &flat) ||
		(flat.hdr.type != BINDER_TYPE_BINDER && flat.hdr.type != BINDER_TYPE_HANDLE))
		return STATUS_BAD_TYPE;
	status = AParcel_readInt32(parcel, &stability);
	if (status != STATUS_OK)
		return status;
	return status_prune(object_unflatten(&flat, stability, binder));
}

static struct flat_binder_object parcel_flat_file(int fd, bool owned)
{
	struct flat_binder_object flat = {.hdr.type = BINDER_TYPE_FD, .cookie = owned};

	flat.handle = (uint32_t)fd;
	return flat;
}

binder_status_t parcel_write_file(AParcel *parcel, int fd, bool owned)
{
	struct flat_binder_object flat = parcel_flat_file(fd, owned);

	return parcel_write_object(parcel, &flat, true, 0, NULL);
}

int parcel_read_file(const AParcel *parcel)
{
	struct flat_binder_object flat;

	if (!parcel_read_object(parcel, false, &flat) || flat.hdr.type != BINDER_TYPE_FD)
		return STATUS_BAD_TYPE;
	return (int)flat.handle;
}

binder_status_t AParcel_writeParcelFileDescriptor(AParcel *parcel, int fd)
{
	size_t position = parcel->position, size = parcel->size;
	binder_status_t status;
	int copy;

	if (fd == -1)
		return AParcel_writeInt32(parcel, 0);
	if (fd < 0)
		return STATUS_UNKNOWN_ERROR;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy < 0)
		return status_from_errno(errno);
	status = AParcel_writeInt64(parcel, 1); /* not null, and no socket */
	if (status == STATUS_OK)
		status = parcel_write_file(parcel, copy, true);
	if (status != STATUS_OK) {
		close(copy);
		parcel->position = position;
		parcel->size = size;
	}
	return status;
}

/* Without a signal and without waiting, whatever a peer has sent in place of a socket. */
static bool parcel_tell_detached(int comm)
{
	return comm >= 0 && send(comm, parcel_detached, sizeof(parcel_detached),
				    MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof(parcel_detached);
}

binder_status_t AParcel_readParcelFileDescriptor(const AParcel *parcel, int *fd)
{
	int32_t present, has_comm = 0;
	binder_status_t status;
	int borrowed, copy;

	status = AParcel_readInt32(parcel, &present);
	if (status != STATUS_OK)
		return status;
	if (present == 0) {
		*fd = -1;
		return STATUS_OK;
	}
	if (present != 1)
		return STATUS_UNEXPECTED_NULL;
	AParcel_readInt32(parcel, &has_comm);
	borrowed = parcel_read_file(parcel);
	if (has_comm && !parcel_tell_detached(parcel_read_file(parcel)))
		return STATUS_BAD_TYPE;
	if (borrowed < 0)
		return STATUS_BAD_TYPE;
	copy = fcntl(borrowed, F_DUPFD_CLOEXEC, 0);
	if (copy < 0)
		return STATUS_BAD_VALUE;
	*fd = copy;
	return STATUS_OK;
}
