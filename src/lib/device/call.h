#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One call of the program on a device: who makes it, over which channel, and the
 * requests that it is made of.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "lib/device/state.h"

/* A request, and where its answer goes. The answer's head is in channel->answer. */
struct request {
	const struct iovec *iov;
	int iovcnt;
	const int *files;
	unsigned int file_count; /* at most WIRE_FILES_PER_MESSAGE */
	bool prompt;		 /* the answer depends on nobody else */
	bool parks;		 /* once it is answered the thread may read without a message */
	bool interruptible;	 /* a signal ends it */
	void *into;		 /* for what follows the answer's head; may be the program's */
	size_t room;
	int file; /* out: the descriptor that came with the answer, or -1 */
};

/**
 * call_begin() - start a call
 * @device: one user of it goes over to the call, in case of an error, too
 * @fd:     the program's number for it, or -1 when a channel is there already
 *
 * Return: 0 or a negative errno; then there is nothing to end.
 */
int call_begin(struct call *call, struct device *device, int fd);
void call_end(struct call *call);

/**
 * call_settle() - end what the thread was interrupted in
 * @levels: how many requests, the outermost first
 */
void call_settle(struct standing *standing, int levels);

/** call_lost() - whether a fork, or a longjmp(3), has taken the call's ground away */
bool call_lost(const struct call *call);

/** call_head() - fill the head of a message for this thread: adds what is owed */
void call_head(struct call *call, struct wire_head *head, uint32_t type, uint32_t flags);

/**
 * call_send() - send a message that has no answer
 *
 * Return: 0 or a negative errno.
 */
int call_send(struct call *call, const struct iovec *iov, int iovcnt, const int *files,
	unsigned int file_count);

/**
 * call_request() - send a message and receive its answer
 *
 * Return: 0 when there is an answer, whatever it says; EFAULT when its bytes could not
 * be stored (the head is there); another negative errno when there is none.
 */
int call_request(struct call *call, struct request *request);

/**
 * call_finish() - act on the outcome of a request
 * @r:          what waiting for the answer gave
 * @spawn_seen: device->spawn_changes before it
 *
 * Return: as call_request().
 */
int call_finish(struct call *call, int r, uint32_t spawn_seen);

/** call_simple() - a message that is a head alone. Return: the answer's ret, or an error */
int call_simple(struct call *call, uint32_t type, uint32_t flags);

/** call_outstanding() - whether a request on @channel was sent and its answer not received */
bool call_outstanding(const struct channel *channel);

/** call_took() - act on what an answer, in channel->answer, says by the way */
void call_took(struct call *call);

/**
 * call_reap() - throw away what calls left that longjmp(3) abandoned
 * @here: the frame of the present one
 */
void call_reap(struct standing *standing, uintptr_t here);

/** call_unstage() - give back the heap memory that the call's requests used */
void call_unstage(struct call *call);
