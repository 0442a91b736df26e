#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* What goes out over a channel. */

#include <stddef.h>
#include <stdint.h>

struct channel;
struct ioctl_result;

/**
 * answer_send() - answer the request with @ret, and with a descriptor if @file is not -1
 *
 * A channel that cannot take it has its whole connection dropped, here as below.
 */
void answer_send(struct channel *channel, int ret, int file);
/** answer_files() - answer with 0 and @count descriptors */
void answer_files(struct channel *channel, const int *files, unsigned count);
/** answer_result() - answer with what the driver said */
void answer_result(struct channel *channel, const struct ioctl_result *result);
/** answer_ready() - WIRE_READY */
void answer_ready(struct channel *channel);
/**
 * answer_install() - WIRE_INSTALL, as many as it takes; @files stay the caller's
 *
 * Return: 0, or a negative errno: not all went, and the program is told nothing of them.
 */
int answer_install(struct channel *channel, const int *files, size_t count);
