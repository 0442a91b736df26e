#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Writing: the BC_ commands of one BINDER_WRITE_READ. */

#include <stdint.h>

struct thread;
struct write_input;

/**
 * command_run() - act on @in's commands, until one fails or a transaction did
 * @consumed: bytes acted upon
 *
 * Return: 0, -EFAULT (a command's bytes are missing), -EINVAL (no such command, or
 * wrong use of one that says so).
 */
int command_run(struct thread *thread, const struct write_input *in, uint64_t *consumed);
