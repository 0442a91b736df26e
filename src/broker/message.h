#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Messages as they arrive, and the memory that they arrive in.
 *
 * Nothing is allocated for a message in the steady state: buffers go round.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "wire/wire.h"

/* Messages that are taken off a socket at once. */
#define INBOX_MESSAGES 4

struct message {
	STAILQ_ENTRY(message) entry;
	size_t size;  /* bytes; 0 at the end of the connection */
	int error;    /* 0, or why the message is not whole: -EMSGSIZE, -EMFILE */
	pid_t sender; /* the process that sent it, where the kernel was asked to tell; else 0 */
	unsigned file_count;
	int files[WIRE_FILES_PER_MESSAGE]; /* closed with the message, unless set to -1 */
	_Alignas(16) uint8_t bytes[WIRE_MAX_SIZE];
};

STAILQ_HEAD(message_queue, message);

struct inbox;

struct inbox *inbox_new(void);
struct inbox *inbox_free(struct inbox *inbox);

/**
 * inbox_receive() - take what has arrived at a socket, without waiting
 * @most:  messages; at most INBOX_MESSAGES
 * @queue: where the messages are appended, in order
 *
 * The end of the connection is a message of no bytes.
 *
 * Return: how many (if @most, there may be more), 0 when nothing
 * is there, or a negative errno: ENOMEM, or what recvmsg(2) says.
 */
int inbox_receive(struct inbox *inbox, int fd, int most, struct message_queue *queue);

/** inbox_return() - done with @message: closes the descriptors left in it */
void inbox_return(struct inbox *inbox, struct message *message);

/** inbox_discard() - drop what can be received at once. Return: whether there may be more */
bool inbox_discard(struct inbox *inbox, int fd);

/**
 * inbox_close() - hang up on @fd, and have it closed
 *
 * What still lies in it is taken out first: with the socket the kernel closes the
 * descriptors there, and whoever closes it waits for that (broker/closer.h).
 */
void inbox_close(struct inbox *inbox, int fd);
