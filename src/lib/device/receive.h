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

/** receive_discard() - as receive_peek(), and throw the answer away */
void receive_discard(struct channel *channel);
