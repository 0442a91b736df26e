#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Reading: the BR_ commands that one BINDER_WRITE_READ returns. */

#include <stddef.h>
#include <stdint.h>

struct thread;
struct transaction;

/** return_begin() - start the read that thread->read describes */
void return_begin(struct thread *thread);
/** return_resume() - woken in a read that waits */
void return_resume(struct thread *thread);
/** return_end() - a waiting read ends with @ret (-EINTR) */
void return_end(struct thread *thread, int ret);
/** return_forget() - a read under way ends unanswered */
void return_forget(struct thread *thread);

/**
 * return_compose() - the command that @thread reads @t by
 * @bytes: room for any command
 *
 * Return: its size in bytes.
 */
size_t return_compose(const struct thread *thread, const struct transaction *t, uint8_t *bytes);

/** return_nice() - the nice value at which a thread handles @t that would run at @nice */
int return_nice(int nice, const struct transaction *t);
/** return_deliver_taken() - @thread, which is inside no ioctl, has had the call @t already */
void return_deliver_taken(struct thread *thread, struct transaction *t);
