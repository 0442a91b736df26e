// SPDX-License-Identifier: Apache-2.0

/*
 * Composing, reading, sending and receiving messages.
 *
 * A cursor knows where its message ends and never goes beyond: a put or get that does not
 * fit moves nothing and latches the error, and everything after it is void. So a decoder is
 * a straight line of gets with one question at its end.
 *
 * Receiving takes all of a message or nothing: a datagram that was longer than its buffer,
 * or whose descriptors did not all find a number, leaves no descriptor behind.
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "wire/wire.h"

/* A message's variable parts keep this alignment, from its start on. */
#define WIRE_ALIGN 8u

static const char *const wire_names[] = {
	[WIRE_HELLO] = "HELLO",
	[WIRE_CHANNEL] = "CHANNEL",
	[WIRE_WITNESS] = "WITNESS",
	[WIRE_WELCOME] = "WELCOME",
	[WIRE_REFUSED] = "REFUSED",
	[WIRE_TOKEN] = "TOKEN",
	[WIRE_ATTACH] = "ATTACH",
	[WIRE_WRITE_READ] = "WRITE_READ",
	[WIRE_IOCTL] = "IOCTL",
	[WIRE_MMAP] = "MMAP",
	[WIRE_MUNMAP] = "MUNMAP",
	[WIRE_POLL] = "POLL",
	[WIRE_POLL_END] = "POLL_END",
	[WIRE_INTERRUPT] = "INTERRUPT",
	[WIRE_FILES] = "FILES",
	[WIRE_FILES_DONE] = "FILES_DONE",
	[WIRE_READ_FAULT] = "READ_FAULT",
	[WIRE_FLUSH] = "FLUSH",
	[WIRE_CREDENTIALS] = "CREDENTIALS",
	[WIRE_RING] = "RING",
	[WIRE_RING_MAPPED] = "RING_MAPPED",
	[WIRE_ANSWER] = "ANSWER",
	[WIRE_INSTALL] = "INSTALL",
	[WIRE_CLOSE] = "CLOSE",
	[WIRE_READY] = "READY",
};

void wire_cursor_init(struct wire_cursor *cursor, void *bytes, size_t size)
{
	cursor->bytes = bytes;
	cursor->size = size;
	cursor->at = 0;
	cursor->failed = 0;
}

/* The next @size bytes, to be written or read; NULL at the end. */
static uint8_t *wire_take(struct wire_cursor *cursor, size_t size)
{
	uint8_t *here;

	if (cursor->failed || size > cursor->size - cursor->at) {
		cursor->failed = 1;
		return NULL;
	}
	here = cursor->bytes + cursor->at;
	cursor->at += size;
	return here;
}

void wire_put(struct wire_cursor *cursor, const void *data, size_t size)
{
	uint8_t *to = wire_take(cursor, size);

	if (to && size)
		memcpy(to, data, size);
}

void wire_get(struct wire_cursor *cursor, void *data, size_t size)
{
	const uint8_t *from = wire_take(cursor, size);

	if (!size)
		return;
	if (from)
		memcpy(data, from, size);
	else
		memset(data, 0, size);
}

const void *wire_view(struct wire_cursor *cursor, size_t size)
{
	return wire_take(cursor, size);
}

static size_t wire_pad(const struct wire_cursor *cursor)
{
	return -cursor->at & (WIRE_ALIGN - 1);
}

void wire_put_pad(struct wire_cursor *cursor)
{
	size_t size = wire_pad(cursor);
	uint8_t *to = wire_take(cursor, size);

	if (to && size)
		memset(to, 0, size);
}

void wire_get_pad(struct wire_cursor *cursor)
{
	size_t size = wire_pad(cursor);
	const uint8_t *from = wire_take(cursor, size);

	for (size_t i = 0; from && i < size; i++) {
		if (from[i])
			cursor->failed = 1;
	}
}

int wire_ok(const struct wire_cursor *cursor)
{
	return !cursor->failed;
}

int wire_done(const struct wire_cursor *cursor)
{
	return !cursor->failed && cursor->at == cursor->size;
}

const char *wire_type_name(uint32_t type)
{
	if (type >= sizeof(wire_names) / sizeof(wire_names[0]) || !wire_names[type])
		return "unknown";
	return wire_names[type];
}

union wire_control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(WIRE_FILES_PER_MESSAGE * sizeof(int))];
};

ssize_t wire_send(
	int fd, const struct iovec *iov, int iovcnt, const int *files, unsigned count, int flags)
{
	struct msghdr message = {.msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)iovcnt};
	union wire_control control;
	struct cmsghdr *header;
	ssize_t sent;

	if (count > WIRE_FILES_PER_MESSAGE)
		return -EINVAL;
	if (count) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		memset(&control, 0, message.msg_controllen);
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(header), files, count * sizeof(int));
	}
	sent = sendmsg(fd, &message, flags | MSG_NOSIGNAL);
	return sent < 0 ? -errno : sent;
}

/* Takes the descriptors out of @message. Return: their number. */
static unsigned wire_take_files(struct msghdr *message, int *files)
{
	unsigned count = 0, more;

	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header;
		header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		more = (unsigned)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(files + count, CMSG_DATA(header), more * sizeof(int));
		count += more;
	}
	return count;
}

ssize_t wire_receive(
	int fd, const struct iovec *iov, int iovcnt, int *files, unsigned *count, int flags)
{
	struct msghdr message = {.msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)iovcnt};
	union wire_control control;
	ssize_t received;
	int error = 0;

	if (files) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		*count = 0;
	}
	received = recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC);
	if (received < 0)
		return -errno;
	if (files)
		*count = wire_take_files(&message, files);
	if (message.msg_flags & MSG_TRUNC)
		error = -EMSGSIZE;
	else if (files && (message.msg_flags & MSG_CTRUNC))
		error = -EMFILE;
	if (!error)
		return received;
	while (files && *count)
		close(files[--*count]);
	return error;
}
