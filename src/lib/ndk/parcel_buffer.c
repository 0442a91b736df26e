// SPDX-License-Identifier: Apache-2.0
/*
 * What the driver brings: whether its objects can be used, and what has to be given back.
 *
 * The objects and their places are the driver's, who checked them, but a sender chooses their
 * types. Of these libbinder knows binders, handles and single descriptors; a message with any
 * other counts as one without objects. Its descriptors were installed in this process
 * nevertheless, those of arrays, too, and are closed: else a peer could use up all that there are.
 */

#include "lib/ndk/parcel_data.h"

#include <unistd.h>

#include "lib/ndk/process.h"

static bool parcel_buffer_read(
	const struct parcel_buffer *buffer, size_t index, void *object, size_t size)
{
	binder_size_t offset = buffer->offsets[index];

	if (size > buffer->size || offset > buffer->size - size)
		return false;
	memcpy(object, buffer->data + offset, size);
	return true;
}

bool parcel_buffer_is_sound(const struct parcel_buffer *buffer)
{
	struct flat_binder_object flat;
	binder_size_t least = 0;

	for (size_t i = 0; i < buffer->offset_count; i++) {
		if (buffer->offsets[i] < least || buffer->offsets[i] % sizeof(uint32_t) ||
			!parcel_buffer_read(buffer, i, &flat, sizeof(flat)))
			return false;
		switch (flat.hdr.type) {
		case BINDER_TYPE_BINDER:
		case BINDER_TYPE_WEAK_BINDER:
		case BINDER_TYPE_HANDLE:
		case BINDER_TYPE_WEAK_HANDLE:
		case BINDER_TYPE_FD:
			break;
		default:
			return false;
		}
		least = buffer->offsets[i] + sizeof(flat);
	}
	return true;
}

/* The descriptors of an array lie in the buffer of another object, at an address of the driver's.
 */
static void parcel_buffer_close_array(const struct parcel_buffer *buffer, size_t index)
{
	struct binder_fd_array_object array;
	struct binder_buffer_object parent;
	const uint8_t *at;
	int fd;

	if (!parcel_buffer_read(buffer, index, &array, sizeof(array)) || array.parent >= index ||
		!parcel_buffer_read(buffer, (size_t)array.parent, &parent, sizeof(parent)) ||
		parent.hdr.type != BINDER_TYPE_PTR || !parent.buffer)
		return;
	if (array.parent_offset > parent.length ||
		array.num_fds > (parent.length - array.parent_offset) / sizeof(fd))
		return;
	at = (const uint8_t *)(uintptr_t)parent.buffer + array.parent_offset;
	for (binder_size_t i = 0; i < array.num_fds; i++, at += sizeof(fd)) {
		memcpy(&fd, at, sizeof(fd));
		close(fd);
	}
}

static void parcel_buffer_close(const struct parcel_buffer *buffer)
{
	struct binder_object_header header;
	struct binder_fd_object file;

	for (size_t i = 0; i < buffer->offset_count; i++) {
		if (!parcel_buffer_read(buffer, i, &header, sizeof(header)))
			continue;
		if (header.type == BINDER_TYPE_FDA)
			parcel_buffer_close_array(buffer, i);
		else if (header.type == BINDER_TYPE_FD &&
			 parcel_buffer_read(buffer, i, &file, sizeof(file)))
			close((int)file.fd);
	}
}

void parcel_buffer_end(const struct parcel_buffer *buffer)
{
	parcel_buffer_close(buffer);
	if (buffer->data)
		process_free_buffer(buffer->data);
}
