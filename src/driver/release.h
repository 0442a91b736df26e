#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Letting go of what a buffer holds: its target, its objects, its memory. */

#include <stdbool.h>

struct buffer;
struct proc;
struct thread;
struct transaction;

/**
 * release_objects() - drop the target's and the objects' counts
 * @proc:   whose buffer it is
 * @thread: that frees it: closes the descriptors of arrays; or NULL
 * @failed: it was never delivered: no descriptor was installed
 */
void release_objects(struct proc *proc, struct thread *thread, struct buffer *buffer, bool failed);
/**
 * release_buffer() - the same, and free it
 *
 * If it was a oneway's, the next one of its node goes on the proc's list.
 */
void release_buffer(struct proc *proc, struct thread *thread, struct buffer *buffer, bool failed);

/**
 * release_behind() - free the buffer of a oneway that another one waits behind
 *
 * Return: that one, on no list.
 */
struct transaction *release_behind(struct proc *proc, struct buffer *buffer);
