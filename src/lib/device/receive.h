#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What comes over a channel before and with an answer. */

#include "lib/device/call.h"

/** receive_answer() - wait for the answer to what was sent. Return: as call_request() */
int receive_answer(struct call *call, struct request *request);

/**
 * receive_peek() - wait until the answer lies in the channel, and leave it there
 *
 * What comes before it is dealt with. For a request that another one of the same thread
 * has interrupted.
 */
void receive_peek(struct channel *channel);

/**
 * receive_one() - receive one datagram while waiting for an answer
 *
 * Return: 1 when it was not the answer and has been dealt with; else as receive_answer().
 */
int receive_one(struct call *call, struct request *request);

/**
 * receive_skip() - take what comes before an answer off the socket
 *
 * Return: 0; 1 when it is the answer, and is left there; -ECONNREFUSED.
 */
int receive_skip(struct channel *channel);

/** receive_drop() - throw away the answer in the socket */
void receive_drop(struct channel *channel);

/** receive_interrupt() - tell the broker, by the socket, that a signal ends the request's wait */
void receive_interrupt(struct channel *channel);

/** receive_discard() - as receive_peek(), and throw the answer away */
void receive_discard(struct channel *channel);
