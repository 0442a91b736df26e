#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* Reading: the BR_ commands that one BINDER_WRITE_READ returns. */

struct thread;

/** return_begin() - start the read that thread->read describes */
void return_begin(struct thread *thread);
/** return_resume() - woken in a read that waits */
void return_resume(struct thread *thread);
/** return_end() - a waiting read ends with @ret (-EINTR) */
void return_end(struct thread *thread, int ret);
/** return_forget() - a read under way ends unanswered */
void return_forget(struct thread *thread);
