#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What a nested call does to a poll that its thread is inside of. */

#include "lib/device/state.h"

/** poll_break() - end an armed poll, so that the thread can make requests */
void poll_break(struct channel *channel);
/** poll_abandon() - end a poll that longjmp(3) has left, of those begun at @depth */
void poll_abandon(struct standing *standing, int depth);
/** poll_again() - arm it anew; the answer will be found by device_poll_end() */
void poll_again(struct channel *channel);
