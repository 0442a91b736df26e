/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One table of commands. Most wrong uses are ignored in silence, as the driver does;
 * the few that end the ioctl return their errno.
 *
 * A command is read whole even where the announced size ends in the middle of it.
 */

#include <errno.h>
#include <string.h>

#include "driver/buffer.h"
#include "driver/command.h"
#include "driver/death.h"
#include "driver/driver.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/release.h"
#include "driver/system.h"
#include "driver/thread.h"
#include "driver/transaction.h"

typedef int (*command_fn)(struct thread *thread, const void *argument, void *source);

/* BC_INCREFS and BC_ACQUIRE: on handle 0 they make the ref that nobody sends. */
static int command_inc(struct thread *thread, const void *argument, bool strong)
{
	struct proc *proc = thread->proc;
	struct node *manager = proc->driver->manager;
	uint32_t handle, got;

	memcpy(&handle, argument, sizeof(handle));
	if (handle == 0 && manager) {
		if (manager->proc == proc)
			return -EINVAL;
		if (ref_inc_node(proc, manager, strong, NULL, &got) == 0)
			return 0;
	}
	ref_inc(proc, handle, strong);
	return 0;
}

static int command_increfs(struct thread *thread, const void *argument, void *source)
{
	(void)source;
	return command_inc(thread, argument, false);
}

static int command_acquire(struct thread *thread, const void *argument, void *source)
{
	(void)source;
	return command_inc(thread, argument, true);
}

static int command_release(struct thread *thread, const void *argument, void *source)
{
	uint32_t handle;

	(void)source;
	memcpy(&handle, argument, sizeof(handle));
	ref_dec(thread->proc, handle, true);
	return 0;
}

static int command_decrefs(struct thread *thread, const void *argument, void *source)
{
	uint32_t handle;

	(void)source;
	memcpy(&handle, argument, sizeof(handle));
	ref_dec(thread->proc, handle, false);
	return 0;
}

/* BC_INCREFS_DONE and BC_ACQUIRE_DONE: the count that the announcement held goes. */
static int command_acknowledge(struct thread *thread, const void *argument, bool strong)
{
	struct binder_ptr_cookie name;
	struct node *node;
	bool *pending;

	memcpy(&name, argument, sizeof(name));
	node = node_find(thread->proc, name.ptr);
	if (!node)
		return 0;
	pending = strong ? &node->pending_strong : &node->pending_weak;
	if (name.cookie == node->cookie && *pending) {
		*pending = false;
		node_dec(node, strong, false);
	}
	node_put(node);
	return 0;
}

static int command_increfs_done(struct thread *thread, const void *argument, void *source)
{
	(void)source;
	return command_acknowledge(thread, argument, false);
}

static int command_acquire_done(struct thread *thread, const void *argument, void *source)
{
	(void)source;
	return command_acknowledge(thread, argument, true);
}

static int command_free_buffer(struct thread *thread, const void *argument, void *source)
{
	struct proc *proc = thread->proc;
	struct buffer *buffer;
	uint64_t address;

	(void)source;
	memcpy(&address, argument, sizeof(address));
	buffer = buffer_find(&proc->area, address);
	if (!buffer || !buffer->allow_user_free)
		return 0;
	buffer->allow_user_free = false;
	release_buffer(proc, thread, buffer, false);
	return 0;
}

static int command_transaction(struct thread *thread, const void *argument, void *source)
{
	struct binder_transaction_data data;

	memcpy(&data, argument, sizeof(data));
	transaction_send(thread, &data, false, 0, source);
	return 0;
}

static int command_reply(struct thread *thread, const void *argument, void *source)
{
	struct binder_transaction_data data;

	memcpy(&data, argument, sizeof(data));
	transaction_send(thread, &data, true, 0, source);
	return 0;
}

static int command_transaction_sg(struct thread *thread, const void *argument, void *source)
{
	struct binder_transaction_data_sg data;

	memcpy(&data, argument, sizeof(data));
	transaction_send(thread, &data.transaction_data, false, data.buffers_size, source);
	return 0;
}

static int command_reply_sg(struct thread *thread, const void *argument, void *source)
{
	struct binder_transaction_data_sg data;

	memcpy(&data, argument, sizeof(data));
	transaction_send(thread, &data.transaction_data, true, data.buffers_size, source);
	return 0;
}

static int command_register_looper(struct thread *thread, const void *argument, void *source)
{
	struct proc *proc = thread->proc;

	(void)argument, (void)source;
	if (thread->looper & LOOPER_ENTERED || proc->requested_threads == 0) {
		thread->looper |= LOOPER_INVALID;
	} else {
		proc->requested_threads--;
		proc->started_threads++;
	}
	thread->looper |= LOOPER_REGISTERED;
	return 0;
}

static int command_enter_looper(struct thread *thread, const void *argument, void *source)
{
	(void)argument, (void)source;
	if (thread->looper & LOOPER_REGISTERED)
		thread->looper |= LOOPER_INVALID;
	thread->looper |= LOOPER_ENTERED;
	return 0;
}

static int command_exit_looper(struct thread *thread, const void *argument, void *source)
{
	(void)argument, (void)source;
	thread->looper |= LOOPER_EXITED;
	return 0;
}

static int command_request_death(struct thread *thread, const void *argument, void *source)
{
	struct binder_handle_cookie name;

	(void)source;
	memcpy(&name, argument, sizeof(name));
	death_request(thread, name.handle, name.cookie);
	return 0;
}

static int command_clear_death(struct thread *thread, const void *argument, void *source)
{
	struct binder_handle_cookie name;

	(void)source;
	memcpy(&name, argument, sizeof(name));
	death_clear(thread, name.handle, name.cookie);
	return 0;
}

static int command_dead_binder_done(struct thread *thread, const void *argument, void *source)
{
	uint64_t cookie;

	(void)source;
	memcpy(&cookie, argument, sizeof(cookie));
	death_done(thread, cookie);
	return 0;
}

static int command_request_freeze(struct thread *thread, const void *argument, void *source)
{
	struct binder_handle_cookie name;

	(void)source;
	memcpy(&name, argument, sizeof(name));
	return freeze_request(thread, name.handle, name.cookie);
}

static int command_clear_freeze(struct thread *thread, const void *argument, void *source)
{
	struct binder_handle_cookie name;

	(void)source;
	memcpy(&name, argument, sizeof(name));
	return freeze_clear(thread, name.handle, name.cookie);
}

static int command_freeze_done(struct thread *thread, const void *argument, void *source)
{
	uint64_t cookie;

	(void)source;
	memcpy(&cookie, argument, sizeof(cookie));
	return freeze_done(thread, cookie);
}

/* By number. BC_ACQUIRE_RESULT and BC_ATTEMPT_ACQUIRE were never implemented. */
static const struct command {
	uint32_t code;
	const char *name;
	command_fn run;
} commands[] = {
#define COMMAND(code, run) [_IOC_NR(code)] = {code, #code, run}
	COMMAND(BC_TRANSACTION, command_transaction),
	COMMAND(BC_REPLY, command_reply),
	COMMAND(BC_FREE_BUFFER, command_free_buffer),
	COMMAND(BC_INCREFS, command_increfs),
	COMMAND(BC_ACQUIRE, command_acquire),
	COMMAND(BC_RELEASE, command_release),
	COMMAND(BC_DECREFS, command_decrefs),
	COMMAND(BC_INCREFS_DONE, command_increfs_done),
	COMMAND(BC_ACQUIRE_DONE, command_acquire_done),
	COMMAND(BC_REGISTER_LOOPER, command_register_looper),
	COMMAND(BC_ENTER_LOOPER, command_enter_looper),
	COMMAND(BC_EXIT_LOOPER, command_exit_looper),
	COMMAND(BC_REQUEST_DEATH_NOTIFICATION, command_request_death),
	COMMAND(BC_CLEAR_DEATH_NOTIFICATION, command_clear_death),
	COMMAND(BC_DEAD_BINDER_DONE, command_dead_binder_done),
	COMMAND(BC_TRANSACTION_SG, command_transaction_sg),
	COMMAND(BC_REPLY_SG, command_reply_sg),
	COMMAND(BC_REQUEST_FREEZE_NOTIFICATION, command_request_freeze),
	COMMAND(BC_CLEAR_FREEZE_NOTIFICATION, command_clear_freeze),
	COMMAND(BC_FREEZE_NOTIFICATION_DONE, command_freeze_done),
#undef COMMAND
};

static const struct command *command_find(uint32_t code)
{
	uint32_t number = _IOC_NR(code);

	if (number >= sizeof(commands) / sizeof(commands[0]) || commands[number].code != code)
		return NULL;
	return commands[number].run ? &commands[number] : NULL;
}

int command_run(struct thread *thread, const struct write_input *in, uint64_t *consumed)
{
	uint64_t at = 0;

	*consumed = 0;
	while (at < in->size && thread->return_error.command == BR_OK) {
		const struct command *command;
		uint32_t code;
		int ret;

		if (at > in->available || in->available - at < sizeof(code))
			return -EFAULT;
		memcpy(&code, in->commands + at, sizeof(code));
		at += sizeof(code);
		command = command_find(code);
		if (!command)
			return -EINVAL;
		if (in->available - at < _IOC_SIZE(code))
			return -EFAULT;
		ret = command->run(thread, in->commands + at, in->source);
		if (ret < 0)
			return ret;
		at += _IOC_SIZE(code);
		*consumed = at;
	}
	return 0;
}
