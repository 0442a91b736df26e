// SPDX-License-Identifier: Apache-2.0
/*
 * Whole parcels: copied from one to another, and to and from bytes.
 *
 * The part that is copied may be of the same parcel, whose memory moves when it grows, and whose
 * list of objects is the one that is added to: nothing is remembered across either.
 */

#include "lib/ndk/parcel_data.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/ndk/status.h"
#include "util/copy.h"

/* The objects that lie in a part as a whole: [@first, @end) of the list. */
static void parcel_objects_in(
	const AParcel *parcel, size_t start, size_t size, size_t *first, size_t *end)
{
	const size_t object = sizeof(struct flat_binder_object);
	size_t at = parcel->offset_count ? parcel_find(parcel, start) : 0;

	if (at < parcel->offset_count && parcel->offsets[at] < start)
		at++;
	*first = at;
	while (at < parcel->offset_count && parcel->offsets[at] + object <= start + size)
		at++;
	*end = at;
}

/* The object at @position of @to, copied there as bytes, becomes one. */
static binder_status_t parcel_adopt(AParcel *to, size_t position)
{
	struct flat_binder_object flat;
	int copy;

	memcpy(&flat, to->data + position, sizeof(flat));
	if (flat.hdr.type == BINDER_TYPE_FD) {
		copy = fcntl((int)flat.handle, F_DUPFD_CLOEXEC, 0);
		if (copy < 0)
			return status_from_errno(errno);
		flat.binder = 0;
		flat.handle = (uint32_t)copy;
		flat.cookie = 1;
		memcpy(to->data + position, &flat, sizeof(flat));
	}
	parcel_keep_object(to, position, &flat);
	return STATUS_OK;
}

/* Takes back what parcel_adopt() did to @count objects from @position on. */
static void parcel_disown(AParcel *parcel, size_t position, size_t count)
{
	size_t first = parcel_find(parcel, position);

	while (count > 0)
		parcel_drop_object(parcel, first + --count);
}

static binder_status_t parcel_adopt_all(
	const AParcel *from, AParcel *to, size_t start, size_t first, size_t count)
{
	size_t target = to->position, source;
	binder_status_t status;

	for (size_t i = 0; i < count; i++) {
		/* In the same parcel, those adopted so far may lie before the source in the list.
		 */
		source = first + i;
		if (from == to && from->offsets[first] >= target)
			source += i;
		status = parcel_adopt(to, (size_t)from->offsets[source] - start + target);
		if (status != STATUS_OK) {
			parcel_disown(to, target, i);
			return status;
		}
	}
	return STATUS_OK;
}

binder_status_t AParcel_appendFrom(const AParcel *from, AParcel *to, int32_t start, int32_t size)
{
	size_t at = (size_t)start, length = (size_t)size, first, end;
	binder_status_t status;
	void *target;

	if (size == 0)
		return STATUS_OK;
	if (start < 0 || size < 0 || at > from->size || length > from->size - at)
		return STATUS_BAD_VALUE;
	status = parcel_reserve(to, length, &target);
	if (status != STATUS_OK)
		return status;
	parcel_objects_in(from, at, length, &first, &end);
	if (first < end)
		status = parcel_make_offsets(to, end - first);
	if (status != STATUS_OK)
		return status;
	if (from == to)
		memmove(target, from->data + at, length);
	else
		copy_bytes(target, from->data + at, length);
	status = parcel_adopt_all(from, to, at, first, end - first);
	if (status == STATUS_OK)
		parcel_commit(to, length);
	return status;
}

binder_status_t AParcel_marshal(const AParcel *parcel, uint8_t *buffer, size_t start, size_t len)
{
	if (parcel->offset_count)
		return STATUS_INVALID_OPERATION;
	if (len > parcel->size || start > parcel->size - len)
		return STATUS_BAD_VALUE;
	if (!parcel->data)
		return STATUS_UNEXPECTED_NULL;
	copy_bytes(buffer, parcel->data + start, len);
	return STATUS_OK;
}

binder_status_t AParcel_unmarshal(AParcel *parcel, const uint8_t *buffer, size_t len)
{
	binder_status_t status, error = parcel->error;
	bool sensitive = parcel->sensitive;
	size_t padded;
	void *at;

	if (len > INT32_MAX - sizeof(uint32_t))
		return STATUS_BAD_VALUE;
	parcel_empty(parcel);
	parcel->sensitive = sensitive;
	parcel->error = error;
	padded = parcel_pad(len);
	status = parcel_reserve(parcel, padded, &at);
	if (status != STATUS_OK || !padded)
		return status;
	memset((uint8_t *)at + padded - sizeof(uint32_t), 0, sizeof(uint32_t));
	copy_bytes(at, buffer, len);
	parcel_commit(parcel, padded);
	return STATUS_OK;
}
