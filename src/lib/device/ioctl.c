/* SPDX-License-Identifier: Apache-2.0 */

/*
 * ioctl(2) on a device. What the kernel answers for any descriptor goes to the kernel:
 * the socket that stands for the device has the same flags as an open file.
 *
 * Whether an argument is read, written or ignored is a row of the table; a bad one is
 * told to the broker, as the driver knows the thread from then on and chooses the error.
 */

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include <binderd/uapi.h>

#include "lib/device/adopt.h"
#include "lib/device/call.h"
#include "lib/device/hooks.h"
#include "lib/device/request.h"
#include "lib/device/table.h"
#include "lib/device/usermem.h"

struct ioctl_shape {
	uint32_t command;
	bool in;
	int out_fault; /* for an argument that cannot be written; 0: nothing is written */
};

static const struct ioctl_shape ioctl_shapes[] = {
	{BINDER_SET_MAX_THREADS, true, 0}, {BINDER_SET_CONTEXT_MGR_EXT, true, 0},
	{BINDER_VERSION, false, -EINVAL}, {BINDER_GET_NODE_DEBUG_INFO, true, -EFAULT},
	{BINDER_GET_NODE_INFO_FOR_REF, true, -EFAULT}, {BINDER_FREEZE, true, 0},
	{BINDER_GET_FROZEN_INFO, true, -EFAULT}, {BINDER_ENABLE_ONEWAY_SPAM_DETECTION, true, 0},
	{BINDER_GET_EXTENDED_ERROR, false, -EFAULT},
	{BINDER_WRITE_READ, true, 0}, /* only with a bad argument */
};

static const struct ioctl_shape *ioctl_shape(uint32_t command)
{
	for (size_t i = 0; i < sizeof(ioctl_shapes) / sizeof(ioctl_shapes[0]); i++) {
		if (ioctl_shapes[i].command == command)
			return &ioctl_shapes[i];
	}
	return NULL;
}

int ioctl_run(struct call *call, uint32_t command, uint64_t arg)
{
	const struct ioctl_shape *shape = ioctl_shape(command);
	size_t size = shape && shape->in ? _IOC_SIZE(command) : 0;
	struct wire_ioctl body = {.command = command};
	uint8_t argument[WIRE_MAX_ARGUMENT] = {0};
	struct iovec iov[2] = {{&body, sizeof(body)}, {argument, size}};
	struct request request = {
		.iov = iov,
		.iovcnt = 2,
		.interruptible = true,
		.into = argument,
		.room = sizeof(argument),
	};
	const struct wire_answer *answer = &call->channel->answer;
	bool fault = size && usermem_read(argument, arg, size) < size;
	int r;

	if (fault)
		iov[1].iov_len = 0;
	body.size = (uint32_t)iov[1].iov_len;
	call_head(call, &body.head, WIRE_IOCTL, fault ? WIRE_F_ARGUMENT_FAULT : 0);
	if (command == BINDER_SET_MAX_THREADS)
		atomic_fetch_add(&call->device->spawn_changes, 1);
	r = call_request(call, &request);
	usermem_waited();
	if (r < 0)
		return r;
	if (command == BINDER_THREAD_EXIT)
		call->standing->owed = false;
	if (answer->ret == 0 && shape && shape->out_fault &&
		usermem_write(arg, argument, answer->bytes) < 0)
		return shape->out_fault;
	return answer->ret;
}

/* What every open file answers. */
static int ioctl_generic(struct device *device, int fd, unsigned long request, void *arg)
{
	int r = device_libc.ioctl(fd, request, arg);

	if (r == 0 && request == FIONBIO)
		atomic_store(&device->nonblock, *(int *)arg != 0);
	device_put(device);
	return r;
}

static bool ioctl_is_generic(unsigned long request)
{
	return request == FIONBIO || request == FIOCLEX || request == FIONCLEX ||
	       request == FIOASYNC;
}

int binderd_ioctl(int fd, unsigned long cmd, void *arg)
{
	struct device *device = table_get(fd);
	int saved = errno;
	struct call call;
	int r;

	if (!device && _IOC_TYPE(cmd) == 'b')
		device = adopt(fd);
	if (!device)
		return device_libc.ioctl(fd, cmd, arg);
	if (ioctl_is_generic(cmd))
		return ioctl_generic(device, fd, cmd, arg);
	r = call_begin(&call, device, fd);
	if (r == 0) {
		usermem_begin();
		if ((uint32_t)cmd == BINDER_WRITE_READ)
			r = write_read(&call, (uintptr_t)arg);
		else
			r = ioctl_run(&call, (uint32_t)cmd, (uintptr_t)arg);
		call_end(&call);
	}
	errno = r < 0 ? -r : saved;
	return r < 0 ? -1 : r;
}
