#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/* The order test (order.c): what its parts share. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define AREA ((size_t)16384)
#define HALF (AREA / 2) /* what oneways have in all */

struct stream;

/* Of all processes of the test. */
struct shared {
	_Atomic int reads; /* how often the server's first thread was about to read */
	_Atomic pid_t pid; /* the server's */
	_Atomic pid_t tid; /* its first thread's */
	uint64_t buffer;   /* what one thread gives to another to be freed */
};

struct round {
	unsigned long rounds;
	int sent[2]; /* by the sender: there is something to read */
	int go[2];   /* from the receiver's first thread to its second */
	int told[2]; /* by the receiver: its write has returned */
	int ask[2];  /* to who only looks */
	int said[2]; /* by who has looked */
	int fd;
	struct shared *shared;
};

/** order_tell() / order_wait() - a byte through a pipe */
void order_tell(const int pipe[2]);
void order_wait(const int pipe[2]);
/** order_oneway() - send one of @size bytes, for which there has to be room */
void order_oneway(int fd, struct stream *out, size_t size);
/** order_run() - run @client beside a process that runs @server */
void order_run(
	void (*server)(int, void *), void (*client)(const struct round *), struct round *round);

/** order_ahead() - what is done without a message */
void order_ahead(struct round *round);
