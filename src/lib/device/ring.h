#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The library's side of a ring (wire/ring.h): requests of a channel through memory, and the
 * read that begins without one.
 */

#include <stdbool.h>

#include "lib/device/call.h"

struct wire_ahead;

/**
 * ring_prepare() - ask for a ring if @channel has earned one and has none
 *
 * With no request under way on it. Without a ring everything goes over the socket.
 */
void ring_prepare(struct channel *channel);
/** ring_close() - @channel goes, or leaves its ring to another process */
void ring_close(struct channel *channel);

/** ring_forget() - in a forked child: puts memory that means nothing where its parent's ring was */
void ring_forget(struct channel *channel);

/** ring_takes() - whether a message of @iov, without descriptors, can go into the ring now */
bool ring_takes(const struct channel *channel, const struct iovec *iov, int iovcnt);
/** ring_quiet() - whether something quiet can */
bool ring_quiet(const struct channel *channel);

/** ring_is_read() - whether the broker has acted on all that was sent */
bool ring_is_read(const struct channel *channel);
/** ring_send() - publish a message, which ring_takes(), and see to its being looked at */
void ring_send(struct channel *channel, const struct iovec *iov, int iovcnt, bool quiet);

/** ring_mark() - a request is about to be sent */
void ring_mark(struct channel *channel);
/** ring_sent() - whether the request under way was published, as a signal handler sees it */
bool ring_sent(const struct channel *channel);

/** ring_answer() - wait for the answer to what was sent. Return: as receive_answer() */
int ring_answer(struct call *call, struct request *request);

/**
 * ring_peek() - wait until the answer lies in the ring, and leave it there
 *
 * A read that began without a message ends instead, if it can.
 */
void ring_peek(struct channel *channel);
/** ring_discard() - throw an answer away that ring_peek() has found */
void ring_discard(struct channel *channel);

/**
 * ring_ahead() - the read that is offered for when the buffer at @after is freed
 * @read:  a copy of it
 * @count: its own, for ring_ahead_take()
 *
 * Return: whether there is one.
 */
bool ring_ahead(
	const struct channel *channel, uint64_t after, struct wire_ahead *read, uint64_t *count);
/** ring_ahead_take() - take it. Return: whether it was still there */
bool ring_ahead_take(struct channel *channel, uint64_t count);

/** ring_park_open() - the quiet reply about to be sent says that the thread parks */
void ring_park_open(struct channel *channel);
/** ring_park_close() - the thread's next request is a message */
void ring_park_close(struct channel *channel);

/**
 * ring_park_read() - begin a read without a message, and wait for what it brings
 * @size: read_size
 *
 * Return: as call_request(), with the answer -EINTR when a signal ended it; 1 when it has to
 * be a message after all: nothing has happened.
 */
int ring_park_read(struct call *call, struct request *request, uint64_t size);
