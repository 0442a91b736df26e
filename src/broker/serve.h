#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Acting on requests. */

#include <stdbool.h>

struct channel;
struct message;

/**
 * serve_message() - act on one message of a channel
 *
 * Return: whether the next one belongs to it (link_handler).
 */
bool serve_message(struct channel *channel, struct message *message);
