#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The processes of a measurement: starting them, adding up what they use, ending them. And
 * words in shared memory through which they wait for each other. What goes wrong ends the
 * process that finds it, which ends the measurement.
 */

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

/** process_die() - say what failed, with errno, and exit with 1 */
_Noreturn void process_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** process_at_death() - a function that process_die() calls, in this process alone */
void process_at_death(void (*function)(void));
/** process_now() - nanoseconds of CLOCK_MONOTONIC */
uint64_t process_now(void);
/** process_shared() - @size bytes, zeroed, that children will share */
void *process_shared(size_t size);

/**
 * process_spawn() - fork a process whose use is counted, and that ends with this one
 *
 * Return: 0 in the child, the pid in the parent.
 */
pid_t process_spawn(void);
/** process_watch() - count one that was forked otherwise, and kill it at the end, too */
void process_watch(pid_t pid);
/** process_observe() - count one that somebody else will end */
void process_observe(pid_t pid);
/** process_end_all() - kill and collect those that were spawned, and forget all */
void process_end_all(void);
/** process_end() - the same for one */
void process_end(pid_t pid);
/** process_cpu() - nanoseconds of user and system time that all have used so far */
uint64_t process_cpu(void);
/** process_cpu_of() - of one */
uint64_t process_cpu_of(pid_t pid);
/** process_switches() - context switches of all their threads so far */
uint64_t process_switches(void);

/** word_add() - increase a word and wake those who wait for it */
void word_add(_Atomic uint32_t *word);
/** word_wait() - sleep until a word is no less than @least */
void word_wait(_Atomic uint32_t *word, uint32_t least);
/**
 * word_await() - the same in the parent: dies when a spawned process ends, or of impatience
 * @seconds: how long is too long
 * @what:    what was waited for
 */
void word_await(_Atomic uint32_t *word, uint32_t least, double seconds, const char *what);
