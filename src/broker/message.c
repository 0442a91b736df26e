// SPDX-License-Identifier: Apache-2.0

/*
 * Receiving.
 *
 * Buffers are large, for the largest message, but a page of one that was never written
 * costs nothing. The free ones are kept in a stack, so that the warmest is used next;
 * beyond INBOX_SPARE they are freed: only a flood makes that many.
 *
 * A client can switch on things like SO_PASSPIDFD on an end of a socketpair before it
 * gives that away. So every control message that carries a descriptor is looked for, and
 * what was not asked for is closed.
 */

#include "broker/message.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "broker/closer.h"
#include "util/fd.h"

#define INBOX_SPARE 64
/* Room for a full SCM_RIGHTS and whatever else a client can make the kernel add. */
#define INBOX_CONTROL (CMSG_SPACE(WIRE_FILES_PER_MESSAGE * sizeof(int)) + 512)

#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04
#endif

union inbox_control {
	struct cmsghdr align;
	char bytes[INBOX_CONTROL];
};

struct inbox {
	struct message_queue spare;
	unsigned spares;
	struct message *slots[INBOX_MESSAGES];
	struct mmsghdr headers[INBOX_MESSAGES];
	struct iovec vectors[INBOX_MESSAGES];
	union inbox_control controls[INBOX_MESSAGES];
};

struct inbox *inbox_new(void)
{
	struct inbox *inbox = calloc(1, sizeof(*inbox));

	if (inbox)
		STAILQ_INIT(&inbox->spare);
	return inbox;
}

struct inbox *inbox_free(struct inbox *inbox)
{
	struct message *message;

	if (!inbox)
		return NULL;
	for (int i = 0; i < INBOX_MESSAGES; i++)
		free(inbox->slots[i]);
	while ((message = STAILQ_FIRST(&inbox->spare))) {
		STAILQ_REMOVE_HEAD(&inbox->spare, entry);
		free(message);
	}
	free(inbox);
	return NULL;
}

static struct message *inbox_buffer(struct inbox *inbox)
{
	struct message *message = STAILQ_FIRST(&inbox->spare);

	if (!message)
		return malloc(sizeof(*message));
	STAILQ_REMOVE_HEAD(&inbox->spare, entry);
	inbox->spares--;
	return message;
}

/* Makes every slot ready to receive. */
static int inbox_prepare(struct inbox *inbox)
{
	struct msghdr *header;

	for (int i = 0; i < INBOX_MESSAGES; i++) {
		if (!inbox->slots[i])
			inbox->slots[i] = inbox_buffer(inbox);
		if (!inbox->slots[i])
			return -ENOMEM;
		inbox->vectors[i].iov_base = inbox->slots[i]->bytes;
		inbox->vectors[i].iov_len = sizeof(inbox->slots[i]->bytes);
		header = &inbox->headers[i].msg_hdr;
		header->msg_iov = &inbox->vectors[i];
		header->msg_iovlen = 1;
		header->msg_control = &inbox->controls[i];
		header->msg_controllen = sizeof(inbox->controls[i]);
	}
	return 0;
}

static pid_t message_sender(const struct cmsghdr *control)
{
	struct ucred sender;

	memcpy(&sender, CMSG_DATA(control), sizeof(sender));
	return sender.pid;
}

static void message_take_control(struct message *message, struct msghdr *header)
{
	struct cmsghdr *control;
	unsigned more;
	int fd;

	for (control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
		if (control->cmsg_level != SOL_SOCKET)
			continue;
		if (control->cmsg_type == SCM_CREDENTIALS)
			message->sender = message_sender(control);
		if (control->cmsg_type == SCM_PIDFD) {
			memcpy(&fd, CMSG_DATA(control), sizeof(fd));
			fd_close(fd);
		}
		if (control->cmsg_type != SCM_RIGHTS)
			continue;
		more = (unsigned)((control->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(message->files + message->file_count, CMSG_DATA(control),
			more * sizeof(int));
		message->file_count += more;
	}
}

static void message_take(struct message *message, struct mmsghdr *received)
{
	struct msghdr *header = &received->msg_hdr;

	message->size = received->msg_len;
	message->file_count = 0;
	message->error = 0;
	message->sender = 0;
	if (header->msg_controllen)
		message_take_control(message, header);
	if (header->msg_flags & MSG_TRUNC)
		message->error = -EMSGSIZE;
	else if (header->msg_flags & MSG_CTRUNC)
		message->error = -EMFILE;
}

void inbox_return(struct inbox *inbox, struct message *message)
{
	for (unsigned i = 0; i < message->file_count; i++)
		closer_close(message->files[i], NULL);
	if (inbox->spares >= INBOX_SPARE) {
		free(message);
		return;
	}
	STAILQ_INSERT_HEAD(&inbox->spare, message, entry);
	inbox->spares++;
}

/* Queues what came up to the end, which would be said again and again. */
static int inbox_queue(struct inbox *inbox, int count, struct message_queue *queue)
{
	int queued = 0;
	bool ended = false;

	for (int i = 0; i < count; i++) {
		struct message *message = inbox->slots[i];

		inbox->slots[i] = NULL;
		message_take(message, &inbox->headers[i]);
		if (ended) {
			inbox_return(inbox, message);
			continue;
		}
		STAILQ_INSERT_TAIL(queue, message, entry);
		queued++;
		ended = !message->size;
	}
	return queued;
}

int inbox_receive(struct inbox *inbox, int fd, int most, struct message_queue *queue)
{
	int count, ret = inbox_prepare(inbox);

	if (ret)
		return ret;
	/* A peer that closed without having read all leaves ECONNRESET before its messages. */
	do {
		count = recvmmsg(
			fd, inbox->headers, (unsigned)most, MSG_DONTWAIT | MSG_CMSG_CLOEXEC, NULL);
	} while (count < 0 && (errno == EINTR || errno == ECONNRESET));
	if (count < 0)
		return errno == EAGAIN ? 0 : -errno;
	return inbox_queue(inbox, count, queue);
}

bool inbox_discard(struct inbox *inbox, int fd)
{
	struct message *message;
	bool more = false;
	int count;

	if (inbox_prepare(inbox))
		return false;
	do {
		count = recvmmsg(
			fd, inbox->headers, INBOX_MESSAGES, MSG_DONTWAIT | MSG_CMSG_CLOEXEC, NULL);
	} while (count < 0 && (errno == EINTR || errno == ECONNRESET));
	for (int i = 0; i < count; i++) {
		/* The end has no sender; a message of no bytes has one. */
		more = inbox->headers[i].msg_hdr.msg_controllen > 0;
		message = inbox->slots[i];
		inbox->slots[i] = NULL;
		message_take(message, &inbox->headers[i]);
		inbox_return(inbox, message);
	}
	return more;
}

void inbox_close(struct inbox *inbox, int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int));
	/* From here on nothing more comes. */
	shutdown(fd, SHUT_RDWR);
	while (inbox_discard(inbox, fd))
		;
	/* A client that kept this end could have hidden messages of no bytes from us. */
	closer_close(fd, NULL);
}
