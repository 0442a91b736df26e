#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Parked threads: those that may begin a read without a word.
 *
 * A looper reads, handles, replies and reads again, with nothing in between that the
 * driver would have to decide. So after a reply whose outcome is certain its next plain
 * read needs no input: the embedder can tell at any moment whether the thread is inside it
 * (driver_ops.park_look). The driver asks only when it matters who waits, and takes the
 * read over then, as if it had been told of it when it began.
 */

#include <stdbool.h>

struct proc;
struct thread;

/**
 * park_gather() - take over the reads that parked threads of @proc are inside of
 * @want: there is something to do: those that are not reading are to be told of once they are
 *
 * They wait from then on, the last to have begun first.
 */
void park_gather(struct proc *proc, bool want);

/**
 * park_serve() - what is listed for @proc is for those who wait: one for each
 *
 * To be called before more comes that somebody could be chosen for: who has begun to read while
 * something was listed has that.
 */
void park_serve(struct proc *proc);
/** park_reader() - the thread of @proc that began to read last, of those parked; or NULL */
struct thread *park_reader(const struct proc *proc);
/** park_reads() - whether a parked thread of @proc is inside a read now */
bool park_reads(const struct proc *proc);

/** park_end() - @thread is parked no longer, if it was */
void park_end(struct thread *thread);
