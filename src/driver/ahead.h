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
 * The calls that wait on a proc's list while its last reader handles one are offered to that
 * thread, too: it replies, reads, and has the next. Others of the proc may be faster: then
 * what has not been taken is theirs.
 *
 * The driver asks before it does anything in which that could be seen, and makes up for
 * what it had not been told. What has not been taken by then can be withdrawn.
 */

#include <stdbool.h>
#include <stdint.h>

struct buffer;
struct node;
struct proc;
struct thread;

/** ahead_offer() - offer what comes behind the oneway in @buffer, which @thread is given */
void ahead_offer(struct thread *thread, struct buffer *buffer);

/** ahead_offer_more() - the same for what was queued at @node since */
void ahead_offer_more(struct node *node);

/** ahead_offer_calls() - offer what waits on the list of @proc to who read last */
void ahead_offer_calls(struct proc *proc);
/** ahead_begin_input() - an input for @thread begins: withdraw what that could contradict */
void ahead_begin_input(struct thread *thread);
/** ahead_begin_call() - @thread has replied; what it took is what it handles. Return: whether */
bool ahead_begin_call(struct thread *thread);

/** ahead_catch_up() - do what threads of @proc have taken; what is left stays offered */
void ahead_catch_up(struct proc *proc);
/** ahead_end() - the same, and withdraw what is left */
void ahead_end(struct proc *proc);
