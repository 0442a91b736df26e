#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A program with one open device of a broker that follows a script, and what its thread says
 * over and over: a read, a reply that goes out quietly.
 */

#include <stddef.h>
#include <stdint.h>

#include <binderd/uapi.h>

#include "fake.h"

extern struct fake fake;
extern int fd; /* the device */
extern const uint32_t noop;
extern const uint32_t complete[2]; /* a read that yields a reply's completion */

struct reply {
	uint32_t free;
	uint64_t buffer;
	uint32_t command;
	struct binder_transaction_data data;
} __attribute__((packed));

/** talk_setup() / talk_teardown() - a fixture; @ring_after as in struct wire_welcome */
void talk_setup(uint32_t ring_after);
void talk_teardown(void);

/** exchange() - BINDER_WRITE_READ. Return: read_consumed or a negative errno */
int exchange(const void *write, size_t write_size, void *read, size_t read_size);
/** read_some() - read into 256 bytes */
int read_some(uint32_t *buffer);
/** script() - answers to come hold @size bytes of @bytes and say @flags */
void script(const void *bytes, size_t size, uint32_t flags);
/** messages() - how many WIRE_WRITE_READs there were; last() - the last of them */
unsigned int messages(void);
const struct fake_message *last(void);

/** park() - read a call and answer it quietly; the next read needs no message */
void park(void);
/** wait_for_reading() - until the program's thread is inside a read that nobody was told of */
struct wire_ring *wait_for_reading(void);
/** take_over() - a thread: the broker takes such a read over, and something comes */
void *take_over(void *data);
