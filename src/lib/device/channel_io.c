/* SPDX-License-Identifier: Apache-2.0 */

/*
 * sendmmsg(2) and recvmsg(2), as bare system calls: libc's are cancellation points, and a
 * thread that is cancelled inside of what it takes for an ioctl would leave its channel
 * in an unknown state. sendmmsg(2), of one message, since it notes in memory that the message
 * was sent before a signal handler could run: see call.c. Memory given may be the program's, and
 * bad: then it is EFAULT.
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/device/channel.h"

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(WIRE_FILES_PER_MESSAGE * sizeof(int))];
};

static int channel_error(void)
{
	switch (errno) {
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return -ECONNREFUSED;
	case EWOULDBLOCK:
		return -EAGAIN;
	default:
		return -errno;
	}
}

int channel_send_noting(struct mmsghdr *message, int sock, const struct iovec *iov, int iovcnt,
	const int *files, unsigned int count, int flags)
{
	union control control;

	memset(message, 0, sizeof(*message));
	message->msg_hdr.msg_iov = (struct iovec *)iov;
	message->msg_hdr.msg_iovlen = (size_t)iovcnt;
	if (count > 0) {
		message->msg_hdr.msg_control = &control;
		message->msg_hdr.msg_controllen = CMSG_SPACE(count * sizeof(int));
		memset(&control.header, 0, sizeof(control.header));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&control.header), files, count * sizeof(int));
	}
	if (syscall(SYS_sendmmsg, sock, message, 1, flags | MSG_NOSIGNAL) < 0)
		return channel_error();
	return 0;
}

int channel_send(int sock, const struct iovec *iov, int iovcnt, const int *files,
	unsigned int count, int flags)
{
	struct mmsghdr message;

	return channel_send_noting(&message, sock, iov, iovcnt, files, count, flags);
}

/* Takes the descriptors out of a message. */
static unsigned int channel_files(struct msghdr *message, int *files)
{
	unsigned int count = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (unsigned int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(files, CMSG_DATA(c), count * sizeof(int));
	}
	return count;
}

ssize_t channel_receive(
	int sock, const struct iovec *iov, int iovcnt, int *files, unsigned int *count, int flags)
{
	union control control;
	struct msghdr message = {
		.msg_iov = (struct iovec *)iov,
		.msg_iovlen = (size_t)iovcnt,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	*count = 0;
	n = syscall(SYS_recvmsg, sock, &message, flags | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return channel_error();
	if (message.msg_controllen > 0)
		*count = channel_files(&message, files);
	if (n == 0)
		return -ECONNREFUSED;
	return message.msg_flags & MSG_TRUNC ? -EMSGSIZE : n;
}
