/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Sending: find who is to get it, make the transaction and its buffer, fill the
 * buffer (translate.c), queue it. Each step can fail, and then all before it is
 * undone and the sender, or for a reply the caller, is told.
 *
 * A call's target is kept by a local strong count of its node from here until its
 * buffer is freed, whatever the sender does with its ref meanwhile.
 */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "driver/ahead.h"
#include "driver/buffer.h"
#include "driver/driver.h"
#include "driver/node.h"
#include "driver/park.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/release.h"
#include "driver/send.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"
#include "driver/update.h"

/* Bytes of payload whose copying takes so long that the receiver is told before. */
#define SEND_LARGE 32768u
#define ALIGN8(n) (((n) + 7) & ~(uint64_t)7)

bool send_refuse(struct send *s, uint32_t error, int32_t param)
{
	s->error = error;
	s->param = param;
	return false;
}

int send_copy(struct send *s, uint64_t at, uint64_t address, uint64_t size)
{
	const struct area *area = &s->target_proc->area;

	if (size == 0)
		return 0;
	return s->proc->driver->ops->copy_from_sender(
		s->source, buffer_memory(area, s->t->buffer, at), address, size);
}

/* A reply goes to who waits for the call that this thread handles. */
static bool send_find_caller(struct send *s)
{
	struct thread *thread = s->thread;
	struct transaction *call = thread->stack;

	if (!call || call->to_thread != thread)
		return send_refuse(s, BR_FAILED_REPLY, -EPROTO);
	s->in_reply_to = call;
	thread_set_stack(thread, call->to_parent);
	thread_set_nice(thread, call->saved_priority);
	if (!call->from || call->from->proc->is_dead)
		return send_refuse(s, BR_DEAD_REPLY, 0);
	assert(call->from->stack == call);
	s->target_thread = call->from;
	s->target_proc = call->from->proc;
	return true;
}

static bool send_take_node(struct send *s, struct node *node)
{
	if (!node->proc || node->proc->is_dead)
		return send_refuse(s, BR_DEAD_REPLY, -EINVAL);
	node_inc(node, true, false, NULL);
	node_hold(node);
	s->target_node = node;
	s->target_proc = node->proc;
	return true;
}

static bool send_find_node(struct send *s)
{
	struct node *manager = s->proc->driver->manager;
	struct ref *ref;

	if (s->data->target.handle) {
		ref = ref_find(s->proc, s->data->target.handle, true);
		if (!ref)
			return send_refuse(s, BR_FAILED_REPLY, -EINVAL);
		return send_take_node(s, ref->node);
	}
	if (!manager)
		return send_refuse(s, BR_DEAD_REPLY, -EINVAL);
	if (!send_take_node(s, manager))
		return false;
	if (s->target_proc->pid == s->proc->pid)
		return send_refuse(s, BR_FAILED_REPLY, -EINVAL);
	return true;
}

/* A nested call goes to the thread of the target that waits down this call's chain. */
static void send_find_waiting_thread(struct send *s)
{
	for (struct transaction *t = s->thread->stack; t; t = t->from_parent) {
		if (t->from && t->from->proc == s->target_proc) {
			s->target_thread = t->from;
			return;
		}
	}
}

/*
 * Whether something that was sent to @thread has to be read before it may call: whatever
 * comes first, and a call wherever it stands, behind a completion owed to the thread.
 */
static bool send_has_unread(const struct thread *thread)
{
	const struct work *work = work_list_first(&thread->todo);

	return thread->unread > 0 || (work && work->type == WORK_TRANSACTION);
}

static bool send_find_target(struct send *s)
{
	const struct transaction *top = s->thread->stack;

	if (!send_find_node(s))
		return false;
	if (s->target_proc == s->proc)
		return send_refuse(s, BR_FAILED_REPLY, -EINVAL);
	if (s->data->flags & TF_ONE_WAY)
		return true;
	if (send_has_unread(s->thread))
		return send_refuse(s, BR_FAILED_REPLY, -EPROTO);
	if (top && top->to_thread != s->thread)
		return send_refuse(s, BR_FAILED_REPLY, -EPROTO);
	send_find_waiting_thread(s);
	return true;
}

static bool send_make_transaction(struct send *s)
{
	struct transaction *t = s->t = transaction_new(s->proc);

	s->complete = t ? completion_new(s->proc) : NULL;
	if (!s->complete)
		return send_refuse(s, BR_FAILED_REPLY, -ENOMEM);
	t->id = s->id;
	if (!s->reply && !(s->data->flags & TF_ONE_WAY))
		t->from = s->thread;
	t->to_thread = s->target_thread;
	t->code = s->data->code;
	t->flags = s->data->flags;
	t->priority = s->thread->nice;
	t->sender_euid = s->thread->euid;
	return true;
}

static bool send_make_buffer(struct send *s)
{
	const struct binder_transaction_data *data = s->data;
	bool oneway = !s->reply && data->flags & TF_ONE_WAY;
	struct area *area = &s->target_proc->area;
	struct buffer *buffer;
	uint64_t at;
	int ret;

	if (s->target_node && s->target_node->security_ctx) {
		s->secctx_size = ALIGN8(s->proc->secctx_size);
		s->extra_size += s->secctx_size;
		if (s->extra_size < s->secctx_size)
			return send_refuse(s, BR_FAILED_REPLY, -EINVAL);
	}
	ahead_catch_up(s->target_proc);
	ret = buffer_new(area, data->data_size, data->offsets_size, s->extra_size, oneway,
		s->proc->pid, &buffer);
	if (ret < 0)
		return send_refuse(s, ret == -ESRCH ? BR_DEAD_REPLY : BR_FAILED_REPLY, ret);
	s->t->buffer = buffer;
	buffer->transaction = s->t;
	buffer->target_node = s->target_node;
	if (data->flags & TF_CLEAR_BUF)
		buffer_clear_on_free(area, buffer);
	if (s->secctx_size) {
		at = ALIGN8(data->data_size) + ALIGN8(data->offsets_size) + ALIGN8(s->extra_size) -
		     s->secctx_size;
		memcpy(buffer_memory(area, buffer, at), s->proc->secctx, s->proc->secctx_size);
		s->t->security_ctx = buffer_address(area, buffer) + at;
	}
	return true;
}

/*
 * Being woken takes about as long as copying so much: who is to have it can be on the way
 * meanwhile. It is no promise: the copy may fail.
 */
static void send_announce(const struct send *s)
{
	const struct driver_ops *ops = s->proc->driver->ops;
	struct thread *thread = s->target_thread;

	if (!ops->payload_coming || s->data->data_size < SEND_LARGE)
		return;
	if (!s->reply && s->data->flags & TF_ONE_WAY && s->target_node->has_async)
		return;
	/* One that is parked still has begun to read after all that wait. */
	if (!thread)
		thread = park_reader(s->target_proc);
	if (!thread)
		thread = TAILQ_FIRST(&s->target_proc->waiting);
	if (thread)
		ops->payload_coming(thread, s->data->data_size);
}

static void send_drop_outdated(struct proc *proc, struct transaction *old)
{
	struct buffer *buffer = old->buffer;

	update_remove(buffer->target_node, old);
	work_dequeue(&old->work);
	old->buffer = NULL;
	buffer->transaction = NULL;
	release_objects(proc, NULL, buffer, true);
	buffer_free(&proc->area, buffer);
	transaction_free(old);
}

/* Behind the oneway that is under way; perhaps in place of one that waits there. */
static void send_queue_behind(struct send *s)
{
	struct node *node = s->target_node;
	struct transaction *outdated = NULL;

	if (s->target_proc->is_frozen && s->t->flags & TF_UPDATE_TXN)
		outdated = update_find(node, s->t);
	work_enqueue(&s->t->work, &node->async_todo);
	update_add(node, s->t);
	if (outdated)
		send_drop_outdated(s->target_proc, outdated);
	ahead_offer_more(node);
}

static bool send_prepare(struct send *s)
{
	if (!send_make_buffer(s))
		return false;
	send_announce(s);
	return true;
}

/* Who waits for the proc's work, but not for what was listed before. */
static struct thread *send_choose_thread(struct proc *proc)
{
	if (!work_list_empty(&proc->todo)) {
		park_gather(proc, false);
		park_serve(proc);
	}
	return proc_select_thread(proc);
}

/*
 * Queues a call. Return: 0, BR_FROZEN_REPLY (refused), or BR_TRANSACTION_PENDING_FROZEN
 * (queued all the same).
 */
static uint32_t send_queue(struct send *s)
{
	struct transaction *t = s->t;
	struct proc *proc = s->target_proc;
	struct thread *thread = s->target_thread;
	bool oneway = t->flags & TF_ONE_WAY, behind = false, frozen = proc->is_frozen;

	if (oneway) {
		behind = s->target_node->has_async;
		s->target_node->has_async = true;
	}
	if (frozen) {
		proc->sync_recv |= !oneway;
		proc->async_recv |= oneway;
		if (!oneway)
			return BR_FROZEN_REPLY;
	}
	t->to_proc = proc;
	proc->outstanding++;
	if (behind) {
		send_queue_behind(s);
	} else {
		if (!thread)
			thread = send_choose_thread(proc);
		if (thread) {
			thread->unread++;
			thread_enqueue(thread, &t->work);
			thread_wake(thread);
		} else {
			work_enqueue(&t->work, &proc->todo);
			proc_wake_pollers(proc);
			ahead_offer_calls(proc);
		}
	}
	return frozen ? BR_TRANSACTION_PENDING_FROZEN : 0;
}

static bool send_deliver_reply(struct send *s)
{
	thread_enqueue(s->thread, &s->complete->work);
	transaction_pop(s->target_thread, s->in_reply_to);
	s->t->to_proc = s->target_proc;
	s->target_proc->outstanding++;
	thread_enqueue(s->target_thread, &s->t->work);
	thread_wake(s->target_thread);
	transaction_free(s->in_reply_to);
	return true;
}

static bool send_deliver_call(struct send *s)
{
	uint32_t error;

	/* Not acted upon before something else comes: saves the caller a wake-up. */
	thread_enqueue_deferred(s->thread, &s->complete->work);
	s->t->from_parent = s->thread->stack;
	thread_set_stack(s->thread, s->t);
	error = send_queue(s);
	if (!error)
		return true;
	transaction_pop(s->thread, s->t);
	work_dequeue(&s->complete->work);
	return send_refuse(s, error, 0);
}

static bool send_deliver_oneway(struct send *s)
{
	if (send_queue(s) == BR_TRANSACTION_PENDING_FROZEN)
		s->complete->work.type = WORK_COMPLETE_PENDING;
	thread_enqueue(s->thread, &s->complete->work);
	return true;
}

static bool send_deliver(struct send *s)
{
	s->complete->work.type =
		s->t->buffer->spam_suspect ? WORK_COMPLETE_SPAM_SUSPECT : WORK_COMPLETE;
	if (s->reply)
		return send_deliver_reply(s);
	if (s->data->flags & TF_ONE_WAY)
		return send_deliver_oneway(s);
	return send_deliver_call(s);
}

static void send_undo(struct send *s)
{
	struct transaction *t = s->t;

	if (t && t->buffer) {
		struct buffer *buffer = t->buffer;

		transaction_drop_files(t);
		/* Gives back the target's strong count, too. */
		release_objects(s->target_proc, NULL, buffer, true);
		if (s->target_node)
			node_put(s->target_node);
		s->target_node = NULL;
		t->buffer = NULL;
		buffer->transaction = NULL;
		buffer_free(&s->target_proc->area, buffer);
	}
	if (s->complete)
		completion_free(s->complete);
	if (t)
		transaction_free(t);
	if (s->target_node) {
		node_dec(s->target_node, true, false);
		node_put(s->target_node);
	}
}

static void send_tell(struct send *s)
{
	struct thread *thread = s->thread;
	struct thread *caller = s->in_reply_to ? s->in_reply_to->from : NULL;

	assert(thread->return_error.command == BR_OK);
	if (!s->in_reply_to) {
		thread_set_extended(thread, s->id, s->error, s->param);
		thread_fail(thread, s->error);
		return;
	}
	if (caller && caller->extended.command == BR_OK)
		thread_set_extended(caller, s->id, s->error, s->param);
	thread_fail(thread, BR_TRANSACTION_COMPLETE);
	transaction_fail(s->in_reply_to, s->error);
}

void transaction_send(struct thread *thread, const struct binder_transaction_data *data, bool reply,
	uint64_t extra_size, void *source)
{
	struct send s = {
		.thread = thread,
		.proc = thread->proc,
		.data = data,
		.source = source,
		.reply = reply,
		.extra_size = extra_size,
		.id = system_next_id(thread->proc->driver->system),
	};

	thread_set_extended(thread, s.id, BR_OK, 0);
	if ((reply ? send_find_caller(&s) : send_find_target(&s)) && send_make_transaction(&s) &&
		send_prepare(&s) && translate_payload(&s) && send_deliver(&s)) {
		if (s.target_node)
			node_put(s.target_node);
		return;
	}
	send_undo(&s);
	send_tell(&s);
}
