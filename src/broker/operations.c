// SPDX-License-Identifier: Apache-2.0

/*
 * The driver's ops, each handed to the part that it is about.
 *
 * A thread's data is the channel that its last request came over, NULL once that is
 * closed; and the channel's thread is that one, or none. What the driver says of a thread without
 * channel is dropped: nobody waits for it.
 */

#include "broker/operations.h"

#include <errno.h>

#include "broker/channel.h"
#include "broker/complaint.h"
#include "broker/connection.h"
#include "broker/context.h"
#include "broker/files.h"
#include "broker/ring.h"
#include "broker/sender.h"

static void operation_done(struct thread *thread, const struct ioctl_result *result)
{
	struct channel *channel = thread_data(thread);

	if (channel)
		channel_done(channel, result);
}

static int operation_copy(void *source, void *to, uint64_t address, size_t size)
{
	return sender_copy(source, to, address, size);
}

static int operation_file_get(void *source, uint32_t fd)
{
	return sender_file(source, fd);
}

static void operation_file_put(struct driver *driver, int file)
{
	struct context *context = driver_data(driver);

	files_unref(context->broker->files, file);
}

static void operation_install(struct thread *thread, const int *files, size_t count)
{
	struct connection *connection = proc_data(thread_proc(thread));
	struct channel *channel = thread_data(thread);

	if (channel)
		channel_install(channel, files, count);
	for (size_t i = 0; i < count; i++)
		files_unref(connection->broker->files, files[i]);
}

static void operation_close(struct thread *thread, uint32_t fd)
{
	struct channel *channel = thread_data(thread);

	if (channel)
		channel_close_number(channel, fd);
}

static int operation_reserve(struct proc *proc, size_t at, size_t size)
{
	struct connection *connection = proc_data(proc);
	int ret = memory_area_reserve(&connection->area, connection->user, at, size);

	return ret && ret != -EDQUOT ? -ENOMEM : ret;
}

static void operation_release(struct proc *proc, size_t at, size_t size)
{
	struct connection *connection = proc_data(proc);

	memory_area_release(&connection->area, connection->user, at, size);
}

static void operation_level(struct proc *proc, bool level)
{
	connection_level(proc_data(proc), level);
}

static void operation_ready(struct thread *thread)
{
	struct channel *channel = thread_data(thread);

	if (channel)
		channel_ready(channel);
}

static void operation_timer(struct thread *thread, uint32_t ms)
{
	struct channel *channel = thread_data(thread);

	if (channel)
		channel_timer(channel, ms);
}

static void operation_gone(struct thread *thread)
{
	struct channel *channel = thread_data(thread);

	if (channel)
		channel->thread = NULL;
}

static bool operation_ahead_offer(struct thread *thread, const struct ahead *ahead)
{
	struct channel *channel = thread_data(thread);

	return channel && channel_offer(channel, ahead);
}

static unsigned int operation_ahead_taken(struct thread *thread, bool end)
{
	struct channel *channel = thread_data(thread);

	return channel ? channel_taken(channel, end) : 0;
}

static enum park_state operation_park_look(
	struct thread *thread, enum park_look look, struct park_read *read)
{
	struct channel *channel = thread_data(thread);

	return channel ? channel_park_look(channel, look, read) : PARK_GONE;
}

static void operation_coming(struct thread *thread, uint64_t size)
{
	struct channel *channel = thread_data(thread);

	if (channel && channel->ring)
		ring_announce(channel->ring, size);
}

static int operation_manager(struct proc *proc, uid_t euid)
{
	struct connection *connection = proc_data(proc);
	const struct broker_policy *policy = &connection->broker->policy;

	if (policy->anyone || euid == 0 || euid == policy->uid)
		return 0;
	complain("context %s: pid %d (uid %u) may not become context manager",
		connection->context->name, (int)connection->pid, (unsigned)euid);
	return -EPERM;
}

const struct driver_ops operations = {
	.ioctl_done = operation_done,
	.copy_from_sender = operation_copy,
	.file_get = operation_file_get,
	.file_put = operation_file_put,
	.files_install = operation_install,
	.fd_close = operation_close,
	.area_reserve = operation_reserve,
	.area_release = operation_release,
	.proc_level = operation_level,
	.poll_ready = operation_ready,
	.timer = operation_timer,
	.thread_gone = operation_gone,
	.park_look = operation_park_look,
	.ahead_offer = operation_ahead_offer,
	.ahead_taken = operation_ahead_taken,
	.payload_coming = operation_coming,
	.manager_allowed = operation_manager,
};
