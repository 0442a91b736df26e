/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A read composes its returns when the thread is inside of it, never ahead: what fits
 * and what ends it depend on the program's buffer and on what waits by then.
 *
 * It takes from the thread's own list, and from the proc's if the thread was inside no
 * call and had nothing listed when the read began. It ends after a transaction, a
 * reply or a notification, or when nothing is left; with nothing to show but its
 * BR_NOOP it goes back to waiting.
 *
 * A transaction with descriptors stops half way: the receiver installs them and tells
 * their numbers, which are written into the parcel before the program can see it.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/ahead.h"
#include "driver/death.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/park.h"
#include "driver/proc.h"
#include "driver/release.h"
#include "driver/return.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"
#include "util/alloc.h"

/* What must be left of the program's buffer for the next return, whatever it is. */
#define ROOM (sizeof(struct binderd_transaction_data_secctx) + sizeof(uint32_t))

/* How a piece of work leaves the read. */
enum step {
	STEP_MORE,  /* go on collecting */
	STEP_END,   /* that was it */
	STEP_FILES, /* stopped: descriptors are being installed */
};

static struct driver_system *system_of(const struct thread *thread)
{
	return thread->proc->driver->system;
}

static void return_put(struct thread *thread, const void *data, size_t size)
{
	struct driver_system *system = system_of(thread);

	assert(system->returns_size + size <= RETURNS_MAX);
	memcpy(system->returns + system->returns_size, data, size);
	system->returns_size += size;
}

static void return_put_command(struct thread *thread, uint32_t command)
{
	return_put(thread, &command, sizeof(command));
}

/* Where the program's buffer is filled up to. */
static uint64_t return_position(const struct thread *thread)
{
	return thread->read.consumed + system_of(thread)->returns_size;
}

/*
 * The kernel compares without sign: a buffer that is overrun already, because not
 * even the BR_NOOP fitted, counts as endless.
 */
static bool return_has_room(const struct thread *thread)
{
	return thread->read.size - return_position(thread) >= ROOM &&
	       system_of(thread)->returns_size + 2 * ROOM <= RETURNS_MAX;
}

static void return_publish(struct thread *thread, int ret, uint64_t consumed)
{
	struct driver_system *system = system_of(thread);
	struct ioctl_result *result = &thread->result;
	struct proc *proc = thread->proc;

	result->write_consumed = thread->write_consumed;
	result->read_consumed = consumed;
	result->bytes = system->returns;
	result->size = ret < 0 ? 0 : system->returns_size;
	if (!work_list_empty(&proc->todo))
		proc_wake(proc);
	thread_finish(thread, ret);
	if (proc->server == thread && !work_list_empty(&proc->todo))
		ahead_offer_calls(proc);
}

void return_end(struct thread *thread, int ret)
{
	struct proc *proc = thread->proc;

	if (thread->is_waiting)
		TAILQ_REMOVE(&proc->waiting, thread, waiting_entry);
	thread->is_waiting = false;
	thread->looper &= ~(uint32_t)LOOPER_WAITING;
	return_publish(thread, ret, thread->read.consumed);
}

static bool return_may_spawn(const struct thread *thread)
{
	const struct proc *proc = thread->proc;

	return proc->requested_threads == 0 && TAILQ_EMPTY(&proc->waiting) &&
	       proc->started_threads < proc->max_threads && thread_is_looper(thread) &&
	       !park_reads(proc);
}

static void return_done(struct thread *thread)
{
	struct driver_system *system = system_of(thread);
	const uint32_t spawn = BR_SPAWN_LOOPER;

	thread->result.spawn_at_start = false;
	if (return_may_spawn(thread)) {
		thread->proc->requested_threads++;
		/* It goes to the head of the program's buffer, which is not always ours. */
		if (thread->read.consumed == 0)
			memcpy(system->returns, &spawn, sizeof(spawn));
		else
			thread->result.spawn_at_start = true;
	}
	thread->result.no_spawn = thread->proc->started_threads >= thread->proc->max_threads ||
				  !thread_is_looper(thread);
	if (thread->oneway)
		ahead_offer(thread, thread->oneway);
	thread->oneway = NULL;
	return_publish(thread, 0, return_position(thread));
}

static void return_error(struct thread *thread, struct work *work)
{
	struct work_error *error = (struct work_error *)work;

	return_put_command(thread, error->command);
	error->command = BR_OK;
}

static void return_complete(struct thread *thread, struct work *work)
{
	uint32_t command = BR_TRANSACTION_COMPLETE;

	if (work->type == WORK_COMPLETE_SPAM_SUSPECT && thread->proc->spam_detection)
		command = BR_ONEWAY_SPAM_SUSPECT;
	else if (work->type == WORK_COMPLETE_PENDING)
		command = BR_TRANSACTION_PENDING_FROZEN;
	completion_free((struct completion *)work);
	return_put_command(thread, command);
}

static void return_put_node(struct thread *thread, uint32_t command, uint64_t ptr, uint64_t cookie)
{
	return_put_command(thread, command);
	return_put(thread, &ptr, sizeof(ptr));
	return_put(thread, &cookie, sizeof(cookie));
}

/* Tells the owner what changed since it was told last, which may be nothing. */
static void return_node(struct thread *thread, struct work *work)
{
	struct node *node = (struct node *)((char *)work - offsetof(struct node, work));
	bool strong = node->internal_strong || node->local_strong;
	bool weak = !LIST_EMPTY(&node->refs) || node->local_weak || node->tmp || strong;
	bool had_strong = node->has_strong, had_weak = node->has_weak;
	uint64_t ptr = node->ptr, cookie = node->cookie;

	if (weak && !had_weak) {
		node->has_weak = node->pending_weak = true;
		node->local_weak++;
	}
	if (strong && !had_strong) {
		node->has_strong = node->pending_strong = true;
		node->local_strong++;
	}
	node->has_strong = strong;
	node->has_weak = weak;
	if (!weak) {
		RB_REMOVE(node_tree, &thread->proc->nodes, node);
		node_free(node);
	}
	if (weak && !had_weak)
		return_put_node(thread, BR_INCREFS, ptr, cookie);
	if (strong && !had_strong)
		return_put_node(thread, BR_ACQUIRE, ptr, cookie);
	if (!strong && had_strong)
		return_put_node(thread, BR_RELEASE, ptr, cookie);
	if (!weak && had_weak)
		return_put_node(thread, BR_DECREFS, ptr, cookie);
}

static enum step return_death(struct thread *thread, struct work *work)
{
	struct death *death = (struct death *)work;
	uint64_t cookie = death->notice.cookie;
	bool confirms = work->type == WORK_CLEAR_DEATH;

	if (confirms)
		death_free(death);
	else
		death_delivered(death);
	return_put_command(thread, confirms ? BR_CLEAR_DEATH_NOTIFICATION_DONE : BR_DEAD_BINDER);
	return_put(thread, &cookie, sizeof(cookie));
	return confirms ? STEP_MORE : STEP_END;
}

static enum step return_frozen(struct thread *thread, struct work *work)
{
	struct freeze *freeze = (struct freeze *)work;
	struct binderd_frozen_state_info info = {
		.cookie = freeze->notice.cookie,
		.is_frozen = freeze->is_frozen,
	};

	freeze_delivered(freeze);
	return_put_command(thread, BR_FROZEN_BINDER);
	return_put(thread, &info, sizeof(info));
	return STEP_END;
}

static void return_clear_freeze(struct thread *thread, struct work *work)
{
	struct freeze *freeze = (struct freeze *)work;
	uint64_t cookie = freeze->notice.cookie;

	freeze_free(freeze);
	return_put_command(thread, BR_CLEAR_FREEZE_NOTIFICATION_DONE);
	return_put(thread, &cookie, sizeof(cookie));
}

/* The handler runs at the caller's nice value, or at the node's if that is nicer. */
int return_nice(int nice, const struct transaction *t)
{
	int minimum = t->buffer->target_node->min_priority;
	bool oneway = t->flags & TF_ONE_WAY;

	if (t->priority < minimum && !oneway)
		return t->priority;
	return !oneway || nice > minimum ? minimum : nice;
}

static void return_inherit_nice(struct thread *thread, struct transaction *t)
{
	t->saved_priority = thread->nice;
	thread_set_nice(thread, return_nice(thread->nice, t));
}

size_t return_compose(const struct thread *thread, const struct transaction *t, uint8_t *bytes)
{
	const struct area *area = &thread->proc->area;
	const struct buffer *buffer = t->buffer;
	const struct node *node = buffer->target_node;
	struct binderd_transaction_data_secctx tr = {.secctx = t->security_ctx};
	struct binder_transaction_data *data = &tr.transaction_data;
	uint32_t command;
	size_t size;

	if (node) {
		data->target.ptr = node->ptr;
		data->cookie = node->cookie;
	}
	data->code = t->code;
	data->flags = t->flags;
	data->sender_euid = t->sender_euid;
	data->sender_pid = t->from && !t->from->proc->is_dead ? t->from->proc->pid : 0;
	data->data_size = buffer->data_size;
	data->offsets_size = buffer->offsets_size;
	data->data.ptr.buffer = buffer_address(area, buffer);
	data->data.ptr.offsets = data->data.ptr.buffer + buffer_offsets_start(buffer);
	command = t->security_ctx ? BR_TRANSACTION_SEC_CTX : node ? BR_TRANSACTION : BR_REPLY;
	size = t->security_ctx ? sizeof(tr) : sizeof(*data);
	memcpy(bytes, &command, sizeof(command));
	memcpy(bytes + sizeof(command), &tr, size);
	return sizeof(command) + size;
}

static void return_put_transaction(struct thread *thread, struct transaction *t)
{
	uint8_t bytes[ROOM];

	return_put(thread, bytes, return_compose(thread, t, bytes));
}

static bool buffer_has_fd_array(const struct buffer *buffer)
{
	for (size_t i = 0; i < buffer->object_count; i++)
		if (buffer->objects[i].type == BINDER_TYPE_FDA)
			return true;
	return false;
}

static void return_handle(struct thread *thread, struct transaction *t)
{
	t->to_parent = thread->stack;
	t->to_thread = thread;
	thread_set_stack(thread, t);
}

void return_deliver_taken(struct thread *thread, struct transaction *t)
{
	thread_set_nice(thread, thread->proc->nice);
	return_inherit_nice(thread, t);
	thread->told_nice = thread->nice;
	t->buffer->allow_user_free = true;
	return_handle(thread, t);
}

static enum step return_deliver(struct thread *thread, struct transaction *t)
{
	bool is_call = t->buffer->target_node && !(t->flags & TF_ONE_WAY);

	return_put_transaction(thread, t);
	t->buffer->allow_user_free = true;
	thread->oneway = !is_call && t->buffer->target_node ? t->buffer : NULL;
	thread->result.fd_array = buffer_has_fd_array(t->buffer) || t->buffer->clear_on_free;
	if (!is_call) {
		transaction_free(t);
		return STEP_END;
	}
	return_handle(thread, t);
	thread->delivered = t;
	thread->result.saved_nice = t->saved_priority;
	/* Below a call of its own, that one's reply may come next to the completion. */
	thread->result.calm = !t->to_parent && work_list_empty(&thread->todo) && !thread->process;
	if (thread->result.calm)
		thread->proc->server = thread;
	return STEP_END;
}

/* The receiver has no number for a descriptor: it never sees @t. */
static enum step return_fail_files(struct thread *thread, struct transaction *t)
{
	struct buffer *buffer = t->buffer;
	bool is_reply = !buffer->target_node;

	transaction_drop_files(t);
	buffer->transaction = NULL;
	transaction_cleanup(t, BR_FAILED_REPLY);
	release_buffer(thread->proc, thread, buffer, true);
	if (!is_reply)
		return STEP_MORE;
	return_put_command(thread, BR_FAILED_REPLY);
	return STEP_END;
}

static void return_drop_held(struct thread *thread)
{
	free(thread->held);
	thread->held = NULL;
	thread->held_size = 0;
}

/* Hands the descriptors to the receiver; keeps what was composed so far. */
static enum step return_ask_files(struct thread *thread, struct transaction *t)
{
	struct driver_system *system = system_of(thread);
	size_t count = t->fixup_count;
	int *files = alloc_array(NULL, count, sizeof(*files));

	return_drop_held(thread);
	thread->held_size = system->returns_size;
	thread->held = alloc_array(NULL, thread->held_size ? thread->held_size : 1, 1);
	if (!files || !thread->held) {
		free(files);
		return return_fail_files(thread, t);
	}
	memcpy(thread->held, system->returns, thread->held_size);
	for (size_t i = 0; i < count; i++) {
		files[i] = t->fixups[i].file;
		t->fixups[i].file = -1;
	}
	thread->arriving = t;
	thread_set_state(thread, THREAD_FILES);
	thread->proc->driver->ops->files_install(thread, files, count);
	free(files);
	return STEP_FILES;
}

static enum step return_transaction(struct thread *thread, struct work *work)
{
	struct transaction *t = (struct transaction *)work;

	if (t->buffer->target_node)
		return_inherit_nice(thread, t);
	if (t->fixup_count)
		return return_ask_files(thread, t);
	return return_deliver(thread, t);
}

static enum step return_work(struct thread *thread, struct work *work)
{
	switch (work->type) {
	case WORK_TRANSACTION:
		return return_transaction(thread, work);
	case WORK_RETURN_ERROR:
		return_error(thread, work);
		break;
	case WORK_COMPLETE:
	case WORK_COMPLETE_PENDING:
	case WORK_COMPLETE_SPAM_SUSPECT:
		return_complete(thread, work);
		break;
	case WORK_NODE:
		return_node(thread, work);
		break;
	case WORK_DEAD_BINDER:
	case WORK_DEAD_BINDER_AND_CLEAR:
	case WORK_CLEAR_DEATH:
		return return_death(thread, work);
	case WORK_FROZEN_BINDER:
		return return_frozen(thread, work);
	case WORK_CLEAR_FREEZE:
		return_clear_freeze(thread, work);
		break;
	}
	return STEP_MORE;
}

static struct work *return_next_work(struct thread *thread)
{
	struct work *work = work_list_first(&thread->todo);

	if (!work)
		work = work_list_first(&thread->taken);
	if (!work && thread->for_proc)
		work = work_list_first(&thread->proc->todo);
	return work;
}

static void return_dequeue(struct thread *thread, struct work *work)
{
	if (work->type == WORK_TRANSACTION && work->list == &thread->todo &&
		((struct transaction *)work)->buffer->target_node)
		thread->unread--;
	work_dequeue(work);
}

/* Return: whether the read is over or stopped; false: it has to wait (again). */
static bool return_collect(struct thread *thread)
{
	enum step step = STEP_MORE;

	/* What others were offered and have not taken is this one's. */
	if (thread->for_proc)
		ahead_end(thread->proc);
	while (step == STEP_MORE) {
		struct work *work = return_next_work(thread);

		if (!work && return_position(thread) == sizeof(uint32_t) &&
			!thread_must_return(thread))
			return false;
		if (!work || !return_has_room(thread))
			break;
		return_dequeue(thread, work);
		if (work_list_empty(&thread->todo))
			thread->process = false;
		step = return_work(thread, work);
	}
	if (step != STEP_FILES)
		return_done(thread);
	return true;
}

/* One round: waits, says EAGAIN, or collects. */
static void return_wait(struct thread *thread)
{
	struct proc *proc = thread->proc;

	do {
		thread->for_proc = thread_available(thread);
		thread->looper |= LOOPER_WAITING;
		if (thread->for_proc)
			thread_set_nice(thread, proc->nice);
		if (!thread_has_work(thread, thread->for_proc)) {
			if (thread->read.nonblock) {
				return_end(thread, -EAGAIN);
				return;
			}
			thread_set_state(thread, THREAD_WORK);
			if (thread->for_proc) {
				/* Those began before. */
				park_gather(proc, false);
				TAILQ_INSERT_HEAD(&proc->waiting, thread, waiting_entry);
				thread->is_waiting = true;
			}
			return;
		}
		thread->looper &= ~(uint32_t)LOOPER_WAITING;
	} while (!return_collect(thread));
}

static void return_start_output(struct thread *thread)
{
	system_of(thread)->returns_size = 0;
	if (thread->read.consumed == 0)
		return_put_command(thread, BR_NOOP);
}

void return_begin(struct thread *thread)
{
	return_start_output(thread);
	return_wait(thread);
}

void return_resume(struct thread *thread)
{
	struct proc *proc = thread->proc;

	if (thread->is_waiting)
		TAILQ_REMOVE(&proc->waiting, thread, waiting_entry);
	thread->is_waiting = false;
	if (!thread_has_work(thread, thread->for_proc)) {
		if (thread->for_proc) {
			TAILQ_INSERT_HEAD(&proc->waiting, thread, waiting_entry);
			thread->is_waiting = true;
		}
		return;
	}
	thread_set_state(thread, THREAD_IDLE);
	thread->looper &= ~(uint32_t)LOOPER_WAITING;
	return_start_output(thread);
	if (!return_collect(thread))
		return_wait(thread);
}

void thread_files_installed(struct thread *thread, const int32_t *numbers, size_t count)
{
	struct driver_system *system = system_of(thread);
	struct transaction *t = thread->arriving;
	enum step step;

	if (thread->state != THREAD_FILES)
		return;
	thread->arriving = NULL;
	thread_set_state(thread, THREAD_IDLE);
	memcpy(system->returns, thread->held, thread->held_size);
	system->returns_size = thread->held_size;
	return_drop_held(thread);
	if (!numbers || count != t->fixup_count) {
		step = return_fail_files(thread, t);
	} else {
		for (size_t i = 0; i < count; i++)
			memcpy(buffer_memory(&thread->proc->area, t->buffer, t->fixups[i].at),
				&numbers[i], sizeof(numbers[i]));
		transaction_drop_files(t);
		step = return_deliver(thread, t);
	}
	if (step == STEP_END)
		return_done(thread);
	else if (!return_collect(thread))
		return_wait(thread);
}

void return_forget(struct thread *thread)
{
	struct transaction *t = thread->arriving;
	struct buffer *buffer;

	thread->delivered = NULL;
	if (thread->state != THREAD_FILES)
		return;
	/* Its descriptors went with the receiver. */
	return_drop_held(thread);
	thread->arriving = NULL;
	thread_set_state(thread, THREAD_IDLE);
	buffer = t->buffer;
	buffer->transaction = NULL;
	transaction_cleanup(t, BR_FAILED_REPLY);
	release_buffer(thread->proc, NULL, buffer, true);
}

void thread_read_fault(struct thread *thread)
{
	struct transaction *t = thread->delivered;

	thread->delivered = NULL;
	if (!t || thread->stack != t)
		return;
	thread_begin_input(thread);
	thread_set_stack(thread, t->to_parent);
	thread_end_input(thread);
	t->to_thread = NULL;
	/* Another thread of the program may have freed the buffer meanwhile. */
	if (t->buffer)
		t->buffer->allow_user_free = false;
	transaction_fail(t, BR_FAILED_REPLY);
}
