// SPDX-License-Identifier: Apache-2.0
/*
 * A device that answers from a script.
 *
 * It stands in the place of the device library, so that the framework above it is
 * tested alone: which commands it writes, in which order and in how many writes,
 * and what it makes of any bytes that it reads.
 */

#include "apps/device_double.h"

#include <binderd/device.h>
#include <binderd/uapi.h>

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#define DOUBLE_FD 700
#define DOUBLE_DUPLICATE 701

struct device_double device_double;
static char device_double_area[4096];

void device_double_reset(void)
{
	memset(&device_double, 0, sizeof(device_double));
	device_double.version = BINDER_CURRENT_PROTOCOL_VERSION;
}

void device_double_next_read(void)
{
	device_double.read_count++;
}

void device_double_put(uint32_t command, const void *argument, size_t size)
{
	size_t at = device_double.reads[device_double.read_count].size;
	char *data = device_double.reads[device_double.read_count].data;

	memcpy(data + at, &command, sizeof(command));
	if (size)
		memcpy(data + at + sizeof(command), argument, size);
	device_double.reads[device_double.read_count].size += sizeof(command) + size;
}

void device_double_take(void *out, size_t size)
{
	ck_assert_uint_ge(device_double.written_size, size);
	memcpy(out, device_double.written, size);
	device_double.written_size -= size;
	memmove(device_double.written, device_double.written + size, device_double.written_size);
}

int binderd_open(const char *path, int flags)
{
	ck_assert_ptr_nonnull(path);
	ck_assert_int_eq(flags, O_RDWR | O_CLOEXEC);
	ck_assert(!device_double.open);
	device_double.open = true;
	return DOUBLE_FD;
}

static bool device_double_is_reply(const struct binder_write_read *bwr)
{
	uint32_t command;

	memcpy(&command, (const char *)(uintptr_t)bwr->write_buffer + 12, sizeof(command));
	return command == BC_REPLY;
}

static int device_double_write_read(struct binder_write_read *bwr)
{
	size_t size = device_double.refuses ? 0 : bwr->write_size - bwr->write_consumed;

	if (size)
		memcpy(device_double.written + device_double.written_size,
			(const char *)(uintptr_t)bwr->write_buffer + bwr->write_consumed, size);
	device_double.written_size += size;
	bwr->write_consumed += size;
	/* The framework writes a reply behind the command that frees the call's buffer. */
	if (size >= 16 && device_double.refuses_replies)
		device_double.refuses = device_double_is_reply(bwr);
	if (!bwr->read_size)
		return 0;
	/* A read beyond the script would wait for ever. */
	ck_assert_uint_lt(device_double.read_next, device_double.read_count);
	device_double.refuses = false;
	errno = device_double.reads[device_double.read_next].error;
	size = device_double.reads[device_double.read_next].size;
	ck_assert_uint_le(size, bwr->read_size);
	memcpy((void *)(uintptr_t)bwr->read_buffer,
		device_double.reads[device_double.read_next++].data, size);
	bwr->read_consumed = size;
	return errno ? -1 : 0;
}

int binderd_ioctl(int fd, unsigned long cmd, void *arg)
{
	ck_assert_int_eq(fd, DOUBLE_FD);
	if (device_double.ioctl_error) {
		errno = device_double.ioctl_error;
		return -1;
	}
	switch (cmd) {
	case BINDER_VERSION:
		((struct binder_version *)arg)->protocol_version = device_double.version;
		return 0;
	case BINDER_SET_CONTEXT_MGR:
		return 0;
	case BINDER_SET_CONTEXT_MGR_EXT:
		device_double.manager_flags = ((struct flat_binder_object *)arg)->flags;
		return 0;
	case BINDER_THREAD_EXIT:
		device_double.thread_exits++;
		return 0;
	case BINDER_WRITE_READ:
		return device_double_write_read(arg);
	default:
		errno = EINVAL;
		return -1;
	}
}

void *binderd_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	ck_assert_ptr_null(addr);
	ck_assert_int_eq(prot, PROT_READ);
	ck_assert_int_eq(flags, MAP_PRIVATE);
	ck_assert_int_eq(fd, DOUBLE_FD);
	ck_assert_int_eq(offset, 0);
	if (!length) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	device_double.mapped = true;
	return device_double_area;
}

int binderd_munmap(void *addr, size_t length)
{
	(void)length;
	ck_assert_ptr_eq(addr, device_double_area);
	device_double.mapped = false;
	return 0;
}

int binderd_close(int fd)
{
	if (fd == DOUBLE_DUPLICATE)
		device_double.duplicates--;
	else
		device_double.open = false;
	return 0;
}

int binderd_fcntl(int fd, int cmd, long arg)
{
	(void)arg;
	ck_assert_int_eq(fd, DOUBLE_FD);
	ck_assert_int_eq(cmd, F_DUPFD_CLOEXEC);
	device_double.duplicates++;
	return DOUBLE_DUPLICATE;
}
