#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Oneways offered ahead.
 *
 * Oneways to one node come one after the other: the next comes once the buffer of the one
 * before was freed. So when a thread reads one, those behind it are nobody else's, and what
 * the thread reads next, if it frees that buffer and reads in one ioctl, is known. It is
 * offered with the first one: the embedder hands it out without an input, and tells
 * when asked how many it has handed out.
 *
 * The driver asks before it does anything in which that could be seen, and makes up for
 * what it had not been told. What has not been taken by then can be withdrawn.
 */

#include <stdint.h>

struct buffer;
struct proc;
struct thread;

/** ahead_offer() - offer what comes behind the oneway in @buffer, which @thread is given */
void ahead_offer(struct thread *thread, struct buffer *buffer);

/** ahead_catch_up() - do what threads of @proc have taken; what is left stays offered */
void ahead_catch_up(struct proc *proc);
/** ahead_end() - the same, and withdraw what is left */
void ahead_end(struct proc *proc);
