/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The ioctls. Each row of the table says the argument's size, the error for one that
 * cannot be read, and whether it goes back to the program.
 */

#include <errno.h>
#include <string.h>

#include "driver/ahead.h"
#include "driver/command.h"
#include "driver/driver.h"
#include "driver/freeze.h"
#include "driver/node.h"
#include "driver/park.h"
#include "driver/proc.h"
#include "driver/ref.h"
#include "driver/return.h"
#include "driver/system.h"
#include "driver/thread.h"

union argument {
	uint32_t number;
	struct binder_version version;
	struct flat_binder_object object;
	struct binder_node_debug_info debug;
	struct binder_node_info_for_ref for_ref;
	struct binderd_freeze_info freeze;
	struct binderd_frozen_status_info frozen;
	struct binderd_extended_error error;
};

/* Return: 0 or a negative errno; 1 when it ends, or has ended, by itself. */
typedef int (*ioctl_fn)(struct thread *thread, union argument *argument);

static void ioctl_begin(struct thread *thread, int nice, bool more)
{
	park_end(thread);
	ahead_begin_input(thread);
	thread_begin_input(thread);
	memset(&thread->result, 0, sizeof(thread->result));
	thread->nice = nice;
	thread->told_nice = nice;
	thread->more = more;
	thread->write_consumed = 0;
	thread->delivered = NULL;
}

void thread_write_read(struct thread *thread, int nice, const struct write_input *write,
	const struct read_input *read, bool more)
{
	int ret = 0;

	ioctl_begin(thread, nice, more);
	if (write) {
		thread->euid = write->euid ? *write->euid : thread->proc->euid;
		ret = command_run(thread, write, &thread->write_consumed);
	}
	if (ret == 0 && read) {
		thread->read = *read;
		return_begin(thread);
		return;
	}
	thread->result.write_consumed = thread->write_consumed;
	thread_finish(thread, ret);
}

static int ioctl_set_max_threads(struct thread *thread, union argument *argument)
{
	thread->proc->max_threads = argument->number;
	return 0;
}

static int ioctl_become_manager(struct thread *thread, const struct flat_binder_object *object)
{
	struct proc *proc = thread->proc;
	struct driver *driver = proc->driver;
	struct node *node;
	int ret;

	if (driver->manager)
		return -EBUSY;
	ret = driver->ops->manager_allowed(proc, proc->euid);
	if (ret < 0)
		return ret;
	if (driver->manager_uid_valid && driver->manager_uid != proc->euid)
		return -EPERM;
	driver->manager_uid_valid = true;
	driver->manager_uid = proc->euid;
	node = node_new(proc, object);
	if (!node)
		return -ENOMEM;
	node->local_weak++;
	node->local_strong++;
	node->has_strong = true;
	node->has_weak = true;
	driver->manager = node;
	node_put(node);
	return 0;
}

static int ioctl_set_context_mgr(struct thread *thread, union argument *argument)
{
	(void)argument;
	return ioctl_become_manager(thread, NULL);
}

static int ioctl_set_context_mgr_ext(struct thread *thread, union argument *argument)
{
	return ioctl_become_manager(thread, &argument->object);
}

static int ioctl_thread_exit(struct thread *thread, union argument *argument)
{
	(void)argument;
	/* The answer first: there is no thread to end it afterwards. */
	thread_finish(thread, 0);
	thread_release(thread);
	return 1;
}

static int ioctl_version(struct thread *thread, union argument *argument)
{
	(void)thread;
	argument->version.protocol_version = BINDER_CURRENT_PROTOCOL_VERSION;
	return 0;
}

static int ioctl_node_debug_info(struct thread *thread, union argument *argument)
{
	struct binder_node_debug_info *info = &argument->debug;
	struct node key = {.ptr = info->ptr + 1}, *node = NULL;

	if (key.ptr)
		node = RB_NFIND(node_tree, &thread->proc->nodes, &key);
	memset(info, 0, sizeof(*info));
	if (node) {
		info->ptr = node->ptr;
		info->cookie = node->cookie;
		info->has_strong_ref = node->has_strong;
		info->has_weak_ref = node->has_weak;
	}
	return 0;
}

static int ioctl_node_info_for_ref(struct thread *thread, union argument *argument)
{
	struct binder_node_info_for_ref *info = &argument->for_ref;
	struct proc *proc = thread->proc;
	struct node *manager = proc->driver->manager;
	struct ref *ref;

	if (info->strong_count || info->weak_count || info->reserved1 || info->reserved2 ||
		info->reserved3)
		return -EINVAL;
	if (!manager || manager->proc != proc)
		return -EPERM;
	ref = ref_find(proc, info->handle, true);
	if (!ref)
		return -EINVAL;
	if (ref->node->proc)
		ahead_catch_up(ref->node->proc);
	info->strong_count = (uint32_t)(ref->node->local_strong + ref->node->internal_strong);
	info->weak_count = (uint32_t)ref->node->local_weak;
	return 0;
}

static int ioctl_freeze(struct thread *thread, union argument *argument)
{
	freeze_begin(thread, &argument->freeze);
	return 1;
}

static int ioctl_frozen_info(struct thread *thread, union argument *argument)
{
	return freeze_info(thread, &argument->frozen);
}

static int ioctl_spam_detection(struct thread *thread, union argument *argument)
{
	thread->proc->spam_detection = argument->number != 0;
	return 0;
}

static int ioctl_extended_error(struct thread *thread, union argument *argument)
{
	argument->error = thread->extended;
	thread_set_extended(thread, 0, BR_OK, 0);
	return 0;
}

/*
 * BINDER_SET_IDLE_TIMEOUT and BINDER_SET_IDLE_PRIORITY are not here: the driver
 * answers them like any unknown one.
 */
static const struct ioctl_row {
	uint32_t command;
	int fault; /* for an argument that cannot be read; 0: it is not read */
	bool gives_back;
	ioctl_fn run;
} ioctls[] = {
	{BINDER_SET_MAX_THREADS, -EINVAL, false, ioctl_set_max_threads},
	{BINDER_SET_CONTEXT_MGR, 0, false, ioctl_set_context_mgr},
	{BINDER_SET_CONTEXT_MGR_EXT, -EINVAL, false, ioctl_set_context_mgr_ext},
	{BINDER_THREAD_EXIT, 0, false, ioctl_thread_exit},
	{BINDER_VERSION, 0, true, ioctl_version},
	{BINDER_GET_NODE_DEBUG_INFO, -EFAULT, true, ioctl_node_debug_info},
	{BINDER_GET_NODE_INFO_FOR_REF, -EFAULT, true, ioctl_node_info_for_ref},
	{BINDER_FREEZE, -EFAULT, false, ioctl_freeze},
	{BINDER_GET_FROZEN_INFO, -EFAULT, true, ioctl_frozen_info},
	{BINDER_ENABLE_ONEWAY_SPAM_DETECTION, -EFAULT, false, ioctl_spam_detection},
	{BINDER_GET_EXTENDED_ERROR, 0, true, ioctl_extended_error},
	/* Without a readable struct binder_write_read it ends here. */
	{BINDER_WRITE_READ, -EFAULT, false, NULL},
};

static const struct ioctl_row *ioctl_find(uint32_t command)
{
	for (size_t i = 0; i < sizeof(ioctls) / sizeof(ioctls[0]); i++)
		if (ioctls[i].command == command)
			return &ioctls[i];
	return NULL;
}

void thread_ioctl(
	struct thread *thread, uint32_t command, const void *argument, size_t size, int nice)
{
	const struct ioctl_row *row = ioctl_find(command);
	union argument copy = {0};
	int ret;

	ioctl_begin(thread, nice, false);
	if (!row) {
		thread_finish(thread, -EINVAL);
		return;
	}
	if (row->fault) {
		bool readable = argument && size == _IOC_SIZE(command) && row->run;

		if (!readable) {
			thread_finish(thread, row->fault);
			return;
		}
		memcpy(&copy, argument, size);
	}
	ret = row->run(thread, &copy);
	if (ret > 0)
		return;
	if (ret == 0 && row->gives_back) {
		struct driver_system *system = thread->proc->driver->system;

		/* Where a read's returns are: valid until the next input. */
		memcpy(system->returns, &copy, _IOC_SIZE(command));
		thread->result.bytes = system->returns;
		thread->result.size = _IOC_SIZE(command);
	}
	thread_finish(thread, ret);
}
