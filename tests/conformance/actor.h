#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An actor's process, as its verbs see it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "harness.h"

#define ACTOR_DEVICES 4

struct device {
	int fd;	   /* -1: not open */
	int extra; /* a duplicate made by the verb dup, or -1 */
	uint8_t *area;
	bool inherited; /* the area is a parent's, not mapped here */
	size_t size;
};

struct actor {
	unsigned int index;
	unsigned int current; /* the device that verbs work on */
	struct device devices[ACTOR_DEVICES];
	uint64_t last; /* address of the last buffer received */
	uint8_t *edge; /* end of a readable page, PROT_NONE behind it */
	uint8_t *none; /* a PROT_NONE page */
	uint8_t *ro;   /* a read-only page */
	int epoll;
};

extern struct actor actor;
extern _Thread_local uint64_t actor_loop; /* the word "i": number of the repetition */

static inline struct device *actor_device(void)
{
	return &actor.devices[actor.current];
}

/* Appends to the answer of the step that the calling thread carries out. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "= 0" or "= EINVAL", for a call that returned @result with errno set. */
void say_result(long result);

/* The name of an errno, "E?" for one without. */
const char *errno_name(int error);

/* What a value stands for: a number, an address in the area, a bad pointer, a pid. */
uint64_t value_number(const struct value *value);

/* The same of the value named @key or, without such, @otherwise. */
uint64_t value_number_of(const struct value *list, const char *key, uint64_t otherwise);

/* The same of the @index-th value without a name. */
uint64_t value_number_at(const struct value *list, unsigned int index, uint64_t otherwise);

/* "area+0x40" for an address in an area of this actor, else hexadecimal. */
const char *address_name(uint64_t address, char *to, size_t size);

/* "B" for the pid of an actor, "0", or "?". */
const char *pid_name(pid_t pid, char *to, size_t size);

/* "fd 5 'label'": what a descriptor of this process is. */
void say_descriptor(int fd);

struct verb {
	const char *name;
	void (*run)(const char *name, const struct value *args);
};

/* The verb "start N": a thread at seat N of this actor. */
void actor_start_thread(const char *name, const struct value *args);

extern const struct verb verbs_io[];	/* BINDER_WRITE_READ; ends with a NULL name */
extern const struct verb verbs_ioctl[]; /* the other ioctls */
extern const struct verb verbs_libc[];	/* open, mmap, poll, fork, ... */
