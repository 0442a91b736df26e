/* SPDX-License-Identifier: Apache-2.0 */

/* See raw.h. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system/raw.h"

_Noreturn void raw_die(const char *what)
{
	fprintf(stderr, "%d: %s: %s\n", getpid(), what, strerror(errno));
	exit(1);
}

int raw_open(size_t size)
{
	const char *named = getenv("RAW_DEVICE"), *device = named ? named : "/dev/binder";
	int fd = open(device, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		raw_die(device);
	if (mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		raw_die("mmap");
	return fd;
}

void stream_put(struct stream *stream, const void *data, size_t size)
{
	if (stream->room - stream->size < size) {
		stream->room = stream->room ? stream->room * 2 + size : 256;
		stream->bytes = realloc(stream->bytes, stream->room);
		if (!stream->bytes)
			raw_die("realloc");
	}
	memcpy(stream->bytes + stream->size, data, size);
	stream->size += size;
}

void stream_command(struct stream *stream, uint32_t command, const void *argument)
{
	stream_put(stream, &command, sizeof(command));
	stream_put(stream, argument, _IOC_SIZE(command));
}

static void raw_acknowledge(struct stream *later, uint32_t command, const uint8_t *argument)
{
	if (command == BR_INCREFS)
		stream_command(later, BC_INCREFS_DONE, argument);
	else if (command == BR_ACQUIRE)
		stream_command(later, BC_ACQUIRE_DONE, argument);
}

/* Return: the command that ends an exchange, or 0; *@in as for raw_exchange(). */
static uint32_t raw_parse(const uint8_t *returns, size_t size, struct stream *later,
	struct binder_transaction_data *in)
{
	for (size_t at = 0; at < size;) {
		uint32_t command;

		memcpy(&command, returns + at, sizeof(command));
		at += sizeof(command);
		if (command == BR_TRANSACTION || command == BR_REPLY)
			memcpy(in, returns + at, sizeof(*in));
		raw_acknowledge(later, command, returns + at);
		at += _IOC_SIZE(command);
		if (command == BR_TRANSACTION || command == BR_REPLY || command == BR_DEAD_REPLY ||
			command == BR_FAILED_REPLY || command == BR_FROZEN_REPLY)
			return command;
	}
	return 0;
}

uint32_t raw_exchange(int fd, struct stream *out, struct binder_transaction_data *in)
{
	uint8_t returns[256];
	uint32_t end = 0;

	while (!end) {
		struct binder_write_read bwr = {
			.write_size = out->size,
			.write_buffer = (uintptr_t)out->bytes,
			.read_size = sizeof(returns),
			.read_buffer = (uintptr_t)returns,
		};

		if (ioctl(fd, BINDER_WRITE_READ, &bwr) < 0 && errno != EINTR)
			raw_die("BINDER_WRITE_READ");
		memmove(out->bytes, out->bytes + bwr.write_consumed,
			out->size - bwr.write_consumed);
		out->size -= bwr.write_consumed;
		end = raw_parse(returns, bwr.read_consumed, out, in);
	}
	return end;
}

void raw_write(int fd, struct stream *out)
{
	struct binder_write_read bwr = {
		.write_size = out->size,
		.write_buffer = (uintptr_t)out->bytes,
	};

	if (ioctl(fd, BINDER_WRITE_READ, &bwr) < 0 || bwr.write_consumed != out->size)
		raw_die("a write was not taken");
	out->size = 0;
}

void raw_free(struct stream *out, const struct binder_transaction_data *in)
{
	binder_uintptr_t buffer = in->data.ptr.buffer;

	stream_command(out, BC_FREE_BUFFER, &buffer);
}

pid_t raw_start(void (*main)(int ready, void *data), void *data)
{
	int ready[2];
	pid_t child;
	char byte;

	if (pipe(ready) < 0)
		raw_die("pipe");
	child = fork();
	if (child < 0)
		raw_die("fork");
	if (child == 0) {
		close(ready[0]);
		main(ready[1], data);
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1) {
		fprintf(stderr, "a process did not start\n");
		exit(1);
	}
	close(ready[0]);
	return child;
}

int raw_manager(size_t size, int ready)
{
	const uint32_t enter = BC_ENTER_LOOPER;
	struct stream out = {.size = 0};
	int fd = raw_open(size);

	if (ioctl(fd, BINDER_SET_CONTEXT_MGR, 0) < 0)
		raw_die("BINDER_SET_CONTEXT_MGR");
	stream_put(&out, &enter, sizeof(enter));
	raw_write(fd, &out);
	free(out.bytes);
	if (write(ready, "\n", 1) != 1)
		raw_die("pipe");
	return fd;
}
