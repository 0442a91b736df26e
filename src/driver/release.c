/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The driver's own record of a buffer says what it holds. Names are looked up again,
 * as the kernel does: a program that let go of more than it was given finds its
 * handle gone, or another one's count taken, and harms itself alone.
 */

#include <assert.h>
#include <string.h>

#include "driver/buffer.h"
#include "driver/driver.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/release.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"
#include "driver/update.h"

static void release_node(struct proc *proc, const struct buffer_object *object)
{
	struct node *node = node_find(proc, object->ptr);

	if (!node)
		return;
	node_dec(node, object->type == BINDER_TYPE_BINDER, false);
	node_put(node);
}

/* The numbers stand in the parent's buffer, where they were written when it was read. */
static void release_fd_array(
	struct thread *thread, const struct buffer *buffer, const struct buffer_object *array)
{
	const struct proc *proc = thread->proc;
	const struct buffer_object *parent = &buffer->objects[array->range.parent];
	uint64_t at = parent->range.address - buffer_address(&proc->area, buffer) +
		      array->range.parent_offset;

	for (uint64_t i = 0; i < array->range.length; i++) {
		uint32_t fd;

		memcpy(&fd, buffer_memory(&proc->area, buffer, at + i * sizeof(fd)), sizeof(fd));
		proc->driver->ops->fd_close(thread, fd);
		thread->need_return = true;
	}
}

void release_objects(struct proc *proc, struct thread *thread, struct buffer *buffer, bool failed)
{
	if (buffer->target_node)
		node_dec(buffer->target_node, true, false);
	for (size_t i = 0; i < buffer->object_count; i++) {
		const struct buffer_object *object = &buffer->objects[i];

		switch (object->type) {
		case BINDER_TYPE_BINDER:
		case BINDER_TYPE_WEAK_BINDER:
			release_node(proc, object);
			break;
		case BINDER_TYPE_HANDLE:
			ref_dec(proc, object->handle, true);
			break;
		case BINDER_TYPE_WEAK_HANDLE:
			ref_dec(proc, object->handle, false);
			break;
		case BINDER_TYPE_FDA:
			if (!failed && thread)
				release_fd_array(thread, buffer, object);
			break;
		default: /* FD: the program's own to close; PTR: part of the buffer */
			break;
		}
	}
}

struct transaction *release_behind(struct proc *proc, struct buffer *buffer)
{
	struct node *node = buffer->target_node;
	struct transaction *next = (struct transaction *)work_take(&node->async_todo);

	assert(buffer->async && node->has_async && next && !buffer->transaction);
	update_remove(node, next);
	release_objects(proc, NULL, buffer, false);
	buffer_free(&proc->area, buffer);
	return next;
}

/* The oneway that waited behind this buffer's is next. */
static void release_next_oneway(struct proc *proc, struct buffer *buffer)
{
	struct node *node = buffer->target_node;
	struct work *work = work_take(&node->async_todo);

	assert(node->has_async);
	if (!work) {
		node->has_async = false;
		return;
	}
	update_remove(node, (struct transaction *)work);
	work_enqueue(work, &proc->todo);
	proc_wake(proc);
}

void release_buffer(struct proc *proc, struct thread *thread, struct buffer *buffer, bool failed)
{
	if (buffer->transaction) {
		buffer->transaction->buffer = NULL;
		buffer->transaction = NULL;
	}
	if (buffer->async && buffer->target_node)
		release_next_oneway(proc, buffer);
	release_objects(proc, thread, buffer, failed);
	buffer_free(&proc->area, buffer);
}
