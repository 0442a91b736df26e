// SPDX-License-Identifier: Apache-2.0
/*
 * Messages of the small C framework.
 *
 * One cursor over data and one over offsets. Both lie in the caller's memory (a
 * message being built: offsets first, then data) or in the receive area (one
 * being read). Every access goes through bio_take(), which is the one place that
 * compares with what is left; after a failure nothing is left, so that the error
 * needs to be looked at only once, at the end.
 *
 * Data is 4-aligned and objects hold 8-byte fields, hence memcpy for them. An
 * object counts as one only where the driver vouches for it: at an offset that is
 * listed. Anything else that looks like one is a sender's invention.
 */

#include <binderd/binder_io.h>

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#define BIO_OBJECT_FLAGS (0x7f | FLAT_BINDER_FLAG_ACCEPTS_FDS)
#define BIO_ALIGN(n, to) (((n) + ((to)-1)) & ~(size_t)((to)-1))

static void bio_overflow(struct binder_io *bio)
{
	bio->data_avail = 0;
	bio->offs_avail = 0;
	bio->flags |= BIO_F_OVERFLOW;
}

/* The next @size bytes, rounded up to 4; NULL and an overflow when they are not there. */
static void *bio_take(struct binder_io *bio, size_t size)
{
	size_t padded = BIO_ALIGN(size, sizeof(uint32_t));
	void *at = bio->data;

	if ((bio->flags & BIO_F_OVERFLOW) || padded < size || padded > bio->data_avail) {
		bio_overflow(bio);
		return NULL;
	}
	bio->data += padded;
	bio->data_avail -= padded;
	return at;
}

/* As bio_take(), for writing: the padding becomes zero. */
static void *bio_alloc(struct binder_io *bio, size_t size)
{
	char *at = bio_take(bio, size);

	if (at)
		memset(at + size, 0, BIO_ALIGN(size, sizeof(uint32_t)) - size);
	return at;
}

void bio_init(struct binder_io *bio, void *data, size_t maxdata, size_t maxobjects)
{
	size_t skip = -(uintptr_t)data & (sizeof(binder_size_t) - 1);

	memset(bio, 0, sizeof(*bio));
	if (!data && !maxdata && !maxobjects)
		return;
	if (!data || skip > maxdata || maxobjects > (maxdata - skip) / sizeof(binder_size_t)) {
		bio_overflow(bio);
		return;
	}
	bio->offs0 = bio->offs = (binder_size_t *)((char *)data + skip);
	bio->offs_avail = maxobjects;
	skip += maxobjects * sizeof(binder_size_t);
	bio->data0 = bio->data = (char *)data + skip;
	bio->data_avail = (maxdata - skip) & ~(sizeof(uint32_t) - 1);
}

void bio_init_from_txn(struct binder_io *bio, struct binder_transaction_data *txn)
{
	memset(bio, 0, sizeof(*bio));
	bio->data0 = bio->data = (char *)(uintptr_t)txn->data.ptr.buffer;
	bio->offs0 = bio->offs = (binder_size_t *)(uintptr_t)txn->data.ptr.offsets;
	bio->data_avail = txn->data_size;
	bio->offs_avail = txn->offsets_size / sizeof(binder_size_t);
	bio->objects = (uint32_t)bio->offs_avail;
	bio->flags = BIO_F_SHARED | (txn->flags & TF_STATUS_CODE ? BIO_F_STATUS : 0);
}

void bio_put_uint32(struct binder_io *bio, uint32_t n)
{
	uint32_t *at = bio_alloc(bio, sizeof(n));

	if (at)
		*at = n;
}

void bio_put_bytes(struct binder_io *bio, const void *data, size_t size)
{
	void *at;

	if (size > INT32_MAX) {
		bio_overflow(bio);
		return;
	}
	bio_put_uint32(bio, data ? (uint32_t)size : UINT32_MAX);
	if (!data || !size)
		return;
	at = bio_alloc(bio, size);
	if (at)
		memcpy(at, data, size);
}

/* Appends the length and takes room for the units and a NUL. */
static uint16_t *bio_alloc_string16(struct binder_io *bio, size_t length)
{
	if (length >= INT32_MAX / sizeof(uint16_t)) {
		bio_overflow(bio);
		return NULL;
	}
	bio_put_uint32(bio, (uint32_t)length);
	return bio_alloc(bio, (length + 1) * sizeof(uint16_t));
}

void bio_put_string16(struct binder_io *bio, const uint16_t *str)
{
	uint16_t *at;
	size_t length = 0;

	if (!str) {
		bio_put_uint32(bio, UINT32_MAX);
		return;
	}
	while (str[length])
		length++;
	at = bio_alloc_string16(bio, length);
	if (at)
		memcpy(at, str, (length + 1) * sizeof(*str));
}

void bio_put_string16_x(struct binder_io *bio, const char *str)
{
	uint16_t *at;
	size_t length;

	if (!str) {
		bio_put_uint32(bio, UINT32_MAX);
		return;
	}
	length = strlen(str);
	at = bio_alloc_string16(bio, length);
	for (size_t i = 0; at && i <= length; i++)
		at[i] = (unsigned char)str[i];
}

/* Appends an object of any kind; @listed says whether the driver is told of it. */
static void bio_put_item(struct binder_io *bio, const void *object, size_t size, bool listed)
{
	binder_size_t offset = (binder_size_t)(bio->data - bio->data0);
	void *at;

	if (listed && !bio->offs_avail) {
		bio_overflow(bio);
		return;
	}
	at = bio_alloc(bio, size);
	if (!at)
		return;
	memcpy(at, object, size);
	if (!listed)
		return;
	*bio->offs++ = offset;
	bio->offs_avail--;
}

static void bio_put_object(
	struct binder_io *bio, const struct flat_binder_object *object, bool listed)
{
	bio_put_item(bio, object, sizeof(*object), listed);
}

void bio_put_obj(struct binder_io *bio, void *ptr)
{
	struct flat_binder_object object = {
		.hdr.type = BINDER_TYPE_BINDER,
		.flags = BIO_OBJECT_FLAGS,
		.binder = (uintptr_t)ptr,
	};

	bio_put_object(bio, &object, true);
}

void bio_put_ref(struct binder_io *bio, uint32_t handle)
{
	struct flat_binder_object object = {
		.hdr.type = BINDER_TYPE_HANDLE,
		.flags = BIO_OBJECT_FLAGS,
	};

	/* Not by initializer: the handle is half of a union with an 8-byte field. */
	object.handle = handle;
	bio_put_object(bio, &object, handle != 0);
}

void bio_put_fd(struct binder_io *bio, int fd)
{
	struct flat_binder_object object = {.hdr.type = BINDER_TYPE_FD};

	object.handle = (uint32_t)fd;
	bio_put_object(bio, &object, true);
}

uint32_t bio_put_buffer(
	struct binder_io *bio, const void *data, size_t size, uint32_t parent, size_t offset)
{
	uint32_t index = (uint32_t)(bio->offs - bio->offs0);
	struct binder_buffer_object object = {
		.hdr.type = BINDER_TYPE_PTR,
		.flags = parent == BIO_NO_PARENT ? 0 : BINDER_BUFFER_FLAG_HAS_PARENT,
		.buffer = (uintptr_t)data,
		.length = size,
		.parent = parent == BIO_NO_PARENT ? 0 : parent,
		.parent_offset = offset,
	};

	if (size > SIZE_MAX / 2 - bio->buffers)
		bio_overflow(bio);
	else
		bio_put_item(bio, &object, sizeof(object), true);
	if (bio->flags & BIO_F_OVERFLOW)
		return BIO_NO_PARENT;
	/* As the driver counts them. */
	bio->buffers += BIO_ALIGN(size, sizeof(uint64_t));
	return index;
}

uint32_t bio_get_uint32(struct binder_io *bio)
{
	const uint32_t *at = bio_take(bio, sizeof(*at));

	return at ? *at : 0;
}

const void *bio_get_bytes(struct binder_io *bio, size_t *size)
{
	uint32_t length = bio_get_uint32(bio);

	*size = 0;
	if (length == UINT32_MAX || (bio->flags & BIO_F_OVERFLOW))
		return NULL;
	if (length > INT32_MAX) {
		bio_overflow(bio);
		return NULL;
	}
	const void *at = bio_take(bio, length);

	if (at)
		*size = length;
	return at;
}

uint16_t *bio_get_string16(struct binder_io *bio, size_t *sz)
{
	uint32_t length = bio_get_uint32(bio);
	uint16_t *at;

	if (sz)
		*sz = 0;
	if (length == UINT32_MAX || (bio->flags & BIO_F_OVERFLOW))
		return NULL;
	if (length >= INT32_MAX / sizeof(*at)) {
		bio_overflow(bio);
		return NULL;
	}
	at = bio_take(bio, (length + 1) * sizeof(*at));
	if (at && at[length]) {
		bio_overflow(bio);
		return NULL;
	}
	if (at && sz)
		*sz = length;
	return at;
}

int bio_get_string16_x(struct binder_io *bio, char *out, size_t size)
{
	size_t length;
	const uint16_t *at = bio_get_string16(bio, &length);

	if (size)
		*out = '\0';
	if (!at)
		return -1;
	if (length >= size) {
		bio_overflow(bio);
		return -1;
	}
	for (size_t i = 0; i < length; i++)
		out[i] = at[i] && at[i] < 0x80 ? (char)at[i] : '?';
	out[length] = '\0';
	return (int)length;
}

/*
 * Takes the object at the cursor. One that is not listed may be a null object,
 * which senders do not list; only the caller's type check tells, and every
 * unlisted one is read as null.
 */
static bool bio_get_item(struct binder_io *bio, void *object, size_t size)
{
	binder_size_t offset = (binder_size_t)(bio->data - bio->data0);
	const void *at;
	bool listed;

	while (bio->offs_avail && *bio->offs < offset) {
		bio->offs++;
		bio->offs_avail--;
	}
	listed = bio->offs_avail && *bio->offs == offset;
	at = bio_take(bio, size);
	if (!at)
		return false;
	memcpy(object, at, size);
	return listed;
}

static bool bio_get_object(struct binder_io *bio, struct flat_binder_object *object)
{
	return bio_get_item(bio, object, sizeof(*object));
}

uint32_t bio_get_ref(struct binder_io *bio)
{
	struct flat_binder_object object;

	if (!bio_get_object(bio, &object) || object.hdr.type != BINDER_TYPE_HANDLE)
		return 0;
	return object.handle;
}

int bio_get_fd(struct binder_io *bio)
{
	struct flat_binder_object object;

	if (!bio_get_object(bio, &object) || object.hdr.type != BINDER_TYPE_FD)
		return -1;
	return fcntl((int)object.handle, F_DUPFD_CLOEXEC, 0);
}

const void *bio_get_buffer(struct binder_io *bio, size_t *size)
{
	struct binder_buffer_object object;

	*size = 0;
	if (!bio_get_item(bio, &object, sizeof(object)) || object.hdr.type != BINDER_TYPE_PTR)
		return NULL;
	*size = object.length;
	return (const void *)(uintptr_t)object.buffer;
}
