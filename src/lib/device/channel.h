#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Channels: made, pooled, closed; and plain messages over a socket.
 *
 * Neither sending nor receiving is a cancellation point, as ioctl(2) is none.
 */

#include <sys/types.h>
#include <sys/uio.h>

#include "lib/device/state.h"

/**
 * channel_send() - one message
 * @files: descriptors to go along, or NULL
 *
 * Return: 0 or a negative errno; EPIPE is told as ECONNREFUSED, no signal is raised.
 */
int channel_send(int sock, const struct iovec *iov, int iovcnt, const int *files,
	unsigned int count, int flags);

/** channel_send_noting() - the same; @message->msg_len is not 0 once it was sent */
struct mmsghdr;
int channel_send_noting(struct mmsghdr *message, int sock, const struct iovec *iov, int iovcnt,
	const int *files, unsigned int count, int flags);

/**
 * channel_receive() - one message
 * @files: room for WIRE_FILES_PER_MESSAGE descriptors, close-on-exec; @count: how many came
 *
 * Return: bytes, or a negative errno: ECONNREFUSED at the end, EMSGSIZE for a message
 * longer than @iov; EFAULT, EINTR, EAGAIN.
 */
ssize_t channel_receive(
	int sock, const struct iovec *iov, int iovcnt, int *files, unsigned int *count, int flags);

/**
 * channel_take() - a channel for the calling thread, from the pool or new
 * @fd: the main connection's number in this process
 *
 * Return: 0 or a negative errno (ECONNREFUSED, EMFILE, ENOMEM).
 */
int channel_take(struct device *device, int fd, struct channel **out);

/* All below: with device_lock() held. */

/** channel_new() - a channel that the broker has been told of, RLIMIT_NOFILE or not */
int channel_new(struct device *device, int fd, struct channel **out);
/**
 * channel_ask() - on a channel without a request under way: a message that is a head alone
 * @files: out: the descriptors that came with the answer, @count of them; -1 for those missing
 *
 * Return: the answer's ret or a negative errno.
 */
int channel_ask(
	struct channel *channel, uint32_t type, uint32_t flags, int *files, unsigned int count);
/** channel_give() - back to the pool, or closed if it is not fit for it */
void channel_give(struct channel *channel);
/** channel_close() - the end of it */
void channel_close(struct channel *channel);
/** channel_close_all() - all of a device, whoever has them */
void channel_close_all(struct device *device);
