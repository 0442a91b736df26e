/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Filling a buffer: the offsets first, then the data piece by piece, each object
 * copied once out of the sender's memory, judged, and written translated.
 *
 * What is needed of an object later (to follow a parent, to let go of a handle) is
 * taken from the driver's own record, never read back from memory that somebody
 * might write. Checks come in the kernel's order, which decides which error is told.
 */

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "driver/buffer.h"
#include "driver/driver.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/send.h"
#include "driver/sg.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"

#define ALIGN8(n) (((n) + 7) & ~(uint64_t)7)

union object {
	struct binder_object_header hdr;
	struct flat_binder_object flat;
	struct binder_fd_object fd;
	struct binder_buffer_object ptr;
	struct binder_fd_array_object fda;
};

/* Where the walk over the objects is. */
struct walk {
	struct send *s;
	struct buffer *buffer;
	uint64_t copied;	/* bytes of the data */
	uint64_t minimum;	/* the next object begins here or later */
	uint64_t sg_at, sg_end; /* room for PTR buffers */
	uint64_t fixed_at;	/* the object that was fixed up last; 0: none */
	uint64_t fixed_index;
	uint64_t fixed_minimum; /* the next fixup in it is here or later */
};

static size_t object_size(uint32_t type)
{
	switch (type) {
	case BINDER_TYPE_BINDER:
	case BINDER_TYPE_WEAK_BINDER:
	case BINDER_TYPE_HANDLE:
	case BINDER_TYPE_WEAK_HANDLE:
		return sizeof(struct flat_binder_object);
	case BINDER_TYPE_FD:
		return sizeof(struct binder_fd_object);
	case BINDER_TYPE_PTR:
		return sizeof(struct binder_buffer_object);
	case BINDER_TYPE_FDA:
		return sizeof(struct binder_fd_array_object);
	default:
		return 0;
	}
}

/* Return: bytes of the object at @at of the sender's data, 0 if there is none. */
static size_t object_read(struct send *s, uint64_t at, union object *object)
{
	uint64_t data_size = s->data->data_size, left, size;

	if (at > data_size || at % sizeof(uint32_t))
		return 0;
	left = data_size - at;
	size = left < sizeof(*object) ? left : sizeof(*object);
	if (size < sizeof(object->hdr))
		return 0;
	memset(object, 0, sizeof(*object));
	if (s->proc->driver->ops->copy_from_sender(
		    s->source, object, s->data->data.ptr.buffer + at, size) < 0)
		return 0;
	size = object_size(object->hdr.type);
	return size <= left ? size : 0;
}

static void object_write(struct walk *w, uint64_t at, const union object *object, size_t size)
{
	memcpy(buffer_memory(&w->s->target_proc->area, w->buffer, at), object, size);
}

static int translate_binder(struct walk *w, union object *object, struct buffer_object *record)
{
	struct send *s = w->s;
	struct flat_binder_object *flat = &object->flat;
	bool strong = flat->hdr.type == BINDER_TYPE_BINDER;
	struct node *node = node_new(s->proc, flat);
	uint32_t handle = 0;
	int ret = -EINVAL;

	if (!node)
		return -ENOMEM;
	if (flat->cookie == node->cookie)
		ret = ref_inc_node(s->target_proc, node, strong, s->thread, &handle);
	node_put(node);
	if (ret < 0)
		return ret;
	flat->hdr.type = strong ? BINDER_TYPE_HANDLE : BINDER_TYPE_WEAK_HANDLE;
	flat->binder = 0;
	flat->handle = handle;
	flat->cookie = 0;
	record->handle = handle;
	return 0;
}

static int translate_handle(struct walk *w, union object *object, struct buffer_object *record)
{
	struct send *s = w->s;
	struct flat_binder_object *flat = &object->flat;
	bool strong = flat->hdr.type == BINDER_TYPE_HANDLE;
	struct ref *ref = ref_find(s->proc, flat->handle, strong);
	struct node *node;
	uint32_t handle = 0;
	int ret = 0;

	if (!ref)
		return -EINVAL;
	node = ref->node;
	node_hold(node);
	if (node->proc == s->target_proc) {
		flat->hdr.type = strong ? BINDER_TYPE_BINDER : BINDER_TYPE_WEAK_BINDER;
		flat->binder = node->ptr;
		flat->cookie = node->cookie;
		node_inc(node, strong, false, NULL);
		record->ptr = node->ptr;
	} else {
		ret = ref_inc_node(s->target_proc, node, strong, NULL, &handle);
		flat->binder = 0;
		flat->handle = handle;
		flat->cookie = 0;
		record->handle = handle;
	}
	node_put(node);
	return ret;
}

int translate_fd(struct send *s, uint32_t fd, uint64_t at)
{
	bool allowed =
		s->in_reply_to ? s->in_reply_to->flags & TF_ACCEPT_FDS : s->target_node->accept_fds;
	int file, ret;

	if (!allowed)
		return -EPERM;
	file = s->proc->driver->ops->file_get(s->source, fd);
	if (file < 0)
		return file;
	ret = transaction_add_file(s->t, file, at);
	if (ret < 0)
		s->proc->driver->ops->file_put(s->proc->driver, file);
	return ret;
}

static int translate_fd_object(struct walk *w, union object *object, struct buffer_object *record)
{
	uint32_t fd = object->fd.fd;

	object->fd.pad_binder = 0;
	return translate_fd(w->s, fd, record->at + offsetof(struct binder_fd_object, fd));
}

/* The PTR object at @index of those before this one, or NULL. */
static const struct buffer_object *walk_parent(const struct walk *w, uint64_t index)
{
	const struct buffer_object *parent;

	if (index >= w->buffer->object_count)
		return NULL;
	parent = &w->buffer->objects[index];
	return parent->type == BINDER_TYPE_PTR ? parent : NULL;
}

/*
 * Whether a fixup at @at of @parent keeps the order: inside a buffer at rising places,
 * and only in the buffer fixed up last or one of its parents.
 */
static bool walk_may_fix(const struct walk *w, const struct buffer_object *parent, uint64_t at)
{
	uint64_t minimum = w->fixed_minimum, index = w->fixed_index;

	if (!w->fixed_at)
		return false;
	while (w->buffer->objects[index].at != parent->at) {
		const struct buffer_object *last = &w->buffer->objects[index];

		if (!(last->flags & BINDER_BUFFER_FLAG_HAS_PARENT))
			return false;
		minimum = last->range.parent_offset + sizeof(uint64_t);
		index = last->range.parent;
	}
	return at >= minimum;
}

static int translate_fds(struct walk *w, const struct binder_fd_array_object *fda,
	const struct buffer_object *parent)
{
	struct send *s = w->s;
	uint64_t size = fda->num_fds * sizeof(uint32_t);
	uint64_t at = parent->range.address - buffer_address(&s->target_proc->area, w->buffer) +
		      fda->parent_offset;
	uint64_t address = parent->range.source + fda->parent_offset;
	int ret;

	if (fda->num_fds == 0)
		return 0;
	if (fda->num_fds >= SIZE_MAX / sizeof(uint32_t) || size > parent->range.length ||
		fda->parent_offset > parent->range.length - size)
		return -EINVAL;
	if (at % sizeof(uint32_t) || address % sizeof(uint32_t))
		return -EINVAL;
	ret = sg_add_fixup(s->proc->driver->system->sg, at, 0, size);
	for (uint64_t i = 0; ret == 0 && i < fda->num_fds; i++) {
		uint32_t fd;

		if (s->proc->driver->ops->copy_from_sender(
			    s->source, &fd, address + i * sizeof(fd), sizeof(fd)) < 0)
			return -EINVAL;
		ret = translate_fd(s, fd, at + i * sizeof(fd));
	}
	return ret;
}

static int translate_fd_array(struct walk *w, union object *object, struct buffer_object *record)
{
	const struct binder_fd_array_object *fda = &object->fda;
	const struct buffer_object *parent = walk_parent(w, fda->parent);
	int ret;

	if (!parent || !walk_may_fix(w, parent, fda->parent_offset))
		return -EINVAL;
	ret = translate_fds(w, fda, parent);
	if (ret < 0)
		return ret;
	record->range.length = fda->num_fds;
	record->range.parent = fda->parent;
	record->range.parent_offset = fda->parent_offset;
	w->fixed_at = parent->at;
	w->fixed_index = fda->parent;
	w->fixed_minimum = fda->parent_offset + sizeof(uint32_t) * fda->num_fds;
	return 0;
}

static int translate_pointer_in_parent(struct walk *w, const struct binder_buffer_object *ptr)
{
	struct send *s = w->s;
	const struct buffer_object *parent;
	uint64_t at;

	if (!(ptr->flags & BINDER_BUFFER_FLAG_HAS_PARENT))
		return 0;
	parent = walk_parent(w, ptr->parent);
	if (!parent || !walk_may_fix(w, parent, ptr->parent_offset))
		return -EINVAL;
	if (parent->range.length < sizeof(uint64_t) ||
		ptr->parent_offset > parent->range.length - sizeof(uint64_t))
		return -EINVAL;
	at = parent->range.address - buffer_address(&s->target_proc->area, w->buffer) +
	     ptr->parent_offset;
	return sg_add_fixup(s->proc->driver->system->sg, at, ptr->buffer, 0);
}

static int translate_ptr(struct walk *w, union object *object, struct buffer_object *record)
{
	struct send *s = w->s;
	struct binder_buffer_object *ptr = &object->ptr;
	int ret;

	if (ptr->length > w->sg_end - w->sg_at)
		return -EINVAL;
	ret = sg_add_copy(s->proc->driver->system->sg, w->sg_at, ptr->buffer, ptr->length);
	if (ret < 0)
		return ret;
	record->range.source = ptr->buffer;
	ptr->buffer = buffer_address(&s->target_proc->area, w->buffer) + w->sg_at;
	w->sg_at += ALIGN8(ptr->length);
	ret = translate_pointer_in_parent(w, ptr);
	if (ret < 0)
		return ret;
	record->flags = ptr->flags;
	record->range.address = ptr->buffer;
	record->range.length = ptr->length;
	record->range.parent = ptr->parent;
	record->range.parent_offset = ptr->parent_offset;
	w->fixed_at = record->at;
	w->fixed_index = w->buffer->object_count;
	w->fixed_minimum = 0;
	return 0;
}

static int translate_object(struct walk *w, union object *object, struct buffer_object *record)
{
	switch (object->hdr.type) {
	case BINDER_TYPE_BINDER:
	case BINDER_TYPE_WEAK_BINDER:
		return translate_binder(w, object, record);
	case BINDER_TYPE_HANDLE:
	case BINDER_TYPE_WEAK_HANDLE:
		return translate_handle(w, object, record);
	case BINDER_TYPE_FD:
		return translate_fd_object(w, object, record);
	case BINDER_TYPE_FDA:
		return translate_fd_array(w, object, record);
	default:
		return translate_ptr(w, object, record);
	}
}

/* The object that the offsets name next: at @at of the data. */
static bool translate_next(struct walk *w, uint64_t at)
{
	struct send *s = w->s;
	struct buffer_object record = {.at = at};
	union object object;
	size_t size;
	int ret;

	if (at != w->copied && (w->copied > at || at > s->data->data_size ||
				       send_copy(s, w->copied, s->data->data.ptr.buffer + w->copied,
					       at - w->copied) < 0))
		return send_refuse(s, BR_FAILED_REPLY, -EFAULT);
	size = object_read(s, at, &object);
	if (size == 0 || at < w->minimum)
		return send_refuse(s, BR_FAILED_REPLY, -EINVAL);
	w->copied = w->minimum = at + size;
	ret = buffer_reserve_object(w->buffer);
	if (ret == 0)
		ret = translate_object(w, &object, &record);
	if (ret < 0)
		return send_refuse(s, BR_FAILED_REPLY, ret);
	object_write(w, at, &object, size);
	/* What the buffer now holds, which is what freeing it lets go of. */
	record.type = object.hdr.type;
	buffer_add_object(w->buffer, &record);
	return true;
}

static bool translate_offsets(struct send *s, uint64_t start)
{
	if (send_copy(s, start, s->data->data.ptr.offsets, s->data->offsets_size) < 0)
		return send_refuse(s, BR_FAILED_REPLY, -EFAULT);
	if (s->data->offsets_size % sizeof(binder_size_t))
		return send_refuse(s, BR_FAILED_REPLY, -EINVAL);
	if (s->extra_size % sizeof(uint64_t))
		return send_refuse(s, BR_FAILED_REPLY, -EINVAL);
	return true;
}

static bool translate_rest(struct walk *w)
{
	struct send *s = w->s;
	struct sg_scratch *sg = s->proc->driver->system->sg;

	if (send_copy(s, w->copied, s->data->data.ptr.buffer + w->copied,
		    s->data->data_size - w->copied) < 0)
		return send_refuse(s, BR_FAILED_REPLY, -EFAULT);
	/* The kernel's errno for a bad pointer of a PTR object is not EFAULT. */
	if (sg->copy_count && sg_run(sg, s) < 0)
		return send_refuse(s, BR_FAILED_REPLY, -EINVAL);
	return true;
}

bool translate_payload(struct send *s)
{
	struct buffer *buffer = s->t->buffer;
	uint64_t start = buffer_offsets_start(buffer), end = start + s->data->offsets_size;
	struct walk walk = {
		.s = s,
		.buffer = buffer,
		.sg_at = ALIGN8(end),
		.sg_end = ALIGN8(end) + s->extra_size - s->secctx_size,
	};

	sg_start(s->proc->driver->system->sg);
	if (!translate_offsets(s, start))
		return false;
	for (uint64_t i = start; i < end; i += sizeof(binder_size_t)) {
		binder_size_t at;

		/* Read once: it is the program's area from here on, too. */
		memcpy(&at, buffer_memory(&s->target_proc->area, buffer, i), sizeof(at));
		if (!translate_next(&walk, at))
			return false;
	}
	return translate_rest(&walk);
}
